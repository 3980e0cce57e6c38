/* rules: the functions that single rows name, and the tables of which the kind is made (service.c). */
#ifndef ECS_SERVICE_RULES_H
#define ECS_SERVICE_RULES_H

#include "plan/rules.h"
#include "schema/resource.h"

/* Flags of a service's rows alone. */
enum {
  ECS_ON_CODE_DEPLOY = ECS_OWN_FLAG,   /* UpdateService takes it with the CODE_DEPLOY controller */
  ECS_ON_EXTERNAL = ECS_OWN_FLAG << 1, /* UpdateService takes it with the EXTERNAL controller */
  ECS_OF_TASK_SETS = ECS_OWN_FLAG << 2 /* with the EXTERNAL controller the task sets have it, and not the service */
};

/* Equality (equal.c). */
ecs_equal_fn ecs_rule_same_alarms, ecs_rule_same_breaker, ecs_rule_same_client_name, ecs_rule_same_cluster,
    ecs_rule_same_connect, ecs_rule_same_controller, ecs_rule_same_deployment, ecs_rule_same_early_success,
    ecs_rule_same_field, ecs_rule_same_hook_timeout, ecs_rule_same_namespace, ecs_rule_same_network,
    ecs_rule_same_propagation, ecs_rule_same_reset, ecs_rule_same_role, ecs_rule_same_task_definition,
    ecs_rule_same_threshold, ecs_rule_same_zero;

/* To the wire and back (wire_rules.c). */
ecs_convert_fn ecs_rule_alarms_from, ecs_rule_cluster_from, ecs_rule_controller_from, ecs_rule_deployment_from,
    ecs_rule_empty_list, ecs_rule_enabled_from, ecs_rule_enabled_to, ecs_rule_field_from, ecs_rule_field_to,
    ecs_rule_nothing, ecs_rule_off, ecs_rule_remove_breaker, ecs_rule_remove_connect, ecs_rule_remove_propagation,
    ecs_rule_role_from, ecs_rule_tags_from, ecs_rule_tags_to, ecs_rule_task_definition_from, ecs_rule_true,
    ecs_rule_unless_empty, ecs_rule_unless_lambda, ecs_rule_usual_threshold, ecs_rule_volume_tags_from,
    ecs_rule_when_true, ecs_rule_zero;

ecs_source_fn ecs_rule_before_failed, ecs_rule_in_primary, ecs_rule_in_service;

ecs_sent_fn ecs_rule_not_for_daemon, ecs_rule_not_for_external, ecs_rule_unless_daemon_default, ecs_rule_when_balanced;

ecs_speaking_fn ecs_rule_speak_of_launch_type, ecs_rule_speak_of_strategy;

/* What planning must know (plan_rules.c). */
extern const ecs_plan_rule ecs_plan_of_controller, ecs_plan_of_count, ecs_plan_of_force, ecs_plan_of_grace,
    ecs_plan_of_maximum, ecs_plan_of_minimum, ecs_plan_of_role, ecs_plan_of_strategy, ecs_plan_of_task_definition,
    ecs_plan_of_triggers;

/* Checks of form (checks.c). */
ecs_check_fn ecs_rule_check_client_name, ecs_rule_check_cluster, ecs_rule_check_discovery_name, ecs_rule_check_name,
    ecs_rule_check_namespace, ecs_rule_check_region, ecs_rule_check_task_definition, ecs_rule_check_volume_tags;

/* Placement, capacity and deployments (cross.c). */
ecs_check_fn ecs_rule_check_alarms, ecs_rule_check_breaker, ecs_rule_check_constraint, ecs_rule_check_controller,
    ecs_rule_check_count, ecs_rule_check_launch_type, ecs_rule_check_maximum, ecs_rule_check_minimum,
    ecs_rule_check_placement, ecs_rule_check_platform, ecs_rule_check_providers, ecs_rule_check_scheduling,
    ecs_rule_check_strategy, ecs_rule_check_triggers, ecs_rule_need_task_definition;

/* Strategies and their hooks (strategy.c). */
ecs_check_fn ecs_rule_check_deployment, ecs_rule_check_early_success, ecs_rule_check_hook;

/* Networks, load balancers, discovery and volumes (attached.c). */
ecs_check_fn ecs_rule_check_connect, ecs_rule_check_grace, ecs_rule_check_iam_role, ecs_rule_check_load_balancer,
    ecs_rule_check_load_balancers, ecs_rule_check_listener, ecs_rule_check_network, ecs_rule_check_proxy,
    ecs_rule_check_registries, ecs_rule_check_registry, ecs_rule_check_volume, ecs_rule_check_volumes,
    ecs_rule_need_network;

/* Whether a role is the one that ECS makes for itself, service-linked (plan_rules.c). */
bool ecs_rule_is_linked_role(const ecs_value *role);

/* What would make a replacement for `paths` an update, in words; NULL: nothing (plan_rules.c). */
const char *ecs_rule_way_in_place(const ecs_value *paths, const ecs_value *before, const ecs_value *after);

/* What the table says of how the service is run (cross.c). */
bool ecs_rule_is_daemon(const ecs_context *context);
bool ecs_rule_controller_is(const ecs_context *context, const char *type);
bool ecs_rule_launch_type_is(const ecs_context *context, const char *type);
bool ecs_rule_is_set(const ecs_context *context, const char *name);
/* The strategy that is declared, or NULL; and whether it is another than ROLLING. */
const char *ecs_rule_strategy(const ecs_context *context);
bool ecs_rule_shifts_traffic(const ecs_context *context);
/* Whether it runs on Fargate, or not, for certain: neither is certain when the cluster decides. */
bool ecs_rule_on_fargate(const ecs_context *context);
bool ecs_rule_off_fargate(const ecs_context *context);

/* The rows, in the order of the reference document (rows.c), and those of blocks (block_rows.c, connect_rows.c,
** deployment_rows.c). Each table is closed by a
** row without name. */
extern const ecs_row ecs_service_rows[];
extern const ecs_row ecs_rows_alarms[], ecs_rows_capacity_provider[], ecs_rows_circuit_breaker[], ecs_rows_controller[],
    ecs_rows_deployment[], ecs_rows_load_balancer[], ecs_rows_network[], ecs_rows_placement_constraint[],
    ecs_rows_placement_strategy[], ecs_rows_service_connect[], ecs_rows_service_registry[], ecs_rows_timeouts[],
    ecs_rows_volume[], ecs_rows_vpc_lattice[];

/* What people write who know an argument by another name (other_names.c), closed by an entry without `given`. */
extern const ecs_other_name ecs_service_other_names[];

#endif
