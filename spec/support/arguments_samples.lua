-- For every argument, nested ones too, a value, another one, and what a declaration without it looks like. A row of the
-- schema that has no sample here fails the arguments spec.
--   base      what else the declaration needs; first, second: parts of the declaration
--   third     the part without the argument (default: nothing; false: no declaration at all)
--   change    the action of second after first (default "update"); back: of first after second (default: as change);
--             removal: of third after first (default: as change)
local GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/"
local ROLE = "arn:aws:iam::123456789012:role/"
local NONE = require "support.journey".NONE

local function with(base, changes)
  local copy = {}
  for key, value in pairs(base) do copy[key] = value end
  for key, value in pairs(changes or {}) do
    if value == NONE then copy[key] = nil else copy[key] = value end
  end
  return copy
end

local function balancer(changes)
  return { load_balancer = { with({ target_group_arn = GROUP .. "web/0123456789abcdef", container_name = "web",
    container_port = 80 }, changes) } }
end

local function alarms(changes)
  return { alarms = with({ alarm_names = { "errors" }, enable = true, rollback = true }, changes) }
end

local function providers(changes)
  return { capacity_provider_strategy = { { capacity_provider = "steady", weight = 5 },
    with({ capacity_provider = "spot", weight = 1 }, changes) } }
end

local function breaker(enable, rollback)
  return { deployment_circuit_breaker = { enable = enable, rollback = rollback } }
end

local function network(changes)
  return { network_configuration = with({ subnets = { "subnet-1" } }, changes) }
end

local function fargate(changes)
  return with({ launch_type = "FARGATE", network_configuration = { subnets = { "subnet-1" } } }, changes)
end

local function connect(changes, service)
  local configuration = with({ enabled = true, namespace = "inner" }, changes)
  if service then configuration.service = { with({ port_name = "http" }, service) } end
  return { service_connect_configuration = configuration }
end

local function logging(changes)
  return connect { log_configuration = with({ log_driver = "awslogs", options = { ["awslogs-group"] = "one" } },
    changes) }
end

local function alias(changes)
  return connect(nil, { client_alias = { with({ port = 80, dns_name = "web" }, changes) } })
end

local function tls(changes)
  return connect(nil, { tls = with({ issuer_cert_authority = {
    aws_pca_authority_arn = "arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/one" } }, changes) })
end

local function issuer(name)
  return tls { issuer_cert_authority = {
    aws_pca_authority_arn = "arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/" .. name } }
end

