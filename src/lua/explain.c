/* explain: causes of failures for Lua. */
#include "explain/explain.h"
#include "binding.h"

/* explain(input) -> list of causes; see explain.h. */
static int explain(lua_State *L) {
  ecs_value *causes;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  ecs_arena *arena = ecs_lua_arena(L);
  ecs_lua_raise(L, ecs_explain(arena, ecs_lua_check(L, 1, arena), &causes));
  ecs_lua_push(L, causes);
  ecs_lua_arena_close(L, 2);
  return 1;
}

/* explain_codes() -> list of what is known */
static int codes(lua_State *L) {
  lua_settop(L, 0);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *list = ecs_explain_codes(arena);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, list);
  ecs_lua_arena_close(L, 1);
  return 1;
}

void ecs_lua_open_explain(lua_State *L) {
  static const luaL_Reg functions[] = {{"explain", explain}, {"explain_codes", codes}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
