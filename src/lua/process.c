/* process: another program run without a shell, its output read piece by piece, or with the terminal of this one; and a
** question to whoever sits at the terminal. What both carry may be secret, so no buffer keeps it. */
#define _GNU_SOURCE /* for posix_spawn_file_actions_addclosefrom_np, where there is one */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "binding.h"
#include "files.h"

#define PROCESS "ecs_service.process"
#define MOST_WORDS 256

extern char **environ;

/* While a pipe is open its end is read; what is left then is only to collect the process. */
typedef struct process {
  pid_t pid;   /* 0: not started, or collected */
  int pipe[2]; /* to read its output and its errors from; -1: at their end */
} process;

static void close_end(int *end) {
  if (*end >= 0)
    close(*end);
  *end = -1;
}

/* Never waits longer than the kernel needs to end what was killed. */
static void put_down(process *p) {
  close_end(&p->pipe[0]);
  close_end(&p->pipe[1]);
  if (p->pid == 0)
    return;
  kill(p->pid, SIGKILL);
  while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR) {
  }
  p->pid = 0;
}

static int process_gc(lua_State *L) {
  put_down(luaL_checkudata(L, 1, PROCESS));
  return 0;
}

/* A pipe whose ends no other program inherits: the child's copy of the writing end is made by dup2. */
static int make_pipe(int ends[2]) {
  if (pipe(ends) != 0)
    return errno;
  if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0)
    return 0;
  int code = errno;
  close_end(&ends[0]);
  close_end(&ends[1]);
  return code;
}

/* What libraries have opened without O_CLOEXEC (libcurl's wake-up sockets) is not the other program's either. */
static int keep_rest(posix_spawn_file_actions_t *actions) {
#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 34)
  return posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#endif
#endif
  (void)actions;
  return 0;
}

/* Starts a program with the signals of `defaults` as they are by default, and without what keep_rest leaves out. The
** actions are destroyed. */
static int launch(pid_t *pid, posix_spawn_file_actions_t *actions, const sigset_t *defaults, char *const words[],
                  char *const environment[]) {
  posix_spawnattr_t attributes;
  int code = posix_spawnattr_init(&attributes);
  if (code == 0) {
    posix_spawnattr_setsigdefault(&attributes, defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    code = keep_rest(actions);
    if (code == 0)
      code = posix_spawnp(pid, words[0], actions, &attributes, words, environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(actions);
  return code;
}

static int start(process *p, char *const words[], const int to[2]) {
  posix_spawn_file_actions_t actions;
  sigset_t defaults;
  int code = posix_spawn_file_actions_init(&actions);
  if (code != 0)
    return code;
  /* A transport may be ignoring it just now; the other program did not ask for that. */
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  code = posix_spawn_file_actions_adddup2(&actions, to[0], STDOUT_FILENO);
  if (code == 0)
    code = posix_spawn_file_actions_adddup2(&actions, to[1], STDERR_FILENO);
  if (code != 0)
    posix_spawn_file_actions_destroy(&actions);
  else
    code = launch(&p->pid, &actions, &defaults, words, environ);
  if (code != 0)
    p->pid = 0;
  return code;
}

static int spawn_with_pipes(process *p, char *const words[]) {
  int out[2] = {-1, -1}, err[2] = {-1, -1};
  int code = make_pipe(out);
  if (code == 0)
    code = make_pipe(err);
  if (code == 0) {
    int to[2] = {out[1], err[1]};
    p->pipe[0] = out[0];
    p->pipe[1] = err[0];
    code = start(p, words, to);
  } else {
    close_end(&out[0]);
  }
  close_end(&out[1]);
  close_end(&err[1]);
  if (code != 0) {
    close_end(&p->pipe[0]);
    close_end(&p->pipe[1]);
  }
  return code;
}

/* The strings of the list that is the first argument; they stay in it. */
static void take_words(lua_State *L, char *words[]) {
  luaL_checktype(L, 1, LUA_TTABLE);
  size_t count = (size_t)lua_rawlen(L, 1);
  luaL_argcheck(L, count >= 1 && count <= MOST_WORDS, 1, "1 to 256 words");
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (int)i + 1);
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, 1, "the words are strings");
    words[i] = (char *)lua_tostring(L, -1); /* posix_spawn takes them as its caller's and changes none */
    lua_pop(L, 1);
  }
}

