/* schema: the rows, and the check of a declaration by them. */
#include "base/duration.h"
#include "base/nearest.h"
#include "kinds.h"
#include "schema/validate.h"
#include "store.h"

/* schema(kind) -> rows. */
static int schema(lua_State *L) {
  lua_settop(L, 1);
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  ecs_arena *arena = ecs_lua_arena(L);
  ecs_value *rows = ecs_resource_value(kind, arena);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, rows);
  ecs_lua_arena_close(L, 2);
  return 1;
}

/* other_names(kind) -> list of { within, given, meant, hint }: what people write who know an argument by another name. */
static int other_names(lua_State *L) {
  lua_settop(L, 1);
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  ecs_arena *arena = ecs_lua_arena(L);
  ecs_value *list = ecs_value_list(arena);
  for (const ecs_other_name *one = kind->other_names; one != NULL && one->given != NULL; one++) {
    ecs_value *map = ecs_value_map(arena);
    ecs_value_set_text(arena, map, "within", one->within);
    ecs_value_set_text(arena, map, "given", one->given);
    ecs_value_set_text(arena, map, "meant", one->meant);
    ecs_value_set_text(arena, map, "hint", one->hint);
    ecs_value_push(arena, list, map);
  }
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, list);
  ecs_lua_arena_close(L, 2);
  return 1;
}

/* nearest(word, names) -> the name that was probably meant, or nil */
static int nearest(lua_State *L) {
  ecs_nearest found = {NULL, 0, NULL, 0};
  found.word = luaL_checklstring(L, 1, &found.size);
  luaL_checktype(L, 2, LUA_TTABLE);
  for (int i = 1;; i++) {
    lua_rawgeti(L, 2, i);
    if (lua_type(L, -1) != LUA_TSTRING)
      break;
    ecs_nearest_offer(&found, lua_tostring(L, -1)); /* the table keeps it alive */
    lua_pop(L, 1);
  }
  lua_pushstring(L, found.best);
  return 1;
}

/* A text of a Lua table, which the table keeps alive, or NULL. */
static const char *text_field(lua_State *L, int index, const char *name) {
  const char *text = NULL;
  lua_getfield(L, index, name);
  if (!lua_isnil(L, -1)) {
    if (lua_type(L, -1) != LUA_TSTRING)
      luaL_error(L, "%s of the context is a string, not a %s", name, luaL_typename(L, -1));
    text = lua_tostring(L, -1);
  }
  lua_pop(L, 1);
  return text;
}

static void read_context(lua_State *L, int index, ecs_context *context) {
  *context = (ecs_context){.config = NULL};
  if (lua_isnoneornil(L, index))
    return;
  luaL_checktype(L, index, LUA_TTABLE);
  context->partition = text_field(L, index, "partition");
  context->region = text_field(L, index, "region");
  context->account_id = text_field(L, index, "account_id");
  context->latest_task_definition = text_field(L, index, "latest_task_definition");
}

/* What cannot even be read: a function, a list with holes, a table that holds itself. */
static ecs_status refuse(const ecs_lua_problem *problem, ecs_diags *diags) {
  ecs_diag *diag = ecs_diags_add(diags, "WrongType", problem->path, "%s", problem->what);
  diag->hint = "write texts, numbers, true or false, and tables of them";
  return ECS_INVALID;
}

/* With errors, the warnings are kept back: they are given with the next try, when nothing is wrong any more. */
static void keep_errors(ecs_diags *diags) {
  ecs_diag **link = &diags->first;
  diags->last = NULL;
  while (*link != NULL) {
    if ((*link)->severity == ECS_WARNING) {
      *link = (*link)->next;
    } else {
      diags->last = *link;
      link = &(*link)->next;
    }
  }
}

/* validate(kind, config [, context [, store]]) -> normal form, warnings | nil, diagnostics. With a store, the normal form is
** a tree there. */
static int validate(lua_State *L) {
  ecs_context context;
  ecs_diags diags;
  ecs_lua_problem problem;
  ecs_value *config, *normal = NULL;
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  luaL_checkany(L, 2);
  lua_settop(L, 4);
  ecs_lua_store *store = lua_isnil(L, 4) ? NULL : ecs_lua_check_store(L, 4);
  read_context(L, 3, &context);
  ecs_arena *arena = ecs_lua_arena(L);
  ecs_diags_init(&diags, arena);
  ecs_status status = ecs_lua_read(L, 2, arena, &config, &problem);
  if (status == ECS_OK)
    status = ecs_validate(kind, arena, config, &context, &normal, &diags);
  else if (problem.what != NULL)
    status = refuse(&problem, &diags);
  if (status == ECS_INVALID)
    keep_errors(&diags);
  ecs_value *list = ecs_diags_value(arena, &diags);
  if (ecs_arena_failed(arena))
    status = ECS_NOMEM;
  if (status != ECS_OK && status != ECS_INVALID)
    ecs_lua_raise(L, status);
  if (normal != NULL && store != NULL) {
    normal = ecs_value_copy(ecs_lua_store_arena(store), normal);
    ecs_lua_raise(L, ecs_arena_status(ecs_lua_store_arena(store)));
    ecs_lua_push_tree(L, store, normal);
  } else {
    ecs_lua_push(L, normal);
  }
  ecs_lua_push(L, list);
  ecs_lua_arena_close(L, 5);
  return 2;
}

/* duration(text [, exact]): its seconds, or nil; a whole number, rounded up, unless they are to be exact. */
static int duration(lua_State *L) {
  size_t size;
  double seconds;
  const char *text = luaL_checklstring(L, 1, &size);
  int64_t whole;
  if (!ecs_duration_read(text, size, &seconds) || !ecs_duration_parse(text, size, &whole))
    lua_pushnil(L);
  else if (lua_toboolean(L, 2) && seconds != (double)whole)
    lua_pushnumber(L, seconds);
  else
    lua_pushinteger(L, (lua_Integer)whole);
  return 1;
}

void ecs_lua_open_schema(lua_State *L) {
  static const luaL_Reg functions[] = {{"schema", schema},     {"other_names", other_names}, {"nearest", nearest},
                                       {"validate", validate}, {"duration", duration},       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
