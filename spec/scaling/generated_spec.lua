-- Auto scaling that exists, as a declaration that plans as no change.
local core = require "ecs_service.core"
local scaled = require "support.scaled"

local world

before_each(function() world = scaled.world() end)

-- The stack that a source declares.
local function stack_of(source)
  local stack = scaled.stack(world, nil, false)
  assert((loadstring or load)("local stack = ...\n" .. source))(stack)
  return stack
end

local function by_hand()
  assert(scaled.stack(world, false):apply())
  world.backend = require "ecs_service.state.memory".new()
  assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5,
    Tags = { team = "shop" }, SuspendedState = { DynamicScalingInSuspended = true } }))
  assert(world.sim:call("PutScalingPolicy", scaled.about { PolicyName = "web-burst", PolicyType = "StepScaling",
    StepScalingPolicyConfiguration = { AdjustmentType = "ChangeInCapacity", Cooldown = 60,
      StepAdjustments = { { MetricIntervalLowerBound = 0, MetricIntervalUpperBound = 20, ScalingAdjustment = 2 },
        { MetricIntervalLowerBound = 20, ScalingAdjustment = 5 } } } }))
  assert(world.sim:call("PutScalingPolicy", scaled.about { PolicyName = "cpu at 60", PolicyType =
    "TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration = { TargetValue = 60.5,
      PredefinedMetricSpecification = { PredefinedMetricType = scaled.CPU } } }))
  assert(world.sim:call("PutScheduledAction", scaled.about { ScheduledActionName = "web-night",
    Schedule = "cron(0 22 * * ? *)", Timezone = "Europe/Berlin", ScalableTargetAction = { MinCapacity = 1 } }))
end

describe("generate_config", function()
  it("declares the auto scaling of the service, so that nothing is left to do", function()
    by_hand()
    local source = assert(scaled.stack(world, nil, false):generate_config("prod/web", { address = "web" }))
    assert.truthy(source:find("autoscaling = {", 1, true), source)
    assert.truthy(source:find('name = "cpu at 60"', 1, true), source)
    assert.is_nil(source:find("web-burst", 1, true), source)
    assert.truthy(source:find("suspended = { scale_in = true }", 1, true), source)
    assert.is_nil(source:find("desired_count", 1, true), source)
    local stack = stack_of(source)
    assert(stack:import("web", "prod/web"))
    local plan = assert(stack:plan())
    assert.same({ "service web no-op", "scaling web no-op" }, scaled.actions(plan))
    assert.is_true(plan:is_empty())
    scaled.from_now(world)
    assert(stack_of(source):apply())
    assert.same({}, scaled.operations(world))
    assert.is_true(assert(stack_of(source):plan()):is_empty())
  end)

  it("leaves the count to auto scaling, and says nothing of what does not rest", function()
    by_hand()
    assert(world.sim:call("RegisterScalableTarget", scaled.about { SuspendedState = {
      DynamicScalingInSuspended = false } }))
    local source = assert(scaled.stack(world, nil, false):generate_config("prod/web", { address = "web" }))
    assert.is_nil(source:find("suspended", 1, true), source)
    local stack = stack_of(source)
    assert(stack:import("web", "prod/web"))
    assert(world.sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 4 }))
    assert.is_true(assert(stack:plan()):is_empty())
  end)

  it("declares nothing of a service that nothing scales, and says when nobody may look", function()
    assert(scaled.stack(world, false):apply())
    local source = assert(scaled.stack(world, nil, false):generate_config "prod/web")
    assert.is_nil(source:find("scaling", 1, true))
    world.sim:fault { operation = "DescribeScalableTargets", code = "AccessDeniedException", http_status = 400 }
    source = assert(scaled.stack(world, nil, false):generate_config "prod/web")
    assert.truthy(source:find("-- its auto scaling was not looked at: AccessDeniedException\nstack:service", 1, true))
  end)
end)

-- A state of Terraform with the service, its target and one of its policies, and a target of something else.
local function terraform_state()
  local function resource(type_of, name, attributes)
    return { mode = "managed", type = type_of, name = name, instances = { { schema_version = 0,
      attributes = attributes } } }
  end
  local function of(id, more)
    local told = { resource_id = id, service_namespace = "ecs", scalable_dimension = "ecs:service:DesiredCount" }
    for name, value in pairs(more or {}) do told[name] = value end
    return told
  end
  return core.json { version = 4, terraform_version = "1.9.0", serial = 1, lineage = "x", resources = {
    resource("aws_ecs_service", "web", { name = "web",
      cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/prod" }),
    resource("aws_appautoscaling_target", "web", of(scaled.ID, { min_capacity = 1, max_capacity = 5 })),
    resource("aws_appautoscaling_policy", "burst", of(scaled.ID, { name = "web-burst" })),
    resource("aws_appautoscaling_target", "table", { resource_id = "table/jobs", service_namespace = "dynamodb" }),
    resource("aws_appautoscaling_target", "other", of "service/prod/other"),
  } }
end

describe("import_tfstate", function()
  it("declares what Terraform scales a service with, and leaves what others have made", function()
    by_hand()
    local path = os.tmpname()
    assert(core.system.write_file(path, terraform_state()))
    local result, err = scaled.stack(world, nil, false):import_tfstate(path)
    os.remove(path)
    assert(result, err)
    assert.truthy(result.source:find("autoscaling = {", 1, true), result.source)
    assert.is_nil(result.source:find("cpu at 60", 1, true), result.source)
    assert.is_nil(result.source:find("desired_count", 1, true), result.source)
    assert.equal(2, result.ignored.aws_appautoscaling_target)
    assert.is_nil(result.ignored.aws_appautoscaling_policy)
    local plan = assert(stack_of(result.source):plan())
    assert.same({ "service web no-op", "scaling web no-op" }, scaled.actions(plan))
    assert.same({ "policy cpu at 60", "scheduled action web-night" }, plan.changes[2].foreign)
  end)
end)
