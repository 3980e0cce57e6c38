#include "schema_status.h"

#include <string.h>

void ecs_schema_status(const ecs_value *service, ecs_service_status *status) {
  const ecs_value *controller = ecs_value_get_path(service, "deploymentController.type");
  *status = (ecs_service_status){
      .arn = ecs_value_text_or(ecs_value_get(service, "serviceArn"), ""),
      .name = ecs_value_text_or(ecs_value_get(service, "serviceName"), ""),
      .cluster = ecs_value_text_or(ecs_value_get(service, "clusterArn"), ""),
      .status = ecs_value_text_or(ecs_value_get(service, "status"), ""),
      .desired = ecs_value_int_or(ecs_value_get(service, "desiredCount"), 0),
      .running = ecs_value_int_or(ecs_value_get(service, "runningCount"), 0),
      .pending = ecs_value_int_or(ecs_value_get(service, "pendingCount"), 0),
      .daemon = ecs_value_is_text(ecs_value_get(service, "schedulingStrategy"), "DAEMON"),
      .controller = ecs_value_text_or(controller, "ECS"),
      .deployments = ecs_value_get(service, "deployments"),
      .events = ecs_value_get(service, "events"),
  };
}

static double seconds(const ecs_value *value) {
  if (ecs_value_is(value, ECS_DOUBLE))
    return value->as.number;
  return (double)ecs_value_int_or(value, 0);
}

void ecs_schema_deployment(const ecs_value *item, ecs_deployment *deployment) {
  *deployment = (ecs_deployment){
      .id = ecs_value_text_or(ecs_value_get(item, "id"), ""),
      .status = ecs_value_text_or(ecs_value_get(item, "status"), ""),
      .task_definition = ecs_value_text_or(ecs_value_get(item, "taskDefinition"), ""),
      .state = ecs_value_text_or(ecs_value_get(item, "rolloutState"), NULL),
      .reason = ecs_value_text_or(ecs_value_get(item, "rolloutStateReason"), NULL),
      .desired = ecs_value_int_or(ecs_value_get(item, "desiredCount"), 0),
      .running = ecs_value_int_or(ecs_value_get(item, "runningCount"), 0),
      .pending = ecs_value_int_or(ecs_value_get(item, "pendingCount"), 0),
      .failed = ecs_value_int_or(ecs_value_get(item, "failedTasks"), 0),
      .created = seconds(ecs_value_get(item, "createdAt")),
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

ecs_value *ecs_schema_status_value(ecs_arena *arena, const ecs_service_status *status) {
  ecs_value *map = ecs_value_map(arena), *list = ecs_value_list(arena);
  ecs_value_set(arena, map, "status", ecs_value_text(arena, status->status));
  ecs_value_set(arena, map, "desired", ecs_value_int(arena, status->desired));
  ecs_value_set(arena, map, "running", ecs_value_int(arena, status->running));
  ecs_value_set(arena, map, "pending", ecs_value_int(arena, status->pending));
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_value *item = ecs_value_map(arena);
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    ecs_value_set(arena, item, "id", ecs_value_text(arena, d.id));
    ecs_value_set(arena, item, "status", ecs_value_text(arena, d.status));
    ecs_value_set(arena, item, "task_definition", ecs_value_text(arena, ecs_schema_short_definition(d.task_definition)));
    if (d.state != NULL)
      ecs_value_set(arena, item, "rollout_state", ecs_value_text(arena, d.state));
    if (d.reason != NULL)
      ecs_value_set(arena, item, "reason", ecs_value_text(arena, d.reason));
    ecs_value_set(arena, item, "desired", ecs_value_int(arena, d.desired));
    ecs_value_set(arena, item, "running", ecs_value_int(arena, d.running));
    ecs_value_set(arena, item, "pending", ecs_value_int(arena, d.pending));
    ecs_value_set(arena, item, "failed", ecs_value_int(arena, d.failed));
    ecs_value_push(arena, list, item);
  }
  ecs_value_set(arena, map, "deployments", list);
  return map;
}

const char *ecs_schema_short_definition(const char *task_definition) {
  const char *slash = strrchr(task_definition, '/');
  return slash == NULL ? task_definition : slash + 1;
}

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
