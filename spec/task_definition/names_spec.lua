-- Names that stand for nothing: of variables that are to be sensitive, of handles that are written as texts, and of
-- families that no script declares.
local command = require "support.command"
local declared = require "support.declared"
local ecs = require "ecs_service"
local migrating = require "support.migrating"

describe("a name in `sensitive`", function()
  local world

  before_each(function() world = migrating.world() end)

  -- `runs`: "service", what the service runs; "api", its own handle; "other", another definition.
  local function warnings_of(config, runs, task)
    local stack, api, web = declared.pair(world, config)
    local other = stack:task_definition("other", declared.definition())
    if runs == "service" then
      task.service = web
    elseif runs then
      task.cluster, task.task_definition = "prod", runs == "api" and api or other
    end
    if runs then stack:task("migrate", task) end
    local list = {}
    for _, one in ipairs(assert(stack:plan()).warnings) do
      if one.code == "SensitiveUnknown" then list[#list + 1] = one end
    end
    return list
  end

  local function definition(...)
    local config = declared.definition { environment = { DATABASE_URL = "postgres://x", LEVEL = "info" },
      secrets = { TOKEN = "arn:aws:ssm:us-west-2:123456789012:parameter/token" } }
    config.sensitive = { ... }
    return config
  end

  it("that no container has is warned of, with the nearest that there is", function()
    local list = warnings_of(definition("DATABASE_URI", "DATABASE_URL"))
    assert.equal(1, #list)
    assert.same({ "sensitive", "did you mean DATABASE_URL?" }, { list[1].path, list[1].hint })
    assert.truthy(list[1].message:find("DATABASE_URI", 1, true))
    assert.equal("task_definition.api", list[1].service)
  end)

  it("that a container has, as a value or as a secret, or a task that runs it overrides, is not", function()
    assert.same({}, warnings_of(definition("DATABASE_URL", "TOKEN")))
    local key = { MIGRATION_KEY = "1" }
    assert.equal(1, #warnings_of(definition "MIGRATION_KEY", "service", { environment = { OTHER = "1" } }))
    assert.same({}, warnings_of(definition "MIGRATION_KEY", "service", { environment = key }))
    assert.same({}, warnings_of(definition "MIGRATION_KEY", "api", { overrides = { container_overrides = {
      { name = "app", environment = key } } } }))
    assert.equal(1, #warnings_of(definition "MIGRATION_KEY", "other", { environment = key }))
  end)

  it("is silenced and made an error as others are", function()
    local stack = declared.pair(world, definition "NOBODY")
    local _, err = stack:plan { strict = true, silence = { "NoCircuitBreaker" } }
    assert.equal("Warnings", err.code)
    assert(stack:plan { strict = true, silence = { "NoCircuitBreaker", "SensitiveUnknown" } })
  end)
end)

describe("the address of a task definition as a text", function()
  it("in a service, or in a task, is told that the handle is meant", function()
    local world = migrating.world()
    local stack = declared.pair(world, nil, { task_definition = "task_definition.api" })
    stack:task("migrate", { cluster = "prod", task_definition = "task_definition.api" })
    local _, err = stack:validate()
    assert.equal(2, #err.diagnostics)
    for _, one in ipairs(err.diagnostics) do
      assert.same({ "BadPattern", "task_definition" }, { one.code, one.path })
      assert.equal('use the handle: task_definition = what stack:task_definition("api", { … }) gave', one.hint)
    end
    assert.equal(0, #world.sim.requests)
  end)
end)

describe("a family", function()
  after_each(command.clean)

  it("is listed, and its old revisions deregistered, where there is no script and no cluster is named", function()
    local sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod", "other" },
      task_definitions = { "web:3" } })
    assert(sim:call("CreateService", { cluster = "other", serviceName = "web", taskDefinition = "web:1",
      desiredCount = 1 }))
    local load = require "ecs_service.cli.script"
    local surroundings, default = load.surroundings, load.DEFAULT
    load.DEFAULT = command.folder .. "/none.lua"
    load.surroundings = function() return ecs.stack { region = "us-west-2", state = false, transport = sim } end
    finally(function() load.surroundings, load.DEFAULT = surroundings, default end)
    local code, out, err = command.run({}, "revisions", "web")
    assert.equal(0, code, err)
    command.has(out, "web:3")
    command.has(out, "the service other/web")
    code, out, err = command.run({}, "deregister", "web", "--keep", "1", "--auto-approve")
    assert.equal(0, code, out .. err)
    local function status(revision)
      return assert(sim:call("DescribeTaskDefinition", { taskDefinition = revision })).taskDefinition.status
    end
    assert.same({ "ACTIVE", "INACTIVE", "ACTIVE" }, { status "web:1", status "web:2", status "web:3" })
    for _, address in ipairs { "task_definition.web", "task.web" } do
      code, _, err = command.run({}, "revisions", address)
      assert.equal(3, code)
      command.has(err, "there is no file")
    end
  end)
end)
