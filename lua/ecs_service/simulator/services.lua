--- CreateService, UpdateService, DeleteService.
local account_settings = require "ecs_service.simulator.account_settings"
local clusters = require "ecs_service.simulator.clusters"
local deployments = require "ecs_service.simulator.deployments"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local service_view = require "ecs_service.simulator.service_view"
local strategies = require "ecs_service.simulator.strategies"
local task_definitions = require "ecs_service.simulator.task_definitions"
local task_sets = require "ecs_service.simulator.task_sets"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local services = {}
local operations = {}
services.operations = operations

-- What of a CreateService or UpdateService becomes part of the service as it is.
local members = {
  "taskDefinition", "desiredCount", "launchType", "capacityProviderStrategy", "platformVersion",
  "networkConfiguration", "loadBalancers", "serviceRegistries", "serviceConnectConfiguration", "volumeConfigurations",
  "vpcLatticeConfigurations", "placementConstraints", "healthCheckGracePeriodSeconds", "enableECSManagedTags",
  "propagateTags", "enableExecuteCommand", "availabilityZoneRebalancing", "monitoring", "gatewayConnectors",
}

-- A change of one of these starts a new deployment, by the API's documentation of UpdateService.
local deploying = {
  "taskDefinition", "networkConfiguration", "platformVersion", "loadBalancers", "serviceRegistries",
  "serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations",
}

local function short_name(reference)
  return reference:match(":service/.*/([^/]+)$") or reference:match(":service/([^/]+)$") or reference
end

--- The service of a name or ARN, with or without its cluster; nil when there is none (any more).
function services.lookup(cluster, reference)
  local service = cluster.services[short_name(reference)]
  if service and reference:sub(1, 4) == "arn:" and reference ~= service.long_arn and reference ~= service.short_arn then
    return nil
  end
  return service
end

--- The service that a request means; raises ClusterNotFoundException or ServiceNotFoundException.
function services.find(world, cluster_reference, reference)
  local service = services.lookup(clusters.active(world, cluster_reference), reference)
  if not service then refuse.raise("ServiceNotFoundException", "Service not found.") end
  return service
end

local function fingerprint(value)
  if type(value) ~= "table" then return type(value) .. ":" .. tostring(value) end
  local keys, out = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  for i, key in ipairs(keys) do out[i] = tostring(key) .. "=" .. fingerprint(value[key]) end
  return "{" .. table.concat(out, ",") .. "}"
end

local function request_print(body)
  local without = {}
  for key, value in pairs(body) do without[key] = value end
  without.clientToken = nil
  return fingerprint(without)
end

local function with_defaults(config, given)
  local daemon = config.schedulingStrategy == "DAEMON"
  local configuration = config.deploymentConfiguration
  configuration.maximumPercent = configuration.maximumPercent or (daemon and 100 or 200)
  configuration.minimumHealthyPercent = configuration.minimumHealthyPercent or (daemon and 0 or 100)
  if config.deploymentController.type == "ECS" then
    configuration.deploymentCircuitBreaker = configuration.deploymentCircuitBreaker
      or { enable = false, rollback = false }
    configuration.strategy = configuration.strategy or "ROLLING"
  end
  strategies.complete(configuration, given or {})
  return config
end

-- Without a word on it, a service gets Availability Zone rebalancing where it can have it.
local function default_rebalancing(config)
  config.availabilityZoneRebalancing = config.availabilityZoneRebalancing
    or (service_checks.can_rebalance(config) and "ENABLED" or "DISABLED")
end

local unsupported_by_external = { "taskDefinition", "launchType", "capacityProviderStrategy", "platformVersion" }

