--- What ECS refuses when a task definition is registered, by the API's documentation. Container by container, and the
--- whole as its network mode and launch types allow it.

local fargate = require "ecs_service.simulator.task_definition_fargate"
local form = require "ecs_service.simulator.task_definition_form"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local values = require "ecs_service.simulator.values"

local checks = {}

local none, is_given = values.none, values.given

local function refused(message, ...) refuse.raise("ClientException", message, ...) end

local function is_name(text) return #text <= 255 and text:find "^[%w_-]+$" ~= nil end

local function within(value, least, most) return value == nil or (value >= least and value <= most) end

-- Members of a container with the network modes that have no use for them, and what ECS says to it.
local FORBIDDEN_IN_MODE = {
  awsvpc = {
    { "links", "Links are not supported when networkMode=awsvpc." },
    { "hostname", "Hostname is not supported on container when networkMode=awsvpc." },
    { "extraHosts", "Extra hosts are not supported on container when networkMode=awsvpc." },
  },
  host = { { "links", "Links are not supported when networkMode=host." } },
  none = {
    { "links", "Links are not supported when networkMode=none." },
    { "portMappings", "Port mappings are not supported when networkMode=none." },
  },
}

local function check_mode(container, mode)
  for _, row in ipairs(FORBIDDEN_IN_MODE[mode] or {}) do
    if is_given(container[row[1]]) then refused(row[2]) end
  end
end

local function check_range(range, mapping, mode)
  local first, last = range:match "^(%d+)%-(%d+)$"
  first, last = tonumber(first), tonumber(last)
  if mode == "host" or mode == "none" then
    refused("containerPortRange is only supported when networkMode is bridge or awsvpc.")
  elseif mapping.containerPort or mapping.hostPort then
    refused("containerPort and hostPort cannot be specified with containerPortRange.")
  elseif not first or first < 1 or last > 65535 or first >= last then
    refused("Invalid containerPortRange '%s': it has to be first-last, between 1 and 65535.", range)
  end
end

