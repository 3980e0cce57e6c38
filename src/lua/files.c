/* files: the few things with files that Lua's own library cannot do safely: a write that is either whole and durable or
** did not happen, and a lock file that only one process can make. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding.h"

/* nil, message, kind ("missing" "denied" "exists" "full" "other") of errno. */
static int failed(lua_State *L, const char *path, int code) {
  const char *kind = code == ENOENT || code == ENOTDIR   ? "missing"
                     : code == EACCES || code == EPERM || code == EROFS ? "denied"
                     : code == EEXIST                    ? "exists"
                     : code == ENOSPC                    ? "full"
                                                         : "other";
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", path, strerror(code));
  lua_pushstring(L, kind);
  return 3;
}

static int succeeded(lua_State *L) {
  lua_pushboolean(L, 1);
  return 1;
}

/* Up to `room` bytes of the file at `path`, *size of them; answers errno. */
static int read_up_to(const char *path, char *bytes, size_t room, size_t *size) {
  *size = 0;
  int code = 0, file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return errno;
  while (*size < room) {
    ssize_t got = read(file, bytes + *size, room - *size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      code = errno;
    if (got <= 0)
      break;
    *size += (size_t)got;
  }
  close(file);
  return code;
}

/* read_file(path) -> text | nil, message, kind. Most files are short, or missing, and leave no garbage. For a longer one
** Lua owns the buffer before the file is open, so that no error leaves it open. */
static int read_file(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  char first[16384], *bytes = first;
  for (size_t room = sizeof first;;) {
    size_t size;
    int code = read_up_to(path, bytes, room, &size);
    if (code != 0)
      return failed(L, path, code);
    if (size < room) {
      lua_pushlstring(L, bytes, size);
      return 1;
    }
    lua_settop(L, 1);
    room *= 4;
    bytes = lua_newuserdatauv(L, room, 0);
  }
}

static int write_all(int file, const char *text, size_t size, bool durable) {
  while (size > 0) {
    ssize_t put = write(file, text, size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    text += put;
    size -= (size_t)put;
  }
  return !durable || fsync(file) == 0 ? 0 : errno;
}

/* The folder's own entry must reach the disk too, or a new name may be gone after a power failure. */
static int sync_folder(const char *path) {
  char folder[4096];
  const char *slash = strrchr(path, '/');
  size_t size = slash == NULL ? 0 : (size_t)(slash - path);
  if (size >= sizeof folder)
    return ENAMETOOLONG;
  memcpy(folder, path, size);
  folder[size] = '\0';
  int handle = open(slash == NULL ? "." : size == 0 ? "/" : folder, O_RDONLY | O_CLOEXEC);
  if (handle < 0)
    return errno;
  int code = fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
  close(handle);
  return code;
}

/* write_file(path, text [, mode = 0600]) -> true | nil, message, kind. The file at `path` is the old or the new one, never
** a part; when true is answered the new one is on the disk. A link is followed, so that the file behind it changes. */
static int write_file(lua_State *L) {
  size_t size;
  const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &size);
  mode_t mode = (mode_t)luaL_optinteger(L, 3, 0600);
  char target[4096], fresh[4096 + 32];
  ssize_t linked = readlink(path, target, sizeof target - 1);
  if (linked > 0 && target[0] == '/') {
    target[linked] = '\0';
    path = target;
  } else if (linked > 0) {
    char beside[4096];
    const char *slash = strrchr(path, '/');
    target[linked] = '\0';
    int wrote = snprintf(beside, sizeof beside, "%.*s%s", slash == NULL ? 0 : (int)(slash - path + 1), path, target);
    if (wrote < 0 || (size_t)wrote >= sizeof beside)
      return failed(L, path, ENAMETOOLONG);
    memcpy(target, beside, (size_t)wrote + 1);
    path = target;
  }
  int wrote = snprintf(fresh, sizeof fresh, "%s.%ld.new", path, (long)getpid());
  if (wrote < 0 || (size_t)wrote >= sizeof fresh)
    return failed(L, path, ENAMETOOLONG);
  unlink(fresh);
  int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0)
    return failed(L, fresh, errno);
  int code = write_all(file, text, size, true);
  if (close(file) != 0 && code == 0)
    code = errno;
  if (code == 0 && rename(fresh, path) != 0)
    code = errno;
  if (code != 0) {
    unlink(fresh);
    return failed(L, path, code);
  }
  code = sync_folder(path);
  return code == 0 ? succeeded(L) : failed(L, path, code);
}

