#include "service/flow_doubt.h"

#include <string.h>

#include "plan/plan.h"
#include "schema/flatten.h"
#include "service/flow.h"
#include "service/service.h"

bool ecs_flow_is_as_planned(ecs_machine *m, const ecs_value *service) {
  const ecs_value *config = ecs_value_get(m->op, "config");
  ecs_value *after = ecs_flow_after(m), *attributes, *change;
  ecs_service_status status;
  ecs_diags diags;
  ecs_schema_status(service, &status);
  if (strcmp(status.status, "ACTIVE") != 0 || config == NULL || after == NULL)
    return false;
  ecs_arena *arena = ecs_machine_asking(m);
  ecs_flatten_input has = {.answer = service, .form = config, .previous = after, .context = m->outbox->context};
  ecs_plan_input in = {.config = config, .recorded = after, .refreshed = true, .context = m->outbox->context};
  has.default_tags = in.default_tags = ecs_outbox_option(m->outbox, "default_tags");
  has.ignore_tags = in.ignore_tags = ecs_outbox_option(m->outbox, "ignore_tags");
  if (ecs_flatten(&ecs_service_resource, arena, &has, &attributes) != ECS_OK)
    return false;
  in.actual = attributes;
  ecs_diags_init(&diags, arena);
  return ecs_plan(&ecs_service_resource, arena, &in, &change, &diags) == ECS_OK &&
         ecs_value_is_text(ecs_value_get(change, "action"), "no-op");
}

static void give_up(ecs_machine *m, double now) {
  const ecs_flow *flow = ecs_flow_of(m);
  const char *message = ecs_value_text_or(ecs_value_get(flow->doubt.error, "message"), "");
  ecs_value_set(m->arena, flow->doubt.error, "message",
                ecs_value_format(m->arena, "%s; nothing of it was seen in the %.0f s after that", message,
                                 now - flow->doubt.since));
  ecs_machine_fail(m, now, flow->doubt.error);
}

static void look(ecs_machine *m, double now, const ecs_answer *answer, const ecs_value *service) {
  const ecs_flow *flow = ecs_flow_of(m);
  if (answer == NULL) {
    m->ask.patient = true;
    ecs_machine_event(m, now, "waiting", "for", "proof whether the request whose answers were lost was carried out");
    ecs_machine_look(m, now + ECS_FLOW_LOOK_SECONDS);
  } else if (answer->kind != ECS_ANSWER_OK) {
    ecs_machine_fail(m, now, flow->doubt.error);
  } else if (!flow->doubt.found(m, now, service)) {
    if (now < flow->doubt.since + ECS_FLOW_LAG_SECONDS && now + ECS_FLOW_LOOK_SECONDS < m->deadline)
      ecs_machine_look(m, now + ECS_FLOW_LOOK_SECONDS);
    else
      give_up(m, now);
  }
}

void ecs_flow_doubt(ecs_machine *m, double now, const ecs_answer *answer, ecs_flow_found *found) {
  ecs_flow *flow = ecs_flow_of(m);
  if (!m->ask.unheard || answer->kind == ECS_ANSWER_REFUSED || now + ECS_FLOW_LOOK_SECONDS >= m->deadline) {
    ecs_machine_refuse(m, now, answer);
    return;
  }
  flow->doubt.error = ecs_machine_refusal(m, answer);
  flow->doubt.since = now;
  flow->doubt.found = found;
  ecs_machine_go(m, look, now);
}
