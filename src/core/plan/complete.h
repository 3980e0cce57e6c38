/* complete: a configured argument with what its blocks leave out. */
#ifndef ECS_COMPLETE_H
#define ECS_COMPLETE_H

#include "schema/schema.h"

/* `value` with what AWS chose for computed members (in `has`, what there is, or NULL), and the fallbacks of the others. */
ecs_value *ecs_complete(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_value *has);

#endif
