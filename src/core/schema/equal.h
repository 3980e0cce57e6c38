/* equal: whether two values of a row mean the same. */
#ifndef ECS_SCHEMA_EQUAL_H
#define ECS_SCHEMA_EQUAL_H

#include "schema/schema.h"

/* By the row's rule, else by kind. `a` is what there is, `b` what is wanted; NULL is "not set". */
bool ecs_equal(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context);

/* By the row's kind, for rules that only add to it. */
ecs_equal_fn ecs_equal_by_kind;

#endif
