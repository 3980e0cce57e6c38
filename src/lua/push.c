/* push: trees of the core to Lua values. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store.h"

void ecs_lua_mark_object(lua_State *L) {
  if (luaL_newmetatable(L, ECS_LUA_OBJECT)) {
    lua_pushliteral(L, ECS_LUA_OBJECT);
    lua_setfield(L, -2, "__name");
  }
  lua_setmetatable(L, -2);
}

static void push_integer(lua_State *L, int64_t integer) {
#if LUA_VERSION_NUM >= 503
  lua_pushinteger(L, (lua_Integer)integer);
#else
  if (integer > -ECS_VALUE_EXACT && integer < ECS_VALUE_EXACT) {
    lua_pushnumber(L, (lua_Number)integer);
  } else {
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, integer);
    lua_pushstring(L, text);
  }
#endif
}

/* Whether it stays in the core: a map that is a member of that name. */
static bool stays(const ecs_entry *entry, const char *name) {
  return name != NULL && ecs_value_is(entry->value, ECS_MAP) && strcmp(entry->key, name) == 0;
}

static bool is_one_of(const char *const *names, const char *key) {
  for (; names != NULL && *names != NULL; names++) {
    if (strcmp(*names, key) == 0)
      return true;
  }
  return false;
}

static void push(lua_State *L, const ecs_value *value, ecs_lua_store *store, const char *name);

/* `without`: the members that are left out, or NULL. */
static void push_map(lua_State *L, const ecs_value *map, const char *const *without, ecs_lua_store *store,
                     const char *name) {
  lua_createtable(L, 0, (int)map->as.map.count);
  for (size_t i = 0; i < map->as.map.count; i++) {
    const ecs_entry *entry = &map->as.map.entries[i];
    if (ecs_value_is_null(entry->value) || is_one_of(without, entry->key))
      continue;
    lua_pushlstring(L, entry->key, entry->size);
    if (stays(entry, name))
      ecs_lua_push_tree(L, store, entry->value);
    else
      push(L, entry->value, store, name);
    lua_rawset(L, -3);
  }
  if (map->as.map.count == 0)
    ecs_lua_mark_object(L); /* so that it is written as {} again */
}

static void push(lua_State *L, const ecs_value *value, ecs_lua_store *store, const char *name) {
  luaL_checkstack(L, 4, "the tree is nested too deeply");
  switch (value == NULL ? ECS_NULL : value->type) {
    case ECS_NULL: lua_pushnil(L); return;
    case ECS_BOOL: lua_pushboolean(L, value->as.boolean); return;
    case ECS_INT: push_integer(L, value->as.integer); return;
    case ECS_DOUBLE: lua_pushnumber(L, (lua_Number)value->as.number); return;
    case ECS_STRING: lua_pushlstring(L, value->as.string.bytes, value->as.string.size); return;
    case ECS_LIST:
      lua_createtable(L, (int)value->as.list.count, 0);
      for (size_t i = 0; i < value->as.list.count; i++) {
        const ecs_value *item = value->as.list.items[i];
        if (ecs_value_is_null(item))
          lua_pushboolean(L, 0); /* a nil would end the list */
        else
          push(L, item, store, name);
        lua_rawseti(L, -2, (int)(i + 1));
      }
      return;
    case ECS_MAP: push_map(L, value, NULL, store, name); return;
  }
}

void ecs_lua_push(lua_State *L, const ecs_value *value) { push(L, value, NULL, NULL); }

void ecs_lua_push_without(lua_State *L, const ecs_value *map, const char *const *names) {
  push_map(L, map, names, NULL, NULL);
}

void ecs_lua_push_keeping(lua_State *L, const ecs_value *value, ecs_lua_store *store, const char *name) {
  push(L, value, store, name);
}
