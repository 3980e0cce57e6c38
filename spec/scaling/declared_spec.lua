-- Auto scaling that is declared beside a service: made, changed and taken away with it, and never against it.
local ecs = require "ecs_service"
local scaled = require "support.scaled"

local actions, block, bodies, operations = scaled.actions, scaled.block, scaled.bodies, scaled.operations

local world

before_each(function() world = scaled.world() end)

local function stack_of(...) return scaled.stack(world, ...) end

local function plan_of(...) return assert(stack_of(...):plan()) end

local function apply_of(...) return assert(stack_of(...):apply()) end

-- What an apply sends, of those requests that change something.
local function sent_by(...)
  scaled.from_now(world)
  apply_of(...)
  return operations(world)
end

local NIGHT = { night = { schedule = "cron(0 22 * * ? *)", timezone = "Europe/Berlin", min_capacity = 1,
  max_capacity = 4 } }
local STEP = { burst = { adjustment_type = "ChangeInCapacity", cooldown = 60,
  step_adjustment = { { lower = 0, upper = 20, add = 2 }, { lower = 20, add = 5 } } } }

describe("declared auto scaling", function()
  it("is made when its service is there, and is a change of its own", function()
    local plan = plan_of()
    assert.same({ "service web create", "scaling web create" }, actions(plan))
    assert.equal(2, plan.summary.create)
    local result = apply_of()
    assert.same({ "CreateService", "RegisterScalableTarget", "PutScalingPolicy", "PutScalingPolicy" },
      operations(world))
    assert.same({ { ServiceNamespace = "ecs", ScalableDimension = "ecs:service:DesiredCount",
      ResourceId = "service/prod/web", MinCapacity = 2, MaxCapacity = 20 } }, bodies(world, "RegisterScalableTarget"))
    assert.same({ "web-cpu", "web-memory" }, scaled.names(world))
    assert.equal(20, result.services.web.autoscaling.max_capacity)
    assert.truthy(result.services.web.autoscaling.arn:find "scalable%-target/")
    assert.same({ "scaling", "web", "create", "done" }, { result.changes[2].kind, result.changes[2].address,
      result.changes[2].action, result.changes[2].outcome })
    plan = plan_of()
    assert.same({ "service web no-op", "scaling web no-op" }, actions(plan))
    assert.is_true(plan:is_empty())
    assert.same({}, sent_by())
  end)

  it("is recorded under its service, in a state of the second version", function()
    apply_of()
    local document = require "ecs_service.core".read_json(world.backend:read())
    assert.equal(2, document.version)
    assert.equal(60, document.services.web.autoscaling.attributes.target_tracking.cpu.target_value)
    assert.same({}, document.journal)
    local stack = stack_of()
    assert.equal(20, stack.services.web:attributes().autoscaling.max_capacity)
    assert.equal(20, assert(stack:recorded()).web.autoscaling.max_capacity)
    assert.equal(20, assert(stack:state_entry "web").attributes.autoscaling.max_capacity)
    apply_of(false)
    document = require "ecs_service.core".read_json(world.backend:read())
    assert.same({ 1 }, { document.version, document.services.web.autoscaling })
  end)

  it("stays recorded when its service changes", function()
    apply_of()
    apply_of(nil, { task_definition = "web:2" })
    local document = require "ecs_service.core".read_json(world.backend:read())
    assert.equal(20, document.services.web.autoscaling.attributes.max_capacity)
  end)

  it("has other bounds by one request, and leaves its policies alone", function()
    apply_of()
    assert.same({ "max_capacity" }, (scaled.paths(plan_of(block { max_capacity = 30 }))))
    assert.same({ "RegisterScalableTarget" }, sent_by(block { max_capacity = 30 }))
    local body = bodies(world, "RegisterScalableTarget")[1]
    assert.same({ 2, 30 }, { body.MinCapacity, body.MaxCapacity })
    assert.is_true(plan_of(block { max_capacity = 30 }):is_empty())
  end)

  it("puts the one policy that changed", function()
    apply_of()
    local changed = block()
    changed.target_tracking.cpu.target_value = 60.0
    assert.is_true(plan_of(changed):is_empty())
    changed.target_tracking.cpu.target_value = 70
    assert.same({ "target_tracking.cpu.target_value" }, (scaled.paths(plan_of(changed))))
    assert.same({ "PutScalingPolicy" }, sent_by(changed))
    assert.equal(70, scaled.policies(world)["web-cpu"].TargetTrackingScalingPolicyConfiguration.TargetValue)
  end)

  it("takes away a policy that is not declared any more, also one that is gone", function()
    apply_of()
    local without = block()
    without.target_tracking.memory = nil
    assert.same({ "target_tracking.memory" }, (scaled.paths(plan_of(without))))
    assert.same({ "DeleteScalingPolicy" }, sent_by(without))
    assert.same({ "web-cpu" }, scaled.names(world))
    apply_of()
    local plan = plan_of(without)
    assert(world.sim:call("DeleteScalingPolicy", scaled.about { PolicyName = "web-memory" }))
    world.sim.stale = nil
    assert(stack_of(without):apply(plan))
    assert.same({ "web-cpu" }, scaled.names(world))
  end)

  it("has steps and schedules by its names", function()
    local whole = block { step = STEP, scheduled = NIGHT }
    apply_of(whole)
    assert.same({ "web-burst", "web-cpu", "web-memory", "web-night" }, scaled.names(world))
    assert.is_true(plan_of(whole):is_empty())
    assert.same({ "DeleteScalingPolicy", "DeleteScheduledAction" }, sent_by(block()))
    assert.is_true(plan_of(block()):is_empty())
    whole.step = { burst = require "ecs_service.util.tables".merge(STEP.burst, { name = "of-my-own" }) }
    apply_of(whole)
    assert.same({ "of-my-own", "web-cpu", "web-memory", "web-night" }, scaled.names(world))
  end)

  it("is tagged by TagResource once it is there", function()
    apply_of(block { tags = { team = "shop" } })
    assert.same({ team = "shop" }, bodies(world, "RegisterScalableTarget")[1].Tags)
    assert.is_true(plan_of(block { tags = { team = "shop" } }):is_empty())
    assert.same({ "TagResource", "UntagResource" }, sent_by(block { tags = { owner = "ops" } }))
    assert.is_true(plan_of(block { tags = { owner = "ops" } }):is_empty())
    local options = { default_tags = { stage = "prod" } }
    assert.same({ "tags_all.stage" }, (scaled.paths(assert(stack_of(block { tags = { owner = "ops" } }, nil,
      options):plan()))))
  end)

  it("waits for another change of the target that is under way", function()
    world.sim:fault { operation = "PutScalingPolicy", code = "ConcurrentUpdateException", http_status = 400, times = 3 }
    apply_of()
    assert.same({ "web-cpu", "web-memory" }, scaled.names(world))
  end)

  it("goes before its service, which then is scaled to zero", function()
    apply_of()
    scaled.from_now(world)
    local stack = stack_of()
    assert.same({ "service web delete", "scaling web delete" }, actions(assert(stack:plan { destroy = true })))
    assert(stack:destroy())
    assert.same({ "DeregisterScalableTarget", "UpdateService", "DeleteService" }, operations(world))
    assert.is_nil(scaled.target(world))
    assert.is_nil(next(require "ecs_service.core".read_json(world.backend:read()).services))
  end)

  it("goes with a service that is not declared any more", function()
    apply_of()
    assert.same({ "DeregisterScalableTarget", "UpdateService", "DeleteService" }, sent_by(nil, false))
  end)

  it("goes alone when its block is taken out, after saying so", function()
    apply_of()
    local plan = plan_of(false)
    assert.same({ "service web no-op", "scaling web delete" }, actions(plan))
    assert.equal("it is not declared any more", plan.changes[2].reason)
    assert.same({ "DeregisterScalableTarget" }, sent_by(false))
    assert.is_nil(scaled.target(world))
    assert.is_true(plan_of(false):is_empty())
    assert.same({ "service web no-op" }, actions(plan_of(false)))
  end)

  it("is made anew with a service that is replaced", function()
    apply_of()
    local service = { launch_type = "EC2", availability_zone_rebalancing = false, propagate_tags = false,
      name = "web2" }
    local plan = plan_of(nil, service)
    assert.same({ "service web replace", "scaling web replace" }, actions(plan))
    assert.equal("its service is replaced", plan.changes[2].reason)
    scaled.from_now(world)
    local result = apply_of(nil, service)
    local sent = operations(world)
    assert.equal("DeregisterScalableTarget", sent[1])
    assert.same({ "RegisterScalableTarget", "PutScalingPolicy", "PutScalingPolicy" }, { sent[#sent - 2],
      sent[#sent - 1], sent[#sent] })
    assert.equal(2, #result.changes)
    assert.is_nil(scaled.target(world))
    assert.equal(20, scaled.target(world, "service/prod/web2").MaxCapacity)
    assert.is_true(plan_of(nil, service):is_empty())
  end)

  it("is made anew with a service that keeps its name", function()
    apply_of(nil, { launch_type = "EC2" })
    local service = { launch_type = "EXTERNAL", lifecycle = { create_before_destroy = false } }
    assert.same({ "service web replace", "scaling web replace" }, actions(plan_of(nil, service)))
    local sent = sent_by(nil, service)
    assert.equal("DeregisterScalableTarget", sent[1])
    assert.equal("PutScalingPolicy", sent[#sent])
    world.sim:advance(600)
    assert.same({ "web-cpu", "web-memory" }, scaled.names(world))
    assert.is_true(plan_of(nil, service):is_empty())
  end)

  it("makes room before its service wants more, and takes it after it wants less", function()
    local service = { lifecycle = false, desired_count = 20 }
    apply_of(nil, service)
    service.desired_count = 25
    assert.same({ "RegisterScalableTarget", "UpdateService" }, sent_by(block { max_capacity = 30 }, service))
    service.desired_count = 5
    assert.same({ "UpdateService", "RegisterScalableTarget" }, sent_by(block { max_capacity = 10 }, service))
    assert.equal(5, scaled.count(world))
  end)

  it("keeps bounds that one of its schedules has set, and no others", function()
    local whole = block { scheduled = NIGHT }
    apply_of(whole)
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1 }))
    assert.is_true(plan_of(whole):is_empty())
    local changed = block { scheduled = NIGHT, suspended = { scale_in = true } }
    apply_of(changed)
    assert.equal(1, scaled.target(world).MinCapacity)
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 3 }))
    assert.same({ "min_capacity" }, (scaled.paths(plan_of(changed))))
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1 }))
    assert.same({ "min_capacity", "scheduled.night" },
      (scaled.paths(plan_of(block { suspended = { scale_in = true } }))))
    apply_of(block())
    assert.equal(2, scaled.target(world).MinCapacity)
  end)

  -- What is there in the night.
  local function by_night(more, least, most)
    apply_of(block { scheduled = NIGHT })
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = least or 1, MaxCapacity = most or 4 }))
    scaled.from_now(world)
    more.scheduled = more.scheduled or NIGHT
    return block(more)
  end

  local function bounds()
    local target = scaled.target(world)
    return { target.MinCapacity, target.MaxCapacity }
  end

  it("plans no other bound, and sends none, that has to wait for its schedule", function()
    local later = by_night { min_capacity = 5 }
    assert.is_true(plan_of(later):is_empty())
    assert.same({}, sent_by(later))
    assert.is_true(plan_of(later):is_empty())
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 2, MaxCapacity = 20 }))
    assert.same({ "min_capacity" }, (scaled.paths(plan_of(later))))
    apply_of(later)
    assert.same({ 5, 20 }, bounds())
  end)

  it("lets a bound wait that does not fit to the one that a schedule has set", function()
    local later = by_night({ min_capacity = 5, scheduled = { night = { schedule = "cron(0 22 * * ? *)",
      timezone = "Europe/Berlin", max_capacity = 4 } } }, 2)
    apply_of(later)
    assert.same({ 2, 4 }, bounds())
    assert.is_true(plan_of(later):is_empty())
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MaxCapacity = 20 }))
    apply_of(later)
    assert.same({ 5, 20 }, bounds())
  end)

  it("moves a bound with the scheduled action that has set it, and has nothing left to do", function()
    local function night(schedule) return { night = { schedule = schedule, timezone = "Europe/Berlin",
      min_capacity = 0, max_capacity = 6 } } end
    local other = by_night { scheduled = night "cron(0 22 * * ? *)" }
    assert.same({ "RegisterScalableTarget", "PutScheduledAction" }, sent_by(other))
    assert.same({ 0, 6 }, bounds())
    assert.is_true(plan_of(other):is_empty())
    local elsewhen = block { scheduled = night "at(2027-01-01T00:00:00)" }
    elsewhen.scheduled.night.max_capacity = 9
    apply_of(elsewhen)
    assert.same({ 0, 20 }, bounds())
    assert.is_true(plan_of(elsewhen):is_empty())
  end)

  it("takes over a target that was made by hand, and leaves what is not its own", function()
    apply_of(false)
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5 }))
    assert(world.sim:call("PutScalingPolicy", scaled.about { PolicyName = "by-hand",
      PolicyType = "StepScaling", StepScalingPolicyConfiguration = { AdjustmentType = "ChangeInCapacity",
        StepAdjustments = { { MetricIntervalLowerBound = 0, ScalingAdjustment = 1 } } } }))
    local plan = plan_of()
    local paths, change = scaled.paths(plan)
    table.sort(paths)
    assert.same({ "max_capacity", "min_capacity", "target_tracking.cpu", "target_tracking.memory" }, paths)
    assert.same({ "update", "it exists already, and is taken over", { "policy by-hand" } },
      { change.action, change.reason, change.foreign })
    assert.truthy(plan:render { color = false }:find("stays: policy by-hand", 1, true))
    apply_of()
    assert.same({ "by-hand", "web-cpu", "web-memory" }, scaled.names(world))
    assert.is_true(plan_of():is_empty())
    assert.same({ "policy by-hand" }, select(2, scaled.paths(plan_of())).foreign)
    assert.truthy(plan_of(false):render { color = false }:find("goes: policy by-hand", 1, true))
  end)

  it("is made again when somebody has taken the target away", function()
    apply_of()
    assert(world.sim:call("DeregisterScalableTarget", scaled.about()))
    local plan = plan_of()
    assert.same({ "service web no-op", "scaling web create" }, actions(plan))
    assert.equal("it is recorded, and gone", plan.changes[2].reason)
    apply_of()
    assert.same({ "web-cpu", "web-memory" }, scaled.names(world))
  end)

  it("moves the count by being registered, and plans nothing for it", function()
    apply_of(false, { desired_count = ecs.autoscaled })
    assert.equal(1, scaled.count(world))
    for _, warning in ipairs(plan_of().warnings) do assert.not_equal("ScalesToZero", warning.code) end
    assert.same({ "RegisterScalableTarget", "PutScalingPolicy", "PutScalingPolicy" }, sent_by())
    assert.equal(2, scaled.count(world))
    assert.is_true(plan_of():is_empty())
  end)

  it("has the count that it chose: none is declared, and the least of the bounds is begun with", function()
    local began = {}
    for i, count in ipairs { false, ecs.autoscaled, ecs.autoscaled(4) } do
      world = scaled.world()
      apply_of(nil, { desired_count = count })
      began[i] = bodies(world, "CreateService")[1].desiredCount
      assert(world.sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 }))
      assert.is_true(plan_of(nil, { desired_count = count }):is_empty())
    end
    assert.same({ 2, 2, 4 }, began)
    apply_of(nil, { desired_count = 5 })
    assert.equal(5, scaled.count(world))
  end)

  it("is shown with what differs, and why", function()
    apply_of()
    local changed = block { max_capacity = 30 }
    changed.target_tracking.cpu.target_value = 70
    local text = plan_of(changed):render { color = false }
    assert.truthy(text:find("~ scaling.web", 1, true), text)
    assert.truthy(text:find("max_capacity", 1, true) and text:find("20", 1, true), text)
    assert.truthy(text:find("1 to update", 1, true), text)
  end)

  it("can be chosen and left out by its own address, and follows its service", function()
    local stack = stack_of()
    assert.same({ "service web create", "scaling web create" }, actions(assert(stack:plan { target = "web" })))
    assert.same({ "service web create", "scaling web create" }, actions(assert(stack:plan { target = "scaling.web" })))
    assert.same({ "service web create" }, actions(assert(stack:plan { exclude = "scaling.web" })))
    assert.same({}, actions(assert(stack:plan { exclude = "web" })))
  end)

  it("is applied as a saved plan says, unless it has moved on", function()
    local path = os.tmpname()
    assert(plan_of():save(path))
    assert(stack_of():apply(assert(ecs.load_plan(path))))
    assert.same({ "web-cpu", "web-memory" }, scaled.names(world))
    assert(plan_of(block { max_capacity = 30 }):save(path))
    local plan = assert(ecs.load_plan(path))
    assert.same({ "service web no-op", "scaling web update" }, actions(plan))
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1 }))
    local ok, err = stack_of(block { max_capacity = 30 }):apply(plan)
    os.remove(path)
    assert.is_nil(ok)
    assert.equal("PlanStale", err.code)
  end)

  it("tells what was refused of it, and does the rest by the next apply", function()
    world.sim:fault { operation = "PutScalingPolicy", code = "AccessDeniedException", http_status = 400, after = 1 }
    local result, err = stack_of():apply()
    assert.is_nil(result)
    assert.same({ "AccessDeniedException", "scaling.web" }, { err.code, err.service })
    assert.equal("allow application-autoscaling:PutScalingPolicy to the role or user that runs this", err.hint)
    assert.same({ "done", "failed" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.same({ "web-cpu" }, scaled.names(world))
    assert.same({ "PutScalingPolicy" }, sent_by())
    assert.is_true(plan_of():is_empty())
  end)

  it("is not begun when its service fails, and keeps its service from growing when it fails", function()
    world.sim:tasks { task_definition = "web:2", outcome = "exit", exit_code = 1 }
    local result, err = stack_of(nil, { task_definition = "web:2",
      deployment_circuit_breaker = { enable = true, rollback = false } }):apply()
    assert.is_nil(result)
    assert.same({ "failed", "skipped" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.is_nil(scaled.target(world))
    world = scaled.world()
    local service = { lifecycle = false, desired_count = 20 }
    apply_of(nil, service)
    service.desired_count = 25
    world.sim:fault { operation = "RegisterScalableTarget", code = "ValidationException", http_status = 400 }
    result, err = stack_of(block { max_capacity = 30 }, service):apply()
    assert.is_nil(result)
    assert.same({ "skipped", "failed" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.equal(20, scaled.count(world))
  end)

  it("goes although its service may not be destroyed, and with none that may not", function()
    local service = { lifecycle = { prevent_destroy = true, ignore_changes = { "desired_count" } } }
    local path = os.tmpname()
    apply_of(nil, service)
    assert(plan_of(false, service):save(path))
    assert(stack_of(false, service):apply(assert(require "ecs_service".load_plan(path))))
    os.remove(path)
    assert.is_nil(scaled.target(world))
    apply_of(nil, service)
    local plan, err = stack_of(nil, service):plan { destroy = true }
    assert.is_nil(plan)
    assert.equal("PreventDestroy", err.code)
  end)

  it("is not planned where what it reads is refused", function()
    apply_of(false)
    world.sim:fault { operation = "DescribeScalableTargets", code = "AccessDeniedException", http_status = 400,
      times = 9 }
    local plan, err = stack_of():plan()
    assert.is_nil(plan)
    assert.equal("AccessDeniedException", err.code)
    assert.truthy(tostring(err.hint):find("application-autoscaling:DescribeScalableTargets", 1, true))
  end)

  it("is allowed what it needs, and only where it is declared or recorded", function()
    local function actions_for(...)
      local text = require "ecs_service.core".json((assert(stack_of(...):policy())))
      return text:find("application%-autoscaling:RegisterScalableTarget") ~= nil,
        text:find("application%-autoscaling:DeregisterScalableTarget") ~= nil
    end
    assert.same({ false, false }, { actions_for(false) })
    assert.same({ true, true }, { actions_for() })
    apply_of()
    assert.same({ true, true }, { actions_for(false) })
  end)

  it("follows what is there when its records are brought up to date", function()
    apply_of()
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MaxCapacity = 9 }))
    local result = assert(stack_of():refresh())
    assert.equal(9, result.services.web.autoscaling.max_capacity)
    assert.same({ "max_capacity" }, (scaled.paths(plan_of())))
    assert(world.sim:call("DeregisterScalableTarget", scaled.about()))
    assert(stack_of():refresh())
    assert.same({ "service web no-op", "scaling web create" }, actions(plan_of()))
  end)
end)
