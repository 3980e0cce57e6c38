/* paths: where a path leads, so that one file has one name and its links stay links. */
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE /* realpath, S_ISVTX */
#endif
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding.h"
#include "files.h"

#if defined(PATH_MAX) && PATH_MAX > ECS_PATH_ROOM
#error "realpath wants more room"
#endif

#define MOST_LINKS 40

/* The length of the folder's part of a path, with its slash. */
static size_t folder_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? 0 : (size_t)(slash - path) + 1;
}

const char *ecs_path_folder(const char *path, char folder[ECS_PATH_ROOM]) {
  size_t size = folder_part(path);
  memcpy(folder, path, size);
  folder[size] = '\0';
  return size == 0 ? "." : folder;
}

/* A link in a folder that all may write into, each only what is his own, may have been planted there by anybody. It is
** followed by whom the kernel would let follow it (protected_symlinks), on every system. */
static bool is_planted(const char *path, const struct stat *link) {
  char folder[ECS_PATH_ROOM];
  struct stat found;
  if (stat(ecs_path_folder(path, folder), &found) != 0)
    return false;
  return (found.st_mode & S_ISVTX) != 0 && (found.st_mode & S_IWOTH) != 0 && link->st_uid != geteuid() &&
         link->st_uid != found.st_uid;
}

/* Puts what the link at `path` says in its place. */
static int follow_one(char path[ECS_PATH_ROOM]) {
  char said[ECS_PATH_ROOM];
  ssize_t size = readlink(path, said, sizeof said - 1);
  if (size < 0)
    return errno;
  said[size] = '\0';
  size_t kept = said[0] == '/' ? 0 : folder_part(path);
  if (kept + (size_t)size >= ECS_PATH_ROOM)
    return ENAMETOOLONG;
  memcpy(path + kept, said, (size_t)size + 1);
  return 0;
}

int ecs_path_follow(const char *path, char target[ECS_PATH_ROOM]) {
  size_t size = strlen(path);
  if (size >= ECS_PATH_ROOM)
    return ENAMETOOLONG;
  memcpy(target, path, size + 1);
  for (int links = 0; links < MOST_LINKS; links++) {
    struct stat found;
    if (lstat(target, &found) != 0)
      return errno == ENOENT ? 0 : errno;
    if (!S_ISLNK(found.st_mode))
      return 0;
    if (is_planted(target, &found))
      return ECS_PLANTED;
    int code = follow_one(target);
    if (code != 0)
      return code;
  }
  return ELOOP;
}

/* real_path(path) -> the one name of the file that `path` leads to, from the root, without links | nil, message, kind. The
** file need not exist; its folder must. */
static int real_path(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  char target[ECS_PATH_ROOM], folder[ECS_PATH_ROOM], real[ECS_PATH_ROOM];
  int code = ecs_path_follow(path, target);
  if (code != 0)
    return ecs_lua_failed(L, path, code);
  if (realpath(ecs_path_folder(target, folder), real) == NULL)
    return ecs_lua_failed(L, path, errno);
  lua_pushfstring(L, "%s%s%s", real, strcmp(real, "/") == 0 ? "" : "/", target + folder_part(target));
  return 1;
}

void ecs_lua_open_paths(lua_State *L) {
  static const luaL_Reg functions[] = {{"real_path", real_path}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
