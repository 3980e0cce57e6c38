/* circles: which containers wait, by others, for themselves. */
#ifndef ECS_DEFINITION_CIRCLES_H
#define ECS_DEFINITION_CIRCLES_H

#include "base/value.h"

/* A flag for each of `containers`, or NULL when memory ran out. `places`: from their names to their places in the list,
** from 0. A container that names itself is in no circle by that. */
const bool *ecs_definition_circles(ecs_arena *arena, const ecs_value *containers, const ecs_value *places);

#endif
