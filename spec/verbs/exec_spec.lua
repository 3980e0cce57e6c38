-- Sessions into containers: what a plugin is started with, and what is said when something is missing for one.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local has, lacks, run = command.has, command.lacks, command.run

-- Writes what it was started with beside itself, and exits with 7.
local PLUGIN = [[#!/bin/sh
[ "$1" = --version ] && { echo %s; exit 0; }
{ for word in "$@"; do printf '%%s\n' "$word"; done; printf '%%s\n' "$AWS_SSM_START_SESSION_RESPONSE"; } >"$0.out"
exit 7
]]

local function definition(more)
  local container = { name = "app", image = "app", memory = 9 }
  for name, value in pairs(more or {}) do container[name] = value end
  return container
end

describe("a session", function()
  local sim, plugin

  local function start(given)
    given = given or {}
    journey.environment { AWS_PROFILE = "ops" }
    sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { { family = "web",
      task_role_arn = given.role ~= false and "arn:aws:iam::123456789012:role/task" or nil,
      container_definitions = given.containers or { definition() } } } }
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web",
      desiredCount = given.count or 1, enableExecuteCommand = given.exec ~= false }))
    sim:advance(120)
    command.begin(sim)
    command.declare { revision = 1, count = 1 }
    plugin = command.folder .. "/plugin"
    assert(core.system.write_file(plugin, PLUGIN:format(given.version or "1.2.536.0")))
    os.execute("chmod +x " .. plugin)
  end

  after_each(function()
    command.clean()
    journey.clean()
  end)

  local function words()
    local list = {}
    for line in io.lines(plugin .. ".out") do list[#list + 1] = line end
    return list
  end

  local function exec(...)
    return run({ answer = "" }, "exec", "web", "--file", command.script, "--plugin", plugin, ...)
  end

  local function forward(...)
    return run({}, "port-forward", "web", "--file", command.script, "--plugin", plugin, ...)
  end

  it("starts the plugin as the AWS CLI does, with the token in the environment, and exits as it does", function()
    start()
    local code, out, err = exec("--", "ls", "-l", "a b")
    assert.equal(7, code, err)
    local asked = journey.bodies(sim, "ExecuteCommand")[1]
    assert.equal("ls -l 'a b'", asked.command)
    assert.is_true(asked.interactive)
    local list = words()
    assert.equal("AWS_SSM_START_SESSION_RESPONSE", list[1])
    assert.same({ "us-west-2", "StartSession", "ops" }, { list[2], list[3], list[4] })
    assert.truthy(cjson.decode(list[5]).Target:find "^ecs:prod_%x+_[%w-]+$")
    assert.equal("https://ecs.us-west-2.amazonaws.com", list[6])
    local answer = cjson.decode(list[7])
    assert.equal("a-session-of-the-simulator", answer.TokenValue)
    assert.truthy(answer.SessionId:find "^ecs%-execute%-command%-")
    has(err, "the container app of the task " .. asked.task)
    lacks(out .. err, "a-session-of-the-simulator")
    exec("--", "ls | wc")
    assert.equal("ls | wc", journey.bodies(sim, "ExecuteCommand")[2].command)
    exec()
    assert.equal("/bin/sh", journey.bodies(sim, "ExecuteCommand")[3].command)
  end)

  it("gives a plugin that knows no variable the answer as an argument", function()
    for _, version in ipairs { "1.2.497.0", "1.1.999.0", "unknown" } do
      start { version = version }
      assert.equal(7, (exec()))
      local list = words()
      assert.equal("a-session-of-the-simulator", cjson.decode(list[1]).TokenValue)
      assert.equal("", list[7])
      command.clean()
    end
    start { version = "1.2.498.0" }
    exec()
    assert.equal("AWS_SSM_START_SESSION_RESPONSE", words()[1])
  end)

  it("that forwards a port asks Systems Manager, for a port of the container or of a host that it reaches", function()
    start()
    local code, _, err = forward "8080:80"
    assert.equal(7, code, err)
    local list = words()
    local request = cjson.decode(list[5])
    assert.equal("AWS-StartPortForwardingSession", request.DocumentName)
    assert.same({ portNumber = { "80" }, localPortNumber = { "8080" } }, request.Parameters)
    assert.same(request, journey.bodies(sim, "StartSession")[1])
    forward("5432", "--host", "db.internal")
    request = cjson.decode(words()[5])
    assert.equal("AWS-StartPortForwardingSessionToRemoteHost", request.DocumentName)
    assert.same({ portNumber = { "5432" }, localPortNumber = { "5432" }, host = { "db.internal" } }, request.Parameters)
    for _, ports in ipairs { "eighty", "80:", "0:80", "80:65536" } do
      code = forward(ports)
      assert.equal(125, code, ports)
    end
  end)

  it("without a plugin begins none, and says where there is one", function()
    start()
    plugin = command.folder .. "/nowhere"
    local code, _, err = exec()
    assert.equal(125, code)
    has(err, "cannot be started")
    has(err, "--plugin PATH")
    assert.same({}, journey.bodies(sim, "ExecuteCommand"))
  end)

  it("without a terminal is none, and the command that has one is told", function()
    start()
    local code, _, err = run({}, "exec", "web", "--file", command.script)
    assert.equal(125, code)
    has(err, "standard input is no terminal")
    has(err, "script -qec 'ecs-service exec web")
  end)

  it("with a task that was started without it names what mends that", function()
    start { exec = false }
    local code, _, err = exec()
    assert.equal(125, code)
    has(err, "was started without enable_execute_command")
    has(err, "ecs-service apply --target web")
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", enableExecuteCommand = true }))
    code, _, err = exec()
    assert.equal(125, code)
    has(err, "ecs-service redeploy web")
  end)

  it("with an agent that does not run says what keeps it from running", function()
    start { containers = { definition { readonly_root_filesystem = true } } }
    local handle = sim.handle
    function sim:handle(operation, ...)
      local answer, refusal, unknown = handle(self, operation, ...)
      for _, task in ipairs(operation == "DescribeTasks" and answer and answer.tasks or {}) do
        task.containers[1].managedAgents[1].lastStatus = "STOPPED"
        task.containers[1].managedAgents[1].reason = "Received Container Stopped event"
      end
      return answer, refusal, unknown
    end
    local code, _, err = exec()
    assert.equal(125, code)
    has(err, "is STOPPED")
    has(err, "Received Container Stopped event")
    has(err, "readonly_root_filesystem")
    has(err, "ssmmessages:CreateControlChannel")
  end)

  it("with several containers asks for the name of one", function()
    start { containers = { definition(), definition { name = "side" } } }
    local code, _, err = exec()
    assert.equal(125, code)
    has(err, "--container NAME")
    has(err, "app, side")
    assert.equal(7, (exec("--container", "side")))
    assert.equal("side", journey.bodies(sim, "ExecuteCommand")[1].container)
    code, _, err = exec("--container", "else")
    assert.equal(125, code)
    has(err, 'no container "else"')
  end)

  it("with no task that runs says so", function()
    start { count = 0 }
    local code, _, err = exec()
    assert.equal(125, code)
    has(err, "no task of web runs")
    code, _, err = exec("--task", "0123456789abcdef0123456789abcdef")
    assert.equal(125, code)
    has(err, "no task 0123456789abcdef0123456789abcdef runs")
  end)

  it("is begun by a script too, also of a service that is none of its own", function()
    start()
    local stack = journey.stack(sim)
    local told
    local session = assert(stack:exec("prod/web", { command = { "id" }, plugin = plugin,
      on_session = function(one) told = one.container end }))
    assert.equal(7, session.exit_code)
    assert.equal("app", session.container)
    assert.equal("app", told)
    assert.equal(7, assert(stack:port_forward("prod/web", { remote_port = 80, plugin = plugin })).exit_code)
    local none, err = stack:port_forward("prod/web", { remote_port = 80.5, plugin = plugin })
    assert.is_nil(none)
    assert.equal("WrongOption", err.code)
  end)
end)
