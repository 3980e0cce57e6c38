--- RegisterContainerInstance, DeregisterContainerInstance, DescribeContainerInstances, ListContainerInstances,
--- UpdateContainerInstancesState, UpdateContainerAgent, DiscoverPollEndpoint.
local account_settings = require "ecs_service.simulator.account_settings"
local cluster_query = require "ecs_service.simulator.cluster_query"
local clusters = require "ecs_service.simulator.clusters"
local fleet = require "ecs_service.simulator.fleet"
local json = require "ecs_service.util.json"
local refuse = require "ecs_service.simulator.api_error"
local tag_checks = require "ecs_service.simulator.service_checks".tags
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local container_instances = { operations = {} }
local operations = container_instances.operations

-- How long an agent takes to replace itself.
local AGENT_UPDATE_SECONDS = 30

local function counts(instance)
  local running, pending = 0, 0
  for _, task in ipairs(fleet.tasks(instance)) do
    local is_pending = task.status == "PENDING" or task.status == "PROVISIONING"
    running = running + (task.status == "RUNNING" and 1 or 0)
    pending = pending + (is_pending and 1 or 0)
  end
  return running, pending
end

local function attributes_of(instance)
  local out = values.copy(instance.attributes)
  for _, attribute in ipairs(instance.custom) do fleet.set(out, attribute) end
  return out
end

local function view(instance, include)
  local running, pending = counts(instance)
  local body = { include = include }
  return {
    containerInstanceArn = instance.arn,
    ec2InstanceId = instance.ec2_id,
    version = instance.version,
    versionInfo = values.copy(instance.versions),
    remainingResources = fleet.remaining(instance),
    registeredResources = values.copy(instance.resources),
    status = instance.status,
    agentConnected = instance.status ~= "INACTIVE",
    runningTasksCount = running,
    pendingTasksCount = pending,
    agentUpdateStatus = instance.agent_update,
    attributes = attributes_of(instance),
    registeredAt = instance.registered_at,
    attachments = {},
    tags = clusters.includes(body, "TAGS") and values.copy(instance.tags) or {},
    healthStatus = clusters.includes(body, "CONTAINER_INSTANCE_HEALTH")
      and { overallStatus = "OK", details = {} } or nil,
  }
end

local EVERYTHING = { "TAGS" }

local function document_of(body)
  if body.instanceIdentityDocument == nil then return nil end
  local document = json.object(body.instanceIdentityDocument)
  if not document then refuse.raise("ClientException", "The instance identity document is not valid.") end
  return document
end

local function registered_before(cluster, reference)
  local known = reference and fleet.find(cluster, reference)
  if reference and not known then
    refuse.raise("ClientException", "The referenced container instance was not found.")
  end
  return known
end

--- An instance is new, or its agent has been started again.
function operations.RegisterContainerInstance(world, body)
  tag_checks(body.tags)
  local cluster = clusters.active(world, body.cluster)
  local document = document_of(body)
  local instance = registered_before(cluster, body.containerInstanceArn)
  if instance then
    instance.resources = values.copy(body.totalResources or instance.resources)
    instance.versions = values.copy(body.versionInfo or instance.versions)
    for _, attribute in ipairs(body.attributes or {}) do fleet.set(instance.attributes, attribute) end
    instance.version = instance.version + 1
  else
    local short = account_settings.wants_short_arns(world, "containerInstanceLongArnFormat", body.tags)
    instance = fleet.add(world, cluster, { document = document, resources = body.totalResources,
      versions = body.versionInfo, attributes = body.attributes, tags = body.tags, short_arn = short,
      limited = true })
    cluster.counted = true
  end
  fleet.changed(world, cluster)
  return { containerInstance = view(instance, EVERYTHING) }
end

local function find(cluster, reference)
  local instance = fleet.find(cluster, reference)
  if not instance then refuse.invalid("Referenced container instance %s not found.", reference) end
  return instance
end

--- By force its tasks are ECS's no more; those of services are started anew elsewhere.
function operations.DeregisterContainerInstance(world, body)
  local cluster = clusters.active(world, body.cluster)
  local instance = find(cluster, body.containerInstance)
  local left = fleet.tasks(instance)
  if left[1] and not body.force then refuse.invalid "Found running tasks on the instance." end
  fleet.remove(instance)
  instance.version = instance.version + 1
  for _, task in ipairs(left) do
    if task.service then task.service.steady = false end
    tasks.stop(world, task, { code = "UserInitiated",
      reason = "Container instance deregistration forced by user" }, true)
  end
  fleet.changed(world, cluster)
  return { containerInstance = view(instance, EVERYTHING) }
