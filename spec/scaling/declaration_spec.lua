-- What may be declared as auto scaling of a service, and what is said of the rest.
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local LABEL = "app/public/50dc6c495c0c9188/targetgroup/web/73e2d6bc24d8a067"
local CPU = "ECSServiceAverageCPUUtilization"

local function service(autoscaling, more)
  local config = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2,
    autoscaling = autoscaling }
  for name, value in pairs(more or {}) do config[name] = value ~= false and value or nil end
  return config
end

local function tracking(policy, more)
  local block = { min_capacity = 2, max_capacity = 20, target_tracking = { cpu = policy } }
  for name, value in pairs(more or {}) do block[name] = value end
  return block
end

-- The problems of a block, as "code path"; none: it is fine.
local function problems(autoscaling, more)
  local stack = assert(ecs.stack { region = "us-west-2", state = false })
  stack:service("web", service(autoscaling, more))
  local fine, err = stack:validate()
  local list = {}
  for i, one in ipairs(fine and {} or err.diagnostics) do
    assert.equal("web", one.service)
    list[i] = one.code .. " " .. one.path
  end
  return list, err
end

local function warnings(autoscaling)
  local stack = assert(ecs.stack { region = "us-west-2", state = false })
  stack:service("web", service(autoscaling))
  local _, _, list = require "ecs_service.verbs.validate".all(stack)
  local codes = {}
  for i, one in ipairs(list) do codes[i] = one.code .. " " .. one.path end
  return codes
end

