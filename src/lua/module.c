/* module: `require "ecs_service.core"`, one table of functions. */
#include "binding.h"

__attribute__((visibility("default"))) int luaopen_ecs_service_core(lua_State *L);

int luaopen_ecs_service_core(lua_State *L) {
  lua_newtable(L);
  ecs_lua_open_store(L);
  ecs_lua_open_json(L);
  ecs_lua_open_schema(L);
  ecs_lua_open_task_definition(L);
  ecs_lua_open_plan(L);
  ecs_lua_open_sign(L);
  ecs_lua_open_jose(L);
  ecs_lua_open_engine(L);
  ecs_lua_open_explain(L);
  ecs_lua_open_system(L);
  return 1;
}
