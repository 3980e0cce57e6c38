-- A service that runs a declared task definition goes back to the revision before.
local declared = require "support.declared"

local actions, definition, pair = declared.actions, declared.definition, declared.pair

local world

local function image(number, more) return definition({ image = "acme/api:" .. number }, more) end

local function apply_all(last, more)
  for i = 1, last do assert(pair(world, image(i, more)):apply()) end
end

local function warning_of(result, code)
  for _, warning in ipairs(result.warnings) do
    if warning.code == code then return warning end
  end
end

before_each(function() world = declared.world() end)

describe("a rollback to the former revision", function()
  it("tells what the declaration would have to say, which the next plan does not undo", function()
    apply_all(2)
    local result = assert(pair(world, image(2)):rollback "api")
    assert.equal("api:1", declared.runs(world))
    local warning = warning_of(result, "DeclarationDiffers")
    assert.equal("task_definition", warning.path)
    assert.equal("task_definition.api declares what it did, of which api:2 is recorded: the next apply changes this "
      .. "back", warning.message)
    assert.truthy(warning.hint:find(
      'declare in task_definition.api: container_definitions["app"].image = "acme/api:1"', 1, true), warning.hint)
    assert.same({ "task_definition api no-op", "service api update" }, actions(assert(pair(world, image(2)):plan())))
    assert(pair(world, image(1)):apply())
    assert.equal("api:3", declared.runs(world))
    assert.is_true(assert(pair(world, image(1)):plan()):is_empty())
  end)

  it("tells of sensitive values only that they are others", function()
    local function of(number, password)
      return definition({ image = "acme/api:" .. number, environment = { DB_PASSWORD = password } },
        { sensitive = { "DB_PASSWORD" } })
    end
    assert(pair(world, of(1, "hunter1-hunter1")):apply())
    assert(pair(world, of(2, "hunter2-hunter2")):apply())
    local result = assert(pair(world, of(2, "hunter2-hunter2")):rollback "api")
    local hint = warning_of(result, "DeclarationDiffers").hint
    assert.truthy(hint:find("DB_PASSWORD (a sensitive value)", 1, true), hint)
    assert.is_nil(hint:find("hunter", 1, true))
    assert.is_nil(require "ecs_service.core".json(result:to_table()):find("hunter", 1, true))
  end)

  it("finds it among those that keep leaves", function()
    apply_all(4, { keep = 2 })
    assert.equal("api:3 api:4", declared.active(world))
    assert(pair(world, image(4, { keep = 2 })):rollback "api")
    assert.equal("api:3", declared.runs(world))
  end)

  it("is refused before anything is sent when that revision is INACTIVE, with one that is not", function()
    apply_all(3)
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:2" }))
    declared.from_now(world)
    local stack = pair(world, image(3))
    for _, opts in ipairs { {}, { to = 2 }, { to = "api:2", dry_run = true } } do
      local _, err = stack:rollback("api", opts)
      assert.same({ "InactiveRevision", "api", "task_definition" }, { err.code, err.service, err.path })
      assert.equal("api:2 is INACTIVE: ECS deploys ACTIVE revisions only, and nothing was sent", err.message)
      local hint = table.concat(type(err.hint) == "table" and err.hint or { err.hint }, " ")
      assert.truthy(hint:find("ecs-service rollback api --to api:1", 1, true), hint)
    end
    assert.equal(0, declared.count(world, "UpdateService"))
    assert(stack:rollback("api", { to = 1 }))
    assert.equal("api:1", declared.runs(world))
  end)

  it("is refused when there is no such revision", function()
    apply_all(1)
    local _, err = pair(world, image(1)):rollback("api", { to = 9 })
    assert.equal("InactiveRevision", err.code)
    assert.truthy(err.message:find("api:9 is not there any more", 1, true))
    assert.equal(0, declared.count(world, "UpdateService"))
  end)

  it("goes on where nobody may look at the revision", function()
    apply_all(2)
    world.sim:fault { operation = "DescribeTaskDefinition", code = "AccessDeniedException", http_status = 400,
      message = "no", times = 1 }
    assert(pair(world, image(2)):rollback "api")
    assert.equal("api:1", declared.runs(world))
  end)
end)
