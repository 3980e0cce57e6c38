/* plan: plan, request, flatten and tags_all for Lua. Each takes a table and answers tables. */
#include <string.h>

#include "base/json_write.h"
#include "kinds.h"
#include "plan/rules.h"
#include "schema/body.h"
#include "schema/carry.h"
#include "schema/flatten.h"
#include "service/request.h"

static const char *text_of(const ecs_value *map, const char *key) {
  return ecs_value_text_or(ecs_value_get(map, key), NULL);
}

static bool flag_of(const ecs_value *map, const char *key) { return ecs_value_true(ecs_value_get(map, key)); }

static const ecs_value *table_of(const ecs_value *map, const char *key) {
  const ecs_value *value = ecs_value_get(map, key);
  return ecs_value_is(value, ECS_MAP) || ecs_value_is(value, ECS_LIST) ? value : NULL;
}

static ecs_context context_of(const ecs_value *map) {
  return (ecs_context){.partition = text_of(map, "partition"),
                       .region = text_of(map, "region"),
                       .account_id = text_of(map, "account_id"),
                       .latest_task_definition = text_of(map, "latest_task_definition")};
}

/* The table at the top of the stack as a tree; its arena is left above it. */
static ecs_value *read_input(lua_State *L, int argument, ecs_arena **arena) {
  luaL_checktype(L, argument, LUA_TTABLE);
  *arena = ecs_lua_arena(L);
  return ecs_lua_check(L, argument, *arena);
}

/* A change; where nothing differs between them, `before` and `after` are one table. */
static void push_change(lua_State *L, const ecs_value *change) {
  static const char *const after_alone[] = {"after", NULL};
  const ecs_value *before = ecs_value_get(change, "before"), *after = ecs_value_get(change, "after");
  if (before == NULL || after == NULL || !ecs_value_equal(before, after)) {
    ecs_lua_push(L, change);
    return;
  }
  ecs_lua_push_without(L, change, after_alone);
  lua_getfield(L, -1, "before");
  lua_setfield(L, -2, "after");
}

/* plan(kind, input) -> change, warnings | nil, diagnostics */
static int plan(lua_State *L) {
  ecs_arena *arena;
  ecs_value *change;
  ecs_diags diags;
  lua_settop(L, 2);
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  const ecs_value *input = read_input(L, 2, &arena);
  ecs_plan_input in = {.config = table_of(input, "config"),
                       .recorded = table_of(input, "recorded"),
                       .actual = table_of(input, "actual"),
                       .refreshed = flag_of(input, "refreshed"),
                       .draining = flag_of(input, "draining"),
                       .tainted = flag_of(input, "tainted"),
                       .taint_reason = text_of(input, "taint_reason"),
                       .redeploy = text_of(input, "redeploy"),
                       .default_tags = table_of(input, "default_tags"),
                       .ignore_tags = table_of(input, "ignore_tags"),
                       .destroy = flag_of(input, "destroy"),
                       .imported = flag_of(input, "imported"),
                       .refresh_only = flag_of(input, "refresh_only"),
                       .unknown = table_of(input, "unknown"),
                       .undeclared = table_of(input, "undeclared"),
                       .facts = table_of(input, "facts"),
                       .context = context_of(input)};
  ecs_diags_init(&diags, arena);
  ecs_status status = ecs_plan(kind, arena, &in, &change, &diags);
  const ecs_value *list = ecs_diags_value(arena, &diags);
  if (status != ECS_INVALID)
    ecs_lua_raise(L, status);
  ecs_lua_raise(L, ecs_arena_status(arena));
  if (status == ECS_INVALID)
    lua_pushnil(L);
  else
    push_change(L, change);
  ecs_lua_push(L, list);
  ecs_lua_arena_close(L, 3);
  return 2;
}

typedef ecs_status request_fn(ecs_arena *arena, const ecs_value *input, const ecs_context *context, ecs_value **body);

static ecs_status request_create(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                 ecs_value **body) {
  return ecs_request_create(arena, table_of(input, "after"), text_of(input, "client_token"),
                            flag_of(input, "without_tags"), context, body);
}

static ecs_status request_update(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                 ecs_value **body) {
  return ecs_request_update(arena, table_of(input, "change"), context, body);
}

static ecs_status request_scale(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                ecs_value **body) {
  (void)context;
  return ecs_request_scale_to_zero(arena, text_of(input, "cluster"), text_of(input, "service"), body);
}

static ecs_status request_delete(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                 ecs_value **body) {
  (void)context;
  return ecs_request_delete(arena, text_of(input, "cluster"), text_of(input, "service"), flag_of(input, "force"), body);
}

static ecs_status request_describe(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                   ecs_value **body) {
  (void)context;
  return ecs_request_describe(arena, text_of(input, "cluster"), table_of(input, "services"),
                              flag_of(input, "with_tags"), body);
}

static ecs_status request_tag(ecs_arena *arena, const ecs_value *input, const ecs_context *context, ecs_value **body) {
  (void)context;
  return ecs_request_tag(arena, text_of(input, "arn"), table_of(input, "tags"), body);
}

static ecs_status request_untag(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                ecs_value **body) {
  (void)context;
  return ecs_request_untag(arena, text_of(input, "arn"), table_of(input, "keys"), body);
}

/* Not a body but what TagResource and UntagResource are to be called with: {set = map, drop = keys}. */
static ecs_status request_tag_changes(ecs_arena *arena, const ecs_value *input, const ecs_context *context,
                                      ecs_value **body) {
  ecs_value *set, *drop;
  (void)context;
  ecs_status status = ecs_request_tag_changes(arena, table_of(input, "change"), &set, &drop);
  *body = ecs_value_map(arena);
  ecs_value_set(arena, *body, "drop", drop);
  ecs_value_set(arena, *body, "set", set);
  return status;
}

