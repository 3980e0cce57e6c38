/* The errors of a wait: what failed, since when, and what runs now. */
#include <string.h>

#include "machine.h"

/* "the deployment of mongo:7" */
static const char *what(ecs_machine *m) {
  const char *definition = m->followed_definition;
  const char *text = ecs_arena_format(m->arena, "the deployment%s%s", definition == NULL ? "" : " of ",
                                      definition == NULL ? "" : definition);
  return text == NULL ? "the deployment" : text;
}

static ecs_value *rolled_back(ecs_machine *m, const ecs_judgement *v, double seconds) {
  if (v->found && strcmp(v->ours.status, "PRIMARY") == 0)
    return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and is being rolled back", what(m), seconds);
  const char *state = v->primary.state;
  bool over = state == NULL || strcmp(state, "IN_PROGRESS") != 0;
  return ecs_machine_error(m, "DeploymentRolledBack", NULL, "%s failed after %.0f s and %s rolled back to %s", what(m), seconds,
                           over ? "was" : "is being", ecs_schema_short_definition(v->primary.task_definition));
}

static ecs_value *superseded(ecs_machine *m, const ecs_judgement *v, double seconds) {
  const char *newer = ecs_schema_short_definition(v->primary.task_definition);
  return ecs_machine_error(m, "DeploymentSuperseded", "someone else deployed meanwhile; plan again",
                           "%s %s superseded by a newer one (%s, %s) after %.0f s", what(m),
                           v->completed ? "was completed, and then" : "was", v->primary.id, newer, seconds);
}

static ecs_value *failed(ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v, double seconds) {
  if (!v->found || strcmp(v->ours.status, "PRIMARY") != 0)
    return ecs_machine_error(m, "DeploymentFailed", "someone else deployed meanwhile; plan again",
                             "%s failed after %.0f s; a newer one (%s, %s) is under way", what(m), seconds, v->primary.id,
                             ecs_schema_short_definition(v->primary.task_definition));
  return ecs_machine_error(m, "DeploymentFailed", NULL, "%s failed after %.0f s; it is not rolled back%s", what(m), seconds,
                           status->rolls_back ? ", for there is no completed one to go back to" : "");
}

static ecs_value *gone(ecs_machine *m, const ecs_service_status *status) {
  return ecs_machine_error(m, "ServiceInactive", "someone deletes or deleted it; plan again", "%s is %s", ecs_machine_where(m),
                           status->status);
}

static ecs_value *evidence(ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_value *evidence = ecs_value_map(m->arena);
  if (v->reason != NULL)
    ecs_value_set(m->arena, evidence, "reason", ecs_value_text(m->arena, v->reason));
  if (m->followed != NULL)
    ecs_value_set(m->arena, evidence, "deployment_id", ecs_value_text(m->arena, m->followed));
  if (m->record.arn != NULL && m->record.arn[0] != '\0')
    ecs_value_set(m->arena, evidence, "service_deployment", ecs_value_text(m->arena, m->record.arn));
  if (v->has_primary) {
    ecs_value *running_now = ecs_value_map(m->arena);
    const char *definition = ecs_schema_short_definition(v->primary.task_definition);
    ecs_value_set(m->arena, running_now, "task_definition", ecs_value_text(m->arena, definition));
    ecs_value_set(m->arena, running_now, "running", ecs_value_int(m->arena, status->running));
    ecs_value_set(m->arena, running_now, "desired", ecs_value_int(m->arena, status->desired));
    ecs_value_set(m->arena, evidence, "running_now", running_now);
  }
  return evidence;
}

void ecs_watch_failed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  double seconds = now - m->began;
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
