-- Auto scaling by the command: what it shows, asks, does and tells.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"

local run, has = command.run, command.has
local sim

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local vars = ecs.variables { most = { default = 20 }, revision = { default = 1 } }
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:" .. vars.revision, desired_count = 2,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true,
  lifecycle = { ignore_changes = { "desired_count" } },
  autoscaling = { min_capacity = 2, max_capacity = vars.most, target_tracking = { cpu = {
    predefined_metric_type = "ECSServiceAverageCPUUtilization", target_value = 60 } } } })
return stack
]]

before_each(function()
  sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:2" } })
  assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
end)
after_each(command.clean)

-- Runs a command that has to end with `code`; what it wrote.
local function ends(code, ...)
  local got, out, err = run({}, ...)
  assert.equal(code, got, out .. err)
  return out, err
end

local function last_of(lines)
  local last
  for line in lines:gmatch "[^\n]+" do last = cjson.decode(line) end
  return last
end

local function count_of(operation)
  local found = 0
  for _, request in ipairs(sim.requests) do found = found + (request.operation == operation and 1 or 0) end
  return found
end

describe("the command, with declared auto scaling,", function()
  it("shows it as a change of its own, makes it, and has nothing left to do", function()
    local out = ends(2, "plan", command.script, "--detailed-exitcode")
    has(out, "+ scaling.web")
    has(out, "2 to create")
    has(ends(0, "apply", command.script, "--auto-approve"), "2 created")
    has(ends(0, "plan", command.script, "--detailed-exitcode"), "No changes")
    local document = cjson.decode((ends(2, "plan", command.script, "--json", "--detailed-exitcode", "--var",
      "most=30")))
    assert.same({ "scaling", "web", "update" }, { document.changes[2].kind, document.changes[2].address,
      document.changes[2].action })
    document = last_of((ends(0, "apply", command.script, "--auto-approve", "--json", "--var", "most=30")))
    assert.equal(30, document.services.web.autoscaling.max_capacity)
    has(ends(0, "destroy", command.script, "--auto-approve"), "Destroyed: 2 resources")
  end)

  it("scales it by hand", function()
    ends(0, "apply", command.script, "--auto-approve")
    has(ends(0, "scale", "web", "--max", "30", "--file", command.script, "--dry-run"), "max_capacity")
    assert.equal(1, count_of "RegisterScalableTarget")
    has(ends(0, "scale", "web", "--max", "30", "--suspend", "--file", command.script, "--auto-approve"),
      "Scaled: scaling.web")
    assert.equal(2, count_of "RegisterScalableTarget")
    has(select(2, ends(3, "scale", "web", "--file", command.script, "--auto-approve")), "nothing is to be changed")
    has(select(2, ends(3, "scale", "web", "--min", "31", "--file", command.script, "--auto-approve")),
      "31 is more than 30")
  end)

  it("lets it rest for a deployment", function()
    ends(0, "apply", command.script, "--auto-approve")
    ends(0, "apply", command.script, "--auto-approve", "--suspend-auto-scaling", "--var", "revision=2")
    assert.equal(3, count_of "RegisterScalableTarget")
  end)
end)
