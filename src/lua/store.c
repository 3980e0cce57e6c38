/* store: the userdata that owns many trees, and the userdata that is one of them. */
#include <stdlib.h>

#include "store.h"

#define STORE "ecs_service.store"
#define TREE "ecs_service.tree"

struct ecs_lua_store {
  ecs_arena *arena;
  size_t holders;
};

typedef struct tree {
  ecs_lua_store *store; /* NULL: collected */
  const ecs_value *value;
} tree;

static void release(ecs_lua_store *store) {
  if (store == NULL || --store->holders > 0)
    return;
  ecs_arena_free(store->arena);
  free(store);
}

ecs_arena *ecs_lua_store_arena(ecs_lua_store *store) { return store->arena; }

bool ecs_lua_stores_add(ecs_lua_stores *stores, ecs_lua_store *store) {
  for (size_t i = stores->count; i > 0; i--) {
    if (stores->items[i - 1] == store)
      return true;
  }
  if (stores->count == stores->room) {
    size_t room = stores->room == 0 ? 4 : stores->room * 2;
    ecs_lua_store **wider = realloc(stores->items, room * sizeof *wider);
    if (wider == NULL)
      return false;
    stores->items = wider;
    stores->room = room;
  }
  store->holders++;
  stores->items[stores->count++] = store;
  return true;
}

void ecs_lua_stores_release(ecs_lua_stores *stores) {
  for (size_t i = 0; i < stores->count; i++)
    release(stores->items[i]);
  free(stores->items);
  *stores = (ecs_lua_stores){NULL, 0, 0};
}

static int collect_store(lua_State *L) {
  ecs_lua_store **owner = luaL_checkudata(L, 1, STORE);
  release(*owner);
  *owner = NULL;
  return 0;
}

static int collect_tree(lua_State *L) {
  tree *self = luaL_checkudata(L, 1, TREE);
  release(self->store);
  *self = (tree){NULL, NULL};
  return 0;
}

ecs_lua_store *ecs_lua_new_store(lua_State *L) {
  ecs_lua_store **owner = lua_newuserdatauv(L, sizeof *owner, 0);
  *owner = NULL;
  luaL_setmetatable(L, STORE);
  *owner = calloc(1, sizeof **owner);
  if (*owner != NULL) {
    (*owner)->holders = 1;
    (*owner)->arena = ecs_arena_new(NULL);
  }
  if (*owner == NULL || (*owner)->arena == NULL)
    ecs_lua_raise(L, ECS_NOMEM);
  return *owner;
}

/* store() -> store */
static int store(lua_State *L) {
  ecs_lua_new_store(L);
  return 1;
}

ecs_lua_store *ecs_lua_check_store(lua_State *L, int argument) {
  ecs_lua_store **owner = luaL_checkudata(L, argument, STORE);
  luaL_argcheck(L, *owner != NULL, argument, "the store is closed");
  return *owner;
}

void ecs_lua_push_tree(lua_State *L, ecs_lua_store *store, const ecs_value *value) {
  tree *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (tree){NULL, NULL};
  luaL_setmetatable(L, TREE);
  *self = (tree){store, value};
  store->holders++;
}

const ecs_value *ecs_lua_to_tree(lua_State *L, int index, ecs_lua_store **store) {
  const tree *self = lua_touserdata(L, index);
  if (self == NULL || !lua_getmetatable(L, index))
    return NULL;
  luaL_getmetatable(L, TREE);
  bool same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  if (!same)
    return NULL;
  *store = self->store;
  return self->value;
}

/* tree.name -> a member: what is a table is a new one each time */
static int member(lua_State *L) {
  const tree *self = luaL_checkudata(L, 1, TREE);
  size_t size;
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &size) : NULL;
  ecs_lua_push(L, name == NULL ? NULL : ecs_value_getn(self->value, name, size));
  return 1;
}

/* table(tree) -> a new table of what it holds; whatever is no tree is answered as it is */
static int table(lua_State *L) {
  ecs_lua_store *store;
  luaL_checkany(L, 1);
  const ecs_value *value = ecs_lua_to_tree(L, 1, &store);
  if (value == NULL)
    lua_settop(L, 1);
  else
    ecs_lua_push(L, value);
  return 1;
}

/* same(a, b) -> whether two trees or tables hold the same */
static int same(lua_State *L) {
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  ecs_arena *arena = ecs_lua_arena(L);
  lua_pushboolean(L, ecs_value_equal(ecs_lua_check(L, 1, arena), ecs_lua_check(L, 2, arena)));
  ecs_lua_arena_close(L, 3);
  return 1;
}

static void new_type(lua_State *L, const char *name, lua_CFunction collect) {
  luaL_newmetatable(L, name);
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
}

void ecs_lua_open_store(lua_State *L) {
  static const luaL_Reg functions[] = {{"store", store}, {"table", table}, {"same", same}, {NULL, NULL}};
  new_type(L, STORE, collect_store);
  lua_pop(L, 1);
  new_type(L, TREE, collect_tree);
  lua_pushcfunction(L, member);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
