/* system: clock, entropy, terminal, signals and the process: what the core must not know and the Lua side passes in. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* getentropy */
#endif
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#ifdef __APPLE__
#include <sys/random.h>
#endif
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "binding.h"
#include "files.h"

/* entropy(n) -> n random bytes of the operating system; raises when there are none to be had. It is asked itself: to make
** a generator of OpenSSL's ready for the sixteen bytes of a token takes longer than to plan a service. */
static int entropy(lua_State *L) {
  unsigned char bytes[256];
  lua_Integer count = luaL_checkinteger(L, 1);
  luaL_argcheck(L, count >= 1 && count <= (lua_Integer)sizeof bytes, 1, "1 to 256 bytes");
  if (getentropy(bytes, (size_t)count) != 0)
    return luaL_error(L, "the system gives no randomness");
  lua_pushlstring(L, (const char *)bytes, (size_t)count);
  OPENSSL_cleanse(bytes, sizeof bytes);
  return 1;
}

static void push_hex(lua_State *L, const unsigned char *bytes, size_t size) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < size; i++) {
    luaL_addchar(&buffer, "0123456789abcdef"[bytes[i] >> 4]);
    luaL_addchar(&buffer, "0123456789abcdef"[bytes[i] & 15]);
  }
  luaL_pushresult(&buffer);
}

static int hex(lua_State *L) {
  size_t size;
  const char *bytes = luaL_checklstring(L, 1, &size);
  push_hex(L, (const unsigned char *)bytes, size);
  return 1;
}

static int digest_of(lua_State *L, const EVP_MD *kind) {
  size_t size;
  unsigned int written = 0;
  unsigned char digest[EVP_MAX_MD_SIZE];
  const char *text = luaL_checklstring(L, 1, &size);
  if (EVP_Digest(text, size, digest, &written, kind, NULL) != 1)
    return luaL_error(L, "the digest cannot be made");
  push_hex(L, digest, written);
  return 1;
}

static int sha256(lua_State *L) { return digest_of(L, EVP_sha256()); }

/* For names of files alone, as AWS's tools give them. */
static int sha1(lua_State *L) { return digest_of(L, EVP_sha1()); }

/* hmac_sha256(key, text) -> hexadecimal digits */
static int hmac_sha256(lua_State *L) {
  size_t key_size, size;
  unsigned int written = 0;
  unsigned char digest[EVP_MAX_MD_SIZE];
  const char *key = luaL_checklstring(L, 1, &key_size);
  const char *text = luaL_checklstring(L, 2, &size);
  if (HMAC(EVP_sha256(), key, (int)key_size, (const unsigned char *)text, size, digest, &written) == NULL)
    return luaL_error(L, "the digest cannot be made");
  push_hex(L, digest, written);
  OPENSSL_cleanse(digest, sizeof digest);
  return 1;
}

/* same(a, b): whether two texts are equal, in a time that tells nothing about where they differ. */
static int same(lua_State *L) {
  size_t left_size, right_size;
  const char *left = luaL_checklstring(L, 1, &left_size), *right = luaL_checklstring(L, 2, &right_size);
  lua_pushboolean(L, left_size == right_size && CRYPTO_memcmp(left, right, left_size) == 0);
  return 1;
}

static int read_clock(lua_State *L, clockid_t id) {
  struct timespec now;
  clock_gettime(id, &now);
  lua_pushnumber(L, (lua_Number)now.tv_sec + (lua_Number)now.tv_nsec / 1e9);
  return 1;
}

static int wall_time(lua_State *L) { return read_clock(L, CLOCK_REALTIME); }

static int monotonic(lua_State *L) { return read_clock(L, CLOCK_MONOTONIC); }

/* sleep(seconds): ends early when a signal arrives, so that an interrupt is noticed. */
static int sleep_for(lua_State *L) {
  double seconds = luaL_checknumber(L, 1);
  if (seconds > 0) {
    double most = seconds < 1e6 ? seconds : 1e6, whole = floor(most);
    struct timespec span = {(time_t)whole, (long)((most - whole) * 1e9)};
    nanosleep(&span, NULL);
  }
  return 0;
}

static int process_id(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)getpid());
  return 1;
}

static int hostname(lua_State *L) {
  char name[256] = "unknown";
  gethostname(name, sizeof name - 1);
  lua_pushstring(L, name);
  return 1;
}

