-- Saved plans with task definitions: what was shown is what is done, by the script at hand.
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"

local definition = declared.definition

local world, path

local function saved(config, options)
  local plan = assert(declared.pair(world, config):plan(options))
  assert(plan:save(path))
  return assert(ecs.load_plan(path)), plan
end

local function edited(from, to)
  local text = core.system.read_file(path)
  local changed, count = text:gsub(from, to)
  assert.truthy(count > 0, text)
  assert(core.system.write_file(path, changed))
  return ecs.load_plan(path)
end

before_each(function()
  world = declared.world()
  path = os.tmpname()
end)

after_each(function() os.remove(path) end)

describe("a saved plan with task definitions", function()
  it("is carried out as it was shown, and has the digest that it had", function()
    local plan, former = saved(definition())
    assert.equal(former:digest(), plan:digest())
    local result = assert(declared.pair(world):apply(plan, { digest = former:digest():sub(1, 12) }))
    assert.equal("api:1", declared.runs(world))
    assert.equal(1, result.task_definitions.api.revision)
    plan = saved(definition { image = "acme/api:2" })
    assert(declared.pair(world, definition { image = "acme/api:2" }):apply(plan))
    assert.equal("api:2", declared.runs(world))
    assert.is_true(assert(declared.pair(world, definition { image = "acme/api:2" }):plan()):is_empty())
  end)

  it("destroys what it said", function()
    assert(declared.pair(world):apply())
    local plan = saved(definition(), { destroy = true })
    assert(declared.pair(world):apply(plan))
    assert.equal("", declared.active(world))
    assert.same({}, assert(declared.pair(world):state_items()))
  end)

  it("deregisters what is not declared any more", function()
    assert(declared.pair(world):apply())
    local function alone() return declared.stack(world) end
    assert(assert(alone():plan()):save(path))
    assert(alone():apply(assert(ecs.load_plan(path))))
    assert.equal("", declared.active(world))
  end)

  it("changes tags, and renames families", function()
    assert(declared.pair(world):apply())
    local tagged = definition({}, { tags = { team = "core" } })
    local plan = saved(tagged)
    assert(declared.pair(world, tagged):apply(plan))
    assert.equal("api:1", declared.active(world))
    local renamed = definition({}, { family = "other" })
    plan = saved(renamed)
    assert(declared.pair(world, renamed):apply(plan))
    assert.equal("other:1", declared.active(world))
  end)

  it("takes sensitive values from the script, and refuses another one", function()
    local function secret(value)
      return definition({ environment = { PASSWORD_OF_DB = value } }, { sensitive = { "PASSWORD_OF_DB" } })
    end
    local plan = saved(secret "hunter2-hunter2")
    local _, err = declared.pair(world, secret "hunter3-hunter3"):apply(plan)
    assert.equal("PlanStale", err.code)
    assert.equal("", declared.active(world))
    assert(declared.pair(world, secret "hunter2-hunter2"):apply(assert(ecs.load_plan(path))))
    local sent = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = "api:1" })).taskDefinition
    assert.equal("hunter2-hunter2", sent.containerDefinitions[1].environment[1].value)
  end)

  it("is stale when the revision or the state has moved on", function()
    assert(declared.pair(world):apply())
    local plan = saved(definition { image = "acme/api:2" })
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:1" }))
    local _, err = declared.pair(world, definition { image = "acme/api:2" }):apply(plan)
    assert.equal("PlanStale", err.code)
    assert(declared.pair(world):apply())
    _, err = declared.pair(world, definition { image = "acme/api:2" }):apply(assert(ecs.load_plan(path)))
    assert.equal("PlanStale", err.code)
  end)

  it("of whose file something was changed is refused", function()
    assert(declared.pair(world):apply())
    local two = definition { image = "acme/api:2" }
    saved(two)
    local plan = assert(edited('"after": "acme/api:2"', '"after": "acme/evil:2"'))
    declared.from_now(world)
    assert(declared.pair(world, two):apply(plan)) -- the diff is computed, whatever the file says
    assert.equal("api:2", declared.runs(world))
    local function refused(from, to)
      saved(definition { image = "acme/api:3" })
      local made, err = edited(from, to)
      if made then made, err = declared.pair(world, definition { image = "acme/api:3" }):apply(made) end
      assert.is_nil(made)
      return err.code
    end
    assert.equal("NotRecorded", refused('"runs": "task_definition.api"', '"runs": "task_definition.apu"'))
    assert.equal("PlanCorrupt", refused('"action": "register"', '"action": "replace"'))
    assert.equal("PlanCorrupt", refused('"action": "register"', '"action": "explode"'))
    assert.equal("PlanCorrupt", refused('"kind": "task_definition"', '"kind": "lambda"'))
    assert.equal("PlanStale", refused('"action": "register"', '"action": "no-op"'))
    assert.equal("api:1 api:2", declared.active(world))
  end)
end)
