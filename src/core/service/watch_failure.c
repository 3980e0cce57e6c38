#include "service/watch_failure.h"

#include <stdlib.h>
#include <string.h>

#include "service/evidence.h"
#include "service/seen.h"
#include "service/waiting.h"
#include "service/watch_stages.h"

/* "the deployment of mongo:7" */
static const char *what(ecs_machine *m) {
  const char *definition = ecs_flow_of(m)->follow.definition;
  const char *text = ecs_arena_format(m->arena, "the deployment%s%s", definition == NULL ? "" : " of ",
                                      definition == NULL ? "" : definition);
  return text == NULL ? "the deployment" : text;
}

static const char *record_status(const ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  return flow->record.now.status == NULL ? "" : flow->record.now.status;
}

static const char *primary_definition(const ecs_judgement *v) {
  return ecs_schema_short_definition(v->primary.task_definition);
}

/* ECS's word for a first deployment that it was to roll back. */
static bool has_no_candidate(const ecs_machine *m) {
  const char *reason = ecs_flow_of(m)->record.now.reason;
  return strcmp(record_status(m), "ROLLBACK_FAILED") == 0 && reason != NULL &&
         strstr(reason, "No rollback candidate") != NULL;
}

static bool mentions_hook(const ecs_value *record, const char *path) {
  return strstr(ecs_value_text_or(ecs_value_get_path(record, path), ""), "hook") != NULL;
}

/* The hook that ended it, by its name. Hooks that were open when something else ended it have failed, too. */
static void name_hook(ecs_machine *m, ecs_value *evidence) {
  const ecs_value *record = ecs_flow_of(m)->record.shown;
  ecs_staged staged;
  ecs_staged_of(record, &staged);
  if (staged.broken == NULL || !(mentions_hook(record, "statusReason") || mentions_hook(record, "rollback.reason")))
    return;
  ecs_value *hook = ecs_value_map(m->arena);
  ecs_value_set_text(m->arena, hook, "id", ecs_value_text_or(ecs_value_get(staged.broken, "hookId"), NULL));
  ecs_value_set_text(m->arena, hook, "name", ecs_staged_hook_name(staged.broken));
  ecs_value_set_text(m->arena, hook, "stage", staged.stage);
  ecs_value_set_text(m->arena, hook, "status", ecs_value_text_or(ecs_value_get(staged.broken, "status"), NULL));
  ecs_value_set_text(m->arena, hook, "type", ecs_value_text_or(ecs_value_get(staged.broken, "targetType"), NULL));
  ecs_value_set(m->arena, evidence, "hook", hook);
}

static ecs_value *rolled_back(ecs_machine *m, const ecs_judgement *v, double seconds) {
  const ecs_flow *flow = ecs_flow_of(m);
  if (has_no_candidate(m))
    return ecs_machine_error(
        m, "DeploymentFailed", NULL,
        "%s failed after %.0f s; it is not rolled back, for there is no completed one to go back to", what(m), seconds);
  if (strcmp(record_status(m), "ROLLBACK_FAILED") == 0)
    return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s, and so did the rollback",
                             what(m), seconds);
  if (v->found && strcmp(v->ours.status, "PRIMARY") == 0)
    return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and is being rolled back",
                             what(m), seconds);
  if (flow->follow.former_definition != NULL && strcmp(flow->follow.former_definition, primary_definition(v)) != 0)
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
  const ecs_flow *flow = ecs_flow_of(m);
  const char *ours = flow->follow.definition == NULL ? "" : flow->follow.definition;
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
  return ecs_judge_was_to_roll_back(status, v->reason, each) && !ecs_flow_of(m)->follow.former_completed && !by_hand;
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
                           ecs_seen_where(m), status->status);
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
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_value *evidence = ecs_value_map(m->arena);
  if (v->reason != NULL)
    ecs_value_set(m->arena, evidence, "reason", ecs_value_text(m->arena, v->reason));
  if (flow->follow.id != NULL)
    ecs_value_set(m->arena, evidence, "deployment_id", ecs_value_text(m->arena, flow->follow.id));
  if (flow->record.arn != NULL)
    ecs_value_set(m->arena, evidence, "service_deployment", ecs_value_text(m->arena, flow->record.arn));
  if (v->finding == ECS_FOUND_SUPERSEDED)
    ecs_value_set(m->arena, evidence, "superseded_by", superseded_by(m, v));
  if (v->has_primary)
    ecs_value_set(m->arena, evidence, "running_now", running_now(m, status, &v->primary));
  return evidence;
}

void ecs_watch_failed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_flow *flow = ecs_flow_of(m);
  double seconds = now - m->began;
  flow->follow.undone = !flow->steps.made && v->finding != ECS_FOUND_GONE && !v->completed;
  switch (v->finding) {
    case ECS_FOUND_ROLLED_BACK: flow->evidence.failure = rolled_back(m, v, seconds); break;
    case ECS_FOUND_SUPERSEDED: flow->evidence.failure = superseded(m, v, seconds); break;
    case ECS_FOUND_GONE: flow->evidence.failure = gone(m, status); break;
    default: flow->evidence.failure = failed(m, status, v, seconds); break;
  }
  if (v->finding != ECS_FOUND_GONE) {
    ecs_value *seen = evidence(m, status, v);
    ecs_value_set(m->arena, flow->evidence.failure, "evidence", seen);
    if (v->finding != ECS_FOUND_SUPERSEDED)
      name_hook(m, seen);
  }
  ecs_machine_go(m, ecs_evidence, now);
}

/* "Do not delete the role or its policy before the service": without them ECS cannot take the tasks out of the load
** balancer, and the service drains for ever. */
static const char *late_hint(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  const char *role = ecs_value_text_or(ecs_value_get(flow->seen.service, "roleArn"), NULL);
  ecs_schema_status(flow->seen.service, &status);
  if (strcmp(status.status, "DRAINING") != 0 && strcmp(m->verb->name, "wait") == 0)
    return "look at the events, or allow more time by timeout";
  if (strcmp(status.status, "DRAINING") != 0)
    return "look at the events, or allow more time by timeouts";
  return ecs_arena_format(m->arena,
                          "see that the role %s and its policy still exist: without them ECS cannot end a service "
                          "that is DRAINING; look at the events, or allow more time by timeouts",
                          role == NULL ? "AWSServiceRoleForECS" : ecs_schema_after_slash(role));
}

void ecs_watch_late(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  const char *last = "ECS has not answered since";
  if (flow->evidence.failure != NULL) { /* it has failed already, and only the reasons were asked for */
    ecs_evidence_end(m, now);
    return;
  }
  if (ecs_watch_undecided(m, now))
    return;
  if (m->ask.refusal != NULL)
    last = ecs_arena_format(m->arena, "AWS said last: %s", m->ask.refusal);
  if (flow->seen.service != NULL) {
    ecs_service_status status;
    ecs_schema_status(flow->seen.service, &status);
    last = ecs_waiting_last_seen(m->arena, &status, flow->follow.id);
  }
  flow->evidence.failure = ecs_machine_error(
      m, "Timeout", late_hint(m), "%s was not %s after %.0f s; %s", ecs_seen_where(m),
      flow->follow.until == NULL ? "done" : flow->follow.until, now - m->began, last == NULL ? "" : last);
  ecs_machine_go(m, ecs_evidence, now);
}
