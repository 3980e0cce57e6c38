/* Checks across arguments: how the service is scheduled, placed and deployed. They speak up only where the table itself
** shows that AWS would refuse it; what the cluster or the task definition decides is left to AWS. */
#include <string.h>
#include <strings.h>

#include "schema/body.h"
#include "service/rules.h"
#include "service/traits.h"

/* A table, or the only one of a list. */
static const ecs_value *only(const ecs_value *value) {
  return ecs_value_is(value, ECS_LIST) && ecs_value_count(value) == 1 ? ecs_value_at(value, 0) : value;
}

bool ecs_rule_is_set(const ecs_context *context, const char *name) {
  return !ecs_value_is_empty(ecs_value_get(context->config, name));
}

bool ecs_rule_is_daemon(const ecs_context *context) {
  return ecs_value_is_text(ecs_value_get(context->config, "scheduling_strategy"), "DAEMON");
}

bool ecs_rule_controller_is(const ecs_context *context, const char *type) {
  const ecs_value *block = only(ecs_value_get(context->config, "deployment_controller"));
  return ecs_value_is_text(ecs_value_get(block, "type"), type);
}

bool ecs_rule_launch_type_is(const ecs_context *context, const char *type) {
  return ecs_value_is_text(ecs_value_get(context->config, "launch_type"), type);
}

static bool is_fargate_provider(const ecs_value *strategy) {
  const ecs_value *name = ecs_value_get(strategy, "capacity_provider");
  return ecs_value_is_text(name, "FARGATE") || ecs_value_is_text(name, "FARGATE_SPOT");
}

/* How many capacity providers are Fargate's, and how many are not. */
static void count_providers(const ecs_context *context, size_t *fargate, size_t *others) {
  const ecs_value *strategies = ecs_value_get(context->config, "capacity_provider_strategy");
  *fargate = *others = 0;
  if (ecs_value_is(strategies, ECS_MAP))
    *(is_fargate_provider(strategies) ? fargate : others) = 1;
  for (size_t i = 0; ecs_value_is(strategies, ECS_LIST) && i < ecs_value_count(strategies); i++)
    ++*(is_fargate_provider(ecs_value_at(strategies, i)) ? fargate : others);
}

bool ecs_rule_on_fargate(const ecs_context *context) {
  size_t fargate, others;
  if (ecs_rule_launch_type_is(context, "FARGATE"))
    return true;
  count_providers(context, &fargate, &others);
  return fargate > 0 && others == 0;
}

bool ecs_rule_off_fargate(const ecs_context *context) {
  size_t fargate, others;
  if (ecs_rule_launch_type_is(context, "EC2") || ecs_rule_launch_type_is(context, "EXTERNAL"))
    return true;
  count_providers(context, &fargate, &others);
  return others > 0 && fargate == 0 && !ecs_rule_is_set(context, "launch_type");
}

static const char *other_controller(const ecs_context *context) {
  return ecs_rule_controller_is(context, "CODE_DEPLOY") ? "CODE_DEPLOY"
         : ecs_rule_controller_is(context, "EXTERNAL")  ? "EXTERNAL"
                                                        : NULL;
}

/* "The deployment circuit breaker can only be used for services using the rolling update (ECS) deployment type." */
static void need_rolling_update(const ecs_check *c) {
  const char *controller = other_controller(c->context);
  if (controller == NULL)
    return;
  ecs_diag *diag =
      ecs_diags_add(c->diags, "Conflict", c->path, "cannot be enabled with the %s deployment controller", controller);
  diag->hint = "remove it, or leave the deployments to ECS";
}

void ecs_rule_check_breaker(const ecs_check *c) {
  if (ecs_value_true(ecs_value_get(c->value, "enable")))
    need_rolling_update(c);
}

void ecs_rule_check_alarms(const ecs_check *c) {
  if (ecs_value_true(ecs_value_get(c->value, "enable")))
    need_rolling_update(c);
}

