/* drift: what differs at AWS from what is recorded. */
#ifndef ECS_PLAN_DRIFT_H
#define ECS_PLAN_DRIFT_H

#include "plan/plan.h"

/* The `drift` of a change (plan.h). `ignored` are the paths of ignore_changes, `left` the names of arguments that are left
** to others: what those have made of them is none. */
ecs_value *ecs_drift(const ecs_resource *kind, ecs_arena *arena, const ecs_plan_input *in, const ecs_context *context,
                     const ecs_value *ignored, const ecs_value *left);

#endif
