-- A service as ECS would show it after the requests that made it: no tasks, no time, no errors, only what is answered
-- for what was sent. For tests of plan, request and flatten that need no engine.
local mirror = {}

local ACCOUNT = "123456789012"
local REGION = "us-west-2"

local function copy(value)
  if type(value) ~= "table" then return value end
  local made = {}
  for key, member in pairs(value) do made[key] = copy(member) end
  return made
end
mirror.copy = copy

function mirror.arn(kind, name, service)
  return ("arn:aws:%s:%s:%s:%s/%s"):format(service or "ecs", REGION, ACCOUNT, kind, name)
end

local function task_definition(name)
  if name == nil or name:match("^arn:") then return name end
  return mirror.arn("task-definition", name:match(":%d+$") and name or name .. ":9")
end

local function placement(list)
  local answered = copy(list or {})
  for _, strategy in ipairs(answered) do
    if strategy.field == "cpu" or strategy.field == "memory" then strategy.field = strategy.field:upper() end
  end
  return answered
end

local function network(given)
  if not given then return nil end
  local answered = copy(given)
  local vpc = answered.awsvpcConfiguration
  vpc.securityGroups = vpc.securityGroups or {}
  vpc.assignPublicIp = vpc.assignPublicIp or "DISABLED"
  return answered
end

local IN_DEPLOYMENT = { "serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations" }

local function deployment(service, body)
  local former = service.deployments and service.deployments[1] or {}
  local primary = { status = "PRIMARY", taskDefinition = service.taskDefinition }
  for _, name in ipairs(IN_DEPLOYMENT) do
    primary[name] = copy(body[name] ~= nil and body[name] or former[name])
  end
  return { primary }
end

--- What DescribeServices shows of a service right after this CreateService.
function mirror.create(body)
  local daemon = body.schedulingStrategy == "DAEMON"
  local given = body.deploymentConfiguration or {}
  local cluster = body.cluster or "default"
  local service = {
    serviceArn = mirror.arn("service", cluster:match("[^/]+$") .. "/" .. body.serviceName),
    serviceName = body.serviceName,
    clusterArn = cluster:match("^arn:") and cluster or mirror.arn("cluster", cluster),
    status = "ACTIVE",
    taskDefinition = task_definition(body.taskDefinition),
    desiredCount = body.desiredCount or 0,
    launchType = not body.capacityProviderStrategy and (body.launchType or "EC2") or nil,
    capacityProviderStrategy = copy(body.capacityProviderStrategy),
    platformVersion = body.platformVersion or body.launchType == "FARGATE" and "LATEST" or nil,
    schedulingStrategy = body.schedulingStrategy or "REPLICA",
    deploymentController = copy(body.deploymentController),
    deploymentConfiguration = {
      maximumPercent = given.maximumPercent or (daemon and 100 or 200),
      minimumHealthyPercent = given.minimumHealthyPercent or (daemon and 0 or 100),
      deploymentCircuitBreaker = copy(given.deploymentCircuitBreaker) or { enable = false, rollback = false },
      alarms = copy(given.alarms) or { alarmNames = {}, enable = false, rollback = false },
    },
    roleArn = body.role and (body.role:match("^arn:") and body.role or
      ("arn:aws:iam::%s:role/%s"):format(ACCOUNT, body.role:gsub("^/", ""))),
    loadBalancers = copy(body.loadBalancers) or {},
    serviceRegistries = copy(body.serviceRegistries) or {},
    placementConstraints = copy(body.placementConstraints) or {},
    placementStrategy = placement(body.placementStrategy),
    networkConfiguration = network(body.networkConfiguration),
    healthCheckGracePeriodSeconds = body.healthCheckGracePeriodSeconds or body.loadBalancers and 0 or nil,
    enableECSManagedTags = body.enableECSManagedTags or false,
    enableExecuteCommand = body.enableExecuteCommand or false,
    propagateTags = body.propagateTags or "NONE",
    availabilityZoneRebalancing = body.availabilityZoneRebalancing or "ENABLED",
    tags = copy(body.tags) or {},
  }
  service.deployments = deployment(service, body)
  return service
end

local PLAIN = { "desiredCount", "capacityProviderStrategy", "platformVersion", "loadBalancers", "serviceRegistries",
  "placementConstraints", "healthCheckGracePeriodSeconds", "enableECSManagedTags", "enableExecuteCommand",
  "propagateTags", "availabilityZoneRebalancing" }

--- The same after this UpdateService.
function mirror.update(service, body)
  local after = copy(service)
  for _, name in ipairs(PLAIN) do
    if body[name] ~= nil then after[name] = copy(body[name]) end
  end
  for name, member in pairs(body.deploymentConfiguration or {}) do
    after.deploymentConfiguration[name] = copy(member)
  end
  if body.placementStrategy then after.placementStrategy = placement(body.placementStrategy) end
  if body.networkConfiguration then after.networkConfiguration = network(body.networkConfiguration) end
  if body.taskDefinition then after.taskDefinition = task_definition(body.taskDefinition) end
  after.deployments = deployment(after, body)
  return after
end

--- The same after TagResource and UntagResource.
function mirror.retag(service, set, drop)
  local after, tags = copy(service), {}
  for _, tag in ipairs(service.tags or {}) do tags[tag.key] = tag.value end
  for _, key in ipairs(drop or {}) do tags[key] = nil end
  for key, value in pairs(set or {}) do tags[key] = value end
  after.tags = {}
  for key, value in pairs(tags) do after.tags[#after.tags + 1] = { key = key, value = value } end
  table.sort(after.tags, function(a, b) return a.key < b.key end)
  return after
end

return mirror