static request_fn *find_request(const char *name) {
  static const struct {
    const char *name;
    request_fn *make;
  } known[] = {{"create", request_create},
               {"update", request_update},
               {"scale_to_zero", request_scale},
               {"delete", request_delete},
               {"tag", request_tag},
               {"untag", request_untag},
               {"describe", request_describe},
               {"tag_changes", request_tag_changes}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i].name, name) == 0)
      return known[i].make;
  }
  return NULL;
}

/* request(name, input) -> body as JSON text, body as a table; nil when there is nothing to send */
static int request(lua_State *L) {
  ecs_arena *arena;
  ecs_value *body = NULL;
  size_t size;
  lua_settop(L, 2);
  request_fn *make = find_request(luaL_checkstring(L, 1));
  luaL_argcheck(L, make != NULL, 1, "no request of that name");
  const ecs_value *input = read_input(L, 2, &arena);
  ecs_context context = context_of(input);
  ecs_lua_raise(L, make(arena, input, &context, &body));
  if (body == NULL) {
    lua_pushnil(L);
    return 1;
  }
  const char *text = ecs_json_write(arena, body, 0, &size);
  if (text == NULL)
    ecs_lua_raise(L, ECS_NOMEM);
  lua_pushlstring(L, text, size);
  ecs_lua_push(L, body);
  ecs_lua_arena_close(L, 3);
  return 2;
}

/* body(kind, attributes) -> what a create of it carries */
static int body(lua_State *L) {
  ecs_arena *arena;
  ecs_value *made;
  lua_settop(L, 2);
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  const ecs_value *attributes = read_input(L, 2, &arena);
  ecs_lua_raise(L, ecs_body_create(kind, arena, attributes, true, NULL, &made));
  ecs_lua_push(L, made);
  ecs_lua_arena_close(L, 3);
  return 1;
}

/* flatten(kind, input) -> attributes */
static int flatten(lua_State *L) {
  ecs_arena *arena;
  ecs_value *attributes;
  lua_settop(L, 2);
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  const ecs_value *input = read_input(L, 2, &arena);
  ecs_flatten_input in = {.answer = table_of(input, "answer"),
                          .form = table_of(input, "form"),
                          .previous = table_of(input, "previous"),
                          .default_tags = table_of(input, "default_tags"),
                          .ignore_tags = table_of(input, "ignore_tags"),
                          .tags_known = flag_of(input, "tags_known"),
                          .context = context_of(input)};
  ecs_lua_raise(L, ecs_flatten(kind, arena, &in, &attributes));
  ecs_lua_push(L, attributes);
  ecs_lua_arena_close(L, 3);
  return 1;
}

/* tags_all(tags, default_tags, ignore_tags) -> map; any of them may be nil */
static int tags_all(lua_State *L) {
  lua_settop(L, 3);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *tags = ecs_lua_check(L, 1, arena);
  const ecs_value *defaults = ecs_lua_check(L, 2, arena);
  const ecs_value *ignored = ecs_lua_check(L, 3, arena);
  const ecs_value *all = ecs_plan_tags_all(arena, tags, defaults, ignored);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, all);
  ecs_lua_arena_close(L, 4);
  return 1;
}

/* unknown_members(kind, unknown [, paths]) -> { path = JSON text of the value }: what was read that no row knows (carry.h),
** but what `paths`, a text or a list, cover */
static int unknown_members(lua_State *L) {
  lua_settop(L, 3);
  const ecs_resource *kind = ecs_lua_check_kind(L, 1);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *unknown = ecs_lua_check(L, 2, arena), *paths = ecs_lua_check(L, 3, arena);
  const ecs_value *members = ecs_carry_members(kind, arena, unknown);
  ecs_lua_raise(L, ecs_arena_status(arena));
  lua_newtable(L);
  for (size_t i = 0; i < ecs_value_count(members); i++) {
    const ecs_entry *entry = &members->as.map.entries[i];
    if (ecs_carry_covers(paths, entry->key))
      continue;
    size_t size;
    const char *text = ecs_json_write(arena, entry->value, 0, &size);
    if (text == NULL)
      ecs_lua_raise(L, ECS_NOMEM);
    lua_pushlstring(L, text, size);
    lua_setfield(L, -2, entry->key);
  }
  ecs_lua_arena_close(L, 4);
  return 1;
}

/* covers(paths, path) -> whether a text or list of paths names `path` or something around it; [n] need not be named */
static int covers(lua_State *L) {
  const char *path = luaL_checkstring(L, 2);
  lua_settop(L, 2);
  ecs_arena *arena = ecs_lua_arena(L);
  lua_pushboolean(L, ecs_carry_covers(ecs_lua_check(L, 1, arena), path));
  ecs_lua_arena_close(L, 3);
  return 1;
}

/* warnings(kind) -> list of {code, path, about, fix, grouped}: everything that a plan may warn of */
static int warnings(lua_State *L) {
  lua_settop(L, 1);
  const ecs_plan_hooks *hooks = ecs_lua_check_kind(L, 1)->plan;
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *list = hooks == NULL || hooks->warnings == NULL ? ecs_value_list(arena) : hooks->warnings(arena);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, list);
  ecs_lua_arena_close(L, 2);
  return 1;
}

void ecs_lua_open_plan(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"plan", plan},       {"request", request},   {"body", body},
      {"flatten", flatten}, {"tags_all", tags_all}, {"unknown_members", unknown_members},
      {"covers", covers},   {"warnings", warnings}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
