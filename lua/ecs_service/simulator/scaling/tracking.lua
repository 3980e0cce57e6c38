--- What scaling policies do: target tracking follows a metric, step scaling an alarm.
local activities = require "ecs_service.simulator.scaling.activities"
local metrics = require "ecs_service.simulator.scaling.metrics"
local store = require "ecs_service.simulator.scaling.store"

local tracking = {}

-- Values of a metric that have to be above the target, or below nine tenths of it, before something is done.
local ABOVE_VALUES, BELOW_VALUES, BELOW = 3, 15, 0.9
local COOLDOWN = 300

local function is_deploying(service)
  for _, deployment in ipairs(service.deployments) do
    if deployment.rollout_state == "IN_PROGRESS" then return true end
  end
  return false
end

local function cause_of(policy, alarm)
  return ("monitor alarm %s in state ALARM triggered policy %s"):format(alarm, policy.name)
end

-- Why the count stays; nil when it is to change.
local function reason_to_stay(target, service, wanted, count)
  if wanted < count and is_deploying(service) then return "TargetServicePutResourceAsUnscalable" end
  if math.max(target.min, math.min(target.max, wanted)) ~= count then return nil end
  if wanted == count then return "AlreadyAtDesiredCapacity" end
  return wanted > count and "AlreadyAtMaxCapacity" or "AlreadyAtMinCapacity"
end

-- Carries out what a policy decides, within the bounds; answers whether the count was changed.
local function scale(world, policy, wanted, alarm)
  local target = policy.target
  local service = store.service(world, target.id)
  local count = service.config.desiredCount
  if wanted > count and target.suspended.DynamicScalingOutSuspended
    or wanted < count and target.suspended.DynamicScalingInSuspended then
    return false
  end
  local reason = reason_to_stay(target, service, wanted, count)
  if reason then
    activities.not_scaled(world, target, cause_of(policy, alarm), reason)
    return false
  end
  activities.set_count(world, target, math.max(target.min, math.min(target.max, wanted)), cause_of(policy, alarm))
  return true
end

local function can_scale(world, policy)
  local target = policy.target
  if policy.gone or target.gone then return false end
  local service = store.service(world, target.id)
  return service ~= nil and service.status == "ACTIVE"
end

-- "AlarmHigh" or "AlarmLow" when the metric has been out of bounds for long enough.
local function alarm_of(world, policy, metric)
  local configuration = policy.configuration
  local held = (world.now - math.max(metric.since, policy.since)) / metrics.period(policy)
  if metric.value > configuration.TargetValue and held >= ABOVE_VALUES then return policy.alarms[1].AlarmName, "out" end
  if metric.value < BELOW * configuration.TargetValue and held >= BELOW_VALUES and policy.alarms[2] then
    return policy.alarms[2].AlarmName, "in"
  end
end

local function is_cool(world, policy, direction)
  local configuration = policy.configuration
  local cooldown = configuration.ScaleInCooldown
  if direction == "out" then cooldown = configuration.ScaleOutCooldown end
  return not policy.scaled_at or world.now - policy.scaled_at >= (cooldown or COOLDOWN)
end

-- The count at which the metric would be at its target, if the tasks share the load evenly.
local function tracked_count(policy, service, metric)
  return math.ceil(service.config.desiredCount * metric.value / policy.configuration.TargetValue)
end

-- Of several policies the one decides that wants most tasks: no other lets the count go below it.
local function least_wanted(world, policy, service)
  local least = 0
  for _, other in ipairs(policy.target.policies) do
    local metric = other.type == "TargetTrackingScaling" and other ~= policy and metrics.of(world, other)
    if metric then least = math.max(least, tracked_count(other, service, metric)) end
  end
  return math.min(least, service.config.desiredCount)
end

local function follow(policy)
  local world = policy.world
  local metric = metrics.of(world, policy)
  policy.followed = metric ~= nil and not policy.gone and not policy.target.gone
  if not policy.followed then return end
  world:at(world.now + metrics.period(policy), follow, policy)
  if not can_scale(world, policy) then return end
  local alarm, direction = alarm_of(world, policy, metric)
  if not alarm or not is_cool(world, policy, direction) then return end
  local service = store.service(world, policy.target.id)
  local wanted = tracked_count(policy, service, metric)
  if direction == "in" then wanted = math.max(wanted, least_wanted(world, policy, service)) end
  if scale(world, policy, wanted, alarm) then policy.scaled_at = world.now end
end

-- A policy whose metric nobody has set has nothing to follow.
local function wake(world, policy)
  if policy.followed or policy.type ~= "TargetTrackingScaling" or not metrics.of(world, policy) then return end
  policy.world, policy.followed = world, true
  world:at(world.now + metrics.period(policy), follow, policy)
end

--- A policy was put: its metric counts from now on.
function tracking.begin(world, policy)
  policy.since = world.now
  wake(world, policy)
end

--- A metric was set.
function tracking.on_metric(world)
  local own = world.scaling
  for _, id in ipairs(own.names) do
    for _, policy in ipairs(own.targets[id].policies) do wake(world, policy) end
  end
end

-- The step whose interval has the distance of the metric from the alarm's threshold.
local function step_of(policy, distance)
  for _, step in ipairs(policy.configuration.StepAdjustments) do
    local low, high = step.MetricIntervalLowerBound or -math.huge, step.MetricIntervalUpperBound or math.huge
    -- The bound that is nearer to the threshold belongs to the interval.
    local is_above = low >= 0 and distance >= low and distance < high
    if is_above or low < 0 and distance > low and distance <= high then return step end
  end
end

-- Part of a task is none, but for the first: 1 at least.
local function percent_of(configuration, count, percent)
  local change = count * percent / 100
  if change > 1 or change < -1 then
    change = change > 0 and math.floor(change) or math.ceil(change)
  elseif change ~= 0 then
    change = change > 0 and 1 or -1
  end
  local least = configuration.MinAdjustmentMagnitude or 0
  if math.abs(change) < least then change = percent > 0 and least or -least end
  return count + change
end

local function stepped_count(policy, count, adjustment)
  local kind = policy.configuration.AdjustmentType
  if kind == "ExactCapacity" then return adjustment end
  if kind == "ChangeInCapacity" then return math.max(0, count + adjustment) end
  return math.max(0, percent_of(policy.configuration, count, adjustment))
end

local function step(about)
  local world, policy = about.world, about.policy
  if world.scaling.stepping[policy] ~= about or not can_scale(world, policy) then return end
  local count = store.service(world, policy.target.id).config.desiredCount
  local found = step_of(policy, about.distance)
  if found then scale(world, policy, stepped_count(policy, count, found.ScalingAdjustment), about.alarm) end
  -- As long as the alarm holds, it scales again after each cooldown.
  world:at(world.now + math.max(1, policy.configuration.Cooldown or COOLDOWN), step, about)
end

local function policy_of(world, arn)
  for _, target in pairs(world.scaling.targets) do
    for _, policy in ipairs(target.policies) do
      if policy.arn == arn and policy.type == "StepScaling" then return policy end
    end
  end
end

--- An alarm whose action is a step scaling policy has gone into a state.
---@param about table {policy = ARN, distance = how far the metric is from the threshold}
---@return string|nil problem
function tracking.on_alarm(world, name, state, about)
  local policy = policy_of(world, about.policy)
  if not policy then return "knows no step scaling policy " .. tostring(about.policy) end
  local own = world.scaling
  own.stepping[policy] = nil
  if state ~= "ALARM" then return end
  own.stepping[policy] = { world = world, policy = policy, alarm = name, distance = about.distance or 0 }
  step(own.stepping[policy])
end

return tracking
