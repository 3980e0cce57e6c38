/* httpd: `require "ecs_service.httpd"`, a small HTTP/1.1 server for `ecs-service simulate` and for tests.
**
** libmicrohttpd reads and writes inside wait(). A request that has arrived is suspended until Lua replies to it, so
** many can be open at once in one thread. No call of Lua's happens inside libmicrohttpd's callbacks. */
#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../lua/binding.h"

#define SERVER "ecs_service.httpd"
#define IDLE_SECONDS 60 /* a connection on which nothing comes; one that waits for Lua does not count */
#define MAX_BODY ((size_t)16 << 20)

typedef struct server server;
typedef struct request request;

typedef enum request_state {
  READING,   /* the client is still sending */
  QUEUED,    /* complete and suspended; wait() will hand it out */
  HANDED,    /* Lua has it */
  HELD,      /* Lua will never reply */
  ANSWERED,  /* `response` goes out when libmicrohttpd asks again */
  ABANDONED, /* the connection is to be closed without an answer */
} request_state;

struct request {
  request *next, *previous; /* all requests of the server */
  request *next_queued;
  server *owner;
  struct MHD_Connection *connection;
  request_state state;
  lua_Integer id;
  char method[24];
  char *target;  /* as sent: libmicrohttpd's own url is decoded, and signatures cover the encoded one */
  char *headers; /* name NUL value NUL … */
  size_t headers_size;
  char *body;
  size_t body_size, body_capacity;
  bool too_large;
  unsigned status;
  struct MHD_Response *response;
};

struct server {
  struct MHD_Daemon *daemon; /* NULL once closed */
  request *requests;
  request *queue, *last_queued;
  lua_Integer last_id;
  bool closing; /* what still arrives is turned away */
};

__attribute__((visibility("default"))) int luaopen_ecs_service_httpd(lua_State *L);

static bool reserve(char **memory, size_t *capacity, size_t needed) {
  if (needed <= *capacity)
    return true;
  size_t wanted = needed < 2048 ? 4096 : needed * 2;
  char *grown = realloc(*memory, wanted);
  if (grown == NULL)
    return false;
  *memory = grown;
  *capacity = wanted;
  return true;
}

/* Called with the request line's target before anything else; what it returns is the request's context from then on. */
static void *on_target(void *context, const char *target, struct MHD_Connection *connection) {
  server *s = context;
  request *r = calloc(1, sizeof *r);
  size_t size = strlen(target) + 1;
  if (r == NULL || (r->target = malloc(size)) == NULL) {
    free(r);
    return NULL;
  }
  memcpy(r->target, target, size);
  r->owner = s;
  r->connection = connection;
  r->next = s->requests;
  if (s->requests != NULL)
    s->requests->previous = r;
  s->requests = r;
  return r;
}

static void unqueue(server *s, const request *r) {
  request *before = NULL;
  for (request *each = s->queue; each != NULL; before = each, each = each->next_queued) {
    if (each != r)
      continue;
    if (before != NULL)
      before->next_queued = r->next_queued;
    if (s->queue == r)
      s->queue = r->next_queued;
    if (s->last_queued == r)
      s->last_queued = before;
    return;
  }
}

static void free_request(request *r) {
  server *s = r->owner;
  unqueue(s, r);
  if (r->previous != NULL)
    r->previous->next = r->next;
  if (r->next != NULL)
    r->next->previous = r->previous;
  if (s->requests == r)
    s->requests = r->next;
  if (r->response != NULL)
    MHD_destroy_response(r->response);
  free(r->target);
  free(r->headers);
  free(r->body);
  free(r);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode code) {
  (void)context, (void)connection, (void)code;
  if (*request_context != NULL)
    free_request(*request_context);
  *request_context = NULL;
}

typedef struct header_copy {
  request *r;
  size_t capacity;
  bool ok;
} header_copy;

static enum MHD_Result copy_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value) {
  header_copy *copy = context;
  request *r = copy->r;
  (void)kind;
  if (value == NULL)
    value = "";
  size_t name_size = strlen(name) + 1, value_size = strlen(value) + 1;
  copy->ok = copy->ok && reserve(&r->headers, &copy->capacity, r->headers_size + name_size + value_size);
  if (!copy->ok)
    return MHD_NO;
  memcpy(r->headers + r->headers_size, name, name_size);
  memcpy(r->headers + r->headers_size + name_size, value, value_size);
  for (char *c = r->headers + r->headers_size; *c != '\0'; c++) {
    if (*c >= 'A' && *c <= 'Z')
      *c = (char)(*c - 'A' + 'a');
  }
  r->headers_size += name_size + value_size;
  return MHD_YES;
}

