/* Checks of how a service is deployed: strategies, their hooks, early success. What AWS would refuse is an error, what it
** would merely not use a warning. */
#include <string.h>

#include "service/rules.h"

static bool has(const ecs_value *block, const char *name) { return !ecs_value_is_empty(ecs_value_get(block, name)); }

static const char *member_path(const ecs_check *c, const char *member) {
  const char *text = ecs_arena_format(c->diags->arena, "%s.%s", c->path, member);
  return text == NULL ? c->path : text;
}

/* A table, or the first one of a list. */
static const ecs_value *first(const ecs_value *value) {
  return ecs_value_is(value, ECS_LIST) ? ecs_value_at(value, 0) : value;
}

const char *ecs_rule_strategy(const ecs_context *context) {
  const ecs_value *block = first(ecs_value_get(context->config, "deployment_configuration"));
  return ecs_value_text_or(ecs_value_get(block, "strategy"), NULL);
}

bool ecs_rule_shifts_traffic(const ecs_context *context) {
  const char *strategy = ecs_rule_strategy(context);
  return strategy != NULL && strcmp(strategy, "ROLLING") != 0;
}

/* Whether one of the load balancers can be given to other tasks. */
static bool can_shift(const ecs_value *balancers) {
  if (ecs_value_is(balancers, ECS_MAP))
    return has(balancers, "advanced_configuration");
  for (size_t i = 0; i < ecs_value_count(balancers); i++) {
    if (has(ecs_value_at(balancers, i), "advanced_configuration"))
      return true;
  }
  return false;
}

/* "Application Load Balancer, Network Load Balancer, or Service Connect (which are required for blue/green)"; yet ECS takes
** a service that has none of them. */
static void want_traffic(const ecs_check *c) {
  const ecs_value *connect = first(ecs_value_get(c->context->config, "service_connect_configuration"));
  if (can_shift(ecs_value_get(c->context->config, "load_balancer")) ||
      ecs_value_true(ecs_value_get(connect, "enabled")) || ecs_rule_is_set(c->context, "vpc_lattice_configurations"))
    return;
  ecs_diag *diag =
      ecs_diags_add(c->diags, "NoEffect", member_path(c, "strategy"),
                    "there is no traffic to shift: no load balancer has an advanced_configuration, and there "
                    "is neither Service Connect nor VPC Lattice");
  ecs_diags_warn(c->diags, diag)->hint = "add load_balancer.advanced_configuration";
}

static void need_ecs(const ecs_check *c, const char *strategy) {
  bool code_deploy = ecs_rule_controller_is(c->context, "CODE_DEPLOY");
  if (!code_deploy && !ecs_rule_controller_is(c->context, "EXTERNAL"))
    return;
  ecs_diags_add(c->diags, "Conflict", member_path(c, "strategy"), "%s is for the ECS deployment controller only",
                strategy)
      ->hint = code_deploy ? "remove deployment_controller: ECS itself deploys blue/green" : "remove strategy";
}

/* Hooks stand at stages, which a deployment that rolls does not have. What is not set may be another strategy at AWS. */
static void check_rolling(const ecs_check *c) {
  if (!ecs_value_is_text(ecs_value_get(c->value, "strategy"), "ROLLING") || !has(c->value, "lifecycle_hook"))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "NoEffect", member_path(c, "lifecycle_hook"),
                                 "a rolling deployment has no stages, and calls no hooks");
  ecs_diags_warn(c->diags, diag)->hint = "remove it, or set strategy = \"BLUE_GREEN\", \"LINEAR\" or \"CANARY\"";
}

void ecs_rule_check_deployment(const ecs_check *c) {
  const char *strategy = ecs_value_text_or(ecs_value_get(c->value, "strategy"), "ROLLING");
  if (strcmp(strategy, "ROLLING") == 0) {
    check_rolling(c);
    return;
  }
  need_ecs(c, strategy);
  want_traffic(c);
  if (ecs_value_true(ecs_value_get(ecs_value_get(c->value, "early_success_criteria"), "enable"))) {
    ecs_diag *diag = ecs_diags_add(c->diags, "NoEffect", member_path(c, "early_success_criteria"),
                                   "is for rolling deployments, and not used by %s", strategy);
    ecs_diags_warn(c->diags, diag)->hint = "remove it, or set strategy = \"ROLLING\"";
  }
}

