#include "service/watch.h"

#include <math.h>
#include <string.h>

#include "service/explain_watch.h"
#include "service/seen.h"
#include "service/watch_records.h"
#include "service/watch_served.h"
#include "service/watch_stages.h"

enum {
  RECENT_SECONDS = 60,     /* replicas that are so far behind may still show newer events */
  SILENCE_SECONDS = 25,    /* after this long without an event, what is waited for is told */
  MOST_DELAY_SECONDS = 20, /* no pause between two attempts is longer */
  FAILING_SECONDS = 12,    /* between two looks at tasks that fail again and again with nothing to end it */
  UNSAID_SECONDS = 60,     /* how long counts have to hold where nothing else says that a service is steady */
};

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static double number(const ecs_machine *m, const char *name, double otherwise) {
  return ecs_value_number_or(ecs_value_get(m->op, name), ecs_outbox_number(m->outbox, name, otherwise));
}

/* The longest pause between two looks: short while something happens, longer when nothing has for minutes. */
static double longest(const ecs_machine *m, double now) {
  double quiet = now - ecs_flow_of(m)->tell.moved_at;
  return ecs_outbox_number(m->outbox, "poll_max_seconds", quiet < 90 ? 3 : quiet < 300 ? 5 : 10);
}

/* Tasks that fail again and again change the counts all the time, which is no reason to look often: the cause was told,
** and where neither circuit breaker nor alarms end the deployment, nothing else is to be expected soon. */
static bool goes_on_failing(const ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_deployment ours;
  if (flow->failing.count == 0)
    return false;
  ecs_schema_status(flow->seen.service, &status);
  return !status.breaks && !status.alarmed && ecs_schema_find_deployment(&status, flow->follow.id, NULL, &ours) &&
         ours.running < ours.desired;
}

static void tell_awaited(ecs_machine *m, double now, ecs_awaited awaited) {
  ecs_note *note = ecs_machine_event_of(m, now, "waiting");
  if (note == NULL)
    return;
  ecs_value_set(note->arena, note->details, "for", ecs_value_text(note->arena, awaited.what));
  if (awaited.so_far != NULL)
    ecs_value_set(note->arena, note->details, "so_far", ecs_value_text(note->arena, awaited.so_far));
  ecs_machine_tell(m, note);
  m->told_at = now;
}

void ecs_watch_poll(ecs_machine *m, double now, ecs_awaited awaited) {
  ecs_flow *flow = ecs_flow_of(m);
  bool seldom = goes_on_failing(m);
  double most = seldom ? FAILING_SECONDS : longest(m, now),
         due = now + (seldom ? most : fmin(flow->follow.interval, most));
  flow->follow.interval = fmin(flow->follow.interval * 1.5, most);
  if (now - m->told_at >= SILENCE_SECONDS && awaited.what != NULL)
    tell_awaited(m, now, awaited);
  ecs_machine_poll(m, due, now);
}

void ecs_watch_follow(ecs_machine *m, const ecs_deployment *deployment) {
  ecs_flow *flow = ecs_flow_of(m);
  const char *definition = ecs_schema_short_definition(deployment->task_definition);
  flow->follow.id = ecs_arena_text(m->arena, deployment->id, strlen(deployment->id));
  flow->follow.definition = ecs_arena_text(m->arena, definition, strlen(definition));
  flow->follow.created = deployment->created;
  bool refused = flow->record.refused, numbered = flow->record.numbered;
  memset(&flow->record, 0, sizeof flow->record);
  memset(&flow->former_task, 0, sizeof flow->former_task);
  flow->record.refused = refused;
  flow->record.numbered = numbered;
  flow->follow.broke_at = 0;
  flow->follow.failed = flow->follow.former_completed = false;
  flow->follow.failed_why = flow->follow.former_definition = NULL;
}

static const char *kept(ecs_machine *m, const char *text) {
  return text == NULL ? NULL : ecs_arena_text(m->arena, text, strlen(text));
}

/* The newest of those that began before ours: what a rollback would go back to. */
static bool find_former(const ecs_service_status *status, const ecs_deployment *ours, ecs_deployment *former) {
  bool found = false;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (d.created <= 0 || d.created >= ours->created || (found && d.created <= former->created))
      continue;
    *former = d;
    found = true;
  }
  return found;
}

