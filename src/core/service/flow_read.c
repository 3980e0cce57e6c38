/* flow_read: a service as it is, for a plan or for an import. */
#include <string.h>

#include "service/flow.h"
#include "service/seen.h"

static void finish_read(ecs_machine *m, double now) {
  ecs_seen_flatten(m);
  if (strcmp(m->verb->name, "import") == 0)
    ecs_seen_record(m, now, "ok", NULL);
  ecs_machine_done(m, now, strcmp(m->verb->name, "import") == 0 ? "imported" : "read");
}

/* A family without revision means its newest ACTIVE revision: only DescribeTaskDefinition knows which that is. NULL: there
** is none of that kind. */
static const char *open_family(const ecs_machine *m) {
  return ecs_schema_open_family(ecs_value_get(m->op, "config"), ecs_value_get(m->op, "attributes"));
}

static void resolve(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  (void)service;
  if (answer == NULL) {
    ecs_arena *arena = ecs_machine_asking(m);
    ecs_machine_ask(m, "DescribeTaskDefinition", ecs_schema_family_request(arena, open_family(m)), false, now);
    return;
  }
  const char *latest = answer->kind == ECS_ANSWER_OK ? ecs_schema_family_answer(answer->body) : NULL;
  if (latest != NULL) /* a family that is not there is the create's or update's error to tell */
    ecs_flow_of(m)->seen.latest_definition = ecs_arena_text(m->arena, latest, strlen(latest));
  finish_read(m, now);
}

/* "ECS": an Express service, whose load balancer, network and scaling ECS changes together with it. */
static bool is_ecs_own(const ecs_value *service) {
  return ecs_value_is_text(ecs_value_get(service, "resourceManagementType"), "ECS") &&
         ecs_value_is_text(ecs_value_get(service, "status"), "ACTIVE");
}

void ecs_flow_read(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  if (answer == NULL) {
    ecs_machine_look(m, now);
  } else if (answer->kind != ECS_ANSWER_OK && strcmp(answer->code, "ClusterNotFoundException") != 0) {
    ecs_machine_refuse(m, now, answer);
  } else if (service == NULL && strcmp(m->verb->name, "import") == 0) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "NotFound", "look at the cluster's and the service's name and at the region",
                                       "there is no service %s", ecs_seen_where(m)));
  } else if (is_ecs_own(service)) {
    ecs_machine_fail(m, now,
                     ecs_machine_error(m, "ExpressService",
                                       "change it where it was made, by UpdateExpressGatewayService; here it can be "
                                       "looked at: status, history, diagnose",
                                       "%s is an Express service: ECS itself manages what belongs to it",
                                       ecs_seen_where(m)));
  } else {
    /* Kept only when something else is to be asked before it is told. */
    bool asks = open_family(m) != NULL;
    ecs_arena *arena = ecs_machine_seeing(m);
    if (service != NULL)
      ecs_flow_of(m)->seen.service =
          asks || strcmp(m->verb->name, "import") == 0 ? ecs_value_copy(arena, service) : (ecs_value *)service;
    if (asks)
      ecs_machine_go(m, resolve, now);
    else
      finish_read(m, now);
  }
}
