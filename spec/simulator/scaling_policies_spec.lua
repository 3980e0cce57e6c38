-- The simulator's Application Auto Scaling: target tracking, step scaling and scheduled actions, on virtual time.
local shapes = require "support.shapes"
local simulator = require "ecs_service.simulator"
local times = require "ecs_service.util.time_format"

local WEB = "service/prod/web"
local CPU = { PredefinedMetricType = "ECSServiceAverageCPUUtilization" }

local function about(more)
  local body = { ServiceNamespace = "ecs", ResourceId = WEB, ScalableDimension = "ecs:service:DesiredCount" }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end

local function tracked(value, more)
  local configuration = { TargetValue = value, PredefinedMetricSpecification = CPU }
  for name, item in pairs(more or {}) do configuration[name] = item end
  return about { PolicyName = "cpu", PolicyType = "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration = configuration }
end

local function stepped(configuration)
  return about { PolicyName = "burst", PolicyType = "StepScaling", StepScalingPolicyConfiguration = configuration }
end

describe("what scales on the simulator", function()
  local sim

  local function call(operation, body)
    assert.same({}, shapes.problems(operation, body))
    local answer, err = sim:call(operation, body)
    if answer then assert.same({}, shapes.answer_problems(operation, answer)) end
    if err then assert.truthy(shapes.has_error(operation, err.code), operation .. ": " .. err.code) end
    return answer, err
  end

  local function refused(code, operation, body)
    local answer, err = call(operation, body)
    assert.is_nil(answer)
    assert.equal(code, err.code)
  end

  local function count()
    return assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1].desiredCount
  end

  local function activities(more)
    local body = { ServiceNamespace = "ecs", ResourceId = WEB }
    for name, value in pairs(more or {}) do body[name] = value end
    return assert(call("DescribeScalingActivities", body)).ScalingActivities
  end

  local function begin(min, max, start)
    sim = simulator.new { clusters = { "prod" }, task_definitions = { "web:2" },
      start_time = times.parse(start or "2026-03-28T12:00:00Z") }
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1",
      desiredCount = 2 }))
    sim:advance(120)
    assert(call("RegisterScalableTarget", about { MinCapacity = min, MaxCapacity = max }))
  end

  before_each(function() begin(1, 20) end)

  it("follows a metric: out after three values above the target, again after a cooldown, up to the maximum", function()
    local put = assert(call("PutScalingPolicy", tracked(60)))
    assert.equal(2, #put.Alarms)
    sim:metric { service = "web", name = "ECSServiceAverageCPUUtilization", value = 90 }
    sim:advance(170)
    assert.equal(2, count())
    sim:advance(20)
    assert.equal(3, count())
    sim:advance(240)
    assert.equal(3, count())
    sim:advance(3600)
    assert.equal(20, count())
    local newest = activities { IncludeNotScaledActivities = true }[1]
    assert.equal("AlreadyAtMaxCapacity", newest.NotScaledReasons[1].Code)
    local acts = activities()
    assert.equal("Setting desired count to 20.", acts[1].Description)
    assert.equal(("monitor alarm %s in state ALARM triggered policy cpu"):format(put.Alarms[1].AlarmName),
      acts[1].Cause)
    assert.equal("Successful", acts[#acts].StatusCode)
  end)

  it("goes in after a quarter of an hour below nine tenths, and not while a deployment goes on", function()
    assert(call("PutScalingPolicy", tracked(60)))
    sim:metric { service = "web", cluster = "prod", name = "CPUUtilization", value = 55 }
    sim:advance(3600)
    assert.equal(2, count())
    sim:metric { service = "web", name = "CPUUtilization", value = 10 }
    sim:advance(890)
    assert.equal(2, count())
    sim:tasks { task_definition = "web:2", outcome = "running", start_seconds = 600 }
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" }))
    sim:advance(60)
    assert.equal(2, count())
    assert.equal("TargetServicePutResourceAsUnscalable",
      activities { IncludeNotScaledActivities = true }[1].NotScaledReasons[1].Code)
    sim:advance(1200)
    assert.equal(1, count())
  end)

  it("does not go in where that is switched off or suspended, nor out where that is suspended", function()
    local put = assert(call("PutScalingPolicy", tracked(60, { DisableScaleIn = true })))
    assert.equal(1, #put.Alarms)
    sim:metric { service = "web", name = "CPUUtilization", value = 10 }
    sim:advance(3600)
    assert.equal(2, count())
    assert(call("PutScalingPolicy", tracked(60)))
    assert(call("RegisterScalableTarget", about { SuspendedState = { DynamicScalingInSuspended = true,
      DynamicScalingOutSuspended = true } }))
    sim:advance(3600)
    sim:metric { service = "web", name = "CPUUtilization", value = 100 }
    sim:advance(3600)
    assert.equal(2, count())
    assert(call("RegisterScalableTarget", about { SuspendedState = { DynamicScalingOutSuspended = false } }))
    sim:advance(60)
    assert.equal(4, count())
  end)

  it("stops following when nobody measures, and when the policy is gone", function()
    assert(call("PutScalingPolicy", tracked(60)))
    sim:metric { service = "web", name = "CPUUtilization", value = 120 }
    sim:metric { service = "web", name = "CPUUtilization", value = false }
    sim:advance(3600)
    assert.equal(2, count())
    sim:metric { service = "web", name = "CPUUtilization", value = 120 }
    assert(call("DeleteScalingPolicy", about { PolicyName = "cpu" }))
    sim:advance(3600)
    assert.equal(2, count())
    refused("ObjectNotFoundException", "DeleteScalingPolicy", about { PolicyName = "cpu" })
  end)

  it("goes in only as far as every policy with a metric allows", function()
    assert(call("PutScalingPolicy", tracked(60)))
    assert(call("PutScalingPolicy", about { PolicyName = "queue", PolicyType = "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration = { TargetValue = 100, CustomizedMetricSpecification = {
        MetricName = "Backlog", Namespace = "Own", Statistic = "Average" } } }))
    sim:metric { service = "web", name = "Backlog", value = 100 }
    sim:metric { service = "web", name = "CPUUtilization", value = 1 }
    sim:advance(7200)
    assert.equal(2, count())
    sim:metric { service = "web", name = "Backlog", value = 10 }
    sim:advance(7200)
    assert.equal(1, count())
  end)

  it("goes by the step whose interval an alarm's metric is in", function()
    local arn = assert(call("PutScalingPolicy", stepped { AdjustmentType = "ChangeInCapacity", Cooldown = 60,
      StepAdjustments = { { MetricIntervalLowerBound = 20, ScalingAdjustment = 5 },
        { MetricIntervalLowerBound = 0, MetricIntervalUpperBound = 20, ScalingAdjustment = 2 } } })).PolicyARN
    sim:alarm("cpu-high", "ALARM", { policy = arn, distance = 12 })
    assert.equal(4, count())
    sim:alarm("cpu-high", "ALARM", { policy = arn, distance = 20 })
    assert.equal(9, count())
    sim:advance(65)
    assert.equal(14, count())
    sim:alarm("cpu-high", "OK", { policy = arn })
    sim:advance(600)
    assert.equal(14, count())
    assert.error_matches(function() sim:alarm("cpu-high", "ALARM", { policy = "none" }) end, "no step scaling policy")
  end)

  it("changes by per cent, at least by one task and by the least magnitude, or to an exact count", function()
    local function alarm(configuration)
      local arn = assert(call("PutScalingPolicy", stepped(configuration))).PolicyARN
      sim:alarm("high", "ALARM", { policy = arn })
      sim:alarm("high", "OK", { policy = arn })
      return count()
    end
    local step = { { MetricIntervalLowerBound = 0, ScalingAdjustment = 25 } }
    assert.equal(3, alarm { AdjustmentType = "PercentChangeInCapacity", StepAdjustments = step })
    assert.equal(7, alarm { AdjustmentType = "PercentChangeInCapacity", StepAdjustments = step,
      MinAdjustmentMagnitude = 4 })
    assert.equal(8, alarm { AdjustmentType = "PercentChangeInCapacity", StepAdjustments = step })
    assert.equal(10, alarm { AdjustmentType = "PercentChangeInCapacity", StepAdjustments = step })
    assert.equal(20, alarm { AdjustmentType = "ExactCapacity", StepAdjustments = step })
  end)

  it("answers policies as they were put, by name and by page", function()
    local arn = assert(call("PutScalingPolicy", tracked(60.5, { ScaleInCooldown = 120 }))).PolicyARN
    local again = assert(call("PutScalingPolicy", tracked(70)))
    assert.equal(arn, again.PolicyARN)
    assert(call("PutScalingPolicy", stepped { AdjustmentType = "ChangeInCapacity",
      StepAdjustments = { { ScalingAdjustment = 1 } } }))
    local found = assert(call("DescribeScalingPolicies", { ServiceNamespace = "ecs",
      ResourceId = WEB })).ScalingPolicies
    assert.equal(2, #found)
    assert.same({ TargetValue = 70, PredefinedMetricSpecification = CPU, DisableScaleIn = false },
      found[1].TargetTrackingScalingPolicyConfiguration)
    assert.same(again.Alarms, found[1].Alarms)
    local one = assert(call("DescribeScalingPolicies", { ServiceNamespace = "ecs", PolicyNames = { "burst" } }))
    assert.equal("burst", one.ScalingPolicies[1].PolicyName)
    refused("ValidationException", "DescribeScalingPolicies", { ServiceNamespace = "ecs", MaxResults = 11 })
  end)

  it("keeps predictive policies, whose forecast is what runs", function()
    local configuration = { MetricSpecifications = { { TargetValue = 40, PredefinedMetricPairSpecification = {
      PredefinedMetricType = "ECSServiceCPUUtilization" } } }, Mode = "ForecastOnly" }
    assert(call("PutScalingPolicy", about { PolicyName = "ahead", PolicyType = "PredictiveScaling",
      PredictiveScalingPolicyConfiguration = configuration }))
    local found = assert(call("DescribeScalingPolicies", { ServiceNamespace = "ecs" })).ScalingPolicies[1]
    assert.same(configuration, found.PredictiveScalingPolicyConfiguration)
    local forecast = assert(call("GetPredictiveScalingForecast", about { PolicyName = "ahead", StartTime = sim:now(),
      EndTime = sim:now() + 7200 }))
    assert.same({ 2, 2 }, forecast.CapacityForecast.Values)
  end)

  it("refuses policies that AWS refuses", function()
    local function bad(body, code) refused(code or "ValidationException", "PutScalingPolicy", body) end
    bad(about { PolicyName = "cpu", TargetTrackingScalingPolicyConfiguration = { TargetValue = 1,
      PredefinedMetricSpecification = CPU } })
    bad(about { PolicyName = "cpu", PolicyType = "StepScaling", TargetTrackingScalingPolicyConfiguration = {
      TargetValue = 1, PredefinedMetricSpecification = CPU } })
    bad(tracked(0))
    bad(tracked(60, { PredefinedMetricSpecification = { PredefinedMetricType = "ALBRequestCountPerTarget" } }))
    bad(tracked(60, { PredefinedMetricSpecification = { PredefinedMetricType = "ECSServiceAverageCPUUtilization",
      ResourceLabel = "app/web/1/targetgroup/web/2" } }))
    bad(tracked(60, { PredefinedMetricSpecification = { PredefinedMetricType = "KafkaBrokerStorageUtilization" } }))
    bad(tracked(60, { CustomizedMetricSpecification = { MetricName = "x", Namespace = "y", Statistic = "Sum" } }))
    bad(stepped { StepAdjustments = { { ScalingAdjustment = 1 } } })
    bad(stepped { AdjustmentType = "ChangeInCapacity" })
    bad(stepped { AdjustmentType = "ChangeInCapacity", MinAdjustmentMagnitude = 2,
      StepAdjustments = { { ScalingAdjustment = 1 } } })
    for _, other in ipairs { 5, 15 } do -- overlap, gap
      bad(stepped { AdjustmentType = "ChangeInCapacity", StepAdjustments = {
        { MetricIntervalLowerBound = 0, MetricIntervalUpperBound = 10, ScalingAdjustment = 1 },
        { MetricIntervalLowerBound = other, ScalingAdjustment = 2 } } })
    end
    assert(call("PutScalingPolicy", tracked(60)))
    local twin = tracked(50)
    twin.PolicyName = "twin"
    bad(twin)
    bad(about { PolicyName = "cpu", PolicyType = "StepScaling", StepScalingPolicyConfiguration = {
      AdjustmentType = "ChangeInCapacity", StepAdjustments = { { ScalingAdjustment = 1 } } } })
    for i = 1, 49 do
      local one = stepped { AdjustmentType = "ChangeInCapacity", StepAdjustments = { { ScalingAdjustment = 1 } } }
      one.PolicyName = "p" .. i
      assert(call("PutScalingPolicy", one))
    end
    bad(stepped { AdjustmentType = "ChangeInCapacity", StepAdjustments = { { ScalingAdjustment = 1 } } },
      "LimitExceededException")
  end)

  local function scheduled(schedule, min, max, more)
    local body = about { ScheduledActionName = "night", Schedule = schedule,
      ScalableTargetAction = { MinCapacity = min, MaxCapacity = max } }
    for name, value in pairs(more or {}) do body[name] = value end
    return body
  end

  local function bounds()
    local target = assert(call("DescribeScalableTargets", { ServiceNamespace = "ecs" })).ScalableTargets[1]
    return target.MinCapacity, target.MaxCapacity
  end

  it("moves the bounds, and the count into them, at the hour of a time zone, also when its clocks change", function()
    assert(call("PutScheduledAction", scheduled("cron(0 22 * * ? *)", 4, 8, { Timezone = "Europe/Berlin" })))
    sim:advance(times.parse "2026-03-28T20:59:59Z" - sim:now())
    assert.same({ 1, 20 }, { bounds() })
    sim:advance(2) -- 22:00 in Berlin, at one hour from UTC
    assert.same({ 4, 8 }, { bounds() })
    assert.equal(4, count())
    local acts = activities()
    assert.equal("minimum capacity was set to 4", acts[1].Cause)
    assert.equal("Setting min capacity to 4 and max capacity to 8.", acts[2].Description)
    assert.equal("scheduled action name night was triggered", acts[2].Cause)
    assert(call("RegisterScalableTarget", about { MinCapacity = 1, MaxCapacity = 20 }))
    sim:advance(times.parse "2026-03-29T20:00:01Z" - sim:now()) -- two hours from now on
    assert.same({ 4, 8 }, { bounds() })
  end)

  it("acts once at a time, every so often by a rate, and not outside its start and end", function()
    assert(call("PutScheduledAction", scheduled("at(2026-03-28T13:00:00)", 3, nil)))
    sim:advance(3600)
    assert.equal(3, count())
    assert.same({}, assert(call("DescribeScheduledActions", { ServiceNamespace = "ecs" })).ScheduledActions)
    refused("ValidationException", "PutScheduledAction", scheduled("at(2026-03-28T13:00:00)", 3, nil))
    assert(call("PutScheduledAction", scheduled("rate(10 minutes)", 5, nil, { StartTime = sim:now() + 3600,
      EndTime = sim:now() + 3700 })))
    sim:advance(3500)
    assert.equal(3, count())
    sim:advance(200)
    assert.equal(5, count())
    assert(call("RegisterScalableTarget", about { MinCapacity = 1 }))
    sim:advance(7200)
    assert.same({ 1, 20 }, { bounds() })
  end)

  it("leaves the bounds when schedules are suspended, and tells when they cannot be set", function()
    assert(call("RegisterScalableTarget", about { SuspendedState = { ScheduledScalingSuspended = true } }))
    assert(call("PutScheduledAction", scheduled("rate(1 hour)", 30, nil)))
    sim:advance(3700)
    assert.equal(0, #activities())
    assert(call("RegisterScalableTarget", about { SuspendedState = { ScheduledScalingSuspended = false } }))
    sim:advance(3600)
    assert.same({ 1, 20 }, { bounds() })
    assert.equal("Failed", activities()[1].StatusCode)
  end)

  it("answers scheduled actions as they were put; a time that is left out is gone", function()
    assert(call("PutScheduledAction", scheduled("cron(0 22 * * ? *)", 1, 4, { Timezone = "Europe/Berlin",
      EndTime = sim:now() + 86400 })))
    assert(call("PutScheduledAction", about { ScheduledActionName = "night", Schedule = "cron(0 23 * * ? *)" }))
    local found = assert(call("DescribeScheduledActions", { ServiceNamespace = "ecs", ResourceId = WEB,
      ScheduledActionNames = { "night" } })).ScheduledActions
    assert.equal("cron(0 23 * * ? *)", found[1].Schedule)
    assert.is_nil(found[1].EndTime)
    assert.is_nil(found[1].Timezone)
    assert.same({ MinCapacity = 1, MaxCapacity = 4 }, found[1].ScalableTargetAction)
    assert(call("DeleteScheduledAction", about { ScheduledActionName = "night" }))
    refused("ObjectNotFoundException", "DeleteScheduledAction", about { ScheduledActionName = "night" })
  end)

  it("refuses schedules that say nothing, unknown time zones, and bounds that do not fit", function()
    for _, schedule in ipairs { "cron(0 22 * * * *)", "cron(0 25 * * ? *)", "cron(0 22 * * ?)", "rate(1 hours)",
      "rate(0 days)",
      "at(tomorrow)", "every day", "cron(0/0 * * * ? *)" } do
      refused("ValidationException", "PutScheduledAction", scheduled(schedule, 1, 2))
    end
    refused("ValidationException", "PutScheduledAction", scheduled("rate(1 hour)", 1, 2, { Timezone = "Mars/Olympus" }))
    refused("ValidationException", "PutScheduledAction", scheduled("rate(1 hour)", 3, 2))
    refused("ValidationException", "PutScheduledAction", scheduled("rate(1 hour)", nil, nil))
    refused("ValidationException", "PutScheduledAction", scheduled("rate(1 hour)", 1, 2,
      { ScheduledActionName = "a/b" }))
    refused("ObjectNotFoundException", "PutScheduledAction", scheduled("rate(1 hour)", 1, 2, { ResourceId =
      "service/prod/none" }))
  end)

  it("takes a metric with its service, name and value alone", function()
    assert.error_matches(function() sim:metric { service = "web", name = "CPUUtilization" } end, "value is missing")
    assert.error_matches(function() sim:metric { service = "web", name = "x", value = "9" } end, "value as a number")
    assert.error_matches(function() sim:metric { services = "web" } end, "no services")
    assert.error_matches(function() sim:metric "web" end, "takes a table")
  end)
end)