/* lock_file(path, text) -> true | nil, "held", text of the holder | nil, message, kind. Made whole or not at all: the text
** is written beside it and linked into place, so that a reader never sees half a holder. It waits for no disk: a power
** failure ends the holder too, and the lock may be gone with it. */
static int lock_file(lua_State *L) {
  size_t size;
  const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &size);
  char fresh[4096];
  int wrote = snprintf(fresh, sizeof fresh, "%s.%ld.new", path, (long)getpid());
  if (wrote < 0 || (size_t)wrote >= sizeof fresh)
    return failed(L, path, ENAMETOOLONG);
  unlink(fresh);
  int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0)
    return failed(L, fresh, errno);
  int code = write_all(file, text, size, false);
  if (close(file) != 0 && code == 0)
    code = errno;
  if (code == 0 && link(fresh, path) != 0)
    code = errno;
  unlink(fresh);
  if (code == 0)
    return succeeded(L);
  if (code != EEXIST)
    return failed(L, path, code);
  lua_settop(L, 1);
  int results = read_file(L); /* the holder may have gone since: then the text is "" and the caller tries again */
  if (results == 1) {
    lua_pushnil(L);
    lua_insert(L, -2);
    lua_pushliteral(L, "held");
    lua_insert(L, -2);
    return 3;
  }
  lua_pushnil(L);
  lua_pushliteral(L, "held");
  lua_pushliteral(L, "");
  return 3;
}

static int make_dir(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  mode_t mode = (mode_t)luaL_optinteger(L, 2, 0700);
  return mkdir(path, mode) == 0 || errno == EEXIST ? succeeded(L) : failed(L, path, errno);
}

static int remove_path(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  return remove(path) == 0 ? succeeded(L) : failed(L, path, errno);
}

static int rename_path(lua_State *L) {
  const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
  return rename(from, to) == 0 ? succeeded(L) : failed(L, from, errno);
}

/* link(from, to) -> true | nil, message, kind. `to` becomes a second name of the file at `from`, in place of what it named. */
static int link_path(lua_State *L) {
  const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
  char fresh[4096];
  int wrote = snprintf(fresh, sizeof fresh, "%s.%ld.new", to, (long)getpid());
  if (wrote < 0 || (size_t)wrote >= sizeof fresh)
    return failed(L, to, ENAMETOOLONG);
  unlink(fresh);
  int code = linkat(AT_FDCWD, from, AT_FDCWD, fresh, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
  if (code == 0 && rename(fresh, to) != 0)
    code = errno;
  unlink(fresh); /* rename leaves it where both are names of one file already */
  return code == 0 ? succeeded(L) : failed(L, to, code);
}

static int exists(lua_State *L) {
  struct stat found;
  lua_pushboolean(L, stat(luaL_checkstring(L, 1), &found) == 0);
  return 1;
}

/* file_mode(path) -> permission bits | nil, message, kind */
static int file_mode(lua_State *L) {
  struct stat found;
  const char *path = luaL_checkstring(L, 1);
  if (stat(path, &found) != 0)
    return failed(L, path, errno);
  lua_pushinteger(L, (lua_Integer)(found.st_mode & 07777));
  return 1;
}

void ecs_lua_open_files(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"read_file", read_file}, {"write_file", write_file}, {"lock_file", lock_file}, {"make_dir", make_dir},
      {"remove", remove_path},  {"rename", rename_path},    {"link", link_path},      {"exists", exists},
      {"file_mode", file_mode}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