/* uname() -> the system's name, its release, the machine's architecture: "Linux", "6.1.0", "x86_64" */
static int system_names(lua_State *L) {
  struct utsname names;
  if (uname(&names) != 0)
    return luaL_error(L, "the system does not tell its name");
  lua_pushstring(L, names.sysname);
  lua_pushstring(L, names.release);
  lua_pushstring(L, names.machine);
  return 3;
}

static int user(lua_State *L) {
  const struct passwd *entry = getpwuid(getuid());
  if (entry != NULL)
    lua_pushstring(L, entry->pw_name);
  else
    lua_pushfstring(L, "uid %d", (int)getuid());
  return 1;
}

/* process_alive(pid): whether a process of that number runs on this host (also when it is someone else's). */
static int process_alive(lua_State *L) {
  lua_Integer pid = luaL_checkinteger(L, 1);
  lua_pushboolean(L, pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM));
  return 1;
}

static int is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
  return 1;
}

/* readable(fd, seconds) -> whether there is something to read, or nothing ever will be; a signal ends the wait early. */
static int readable(lua_State *L) {
  struct pollfd one = {.fd = (int)luaL_checkinteger(L, 1), .events = POLLIN};
  double seconds = luaL_checknumber(L, 2);
  lua_pushboolean(L, poll(&one, 1, (int)(seconds * 1000)) > 0);
  return 1;
}

/* terminal_rows(fd) -> lines | nil when it is no terminal */
static int terminal_rows(lua_State *L) {
  struct winsize size;
  if (ioctl((int)luaL_checkinteger(L, 1), TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
    return 0;
  lua_pushinteger(L, size.ws_row);
  return 1;
}

/* terminal_columns(fd) -> columns | nil when it is no terminal */
static int terminal_columns(lua_State *L) {
  struct winsize size;
  if (ioctl((int)luaL_checkinteger(L, 1), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 0;
  lua_pushinteger(L, size.ws_col);
  return 1;
}

/* guard_streams(): a pipe that nobody reads any more becomes an error of the write, and not the end of the process; and a
** standard stream that is closed is one that takes nothing: the next file that is opened must not take its number and with
** it what is meant for a terminal. */
static int guard_streams(lua_State *L) {
  (void)L;
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigemptyset(&ignore.sa_mask);
  sigaction(SIGPIPE, &ignore, NULL);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
    if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) < 0)
      break;
  }
  return 0;
}

/* divert(from, to) -> a handle for `restore`: what this process, and what it starts, writes to the one descriptor goes to
** the other. nil: there are too few descriptors for that and for whoever is to write. */
static int divert(lua_State *L) {
  int from = (int)luaL_checkinteger(L, 1), to = (int)luaL_checkinteger(L, 2);
  int kept = fcntl(from, F_DUPFD_CLOEXEC, 3), spare = fcntl(from, F_DUPFD_CLOEXEC, 3);
  if (spare >= 0)
    close(spare);
  if (kept < 0)
    return 0;
  if (spare < 0 || dup2(to, from) < 0) {
    close(kept);
    return 0;
  }
  lua_pushinteger(L, kept);
  return 1;
}

/* restore(from, handle): takes a diversion back. */
static int restore(lua_State *L) {
  int from = (int)luaL_checkinteger(L, 1), kept = (int)luaL_checkinteger(L, 2);
  dup2(kept, from);
  close(kept);
  return 0;
}

/* core_dumps([allowed]) -> whether this process may be written to a core file. Linux is asked to keep its memory from core
** files and from debuggers of others than root: a limit alone would not count where core files go to a program. */
static int core_dumps(lua_State *L) {
#ifdef __linux__
  if (lua_isboolean(L, 1))
    prctl(PR_SET_DUMPABLE, lua_toboolean(L, 1) ? 1UL : 0UL, 0UL, 0UL, 0UL);
  lua_pushboolean(L, prctl(PR_GET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 1);
#else
  struct rlimit limit;
  bool told = getrlimit(RLIMIT_CORE, &limit) == 0;
  if (told && lua_isboolean(L, 1)) {
    limit.rlim_cur = lua_toboolean(L, 1) ? limit.rlim_max : 0;
    setrlimit(RLIMIT_CORE, &limit);
  }
  lua_pushboolean(L, told && limit.rlim_cur != 0);
#endif
  return 1;
}

/* The one piece of process-wide state: a signal handler has nowhere else to write. */
static volatile sig_atomic_t interrupts;
static struct timespec first_interrupt;

int ecs_interrupted(void) { return interrupts > 0; }

/* Some senders (timeout of coreutils, a shell's job control) send the same signal to the process and to its group: a
** second one within half a second is the first once more. Asked twice, the process ends as the signal would have it. */
static void on_signal(int number) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  if (interrupts == 0) {
    first_interrupt = now;
    interrupts = 1;
    return;
  }
  double since = (double)(now.tv_sec - first_interrupt.tv_sec) + (double)(now.tv_nsec - first_interrupt.tv_nsec) / 1e9;
  if (since > 0.5) {
    signal(number, SIG_DFL);
    raise(number);
  }
}

/* Whoever started this process may want it to outlive its terminal (nohup): what was ignored then stays ignored. */
static void catch_hangup(const struct sigaction *action) {
  struct sigaction former;
  if (sigaction(SIGHUP, NULL, &former) == 0 && former.sa_handler != SIG_IGN)
    sigaction(SIGHUP, action, NULL);
}

#define CATCHER "ecs_service.catcher"

static const int caught[] = {SIGINT, SIGTERM, SIGHUP};

static void set_caught(void (*handler)(int)) {
  for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
    struct sigaction now;
    if (sigaction(caught[i], NULL, &now) == 0 && now.sa_handler == on_signal)
      signal(caught[i], handler);
  }
}

