/* seen: the service as an operation sees it: what of it is told, how it is recorded. */
#ifndef ECS_SERVICE_SEEN_H
#define ECS_SERVICE_SEEN_H

#include "service/flow_state.h"

/* Remembers a service as it was answered, and tells what changed: its events, its state. */
void ecs_seen_update(ecs_machine *m, double now, const ecs_value *service);

/* Tells only events after those of `service`. */
void ecs_seen_events_from(ecs_machine *m, const ecs_value *service);

/* Its attributes, of what was seen last. */
void ecs_seen_flatten(ecs_machine *m);

/* What is to be made durable of it. */
void ecs_seen_record(ecs_machine *m, double now, const char *status, const char *reason);

/* cluster/service, for people. */
const char *ecs_seen_where(ecs_machine *m);

#endif
