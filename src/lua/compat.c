/* What Lua 5.1's library (LuaJIT) lacks of later ones. */
#include "binding.h"

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
#else
typedef int ecs_lua_compat_is_empty; /* ISO C wants a declaration */
#endif
