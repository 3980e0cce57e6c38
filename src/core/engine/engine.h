/* engine: runs many machines (one per operation on one service) at once, without I/O and without a clock. The caller
** asks what to do (ecs_engine_next), does it, and says what came of it. The same calls give the same actions. */
#ifndef ECS_ENGINE_H
#define ECS_ENGINE_H

#include "schema/schema.h"

typedef struct ecs_engine ecs_engine;

/* options (value map, may be NULL): concurrency (10 operations that change something at once), in_flight (20 requests under
** way at once), max_attempts (3 a request), retry_mode ("standard" "adaptive"), pace (false, or {class = {burst, rate}}:
** figures of pace.h for this account), learned (of an earlier engine), skew (seconds that the caller adds to its clock
** for signing, 0), region, account_id, partition, default_tags, ignore_tags, seed (int, for jitter), poll_seconds (first
** interval, 1), poll_max_seconds, stable_for (seconds), without_tags. Numbers beyond the bounds of their rows
** (options.c) count as the bounds. `allocator` as for arenas. NULL without memory, and for options that
** ecs_engine_options_problem tells of. */
ecs_engine *ecs_engine_new(const ecs_allocator *allocator, const ecs_value *options);
void ecs_engine_free(ecs_engine *engine);

/* What is wrong with the options of an engine, in words, or NULL; *name is that of the option, "" when it is all of them. */
const char *ecs_engine_options_problem(const ecs_value *options, const char **name);

/* Adds an operation; the map is copied. Members:
**   address     unique, e.g. "mongo"
**   action      "read" "create" "update" "replace" "delete" "import" "wait", or "call": one request
**   cluster, service   names or ARNs (for read, delete, wait, import)
**   config      normal form (the form for flatten), may be absent
**   attributes  recorded attributes, may be absent
**   change      the change of plan.h (create, update, replace)
**   unknown     of carry.h, for what is updated or replaced; read: true when a plan has read it and there may be none.
**               Without either it is read before a structure is sent
**   client_token  for create and replace (32 hex digits; the caller has the randomness)
**   resume      true: an earlier run sent this create; look whether it exists before sending it again
**   until       for wait: "steady" "deployed" "inactive"; steady: bool for create and update (wait_for_steady_state)
**   fail_fast   true: a wait ends ("DeploymentFailing") as soon as tasks of its deployment ended alike twice
**   stable_for  seconds that a steady service has to stay so (0; the option of the engine is the default)
**   superseded  "fail" (default) or "follow": a newer deployment of someone else
**   deployment_id, deployment_at  for wait: the deployment to follow, and the moment (of ECS's clock) of the answer that
**               told of it, as `record` gave them
**   durations   list: seconds that earlier deployments of the service took
**   timeouts    {create, update, delete} in seconds; timeout for wait
**   depends_on  list of addresses that must be done before (a failed one fails this one: "DependencyFailed")
**   force       for delete
**   operation, body, mutates   for call; what `mutates` is sent again only when it cannot have been carried out
** ECS_INVALID for an unknown action or an address that is there already. */
ecs_status ecs_engine_add(ecs_engine *engine, const ecs_value *operation);

/* The same without a copy, for an operation that outlives the engine and does not change. */
ecs_status ecs_engine_borrow(ecs_engine *engine, const ecs_value *operation);

/* The next thing to do at `now` (seconds since 1970; never goes back), as a map that lives until the next call:
**   {kind = "send", id, address, operation = "CreateService", body = JSON text, mutates = bool, client_token}
**   {kind = "event", address, type, …}     progress, see docs/events.md
**   {kind = "record", address, status = "ok"|"failed"|"tainted"|"gone", attributes, reason, deployment_id, deployment_at, duration}  to be made durable before going on
**   {kind = "done", address, ok = bool, attributes | error = {code, message, hint, operation, http_status, request_id,
**                                                             attempts, retryable, service, evidence}, outcome,
**                              answer (of a call), primary = id of the deployment in charge and usual_seconds = how
**                              long it took, when its events tell (of a read), unknown (of carry.h, of a read or import,
**                              where there is any), status, service (as it was seen; not of a read)}
**   {kind = "clock", address, skew}        seconds to add to the caller's clock when signing, from here on: AWS refused a
**                                          request for its time
**   {kind = "sleep", until = seconds}      nothing to do before then, or before an answer comes
**   {kind = "idle"}                        all done
** `*action` is NULL only with ECS_NOMEM. */
ecs_status ecs_engine_next(ecs_engine *engine, double now, const ecs_value **action);

/* The answer to a send. `body` is the decoded JSON (NULL or null: no JSON). `headers` map with lower-case names or NULL. */
ecs_status ecs_engine_answer(ecs_engine *engine, int64_t id, int status, const ecs_value *headers,
                             const ecs_value *body, double now);

/* The request failed without an answer. `kind`: dns connect tls timeout reset too_large proxy cancelled other. */
ecs_status ecs_engine_failed(ecs_engine *engine, int64_t id, const char *kind, const char *message, double now);

/* What this engine has learned of AWS's limits: how full its buckets are (pace.h) and its retry quota. For `learned` of the
** next engine for the same account and region. A value in `arena`, NULL without memory. */
ecs_value *ecs_engine_learned(const ecs_engine *engine, ecs_arena *arena);

/* Starts nothing new, lets what is in flight end, and ends every machine with the error "Interrupted". */
void ecs_engine_interrupt(ecs_engine *engine);

#endif