describe("auto scaling of a service", function()
  it("is taken out of the service and checked by its own rows, with its path", function()
    assert.same({}, problems(tracking { predefined_metric_type = CPU, target_value = 60 }))
    assert.same({ "Missing autoscaling.max_capacity" }, problems { min_capacity = 2 })
    assert.same({ "WrongType autoscaling" }, problems "2 to 20")
    assert.same({ "UnknownArgument autoscaling.minimum_capacity" },
      problems(tracking({ predefined_metric_type = CPU, target_value = 60 }, { minimum_capacity = 1 })))
    assert.same({ "WrongType autoscaling.target_tracking.cpu.target_value" },
      problems(tracking { predefined_metric_type = CPU, target_value = "60" }))
    assert.same({ "WrongType autoscaling.target_tracking.cpu" }, problems(tracking(60)))
  end)

  it("is refused in the stack where ecs.validate refuses it, and the other way round", function()
    local fine, err = ecs.validate(service(tracking { predefined_metric_type = CPU, target_value = 60 }))
    assert.same({ 2, 20 }, { fine.autoscaling.min_capacity, fine.autoscaling.max_capacity }, tostring(err))
    fine, err = ecs.validate(service({ min_capacity = 3, max_capacity = 2 }, { desired_count = -1 }))
    assert.is_nil(fine)
    assert.same({ "desired_count", "autoscaling.min_capacity" },
      { err.diagnostics[1].path, err.diagnostics[2].path })
  end)

  it("has bounds the right way round, and room for a task", function()
    assert.same({ "OutOfRange autoscaling.min_capacity" }, problems { min_capacity = 3, max_capacity = 2 })
    assert.same({ "OutOfRange autoscaling.min_capacity" }, problems { min_capacity = -1, max_capacity = 2 })
    assert.same({}, problems { min_capacity = 0, max_capacity = 0 })
    assert.same({ "NoTasks autoscaling.max_capacity" }, warnings { min_capacity = 0, max_capacity = 0 })
  end)

  it("names whose requests are counted, and only then", function()
    local requests = "ALBRequestCountPerTarget"
    assert.same({ "Missing autoscaling.target_tracking.cpu.resource_label" },
      problems(tracking { predefined_metric_type = requests, target_value = 500 }))
    assert.same({}, problems(tracking { predefined_metric_type = requests, target_value = 500,
      resource_label = LABEL }))
    assert.same({ "RequiredWith autoscaling.target_tracking.cpu.resource_label" },
      problems(tracking { predefined_metric_type = CPU, target_value = 60, resource_label = LABEL }))
  end)

  it("tracks one metric a policy", function()
    assert.same({ "Missing autoscaling.target_tracking.cpu.predefined_metric_type" },
      problems(tracking { target_value = 60 }))
    assert.same({}, problems(tracking { target_value = 0.5, customized_metric = { metric_name = "Backlog",
      namespace = "App", dimensions = { Queue = "jobs" }, statistic = "Average" } }))
    assert.same({ "Conflict autoscaling.target_tracking.cpu.predefined_metric_type" },
      problems(tracking { target_value = 60, predefined_metric_type = CPU,
        customized_metric = { metric_name = "Backlog", namespace = "App", statistic = "Average" } }))
    assert.same({ "SameMetric autoscaling.target_tracking.more" }, warnings { min_capacity = 1, max_capacity = 2,
      target_tracking = { cpu = { predefined_metric_type = CPU, target_value = 60 },
        more = { predefined_metric_type = CPU, target_value = 70 } } })
  end)

  it("is warned of a metric of high resolution that the service does not publish", function()
    assert.same({ "NoHighResolution autoscaling.target_tracking.cpu.predefined_metric_type" },
      warnings(tracking { predefined_metric_type = CPU .. "HighResolution", target_value = 60 }))
  end)

  it("has steps that do not lie over each other", function()
    local function steps(...)
      return { min_capacity = 1, max_capacity = 9, step = { burst = { adjustment_type = "ChangeInCapacity",
        step_adjustment = { ... } } } }
    end
    assert.same({}, problems(steps({ lower = 0, upper = 20, add = 2 }, { lower = 20, add = 5 })))
    assert.same({ "Conflict autoscaling.step.burst.step_adjustment[2]" },
      problems(steps({ lower = 0, upper = 20, add = 2 }, { lower = 10, add = 5 })))
    assert.same({ "OutOfRange autoscaling.step.burst.step_adjustment[1]" },
      problems(steps { lower = 5, upper = 5, add = 2 }))
    assert.same({ "TooFew autoscaling.step.burst.step_adjustment" }, problems(steps()))
    local percent = steps { lower = 0, add = 10 }
    percent.step.burst.min_adjustment_magnitude = 2
    assert.same({ "RequiredWith autoscaling.step.burst.min_adjustment_magnitude" }, problems(percent))
    percent.step.burst.adjustment_type = "PercentChangeInCapacity"
    assert.same({}, problems(percent))
  end)

  it("has schedules that can be read, and that change something", function()
    local function night(action)
      return { min_capacity = 1, max_capacity = 9, scheduled = { night = action } }
    end
    assert.same({}, problems(night { schedule = "cron(0 22 * * ? *)", timezone = "Europe/Berlin", min_capacity = 1 }))
    assert.same({}, problems(night { schedule = "at(2026-12-24T18:00:00)", max_capacity = 1,
      start_time = "2026-12-01T00:00:00Z" }))
    assert.same({ "BadPattern autoscaling.scheduled.night.schedule" },
      problems(night { schedule = "0 22 * * ? *", min_capacity = 1 }))
    assert.same({ "BadPattern autoscaling.scheduled.night.schedule" },
      problems(night { schedule = "cron(0 22 * * ?)", min_capacity = 1 }))
    assert.same({ "BadPattern autoscaling.scheduled.night.start_time" },
      problems(night { schedule = "rate(1 day)", min_capacity = 1, start_time = "tomorrow" }))
    assert.same({ "Missing autoscaling.scheduled.night.min_capacity" }, problems(night { schedule = "rate(1 day)" }))
    assert.same({ "OutOfRange autoscaling.scheduled.night.min_capacity" },
      problems(night { schedule = "rate(1 day)", min_capacity = 3, max_capacity = 2 }))
    assert.same({ "BadPattern autoscaling.scheduled.night.name" },
      problems(night { schedule = "rate(1 day)", min_capacity = 3, name = "a/b" }))
  end)

  it("has policies of different names at AWS", function()
    local step = { adjustment_type = "ChangeInCapacity", step_adjustment = { { lower = 0, add = 1 } } }
    assert.same({ "Duplicate autoscaling.step.cpu.name" },
      problems(tracking({ predefined_metric_type = CPU, target_value = 60 }, { step = { cpu = step } })))
    step.name = "other"
    assert.same({}, problems(tracking({ predefined_metric_type = CPU, target_value = 60 }, { step = { cpu = step } })))
  end)

  it("is not for a daemon", function()
    assert.same({ "NotAllowed autoscaling" }, problems({ min_capacity = 1, max_capacity = 2 },
      { scheduling_strategy = "DAEMON", desired_count = false }))
  end)

  it("is told what cannot be read of it by its own path", function()
    local list = problems(tracking { predefined_metric_type = CPU, target_value = function() return 60 end })
    assert.same({ "WrongType autoscaling.target_tracking.cpu.target_value" }, list)
  end)

  it("finds the argument that somebody means who knows the API or Terraform", function()
    local _, err = problems { min_capacity = 1, max_capacity = 2, suspended = { dynamic_scaling_in_suspended = true } }
    assert.equal("write scale_in", err.diagnostics[1].hint)
    _, err = problems { min_capacity = 1, max_capacity = 2, role_arn = "arn:aws:iam::123456789012:role/scaling" }
    assert.truthy(err.diagnostics[1].hint:find("service-linked role", 1, true))
  end)
end)

