/* files: the few things with files that Lua's own library cannot do safely: a read of whatever a path names, whole; a write
** that is either whole and durable or did not happen, and leaves the file as it was in everything else. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding.h"
#include "files.h"

static const char *kind_of(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return "missing";
    case EACCES:
    case EPERM:
    case EROFS:
    case ECS_PLANTED: return "denied";
    case EEXIST: return "exists";
    case ENOSPC: return "full";
    case ENOLCK:
    case EOPNOTSUPP:
    case ENOSYS: return "nolock";
    case EINTR: return "interrupted";
    default: return "other";
  }
}

int ecs_lua_failed(lua_State *L, const char *path, int code) {
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", path,
                  code == ECS_PLANTED ? "it is a link of another user, in a folder that all may write into"
                                      : strerror(code));
  lua_pushstring(L, kind_of(code));
  return 3;
}

static int succeeded(lua_State *L) {
  lua_pushboolean(L, 1);
  return 1;
}

/* A read that a signal ended goes on, unless the signal asks this process to end. */
static bool goes_on(void) { return errno == EINTR && !ecs_interrupted(); }

static int open_to_read(const char *path) {
  int file;
  do
    file = open(path, O_RDONLY | O_CLOEXEC);
  while (file < 0 && goes_on());
  return file;
}

/* Reads until the room is full or the file at its end; answers errno. */
static int fill(int file, char *bytes, size_t room, size_t *size) {
  while (*size < room) {
    ssize_t got = read(file, bytes + *size, room - *size);
    if (got < 0 && goes_on())
      continue;
    if (got < 0)
      return errno;
    if (got == 0)
      break;
    *size += (size_t)got;
  }
  return 0;
}

/* A descriptor that the collector closes where an error does not let it be closed. */
#define READER "ecs_service.reader"

static void reader_close(int *file) {
  if (*file >= 0)
    close(*file);
  *file = -1;
}

static int reader_gc(lua_State *L) {
  reader_close(luaL_checkudata(L, 1, READER));
  return 0;
}

/* What is long, and what cannot be read twice (a pipe, a terminal): by one descriptor, into ever larger buffers of Lua's. */
static int read_long(lua_State *L, const char *path) {
  int *file = lua_newuserdatauv(L, sizeof *file, 0);
  *file = -1;
  luaL_setmetatable(L, READER);
  int top = lua_gettop(L);
  size_t size = 0, room = 65536;
  char *bytes = lua_newuserdatauv(L, room, 0);
  *file = open_to_read(path);
  if (*file < 0)
    return ecs_lua_failed(L, path, errno);
  for (;;) {
    int code = fill(*file, bytes, room, &size);
    if (code != 0) {
      reader_close(file);
      return ecs_lua_failed(L, path, code);
    }
    if (size < room)
      break;
    room *= 4;
    char *more = lua_newuserdatauv(L, room, 0);
    memcpy(more, bytes, size);
    bytes = more;
    lua_remove(L, top + 1);
  }
  reader_close(file);
  lua_pushlstring(L, bytes, size);
  return 1;
}

/* read_file(path) -> text | nil, message, kind. Most files are short, or missing, and leave no garbage. */
static int read_file(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  char bytes[16384];
  struct stat found;
  if (stat(path, &found) != 0)
    return ecs_lua_failed(L, path, errno);
  if (!S_ISREG(found.st_mode) || found.st_size >= (off_t)sizeof bytes)
    return read_long(L, path);
  int file = open_to_read(path);
  if (file < 0)
    return ecs_lua_failed(L, path, errno);
  size_t size = 0;
  int code = fill(file, bytes, sizeof bytes, &size);
  close(file);
  if (code != 0)
    return ecs_lua_failed(L, path, code);
  if (size == sizeof bytes) /* it has grown meanwhile */
    return read_long(L, path);
  lua_pushlstring(L, bytes, size);
  return 1;
}

int ecs_write_all(int file, const char *text, size_t size) {
  while (size > 0) {
    ssize_t put = write(file, text, size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    text += put;
    size -= (size_t)put;
  }
  return 0;
}

/* The folder's own entry must reach the disk too, or a new name may be gone after a power failure. */
static int sync_folder(const char *path) {
  char folder[ECS_PATH_ROOM];
  int handle = open(ecs_path_folder(path, folder), O_RDONLY | O_CLOEXEC);
  if (handle < 0)
    return errno;
  int code = fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
  close(handle);
  return code;
}

/* The new file is as open as the one whose place it takes, and whose it was. Where it cannot be its group's, the group gets
** no more than all others. */
static void keep_owner(int file, const struct stat *former) {
  struct stat own;
  mode_t mode = former->st_mode & 0777;
  if (fstat(file, &own) != 0)
    return;
  if ((own.st_uid != former->st_uid || own.st_gid != former->st_gid) &&
      fchown(file, former->st_uid, former->st_gid) != 0 && fchown(file, (uid_t)-1, former->st_gid) != 0)
    mode = (mode & ~(mode_t)070) | ((mode & 07) << 3);
  if (fchmod(file, mode) != 0)
    return; /* what it was made with is narrower */
}

/* Writes a whole file under a name of its own; 0 or errno. With `former` it is as open as that. */
static int write_fresh(const char *fresh, const char *text, size_t size, mode_t mode, const struct stat *former) {
  unlink(fresh);
  int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, former != NULL ? 0600 : mode);
  if (file < 0)
    return errno;
  if (former != NULL)
    keep_owner(file, former);
  int code = ecs_write_all(file, text, size);
  if (code == 0 && fsync(file) != 0)
    code = errno;
  if (close(file) != 0 && code == 0)
    code = errno;
  return code;
}

