/* status: what an answer says of a service's condition: counts, deployments, events. The members of the answer are
** named here, so that the flows of the engine need not know them. */
#ifndef ECS_SERVICE_STATUS_H
#define ECS_SERVICE_STATUS_H

#include "base/value.h"

enum { ECS_SCHEMA_MOST_TASKS = INT32_MAX }; /* what the API can say: sums and percents of it fit */

typedef struct ecs_service_status {
  const char *arn, *name, *cluster; /* "" when not told */
  const char *status;               /* ACTIVE, DRAINING, INACTIVE */
  int64_t desired, running, pending;
  bool daemon;
  const char *controller;                    /* ECS, CODE_DEPLOY, EXTERNAL */
  bool task_sets;                            /* `deployments` are task sets: the controller is not ECS */
  const ecs_value *deployments, *events;     /* lists or NULL */
  int64_t minimum;                           /* minimumHealthyPercent, or -1 */
  bool rolling;                              /* the strategy is ROLLING, as it was before there were others */
  bool early;                                /* a deployment is completed before all of its tasks run */
  bool breaks;                               /* the circuit breaker ends a deployment whose tasks fail */
  bool rolls_back, alarmed;                  /* a failure is rolled back; alarms are watched */
  bool breaker_rolls_back, alarms_roll_back; /* which failure */
  bool balanced;                             /* behind a load balancer */
  const char *record; /* ARN of the current service deployment, or NULL: the server does not keep them */
  double moment;      /* the newest time that the answer mentions (of ECS's clock), or 0 */
} ecs_service_status;

typedef struct ecs_deployment {
  const char *id, *status;     /* PRIMARY, ACTIVE, INACTIVE */
  const char *task_definition; /* ARN, or "" */
  const char *state, *reason;  /* rolloutState and its reason, or NULL */
  const char *stability;       /* of a task set: STEADY_STATE, STABILIZING; else NULL */
  int64_t desired, running, pending, failed;
  double created, updated;
} ecs_deployment;

/* Seconds since 1970, of a time in an answer; 0 when it is none. */
double ecs_schema_seconds(const ecs_value *time);

void ecs_schema_status(const ecs_value *service, ecs_service_status *status);

/* Whether it is the service of this name or ARN. */
bool ecs_schema_is_service(const ecs_value *service, const char *name);
void ecs_schema_deployment(const ecs_value *item, ecs_deployment *deployment);

/* The deployment of that id, or that status (either may be NULL); false when there is none. */
bool ecs_schema_find_deployment(const ecs_service_status *status, const char *id, const char *kind,
                                ecs_deployment *deployment);

/* How many there are, without those that are INACTIVE: completely replaced. */
size_t ecs_schema_live_deployments(const ecs_service_status *status);

/* The tasks that deployments other than that one still have, RUNNING or PENDING. */
int64_t ecs_schema_other_tasks(const ecs_service_status *status, const char *id);

/* The latest event that mentions the deployment `id` and says `words`; NULL when there is none. */
const char *ecs_schema_said(const ecs_service_status *status, const char *id, const char *words);

/* {id, task_definition, rollout_state, reason} of one; the last two as far as they are there. */
ecs_value *ecs_schema_deployment_value(ecs_arena *arena, const ecs_deployment *d);

/* {status, desired, running, pending, deployments = {{id, status, task_definition, rollout_state, …}}} for events. */
ecs_value *ecs_schema_status_value(ecs_arena *arena, const ecs_service_status *status);

/* What follows the last slash, as the name in an ARN does; the text itself when it has none. */
const char *ecs_schema_after_slash(const char *text);

/* family:revision of an ARN, the text itself otherwise. */
const char *ecs_schema_short_definition(const char *task_definition);

/* The family, when a configuration (or attributes) names one without a revision; else NULL. */
const char *ecs_schema_open_family(const ecs_value *config, const ecs_value *attributes);

/* DescribeTaskDefinition of a family, and the ARN in its answer (or NULL). */
ecs_value *ecs_schema_family_request(ecs_arena *arena, const char *family);
const char *ecs_schema_family_answer(const ecs_value *body);

/* Whether an UpdateService starts a deployment each time it is sent, so that it must not be sent twice. */
bool ecs_schema_forces(const ecs_value *update);

/* ListTasks of the stopped tasks of a service. */
ecs_value *ecs_schema_stopped_tasks_request(ecs_arena *arena, const char *cluster, const char *service);

/* DescribeTasks of the ARNs in `tasks`, a list of the same arena. */
ecs_value *ecs_schema_tasks_request(ecs_arena *arena, const char *cluster, ecs_value *tasks);

#endif
