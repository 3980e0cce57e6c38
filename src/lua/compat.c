/* What Lua's versions differ in, and what the modules share because of it. */
#include "binding.h"

#include <stdio.h>

#if LUA_VERSION_NUM < 502
void ecs_lua_setfuncs(lua_State *L, const luaL_Reg *functions, int upvalues) {
  luaL_checkstack(L, upvalues, "too many upvalues");
  for (; functions->name != NULL; functions++) {
    for (int i = 0; i < upvalues; i++)
      lua_pushvalue(L, -upvalues);
    lua_pushcclosure(L, functions->func, upvalues);
    lua_setfield(L, -(upvalues + 2), functions->name);
  }
  lua_pop(L, upvalues);
}

const char *ecs_lua_tolstring(lua_State *L, int index, size_t *size) {
  index = lua_absindex(L, index);
  lua_getglobal(L, "tostring");
  lua_pushvalue(L, index);
  lua_call(L, 1, 1);
  return lua_tolstring(L, -1, size);
}
#endif

void ecs_lua_new_type(lua_State *L, const char *name, const luaL_Reg *methods, lua_CFunction collect) {
  luaL_newmetatable(L, name);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
}

size_t ecs_lua_number_text(lua_State *L, int index, char out[ECS_NUMBER_ROOM]) {
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(L, index))
    return (size_t)snprintf(out, ECS_NUMBER_ROOM, "%lld", (long long)lua_tointeger(L, index));
#endif
  return ecs_number_write((double)lua_tonumber(L, index), out);
}
