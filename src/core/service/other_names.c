#include "service/other_names.h"

#include <stdbool.h>
#include <string.h>

#define ANSWERED "remove it: AWS answers it, and nobody can set it"
#define OF_TASK_DEFINITION "it belongs to the task definition: register one, and name it in task_definition"
#define OF_STACK "it belongs to the stack: ecs.stack { … }"
#define LOOP "a stack declares any number of services: call stack:service in a loop"

/* In the order of what a service has; names of the API (CreateService, DescribeServices; ecspresso's files have the same),
** of Terraform (of older providers as well), of other tools. */
static const ecs_other_name names[] = {
    {"", "service_name", "name", NULL},
    {"", "serviceArn", NULL, ANSWERED},
    {"", "arn", NULL, ANSWERED},
    {"", "clusterArn", "cluster", NULL},
    {"", "cluster_name", "cluster", NULL},
    {"", "cluster_id", "cluster", NULL},
    {"", "task_definition_arn", "task_definition", NULL},
    {"", "task", "task_definition", NULL},
    {"", "desired", "desired_count", NULL},
    {"", "desired_capacity", "desired_count", NULL},
    {"", "desired_tasks", "desired_count", NULL},
    {"", "replicas", "desired_count", NULL},
    {"", "scale", "desired_count", NULL},
    {"", "count", NULL, "desired_count is how many tasks run; " LOOP},
    {"", "for_each", NULL, LOOP},
    {"", "provider", NULL, OF_STACK},
    {"", "region", NULL, OF_STACK},
    {"", "profile", NULL, OF_STACK},
    {"", "default_tags", NULL, OF_STACK},
    {"", "tag", "tags", NULL},
    {"", "labels", "tags", NULL},
    {"", "deployment_configuration", NULL,
     "write its members as arguments: deployment_maximum_percent, deployment_minimum_healthy_percent, "
     "deployment_circuit_breaker, alarms"},
    {"", "maximum_percent", "deployment_maximum_percent", NULL},
    {"", "max_percent", "deployment_maximum_percent", NULL},
    {"", "max_healthy_percent", "deployment_maximum_percent", NULL},
    {"", "minimum_healthy_percent", "deployment_minimum_healthy_percent", NULL},
    {"", "deployment_minimum_percent", "deployment_minimum_healthy_percent", NULL},
    {"", "deployment_min_percent", "deployment_minimum_healthy_percent", NULL},
    {"", "deployment_max_percent", "deployment_maximum_percent", NULL},
    {"", "security_groups", "network_configuration.security_groups", NULL},
    {"", "assign_public_ip", "network_configuration.assign_public_ip", NULL},
    {"", "subnets", "network_configuration.subnets", NULL},
    {"", "rollback", "deployment_circuit_breaker.rollback",
     "write deployment_circuit_breaker = { enable = true, rollback = true }"},
    {"", "min_healthy_percent", "deployment_minimum_healthy_percent", NULL},
    {"", "circuit_breaker", "deployment_circuit_breaker", NULL},
    {"", "deployment_alarms", "alarms", NULL},
    {"", "controller", "deployment_controller", NULL},
    {"", "deployment_controller_type", "deployment_controller.type", NULL},
    {"", "force_deployment", "force_new_deployment", NULL},
    {"", "force_deploy", "force_new_deployment", NULL},
    {"", "redeploy", "force_new_deployment", NULL},
    {"", "enable_managed_tags", "enable_ecs_managed_tags", NULL},
    {"", "execute_command", "enable_execute_command", NULL},
    {"", "enable_exec", "enable_execute_command", NULL},
    {"", "health_check_grace_period", "health_check_grace_period_seconds", NULL},
    {"", "grace_period", "health_check_grace_period_seconds", NULL},
    {"", "role", "iam_role", NULL},
    {"", "role_arn", "iam_role", NULL},
    {"", "service_role", "iam_role", NULL},
    {"", "iam_role_arn", "iam_role", NULL},
    {"", "launch", "launch_type", NULL},
    {"", "compatibility", "launch_type", NULL},
    {"", "capacity_providers", "capacity_provider_strategy", NULL},
    {"", "capacity_provider", "capacity_provider_strategy", NULL},
    {"", "load_balancers", "load_balancer", NULL},
    {"", "lb", "load_balancer", NULL},
    {"", "target_group", "load_balancer", NULL},
    {"", "target_groups", "load_balancer", NULL},
    {"", "network", "network_configuration", NULL},
    {"", "network_config", "network_configuration", NULL},
    {"", "networking", "network_configuration", NULL},
    {"", "awsvpc_configuration", "network_configuration", NULL},
    {"", "vpc_config", "network_configuration", NULL},
    {"", "subnet_ids", "network_configuration.subnets", NULL},
    {"", "security_group_ids", "network_configuration.security_groups", NULL},
    {"", "placement_strategy", "ordered_placement_strategy", NULL},
    {"", "placement_strategies", "ordered_placement_strategy", NULL},
    {"", "placement_constraint", "placement_constraints", NULL},
    {"", "platform", "platform_version", NULL},
    {"", "platform_family", NULL, ANSWERED},
    {"", "scheduling", "scheduling_strategy", NULL},
    {"", "daemon", "scheduling_strategy", "write scheduling_strategy = \"DAEMON\""},
    {"", "service_connect", "service_connect_configuration", NULL},
    {"", "service_discovery", "service_registries", NULL},
    {"", "service_registry", "service_registries", NULL},
    {"", "volume_configurations", "volume_configuration", NULL},
    {"", "volume", "volume_configuration", NULL},
    {"", "volumes", "volume_configuration", NULL},
    {"", "managed_ebs_volume", "volume_configuration.managed_ebs_volume", NULL},
    {"", "vpc_lattice", "vpc_lattice_configurations", NULL},
    {"", "wait", "wait_for_steady_state", NULL},
    {"", "wait_for_deployment", "wait_for_steady_state", NULL},
    {"", "wait_until_stable", "wait_for_steady_state", NULL},
    {"", "steady_state", "wait_for_steady_state", NULL},
    {"", "timeout", "timeouts", NULL},
    {"", "needs", "depends_on", NULL},
    {"", "depends", "depends_on", NULL},
    {"", "client_token", NULL, "remove it: each request gets one of its own"},
    {"", "availability_zone_rebalance", "availability_zone_rebalancing", NULL},
    {"", "az_rebalancing", "availability_zone_rebalancing", NULL},
    {"", "replace_triggered_by", "triggers", NULL},
    {"", "container_definitions", NULL, OF_TASK_DEFINITION},
    {"", "containers", NULL, OF_TASK_DEFINITION},
    {"", "family", NULL, OF_TASK_DEFINITION},
    {"", "image", NULL, OF_TASK_DEFINITION},
    {"", "environment", NULL, OF_TASK_DEFINITION},
    {"", "env", NULL, OF_TASK_DEFINITION},
    {"", "secrets", NULL, OF_TASK_DEFINITION},
    {"", "command", NULL, OF_TASK_DEFINITION},
    {"", "cpu", NULL, OF_TASK_DEFINITION},
    {"", "memory", NULL, OF_TASK_DEFINITION},
    {"", "network_mode", NULL, OF_TASK_DEFINITION},
    {"", "task_role_arn", NULL, OF_TASK_DEFINITION},
    {"", "execution_role_arn", NULL, OF_TASK_DEFINITION},
    {"", "status", NULL, ANSWERED},
    {"", "running_count", NULL, ANSWERED},
    {"", "pending_count", NULL, ANSWERED},
    {"", "deployments", NULL, ANSWERED},
    {"", "task_sets", NULL, ANSWERED},
    {"", "events", NULL, ANSWERED},
    {"", "created_at", NULL, ANSWERED},
    {"", "created_by", NULL, ANSWERED},
    {"", "current_service_deployment", NULL, ANSWERED},
    {"", "current_service_revisions", NULL, ANSWERED},
    {"alarms", "names", "alarms.alarm_names", NULL},
    {"alarms", "enabled", "alarms.enable", NULL},
    {"deployment_circuit_breaker", "enabled", "deployment_circuit_breaker.enable", NULL},
    {"deployment_controller", "controller", "deployment_controller.type", NULL},
    {"capacity_provider_strategy", "provider", "capacity_provider_strategy.capacity_provider", NULL},
    {"capacity_provider_strategy", "name", "capacity_provider_strategy.capacity_provider", NULL},
    {"lifecycle", "ignore", "lifecycle.ignore_changes", NULL},
    {"lifecycle", "replace_triggered_by", "triggers", "declare triggers, and force_new_deployment = true"},
    {"lifecycle", "precondition", NULL, "remove it: check in Lua, with assert, before the declaration"},
    {"lifecycle", "postcondition", NULL, "remove it: check in Lua what apply answers"},
    {"load_balancer", "load_balancer_name", "load_balancer.elb_name", NULL},
    {"load_balancer", "name", "load_balancer.elb_name", NULL},
    {"load_balancer", "elb", "load_balancer.elb_name", NULL},
    {"load_balancer", "target_group", "load_balancer.target_group_arn", NULL},
    {"load_balancer", "arn", "load_balancer.target_group_arn", NULL},
    {"load_balancer", "port", "load_balancer.container_port", NULL},
    {"load_balancer", "container", "load_balancer.container_name", NULL},
    {"network_configuration", "awsvpc_configuration", NULL,
     "write its members in network_configuration itself: subnets, security_groups, assign_public_ip"},
    {"network_configuration", "subnet_ids", "network_configuration.subnets", NULL},
    {"network_configuration", "security_group_ids", "network_configuration.security_groups", NULL},
    {"network_configuration", "public_ip", "network_configuration.assign_public_ip", NULL},
    {"ordered_placement_strategy", "strategy", "ordered_placement_strategy.type", NULL},
    {"placement_constraints", "constraint", "placement_constraints.type", NULL},
    {"service_connect_configuration", "enable", "service_connect_configuration.enabled", NULL},
    {"service_connect_configuration", "services", "service_connect_configuration.service", NULL},
    {"service_connect_configuration", "logs", "service_connect_configuration.log_configuration", NULL},
    {"service_connect_configuration.log_configuration", "driver",
     "service_connect_configuration.log_configuration.log_driver", NULL},
    {"service_connect_configuration.log_configuration", "secret_options",
     "service_connect_configuration.log_configuration.secret_option", NULL},
    {"service_connect_configuration.service", "port", "service_connect_configuration.service.port_name",
     "write port_name, the name of a port of the task definition; a number stands in client_alias.port"},
    {"service_connect_configuration.service", "name", "service_connect_configuration.service.discovery_name", NULL},
    {"service_connect_configuration.service", "client_aliases", "service_connect_configuration.service.client_alias",
     NULL},
    {"service_connect_configuration.service.tls", "issuer_certificate_authority",
     "service_connect_configuration.service.tls.issuer_cert_authority", NULL},
    {"service_registries", "arn", "service_registries.registry_arn", NULL},
    {"service_registries", "registry", "service_registries.registry_arn", NULL},
    {"timeouts", "read", NULL, "remove it: create, update and delete have timeouts"},
    {"volume_configuration.managed_ebs_volume", "size", "volume_configuration.managed_ebs_volume.size_in_gb", NULL},
    {"volume_configuration.managed_ebs_volume", "size_in_gib", "volume_configuration.managed_ebs_volume.size_in_gb",
     NULL},
    {"volume_configuration.managed_ebs_volume", "type", "volume_configuration.managed_ebs_volume.volume_type", NULL},
    {"volume_configuration.managed_ebs_volume", "kms_key", "volume_configuration.managed_ebs_volume.kms_key_id", NULL},
    {"volume_configuration.managed_ebs_volume", "filesystem",
     "volume_configuration.managed_ebs_volume.file_system_type", NULL},
    {NULL, NULL, NULL, NULL}};

