/* The errors of a wait: what failed, since when, and what runs now. */
#include <stdlib.h>
#include <string.h>

#include "engine/machine.h"

/* "the deployment of mongo:7" */
static const char *what(ecs_machine *m) {
  const char *definition = m->followed_definition;
  const char *text = ecs_arena_format(m->arena, "the deployment%s%s", definition == NULL ? "" : " of ",
                                      definition == NULL ? "" : definition);
  return text == NULL ? "the deployment" : text;
}

static const char *record_status(const ecs_machine *m) {
  return m->record.now.status == NULL ? "" : m->record.now.status;
}

static const char *primary_definition(const ecs_judgement *v) {
  return ecs_schema_short_definition(v->primary.task_definition);
}

static ecs_value *rolled_back(ecs_machine *m, const ecs_judgement *v, double seconds) {
  if (strcmp(record_status(m), "ROLLBACK_FAILED") == 0)
    return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s, and so did the rollback",
                             what(m), seconds);
  if (v->found && strcmp(v->ours.status, "PRIMARY") == 0)
    return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and is being rolled back",
                             what(m), seconds);
  if (m->former_definition != NULL && strcmp(m->former_definition, primary_definition(v)) != 0)
    return ecs_machine_error(m, "DeploymentRolledBack", NULL,
                             "%s failed after %.0f s and was rolled back; %s is deployed since", what(m), seconds,
                             primary_definition(v));
  const char *state = v->primary.state;
  bool over = state == NULL || strcmp(state, "IN_PROGRESS") != 0;
  return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and %s rolled back to %s", what(m),
                           seconds, over ? "was" : "is being", primary_definition(v));
}

/* Whether what runs now holds what this run deployed: the same revision, or a later one of its family. */
typedef enum content { SAME_REVISION, LATER_REVISION, ANOTHER } content;

static content content_of(const ecs_machine *m, const char *newer) {
  const char *ours = m->followed_definition == NULL ? "" : m->followed_definition;
  const char *colon = strrchr(ours, ':'), *other = strrchr(newer, ':');
  if (strcmp(ours, newer) == 0)
    return SAME_REVISION;
  if (colon == NULL || other == NULL || colon - ours != other - newer ||
      strncmp(ours, newer, (size_t)(colon - ours)) != 0)
    return ANOTHER;
  return strtol(other + 1, NULL, 10) > strtol(colon + 1, NULL, 10) ? LATER_REVISION : ANOTHER;
}

static ecs_value *superseded(ecs_machine *m, const ecs_judgement *v, double seconds) {
  static const char *const words[] = {"of the same revision", "of a later revision of the family",
                                      "which does not contain it"};
  static const char *const hints[] = {
      "someone else deployed the same meanwhile: ecs-service wait --follow waits for theirs",
      "someone else deployed meanwhile, a revision that may contain yours; plan again",
      "someone else deployed meanwhile; plan again"};
  const char *newer = primary_definition(v);
  content holds = content_of(m, newer);
  return ecs_machine_error(
      m, "DeploymentSuperseded", hints[holds], "%s %s superseded by a newer one (%s, %s), %s, after %.0f s", what(m),
      v->completed ? "was completed, and then" : "was", v->primary.id, newer, words[holds], seconds);
}

/* {deployment_id, task_definition, contains_ours} */
static ecs_value *superseded_by(ecs_machine *m, const ecs_judgement *v) {
  ecs_value *by = ecs_value_map(m->arena);
  ecs_value_set(m->arena, by, "deployment_id", ecs_value_text(m->arena, v->primary.id));
  ecs_value_set(m->arena, by, "task_definition", ecs_value_text(m->arena, primary_definition(v)));
  ecs_value_set(m->arena, by, "contains_ours",
                ecs_value_bool(m->arena, content_of(m, primary_definition(v)) != ANOTHER));
  return by;
}

