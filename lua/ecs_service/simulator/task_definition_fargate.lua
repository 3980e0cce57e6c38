--- What Fargate takes of a task definition, by the API's documentation: its sizes, and what needs a container instance
--- of one's own.

local form = require "ecs_service.simulator.task_definition_form"
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"

local fargate = {}

local function refused(message, ...) refuse.raise("ClientException", message, ...) end

-- Memory in MiB that goes with so many CPU units: the least, the most and the step between; or a list.
local SIZES = {
  [256] = { 512, 1024, 2048 },
  [512] = { least = 1024, most = 4096, step = 1024 },
  [1024] = { least = 2048, most = 8192, step = 1024 },
  [2048] = { least = 4096, most = 16384, step = 1024 },
  [4096] = { least = 8192, most = 30720, step = 1024 },
  [8192] = { least = 16384, most = 61440, step = 4096 },
  [16384] = { least = 32768, most = 122880, step = 8192 },
}

local function is_size(cpu, memory)
  local range = SIZES[cpu]
  if not range then
    return false
  elseif range.step then
    return memory >= range.least and memory <= range.most and (memory - range.least) % range.step == 0
  end
  for _, one in ipairs(range) do
    if one == memory then return true end
  end
  return false
end

local function is_windows(body)
  local family = (body.runtimePlatform or {}).operatingSystemFamily
  return family ~= nil and family:find "^WINDOWS" ~= nil
end

local function check_size(body)
  for _, member in ipairs { "cpu", "memory" } do
    if not body[member] then refused("Fargate requires that '%s' be defined at the task level.", member) end
  end
  local cpu, memory = tonumber(form.size("cpu", body.cpu)), tonumber(form.size("memory", body.memory))
  if not is_size(cpu, memory) or is_windows(body) and cpu < 1024 then
    refused("No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for "
      .. "the valid values.", cpu, memory)
  end
end

local LOG_DRIVERS = { awslogs = true, splunk = true, awsfirelens = true }

-- Members of a container and of its linuxParameters that Fargate has not.
local MEMBERS = { "privileged", "dockerSecurityOptions" }
local LINUX_MEMBERS = { "devices", "sharedMemorySize", "maxSwap", "swappiness" }

local function check_members(given, names)
  for _, name in ipairs(names) do
    if values.given(given[name]) then refused("Fargate does not support the '%s' parameter.", name) end
  end
end

local function check_container(container)
  local linux = container.linuxParameters or {}
  check_members(container, MEMBERS)
  check_members(linux, LINUX_MEMBERS)
  for _, capability in ipairs((linux.capabilities or {}).add or {}) do
    if capability ~= "SYS_PTRACE" then
      refused("Fargate does not support adding the kernel capability '%s': it has SYS_PTRACE alone.", capability)
    end
  end
  for _, requirement in ipairs(container.resourceRequirements or {}) do
    if requirement.type == "GPU" then refused("Fargate does not support GPU resources.") end
  end
  local driver = container.logConfiguration and container.logConfiguration.logDriver
  if driver and not LOG_DRIVERS[driver] then
    refused("Log driver '%s' is not supported on Fargate: use awslogs, splunk or awsfirelens.", driver)
  elseif (container.stopTimeout or 0) > 120 then
    refused("stopTimeout of container '%s' must be at most 120 seconds on Fargate.", container.name)
  end
end

local function check_volumes(body)
  for _, volume in ipairs(body.volumes or {}) do
    if volume.dockerVolumeConfiguration then
      refused("Fargate does not support docker volumes: volume '%s'.", volume.name or "")
    elseif volume.host and volume.host.sourcePath then
      refused("Fargate does not support a source path of the host: volume '%s'.", volume.name or "")
    end
  end
end

local function wanted(body)
  for _, launch_type in ipairs(body.requiresCompatibilities or {}) do
    if launch_type == "FARGATE" then return true end
  end
  return false
end

--- Raises what ECS answers to a registration that requires Fargate and does not fit it.
---@param body table as RegisterTaskDefinition takes it
function fargate.check(body)
  if not wanted(body) then return end
  if body.networkMode ~= "awsvpc" then refused("Fargate only supports network mode 'awsvpc'.") end
  check_size(body)
  if body.pidMode == "host" then
    refused("Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is "
      .. "'task'.")
  elseif body.ipcMode then
    refused("Fargate does not support the 'ipcMode' parameter.")
  elseif not values.none(body.placementConstraints) then
    refused("Fargate does not support placement constraints.")
  end
  check_volumes(body)
  for _, container in ipairs(body.containerDefinitions) do check_container(container) end
end

return fargate
