/* flow_update: UpdateService, and whether one whose answer was lost was carried out. */
#include <math.h>
#include <string.h>

#include "service/address.h"
#include "service/events.h"
#include "service/flow.h"
#include "service/flow_carry.h"
#include "service/flow_doubt.h"
#include "service/grace.h"
#include "service/request.h"
#include "service/seen.h"

enum { DATE_SECONDS = 2 }; /* a Date has no fractions, and is not of the same clock as a createdAt */

static const char UPDATED[] = "updated; not yet known to work";

static void remember_deployments(ecs_machine *m, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_value *known = ecs_value_list(m->arena);
  ecs_schema_status(service, &status);
  for (size_t i = 0; i < ecs_value_count(status.deployments); i++) {
    const ecs_value *id = ecs_value_get(ecs_value_at(status.deployments, i), "id");
    ecs_value_push(m->arena, known, ecs_value_copy(m->arena, id));
  }
  flow->forced.known = known;
  flow->forced.since = answer->date > 0 ? answer->date - DATE_SECONDS : status.moment;
}

/* A forced update starts a deployment each time it is sent. So that a lost answer can be told from a lost request, the
** deployments are looked up before. And a structure that is sent whole takes along what AWS has in it. */
static void look_before(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_look(m, now);
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
  } else {
    remember_deployments(m, answer, service);
    ecs_flow_remember_unknown(m, service);
    ecs_seen_events_from(m, service);
    ecs_machine_go(m, ecs_flow_update, now);
  }
}

/* The next of those that were not there before the request, by their time after `after`. */
static bool next_new(const ecs_machine *m, const ecs_service_status *status, double after, ecs_deployment *next) {
  const ecs_flow *flow = ecs_flow_of(m);
  bool found = false;
  for (size_t i = 0; i < ecs_value_count(status->deployments); i++) {
    ecs_deployment d;
    ecs_schema_deployment(ecs_value_at(status->deployments, i), &d);
    if (ecs_value_holds_text(flow->forced.known, d.id) || d.created <= after || d.created < flow->forced.since ||
        (found && d.created >= next->created))
      continue;
    *next = d;
    found = true;
  }
  return found;
}

/* The proof that the request was carried out: the first deployment after it is of the declared revision. Had it been
** somebody's, ours would be behind it, or nowhere. Of requests that were sent more than once each may have started one,
** and the last is in charge. */
static bool find_ours(const ecs_machine *m, const ecs_service_status *status, ecs_deployment *ours) {
  ecs_deployment d;
  unsigned found = 0;
  for (double after = -INFINITY;
       found < ecs_flow_of(m)->forced.sent && next_new(m, status, after, &d) && ecs_flow_is_declared(m, &d); found++) {
    if (ecs_events_rolling_back(status, d.created))
      return false; /* ECS goes back behind something that came before it */
    *ours = d;
    after = d.created;
  }
  return found > 0;
}

static void prove(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status status;
  ecs_deployment ours;
  if (answer == NULL) {
    m->ask.patient = true;
    flow->forced.until = now + fmin(ECS_FLOW_LAG_SECONDS, (m->deadline - now) / 2);
    ecs_machine_event(m, now, "waiting", "for", "proof whether the update whose answer was lost was made");
    ecs_machine_look(m, now + ECS_FLOW_LOOK_SECONDS);
    return;
  }
  if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_refuse(m, now, answer);
    return;
  }
  ecs_schema_status(service, &status);
  if (find_ours(m, &status, &ours)) {
    const char *id = ecs_arena_text(m->arena, ours.id, strlen(ours.id));
    ecs_flow_adopt(m, now, service, id, "ok", UPDATED);
    ecs_flow_follow(m, now);
  } else if (now < flow->forced.until) {
    ecs_machine_look(m, now + ECS_FLOW_LOOK_SECONDS);
  } else {
    ecs_machine_go(m, ecs_flow_update, now);
  }
}

static bool found_updated(ecs_machine *m, double now, const ecs_value *service) {
  if (!ecs_flow_is_as_planned(m, service))
    return false;
  ecs_flow_adopt(m, now, service, NULL, "ok", UPDATED);
  ecs_flow_follow(m, now);
  return true;
}

static ecs_value *update_body(ecs_machine *m, ecs_arena *arena) {
  ecs_value *body;
  ecs_request_update(arena, ecs_value_get(m->op, "change"), &m->outbox->context, &body);
  return body;
}

/* AWS has been seen to refuse a grace period that comes together with the first load balancer, and to take it behind it. Of
** one that goes with the last nothing has to be said. */
static bool grace_refused(ecs_machine *m, double now, const ecs_answer *answer) {
  ecs_flow *flow = ecs_flow_of(m);
  if (flow->steps.grace_apart || answer->kind != ECS_ANSWER_REFUSED ||
      !ecs_grace_refused(update_body(m, m->arena), answer->message))
    return false;
  flow->steps.grace_apart = true;
  ecs_machine_event(m, now, "retrying", "code", answer->code);
  ecs_machine_go(m, ecs_flow_update, now);
  return true;
}

static ecs_phase update_grace;

static bool owes_grace(ecs_machine *m) {
  return ecs_flow_of(m)->steps.grace_apart && ecs_value_int_or(ecs_grace_take(update_body(m, m->arena)), 0) > 0;
}

static void send_grace(ecs_machine *m, double now) {
  const ecs_flow *flow = ecs_flow_of(m);
  ecs_arena *arena = ecs_machine_asking(m);
  ecs_value *body = ecs_value_map(arena);
  ecs_address_put(arena, body, flow->cluster, flow->service);
  ecs_grace_put(arena, body, ecs_grace_take(update_body(m, arena)));
  m->ask.prove = NULL;
  ecs_machine_ask(m, "UpdateService", body, true, now);
}

static void send_update(ecs_machine *m, double now) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_arena *arena = ecs_machine_asking(m);
  ecs_value *body = update_body(m, arena);
  if (flow->steps.grace_apart)
    (void)ecs_grace_take(body);
  bool forces = ecs_schema_forces(body);
  if (body == NULL) { /* nothing but tags changed */
    ecs_flow_follow(m, now);
  } else if ((forces && flow->forced.known == NULL) || ecs_flow_must_read(m, body)) {
    ecs_machine_go(m, look_before, now);
  } else if (ecs_flow_carry(m, now, arena, body, false)) {
    ecs_machine_ask(m, "UpdateService", body, true, now);
    m->ask.prove = forces ? prove : NULL;
    flow->forced.sent++;
  }
}

void ecs_flow_update(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    send_update(m, now);
  } else if (answer->kind == ECS_ANSWER_OK) {
    ecs_flow_accept(m, now, answer, NULL, "ok", UPDATED);
    if (owes_grace(m))
      ecs_machine_go(m, update_grace, now);
    else
      ecs_flow_follow(m, now);
  } else if (!grace_refused(m, now, answer) && !ecs_flow_repeat(m, now, answer, false)) {
    ecs_flow_doubt(m, now, answer, found_updated);
  }
}

static void update_grace(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    send_grace(m, now);
  } else if (answer->kind == ECS_ANSWER_OK) {
    ecs_flow_accept(m, now, answer, NULL, "ok", UPDATED);
    ecs_flow_follow(m, now);
  } else if (!ecs_flow_repeat(m, now, answer, false)) {
    ecs_flow_doubt(m, now, answer, found_updated);
  }
}
