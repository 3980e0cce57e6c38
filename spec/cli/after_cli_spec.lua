-- rollback, redeploy, scale and what else there is after a deployment, as commands.
local cjson = require "cjson.safe"
local command = require "support.command"
local journey = require "support.journey"
local letters = require "ecs_service.render.terminal_text"

local has, lacks, run = command.has, command.lacks, command.run
local sim

local function deploy(revision, count)
  command.declare { revision = revision, count = count }
  assert.equal(0, (run({}, "apply", command.script, "--auto-approve")))
  sim:advance(60)
end

before_each(function()
  sim = command.begin()
end)
after_each(command.clean)

local function documents(out)
  local list = {}
  for line in out:gmatch "[^\n]+" do list[#list + 1] = assert(cjson.decode(line), line) end
  return list
end

local function updates() return journey.count(sim, "UpdateService") end

describe("ecs-service rollback", function()
  it("shows the plan and what the declaration still says, asks, does it and follows it", function()
    deploy(1, 2)
    deploy(2, 2)
    local code, out, err = run({ answer = "yes" }, "rollback", "web", "--file", command.script)
    assert.equal(0, code)
    has(out, "why: back to the revision whose deployment was completed at 2026-01-01")
    has(out, '~ task_definition   "web:2" → "web:1"')
    has(out, 'the declaration still says "web:2": the next apply changes it back')
    has(out, "Rolled back: web.")
    has(err, "deploying")
    assert.equal(2, updates())
  end)

  it("changes nothing without a yes, and with --dry-run asks nothing", function()
    deploy(1, 2)
    deploy(2, 2)
    local code, _, err = run({ answer = "no" }, "rollback", "web", "--file", command.script)
    assert.equal(1, code)
    has(err, "Nothing was changed.")
    local out
    code, out = run({}, "rollback", "web", "--file", command.script, "--dry-run")
    assert.equal(0, code)
    has(out, "Plan: 0 to create, 1 to update")
    assert.equal(1, updates())
  end)

  it("without a terminal says how to go on", function()
    deploy(1, 2)
    local code, _, err = run({}, "rollback", "web", "--file", command.script)
    assert.equal(1, code)
    has(err, "rollback asks before it changes anything")
    has(err, ("ecs-service rollback web --file %s --dry-run"):format(command.script))
  end)

  it("writes the plan, events and the result as lines of JSON", function()
    deploy(1, 2)
    deploy(2, 2)
    local code, out = run({}, "rollback", "web", "--file", command.script, "--auto-approve", "--json", "--to", "1")
    assert.equal(0, code)
    local list = documents(out)
    assert.equal("plan", list[1].type)
    assert.equal("DeclarationDiffers", list[1].warnings[1].code)
    local last = list[#list]
    assert.equal("result", last.type)
    assert.is_true(last.ok)
    assert.equal("web:1", last.services.web.task_definition)
  end)

  it("says that nothing is to be done when that is so", function()
    deploy(1, 2)
    local code, out = run({}, "rollback", "web", "--to", "web:1", "--file", command.script, "--auto-approve")
    assert.equal(0, code)
    has(out, "No changes. web: as asked already.")
    lacks(out, "Rolled back")
  end)
end)

describe("ecs-service redeploy and scale", function()
  it("deploy anew, and change the count", function()
    deploy(1, 2)
    local code, out = run({}, "redeploy", "web", "--file", command.script, "--auto-approve")
    assert.equal(0, code)
    has(out, "Redeployed: web.")
    code, out = run({}, "scale", "web", "4", "--file", command.script, "--auto-approve")
    assert.equal(0, code)
    has(out, "Scaled: web.")
    has(out, "~ desired_count   2 → 4")
    assert.equal(4, sim:call("DescribeServices", { cluster = "prod", services = { "web" } }).services[1].runningCount)
  end)

  it("refuse what is no count, and an address that is not there", function()
    deploy(1, 2)
    local code, _, err = run({}, "scale", "web", "many", "--file", command.script)
    assert.equal(3, code)
    has(err, "'many' is not a whole number")
    code, _, err = run({}, "redeploy", "wbe", "--file", command.script, "--auto-approve")
    assert.equal(3, code)
    has(err, "no service of this stack is called wbe")
  end)
end)

describe("ecs-service stop", function()
  it("shows what is under way, stops it and follows ECS back", function()
    deploy(1, 2)
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" })
    sim:advance(2)
    local code, out, err = run({ answer = "yes" }, "stop", "web", "--file", command.script)
    assert.equal(0, code)
    has(out, "! web  prod/web")
    has(out, "why: the deployment of web:2 that began 2 s ago is under way")
    has(out, '~ task_definition   "web:2" → "web:1"')
    has(out, "1 to stop.")
    has(out, "Stopped: web.")
    has(err, "stopping")
    has(err, "stopped after")
  end)

  it("has nothing to do when nothing is under way, and says so as JSON", function()
    deploy(1, 2)
    local code, out = run({}, "stop", "web", "--file", command.script, "--auto-approve", "--json")
    assert.equal(0, code)
    local list = documents(out)
    assert.is_true(list[1].empty)
    assert.is_true(list[#list].ok)
  end)
end)

describe("ecs-service history", function()
  local function eventful()
    deploy(1, 2)
    sim:tasks { service = "web", task_definition = "web:2", outcome = "exit" }
    command.declare { revision = 2, count = 2, rollback = true }
    assert.equal(5, (run({}, "apply", command.script, "--auto-approve")))
    sim:advance(200)
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" })
    sim:advance(200)
  end

  it("is a line for each deployment, with the reason of what did not end well", function()
    eventful()
    for _, columns in ipairs { 0, 60, 80, 200 } do
      local code, out = run({ columns = columns > 0 and columns or nil }, "history", "web", "--file", command.script,
        "--no-color")
      assert.equal(0, code)
      has(out, "web  prod/web")
      has(out, "web:1 → web:3")
      has(out, "completed after 56 s")
      has(out, "rolled back to web:1 after")
      has(out, "ECS deployment circuit breaker")
      has(out, require("ecs_service.state.past_operations").author())
      for line in out:gmatch "[^\n]+" do
        assert.truthy(columns == 0 or letters.width(line) <= columns, line)
      end
    end
  end)

  it("is JSON with --json", function()
    eventful()
    local code, out = run({}, "history", "web", "--file", command.script, "--json", "--limit", "2")
    assert.equal(0, code)
    local found = assert(cjson.decode(out))
    assert.equal(2, #found.entries)
    assert.equal("rolled back", found.entries[2].ended)
    assert.equal("update", found.entries[2].did)
  end)
end)
