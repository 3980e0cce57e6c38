-- Schedules by the command: what it shows, does and tells.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local run, has = command.run, command.has
local sim

local SCRIPT = [[
local ecs = require "ecs_service"
local vars = ecs.variables { image = { type = "string", default = "acme/api:1" } }
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local api = stack:task_definition("api", { container_definitions = {
  { name = "app", image = vars.image, memory = 64 } } })
stack:schedule("nightly", { cluster = "prod", role_arn = "arn:aws:iam::123456789012:role/scheduler",
  task_definition = api, command = { "bin/report" }, environment = { DB_PASSWORD = "hunter2-and-more" },
  schedule = "cron(0 3 * * ? *)", timezone = "Europe/Berlin" })
return stack
]]

before_each(function()
  sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" } })
  assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
end)
after_each(command.clean)

-- Runs a command that has to end with `code`; what it wrote.
local function ends(code, ...)
  local got, out, err = run({}, ...)
  assert.equal(code, got, out .. err)
  assert.is_nil((out .. err):find("hunter2", 1, true))
  return out, err
end

local function last_of(lines)
  local last
  for line in lines:gmatch "[^\n]+" do last = line end
  return cjson.decode(last)
end

describe("the command, with a schedule,", function()
  it("shows it behind its task definition, makes it, and has nothing left to do", function()
    local shown = ends(2, "plan", command.script, "--detailed-exitcode")
    has(shown, "schedule.nightly")
    has(shown, "cron(0 3 * * ? *)")
    local out, err = ends(0, "apply", command.script, "--auto-approve")
    has(err, "schedule.nightly")
    has(err, "created")
    has(out .. err, "1 registered, 1 created")
    has(ends(0, "plan", command.script, "--detailed-exitcode"), "No changes.")
    out = ends(0, "plan", command.script, "--var", "image=acme/api:2")
    has(out, 'task_definition   "api:1" → "api:2"')
    out, err = ends(0, "apply", command.script, "--var", "image=acme/api:2", "--auto-approve", "--json")
    local result = last_of(out .. err)
    assert.same({ "update", "done", "schedule" }, { result.changes[2].action, result.changes[2].outcome,
      result.changes[2].kind })
    assert.equal("nightly", result.schedules.nightly.name)
  end)

  it("lists, shows and moves what is recorded of it, and lets go of it", function()
    ends(0, "apply", command.script, "--auto-approve")
    has(ends(0, "state", "list", "--file", command.script), "schedule.nightly")
    has(ends(0, "state", "show", "schedule.nightly", "--file", command.script), "cron(0 3 * * ? *)")
    ends(0, "state", "mv", "schedule.nightly", "schedule.other", "--file", command.script)
    has(ends(0, "state", "list", "--file", command.script), "schedule.other")
    ends(0, "state", "rm", "schedule.other", "--file", command.script, "--auto-approve")
    local list = ends(0, "state", "list", "--file", command.script)
    assert.is_nil(list:find("schedule", 1, true))
  end)

  it("ends it with the rest", function()
    ends(0, "apply", command.script, "--auto-approve")
    local _, err = ends(0, "destroy", command.script, "--auto-approve")
    has(err, "destroyed")
    assert.is_nil(sim:call("GetSchedule", { Name = "nightly" }))
  end)

  it("takes one over, and writes it into the script", function()
    assert(sim:call("RegisterTaskDefinition", { family = "other", containerDefinitions = {
      { name = "app", image = "a", memory = 9 } } }))
    assert(sim:call("CreateSchedule", { Name = "weekly", ScheduleExpression = "rate(7 days)",
      FlexibleTimeWindow = { Mode = "OFF" }, Target = { Arn = "arn:aws:ecs:us-west-2:123456789012:cluster/prod",
        RoleArn = "arn:aws:iam::123456789012:role/scheduler", EcsParameters = {
          TaskDefinitionArn = "arn:aws:ecs:us-west-2:123456789012:task-definition/other" } } }))
    local out, err = ends(0, "import", "schedule.weekly", "default/weekly", "--file", command.script)
    has(out, "Imported: schedule.weekly is default/weekly.")
    has(out .. err, "ecs-service generate --into")
    has(ends(0, "generate", "schedule.weekly", "--file", command.script), 'stack:schedule("weekly", {')
    ends(0, "generate", "--into", command.script, "schedule.weekly")
    local text = core.system.read_file(command.script)
    has(text, 'schedule = "rate(7 days)"')
    ends(0, "apply", command.script, "--auto-approve")
    has(ends(0, "plan", command.script, "--detailed-exitcode"), "No changes.")
  end)

  it("tells what is wrong with it by its address and its argument", function()
    local text = core.system.read_file(command.script):gsub("cron%(0 3 %* %* %? %*%)", "0 3 * * *")
    assert(core.system.write_file(command.script, text))
    local out, err = ends(3, "validate", command.script)
    has(out .. err, "schedule.nightly")
    has(out .. err, "is no expression of EventBridge")
  end)

  it("tells what failed, and goes on from there with the next run", function()
    sim:fault { operation = "CreateSchedule", code = "AccessDeniedException", http_status = 403,
      message = "User: x is not authorized to perform: scheduler:CreateSchedule" }
    local out, err = ends(1, "apply", command.script, "--auto-approve")
    has(out .. err, "schedule.nightly")
    has(out .. err, "scheduler:CreateSchedule")
    ends(0, "apply", command.script, "--auto-approve")
  end)
end)
