#include "service/status.h"

#include <string.h>

double ecs_schema_seconds(const ecs_value *time) { return ecs_value_number_or(time, 0); }

static double later(double moment, const ecs_value *map, const char *name) {
  double at = ecs_schema_seconds(ecs_value_get(map, name));
  return at > moment ? at : moment;
}

/* A view of the service cannot know of times after the one at which it was true. */
static double moment_of(const ecs_service_status *status) {
  double moment = later(0, ecs_value_at(status->events, 0), "createdAt");
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    const ecs_value *item = ecs_value_at(status->deployments, i);
    moment = later(later(later(moment, item, "createdAt"), item, "updatedAt"), item, "stabilityStatusAt");
  }
  return moment;
}

static bool acts(const ecs_value *configuration, const char *what, const char *member) {
  const ecs_value *block = ecs_value_get(configuration, what);
  return ecs_value_true(ecs_value_get(block, "enable")) && ecs_value_true(ecs_value_get(block, member));
}

static int64_t tasks_of(const ecs_value *map, const char *name, int64_t otherwise) {
  return ecs_value_int_within(ecs_value_get(map, name), 0, ECS_SCHEMA_MOST_TASKS, otherwise);
}

void ecs_schema_status(const ecs_value *service, ecs_service_status *status) {
  const ecs_value *controller = ecs_value_get_path(service, "deploymentController.type");
  const ecs_value *configuration = ecs_value_get(service, "deploymentConfiguration");
  *status = (ecs_service_status){
      .arn = ecs_value_text_or(ecs_value_get(service, "serviceArn"), ""),
      .name = ecs_value_text_or(ecs_value_get(service, "serviceName"), ""),
      .cluster = ecs_value_text_or(ecs_value_get(service, "clusterArn"), ""),
      .status = ecs_value_text_or(ecs_value_get(service, "status"), ""),
      .desired = tasks_of(service, "desiredCount", 0),
      .running = tasks_of(service, "runningCount", 0),
      .pending = tasks_of(service, "pendingCount", 0),
      .daemon = ecs_value_is_text(ecs_value_get(service, "schedulingStrategy"), "DAEMON"),
      .controller = ecs_value_text_or(controller, "ECS"),
      .deployments = ecs_value_get(service, "deployments"),
      .events = ecs_value_get(service, "events"),
      .minimum = ecs_value_int_or(ecs_value_get(configuration, "minimumHealthyPercent"), -1),
      .rolling = strcmp(ecs_value_text_or(ecs_value_get(configuration, "strategy"), "ROLLING"), "ROLLING") == 0,
      .early = ecs_value_true(ecs_value_get_path(configuration, "earlySuccessCriteria.enable")),
      .breaks = ecs_value_true(ecs_value_get_path(configuration, "deploymentCircuitBreaker.enable")),
      .breaker_rolls_back = acts(configuration, "deploymentCircuitBreaker", "rollback"),
      .alarms_roll_back = acts(configuration, "alarms", "rollback"),
      .alarmed = acts(configuration, "alarms", "enable"),
      .balanced = ecs_value_count(ecs_value_get(service, "loadBalancers")) > 0,
      .record = ecs_value_text_or(ecs_value_get(service, "currentServiceDeployment"), NULL),
  };
  status->rolls_back = status->breaker_rolls_back || status->alarms_roll_back;
  status->task_sets = strcmp(status->controller, "ECS") != 0;
  if (status->task_sets)
    status->deployments = ecs_value_get(service, "taskSets");
  status->moment = moment_of(status);
}

bool ecs_schema_is_service(const ecs_value *service, const char *name) {
  return ecs_value_is_text(ecs_value_get(service, "serviceName"), name) ||
         ecs_value_is_text(ecs_value_get(service, "serviceArn"), name);
}

void ecs_schema_deployment(const ecs_value *item, ecs_deployment *deployment) {
  *deployment = (ecs_deployment){
      .id = ecs_value_text_or(ecs_value_get(item, "id"), ""),
      .status = ecs_value_text_or(ecs_value_get(item, "status"), ""),
      .task_definition = ecs_value_text_or(ecs_value_get(item, "taskDefinition"), ""),
      .state = ecs_value_text_or(ecs_value_get(item, "rolloutState"), NULL),
      .reason = ecs_value_text_or(ecs_value_get(item, "rolloutStateReason"), NULL),
      .stability = ecs_value_text_or(ecs_value_get(item, "stabilityStatus"), NULL),
      .desired = tasks_of(item, "desiredCount", tasks_of(item, "computedDesiredCount", 0)),
      .running = tasks_of(item, "runningCount", 0),
      .pending = tasks_of(item, "pendingCount", 0),
      .failed = tasks_of(item, "failedTasks", 0),
      .created = ecs_schema_seconds(ecs_value_get(item, "createdAt")),
      .updated = ecs_schema_seconds(ecs_value_get(item, "updatedAt")),
  };
}

