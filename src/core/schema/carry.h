/* carry: what AWS has within the structures that requests send whole, and no row knows. It is read beside the attributes,
** never recorded, and goes along with whatever is sent of its structure. */
#ifndef ECS_CARRY_H
#define ECS_CARRY_H

#include "schema/resource.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is carried into a request, and what became of it: made by ecs_carry_of. */
typedef struct ecs_carry {
  const ecs_resource *kind;   /* of what is sent */
  const ecs_value *unknown;   /* of ecs_carry_read */
  const ecs_value *leave_out; /* a text or list of paths, with or without [n]: what is not carried */
  ecs_value *paths;           /* list of the paths that were carried, as a user writes them: load_balancer[1].x */
  ecs_value *lost;            /* list of the paths that cannot be carried */
} ecs_carry;

/* The members of an answer (see flatten.h) that no row of the kind knows, at any depth; NULL: none, as in most. It shares
** nodes with the answer.
**   structures  by their name in the API; of a structure or one element of a list:
**                 more    {name = value}: members without a row, or in a form that the row cannot read; values as they came
**                 within  {name = …}: the same of the structures inside it
**               of a list: elements {of = what identifies it, or at = its place; rest = {more, within}, or whole = an element
**               that is not the argument's}
**   service     {name = value}: structures of the answer itself, which an update keeps and a new one lacks
**   late        {name = value}: the arguments that have a member with ECS_LATE, as attributes */
ecs_value *ecs_carry_read(const ecs_resource *kind, ecs_arena *arena, const ecs_value *answer);

/* Begins a carry of `unknown`, whose lists are made in `arena`. Any value may be NULL: none. */
ecs_carry ecs_carry_of(const ecs_resource *kind, ecs_arena *arena, const ecs_value *unknown,
                       const ecs_value *leave_out);

/* Puts what AWS has into an update that was made of the attributes `after`. */
void ecs_carry_update(ecs_arena *arena, ecs_carry *carry, const ecs_value *after, ecs_value *body);

/* The same for a create in place of what was read. */
void ecs_carry_create(ecs_arena *arena, ecs_carry *carry, ecs_value *body);

/* What ecs_carry_read answered as a flat map of paths, with elements by what identifies them, to the values: two reads
** that differ in one of these differ in what is carried. */
ecs_value *ecs_carry_members(const ecs_resource *kind, ecs_arena *arena, const ecs_value *unknown);

/* What is told of a path that cannot be carried, and how it may be left behind. */
const char *ecs_carry_lost_message(void);
const char *ecs_carry_lost_hint(ecs_arena *arena, const char *path);

/* Whether one of `paths` (a text or a list) names `path` or something around it. [n] in `path` need not be named. */
bool ecs_carry_covers(const ecs_value *paths, const char *path);

#ifdef __cplusplus
}
#endif

#endif