void ecs_watch_learn(ecs_machine *m, const ecs_service_status *status) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_deployment ours, former;
  if (flow->follow.id == NULL || status->task_sets || !ecs_schema_find_deployment(status, flow->follow.id, NULL, &ours))
    return;
  if (is(ours.state, "FAILED") && !flow->follow.failed) {
    flow->follow.failed = true;
    flow->follow.failed_why = kept(m, ours.reason);
  }
  if (!find_former(status, &ours, &former))
    return;
  if (flow->follow.former_definition == NULL)
    flow->follow.former_definition = kept(m, ecs_schema_short_definition(former.task_definition));
  flow->follow.former_completed =
      flow->follow.former_completed || former.state == NULL || is(former.state, "COMPLETED");
}

static ecs_phase definition_then_finish;

static void finish(ecs_machine *m, double now) {
  if (is(m->verb->name, "wait")) {
    ecs_seen_flatten(m);
    ecs_machine_done(m, now, ecs_flow_of(m)->follow.until);
    return;
  }
  ecs_machine_go(m, definition_then_finish, now);
}

/* The attributes that are recorded say which revision a family meant. */
static void definition_then_finish(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  const char *family = ecs_schema_open_family(ecs_value_get(m->op, "config"), NULL);
  if (answer == NULL && family != NULL && flow->seen.latest_definition == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeTaskDefinition", ecs_schema_family_request(arena, family), false, now);
    return;
  }
  if (answer != NULL && answer->kind == ECS_ANSWER_OK && ecs_schema_family_answer(answer->body) != NULL) {
    const char *latest = ecs_schema_family_answer(answer->body);
    flow->seen.latest_definition = ecs_arena_text(m->arena, latest, strlen(latest));
  }
  ecs_seen_flatten(m);
  ecs_seen_record(m, now, "ok", NULL);
  if (flow->steps.after_made != NULL)
    ecs_machine_go(m, flow->steps.after_made, now);
  else
    ecs_machine_done(m, now,
                     is(m->verb->name, "create")    ? "created"
                     : is(m->verb->name, "replace") ? "replaced"
                                                    : "updated");
}

static void judge(const ecs_machine *m, double now, const ecs_service_status *status, ecs_judgement *verdict) {
  ecs_flow *flow = ecs_flow_of(m);
  bool waits = is(m->verb->name, "wait");
  double changed_at = waits ? m->began : flow->follow.changed_at;
  ecs_following following = {
      .id = flow->follow.id,
      .created = flow->follow.created > 0 ? flow->follow.created
                 : waits                  ? flow->follow.since
                                          : 0,
      .since = flow->follow.since,
      .desired = flow->follow.desired,
      .lagging = (flow->follow.changed_at > 0 || flow->follow.since > 0) && now < changed_at + ECS_READ_LAG_SECONDS,
      .recent = flow->follow.desired >= 0 && now < changed_at + RECENT_SECONDS,
      .confirmed = flow->follow.confirmed,
      .replaces = flow->follow.replaces,
      .expects_sets = waits,
      .existed = waits ? ecs_value_true(ecs_value_get(m->op, "existed")) : flow->steps.changed && !flow->steps.made,
      .former = flow->follow.former_definition,
      .failed = flow->follow.failed,
      .failed_why = flow->follow.failed_why,
      .undecided = flow->follow.broke_at == 0 || now < flow->follow.broke_at + ECS_ROLLBACK_SECONDS,
      .record = flow->record.now.arn == NULL || flow->record.now.arn[0] == '\0' ? NULL : &flow->record.now,
  };
  ecs_judge(status, &following, verdict);
}

/* Whether somebody's took the place of ours, and another the place of that one: the other may be its rollback. */
static bool has_one_between(const ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  const ecs_flow *flow = ecs_flow_of(m);
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (d.created >= flow->follow.created && !is(d.id, flow->follow.id) && !is(d.id, v->primary.id))
      return true;
  }
  return false;
}

/* Whether it runs again what ran before ours: a rollback that does not say so, unless ECS says that a newer deployment is
** why ours was stopped. */
static bool may_go_back(const ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  const ecs_flow *flow = ecs_flow_of(m);
  const char *definition = ecs_schema_short_definition(v->primary.task_definition);
  return is(flow->follow.former_definition, definition) && !is(flow->follow.definition, definition) &&
         (!is(flow->record.now.status, "STOPPED") || has_one_between(m, status, v));
}

