/* options: the table given to curl.new. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "transport.h"

static void no_option(lua_State *L, const char *name, const char *what) {
  luaL_error(L, "bad option '%s' of curl.new (%s)", name, what);
}

static char *text_option(lua_State *L, const char *name) {
  size_t size;
  if (lua_type(L, -1) != LUA_TSTRING)
    no_option(L, name, "a string is expected");
  const char *text = lua_tolstring(L, -1, &size);
  if (strlen(text) != size)
    no_option(L, name, "it holds a NUL byte");
  char *copy = malloc(size + 1);
  if (copy == NULL)
    luaL_error(L, "not enough memory");
  memcpy(copy, text, size + 1);
  return copy;
}

static double number_option(lua_State *L, const char *name, double least) {
  double value = lua_tonumber(L, -1);
  if (lua_type(L, -1) != LUA_TNUMBER || !(value >= least)) {
    no_option(L, name, least > 0 ? "a number above 0 is expected" : "a number is expected");
  }
  return value;
}

/* Seconds, or a text such as "500ms". */
static double duration_option(lua_State *L, const char *name) {
  size_t size;
  double seconds;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
  if (text != NULL && ecs_duration_read(text, size, &seconds) && seconds >= 1e-3)
    return seconds;
  return number_option(L, name, 1e-3);
}

static bool flag_option(lua_State *L, const char *name) {
  if (!lua_isboolean(L, -1))
    no_option(L, name, "true or false is expected");
  return lua_toboolean(L, -1) != 0;
}

size_t ecs_transport_size(double bytes) { return bytes >= (double)(SIZE_MAX / 2) ? SIZE_MAX / 2 : (size_t)bytes; }

/* The option `name`, whose value is at the top. An unknown one raises: a switch that does nothing, like one to turn TLS
** verification off, must not look as if it did. */
static void read_option(lua_State *L, ecs_transport *t, const char *name, long *max_connections) {
  ecs_exchange_options *o = &t->options;
  char **text = strcmp(name, "ca_bundle") == 0    ? &o->ca_bundle
                : strcmp(name, "ca_path") == 0    ? &o->ca_path
                : strcmp(name, "proxy") == 0      ? &o->proxy
                : strcmp(name, "no_proxy") == 0   ? &o->no_proxy
                : strcmp(name, "user_agent") == 0 ? &o->user_agent
                                                  : NULL;
  if (text != NULL) {
    char *copy = text_option(L, name);
    free(*text);
    *text = copy;
  } else if (strcmp(name, "connect_timeout") == 0) {
    o->connect_timeout = duration_option(L, name);
  } else if (strcmp(name, "timeout") == 0) {
    o->timeout = duration_option(L, name);
  } else if (strcmp(name, "max_body") == 0) {
    o->max_body = ecs_transport_size(number_option(L, name, 0));
  } else if (strcmp(name, "max_connections") == 0) {
    double value = number_option(L, name, 1);
    *max_connections = value > 10000 ? 10000 : (long)value;
  } else if (strcmp(name, "http2") == 0) {
    o->http2 = flag_option(L, name);
  } else if (strcmp(name, "compression") == 0) {
    o->compression = flag_option(L, name);
  } else {
    no_option(L, name, "there is no such option");
  }
}

void ecs_transport_read_options(lua_State *L, int index, ecs_transport *t, long *max_connections) {
  if (lua_isnoneornil(L, index))
    return;
  luaL_checktype(L, index, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING)
      luaL_error(L, "the options of curl.new are named");
    read_option(L, t, lua_tostring(L, -2), max_connections);
  }
}

void ecs_transport_free_options(ecs_exchange_options *options) {
  if (options->proxy != NULL)
    ecs_exchange_wipe(options->proxy, strlen(options->proxy)); /* may hold a password */
  free(options->ca_bundle);
  free(options->ca_path);
  free(options->proxy);
  free(options->no_proxy);
  free(options->user_agent);
  memset(options, 0, sizeof *options);
}
