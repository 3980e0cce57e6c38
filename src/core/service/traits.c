#include "service/traits.h"

#include "plan/ignore.h"
#include "plan/lifecycle.h"
#include "service/rules.h"

/* The first of the two that sets `name`. */
static const ecs_value *either(const ecs_value *config, const ecs_value *attributes, const char *name) {
  const ecs_value *value = ecs_value_get(config, name);
  return ecs_value_is_null(value) ? ecs_value_get(attributes, name) : value;
}

/* Leaving the strategy out of a configuration declares its default, whatever the service is now. */
static bool is_daemon(const ecs_value *config, const ecs_value *attributes) {
  const ecs_row *row = ecs_schema_find(ecs_service_rows, "scheduling_strategy");
  bool own = config == NULL || ecs_ignore_whole(ecs_lifecycle_of(ecs_service_rows, config).ignore, row);
  return ecs_value_is_text(own ? either(config, attributes, row->name) : ecs_value_get(config, row->name), "DAEMON");
}

static bool is_balanced(const ecs_value *attributes, bool external) {
  return external || !ecs_value_is_empty(ecs_value_get(attributes, "load_balancer")) ||
         !ecs_value_is_empty(ecs_value_get(attributes, "vpc_lattice_configurations"));
}

void ecs_traits_of(const ecs_value *config, const ecs_value *attributes, ecs_traits *traits) {
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

const char *ecs_traits_controller(const ecs_traits *traits) {
  static const char *const names[] = {"ECS", "CODE_DEPLOY", "EXTERNAL"};
  return names[traits->controller];
}
