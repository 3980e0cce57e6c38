local core = require "ecs_service.core"
local journey = require "support.plan_journey"
local mirror = require "support.mirror"

local TG_A = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/0123456789abcdef"
local REGISTRY = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-"
local ROLE = "arn:aws:iam::123456789012:role/"

local config, paths = journey.config, journey.paths

-- For every argument two values, what a change and a removal mean, and what else must be declared with it.
local SAMPLES = {
  name = { "mongodb", "mongo-2", change = "replace" },
  alarms = { { alarm_names = { "a", "b" }, enable = true, rollback = false },
    { alarm_names = { "b" }, enable = true, rollback = true }, remove = "no-op" },
  availability_zone_rebalancing = { "ENABLED", "DISABLED", remove = "no-op" },
  capacity_provider_strategy = { { { capacity_provider = "FARGATE", weight = 1 } },
    { { capacity_provider = "FARGATE", weight = 1, base = 1 }, { capacity_provider = "FARGATE_SPOT", weight = 3 } },
    change = "replace", remove = "replace" },
  cluster = { "prod", "test", change = "replace", remove = "no-op" },
  deployment_circuit_breaker = { { enable = true, rollback = true }, { enable = true, rollback = false },
    remove = "no-op" },
  deployment_configuration = { { strategy = "BLUE_GREEN", bake_time_in_minutes = 5 },
    { strategy = "CANARY", canary_configuration = { canary_percent = 7.5 }, lifecycle_hook = { {
      hook_target_arn = "arn:aws:lambda:us-west-2:123456789012:function:smoke", role_arn = ROLE .. "hooks",
      lifecycle_stages = { "POST_SCALE_UP" }, hook_details = { retries = 3 } } } }, remove = "no-op" },
  deployment_controller = { { type = "ECS" }, { type = "EXTERNAL" }, change = "replace", remove = "no-op",
    with = { task_definition = "absent" } },
  deployment_maximum_percent = { 150, 300 },
  deployment_minimum_healthy_percent = { 50, 0 },
  desired_count = { 3, 5 },
  enable_ecs_managed_tags = { true, false, remove = "no-op" },
  enable_execute_command = { true, false, remove = "no-op" },
  force_new_deployment = { true, false, change = "no-op", remove = "no-op", local_only = true },
  health_check_grace_period_seconds = { 60, 90,
    with = { load_balancer = { { target_group_arn = TG_A, container_name = "web", container_port = 80 } } } },
  iam_role = { "ecs", ROLE .. "other", change = "replace", remove = "no-op" },
  launch_type = { "FARGATE", "EC2", change = "replace", remove = "no-op" },
  load_balancer = { { { target_group_arn = TG_A, container_name = "web", container_port = 80 } },
    { { target_group_arn = TG_A, container_name = "web", container_port = 81 },
      { elb_name = "classic", container_name = "web", container_port = 80 } } },
  network_configuration = { { subnets = { "subnet-1" }, security_groups = { "sg-1" } },
    { subnets = { "subnet-2", "subnet-1" }, assign_public_ip = true }, remove = "no-op" },
  ordered_placement_strategy = { { { type = "spread", field = "host" }, { type = "binpack", field = "cpu" } },
    { { type = "random" } } },
  placement_constraints = { { { type = "memberOf", expression = "attribute:a == b" } },
    { { type = "distinctInstance" } } },
  platform_version = { "1.4.0", "LATEST", remove = "no-op", with = { launch_type = "FARGATE" } },
  propagate_tags = { "SERVICE", "TASK_DEFINITION" },
  scheduling_strategy = { "REPLICA", "DAEMON", change = "replace", remove = "replace",
    with = { desired_count = "absent" } },
  service_connect_configuration = {
    { enabled = true, namespace = "prod", service = { { port_name = "http", discovery_name = "web",
      client_alias = { { port = 80, dns_name = "web" } }, timeout = { idle_timeout_seconds = 0 },
      tls = { issuer_cert_authority = {
        aws_pca_authority_arn = "arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/x" },
        kms_key = "key", role_arn = ROLE .. "tls" } } },
      log_configuration = { log_driver = "awslogs", options = { ["awslogs-group"] = "x" },
        secret_option = { { name = "token", value_from = "arn:aws:ssm:us-west-2:123456789012:parameter/x" } } } },
    { enabled = true, namespace = "prod", service = { { port_name = "http", discovery_name = "web2",
      ingress_port_override = 8080 } } } },
  service_registries = { { { registry_arn = REGISTRY .. "a", port = 0 } },
    { { registry_arn = REGISTRY .. "b", container_name = "web", container_port = 80 } } },
  tags = { { Name = "one", ["a b"] = "x" }, { Name = "two" } },
  task_definition = { "mongo:7", "mongo:8", remove = "no-op" },
  triggers = { { redeployment = "1" }, { redeployment = "2" }, with = { force_new_deployment = true },
    remove = "no-op", local_only = true },
  volume_configuration = {
    { { name = "data", managed_ebs_volume = { role_arn = ROLE .. "volumes", size_in_gb = 10 } } },
    { { name = "data", managed_ebs_volume = { role_arn = ROLE .. "volumes", size_in_gb = 20, volume_type = "gp3",
      iops = 3000, throughput = 200, encrypted = false, file_system_type = "ext4", kms_key_id = "key" } } } },
  vpc_lattice_configurations = {
    { { role_arn = ROLE .. "lattice", port_name = "http",
      target_group_arn = "arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-a" } },
    { { role_arn = ROLE .. "lattice", port_name = "http",
      target_group_arn = "arn:aws:vpc-lattice:us-west-2:123456789012:targetgroup/tg-b" } } },
}

