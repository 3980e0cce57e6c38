/* rollout: what the arguments of a service say of its rollouts, and the warnings that follow from it. */
#ifndef ECS_SERVICE_ROLLOUT_H
#define ECS_SERVICE_ROLLOUT_H

#include "service/forecast.h"
#include "service/stages.h"
#include "service/traits.h"

/* How a service with some attributes rolls out. */
typedef struct ecs_rollout {
  ecs_traits traits;
  bool counted;             /* the number of tasks is known: REPLICA, or a DAEMON on a known number of instances */
  int64_t tasks;            /* of which so many are wanted */
  int64_t minimum, maximum; /* percent, as ECS takes them */
  bool breaker, breaker_rollback;
  int64_t threshold; /* failed tasks that the breaker bears */
  ecs_stages stages; /* of ECS's own deployments */
  size_t alarms;     /* that are watched */
  bool alarms_rollback;
  size_t balancers;
  int64_t grace; /* seconds */
} ecs_rollout;

/* `facts` may be NULL; see forecast.h. `created`: these are the arguments of a create, not what AWS has. */
void ecs_rollout_of(const ecs_value *attributes, const ecs_value *facts, bool created, ecs_rollout *rollout);

/* What a warning looks at. */
typedef struct ecs_warning_case {
  ecs_arena *arena;
  const ecs_forecast_input *in;
  const char *action;
  const ecs_value *before, *after; /* attributes; NULL: none */
  const ecs_value *left;           /* names of arguments that are left to others; NULL: none */
  const ecs_value *why;            /* paths that start the deployment, or that replace */
  bool starts, away;               /* away: a replacement during which the service is not there */
  bool shifts;                     /* a deployment is started that goes in stages */
  ecs_rollout was, will;
  ecs_course course, next; /* of this change, and of the next deployment of what it makes */
  int64_t least, most;     /* tasks that `will` allows */
} ecs_warning_case;

/* Appends the warnings of a case to `diags` (warnings.c). */
void ecs_warnings_add(const ecs_warning_case *about, ecs_diags *diags);

#endif
