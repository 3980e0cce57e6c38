/* explain_watch: tells, while a deployment is waited for, that its tasks end alike again and again. */
#ifndef ECS_EXPLAIN_WATCH_H
#define ECS_EXPLAIN_WATCH_H

#include "service/flow_state.h"

/* Looks at stopped tasks when something speaks of failures: true when it has asked for them, and goes on with `after` unless
** the wait ends by what they show. */
bool ecs_explain_watch(ecs_machine *m, double now, const ecs_service_status *status, const ecs_deployment *ours,
                       ecs_flow_next *after);

#endif