bool ecs_schema_find_deployment(const ecs_service_status *status, const char *id, const char *kind,
                                ecs_deployment *deployment) {
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_schema_deployment(ecs_value_at(status->deployments, i), deployment);
    if ((id == NULL || strcmp(deployment->id, id) == 0) && (kind == NULL || strcmp(deployment->status, kind) == 0))
      return true;
  }
  return false;
}

size_t ecs_schema_live_deployments(const ecs_service_status *status) {
  size_t count = 0;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++)
    count += !ecs_value_is_text(ecs_value_get(ecs_value_at(status->deployments, i), "status"), "INACTIVE");
  return count;
}

int64_t ecs_schema_other_tasks(const ecs_service_status *status, const char *id) {
  int64_t tasks = 0;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (id == NULL || strcmp(d.id, id) != 0)
      tasks += d.running + d.pending;
  }
  return tasks;
}

const char *ecs_schema_said(const ecs_service_status *status, const char *id, const char *words) {
  for (size_t i = 0; i < ecs_value_count(status->events); i++) {
    const char *message = ecs_value_text_or(ecs_value_get(ecs_value_at(status->events, i), "message"), "");
    if (strstr(message, id) != NULL && strstr(message, words) != NULL)
      return message;
  }
  return NULL;
}

ecs_value *ecs_schema_deployment_value(ecs_arena *arena, const ecs_deployment *d) {
  ecs_value *item = ecs_value_map(arena);
  ecs_value_set(arena, item, "id", ecs_value_text(arena, d->id));
  ecs_value_set(arena, item, "task_definition", ecs_value_text(arena, ecs_schema_short_definition(d->task_definition)));
  ecs_value_set_text(arena, item, "rollout_state", d->state);
  ecs_value_set_text(arena, item, "reason", d->reason);
  return item;
}

ecs_value *ecs_schema_status_value(ecs_arena *arena, const ecs_service_status *status) {
  ecs_value *map = ecs_value_map(arena), *list = ecs_value_list(arena);
  ecs_value_set(arena, map, "status", ecs_value_text(arena, status->status));
  ecs_value_set(arena, map, "desired", ecs_value_int(arena, status->desired));
  ecs_value_set(arena, map, "running", ecs_value_int(arena, status->running));
  ecs_value_set(arena, map, "pending", ecs_value_int(arena, status->pending));
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    ecs_value *item = ecs_schema_deployment_value(arena, &d);
    ecs_value_set(arena, item, "status", ecs_value_text(arena, d.status));
    ecs_value_set_text(arena, item, "stability", d.stability);
    ecs_value_set(arena, item, "desired", ecs_value_int(arena, d.desired));
    ecs_value_set(arena, item, "running", ecs_value_int(arena, d.running));
    ecs_value_set(arena, item, "pending", ecs_value_int(arena, d.pending));
    ecs_value_set(arena, item, "failed", ecs_value_int(arena, d.failed));
    ecs_value_push(arena, list, item);
  }
  ecs_value_set(arena, map, "deployments", list);
  return map;
}

const char *ecs_schema_after_slash(const char *text) {
  const char *slash = strrchr(text, '/');
  return slash == NULL ? text : slash + 1;
}

const char *ecs_schema_short_definition(const char *task_definition) { return ecs_schema_after_slash(task_definition); }

const char *ecs_schema_open_family(const ecs_value *config, const ecs_value *attributes) {
  const ecs_value *value = ecs_value_get(config, "task_definition");
  if (value == NULL)
    value = ecs_value_get(attributes, "task_definition");
  const char *text = ecs_value_text_or(value, NULL);
  return text == NULL || strchr(text, ':') != NULL ? NULL : text;
}

ecs_value *ecs_schema_family_request(ecs_arena *arena, const char *family) {
  ecs_value *body = ecs_value_map(arena);
  ecs_value_set(arena, body, "taskDefinition", ecs_value_text(arena, family));
  return body;
}

const char *ecs_schema_family_answer(const ecs_value *body) {
  return ecs_value_text_or(ecs_value_get_path(body, "taskDefinition.taskDefinitionArn"), NULL);
}

bool ecs_schema_forces(const ecs_value *update) { return ecs_value_true(ecs_value_get(update, "forceNewDeployment")); }

ecs_value *ecs_schema_stopped_tasks_request(ecs_arena *arena, const char *cluster, const char *service) {
  ecs_value *body = ecs_value_map(arena);
  if (cluster != NULL)
    ecs_value_set(arena, body, "cluster", ecs_value_text(arena, cluster));
  ecs_value_set(arena, body, "serviceName", ecs_value_text(arena, service));
  ecs_value_set(arena, body, "desiredStatus", ecs_value_text(arena, "STOPPED"));
  return body;
}

ecs_value *ecs_schema_tasks_request(ecs_arena *arena, const char *cluster, ecs_value *tasks) {
  ecs_value *body = ecs_value_map(arena);
  if (cluster != NULL)
    ecs_value_set(arena, body, "cluster", ecs_value_text(arena, cluster));
  ecs_value_set(arena, body, "tasks", tasks);
  return body;
}
