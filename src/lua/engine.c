/* engine: the userdata around ecs_engine. */
#include "engine/engine.h"

#include <math.h>

#include "base/json_read.h"
#include "engine/options.h"
#include "engine/pace.h"
#include "engine/retry.h"
#include "kinds.h"
#include "store.h"

#define ENGINE "ecs_service.engine"

typedef struct handle {
  ecs_engine *engine; /* NULL: closed */
  ecs_arena *operations;
  ecs_lua_stores stores; /* that the operations have trees of */
} handle;

static handle *check_handle(lua_State *L) {
  handle *self = luaL_checkudata(L, 1, ENGINE);
  if (self->engine == NULL)
    luaL_error(L, "the engine is closed");
  return self;
}

static ecs_engine *check(lua_State *L) { return check_handle(L)->engine; }

/* engine(options) -> engine; see engine.h for the options. The table may have more, which is its caller's; what is nearly an
** option is a typing mistake. */
static int new_engine(lua_State *L) {
  lua_settop(L, 1);
  handle *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (handle){NULL, NULL, {NULL, 0, 0}};
  luaL_getmetatable(L, ENGINE);
  lua_setmetatable(L, 2);
  ecs_arena *arena = ecs_lua_arena(L);
  self->operations = ecs_arena_new(NULL);
  const char *name;
  const ecs_value *options = lua_isnoneornil(L, 1) ? NULL : ecs_engine_own_options(arena, ecs_lua_check(L, 1, arena));
  ecs_lua_raise(L, ecs_arena_status(arena));
  const char *problem = ecs_engine_options_problem(options, &name);
  if (problem != NULL)
    return luaL_argerror(L, 1, lua_pushfstring(L, "%s%s%s", name, name[0] == '\0' ? "" : ": ", problem));
  self->engine = ecs_engine_new(NULL, ecs_lua_operations, options);
  if (self->engine == NULL || self->operations == NULL)
    ecs_lua_raise(L, ECS_NOMEM);
  ecs_lua_arena_close(L, 3);
  lua_settop(L, 2);
  return 1;
}

static int collect(lua_State *L) {
  handle *self = luaL_checkudata(L, 1, ENGINE);
  ecs_engine_free(self->engine);
  ecs_arena_free(self->operations);
  ecs_lua_stores_release(&self->stores);
  self->engine = NULL;
  self->operations = NULL;
  return 0;
}

/* engine:add(operation); raises for an unknown action or an address that is there already. */
static int add(lua_State *L) {
  handle *self = check_handle(L);
  const ecs_value *operation = ecs_lua_check_held(L, 2, self->operations, &self->stores);
  ecs_status status = ecs_engine_borrow(self->engine, operation);
  luaL_argcheck(L, status != ECS_INVALID, 2, "an operation has a known action and an address that is not there yet");
  ecs_lua_raise(L, status);
  return 0;
}

/* A member of the details, as a tree in the store, into the action at the top of the stack. */
static void keep(lua_State *L, ecs_lua_store *store, const ecs_value *details, const char *name) {
  const ecs_value *member = ecs_value_get(details, name);
  if (member == NULL)
    return;
  ecs_arena *arena = ecs_lua_store_arena(store);
  const ecs_value *copy = ecs_value_copy(arena, member);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push_tree(L, store, copy);
  lua_setfield(L, -2, name);
}