/* "You can specify only parameters that aren't controlled at the task set level." Of what no request would carry, the row's
** own check warns. */
static void check_external(const ecs_check *c) {
  static const ecs_traits external = {.controller = ECS_CONTROLLER_EXTERNAL};
  for (const ecs_row *row = c->context->kind->rows; row->name != NULL; row++) {
    const ecs_value *value = ecs_value_get(c->context->config, row->name);
    if ((row->flags & ECS_OF_TASK_SETS) == 0 || ecs_value_is_empty(value) || !ecs_body_sends(row, value, &external))
      continue;
    ecs_diags_add(c->diags, "Conflict", row->name,
                  "cannot be set with the EXTERNAL deployment controller: its task sets have it")
        ->hint = "remove it, and give it when task sets are created";
  }
}

void ecs_rule_check_controller(const ecs_check *c) {
  const char *type = ecs_value_text_or(ecs_value_get(c->value, "type"), "ECS");
  const char *at = ecs_arena_format(c->diags->arena, "%s.type", c->path);
  if (at == NULL)
    return;
  if (strcmp(type, "EXTERNAL") == 0)
    check_external(c);
  /* "The service is required to use either an Application Load Balancer or Network Load Balancer." */
  if (strcmp(type, "CODE_DEPLOY") == 0 && !ecs_rule_is_set(c->context, "load_balancer"))
    ecs_diags_add(c->diags, "RequiredWith", at, "CODE_DEPLOY needs a load_balancer")->hint =
        "add a load_balancer with a target_group_arn";
}

void ecs_rule_check_launch_type(const ecs_check *c) {
  if (ecs_rule_controller_is(c->context, "EXTERNAL")) {
    ecs_diag *diag = ecs_diags_add(c->diags, "NoEffect", c->path,
                                   "is not sent with the EXTERNAL deployment controller: task sets have it");
    ecs_diags_warn(c->diags, diag)->hint = "remove it, and give it when task sets are created";
  }
}

void ecs_rule_check_scheduling(const ecs_check *c) {
  if (!ecs_value_is_text(c->value, "DAEMON"))
    return;
  size_t fargate, others;
  count_providers(c->context, &fargate, &others);
  const char *controller = other_controller(c->context);
  if (ecs_rule_launch_type_is(c->context, "FARGATE") || fargate > 0)
    ecs_diags_add(c->diags, "Conflict", c->path, "DAEMON is not supported with Fargate")->hint =
        fargate > 0 ? "use REPLICA, or other capacity providers" : "use REPLICA, or the launch_type EC2 or EXTERNAL";
  if (controller != NULL) {
    ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", c->path,
                                   "DAEMON is not supported with the %s deployment controller", controller);
    diag->hint = "use REPLICA, or leave the deployments to ECS";
  }
}

void ecs_rule_check_count(const ecs_check *c) {
  if (ecs_rule_is_daemon(c->context))
    ecs_diags_add(c->diags, "Conflict", c->path,
                  "cannot be set together with scheduling_strategy = \"DAEMON\": there is one task on every instance")
        ->hint = "remove desired_count";
}

static const ecs_value *percent(const ecs_check *c, const char *name) {
  return ecs_value_get(c->context->config, name);
}

/* What ECS says of such percents: "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block
** deployments." A service without tasks has nothing to block. */
static void check_room(const ecs_check *c, int64_t minimum, int64_t maximum) {
  ecs_diag *diag;
  if (ecs_rule_is_daemon(c->context) || other_controller(c->context) != NULL || ecs_rule_shifts_traffic(c->context))
    return;
  if (maximum < minimum)
    diag = ecs_diags_add(c->diags, "BlocksDeployments", c->path,
                         "a maximum of %lld percent is less than the minimum of %lld percent", (long long)maximum,
                         (long long)minimum);
  else if (maximum == 100 && minimum == 100)
    diag = ecs_diags_add(c->diags, "BlocksDeployments", c->path,
                         "with a minimum and a maximum of 100 percent no task can be replaced");
  else
    return;
  ecs_diags_warn(c->diags, diag)->hint = "raise deployment_maximum_percent or lower deployment_minimum_healthy_percent";
}

