-- An imported service that has every one of the newest members, of which its declaration says nothing: whatever other
-- argument is changed, AWS has all of them afterwards.
local core = require "ecs_service.core"
local journey = require "support.journey"
local members = require "support.members"
local staged = require "support.staged"

before_each(function() journey.environment {} end)
after_each(journey.clean)

local RULE = "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/1/2/"
local HOOKS = {
  { hookTargetArn = staged.SMOKE, roleArn = staged.ROLE,
    lifecycleStages = { "POST_SCALE_UP" }, hookDetails = { url = "https://example", retries = 3 } },
  { targetType = "PAUSE", lifecycleStages = { "POST_PRODUCTION_TRAFFIC_SHIFT" },
    timeoutConfiguration = { timeoutInMinutes = 1, action = "CONTINUE" } },
}
local BALANCERS = { { targetGroupArn = members.group "blue", containerName = "web", containerPort = 80,
  advancedConfiguration = { alternateTargetGroupArn = members.group "green", roleArn = members.ROLE,
    productionListenerRule = RULE .. "3", testListenerRule = RULE .. "4" } } }
local BREAKER = { enable = true, rollback = true, resetOnHealthyTask = false,
  thresholdConfiguration = { type = "COUNT", value = 7 } }
local LOGS = { logDriver = "awslogs", options = { ["awslogs-group"] = "/sc", ["awslogs-region"] = "us-west-2" } }

local function configured(strategy, more)
  local made = { strategy = strategy, bakeTimeInMinutes = 3, lifecycleHooks = HOOKS,
    deploymentCircuitBreaker = BREAKER }
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

local ROOT = "networkConfiguration"
local NETWORK = { [ROOT] = { awsvpcConfiguration = { subnets = { "subnet-1" }, assignPublicIp = "DISABLED",
  securityGroups = {} } } }

-- What AWS has; what is declared of it; and what is changed of that, one after the other.
local SERVICES = {
  { name = "BLUE_GREEN behind a load balancer",
    body = { loadBalancers = BALANCERS, deploymentConfiguration = configured "BLUE_GREEN",
      monitoring = { metricConfigurations = { { metricNames = { "CPUUtilization" }, resolutionSeconds = 20 } } } },
    declared = { load_balancer = { { target_group_arn = members.group "blue", container_name = "web",
      container_port = 80 } } },
    changes = { { desired_count = 3 }, { deployment_maximum_percent = 150 }, { enable_execute_command = true },
      { load_balancer = { { target_group_arn = members.group "blue", container_name = "web", container_port = 81 } } },
      { task_definition = "web:2" } } },
  { name = "LINEAR",
    body = { deploymentConfiguration = configured("LINEAR", { linearConfiguration = { stepPercent = 12.5,
      stepBakeTimeInMinutes = 1 } }) },
    changes = { { deployment_minimum_healthy_percent = 50 }, { task_definition = "web:2" } } },
  { name = "CANARY",
    body = { deploymentConfiguration = configured("CANARY", { canaryConfiguration = { canaryPercent = 7.5,
      canaryBakeTimeInMinutes = 1 } }) },
    changes = { { deployment_maximum_percent = 180 }, { task_definition = "web:2" } } },
  { name = "ROLLING with early success",
    body = { deploymentConfiguration = { strategy = "ROLLING", minimumHealthyPercent = 50, maximumPercent = 200,
      deploymentCircuitBreaker = BREAKER, earlySuccessCriteria = { enable = true, healthyPercent = 75,
        sourceServiceRevisionCleanup = "DEFERRED" } } },
    declared = { deployment_minimum_healthy_percent = 50 },
    changes = { { deployment_maximum_percent = 180 }, { desired_count = 4 } } },
  { name = "Service Connect",
    body = { serviceConnectConfiguration = { enabled = true, namespace = "ns", logConfiguration = LOGS,
      accessLogConfiguration = { format = "JSON", includeQueryParameters = "ENABLED" },
      containerConfigurations = { { logLevel = "debug" } },
      services = { { portName = "http", discoveryName = "web", clientAliases = { { port = 80, dnsName = "web",
        testTrafficRules = { header = { name = "x-test", value = { exact = "yes" } } } } } } } } },
    declared = { service_connect_configuration = { enabled = true, namespace = "ns",
      log_configuration = { log_driver = "awslogs", options = LOGS.options },
      service = { { port_name = "http", discovery_name = "web", client_alias = { port = 80, dns_name = "web" } } } } },
    changes = { { service_connect_configuration = { enabled = true, namespace = "ns",
      log_configuration = { log_driver = "awslogs", options = LOGS.options },
      service = { { port_name = "http", discovery_name = "web", client_alias = { port = 80, dns_name = "site" } } } } },
      { task_definition = "web:2" } } },
  { name = "volumes",
    body = { volumeConfigurations = { { name = "data", managedEBSVolume = { roleArn = members.ROLE, sizeInGiB = 20,
      snapshotId = "snap-1", volumeInitializationRate = 200, filesystemType = "ntfs", tagSpecifications = { {
        resourceType = "volume", propagateTags = "SERVICE", tags = { { key = "team", value = "core" } } } } } } } },
    declared = { volume_configuration = { name = "data", managed_ebs_volume = { role_arn = members.ROLE,
      size_in_gb = 20, snapshot_id = "snap-1", volume_initialization_rate = 200, file_system_type = "ntfs" } } },
    changes = { { volume_configuration = { name = "data", managed_ebs_volume = { role_arn = members.ROLE,
      size_in_gb = 30, snapshot_id = "snap-1", volume_initialization_rate = 200, file_system_type = "ntfs" } } },
      { desired_count = 3 } } },
  { name = "VPC Lattice and a gateway",
    body = { networkConfiguration = NETWORK[ROOT], vpcLatticeConfigurations = { { roleArn = members.ROLE,
      targetGroupArn = members.LATTICE, portName = "http", advancedConfiguration = {
        alternateTargetGroupArn = members.LATTICE .. "1", productionListenerRule = "rule-1",
        testListenerRule = "rule-2" } } },
      gatewayConnectors = { { portName = "http", deregistrationDelay = { timeoutSeconds = 30 } } } },
    declared = { network_configuration = { subnets = { "subnet-1" } }, vpc_lattice_configurations = { {
      role_arn = members.ROLE, target_group_arn = members.LATTICE, port_name = "http" } } },
    changes = { { vpc_lattice_configurations = { { role_arn = members.ROLE .. "-2", target_group_arn = members.LATTICE,
      port_name = "http" } } }, { task_definition = "web:2" } } },
}

