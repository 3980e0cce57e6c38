/* flow_delete: scaled to zero, deleted, and waited for until it is gone. */
#include <string.h>

#include "service/flow.h"
#include "service/flow_carry.h"
#include "service/flow_doubt.h"
#include "service/request.h"
#include "service/seen.h"
#include "service/watch.h"

static ecs_phase scale_down;

/* Behind a delete: the other half of a replace, or the end. */
static void gone(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)answer;
  (void)service;
  ecs_phase *next = flow->steps.after_gone;
  flow->seen.service = NULL;
  flow->seen.attributes = flow->steps.made_attributes;
  if (flow->steps.made_attributes != NULL) { /* the former one, whose successor stands already */
    ecs_machine_done(m, now, "replaced");
    return;
  }
  if (next == NULL) {
    ecs_seen_record(m, now, "gone", NULL);
    ecs_machine_done(m, now, "deleted");
    return;
  }
  ecs_seen_record(m, now, "gone", "deleted to be created anew");
  flow->steps.after_gone = NULL;
  ecs_flow_place(m, ecs_flow_after(m));
  m->deadline = now + ecs_flow_timeout(m, "create");
  flow->tell.signature = NULL;
  ecs_machine_go(m, next, now);
}

void ecs_flow_wait_gone(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  if (answer == NULL) {
    flow->follow.until = "inactive";
    m->ask.patient = true;
    m->waits = true;
    flow->follow.interval = 1;
    ecs_machine_look(m, now + flow->follow.interval);
    return;
  }
  ecs_service_status status;
  if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_watch_unanswered(m, now, answer);
    return;
  }
  ecs_schema_status(service, &status);
  /* ECS forgets INACTIVE services, and AWS's waiter fails for one that it does not know. One that is neither recorded
  ** nor was seen may be a name that is misspelt. */
  if (service == NULL && flow->seen.service == NULL && ecs_value_get(m->op, "attributes") == NULL) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "NotFound",
                                       "it was deleted long ago, or never was: look at its name and region",
                                       "there is no service %s", ecs_seen_where(m)));
    return;
  }
  if (service == NULL || strcmp(status.status, "INACTIVE") == 0) {
    ecs_machine_go(m, gone, now);
    return;
  }
  ecs_seen_update(m, now, service);
  if (now >= m->deadline) {
    ecs_watch_late(m, now);
    return;
  }
  int64_t left = status.running + status.pending;
  const char *what = left == 0
                         ? "ECS to call the service INACTIVE"
                         : ecs_arena_format(m->latest, "%lld task%s to stop", (long long)left, left == 1 ? "" : "s");
  ecs_watch_poll(m, now, (ecs_awaited){NULL, what});
}

static bool found_leaving(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service != NULL && strcmp(status.status, "ACTIVE") == 0)
    return false;
  ecs_machine_go(m, ecs_flow_wait_gone, now);
  return true;
}

static void delete_service(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_value *body;
    ecs_service_status status;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_schema_status(flow->seen.service, &status);
    bool force = status.daemon || ecs_value_true(ecs_value_get(m->op, "force"));
    ecs_request_delete(arena, flow->cluster, flow->service, force, &body);
    ecs_machine_ask(m, "DeleteService", body, true, now);
    return;
  }
  bool busy =
      (strcmp(answer->code, "InvalidParameterException") == 0 &&
       strstr(answer->message, "The service cannot be stopped while") != NULL) ||
      (strcmp(answer->code, "DependencyViolation") == 0 && strstr(answer->message, "has a dependent object") != NULL);
  if (answer->kind == ECS_ANSWER_OK)
    ecs_machine_go(m, ecs_flow_wait_gone, now);
  else if (strcmp(answer->code, "ServiceNotFoundException") == 0 ||
           strcmp(answer->code, "ClusterNotFoundException") == 0)
    ecs_machine_go(m, gone, now);
  else if (busy && !flow->steps.scaled && strstr(answer->message, "scaled above 0") != NULL)
    ecs_machine_go(m, scale_down, now); /* the read that showed no tasks was from before somebody's change */
  else if (busy && now < m->deadline) {
    m->ask.attempt++;
    ecs_machine_event(m, now, "retrying", "code", answer->code);
    ecs_machine_again(m, now + (m->ask.attempt < 5 ? (double)m->ask.attempt : 5));
  } else {
    ecs_flow_doubt(m, now, answer, found_leaving);
  }
}

static bool found_scaled(ecs_machine *m, double now, const ecs_value *service) {
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service != NULL && strcmp(status.status, "ACTIVE") == 0 && status.desired > 0)
    return false;
  ecs_flow_of(m)->steps.scaled = true;
  ecs_machine_go(m, delete_service, now);
  return true;
}

static void scale_down(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)service;
  if (answer == NULL) {
    ecs_value *body;
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_request_scale_to_zero(arena, flow->cluster, flow->service, &body);
    ecs_machine_ask(m, "UpdateService", body, true, now);
  } else if (answer->kind == ECS_ANSWER_OK || strcmp(answer->code, "ServiceNotActiveException") == 0) {
    flow->steps.scaled = true;
    ecs_machine_go(m, delete_service, now);
  } else if (strcmp(answer->code, "ServiceNotFoundException") == 0) {
    ecs_machine_go(m, gone, now);
  } else {
    ecs_flow_doubt(m, now, answer, found_scaled);
  }
}

void ecs_flow_delete(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  if (answer == NULL) {
    ecs_machine_look(m, now);
    return;
  }
  if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_machine_refuse(m, now, answer);
    return;
  }
  ecs_service_status status;
  ecs_schema_status(service, &status);
  if (service == NULL || strcmp(status.status, "INACTIVE") == 0) {
    ecs_machine_go(m, gone, now);
    return;
  }
  if (flow->steps.after_gone != NULL) { /* it is to be made again: with what it has */
    ecs_flow_remember_unknown(m, service);
    if (!ecs_flow_can_carry(m, now))
      return;
  }
  ecs_seen_update(m, now, service);
  ecs_schema_status(flow->seen.service, &status);
  if (strcmp(status.status, "DRAINING") == 0)
    ecs_machine_go(m, ecs_flow_wait_gone, now);
  else if (status.daemon || status.desired == 0 || ecs_value_true(ecs_value_get(m->op, "force")))
    ecs_machine_go(m, delete_service, now);
  else
    ecs_machine_go(m, scale_down, now);
}

/* The new one stands: now the former one, of another name, goes. */
void ecs_flow_delete_former(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  ecs_flow *flow = ecs_flow_of(m);
  (void)answer;
  (void)service;
  flow->steps.made_attributes = flow->seen.attributes;
  flow->steps.made = flow->steps.changed = false;
  flow->steps.after_made = NULL;
  flow->tell.signature = NULL;
  ecs_flow_place(m, ecs_value_get_path(m->op, "change.before"));
  m->deadline = now + ecs_flow_timeout(m, "delete");
  ecs_machine_go(m, ecs_flow_delete, now);
}
