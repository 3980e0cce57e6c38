/* kinds: what can be declared, by the names that Lua calls it. */
#ifndef ECS_LUA_KINDS_H
#define ECS_LUA_KINDS_H

#include "binding.h"
#include "engine/engine.h"
#include "schema/resource.h"

/* The kind whose name is the argument; raises an argument error for any other. */
const ecs_resource *ecs_lua_check_kind(lua_State *L, int argument);

/* What an engine may do with things of each kind; ends with NULL. */
extern const ecs_engine_kind *const ecs_lua_operations[];

#endif
