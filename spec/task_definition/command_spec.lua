-- A new image of a declared task definition by the command: what it shows, asks, does and tells.
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
local api = stack:task_definition("api", { execution_role_arn = "arn:aws:iam::123456789012:role/exec",
  tags = { team = "core" },
  container_definitions = { { name = "app", image = vars.image, memory = 64 } } })
stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
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
  return out, err
end

local function ends_in_file(code, name, ...)
  return ends(code, name, "--file", command.script, ...)
end

describe("the command, with a declared task definition,", function()
  it("shows the registration and the update, does both, and has nothing left to do", function()
    local out = ends(2, "plan", command.script, "--detailed-exitcode")
    has(out, "+ task_definition.api")
    has(out, "Plan: 1 to register, 1 to create")
    local _, err = ends(0, "apply", command.script, "--auto-approve")
    has(err, "registered api:1")
    out, err = ends(0, "apply", command.script, "--auto-approve", "--var", "image=acme/api:2")
    has(out .. err, '    ~ container "app"\n        ~ image   "acme/api:1" → "acme/api:2"')
    has(out .. err, "register api:2")
    has(out .. err, '"api:1" → "api:2"')
    has(out .. err, "Applied: 1 registered, 1 updated.")
    out = ends(0, "plan", command.script, "--detailed-exitcode", "--var", "image=acme/api:2")
    has(out, "No changes.")
  end)

  it("tells machines the same", function()
    local document = cjson.decode((ends(0, "plan", command.script, "--json")))
    assert.equal(2, document.format)
    local change = document.changes[1]
    assert.same({ "task_definition", "api", "register" }, { change.kind, change.address, change.action })
    assert.same({ "service", "api", "create" }, { document.changes[2].kind, document.changes[2].address,
      document.changes[2].action })
    assert.equal(1, document.summary.register)
    local lines = ends(0, "apply", command.script, "--auto-approve", "--json")
    local registered, last
    for line in lines:gmatch "[^\n]+" do
      last = cjson.decode(line)
      if last.event == "registered" or last.type == "registered" then registered = last end
    end
    assert.same({ "task_definition", "api" }, { registered.kind, registered.address })
    assert.equal(1, last.task_definitions.api.revision)
    assert.equal("api", last.services.api.name)
    assert.same({ "task_definition", "api", "register", "done" }, { last.changes[1].kind, last.changes[1].address,
      last.changes[1].action, last.changes[1].outcome })
  end)

  it("lists and shows what is recorded, moves it, and forgets it", function()
    ends(0, "apply", command.script, "--auto-approve")
    has(ends(0, "state", "list", "--file", command.script), "task_definition.api  api:1     ok")
    has(ends(0, "state", "show", "task_definition.api", "--file", command.script), "acme/api:1")
    has(ends_in_file(0, "show", "task_definition.api"), "acme/api:1")
    local shown = cjson.decode((ends_in_file(0, "show", "--json")))
    assert.equal("api", shown.task_definitions.api.family)
    assert.equal("api", shown.services.api.name)
    ends(0, "state", "mv", "task_definition.api", "task_definition.web", "--file", command.script)
    has(ends(0, "state", "list", "--file", command.script), "task_definition.web  api:1     ok")
    ends(3, "state", "mv", "task_definition.web", "web", "--file", command.script)
    ends(0, "state", "mv", "task_definition.web", "task_definition.api", "--file", command.script)
    has(ends(0, "plan", command.script), "No changes.")
    has(ends(0, "state", "rm", "task_definition.api", "--auto-approve", "--file", command.script), "1 task definition")
    has(ends(0, "plan", command.script), "1 to register")
  end)

  it("destroys the service and its revisions", function()
    ends(0, "apply", command.script, "--auto-approve")
    local out, err = ends(0, "destroy", command.script, "--auto-approve")
    has(out .. err, "1 to deregister")
    has(out .. err, "deregistered api:1")
    assert.same({}, assert(sim:call("ListTaskDefinitions", {})).taskDefinitionArns)
  end)

  it("writes the policy that all of it takes", function()
    local policy = ends(0, "policy", command.script)
    for _, action in ipairs { "ecs:RegisterTaskDefinition", "ecs:DeregisterTaskDefinition",
                              "ecs:DescribeTaskDefinition", "ecs:TagResource", "iam:PassRole", "role/exec",
                              "ecs-tasks.amazonaws.com", "task-definition/api:*" } do
      has(policy, action)
    end
  end)

  it("says which container ECS refuses, and that the service was not begun", function()
    sim:fault { operation = "RegisterTaskDefinition", code = "ClientException", http_status = 400,
      message = "Invalid setting for container 'app'." }
    local _, err = ends(1, "apply", command.script, "--auto-approve")
    has(err, "task_definition.api: RegisterTaskDefinition was refused")
    has(err, "container 'app'")
    has(err, "not begun: api")
  end)
end)
