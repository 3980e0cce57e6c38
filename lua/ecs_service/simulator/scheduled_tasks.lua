--- What EventBridge asks ECS for: RunTask, by the parameters of a target of its own.
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"
local task_runs = require "ecs_service.simulator.task_runs"

local scheduled = {}

-- Members of EcsParameters as RunTask has them.
local SAME = { Group = "group", LaunchType = "launchType", PlatformVersion = "platformVersion",
  PropagateTags = "propagateTags", ReferenceId = "referenceId", TaskCount = "count",
  TaskDefinitionArn = "taskDefinition", EnableECSManagedTags = "enableECSManagedTags",
  EnableExecuteCommand = "enableExecuteCommand", CapacityProviderStrategy = "capacityProviderStrategy",
  PlacementConstraints = "placementConstraints", PlacementStrategy = "placementStrategy" }

local function network_of(network)
  local vpc = network and network.awsvpcConfiguration
  return vpc and { awsvpcConfiguration = { subnets = vpc.Subnets, securityGroups = vpc.SecurityGroups,
    assignPublicIp = vpc.AssignPublicIp } } or nil
end

local function tags_of(list)
  local tags = {}
  for i, tag in ipairs(list or {}) do tags[i] = { key = tag.key or tag.Key, value = tag.value or tag.Value } end
  return #tags > 0 and tags or nil
end

local function overrides_of(text)
  local overrides = text and core.read_json(text)
  if type(overrides) ~= "table" or overrides[1] ~= nil then return nil end
  return next(overrides) ~= nil and overrides or nil
end

--- Starts the tasks of a target.
---@param world table
---@param target table with Arn, EcsParameters, Input
---@param started_by string
---@return table|nil answer of RunTask
---@return table|nil refusal
function scheduled.run(world, target, started_by)
  local body, given = core.object { cluster = target.Arn, startedBy = started_by:gsub("[^%w_/-]", "_"):sub(1, 128) },
    target.EcsParameters
  for name, member in pairs(SAME) do body[member] = given[name] end
  body.networkConfiguration, body.tags = network_of(given.NetworkConfiguration), tags_of(given.Tags)
  body.overrides = overrides_of(target.Input)
  local ok, result = pcall(task_runs.operations.RunTask, world, body)
  if ok then return result end
  if refuse.is(result) then return nil, result end
  error(result, 0)
end

--- Whether an ARN is a cluster's: the others are started by nobody here.
function scheduled.is_cluster(arn) return arn:find "^arn:[^:]+:ecs:[^:]*:%d*:cluster/." ~= nil end

return scheduled