end

local function missing(world, cluster, reference)
  local is_arn = reference:sub(1, 4) == "arn:"
  return { arn = is_arn and reference or world:arn(("container-instance/%s/%s"):format(cluster.name, reference)),
    reason = "MISSING" }
end

local function check_references(list, most)
  if #list == 0 then refuse.raise("ClientException", "Container Instances cannot be empty.") end
  if #list > most then refuse.raise("ClientException", "Container Instances cannot have more than %d items.", most) end
end

function operations.DescribeContainerInstances(world, body)
  local cluster = clusters.active(world, body.cluster)
  check_references(body.containerInstances, 100)
  local out, failures = {}, {}
  for _, reference in ipairs(body.containerInstances) do
    local instance = fleet.find(cluster, reference)
    if instance then
      out[#out + 1] = view(instance, body.include)
    else
      failures[#failures + 1] = missing(world, cluster, reference)
    end
  end
  return { containerInstances = out, failures = failures }
end

function operations.ListContainerInstances(world, body)
  local cluster = clusters.active(world, body.cluster)
  local fits = cluster_query.compile(body.filter)
  local arns = {}
  for _, instance in ipairs(cluster.fleet) do
    if (not body.status or body.status == instance.status) and fits(view(instance, nil), fleet.tasks(instance)) then
      arns[#arns + 1] = instance.arn
    end
  end
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 100, 100))
  return { containerInstanceArns = page, nextToken = next_token }
end

--- "Service tasks on the container instance that are in the PENDING state are stopped immediately"; those that run are
--- replaced within the percents of their service's deployment configuration.
local function drain(world, instance)
  for _, task in ipairs(fleet.tasks(instance)) do
    if task.service and task.desired == "RUNNING" then
      task.evicted = true
      task.service.steady = false
      if task.status ~= "RUNNING" then
        tasks.stop(world, task, { code = "ServiceSchedulerInitiated", reason = "Container instance is draining" })
      end
    end
  end
end

local function set_state(world, instance, status)
  if instance.status == status then return end
  instance.status = status
  instance.version = instance.version + 1
  if status == "DRAINING" then
    drain(world, instance)
  else
    for _, task in ipairs(fleet.tasks(instance)) do task.evicted = nil end
  end
end

function operations.UpdateContainerInstancesState(world, body)
  local cluster = clusters.active(world, body.cluster)
  check_references(body.containerInstances, 10)
  if body.status ~= "ACTIVE" and body.status ~= "DRAINING" then
    refuse.invalid("Container instances status should be one of [ACTIVE, DRAINING].")
  end
  local out, failures = {}, {}
  for _, reference in ipairs(body.containerInstances) do
    local instance = fleet.find(cluster, reference)
    if instance then
      set_state(world, instance, body.status)
      out[#out + 1] = instance
    else
      failures[#failures + 1] = missing(world, cluster, reference)
    end
  end
  fleet.changed(world, cluster)
  for i, instance in ipairs(out) do out[i] = view(instance, EVERYTHING) end
  return { containerInstances = out, failures = failures }
end

local function updated(instance)
  instance.agent_update = "UPDATED"
  instance.versions.agentVersion = fleet.LATEST_AGENT
  instance.version = instance.version + 1
end

function operations.UpdateContainerAgent(world, body)
  local instance = find(clusters.active(world, body.cluster), body.containerInstance)
  if not instance.versions.agentVersion then
    refuse.raise("MissingVersionException", "The version of the container agent is not known.")
  elseif instance.agent_update == "PENDING" then
    refuse.raise("UpdateInProgressException", "An update of the container agent is in progress.")
  elseif instance.versions.agentVersion == fleet.LATEST_AGENT then
    refuse.raise("NoUpdateAvailableException", "There is no update available for your container agent.")
  end
  instance.agent_update = "PENDING"
  world:at(world.now + AGENT_UPDATE_SECONDS, updated, instance)
  return { containerInstance = view(instance, EVERYTHING) }
end

--- Where an agent would ask for work: nobody is there.
function operations.DiscoverPollEndpoint(world)
  local host = "https://ecs-%s." .. world.options.region .. ".amazonaws.com/"
  return { endpoint = host:format "a-1", telemetryEndpoint = host:format "t-1",
    serviceConnectEndpoint = host:format "sc" }
end

return container_instances
