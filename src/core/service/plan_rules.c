/* What planning knows of single arguments. */
#include <string.h>

#include "plan/rules.h"
#include "service/rules.h"
#include "service/traits.h"

static const ecs_traits *traits_of(const ecs_change_case *change) { return change->traits; }

static bool is_int(const ecs_value *value, int64_t integer) {
  return ecs_value_is(value, ECS_INT) && value->as.integer == integer;
}

/* A DAEMON has as many tasks as there are instances: what AWS counts there is no change. */
static ecs_verdict keep_for_daemon(const ecs_change_case *change) {
  return traits_of(change)->daemon ? ECS_KEEP : ECS_COMPARE;
}

/* AWS runs a DAEMON with percents of its own (0 and 100); Terraform's defaults in their place are no change. */
static ecs_verdict maximum_of_daemon(const ecs_change_case *change) {
  return traits_of(change)->daemon && is_int(change->wanted, 200) ? ECS_KEEP : ECS_COMPARE;
}

static ecs_verdict minimum_of_daemon(const ecs_change_case *change) {
  return traits_of(change)->daemon && is_int(change->wanted, 100) ? ECS_KEEP : ECS_COMPARE;
}

/* A service that was declared without a strategy comes back with the default of its cluster. Only a strategy that the
** last applied configuration had can be taken away by the next. */
static ecs_verdict default_of_cluster(const ecs_change_case *change) {
  if (change->configured || ecs_value_is_empty(change->has))
    return ECS_COMPARE;
  return change->imported || ecs_value_is_empty(change->recorded) ? ECS_DISCOUNT : ECS_COMPARE;
}

/* UpdateService cannot take the task definition from a service; where none is configured (EXTERNAL controllers), what
** AWS shows is that of a task set. */
static ecs_verdict only_when_configured(const ecs_change_case *change) {
  return change->configured ? ECS_COMPARE : ECS_KEEP;
}

/* The reference document: updated in place "only if force_new_deployment = true and not changing from 0 blocks to
** greater than 0, or vice versa". */
static bool strategy_replaces(const ecs_change_case *change) {
  return !traits_of(change)->forces || ecs_value_is_empty(change->has) != ecs_value_is_empty(change->wanted);
}

/* UpdateService takes a deployment controller since services can move to ECS's own; there is no way to the others. */
static bool controller_replaces(const ecs_change_case *change) {
  const ecs_value *type = ecs_value_get(change->wanted, "type");
  return type != NULL && !ecs_value_is_text(type, "ECS");
}

/* Turning it on is a change of the configuration; staying on is none. */
static bool force_counts(const ecs_change_case *change) {
  return ecs_value_true(change->wanted) && !ecs_value_true(change->recorded);
}

/* Triggers redeploy through force_new_deployment; removing them all asks for nothing. */
static bool triggers_count(const ecs_change_case *change) {
  return traits_of(change)->forces && !ecs_value_is_empty(change->wanted) &&
         !ecs_value_equal(change->wanted, change->recorded);
}

/* "Health check grace period is only valid for services configured to use load balancers": without one, what is left over
** of it cannot be changed, and means nothing. */
static ecs_verdict grace_without_balancer(const ecs_change_case *change) {
  const ecs_traits *traits = change->traits;
  return traits->balanced || traits->was_balanced ? ECS_COMPARE : ECS_KEEP;
}

/* Where load balancers or registries are changed, UpdateService puts the service-linked role in the place of another. A
** replacement would only bring the same again. */
static ecs_verdict keep_linked_role(const ecs_change_case *change) {
  return change->configured && ecs_rule_is_linked_role(change->has) ? ECS_KEEP : ECS_COMPARE;
}

bool ecs_rule_is_linked_role(const ecs_value *role) {
  static const char name[] = "/AWSServiceRoleForECS";
  const char *text = ecs_value_text_or(role, "");
  size_t size = strlen(text);
  return size >= sizeof name - 1 && strcmp(text + size - (sizeof name - 1), name) == 0;
}

const ecs_plan_rule ecs_plan_of_strategy = {.verdict = default_of_cluster, .replaces = strategy_replaces};
const ecs_plan_rule ecs_plan_of_controller = {.replaces = controller_replaces};
const ecs_plan_rule ecs_plan_of_maximum = {.verdict = maximum_of_daemon};
const ecs_plan_rule ecs_plan_of_minimum = {.verdict = minimum_of_daemon};
const ecs_plan_rule ecs_plan_of_count = {.verdict = keep_for_daemon};
const ecs_plan_rule ecs_plan_of_force = {.counts = force_counts};
const ecs_plan_rule ecs_plan_of_grace = {.verdict = grace_without_balancer};
const ecs_plan_rule ecs_plan_of_role = {.verdict = keep_linked_role};
const ecs_plan_rule ecs_plan_of_task_definition = {.verdict = only_when_configured};
const ecs_plan_rule ecs_plan_of_triggers = {.counts = triggers_count};

const char *ecs_rule_way_in_place(const ecs_value *paths, const ecs_value *before, const ecs_value *after) {
  static const char name[] = "capacity_provider_strategy";
  for (size_t i = 0; i < ecs_value_count(paths); i++) {
    if (strncmp(ecs_value_text_or(ecs_value_at(paths, i), ""), name, sizeof name - 1) != 0)
      return NULL;
  }
  bool both = !ecs_value_is_empty(ecs_value_get(before, name)) && !ecs_value_is_empty(ecs_value_get(after, name));
  return both && ecs_value_count(paths) > 0 ? "with force_new_deployment = true it would be updated in place" : NULL;
}