/* spawn{ "program", "argument", … } -> process | nil, message. The program is looked for along PATH; it has the standard
** input and the environment of this process. One that is collected as garbage is killed. */
static int spawn(lua_State *L) {
  char *words[MOST_WORDS + 1] = {NULL};
  take_words(L, words);
  process *p = lua_newuserdatauv(L, sizeof *p, 0);
  *p = (process){0, {-1, -1}};
  luaL_setmetatable(L, PROCESS);
  int code = spawn_with_pipes(p, words);
  if (code == 0)
    return 1;
  lua_pushnil(L);
  lua_pushstring(L, strerror(code));
  return 2;
}

/* Pushes what can be read from one pipe; false: it is at its end now. */
static bool push_read(lua_State *L, process *p, int which) {
  char bytes[4096];
  ssize_t got = read(p->pipe[which], bytes, sizeof bytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
    lua_pushnil(L);
    return true;
  }
  if (got <= 0) {
    close_end(&p->pipe[which]);
    return false;
  }
  lua_pushstring(L, which == 0 ? "out" : "err");
  lua_pushlstring(L, bytes, (size_t)got);
  OPENSSL_cleanse(bytes, (size_t)got);
  return true;
}

/* A process that closed both pipes is about to end; there is nothing to poll for that. */
static bool collect(process *p, double seconds, int *status) {
  for (;;) {
    pid_t gone = waitpid(p->pid, status, WNOHANG);
    if (gone == p->pid || (gone < 0 && errno == ECHILD))
      return true;
    if (seconds <= 0)
      return false;
    double span = seconds < 0.005 ? seconds : 0.005;
    struct timespec nap = {0, (long)(span * 1e9)};
    nanosleep(&nap, NULL);
    seconds -= span;
  }
}

static int push_status(lua_State *L, int status) {
  bool exited = WIFEXITED(status);
  lua_pushstring(L, exited ? "exit" : "signal");
  lua_pushinteger(L, exited ? WEXITSTATUS(status) : WTERMSIG(status));
  return 2;
}

static int push_end(lua_State *L, process *p, int status) {
  p->pid = 0;
  return push_status(L, status);
}

/* process:next(seconds) -> "out" | "err", text; then "exit", code or "signal", number, once. nil: nothing came within that
** time, or a signal arrived. */
static int process_next(lua_State *L) {
  process *p = luaL_checkudata(L, 1, PROCESS);
  double seconds = luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0, 2, "seconds from 0 are expected");
  luaL_argcheck(L, p->pid != 0, 1, "the process has ended");
  while (p->pipe[0] >= 0 || p->pipe[1] >= 0) {
    struct pollfd ends[2] = {{p->pipe[0], POLLIN, 0}, {p->pipe[1], POLLIN, 0}};
    int ready = poll(ends, 2, seconds > 1e6 ? (int)1e9 : (int)ceil(seconds * 1000));
    if (ready <= 0) {
      lua_pushnil(L);
      return 1;
    }
    for (int i = 0; i < 2; i++)
      if (ends[i].revents != 0 && push_read(L, p, i))
        return lua_isnil(L, -1) ? 1 : 2;
  }
  int status = 0;
  if (collect(p, seconds, &status))
    return push_end(L, p, status);
  lua_pushnil(L);
  return 1;
}

/* Environment of this process with one more variable; the texts stay their owners'. */
static char **environment_with(char *variable) {
  size_t count = 0;
  while (environ[count] != NULL)
    count++;
  char **list = calloc(count + 2, sizeof *list);
  if (list == NULL)
    return NULL;
  memcpy(list, environ, count * sizeof *list);
  list[count] = variable;
  return list;
}

/* What the terminal sends at Ctrl-C, Ctrl-\ and Ctrl-Z is the other program's while it has the terminal. */
static const int OF_THE_TERMINAL[] = {SIGINT, SIGQUIT, SIGTSTP};
enum { OF_THE_TERMINAL_COUNT = sizeof OF_THE_TERMINAL / sizeof *OF_THE_TERMINAL };

static int start_attached(pid_t *pid, char *const words[], char *const environment[]) {
  posix_spawn_file_actions_t actions;
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  for (int i = 0; i < OF_THE_TERMINAL_COUNT; i++)
    sigaddset(&defaults, OF_THE_TERMINAL[i]);
  int code = posix_spawn_file_actions_init(&actions);
  return code != 0 ? code : launch(pid, &actions, &defaults, words, environment);
}