const ecs_other_name *ecs_schema_other_names(void) { return names; }

/* "load_balancer[2]" is the block "load_balancer". */
static bool is_block(const char *block, const char *path) {
  while (*path != '\0') {
    if (*path == '[') {
      path += strcspn(path, "]");
      path += *path == ']';
    } else if (*block++ != *path++) {
      return false;
    }
  }
  return *block == '\0';
}

static char plain(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* deploymentConfiguration, deployment_configuration and DeploymentConfiguration are one name. */
static bool is_name(const char *name, const char *given, size_t size) {
  const char *end = given + size;
  for (;;) {
    while (*name == '_')
      name++;
    while (given < end && (*given == '_' || *given == '-'))
      given++;
    if (*name == '\0' || given == end)
      return *name == '\0' && given == end;
    if (plain(*name++) != plain(*given++))
      return false;
  }
}

const ecs_other_name *ecs_schema_other_name(const char *within, const char *given, size_t size) {
  for (const ecs_other_name *one = names; one->given != NULL; one++) {
    if (is_block(one->within, within) && is_name(one->given, given, size))
      return one;
  }
  return NULL;
}

const char *ecs_schema_other_here(const ecs_other_name *other) {
  size_t size = strlen(other->within);
  const char *path = other->meant;
  bool inside = path != NULL && size > 0 && strncmp(path, other->within, size) == 0 && path[size] == '.';
  return inside ? path + size + 1 : path;
}

const ecs_row *ecs_schema_by_wire(const ecs_row *rows, const char *name, size_t size) {
  for (const ecs_row *row = rows; row->name != NULL; row++) {
    const char *dot = row->create == NULL ? NULL : strrchr(row->create, '.');
    const char *last = dot == NULL ? row->create : dot + 1;
    if (last != NULL && strlen(last) == size && memcmp(last, name, size) == 0)
      return row;
  }
  return NULL;
}
