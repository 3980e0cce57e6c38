/* watch: waits for a deployment, and tells the truth about it. */
#ifndef ECS_WATCH_H
#define ECS_WATCH_H

#include "service/waiting.h"
#include "service/watch_failure.h"

ecs_phase ecs_watch;

/* Looks again; after long silence tells what for. */
void ecs_watch_poll(ecs_machine *m, double now, ecs_awaited awaited);

/* A look that failed, for good. */
void ecs_watch_unanswered(ecs_machine *m, double now, const ecs_answer *answer);

/* That deployment is this run's from now on. */
void ecs_watch_follow(ecs_machine *m, const ecs_deployment *deployment);

/* Remembers what later answers may not show. */
void ecs_watch_learn(ecs_machine *m, const ecs_service_status *status);

#endif
