-- Declared tasks that fail, are run by hand after that, and are looked at as the hints say.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local load = require "ecs_service.cli.script"
local migrating = require "support.migrating"

local stack_of = migrating.stack_of

local LOGS = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2",
  ["awslogs-stream-prefix"] = "api" } }

local world

before_each(function() world = migrating.world { clusters = { "prod", "staging" } } end)

-- With a definition that writes logs.
local function with_logs(image, task)
  local stack, _, web = migrating.pair(world, migrating.definition { image = image, log_configuration = LOGS })
  local all = { service = web, command = { "bin/migrate" }, before = { web } }
  for name, value in pairs(task or {}) do all[name] = value end
  stack:task("migrate", all)
  return stack
end

local function sent()
  for i = #world.sim.requests, 1, -1 do
    if world.sim.requests[i].operation == "RunTask" then return world.sim.requests[i].body end
  end
end

local function lines_of(stack, ...)
  local list = {}
  for line in assert(stack:logs(...)) do list[#list + 1] = line.text end
  return list
end

describe("a declared task that is the one thing that failed", function()
  local err

  before_each(function()
    assert(with_logs "acme/api:1":apply())
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 3, log = { "no such table" }, times = 1 }
    local result
    result, err = with_logs "acme/api:2":apply()
    assert.is_nil(result)
  end)

  it("is what the error says, with exit code and lines, and what was not begun is listed", function()
    assert.same({ "TaskFailed", "task", "migrate", 3 }, { err.code, err.kind, err.address, err.exit_code })
    assert.equal("no such table", err.logs[1].text)
    assert.equal(2, #err.errors)
    assert.same({ "TaskFailed", "DependencyFailed" }, { err.errors[1].code, err.errors[2].code })
    local _, told = tostring(err):gsub("exited with code 3", "")
    assert.equal(1, told)
    assert.truthy(tostring(err):find("api: not begun", 1, true), tostring(err))
    _, told = err:render { color = false }:gsub("exited with code 3", "")
    assert.equal(1, told)
    local document = err:to_table()
    assert.same({ "TaskFailed", 3, 2 }, { document.code, document.exit_code, #document.errors })
  end)

  it("is run by hand with the revision that an apply runs, beside the service as it is declared", function()
    assert(with_logs "acme/api:2":run "task.migrate")
    assert.truthy(sent().taskDefinition:find "api:2$")
    assert.equal("api:1", migrating.runs(world))
  end)
end)

describe("several declared tasks that fail", function()
  it("are several failures", function()
    local stack, _, web = stack_of(world)
    stack:task("other", { service = web, command = { "bin/other" } })
    world.sim:tasks { task_definition = "api", outcome = "exit", exit_code = 3 }
    local result, err = stack:apply()
    assert.is_nil(result)
    assert.equal("SeveralFailed", err.code)
    assert.equal(3, #err.errors)
  end)
end)

describe("what a declared task does that takes too long", function()
  before_each(function()
    assert(with_logs "acme/api:1":apply())
    world.sim:tasks { task_definition = "api", outcome = "exit", exit_code = 0, after = 3000, log = { "one", "two" } }
  end)

  it("is shown by the command that the error of an apply names", function()
    local stack = with_logs("acme/api:2", { timeout = 30 })
    local result, err = stack:apply()
    assert.is_nil(result)
    assert.equal("Timeout", err.code)
    local target = err.hint:match "ecs%-service logs (%S+);"
    assert.same({ "one", "two" }, lines_of(stack, target))
  end)

  it("is shown by the command that the error of a run by hand names", function()
    local stack = with_logs "acme/api:1"
    local result, err = stack:run("task.migrate", { timeout = 30 })
    assert.is_nil(result)
    assert.equal("Timeout", err.code)
    local target, id = err.hint[1]:match "ecs%-service logs (%S+) %-%-task (%S+)$"
    assert.same({ "one", "two" }, lines_of(stack, target, { task = id }))
  end)
end)

it("a declared task that was never run is looked for in the cluster that its service lends it", function()
  local lines, err = with_logs "acme/api:1":logs("task.migrate", { task = "0123456789abcdef" })
  assert.is_nil(lines)
  assert.same({ "NotFound", "ECS does not know the task 0123456789abcdef in prod" }, { err.code, err.message })
end)

describe("ecs-service run with a cluster", function()
  local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local api = stack:task_definition("api", { container_definitions = {
  { name = "app", image = "acme/api:1", memory = 64 } } })
local web = stack:service("web", { name = "web", cluster = "prod", task_definition = api, desired_count = 0 })
stack:task("migrate", { service = web, command = { "bin/migrate" }, run = "manual" })
return stack
]]

  local default = load.DEFAULT

  before_each(function()
    command.begin(world.sim)
    assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
    load.DEFAULT = command.script
    local code, out, err = command.run({}, "apply", command.script, "--auto-approve")
    assert.equal(0, code, out .. err)
  end)

  after_each(function()
    load.DEFAULT = default
    command.clean()
  end)

  it("runs a declared task there for once, by its address and by its bare name", function()
    for _, name in ipairs { "task.migrate", "migrate" } do
      local code, out, err = command.run({}, "run", name, "--cluster", "staging", "--json")
      assert.equal(0, code, out .. err)
      assert.equal("staging", sent().cluster)
      assert.same({ "bin/migrate" }, sent().overrides.containerOverrides[1].command)
      local last
      for line in out:gmatch "[^\n]+" do last = cjson.decode(line) end
      assert.equal(0, last.exit_code)
    end
  end)

  it("runs a family that the script does not declare", function()
    assert(world.sim:call("RegisterTaskDefinition", { family = "jobs",
      containerDefinitions = { { name = "job", image = "acme/job:1", memory = 64 } } }))
    local code, out, err = command.run({}, "run", "jobs", "--cluster", "staging")
    assert.equal(0, code, out .. err)
    assert.truthy(sent().taskDefinition:find "jobs:1$")
  end)
end)
