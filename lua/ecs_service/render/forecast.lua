--- What a deployment will look like: how many tasks run meanwhile, and when ECS gives up.
local value = require "ecs_service.render.value"

local forecast = {}

local function threshold(desired)
  -- The circuit breaker's published rule: half of the desired tasks, at least 3 and at most 200.
  return math.max(3, math.min(200, math.ceil(desired * 0.5)))
end

local function controller(attributes)
  local block = attributes.deployment_controller
  return type(block) == "table" and ((block[1] or block).type) or "ECS"
end

local function single(block)
  if type(block) ~= "table" then return nil end
  return block[1] or block
end

--- One line about the rollout that a change starts, or nil when nothing can be said beforehand.
---@param change table a change of a plan
---@param arrow string
---@return string|nil
function forecast.line(change, arrow)
  local deployment = change.deployment
  if change.action ~= "update" or not (deployment and deployment.starts) then return nil end
  if type(deployment.forecast) == "string" then return deployment.forecast end
  local after, before = change.after or {}, change.before or {}
  if controller(after) ~= "ECS" then return nil end
  local minimum = tonumber(after.deployment_minimum_healthy_percent)
  local maximum = tonumber(after.deployment_maximum_percent)
  local text
  if after.scheduling_strategy == "DAEMON" then
    text = ("at least %d %% of the daemon's tasks keep running"):format(minimum or 0)
  else
    local desired = tonumber(after.desired_count)
    if not desired then return nil end
    local had = tonumber(before.desired_count)
    local tasks = had and had ~= desired and ("%d %s %s"):format(had, arrow, value.count(desired, "task"))
      or value.count(desired, "task")
    text = ("%s, at least %d and at most %d running"):format(tasks, math.ceil(desired * (minimum or 100) / 100),
      math.floor(desired * (maximum or 200) / 100))
    local breaker = single(after.deployment_circuit_breaker)
    if breaker and breaker.enable then
      text = ("%s; circuit breaker gives up after %d failed tasks%s"):format(text, threshold(desired),
        breaker.rollback and " and rolls back" or "")
    end
  end
  local alarms = single(after.alarms)
  if alarms and alarms.enable and type(alarms.alarm_names) == "table" and #alarms.alarm_names > 0 then
    text = ("%s; watched by %s%s"):format(text, value.count(#alarms.alarm_names, "alarm"),
      alarms.rollback and ", rolls back" or "")
  end
  return text
end

return forecast
