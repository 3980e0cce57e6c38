/* pair: which element of one set of blocks is the counterpart of which of another. */
#ifndef ECS_PAIR_H
#define ECS_PAIR_H

#include "schema/schema.h"

#define ECS_UNPAIRED ((size_t)-1)

/* Whether two elements (tables of the rows of `row`) mean the same. */
bool ecs_pair_equal(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                    const ecs_context *context);

/* Whether two values of a row (or of a nested row) mean the same, what is not set standing for its fallback. */
bool ecs_pair_same(ecs_arena *arena, const ecs_row *row, const ecs_value *a, const ecs_value *b,
                   const ecs_context *context);

/* For each element of the set of blocks `after` the index of its counterpart in `before`, or ECS_UNPAIRED: equal ones
** first, then the most similar. NULL without memory (or for an empty `after`). */
size_t *ecs_pair_match(ecs_arena *arena, const ecs_row *row, const ecs_value *before, const ecs_value *after,
                       const ecs_context *context);

#endif
