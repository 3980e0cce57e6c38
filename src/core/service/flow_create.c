/* flow_create: CreateService, and what may be in its way. */
#include <string.h>

#include "service/flow.h"
#include "service/flow_carry.h"
#include "service/flow_doubt.h"
#include "service/request.h"
#include "service/seen.h"
#include "service/watch.h"

static void look_first(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  if (answer == NULL) {
    ecs_machine_look(m, now);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(service, &status);
  flow->steps.looked = true;
  if (answer->kind != ECS_ANSWER_OK || service == NULL || strcmp(status.status, "ACTIVE") != 0) {
    ecs_machine_go(m, ecs_flow_create, now);
    return;
  }
  flow->steps.made = true;
  flow->steps.made_at = now;
  ecs_flow_adopt(m, now, service, NULL, "tainted", "created by a run that ended before it was steady");
  ecs_flow_follow(m, now);
}

static void look_later(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  double due = now + flow->follow.interval;
  flow->follow.interval = flow->follow.interval < 8 ? flow->follow.interval * 1.5 : 10;
  ecs_machine_look(m, due < m->deadline ? due : m->deadline);
}

/* "Unable to Start a service that is still Draining.": its name is free again once it is INACTIVE. */
static void drain_first(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    m->ask.patient = true;
    ecs_flow_of(m)->follow.until = "created";
    ecs_machine_event(m, now, "waiting", "for", "the draining service of that name to become INACTIVE");
    look_later(m, now);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service == NULL || strcmp(status.status, "INACTIVE") == 0)
    ecs_machine_go(m, ecs_flow_create, now);
  else if (now >= m->deadline)
    ecs_watch_late(m, now);
  else
    look_later(m, now);
}

static bool tags_refused(const ecs_machine *m, const ecs_answer *answer) {
  return !ecs_flow_of(m)->steps.without_tags &&
         (strcmp(answer->code, "UnsupportedFeatureException") == 0 ||
          strcmp(answer->code, "InvalidParameterException") == 0) &&
         (strstr(answer->message, "tag") != NULL || strstr(answer->message, "Tag") != NULL) &&
         strstr(answer->message, "upport") != NULL;
}

static const char CREATED[] = "created; not yet known to work";

/* All answers to CreateService were lost, and there is such a service now. */
static bool found_made(ecs_machine *m, double now, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  if (!ecs_flow_is_as_planned(m, service))
    return false;
  flow->steps.made = true;
  flow->steps.made_at = now;
  ecs_flow_adopt(m, now, service, NULL, "tainted", CREATED);
  ecs_flow_follow(m, now);
  return true;
}

static void create_refused(ecs_machine *m, double now, const ecs_answer *answer) {
  if (ecs_flow_repeat(m, now, answer, true))
    return;
  if (tags_refused(m, answer)) {
    ecs_flow_of(m)->steps.without_tags = true;
    ecs_machine_go(m, ecs_flow_create, now);
  } else if (strstr(answer->message, "still Draining") != NULL) {
    ecs_machine_go(m, drain_first, now);
  } else if (strstr(answer->message, "was not idempotent") != NULL) {
    const char *where = ecs_seen_where(m);
    const char *hint = ecs_arena_format(m->arena, "take it over: ecs-service import %s %s", m->address, where);
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "AlreadyExists", hint, "a service %s exists and is not managed here", where));
  } else {
    ecs_flow_doubt(m, now, answer, found_made);
  }
}

/* The deployment that a create has started: the oldest, as long as it is listed. */
static bool find_first(const ecs_machine *m, const ecs_service_status *status, ecs_deployment *first) {
  bool found = false;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (!ecs_flow_is_declared(m, &d) || (found && d.created >= first->created))
      continue;
    *first = d;
    found = true;
  }
  return found;
}

/* Somebody's deployment has taken the place of the first one before AWS's answer was heard. */
static void made_and_superseded(ecs_machine *m, double now, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_judgement verdict = {.finding = ECS_FOUND_SUPERSEDED, .has_primary = true};
  const char *declared =
      ecs_schema_short_definition(ecs_value_text_or(ecs_value_get(ecs_flow_after(m), "task_definition"), ""));
  flow->steps.changed = true;
  flow->follow.definition = ecs_arena_text(m->arena, declared, strlen(declared));
  ecs_seen_update(m, now, service);
  ecs_schema_status(flow->seen.service, &status);
  ecs_schema_find_deployment(&status, NULL, "PRIMARY", &verdict.primary);
  ecs_watch_failed(m, now, &status, &verdict);
}

/* A create that was sent again is answered with the service as it is by then. */
static void accept_made(ecs_machine *m, double now, const ecs_answer *answer) {
  ecs_flow *flow = ecs_flow_of(m);
  const ecs_value *service = ecs_value_get(answer->body, "service");
  ecs_service_status status;
  ecs_deployment primary, first;
  ecs_schema_status(service, &status);
  flow->steps.made = true;
  flow->steps.made_at = now;
  bool deployed = m->ask.unheard && !status.task_sets && ecs_schema_find_deployment(&status, NULL, "PRIMARY", &primary);
  bool own = deployed && find_first(m, &status, &first);
  bool follows = ecs_value_is_text(ecs_value_get(m->op, "superseded"), "follow");
  if (deployed && !own && !follows) {
    made_and_superseded(m, now, service);
    return;
  }
  ecs_flow_accept(m, now, answer, own ? first.id : NULL, "tainted", CREATED);
  if (flow->steps.without_tags)
    ecs_flow_tag_made(m, now);
  else
    ecs_flow_follow(m, now);
}

void ecs_flow_create(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL && ecs_value_true(ecs_value_get(m->op, "resume")) && !flow->steps.looked) {
    ecs_machine_go(m, look_first, now);
  } else if (answer == NULL) {
    ecs_value *body;
    ecs_arena *arena = ecs_machine_asking(m);
    const char *token = ecs_value_text_or(ecs_value_get(m->op, "client_token"), NULL);
    ecs_request_create(arena, ecs_flow_after(m), token, flow->steps.without_tags, &m->outbox->context, &body);
    if (ecs_flow_carry(m, now, arena, body, true))
      ecs_machine_ask(m, "CreateService", body, true, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    create_refused(m, now, answer);
  } else {
    accept_made(m, now, answer);
  }
}

/* What is made before the former one is deleted takes along what that one has. */
void ecs_flow_create_beside(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_look(m, now);
  } else if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_machine_refuse(m, now, answer);
  } else {
    ecs_flow_remember_unknown(m, service);
    ecs_flow_place(m, ecs_flow_after(m));
    ecs_machine_go(m, ecs_flow_create, now);
  }
}