static void tell_superseded(ecs_machine *m, double now, const ecs_judgement *v) {
  ecs_note *note = ecs_machine_event_of(m, now, "superseded");
  if (note == NULL)
    return;
  const char *definition = ecs_schema_short_definition(v->primary.task_definition);
  ecs_value_set(note->arena, note->details, "deployment_id", ecs_value_text(note->arena, ecs_flow_of(m)->follow.id));
  ecs_value_set(note->arena, note->details, "by", ecs_value_text(note->arena, v->primary.id));
  ecs_value_set(note->arena, note->details, "task_definition", ecs_value_text(note->arena, definition));
  ecs_machine_tell(m, note);
}

/* Someone else's deployment took the place of ours: an error, or the one to follow from now on. */
static void superseded(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_flow *flow = ecs_flow_of(m);
  if (!is(ecs_value_text_or(ecs_value_get(m->op, "superseded"), "fail"), "follow") || may_go_back(m, status, v)) {
    ecs_watch_failed(m, now, status, v);
    return;
  }
  tell_superseded(m, now, v);
  m->told_at = now;
  flow->follow.since = status->moment;
  flow->seen.accepted = NULL;
  flow->follow.desired = -1;
  flow->follow.interval = 1;
  m->course = (ecs_fleet_course){.usual = m->course.usual};
  memset(&flow->failing, 0, sizeof flow->failing);
  ecs_watch_follow(m, &v->primary);
  if (now >= m->deadline)
    ecs_watch_late(m, now);
  else
    ecs_watch_poll(m, now, (ecs_awaited){NULL, NULL});
}

/* How long it took, by ECS's clock: to the last thing that ECS tells of. */
static double duration(const ecs_machine *m, const ecs_service_status *status) {
  const ecs_flow *flow = ecs_flow_of(m);
  double took = status->moment - flow->follow.created;
  return flow->follow.changed_at > 0 && flow->follow.created >= flow->follow.since - 1 && took > 0 ? took : 0;
}

static void steady(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_flow *flow = ecs_flow_of(m);
  double stable = is(flow->follow.until, "deployed") ? 0 : number(m, "stable_for", 0);
  if (v->by_counts && stable < UNSAID_SECONDS)
    stable = UNSAID_SECONDS;
  if (flow->follow.steady_since < 0 || flow->tell.news_at > flow->follow.steady_since) {
    if (flow->follow.steady_since < 0)
      flow->follow.duration = duration(m, status);
    flow->follow.steady_since = now;
  }
  double left = flow->follow.steady_since + stable - now;
  if (left <= 0) {
    finish(m, now);
  } else if (now >= m->deadline) {
    ecs_watch_late(m, now);
  } else {
    flow->follow.interval = fmin(flow->follow.interval, left);
    m->course.ends = flow->follow.steady_since + stable;
    ecs_awaited awaited = {ecs_arena_format(m->latest, "steady for %.0f s", now - flow->follow.steady_since),
                           ecs_arena_format(m->latest, "it to stay so for %.0f s", stable)};
    ecs_watch_poll(m, now, awaited);
  }
}

/* How far it is, for those who wait together with it. */
static ecs_fleet_stage stage_of(const ecs_service_status *status, const ecs_judgement *v) {
  if (v->ours.running < v->ours.desired)
    return v->ours.failed > 0 ? ECS_FLEET_FAILING : ECS_FLEET_STARTING;
  bool alone = ecs_schema_live_deployments(status) == 1 && ecs_schema_other_tasks(status, v->ours.id) == 0;
  return alone ? ECS_FLEET_CLOSING : ECS_FLEET_REPLACING;
}

/* Others wait for the same: how far this one is, and when it is over, tells of theirs. */
static void note_course(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_fleet *fleet = m->fleet;
  bool over = v->finding == ECS_FOUND_STEADY || v->finding == ECS_FOUND_FAILED || v->finding == ECS_FOUND_ROLLED_BACK ||
              (v->finding == ECS_FOUND_DEPLOYED && is(ecs_flow_of(m)->follow.until, "deployed") &&
               is(v->ours.state, "COMPLETED"));
  if (over) {
    ecs_fleet_end(fleet, &m->course, status->moment, now);
    m->course = (ecs_fleet_course){.looked = 0};
  } else if (v->found && v->finding != ECS_FOUND_STALE) {
    m->course.ends = 0;
    ecs_fleet_see(fleet, &m->course, stage_of(status, v), v->ours.created, status->moment, now);
  }
}

