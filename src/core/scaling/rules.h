/* rules: the rows of auto scaling, and the functions that they name. Internal to the kind. */
#ifndef ECS_SCALING_RULES_H
#define ECS_SCALING_RULES_H

#include "schema/schema.h"

extern const ecs_row ecs_scaling_rows[];

/* Metrics that Application Auto Scaling has for services. */
#define ECS_SCALING_REQUESTS "ALBRequestCountPerTarget"

ecs_check_fn ecs_scaling_check_policy_name, ecs_scaling_check_action_name, ecs_scaling_check_schedule,
    ecs_scaling_check_time, ecs_scaling_check_tracking, ecs_scaling_check_step, ecs_scaling_check_scheduled;

/* What holds between the members of the whole. */
void ecs_scaling_check_all(ecs_arena *arena, const ecs_value *normal, ecs_diags *diags);

/* Dimensions of a metric: a map here, a list of { Name, Value } there. Times: texts here, seconds since 1970 there. */
ecs_convert_fn ecs_scaling_dimensions_to, ecs_scaling_dimensions_from, ecs_scaling_time_to, ecs_scaling_time_from;

/* Two texts of one time; suspensions, of which none at all is as good as one of nothing. */
ecs_equal_fn ecs_scaling_same_time, ecs_scaling_same_suspension;

#endif
