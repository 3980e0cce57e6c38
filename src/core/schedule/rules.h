/* rules: what single arguments of a schedule need. Internal to the kind. */
#ifndef ECS_SCHEDULE_RULES_H
#define ECS_SCHEDULE_RULES_H

#include "schema/schema.h"

extern const ecs_row ecs_schedule_rows[];

/* Names of schedules and their groups; when one is due; dates; the window in which it may be late. */
ecs_check_fn ecs_schedule_check_name, ecs_schedule_check_expression, ecs_schedule_check_date, ecs_schedule_check_window;

/* A switch that the API has as ENABLED or DISABLED. */
ecs_convert_fn ecs_schedule_enabled_to, ecs_schedule_enabled_from;

#endif