local function each_argument(visit)
  local names = {}
  for name in pairs(SAMPLES) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do visit(name, SAMPLES[name]) end
end

local function declared(name, sample, value)
  local more = mirror.copy(sample.with or {})
  more[name] = value
  return config(more)
end

describe("plan of every argument", function()
  it("knows a sample of every argument of the schema", function()
    local missing = {}
    for _, row in ipairs(core.schema("service")) do
      if not row.meta and not row.readonly and not SAMPLES[row.name] then missing[#missing + 1] = row.name end
    end
    assert.same({}, missing)
  end)

  local forgetful = { "placementStrategy", "placementConstraints", "serviceRegistries", "deployments", "roleArn",
    "healthCheckGracePeriodSeconds", "propagateTags", "enableExecuteCommand", "availabilityZoneRebalancing",
    "deploymentConfiguration", "networkConfiguration", "platformVersion", "capacityProviderStrategy" }

  for _, forgets in ipairs { {}, forgetful } do
    local where = #forgets > 0 and " with a server that leaves members out of its answers" or ""
    each_argument(function(name, sample)
      it("creates, changes and removes " .. name .. where, function()
        local trip = journey.new { forgets = forgets }
        local one, other = declared(name, sample, sample[1]), declared(name, sample, sample[2])
        assert.equal("create", (trip:apply(one)).action)
        assert.same({}, paths(trip:plan(one)))
        assert.equal("no-op", trip:plan(one).action)

        local change = trip:apply(other)
        assert.equal(sample.change or "update", change.action)
        if change.action ~= "no-op" then
          assert.truthy(paths(change)[1])
          assert.equal(name, paths(change)[1]:match("^[%w_]+"))
        end
        assert.equal("no-op", trip:plan(other).action)
        assert.same({}, trip:plan(other).drift)

        if name == "name" then return end
        local removed = declared(name, sample, "absent")
        assert.equal(sample.remove or "update", (trip:apply(removed)).action)
        local last = trip:plan(removed)
        assert.equal("no-op", last.action)
        assert.same({}, last.diff)
      end)
    end)
  end

  each_argument(function(name, sample)
    if sample.local_only or name == "task_definition" then return end
    it("adds " .. name .. " to a service that was created without it", function()
      if name == "name" then return end
      local trip = journey.new()
      trip:apply(declared(name, sample, "absent"))
      local full = declared(name, sample, sample[2])
      trip:apply(full)
      assert.equal("no-op", trip:plan(full).action)
    end)
  end)
end)