static enum MHD_Result begin(request *r, struct MHD_Connection *connection, const char *method) {
  header_copy copy = {r, 0, true};
  snprintf(r->method, sizeof r->method, "%s", method);
  MHD_get_connection_values(connection, MHD_HEADER_KIND, copy_header, &copy);
  return copy.ok ? MHD_YES : MHD_NO;
}

static enum MHD_Result receive(request *r, const char *data, size_t *size) {
  if (r->too_large || *size > MAX_BODY - r->body_size) {
    r->too_large = true; /* read on, or the client would not see the answer that says so */
  } else {
    if (!reserve(&r->body, &r->body_capacity, r->body_size + *size))
      return MHD_NO;
    memcpy(r->body + r->body_size, data, *size);
    r->body_size += *size;
  }
  *size = 0;
  return MHD_YES;
}

static enum MHD_Result refuse_large(struct MHD_Connection *connection) {
  static char text[] = "the body is larger than 16 MiB\n";
  struct MHD_Response *response = MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
  if (response == NULL)
    return MHD_NO;
  enum MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_CONTENT_TOO_LARGE, response);
  MHD_destroy_response(response);
  return queued;
}

static enum MHD_Result enqueue(server *s, request *r) {
  r->state = QUEUED;
  if (s->last_queued != NULL)
    s->last_queued->next_queued = r;
  if (s->queue == NULL)
    s->queue = r;
  s->last_queued = r;
  MHD_suspend_connection(r->connection);
  return MHD_YES;
}

static enum MHD_Result on_access(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                                 const char *version, const char *data, size_t *size, void **request_context) {
  request *r = *request_context;
  (void)url, (void)version;
  if (r == NULL)
    return MHD_NO;
  if (r->method[0] == '\0')
    return begin(r, connection, method);
  if (*size > 0)
    return receive(r, data, size);
  switch (r->state) {
    case READING:
      if (r->owner->closing)
        return MHD_NO;
      return r->too_large ? refuse_large(connection) : enqueue(context, r);
    case ANSWERED: return MHD_queue_response(connection, r->status, r->response);
    default: return MHD_NO;
  }
}

static server *check_any(lua_State *L) { return luaL_checkudata(L, 1, SERVER); }

static server *check_open(lua_State *L) {
  server *s = check_any(L);
  if (s->daemon == NULL)
    luaL_error(L, "the server is closed");
  return s;
}

static bool read_address(const char *text, uint16_t port, struct sockaddr_storage *address, bool *six) {
  struct sockaddr_in *four = (struct sockaddr_in *)(void *)address;
  struct sockaddr_in6 *long_one = (struct sockaddr_in6 *)(void *)address;
  memset(address, 0, sizeof *address);
  *six = false;
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    return true;
  }
  *six = true;
  if (inet_pton(AF_INET6, text, &long_one->sin6_addr) != 1)
    return false;
  long_one->sin6_family = AF_INET6;
  long_one->sin6_port = htons(port);
  return true;
}

static struct MHD_Daemon *start(server *s, struct sockaddr_storage *address, bool six) {
  unsigned flags = MHD_ALLOW_SUSPEND_RESUME;
  /* Without epoll it is select, which cannot watch more than about a thousand connections. */
  if (MHD_is_feature_supported(MHD_FEATURE_EPOLL) == MHD_YES)
    flags |= MHD_USE_EPOLL;
  if (six)
    flags |= MHD_USE_IPv6;
  return MHD_start_daemon(flags, 0, NULL, NULL, on_access, s, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)(void *)address,
                          MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
                          MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                          (size_t)128 * 1024, MHD_OPTION_END);
}

/* new{ port = 0, address = "127.0.0.1" } -> server | nil, message */
static int server_new(lua_State *L) {
  struct sockaddr_storage address;
  bool six;
  if (lua_isnoneornil(L, 1)) {
    lua_settop(L, 0);
    lua_newtable(L);
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_getfield(L, 1, "port");
  double port = luaL_optnumber(L, 2, 0);
  if (!(port >= 0 && port <= 65535 && port == floor(port))) {
    return luaL_error(L, "the port is a number from 0 to 65535");
  }
  lua_getfield(L, 1, "address");
  const char *text = luaL_optstring(L, 3, "127.0.0.1");
  if (!read_address(text, (uint16_t)port, &address, &six))
    return luaL_error(L, "'%s' is not an IP address", text);
  server *s = lua_newuserdatauv(L, sizeof *s, 0);
  memset(s, 0, sizeof *s);
  luaL_setmetatable(L, SERVER);
  errno = 0;
  s->daemon = start(s, &address, six);
  if (s->daemon != NULL)
    return 1;
  const char *reason = errno != 0 ? strerror(errno) : "unknown reason";
  lua_pushnil(L);
  lua_pushfstring(L, "cannot listen on %s port %d: %s", text, (int)port, reason);
  return 2;
}

/* server:open() -> number of requests that are being received, wait for a reply, or are being answered */
static int server_open(lua_State *L) {
  lua_Integer count = 0;
  for (const request *r = check_open(L)->requests; r != NULL; r = r->next)
    count++;
  lua_pushinteger(L, count);
  return 1;
}

static int server_port(lua_State *L) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(check_open(L)->daemon, MHD_DAEMON_INFO_BIND_PORT);
  lua_pushinteger(L, info != NULL ? info->port : 0);
  return 1;
}

