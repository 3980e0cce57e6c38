--- Scaling policies: target tracking, step scaling, and predictive ones (which are kept, and scale nothing).
local core = require "ecs_service.core"
local metrics = require "ecs_service.simulator.scaling.metrics"
local refuse = require "ecs_service.simulator.api_error"
local store = require "ecs_service.simulator.scaling.store"
local tracking = require "ecs_service.simulator.scaling.tracking"
local values = require "ecs_service.simulator.values"

local operations = {}

local MOST_POLICIES, MOST_STEPS, PAGE = 50, 20, 10

local CONFIGURATIONS = {
  TargetTrackingScaling = "TargetTrackingScalingPolicyConfiguration",
  StepScaling = "StepScalingPolicyConfiguration",
  PredictiveScaling = "PredictiveScalingPolicyConfiguration",
}

local checks = {}

local function check_predefined(metric)
  local type_name, label = metric.PredefinedMetricType, metric.ResourceLabel
  if not metrics.is_of_ecs(type_name) then
    store.invalid("Unsupported metric type %s for service namespace ecs", type_name)
  elseif type_name ~= "ALBRequestCountPerTarget" and label then
    store.invalid("Resource label is not allowed for the metric type %s", type_name)
  elseif type_name == "ALBRequestCountPerTarget"
    and not (label or ""):find "^app/[^/]+/[^/]+/targetgroup/[^/]+/[^/]+$" then
    store.invalid("The resource label of ALBRequestCountPerTarget is app/LOAD-BALANCER/ID/targetgroup/TARGET-GROUP/ID, "
      .. "not %s", label or "absent")
  end
end

local function check_customized(metric)
  if metric.Metrics then
    if metric.MetricName or metric.Namespace or metric.Statistic then
      store.invalid("Metrics cannot be combined with MetricName, Namespace or Statistic.")
    end
  elseif not (metric.MetricName and metric.Namespace and metric.Statistic) then
    store.invalid("MetricName, Namespace and Statistic are required in a customized metric without Metrics.")
  end
end

local function is_same_metric(a, b)
  return values.equal(a.PredefinedMetricSpecification, b.PredefinedMetricSpecification)
    and values.equal(a.CustomizedMetricSpecification, b.CustomizedMetricSpecification)
end

function checks.TargetTrackingScaling(configuration, target, name)
  local predefined = configuration.PredefinedMetricSpecification
  local customized = configuration.CustomizedMetricSpecification
  if (predefined == nil) == (customized == nil) then
    store.invalid("Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification has to be given.")
  end
  if predefined then check_predefined(predefined) else check_customized(customized) end
  if configuration.TargetValue <= 0 then store.invalid("The target value has to be greater than 0.") end
  for _, member in ipairs { "ScaleInCooldown", "ScaleOutCooldown" } do
    if (configuration[member] or 0) < 0 then store.invalid("%s must not be negative.", member) end
  end
  for _, other in ipairs(target.policies) do
    if other.name ~= name and other.type == "TargetTrackingScaling"
      and is_same_metric(other.configuration, configuration) then
      store.invalid("Only one TargetTrackingScaling policy for a given metric specification is allowed.")
    end
  end
end

local function lower_bound(step) return step.MetricIntervalLowerBound or -math.huge end
local function upper_bound(step) return step.MetricIntervalUpperBound or math.huge end

-- The steps leave no gap and do not overlap.
local function check_steps(steps)
  local sorted = values.slice(steps)
  table.sort(sorted, function(a, b) return lower_bound(a) < lower_bound(b) end)
  for i, step in ipairs(sorted) do
    if lower_bound(step) >= upper_bound(step) then
      store.invalid("The lower bound of a step adjustment has to be less than its upper bound.")
    end
    local before = sorted[i - 1]
    if before and upper_bound(before) > lower_bound(step) then
      store.invalid("The intervals of the step adjustments must not overlap.")
    elseif before and upper_bound(before) < lower_bound(step) then
      store.invalid("There must be no gap between the intervals of the step adjustments.")
    end
  end
end

function checks.StepScaling(configuration)
  local steps = configuration.StepAdjustments or {}
  if not configuration.AdjustmentType then
    store.invalid("AdjustmentType is required in the configuration of a step scaling policy.")
  elseif not steps[1] then
    store.invalid("At least one step adjustment must be specified for a step scaling policy.")
  elseif #steps > MOST_STEPS then
    refuse.raise("LimitExceededException", "A step scaling policy has at most %d step adjustments.", MOST_STEPS)
  elseif configuration.MinAdjustmentMagnitude and configuration.AdjustmentType ~= "PercentChangeInCapacity" then
    store.invalid("MinAdjustmentMagnitude is of the adjustment type PercentChangeInCapacity only.")
  end
  check_steps(steps)
end

