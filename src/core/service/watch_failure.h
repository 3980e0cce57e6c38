/* watch_failure: the errors of a wait, whose evidence is gathered before they are told. */
#ifndef ECS_WATCH_FAILURE_H
#define ECS_WATCH_FAILURE_H

#include "service/flow_state.h"
#include "service/judge.h"

/* A verdict that is a failure. */
void ecs_watch_failed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *verdict);

/* The deadline has passed: it fails, with what is known. */
void ecs_watch_late(ecs_machine *m, double now);

#endif