/* The code of a handler goes with the library, at the latest when the Lua state is closed. */
static int catcher_gc(lua_State *L) {
  (void)L;
  set_caught(SIG_DFL);
  return 0;
}

/* finish(): all is done and told, and what is left of the process is to tidy up: nothing is there to be interrupted. */
static int finish(lua_State *L) {
  (void)L;
  set_caught(SIG_IGN);
  return 0;
}

static void keep_catcher(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, CATCHER);
  bool kept = !lua_isnil(L, -1);
  lua_pop(L, 1);
  if (kept)
    return;
  lua_newuserdatauv(L, 1, 0);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, catcher_gc);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_setfield(L, LUA_REGISTRYINDEX, CATCHER);
}

/* catch_interrupt(): from here on the first SIGINT, SIGTERM or SIGHUP is counted (see interrupted) and the second ends the
** process. */
static int catch_interrupt(lua_State *L) {
  keep_catcher(L);
  struct sigaction action = {.sa_handler = on_signal};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  catch_hangup(&action);
  return 0;
}

/* interrupted() -> whether a signal came since catch_interrupt */
static int interrupted(lua_State *L) {
  lua_pushboolean(L, ecs_interrupted());
  return 1;
}

/* process_space() -> a number of the namespace that process ids of this process belong to | nil where there is no such
** thing. Two containers on one host may each have a process 7. */
static int process_space(lua_State *L) {
  struct stat found;
  if (stat("/proc/self/ns/pid", &found) != 0)
    return 0;
  lua_pushnumber(L, (lua_Number)found.st_ino);
  return 1;
}

void ecs_lua_open_system(lua_State *L) {
  static const luaL_Reg functions[] = {{"entropy", entropy},
                                       {"hex", hex},
                                       {"sha256", sha256},
                                       {"sha1", sha1},
                                       {"hmac_sha256", hmac_sha256},
                                       {"same", same},
                                       {"time", wall_time},
                                       {"monotonic", monotonic},
                                       {"sleep", sleep_for},
                                       {"pid", process_id},
                                       {"hostname", hostname},
                                       {"uname", system_names},
                                       {"user", user},
                                       {"process_alive", process_alive},
                                       {"process_space", process_space},
                                       {"isatty", is_terminal},
                                       {"readable", readable},
                                       {"terminal_columns", terminal_columns},
                                       {"terminal_rows", terminal_rows},
                                       {"catch_interrupt", catch_interrupt},
                                       {"interrupted", interrupted},
                                       {"finish", finish},
                                       {"divert", divert},
                                       {"restore", restore},
                                       {"core_dumps", core_dumps},
                                       {"guard_streams", guard_streams},
                                       {NULL, NULL}};
  lua_newtable(L);
  luaL_setfuncs(L, functions, 0);
  ecs_lua_open_files(L);
  ecs_lua_open_paths(L);
  ecs_lua_open_locks(L);
  ecs_lua_open_journal(L);
  ecs_lua_open_process(L);
  lua_setfield(L, -2, "system");
}
