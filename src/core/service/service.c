#include "service/service.h"

#include <string.h>

#include "service/forecast.h"
#include "service/rules.h"
#include "service/traits.h"

/* A service that was never told otherwise is answered as ROLLING, with no time to bake. */
static bool says_nothing(const ecs_row *row, const char *member, const ecs_value *whole) {
  const ecs_value *strategy = ecs_value_get(whole, "strategy"), *value = ecs_value_get(whole, member);
  bool rolls = strategy == NULL || ecs_value_is_text(strategy, "ROLLING");
  if (strncmp(row->create, "deploymentConfiguration.", 24) != 0 || !rolls)
    return false;
  return value == strategy || ecs_value_is_empty(value) ||
         (strcmp(member, "bakeTimeInMinutes") == 0 && ecs_value_is(value, ECS_INT) && value->as.integer == 0);
}

static const void *find_traits(ecs_arena *arena, const ecs_value *config, const ecs_value *attributes) {
  ecs_traits *traits = ecs_arena_take(arena, sizeof *traits);
  if (traits != NULL)
    ecs_traits_of(config, attributes, traits);
  return traits;
}

/* "Any parameters that are updated on the primary task set in a service will transition to the service"
** (UpdateServicePrimaryTaskSet): what AWS shows of them is nobody's change of the service. */
static ecs_verdict of_task_sets(const ecs_row *row, const ecs_change_case *change) {
  const ecs_traits *traits = change->traits;
  return (row->flags & ECS_OF_TASK_SETS) != 0 && traits->of_task_sets ? ECS_KEEP : ECS_COMPARE;
}

static bool updatable(const ecs_row *row, const void *found) {
  const ecs_traits *traits = found;
  switch (traits->controller) {
    case ECS_CONTROLLER_CODE_DEPLOY: return (row->flags & ECS_ON_CODE_DEPLOY) != 0;
    case ECS_CONTROLLER_EXTERNAL: return (row->flags & ECS_ON_EXTERNAL) != 0;
    default: return true;
  }
}

static void refuse(const ecs_row *row, const void *found, ecs_diags *diags) {
  const ecs_traits *traits = found;
  ecs_diag *diag = ecs_diags_add(diags, "NotUpdatable", row->name,
                                 "UpdateService does not take it for a service with the %s deployment controller",
                                 ecs_traits_controller(traits));
  diag->hint = traits->controller == ECS_CONTROLLER_EXTERNAL
                   ? "change it in a new task set, and name it in lifecycle.ignore_changes"
                   : "change it by a deployment of CodeDeploy, and name it in lifecycle.ignore_changes";
}

static bool deploys(const void *found) {
  const ecs_traits *traits = found;
  return traits->controller == ECS_CONTROLLER_ECS;
}

static void foretell(ecs_arena *arena, const ecs_plan_input *in, ecs_value *change, ecs_diags *diags) {
  ecs_forecast_input about = {.config = in->config, .recorded = in->recorded, .actual = in->actual, .facts = in->facts};
  about.gone = in->refreshed && in->actual == NULL && !in->draining;
  ecs_forecast(arena, &about, change, diags);
}

static const ecs_plan_hooks plan = {
    .verdict = of_task_sets,
    .deploys = deploys,
    .way_in_place = ecs_rule_way_in_place,
    .refuse = refuse,
    .after_plan = foretell,
    .warnings = ecs_forecast_warnings,
};

static const ecs_flag_name flag_names[] = {
    {ECS_ON_CODE_DEPLOY, "on_code_deploy"}, {ECS_ON_EXTERNAL, "on_external"}, {0, NULL}};

const ecs_resource ecs_service_resource = {
    .name = "service",
    .sample = "{ name = \"…\", … }",
    .rows = ecs_service_rows,
    .flag_names = flag_names,
    .other_names = ecs_service_other_names,
    .traits = find_traits,
    .updatable = updatable,
    .reports = (const char *const[]){"currentServiceRevisions", "deployments", "events", "taskSets", NULL},
    .creates_with = (const char *const[]){"gatewayConnectors", "monitoring", NULL},
    .says_nothing = says_nothing,
    .plan = &plan,
};