-- What has to be there, wherever it stands: the members by their paths, and their values as JSON.
local NEWEST = { "strategy", "bakeTimeInMinutes", "lifecycleHooks", "linearConfiguration", "canaryConfiguration",
  "earlySuccessCriteria", "resetOnHealthyTask", "thresholdConfiguration", "advancedConfiguration",
  "accessLogConfiguration", "containerConfigurations", "testTrafficRules", "tagSpecifications", "filesystemType",
  "volumeInitializationRate", "monitoring", "gatewayConnectors" }
local is_newest = {}
for _, name in ipairs(NEWEST) do is_newest[name] = true end

-- As JSON; what stands in a list of tables is a set.
local function text_of(value)
  if type(value) == "table" and type(value[1]) == "table" then
    local texts = {}
    for i, item in ipairs(value) do texts[i] = core.json(item, 2) end
    table.sort(texts)
    return table.concat(texts, "\n")
  end
  return core.json(value, 2)
end

local function found_in(value, path, out)
  if type(value) ~= "table" then return out end
  for name, item in pairs(value) do
    local here = path .. "." .. tostring(name)
    if is_newest[name] then out[here] = text_of(item) else found_in(item, here, out) end
  end
  return out
end

local function newest_of(sim)
  local service = journey.service(sim)
  local primary = service.deployments[1]
  local revision = sim:call("DescribeServiceRevisions", { serviceRevisionArns = {
    service.currentServiceRevisions[1].arn } }).serviceRevisions[1]
  return found_in({ service = { deploymentConfiguration = service.deploymentConfiguration,
    loadBalancers = service.loadBalancers, monitoring = revision.monitoring,
    gatewayConnectors = revision.gatewayConnectors }, primary = { primary.serviceConnectConfiguration,
    primary.volumeConfigurations, primary.vpcLatticeConfigurations } }, "", {})
end

local function declaration(service, change)
  local config = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2 }
  for _, part in ipairs { service.declared or {}, change or {} } do
    for name, value in pairs(part) do config[name] = value end
  end
  return config
end

describe("an imported service that uses the newest members", function()
  local seen = {}

  for _, service in ipairs(SERVICES) do
    it(("loses none of them when another argument changes: %s"):format(service.name), function()
      local sim = journey.simulator { clusters = { "prod" }, task_definitions = { "web:1", "web:2" } }
      members.create(sim, service.body)
      local had = newest_of(sim)
      for path in pairs(had) do seen[path:match "[^.]+$"] = true end
      local state = members.imported(sim, declaration(service))
      journey.assert_empty(members.stack_of(sim, state, declaration(service)))
      for _, change in ipairs(service.changes) do
        local stack = members.stack_of(sim, state, declaration(service, change))
        assert.is_false(assert(stack:plan()):is_empty())
        local result, err = stack:apply()
        assert(result, tostring(err))
        sim:advance(900)
        assert.same(had, newest_of(sim))
        journey.assert_empty(members.stack_of(sim, state, declaration(service, change)))
      end
    end)
  end

  it("has every one of them somewhere", function()
    for _, name in ipairs(NEWEST) do assert.is_true(seen[name] == true, name) end
  end)
end)
