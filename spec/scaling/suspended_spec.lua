-- Auto scaling that rests for a deployment, and is put back whatever became of that.
local core = require "ecs_service.core"
local reaper = require "support.reaper"
local scaled = require "support.scaled"

local ROUNDS = 400

local function suspension(world)
  local state = scaled.target(world).SuspendedState or {}
  return { state.DynamicScalingInSuspended or false, state.DynamicScalingOutSuspended or false,
    state.ScheduledScalingSuspended or false }
end

local function journal(world) return core.read_json(world.backend:read()).journal end

-- A world with a service and a target that somebody made by hand, which may not scale in.
local function by_hand()
  local world = scaled.world()
  assert(scaled.stack(world, false):apply())
  assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5,
    SuspendedState = { DynamicScalingInSuspended = true } }))
  scaled.from_now(world)
  return world
end

local SECOND = { task_definition = "web:2" }

local function deploy(world, autoscaling, opts)
  local own = { suspend_auto_scaling = true }
  for name, value in pairs(opts or {}) do own[name] = value end
  return scaled.stack(world, autoscaling or false, SECOND):apply(own)
end

describe("auto scaling for a deployment", function()
  it("rests while the service is deployed, and then is as it was", function()
    local world = by_hand()
    local during
    assert(deploy(world, nil, { on_event = function(event)
      if event.type == "progress" or event.type == "updated" or event.type == "started" then
        during = suspension(world)
      end
    end }))
    assert.same({ true, true, true }, during)
    assert.same({ true, false, false }, suspension(world))
    assert.same({ "RegisterScalableTarget", "UpdateService", "RegisterScalableTarget" }, scaled.operations(world))
    assert.same({}, journal(world))
    assert.is_true(assert(scaled.stack(world, false, SECOND):plan()):is_empty())
  end)

  it("is left alone where nothing is deployed, and where there is no target", function()
    local world = by_hand()
    assert(scaled.stack(world, false):apply { suspend_auto_scaling = true })
    assert.same({}, scaled.operations(world))
    world = scaled.world()
    assert(scaled.stack(world, false):apply())
    scaled.from_now(world)
    assert(deploy(world))
    assert.same({ "UpdateService" }, scaled.operations(world))
  end)

  it("is put back after a deployment that failed", function()
    local world = by_hand()
    world.sim:tasks { task_definition = "web:2", outcome = "exit", exit_code = 1 }
    local result, err = scaled.stack(world, false, { task_definition = "web:2",
      deployment_circuit_breaker = { enable = true, rollback = false } }):apply { suspend_auto_scaling = true }
    assert.is_nil(result)
    assert.truthy(err.code)
    assert.same({ true, false, false }, suspension(world))
    assert.same({}, journal(world))
  end)

  it("stops the deployment when it cannot be suspended", function()
    local world = by_hand()
    world.sim:fault { operation = "RegisterScalableTarget", code = "AccessDeniedException", http_status = 400 }
    local result, err = deploy(world)
    assert.is_nil(result)
    assert.equal("AccessDeniedException", err.code)
    assert.equal("RegisterScalableTarget", scaled.operations(world)[1])
    for _, name in ipairs(scaled.operations(world)) do assert.not_equal("UpdateService", name) end
    assert.same({ true, false, false }, suspension(world))
  end)

  it("tells that it could not be put back, and is by the next apply", function()
    local world = by_hand()
    world.sim:fault { operation = "RegisterScalableTarget", code = "AccessDeniedException", http_status = 400,
      after = 1 }
    local result, err = deploy(world)
    assert.is_nil(result)
    assert.equal("apply again: that resumes it", (err.errors and err.errors[1] or err).hint)
    assert.same({ true, true, true }, suspension(world))
    local plan = assert(scaled.stack(world, false, SECOND):plan())
    assert.same({ "service web no-op", "scaling web update" }, scaled.actions(plan))
    assert.equal("an earlier run suspended it for a deployment", plan.changes[2].reason)
    assert.same({ "suspended.scale_out", "suspended.scheduled" }, { plan.changes[2].diff[1].path,
      plan.changes[2].diff[2].path })
    assert(scaled.stack(world, false, SECOND):apply())
    assert.same({ true, false, false }, suspension(world))
    assert.same({}, journal(world))
    assert.is_nil(core.read_json(world.backend:read()).services.web.autoscaling)
  end)

  it("rests for what is deployed beside the declaration, too", function()
    local world = by_hand()
    assert(scaled.stack(world, false):redeploy("web", { suspend_auto_scaling = true }))
    assert.same({ "RegisterScalableTarget", "UpdateService", "RegisterScalableTarget" }, scaled.operations(world))
    assert.same({ true, false, false }, suspension(world))
    assert.same({}, journal(world))
  end)

  local function killed(prepare, autoscaling, expected)
    for nth = 1, ROUNDS do
      local where = ("point %d: "):format(nth)
      local world = prepare()
      local reap = reaper.at(nth)
      local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend) }
      local ran, result, err = pcall(deploy, dying, autoscaling)
      assert(ran and (result or error(err)) or result == reaper.KILLED, result)
      world.backend:unlock()
      world.sim:advance(10)
      assert(scaled.stack(world, autoscaling or false, SECOND):apply(nth % 2 == 0 and { suspend_auto_scaling = true }
        or nil))
      assert.same(expected, suspension(world), where)
      assert.same({}, journal(world), where)
      assert.is_true(assert(scaled.stack(world, autoscaling or false, SECOND):plan()):is_empty(), where)
      if ran then return nth end
    end
    error "the run has more points than were tried"
  end

  it("is put back by the next apply when the run was killed, at whichever point", function()
    assert.truthy(killed(by_hand, nil, { true, false, false }) > 8)
  end)

  it("is as it is declared then, where it is declared", function()
    killed(function()
      local world = scaled.world()
      assert(scaled.stack(world):apply())
      return world
    end, scaled.block { suspended = { scheduled = true } }, { false, false, true })
  end)
end)
