/* grace: the grace period of health checks, which an UpdateService cannot always carry. */
#ifndef ECS_SERVICE_GRACE_H
#define ECS_SERVICE_GRACE_H

#include "base/value.h"

/* Whether AWS refused the grace period of an UpdateService that brings the first load balancer along, or takes the last. */
bool ecs_grace_refused(const ecs_value *body, const char *message);

/* Takes the grace period out of an UpdateService; answers it, or NULL. */
ecs_value *ecs_grace_take(ecs_value *body);

/* An UpdateService of nothing but a grace period. */
void ecs_grace_put(ecs_arena *arena, ecs_value *body, ecs_value *grace);

#endif
