/* files: what the two files about files share. */
#ifndef ECS_LUA_FILES_H
#define ECS_LUA_FILES_H

#include <lua.h>
#include <stddef.h>

/* Room for a path that links were followed to: PATH_MAX of Linux and the BSDs. */
#define ECS_PATH_ROOM 4096

/* Pushes nil, message and kind of errno: "missing" "denied" "exists" "full" "nolock" "interrupted" "other". Answers 3. */
int ecs_lua_failed(lua_State *L, const char *path, int code);

/* Writes all of it; 0 or errno. */
int ecs_write_all(int file, const char *text, size_t size);

/* Where `path` leads when each link at its end is followed; what it names there need not exist. 0, or errno, or
** ECS_PLANTED for a link of somebody else's in a folder like /tmp. */
int ecs_path_follow(const char *path, char target[ECS_PATH_ROOM]);
#define ECS_PLANTED (-1)

/* The folder of a path that has room: with its slash, in `folder`, or ".". */
const char *ecs_path_folder(const char *path, char folder[ECS_PATH_ROOM]);

/* Whether Ctrl-C was pressed, or the process asked to end (see system.c): who waits for a slow reader or writer asks. */
int ecs_interrupted(void);

#endif
