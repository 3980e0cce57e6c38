/* When two values of an argument mean the same: the rules of single rows. `a` is what the service has, `b` what is
** wanted. */
#include <string.h>
#include <strings.h>

#include "schema/arn.h"
#include "schema/equal.h"
#include "service/rules.h"

/* A block that is not configured (any more) leaves what the service has. */
static bool keeps(const ecs_value *wanted) { return ecs_value_is_null(wanted); }

bool ecs_rule_same_alarms(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  return keeps(b) || ecs_equal_by_kind(row, a, b, context);
}

/* UpdateService cannot take the network from a service: only a task definition of another network mode can, and that
** comes with a new service. */
bool ecs_rule_same_network(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  return keeps(b) || ecs_equal_by_kind(row, a, b, context);
}

/* A service without a circuit breaker comes back with one that is off. */
bool ecs_rule_same_breaker(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (keeps(b))
    return true;
  if (ecs_value_is_null(a))
    return !ecs_value_true(ecs_value_get(b, "enable")) && !ecs_value_true(ecs_value_get(b, "rollback"));
  return ecs_equal_by_kind(row, a, b, context);
}

/* A service without a controller is deployed by ECS. */
bool ecs_rule_same_controller(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (keeps(b))
    return true;
  if (ecs_value_is_null(a))
    return ecs_value_is_text(ecs_value_get(b, "type"), "ECS") || ecs_value_is_null(ecs_value_get(b, "type"));
  return ecs_equal_by_kind(row, a, b, context);
}

bool ecs_rule_same_zero(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  if (ecs_value_is_null(a) || ecs_value_is_null(b))
    return ecs_value_int_or(a, 0) == ecs_value_int_or(b, 0);
  return ecs_value_equal(a, b);
}

bool ecs_rule_same_propagation(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  return strcmp(ecs_value_text_or(a, "NONE"), ecs_value_text_or(b, "NONE")) == 0;
}

/* A cluster by its name, whichever way it is given. */
static ecs_text cluster_name(const ecs_value *value) {
  ecs_arn arn;
  if (ecs_value_is_null(value))
    return (ecs_text){"default", 7};
  if (ecs_arn_claimed(value) && ecs_arn_parse(value, &arn))
    return ecs_arn_after(&arn, "cluster/");
  return ecs_text_of(value);
}

bool ecs_rule_same_cluster(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  if (keeps(b) || (ecs_arn_claimed(a) && ecs_arn_claimed(b)))
    return keeps(b) || ecs_value_equal(a, b);
  return ecs_text_equal(cluster_name(a), cluster_name(b));
}

/* A role by its path and name: "path/name". Names that have a path may begin with its slash. */
static ecs_text role_name(const ecs_value *value) {
  ecs_arn arn;
  if (ecs_arn_claimed(value) && ecs_arn_parse(value, &arn))
    return ecs_arn_after(&arn, "role/");
  ecs_text name = ecs_text_of(value);
  if (name.size > 0 && name.bytes[0] == '/')
    name = (ecs_text){name.bytes + 1, name.size - 1};
  return name;
}

bool ecs_rule_same_role(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  if (keeps(b))
    return true;
  if (ecs_arn_claimed(a) && ecs_arn_claimed(b))
    return ecs_value_equal(a, b);
  return ecs_text_equal(role_name(a), role_name(b));
}

/* A family alone means its newest revision, where that is known; else any. */
bool ecs_rule_same_task_definition(const ecs_row *row, const ecs_value *a, const ecs_value *b,
                                   const ecs_context *context) {
  ecs_task_definition_name has, wanted, newest = {.family = {"", 0}};
  if (ecs_value_is_null(a) || ecs_value_is_null(b))
    return ecs_equal_by_kind(row, a, b, context);
  if (!ecs_arn_task_definition(ecs_text_of(a), &has) || !ecs_arn_task_definition(ecs_text_of(b), &wanted))
    return ecs_value_equal(a, b);
  if (!ecs_text_equal(has.family, wanted.family))
    return false;
  if (has.prefix.size > 0 && wanted.prefix.size > 0 && !ecs_text_equal(has.prefix, wanted.prefix))
    return false;
  if (has.revision.size > 0 && wanted.revision.size > 0)
    return ecs_text_equal(has.revision, wanted.revision);
  const char *latest = context == NULL ? NULL : context->latest_task_definition;
  if (latest == NULL || !ecs_arn_task_definition((ecs_text){latest, strlen(latest)}, &newest) ||
      !ecs_text_equal(newest.family, wanted.family))
    return true;
  ecs_text left = has.revision.size > 0 ? has.revision : newest.revision;
  ecs_text right = wanted.revision.size > 0 ? wanted.revision : newest.revision;
  return ecs_text_equal(left, right);
}

