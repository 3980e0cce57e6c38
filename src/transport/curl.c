/* curl: `require "ecs_service.transport.curl"`, libcurl's multi interface as a transport. */
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lua/binding.h"
#include "transport.h"

__attribute__((visibility("default"))) int luaopen_ecs_service_transport_curl(lua_State *L);

static double monotonic(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* With CURLOPT_NOSIGNAL libcurl leaves it to its caller that a peer which hangs up does not end the process. */
static void hold_sigpipe(struct sigaction *before) {
  struct sigaction ignore;
  sigaction(SIGPIPE, NULL, before);
  ignore = *before;
  ignore.sa_handler = SIG_IGN;
  ignore.sa_flags &= ~SA_SIGINFO;
  sigaction(SIGPIPE, &ignore, NULL);
}

static void release_sigpipe(const struct sigaction *before) { sigaction(SIGPIPE, before, NULL); }

static ecs_transport *check_any(lua_State *L) { return luaL_checkudata(L, 1, ECS_TRANSPORT); }

ecs_transport *ecs_transport_check(lua_State *L) {
  ecs_transport *t = check_any(L);
  if (t->multi == NULL)
    luaL_error(L, "the transport is closed");
  return t;
}

static bool open_multi(ecs_transport *t, long max_connections) {
  t->multi = curl_multi_init();
  t->share = curl_share_init();
  if (t->multi == NULL || t->share == NULL)
    return false;
  curl_share_setopt(t->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  curl_multi_setopt(t->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  /* Several endpoints share the cache of connections; each may fill its own limit. */
  curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, max_connections * 4);
  return curl_multi_setopt(t->multi, CURLMOPT_MAX_HOST_CONNECTIONS, max_connections) == CURLM_OK;
}

static int transport_new(lua_State *L) {
  long max_connections = 10;
  lua_settop(L, 1);
  ecs_transport *t = lua_newuserdatauv(L, sizeof *t, 0);
  memset(t, 0, sizeof *t);
  t->ids = LUA_NOREF;
  t->options.connect_timeout = 10;
  t->options.timeout = 70;
  t->options.max_body = (size_t)64 << 20;
  t->options.http2 = true;
  luaL_setmetatable(L, ECS_TRANSPORT);
  ecs_transport_read_options(L, 1, t, &max_connections);
  lua_newtable(L);
  t->ids = luaL_ref(L, LUA_REGISTRYINDEX);
  if (!open_multi(t, max_connections))
    return luaL_error(L, "not enough memory");
  return 1;
}

/* From `live` to the end of `done`. */
static void move_to_done(ecs_transport *t, ecs_exchange *exchange) {
  if (exchange->previous != NULL)
    exchange->previous->next = exchange->next;
  if (exchange->next != NULL)
    exchange->next->previous = exchange->previous;
  if (t->live == exchange)
    t->live = exchange->next;
  exchange->next = exchange->previous = NULL;
  if (t->last_done != NULL)
    t->last_done->next = exchange;
  if (t->done == NULL)
    t->done = exchange;
  t->last_done = exchange;
}

void ecs_transport_drop(ecs_transport *t, ecs_exchange *exchange) {
  CURL *easy = ecs_exchange_free(exchange);
  if (easy != NULL && t->spare_count < ECS_TRANSPORT_SPARE) {
    t->spare[t->spare_count++] = easy;
  } else {
    curl_easy_cleanup(easy);
  }
}

static void drop_first_done(ecs_transport *t) {
  ecs_exchange *exchange = t->done;
  t->done = exchange->next;
  if (t->done == NULL)
    t->last_done = NULL;
  t->pending--;
  ecs_transport_drop(t, exchange);
}

static void count(ecs_transport *t, ecs_exchange *exchange) {
  long connections = 0;
  curl_easy_getinfo(exchange->easy, CURLINFO_NUM_CONNECTS, &connections);
  t->connections_opened += connections;
  t->bytes_in += (lua_Integer)(exchange->head.size + exchange->content.size);
}

/* Lets libcurl do what it can without waiting, and collects what is finished. */
static CURLMcode run(ecs_transport *t) {
  struct sigaction before;
  int running, left;
  hold_sigpipe(&before);
  CURLMcode code = curl_multi_perform(t->multi, &running);
  for (CURLMsg *message; (message = curl_multi_info_read(t->multi, &left)) != NULL;) {
    if (message->msg != CURLMSG_DONE)
      continue;
    CURL *easy = message->easy_handle;
    CURLcode result = message->data.result;
    char *private = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
    ecs_exchange *exchange = (ecs_exchange *)(void *)private;
    curl_multi_remove_handle(t->multi, easy);
    ecs_exchange_finish(exchange, result);
    count(t, exchange);
    move_to_done(t, exchange);
  }
  release_sigpipe(&before);
  return code;
}

static void push_id(lua_State *L, const ecs_exchange *exchange) {
  if (exchange->id_text != NULL) {
    lua_pushlstring(L, exchange->id_text, (size_t)exchange->id_number);
  } else {
    lua_pushinteger(L, (lua_Integer)exchange->id_number);
  }
}

/* A header that came more than once is one list, as RFC 9110, section 5.3, allows. */
static void push_headers(lua_State *L, ecs_exchange *exchange) {
  const char *name, *value;
  size_t position = 0, name_size, value_size;
  lua_newtable(L);
  while (ecs_exchange_next_header(exchange, &position, &name, &name_size, &value, &value_size)) {
    lua_pushlstring(L, name, name_size);
    lua_pushvalue(L, -1);
    lua_rawget(L, -3);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushlstring(L, value, value_size);
    } else {
      lua_pushliteral(L, ", ");
      lua_pushlstring(L, value, value_size);
      lua_concat(L, 3);
    }
    lua_rawset(L, -3);
  }
}

static void push_error(lua_State *L, const ecs_exchange *exchange) {
  lua_createtable(L, 0, 3);
  lua_pushstring(L, exchange->failure);
  lua_setfield(L, -2, "kind");
  lua_pushstring(L, exchange->message);
  lua_setfield(L, -2, "message");
  lua_pushboolean(L, exchange->sends > 0);
  lua_setfield(L, -2, "sent");
  luaL_setmetatable(L, ECS_TRANSPORT_ERROR);
}

/* The exchange leaves the list only when all of it is in Lua's hands. */
static int push_completion(lua_State *L, ecs_transport *t) {
  ecs_exchange *exchange = t->done;
  luaL_checkstack(L, 12, NULL);
  lua_createtable(L, 0, 4);
  push_id(L, exchange);
  lua_setfield(L, -2, "id");
  if (exchange->failure != NULL) {
    push_error(L, exchange);
    lua_setfield(L, -2, "error");
  } else {
    lua_pushinteger(L, (lua_Integer)exchange->status);
    lua_setfield(L, -2, "status");
    push_headers(L, exchange);
    lua_setfield(L, -2, "headers");
    lua_pushlstring(L, exchange->content.data != NULL ? exchange->content.data : "", exchange->content.size);
    lua_setfield(L, -2, "body");
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, t->ids);
  push_id(L, exchange);
  lua_pushnil(L);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  drop_first_done(t);
  return 1;
}

/* Waits for something to happen. True when poll() came back early for no reason of libcurl's: a signal arrived, and the
** caller may want to know. */
static bool poll_interrupted(ecs_transport *t, double seconds) {
  long limit = -1;
  int ready = 0;
  int wanted = seconds >= INT_MAX / 1000 ? INT_MAX : (int)ceil(seconds * 1000);
  curl_multi_timeout(t->multi, &limit);
  if (limit >= 0 && limit < wanted)
    wanted = (int)limit;
  double start = monotonic();
  curl_multi_poll(t->multi, NULL, 0, wanted, &ready);
  return ready == 0 && (monotonic() - start) * 1000 + 2 < wanted;
}

/* t:wait([seconds]) -> completion | nil. Without seconds it waits for as long as anything is pending. */
static int transport_wait(lua_State *L) {
  ecs_transport *t = ecs_transport_check(L);
  bool forever = lua_isnoneornil(L, 2);
  double seconds = forever ? 0 : luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0, 2, "seconds from 0 are expected");
  double deadline = monotonic() + seconds;
  for (;;) {
    CURLMcode code = run(t);
    if (t->done != NULL)
      return push_completion(L, t);
    if (code != CURLM_OK)
      return luaL_error(L, "libcurl: %s", curl_multi_strerror(code));
    if (forever && t->live == NULL)
      break;
    double left = forever ? INT_MAX : deadline - monotonic();
    if (left <= 0 || poll_interrupted(t, left))
      break;
  }
  lua_pushnil(L);
  return 1;
}

