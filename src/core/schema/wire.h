/* wire: values of arguments as the API spells them, and back, by the rows. */
#ifndef ECS_WIRE_H
#define ECS_WIRE_H

#include "schema/schema.h"

/* The value of `row` as a request carries it; NULL: nothing to send. */
ecs_value *ecs_wire_to(ecs_arena *arena, const ecs_row *row, const ecs_value *value, const ecs_context *context);

/* { NAME = "text" } as [{ name: NAME, value: "text" }], in the order of the names; the members of a pair are called as
** `name` and `value` say. */
ecs_value *ecs_wire_pairs(ecs_arena *arena, const ecs_value *map, const char *name, const char *value);

/* What stands at the row's place in an answer (the whole answer for a row without place), as the argument's value.
** NULL: the answer does not speak of it, or not in the row's kind. Empty lists and maps stay: they do speak. */
ecs_value *ecs_wire_from(ecs_arena *arena, const ecs_row *row, const ecs_value *wire, const ecs_context *context);

/* Where the structure of a top level row stands in an answer; NULL: nowhere. */
const ecs_value *ecs_wire_source(const ecs_row *row, const ecs_value *answer);

/* Whether an element of the row's list, as the API spells it, is the argument's. */
bool ecs_wire_is_ours(const ecs_row *row, const ecs_value *item);

#endif
