/* watch: waits for a deployment, and tells the truth about it. */
#include <math.h>
#include <string.h>

#include "engine/machine.h"
#include "service/plan_rules.h"

enum {
  RECENT_SECONDS = 60,     /* replicas that are so far behind may still show newer events */
  SILENCE_SECONDS = 25,    /* after this long without an event, what is waited for is told */
  MOST_DELAY_SECONDS = 20, /* no pause between two attempts is longer */
  FAILING_SECONDS = 12,    /* between two looks at tasks that fail again and again with nothing to end it */
  UNSAID_SECONDS = 60,     /* how long counts have to hold where nothing else says that a service is steady */
};

static bool is(const char *a, const char *b) { return a != NULL && strcmp(a, b) == 0; }

static double number(const ecs_machine *m, const char *name, double otherwise) {
  return ecs_value_number_or(ecs_value_get(m->op, name), ecs_machine_setting(m, name, otherwise));
}

/* The longest pause between two looks: short while something happens, longer when nothing has for minutes. */
static double longest(const ecs_machine *m, double now) {
  double quiet = now - m->moved_at;
  return ecs_machine_setting(m, "poll_max_seconds", quiet < 90 ? 3 : quiet < 300 ? 5 : 10);
}

/* Tasks that fail again and again change the counts all the time, which is no reason to look often: the cause was told,
** and where neither circuit breaker nor alarms end the deployment, nothing else is to be expected soon. */
static bool goes_on_failing(const ecs_machine *m) {
  ecs_service_status status;
  ecs_deployment ours;
  if (m->failing.count == 0)
    return false;
  ecs_schema_status(m->seen, &status);
  return !status.breaks && !status.alarmed && ecs_schema_find_deployment(&status, m->followed, NULL, &ours) &&
         ours.running < ours.desired;
}

static void tell_awaited(ecs_machine *m, double now, ecs_awaited awaited) {
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "event", now, &map);
  if (arena == NULL)
    return;
  ecs_value_set(arena, map, "type", ecs_value_text(arena, "waiting"));
  ecs_value_set(arena, map, "for", ecs_value_text(arena, awaited.what));
  if (awaited.so_far != NULL)
    ecs_value_set(arena, map, "so_far", ecs_value_text(arena, awaited.so_far));
  ecs_machine_queue(m, arena, map);
  m->told_at = now;
}

void ecs_watch_poll(ecs_machine *m, double now, ecs_awaited awaited) {
  bool seldom = goes_on_failing(m);
  double most = seldom ? FAILING_SECONDS : longest(m, now), due = now + (seldom ? most : fmin(m->interval, most));
  m->interval = fmin(m->interval * 1.5, most);
  if (now - m->told_at >= SILENCE_SECONDS && awaited.what != NULL)
    tell_awaited(m, now, awaited);
  ecs_machine_poll(m, due, now);
}

void ecs_watch_follow(ecs_machine *m, const ecs_deployment *deployment) {
  const char *definition = ecs_schema_short_definition(deployment->task_definition);
  m->followed = ecs_arena_text(m->arena, deployment->id, strlen(deployment->id));
  m->followed_definition = ecs_arena_text(m->arena, definition, strlen(definition));
  m->followed_created = deployment->created;
  bool refused = m->record.refused, numbered = m->record.numbered;
  memset(&m->record, 0, sizeof m->record);
  memset(&m->former_task, 0, sizeof m->former_task);
  m->record.refused = refused;
  m->record.numbered = numbered;
  m->broke_at = 0;
  m->failed = m->former_completed = false;
  m->failed_why = m->former_definition = NULL;
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
  ecs_deployment ours, former;
  if (m->followed == NULL || status->task_sets || !ecs_schema_find_deployment(status, m->followed, NULL, &ours))
    return;
  if (is(ours.state, "FAILED") && !m->failed) {
    m->failed = true;
    m->failed_why = kept(m, ours.reason);
  }
  if (!find_former(status, &ours, &former))
    return;
  if (m->former_definition == NULL)
    m->former_definition = kept(m, ecs_schema_short_definition(former.task_definition));
  m->former_completed = m->former_completed || former.state == NULL || is(former.state, "COMPLETED");
}

static ecs_phase definition_then_finish;

