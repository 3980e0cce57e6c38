--- What Application Auto Scaling knows of services: their scalable targets, and what it did last.
local call = require "ecs_service.run.api_call"
local lazy = require "ecs_service.util.lazy"
local names = require "ecs_service.util.identifiers"
local times = lazy "ecs_service.util.time_format"

local scaling = {}

local API, NAMESPACE, DIMENSION = "application-autoscaling", "ecs", "ecs:service:DesiredCount"
-- Resources that one call takes.
local MOST = 50
-- Seconds after which it is not asked any more: nothing needs the answer so much that all should wait for it.
local PATIENCE = 15

---@class ecs_service.ScalableTarget
---@field min_capacity integer
---@field max_capacity integer
---@field suspended { scale_in: boolean, scale_out: boolean, scheduled: boolean }

--- What a service is called there.
---@param cluster string|nil name or ARN
---@param service string name or ARN
---@return string
function scaling.id_of(cluster, service) return "service/" .. names.identity(cluster, service) end

--- The calls that ask for the targets of services, each with so many as it takes.
---@param ids string[] of scaling.id_of
---@return ecs_service.Call[]
function scaling.calls(ids)
  local calls = {}
  for i = 1, #ids, MOST do
    local some = {}
    for j = i, math.min(i + MOST - 1, #ids) do some[#some + 1] = ids[j] end
    calls[#calls + 1] = { api = API, operation = "DescribeScalableTargets", timeout = PATIENCE, body = {
      ServiceNamespace = NAMESPACE, ScalableDimension = DIMENSION, ResourceIds = some } }
  end
  return calls
end

local function target_of(answered)
  local suspended = answered.SuspendedState or {}
  return { min_capacity = answered.MinCapacity, max_capacity = answered.MaxCapacity, suspended = {
    scale_in = suspended.DynamicScalingInSuspended == true, scale_out = suspended.DynamicScalingOutSuspended == true,
    scheduled = suspended.ScheduledScalingSuspended == true } }
end

--- Adds the targets that were answered to `targets`, by id; a service without one is in none.
---@param results table[] { answer } or { err } of each call
---@param targets table<string, ecs_service.ScalableTarget>
---@return ecs_service.Error|nil err of the first call that failed
function scaling.take(results, targets)
  local failure
  for _, result in ipairs(results) do
    failure = failure or result.err
    for _, one in ipairs(result.answer and result.answer.ScalableTargets or {}) do
      targets[one.ResourceId] = target_of(one)
    end
  end
  return failure
end

--- What keeps it from being asked at all; nil when nothing does.
---@param session ecs_service.Session
---@return ecs_service.Error|nil
function scaling.out_of_reach(session)
  if session.api_name then return nil end
  local _, err = session.toward(API)
  return err
end

--- Asks for the targets of services.
---@param session ecs_service.Session
---@param ids string[]
---@param targets table<string, ecs_service.ScalableTarget> gets them
---@param opts table|nil { interrupted }
---@return ecs_service.Error|nil
function scaling.read(session, ids, targets, opts)
  if #ids == 0 then return nil end
  local err = scaling.out_of_reach(session)
  if err then return err end
  return scaling.take(call.all(session, scaling.calls(ids), opts), targets)
end

local function activity_of(answered)
  return { description = answered.Description, cause = answered.Cause, status = answered.StatusCode,
    message = answered.StatusMessage, at = answered.StartTime and times.text(answered.StartTime) or nil }
end

--- What was done last to services, by id.
---@param session ecs_service.Session
---@param ids string[]
---@param opts table|nil { interrupted }
---@return table<string, table> activities { description, cause, status, message, at }
---@return ecs_service.Error|nil
function scaling.last_activities(session, ids, opts)
  local calls, found, failure = {}, {}, nil
  for i, id in ipairs(ids) do
    calls[i] = { api = API, operation = "DescribeScalingActivities", timeout = PATIENCE, body = {
      ServiceNamespace = NAMESPACE, ResourceId = id, ScalableDimension = DIMENSION, MaxResults = 1 } }
  end
  for i, result in ipairs(#calls > 0 and call.all(session, calls, opts) or {}) do
    failure = failure or result.err
    local newest = result.answer and (result.answer.ScalingActivities or {})[1]
    found[ids[i]] = newest and activity_of(newest) or nil
  end
  return found, failure
end

--- That it was not asked, or did not answer: once for all services.
---@param err ecs_service.Error
---@return table warning
function scaling.warning(err)
  return { code = "AutoScalingUnknown", severity = "warning",
    message = ("auto scaling was not looked at (%s): %s"):format(err.code, err.message),
    hint = tostring(err.code):find "^AccessDenied" and "allow application-autoscaling:DescribeScalableTargets"
      or "ecs.stack { autoscaling = false } looks at none" }
end

--- "auto scaling 2–20, suspended: in, out": in a few words.
---@param target ecs_service.ScalableTarget
---@param ascii boolean|nil
---@return string
function scaling.words(target, ascii)
  local suspended, stopped = target.suspended or {}, {}
  if suspended.scale_in then stopped[1] = "in" end
  if suspended.scale_out then stopped[#stopped + 1] = "out" end
  if suspended.scheduled then stopped[#stopped + 1] = "scheduled" end
  return ("auto scaling %d%s%d%s"):format(target.min_capacity, ascii and "-" or "–", target.max_capacity,
    stopped[1] and ", suspended: " .. table.concat(stopped, ", ") or "")
end

return scaling