local function resolve_definition(world, config, body)
  if config.deploymentController.type == "EXTERNAL" then
    for _, name in ipairs(unsupported_by_external) do
      if not (body[name] == nil or type(body[name]) == "table" and next(body[name]) == nil) then
        refuse.invalid("%s is not supported for services with an EXTERNAL deployment controller: it belongs to the "
          .. "task sets.", name)
      end
    end
    return nil
  elseif not config.taskDefinition or config.taskDefinition == "" then
    refuse.invalid("TaskDefinition can not be blank.")
  end
  local definition = task_definitions.to_run(world, config.taskDefinition)
  config.taskDefinition = definition.arn
  return definition
end

local function default_compute(cluster, config, body)
  if config.launchType and not values.none(config.capacityProviderStrategy) then
    refuse.invalid("Specifying both a launch type and capacity provider strategy is not supported. "
      .. "Remove one and try again.")
  elseif not config.launchType and values.none(config.capacityProviderStrategy) then
    if body.deploymentController == nil or body.deploymentController.type ~= "EXTERNAL" then
      config.capacityProviderStrategy = values.copy(cluster.default_strategy)
    end
    if values.none(config.capacityProviderStrategy) then config.launchType = "EC2" end
  end
end

local function complete_members(config)
  if config.networkConfiguration and config.networkConfiguration.awsvpcConfiguration then
    local network = config.networkConfiguration.awsvpcConfiguration
    network.securityGroups = network.securityGroups or {}
    network.assignPublicIp = network.assignPublicIp or "DISABLED"
  end
  local connect = config.serviceConnectConfiguration
  if connect and connect.accessLogConfiguration then
    connect.accessLogConfiguration.includeQueryParameters = connect.accessLogConfiguration.includeQueryParameters
      or "DISABLED"
  end
  for _, item in ipairs(config.capacityProviderStrategy or {}) do
    item.base = item.base or 0
    item.weight = item.weight or 0
  end
end

local function config_of(cluster, body)
  local config = {}
  for _, name in ipairs(members) do config[name] = values.copy(body[name]) end
  config.role = body.role ~= "" and body.role or nil
  config.schedulingStrategy = body.schedulingStrategy or "REPLICA"
  config.deploymentController = body.deploymentController and { type = body.deploymentController.type }
    or { type = "ECS" }
  config.deploymentConfiguration = values.copy(body.deploymentConfiguration) or {}
  config.placementStrategy = service_checks.normal_placement(body.placementStrategy or {})
  default_compute(cluster, config, body)
  with_defaults(config, body.deploymentConfiguration)
  complete_members(config)
  return config
end

-- The service that this request has made before: by its token, or because it is equal in every member.
local function repeated(world, cluster, body, print)
  local known = body.clientToken and world.tokens[body.clientToken]
  local service = cluster.services[body.serviceName]
  if known and known.service == service and service.status == "ACTIVE" then
    if known.print ~= print then refuse.invalid("Creation of service was not idempotent.") end
    return service
  elseif service and service.status == "ACTIVE" then
    if service.print ~= print then refuse.invalid("Creation of service was not idempotent.") end
    return service
  elseif service and service.status == "DRAINING" then
    refuse.invalid("Unable to Start a service that is still Draining.")
  end
  return nil
end

