/* unknown: what a task definition has that no row knows. */
#ifndef ECS_DEFINITION_UNKNOWN_H
#define ECS_DEFINITION_UNKNOWN_H

#include "schema/schema.h"

/* The members of a definition, as a request or an answer has it, that no row knows, where they stand: containers and volumes
** by their names, other elements of lists by their places. NULL: none. What is empty counts as absent, for ECS fills in
** empty lists. */
const ecs_value *ecs_definition_unknown(ecs_arena *arena, const ecs_value *raw);

#endif
