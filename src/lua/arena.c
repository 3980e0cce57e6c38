/* arena: the userdata that owns an arena. */
#include "binding.h"

#define ARENA "ecs_service.arena"

/* One arena a Lua state is kept for the next call instead of being given back, unless it grew large. It has an owner of
** its own in the registry. */
static const char spare_key = 's';
enum { LARGEST_SPARE = 1 << 18 };

static int arena_gc(lua_State *L) {
  ecs_arena **owner = luaL_checkudata(L, 1, ARENA);
  ecs_arena_free(*owner);
  *owner = NULL;
  return 0;
}

static ecs_arena **new_owner(lua_State *L) {
  ecs_arena **owner = lua_newuserdatauv(L, sizeof *owner, 0);
  *owner = NULL;
  if (luaL_newmetatable(L, ARENA)) {
    lua_pushcfunction(L, arena_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return owner;
}

static ecs_arena **spare(lua_State *L) {
  lua_pushlightuserdata(L, (void *)&spare_key);
  lua_rawget(L, LUA_REGISTRYINDEX);
  ecs_arena **owner = lua_touserdata(L, -1);
  lua_pop(L, 1); /* the registry keeps it */
  if (owner != NULL)
    return owner;
  lua_pushlightuserdata(L, (void *)&spare_key);
  owner = new_owner(L);
  lua_rawset(L, LUA_REGISTRYINDEX);
  return owner;
}

ecs_arena *ecs_lua_arena(lua_State *L) {
  ecs_arena **kept = spare(L), **owner = new_owner(L);
  *owner = *kept != NULL ? *kept : ecs_arena_new(NULL);
  *kept = NULL;
  if (*owner == NULL)
    luaL_error(L, "not enough memory");
  return *owner;
}

void ecs_lua_arena_close(lua_State *L, int index) {
  ecs_arena **owner = luaL_checkudata(L, index, ARENA), **kept = spare(L);
  if (*kept == NULL && *owner != NULL && ecs_arena_size(*owner) <= LARGEST_SPARE) {
    ecs_arena_reset(*owner);
    *kept = *owner;
  } else {
    ecs_arena_free(*owner);
  }
  *owner = NULL;
}

void ecs_lua_raise(lua_State *L, ecs_status status) {
  switch (status) {
    case ECS_OK: return;
    case ECS_NOMEM: luaL_error(L, "not enough memory"); return;
    case ECS_INVALID: luaL_error(L, "the input is not valid"); return;
    case ECS_LIMIT: luaL_error(L, "the table is nested deeper than %d levels or is too large", ECS_VALUE_MAX_DEPTH);
  }
}
