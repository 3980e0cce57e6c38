# What the scripts beside this file share: installing Debian packages that are missing. Read with `.`, not run.

say() { printf '\n\033[1m==> %s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }

# need_packages NAME …: installs those that are missing, as root or with sudo, and asks no questions.
need_packages() {
  missing=
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "these packages are missing and neither root nor sudo is at hand: $missing" >&2
      return 1
    fi
    as_root=sudo
  fi
  say "installing$missing"
  $as_root apt-get update -qq || true # an old list may still do
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing </dev/null >"${TMPDIR:-/tmp}/ecs-service-apt.$$" 2>&1 || {
    cat "${TMPDIR:-/tmp}/ecs-service-apt.$$" >&2
    rm -f "${TMPDIR:-/tmp}/ecs-service-apt.$$"
    return 1
  }
  rm -f "${TMPDIR:-/tmp}/ecs-service-apt.$$"
}

# What building and using the module needs …
BUILD_PACKAGES="gcc libc6-dev make cmake pkg-config lua5.4 liblua5.4-dev libcurl4-openssl-dev libssl-dev lua-cjson"
# … what the command needs beside it (argparse reads its arguments, libmicrohttpd serves the simulator) …
COMMAND_PACKAGES="lua-argparse libmicrohttpd-dev"
# … and what the tests need: the other Luas, the runner, the linter, the packagers, what
# the example in C reads JSON with, the leak finder, clients of others.
TEST_PACKAGES="luajit2 libluajit2-5.1-dev lua5.1 liblua5.1-0-dev lua5.2 liblua5.2-dev lua5.3 liblua5.3-dev lua-busted lua-check luarocks fakeroot dpkg-dev git libjansson-dev valgrind python3 python3-venv ca-certificates openssl"
