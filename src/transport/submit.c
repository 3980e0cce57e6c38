/* submit: a request, from a Lua table to an exchange under way. Everything that may raise comes before anything is
** allocated. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lua/binding.h"
#include "transport.h"

static int push_failure(lua_State *L, const char *code, const char *message) {
  lua_pushnil(L);
  lua_createtable(L, 0, 3);
  lua_pushstring(L, code);
  lua_setfield(L, -2, "code");
  lua_pushliteral(L, "other");
  lua_setfield(L, -2, "kind");
  lua_pushstring(L, message);
  lua_setfield(L, -2, "message");
  luaL_setmetatable(L, ECS_TRANSPORT_ERROR);
  return 2;
}

typedef struct parsed {
  const char *method, *url, *body;
  const char *proxy; /* NULL: as the transport; "": none */
  size_t body_size;
  double timeout, max_body; /* < 0: as the transport */
} parsed;

static void bad_field(lua_State *L, const char *name, const char *what) {
  luaL_error(L, "bad field '%s' of the request (%s)", name, what);
}

/* Pushes the field, which stays on the stack so that its text stays alive. */
static const char *text_field(lua_State *L, const char *name, const char *otherwise, size_t *size) {
  size_t length = 0;
  lua_getfield(L, 2, name);
  if (lua_isnil(L, -1) && otherwise != NULL) {
    if (size != NULL)
      *size = strlen(otherwise);
    return otherwise;
  }
  if (lua_type(L, -1) != LUA_TSTRING)
    bad_field(L, name, "a string is expected");
  const char *text = lua_tolstring(L, -1, &length);
  if (size == NULL && strlen(text) != length)
    bad_field(L, name, "it holds a NUL byte");
  if (size != NULL)
    *size = length;
  return text;
}

static double number_field(lua_State *L, const char *name, double least) {
  lua_getfield(L, 2, name);
  if (lua_isnil(L, -1))
    return -1;
  double value = lua_tonumber(L, -1);
  if (lua_type(L, -1) != LUA_TNUMBER || !(value >= least)) {
    bad_field(L, name, least > 0 ? "seconds above 0 are expected" : "a number of bytes is expected");
  }
  return value;
}

/* Pushes the table of headers (or nil) after checking its types, so that copying it later cannot raise. */
static void check_headers(lua_State *L) {
  lua_getfield(L, 2, "headers");
  if (lua_isnil(L, -1))
    return;
  if (!lua_istable(L, -1))
    bad_field(L, "headers", "a table is expected");
  for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
    int value = lua_type(L, -1);
    if (lua_type(L, -2) != LUA_TSTRING)
      bad_field(L, "headers", "names are strings");
    if (value != LUA_TSTRING && value != LUA_TNUMBER)
      bad_field(L, "headers", "values are strings or numbers");
  }
}

static void check_id(lua_State *L, const ecs_transport *t) {
  lua_getfield(L, 2, "id");
  int type = lua_type(L, -1);
  double number = lua_tonumber(L, -1);
  bool whole = type == LUA_TNUMBER && number == floor(number) && fabs(number) < 9007199254740992.0;
  if (type != LUA_TSTRING && !whole)
    bad_field(L, "id", "a string or a whole number is expected");
  lua_rawgeti(L, LUA_REGISTRYINDEX, t->ids);
  lua_pushvalue(L, -2);
  lua_rawget(L, -2);
  if (!lua_isnil(L, -1))
    bad_field(L, "id", "a request of this id is pending");
  lua_pop(L, 1);
}

static bool keep_id(lua_State *L, int index, ecs_exchange *exchange) {
  if (lua_type(L, index) == LUA_TNUMBER) {
    exchange->id_number = (ptrdiff_t)lua_tointeger(L, index);
    return true;
  }
  size_t size;
  const char *text = lua_tolstring(L, index, &size);
  exchange->id_text = malloc(size + 1);
  if (exchange->id_text != NULL)
    memcpy(exchange->id_text, text, size + 1);
  exchange->id_number = (ptrdiff_t)size;
  return exchange->id_text != NULL;
}