static const char *field_name(const ecs_value *value) {
  const char *field = ecs_value_text_or(value, "");
  return strcasecmp(field, "host") == 0 ? "instanceId" : field;
}

/* The API answers CPU and MEMORY for cpu and memory, and instanceId for host. */
bool ecs_rule_same_field(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  return strcasecmp(field_name(a), field_name(b)) == 0;
}

/* A namespace's ARN holds an id and not the name, so that a name and an ARN cannot be told apart. A namespace that is
** not configured is the cluster's. */
bool ecs_rule_same_namespace(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (keeps(b))
    return true;
  if (!ecs_value_is_null(a) && ecs_arn_claimed(a) != ecs_arn_claimed(b))
    return true;
  return ecs_equal_by_kind(row, a, b, context);
}

static bool is_off(const ecs_value *connect) { return !ecs_value_true(ecs_value_get(connect, "enabled")); }

/* Taking Service Connect away leaves it with enabled = false, and what else it said is of no account then. */
bool ecs_rule_same_connect(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (is_off(a) && is_off(b))
    return true;
  return ecs_equal_by_kind(row, a, b, context);
}

/* The name that ECS gives an alias that has none is <discovery name>.<namespace>; the namespace is not at hand here. */
bool ecs_rule_same_client_name(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  return keeps(b) || ecs_equal_by_kind(row, a, b, context);
}

/* Where nobody says otherwise, a healthy task sets the count of failed ones back. */
bool ecs_rule_same_reset(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  (void)row;
  (void)context;
  return (ecs_value_is_null(a) || ecs_value_true(a)) == (ecs_value_is_null(b) || ecs_value_true(b));
}

static bool is_usual_threshold(const ecs_value *block) {
  return ecs_value_is_text(ecs_value_get(block, "type"), "BOUNDED_PERCENT") &&
         ecs_value_int_or(ecs_value_get(block, "value"), 0) == 50;
}

/* 50 percent, bounded, are ECS's own. */
bool ecs_rule_same_threshold(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (ecs_value_is_null(a) != ecs_value_is_null(b))
    return is_usual_threshold(ecs_value_is_null(a) ? b : a);
  return ecs_equal_by_kind(row, a, b, context);
}

/* A service without criteria may come back with some that are off; then what else they say is of no account. */
bool ecs_rule_same_early_success(const ecs_row *row, const ecs_value *a, const ecs_value *b,
                                 const ecs_context *context) {
  bool on = ecs_value_true(ecs_value_get(a, "enable"));
  if (on != ecs_value_true(ecs_value_get(b, "enable")))
    return false;
  return !on || ecs_equal_by_kind(row, a, b, context);
}

/* A service that was never told otherwise rolls, with no time to bake, whether that is answered or not. */
static bool is_usual_deployment(const ecs_value *block) {
  const ecs_value *bake = ecs_value_get(block, "bake_time_in_minutes"), *strategy = ecs_value_get(block, "strategy");
  bool rolls = ecs_value_is_null(strategy) || ecs_value_is_text(strategy, "ROLLING");
  bool early = ecs_value_true(ecs_value_get_path(block, "early_success_criteria.enable"));
  return rolls && ecs_value_int_or(bake, 0) == 0 && !early &&
         ecs_value_is_empty(ecs_value_get(block, "lifecycle_hook"));
}

bool ecs_rule_same_deployment(const ecs_row *row, const ecs_value *a, const ecs_value *b, const ecs_context *context) {
  if (keeps(b))
    return true;
  if (ecs_value_is_null(a))
    return is_usual_deployment(b);
  return ecs_equal_by_kind(row, a, b, context);
}

/* A hook without a timeout has one of a day, and is rolled back then. */
bool ecs_rule_same_hook_timeout(const ecs_row *row, const ecs_value *a, const ecs_value *b,
                                const ecs_context *context) {
  (void)row;
  (void)context;
  const char *action = ecs_value_text_or(ecs_value_get(a, "action"), "ROLLBACK");
  return strcmp(action, ecs_value_text_or(ecs_value_get(b, "action"), "ROLLBACK")) == 0 &&
         ecs_value_int_or(ecs_value_get(a, "timeout_in_minutes"), 1440) ==
             ecs_value_int_or(ecs_value_get(b, "timeout_in_minutes"), 1440);
}
