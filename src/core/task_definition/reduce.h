/* reduce: what a task definition says, and nothing else. What ECS fills in, reorders or converts is gone on both sides, so
** that a declaration and the answer to it reduce to the same. */
#ifndef ECS_DEFINITION_REDUCE_H
#define ECS_DEFINITION_REDUCE_H

#include "schema/schema.h"

/* The normal form (of a declaration, or read from an answer) without what its absence means as well, sets in one order, and
** container_definitions and volume as maps by the names of their elements. Shares nodes with `normal`. */
ecs_value *ecs_definition_reduce(ecs_arena *arena, const ecs_value *normal);

/* The same of a list of containers alone. */
ecs_value *ecs_definition_reduce_containers(ecs_arena *arena, const ecs_value *containers, const char *network_mode);

/* Whether a role is another: by ARN, or one of them by its name alone. */
bool ecs_definition_same_role(const ecs_value *a, const ecs_value *b);

#endif
