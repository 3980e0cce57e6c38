-- Which of many tasks a session goes into, sessions into declared tasks, and what becomes of the terminal's signals.
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"
local migrating = require "support.migrating"

local interpreter = os.getenv "ECS_TEST_LUA" or (rawget(_G, "jit") and "luajit" or "lua5.4")

local ANSWERS = [[#!/bin/sh
[ "$1" = --version ] && { echo 1.2.536.0; exit 0; }
]]

local folder

-- A plugin that does this when it is started.
local function plugin_that(script)
  local path = folder .. "/plugin"
  assert(core.system.write_file(path, ANSWERS .. script .. "\n"))
  assert(os.execute("chmod +x " .. path))
  return path
end

local function written(name)
  return (core.system.read_file(folder .. "/" .. name) or ""):gsub("%s+$", "")
end

before_each(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(core.system.make_dir(folder))
  journey.environment {}
end)
after_each(function()
  os.execute("rm -rf '" .. folder .. "'")
  journey.clean()
end)

describe("a session into one of many tasks", function()
  local sim

  -- `agent(arn, place)`: what the agent of a task is, by its place among those that ECS lists.
  local function start(count, agent)
    sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { { family = "web",
      task_role_arn = "arn:aws:iam::123456789012:role/task",
      container_definitions = { { name = "app", image = "app", memory = 9 } } } } }
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web",
      desiredCount = count, enableExecuteCommand = true }))
    sim:advance(600)
    local handle, place = sim.handle, {}
    function sim:handle(operation, ...)
      local answer, refusal, unknown = handle(self, operation, ...)
      if operation == "ListTasks" and answer then
        for _, arn in ipairs(answer.taskArns) do
          place[#place + 1], place[arn] = arn, #place + 1
        end
      end
      for _, task in ipairs(operation == "DescribeTasks" and answer and answer.tasks or {}) do
        task.containers[1].managedAgents[1].lastStatus = agent(place[task.taskArn] or 0, task)
      end
      return answer, refusal, unknown
    end
    return place
  end

  local function exec(opts)
    opts.plugin = plugin_that "exit 0"
    return journey.stack(sim):exec("prod/web", opts)
  end

  it("sees those of all pages that ECS lists, and takes one whose agent runs", function()
    local place = start(130, function(number) return number == 117 and "RUNNING" or "PENDING" end)
    local session = assert(exec {})
    assert.equal(130, #place)
    assert.equal(place[117]:match "[^/]+$", session.task)
  end)

  it("takes the newest of those whose agents run", function()
    local started = { 10, 40, 30, 50 }
    local place = start(4, function(number, task)
      task.startedAt = started[number]
      return number == 4 and "STOPPED" or "RUNNING"
    end)
    local session = assert(exec {})
    assert.equal(place[2]:match "[^/]+$", session.task)
    local other = place[3]:match "[^/]+$"
    assert.equal(other, assert(exec { task = other }).task)
  end)
end)

describe("a session into a declared task", function()
  local function begun(task)
    local world = migrating.world { task_seconds = 600 }
    local stack, handle = migrating.stack_of(world, nil, task)
    local _, err = stack:apply()
    assert.equal("Timeout", (err.errors or { err })[1].code)
    return handle, world
  end

  it("goes into the one that runs", function()
    local handle, world = begun { timeout = 30, enable_execute_command = true,
      overrides = { task_role_arn = "arn:aws:iam::123456789012:role/task" } }
    local session = assert(handle:exec { plugin = plugin_that "exit 4" })
    assert.equal(4, session.exit_code)
    local arn = assert(world.sim:call("ListTasks", { cluster = "prod" })).taskArns[1]
    assert.equal(arn:match "[^/]+$", session.task)
    assert.equal(session.task, assert(handle:port_forward { remote_port = 80, plugin = plugin_that "exit 0" }).task)
  end)

  it("says what to declare when it was run without, and that none runs when it has ended", function()
    local handle, world = begun { timeout = 30 }
    local _, err = handle:exec { plugin = plugin_that "exit 0" }
    assert.equal("ExecuteCommandOff", err.code)
    assert.truthy(err.hint:find("ecs-service apply --target task.migrate", 1, true), err.hint)
    world.sim:advance(900)
    _, err = handle:exec { plugin = plugin_that "exit 0" }
    assert.equal("NotFound", err.code)
    assert.equal("no task of task.migrate runs", err.message)
  end)
end)

describe("while a session has the terminal", function()
  local sim

  before_each(function()
    sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { {
      family = "web", task_role_arn = "arn:aws:iam::123456789012:role/task",
      container_definitions = { { name = "app", image = "app", memory = 9 } } } } })
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web", desiredCount = 1,
      enableExecuteCommand = true }))
    sim:advance(120)
    command.declare { revision = 1, count = 1 }
  end)
  after_each(command.clean)

  local function exec(plugin)
    return command.run({ answer = "" }, "exec", "web", "--file", command.script, "--plugin", plugin)
  end

  it("Ctrl-C, Ctrl-\\ and Ctrl-Z are the session's, and the command ends when the plugin ends, as it does", function()
    local code, _, err = exec(plugin_that [[
trap 'echo interrupted >>"$0.out"' INT
trap 'echo quit >>"$0.out"' QUIT
trap 'echo stopped >>"$0.out"' TSTP
for signal in INT QUIT TSTP; do kill -$signal $PPID; kill -$signal $$; done
echo over >>"$0.out"
exit 9]])
    assert.equal(9, code, err)
    assert.equal("interrupted\nquit\nstopped\nover", written "plugin.out")
    assert.is_false(core.system.interrupted())
  end)

  it("a plugin that a signal ends is told by 128 and its number", function()
    assert.equal(137, (exec(plugin_that "kill -KILL $$")))
    assert.equal(130, (exec(plugin_that "kill -INT $$")))
  end)

  it("a request to end is handed on to the plugin, and waited for", function()
    local plugin = plugin_that [[
trap 'echo asked >>"$0.out"; exit 3' TERM
kill -TERM $PPID
while :; do sleep 0.01; done]]
    local script = folder .. "/parent.lua"
    assert(core.system.write_file(script, ([[
local system = require("ecs_service.core").system
system.catch_interrupt()
print(system.attached { %q })
]]):format(plugin)))
    local pipe = assert(io.popen(("'%s' '%s' 2>&1"):format(interpreter, script)))
    local told = pipe:read "*a"
    pipe:close()
    assert.truthy(told:find "^exit%s+3", told)
    assert.equal("asked", written "plugin.out")
  end)
end)
