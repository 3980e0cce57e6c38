/* undeclared: what a service has of arguments that know it, and no declaration ever set. It stays as AWS has it; only what
** was declared once can be taken away by leaving it out. */
#ifndef ECS_UNDECLARED_H
#define ECS_UNDECLARED_H

#include "schema/schema.h"

typedef struct ecs_undeclared {
  bool imported; /* no declaration was applied yet: nothing was ever declared */
  const ecs_value
      *known; /* list of paths that an earlier plan found, or NULL; elements of lists by what identifies them */
  const ecs_value
      *leave_out;   /* a text or list of paths, without what identifies elements: what is not to stay, or NULL */
  ecs_value *found; /* list: what this plan finds */
  ecs_value *stays; /* the same without what identifies elements */
} ecs_undeclared;

/* What is declared of an argument, with the members that nobody declared as the service has them. `was`: what is recorded of
** the argument. */
ecs_value *ecs_undeclared_fill(ecs_arena *arena, ecs_undeclared *undeclared, const ecs_row *row, ecs_value *given,
                               const ecs_value *has, const ecs_value *was);

/* Whether `path` is known or was found. */
bool ecs_undeclared_holds(const ecs_undeclared *undeclared, const char *path);

/* Notes a path once. */
void ecs_undeclared_note(ecs_arena *arena, ecs_undeclared *undeclared, const char *path);

#endif
