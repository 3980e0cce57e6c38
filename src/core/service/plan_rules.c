#include "service/plan_rules.h"

#include <string.h>

#include "plan/ignore.h"

/* The first of the two that sets `name`. */
static const ecs_value *either(const ecs_value *config, const ecs_value *attributes, const char *name) {
  const ecs_value *value = ecs_value_get(config, name);
  return ecs_value_is_null(value) ? ecs_value_get(attributes, name) : value;
}

/* Leaving the strategy out of a configuration declares its default, whatever the service is now. */
static bool is_daemon(const ecs_value *config, const ecs_value *attributes) {
  const ecs_row *row = ecs_schema_find(ecs_schema_service(), "scheduling_strategy");
  bool own = config == NULL || ecs_ignore_whole(ecs_value_get_path(config, "lifecycle.ignore_changes"), row);
  return ecs_value_is_text(own ? either(config, attributes, row->name) : ecs_value_get(config, row->name), "DAEMON");
}

static bool is_balanced(const ecs_value *attributes, bool external) {
  return external || !ecs_value_is_empty(ecs_value_get(attributes, "load_balancer")) ||
         !ecs_value_is_empty(ecs_value_get(attributes, "vpc_lattice_configurations"));
}

void ecs_schema_traits(const ecs_value *config, const ecs_value *attributes, ecs_traits *traits) {
  const char *name = "deployment_controller";
  const ecs_value *type = ecs_value_get(either(config, attributes, name), "type");
  bool external = ecs_value_is_text(type, "EXTERNAL");
  *traits = (ecs_traits){
      .daemon = is_daemon(config, attributes),
      .forces = ecs_value_true(ecs_value_get(config, "force_new_deployment")),
      .controller = ecs_value_is_text(type, "CODE_DEPLOY") ? ECS_CONTROLLER_CODE_DEPLOY
                    : external                             ? ECS_CONTROLLER_EXTERNAL
                                                           : ECS_CONTROLLER_ECS,
      .balanced = is_balanced(config == NULL ? attributes : config, external),
      .was_balanced = is_balanced(attributes, external),
      .of_task_sets = external && ecs_value_is_text(ecs_value_get(ecs_value_get(attributes, name), "type"), "EXTERNAL"),
  };
}

void ecs_schema_lifecycle(const ecs_value *config, ecs_lifecycle *lifecycle) {
  const ecs_value *block = ecs_value_get(config, "lifecycle");
  *lifecycle = (ecs_lifecycle){
      .ignore = ecs_value_get(block, "ignore_changes"),
      .leave_out = ecs_value_get(block, "leave_out"),
      .prevent_destroy = ecs_value_true(ecs_value_get(block, "prevent_destroy")),
      .create_before_destroy = ecs_value_true(ecs_value_get(block, "create_before_destroy")),
  };
}

static bool is_int(const ecs_value *value, int64_t integer) {
  return ecs_value_is(value, ECS_INT) && value->as.integer == integer;
}

/* A DAEMON has as many tasks as there are instances: what AWS counts there is no change. */
static ecs_verdict keep_for_daemon(const ecs_change_case *change) {
  return change->traits->daemon ? ECS_KEEP : ECS_COMPARE;
}

/* AWS runs a DAEMON with percents of its own (0 and 100); Terraform's defaults in their place are no change. */
static ecs_verdict maximum_of_daemon(const ecs_change_case *change) {
  return change->traits->daemon && is_int(change->wanted, 200) ? ECS_KEEP : ECS_COMPARE;
}

static ecs_verdict minimum_of_daemon(const ecs_change_case *change) {
  return change->traits->daemon && is_int(change->wanted, 100) ? ECS_KEEP : ECS_COMPARE;
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
  return !change->traits->forces || ecs_value_is_empty(change->has) != ecs_value_is_empty(change->wanted);
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
  return change->traits->forces && !ecs_value_is_empty(change->wanted) &&
         !ecs_value_equal(change->wanted, change->recorded);
}

