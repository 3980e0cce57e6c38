-- What status, history, diagnose, logs and exec tell of declared tasks: by the state, or by ECS where no run has heard.
local command = require "support.command"
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"
local migrating = require "support.migrating"

local stack_of = migrating.stack_of

local LOGS = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2",
  ["awslogs-stream-prefix"] = "api" } }

describe("a declared task", function()
  local world

  before_each(function() world = migrating.world { task_seconds = 16 } end)

  -- With a definition that writes logs.
  local function stack_with_logs(task, image)
    local definition = declared.definition { image = image or "acme/api:1" }
    definition.container_definitions[1].log_configuration = LOGS
    local stack, _, web = declared.pair(world, definition)
    local all = { service = web, command = { "bin/migrate" }, before = { web } }
    for name, value in pairs(task or {}) do all[name] = value end
    return stack, stack:task("migrate", all)
  end

  local function failed(task)
    world.sim:tasks { task_definition = "api:1", outcome = "exit", exit_code = 3,
      log = { "migrating", "no such table hunter2hunter2" } }
    local stack = stack_with_logs(task)
    local _, err = stack:apply()
    assert.equal("TaskFailed", (err.errors or { err })[1].code, err.message)
    return stack
  end

  it("that was never run is told so", function()
    local stack, handle = stack_of(world)
    local found = assert(stack:status(handle))
    assert.same({ "task", "task.migrate", "NEVER_RUN" }, { found.kind, found.address, found.status })
    assert.equal("NEVER_RUN", assert(stack:status())["task.migrate"].status)
    assert.is_true(assert(stack:diagnose "task.migrate").healthy)
    assert.same({}, assert(stack:history(handle)).entries)
    local _, err = stack:logs "task.migrate"
    assert.equal("NotFound", err.code)
    assert.truthy(err.hint:find("ecs-service run task.migrate", 1, true))
  end)

  it("is told with how long it ran by the clock of ECS, whatever this machine's says", function()
    local clock = { now = function() return world.sim:now() - 200 end,
      sleep = function(_, seconds) world.sim:advance(seconds) end }
    local stack = stack_of(world, nil, nil, nil, { scheduler = clock })
    assert(stack:apply())
    local found = assert(stack:status "task.migrate")
    assert.truthy(found.took >= 16 and found.took < 60, found.took)
  end)

  it("that ended well is told with its revision, exit code and how long its container ran", function()
    local stack, handle = stack_of(world)
    assert(stack:apply())
    local found = assert(stack:status "task.migrate")
    assert.same({ "SUCCEEDED", "api:1", 0, 1, "ok" }, { found.status, found.revision, found.exit_code, found.run,
      found.ended })
    assert.equal(found.ended_at, found.at + found.took)
    assert.truthy(found.took >= 16 and found.took < 60, found.took)
    assert.equal(1, #found.tasks)
    assert.is_nil(found.reason)
    assert.equal("SUCCEEDED", assert(handle:status()).status)
    local entry = assert(handle:history()).entries[1]
    assert.same({ 1, "run", "done", "ok", 0, "api:1" }, { entry.run, entry.did, entry.ended, entry.run_ended,
      entry.exit_code, entry.revision })
    assert.equal("prod", assert(stack:history "task.migrate").cluster)
  end)

  it("that failed is told with why, its last lines and what to do, days later too", function()
    local stack = failed()
    world.sim:advance(2 * 86400)
    local found = assert(stack:status "task.migrate")
    assert.same({ "FAILED", 3, "TaskFailed" }, { found.status, found.exit_code, found.ended })
    assert.equal("migrating", found.logs[1].text)
    assert.equal("acme/api:1", found.tasks[1].containers[1].image)
    local diagnosis = assert(stack:diagnose "task.migrate")
    assert.is_false(diagnosis.healthy)
    assert.equal(3, diagnosis.tasks[1].containers[1].exit_code)
    assert.truthy(table.concat(diagnosis.next, "\n"):find("ecs-service run task.migrate", 1, true))
    assert.is_nil(assert(stack:diagnose("task.migrate", { logs = false })).logs)
    for _, run in ipairs { -1, 1 } do
      local past = assert(stack:diagnose("task.migrate", { run = run }))
      assert.same({ 1, "TaskFailed", "state" }, { past.run.number, past.run.ended, past.source })
      assert.equal("migrating", past.logs[1].text)
    end
    local entry = assert(stack:history("task.migrate", { why = true })).entries[1]
    assert.equal("migrating", entry.why.logs[1].text)
    assert.is_nil(assert(stack:history "task.migrate").entries[1].why)
    assert.equal(2, #assert(stack:diagnose()))
    local lines = {}
    for line in assert(stack:logs "task.migrate") do lines[#lines + 1] = line.text end
    assert.equal("migrating", lines[1])
  end)

  it("keeps no value of a variable that it overrides and whose name says that it is secret", function()
    local stack = failed { environment = { DB_PASSWORD = "hunter2hunter2" } }
    for _, document in ipairs { stack:status "task.migrate", stack:diagnose "task.migrate",
      stack:history("task.migrate", { why = true }), (assert(stack.backend:read())) } do
      local text = type(document) == "string" and document or core.json(core.read_json(core.json(document)))
      assert.is_nil(text:find("hunter2", 1, true), text)
      assert.truthy(text:find("no such table (sensitive)", 1, true), text)
    end
  end)

  it("that runs still is asked of ECS, and so is one that ended and of which no run has heard", function()
    local stack = stack_of(world, nil, { timeout = 1 })
    local _, err = stack:apply()
    assert.equal("Timeout", (err.errors or { err })[1].code)
    local found = assert(stack:status "task.migrate")
    assert.equal("RUNNING", found.status)
    assert.truthy(found.tasks[1].task_arn)
    local open = assert(stack:history "task.migrate").entries[1]
    assert.same({ "run", "its end is not known yet" }, { open.did, open.ended })
    assert.is_true(assert(stack:diagnose "task.migrate").healthy)
    world.sim:advance(120)
    found = assert(stack:status "task.migrate")
    assert.same({ "STOPPED", 0 }, { found.status, found.tasks[1].containers[1].exit_code })
    found = assert(stack:diagnose "task.migrate")
    assert.same({ false, "ecs-service apply" }, { found.healthy, found.next[1] })
    world.sim:advance(86400)
    assert.equal("UNKNOWN", assert(stack:status "task.migrate").status)
  end)

  it("goes by itself when it is destroyed as a target: the service that it stands before stays", function()
    local stack = stack_of(world)
    assert(stack:apply())
    local function texts(opts)
      local list = {}
      for i, change in ipairs(assert(stack:plan(opts)).changes) do
        list[i] = ("%s %s %s"):format(change.kind, change.address, change.action)
      end
      table.sort(list)
      return list
    end
    assert.same({ "task migrate forget" }, texts { destroy = true, target = { "task.migrate" } })
    assert.same({ "service api delete" }, texts { destroy = true, target = { "api" } })
    assert.same({ "service api delete", "task_definition api deregister" },
      texts { destroy = true, target = { "task_definition.api" } })
    assert.equal(3, #texts { destroy = true })
    assert(stack:destroy { target = { "task.migrate" } })
    assert.equal("NEVER_RUN", assert(stack:status "task.migrate").status)
    assert.equal("ACTIVE", assert(stack:status "api").status)
  end)

  it("that is recorded in another region is told to be there, and nothing is asked or changed here", function()
    local path = os.tmpname()
    os.remove(path)
    assert(stack_of(world, nil, nil, nil, { state = path }):apply())
    local there = ecs.simulator { region = "eu-west-1", clusters = { "prod" } }
    local stack = assert(ecs.stack { region = "eu-west-1", state = path, transport = there })
    local found = assert(stack:status "task.migrate")
    assert.equal("ELSEWHERE", found.status)
    assert.truthy(found.problem:find("us-west-2", 1, true))
    assert.equal("ELSEWHERE", assert(stack:diagnose "task.migrate").status)
    assert.equal(1, #assert(stack:history "task.migrate").entries)
    local _, err = stack:logs "task.migrate"
    assert.equal("WrongPlace", err.code)
    os.remove(path)
  end)
end)

describe("the command of a declared task", function()
  local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:task("nightly", { cluster = "prod", task_definition = "web:1", command = { "bin/\27[2Jclean" } })
return stack
]]
  local sim

  before_each(function()
    sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:1" } })
    assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
  end)
  after_each(command.clean)

  local function run(...)
    local code, out, err = command.run({ env = { LANG = "C.UTF-8", NO_COLOR = "1" }, columns = 60 }, ...)
    return code, out .. err
  end

  it("shows how it ended in a terminal that is narrow, and in JSON", function()
    sim:tasks { outcome = "exit", exit_code = 9, times = 1 }
    assert.equal(5, (run("apply", command.script, "--auto-approve")))
    local code, told = run("status", "--file", command.script)
    assert.equal(0, code, told)
    command.has(told, "task.nightly")
    command.has(told, "exit 9")
    command.has(told, "exited with code 9")
    command.lacks(told, "\27")
    command.lacks(told, "SERVICE")
    code, told = run("status", "task.nightly", "--json", "--file", command.script)
    assert.equal(0, code)
    local document = core.read_json(told)
    assert.equal("FAILED", document.tasks.nightly.status)
    assert.equal(9, document.tasks.nightly.exit_code)
    code, told = run("history", "task.nightly", "--why", "--file", command.script)
    assert.equal(0, code)
    command.has(told, "run #1")
    command.has(told, "exit 9")
    command.has(told, "why:")
    code, told = run("diagnose", "task.nightly", "--run", "-1", "--file", command.script, "--json")
    assert.equal(1, code)
    assert.equal(9, core.read_json(told).tasks[1].tasks[1].containers[1].exit_code)
    run("apply", command.script, "--auto-approve")
    code, told = run("status", "--file", command.script)
    assert.equal(0, code)
    command.has(told, "#2")
    command.has(told, "exit 0")
    command.lacks(told, "exited with")
  end)
end)
