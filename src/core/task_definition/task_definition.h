/* task_definition: what a task definition is to be, and what it takes to get there. Pure functions. */
#ifndef ECS_TASK_DEFINITION_H
#define ECS_TASK_DEFINITION_H

#include "base/diag.h"
#include "schema/resource.h"

/* The kind. Its normal form has the names of the rows, the containers as a list in the order in which they were given,
** environment, secrets and the like as maps, and cpu and memory as ECS answers them ("1024"). */
extern const ecs_resource ecs_task_definition_resource;

typedef struct ecs_definition_input {
  const ecs_value *config;   /* normal form; NULL: it is not declared any more */
  const ecs_value *recorded; /* attributes of the revision that was recorded, or NULL */
  const ecs_value *actual;   /* attributes of that revision as ECS has it (body.h), or of the newest with track_latest;
                                NULL: there is none that is ACTIVE */
  const ecs_value *default_tags, *ignore_tags; /* as in plan.h */
  int64_t newest; /* number of the family's newest revision, for the prediction; 0: not known */
  bool destroy;
} ecs_definition_input;

/* *change: {kind, action, before, after, diff, reason, predicted, set_tags, drop_tags}.
**   action      "register" "update" (tags alone) "no-op" "deregister" "forget" (skip_destroy)
**   before      attributes as ECS has them; absent when there is none
**   after       what it will be: the normal form, with arn, arn_without_revision and revision when no new one is registered
**   diff        list of {path, before, after, sensitive, known_after_apply} (difference.h)
**   reason      why, where the diff does not say it; absent
**   predicted   "api:13": what the next revision is called unless somebody else registers one; absent when not known
**   set_tags, drop_tags   of an update: a map, a list of keys
** ECS_NOMEM, and *change is the null value. Nodes are shared with the inputs. */
ecs_status ecs_definition_plan(ecs_arena *arena, const ecs_definition_input *in, ecs_value **change);

/* Whether two lists of container definitions (of any spelling, or JSON text) are the same to ECS in a network mode (NULL:
** bridge). What is wrong with either is appended to `diags`; the answer is false then. */
bool ecs_definition_same_containers(ecs_arena *arena, const ecs_value *a, const ecs_value *b, const char *network_mode,
                                    ecs_diags *diags);

#endif
