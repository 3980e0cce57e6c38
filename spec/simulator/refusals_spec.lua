-- What the simulated ECS refuses as ECS does: services that fit no rule of the API, and task sets.
local simulator = require "ecs_service.simulator"

local TARGET_GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef"
local REGISTRY = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1"

local function new()
  return simulator.new { clusters = { "prod" }, task_definitions = { "mongo:7" } }
end

local function body_of(more, less)
  local body = { cluster = "prod", serviceName = "mongodb", taskDefinition = "mongo:7", desiredCount = 1 }
  for name, value in pairs(more) do body[name] = value end
  for _, name in ipairs(less or {}) do body[name] = nil end
  return body
end

local function many(count, of)
  local list = {}
  for i = 1, count do list[i] = of(i) end
  return list
end

local function refused(sim, operation, body)
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

local function balancer(more)
  local one = { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 }
  for name, value in pairs(more) do one[name] = value or nil end
  return { loadBalancers = { one } }
end

local function deployment(configuration, controller)
  return { deploymentConfiguration = configuration, deploymentController = controller and { type = controller },
    loadBalancers = controller and balancer({}).loadBalancers }
end

local function daemon(more)
  more.schedulingStrategy = "DAEMON"
  return more
end

local function random() return { type = "random" } end

local function distinct() return { type = "distinctInstance" } end

describe("CreateService in the simulator", function()
  local refusals = {
    ["an empty name"] = { { serviceName = "" }, "can not be blank" },
    ["a client token of strange signs"] = { { clientToken = "a b" }, "clientToken has to be" },
    ["a minimum above 100 percent"] = { deployment { minimumHealthyPercent = 101, maximumPercent = 200 },
      "minimumHealthyPercent must be between 0 and 100." },
    ["a maximum below 100 percent"] = { deployment { minimumHealthyPercent = 50, maximumPercent = 99 },
      "maximumPercent must be at least 100." },
    ["a daemon with a maximum above 100 percent"] = { daemon(deployment { minimumHealthyPercent = 0,
      maximumPercent = 150 }), "does not support values above 100", { "desiredCount" } },
    ["a daemon with placement"] = { daemon { placementStrategy = { random() } },
      "does not support placement strategies", { "desiredCount" } },
    ["a daemon with volumes"] = { daemon { volumeConfigurations = { { name = "v" } } },
      "not supported with the daemon scheduling strategy", { "desiredCount" } },
    ["alarms of CODE_DEPLOY"] = { deployment({ alarms = { enable = true, rollback = true, alarmNames = { "a" } } },
      "CODE_DEPLOY"), "can only be enabled with ECS deployment controller" },
    ["alarms without names"] = { deployment { alarms = { enable = true, rollback = true, alarmNames = {} } },
      "alarmNames cannot be empty" },
    ["Fargate beside instances in one strategy"] = { { capacityProviderStrategy = {
      { capacityProvider = "FARGATE", weight = 1 }, { capacityProvider = "own", weight = 1 } } },
      "cannot contain a mix" },
    ["more than five placement strategies"] = { { placementStrategy = many(6, random) }, "the maximum is 5" },
    ["more than ten placement constraints"] = { { placementConstraints = many(11, distinct) }, "the maximum is 10" },
    ["placement constraints on Fargate"] = { { launchType = "FARGATE", placementConstraints = { distinct() } },
      "not supported with FARGATE" },
    ["distinctInstance with an expression"] = { { placementConstraints = { { type = "distinctInstance",
      expression = "a == b" } } }, "does not take an expression" },
    ["a constraint without a type"] = { { placementConstraints = { { expression = "a == b" } } },
      "Placement constraint type cannot be null." },
    ["a placement strategy without a type"] = { { placementStrategy = { { field = "cpu" } } },
      "Placement strategy type cannot be null." },
    ["random placement with a field"] = { { placementStrategy = { { type = "random", field = "cpu" } } },
      "does not take a field" },
    ["spread placement without a field"] = { { placementStrategy = { { type = "spread" } } }, "needs a field" },
    ["a load balancer that is none"] = { balancer { targetGroupArn = false },
      "You must specify either a loadBalancerName or a targetGroupArn." },
    ["a load balancer before no container"] = { balancer { containerName = false },
      "Container name should not be blank." },
    ["a load balancer before no port"] = { balancer { containerPort = 65537 }, "between 0 and 65536" },
    ["a grace period below zero"] = { { healthCheckGracePeriodSeconds = -1 }, "must be between 0 and 2147483647" },
    ["more than sixteen subnets"] = { { networkConfiguration = { awsvpcConfiguration = {
      subnets = many(17, function(i) return "subnet-" .. i end) } } }, "subnets can have at most 16 items." },
    ["more than five security groups"] = { { networkConfiguration = { awsvpcConfiguration = { subnets = { "s" },
      securityGroups = many(6, function(i) return "sg-" .. i end) } } }, "securityGroups can have at most 5 items." },
    ["a registry that is none"] = { { serviceRegistries = { { registryArn = "arn:x" } } },
      "The service registry ARN is not valid." },
    ["a registry with two ports"] = { { serviceRegistries = { { registryArn = REGISTRY, port = 1,
      containerName = "mongo", containerPort = 2 } } }, "Both port and containerPort" },
    ["a registry with half a container"] = { { serviceRegistries = { { registryArn = REGISTRY,
      containerName = "mongo" } } }, "must be specified together" },
    ["two aliases of one Service Connect service"] = { { serviceConnectConfiguration = { enabled = true,
      services = { { portName = "web", clientAliases = { { port = 80 }, { port = 81 } } } } } },
      "Only one client alias" },
    ["rebalancing where there is no room for it"] = { { availabilityZoneRebalancing = "ENABLED",
      deploymentConfiguration = { minimumHealthyPercent = 50, maximumPercent = 100 } },
      "does not support availability zone rebalancing" },
  }
  for what, case in pairs(refusals) do
    it("refuses " .. what, function()
      local code, message = refused(new(), "CreateService", body_of(case[1], case[3]))
      assert.equal("InvalidParameterException", code)
      assert.truthy(message:find(case[2], 1, true), message)
    end)
  end
end)

