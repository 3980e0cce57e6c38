--- Task sets of EXTERNAL controllers, and the one that CODE_DEPLOY begins with.
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local service_view = require "ecs_service.simulator.service_view"
local task_definitions = require "ecs_service.simulator.task_definitions"
local values = require "ecs_service.simulator.values"

local task_sets = {}
local operations = {}
task_sets.operations = operations

local revision_members = {
  "launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration", "loadBalancers",
  "serviceRegistries",
}

local function add(world, service, source, definition, scale)
  local revision = { id = world:digits(19), created_at = world.now, service = service, definition = definition,
    taskDefinition = definition.arn }
  for _, name in ipairs(revision_members) do revision[name] = values.copy(source[name]) end
  if not revision.launchType and values.none(revision.capacityProviderStrategy) then
    revision.capacityProviderStrategy = values.copy(service.cluster.default_strategy)
    if values.none(revision.capacityProviderStrategy) then revision.launchType = "EC2" end
  end
  local id = "ecs-svc/" .. world:digits(19)
  local set = {
    task_set = true, id = id, revision = revision, scale = scale, status = "ACTIVE",
    arn = world:arn(("task-set/%s/%s/%s"):format(service.cluster.name, service.name, id)),
    created_at = world.now, updated_at = world.now, stability = "STABILIZING", stability_at = world.now, tags = {},
  }
  service.task_sets[#service.task_sets + 1] = set
  return set
end

--- The task set that a CODE_DEPLOY service starts with.
function task_sets.first(world, service)
  local definition = task_definitions.find(world, service.config.taskDefinition)
  local set = add(world, service, service.config, definition, 100)
  set.status = "PRIMARY"
  set.started_by = "CODE_DEPLOY"
  return set
end

local function changed(world, service)
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
  world.scheduler.touch(world, service)
end

local function scale_of(scale)
  if scale == nil then return 0 end
  local value = scale.value or 0
  if value < 0 or value > 100 then refuse.invalid("The scale value must be between 0 and 100.") end
  return value
end

local function active_service(world, body)
  local service = world.find_service(world, body.cluster, body.service)
  if service.status ~= "ACTIVE" then
    refuse.raise("ServiceNotActiveException", "Service was not ACTIVE.")
  elseif service.config.deploymentController.type == "ECS" then
    refuse.invalid("Task sets are only supported for services with an EXTERNAL or CODE_DEPLOY deployment controller.")
  end
  return service
end

local function find(service, reference)
  for _, set in ipairs(service.task_sets) do
    if set.id == reference or set.arn == reference then return set end
  end
  refuse.raise("TaskSetNotFoundException", "The specified task set could not be found.")
end

function operations.CreateTaskSet(world, body)
  local service = active_service(world, body)
  service_checks.tags(body.tags)
  service_checks.client_token(body.clientToken)
  local known = body.clientToken and world.tokens[body.clientToken]
  if known and known.task_set then
    return { taskSet = service_view.task_set(world, service, known.task_set, true) }
  elseif service.config.deploymentController.type ~= "EXTERNAL" then
    refuse.invalid("CreateTaskSet is only supported for services with an EXTERNAL deployment controller.")
  elseif #service.task_sets >= 5 then
    refuse.raise("LimitExceededException", "The service already has the maximum number of task sets.")
  elseif body.launchType and not values.none(body.capacityProviderStrategy) then
    refuse.invalid("Specifying both a launch type and capacity provider strategy is not supported. "
      .. "Remove one and try again.")
  end
  service_checks.strategy(service.cluster, body.capacityProviderStrategy)
  local definition = task_definitions.to_run(world, body.taskDefinition)
  local set = add(world, service, body, definition, scale_of(body.scale))
  set.external_id = body.externalId
  set.tags = values.copy(body.tags or {})
  if body.clientToken then world.tokens[body.clientToken] = { task_set = set } end
  changed(world, service)
  return { taskSet = service_view.task_set(world, service, set, true) }
end

function operations.UpdateTaskSet(world, body)
  local service = active_service(world, body)
  local set = find(service, body.taskSet)
  set.scale = scale_of(body.scale)
  set.updated_at = world.now
  set.stability, set.stability_at = "STABILIZING", world.now
  changed(world, service)
  return { taskSet = service_view.task_set(world, service, set, true) }
end

-- "Any parameters that are updated on the primary task set in a service will transition to the service."
function operations.UpdateServicePrimaryTaskSet(world, body)
  local service = active_service(world, body)
  local set = find(service, body.primaryTaskSet)
  if service.config.deploymentController.type ~= "EXTERNAL" then
    refuse.invalid("UpdateServicePrimaryTaskSet is only supported for services with an EXTERNAL deployment controller.")
  elseif set.status == "DRAINING" then
    refuse.invalid("The primary task set cannot be one that is DRAINING.")
  end
  for _, other in ipairs(service.task_sets) do
    if other.status == "PRIMARY" then other.status, other.updated_at = "ACTIVE", world.now end
  end
  set.status, set.updated_at = "PRIMARY", world.now
  service.config.taskDefinition = set.revision.taskDefinition
  for _, name in ipairs(revision_members) do service.config[name] = values.copy(set.revision[name]) end
  changed(world, service)
  return { taskSet = service_view.task_set(world, service, set, true) }
end

function operations.DeleteTaskSet(world, body)
  local service = active_service(world, body)
  local set = find(service, body.taskSet)
  if not body.force and set.scale > 0 then
    refuse.invalid("The task set cannot be deleted while it is scaled above 0.")
  end
  set.status = "DRAINING"
  set.updated_at = world.now
  changed(world, service)
  return { taskSet = service_view.task_set(world, service, set, true) }
end

function operations.DescribeTaskSets(world, body)
  local service = active_service(world, body)
  local with_tags = false
  for _, item in ipairs(body.include or {}) do with_tags = with_tags or item == "TAGS" end
  local out, failures, found = {}, {}, {}
  for _, set in ipairs(service.task_sets) do
    local wanted = values.none(body.taskSets)
    for _, reference in ipairs(body.taskSets or {}) do
      if reference == set.id or reference == set.arn then wanted, found[reference] = true, true end
    end
    if wanted then out[#out + 1] = service_view.task_set(world, service, set, with_tags) end
  end
  for _, reference in ipairs(body.taskSets or {}) do
    if not found[reference] then failures[#failures + 1] = { arn = reference, reason = "MISSING" } end
  end
  return { taskSets = out, failures = failures }
end

return task_sets
