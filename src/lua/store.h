/* store: memory of the core that many trees lie in, for as long as Lua holds the store or one of them. What a fleet's plan
** looks at stays there, and no tables are made of it: a tree is given to the functions of the core wherever they take a
** table, and is indexed by name. It never changes. */
#ifndef ECS_LUA_STORE_H
#define ECS_LUA_STORE_H

#include "binding.h"

typedef struct ecs_lua_store ecs_lua_store;

/* Pushes a new store; raises without memory. */
ecs_lua_store *ecs_lua_new_store(lua_State *L);

/* The store at `argument`; raises for anything else. */
ecs_lua_store *ecs_lua_check_store(lua_State *L, int argument);

/* Where its trees are made. An arena that has failed stays failed: whoever fills it asks for that, and raises. */
ecs_arena *ecs_lua_store_arena(ecs_lua_store *store);

/* The stores of the trees that something was made of, each held once. */
typedef struct ecs_lua_stores {
  ecs_lua_store **items;
  size_t count, room;
} ecs_lua_stores;

/* Reads the value at `argument` as ecs_lua_check does, and holds the stores of the trees in it. */
ecs_value *ecs_lua_check_held(lua_State *L, int argument, ecs_arena *arena, ecs_lua_stores *stores);
bool ecs_lua_stores_add(ecs_lua_stores *stores, ecs_lua_store *store); /* false: not enough memory */
void ecs_lua_stores_release(ecs_lua_stores *stores);

/* Pushes a tree: `value` lies in the store. */
void ecs_lua_push_tree(lua_State *L, ecs_lua_store *store, const ecs_value *value);

/* Pushes a value as ecs_lua_push does, but for the maps in it that are members called `name`: those are trees. The value
** lies in the store. */
void ecs_lua_push_keeping(lua_State *L, const ecs_value *value, ecs_lua_store *store, const char *name);

/* The value of the tree at `index`, and its store; NULL: there is no tree. */
const ecs_value *ecs_lua_to_tree(lua_State *L, int index, ecs_lua_store **store);

#endif
