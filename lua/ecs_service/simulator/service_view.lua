--- A service as DescribeServices answers it, with every member that ECS gives.
local deployment_records = require "ecs_service.simulator.deployment_records"
local events = require "ecs_service.simulator.events"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local service_view = {}

local function compute(out, source)
  if values.none(source.capacityProviderStrategy) then
    out.launchType = source.launchType
  else
    out.capacityProviderStrategy = values.copy(source.capacityProviderStrategy)
  end
  if tasks.launch_type_of(source) == "FARGATE" then
    out.platformVersion = source.platformVersion or "LATEST"
    out.platformFamily = "Linux"
  end
  return out
end

local function connect_resources(world, configuration)
  if not configuration or not configuration.enabled then return nil end
  local out = {}
  for i, item in ipairs(configuration.services or {}) do
    local name = item.discoveryName or item.portName
    out[i] = { discoveryName = name, discoveryArn = world:arn("service/srv-" .. name, "servicediscovery") }
  end
  return out
end

local function deployment_view(world, service, deployment)
  local running, pending, total = tasks.counts(service, "owner", deployment)
  local revision = deployment.revision
  local is_primary = deployment == service.deployments[1]
  return compute({
    id = deployment.id,
    status = deployment.status,
    taskDefinition = revision.taskDefinition,
    desiredCount = is_primary and world.scheduler.wanted(service) or total,
    pendingCount = pending,
    runningCount = running,
    failedTasks = deployment.failed_tasks,
    createdAt = deployment.created_at,
    updatedAt = deployment.updated_at,
    networkConfiguration = values.copy(revision.networkConfiguration),
    rolloutState = deployment.shows_state and deployment.rollout_state or nil,
    rolloutStateReason = deployment.shows_state and deployment.reason or nil,
    serviceConnectConfiguration = values.copy(revision.serviceConnectConfiguration),
    serviceConnectResources = connect_resources(world, revision.serviceConnectConfiguration),
    volumeConfigurations = values.copy(revision.volumeConfigurations),
    vpcLatticeConfigurations = values.copy(revision.vpcLatticeConfigurations),
  }, revision)
end

--- A task set as DescribeTaskSets answers it.
function service_view.task_set(world, service, set, with_tags)
  local running, pending = tasks.counts(service, "owner", set)
  local revision = set.revision
  return compute({
    id = set.id,
    taskSetArn = set.arn,
    serviceArn = service.arn,
    clusterArn = service.cluster.arn,
    startedBy = set.started_by,
    externalId = set.external_id,
    status = set.status,
    taskDefinition = revision.taskDefinition,
    computedDesiredCount = math.ceil(world.scheduler.wanted(service) * set.scale / 100),
    pendingCount = pending,
    runningCount = running,
    createdAt = set.created_at,
    updatedAt = set.updated_at,
    networkConfiguration = values.copy(revision.networkConfiguration),
    loadBalancers = values.copy(revision.loadBalancers or {}),
    serviceRegistries = values.copy(revision.serviceRegistries or {}),
    scale = { value = set.scale, unit = "PERCENT" },
    stabilityStatus = set.stability,
    stabilityStatusAt = set.stability_at,
    tags = with_tags and values.copy(set.tags) or {},
  }, revision)
end

local function role_of(world, service)
  local config = service.config
  if config.role then
    return world:role_arn(config.role)
  elseif config.networkConfiguration or not values.none(config.loadBalancers)
    or not values.none(config.serviceRegistries) then
    return world:role_arn("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
  end
  return nil
end

local function add_current(world, service, out)
  local record = service.records[#service.records]
  if not record or service.status ~= "ACTIVE" or not world.options.service_deployments then return end
  out.currentServiceDeployment = record.arn
  out.currentServiceRevisions = {}
  for _, deployment in ipairs(service.deployments) do
    table.insert(out.currentServiceRevisions, deployment_records.summary(world, service, deployment.revision))
  end
end

--- The whole service. The answer shares nothing with the world.
function service_view.service(world, service, with_tags)
  local config = service.config
  local running, pending = tasks.counts(service)
  local out = compute({
    serviceArn = service.arn,
    serviceName = service.name,
    clusterArn = service.cluster.arn,
    loadBalancers = values.copy(config.loadBalancers or {}),
    serviceRegistries = values.copy(config.serviceRegistries or {}),
    status = service.status,
    desiredCount = world.scheduler.wanted(service),
    runningCount = running,
    pendingCount = pending,
    taskDefinition = config.taskDefinition,
    deploymentConfiguration = values.copy(config.deploymentConfiguration),
    deployments = {},
    roleArn = role_of(world, service),
    events = events.view(service),
    createdAt = service.created_at,
    createdBy = ("arn:%s:iam::%s:user/deployer"):format(world.partition, world.options.account_id),
    placementConstraints = values.copy(config.placementConstraints or {}),
    placementStrategy = values.copy(config.placementStrategy or {}),
    networkConfiguration = values.copy(config.networkConfiguration),
    healthCheckGracePeriodSeconds = config.healthCheckGracePeriodSeconds
      or (not values.none(config.loadBalancers) and 0 or nil),
    schedulingStrategy = config.schedulingStrategy,
    deploymentController = values.copy(config.deploymentController),
    enableECSManagedTags = config.enableECSManagedTags or false,
    propagateTags = config.propagateTags or "NONE",
    enableExecuteCommand = config.enableExecuteCommand or false,
    availabilityZoneRebalancing = config.availabilityZoneRebalancing,
    resourceManagementType = "CUSTOMER",
    tags = with_tags and #service.tags > 0 and values.copy(service.tags) or nil,
  }, config)
  for i, deployment in ipairs(service.deployments) do
    out.deployments[i] = deployment_view(world, service, deployment)
  end
  if config.deploymentController.type ~= "ECS" then
    out.taskSets = {}
    for i, set in ipairs(service.task_sets) do
      out.taskSets[i] = service_view.task_set(world, service, set, with_tags)
    end
  end
  add_current(world, service, out)
  return out
end

return service_view