static bool not_for_daemon(const ecs_value *value, const ecs_traits *traits, bool create) {
  (void)value;
  (void)create;
  return !traits->daemon;
}

/* "for DAEMON the minimum only if not 100": 100 is Terraform's default, not the API's. */
static bool unless_daemon_default(const ecs_value *value, const ecs_traits *traits, bool create) {
  (void)create;
  return !traits->daemon || !is_int(value, 100);
}

/* With the EXTERNAL controller the launch type belongs to the task sets. */
static bool not_for_external(const ecs_value *value, const ecs_traits *traits, bool create) {
  (void)value;
  (void)create;
  return traits->controller != ECS_CONTROLLER_EXTERNAL;
}

/* "Health check grace period is only valid for services configured to use load balancers": without one, what is left over
** of it cannot be changed, and means nothing. */
static ecs_verdict grace_without_balancer(const ecs_change_case *change) {
  return change->traits->balanced || change->traits->was_balanced ? ECS_COMPARE : ECS_KEEP;
}

/* It goes with the last load balancer. */
static bool when_balanced(const ecs_value *value, const ecs_traits *traits, bool create) {
  (void)value;
  (void)create;
  return traits->balanced;
}

/* Where load balancers or registries are changed, UpdateService puts the service-linked role in the place of another. A
** replacement would only bring the same again. */
static ecs_verdict keep_linked_role(const ecs_change_case *change) {
  return change->configured && ecs_schema_linked_role(change->has) ? ECS_KEEP : ECS_COMPARE;
}

bool ecs_schema_linked_role(const ecs_value *role) {
  static const char name[] = "/AWSServiceRoleForECS";
  const char *text = ecs_value_text_or(role, "");
  size_t size = strlen(text);
  return size >= sizeof name - 1 && strcmp(text + size - (sizeof name - 1), name) == 0;
}

static bool is_set(const ecs_value *value) { return !ecs_value_is_empty(value); }

/* The default strategy of a cluster is not recorded as the service's own; and a service with a launch type has none. */
static ecs_speaking speak_of_strategy(const ecs_value *service, const ecs_value *form, const ecs_value *previous) {
  if (!is_set(ecs_value_get(service, "capacityProviderStrategy")))
    return is_set(ecs_value_get(service, "launchType")) ? ECS_SAYS_NONE : ECS_SPEAKS;
  bool ours = is_set(ecs_value_get(form, "capacity_provider_strategy")) ||
              is_set(ecs_value_get(previous, "capacity_provider_strategy"));
  return ours || (form == NULL && previous == NULL) ? ECS_SPEAKS : ECS_NOT_OURS;
}

/* A service runs by a launch type or by capacity providers, never by both. */
static ecs_speaking speak_of_launch_type(const ecs_value *service, const ecs_value *form, const ecs_value *previous) {
  (void)form;
  (void)previous;
  bool by_providers = is_set(ecs_value_get(service, "capacityProviderStrategy"));
  return by_providers && !is_set(ecs_value_get(service, "launchType")) ? ECS_SAYS_NONE : ECS_SPEAKS;
}

/* One row for each argument that has a rule of its own; NULL where the general one holds. */
typedef struct rule {
  const char *name;
  ecs_verdict (*verdict)(const ecs_change_case *change);
  bool (*replaces)(const ecs_change_case *change);
  bool (*local_counts)(const ecs_change_case *change);
  bool (*sent)(const ecs_value *value, const ecs_traits *traits, bool create);
  ecs_speaking (*speaking)(const ecs_value *service, const ecs_value *form, const ecs_value *previous);
  bool identifies;
} rule;

