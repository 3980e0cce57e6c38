/* ecs_service: the core as a C library. This header is its manual; each header that it includes documents its own
** functions one by one.
**
** The core does no I/O and reads no clock, no environment and no randomness. You pass in time, bytes and tokens, it
** answers what to do next. So every behaviour can be tested in microseconds and replayed exactly.
**
** Link with -lecs_service and libcrypto (pkg-config --static ecs-service names them).
**
** ## The way of the data
**
**   your table ──► ecs_value ──► ecs_validate ──► ecs_plan ──► ecs_engine ──► send ──► sign, HTTP
**   attributes ◄── ecs_flatten ◄── ecs_value ◄── ecs_json_read ◄── answer ◄──────────────────┘
**
**   value.h       the tree that everything travels in; made in an arena (arena.h), which is freed as a whole
**   resource.h    a kind of what can be declared, which most functions are given first; service.h: services
**   validate.h    a declaration as the user writes it, checked by the rows of schema.h; diag.h: every problem, with its fix
**   carry.h       what AWS has that no row knows, and how it gets into requests; the engine does so by itself
**   plan.h        what must happen so that there is what is declared: a change, which is a value itself
**   engine.h      carries out changes, reads and waits: many at once, with retries, in order. Emits requests as JSON text
**   operations.h  what an engine may do with services
**   sigv4.h       signs the requests
**   request.h     the bodies alone, for those who drive the API themselves
**   flatten.h     an answer, such as one of DescribeServices, as attributes
**   json_read.h   JSON text as a value; json_write.h: a value as JSON text, the same bytes for the same value
**   status.h      what functions answer; version.h: the version of these headers and of the library
**
** Each header may be included by itself, from C and from C++.
**
** ## Memory, errors, threads
**
**   An arena that could not get memory stays failed, and the constructors of value.h then answer the null value: code
**   runs on to its end and asks once, with ecs_arena_failed. Functions answer an ecs_status (status.h): ECS_OK, ECS_NOMEM,
**   ECS_INVALID (the diagnostics say how), ECS_LIMIT. Nothing is printed and nothing aborts.
**   What is answered in an arena belongs to it. Results share nodes with what they were made of (a plan with the
**   configuration and the attributes, attributes with the answer): keep both as long as either is used, or take a copy with
**   ecs_value_copy. What an engine or a signer answers lives until its next call.
**   No global state: arenas, engines and signers are each for one thread at a time, and any number may exist.
**   Secrets are wiped: a signer holds derived keys until ecs_sigv4_forget or ecs_sigv4_free, the engine holds none.
**
** ## A plan and an apply
**
**   ecs_arena *arena = ecs_arena_new(NULL);
**   ecs_diags diags;
**   ecs_diags_init(&diags, arena);
**   ecs_value *normal, *change;
**   const ecs_resource *kind = &ecs_service_resource;
**   if (ecs_validate(kind, arena, config, &context, &normal, &diags) != ECS_OK)     … diags.first …
**   ecs_plan_input input = {.config = normal, .recorded = attributes, .actual = found, .refreshed = true};
**   if (ecs_plan(kind, arena, &input, &change, &diags) != ECS_OK)                   … diags.first …
**   const ecs_engine_kind *const kinds[] = {&ecs_service_operations, NULL};
**   ecs_engine *engine = ecs_engine_new(NULL, kinds, options);
**   ecs_engine_add(engine, {address, action = change.action, change, config = normal, client_token, …});
**   for (;;) ecs_engine_next(engine, now(), &action) … by action->kind:
**     SEND      sign the body for its operation, send it; then ecs_engine_answer, or ecs_engine_failed without an answer.
**               Before one that mutates, make the intent (operation, client_token) durable.
**     RECORD    make what it says durable before going on
**     EVENT     tell the user; SLEEP: wait until then or for an answer; DONE: one operation has ended
**     CLOCK     sign with AWS's time from then on
**     IDLE      all have ended
**
** examples/c/deploy.c does all of it with libcurl. */
#ifndef ECS_SERVICE_H
#define ECS_SERVICE_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/status.h"
#include "base/value.h"
#include "base/version.h"
#include "engine/engine.h"
#include "plan/plan.h"
#include "schema/carry.h"
#include "schema/flatten.h"
#include "schema/resource.h"
#include "schema/schema.h"
#include "schema/validate.h"
#include "service/operations.h"
#include "service/request.h"
#include "service/service.h"
#include "sign/sigv4.h"

#endif