/* A pipe, a terminal: nothing can take its place. */
static int write_into(lua_State *L, const char *path, const char *text, size_t size) {
  int file = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0)
    return ecs_lua_failed(L, path, errno);
  int code = ecs_write_all(file, text, size);
  if (close(file) != 0 && code == 0)
    code = errno;
  return code == 0 ? succeeded(L) : ecs_lua_failed(L, path, code);
}

/* write_file(path, text [, mode [, followed]]) -> true | nil, message, kind. The file at `path` is the old or the new one,
** never a part; when true is answered the new one is on the disk; with `followed`, its name is when the next file of its
** folder is, which is about to be written. Links are followed, so that the file behind them changes. Without a
** mode, an existing file stays as open as it is, and whose it is; a new one is its owner's alone. */
static int write_file(lua_State *L) {
  size_t size;
  const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &size);
  bool keeps = lua_isnoneornil(L, 3);
  mode_t mode = (mode_t)luaL_optinteger(L, 3, 0600);
  char target[ECS_PATH_ROOM], fresh[ECS_PATH_ROOM + 32];
  struct stat former;
  if (stat(path, &former) == 0 && !S_ISREG(former.st_mode))
    return write_into(L, path, text, size);
  int code = ecs_path_follow(path, target);
  if (code != 0)
    return ecs_lua_failed(L, path, code);
  keeps = keeps && lstat(target, &former) == 0;
  int wrote = snprintf(fresh, sizeof fresh, "%s.%ld.new", target, (long)getpid());
  if (wrote < 0 || (size_t)wrote >= sizeof fresh)
    return ecs_lua_failed(L, path, ENAMETOOLONG);
  code = write_fresh(fresh, text, size, mode, keeps ? &former : NULL);
  if (code == 0 && rename(fresh, target) != 0)
    code = errno;
  if (code != 0) {
    unlink(fresh);
    return ecs_lua_failed(L, path, code);
  }
  code = lua_toboolean(L, 4) ? 0 : sync_folder(target);
  return code == 0 ? succeeded(L) : ecs_lua_failed(L, path, code);
}

static int make_dir(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  mode_t mode = (mode_t)luaL_optinteger(L, 2, 0700);
  return mkdir(path, mode) == 0 || errno == EEXIST ? succeeded(L) : ecs_lua_failed(L, path, errno);
}

static int remove_path(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  return remove(path) == 0 ? succeeded(L) : ecs_lua_failed(L, path, errno);
}

static int rename_path(lua_State *L) {
  const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
  return rename(from, to) == 0 ? succeeded(L) : ecs_lua_failed(L, from, errno);
}

/* link(from, to) -> true | nil, message, kind. `to` becomes a second name of the file at `from`, in place of what it named. */
static int link_path(lua_State *L) {
  const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
  char fresh[ECS_PATH_ROOM];
  int wrote = snprintf(fresh, sizeof fresh, "%s.%ld.new", to, (long)getpid());
  if (wrote < 0 || (size_t)wrote >= sizeof fresh)
    return ecs_lua_failed(L, to, ENAMETOOLONG);
  unlink(fresh);
  int code = linkat(AT_FDCWD, from, AT_FDCWD, fresh, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
  if (code == 0 && rename(fresh, to) != 0)
    code = errno;
  unlink(fresh); /* rename leaves it where both are names of one file already */
  return code == 0 ? succeeded(L) : ecs_lua_failed(L, to, code);
}

static int exists(lua_State *L) {
  struct stat found;
  lua_pushboolean(L, stat(luaL_checkstring(L, 1), &found) == 0);
  return 1;
}

/* file_mode(path) -> permission bits, "file" or "folder" or "other" (a pipe, a device) | nil, message, kind */
static int file_mode(lua_State *L) {
  struct stat found;
  const char *path = luaL_checkstring(L, 1);
  if (stat(path, &found) != 0)
    return ecs_lua_failed(L, path, errno);
  lua_pushinteger(L, (lua_Integer)(found.st_mode & 07777));
  lua_pushstring(L, S_ISREG(found.st_mode) ? "file" : S_ISDIR(found.st_mode) ? "folder" : "other");
  return 2;
}

void ecs_lua_open_files(lua_State *L) {
  static const luaL_Reg functions[] = {{"read_file", read_file}, {"write_file", write_file}, {"make_dir", make_dir},
                                       {"remove", remove_path},  {"rename", rename_path},    {"link", link_path},
                                       {"exists", exists},       {"file_mode", file_mode},   {NULL, NULL}};
  luaL_newmetatable(L, READER);
  lua_pushcfunction(L, reader_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