void ecs_rule_check_maximum(const ecs_check *c) {
  int64_t maximum = ecs_value_int_or(c->value, 200);
  if (ecs_rule_is_daemon(c->context)) {
    ecs_diag *diag =
        ecs_diags_add(c->diags, "Conflict", c->path, "cannot be set together with scheduling_strategy = \"DAEMON\"");
    diag->hint = "remove deployment_maximum_percent";
    if (maximum == 100) /* which is what ECS has for it anyway */
      ecs_diags_warn(c->diags, diag);
  } else if (other_controller(c->context) != NULL && ecs_rule_launch_type_is(c->context, "EC2") && maximum != 200) {
    ecs_diag *diag =
        ecs_diags_add(c->diags, "NoEffect", c->path, "the %s deployment controller keeps to 200 percent on EC2",
                      other_controller(c->context));
    ecs_diags_warn(c->diags, diag)->hint = "remove deployment_maximum_percent";
  }
  check_room(c, ecs_value_int_or(percent(c, "deployment_minimum_healthy_percent"), 100), maximum);
}

/* Beside a configured maximum, that one's check has said it. */
void ecs_rule_check_minimum(const ecs_check *c) {
  if (ecs_value_is_null(percent(c, "deployment_maximum_percent")))
    check_room(c, ecs_value_int_or(c->value, 100), 200);
}

void ecs_rule_check_platform(const ecs_check *c) {
  if (ecs_rule_off_fargate(c->context))
    ecs_diags_add(c->diags, "Conflict", c->path, "is for Fargate only")->hint =
        ecs_rule_is_set(c->context, "launch_type") ? "remove platform_version, or set launch_type = \"FARGATE\""
                                                   : "remove platform_version, or use the capacity provider FARGATE";
}

void ecs_rule_check_triggers(const ecs_check *c) {
  if (ecs_value_true(ecs_value_get(c->context->config, "force_new_deployment")) || ecs_value_is_empty(c->value))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "NoEffect", c->path, "have no effect unless force_new_deployment is true");
  ecs_diags_warn(c->diags, diag)->hint = "set force_new_deployment = true";
}

void ecs_rule_need_task_definition(const ecs_check *c) {
  if (!ecs_rule_controller_is(c->context, "EXTERNAL"))
    ecs_diags_add(c->diags, "Missing", c->path, "is required unless the deployment controller is EXTERNAL")->hint =
        "name the task definition as \"family:revision\"";
}

static const char *element_path(ecs_diags *diags, const char *path, size_t i, const char *member) {
  const char *text = ecs_arena_format(diags->arena, "%s[%zu]%s%s", path, i + 1, *member == '\0' ? "" : ".", member);
  return text == NULL ? path : text;
}

/* "Only one capacity provider in a capacity provider strategy can have a base defined." None is 0. */
static void check_bases(const ecs_value *list, const char *path, ecs_diags *diags) {
  size_t first = 0;
  for (size_t i = 0; i < ecs_value_count(list); i++) {
    if (ecs_value_int_or(ecs_value_get(ecs_value_at(list, i), "base"), 0) <= 0)
      continue;
    if (first > 0) {
      ecs_diag *diag = ecs_diags_add(diags, "Conflict", element_path(diags, path, i, "base"),
                                     "only one capacity provider may have a base, and %s[%zu] has one", path, first);
      diag->hint = "remove one of the bases";
    }
    first = first == 0 ? i + 1 : first;
  }
}