/* t:cancel(id) -> true when it was still under way; wait() then hands out an error of kind "cancelled". */
static int transport_cancel(lua_State *L) {
  ecs_transport *t = ecs_transport_check(L);
  luaL_checkany(L, 2);
  lua_rawgeti(L, LUA_REGISTRYINDEX, t->ids);
  lua_pushvalue(L, 2);
  lua_rawget(L, -2);
  ecs_exchange *exchange = lua_touserdata(L, -1), *live = t->live;
  while (live != NULL && live != exchange)
    live = live->next;
  if (live != NULL) {
    struct sigaction before;
    hold_sigpipe(&before);
    curl_multi_remove_handle(t->multi, live->easy);
    release_sigpipe(&before);
    ecs_exchange_cancel(live);
    count(t, live);
    move_to_done(t, live);
  }
  lua_pushboolean(L, live != NULL);
  return 1;
}

static int transport_pending(lua_State *L) {
  lua_pushinteger(L, ecs_transport_check(L)->pending);
  return 1;
}

static int transport_stats(lua_State *L) {
  ecs_transport *t = check_any(L);
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, t->requests);
  lua_setfield(L, -2, "requests");
  lua_pushinteger(L, t->connections_opened);
  lua_setfield(L, -2, "connections_opened");
  lua_pushinteger(L, t->bytes_in);
  lua_setfield(L, -2, "bytes_in");
  return 1;
}

