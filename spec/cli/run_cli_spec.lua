-- The command run: its exit code is the container's, and 125 is this side's; what it writes where, also over HTTP.
local cjson = require "cjson"
local command = require "support.command"
local ecs = require "ecs_service"
local journey = require "support.journey"
local served = require "support.served"

local unpack = table.unpack or unpack -- luacheck: globals unpack
local has, lacks, run = command.has, command.lacks, command.run

local DEFINITION = { family = "web", container_definitions = {
  { name = "app", image = "app", memory = 9, log_configuration = { log_driver = "awslogs", options = {
    ["awslogs-group"] = "/ecs/web", ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "p" } } } } }

describe("ecs-service run", function()
  local sim

  before_each(function()
    journey.environment {}
    sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { DEFINITION } }
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web",
      desiredCount = 0 }))
    sim:advance(60)
    command.begin(sim)
    command.declare { revision = 1, count = 0 }
  end)

  after_each(function()
    command.clean()
    journey.clean()
  end)

  local function task(given)
    given.task_definition = "web"
    sim:tasks(given)
  end

  it("says how a command of several words is written", function()
    local rule = "next   a command of several words is one argument: --command 'bin/migrate --all'"
    local _, _, err = run({}, "run", "web", "--command", "bin/migrate", "up")
    has(err, rule)
    _, _, err = run({}, "run", "web", "--command", "bin/migrate", "--trace")
    has(err, rule)
    _, _, err = run({}, "run", "web", "--command", "bin/migrate", "--folow")
    has(err, "--follow")
    lacks(err, rule)
    _, _, err = run({}, "run", "web", "api", "--command", "bin/migrate")
    lacks(err, rule)
  end)

  it("exits with 0, shows the last lines, and tells on standard error how it went", function()
    task { outcome = "exit", exit_code = 0, log = { "done" } }
    local code, out, err = run({}, "run", "web", "--file", command.script, "--command", [[bin/migrate "a b"]],
      "--env", "LEVEL=debug=1")
    assert.equal(0, code, err)
    assert.truthy(out:find " app  done\n$", out)
    has(err, "exit 0")
    has(err, "of web:1 has ended")
    local override = journey.bodies(sim, "RunTask")[1].overrides.containerOverrides[1]
    assert.same({ "bin/migrate", "a b" }, override.command)
    assert.same({ { name = "LEVEL", value = "debug=1" } }, override.environment)
    code = run({}, "run", "web", "--file", command.script, "--command", '["x y", "z"]', "--no-logs")
    assert.equal(0, code)
    assert.same({ "x y", "z" }, journey.bodies(sim, "RunTask")[2].overrides.containerOverrides[1].command)
  end)

  it("exits with the container's code, and shows the last lines with the error", function()
    task { outcome = "exit", exit_code = 42, log = { "first", "\27[31mboom" } }
    local code, out, err = run({}, "run", "web", "--file", command.script)
    assert.equal(42, code)
    assert.equal("", out)
    has(err, "exited with code 42")
    has(err, "\\x1B[31mboom")
    lacks(err, "\27")
    code, out, err = run({}, "run", "web", "--file", command.script, "--no-logs")
    assert.equal(42, code)
    lacks(out .. err, "boom")
  end)

  it("shows what it writes as it comes on standard output", function()
    task { outcome = "exit", exit_code = 3, after = 20, log = { "one", "two" } }
    local code, out, err = run({}, "run", "web", "--file", command.script, "--follow")
    assert.equal(3, code)
    assert.truthy(out:find "app  one\n.* app  two\n$", out)
    assert.truthy(err:find "is being started\n.* runs\n.* has ended\n", err)
  end)

  it("writes JSON, a line a document, the last one with the exit code", function()
    task { outcome = "exit", exit_code = 7, log = { "one" } }
    local code, out = run({}, "run", "web", "--file", command.script, "--follow", "--json")
    assert.equal(7, code)
    local list, types = {}, {}
    for line in out:gmatch "[^\n]+" do
      list[#list + 1] = cjson.decode(line)
      types[list[#list].type] = true
    end
    assert.truthy(types.task and types.log and types.result)
    local last = list[#list]
    assert.same({ 7, "TaskFailed", 7, "one" }, { last.exit_code, last.error.code, last.error.exit_code,
      last.error.logs[1].text })
    task { outcome = "exit", exit_code = 0 }
    code, out = run({}, "run", "web", "--file", command.script, "--json")
    last = cjson.decode(out:match "([^\n]+)\n$")
    assert.same({ 0, 0, 0, "app" }, { code, last.exit_code, last.task.exit_code, last.task.containers[1].name })
  end)

  it("exits with 125 for all that is wrong on this side", function()
    local function code(...) return (run({}, "run", ...)) end
    assert.equal(125, code("wet", "--file", command.script))
    assert.equal(125, code("web", "--file", command.script, "--container", "ap"))
    assert.equal(125, code("web", "--file", command.script, "--env", "LEVEL"))
    assert.equal(125, code("web", "--file", command.script, "--command", "'open"))
    assert.equal(125, code("web", "--file", command.script, "--comand", "x"))
    assert.equal(125, code())
    assert.equal(125, code("web", "--file", command.folder .. "/none.lua"))
    task { outcome = "pull_error" }
    assert.equal(125, code("web", "--file", command.script))
    task { outcome = "no_capacity" }
    assert.equal(125, code("web", "--file", command.script))
    task { outcome = "exit", after = 500 }
    local exit, out, err = run({}, "run", "web", "--file", command.script, "--timeout", "60", "--json")
    assert.equal(125, exit, err)
    assert.equal(125, cjson.decode(out:match "([^\n]+)\n$").exit_code)
    has(err, "stop-task")
  end)

  it("only starts it, and says which it is", function()
    local code, out = run({}, "run", "web", "--file", command.script, "--no-wait")
    assert.equal(0, code)
    assert.truthy(out:find "^arn:aws:ecs:us%-west%-2:123456789012:task/prod/%x+\n$", out)
  end)
end)

describe("commands about a deployment that failed", function()
  before_each(function()
    journey.environment {}
    local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { DEFINITION } }
    sim:tasks { outcome = "exit", exit_code = 1, log = { "connecting", "\27[31mno such table" } }
    command.begin(sim)
    command.declare { revision = 1, count = 1 }
  end)

  after_each(function()
    command.clean()
    journey.clean()
  end)

  it("show the last lines of the container that failed, escaped, and with --no-logs none", function()
    local code, out, err = run({}, "apply", command.script, "--auto-approve", "--json")
    assert.equal(5, code)
    local last = cjson.decode(out:match "([^\n]+)\n$")
    assert.equal("\\x1B[31mno such table", last.error.logs[#last.error.logs].text)
    has(err, "app  connecting")
    for words, wanted in pairs { ["diagnose web"] = 1, ["wait web"] = 5, ["redeploy web --auto-approve"] = 5 } do
      local list = { "--file", command.script }
      for word in words:gmatch "%S+" do table.insert(list, #list - 1, word) end
      code, out, err = run({}, unpack(list))
      assert.equal(wanted, code, words .. err)
      has(out .. err, "app  \\x1B[31mno such table")
      list[#list + 1] = "--no-logs"
      code, out, err = run({}, unpack(list))
      assert.equal(wanted, code, words .. err)
      lacks(out .. err, "no such table")
    end
  end)
end)

describe("ecs-service run over HTTP", function()
  it("runs beside a service that no script declares, and a task definition in a cluster", function()
    local server = served.start(50, [[ region = "us-west-2", clusters = { "prod" }, task_definitions = { { family =
      "web", container_definitions = { { name = "app", image = "app", memory = 9, log_configuration = { log_driver =
      "awslogs", options = { ["awslogs-group"] = "/ecs/web", ["awslogs-region"] = "eu-central-1",
      ["awslogs-stream-prefix"] = "p" } } } } } } ]], [[
      sim:tasks { task_definition = "web", outcome = "exit", exit_code = 5, after = 20, log = { "one", "boom" } }
      sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 0 })
    ]])
    journey.environment { AWS_ENDPOINT_URL = server.url, AWS_REGION = "us-west-2", AWS_ACCESS_KEY_ID = "AKID",
      AWS_SECRET_ACCESS_KEY = "secret" }
    local ok, problem = pcall(function()
      local code, out, err = run({}, "run", "prod/web", "--command", "bin/migrate", "--follow")
      assert.equal(5, code, err)
      assert.truthy(out:find "app  one\n.*app  boom\n$", out)
      code, out, err = run({}, "run", "web", "--cluster", "prod")
      assert.equal(5, code, out .. err)
      has(err, "boom")
      assert.equal(125, (run({}, "run", "prod/wet")))
    end)
    journey.clean()
    server.stop()
    assert(ok, problem)
  end)
end)
