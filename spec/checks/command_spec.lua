-- Checks on the command line: options, what is shown meanwhile, exit codes and JSON.
local checked = require "support.checked"
local command = require "support.command"
local core = require "ecs_service.core"
local json = require "ecs_service.util.json"

local world

before_each(function()
  world = checked.world()
  command.begin(world.sim)
  checked.target(world, { ["web:2"] = true })
  command.declare { revision = 1, count = 2, rollback = true }
  assert.equal(0, (command.run({}, "apply", command.script, "--auto-approve", "--check", checked.URL)))
  world.asked = 0
end)
after_each(command.clean)

local function apply(revision, ...)
  command.declare { revision = revision, count = 2, rollback = true }
  return command.run({ columns = nil }, "apply", command.script, "--auto-approve", ...)
end

local function last(out)
  local document
  for line in out:gmatch "[^\n]+" do document = json.decode(line) end
  return document
end

describe("apply --check", function()
  it("shows the check in the plan and while it is made, and is done when it has succeeded", function()
    local code, out, err = apply(3, "--check", checked.URL)
    assert.equal(0, code)
    command.has(out .. err, "then checked by https://web.example/healthz, 3 times in a row within 120 s; if that "
      .. "fails, it is rolled back")
    command.has(err, "check https://web.example/healthz: passed")
    assert.equal(3, world.asked)
  end)

  it("ends with 5 when it fails, and says what it went back to", function()
    local code, _, err = apply(2, "--check", checked.URL)
    assert.equal(5, code)
    command.has(err, "check https://web.example/healthz: it answered 503, not 2xx")
    command.has(err, "rolling back")
    command.has(err, "it was rolled back to web:1")
    assert.equal("web:1", checked.runs(world))
  end)

  it("leaves the deployment with --on-failed-check fail", function()
    local code, out = apply(2, "--check", checked.URL, "--on-failed-check", "fail")
    assert.equal(5, code)
    assert.equal("web:2", checked.runs(world))
    command.has(out, "if that fails, it stays and the run fails")
  end)

  it("may name the service, and is a mistake of usage otherwise", function()
    assert.equal(5, (apply(2, "--check", "web=" .. checked.URL)))
    assert.equal(3, (apply(2, "--check", "wep=" .. checked.URL)))
    for _, words in ipairs { { "--check", "web" }, { "--check", checked.URL, "--check", "web=" .. checked.URL },
      { "--check", "http://" }, { "--check", checked.URL, "--until", "paused" } } do
      assert.equal(3, (apply(2, (table.unpack or unpack)(words))))
    end
  end)

  it("tells programs what the check got", function()
    local code, out = apply(2, "--check", "https://u:geheim@web.example/healthz", "--json")
    assert.equal(5, code)
    local document = last(out)
    assert.equal("CheckFailed", document.error.code)
    assert.equal(5, document.exit_code)
    assert.equal(503, document.error.check.status)
    assert.equal("no database", document.error.check.body)
    assert.equal("web:1", document.error.rolled_back_to)
    assert.equal("https://u:***@web.example/healthz", document.error.check.shown)
    assert.is_nil(out:find("geheim", 1, true))
  end)

  it("is written into a timeline", function()
    local file = command.folder .. "/events.jsonl"
    apply(2, "--check", checked.URL, "--timeline", file)
    local page = command.folder .. "/rollout.html"
    assert.equal(0, (command.run({}, "timeline", "--events", file, "--out", page)))
    command.has(core.system.read_file(page), "check https://web.example/healthz failed: it answered 503, not 2xx")
  end)
end)

describe("a secret variable of the script", function()
  it("is shown in no plan, event or error of the checks that are made with it", function()
    assert(core.system.write_file(command.script, ([[
local ecs = require "ecs_service"
local var = ecs.variables { key = { type = "string", secret = true } }
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:2", desired_count = 2,
  deployment_circuit_breaker = { enable = true, rollback = true },
  checks = { { url = "https://web.example/" .. var.key, within = "20s" },
    function() return false, "the key is " .. var.key end } })
return stack]]):format(command.folder .. "/state.json")))
    for _, responses in ipairs { 404, 200 } do
      world.sim:target { url = "https://web.example/geheimnis", responses = { status = responses, body = "geheimnis" } }
      local code, out, err = command.run({ env = { ECS_VAR_key = "geheimnis", LANG = "C.UTF-8" } }, "apply",
        command.script, "--auto-approve", "--var", "key=geheimnis")
      assert.equal(5, code, err)
      assert.is_nil((out .. err):find("geheimnis", 1, true), out .. err)
      assert.is_nil(core.system.read_file(command.folder .. "/state.json"):find("geheimnis", 1, true))
    end
  end)
end)

describe("deploy, redeploy and rollback", function()
  it("take --check as apply does", function()
    local code, _, err = command.run({}, "redeploy", "web", "--file", command.script, "--auto-approve", "--check",
      checked.URL)
    assert.equal(0, code, err)
    assert.equal(3, world.asked)
    local _, out = command.run({}, "redeploy", "web", "--file", command.script, "--dry-run", "--check", checked.URL)
    command.has(out, "then checked by https://web.example/healthz")
    code = command.run({}, "redeploy", "web", "--file", command.script, "--auto-approve", "--no-wait", "--check",
      checked.URL)
    assert.equal(3, code)
  end)
end)

describe("history and diagnose", function()
  it("still know why a deployment was taken back", function()
    apply(2, "--check", checked.URL)
    local code, out = command.run({}, "history", "web", "--file", command.script, "--why")
    assert.equal(0, code)
    command.has(out, "it answered 503, not 2xx")
  end)
end)
