#include "service/judge.h"

#include <string.h>

#include "service/events.h"

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static bool mentions_rollback(const char *text) {
  return text != NULL && (strstr(text, "rolling back") != NULL || strstr(text, "rolled back") != NULL ||
                          strstr(text, "rollback") != NULL || strstr(text, "Rolling back") != NULL);
}

static bool record_is(const ecs_following *f, const char *status) {
  return f->record != NULL && strncmp(f->record->status, status, strlen(status)) == 0;
}

/* The server's word that ours was rolled back, whatever it shows of deployments. */
static bool told_of_rollback(const ecs_service_status *status, const ecs_following *f) {
  bool theirs;
  return record_is(f, "ROLLBACK_") || ecs_events_rollback(status, f->id, f->created, &theirs) != NULL;
}

bool ecs_judge_was_to_roll_back(const ecs_service_status *status, const char *reason, bool otherwise) {
  if (reason != NULL && strstr(reason, "alarm") != NULL)
    return status->alarms_roll_back;
  if (reason != NULL && (strstr(reason, "circuit breaker") != NULL || strstr(reason, "failed to start") != NULL))
    return status->breaker_rolls_back;
  return otherwise;
}

/* Where ECS has written that ours failed it writes that it rolls back, too: at once, or it does not. */
static ecs_finding unless_left(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  double failed = ecs_events_failed(status, f->id), due = failed + ECS_ROLLBACK_SECONDS;
  if (failed <= 0)
    return ECS_FOUND_ROLLED_BACK;
  return f->undecided && v->primary.created <= due && !ecs_events_any(status, due) ? ECS_FOUND_BREAKING
                                                                                   : ECS_FOUND_FAILED;
}

/* A PRIMARY that began after ours had failed, where failures are rolled back. It runs what ran before, if that is known. */
static bool is_due(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  bool begun = is(v->primary.state, "IN_PROGRESS") && v->primary.reason != NULL;
  bool fits = f->former == NULL || is(f->former, ecs_schema_short_definition(v->primary.task_definition));
  bool acts = ecs_judge_was_to_roll_back(status, v->reason, status->rolls_back);
  return acts && !begun && fits && !record_is(f, "STOPPED");
}

/* Somebody's deployment had taken the place of ours before the one that is in charge now: what is rolled back is theirs. A
** rollback of ours that somebody's followed looks alike, but runs what ran before ours. */
static bool was_overtaken(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  for (size_t i = 0; v->found && i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    bool between = d.created >= v->ours.created && !is(d.id, v->ours.id) && !is(d.id, v->primary.id);
    bool back = f->former == NULL || is(f->former, ecs_schema_short_definition(d.task_definition));
    if (between && (is(d.state, "FAILED") || !back))
      return true;
  }
  return record_is(f, "STOPPED"); /* of a rollback it would say so */
}

/* An older deployment is in charge, and nothing has been done to it since ours began: of a rollback it would be newer,
** or changed. Replicas may show fresher events beside it. */
static bool shows_older(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  const ecs_deployment *p = &v->primary;
  return v->has_primary && !status->task_sets && p->created > 0 && p->created < f->created && p->updated > 0 &&
         p->updated < f->created && (p->state == NULL || is(p->state, "COMPLETED"));
}

/* Reads lag behind writes. An answer that knows of no time after the change, and does not show the change, is from
** before it. */
static bool stale(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  if (!is(status->status, "ACTIVE"))
    return !f->confirmed && f->lagging && !f->existed && !v->found && status->moment <= f->since;
  if (f->id != NULL && !v->found && status->moment < f->since)
    return true;
  if (f->lagging && f->id != NULL && !v->found && shows_older(status, f, v) && !told_of_rollback(status, f))
    return true;
  bool counts_otherwise = f->desired >= 0 && status->desired != f->desired;
  if (!f->lagging || status->moment > f->since)
    return false;
  return (f->id != NULL && !v->found) || counts_otherwise;
}

/* Whether the counts may be from before the change although the events are not: what they prove is not proved. */
static bool is_doubtful(const ecs_service_status *status, const ecs_following *f, const ecs_judgement *v) {
  return f->recent && status->desired != f->desired && !status->daemon && v->ours.updated <= f->since &&
         (v->finding == ECS_FOUND_STEADY || v->finding == ECS_FOUND_DEPLOYED);
}