/* It is known how the last older task ended. */
static void served(ecs_machine *m, double now) {
  ecs_service_status status;
  ecs_judgement v;
  m->phase = ecs_watch;
  m->ask.patient = true;
  if (ecs_watch_serves(m)) {
    finish(m, now);
    return;
  }
  ecs_schema_status(ecs_flow_of(m)->seen.service, &status);
  judge(m, now, &status, &v);
  ecs_watch_poll(m, now, ecs_waiting_for(m->latest, &status, &v));
}

/* By ECS's word, or because it has stopped the last older task for ours; true when the wait is over, or looks for that. */
static bool deployed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  if (status->task_sets || is(v->ours.state, "COMPLETED")) {
    finish(m, now);
    return true;
  }
  return ecs_watch_served(m, now, served);
}

static ecs_flow_next resume;

/* What ECS has not said yet of the first deployment of a service: whether there is anything to go back to. */
static bool ends_soon(const ecs_machine *m, double now) {
  const ecs_flow *flow = ecs_flow_of(m);
  const char *status = flow->record.now.status;
  return flow->steps.made && now < m->deadline &&
         (is(status, "ROLLBACK_REQUESTED") || is(status, "ROLLBACK_IN_PROGRESS"));
}

/* Goes on, or ends where that is what was asked for. */
static void wait_on(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  bool paused = v->finding == ECS_FOUND_ROLLING && is(ecs_flow_of(m)->follow.until, "paused") && ecs_watch_paused(m);
  if (paused && ecs_watch_undecided(m, now))
    return;
  if (v->finding == ECS_FOUND_ROLLING && ecs_watch_stage_reached(m)) {
    finish(m, now);
  } else if (now >= m->deadline) {
    ecs_watch_late(m, now);
  } else if (!v->found || v->finding == ECS_FOUND_BREAKING || !ecs_explain_watch(m, now, status, &v->ours, resume)) {
    ecs_awaited awaited = ecs_watch_stage_awaited(m, now);
    bool staged = v->finding == ECS_FOUND_ROLLING && awaited.what != NULL;
    ecs_watch_poll(m, now, staged ? awaited : ecs_waiting_for(m->latest, status, v));
  }
}

static void conclude(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_judgement v;
  ecs_schema_status(flow->seen.service, &status);
  judge(m, now, &status, &v);
  note_course(m, now, &status, &v);
  ecs_watch_stages_tell(m, now);
  if (v.finding != ECS_FOUND_STEADY)
    flow->follow.steady_since = -1;
  switch (v.finding) {
    case ECS_FOUND_ROLLED_BACK:
      if (ends_soon(m, now)) {
        flow->follow.interval = 1;
        ecs_watch_poll(m, now, (ecs_awaited){"the deployment has failed", "ECS to end it"});
        return;
      }
      ecs_watch_failed(m, now, &status, &v);
      return;
    case ECS_FOUND_FAILED:
    case ECS_FOUND_GONE: ecs_watch_failed(m, now, &status, &v); return;
    case ECS_FOUND_SUPERSEDED: superseded(m, now, &status, &v); return;
    case ECS_FOUND_STEADY: steady(m, now, &status, &v); return;
    case ECS_FOUND_DEPLOYED:
      if (is(flow->follow.until, "deployed") && deployed(m, now, &status, &v))
        return;
      break;
    case ECS_FOUND_BREAKING:
      if (flow->follow.broke_at == 0)
        flow->follow.broke_at = now;
      flow->follow.interval = 1;
      break;
    default: break;
  }
  wait_on(m, now, &status, &v);
}

/* Goes on with what was last seen. */
static void resume(ecs_machine *m, double now) {
  m->phase = ecs_watch;
  m->ask.patient = true;
  conclude(m, now);
}