local function check_mapping(mapping, mode)
  if mapping.containerPortRange then return check_range(mapping.containerPortRange, mapping, mode) end
  local inside, outside = mapping.containerPort, mapping.hostPort
  if inside == nil then
    refused("Container port should not be null or empty.")
  elseif not within(inside, 1, 65535) then
    refused("Container port has to be between 1 and 65535.")
  elseif not within(outside, 0, 65535) then
    refused("Host port has to be between 0 and 65535.")
  elseif (mode == "awsvpc" or mode == "host") and (outside or 0) ~= 0 and outside ~= inside then
    refused("When networkMode=%s, the host ports and container ports in port mappings must match.", mode)
  elseif mapping.name and (#mapping.name > 64 or not mapping.name:find "^[a-z0-9_][a-z0-9_-]*$") then
    refused("Port mapping name '%s' is invalid: up to 64 lower-case letters, numbers, underscores and hyphens, and no "
      .. "hyphen first.", mapping.name)
  end
end

local function check_ports(container, mode)
  local ranges = 0
  for _, mapping in ipairs(container.portMappings or {}) do
    check_mapping(mapping, mode)
    ranges = ranges + (mapping.containerPortRange and 1 or 0)
  end
  if ranges > 100 then refused("A container can have at most 100 port ranges.") end
end

local function check_memory(container, body)
  local hard, soft = container.memory, container.memoryReservation
  if not (body.memory or hard or soft) then
    refused("Invalid setting for container '%s'. At least one of 'memory' or 'memoryReservation' must be specified.",
      container.name)
  elseif hard and hard < 6 or soft and soft < 6 then
    refused("Invalid setting for container '%s'. The minimum memory for a container is 6 MiB.", container.name)
  elseif hard and soft and hard <= soft then
    refused("Invalid setting for container '%s'. 'memory' must be greater than 'memoryReservation'.", container.name)
  end
end

local function check_health(container)
  local check = container.healthCheck
  if not check then return end
  local how = check.command[1]
  if how ~= "CMD" and how ~= "CMD-SHELL" and how ~= "NONE" then
    refused("Health check command of container '%s' must start with CMD or CMD-SHELL.", container.name)
  elseif not within(check.interval, 5, 300) then
    refused("Health check interval of container '%s' must be between 5 and 300 seconds.", container.name)
  elseif not within(check.timeout, 2, 60) then
    refused("Health check timeout of container '%s' must be between 2 and 60 seconds.", container.name)
  elseif not within(check.retries, 1, 10) then
    refused("Health check retries of container '%s' must be between 1 and 10.", container.name)
  elseif not within(check.startPeriod, 0, 300) then
    refused("Health check startPeriod of container '%s' must be between 0 and 300 seconds.", container.name)
  end
end

local function check_logs(container)
  local logs = container.logConfiguration
  if not logs or logs.logDriver ~= "awslogs" then return end
  local missing = {}
  for _, option in ipairs { "awslogs-region", "awslogs-group" } do
    if not is_given((logs.options or {})[option]) then missing[#missing + 1] = option end
  end
  if missing[1] then refused("Log driver awslogs requires options: %s", table.concat(missing, ", ")) end
end

local function check_restarts(container)
  local policy = container.restartPolicy
  if not policy then return end
  if not within(policy.restartAttemptPeriod, 60, 1800) then
    refused("restartAttemptPeriod of container '%s' must be between 60 and 1800 seconds.", container.name)
  elseif #(policy.ignoredExitCodes or {}) > 50 then
    refused("Container '%s' can have at most 50 ignoredExitCodes.", container.name)
  end
end

-- The containers and volumes that a container names have to be there.
local function check_references(container, containers, volumes)
  for _, mount in ipairs(container.mountPoints or {}) do
    if not volumes[mount.sourceVolume or ""] then refused("Unknown volume '%s'.", mount.sourceVolume or "") end
  end
  for _, from in ipairs(container.volumesFrom or {}) do
    if not containers[from.sourceContainer or ""] then
      refused("Unknown source container '%s' in volumesFrom.", from.sourceContainer or "")
    end
  end
  for _, link in ipairs(container.links or {}) do
    local target = link:match "^[^:]+"
    if not containers[target or ""] then refused("Unknown container '%s' in links.", target or "") end
  end
  for _, dependency in ipairs(container.dependsOn or {}) do
    local other, condition = containers[dependency.containerName], dependency.condition
    if not other or other == container then
      refused("Invalid dependency of container '%s': there is no other container '%s'.", container.name,
        dependency.containerName)
    elseif (condition == "SUCCESS" or condition == "COMPLETE") and other.essential ~= false then
      refused("A dependency container with SUCCESS or COMPLETE condition cannot be an essential container")
    elseif condition == "HEALTHY" and not other.healthCheck then
      refused("A dependency container with HEALTHY condition must have a health check.")
    end
  end
end

local function by_name(list)
  local out = {}
  for _, container in ipairs(list) do
    local name = container.name
    if not is_given(name) then
      refused("Container.name should not be null or empty.")
    elseif not is_name(name) then
      refused("Container.name contains invalid characters.")
    elseif not is_given(container.image) then
      refused("Container.image should not be null or empty.")
    elseif out[name] then
      refused("The same container name cannot be used more than once.")
    end
    out[name] = container
  end
  return out
end

-- Nothing can wait for itself, be it by way of others.
local function check_circles(containers)
  local state = {}
  local function visit(container)
    if state[container] == "open" then
      refused("The dependencies between the containers form a cycle.")
    elseif state[container] then
      return
    end
    state[container] = "open"
    for _, dependency in ipairs(container.dependsOn or {}) do visit(containers[dependency.containerName]) end
    state[container] = "done"
  end
  for _, container in pairs(containers) do visit(container) end
end

local function check_volumes(body)
  local names, at_launch = {}, 0
  for _, volume in ipairs(body.volumes or {}) do
    local name = volume.name or ""
    if not is_name(name) then
      refused("Volume.name '%s' is invalid: up to 255 letters, numbers, underscores and hyphens.", name)
    elseif names[name] then
      refused("The same volume name cannot be used more than once.")
    end
    names[name] = true
    at_launch = at_launch + (volume.configuredAtLaunch and 1 or 0)
  end
  if at_launch > 1 then refused("A task definition can have only one volume that is configured at launch.") end
  return names
end

local function check_size(body)
  for _, member in ipairs { "cpu", "memory" } do
    local given = body[member]
    local size = given and tonumber(form.size(member, given))
    if given and not (size and size > 0) or member == "cpu" and size and not within(size, 128, 196608) then
      refused("Invalid '%s' setting for task. For more information, see the Troubleshooting section of the Amazon ECS "
        .. "Developer Guide.", member)
    end
  end
end

local function check_sums(body)
  local cpu, memory = 0, 0
  for _, container in ipairs(body.containerDefinitions) do
    cpu = cpu + (container.cpu or 0)
    memory = memory + (container.memoryReservation or container.memory or 0)
    if body.memory and container.memory and container.memory > tonumber(form.size("memory", body.memory)) then
      refused("Invalid setting for container '%s'. 'memory' cannot be greater than the value of the task 'memory'.",
        container.name)
    end
  end
  if body.cpu and cpu > tonumber(form.size("cpu", body.cpu)) then
    refused("The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.")
  elseif body.memory and memory > tonumber(form.size("memory", body.memory)) then
    refused("The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.")
  end
end

local function check_essential(body)
  for _, container in ipairs(body.containerDefinitions) do
    if container.essential ~= false then return end
  end
  refused("A task definition must have at least one essential container.")
end

local function check_rest(body)
  service_checks.tags(body.tags)
  if #(body.placementConstraints or {}) > 10 then
    refused("A task definition can have at most 10 placement constraints.")
  elseif body.ephemeralStorage and not within(body.ephemeralStorage.sizeInGiB, 21, 200) then
    refused("ephemeralStorage.sizeInGiB must be between 21 and 200.")
  end
end

--- Raises what ECS answers to a registration that is none.
---@param body table as RegisterTaskDefinition takes it
function checks.whole(body)
  if not is_name(body.family) then
    refused("Family contains invalid characters.")
  elseif none(body.containerDefinitions) then
    refused("Container list cannot be empty.")
  end
  check_size(body)
  local containers, volumes = by_name(body.containerDefinitions), check_volumes(body)
  fargate.check(body)
  for _, container in ipairs(body.containerDefinitions) do
    check_memory(container, body)
    check_mode(container, body.networkMode)
    check_ports(container, body.networkMode)
    check_health(container)
    check_logs(container)
    check_restarts(container)
    if #(container.environmentFiles or {}) > 10 then
      refused("Container '%s' can have at most 10 environmentFiles.", container.name)
    end
  end
  check_essential(body)
  for _, container in ipairs(body.containerDefinitions) do check_references(container, containers, volumes) end
  check_circles(containers)
  check_sums(body)
  check_rest(body)
end

return checks