/* Returns the name of the first header that cannot be sent, or NULL. Raises nothing: types were checked. */
static const char *add_headers(lua_State *L, int index, ecs_exchange *exchange) {
  char digits[ECS_NUMBER_ROOM];
  if (lua_isnil(L, index))
    return NULL;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    size_t name_size, size;
    const char *name = lua_tolstring(L, -2, &name_size), *value = digits;
    if (lua_type(L, -1) == LUA_TNUMBER) {
      size = ecs_lua_number_text(L, -1, digits);
    } else {
      value = lua_tolstring(L, -1, &size);
    }
    if (!ecs_exchange_header(exchange, name, name_size, value, size)) {
      lua_pop(L, 2);
      return name;
    }
  }
  return NULL;
}

static void check_method(lua_State *L, const char *method) {
  for (const char *c = method; *c != '\0'; c++) {
    if (*c < 'A' || *c > 'Z')
      bad_field(L, "method", "capital letters are expected");
  }
  if (*method == '\0')
    bad_field(L, "method", "it is empty");
}

static const char *optional_text(lua_State *L, const char *name) {
  lua_getfield(L, 2, name);
  bool none = lua_isnil(L, -1);
  lua_pop(L, 1);
  return none ? NULL : text_field(L, name, NULL, NULL);
}

static void read_request(lua_State *L, parsed *p) {
  p->method = text_field(L, "method", "POST", NULL);
  check_method(L, p->method);
  p->url = text_field(L, "url", NULL, NULL);
  p->body = text_field(L, "body", "", &p->body_size);
  p->proxy = optional_text(L, "proxy");
  p->timeout = number_field(L, "timeout", 1e-3);
  p->max_body = number_field(L, "max_body", 0);
}

static void link_live(ecs_transport *t, ecs_exchange *exchange) {
  exchange->next = t->live;
  if (t->live != NULL)
    t->live->previous = exchange;
  t->live = exchange;
  t->pending++;
}

/* The transport's options with what the request says otherwise. A request that names its proxy has decided: neither
** no_proxy nor the environment counts. libcurl copies both texts. */
static ecs_exchange_options options_for(const ecs_transport *t, const parsed *p) {
  static char nobody[] = "";
  ecs_exchange_options options = t->options;
  if (p->proxy != NULL) {
    options.proxy = (char *)p->proxy;
    options.no_proxy = nobody;
  }
  return options;
}

/* Makes and starts the exchange; NULL, with *problem set when it is the request's fault. Raises nothing. */
static ecs_exchange *start(lua_State *L, ecs_transport *t, const parsed *p, int headers, int id, const char **problem) {
  CURL *easy = t->spare_count > 0 ? t->spare[--t->spare_count] : NULL;
  ecs_exchange_options options = options_for(t, p);
  ecs_exchange *exchange = ecs_exchange_new(easy, &options, t->share);
  if (exchange == NULL)
    return NULL;
  if (p->timeout >= 0)
    exchange->timeout = p->timeout;
  if (p->max_body >= 0)
    exchange->max_body = ecs_transport_size(p->max_body);
  *problem = add_headers(L, headers, exchange);
  if (*problem != NULL || !keep_id(L, id, exchange) ||
      !ecs_exchange_start(exchange, &options, p->method, p->url, p->body, p->body_size) ||
      curl_multi_add_handle(t->multi, exchange->easy) != CURLM_OK) {
    ecs_transport_drop(t, exchange);
    return NULL;
  }
  link_live(t, exchange);
  t->requests++;
  return exchange;
}

int ecs_transport_submit(lua_State *L) {
  ecs_transport *t = ecs_transport_check(L);
  parsed p;
  const char *problem = NULL;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  luaL_checkstack(L, 20, NULL);
  read_request(L, &p);
  check_headers(L);
  int headers = lua_gettop(L);
  check_id(L, t); /* pushes the id and the table of ids */
  int ids = lua_gettop(L), id = ids - 1;
  /* The place in the table is made first, because making it may raise; filling it cannot. */
  lua_pushvalue(L, id);
  lua_pushboolean(L, 1);
  lua_rawset(L, ids);
  ecs_exchange *exchange = start(L, t, &p, headers, id, &problem);
  lua_pushvalue(L, id);
  if (exchange != NULL) {
    lua_pushlightuserdata(L, exchange);
  } else {
    lua_pushnil(L);
  }
  lua_rawset(L, ids);
  if (problem != NULL) {
    lua_pushfstring(L, "the header %s cannot be sent: its name or value holds a character that HTTP forbids", problem);
    return push_failure(L, "InvalidHeader", lua_tostring(L, -1));
  }
  if (exchange == NULL)
    return push_failure(L, "OutOfMemory", "not enough memory for the request");
  lua_pushboolean(L, 1);
  return 1;
}
