/* diff: where two values of an argument differ, as paths a user would write. */
#ifndef ECS_DIFF_H
#define ECS_DIFF_H

#include "schema/schema.h"

/* What is being compared, and what was found so far. Set arena, context and entries; the rest may be zero. */
typedef struct ecs_differ {
  ecs_arena *arena;
  const ecs_context *context;
  ecs_value *entries;  /* list of {path, before, after, …} as plan.h describes them; true flags only */
  ecs_value *forcing;  /* list of the paths that replace, or NULL */
  ecs_value *starting; /* list of the paths that start a deployment, or NULL */
  ecs_value *waiting;  /* list of the entries (shared) that take effect at the next deployment, or NULL */
  unsigned without;    /* flags that mean nothing here, whatever the rows of members say */
  unsigned flags;      /* ECS_REPLACES, ECS_DEPLOYS, ECS_NEXT_DEPLOY: what a difference means where the walk stands */
  bool whole;          /* one side of the walk's block is missing: show all members of the other */
  const char *element; /* "changed" within members of lists and sets */
  ecs_path path;
} ecs_differ;

/* Appends the differences of the argument `row`; `flags` say what they mean (see above). Answers how many. */
size_t ecs_diff_row(ecs_differ *differ, const ecs_row *row, unsigned flags, const ecs_value *before,
                    const ecs_value *after);

/* Appends one entry for the whole argument; `unknown`: what it will be is only known after apply. */
void ecs_diff_whole(ecs_differ *differ, const ecs_row *row, unsigned flags, const ecs_value *before,
                    const ecs_value *after, bool unknown);

#endif
