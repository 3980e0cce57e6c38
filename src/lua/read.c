/* read: Lua values to trees of the core. */
#include <math.h>

#include "store.h"

/* Where the reader stands, from the innermost table outwards: only a problem makes a path of it. */
typedef struct step {
  const struct step *outer;
  const char *key; /* NULL: a position */
  size_t position;
} step;

typedef struct reader {
  lua_State *L;
  ecs_arena *arena;
  ecs_lua_problem problem;
  size_t nodes;
  const step *at;
  ecs_lua_stores *stores; /* of the trees that were met, or NULL */
} reader;

static void write_path(const step *at, ecs_path *path) {
  if (at == NULL)
    return;
  write_path(at->outer, path);
  if (at->key != NULL)
    ecs_path_key(path, at->key);
  else
    ecs_path_index(path, at->position);
}

static ecs_status refuse(reader *in, const char *what) {
  ecs_path path;
  ecs_path_init(&path);
  write_path(in->at, &path);
  const char *where = ecs_arena_text(in->arena, path.text, path.size);
  if (where == NULL)
    return ECS_NOMEM;
  in->problem = (ecs_lua_problem){where, what};
  return ECS_INVALID;
}

/* A table that holds itself has no end: the path that is told ends where it began to. */
static ecs_status too_deep(reader *in) {
  enum { TOLD = 2 };
  size_t steps = 0;
  for (const step *at = in->at; at != NULL; at = at->outer)
    steps++;
  for (; steps > TOLD; steps--)
    in->at = in->at->outer;
  refuse(in, "the table holds itself, or is nested too deeply or too large");
  return ECS_LIMIT;
}

static ecs_status read_value(reader *in, int index, int depth, ecs_value **value);

static ecs_status read_inside(reader *in, step inside, int depth, ecs_value **value) {
  inside.outer = in->at;
  in->at = &inside;
  ecs_status status = read_value(in, lua_gettop(in->L), depth + 1, value);
  in->at = inside.outer;
  return status;
}

static ecs_value *read_number(reader *in, int index) {
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(in->L, index))
    return ecs_value_int(in->arena, (int64_t)lua_tointeger(in->L, index));
#endif
  return ecs_value_number(in->arena, (double)lua_tonumber(in->L, index));
}

static ecs_status read_list(reader *in, int index, size_t count, int depth, ecs_value **value) {
  *value = ecs_value_list(in->arena);
  for (size_t i = 1; i <= count; i++) {
    ecs_value *item;
    lua_rawgeti(in->L, index, (int)i);
    ecs_status status = read_inside(in, (step){.position = i}, depth, &item);
    lua_pop(in->L, 1);
    if (status != ECS_OK)
      return status;
    ecs_value_push(in->arena, *value, item);
  }
  return ECS_OK;
}

static ecs_status refuse_keys(reader *in, int index);

static ecs_status read_map(reader *in, int index, int depth, ecs_value **value) {
  lua_State *L = in->L;
  *value = ecs_value_map(in->arena);
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    size_t size;
    ecs_value *member;
    if (lua_type(L, -2) != LUA_TSTRING) {
      lua_pop(L, 2);
      return refuse_keys(in, index);
    }
    const char *key = lua_tolstring(L, -2, &size); /* a string already: it is not changed under lua_next */
    ecs_status status = read_inside(in, (step){.key = key}, depth, &member);
    if (status != ECS_OK) {
      lua_pop(L, 2);
      return status;
    }
    if (member->type != ECS_NULL)
      ecs_value_setn(in->arena, *value, key, size, member);
    lua_pop(L, 1);
  }
  return ECS_OK;
}

/* What kinds of keys a table has. */
typedef struct keys {
  size_t positions, names, highest;
  bool other;
} keys;

static keys count_keys(lua_State *L, int index) {
  keys found = {0, 0, 0, false};
  lua_pushnil(L);
  while (lua_next(L, index) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) == LUA_TSTRING) {
      found.names++;
    } else if (lua_type(L, -1) == LUA_TNUMBER) {
      lua_Number number = lua_tonumber(L, -1);
      found.positions++;
      if (number < 1 || number != floor(number) || number > ECS_VALUE_MAX_NODES)
        found.other = true;
      else if ((size_t)number > found.highest)
        found.highest = (size_t)number;
    } else {
      found.other = true;
    }
  }
  return found;
}

/* A list has the keys 1..n, a map only strings. */
static ecs_status check_keys(reader *in, const keys *found) {
  if (found->positions > 0 && found->names > 0)
    return refuse(in, "the table mixes positions and names");
  if (found->other)
    return refuse(in, "only positions from 1 and names can be keys of a table");
  if (found->highest > found->positions)
    return refuse(in, "the list has holes (a nil before its end)");
  return ECS_OK;
}

static ecs_status refuse_keys(reader *in, int index) {
  keys found = count_keys(in->L, index);
  return check_keys(in, &found);
}

static bool begins_with_a_name(lua_State *L, int index) {
  lua_pushnil(L);
  if (lua_next(L, index) == 0)
    return false;
  bool name = lua_type(L, -2) == LUA_TSTRING;
  lua_pop(L, 2);
  return name;
}