void ecs_watch_finish(ecs_machine *m, double now) {
  if (is(m->action, "wait")) {
    ecs_machine_flatten(m);
    ecs_machine_done(m, now, m->until);
    return;
  }
  ecs_machine_go(m, definition_then_finish, now);
}

/* The attributes that are recorded say which revision a family meant. */
static void definition_then_finish(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  const char *family = ecs_schema_open_family(ecs_value_get(m->op, "config"), NULL);
  if (answer == NULL && family != NULL && m->latest_definition == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeTaskDefinition", ecs_schema_family_request(arena, family), false, now);
    return;
  }
  if (answer != NULL && answer->kind == ECS_ANSWER_OK && ecs_schema_family_answer(answer->body) != NULL) {
    const char *latest = ecs_schema_family_answer(answer->body);
    m->latest_definition = ecs_arena_text(m->arena, latest, strlen(latest));
  }
  ecs_machine_flatten(m);
  ecs_machine_record(m, now, "ok", NULL);
  if (m->after_made != NULL)
    ecs_machine_go(m, m->after_made, now);
  else
    ecs_machine_done(m, now, is(m->action, "create") ? "created" : is(m->action, "replace") ? "replaced" : "updated");
}

static void judge(const ecs_machine *m, double now, const ecs_service_status *status, ecs_judgement *verdict) {
  bool waits = is(m->action, "wait");
  double changed_at = waits ? m->began : m->changed_at;
  ecs_following following = {
      .id = m->followed,
      .created = m->followed_created > 0 ? m->followed_created
                 : waits                 ? m->since
                                         : 0,
      .since = m->since,
      .desired = m->desired_told,
      .lagging = (m->changed_at > 0 || m->since > 0) && now < changed_at + ECS_READ_LAG_SECONDS,
      .recent = m->desired_told >= 0 && now < changed_at + RECENT_SECONDS,
      .confirmed = m->confirmed,
      .replaces = m->replaces,
      .expects_sets = waits,
      .existed = waits ? ecs_value_true(ecs_value_get(m->op, "existed")) : m->changed_here && !m->made,
      .former = m->former_definition,
      .failed = m->failed,
      .failed_why = m->failed_why,
      .undecided = m->broke_at == 0 || now < m->broke_at + ECS_ROLLBACK_SECONDS,
      .record = m->record.now.arn == NULL || m->record.now.arn[0] == '\0' ? NULL : &m->record.now,
  };
  ecs_judge(status, &following, verdict);
}

/* Whether somebody's took the place of ours, and another the place of that one: the other may be its rollback. */
static bool has_one_between(const ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (d.created >= m->followed_created && !is(d.id, m->followed) && !is(d.id, v->primary.id))
      return true;
  }
  return false;
}

/* Whether it runs again what ran before ours: a rollback that does not say so, unless ECS says that a newer deployment is
** why ours was stopped. */
static bool may_go_back(const ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  const char *definition = ecs_schema_short_definition(v->primary.task_definition);
  return is(m->former_definition, definition) && !is(m->followed_definition, definition) &&
         (!is(m->record.now.status, "STOPPED") || has_one_between(m, status, v));
}

/* Someone else's deployment took the place of ours: an error, or the one to follow from now on. */
static void superseded(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  if (!is(ecs_value_text_or(ecs_value_get(m->op, "superseded"), "fail"), "follow") || may_go_back(m, status, v)) {
    ecs_watch_failed(m, now, status, v);
    return;
  }
  ecs_value *map;
  ecs_arena *arena = ecs_machine_action(m, "event", now, &map);
  if (arena != NULL) {
    ecs_value_set(arena, map, "type", ecs_value_text(arena, "superseded"));
    ecs_value_set(arena, map, "deployment_id", ecs_value_text(arena, m->followed));
    ecs_value_set(arena, map, "by", ecs_value_text(arena, v->primary.id));
    ecs_value_set(arena, map, "task_definition",
                  ecs_value_text(arena, ecs_schema_short_definition(v->primary.task_definition)));
    ecs_machine_queue(m, arena, map);
  }
  m->told_at = now;
  m->since = status->moment;
  m->accepted = NULL;
  m->desired_told = -1;
  m->interval = 1;
  m->course = (ecs_fleet_course){.usual = m->course.usual};
  memset(&m->failing, 0, sizeof m->failing);
  ecs_watch_follow(m, &v->primary);
  if (now >= m->deadline)
    ecs_machine_late(m, now);
  else
    ecs_watch_poll(m, now, (ecs_awaited){NULL, NULL});
}

