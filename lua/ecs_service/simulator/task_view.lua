--- A task as DescribeTasks answers it.

local endings = require "ecs_service.simulator.task_outcomes"
local form = require "ecs_service.simulator.task_definition_form"
local ids = require "ecs_service.simulator.task_ids"
local values = require "ecs_service.simulator.values"

local task_view = {}

-- With awsvpc a task has an interface of its own; a definition that is given by name alone goes by the request.
local function has_interface(task)
  local mode = task.definition.networkMode
  return mode == "awsvpc" or mode == nil and task.revision.networkConfiguration ~= nil
end

local function detail(name, value) return { name = name, value = value } end

local INTERFACE_STATUS = { PROVISIONING = "PRECREATED", STOPPED = "DELETED" }

local function attachments(task)
  if not has_interface(task) then return {} end
  local network = ids.network(task)
  local awsvpc = (task.revision.networkConfiguration or {}).awsvpcConfiguration or {}
  local details = { detail("subnetId", (awsvpc.subnets or {})[1] or "subnet-0") }
  if task.status ~= "PROVISIONING" then
    details[2] = detail("networkInterfaceId", network.interface)
    details[3] = detail("macAddress", network.mac)
    details[4] = detail("privateDnsName", network.name)
    details[5] = detail("privateIPv4Address", network.address)
  end
  return { { id = network.attachment, type = "ElasticNetworkInterface", details = details,
    status = INTERFACE_STATUS[task.status] or "ATTACHED" } }
end

local function interfaces(task)
  if not has_interface(task) or task.status == "PROVISIONING" then return {} end
  local network = ids.network(task)
  return { { attachmentId = network.attachment, privateIpv4Address = network.address } }
end

local function bindings(task, container)
  local out = {}
  if has_interface(task) or not task.started_at or task.status == "STOPPED" then return out end
  for _, mapping in ipairs(container.portMappings or {}) do
    local port = mapping.containerPort
    if port then
      local outside = mapping.hostPort ~= 0 and mapping.hostPort or ids.port(task, container.name, port)
      out[#out + 1] = { bindIP = "0.0.0.0", containerPort = port, hostPort = outside, protocol = mapping.protocol }
    end
  end
  return out
end

local function agents(task)
  if not task.exec then return nil end
  local runs = task.status == "RUNNING"
  return { { name = "ExecuteCommandAgent", lastStatus = runs and "RUNNING" or task.status == "STOPPED" and "STOPPED"
    or "PENDING", lastStartedAt = task.started_at } }
end

local function override_of(task, name)
  for _, override in ipairs((task.overrides or {}).containerOverrides or {}) do
    if override.name == name then return override end
  end
  return {}
end

local function text(number) return number and tostring(number) or nil end

local function container_view(task, container, index)
  local status = task.status
  local left = endings.container(task, container.name, index) or { reason = task.container_reason,
    exit_code = task.exit_code }
  if status ~= "RUNNING" and status ~= "STOPPED" then status = task.desired == "STOPPED" and "RUNNING" or "PENDING" end
  local override = override_of(task, container.name)
  local pulled = task.started_at or task.writers
  return {
    containerArn = task.world:arn(("container/%s/%s/%s"):format(task.cluster.name, task.id, container.name)),
    taskArn = task.arn,
    name = container.name,
    image = container.image,
    imageDigest = pulled and ids.image(container.image) or nil,
    runtimeId = pulled and ids.runtime(task, container.name) or nil,
    lastStatus = status,
    exitCode = task.status == "STOPPED" and left.exit_code or nil,
    reason = left.reason,
    healthStatus = task.health,
    managedAgents = agents(task),
    networkBindings = bindings(task, container),
    networkInterfaces = interfaces(task),
    cpu = tostring(override.cpu or container.cpu or 0),
    memory = text(override.memory or container.memory),
    memoryReservation = text(override.memoryReservation or container.memoryReservation),
  }
end

--- The containers of a task. A definition that is given by name alone has those that its task is told about.
function task_view.containers(task)
  local definition = task.definition
  local named = (task.overrides or {}).containerOverrides
  if not definition.loose or values.none(named) then return definition.containers end
  local out = {}
  for i, override in ipairs(named) do out[i] = { name = override.name, image = definition.family .. ":latest" } end
  return out
end

-- What a task asks an instance for: its own size, or that of its containers.
local function size_of(task, member)
  local given = (task.overrides or {})[member]
  if given or task.definition[member] then return given and form.size(member, given) or task.definition[member] end
  local sum = 0
  for _, container in ipairs(task.definition.containers) do
    local override = override_of(task, container.name)
    sum = sum + (override[member] or container[member] or member == "memory" and container.memoryReservation or 0)
  end
  return ("%d"):format(sum)
end

local function overrides_view(task, containers)
  local out = values.copy(task.overrides or {})
  out.containerOverrides, out.inferenceAcceleratorOverrides = {}, out.inferenceAcceleratorOverrides or {}
  for i, container in ipairs(containers) do
    local override = values.copy(override_of(task, container.name))
    override.name = container.name
    out.containerOverrides[i] = override
  end
  return out
end

local function architecture(definition)
  return (definition.runtimePlatform or {}).cpuArchitecture == "ARM64" and "arm64" or "x86_64"
end

--- A task as it is now.
---@param with_tags boolean
function task_view.of(task, with_tags)
  local definition, fargate = task.definition, task.launch_type == "FARGATE"
  local given, containers = task_view.containers(task), {}
  for i, container in ipairs(given) do containers[i] = container_view(task, container, i) end
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
    ephemeralStorage = fargate and (values.copy((task.overrides or {}).ephemeralStorage
      or definition.ephemeralStorage) or { sizeInGiB = 20 }) or nil,
    group = task.group,
    startedBy = task.started_by,
    lastStatus = task.status,
    desiredStatus = task.desired,
    healthStatus = task.health,
    connectivity = "CONNECTED",
    connectivityAt = task.created_at,
    createdAt = task.created_at,
    pullStartedAt = task.pull_started_at,
    pullStoppedAt = task.pull_started_at and task.started_at or nil,
    startedAt = task.started_at,
    stoppingAt = task.stopping_at,
    stoppedAt = task.stopped_at,
    executionStoppedAt = task.started_at and task.stopped_at or nil,
    stopCode = task.stop_code,
    stoppedReason = task.stop_reason,
    cpu = size_of(task, "cpu"),
    memory = size_of(task, "memory"),
    enableExecuteCommand = task.exec,
    attachments = attachments(task),
    attributes = { { name = "ecs.cpu-architecture", value = architecture(definition) } },
    containers = containers,
    overrides = overrides_view(task, given),
    tags = with_tags and values.copy(task.tags) or {},
    version = task.version,
  }
end

return task_view