/* What ends by circuit breaker or alarms is rolled back where that is configured, unless there is nothing to go back to.
** Of what was stopped by hand nothing follows. */
static bool has_no_way_back(const ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  bool by_hand = !v->configured || (v->reason == NULL && strcmp(record_status(m), "STOPPED") == 0);
  bool each =
      status->rolls_back && status->breaks == status->breaker_rolls_back && status->alarmed == status->alarms_roll_back;
  return ecs_judge_was_to_roll_back(status, v->reason, each) && !m->former_completed && !by_hand;
}

static ecs_value *failed(ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v, double seconds) {
  if (!v->found || strcmp(v->ours.status, "PRIMARY") != 0)
    return ecs_machine_error(m, "DeploymentFailed", "someone else deployed meanwhile; plan again",
                             "%s failed after %.0f s; a newer one (%s, %s) is under way", what(m), seconds,
                             v->primary.id, primary_definition(v));
  return ecs_machine_error(m, "DeploymentFailed", NULL, "%s failed after %.0f s; it is not rolled back%s", what(m),
                           seconds,
                           has_no_way_back(m, status, v) ? ", for there is no completed one to go back to" : "");
}

static ecs_value *gone(ecs_machine *m, const ecs_service_status *status) {
  return ecs_machine_error(m, "ServiceInactive", "someone deletes or deleted it; plan again", "%s is %s",
                           ecs_machine_where(m), status->status);
}

/* The tasks of all deployments of one task definition. */
static int64_t running_of(const ecs_service_status *status, const char *task_definition) {
  int64_t sum = 0;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment one;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &one);
    if (strcmp(one.task_definition, task_definition) == 0)
      sum += one.running;
  }
  return sum;
}

/* What most of the tasks run: of a deployment that failed and is not rolled back that is the one before. */
static ecs_value *running_now(ecs_machine *m, const ecs_service_status *status, const ecs_deployment *primary) {
  ecs_value *map = ecs_value_map(m->arena);
  const char *definition = primary->task_definition;
  int64_t most = running_of(status, definition);
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment one;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &one);
    int64_t running = running_of(status, one.task_definition);
    if (running <= most)
      continue;
    most = running;
    definition = one.task_definition;
  }
  definition = ecs_schema_short_definition(definition);
  ecs_value_set(m->arena, map, "task_definition", ecs_value_text(m->arena, definition));
  ecs_value_set(m->arena, map, "running", ecs_value_int(m->arena, most));
  ecs_value_set(m->arena, map, "desired", ecs_value_int(m->arena, status->desired));
  return map;
}

static ecs_value *evidence(ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_value *evidence = ecs_value_map(m->arena);
  if (v->reason != NULL)
    ecs_value_set(m->arena, evidence, "reason", ecs_value_text(m->arena, v->reason));
  if (m->followed != NULL)
    ecs_value_set(m->arena, evidence, "deployment_id", ecs_value_text(m->arena, m->followed));
  if (m->record.arn != NULL)
    ecs_value_set(m->arena, evidence, "service_deployment", ecs_value_text(m->arena, m->record.arn));
  if (v->finding == ECS_FOUND_SUPERSEDED)
    ecs_value_set(m->arena, evidence, "superseded_by", superseded_by(m, v));
  if (v->has_primary)
    ecs_value_set(m->arena, evidence, "running_now", running_now(m, status, &v->primary));
  return evidence;
}

void ecs_watch_failed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  double seconds = now - m->began;
  m->undone = !m->made && v->finding != ECS_FOUND_GONE && !v->completed;
  switch (v->finding) {
    case ECS_FOUND_ROLLED_BACK: m->failure = rolled_back(m, v, seconds); break;
    case ECS_FOUND_SUPERSEDED: m->failure = superseded(m, v, seconds); break;
    case ECS_FOUND_GONE: m->failure = gone(m, status); break;
    default: m->failure = failed(m, status, v, seconds); break;
  }
  if (v->finding != ECS_FOUND_GONE)
    ecs_value_set(m->arena, m->failure, "evidence", evidence(m, status, v));
  ecs_machine_go(m, ecs_evidence, now);
}