local function add_service(world, cluster, body, config)
  local name = body.serviceName
  local short = account_settings.wants_short_arns(world, "serviceLongArnFormat", body.tags)
  local long_arn, short_arn = world:arn(("service/%s/%s"):format(cluster.name, name)), world:arn("service/" .. name)
  local service = {
    world = world, cluster = cluster, name = name, config = config, status = "ACTIVE",
    arn = short and short_arn or long_arn, long_arn = long_arn, short_arn = short_arn,
    created_at = world.now, events = {}, deployments = {}, task_sets = {}, records = {}, live = {},
    tags = values.copy(body.tags or {}),
  }
  if not cluster.services[name] then cluster.service_names[#cluster.service_names + 1] = name end
  cluster.services[name] = service
  return service
end

local function start_first(world, service)
  local controller = service.config.deploymentController.type
  if controller == "ECS" then
    deployments.begin(world, service)
  elseif controller == "CODE_DEPLOY" then
    task_sets.first(world, service)
  end
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
  world.scheduler.touch(world, service)
end

function operations.CreateService(world, body)
  service_checks.name(body.serviceName)
  service_checks.client_token(body.clientToken)
  service_checks.tags(body.tags)
  local cluster = clusters.active(world, body.cluster)
  local print = request_print(body)
  local existing = repeated(world, cluster, body, print)
  if existing then return { service = service_view.service(world, existing, true) } end
  local config = config_of(cluster, body)
  local definition = resolve_definition(world, config, body)
  service_checks.whole(cluster, config, definition)
  default_rebalancing(config)
  local service = add_service(world, cluster, body, config)
  service.print = print
  if body.clientToken then world.tokens[body.clientToken] = { print = print, service = service } end
  start_first(world, service)
  return { service = service_view.service(world, service, true) }
end

local allowed_by = {
  CODE_DEPLOY = { "desiredCount", "deploymentConfiguration", "healthCheckGracePeriodSeconds", "placementConstraints",
    "placementStrategy", "enableECSManagedTags", "propagateTags", "enableExecuteCommand" },
  EXTERNAL = { "desiredCount", "healthCheckGracePeriodSeconds", "placementConstraints", "placementStrategy",
    "enableECSManagedTags", "propagateTags", "enableExecuteCommand" },
}

local refused_words = {
  taskDefinition = "Unable to update task definition on services with a %s deployment controller.",
  networkConfiguration = "Unable to update network parameters on services with a %s deployment controller.",
  loadBalancers = "Unable to update load balancers on services with a %s deployment controller.",
  platformVersion = "Unable to update platform version on services with a %s deployment controller.",
  forceNewDeployment = "Cannot force a new deployment on services with a %s deployment controller.",
}

local instead = {
  CODE_DEPLOY = " Use AWS CodeDeploy to trigger a new deployment.",
  EXTERNAL = " Use CreateTaskSet to create a new task set.",
}

local function check_controller(service, body)
  local controller = service.config.deploymentController.type
  local wanted = body.deploymentController and body.deploymentController.type or controller
  if wanted == "ECS" and controller ~= "ECS" then
    return -- ECS takes the service over, with whatever else is asked for
  elseif wanted ~= controller then
    refuse.raise("UnsupportedFeatureException", "The deployment controller of a service cannot be changed from %s to "
      .. "%s.", controller, wanted)
  end
  local allowed = { cluster = true, service = true, deploymentController = true }
  for _, name in ipairs(allowed_by[controller] or {}) do allowed[name] = true end
  local given = {}
  for name, value in pairs(body) do
    if controller ~= "ECS" and not allowed[name] and value ~= false then given[#given + 1] = name end
  end
  table.sort(given)
  if given[1] then
    local words = refused_words[given[1]] or ("Unable to update " .. given[1] .. " on services with a %s deployment "
      .. "controller.")
    refuse.invalid("%s", words:format(controller) .. instead[controller])
  end
end

local function merge_configuration(config, body)
  for name, value in pairs(body.deploymentConfiguration or {}) do
    config.deploymentConfiguration[name] = values.copy(value)
  end
  strategies.complete(config.deploymentConfiguration, body.deploymentConfiguration or {})
end

-- An empty strategy goes back to the launch type; a strategy stands in for the launch type that the service had.
local function merge_strategy(service, config, body)
  if body.capacityProviderStrategy == nil then
    return
  elseif values.none(body.capacityProviderStrategy) then
    local was_fargate = tasks.launch_type_of(service.config) == "FARGATE"
    config.launchType = was_fargate and "FARGATE" or config.launchType or "EC2"
    config.capacityProviderStrategy = nil
  else
    config.launchType = nil
  end
end

-- From another controller to ECS's own.
local function take_over(service, config, body)
  if not body.deploymentController or config.deploymentController.type == body.deploymentController.type then return end
  config.deploymentController = { type = body.deploymentController.type }
  default_compute(service.cluster, config, body)
  with_defaults(config, body.deploymentConfiguration)
end

-- "You must have a service-linked role when you update this property": it takes the place of another one.
local function link_role(config, body)
  if body.loadBalancers ~= nil or body.serviceRegistries ~= nil then config.role = nil end
end

local function updated_config(world, service, body)
  local config = values.copy(service.config)
  for _, name in ipairs(members) do
    if body[name] ~= nil then config[name] = values.copy(body[name]) end
  end
  if config.schedulingStrategy == "DAEMON" and body.desiredCount == nil then config.desiredCount = nil end
  if body.placementStrategy then config.placementStrategy = service_checks.normal_placement(body.placementStrategy) end
  merge_configuration(config, body)
  take_over(service, config, body)
  if body.availabilityZoneRebalancing == nil and not service_checks.can_rebalance(config) then
    config.availabilityZoneRebalancing = "DISABLED" -- nobody asked for it by name
  end
  merge_strategy(service, config, body)
  link_role(config, body)
  complete_members(config)
  if not values.none(service.config.loadBalancers) and values.none(config.loadBalancers)
    and body.healthCheckGracePeriodSeconds == nil then
    config.healthCheckGracePeriodSeconds = nil -- it goes with the last load balancer
  end
  local definition
  if config.taskDefinition then
    definition = body.taskDefinition and task_definitions.to_run(world, body.taskDefinition)
      or task_definitions.find(world, config.taskDefinition)
    config.taskDefinition = definition.arn
  end
  return config, definition
end

local function same(name, before, after)
  if name == "platformVersion" then
    return (before or "LATEST") == (after or "LATEST")
  elseif name == "serviceConnectConfiguration" and not (before or after).enabled and not (after or before).enabled then
    return true
  elseif type(before) == "table" and type(after) == "table" or before == after then
    return values.equal(before, after)
  end
  return values.none(type(before) == "table" and before or nil) and values.none(type(after) == "table" and after or nil)
    and type(before) ~= "string" and type(after) ~= "string"
end

local function starts_deployment(before, after, body)
  if body.forceNewDeployment then return true end
  for _, name in ipairs(deploying) do
    if body[name] ~= nil and not same(name, before[name], after[name]) then return true end
  end
  return false
end

function operations.UpdateService(world, body)
  local service = services.find(world, body.cluster, body.service)
  if service.status ~= "ACTIVE" then refuse.raise("ServiceNotActiveException", "Service was not ACTIVE.") end
  check_controller(service, body)
  local before = service.config
  local config, definition = updated_config(world, service, body)
  service_checks.whole(service.cluster, config, definition)
  service.config = config
  service.steady = false
  local taken_over = before.deploymentController.type ~= config.deploymentController.type
  if taken_over then deployments.take_over(world, service) end
  if config.deploymentController.type == "ECS"
    and (starts_deployment(before, config, body) or taken_over and #service.deployments == 0) then
    deployments.begin(world, service)
  end
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
  world.scheduler.touch(world, service)
  return { service = service_view.service(world, service, true) }
end

function operations.DeleteService(world, body)
  local service = services.find(world, body.cluster, body.service)
  local daemon = service.config.schedulingStrategy == "DAEMON"
  if service.status == "INACTIVE" then
    refuse.raise("ServiceNotFoundException", "Service not found.")
  elseif service.status == "ACTIVE" and not body.force and not daemon then
    if (service.config.desiredCount or 0) > 0 then
      refuse.invalid("The service cannot be stopped while it is scaled above 0.")
    elseif #service.deployments > 1
      or (service.config.deploymentController.type == "EXTERNAL" and #service.task_sets > 0) then
      refuse.invalid("The service cannot be stopped while deployments are active.")
    end
  end
  service.status = "DRAINING"
  world:decide(service, "deleted")
  deployments.end_with_service(world, service)
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
  world.scheduler.touch(world, service)
  return { service = service_view.service(world, service, true) }
end

return services