/* How long it took, by ECS's clock: to the last thing that ECS tells of. */
static double duration(const ecs_machine *m, const ecs_service_status *status) {
  double took = status->moment - m->followed_created;
  return m->changed_at > 0 && m->followed_created >= m->since - 1 && took > 0 ? took : 0;
}

static void steady(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  double stable = is(m->until, "deployed") ? 0 : number(m, "stable_for", 0);
  if (v->by_counts && stable < UNSAID_SECONDS)
    stable = UNSAID_SECONDS;
  if (m->steady_since < 0 || m->news_at > m->steady_since) {
    if (m->steady_since < 0)
      m->duration = duration(m, status);
    m->steady_since = now;
  }
  double left = m->steady_since + stable - now;
  if (left <= 0) {
    ecs_watch_finish(m, now);
  } else if (now >= m->deadline) {
    ecs_machine_late(m, now);
  } else {
    m->interval = fmin(m->interval, left);
    m->course.ends = m->steady_since + stable;
    ecs_awaited awaited = {ecs_arena_format(m->latest, "steady for %.0f s", now - m->steady_since),
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
  ecs_fleet *fleet = ecs_machine_fleet(m);
  bool over = v->finding == ECS_FOUND_STEADY || v->finding == ECS_FOUND_FAILED || v->finding == ECS_FOUND_ROLLED_BACK ||
              (v->finding == ECS_FOUND_DEPLOYED && is(m->until, "deployed") && is(v->ours.state, "COMPLETED"));
  if (over) {
    ecs_fleet_end(fleet, &m->course, status->moment, now);
    m->course = (ecs_fleet_course){.looked = 0};
  } else if (v->found && v->finding != ECS_FOUND_STALE) {
    m->course.ends = 0;
    ecs_fleet_see(fleet, &m->course, stage_of(status, v), v->ours.created, status->moment, now);
  }
}

/* By ECS's word, or because it has stopped the last older task for ours; true when the wait is over, or looks for that. */
static bool deployed(ecs_machine *m, double now, const ecs_service_status *status, const ecs_judgement *v) {
  if (status->task_sets || is(v->ours.state, "COMPLETED")) {
    ecs_watch_finish(m, now);
    return true;
  }
  return ecs_watch_served(m, now);
}

static void conclude(ecs_machine *m, double now) {
  ecs_service_status status;
  ecs_judgement v;
  ecs_schema_status(m->seen, &status);
  judge(m, now, &status, &v);
  note_course(m, now, &status, &v);
  if (v.finding != ECS_FOUND_STEADY)
    m->steady_since = -1;
  switch (v.finding) {
    case ECS_FOUND_FAILED:
    case ECS_FOUND_ROLLED_BACK:
    case ECS_FOUND_GONE: ecs_watch_failed(m, now, &status, &v); return;
    case ECS_FOUND_SUPERSEDED: superseded(m, now, &status, &v); return;
    case ECS_FOUND_STEADY: steady(m, now, &status, &v); return;
    case ECS_FOUND_DEPLOYED:
      if (is(m->until, "deployed") && deployed(m, now, &status, &v))
        return;
      break;
    case ECS_FOUND_BREAKING:
      if (m->broke_at == 0)
        m->broke_at = now;
      m->interval = 1;
      break;
    default: break;
  }
  if (now >= m->deadline)
    ecs_machine_late(m, now);
  else if (!v.found || v.finding == ECS_FOUND_BREAKING || !ecs_explain_watch(m, now, &status, &v.ours))
    ecs_watch_poll(m, now, ecs_waiting_for(m->latest, &status, &v));
}

void ecs_watch_look_again(ecs_machine *m, double now) {
  ecs_service_status status;
  ecs_judgement v;
  ecs_schema_status(m->seen, &status);
  judge(m, now, &status, &v);
  ecs_watch_poll(m, now, ecs_waiting_for(m->latest, &status, &v));
}

void ecs_watch_resume(ecs_machine *m, double now) {
  m->phase = ecs_watch;
  m->patient = true;
  conclude(m, now);
}

/* What this answer adds to what is known: the deployment to follow, tasks that are to be replaced. */
static void learn(ecs_machine *m, const ecs_service_status *status, const ecs_judgement *v) {
  m->confirmed = m->confirmed || is(status->status, "ACTIVE");
  if (m->followed == NULL && v->has_primary) {
    ecs_watch_follow(m, &v->primary);
  } else if (v->found && m->followed_created <= 0) {
    ecs_watch_follow(m, &v->ours);
  }
  if (v->found && ecs_schema_other_tasks(status, m->followed) > 0)
    m->replaces = true;
  ecs_watch_learn(m, status);
}

/* Whoever joins a deployment that is under way is told what has happened in it so far. */
static void join_events(ecs_machine *m, const ecs_value *service) {
  ecs_service_status status;
  ecs_deployment d;
  if (m->events_from >= 0 || !is(m->action, "wait"))
    return;
  ecs_schema_status(service, &status);
  if (ecs_schema_find_deployment(&status, m->followed, m->followed == NULL ? "PRIMARY" : NULL, &d) &&
      is(d.state, "IN_PROGRESS"))
    m->events_from = d.created;
}

static void look(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_judgement v;
  join_events(m, service);
  ecs_machine_see(m, now, service);
  ecs_schema_status(m->seen, &status);
  if (!ecs_records_ended(&m->record.now))
    m->record.now = (ecs_service_record){0}; /* it was true of the answer before */
  judge(m, now, &status, &v);
  if (v.finding == ECS_FOUND_STALE || v.finding == ECS_FOUND_GONE) {
    conclude(m, now);
    return;
  }
  learn(m, &status, &v);
  judge(m, now, &status, &v);
  if (is(m->until, "active"))
    ecs_watch_finish(m, now);
  else if (ecs_watch_consults(m, now, &status, &v))
    ecs_watch_consult(m, now);
  else
    conclude(m, now);
}

static const char *goal(const ecs_machine *m) {
  return is(m->until, "active")     ? "the service to be ACTIVE"
         : is(m->until, "deployed") ? "the deployment to serve"
                                    : "the deployment to be steady";
}

void ecs_watch_unanswered(ecs_machine *m, double now, const ecs_answer *answer) {
  if (answer->kind == ECS_ANSWER_REFUSED || now + MOST_DELAY_SECONDS < m->deadline) {
    ecs_machine_refuse(m, now, answer);
  } else if (now < m->deadline) { /* throttled, or out of reach: one last look */
    m->attempt = 0;
    ecs_machine_describe(m, m->deadline);
  } else {
    ecs_machine_late(m, now);
  }
}

/* Whether reads may not show the service yet: this run made it, or the state says that it was changed lately. */
static bool may_come(const ecs_machine *m, double now) {
  double known = m->made ? m->made_at : fmin(ecs_value_number_or(ecs_value_get(m->op, "recorded_at"), 0), m->began);
  return now < known + ECS_READ_LAG_SECONDS && now < m->deadline && !ecs_value_true(ecs_value_get(m->op, "existed"));
}

void ecs_watch(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    m->patient = true;
    m->steady_since = -1;
    ecs_machine_waits(m, now);
    if (is(m->action, "wait")) {
      ecs_machine_describe(m, now);
      return;
    }
    ecs_machine_event(m, now, "waiting", "for", goal(m));
    ecs_machine_describe(m, is(m->until, "active") ? now : now + m->interval);
    return;
  }
  if (answer->kind == ECS_ANSWER_OK && service != NULL) {
    look(m, now, service);
  } else if (answer->kind == ECS_ANSWER_OK && may_come(m, now)) {
    ecs_watch_poll(m, now, (ecs_awaited){"the service is not visible yet", "ECS's reads to catch up"});
  } else if (answer->kind == ECS_ANSWER_OK) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "NotFound", "it was deleted, or never was: plan again",
                                       "there is no service %s", ecs_machine_where(m)));
  } else {
    ecs_watch_unanswered(m, now, answer);
  }
}