static const rule rules[] = {
    {.name = "capacity_provider_strategy",
     .verdict = default_of_cluster,
     .replaces = strategy_replaces,
     .speaking = speak_of_strategy},
    {.name = "cluster", .identifies = true},
    {.name = "deployment_controller", .replaces = controller_replaces},
    {.name = "deployment_maximum_percent", .verdict = maximum_of_daemon, .sent = not_for_daemon},
    {.name = "deployment_minimum_healthy_percent", .verdict = minimum_of_daemon, .sent = unless_daemon_default},
    {.name = "desired_count", .verdict = keep_for_daemon, .sent = not_for_daemon},
    {.name = "force_new_deployment", .local_counts = force_counts},
    {.name = "health_check_grace_period_seconds", .verdict = grace_without_balancer, .sent = when_balanced},
    {.name = "iam_role", .verdict = keep_linked_role},
    {.name = "launch_type", .sent = not_for_external, .speaking = speak_of_launch_type},
    {.name = "name", .identifies = true},
    {.name = "task_definition", .verdict = only_when_configured},
    {.name = "triggers", .local_counts = triggers_count},
};

static const rule *rule_of(const ecs_row *row) {
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    int order = strcmp(row->name, rules[i].name);
    if (order == 0)
      return &rules[i];
    if (order < 0) /* the rules are sorted */
      break;
  }
  return NULL;
}

/* "Any parameters that are updated on the primary task set in a service will transition to the service"
** (UpdateServicePrimaryTaskSet): what AWS shows of them is nobody's change of the service. */
ecs_verdict ecs_schema_verdict(const ecs_row *row, const ecs_change_case *change) {
  if ((row->flags & ECS_OF_TASK_SETS) != 0 && change->traits->of_task_sets)
    return ECS_KEEP;
  const rule *found = rule_of(row);
  return found != NULL && found->verdict != NULL ? found->verdict(change) : ECS_COMPARE;
}

bool ecs_schema_replaces(const ecs_row *row, const ecs_change_case *change) {
  const rule *found = rule_of(row);
  if (found != NULL && found->replaces != NULL)
    return found->replaces(change);
  return (row->flags & ECS_REPLACES) != 0;
}

bool ecs_schema_moves(const ecs_value *paths) {
  for (size_t i = 0; i < ecs_value_count(paths); i++) {
    const ecs_row *row = ecs_schema_find(ecs_schema_service(), ecs_value_text_or(ecs_value_at(paths, i), ""));
    if (row != NULL && ecs_schema_identifies(row))
      return true;
  }
  return false;
}

const char *ecs_schema_way_in_place(const ecs_value *paths, const ecs_value *before, const ecs_value *after) {
  static const char name[] = "capacity_provider_strategy";
  for (size_t i = 0; i < ecs_value_count(paths); i++) {
    if (strncmp(ecs_value_text_or(ecs_value_at(paths, i), ""), name, sizeof name - 1) != 0)
      return NULL;
  }
  bool both = !ecs_value_is_empty(ecs_value_get(before, name)) && !ecs_value_is_empty(ecs_value_get(after, name));
  return both && ecs_value_count(paths) > 0 ? "with force_new_deployment = true it would be updated in place" : NULL;
}

bool ecs_schema_local_counts(const ecs_row *row, const ecs_change_case *change) {
  const rule *found = rule_of(row);
  return found != NULL && found->local_counts != NULL && found->local_counts(change);
}

bool ecs_schema_rides(const ecs_row *row, const ecs_value *attributes, const ecs_traits *traits) {
  return (row->flags & ECS_LOCAL) != 0 && row->update != NULL && ecs_value_true(ecs_value_get(attributes, row->name)) &&
         ecs_schema_updatable(row, traits);
}

const ecs_row *ecs_schema_force(void) { return ecs_schema_find(ecs_schema_service(), "force_new_deployment"); }

bool ecs_schema_updatable(const ecs_row *row, const ecs_traits *traits) {
  switch (traits->controller) {
    case ECS_CONTROLLER_CODE_DEPLOY: return (row->flags & ECS_ON_CODE_DEPLOY) != 0;
    case ECS_CONTROLLER_EXTERNAL: return (row->flags & ECS_ON_EXTERNAL) != 0;
    default: return true;
  }
}

