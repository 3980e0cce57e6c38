-- task definitions: registering, deregistering, finding and describing them.
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"
local clusters = require "ecs_service.simulator.clusters"

local task_definitions = {}
local operations = {}
task_definitions.operations = operations

-- Members of a request and of an answer that the simulator only keeps.
local kept = {
  "taskRoleArn", "executionRoleArn", "networkMode", "requiresCompatibilities", "cpu", "memory", "pidMode", "ipcMode",
  "proxyConfiguration", "inferenceAccelerators", "ephemeralStorage", "runtimePlatform", "enableFaultInjection",
}

local function complete_container(container)
  local out = values.copy(container)
  for _, list in ipairs({ "portMappings", "environment", "mountPoints", "volumesFrom", "systemControls" }) do
    out[list] = out[list] or {}
  end
  out.cpu = out.cpu or 0
  if out.essential == nil then
    out.essential = true
  end
  for _, mapping in ipairs(out.portMappings) do
    mapping.protocol = mapping.protocol or "tcp"
    mapping.hostPort = mapping.hostPort or 0
  end
  return out
end

--- Puts a revision into the world.
---@param loose boolean what is not described more closely fits any launch type, container and volume
function task_definitions.add(world, family_name, revision, request, loose)
  local family = world.families[family_name]
  if not family then
    family = { name = family_name, latest = 0, revisions = {} }
    world.families[family_name] = family
    world.family_names[#world.family_names + 1] = family_name
    table.sort(world.family_names)
  end
  local definition = {
    family = family_name,
    revision = revision,
    arn = world:arn(("task-definition/%s:%d"):format(family_name, revision)),
    short = ("%s:%d"):format(family_name, revision),
    status = "ACTIVE",
    loose = loose,
    registered_at = world.now,
    containers = {},
    volumes = values.copy(request.volumes or {}),
    constraints = values.copy(request.placementConstraints or {}),
    tags = values.copy(request.tags or {}),
  }
  for _, name in ipairs(kept) do
    definition[name] = values.copy(request[name])
  end
  for i, container in ipairs(request.containerDefinitions or {}) do
    definition.containers[i] = complete_container(container)
  end
  family.revisions[revision] = definition
  family.latest = math.max(family.latest, revision)
  return definition
end

local function split(world, reference)
  local name = reference
  if reference:sub(1, 4) == "arn:" then
    name = reference:match(":task%-definition/(.+)$")
    if not name or reference ~= world:arn("task-definition/" .. name) then
      return nil
    end
  end
  local family, revision = name:match("^([^:]+):(%d+)$")
  return family or name, tonumber(revision)
end

--- The revision that a family, family:revision or ARN names: the newest ACTIVE one when none is named.
function task_definitions.find(world, reference)
  local family_name, revision = split(world, reference)
  local family = family_name and world.families[family_name]
  if not family then
    return nil
  elseif revision then
    return family.revisions[revision]
  end
  for i = family.latest, 1, -1 do
    if family.revisions[i] and family.revisions[i].status == "ACTIVE" then
      return family.revisions[i]
    end
  end
  return nil
end

--- The same for a service that is to run it: raises what CreateService answers.
function task_definitions.to_run(world, reference)
  local definition = task_definitions.find(world, reference)
  if not definition then
    refuse.raise("ClientException", "TaskDefinition not found.")
  elseif definition.status ~= "ACTIVE" then
    refuse.raise("ClientException", "TaskDefinition is inactive")
  end
  return definition
end

local function compatibilities(definition)
  local out = { "EC2" }
  if definition.networkMode == "awsvpc" and definition.cpu and definition.memory then
    out[2] = "FARGATE"
  end
  return out
end

local function view(definition)
  local out = {
    taskDefinitionArn = definition.arn,
    family = definition.family,
    revision = definition.revision,
    status = definition.status,
    containerDefinitions = values.copy(definition.containers),
    volumes = values.copy(definition.volumes),
    placementConstraints = values.copy(definition.constraints),
    compatibilities = compatibilities(definition),
    requiresAttributes = {},
    registeredAt = definition.registered_at,
    deregisteredAt = definition.deregistered_at,
  }
  for _, name in ipairs(kept) do
    out[name] = values.copy(definition[name])
  end
  return out
end

local function check_containers(body)
  if values.none(body.containerDefinitions) then
    refuse.raise("ClientException", "Container list cannot be empty.")
  end
  local names = {}
  for _, container in ipairs(body.containerDefinitions) do
    if not container.name or container.name == "" then
      refuse.raise("ClientException", "Container.name should not be null or empty.")
    elseif not container.image or container.image == "" then
      refuse.raise("ClientException", "Container.image should not be null or empty.")
    elseif names[container.name] then
      refuse.raise("ClientException", "The same container name cannot be used more than once.")
    end
    names[container.name] = true
    if not (body.memory or container.memory or container.memoryReservation) then
      refuse.raise("ClientException", "Invalid setting for container '%s'. At least one of 'memory' or "
        .. "'memoryReservation' must be specified.", container.name)
    end
  end
end

local function check_fargate(body)
  for _, launch_type in ipairs(body.requiresCompatibilities or {}) do
    if launch_type == "FARGATE" then
      if body.networkMode ~= "awsvpc" then
        refuse.raise("ClientException", "Fargate only supports network mode 'awsvpc'.")
      elseif not (body.cpu and body.memory) then
        refuse.raise("ClientException", "Fargate requires that 'cpu' be defined at the task level.")
      end
    end
  end
end

function operations.RegisterTaskDefinition(world, body)
  if #body.family > 255 or not body.family:find("^[%w_-]+$") then
    refuse.raise("ClientException", "Family contains invalid characters.")
  end
  check_containers(body)
  check_fargate(body)
  local family = world.families[body.family]
  local definition = task_definitions.add(world, body.family, (family and family.latest or 0) + 1, body, false)
  return { taskDefinition = view(definition), tags = values.copy(definition.tags) }
end

function operations.DeregisterTaskDefinition(world, body)
  local family, revision = split(world, body.taskDefinition)
  if family and not revision then
    refuse.invalid("Revision is missing.")
  end
  local definition = task_definitions.find(world, body.taskDefinition)
  if not definition then
    refuse.raise("ClientException", "The specified task definition does not exist.")
  end
  definition.status = "INACTIVE"
  definition.deregistered_at = definition.deregistered_at or world.now
  return { taskDefinition = view(definition) }
end

function operations.DescribeTaskDefinition(world, body)
  local definition = task_definitions.find(world, body.taskDefinition)
  if not definition then
    refuse.raise("ClientException", "Unable to describe task definition.")
  end
  local tagged = clusters.includes(body, "TAGS")
  return { taskDefinition = view(definition), tags = tagged and values.copy(definition.tags) or {} }
end

function operations.ListTaskDefinitions(world, body)
  local arns = {}
  local status = body.status or "ACTIVE"
  for _, name in ipairs(world.family_names) do
    if not body.familyPrefix or name == body.familyPrefix then
      local family = world.families[name]
      for revision = 1, family.latest do
        local definition = family.revisions[revision]
        if definition and definition.status == status then
          arns[#arns + 1] = definition.arn
        end
      end
    end
  end
  if body.sort == "DESC" then
    local reversed = {}
    for i = #arns, 1, -1 do
      reversed[#reversed + 1] = arns[i]
    end
    arns = reversed
  end
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 100, 100))
  return { taskDefinitionArns = page, nextToken = next_token }
end

return task_definitions