static void forbid_for_pause(const ecs_check *c, const char *member) {
  if (has(c->value, member))
    ecs_diags_add(c->diags, "Conflict", member_path(c, member), "a PAUSE calls nothing")->hint =
        ecs_arena_format(c->diags->arena, "remove %s, or target_type", member);
}

/* ECS waits at stages before and after the traffic is shifted, not while it is. */
static void check_pauses(const ecs_check *c) {
  const ecs_value *stages = ecs_value_get(c->value, "lifecycle_stages");
  for (size_t i = 0; i < ecs_value_count(stages); i++) {
    const char *stage = ecs_value_text_or(ecs_value_at(stages, i), "");
    if (strcmp(stage, "TEST_TRAFFIC_SHIFT") != 0 && strcmp(stage, "PRODUCTION_TRAFFIC_SHIFT") != 0)
      continue;
    const char *path = ecs_arena_format(c->diags->arena, "%s.lifecycle_stages[%zu]", c->path, i + 1);
    ecs_diags_add(c->diags, "Conflict", path == NULL ? c->path : path, "a PAUSE cannot stand at %s", stage)->hint =
        ecs_arena_format(c->diags->arena, "use PRE_PRODUCTION_TRAFFIC_SHIFT or POST_%s", stage);
  }
}

static void check_pause(const ecs_check *c) {
  forbid_for_pause(c, "hook_target_arn");
  forbid_for_pause(c, "role_arn");
  check_pauses(c);
  if (has(c->value, "hook_details")) {
    ecs_diag *diag = ecs_diags_add(c->diags, "NoEffect", member_path(c, "hook_details"), "is not used by a PAUSE");
    ecs_diags_warn(c->diags, diag)->hint = "remove it";
  }
}

void ecs_rule_check_hook(const ecs_check *c) {
  if (ecs_value_is_text(ecs_value_get(c->value, "target_type"), "PAUSE")) {
    check_pause(c);
    return;
  }
  if (!has(c->value, "hook_target_arn"))
    ecs_diags_add(c->diags, "Missing", member_path(c, "hook_target_arn"), "a hook needs the function that it calls")
        ->hint = "set it to the ARN of a function, or target_type = \"PAUSE\"";
  if (!has(c->value, "role_arn"))
    ecs_diags_add(c->diags, "Missing", member_path(c, "role_arn"), "ECS needs a role to call the function")->hint =
        "set it to the ARN of a role that may invoke the function";
}

/* "This value must be greater than or equal to the minimumHealthyPercent value." */
static void check_enough(const ecs_check *c, const ecs_value *healthy) {
  const ecs_value *given = ecs_value_get(c->context->config, "deployment_minimum_healthy_percent");
  int64_t minimum = ecs_value_int_or(given, ecs_rule_is_daemon(c->context) ? 0 : 100);
  if (!ecs_value_is(healthy, ECS_INT) || healthy->as.integer >= minimum)
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "OutOfRange", member_path(c, "healthy_percent"),
                                 "%lld is less than the %lld percent that must stay healthy during a deployment",
                                 (long long)healthy->as.integer, (long long)minimum);
  diag->allowed = ecs_arena_format(c->diags->arena, "%lld to 100", (long long)minimum);
  diag->hint = "raise healthy_percent, or lower deployment_minimum_healthy_percent";
}

void ecs_rule_check_early_success(const ecs_check *c) {
  const ecs_value *healthy = ecs_value_get(c->value, "healthy_percent");
  if (!ecs_value_true(ecs_value_get(c->value, "enable")))
    return;
  if (ecs_value_is_null(healthy))
    ecs_diags_add(c->diags, "Missing", member_path(c, "healthy_percent"), "is required where enable is true")->hint =
        "set it to a percent of desired_count";
  if (!has(c->value, "source_service_revision_cleanup"))
    ecs_diags_add(c->diags, "Missing", member_path(c, "source_service_revision_cleanup"),
                  "is required where enable is true")
        ->hint = "set it to \"BLOCKING\" or \"DEFERRED\"";
  check_enough(c, healthy);
}
