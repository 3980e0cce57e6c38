-- For every argument, nested ones too, a value, another one, and what a declaration without it looks like. A row of the
-- schema that has no sample here fails the arguments spec.
--   base      what else the declaration needs; first, second: parts of the declaration
--   third     the part without the argument (default: nothing; false: no declaration at all)
--   change    the action of second after first (default "update"); back: of first after second (default: as change);
--   same      there is one value only: the second is the first again
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

local function breaker(enable, rollback, changes)
  return { deployment_circuit_breaker = with({ enable = enable, rollback = rollback }, changes) }
end

local function threshold(kind, value) return breaker(true, true, { threshold = { type = kind, value = value } }) end

local LISTENER = "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/0123456789abcdef/"

local function advanced(changes)
  return balancer { advanced_configuration = with({ role_arn = ROLE .. "one",
    alternate_target_group_arn = GROUP .. "green/0123456789abcdef",
    production_listener_rule = LISTENER .. "0123456789abcdef/0123456789abcdef" }, changes) }
end

local function deployment(changes) return { deployment_configuration = with({}, changes) } end

local function linear(changes)
  return deployment { strategy = "LINEAR", linear_configuration = with({ step_percent = 10 }, changes) }
end

local function canary(changes)
  return deployment { strategy = "CANARY", canary_configuration = with({ canary_percent = 10 }, changes) }
end

local function hook(changes)
  return deployment { strategy = "BLUE_GREEN", lifecycle_hook = { with({ role_arn = ROLE .. "one",
    hook_target_arn = "arn:aws:lambda:us-west-2:123456789012:function:smoke",
    lifecycle_stages = { "POST_SCALE_UP" } }, changes) } }
end

local function pause(changes)
  return deployment { strategy = "BLUE_GREEN", lifecycle_hook = { { target_type = "PAUSE",
    lifecycle_stages = { "POST_SCALE_UP" }, timeout_configuration = with({ timeout_in_minutes = 60 }, changes) } } }
end

local not_early = with({ deployment_minimum_healthy_percent = 50 }, deployment { strategy = "ROLLING" })

local function early(changes)
  return with({ deployment_minimum_healthy_percent = 50 }, deployment { early_success_criteria = with({ enable = true,
    healthy_percent = 80, source_service_revision_cleanup = "BLOCKING" }, changes) })
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

local function access_log(changes)
  return connect { log_configuration = { log_driver = "awslogs", options = { ["awslogs-group"] = "one" } },
    access_log_configuration = with({ format = "JSON" }, changes) }
end

local function test_header(name, value)
  return alias { test_traffic_rules = { header = { name = name, value = value and { exact = value } } } }
end

local function proxy(level) return connect { container_configurations = level and { { log_level = level } } } end

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