describe("the normal form of auto scaling", function()
  local function normal(config)
    local value, list = core.validate("scaling", config, {})
    return assert(value, list and list[1] and list[1].message)
  end

  local function actions_between(has, wanted)
    local change = core.plan("scaling", { config = normal(wanted), recorded = normal(has), actual = normal(has),
      refreshed = true })
    local paths = {}
    for i, entry in ipairs(change.diff) do paths[i] = entry.path end
    return change.action, paths
  end

  local function cpu(value, more)
    local policy = { name = "web-cpu", predefined_metric_type = CPU, target_value = value }
    for name, member in pairs(more or {}) do policy[name] = member end
    return tracking(policy)
  end

  it("knows what means the same", function()
    assert.equal("no-op", (actions_between(cpu(60), cpu(60.0))))
    assert.equal("no-op", (actions_between(cpu(60, { scale_in_cooldown = 300 }), cpu(60))))
    assert.equal("no-op", (actions_between(cpu(60, { scale_in_cooldown = 300 }),
      cpu(60, { scale_in_cooldown = "5m" }))))
    assert.equal("no-op", (actions_between(cpu(60, { disable_scale_in = false }), cpu(60))))
    local function steps(...) return { min_capacity = 1, max_capacity = 2, step = { burst = { name = "web-burst",
      adjustment_type = "ChangeInCapacity", step_adjustment = { ... } } } } end
    local one, other = { lower = 0, upper = 20, add = 2 }, { lower = 20, add = 5 }
    assert.equal("no-op", (actions_between(steps(one, other), steps(other, one))))
    local bounds = { min_capacity = 1, max_capacity = 2 }
    assert.equal("no-op", (actions_between({ min_capacity = 1, max_capacity = 2, suspended = { scale_in = false } },
      bounds)))
    assert.equal("update", (actions_between({ min_capacity = 1, max_capacity = 2, suspended = { scale_in = true } },
      bounds)))
  end)

  it("tells what differs by the names of the declaration", function()
    local action, paths = actions_between(cpu(60), cpu(70))
    assert.same({ "update", { "target_tracking.cpu.target_value" } }, { action, paths })
    action, paths = actions_between(cpu(60), { min_capacity = 2, max_capacity = 30 })
    assert.same({ "update", { "max_capacity", "target_tracking.cpu" } }, { action, paths })
  end)

  it("becomes what the API takes, and is read back from it", function()
    local config = normal { min_capacity = 2, max_capacity = 20, suspended = { scale_in = true },
      target_tracking = { cpu = { name = "web-cpu", predefined_metric_type = CPU, target_value = 60.5,
        scale_in_cooldown = 300, disable_scale_in = true },
        jobs = { name = "web-jobs", target_value = 3, customized_metric = { metric_name = "Backlog",
          namespace = "App", dimensions = { Queue = "jobs" }, statistic = "Average" } } },
      step = { burst = { name = "web-burst", adjustment_type = "PercentChangeInCapacity", cooldown = 60,
        min_adjustment_magnitude = 2, metric_aggregation_type = "Maximum",
        step_adjustment = { { lower = 0, upper = 20, add = 2 }, { lower = 20, add = 5 } } } },
      scheduled = { night = { name = "web-night", schedule = "cron(0 22 * * ? *)", timezone = "Europe/Berlin",
        start_time = "2026-12-01T00:00:00Z", min_capacity = 1, max_capacity = 4 } } }
    local body = core.body("scaling", config)
    assert.same({ PredefinedMetricType = CPU }, body.TargetTracking.cpu
      .TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification)
    assert.equal(60.5, body.TargetTracking.cpu.TargetTrackingScalingPolicyConfiguration.TargetValue)
    assert.same({ { Name = "Queue", Value = "jobs" } }, body.TargetTracking.jobs
      .TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification.Dimensions)
    assert.equal(1796083200, body.Scheduled.night.StartTime)
    assert.same({ MinCapacity = 1, MaxCapacity = 4 }, body.Scheduled.night.ScalableTargetAction)
    assert.same({ DynamicScalingInSuspended = true, DynamicScalingOutSuspended = false,
      ScheduledScalingSuspended = false }, body.SuspendedState)
    local read = core.flatten("scaling", { answer = body, form = config })
    local change = core.plan("scaling", { config = config, recorded = read, actual = read, refreshed = true })
    assert.same({ "no-op", {} }, { change.action, change.diff })
    assert.equal("2026-12-01T00:00:00Z", read.scheduled.night.start_time)
  end)
end)
