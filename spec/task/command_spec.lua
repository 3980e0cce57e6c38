-- A task that stands before a service, by the command: what it shows, asks, does and tells.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local run, has = command.run, command.has
local sim

local SCRIPT = [[
local ecs = require "ecs_service"
local vars = ecs.variables { image = { type = "string", default = "acme/api:1" }, when = { default = "on_change" } }
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local definition = stack:task_definition("api", { container_definitions = {
  { name = "app", image = vars.image, memory = 64, log_configuration = { log_driver = "awslogs", options = {
    ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "api" } } } } })
local api = stack:service("api", { name = "api", cluster = "prod", task_definition = definition, desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
stack:task("migrate", { service = api, command = { "bin/migrate" }, before = { api }, run = vars.when,
  environment = { DB_PASSWORD = "hunter2" } })
return stack
]]

before_each(function()
  sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_seconds = 16 })
  assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
end)
after_each(command.clean)

-- Runs a command that has to end with `code`; what it wrote.
local function ends(code, ...)
  local got, out, err = run({}, ...)
  assert.equal(code, got, out .. err)
  return out, err
end

local function documents_of(lines)
  local list = {}
  for line in lines:gmatch "[^\n]+" do list[#list + 1] = cjson.decode(line) end
  return list
end

local function last_of(lines)
  local list = documents_of(lines)
  return list[#list]
end

describe("the command, with a task before a service,", function()
  it("shows it in its place, runs it, and has nothing left to do", function()
    has(ends(2, "plan", command.script, "--detailed-exitcode"), "run bin/migrate with api before api")
    local out, err = ends(0, "apply", command.script, "--auto-approve")
    has(err, "migrate")
    has(err, "started")
    has(err, "ended after")
    has(err, "exit 0")
    has(out .. err, "1 registered, 1 ended, 1 created")
    has(ends(0, "plan", command.script, "--detailed-exitcode"), "No changes.")
    out = ends(0, "plan", command.script, "--var", "image=acme/api:2")
    has(out, "task.migrate")
    has(out, "why: its task definition changes")
    has(out, "1 to register, 1 to run")
  end)

  it("tells machines the same", function()
    local plan = cjson.decode((ends(0, "plan", command.script, "--json")))
    local change = plan.changes[2]
    assert.same({ "task", "migrate", "run" }, { change.kind, change.address, change.action })
    assert.equal(1, plan.summary.run)
    local list = documents_of((ends(0, "apply", command.script, "--auto-approve", "--json")))
    local done
    for _, one in ipairs(list) do
      if one.kind == "task" and (one.type == "done" or one.event == "done") then done = one end
    end
    assert.same({ "migrate", 0 }, { done.address, done.exit_code })
    local last = list[#list]
    assert.equal(0, last.tasks.migrate.exit_code)
    assert.same({ "task", "migrate", "run", "done" }, { last.changes[2].kind, last.changes[2].address,
      last.changes[2].action, last.changes[2].outcome })
  end)

  it("ends with 5 when it fails, shows its exit code and last lines, and begins nothing behind it", function()
    ends(0, "apply", command.script, "--auto-approve")
    sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 3, log = { "migrating", "no such table" } }
    local out, err = ends(5, "apply", command.script, "--auto-approve", "--var", "image=acme/api:2")
    has(out .. err, "exited with code 3")
    has(out .. err, "no such table")
    local answer = assert(sim:call("DescribeServices", { cluster = "prod", services = { "api" } }))
    has(answer.services[1].taskDefinition, "api:1")
    local last = last_of((ends(5, "apply", command.script, "--auto-approve", "--json", "--var", "image=acme/api:2")))
    assert.equal(5, last.exit_code)
    local failed
    for _, one in ipairs(last.error.errors or { last.error }) do
      failed = one.code == "TaskFailed" and one or failed
    end
    assert.same({ "task", "migrate", 3 }, { failed.kind, failed.address, failed.exit_code })
    assert.equal("no such table", failed.logs[2].text)
    local _, skipped = ends(5, "apply", command.script, "--auto-approve", "--var", "image=acme/api:2")
    has(skipped, "not begun, because task.migrate failed")
  end)

  it("runs it by hand, whenever it is run otherwise, and nothing of that is recorded", function()
    ends(0, "apply", command.script, "--auto-approve", "--var", "when=manual")
    local before = #assert(sim:call("ListTasks", { cluster = "prod", desiredStatus = "STOPPED" })).taskArns
    assert.equal(0, before)
    for _, name in ipairs { "task.migrate", "migrate" } do
      local _, err = ends(0, "run", name, "--file", command.script, "--var", "when=manual")
      has(err, "exit 0")
    end
    local arns = assert(sim:call("ListTasks", { cluster = "prod", desiredStatus = "STOPPED" })).taskArns
    assert.equal(2, #arns)
    local task = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = arns })).tasks[1]
    assert.same({ "bin/migrate" }, task.overrides.containerOverrides[1].command)
    sim:tasks { outcome = "exit", exit_code = 4 }
    ends(4, "run", "task.migrate", "--file", command.script, "--var", "when=manual")
  end)

  it("lists and shows what is recorded, moves it, and forgets it", function()
    ends(0, "apply", command.script, "--auto-approve")
    has(ends(0, "state", "list", "--file", command.script), "task.migrate")
    has(ends(0, "state", "show", "task.migrate", "--file", command.script), "api:1")
    has(ends(0, "show", "--file", command.script), "task.migrate")
    ends(0, "state", "mv", "task.migrate", "task.schema", "--file", command.script)
    ends(3, "state", "mv", "task.schema", "schema", "--file", command.script)
    has(ends(0, "state", "rm", "task.schema", "--auto-approve", "--file", command.script), "Forgotten: 1 task.")
    has(ends(0, "plan", command.script), "1 to run")
  end)

  it("tells nothing secret anywhere", function()
    local texts = {}
    local function keep(...)
      local _, out, err = run({}, ...)
      texts[#texts + 1], texts[#texts + 2] = out, err
    end
    local saved = command.folder .. "/plan.json"
    keep("plan", command.script)
    keep("plan", command.script, "--json", "--out", saved)
    keep("apply", saved, "--auto-approve", "--json")
    keep("state", "show", "task.migrate", "--file", command.script, "--json")
    texts[#texts + 1] = assert(core.system.read_file(command.folder .. "/state.json"))
    texts[#texts + 1] = assert(core.system.read_file(saved))
    for _, text in ipairs(texts) do assert.falsy(text:find("hunter2", 1, true), text) end
  end)

  it("destroys without running it", function()
    ends(0, "apply", command.script, "--auto-approve")
    for i = #sim.requests, 1, -1 do sim.requests[i] = nil end
    ends(0, "destroy", command.script, "--auto-approve")
    for _, request in ipairs(sim.requests) do assert.not_equal("RunTask", request.operation) end
  end)

  it("asks for the rights that it needs", function()
    local text = SCRIPT:format(command.folder .. "/state.json"):gsub("before = { api },",
      '%0 tags = { a = "b" }, overrides = { task_role_arn = "arn:aws:iam::123456789012:role/migrate" },')
    assert(core.system.write_file(command.script, text))
    local policy = ends(0, "policy", command.script)
    has(policy, "ecs:RunTask")
    has(policy, "arn:aws:iam::123456789012:role/migrate")
    has(policy, "TagTasks")
  end)
end)