static void push_headers(lua_State *L, const request *r) {
  lua_newtable(L);
  for (size_t at = 0; at < r->headers_size;) {
    const char *name = r->headers + at;
    const char *value = name + strlen(name) + 1;
    at = (size_t)(value - r->headers) + strlen(value) + 1;
    lua_getfield(L, -1, name);
    if (lua_isnil(L, -1)) {
      lua_pop(L, 1);
      lua_pushstring(L, value);
    } else {
      lua_pushliteral(L, ", ");
      lua_pushstring(L, value);
      lua_concat(L, 3);
    }
    lua_setfield(L, -2, name);
  }
}

static int push_request(lua_State *L, server *s) {
  request *r = s->queue;
  const char *query = strchr(r->target, '?');
  luaL_checkstack(L, 10, NULL);
  lua_createtable(L, 0, 6);
  lua_pushinteger(L, s->last_id + 1);
  lua_setfield(L, -2, "id");
  lua_pushstring(L, r->method);
  lua_setfield(L, -2, "method");
  lua_pushlstring(L, r->target, query != NULL ? (size_t)(query - r->target) : strlen(r->target));
  lua_setfield(L, -2, "path");
  if (query != NULL) {
    lua_pushstring(L, query + 1);
    lua_setfield(L, -2, "query");
  }
  push_headers(L, r);
  lua_setfield(L, -2, "headers");
  lua_pushlstring(L, r->body != NULL ? r->body : "", r->body_size);
  lua_setfield(L, -2, "body");
  unqueue(s, r);
  r->state = HANDED;
  r->id = ++s->last_id;
  return 1;
}

static void resume(request *r, request_state state) {
  bool suspended = r->state == QUEUED || r->state == HANDED || r->state == HELD;
  r->state = state;
  if (suspended)
    MHD_resume_connection(r->connection);
}

static int socket_of(const request *r) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info != NULL ? info->connect_fd : -1;
}

