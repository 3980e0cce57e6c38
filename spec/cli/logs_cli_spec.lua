-- The command logs: what it writes where, in this process and over HTTP.
local cjson = require "cjson"
local command = require "support.command"
local ecs = require "ecs_service"
local journey = require "support.journey"
local served = require "support.served"

local has, lacks, run = command.has, command.lacks, command.run

local DEFINITION = { family = "web", container_definitions = {
  { name = "app", image = "app", memory = 9, log_configuration = { log_driver = "awslogs", options = {
    ["awslogs-group"] = "/ecs/web", ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "p" } } },
  { name = "proxy", image = "proxy", memory = 9 } } }

describe("ecs-service logs", function()
  local sim, id

  before_each(function()
    journey.environment {}
    sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { DEFINITION } }
    sim:tasks { log = { "first", "\27[31mred", "two\nlines" } }
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web",
      desiredCount = 1 }))
    sim:advance(120)
    id = assert(sim:call("ListTasks", { cluster = "prod" })).taskArns[1]:match "[^/]+$"
    command.begin(sim)
    command.declare { revision = 1, count = 1 }
  end)

  after_each(function()
    command.clean()
    journey.clean()
  end)

  it("writes each line with its time, task and container, and says on standard error what cannot be read", function()
    local code, out, err = run({}, "logs", "web", "--file", command.script)
    assert.equal(0, code, err)
    local start = "%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ  " .. id:sub(1, 8) .. " app  "
    assert.truthy(out:find("^" .. start .. "first\n" .. start .. "\\x1B%[31mred\n" .. start .. "two\n" .. start
      .. "lines\n$"), out)
    has(err, "proxy: has no log configuration")
    lacks(out, "\27")
  end)

  it("writes JSON, a line a document, and a result with the exit code", function()
    local code, out = run({}, "logs", "web", "--file", command.script, "--json", "--limit", "1")
    assert.equal(0, code)
    local list = {}
    for line in out:gmatch "[^\n]+" do list[#list + 1] = cjson.decode(line) end
    assert.equal(2, #list)
    assert.same({ "log", "two\nlines", "app", id }, { list[1].type, list[1].text, list[1].container, list[1].task })
    assert.same({ "result", true, 0, 1, "proxy" }, { list[2].type, list[2].ok, list[2].exit_code, list[2].lines,
      list[2].notes[1].container })
  end)

  it("refuses what it does not know as other commands do", function()
    local code, _, err = run({}, "logs", "web", "--file", command.script, "--since", "soon")
    assert.equal(3, code)
    has(err, "soon is no time")
    code, _, err = run({}, "logs", "web", "--file", command.script, "--container", "ap")
    assert.equal(3, code)
    has(err, "app, proxy")
    code, _, err = run({}, "logs", "web", "--file", command.script, "--container", "proxy")
    assert.equal(1, code)
    has(err, "awslogs")
  end)

  it("ends when nobody reads on", function()
    local cli = require "ecs_service.cli"
    local pieces = 0
    local lost = { write = function() pieces = pieces + 1 return nil, "Broken pipe" end }
    local quiet = { write = function() end }
    assert.equal(1, cli.main({ "logs", "web", "--file", command.script, "--follow" }, { stdout = lost, stderr = quiet,
      stdin = { read = function() end }, getenv = function() end, isatty = function() return false end }))
    assert.equal(1, pieces)
  end)
end)

describe("ecs-service logs over HTTP", function()
  it("reads a service that no script declares, in the region of its containers, and follows one task to its end",
    function()
      local server = served.start(50, [[ region = "us-west-2", clusters = { "prod" }, task_definitions = { { family =
        "web", container_definitions = { { name = "app", image = "app", memory = 9, log_configuration = { log_driver =
        "awslogs", options = { ["awslogs-group"] = "/ecs/web", ["awslogs-region"] = "eu-central-1",
        ["awslogs-stream-prefix"] = "p" } } } } } } ]], [[
        sim:tasks { service = "web", log = { "from Frankfurt" } }
        sim:tasks { task_definition = "web", outcome = "exit", after = 30, log = { "one", "two", "three" } }
        sim:tasks { service = "web", log = { "from Frankfurt" } }
        sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 1 })
        sim:advance(60)
        sim:call("RunTask", { cluster = "prod", taskDefinition = "web" })
      ]])
      journey.environment { AWS_ENDPOINT_URL = server.url, AWS_REGION = "us-west-2", AWS_ACCESS_KEY_ID = "AKID",
        AWS_SECRET_ACCESS_KEY = "secret" }
      local ok, problem = pcall(function()
        local code, out, err = run({}, "logs", "prod/web")
        assert.equal(0, code, err)
        has(out, "app  from Frankfurt")
        local stack = assert(ecs.stack { state = false })
        local arns = assert(stack:call("ecs", "ListTasks", { cluster = "prod", family = "web" })).taskArns
        local tasks = assert(stack:call("ecs", "DescribeTasks", { cluster = "prod", tasks = arns })).tasks
        local one
        for _, task in ipairs(tasks) do if task.group == "family:web" then one = task.taskArn end end
        code, out, err = run({}, "logs", "prod/web", "--task", one, "--follow")
        assert.equal(0, code, err)
        assert.truthy(out:find "app  one\n.*app  two\n.*app  three\n$", out)
      end)
      journey.clean()
      server.stop()
      assert(ok, problem)
    end)
end)
