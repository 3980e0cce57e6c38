/* journal_file: a file that grows by records, each of which is on the disk, whole, before anybody goes on. Whoever else puts
** another file in its place is noticed: nothing is told to a file that nobody finds any more. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding.h"
#include "files.h"

#define JOURNAL "ecs_service.journal_file"

typedef struct journal {
  int file;             /* -1: let go of */
  off_t size;           /* of the records that are on the disk */
  struct stat base;     /* what its records follow, as it was when they began */
  const char *followed; /* and where that is */
  char path[];
} journal;

static void let_go(journal *open) {
  if (open->file >= 0)
    close(open->file);
  open->file = -1;
}

/* A file that was replaced, or written into. */
static bool differs(const struct stat *left, const struct stat *right) {
  return left->st_dev != right->st_dev || left->st_ino != right->st_ino || left->st_size != right->st_size ||
         left->st_mtime != right->st_mtime;
}

static int missing(int code) { return code == ENOENT || code == ENOTDIR ? ESTALE : code; }

/* 0 when the path names the open file, ESTALE when it names another or none, or errno. */
static int find(const journal *open) {
  struct stat own, there;
  if (fstat(open->file, &own) != 0)
    return errno;
  if (lstat(open->path, &there) != 0)
    return missing(errno);
  return own.st_dev == there.st_dev && own.st_ino == there.st_ino ? 0 : ESTALE;
}

/* The same, and that what it follows is as it was. */
static int compare(const journal *open) {
  struct stat there;
  if (open->file < 0)
    return ESTALE;
  if (stat(open->followed, &there) != 0)
    return missing(errno);
  return differs(&open->base, &there) ? ESTALE : find(open);
}

/* journal_file(path, followed) -> journal | nil, message, kind. A new and empty one in place of what was there, for records
** that follow what stands in the file `followed`: see follow. Its name is on the disk as soon as the folder is: with the
** next write_file beside it. */
static int journal_file(lua_State *L) {
  size_t size, other;
  const char *path = luaL_checklstring(L, 1, &size), *followed = luaL_checklstring(L, 2, &other);
  journal *made = lua_newuserdatauv(L, sizeof *made + size + other + 2, 0);
  memset(made, 0, sizeof *made);
  made->file = -1;
  memcpy(made->path, path, size + 1);
  made->followed = memcpy(made->path + size + 1, followed, other + 1);
  luaL_setmetatable(L, JOURNAL);
  if (unlink(path) != 0 && errno != ENOENT)
    return ecs_lua_failed(L, path, errno);
  made->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  return made->file >= 0 ? 1 : ecs_lua_failed(L, path, errno);
}

static int answer(lua_State *L, const journal *open, int code) {
  if (code != 0 && code != ESTALE)
    return ecs_lua_failed(L, open->path, code);
  lua_pushboolean(L, code == 0);
  return 1;
}

/* What a full disk has let through of a record goes again: the next one would stand behind it. */
static int write_record(journal *open, const char *text, size_t size) {
  int code = lseek(open->file, open->size, SEEK_SET) < 0 ? errno : ecs_write_all(open->file, text, size);
  if (code == 0 && fsync(open->file) != 0)
    code = errno;
  if (code == 0)
    open->size += (off_t)size;
  else if (ftruncate(open->file, open->size) != 0)
    let_go(open);
  return code;
}

/* journal:append(text) -> true | false when another file stands in its place, or in that of what it follows | nil, message,
** kind */
static int journal_append(lua_State *L) {
  size_t size;
  journal *open = luaL_checkudata(L, 1, JOURNAL);
  const char *text = luaL_checklstring(L, 2, &size);
  int code = compare(open);
  if (code == 0)
    code = write_record(open, text, size);
  if (code == 0)
    code = compare(open); /* whoever took its place meanwhile has not read the record */
  return answer(L, open, code);
}

/* journal:follow() -> true | nil, message, kind: from here on it follows the file as it is now, which has what its records
** said. */
static int journal_follow(lua_State *L) {
  journal *open = luaL_checkudata(L, 1, JOURNAL);
  if (open->file < 0 || stat(open->followed, &open->base) != 0 || ftruncate(open->file, 0) != 0)
    return ecs_lua_failed(L, open->path, open->file < 0 ? ESTALE : errno);
  open->size = 0;
  return answer(L, open, 0);
}

/* journal:remove(): the file goes, unless it is another one. */
static int journal_remove(lua_State *L) {
  journal *open = luaL_checkudata(L, 1, JOURNAL);
  if (open->file >= 0 && find(open) == 0)
    unlink(open->path);
  let_go(open);
  return 0;
}

static int journal_gc(lua_State *L) {
  let_go(luaL_checkudata(L, 1, JOURNAL));
  return 0;
}

void ecs_lua_open_journal(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"append", journal_append}, {"follow", journal_follow}, {"remove", journal_remove}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"journal_file", journal_file}, {NULL, NULL}};
  ecs_lua_new_type(L, JOURNAL, methods, journal_gc);
  luaL_setfuncs(L, functions, 0);
}
