/* task_definition: task definitions for Lua. Each function takes tables and answers tables. */
#include "task_definition/task_definition.h"

#include "base/json_write.h"
#include "binding.h"
#include "task_definition/body.h"
#include "task_definition/difference.h"
#include "task_definition/reduce.h"
#include "task_definition/unknown.h"

/* definition_plan { config, recorded, actual, default_tags, ignore_tags, newest, destroy } -> change */
static int definition_plan(lua_State *L) {
  ecs_value *input, *change;
  lua_settop(L, 1);
  luaL_checktype(L, 1, LUA_TTABLE);
  ecs_arena *arena = ecs_lua_arena(L);
  input = ecs_lua_check(L, 1, arena);
  ecs_definition_input in = {.config = ecs_value_unless_null(ecs_value_get(input, "config")),
                             .recorded = ecs_value_unless_null(ecs_value_get(input, "recorded")),
                             .actual = ecs_value_unless_null(ecs_value_get(input, "actual")),
                             .default_tags = ecs_value_unless_null(ecs_value_get(input, "default_tags")),
                             .ignore_tags = ecs_value_unless_null(ecs_value_get(input, "ignore_tags")),
                             .newest = ecs_value_int_or(ecs_value_get(input, "newest"), 0),
                             .destroy = ecs_value_true(ecs_value_get(input, "destroy"))};
  ecs_lua_raise(L, ecs_definition_plan(arena, &in, &change));
  ecs_lua_push(L, change);
  ecs_lua_arena_close(L, 2);
  return 1;
}

/* definition_body(normal [, tags]) -> body of RegisterTaskDefinition as JSON text, as a table */
static int definition_body(lua_State *L) {
  ecs_value *normal, *tags;
  size_t size;
  lua_settop(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  ecs_arena *arena = ecs_lua_arena(L);
  normal = ecs_lua_check(L, 1, arena);
  tags = ecs_lua_check(L, 2, arena);
  ecs_value *body = ecs_definition_body(arena, normal, ecs_value_unless_null(tags));
  const char *text = ecs_json_write(arena, body, 0, &size);
  ecs_lua_raise(L, ecs_arena_status(arena));
  lua_pushlstring(L, text, size);
  ecs_lua_push(L, body);
  ecs_lua_arena_close(L, 3);
  return 2;
}

/* definition_read(answer [, tags]) -> attributes */
static int definition_read(lua_State *L) {
  ecs_value *answer, *tags;
  lua_settop(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  ecs_arena *arena = ecs_lua_arena(L);
  answer = ecs_lua_check(L, 1, arena);
  tags = ecs_lua_check(L, 2, arena);
  ecs_value *attributes = ecs_definition_read(arena, answer, ecs_value_unless_null(tags));
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, attributes);
  ecs_lua_arena_close(L, 3);
  return 1;
}

/* What a function makes of the table that is the only argument. */
static int push_made(lua_State *L, const ecs_value *(*make)(ecs_arena *arena, const ecs_value *value)) {
  lua_settop(L, 1);
  luaL_checktype(L, 1, LUA_TTABLE);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *made = make(arena, ecs_lua_check(L, 1, arena));
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, made);
  ecs_lua_arena_close(L, 2);
  return 1;
}

static const ecs_value *stripped(ecs_arena *arena, const ecs_value *answer) {
  return ecs_definition_strip(arena, answer);
}

static const ecs_value *reduced(ecs_arena *arena, const ecs_value *attributes) {
  return ecs_definition_reduce(arena, attributes);
}

/* definition_strip(answer) -> what of it a registration can have */
static int definition_strip(lua_State *L) { return push_made(L, stripped); }

/* definition_reduced(attributes) -> what they say, without what its absence means as well; containers and volumes by
** name */
static int definition_reduced(lua_State *L) { return push_made(L, reduced); }

/* definition_difference(before, after [, sensitive]) -> list of { path, before, after, sensitive } between two attributes */
static int definition_difference(lua_State *L) {
  lua_settop(L, 3);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *before = ecs_definition_reduce(arena, ecs_lua_check(L, 1, arena));
  const ecs_value *after = ecs_definition_reduce(arena, ecs_lua_check(L, 2, arena));
  ecs_value *diff = ecs_definition_difference(arena, before, after, ecs_value_unless_null(ecs_lua_check(L, 3, arena)));
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, diff);
  ecs_lua_arena_close(L, 4);
  return 1;
}

/* definition_unknown(body) -> the members that no row knows, where they stand; nil: none */
static int definition_unknown(lua_State *L) { return push_made(L, ecs_definition_unknown); }

/* same_containers(a, b [, network_mode]) -> boolean | nil, diagnostics */
static int same_containers(lua_State *L) {
  ecs_value *a, *b;
  ecs_diags diags;
  lua_settop(L, 3);
  const char *mode = luaL_optstring(L, 3, NULL);
  ecs_arena *arena = ecs_lua_arena(L);
  a = ecs_lua_check(L, 1, arena);
  b = ecs_lua_check(L, 2, arena);
  ecs_diags_init(&diags, arena);
  bool same = ecs_definition_same_containers(arena, a, b, mode, &diags);
  ecs_lua_raise(L, ecs_arena_status(arena));
  if (diags.errors > 0) {
    lua_pushnil(L);
    ecs_lua_push(L, ecs_diags_value(arena, &diags));
  } else {
    lua_pushboolean(L, same);
    lua_pushnil(L);
  }
  ecs_lua_arena_close(L, 4);
  return 2;
}

void ecs_lua_open_task_definition(lua_State *L) {
  static const luaL_Reg functions[] = {{"definition_plan", definition_plan},
                                       {"definition_body", definition_body},
                                       {"definition_read", definition_read},
                                       {"definition_strip", definition_strip},
                                       {"definition_reduced", definition_reduced},
                                       {"definition_difference", definition_difference},
                                       {"definition_unknown", definition_unknown},
                                       {"same_containers", same_containers},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