local function registry(changes)
  return { service_registries = { with({
    registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-one" }, changes) } }
end

local function ebs(changes)
  return { volume_configuration = { { name = "data", managed_ebs_volume = with({ role_arn = ROLE .. "ebs",
    size_in_gb = 10 }, changes) } } }
end

local function lattice(changes)
  return { vpc_lattice_configurations = { with({ role_arn = ROLE .. "lattice", port_name = "http",
    target_group_arn = "arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-0123456789abcdef0" }, changes) } }
end

local function strategy(...) return { ordered_placement_strategy = { ... } } end
local function constraint(...) return { placement_constraints = { ... } } end

local function top(name, first, second, more)
  return with({ first = { [name] = first }, second = { [name] = second } }, more)
end

local LOCAL = { change = "no-op" }
local KEPT = { removal = "no-op" }
local SNAPSHOT = { size_in_gb = NONE, snapshot_id = "snap-1" }

local samples = {
  name = top("name", "web", "web2", { change = "replace", third = false, removal = "delete" }),
  alarms = with({ first = alarms(), second = alarms { alarm_names = { "errors", "latency" } } }, KEPT),
  ["alarms.alarm_names"] = with({ first = alarms(), second = alarms { alarm_names = { "latency" } } }, KEPT),
  ["alarms.enable"] = with({ first = alarms(), second = alarms { enable = false, rollback = false } }, KEPT),
  ["alarms.rollback"] = with({ first = alarms(), second = alarms { rollback = false } }, KEPT),
  availability_zone_rebalancing = top("availability_zone_rebalancing", "DISABLED", "ENABLED", KEPT),
  capacity_provider_strategy = { first = providers(), second = providers { capacity_provider = "other" },
    change = "replace" },
  ["capacity_provider_strategy.base"] = { first = providers { base = 1 }, second = providers { base = 2 },
    third = providers(), change = "replace" },
  ["capacity_provider_strategy.capacity_provider"] = { first = providers(),
    second = providers { capacity_provider = "other" }, change = "update", base = { force_new_deployment = true },
    removal = "replace" },
  ["capacity_provider_strategy.weight"] = { first = providers { weight = 2 }, second = providers { weight = 3 },
    third = providers { weight = NONE }, base = { force_new_deployment = true } },
  cluster = top("cluster", "prod", "default", { change = "replace", removal = "no-op" }),
  deployment_circuit_breaker = with({ first = breaker(true, true), second = breaker(false, false) }, KEPT),
  ["deployment_circuit_breaker.enable"] = with({ first = breaker(true, false), second = breaker(false, false) }, KEPT),
  ["deployment_circuit_breaker.rollback"] = with({ first = breaker(true, true), second = breaker(true, false) }, KEPT),
  deployment_controller = top("deployment_controller", { type = "CODE_DEPLOY" }, { type = "ECS" },
    { base = balancer(), back = "replace", removal = "no-op" }),
  ["deployment_controller.type"] = top("deployment_controller", { type = "ECS" }, { type = "CODE_DEPLOY" },
    { base = balancer(), change = "replace", back = "update", removal = "no-op" }),
  deployment_maximum_percent = top("deployment_maximum_percent", 150, 300),
  deployment_minimum_healthy_percent = top("deployment_minimum_healthy_percent", 50, 0),
  desired_count = top("desired_count", 2, 3, { third = { desired_count = NONE } }),
  enable_ecs_managed_tags = top("enable_ecs_managed_tags", true, false),
  enable_execute_command = top("enable_execute_command", true, false),
  force_delete = top("force_delete", true, false, LOCAL),
  force_new_deployment = top("force_new_deployment", true, false, { change = "no-op", back = "update" }),
  health_check_grace_period_seconds = top("health_check_grace_period_seconds", 30, 60, { base = balancer() }),
  iam_role = top("iam_role", ROLE .. "one", ROLE .. "two", { base = balancer(), change = "replace",
    removal = "no-op" }),
  launch_type = top("launch_type", "EC2", "FARGATE", { base = network(), change = "replace", removal = "no-op" }),
  load_balancer = { first = balancer(), second = balancer { container_port = 81 } },
  ["load_balancer.elb_name"] = { first = balancer { target_group_arn = NONE, elb_name = "one" },
    second = balancer { target_group_arn = NONE, elb_name = "two" }, third = balancer() },
  ["load_balancer.target_group_arn"] = { first = balancer(),
    second = balancer { target_group_arn = GROUP .. "other/0123456789abcdef" },
    third = balancer { target_group_arn = NONE, elb_name = "one" } },
  ["load_balancer.container_name"] = { first = balancer(), second = balancer { container_name = "side" } },
  ["load_balancer.container_port"] = { first = balancer { container_port = 8080 }, second = balancer() },
  network_configuration = with({ first = network(), second = network { subnets = { "subnet-2" } } }, KEPT),
  ["network_configuration.subnets"] = with({ first = network { subnets = { "subnet-1", "subnet-2" } },
    second = network() }, KEPT),
  ["network_configuration.security_groups"] = { first = network { security_groups = { "sg-1" } },
    second = network { security_groups = { "sg-2", "sg-3" } }, third = network() },
  ["network_configuration.assign_public_ip"] = {
    first = fargate(network { assign_public_ip = true }), second = fargate(network { assign_public_ip = false }),
    third = fargate() },
  ordered_placement_strategy = { first = strategy({ type = "spread", field = "instanceId" },
    { type = "binpack", field = "cpu" }), second = strategy({ type = "binpack", field = "cpu" },
    { type = "spread", field = "instanceId" }) },
  ["ordered_placement_strategy.type"] = { first = strategy { type = "random" },
    second = strategy { type = "spread", field = "host" } },
  ["ordered_placement_strategy.field"] = { first = strategy { type = "binpack", field = "cpu" },
    second = strategy { type = "binpack", field = "memory" }, third = strategy { type = "random" } },
  placement_constraints = { first = constraint { type = "distinctInstance" },
    second = constraint({ type = "distinctInstance" }, { type = "memberOf", expression = "attribute:a == b" }) },
  ["placement_constraints.type"] = { first = constraint { type = "distinctInstance" },
    second = constraint { type = "memberOf", expression = "attribute:a == b" } },
  ["placement_constraints.expression"] = { first = constraint { type = "memberOf", expression = "attribute:a == b" },
    second = constraint { type = "memberOf", expression = "attribute:a == c" },
    third = constraint { type = "distinctInstance" } },
  platform_version = top("platform_version", "1.4.0", "1.3.0", { base = fargate(), removal = "no-op" }),
  propagate_tags = top("propagate_tags", "SERVICE", "TASK_DEFINITION"),
  scheduling_strategy = top("scheduling_strategy", "DAEMON", "REPLICA", { base = { desired_count = NONE },
    change = "replace" }),
  service_connect_configuration = { first = connect(), second = connect(nil, {}) },
  ["service_connect_configuration.enabled"] = { first = connect(), second = connect { enabled = false,
    namespace = NONE } },
  ["service_connect_configuration.log_configuration"] = { first = logging(),
    second = logging { log_driver = "json-file", options = NONE }, third = connect() },
  ["service_connect_configuration.log_configuration.log_driver"] = { first = logging(),
    second = logging { log_driver = "fluentd", options = NONE }, third = connect() },
  ["service_connect_configuration.log_configuration.options"] = { first = logging(),
    second = logging { options = { ["awslogs-group"] = "two" } }, third = logging { options = NONE },
    removal = "no-op" },
  ["service_connect_configuration.log_configuration.secret_option"] = {
    first = logging { secret_option = { { name = "a", value_from = "one" } } },
    second = logging { secret_option = { { name = "a", value_from = "one" }, { name = "b", value_from = "two" } } },
    third = logging() },
  ["service_connect_configuration.log_configuration.secret_option.name"] = {
    first = logging { secret_option = { { name = "a", value_from = "one" } } },
    second = logging { secret_option = { { name = "b", value_from = "one" } } }, third = logging() },
  ["service_connect_configuration.log_configuration.secret_option.value_from"] = {
    first = logging { secret_option = { { name = "a", value_from = "one" } } },
    second = logging { secret_option = { { name = "a", value_from = "two" } } }, third = logging() },
  ["service_connect_configuration.namespace"] = { first = connect(), second = connect { namespace = "outer" },
    third = {} },
  ["service_connect_configuration.service"] = { first = connect(nil, {}), second = connect(nil, { port_name = "grpc" }),
    third = connect() },
  ["service_connect_configuration.service.client_alias"] = { first = alias(), second = alias { port = 81 },
    third = connect(nil, {}) },
  ["service_connect_configuration.service.client_alias.dns_name"] = { first = alias(),
    second = alias { dns_name = "site" }, third = alias { dns_name = NONE }, removal = "any" },
  ["service_connect_configuration.service.client_alias.port"] = { first = alias(), second = alias { port = 443 },
    third = connect(nil, {}) },
  ["service_connect_configuration.service.discovery_name"] = { first = connect(nil, { discovery_name = "one" }),
    second = connect(nil, { discovery_name = "two" }), third = connect(nil, {}), removal = "any" },
  ["service_connect_configuration.service.ingress_port_override"] = {
    first = connect(nil, { ingress_port_override = 8080 }), second = connect(nil, { ingress_port_override = 9090 }),
    third = connect(nil, {}) },
  ["service_connect_configuration.service.port_name"] = { first = connect(nil, {}),
    second = connect(nil, { port_name = "grpc" }) },
  ["service_connect_configuration.service.timeout"] = {
    first = connect(nil, { timeout = { idle_timeout_seconds = 60 } }),
    second = connect(nil, { timeout = { per_request_timeout_seconds = 15 } }), third = connect(nil, {}) },
  ["service_connect_configuration.service.timeout.idle_timeout_seconds"] = {
    first = connect(nil, { timeout = { idle_timeout_seconds = 60, per_request_timeout_seconds = 1 } }),
    second = connect(nil, { timeout = { idle_timeout_seconds = 0, per_request_timeout_seconds = 1 } }),
    third = connect(nil, { timeout = { per_request_timeout_seconds = 1 } }) },
  ["service_connect_configuration.service.timeout.per_request_timeout_seconds"] = {
    first = connect(nil, { timeout = { idle_timeout_seconds = 60, per_request_timeout_seconds = 1 } }),
    second = connect(nil, { timeout = { idle_timeout_seconds = 60, per_request_timeout_seconds = 2 } }),
    third = connect(nil, { timeout = { idle_timeout_seconds = 60 } }) },
  ["service_connect_configuration.service.tls"] = { first = tls(), second = tls { kms_key = "alias/one" },
    third = connect(nil, {}) },
  ["service_connect_configuration.service.tls.issuer_cert_authority"] = { first = tls(), second = issuer "two",
    third = connect(nil, {}) },
  ["service_connect_configuration.service.tls.issuer_cert_authority.aws_pca_authority_arn"] = {
    first = issuer "one", second = issuer "two", third = connect(nil, {}) },
  ["service_connect_configuration.service.tls.kms_key"] = { first = tls { kms_key = "alias/one" },
    second = tls { kms_key = "alias/two" }, third = tls() },
  ["service_connect_configuration.service.tls.role_arn"] = { first = tls { role_arn = ROLE .. "one" },
    second = tls { role_arn = ROLE .. "two" }, third = tls() },
  service_registries = { first = registry(), second = registry { container_name = "web", container_port = 80 } },
  ["service_registries.registry_arn"] = { first = registry(), second = registry {
    registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-two" } },
  ["service_registries.port"] = { base = network(), first = registry { port = 53 }, second = registry { port = 54 },
    third = registry() },
  ["service_registries.container_port"] = { first = registry { container_name = "web", container_port = 80 },
    second = registry { container_name = "web", container_port = 81 }, third = registry() },
  ["service_registries.container_name"] = { first = registry { container_name = "web", container_port = 80 },
    second = registry { container_name = "side", container_port = 80 }, third = registry() },
  tags = top("tags", { team = "core" }, { team = "edge", stage = "test" }),
  task_definition = top("task_definition", "web:1", "web:2", { third = false, removal = "delete" }),
  triggers = top("triggers", { at = "1" }, { at = "2" }, { base = { force_new_deployment = true },
    removal = "no-op" }),
  volume_configuration = { first = ebs(), second = ebs { size_in_gb = 20 } },
  ["volume_configuration.name"] = { first = ebs(), second = { volume_configuration = { { name = "logs",
    managed_ebs_volume = { role_arn = ROLE .. "ebs", size_in_gb = 10 } } } } },
  ["volume_configuration.managed_ebs_volume"] = { first = ebs(), second = ebs { volume_type = "gp3" } },
  ["volume_configuration.managed_ebs_volume.role_arn"] = { first = ebs(), second = ebs { role_arn = ROLE .. "two" } },
  ["volume_configuration.managed_ebs_volume.encrypted"] = { first = ebs { encrypted = false },
    second = ebs { encrypted = true }, third = ebs() },
  ["volume_configuration.managed_ebs_volume.file_system_type"] = { first = ebs { file_system_type = "ext4" },
    second = ebs { file_system_type = "xfs" }, third = ebs() },
  ["volume_configuration.managed_ebs_volume.iops"] = { first = ebs { volume_type = "gp3", iops = 4000 },
    second = ebs { volume_type = "gp3", iops = 5000 }, third = ebs { volume_type = "gp3" } },
  ["volume_configuration.managed_ebs_volume.kms_key_id"] = { first = ebs { kms_key_id = "alias/one" },
    second = ebs { kms_key_id = "alias/two" }, third = ebs() },
  ["volume_configuration.managed_ebs_volume.size_in_gb"] = { first = ebs(), second = ebs { size_in_gb = 20 },
    third = ebs(SNAPSHOT) },
  ["volume_configuration.managed_ebs_volume.snapshot_id"] = { first = ebs(SNAPSHOT),
    second = ebs(with(SNAPSHOT, { size_in_gb = NONE, snapshot_id = "snap-2" })), third = ebs() },
  ["volume_configuration.managed_ebs_volume.throughput"] = { first = ebs { volume_type = "gp3", throughput = 200 },
    second = ebs { volume_type = "gp3", throughput = 300 }, third = ebs { volume_type = "gp3" } },
  ["volume_configuration.managed_ebs_volume.volume_initialization_rate"] = {
    first = ebs { snapshot_id = "snap-1", volume_initialization_rate = 100 },
    second = ebs { snapshot_id = "snap-1", volume_initialization_rate = 200 }, third = ebs { snapshot_id = "snap-1" } },
  ["volume_configuration.managed_ebs_volume.volume_type"] = { first = ebs { volume_type = "gp3" },
    second = ebs { volume_type = "gp2" }, third = ebs() },
  vpc_lattice_configurations = { first = lattice(), second = lattice { port_name = "grpc" } },
  ["vpc_lattice_configurations.role_arn"] = { first = lattice(), second = lattice { role_arn = ROLE .. "two" } },
  ["vpc_lattice_configurations.target_group_arn"] = { first = lattice(), second = lattice {
    target_group_arn = "arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-0123456789abcdef1" } },
  ["vpc_lattice_configurations.port_name"] = { first = lattice(), second = lattice { port_name = "grpc" } },
  wait_for_steady_state = top("wait_for_steady_state", true, false, LOCAL),
  timeouts = top("timeouts", { create = "30m" }, { update = 60 }, LOCAL),
  ["timeouts.create"] = top("timeouts", { create = "30m" }, { create = "1h30m" }, LOCAL),
  ["timeouts.update"] = top("timeouts", { update = "30m" }, { update = "90s" }, LOCAL),
  ["timeouts.delete"] = top("timeouts", { delete = "30m" }, { delete = 1800 }, LOCAL),
  lifecycle = top("lifecycle", { prevent_destroy = true }, { ignore_changes = { "tags" } }, LOCAL),
  ["lifecycle.ignore_changes"] = top("lifecycle", { ignore_changes = { "desired_count" } },
    { ignore_changes = "all" }, LOCAL),
  ["lifecycle.leave_out"] = top("lifecycle", { leave_out = "load_balancer.advancedConfiguration" },
    { leave_out = { "deploymentConfiguration.strategy" } }, LOCAL),
  ["lifecycle.prevent_destroy"] = top("lifecycle", { prevent_destroy = true }, { prevent_destroy = false }, LOCAL),
  ["lifecycle.create_before_destroy"] = top("lifecycle", { create_before_destroy = true },
    { create_before_destroy = false }, LOCAL),
  depends_on = top("depends_on", { "db" }, { "cache" }, LOCAL),
  id = { readonly = "arn:aws:ecs:us-west-2:123456789012:service/prod/web" },
  tags_all = { readonly = { team = "core" } },
}

return samples
