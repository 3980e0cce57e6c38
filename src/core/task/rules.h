/* rules: what single arguments of a task need. Internal to the kind. */
#ifndef ECS_TASK_RULES_H
#define ECS_TASK_RULES_H

#include "schema/schema.h"

extern const ecs_row ecs_task_rows[];

/* Normalises a row: what the API has as text may be a whole number. */
ecs_convert_fn ecs_task_number_as_text;

#endif