/* libmicrohttpd does not watch suspended connections; those that will never be answered end when their client goes. */
static void drop_held(server *s) {
  for (request *r = s->requests; r != NULL; r = r->next) {
    char byte;
    if (r->state != HELD)
      continue;
    ssize_t got = recv(socket_of(r), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
      resume(r, ABANDONED);
  }
}

/* server:wait(seconds) -> request | nil. Nil may come before the time is up, when the network or a signal woke it. */
static int server_wait(lua_State *L) {
  server *s = check_open(L);
  double seconds = luaL_optnumber(L, 2, 0);
  luaL_argcheck(L, seconds >= 0, 2, "seconds from 0 are expected");
  drop_held(s);
  MHD_run_wait(s->daemon, 0);
  if (s->queue == NULL && seconds > 0) {
    MHD_run_wait(s->daemon, seconds > INT_MAX / 1000 ? INT_MAX : (int32_t)ceil(seconds * 1000));
  }
  if (s->queue != NULL)
    return push_request(L, s);
  lua_pushnil(L);
  return 1;
}

/* A body that ends before the length that was declared. */
typedef struct cut_body {
  size_t size;
  char data[];
} cut_body;

static ssize_t read_cut(void *context, uint64_t position, char *buffer, size_t room) {
  const cut_body *cut = context;
  if (position >= cut->size)
    return MHD_CONTENT_READER_END_WITH_ERROR;
  size_t left = cut->size - (size_t)position;
  size_t size = left < room ? left : room;
  memcpy(buffer, cut->data + position, size);
  return (ssize_t)size;
}

static struct MHD_Response *make_cut(const char *body, size_t size) {
  cut_body *cut = malloc(sizeof *cut + size / 2 + 1);
  if (cut == NULL)
    return NULL;
  cut->size = size / 2;
  if (cut->size > 0)
    memcpy(cut->data, body, cut->size);
  uint64_t declared = size > 0 ? size : 1;
  struct MHD_Response *response = MHD_create_response_from_callback(declared, 4096, read_cut, cut, free);
  if (response == NULL)
    free(cut);
  return response;
}

static struct MHD_Response *make_whole(const char *body, size_t size) {
  /* The text is copied, so that taking its const away is safe. */
  return MHD_create_response_from_buffer(size, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
}

static bool same_name(const char *a, const char *b) {
  for (; *a != '\0' && *b != '\0'; a++, b++) {
    char c = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
    if (c != *b)
      return false;
  }
  return *a == *b;
}

static void check_headers(lua_State *L, int index) {
  if (lua_isnoneornil(L, index))
    return;
  luaL_checktype(L, index, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    bool text = lua_type(L, -2) == LUA_TSTRING && (lua_type(L, -1) == LUA_TSTRING || lua_type(L, -1) == LUA_TNUMBER);
    luaL_argcheck(L, text, index, "headers are a table from names to strings");
  }
}

/* The first name that libmicrohttpd refuses, or NULL. Raises nothing: types were checked. */
static const char *add_headers(lua_State *L, int index, struct MHD_Response *response) {
  char digits[ECS_NUMBER_ROOM];
  if (lua_isnoneornil(L, index))
    return NULL;
  for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
    const char *name = lua_tostring(L, -2), *value = digits;
    if (same_name(name, "content-length"))
      continue; /* comes from the body */
    if (lua_type(L, -1) == LUA_TNUMBER) {
      ecs_lua_number_text(L, -1, digits);
    } else {
      value = lua_tostring(L, -1);
    }
    if (MHD_add_response_header(response, name, value) != MHD_YES) {
      lua_pop(L, 2);
      return name;
    }
  }
  return NULL;
}

static bool option(lua_State *L, const char *name) {
  if (!lua_istable(L, 6))
    return false;
  lua_getfield(L, 6, name);
  bool set = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return set;
}

static request *find(server *s, lua_Integer id) {
  request *r = s->requests;
  while (r != NULL && !(r->state == HANDED && r->id == id))
    r = r->next;
  return r;
}

/* Closing with unread or unsent bytes thrown away makes TCP send RST, which is what "connection reset" means. */
static void reset_on_close(const request *r) {
  struct linger now = {1, 0};
  setsockopt(socket_of(r), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

static int answer(lua_State *L, request *r, bool cut) {
  size_t size = 0;
  double status = luaL_checknumber(L, 3);
  bool exists = status >= 200 && status <= 599 && status == floor(status);
  luaL_argcheck(L, exists, 3, "a status from 200 to 599 is expected");
  check_headers(L, 4);
  const char *body = luaL_optlstring(L, 5, "", &size);
  struct MHD_Response *response = cut ? make_cut(body, size) : make_whole(body, size);
  if (response == NULL)
    return luaL_error(L, "not enough memory");
  const char *refused = add_headers(L, 4, response);
  if (refused != NULL) {
    MHD_destroy_response(response);
    return luaL_error(L, "the header %s cannot be sent", refused);
  }
  r->status = (unsigned)status;
  r->response = response;
  resume(r, ANSWERED);
  lua_pushboolean(L, 1);
  return 1;
}

/* server:reply(id, status, headers, body [, options]) -> true | nil, message
** options: abort (close the connection instead), hold (never answer), truncate (send half of what is announced). */
static int server_reply(lua_State *L) {
  server *s = check_open(L);
  lua_settop(L, 6);
  request *r = find(s, luaL_checkinteger(L, 2));
  if (!lua_isnil(L, 6))
    luaL_checktype(L, 6, LUA_TTABLE);
  if (r == NULL) {
    lua_pushnil(L);
    lua_pushliteral(L, "no such request is waiting for a reply");
    return 2;
  }
  if (option(L, "abort")) {
    reset_on_close(r);
    resume(r, ABANDONED);
  } else if (option(L, "hold")) {
    r->state = HELD;
  } else {
    return answer(L, r, option(L, "truncate"));
  }
  lua_pushboolean(L, 1);
  return 1;
}

/* server:close(), and the collector's: libmicrohttpd ends the program when it is stopped with suspended connections. */
static int server_close(lua_State *L) {
  server *s = check_any(L);
  if (s->daemon == NULL)
    return 0;
  s->closing = true;
  for (request *r = s->requests; r != NULL; r = r->next) {
    if (r->state != READING && r->state != ANSWERED)
      resume(r, ABANDONED);
  }
  MHD_run_wait(s->daemon, 0); /* answers that were given are still sent */
  MHD_stop_daemon(s->daemon);
  s->daemon = NULL;
  while (s->requests != NULL)
    free_request(s->requests);
  return 0;
}

int luaopen_ecs_service_httpd(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"port", server_port},   {"open", server_open},   {"wait", server_wait},
      {"reply", server_reply}, {"close", server_close}, {NULL, NULL},
  };
  static const luaL_Reg functions[] = {{"new", server_new}, {NULL, NULL}};
  ecs_lua_new_type(L, SERVER, methods, server_close);
  luaL_newlib(L, functions);
  return 1;
}
