# What the scripts beside this file share: installing Debian packages that are missing. Read with `.`, not run.

say() { printf '\n\033[1m==> %s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }

# A package of a server (nginx) starts it when it is installed, and at every boot; here only the program is wanted.
# While apt runs, Debian's own switch for that is set, where nobody else has set it: /usr/sbin/policy-rc.d (see
# /usr/share/doc/init-system-helpers/README.policy-rc.d.gz). What is new is not started at boot either.
policy=/usr/sbin/policy-rc.d
quiet_services() {
  quieted=
  command -v nginx >/dev/null 2>&1 || case "$missing" in *nginx*) quieted=nginx ;; esac
  if [ -n "$quieted" ] && [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root sh -c "cat >$policy && chmod 755 $policy"
    trap usual_services EXIT
    trap 'exit 130' INT TERM HUP
    policed=yes
  fi
}
usual_services() {
  [ -z "${policed:-}" ] || $as_root rm -f $policy
  policed=
  trap - EXIT INT TERM HUP
  [ -z "$quieted" ] || ! command -v $quieted >/dev/null 2>&1 || $as_root update-rc.d $quieted disable >/dev/null 2>&1 || true
  quieted=
}

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
  quiet_services
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing </dev/null >"${TMPDIR:-/tmp}/ecs-service-apt.$$" 2>&1 || {
    cat "${TMPDIR:-/tmp}/ecs-service-apt.$$" >&2
    rm -f "${TMPDIR:-/tmp}/ecs-service-apt.$$"
    usual_services
    return 1
  }
  usual_services
  rm -f "${TMPDIR:-/tmp}/ecs-service-apt.$$"
}

# What building and using the module needs …
BUILD_PACKAGES="gcc libc6-dev make cmake pkg-config lua5.4 liblua5.4-dev libcurl4-openssl-dev libssl-dev lua-cjson"
# … what the command needs beside it (argparse reads its arguments, libmicrohttpd serves the simulator) …
COMMAND_PACKAGES="lua-argparse libmicrohttpd-dev"
# … and what the tests need: the other Luas, the runner, the linter, the packagers, the leak finder, shells that read their completions, a reader of manual pages and one of Markdown, clients of
# others.
TEST_PACKAGES="luajit2 libluajit2-5.1-dev lua5.1 liblua5.1-0-dev lua5.2 liblua5.2-dev lua5.3 liblua5.3-dev lua-busted lua-check luarocks fakeroot dpkg-dev lintian zip unzip file git valgrind zsh fish mandoc cmark-gfm python3 python3-venv ca-certificates openssl nginx-light libnginx-mod-http-lua curl chromium chromium-driver locales"