/* "If you specify multiple capacity providers in a strategy that all have a weight of 0, any RunTask or CreateService
** actions using the capacity provider strategy will fail." */
static void check_weights(const ecs_value *list, const char *path, ecs_diags *diags) {
  size_t count = ecs_value_count(list);
  for (size_t i = 0; i < count; i++) {
    const ecs_value *weight = ecs_value_get(ecs_value_at(list, i), "weight");
    if (!ecs_value_is_null(weight) && ecs_value_int_or(weight, 1) != 0)
      return;
  }
  if (count == 0)
    return;
  ecs_diag *diag = ecs_diags_add(diags, "Conflict", path, "no capacity provider has a weight above 0");
  diag->hint = "give one of them a weight";
  if (count == 1)
    ecs_diags_warn(diags, diag);
}

void ecs_rule_check_providers(const ecs_check *c) {
  size_t fargate, others;
  check_bases(c->value, c->path, c->diags);
  check_weights(c->value, c->path, c->diags);
  count_providers(c->context, &fargate, &others);
  if (fargate > 0 && others > 0) {
    ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", c->path, "mixes capacity providers of Fargate with others");
    ecs_diags_warn(c->diags, diag)->hint = "use either FARGATE and FARGATE_SPOT, or others";
  }
}

/* "If you're using the Fargate launch type, task placement constraints aren't supported." Nor are strategies. */
void ecs_rule_check_placement(const ecs_check *c) {
  if (ecs_value_is_empty(c->value) || !ecs_rule_on_fargate(c->context))
    return;
  ecs_diag *diag = ecs_diags_add(c->diags, "Conflict", c->path, "is not supported on Fargate");
  diag->hint = ecs_arena_format(c->diags->arena, "remove %s", c->path);
  if (!ecs_rule_launch_type_is(c->context, "FARGATE"))
    ecs_diags_warn(c->diags, diag);
}

void ecs_rule_check_constraint(const ecs_check *c) {
  const ecs_value *type = ecs_value_get(c->value, "type");
  bool has = !ecs_value_is_empty(ecs_value_get(c->value, "expression"));
  const char *at = ecs_arena_format(c->diags->arena, "%s.expression", c->path);
  if (at == NULL)
    return;
  if (ecs_value_is_text(type, "memberOf") && !has)
    ecs_diags_add(c->diags, "Missing", at, "memberOf needs an expression")->hint =
        "write, for example, expression = \"attribute:ecs.instance-type =~ t3.*\"";
  if (ecs_value_is_text(type, "distinctInstance") && has)
    ecs_diags_add(c->diags, "Conflict", at, "distinctInstance takes no expression")->hint = "remove expression";
}

void ecs_rule_check_strategy(const ecs_check *c) {
  const ecs_value *type = ecs_value_get(c->value, "type"), *given = ecs_value_get(c->value, "field");
  const char *field = ecs_value_text_or(given, "");
  bool has = !ecs_value_is_empty(given);
  const char *at = ecs_arena_format(c->diags->arena, "%s.field", c->path);
  if (at == NULL || (has && !ecs_value_is(given, ECS_STRING)))
    return;
  if (ecs_value_is_text(type, "random") && has)
    ecs_diags_add(c->diags, "Conflict", at, "random takes no field")->hint = "remove field";
  if (ecs_value_is_text(type, "spread") && !has)
    ecs_diags_add(c->diags, "Missing", at, "spread needs a field")->hint =
        "write field = \"instanceId\" or, for example, \"attribute:ecs.availability-zone\"";
  if (ecs_value_is_text(type, "binpack") && strcasecmp(field, "cpu") != 0 && strcasecmp(field, "memory") != 0) {
    ecs_diag *diag = has ? ecs_diags_add(c->diags, "NotAllowed", at, "binpack cannot pack by \"%.200s\"", field)
                         : ecs_diags_add(c->diags, "Missing", at, "binpack needs a field");
    diag->allowed = "cpu, memory";
    diag->hint = "write field = \"cpu\" or \"memory\"";
  }
}
