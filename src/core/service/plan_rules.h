/* plan_rules: what planning, requests and reading back must know of single arguments beyond the flags of their rows.
** The rules stand beside the rows, in plan_rules.c; plan, request and flatten ask them without naming an argument. */
#ifndef ECS_SERVICE_PLAN_RULES_H
#define ECS_SERVICE_PLAN_RULES_H

#include "schema/schema.h"

typedef enum ecs_controller { ECS_CONTROLLER_ECS, ECS_CONTROLLER_CODE_DEPLOY, ECS_CONTROLLER_EXTERNAL } ecs_controller;

/* How a service is run; other arguments mean different things by it. */
typedef struct ecs_traits {
  bool daemon; /* one task on every container instance: there is no desired count */
  bool forces; /* every UpdateService starts a deployment */
  ecs_controller controller;
  bool balanced, was_balanced; /* load balancers (of whatever kind) look at its tasks: as declared, and as it is */
  bool of_task_sets;           /* it has the EXTERNAL controller already: others make its task sets */
} ecs_traits;

/* The traits by a configuration (or attributes), and by `attributes` where it does not say. Both may be NULL. */
void ecs_schema_traits(const ecs_value *config, const ecs_value *attributes, ecs_traits *traits);

/* What the lifecycle of a configuration asks for. */
typedef struct ecs_lifecycle {
  const ecs_value *ignore;    /* a list of paths, a text, or NULL */
  const ecs_value *leave_out; /* a list of paths, a text, or NULL: what of AWS's is not carried into requests */
  bool prevent_destroy, create_before_destroy;
} ecs_lifecycle;
void ecs_schema_lifecycle(const ecs_value *config, ecs_lifecycle *lifecycle);

/* The two values of an argument that are compared, and what surrounds them. NULL: not set. */
typedef struct ecs_change_case {
  const ecs_value *has, *wanted, *recorded;
  bool configured; /* the configuration sets the argument */
  bool imported;   /* `recorded` comes from an import: no configuration was ever applied */
  const ecs_traits *traits;
} ecs_change_case;

typedef enum ecs_verdict {
  ECS_COMPARE, /* no rule: the values decide */
  ECS_KEEP,    /* not a change, whatever the values: the service keeps what it has */
  ECS_DISCOUNT /* not a change, and not the configuration's doing: it is not recorded either */
} ecs_verdict;
ecs_verdict ecs_schema_verdict(const ecs_row *row, const ecs_change_case *change);

/* Whether a role is the one that ECS makes for itself (service-linked). */
bool ecs_schema_linked_role(const ecs_value *role);

/* Whether this difference replaces the service. */
bool ecs_schema_replaces(const ecs_row *row, const ecs_change_case *change);

/* Whether one of the paths says which service it is: its name or cluster. The old and the new one can stand side by side. */
bool ecs_schema_moves(const ecs_value *paths);

/* What would make a replacement for `paths` an update, in words; NULL: nothing. */
const char *ecs_schema_way_in_place(const ecs_value *paths, const ecs_value *before, const ecs_value *after);

/* Whether a difference of a local argument calls for an UpdateService. */
bool ecs_schema_local_counts(const ecs_row *row, const ecs_change_case *change);

/* Whether the row goes with every UpdateService, changed or not, and what it needs for that is set in `attributes`. */
bool ecs_schema_rides(const ecs_row *row, const ecs_value *attributes, const ecs_traits *traits);

/* The row that starts a deployment whatever else an update says. */
const ecs_row *ecs_schema_force(void);

/* Whether UpdateService takes the row with the service's deployment controller. */
bool ecs_schema_updatable(const ecs_row *row, const ecs_traits *traits);

/* Whether `value` of the row belongs into a request to a service with these traits. */
bool ecs_schema_sent(const ecs_row *row, const ecs_value *value, const ecs_traits *traits, bool create);

/* Whether what a service has of the row when it is made again stays, although the configuration does not set it. */
bool ecs_schema_identifies(const ecs_row *row);

/* Whether what a service has stays with it although the configuration does not set it any more, as long as nothing else
** is updated: `removed` of the row then goes with that update. Only what the last applied configuration set counts. */
bool ecs_schema_lingers(const ecs_row *row, const ecs_change_case *change);

/* Whether a member of the structure `whole` that no row knows says no more than its absence: what ECS answers although
** nobody set it. `row` is one of the rows that share the structure. */
bool ecs_schema_says_nothing(const ecs_row *row, const char *member, const ecs_value *whole);

/* Whether a member of the service of an answer, a structure that no row knows, may be a setting: neither a report of how
** it does nor what a row reads. */
bool ecs_schema_is_setting(const char *member);

/* Whether CreateService takes such a setting as it was answered. */
bool ecs_schema_creates_with(const char *member);

/* Words for diagnostics. */
const char *ecs_schema_controller_name(const ecs_traits *traits);
const char *ecs_schema_update_hint(const ecs_traits *traits);
const char *ecs_schema_destroy_hint(void);
const char *ecs_schema_order_hint(void);
const char *ecs_schema_lost_message(void);
const char *ecs_schema_lost_hint(ecs_arena *arena, const char *path);

/* Where a service is: the cluster (NULL when not known) and the name of its attributes. */
const char *ecs_schema_cluster_of(const ecs_value *attributes);
const char *ecs_schema_name_of(const ecs_value *attributes);

/* Sets the members of a request that say which service it is about; NULL ones are left out. */
void ecs_schema_address(ecs_arena *arena, ecs_value *body, const char *cluster, const char *service);

/* Whether AWS refused the grace period of an UpdateService that brings the first load balancer along, or takes the last. */
bool ecs_schema_refuses_grace(const ecs_value *body, const char *message);

/* Takes the grace period out of an UpdateService; answers it, or NULL. */
ecs_value *ecs_schema_take_grace(ecs_value *body);

/* An UpdateService of nothing but a grace period. */
void ecs_schema_put_grace(ecs_arena *arena, ecs_value *body, ecs_value *grace);

/* Sets the number of tasks in an UpdateService. */
void ecs_schema_scale(ecs_arena *arena, ecs_value *body, int64_t count);

/* How an answer that does not hold the row, or holds it unasked, is to be read. `service` is the answer. */
typedef enum ecs_speaking {
  ECS_SPEAKS,    /* by what stands in the answer; an absent member says nothing */
  ECS_SAYS_NONE, /* the absence says that there is none */
  ECS_NOT_OURS   /* what stands there was not declared and is not recorded */
} ecs_speaking;
ecs_speaking ecs_schema_speaking(const ecs_row *row, const ecs_value *service, const ecs_value *form,
                                 const ecs_value *previous);

#endif
