/* binding: what the files of this folder share, and the only place where Lua versions differ.
**
** A core allocation never outlives a call that may raise, unless a userdata owns it: arenas come from
** ecs_lua_arena, which leaves their owner on the stack. */
#ifndef ECS_LUA_BINDING_H
#define ECS_LUA_BINDING_H

#include <lauxlib.h>
#include <lua.h>

#include "base/diag.h"
#include "base/number.h"
#include "base/value.h"

#if LUA_VERSION_NUM < 502
#define lua_rawlen lua_objlen
#define lua_absindex(L, i) ((i) > 0 || (i) <= LUA_REGISTRYINDEX ? (i) : lua_gettop(L) + (i) + 1)
#define luaL_tolstring ecs_lua_tolstring
const char *ecs_lua_tolstring(lua_State *L, int index, size_t *size);
/* LuaJIT has these of 5.2, PUC-Rio's 5.1 does not: without them, a module built for one loads in the other. */
#undef luaL_newlib
#undef luaL_setmetatable
#define luaL_setfuncs ecs_lua_setfuncs
#define luaL_setmetatable(L, name) (luaL_getmetatable(L, name), (void)lua_setmetatable(L, -2))
#define luaL_newlib(L, functions) (lua_newtable(L), luaL_setfuncs(L, functions, 0))
void ecs_lua_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues);
#endif
#if LUA_VERSION_NUM < 504
#define lua_newuserdatauv(L, size, values) lua_newuserdata(L, size)
#endif

/* Registers a type of userdata: what luaL_checkudata calls it, its methods, and what collects it. */
void ecs_lua_new_type(lua_State *L, const char *name, const luaL_Reg *methods, lua_CFunction collect);

/* The number at `index` as text, with all its digits; see number.h. Answers the size and raises nothing. */
size_t ecs_lua_number_text(lua_State *L, int index, char out[ECS_NUMBER_ROOM]);

/* The metatable of tables that are maps though they are empty: core.object. */
#define ECS_LUA_OBJECT "ecs_service.object"

/* Pushes a userdata that owns a new arena; raises without memory. ecs_lua_arena_close gives its memory back at once
** (the collector does it otherwise). */
ecs_arena *ecs_lua_arena(lua_State *L);
void ecs_lua_arena_close(lua_State *L, int index);

/* What is wrong with a Lua value, and the path of it within ("" when it is the whole). */
typedef struct ecs_lua_problem {
  const char *path, *what;
} ecs_lua_problem;

/* The Lua value at `index` as a tree. Tables with keys 1..n are lists, with string keys maps, empty ones lists; a whole
** number is an integer whichever Lua it came from; cjson.null and nil are null. ECS_INVALID or ECS_LIMIT with
** *problem set ("the table mixes positions and names"), or ECS_NOMEM; problem->what is NULL otherwise. Raises nothing but
** Lua's own out-of-memory. */
ecs_status ecs_lua_read(lua_State *L, int index, ecs_arena *arena, ecs_value **value, ecs_lua_problem *problem);

/* The same, raising an argument error when the value cannot be read. A tree of store.h is taken as it is, wherever it
** stands: what was read lives no longer than that, unless it is held (store.h). */
ecs_value *ecs_lua_check(lua_State *L, int argument, ecs_arena *arena);

/* Pushes a tree. Null members of maps are left out, null items of lists are false; integers that this Lua cannot hold
** exactly are pushed as text. */
void ecs_lua_push(lua_State *L, const ecs_value *value);

/* Pushes a map without the members that are named, in a list that NULL ends. */
void ecs_lua_push_without(lua_State *L, const ecs_value *map, const char *const *names);

/* Raises "not enough memory" for ECS_NOMEM and a matching text for the rest; ECS_OK does nothing. */
void ecs_lua_raise(lua_State *L, ecs_status status);

/* Makes the table at the top of the stack an object (see ECS_LUA_OBJECT). */
void ecs_lua_mark_object(lua_State *L);

/* Each opens one part and sets its functions in the table at the top of the stack. */
void ecs_lua_open_store(lua_State *L);           /* store() table(tree) same(a, b); see store.h */
void ecs_lua_open_json(lua_State *L);            /* json(value [, indent]) read_json(text [, name]) object(table) */
void ecs_lua_open_schema(lua_State *L);          /* schema validate other_names (of a kind: kinds.h) nearest duration */
void ecs_lua_open_task_definition(lua_State *L); /* definition_… same_containers */
void ecs_lua_open_plan(lua_State *L);    /* plan flatten unknown_members warnings (of a kind) request tags_all covers */
void ecs_lua_open_sign(lua_State *L);    /* sign presign signer */
void ecs_lua_open_jose(lua_State *L);    /* es256 base64url */
void ecs_lua_open_engine(lua_State *L);  /* engine pace judge */
void ecs_lua_open_explain(lua_State *L); /* explain(input) explain_codes() */
void ecs_lua_open_system(lua_State *L);  /* system: entropy, clock, terminal, signals, and: */
void ecs_lua_open_files(lua_State *L);   /* files, */
void ecs_lua_open_paths(lua_State *L);   /* where their paths lead, */
void ecs_lua_open_locks(lua_State *L);   /* lock files, */
void ecs_lua_open_journal(lua_State *L); /* journals of records, */
void ecs_lua_open_process(lua_State *L); /* other programs, a question at the terminal */

#endif
