/* carry_rows: how the two halves of carry find the rows of what stands in answers and requests. Internal to carry*.c. */
#ifndef ECS_CARRY_ROWS_H
#define ECS_CARRY_ROWS_H

#include "schema/schema.h"

/* The row of that name in the API, among the rows of a block; NULL: no row knows it. */
const ecs_row *ecs_carry_row(const ecs_row *rows, const char *name);

/* How much of the row's place names the structure that it shares with others; 0: it has one of its own. */
size_t ecs_carry_structure(const ecs_row *row);

/* The first of a kind's rows of what stands at `name` in a request: of a structure of its own, or of one that rows share;
** or NULL. */
const ecs_row *ecs_carry_first(const ecs_row *rows, const char *name);

/* The row of the member `name` of the structure in which `first` is, the first of the rows that share it; or NULL. It may be
** a row of a block that is spread over the structure: that is then its *home, which is NULL otherwise. */
const ecs_row *ecs_carry_shared(const ecs_row *first, const char *name, const ecs_row **home);

/* Goes to an argument of such a structure by its own name, with that of its home before it. Answers the row, or NULL. */
const ecs_row *ecs_carry_enter_shared(ecs_path *path, const ecs_row *first, const char *name);

/* What tells that an element is the one it was: the members that row->identity names. */
ecs_value *ecs_carry_identity(ecs_arena *arena, const ecs_row *row, const ecs_value *wire);

#endif
