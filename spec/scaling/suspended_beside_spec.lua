-- A rest for deployments beside what else happens to the target: it goes, somebody changes it, its service is replaced.
local core = require "ecs_service.core"
local reaper = require "support.reaper"
local scaled = require "support.scaled"

local SECOND = { task_definition = "web:2" }

local world

before_each(function() world = scaled.world() end)

local function journal() return core.read_json(world.backend:read()).journal end

local function rests()
  local state = scaled.target(world).SuspendedState or {}
  return state.DynamicScalingInSuspended or false
end

local function deploy(autoscaling, opts)
  local own = { suspend_auto_scaling = true }
  for name, value in pairs(opts or {}) do own[name] = value end
  scaled.from_now(world)
  return scaled.stack(world, autoscaling, SECOND):apply(own)
end

local function is_empty(autoscaling, service)
  return assert(scaled.stack(world, autoscaling, service or SECOND):plan()):is_empty()
end

-- A target by hand, of a run that was killed while it had it suspended.
local function killed()
  for nth = 1, 60 do
    world = scaled.world()
    assert(scaled.stack(world, false):apply())
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5 }))
    local reap = reaper.at(nth)
    local dying = { sim = reap.transport(world.sim), backend = reap.backend(world.backend) }
    local ran = pcall(function() return scaled.stack(dying, false, SECOND):apply { suspend_auto_scaling = true } end)
    world.backend:unlock()
    if not ran and rests() then return end
  end
  error "no point was found at which it rests"
end

describe("auto scaling that rests for a deployment", function()
  it("is not suspended where the same apply takes it away", function()
    assert(scaled.stack(world):apply())
    assert(deploy(false))
    assert.same({ "DeregisterScalableTarget", "UpdateService" }, scaled.operations(world))
    assert.same({}, journal())
    assert.is_true(is_empty(false))
  end)

  it("waits for another change of the target, before the deployment and after it", function()
    for _, after in ipairs { 0, 1 } do
      world = scaled.world()
      assert(scaled.stack(world):apply())
      world.sim:fault { operation = "RegisterScalableTarget", code = "ConcurrentUpdateException", times = 4,
        after = after }
      assert(deploy())
      assert.equal(6, #scaled.bodies(world, "RegisterScalableTarget"))
      assert.is_false(rests())
      assert.same({}, journal())
    end
  end)

  it("does not wait for ever for another change of the target", function()
    assert(scaled.stack(world):apply())
    world.sim:fault { operation = "RegisterScalableTarget", code = "ConcurrentUpdateException", times = 1000 }
    local _, err = deploy()
    assert.equal("ConcurrentUpdateException", err.code)
    for _, name in ipairs(scaled.operations(world)) do assert.not_equal("UpdateService", name) end
  end)

  it("is not resumed when somebody has taken the target away meanwhile, and that is no failure", function()
    assert(scaled.stack(world, false):apply())
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5 }))
    local gone
    assert(deploy(false, { on_event = function()
      gone = gone or world.sim:call("DeregisterScalableTarget", scaled.about())
    end }))
    assert.truthy(gone)
    assert.same({}, journal())
    assert.is_true(is_empty(false))
  end)

  it("leaves nothing to do when it could not be suspended, and says what to allow", function()
    assert(scaled.stack(world, false):apply())
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5 }))
    world.sim:fault { operation = "RegisterScalableTarget", code = "AccessDeniedException", times = 1 }
    local _, err = deploy(false)
    assert.truthy(err.hint:find("allow application-autoscaling:RegisterScalableTarget", 1, true))
    assert.same({}, journal())
    assert.same({ "service web update" }, scaled.actions(assert(scaled.stack(world, false, SECOND):plan())))
  end)

  it("has nothing to do when somebody has resumed it after the run was killed", function()
    killed()
    assert(world.sim:call("RegisterScalableTarget", scaled.about { SuspendedState = {
      DynamicScalingInSuspended = false, DynamicScalingOutSuspended = false, ScheduledScalingSuspended = false } }))
    assert.same({ "service web no-op" }, scaled.actions(assert(scaled.stack(world, false):plan())))
    assert(scaled.stack(world, false):apply())
    assert.same({}, journal())
  end)

  it("is resumed before its service is replaced when the run was killed", function()
    killed()
    local other = { task_definition = "web:2", name = "web2" }
    scaled.from_now(world)
    assert(scaled.stack(world, false, other):apply())
    assert.equal("RegisterScalableTarget", scaled.operations(world)[1])
    assert.same({}, journal())
    assert.is_true(is_empty(false, other))
  end)
end)