/* Waits for its end; when this process is asked to end (SIGTERM, SIGHUP), so is the other one. What is waited for is
** held back while nobody waits, so that none comes in between; where another thread takes it, the next look sees it. */
static int wait_attached(pid_t pid) {
  const struct timespec look = {.tv_nsec = 200 * 1000 * 1000};
  sigset_t held, before;
  sigemptyset(&held);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  sigaddset(&held, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    if (ecs_interrupted())
      kill(pid, SIGTERM);
    pselect(0, NULL, NULL, NULL, &look, &before);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

/* What wakes the wait needs a handler, and has nothing to do. */
static void wake(int number) { (void)number; }

static void handle(int number, void (*handler)(int), struct sigaction *before) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, before);
}

static int run_attached(char *const words[], char *const environment[], int *status) {
  struct sigaction before[OF_THE_TERMINAL_COUNT], of_children;
  pid_t pid = 0;
  for (int i = 0; i < OF_THE_TERMINAL_COUNT; i++)
    handle(OF_THE_TERMINAL[i], SIG_IGN, &before[i]);
  handle(SIGCHLD, wake, &of_children);
  int code = start_attached(&pid, words, environment);
  if (code == 0)
    *status = wait_attached(pid);
  sigaction(SIGCHLD, &of_children, NULL);
  for (int i = 0; i < OF_THE_TERMINAL_COUNT; i++)
    sigaction(OF_THE_TERMINAL[i], &before[i], NULL);
  return code;
}

/* attached({ "program", "argument", … }, "NAME=VALUE"?) -> "exit", code | "signal", number | nil, message. Runs a program
** along PATH to its end, with the terminal, the streams and the environment of this process, and one variable more. */
static int attached(lua_State *L) {
  char *words[MOST_WORDS + 1] = {NULL};
  take_words(L, words);
  char *variable = (char *)luaL_optstring(L, 2, NULL);
  char **environment = environment_with(variable);
  if (environment == NULL)
    return luaL_error(L, "not enough memory");
  int status = 0, code = run_attached(words, environment, &status);
  free(environment);
  if (code == 0)
    return push_status(L, status);
  lua_pushnil(L);
  lua_pushstring(L, strerror(code));
  return 2;
}

/* process:kill(): ends it at once; nothing more can be read. */
static int process_kill(lua_State *L) {
  put_down(luaL_checkudata(L, 1, PROCESS));
  return 0;
}

/* One line of at most `room` bytes; answers its length, or -1 at the end of the input or at a signal. */
static int read_line(int terminal, char *line, int room) {
  int size = 0;
  while (size < room) {
    ssize_t got = read(terminal, line + size, 1);
    if (got <= 0)
      return -1;
    if (line[size] == '\n')
      break;
    size++;
  }
  return size;
}

static bool put_text(int terminal, const char *text, size_t size) {
  return write(terminal, text, size) == (ssize_t)size;
}

typedef struct answer {
  char line[256];
  int size;
} answer;

static int push_answer(lua_State *L) {
  const answer *given = lua_touserdata(L, 1);
  lua_pushlstring(L, given->line, (size_t)given->size);
  return 1;
}

/* ask_hidden(question) -> line | nil, message. Asks at the terminal of this process, whatever its standard input is, and
** shows nothing of what is typed. */
static int ask_hidden(lua_State *L) {
  size_t size;
  answer typed;
  struct termios before, hidden;
  const char *question = luaL_checklstring(L, 1, &size);
  lua_pushcfunction(L, push_answer);
  lua_pushlightuserdata(L, &typed);
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
    close_end(&terminal);
    lua_pushnil(L);
    lua_pushliteral(L, "there is no terminal to ask at");
    return 2;
  }
  hidden = before;
  hidden.c_lflag &= ~(tcflag_t)ECHO;
  hidden.c_lflag |= ECHONL; /* only the end of the line shows */
  typed.size = -1;
  if (tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 && put_text(terminal, question, size))
    typed.size = read_line(terminal, typed.line, sizeof typed.line);
  tcsetattr(terminal, TCSAFLUSH, &before);
  close_end(&terminal);
  int got = typed.size, status = got < 0 ? 0 : lua_pcall(L, 1, 1, 0);
  OPENSSL_cleanse(&typed, sizeof typed); /* also of what was typed by half, and when there is no memory for it */
  if (status != 0)
    return lua_error(L);
  if (got >= 0)
    return 1;
  lua_pushnil(L);
  lua_pushliteral(L, "nothing was typed");
  return 2;
}

void ecs_lua_open_process(lua_State *L) {
  static const luaL_Reg methods[] = {{"next", process_next}, {"kill", process_kill}, {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"spawn", spawn}, {"ask_hidden", ask_hidden}, {"attached", attached}, {NULL, NULL}};
  ecs_lua_new_type(L, PROCESS, methods, process_gc);
  luaL_setfuncs(L, functions, 0);
}