/* Members of the action at the top of the stack. A whole number is one in every Lua that has such. */
static void set_text(lua_State *L, const char *name, const char *text) {
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

static void set_number(lua_State *L, const char *name, double number) {
  if (number == floor(number) && fabs(number) < (double)ECS_VALUE_EXACT)
    lua_pushinteger(L, (lua_Integer)number);
  else
    lua_pushnumber(L, number);
  lua_setfield(L, -2, name);
}

static void set_bool(lua_State *L, const char *name, bool is) {
  lua_pushboolean(L, is);
  lua_setfield(L, -2, name);
}

static void set_request(lua_State *L, const ecs_action *action) {
  set_number(L, "id", (double)action->id);
  set_text(L, "api", action->api);
  set_text(L, "operation", action->operation);
  lua_pushlstring(L, action->body, action->body_size);
  lua_setfield(L, -2, "body");
  set_bool(L, "mutates", action->mutates);
  if (action->client_token != NULL)
    set_text(L, "client_token", action->client_token);
}

/* What there is of a kind beside its details. */
static void set_members(lua_State *L, const ecs_action *action) {
  static const char *const names[] = {
      [ECS_ACTION_IDLE] = "idle",     [ECS_ACTION_SLEEP] = "sleep", [ECS_ACTION_SEND] = "send",
      [ECS_ACTION_RECORD] = "record", [ECS_ACTION_EVENT] = "event", [ECS_ACTION_CLOCK] = "clock",
      [ECS_ACTION_DONE] = "done"};
  set_text(L, "kind", names[action->kind]);
  if (action->address != NULL) {
    set_text(L, "address", action->address);
    set_number(L, "at", action->at);
  }
  switch (action->kind) {
    case ECS_ACTION_SEND: set_request(L, action); break;
    case ECS_ACTION_SLEEP: set_number(L, "until", action->until); break;
    case ECS_ACTION_CLOCK: set_number(L, "skew", action->skew); break;
    case ECS_ACTION_DONE: set_bool(L, "ok", action->ok); break;
    default: break;
  }
}

/* engine:next(now [, store]) -> action: a table of `kind`, `address`, `at` and what engine.h says that its kind has; the
** details are members of it. With a store, what an operation that is done has read is trees there: `attributes`, and
** `unknown`, which no row knows. */
static int next(lua_State *L) {
  static const char *const kept[] = {"attributes", "unknown", NULL}, *const all[] = {NULL};
  const ecs_action *action;
  ecs_engine *engine = check(L);
  ecs_lua_store *store = lua_isnoneornil(L, 3) ? NULL : ecs_lua_check_store(L, 3);
  ecs_lua_raise(L, ecs_engine_next(engine, luaL_checknumber(L, 2), &action));
  bool keeps = store != NULL && action->kind == ECS_ACTION_DONE;
  if (action->details == NULL)
    lua_newtable(L);
  else
    ecs_lua_push_without(L, action->details, keeps ? kept : all);
  set_members(L, action);
  for (const char *const *name = kept; keeps && *name != NULL; name++)
    keep(L, store, action->details, *name);
  return 1;
}

/* The body of an answer: JSON text, or a table; NULL for what is neither. */
static const ecs_value *check_body(lua_State *L, int argument, ecs_arena *arena) {
  size_t size;
  ecs_value *body;
  const char *problem;
  if (lua_type(L, argument) != LUA_TSTRING)
    return ecs_lua_check(L, argument, arena);
  const char *text = lua_tolstring(L, argument, &size);
  ecs_status status = ecs_json_read(arena, text, size, &body, &problem);
  if (status == ECS_NOMEM)
    ecs_lua_raise(L, status);
  return ecs_value_is(body, ECS_MAP) ? body : NULL;
}

/* What is no number of a request is of none that is under way. */
static int64_t number_of_request(lua_State *L) {
  double number = luaL_checknumber(L, 2);
  return number > 0 && number < (double)ECS_VALUE_EXACT ? (int64_t)number : 0;
}

/* An answer to a request that is not under way any more says nothing to anybody. */
static void raise_unless_unknown(lua_State *L, ecs_status status) {
  if (status != ECS_INVALID)
    ecs_lua_raise(L, status);
}

/* engine:answer(id, status, headers, body, now); body: JSON text or a table */
static int answer(lua_State *L) {
  ecs_engine *engine = check(L);
  int64_t id = number_of_request(L);
  int code = (int)luaL_checkinteger(L, 3);
  double now = luaL_checknumber(L, 6);
  lua_settop(L, 6);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *headers = ecs_lua_check(L, 4, arena), *body = check_body(L, 5, arena);
  ecs_status status = ecs_engine_answer(engine, id, code, headers, body, now);
  ecs_lua_arena_close(L, 7);
  raise_unless_unknown(L, status);
  return 0;
}

/* engine:failed(id, kind, message, now) */
static int failed(lua_State *L) {
  ecs_engine *engine = check(L);
  int64_t id = number_of_request(L);
  const char *kind = luaL_checkstring(L, 3), *message = luaL_optstring(L, 4, "");
  raise_unless_unknown(L, ecs_engine_failed(engine, id, kind, message, luaL_checknumber(L, 5)));
  return 0;
}

/* engine:release(address, good): see engine.h; raises when none of that address is held. */
static int release(lua_State *L) {
  ecs_engine *engine = check(L);
  ecs_status status = ecs_engine_release(engine, luaL_checkstring(L, 2), lua_toboolean(L, 3) != 0);
  luaL_argcheck(L, status != ECS_INVALID, 2, "no operation of this address is held");
  return 0;
}

static int interrupt(lua_State *L) {
  ecs_engine_interrupt(check(L));
  return 0;
}

/* engine:learned() -> table; see engine.h. */
static int learned(lua_State *L) {
  ecs_engine *engine = check(L);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *table = ecs_engine_learned(engine, arena);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, table);
  return 1;
}

