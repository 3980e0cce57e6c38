/* flow: what the stages of an operation share. */
#include "service/flow.h"

#include <string.h>

#include "service/address.h"
#include "service/seen.h"
#include "service/watch.h"

enum { PROPAGATION_SECONDS = 240 };

void ecs_flow_place(ecs_machine *m, const ecs_value *attributes) {
  ecs_flow *flow = ecs_flow_of(m);
  const char *cluster = ecs_address_cluster(attributes), *service = ecs_address_name(attributes);
  if (cluster != NULL)
    flow->cluster = cluster;
  if (service != NULL)
    flow->service = service;
}

double ecs_flow_timeout(const ecs_machine *m, const char *name) {
  return ecs_value_number_or(ecs_value_get(ecs_value_get(m->op, "timeouts"), name), 20 * 60);
}

/* Errors that pass when IAM and the cluster have become known everywhere. Terraform repeats the same ones. */
static bool may_propagate(const ecs_answer *answer, bool create) {
  static const char *const words[] = {"verify that the ECS service role being passed has the proper permissions",
                                      "does not have an associated load balancer",
                                      "Unable to assume the service linked role"};
  if (create && strcmp(answer->code, "ClusterNotFoundException") == 0)
    return true;
  if (strcmp(answer->code, "InvalidParameterException") != 0)
    return false;
  for (size_t i = 0; i < (create ? 3 : 2); i++) {
    if (strstr(answer->message, words[i]) != NULL)
      return true;
  }
  return false;
}

bool ecs_flow_repeat(ecs_machine *m, double now, const ecs_answer *answer, bool create) {
  ecs_flow *flow = ecs_flow_of(m);
  if (!may_propagate(answer, create))
    return false;
  if (flow->steps.window == 0)
    flow->steps.window = now + PROPAGATION_SECONDS;
  double pause = m->ask.attempt < 5 ? (double)(1u << m->ask.attempt) : 10;
  if (pause > 10)
    pause = 10;
  if (now + pause > flow->steps.window || now + pause > m->deadline)
    return false;
  m->ask.attempt++;
  ecs_machine_event(m, now, "retrying", "code", answer->code);
  ecs_machine_again(m, now + pause);
  return true;
}

void ecs_flow_adopt(ecs_machine *m, double now, const ecs_value *service, const char *id, const char *status,
                    const char *reason) {
  ecs_flow *flow = ecs_flow_of(m);
  ecs_service_status now_is;
  ecs_deployment ours;
  flow->steps.changed = true;
  flow->carry.sent = NULL;
  ecs_schema_status(service, &now_is);
  if (flow->steps.made) /* all events of a service that is new; not those of a former one of its name */
    flow->tell.events_from = ecs_schema_find_deployment(&now_is, NULL, "PRIMARY", &ours) ? ours.created : 0;
  ecs_seen_update(m, now, service);
  ecs_schema_status(flow->seen.service, &now_is);
  flow->follow.changed_at = now;
  flow->follow.since = now_is.moment;
  flow->follow.desired = now_is.desired;
  if (ecs_schema_find_deployment(&now_is, id, id == NULL ? "PRIMARY" : NULL, &ours))
    ecs_watch_follow(m, &ours);
  ecs_watch_learn(m, &now_is);
  ecs_seen_flatten(m);
  ecs_seen_record(m, now, status, reason);
}

void ecs_flow_accept(ecs_machine *m, double now, const ecs_answer *answer, const char *id, const char *status,
                     const char *reason) {
  ecs_flow *flow = ecs_flow_of(m);
  const ecs_value *service = ecs_value_get(answer->body, "service");
  flow->seen.all_tags = false;
  flow->seen.accepted = ecs_value_copy(m->arena, service);
  ecs_flow_adopt(m, now, service, id, status, reason);
}

void ecs_flow_follow(ecs_machine *m, double now) {
  ecs_flow_of(m)->follow.until = ecs_value_text_or(
      ecs_value_get(m->op, "until"), ecs_value_true(ecs_value_get(m->op, "steady")) ? "steady" : "active");
  ecs_machine_go(m, ecs_watch, now);
}

bool ecs_flow_is_declared(const ecs_machine *m, const ecs_deployment *d) {
  const char *wanted = ecs_value_text_or(ecs_value_get_path(m->op, "change.after.task_definition"), NULL);
  const char *has = ecs_schema_short_definition(d->task_definition);
  if (wanted == NULL)
    return true;
  wanted = ecs_schema_short_definition(wanted);
  size_t size = strlen(wanted);
  return strncmp(has, wanted, size) == 0 && (has[size] == '\0' || (has[size] == ':' && strchr(wanted, ':') == NULL));
}