/* What this answer adds to what is known: the deployment to follow, tasks that are to be replaced. */
static void learn(ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  ecs_flow *flow = ecs_flow_of(m);
  flow->follow.confirmed = flow->follow.confirmed || is(status->status, "ACTIVE");
  if (flow->follow.id == NULL && v->has_primary) {
    ecs_watch_follow(m, &v->primary);
  } else if (v->found && flow->follow.created <= 0) {
    ecs_watch_follow(m, &v->ours);
  }
  if (v->found && ecs_schema_other_tasks(status, flow->follow.id) > 0)
    flow->follow.replaces = true;
  ecs_watch_learn(m, status);
}

/* Whoever joins a deployment that is under way is told what has happened in it so far. */
static void join_events(ecs_machine *m, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_deployment d;
  if (flow->tell.events_from >= 0 || !is(m->verb->name, "wait"))
    return;
  ecs_schema_status(service, &status);
  if (ecs_schema_find_deployment(&status, flow->follow.id, flow->follow.id == NULL ? "PRIMARY" : NULL, &d) &&
      is(d.state, "IN_PROGRESS"))
    flow->tell.events_from = d.created;
}

static void look(ecs_machine *m, double now, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_judgement v;
  join_events(m, service);
  if (!ecs_records_ended(&flow->record.now)) /* true of the answer before, and gone with it */
    flow->record.now = (ecs_service_record){0}, flow->record.shown = NULL;
  ecs_seen_update(m, now, service);
  ecs_schema_status(flow->seen.service, &status);
  judge(m, now, &status, &v);
  if (v.finding == ECS_FOUND_STALE || v.finding == ECS_FOUND_GONE) {
    conclude(m, now);
    return;
  }
  learn(m, &status, &v);
  judge(m, now, &status, &v);
  if (is(flow->follow.until, "active"))
    finish(m, now);
  else if (ecs_watch_consults(m, now, &status, &v))
    ecs_watch_consult(m, now, resume);
  else
    conclude(m, now);
}

static const char *goal(ecs_machine *m) {
  const ecs_flow *flow = ecs_flow_of(m);
  return is(flow->follow.until, "active")     ? "the service to be ACTIVE"
         : is(flow->follow.until, "deployed") ? "the deployment to serve"
         : is(flow->follow.until, "paused")   ? "the deployment to wait for a decision"
         : ecs_staged_place(flow->follow.until) >= 0
             ? ecs_arena_format(m->arena, "the deployment to reach %s", flow->follow.until)
             : "the deployment to be steady";
}

void ecs_watch_unanswered(ecs_machine *m, double now, const ecs_answer *answer) {
  if (answer->kind == ECS_ANSWER_REFUSED || now + MOST_DELAY_SECONDS < m->deadline) {
    ecs_machine_refuse(m, now, answer);
  } else if (now < m->deadline) { /* throttled, or out of reach: one last look */
    m->ask.attempt = 0;
    ecs_machine_look(m, m->deadline);
  } else {
    ecs_watch_late(m, now);
  }
}

/* Whether reads may not show the service yet: this run made it, or the state says that it was changed lately. */
static bool may_come(const ecs_machine *m, double now) {
  const ecs_flow *flow = ecs_flow_of(m);
  double known = flow->steps.made ? flow->steps.made_at
                                  : fmin(ecs_value_number_or(ecs_value_get(m->op, "recorded_at"), 0), m->began);
  return now < known + ECS_READ_LAG_SECONDS && now < m->deadline && !ecs_value_true(ecs_value_get(m->op, "existed"));
}

void ecs_watch(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  if (answer == NULL) {
    m->ask.patient = true;
    flow->follow.steady_since = -1;
    m->waits = true;
    if (is(m->verb->name, "wait")) {
      ecs_machine_look(m, now);
      return;
    }
    ecs_machine_event(m, now, "waiting", "for", goal(m));
    ecs_machine_look(m, is(flow->follow.until, "active") ? now : now + flow->follow.interval);
    return;
  }
  if (answer->kind == ECS_ANSWER_OK && service != NULL) {
    look(m, now, service);
  } else if (answer->kind == ECS_ANSWER_OK && may_come(m, now)) {
    ecs_watch_poll(m, now, (ecs_awaited){"the service is not visible yet", "ECS's reads to catch up"});
  } else if (answer->kind == ECS_ANSWER_OK) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "NotFound", "it was deleted, or never was: plan again",
                                       "there is no service %s", ecs_seen_where(m)));
  } else {
    ecs_watch_unanswered(m, now, answer);
  }
}
