/* difference: where two task definitions differ, as paths that a person would write: container_definitions["api"].image. */
#ifndef ECS_DEFINITION_DIFFERENCE_H
#define ECS_DEFINITION_DIFFERENCE_H

#include "schema/schema.h"

/* List of {path, before, after, sensitive}: `before` or `after` absent where there is none, `sensitive` only when true:
** environment variables that `sensitive` (a list of names, or NULL) has, and log options whose name says so. Both sides as
** ecs_definition_reduce answers them. Empty: they are the same to ECS. Values are shared. */
ecs_value *ecs_definition_difference(ecs_arena *arena, const ecs_value *before, const ecs_value *after,
                                     const ecs_value *sensitive);

#endif
