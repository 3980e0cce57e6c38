-- task operations: ListTasks, DescribeTasks, StopTask.
local clusters = require "ecs_service.simulator.clusters"
local endings = require "ecs_service.simulator.task_outcomes"
local refuse = require "ecs_service.simulator.api_error"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local operations = {}

local function container_view(world, task, container, index)
  local status = task.status
  local left = endings.container(task, container.name, index) or { reason = task.container_reason,
    exit_code = task.exit_code }
  if status ~= "RUNNING" and status ~= "STOPPED" then
    status = task.desired == "STOPPED" and "RUNNING" or "PENDING"
  end
  local id = task.id .. "-" .. container.name
  return {
    containerArn = world:arn(("container/%s/%s/%s"):format(task.cluster.name, task.id, container.name)),
    taskArn = task.arn,
    name = container.name,
    image = container.image,
    runtimeId = task.started_at and id or nil,
    lastStatus = status,
    exitCode = task.status == "STOPPED" and left.exit_code or nil,
    reason = left.reason,
    healthStatus = task.health,
    networkBindings = {},
    networkInterfaces = {},
    cpu = tostring(container.cpu or 0),
    memory = container.memory and tostring(container.memory) or nil,
  }
end

local function tags_of(task)
  local config = task.service.config
  local out = values.copy(task.tags or {})
  if config.propagateTags == "SERVICE" then
    out = values.copy(task.service.tags)
  elseif config.propagateTags == "TASK_DEFINITION" then
    out = values.copy(task.definition.tags)
  end
  if config.enableECSManagedTags then
    out[#out + 1] = { key = "aws:ecs:clusterName", value = task.cluster.name }
    out[#out + 1] = { key = "aws:ecs:serviceName", value = task.service.name }
  end
  return out
end

local function view(world, task, with_tags)
  local definition = task.definition
  local containers = {}
  for i, container in ipairs(definition.containers) do
    containers[i] = container_view(world, task, container, i)
  end
  if #containers == 0 then
    containers[1] = container_view(world, task, { name = definition.family, image = definition.family .. ":latest" }, 1)
  end
  local fargate = task.launch_type == "FARGATE"
  return {
    taskArn = task.arn,
    clusterArn = task.cluster.arn,
    taskDefinitionArn = definition.arn,
    containerInstanceArn = task.instance,
    availabilityZone = task.zone,
    launchType = not task.capacity_provider and task.launch_type or nil,
    capacityProviderName = task.capacity_provider,
    platformVersion = fargate and "1.4.0" or nil,
    platformFamily = fargate and "Linux" or nil,
    group = "service:" .. task.service.name,
    startedBy = task.started_by,
    lastStatus = task.status,
    desiredStatus = task.desired,
    healthStatus = task.health,
    connectivity = "CONNECTED",
    connectivityAt = task.created_at,
    createdAt = task.created_at,
    pullStartedAt = task.pull_started_at,
    startedAt = task.started_at,
    stoppingAt = task.stopping_at,
    stoppedAt = task.stopped_at,
    executionStoppedAt = task.started_at and task.stopped_at or nil,
    stopCode = task.stop_code,
    stoppedReason = task.stop_reason,
    cpu = definition.cpu or "0",
    memory = definition.memory or "0",
    enableExecuteCommand = task.service.config.enableExecuteCommand or false,
    attachments = {},
    attributes = {},
    containers = containers,
    overrides = { containerOverrides = {}, inferenceAcceleratorOverrides = {} },
    tags = with_tags and tags_of(task) or {},
    version = task.version,
  }
end

local function find(cluster, reference)
  local id = reference:match("[^/]+$")
  local task = cluster.tasks[id or reference]
  if task and reference:sub(1, 4) == "arn:" and task.arn ~= reference then
    return nil
  end
  return task
end

local function fits(task, body, service)
  return task.desired == (body.desiredStatus == "PENDING" and "RUNNING" or body.desiredStatus or "RUNNING")
    and body.desiredStatus ~= "PENDING" -- no task is ever wanted to be pending, by the API's documentation
    and (not service or task.service == service)
    and (not body.startedBy or task.started_by == body.startedBy)
    and (not body.family or task.definition.family == body.family)
    and (not body.launchType or task.launch_type == body.launchType)
    and (not body.containerInstance or (task.instance or ""):match("[^/]+$") == body.containerInstance:match("[^/]+$"))
end

function operations.ListTasks(world, body)
  local cluster = clusters.active(world, body.cluster)
  local service = body.serviceName and world.find_service(world, body.cluster, body.serviceName)
  if body.startedBy and (body.serviceName or body.family) then
    refuse.invalid("You must not specify serviceName or family when using startedBy as the filter.")
  end
  local arns, ids = {}, {}
  for _, id in ipairs(cluster.task_ids) do
    local task = cluster.tasks[id]
    if task then
      ids[#ids + 1] = id
      if fits(task, body, service) then
        arns[#arns + 1] = task.arn
      end
    end
  end
  cluster.task_ids = ids -- without those that were forgotten
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 100, 100))
  return { taskArns = page, nextToken = next_token }
end

function operations.DescribeTasks(world, body)
  if #body.tasks == 0 then
    refuse.invalid("Tasks cannot be empty.")
  elseif #body.tasks > 100 then
    refuse.invalid("Tasks cannot have more than 100 items.")
  end
  local cluster = clusters.active(world, body.cluster)
  local with_tags = clusters.includes(body, "TAGS")
  local out, failures = {}, {}
  for _, reference in ipairs(body.tasks) do
    local task = find(cluster, reference)
    if task then
      out[#out + 1] = view(world, task, with_tags)
    else
      local arn = reference:sub(1, 4) == "arn:" and reference
        or world:arn(("task/%s/%s"):format(cluster.name, reference))
      failures[#failures + 1] = { arn = arn, reason = "MISSING" }
    end
  end
  return { tasks = out, failures = failures }
end

function operations.StopTask(world, body)
  local cluster = clusters.active(world, body.cluster)
  local task = find(cluster, body.task)
  if not task then
    refuse.invalid("The referenced task was not found.")
  end
  tasks.stop(world, task, {
    code = "UserInitiated",
    reason = body.reason or "Task stopped by user",
    exit_code = task.status == "RUNNING" and 137 or nil,
  })
  task.service.steady = false
  world.scheduler.changed(world, task.service)
  return { task = view(world, task, true) }
end

return { operations = operations }
