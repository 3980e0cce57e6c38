#include "service/rollout.h"

#include "service/status.h"

enum { MOST_PERCENT = 1000000 };

static bool block_on(const ecs_value *block) { return ecs_value_true(ecs_value_get(block, "enable")); }

/* ECS gives a DAEMON a maximum of 100 percent, and a minimum of 0 unless it is told another; 100, the default of the
** declaration, is not sent on create. */
static void percents_of(const ecs_value *attributes, bool created, ecs_rollout *rollout) {
  bool daemon = rollout->traits.daemon;
  const ecs_value *minimum = ecs_value_get(attributes, "deployment_minimum_healthy_percent");
  rollout->minimum = ecs_value_int_within(minimum, 0, MOST_PERCENT, daemon ? 0 : 100);
  rollout->maximum =
      ecs_value_int_within(ecs_value_get(attributes, "deployment_maximum_percent"), 0, MOST_PERCENT, 200);
  if (daemon) {
    rollout->maximum = 100;
    if (created && rollout->minimum == 100)
      rollout->minimum = 0;
  }
}

static int64_t threshold_of(const ecs_value *block, int64_t tasks) {
  int64_t value = ecs_value_int_within(ecs_value_get(block, "value"), 1, MOST_PERCENT, 50);
  const ecs_value *type = ecs_value_get(block, "type");
  if (ecs_value_is_text(type, "COUNT"))
    return value;
  int64_t share = (tasks * value + 99) / 100;
  if (ecs_value_is_text(type, "UNBOUNDED_PERCENT"))
    return share < 1 ? 1 : share;
  return share < 3 ? 3 : share > 200 ? 200 : share;
}

void ecs_rollout_of(const ecs_value *attributes, const ecs_value *facts, bool created, ecs_rollout *rollout) {
  const ecs_value *breaker = ecs_value_get(attributes, "deployment_circuit_breaker");
  const ecs_value *alarms = ecs_value_get(attributes, "alarms");
  const ecs_value *instances = ecs_value_get(facts, "instances");
  *rollout =
      (ecs_rollout){.breaker = block_on(breaker),
                    .breaker_rollback = ecs_value_true(ecs_value_get(breaker, "rollback")),
                    .alarms = block_on(alarms) ? ecs_value_count(ecs_value_get(alarms, "alarm_names")) : 0,
                    .alarms_rollback = ecs_value_true(ecs_value_get(alarms, "rollback")),
                    .balancers = ecs_value_count(ecs_value_get(attributes, "load_balancer")),
                    .grace = ecs_value_int_or(ecs_value_get(attributes, "health_check_grace_period_seconds"), 0)};
  ecs_traits_of(attributes, NULL, &rollout->traits);
  rollout->counted = !rollout->traits.daemon || ecs_value_is(instances, ECS_INT);
  const ecs_value *tasks = rollout->traits.daemon ? instances : ecs_value_get(attributes, "desired_count");
  rollout->tasks = ecs_value_int_within(tasks, 0, ECS_SCHEMA_MOST_TASKS, 0);
  percents_of(attributes, created, rollout);
  rollout->threshold = threshold_of(ecs_value_get(breaker, "threshold"), rollout->tasks);
  if (rollout->traits.controller == ECS_CONTROLLER_ECS)
    ecs_stages_of(attributes, ecs_value_get(facts, "answered_stages"), &rollout->stages);
}