/* pace() -> { source, classes = { name = { burst, rate } }, operations = { name = class } } */
static int pace(lua_State *L) {
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *table = ecs_pace_table(arena, ecs_apis);
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, table);
  return 1;
}

/* judge(status, headers, body, now, assumed) -> { kind = "ok" "throttled" "transient" "refused", code, message,
** request_id, skew }: what the core makes of an answer of any AWS service. `body`: { code, message } as far as they are
** known. skew: seconds to add to the clock from here on, when the time was why it was refused that was signed with
** `assumed` seconds added. */
static int judge(lua_State *L) {
  static const char *const kinds[] = {"ok", "throttled", "transient", "refused"};
  int status = (int)luaL_checkinteger(L, 1);
  double now = luaL_checknumber(L, 4), assumed = luaL_optnumber(L, 5, 0), skew;
  lua_settop(L, 5);
  ecs_arena *arena = ecs_lua_arena(L);
  const ecs_value *headers = ecs_lua_check(L, 2, arena), *body = ecs_lua_check(L, 3, arena);
  ecs_answer answer;
  ecs_retry_read(arena, "AWS", NULL, status, headers, body, &answer);
  ecs_value *found = ecs_value_map(arena);
  ecs_value_set(arena, found, "kind", ecs_value_text(arena, kinds[answer.kind]));
  ecs_value_set(arena, found, "code", ecs_value_text(arena, answer.code));
  ecs_value_set(arena, found, "message", ecs_value_text(arena, answer.message));
  ecs_value_set(arena, found, "request_id", ecs_value_text(arena, answer.request_id));
  if (ecs_retry_skew(&answer, now, assumed, &skew))
    ecs_value_set(arena, found, "skew", ecs_value_number(arena, skew));
  ecs_lua_raise(L, ecs_arena_status(arena));
  ecs_lua_push(L, found);
  return 1;
}

void ecs_lua_open_engine(lua_State *L) {
  static const luaL_Reg methods[] = {{"add", add},         {"next", next},           {"answer", answer},
                                     {"failed", failed},   {"interrupt", interrupt}, {"release", release},
                                     {"learned", learned}, {"__gc", collect},        {NULL, NULL}};
  luaL_newmetatable(L, ENGINE);
  luaL_setfuncs(L, methods, 0);
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_pushcfunction(L, new_engine);
  lua_setfield(L, -2, "engine");
  lua_pushcfunction(L, pace);
  lua_setfield(L, -2, "pace");
  lua_pushcfunction(L, judge);
  lua_setfield(L, -2, "judge");
}
