-- Other bounds for what scales a service, or a rest for that, by hand and beside its declaration.
local core = require "ecs_service.core"
local scaled = require "support.scaled"

local world

before_each(function() world = scaled.world() end)

local function scale(count, opts, autoscaling)
  scaled.from_now(world)
  return scaled.stack(world, autoscaling):scale("web", count, opts)
end

describe("stack:scale with bounds", function()
  it("changes what scales the service, and leaves the count alone", function()
    assert(scaled.stack(world):apply())
    local result = assert(scale(nil, { max = 30 }))
    assert.same({ "RegisterScalableTarget" }, scaled.operations(world))
    assert.same(scaled.about { MaxCapacity = 30 }, scaled.bodies(world, "RegisterScalableTarget")[1])
    assert.same({ "scaling web update" }, scaled.actions(result.plan))
    assert.same({ "max_capacity" }, (scaled.paths(result.plan)))
    assert.equal(30, core.read_json(world.backend:read()).services.web.autoscaling.attributes.max_capacity)
    local warning = result.warnings[1]
    assert.same({ "DeclarationDiffers", "autoscaling.max_capacity" }, { warning.code, warning.path })
    assert.same({ "max_capacity" }, (scaled.paths(assert(scaled.stack(world):plan()))))
  end)

  it("makes room before it asks for more tasks, and takes it behind fewer", function()
    assert(scaled.stack(world):apply())
    assert(scale(25, { max = 30 }))
    assert.same({ "RegisterScalableTarget", "UpdateService" }, scaled.operations(world))
    assert.equal(25, scaled.count(world))
    assert(scale(3, { max = 10 }))
    assert.same({ "UpdateService", "RegisterScalableTarget" }, scaled.operations(world))
    assert.equal(3, scaled.count(world))
  end)

  it("lets it rest, and work again", function()
    assert(scaled.stack(world):apply())
    assert(scale(nil, { suspend = true }))
    assert.is_true(scaled.target(world).SuspendedState.DynamicScalingOutSuspended)
    assert(scale(nil, { suspend = true }))
    assert.same({}, scaled.operations(world))
    assert(scale(nil, { resume = true }))
    assert.is_false(scaled.target(world).SuspendedState.DynamicScalingOutSuspended)
    assert.is_true(assert(scaled.stack(world):plan()):is_empty())
  end)

  it("is for a target that nobody declares, too, and records nothing of it", function()
    assert(scaled.stack(world, false):apply())
    local result, err = scale(nil, { min = 1 }, false)
    assert.is_nil(result)
    assert.equal("NotFound", err.code)
    assert(world.sim:call("RegisterScalableTarget", scaled.about { MinCapacity = 1, MaxCapacity = 5 }))
    assert(scale(nil, { min = 3 }, false))
    assert.equal(3, scaled.count(world))
    local document = core.read_json(world.backend:read())
    assert.same({}, document.journal)
    assert.is_nil(document.services.web.autoscaling)
  end)

  it("refuses bounds the wrong way round, and what excludes each other", function()
    assert(scaled.stack(world):apply())
    for _, opts in ipairs { { min = 21 }, { max = 1 }, { min = -1 }, { min = 1.5 },
      { suspend = true, resume = true } } do
      local result, err = scale(nil, opts)
      assert.is_nil(result)
      assert.equal("WrongOption", err.code)
    end
    assert.same({}, scaled.operations(world))
    assert.has_error(function() scale(nil, {}) end)
  end)

  it("shows what it would do, and does nothing, with dry_run", function()
    assert(scaled.stack(world):apply())
    local plan = assert(scale(nil, { min = 3, dry_run = true }))
    assert.same({ "scaling web update" }, scaled.actions(plan))
    assert.same({}, scaled.operations(world))
  end)
end)