local function volume_tags(changes)
  return ebs { tag_specifications = { with({ resource_type = "volume", tags = { team = "core" } }, changes) } }
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
  ["deployment_circuit_breaker.reset_on_healthy_task"] = {
    first = breaker(true, true, { reset_on_healthy_task = false }),
    second = breaker(true, true, { reset_on_healthy_task = true }), third = breaker(true, true), removal = "update" },
  ["deployment_circuit_breaker.threshold"] = { first = threshold("COUNT", 5), second = threshold("COUNT", 6),
    third = breaker(true, true) },
  ["deployment_circuit_breaker.threshold.type"] = { first = threshold("COUNT", 50),
    second = threshold("UNBOUNDED_PERCENT", 50), third = breaker(true, true) },
  ["deployment_circuit_breaker.threshold.value"] = { first = threshold("BOUNDED_PERCENT", 40),
    second = threshold("BOUNDED_PERCENT", 60), third = breaker(true, true) },
  deployment_configuration = with({ first = deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 5 },
    second = canary() }, KEPT),
  ["deployment_configuration.strategy"] = with({ first = deployment { strategy = "BLUE_GREEN" },
    second = deployment { strategy = "ROLLING" } }, KEPT),
  ["deployment_configuration.bake_time_in_minutes"] = with({
    first = deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 5 },
    second = deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 0 },
    third = deployment { strategy = "BLUE_GREEN" } }, KEPT),
  ["deployment_configuration.linear_configuration"] = with({ first = linear(), second = linear { step_percent = 20 },
    third = deployment { strategy = "LINEAR" } }, KEPT),
  ["deployment_configuration.linear_configuration.step_percent"] = with({ first = linear { step_percent = 12.3 },
    second = linear { step_percent = 12.4 }, third = linear { step_percent = NONE, step_bake_time_in_minutes = 6 } },
    KEPT),
  ["deployment_configuration.linear_configuration.step_bake_time_in_minutes"] = with({
    first = linear { step_bake_time_in_minutes = 0 }, second = linear { step_bake_time_in_minutes = 9 },
    third = linear() }, KEPT),
  ["deployment_configuration.canary_configuration"] = with({ first = canary(), second = canary { canary_percent = 20 },
    third = deployment { strategy = "CANARY" } }, KEPT),
  ["deployment_configuration.canary_configuration.canary_percent"] = with({ first = canary { canary_percent = 7.5 },
    second = canary { canary_percent = 0.1 }, third = canary { canary_percent = NONE,
      canary_bake_time_in_minutes = 10 } }, KEPT),
  ["deployment_configuration.canary_configuration.canary_bake_time_in_minutes"] = with({
    first = canary { canary_bake_time_in_minutes = 0 }, second = canary { canary_bake_time_in_minutes = 1440 },
    third = canary() }, KEPT),
  ["deployment_configuration.lifecycle_hook"] = { first = hook(), second = pause(),
    third = deployment { strategy = "BLUE_GREEN" } },
  ["deployment_configuration.lifecycle_hook.target_type"] = { first = pause(), second = hook {
    target_type = "AWS_LAMBDA" }, third = hook() },
  ["deployment_configuration.lifecycle_hook.hook_target_arn"] = { first = hook(), second = hook {
    hook_target_arn = "arn:aws:lambda:us-west-2:123456789012:function:other" }, third = pause() },
  ["deployment_configuration.lifecycle_hook.role_arn"] = { first = hook(), second = hook { role_arn = ROLE .. "two" },
    third = pause() },
  ["deployment_configuration.lifecycle_hook.lifecycle_stages"] = { first = hook(), second = hook {
    lifecycle_stages = { "PRE_PRODUCTION_TRAFFIC_SHIFT", "POST_TEST_TRAFFIC_SHIFT" } },
    third = deployment { strategy = "BLUE_GREEN" } },
  ["deployment_configuration.lifecycle_hook.hook_details"] = { first = hook { hook_details = { retries = 3 } },
    second = hook { hook_details = '[1, "2", true]' }, third = hook() },
  ["deployment_configuration.lifecycle_hook.timeout_configuration"] = { first = pause(),
    second = pause { action = "CONTINUE" }, third = deployment { strategy = "BLUE_GREEN" } },
  ["deployment_configuration.lifecycle_hook.timeout_configuration.timeout_in_minutes"] = { first = pause(),
    second = pause { timeout_in_minutes = 20160 }, third = deployment { strategy = "BLUE_GREEN" } },
  ["deployment_configuration.lifecycle_hook.timeout_configuration.action"] = { first = pause { action = "CONTINUE" },
    second = pause { action = "ROLLBACK" }, third = deployment { strategy = "BLUE_GREEN" } },
  ["deployment_configuration.early_success_criteria"] = { first = early(), second = early { healthy_percent = 60 },
    third = not_early },
  ["deployment_configuration.early_success_criteria.enable"] = { first = early(), second = early { enable = false },
    third = not_early, removal = "update" },
  ["deployment_configuration.early_success_criteria.healthy_percent"] = { first = early(),
    second = early { healthy_percent = 100 }, third = not_early },
  ["deployment_configuration.early_success_criteria.source_service_revision_cleanup"] = { first = early(),
    second = early { source_service_revision_cleanup = "DEFERRED" },
    third = not_early },
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
  ["load_balancer.advanced_configuration"] = { first = advanced(), second = advanced {
    alternate_target_group_arn = GROUP .. "blue/0123456789abcdef" }, third = balancer() },
  ["load_balancer.advanced_configuration.alternate_target_group_arn"] = { first = advanced(), second = advanced {
    alternate_target_group_arn = GROUP .. "blue/0123456789abcdef" }, third = balancer() },
  ["load_balancer.advanced_configuration.production_listener_rule"] = { first = advanced(), second = advanced {
    production_listener_rule = "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener/net/web/0123/4567" },
    third = balancer() },
  ["load_balancer.advanced_configuration.test_listener_rule"] = {
    first = advanced { test_listener_rule = LISTENER .. "0123456789abcdef/aaaaaaaaaaaaaaaa" },
    second = advanced { test_listener_rule = LISTENER .. "0123456789abcdef/bbbbbbbbbbbbbbbb" }, third = advanced() },
  ["load_balancer.advanced_configuration.role_arn"] = { first = advanced(), second = advanced {
    role_arn = ROLE .. "two" }, third = balancer() },
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
  region = top("region", "us-west-2", NONE, LOCAL),
  scheduling_strategy = top("scheduling_strategy", "DAEMON", "REPLICA", { base = { desired_count = NONE },
    change = "replace" }),
  service_connect_configuration = { first = connect(), second = connect(nil, {}) },
  ["service_connect_configuration.enabled"] = { first = connect(), second = connect { enabled = false,
    namespace = NONE } },
  ["service_connect_configuration.access_log_configuration"] = { first = access_log(),
    second = access_log { format = "TEXT" }, third = logging() },
  ["service_connect_configuration.access_log_configuration.format"] = { first = access_log(),
    second = access_log { format = "TEXT" }, third = logging() },
  ["service_connect_configuration.access_log_configuration.include_query_parameters"] = with({
    first = access_log { include_query_parameters = "ENABLED" },
    second = access_log { include_query_parameters = "DISABLED" }, third = access_log() }, KEPT),
  ["service_connect_configuration.container_configurations"] = { first = proxy "debug", second = proxy "info",
    third = proxy() },
  ["service_connect_configuration.container_configurations.log_level"] = { first = proxy "debug",
    second = proxy "info", third = proxy() },
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
  ["service_connect_configuration.service.client_alias.test_traffic_rules"] = { first = test_header("X-Test", "yes"),
    second = test_header("X-Test", "no"), third = alias() },
  ["service_connect_configuration.service.client_alias.test_traffic_rules.header"] = {
    first = test_header("X-Test", "yes"), second = test_header("X-Other"), third = alias() },
  ["service_connect_configuration.service.client_alias.test_traffic_rules.header.name"] = {
    first = test_header "X-Test", second = test_header "X-Other", third = alias() },
  ["service_connect_configuration.service.client_alias.test_traffic_rules.header.value"] = {
    first = test_header("X-Test", "yes"), second = test_header("X-Test", "no"), third = test_header "X-Test" },
  ["service_connect_configuration.service.client_alias.test_traffic_rules.header.value.exact"] = {
    first = test_header("X-Test", "yes"), second = test_header("X-Test", "no"), third = test_header "X-Test" },
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
  sigint_rollback = top("sigint_rollback", true, false, LOCAL),
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
  ["volume_configuration.managed_ebs_volume.tag_specifications"] = { first = volume_tags(),
    second = volume_tags { propagate_tags = "SERVICE" }, third = ebs() },
  ["volume_configuration.managed_ebs_volume.tag_specifications.resource_type"] = { first = volume_tags(),
    second = volume_tags(), third = ebs(), change = "no-op", removal = "update", same = true },
  ["volume_configuration.managed_ebs_volume.tag_specifications.propagate_tags"] = {
    first = volume_tags { propagate_tags = "SERVICE" }, second = volume_tags { propagate_tags = "TASK_DEFINITION" },
    third = volume_tags() },
  ["volume_configuration.managed_ebs_volume.tag_specifications.tags"] = { first = volume_tags(),
    second = volume_tags { tags = { team = "edge", stage = "test" } }, third = volume_tags { tags = NONE,
      propagate_tags = "SERVICE" } },
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
  arn = { readonly = "arn:aws:ecs:us-west-2:123456789012:service/prod/web" },
  id = { readonly = "arn:aws:ecs:us-west-2:123456789012:service/prod/web" },
  tags_all = { readonly = { team = "core" } },
}

return samples
