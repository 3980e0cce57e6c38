/* json: deterministic JSON text of Lua values, and Lua values of JSON text. */
#include "base/json_read.h"
#include "base/json_write.h"
#include "store.h"

/* json(value [, indent]) -> text. Keys sorted; an empty table is [] unless object{} marked it. */
static int json(lua_State *L) {
  int indent = (int)luaL_optinteger(L, 2, 0);
  size_t size;
  luaL_argcheck(L, indent >= 0 && indent <= 8, 2, "an indent is 0 to 8 blanks");
  lua_settop(L, 2);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *value = ecs_lua_check(L, 1, arena);
  const char *text = ecs_json_write(arena, value, indent, &size);
  if (text == NULL)
    ecs_lua_raise(L, ECS_NOMEM);
  lua_pushlstring(L, text, size);
  ecs_lua_arena_close(L, 3);
  return 1;
}

static ecs_value *read_text(lua_State *L, ecs_arena *arena, const char **problem) {
  size_t size;
  ecs_value *value;
  const char *text = lua_tolstring(L, 1, &size);
  if (ecs_json_read(arena, text, size, &value, problem) == ECS_NOMEM)
    ecs_lua_raise(L, ECS_NOMEM);
  return value;
}

/* read_json(text [, name]) -> value | nil, problem. Null members of maps are absent, null items of lists are false, empty
** maps are objects (see object). With a name, the maps that are members called so are trees (see store.h). */
static int read_json(lua_State *L) {
  const char *problem;
  luaL_checkstring(L, 1);
  const char *name = luaL_optstring(L, 2, NULL);
  lua_settop(L, 2);
  if (name != NULL) {
    ecs_lua_store *store = ecs_lua_new_store(L);
    ecs_lua_push_keeping(L, read_text(L, ecs_lua_store_arena(store), &problem), store, name);
  } else {
    ecs_arena *arena = ecs_lua_arena(L);
    ecs_lua_push(L, read_text(L, arena, &problem));
  }
  if (problem != NULL)
    lua_pushstring(L, problem);
  if (name == NULL)
    ecs_lua_arena_close(L, 3);
  return problem == NULL ? 1 : 2;
}

/* object(table) -> table, which is written as {} when it is empty. */
static int object(lua_State *L) {
  if (lua_isnoneornil(L, 1)) {
    lua_settop(L, 0);
    lua_newtable(L);
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  ecs_lua_mark_object(L);
  return 1;
}

void ecs_lua_open_json(lua_State *L) {
  static const luaL_Reg functions[] = {{"json", json}, {"read_json", read_json}, {"object", object}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
