/* transport: what the files of `ecs_service.transport.curl` share.
**
** A request belongs to the transport from the moment it exists, so that no error raised by Lua can lose it: it is in
** `live` while libcurl works on it, then in `done` until wait() has handed it out. */
#ifndef ECS_TRANSPORT_H
#define ECS_TRANSPORT_H

#include <lauxlib.h>
#include <lua.h>

#include "exchange.h"

#define ECS_TRANSPORT "ecs_service.transport"
#define ECS_TRANSPORT_ERROR "ecs_service.transport.error"

/* Easy handles kept for the next requests: they hold buffers that are costly to make. */
#define ECS_TRANSPORT_SPARE 32

typedef struct ecs_transport {
  CURLM *multi;  /* NULL once closed */
  CURLSH *share; /* TLS sessions, so that a second connection to a host needs no full handshake */
  ecs_exchange_options options;
  ecs_exchange *live;
  ecs_exchange *done, *last_done;
  CURL *spare[ECS_TRANSPORT_SPARE];
  int spare_count;
  int ids; /* registry reference: id -> exchange */
  lua_Integer pending;
  lua_Integer requests, connections_opened;
  lua_Integer bytes_in;
} ecs_transport;

/* The transport that is argument 1; raises when it is something else or closed. */
ecs_transport *ecs_transport_check(lua_State *L);

/* Reads the table of options at `index` (none or nil: all defaults) into `t`; raises on what it does not know. */
void ecs_transport_read_options(lua_State *L, int index, ecs_transport *t, long *max_connections);
void ecs_transport_free_options(ecs_exchange_options *options);

/* A number of bytes as Lua has it, as far as a size_t goes. */
size_t ecs_transport_size(double bytes);

/* t:submit(request) -> true | nil, err */
int ecs_transport_submit(lua_State *L);

/* Frees an exchange that is in no list and keeps its easy handle. */
void ecs_transport_drop(ecs_transport *t, ecs_exchange *exchange);

#endif