function checks.PredictiveScaling(configuration)
  if not configuration.MetricSpecifications[1] then
    store.invalid("A predictive scaling policy has one metric specification.")
  end
end

-- The type and the configuration of a request; raises when they do not fit each other.
local function read(body, known)
  local kind = body.PolicyType or known and known.type
  if not kind then store.invalid("PolicyType is required for a new scaling policy.") end
  if known and known.type ~= kind then
    store.invalid("The type of a scaling policy cannot be changed from %s to %s.", known.type, kind)
  end
  for other, member in pairs(CONFIGURATIONS) do
    if (other == kind) ~= (body[member] ~= nil) then
      store.invalid("A policy of the type %s has %s, and no configuration of another type.", kind, CONFIGURATIONS[kind])
    end
  end
  return kind, values.copy(body[CONFIGURATIONS[kind]])
end

-- CloudWatch alarms of a target tracking policy; step scaling has those of whoever makes them.
local function alarms_of(world, target, configuration)
  local out = {}
  for _, side in ipairs(configuration.DisableScaleIn and { "AlarmHigh" } or { "AlarmHigh", "AlarmLow" }) do
    local name = ("TargetTracking-%s-%s-%s"):format(target.id, side, world:uuid())
    out[#out + 1] = { AlarmName = name, AlarmARN = world:arn("alarm:" .. name, "cloudwatch") }
  end
  return out
end

local function new_policy(world, target, name, kind)
  if #target.policies >= MOST_POLICIES then
    refuse.raise("LimitExceededException", "A scalable target has at most %d scaling policies.", MOST_POLICIES)
  end
  local resource = ("scalingPolicy:%s:resource/ecs/%s:policyName/%s"):format(world:uuid(), target.id, name)
  local policy = { name = name, type = kind, created_at = world.now, target = target,
    arn = world:arn(resource, "autoscaling") }
  target.policies[#target.policies + 1] = policy
  return policy
end

function operations.PutScalingPolicy(world, body)
  local target = store.target(world, body)
  local policy = store.named(target.policies, body.PolicyName)
  local kind, configuration = read(body, policy)
  checks[kind](configuration, target, body.PolicyName)
  policy = policy or new_policy(world, target, body.PolicyName, kind)
  if kind == "TargetTrackingScaling" then
    configuration.DisableScaleIn = configuration.DisableScaleIn or false
    if not policy.alarms or policy.configuration.DisableScaleIn ~= configuration.DisableScaleIn then
      policy.alarms = alarms_of(world, target, configuration)
    end
  end
  policy.configuration = configuration
  tracking.begin(world, policy)
  return { PolicyARN = policy.arn, Alarms = values.copy(policy.alarms or {}) }
end

function operations.DeleteScalingPolicy(world, body)
  local target = store.target(world, body)
  local policy, i = store.named(target.policies, body.PolicyName)
  if not policy then
    refuse.raise("ObjectNotFoundException", "No scaling policy found for service namespace: ecs, resource ID: %s, "
      .. "scalable dimension: %s, policy name: %s", body.ResourceId, body.ScalableDimension, body.PolicyName)
  end
  table.remove(target.policies, i)
  policy.gone = true
  return core.object({})
end

local function view(policy)
  local out = store.about(policy.target)
  out.PolicyARN, out.PolicyName, out.PolicyType = policy.arn, policy.name, policy.type
  out[CONFIGURATIONS[policy.type]] = values.copy(policy.configuration)
  out.Alarms, out.CreationTime = values.copy(policy.alarms or {}), policy.created_at
  return out
end

function operations.DescribeScalingPolicies(world, body)
  return store.listed(world, body, "policies", body.PolicyNames, "ScalingPolicies", view, PAGE)
end

-- No load is forecast: the count stays what it is, hour by hour.
function operations.GetPredictiveScalingForecast(world, body)
  local target = store.target(world, body)
  local policy = store.named(target.policies, body.PolicyName)
  if not policy or policy.type ~= "PredictiveScaling" then
    store.invalid("There is no predictive scaling policy %s.", body.PolicyName)
  elseif body.EndTime <= body.StartTime then
    store.invalid("The end time has to be after the start time.")
  end
  local count = store.service(world, target.id).config.desiredCount
  local hours, counts, loads = {}, {}, {}
  for at = math.ceil(body.StartTime / 3600) * 3600, body.EndTime, 3600 do
    hours[#hours + 1], counts[#counts + 1], loads[#loads + 1] = at, count, 0
  end
  return { UpdateTime = policy.created_at, CapacityForecast = { Timestamps = hours, Values = counts },
    LoadForecast = { { Timestamps = values.copy(hours), Values = loads,
      MetricSpecification = values.copy(policy.configuration.MetricSpecifications[1]) } } }
end

return { operations = operations }
