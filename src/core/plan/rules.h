/* rules: what planning must know of a kind and of its single rows beyond the flags. */
#ifndef ECS_PLAN_RULES_H
#define ECS_PLAN_RULES_H

#include "plan/plan.h"
#include "schema/resource.h"

/* The two values of an argument that are compared, and what surrounds them. NULL: not set. */
typedef struct ecs_change_case {
  const ecs_value *has, *wanted, *recorded;
  bool configured;    /* the configuration sets the argument */
  bool imported;      /* `recorded` comes from an import: no configuration was ever applied */
  const void *traits; /* as the kind found them (resource.h) */
} ecs_change_case;

typedef enum ecs_verdict {
  ECS_COMPARE, /* no rule: the values decide */
  ECS_KEEP,    /* not a change, whatever the values: what is there stays */
  ECS_DISCOUNT /* not a change, and not the configuration's doing: it is not recorded either */
} ecs_verdict;

/* Of a row; NULL where the general rule holds. */
struct ecs_plan_rule {
  ecs_verdict (*verdict)(const ecs_change_case *change);
  bool (*replaces)(const ecs_change_case *change); /* whether this difference replaces; NULL: as ECS_REPLACES says */
  bool (*counts)(
      const ecs_change_case *change); /* whether a difference of a local argument calls for an update; NULL: no */
};

/* Of a kind; any may be NULL. */
struct ecs_plan_hooks {
  /* What holds of any of its rows, before the rule of the row is asked. */
  ecs_verdict (*verdict)(const ecs_row *row, const ecs_change_case *change);

  /* Whether one that is made, or told to, starts a deployment. NULL: there are no deployments. */
  bool (*deploys)(const void *traits);

  /* What would make a replacement for `paths` an update, in words; NULL: nothing. */
  const char *(*way_in_place)(const ecs_value *paths, const ecs_value *before, const ecs_value *after);

  /* Says that an update does not take the row (`updatable` of the kind). */
  void (*refuse)(const ecs_row *row, const void *traits, ecs_diags *diags);

  /* Adds to a change that is made what it will do, and appends what to warn of. */
  void (*after_plan)(ecs_arena *arena, const ecs_plan_input *input, ecs_value *change, ecs_diags *diags);

  /* All that it may warn of: list of {code, path, about, fix, grouped}. */
  ecs_value *(*warnings)(ecs_arena *arena);
};

/* Whether one of the paths is of a row that says which one it is: the old and the new one can stand side by side. */
bool ecs_plan_moves(const ecs_row *rows, const ecs_value *paths);

#endif
