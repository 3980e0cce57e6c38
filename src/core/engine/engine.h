/* engine: runs many machines (one per operation on one thing) at once, without I/O and without a clock. The caller asks
** what to do (ecs_engine_next), does it, and says what came of it. The same calls give the same actions.
**
** An engine owns what it was given (copies of options and operations) and what it answers: an action and all that it points
** to live until the next ecs_engine_next, or ecs_engine_free. Answers are read during the call only. One thread at a time. */
#ifndef ECS_ENGINE_H
#define ECS_ENGINE_H

#include "schema/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ecs_engine ecs_engine;

/* What a kind of thing gives the engine, as service/operations.h has it for services; kind.h says what that is. */
typedef struct ecs_engine_kind ecs_engine_kind;

/* A new engine for operations on things of these kinds (at least one, in an array that ends with NULL and is read during the
** call only; the kinds live on). The caller gives it back with ecs_engine_free. NULL without memory, without a kind, and for
** options that ecs_engine_options_problem tells of. `allocator` as for arenas.
** Options (a map, may be NULL; copied): concurrency (10 operations that change something at once), in_flight (20 requests
** under way at once), max_attempts (3 a request), retry_mode ("standard" "adaptive"), pace (false, or
** {class = {burst, rate}}: figures of apis.c for this account), learned (of an earlier engine), skew (seconds that the
** caller adds to its clock for signing, 0), region, account_id, partition, default_tags, ignore_tags, seed (int, for
** jitter), poll_seconds (first interval, 1), poll_max_seconds, stable_for (seconds), without_tags. Numbers beyond the
** bounds of their rows (options.c) count as the bounds. */
ecs_engine *ecs_engine_new(const ecs_allocator *allocator, const ecs_engine_kind *const *kinds,
                           const ecs_value *options);

/* Gives everything back, operations that have not ended too. Accepts NULL. */
void ecs_engine_free(ecs_engine *engine);

/* What is wrong with the options of an engine, in words, or NULL; *name is that of the option, "" when it is all of them. */
const char *ecs_engine_options_problem(const ecs_value *options, const char **name);

/* Adds an operation; the map is copied. Members:
**   address     unique, e.g. "mongo"
**   kind        of the thing; left out: the first of the engine's kinds
**   action      what is to be done with it: the kind names them, and the members that they need beside these
**   depends_on  list of addresses that must be done before (a failed one fails this one: "DependencyFailed")
**   held        true: what depends on it waits, when it is done, until ecs_engine_release says that it may begin
**   key         what depends_on calls it and is unique in place of the address: several operations may be about one thing
**   client_token  told with each request that changes something; what it is for is the kind's
** ECS_INVALID for an unknown kind or action, or an address (its key, if it has one) that is there already. */
ecs_status ecs_engine_add(ecs_engine *engine, const ecs_value *operation);

/* The same without a copy, for an operation that outlives the engine and does not change. */
ecs_status ecs_engine_borrow(ecs_engine *engine, const ecs_value *operation);

typedef enum ecs_action_kind {
  ECS_ACTION_IDLE,   /* all operations have ended */
  ECS_ACTION_SLEEP,  /* nothing to do before `until`, or before an answer comes */
  ECS_ACTION_SEND,   /* a request is to be sent; then ecs_engine_answer, or ecs_engine_failed without an answer */
  ECS_ACTION_RECORD, /* details are to be made durable before going on: {status = "ok"|"failed"|"tainted"|"gone",
                        attributes, reason, …} */
  ECS_ACTION_EVENT,  /* progress: details are {type, …}, see docs/events.md */
  ECS_ACTION_CLOCK, /* AWS refused a request for its time: `skew` is added to the caller's clock for signing from now on */
  ECS_ACTION_DONE /* an operation has ended: details are {outcome, …} when it is ok, else {error = {code, message, hint,
                        operation, http_status, request_id, attempts, retryable, …}, …} */
} ecs_action_kind;

/* What is to be done. What is not of its kind is 0 or NULL. */
typedef struct ecs_action {
  ecs_action_kind kind;
  const char *address;   /* of the operation that it is about; NULL: IDLE, SLEEP */
  double at;             /* when that came up */
  int64_t id;            /* SEND: of the request, for its answer */
  const char *api;       /* SEND: which API of AWS it goes to, "ecs": the caller knows its endpoint and how to sign */
  const char *operation; /* SEND: "CreateService" */
  const char *body;      /* SEND: JSON text, ended by a NUL that body_size does not count */
  size_t body_size;      /* SEND */
  bool mutates;          /* SEND: it changes something; an intent is made durable before it leaves */
  const char *client_token; /* SEND: of what mutates, or NULL */
  double until;             /* SLEEP: seconds since 1970 */
  double skew;              /* CLOCK: seconds */
  bool ok;                  /* DONE */
  const ecs_value *details; /* RECORD, EVENT, DONE: a map */
} ecs_action;

/* The next thing to do at `now` (seconds since 1970; never goes back). `*action` is NULL only with ECS_NOMEM. */
ecs_status ecs_engine_next(ecs_engine *engine, double now, const ecs_action **action);

/* The answer to a send. `body` is the decoded JSON (NULL or null: no JSON). `headers` map with lower-case names or NULL.
** ECS_INVALID: no request of that id is under way; nothing was changed. */
ecs_status ecs_engine_answer(ecs_engine *engine, int64_t id, int status, const ecs_value *headers,
                             const ecs_value *body, double now);

/* The request failed without an answer. `kind`: dns connect tls timeout reset too_large proxy cancelled other.
** ECS_INVALID as above. */
ecs_status ecs_engine_failed(ecs_engine *engine, int64_t id, const char *kind, const char *message, double now);

/* An operation that was held has been found good, or not: what depends on it begins, or fails. ECS_INVALID: none of that
** address is held; nothing was changed. */
ecs_status ecs_engine_release(ecs_engine *engine, const char *address, bool good);

/* What this engine has learned of AWS's limits: how full its buckets are (pace.h) and its retry quota. For `learned` of the
** next engine for the same account and region. A value in `arena`, NULL without memory. */
ecs_value *ecs_engine_learned(const ecs_engine *engine, ecs_arena *arena);

/* Starts nothing new, lets what is in flight end, and ends every machine with the error "Interrupted". */
void ecs_engine_interrupt(ecs_engine *engine);

#ifdef __cplusplus
}
#endif

#endif
