/* schema_status: what an answer says of a service's condition: counts, deployments, events. The members of the answer are
** named here, so that the flows of the engine need not know them. */
#ifndef ECS_SCHEMA_STATUS_H
#define ECS_SCHEMA_STATUS_H

#include "value.h"

typedef struct ecs_service_status {
  const char *arn, *name, *cluster; /* "" when not told */
  const char *status;               /* ACTIVE, DRAINING, INACTIVE */
  int64_t desired, running, pending;
  bool daemon;
  const char *controller; /* ECS, CODE_DEPLOY, EXTERNAL */
  const ecs_value *deployments, *events; /* lists or NULL */
} ecs_service_status;

typedef struct ecs_deployment {
  const char *id, *status;          /* PRIMARY, ACTIVE, INACTIVE */
  const char *task_definition;      /* ARN, or "" */
  const char *state, *reason;       /* rolloutState and its reason, or NULL */
  int64_t desired, running, pending, failed;
  double created;
} ecs_deployment;

void ecs_schema_status(const ecs_value *service, ecs_service_status *status);
void ecs_schema_deployment(const ecs_value *item, ecs_deployment *deployment);

/* The deployment of that id, or that status (either may be NULL); false when there is none. */
bool ecs_schema_find_deployment(const ecs_service_status *status, const char *id, const char *kind,
                                ecs_deployment *deployment);

/* {status, desired, running, pending, deployments = {{id, status, task_definition, rollout_state, …}}} for events. */
ecs_value *ecs_schema_status_value(ecs_arena *arena, const ecs_service_status *status);

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

#endif
