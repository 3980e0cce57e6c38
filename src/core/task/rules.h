/* rules: what single arguments of a task need. Internal to the kind. */
#ifndef ECS_TASK_RULES_H
#define ECS_TASK_RULES_H

#include "schema/schema.h"

extern const ecs_row ecs_task_rows[];

/* Normalises a map of texts: whole numbers become texts, and the API's list of { name, value }, or { key, value }, a map.
** What is neither is left to the row. */
ecs_convert_fn ecs_task_texts;

/* Normalises a network that stands in awsvpc_configuration, as the API nests it. */
ecs_convert_fn ecs_task_network;

#endif