bool ecs_schema_sent(const ecs_row *row, const ecs_value *value, const ecs_traits *traits, bool create) {
  const rule *found = rule_of(row);
  return found == NULL || found->sent == NULL || found->sent(value, traits, create);
}

bool ecs_schema_identifies(const ecs_row *row) {
  const rule *found = rule_of(row);
  return found != NULL && found->identifies;
}

bool ecs_schema_lingers(const ecs_row *row, const ecs_change_case *change) {
  return row->kind == ECS_KIND_BLOCK && row->update != NULL && row->removed != NULL && !change->configured &&
         !change->imported && !ecs_value_is_empty(change->has) && !ecs_value_is_empty(change->recorded) &&
         ecs_schema_updatable(row, change->traits);
}

const char *ecs_schema_controller_name(const ecs_traits *traits) {
  static const char *const names[] = {"ECS", "CODE_DEPLOY", "EXTERNAL"};
  return names[traits->controller];
}

const char *ecs_schema_update_hint(const ecs_traits *traits) {
  if (traits->controller == ECS_CONTROLLER_EXTERNAL)
    return "change it in a new task set, and name it in lifecycle.ignore_changes";
  return "change it by a deployment of CodeDeploy, and name it in lifecycle.ignore_changes";
}

const char *ecs_schema_destroy_hint(void) {
  return "take prevent_destroy out of the lifecycle if the service may go, or undo the change that replaces it";
}

const char *ecs_schema_order_hint(void) { return "change the name too, or accept that the service is away meanwhile"; }

const char *ecs_schema_lost_message(void) {
  return "AWS has it, this version cannot name it, and the change would take it away";
}

const char *ecs_schema_lost_hint(ecs_arena *arena, const char *path) {
  return ecs_arena_format(arena, "if it may go: lifecycle = { leave_out = { \"%s\" } }", path);
}

const char *ecs_schema_cluster_of(const ecs_value *attributes) {
  return ecs_value_text_or(ecs_value_get(attributes, "cluster"), NULL);
}

const char *ecs_schema_name_of(const ecs_value *attributes) {
  return ecs_value_text_or(ecs_value_get(attributes, "name"), NULL);
}

void ecs_schema_address(ecs_arena *arena, ecs_value *body, const char *cluster, const char *service) {
  if (cluster != NULL && *cluster != '\0')
    ecs_value_set(arena, body, "cluster", ecs_value_text(arena, cluster));
  if (service != NULL)
    ecs_value_set(arena, body, "service", ecs_value_text(arena, service));
}

static const char GRACE[] = "healthCheckGracePeriodSeconds";

bool ecs_schema_refuses_grace(const ecs_value *body, const char *message) {
  bool balancers =
      ecs_value_get(body, "loadBalancers") != NULL || ecs_value_get(body, "vpcLatticeConfigurations") != NULL;
  return balancers && ecs_value_get(body, GRACE) != NULL &&
         strstr(message, "grace period is only valid for services configured to use load balancers") != NULL;
}

ecs_value *ecs_schema_take_grace(ecs_value *body) {
  ecs_value *grace = ecs_value_get(body, GRACE);
  if (grace != NULL)
    ecs_value_drop(body, GRACE);
  return grace;
}

void ecs_schema_put_grace(ecs_arena *arena, ecs_value *body, ecs_value *grace) {
  ecs_value_set(arena, body, GRACE, grace);
}

void ecs_schema_scale(ecs_arena *arena, ecs_value *body, int64_t count) {
  ecs_value_set(arena, body, "desiredCount", ecs_value_int(arena, count));
}

ecs_speaking ecs_schema_speaking(const ecs_row *row, const ecs_value *service, const ecs_value *form,
                                 const ecs_value *previous) {
  const rule *found = rule_of(row);
  return found != NULL && found->speaking != NULL ? found->speaking(service, form, previous) : ECS_SPEAKS;
}