static void drop_list(ecs_transport *t, ecs_exchange *list) {
  while (list != NULL) {
    ecs_exchange *next = list->next;
    curl_multi_remove_handle(t->multi, list->easy); /* harmless for those that are out already */
    curl_easy_cleanup(ecs_exchange_free(list));
    list = next;
  }
}

/* t:close(): ends what is pending without a completion. Closing twice is fine. Also the collector's. */
static int transport_close(lua_State *L) {
  ecs_transport *t = check_any(L);
  struct sigaction before;
  hold_sigpipe(&before);
  drop_list(t, t->live);
  drop_list(t, t->done);
  t->live = t->done = t->last_done = NULL;
  t->pending = 0;
  while (t->spare_count > 0)
    curl_easy_cleanup(t->spare[--t->spare_count]);
  if (t->multi != NULL)
    curl_multi_cleanup(t->multi);
  if (t->share != NULL)
    curl_share_cleanup(t->share);
  release_sigpipe(&before);
  t->multi = NULL;
  t->share = NULL;
  ecs_transport_free_options(&t->options);
  luaL_unref(L, LUA_REGISTRYINDEX, t->ids);
  t->ids = LUA_NOREF;
  return 0;
}

static int error_tostring(lua_State *L) {
  lua_getfield(L, 1, "message");
  return 1;
}

static int transport_tostring(lua_State *L) {
  ecs_transport *t = check_any(L);
  if (t->multi == NULL) {
    lua_pushliteral(L, "curl transport (closed)");
  } else {
    lua_pushfstring(L, "curl transport (%d pending)", (int)t->pending);
  }
  return 1;
}

int luaopen_ecs_service_transport_curl(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"submit", ecs_transport_submit},
      {"wait", transport_wait},
      {"cancel", transport_cancel},
      {"pending", transport_pending},
      {"stats", transport_stats},
      {"close", transport_close},
      {NULL, NULL},
  };
  static const luaL_Reg functions[] = {{"new", transport_new}, {NULL, NULL}};
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return luaL_error(L, "libcurl cannot be initialised");
  luaL_newmetatable(L, ECS_TRANSPORT_ERROR);
  lua_pushcfunction(L, error_tostring);
  lua_setfield(L, -2, "__tostring");
  luaL_newmetatable(L, ECS_TRANSPORT);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, transport_close);
  lua_setfield(L, -2, "__gc");
  lua_pushcfunction(L, transport_tostring);
  lua_setfield(L, -2, "__tostring");
  luaL_newlib(L, functions);
  lua_pushstring(L, curl_version_info(CURLVERSION_NOW)->version);
  lua_setfield(L, -2, "libcurl_version");
  return 1;
}
