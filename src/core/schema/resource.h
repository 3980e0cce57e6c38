/* resource: a kind of what can be declared, as data. The stages know no kind: whoever calls them names one. */
#ifndef ECS_SCHEMA_RESOURCE_H
#define ECS_SCHEMA_RESOURCE_H

#include "schema/other_names.h"
#include "schema/schema.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ecs_plan_hooks ecs_plan_hooks; /* plan/rules.h */

/* What a flag of a kind's own (ECS_OWN_FLAG and those above) is called. */
typedef struct ecs_flag_name {
  unsigned flag;
  const char *name;
} ecs_flag_name;

struct ecs_resource {
  const char *name;    /* what one is called: "service" */
  const char *sample;  /* how one is declared, for those who give something else than a table */
  const ecs_row *rows; /* arguments and attributes, closed by a row without name */
  const ecs_flag_name
      *flag_names; /* of those of its own flags that others are told; closed by one without name; or NULL */
  const ecs_other_name *other_names; /* closed by one without `given`; or NULL */

  /* What is given in other spellings, in that of the rows, before they look at it: appends what is wrong with that. NULL:
  ** nothing is. Shares nodes with `given`. */
  ecs_value *(*spell)(ecs_arena *arena, const ecs_value *given, ecs_diags *diags);
  /* What is wrong between members that are each well formed, looked for in the normal form, whatever the rows have found:
  ** appends it. NULL: the rows' own checks do all. */
  void (*check)(ecs_arena *arena, const ecs_value *normal, ecs_diags *diags);

  /* How one is run, where other arguments mean different things by it: by a declaration (or attributes), and by
  ** `attributes` where that does not say; either may be NULL. It is made in the arena, and only the functions of the kind
  ** and of its rows look into it: the `traits` that they are given. NULL: no kind of running. */
  const void *(*traits)(ecs_arena *arena, const ecs_value *config, const ecs_value *attributes);

  /* Whether an update takes the row of one with these traits; NULL: always. */
  bool (*updatable)(const ecs_row *row, const void *traits);

  /* What an answer has beside the arguments (carry.h). */
  const char *const *reports;      /* structures that tell how it does; NULL-terminated */
  const char *const *creates_with; /* structures that a create takes as they were answered; NULL-terminated */
  /* Whether a member of the structure `whole` that no row knows says no more than its absence: what is answered although
  ** nobody set it. `row` is one of those that share the structure. NULL: no member does. */
  bool (*says_nothing)(const ecs_row *row, const char *member, const ecs_value *whole);

  const ecs_plan_hooks *plan; /* or NULL */
};

/* The traits by the kind; NULL where it knows of none, or without memory. */
const void *ecs_resource_traits(const ecs_resource *kind, ecs_arena *arena, const ecs_value *config,
                                const ecs_value *attributes);

/* All rows as a value (for ecs.schema(), the documentation and the editor types): list of
** {name, kind, required, computed, replaces, deploys, local, meta, secret, readonly, default, minimum, maximum,
** min_items, max_items, choices, arn, conflicts, requires_with, create, update, answer, doc, since, rows}, and the kind's own
** flags. */
ecs_value *ecs_resource_value(const ecs_resource *kind, ecs_arena *arena);

bool ecs_resource_updatable(const ecs_resource *kind, const ecs_row *row, const void *traits);

#ifdef __cplusplus
}
#endif

#endif