describe("TagResource in the simulator", function()
  it("refuses a tag above the fifty that a service may have", function()
    local sim = new()
    local arn = assert(sim:call("CreateService", body_of {
      tags = many(50, function(i) return { key = "k" .. i, value = "v" } end) })).service.serviceArn
    assert(sim:call("TagResource", { resourceArn = arn, tags = { { key = "k50", value = "w" } } }))
    assert.equal("LimitExceededException",
      (refused(sim, "TagResource", { resourceArn = arn, tags = { { key = "k51", value = "v" } } })))
  end)
end)

describe("task sets in the simulator", function()
  local sim
  local set = { cluster = "prod", service = "mongodb", taskDefinition = "mongo:7" }

  local function set_of(more)
    local body = {}
    for name, value in pairs(set) do body[name] = value end
    for name, value in pairs(more) do body[name] = value end
    return body
  end

  before_each(function()
    sim = new()
    assert(sim:call("CreateService", body_of({ deploymentController = { type = "EXTERNAL" } }, { "taskDefinition" })))
  end)

  it("are five at most, and one where the same request comes twice", function()
    local first = assert(sim:call("CreateTaskSet", set_of { clientToken = "t" })).taskSet.id
    assert.equal(first, assert(sim:call("CreateTaskSet", set_of { clientToken = "t" })).taskSet.id)
    for _ = 2, 5 do assert(sim:call("CreateTaskSet", set)) end
    assert.equal("LimitExceededException", (refused(sim, "CreateTaskSet", set)))
  end)

  it("are told one by one, and what is not there with them", function()
    local id = assert(sim:call("CreateTaskSet", set)).taskSet.id
    assert(sim:call("CreateTaskSet", set))
    local answer = assert(sim:call("DescribeTaskSets", { cluster = "prod", service = "mongodb",
      taskSets = { id, "ecs-svc/0" } }))
    assert.equal(1, #answer.taskSets)
    assert.equal(id, answer.taskSets[1].id)
    assert.same({ { arn = "ecs-svc/0", reason = "MISSING" } }, answer.failures)
  end)

  it("may be tagged by their ARN", function()
    local arn = assert(sim:call("CreateTaskSet", set)).taskSet.taskSetArn
    assert(sim:call("TagResource", { resourceArn = arn, tags = { { key = "team", value = "core" } } }))
    assert.same({ { key = "team", value = "core" } }, assert(sim:call("ListTagsForResource",
      { resourceArn = arn })).tags)
  end)

  it("refuse a launch type beside a strategy, and what is not theirs", function()
    local _, message = refused(sim, "CreateTaskSet", set_of { launchType = "EC2",
      capacityProviderStrategy = { { capacityProvider = "own", weight = 1 } } })
    assert.truthy(message:find("both a launch type and capacity provider strategy", 1, true), message)
    assert.equal("TaskSetNotFoundException", (refused(sim, "UpdateTaskSet", { cluster = "prod", service = "mongodb",
      taskSet = "ecs-svc/0", scale = { value = 50, unit = "PERCENT" } })))
  end)

  it("are not for services whose deployments are ECS's, nor for those that are deleted", function()
    assert(sim:call("CreateService", body_of { serviceName = "own" }))
    local code, message = refused(sim, "CreateTaskSet", set_of { service = "own" })
    assert.equal("InvalidParameterException", code)
    assert.truthy(message:find("EXTERNAL or CODE_DEPLOY", 1, true), message)
    assert(sim:call("DeleteService", { cluster = "prod", service = "mongodb", force = true }))
    assert.equal("ServiceNotActiveException", (refused(sim, "CreateTaskSet", set)))
  end)
end)
