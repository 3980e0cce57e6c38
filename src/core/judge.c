#include "judge.h"

#include <string.h>

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static bool mentions_rollback(const char *text) {
  return text != NULL && (strstr(text, "rolling back") != NULL || strstr(text, "rolled back") != NULL ||
                          strstr(text, "rollback") != NULL || strstr(text, "Rolling back") != NULL);
}

static bool record_is(const ecs_following *f, const char *status) {
  return f->record != NULL && strncmp(f->record->status, status, strlen(status)) == 0;
}

/* Reads lag behind writes. An answer that knows of no time after the change, and does not show the change, is from
** before it. */
static bool stale(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  if (!is(status->status, "ACTIVE"))
    return !f->confirmed && f->lagging && !v->found && status->moment <= f->since;
  if (f->id != NULL && !v->found && status->moment < f->since)
    return true;
  if (!f->lagging || status->moment > f->since)
    return false;
  return (f->id != NULL && !v->found) || (f->desired >= 0 && status->desired != f->desired);
}

/* Ours is not the newest any more. A rollback says so in its reason, or in the events, or brings an older deployment
** back; a PRIMARY that is under way and says nothing of the kind is somebody's. */
static ecs_finding replaced(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v, bool broke) {
  bool older = v->primary.created > 0 && v->primary.created < f->created;
  bool begun = is(v->primary.state, "IN_PROGRESS") && v->primary.reason != NULL;
  bool said = broke && !begun && (status->rolls_back || ecs_schema_said(status, "", "rolling back to") != NULL);
  if (mentions_rollback(v->primary.reason) || (record_is(f, "ROLLBACK_") && !begun) || (older && !status->task_sets) || said) {
    if (v->reason == NULL)
      v->reason = v->primary.reason;
    return ECS_FOUND_ROLLED_BACK;
  }
  if (broke)
    return ECS_FOUND_FAILED;
  v->completed = ecs_schema_said(status, f->id, "deployment completed") != NULL;
  return ECS_FOUND_SUPERSEDED;
}

static ecs_finding broken(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  if (mentions_rollback(v->ours.reason) || record_is(f, "ROLLBACK_"))
    return ECS_FOUND_ROLLED_BACK;
  return status->rolls_back && f->undecided && !record_is(f, "STOPPED") ? ECS_FOUND_BREAKING : ECS_FOUND_FAILED;
}

static bool counts_hold(const ecs_service_status *status, const ecs_deployment *ours) {
  if (status->pending > 0 || ours->running < ours->desired)
    return status->daemon && is(ours->state, "COMPLETED"); /* a DAEMON follows its instances */
  return status->daemon || status->running == status->desired;
}

/* Without rolloutState ECS says it in an event, which nothing may have followed. */
static bool said_steady(const ecs_service_status *status, const ecs_deployment *ours) {
  const ecs_value *latest = ecs_value_at(status->events, 0);
  const char *message = ecs_value_text_or(ecs_value_get(latest, "message"), "");
  return strstr(message, "has reached a steady state") != NULL &&
         ecs_schema_seconds(ecs_value_get(latest, "createdAt")) >= ours->created;
}

static ecs_finding progress(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v) {
  const ecs_deployment *ours = &v->ours;
  int64_t others = ecs_schema_other_tasks(status, ours->id);
  bool completed = ours->state != NULL ? is(ours->state, "COMPLETED") : f->record == NULL || record_is(f, "SUCCESSFUL");
  if (!status->rolling && f->record != NULL && !record_is(f, "SUCCESSFUL"))
    completed = false; /* it still bakes */
  if (completed && ecs_schema_live_deployments(status) == 1 && counts_hold(status, ours)) {
    v->by_counts = ours->state == NULL && f->record == NULL && !said_steady(status, ours);
    return ECS_FOUND_STEADY;
  }
  if (completed && ours->state != NULL)
    return ECS_FOUND_DEPLOYED;
  /* ECS stops the last old task only when enough new ones are healthy; not so when none has to be. */
  bool serves = f->replaces && status->minimum > 0 && ours->desired > 0 && ours->running >= ours->desired && others == 0;
  return serves && status->rolling ? ECS_FOUND_DEPLOYED : ECS_FOUND_ROLLING;
}

static bool set_holds(const ecs_deployment *set) {
  return is(set->stability, "STEADY_STATE") && set->running == set->desired && set->pending == 0;
}

/* CODE_DEPLOY and EXTERNAL: ECS knows task sets and not what is done with them. */
static ecs_finding sets_progress(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  size_t count = ecs_value_count(status->deployments);
  bool all = true;
  for (size_t i = 0; i < count; i++) {
    ecs_deployment set;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &set);
    all = all && !is(set.status, "DRAINING") && set_holds(&set);
  }
  if (count == 0)
    return f->expects_sets && status->desired > 0 ? ECS_FOUND_ROLLING : ECS_FOUND_STEADY;
  if (all && (v->has_primary || is(status->controller, "EXTERNAL")))
    return ECS_FOUND_STEADY;
  return v->has_primary && set_holds(&v->primary) ? ECS_FOUND_DEPLOYED : ECS_FOUND_ROLLING;
}

void ecs_judge(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v) {
  *v = (ecs_judgement){0};
  v->has_primary = ecs_schema_find_deployment(status, NULL, "PRIMARY", &v->primary);
  v->found = ecs_schema_find_deployment(status, f->id, f->id == NULL ? "PRIMARY" : NULL, &v->ours);
  if (!v->found)
    v->ours = (ecs_deployment){.id = "", .status = "", .task_definition = ""};
  if (stale(status, f, v)) {
    v->finding = ECS_FOUND_STALE;
    return;
  }
  if (!is(status->status, "ACTIVE")) {
    v->finding = ECS_FOUND_GONE;
    return;
  }
  bool newest = v->found && is(v->ours.status, "PRIMARY");
  const char *said = f->id == NULL || (newest && v->ours.state != NULL) ? NULL : ecs_schema_said(status, f->id, "deployment failed");
  bool broke = is(v->ours.state, "FAILED") || said != NULL || record_is(f, "ROLLBACK_") || record_is(f, "STOPPED");
  v->reason = f->record != NULL && f->record->reason != NULL ? f->record->reason : v->ours.reason != NULL && is(v->ours.state, "FAILED") ? v->ours.reason : said;
  if (v->has_primary && !newest)
    v->finding = replaced(status, f, v, broke && !(record_is(f, "STOPPED") && said == NULL && !is(v->ours.state, "FAILED")));
  else if (newest && broke)
    v->finding = broken(status, f, v);
  else if (status->task_sets)
    v->finding = sets_progress(status, f, v);
  else
    v->finding = newest ? progress(status, f, v) : ECS_FOUND_ROLLING;
}
