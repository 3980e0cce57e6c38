/* plan: what must happen so that something becomes what its declaration says. */
#ifndef ECS_PLAN_H
#define ECS_PLAN_H

#include "schema/resource.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ecs_plan_input {
  const ecs_value *config;   /* normal form of validate; NULL: not declared any more, or to be destroyed */
  const ecs_value *recorded; /* attributes of the state; NULL: nothing recorded */
  const ecs_value *actual;   /* attributes read from AWS now (flatten); NULL: not there, or not read */
  bool refreshed;            /* whether `actual` was read: NULL then means gone */
  bool draining;             /* it is there but DRAINING: wait for INACTIVE, then create */
  bool tainted;              /* an earlier create failed while waiting */
  const char *taint_reason;
  const char *redeploy;          /* why an update has to start a deployment, whatever it changes; or NULL */
  const ecs_value *default_tags; /* map or NULL */
  const ecs_value *ignore_tags;  /* {keys = list, key_prefixes = list} or NULL */
  bool destroy;                  /* to be destroyed although `config` declares it (its prevent_destroy then counts) */
  bool imported;                 /* `recorded` comes from an import, and no configuration was applied since */
  bool refresh_only;             /* nothing is planned: the records follow what was read */
  const ecs_value *unknown;      /* of ecs_carry_read, for what is there now or is to be made again; or NULL */
  const ecs_value *undeclared;   /* of the change that was recorded last, or NULL */
  const ecs_value *facts;        /* what else is known, for what the kind foretells; or NULL */
  ecs_context context;
} ecs_plan_input;

/* The change, as a value (so that a saved plan is that value as JSON), in `arena`; it shares nodes with the input:
**   action       "create" "update" "replace" "delete" "no-op" (whose `after` still carries the local arguments and
**                the form of the configuration, for the state to follow)
**   before       attributes now (absent for create)
**   after        attributes planned; those only known after apply are absent (absent for delete)
**   diff         list of {path, before, after, forces_replacement, starts_deployment, waits_for_deployment,
**                known_after_apply, sensitive, element}: path as a user writes it, [n] counted in `after`
**                (in `before` for removed elements); sensitive ones carry no before and after;
**                `element` is "added"/"removed"/"changed" for the members of lists and sets of blocks;
**                flags that are not true are absent. A create and a delete have one entry for each argument
**   replace_paths  list of paths
**   changed      list of top-level argument names that differ and go to AWS (what an update is built from)
**   removed      list of those of `changed` that the configuration does not set any more
**   deployment   {starts = bool, why = list of paths} and what the kind foretells (of a service: forecast.h)
**   drift        list of {path, before, after, ignored}: recorded against actual; `ignored` is true where
**                ignore_changes covers it, else absent. What the configuration changes back is in `diff` too
**   left         list of the names of arguments that are left to others, and keep what they have; absent when empty
**   forces       true: an update starts a deployment by forceNewDeployment that nobody declared (`redeploy`)
**   reason       text: why ("the service is gone: …"), absent when the diff says it all
**   carried      list of paths: what AWS has in the structures that are sent, which no row knows and which goes along
**   undeclared   list of paths: what AWS has that was never declared, and stays. Elements by what identifies them
**   steps        for replace: "delete,create" or "create,delete" (create_before_destroy where the name changes)
** prevent_destroy and updates that AWS does not take are errors in `diags` (ECS_INVALID). A plan that is allowed and will
** hurt has warnings there. */
ecs_status ecs_plan(const ecs_resource *kind, ecs_arena *arena, const ecs_plan_input *input, ecs_value **change,
                    ecs_diags *diags);

/* tags over default_tags, without aws: keys and what ignore_tags names. */
ecs_value *ecs_plan_tags_all(ecs_arena *arena, const ecs_value *tags, const ecs_value *default_tags,
                             const ecs_value *ignore_tags);

#ifdef __cplusplus
}
#endif

#endif
