-- Every verb that takes an address, given that of a task and of a task definition: it does what it does for those, or
-- says in a sentence what to use.
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local definition = stack:task_definition("api", { container_definitions = { { name = "app", image = "acme/api:1",
  memory = 64 } } })
local api = stack:service("web", { name = "web", cluster = "prod", task_definition = definition, desired_count = 1,
  wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true } })
stack:task("migrate", { service = api, command = { "bin/migrate" }, before = { api } })
stack:schedule("nightly", { cluster = "prod", role_arn = "arn:aws:iam::123456789012:role/scheduler",
  task_definition = definition, schedule = "rate(1 day)" })
return stack
]]

local OF_RUNNER = "name a service that runs it: ecs-service %s web"

-- The words of the command (X stands for the address), and for each kind: true, it works; or what it says.
local VERBS = {
  { "status X", task = true, task_definition = "ecs-service revisions task_definition.api" },
  { "history X", task = true, task_definition = "ecs-service revisions task_definition.api" },
  { "diagnose X", task = true, task_definition = "ecs-service plan --target task_definition.api" },
  { "diagnose X --run 1", task = true, task_definition = "ecs-service diagnose web" },
  { "logs X", task = "NoLogs", task_definition = OF_RUNNER:format "logs" },
  { "wait X", task = "ecs-service status task.migrate", task_definition = OF_RUNNER:format "wait" },
  { "deploy X --image acme/api:2", task = "ecs-service apply --target task.migrate",
    task_definition = OF_RUNNER:format "deploy" },
  { "rollback X", task = "ecs-service run task.migrate", task_definition = OF_RUNNER:format "rollback" },
  { "redeploy X", task = "ecs-service run task.migrate", task_definition = OF_RUNNER:format "redeploy" },
  { "scale X 2", task = "ecs-service run task.migrate", task_definition = OF_RUNNER:format "scale" },
  { "stop X", task = "aws ecs stop-task", task_definition = OF_RUNNER:format "stop" },
  { "continue X", task = "ecs-service status task.migrate", task_definition = OF_RUNNER:format "continue" },
  { "exec X --plugin /bin/true", task = "no task of task.migrate runs", task_definition = OF_RUNNER:format "exec" },
  { "port-forward X 80 --plugin /bin/true", task = "no task of task.migrate runs",
    task_definition = OF_RUNNER:format "port-forward" },
  { "timeline X", task = "ecs-service history task.migrate", task_definition = OF_RUNNER:format "timeline" },
  { "revisions X", task = true, task_definition = true },
  { "deregister X --keep 3 --auto-approve", task = true, task_definition = true },
  { "run X", task = true, task_definition = "--cluster NAME" },
  { "show X", task = true, task_definition = true },
  { "state show X", task = true, task_definition = true },
  { "generate X", task = "declare it", task_definition = true },
  { "import X api:1", task = "declare it", task_definition = true },
  { "plan --target X", task = true, task_definition = true },
  { "apply --auto-approve --target X", task = true, task_definition = true },
}

-- What schedules say, where it is not how to see what is recorded of them.
local RECORDED = "ecs-service show schedule.nightly"
local OF_SCHEDULES = { deploy = "ecs-service apply --target schedule.nightly",
  rollback = "ecs-service apply --target schedule.nightly", run = "a task of its own", logs = "--task ID",
  exec = "--task ID", ["port-forward"] = "--task ID", stop = "aws ecs stop-task", revisions = true, deregister = true,
  show = true, state = true, plan = true, apply = true, generate = true, import = "wrong format" }

local ADDRESS = { task = "task.migrate", task_definition = "task_definition.api", schedule = "schedule.nightly" }
-- Verbs that take the script as an argument.
local OF_SCRIPT = { plan = true, apply = true }

describe("the verb", function()
  setup(function()
    command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_seconds = 16 })
    assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
    assert.equal(0, (command.run({}, "apply", command.script, "--auto-approve")))
  end)
  teardown(command.clean)

  local function run(line, address)
    local words = {}
    for word in line:gmatch "%S+" do words[#words + 1] = word == "X" and address or word end
    if OF_SCRIPT[words[1]] then
      table.insert(words, 2, command.script)
    else
      words[#words + 1], words[#words + 2] = "--file", command.script
    end
    local code, out, err = command.run({ answer = "no", env = { LANG = "C.UTF-8", NO_COLOR = "1" } },
      (table.unpack or unpack)(words))
    return code, (out .. err):gsub("%s+", " ")
  end

  for _, row in ipairs(VERBS) do
    for _, kind in ipairs { "task", "task_definition", "schedule" } do
      local wanted = row[kind]
      if wanted == nil then wanted = OF_SCHEDULES[row[1]:match "^%S+"] or RECORDED end
      it(("%s of a %s %s"):format(row[1], kind, wanted == true and "works" or "says what to use"), function()
        local code, told = run(row[1], ADDRESS[kind])
        assert.is_nil(told:find("please report it", 1, true), told)
        if wanted == true then
          assert.equal(0, code, told)
        else
          assert.truthy(code == 3 or code == 1 or code == 125, told)
          if wanted == "NoLogs" then wanted = "CloudWatch Logs has what containers" end
          command.has(told, wanted)
          assert.is_nil(told:find("is called", 1, true), told)
        end
      end)
    end
  end

  it("asked for a task by its bare name says which is meant", function()
    for _, line in ipairs { "status X", "history X", "diagnose X", "logs X", "rollback X", "wait X" } do
      local code, told = run(line, "migrate")
      assert.equal(3, code, told)
      command.has(told, "did you mean task.migrate?")
    end
  end)
end)
