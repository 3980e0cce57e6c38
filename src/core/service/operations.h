/* operations: what may be done with a service, for an engine. */
#ifndef ECS_SERVICE_OPERATIONS_H
#define ECS_SERVICE_OPERATIONS_H

#include "engine/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The kind "service". Its operations have these members beside those of engine.h:
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
**   force       for delete
**   operation, body, mutates   for call; what `mutates` is sent again only when it cannot have been carried out
** A RECORD says {status = "ok"|"failed"|"tainted"|"gone", attributes, reason, deployment_id, deployment_at, duration}.
** A DONE that is ok says {outcome, attributes, answer (of a call), primary = id of the deployment in charge and
** usual_seconds = how long it took, when its events tell (of a read), unknown (of carry.h, of a read or import, where there
** is any), status, service (as it was seen; not of a read)}; one that is not, {error = {…, evidence}, attributes}. */
extern const ecs_engine_kind ecs_service_operations;

#ifdef __cplusplus
}
#endif

#endif