/* Ours is not the newest any more. A rollback says so in its reason, in the events, or in the service deployment, or
** brings an older deployment back; a PRIMARY that is under way and says nothing of the kind is somebody's. */
static ecs_finding replaced(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v, bool broke) {
  bool older = v->primary.created > 0 && v->primary.created < f->created, theirs;
  const char *event = ecs_events_rollback(status, f->id, f->created, &theirs);
  if (!broke && !status->task_sets && was_overtaken(status, f, v))
    return ECS_FOUND_SUPERSEDED;
  if ((mentions_rollback(v->primary.reason) && !theirs) || record_is(f, "ROLLBACK_") || event != NULL ||
      (older && !status->task_sets)) {
    if (v->reason == NULL)
      v->reason = v->primary.reason != NULL ? v->primary.reason : event;
    return ECS_FOUND_ROLLED_BACK;
  }
  if (broke)
    return is_due(status, f, v) ? unless_left(status, f, v) : ECS_FOUND_FAILED;
  v->completed = ecs_schema_said(status, f->id, "deployment completed") != NULL;
  return ECS_FOUND_SUPERSEDED;
}

/* Circuit breaker and alarms end a deployment as the service is configured. Whoever stops one by hand chooses whether it
** is rolled back; ECS's reason then speaks of neither. */
static bool decided_by_configuration(const char *reason) {
  static const char *const words[] = {"circuit breaker", "alarm", "tasks failed to start"};
  for (size_t i = 0; reason != NULL && i < sizeof words / sizeof *words; i++) {
    if (strstr(reason, words[i]) != NULL)
      return true;
  }
  return reason == NULL;
}

static ecs_finding broken(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v) {
  v->configured = decided_by_configuration(v->reason);
  if (mentions_rollback(v->ours.reason) || told_of_rollback(status, f))
    return ECS_FOUND_ROLLED_BACK;
  bool may_follow = status->rolls_back || !v->configured;
  return may_follow && f->undecided && !record_is(f, "STOPPED") ? ECS_FOUND_BREAKING : ECS_FOUND_FAILED;
}

static bool counts_hold(const ecs_service_status *status, const ecs_deployment *ours) {
  if (status->pending > 0 || ours->running < ours->desired)
    return status->daemon && is(ours->state, "COMPLETED"); /* a DAEMON follows its instances */
  return status->daemon || status->running == status->desired;
}

/* Whether ECS calls ours completed: by its state, else by its service deployment, else by an event. Counts have to do
** where the server has written nothing since ours began; where it writes, its word is still to come. */
static bool completed(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v) {
  if (!status->rolling && f->record != NULL && !record_is(f, "SUCCESSFUL"))
    return false; /* it still bakes */
  if (v->ours.state != NULL)
    return is(v->ours.state, "COMPLETED");
  if (f->record != NULL)
    return record_is(f, "SUCCESSFUL");
  if (ecs_events_steady(status, &v->ours))
    return true;
  v->by_counts = !ecs_events_any(status, v->ours.created);
  return v->by_counts;
}

static ecs_finding progress(const ecs_service_status *status, const ecs_following *f, ecs_judgement *v) {
  const ecs_deployment *ours = &v->ours;
  int64_t others = ecs_schema_other_tasks(status, ours->id);
  bool ended = completed(status, f, v), holds = ecs_schema_live_deployments(status) == 1 && counts_hold(status, ours);
  if (ended && (holds || (status->early && status->rolling && ours->state != NULL)))
    return ECS_FOUND_STEADY; /* what lacks goes on behind, when its criteria for an early success are met */
  v->by_counts = false;
  v->unsaid = holds && ours->state == NULL;
  if (ended && ours->state != NULL)
    return ECS_FOUND_DEPLOYED;
  /* ECS stops the last old task only when enough new ones are healthy; not so when none has to be. */
  bool serves =
      f->replaces && status->minimum > 0 && ours->desired > 0 && ours->running >= ours->desired && others == 0;
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

static const char *reason_of(const ecs_following *f, const ecs_judgement *v, const char *said) {
  if (f->record != NULL && f->record->reason != NULL)
    return f->record->reason;
  if (is(v->ours.state, "FAILED") && v->ours.reason != NULL)
    return v->ours.reason;
  return said != NULL ? said : f->failed_why;
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
  const char *said =
      f->id == NULL || (newest && v->ours.state != NULL) ? NULL : ecs_schema_said(status, f->id, "deployment failed");
  bool failed = f->failed || is(v->ours.state, "FAILED") || said != NULL;
  bool broke = failed || record_is(f, "ROLLBACK_") || record_is(f, "STOPPED");
  v->reason = reason_of(f, v, said);
  if (v->has_primary && !newest)
    v->finding = replaced(status, f, v, failed); /* a newer one STOPS ours, too */
  else if (newest && broke)
    v->finding = broken(status, f, v);
  else if (status->task_sets)
    v->finding = sets_progress(status, f, v);
  else
    v->finding = newest ? progress(status, f, v) : ECS_FOUND_ROLLING;
  if (is_doubtful(status, f, v))
    v->finding = ECS_FOUND_STALE;
}