static ecs_status read_table(reader *in, int index, int depth, ecs_value **value) {
  lua_State *L = in->L;
  if (begins_with_a_name(L, index))
    return read_map(in, index, depth, value);
  keys found = count_keys(L, index);
  ecs_status status = check_keys(in, &found);
  if (status != ECS_OK)
    return status;
  if (found.positions == 0 && lua_getmetatable(L, index)) { /* core.object{} asks for a map */
    luaL_getmetatable(L, ECS_LUA_OBJECT);
    bool object = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    if (object) {
      *value = ecs_value_map(in->arena);
      return ECS_OK;
    }
  }
  return read_list(in, index, found.positions, depth, value);
}

static ecs_status read_tree(reader *in, int index, ecs_value **value) {
  ecs_lua_store *store;
  const ecs_value *tree = ecs_lua_to_tree(in->L, index, &store);
  if (tree == NULL)
    return refuse(in, "threads and userdata cannot be part of a declaration");
  *value = (ecs_value *)tree;
  return in->stores == NULL || ecs_lua_stores_add(in->stores, store) ? ECS_OK : ECS_NOMEM;
}

/* Whether a module that is loaded has this light userdata as its `empty_array`. */
static bool is_empty_array_of(lua_State *L, int index, const char *module) {
  int top = lua_gettop(L);
  bool same = false;
  lua_getfield(L, LUA_REGISTRYINDEX, "_LOADED");
  if (lua_istable(L, -1)) {
    lua_pushstring(L, module);
    lua_rawget(L, -2);
    if (lua_istable(L, -1)) {
      lua_pushliteral(L, "empty_array");
      lua_rawget(L, -2);
      same = lua_rawequal(L, -1, index) != 0;
    }
  }
  lua_settop(L, top);
  return same;
}

/* What lua-cjson has for what Lua has not: null is the NULL pointer, `empty_array` (OpenResty's) the address of something
** in it. */
static ecs_status read_mark(reader *in, int index, ecs_value **value) {
  if (lua_touserdata(in->L, index) == NULL)
    return ECS_OK;
  if (!lua_checkstack(in->L, 4))
    return ECS_NOMEM;
  if (!is_empty_array_of(in->L, index, "cjson") && !is_empty_array_of(in->L, index, "cjson.safe"))
    return refuse(in, "a userdata cannot be part of a declaration");
  *value = ecs_value_list(in->arena);
  return ecs_arena_status(in->arena);
}

static ecs_status read_value(reader *in, int index, int depth, ecs_value **value) {
  lua_State *L = in->L;
  size_t size;
  const char *bytes;
  ecs_status status;
  *value = ecs_value_null(in->arena);
  if (++in->nodes > ECS_VALUE_MAX_NODES || depth > ECS_VALUE_MAX_DEPTH)
    return too_deep(in);
  switch (lua_type(L, index)) {
    case LUA_TNIL:
    case LUA_TNONE: return ECS_OK;
    case LUA_TBOOLEAN: *value = ecs_value_bool(in->arena, lua_toboolean(L, index) != 0); break;
    case LUA_TNUMBER: *value = read_number(in, index); break;
    case LUA_TSTRING:
      bytes = lua_tolstring(L, index, &size);
      *value = ecs_value_string(in->arena, bytes, size);
      break;
    case LUA_TTABLE:
      if (!lua_checkstack(L, 6))
        return ECS_NOMEM;
      status = read_table(in, index, depth, value);
      return status == ECS_OK ? ecs_arena_status(in->arena) : status;
    case LUA_TLIGHTUSERDATA: return read_mark(in, index, value);
    case LUA_TUSERDATA: return read_tree(in, index, value);
    case LUA_TFUNCTION: return refuse(in, "a function cannot be part of a declaration");
    default: return refuse(in, "threads and userdata cannot be part of a declaration");
  }
  return ecs_arena_status(in->arena);
}

ecs_status ecs_lua_read(lua_State *L, int index, ecs_arena *arena, ecs_value **value, ecs_lua_problem *problem) {
  reader in = {.L = L, .arena = arena};
  ecs_status status = read_value(&in, lua_absindex(L, index), 0, value);
  *problem = in.problem;
  return status;
}

ecs_value *ecs_lua_check_held(lua_State *L, int argument, ecs_arena *arena, ecs_lua_stores *stores) {
  ecs_value *value;
  reader in = {.L = L, .arena = arena, .stores = stores};
  ecs_status status = read_value(&in, lua_absindex(L, argument), 0, &value);
  if (status == ECS_INVALID) {
    bool inside = in.problem.path[0] != '\0';
    luaL_argerror(L, argument, lua_pushfstring(L, "%s%s%s", in.problem.path, inside ? ": " : "", in.problem.what));
  }
  ecs_lua_raise(L, status);
  return value;
}

ecs_value *ecs_lua_check(lua_State *L, int argument, ecs_arena *arena) {
  return ecs_lua_check_held(L, argument, arena, NULL);
}
