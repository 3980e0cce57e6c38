/* locks: a lock file that the operating system holds for this process, so that it is free when the process has ended,
** whatever ended it. What stands in the file only tells who holds it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* F_OFD_SETLK */
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding.h"
#include "files.h"

#define LOCK "ecs_service.lock"
/* More than any holder writes of itself. */
#define MOST_TEXT 16384
/* Each time another run gave the lock back between two of our steps. */
#define MOST_TRIES 1000

typedef struct held {
  int file;    /* -1: given back */
  pid_t owner; /* a forked child has a copy of this, and nothing to give back */
  char path[];
} held;

/* The lock belongs to the open file and not to the process: closing some other descriptor of the file does not free it,
** and two stacks of one process keep each other out. 0, EAGAIN when another has it, or errno. */
static int take(int file) {
#ifdef F_OFD_SETLK
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(file, F_OFD_SETLK, &whole) == 0)
    return 0;
  if (errno != EINVAL) /* a kernel that is older than these locks */
    return errno == EACCES ? EAGAIN : errno;
#endif
  if (flock(file, LOCK_EX | LOCK_NB) == 0)
    return 0;
  return errno == EWOULDBLOCK ? EAGAIN : errno;
}

/* Whether somebody else holds the lock of this open file. */
static bool is_taken(int file) {
#ifdef F_OFD_SETLK
  struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (fcntl(file, F_OFD_GETLK, &whole) == 0)
    return whole.l_type != F_UNLCK;
#endif
  return take(file) == EAGAIN; /* what was taken goes with the descriptor */
}

static void let_go(held *lock) {
  if (lock->file >= 0)
    close(lock->file);
  lock->file = -1;
}

/* 0 when the file at the lock's path is the one that is held, ESTALE when it is another or gone, or errno. */
static int compare(const held *lock) {
  struct stat own, there;
  if (fstat(lock->file, &own) != 0)
    return errno;
  if (lstat(lock->path, &there) != 0)
    return errno == ENOENT || errno == ENOTDIR ? ESTALE : errno;
  return own.st_dev == there.st_dev && own.st_ino == there.st_ino ? 0 : ESTALE;
}

/* 0: it is this process's. EAGAIN: another's, and the file is open. ESTALE: it was given back between the opening and the
** grant, and what was granted is the lock of a file that nobody finds any more. */
static int grab(held *lock) {
  lock->file = open(lock->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (lock->file < 0)
    return errno;
  int code = take(lock->file);
  return code == 0 ? compare(lock) : code;
}

static int push_text(lua_State *L, int file) {
  char text[MOST_TEXT];
  ssize_t size = pread(file, text, sizeof text, 0);
  lua_pushlstring(L, text, size > 0 ? (size_t)size : 0);
  return 1;
}

/* lock_file(path) -> lock, what stood in the file ("" when it is new) | nil, "held", text of the holder | nil, message, kind.
** The text of a holder that has just come or is just going may be "". */
static int lock_file(lua_State *L) {
  size_t size;
  const char *path = luaL_checklstring(L, 1, &size);
  held *lock = lua_newuserdatauv(L, sizeof *lock + size + 1, 0);
  lock->file = -1;
  lock->owner = getpid();
  memcpy(lock->path, path, size + 1);
  luaL_setmetatable(L, LOCK);
  int code = ESTALE;
  for (int tries = 0; code == ESTALE && tries < MOST_TRIES; tries++) {
    let_go(lock);
    code = grab(lock);
  }
  if (code == 0)
    return 1 + push_text(L, lock->file);
  if (code != EAGAIN) {
    let_go(lock);
    return ecs_lua_failed(L, path, code);
  }
  lua_pushnil(L);
  lua_pushliteral(L, "held");
  push_text(L, lock->file);
  let_go(lock);
  return 3;
}

static held *check(lua_State *L) {
  held *lock = luaL_checkudata(L, 1, LOCK);
  luaL_argcheck(L, lock->file >= 0, 1, "the lock was given back");
  return lock;
}

/* lock:write(text) -> true | nil, message, kind. Who holds it, in one write, so that hardly anybody sees half of it. */
static int lock_write(lua_State *L) {
  size_t size;
  held *lock = check(L);
  const char *text = luaL_checklstring(L, 2, &size);
  int code = ftruncate(lock->file, 0) == 0 && lseek(lock->file, 0, SEEK_SET) == 0 ? 0 : errno;
  if (code == 0)
    code = ecs_write_all(lock->file, text, size);
  if (code != 0)
    return ecs_lua_failed(L, lock->path, code);
  lua_pushboolean(L, 1);
  return 1;
}

/* lock:still() -> whether the file at its path is the one that is held | nil, message, kind */
static int lock_still(lua_State *L) {
  held *lock = luaL_checkudata(L, 1, LOCK);
  int code = lock->file < 0 ? ESTALE : compare(lock);
  if (code != 0 && code != ESTALE)
    return ecs_lua_failed(L, lock->path, code);
  lua_pushboolean(L, code == 0);
  return 1;
}

/* The file goes while the lock is held: whoever waits for it finds that the path has none, or another. One that cannot be
** removed is free all the same. */
static bool give_back(held *lock) {
  bool own = lock->file >= 0 && lock->owner == getpid() && compare(lock) == 0;
  if (own)
    unlink(lock->path);
  let_go(lock);
  return own;
}

/* lock:unlock() -> true | false when it was not this one any more */
static int lock_unlock(lua_State *L) {
  lua_pushboolean(L, give_back(luaL_checkudata(L, 1, LOCK)));
  return 1;
}

/* lock:leave(): lets go of it; the file and what stands in it stay. */
static int lock_leave(lua_State *L) {
  let_go(luaL_checkudata(L, 1, LOCK));
  return 0;
}

static int lock_gc(lua_State *L) {
  give_back(luaL_checkudata(L, 1, LOCK));
  return 0;
}

/* lock_state(path) -> what stands in a lock file, whether somebody holds it | nil, message, kind */
static int lock_state(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (file < 0)
    return ecs_lua_failed(L, path, errno);
  bool taken = is_taken(file);
  char text[MOST_TEXT];
  ssize_t size = pread(file, text, sizeof text, 0);
  close(file);
  lua_pushlstring(L, text, size > 0 ? (size_t)size : 0);
  lua_pushboolean(L, taken);
  return 2;
}

void ecs_lua_open_locks(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"write", lock_write}, {"still", lock_still}, {"unlock", lock_unlock}, {"leave", lock_leave}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"lock_file", lock_file}, {"lock_state", lock_state}, {NULL, NULL}};
  ecs_lua_new_type(L, LOCK, methods, lock_gc);
  luaL_setfuncs(L, functions, 0);
}
