--- The form that ECS gives to a task definition when it is registered: what was left out is filled in, sizes become
--- numbers, names of roles become ARNs.

local values = require "ecs_service.simulator.values"

local form = {}

-- Members of a request and of an answer that are kept as they are.
form.kept = { "networkMode", "requiresCompatibilities", "pidMode", "ipcMode", "proxyConfiguration",
  "inferenceAccelerators", "ephemeralStorage", "runtimePlatform", "enableFaultInjection",
  "trustedExecutionConfiguration" }

-- "1 vCPU" and "2 GB" are so many units and MiB.
local UNITS = { cpu = { vcpu = 1024 }, memory = { gb = 1024 } }

--- The whole number that a task's cpu or memory stands for, as text; nil when it is none.
---@param member string "cpu" or "memory"
---@param given string
---@return string|nil
function form.size(member, given)
  local number, unit = given:match "^%s*(%d*%.?%d+)%s*(%a*)%s*$"
  local factor = unit == "" and 1 or unit and UNITS[member][unit:lower()]
  local size = factor and tonumber(number) and tonumber(number) * factor
  if not size or size % 1 ~= 0 or (factor == 1 and number:find(".", 1, true)) then return nil end
  return ("%d"):format(size)
end

local function port_mapping(mapping, mode)
  local out = values.copy(mapping)
  out.protocol = out.protocol or "tcp"
  if out.containerPortRange then return out end
  -- 0: any free port of the instance, which only a bridge can lead on from.
  local fixed = mode == "awsvpc" or mode == "host"
  if fixed and (out.hostPort or 0) == 0 then out.hostPort = out.containerPort end
  out.hostPort = out.hostPort or 0
  return out
end

local HEALTH = { interval = 30, timeout = 5, retries = 3 }

local function container(given, mode)
  local out = values.copy(given)
  for _, list in ipairs { "portMappings", "environment", "mountPoints", "volumesFrom", "systemControls" } do
    out[list] = out[list] or {}
  end
  out.cpu = out.cpu or 0
  if out.essential == nil then out.essential = true end
  for i, mapping in ipairs(out.portMappings) do out.portMappings[i] = port_mapping(mapping, mode) end
  for name, default in pairs(out.healthCheck and HEALTH or {}) do
    out.healthCheck[name] = out.healthCheck[name] or default
  end
  return out
end

local KINDS_OF_VOLUME = { "host", "dockerVolumeConfiguration", "efsVolumeConfiguration",
  "fsxWindowsFileServerVolumeConfiguration", "s3filesVolumeConfiguration" }

local function volume(given)
  local out = values.copy(given)
  local described = out.configuredAtLaunch
  for _, kind in ipairs(KINDS_OF_VOLUME) do described = described or out[kind] end
  if not described then out.host = values.object {} end
  for _, kind in ipairs { "efsVolumeConfiguration", "s3filesVolumeConfiguration" } do
    if out[kind] then out[kind].rootDirectory = out[kind].rootDirectory or "/" end
  end
  return out
end

--- What a registration becomes.
---@param world table
---@param request table members as RegisterTaskDefinition takes them
---@return table definition {containers, volumes, constraints, tags, cpu, memory, …}
function form.of(world, request)
  local out = { containers = {}, volumes = {}, constraints = values.copy(request.placementConstraints or {}),
    tags = values.copy(request.tags or {}) }
  for _, name in ipairs(form.kept) do out[name] = values.copy(request[name]) end
  for _, name in ipairs { "cpu", "memory" } do
    out[name] = request[name] and (form.size(name, request[name]) or request[name])
  end
  for _, name in ipairs { "taskRoleArn", "executionRoleArn" } do
    out[name] = (request[name] or "") ~= "" and world:role_arn(request[name]) or nil
  end
  for i, given in ipairs(request.containerDefinitions or {}) do
    out.containers[i] = container(given, request.networkMode)
  end
  for i, given in ipairs(request.volumes or {}) do out.volumes[i] = volume(given) end
  return out
end

return form
