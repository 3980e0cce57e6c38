-- ecs-service revisions and deregister, as commands.
local cjson = require "cjson.safe"
local command = require "support.command"
local core = require "ecs_service.core"

local has, lacks, run = command.has, command.lacks, command.run
local sim

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local api = stack:task_definition("api", { network_mode = "bridge", container_definitions = {
  { name = "app", image = "acme/api:%d", memory = 64 } } })
stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
  wait_for_steady_state = true })
return stack
]]

local function active()
  local list = {}
  for i, arn in ipairs(assert(sim:call("ListTaskDefinitions", { familyPrefix = "api" })).taskDefinitionArns) do
    list[i] = arn:match "[^/]+$"
  end
  return table.concat(list, " ")
end

before_each(function()
  sim = command.begin()
  for i = 1, 4 do
    assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json", i)))
    assert.equal(0, (run({}, "apply", command.script, "--auto-approve")))
  end
  sim:advance(300) -- the last old tasks stop
end)
after_each(command.clean)

describe("ecs-service revisions", function()
  it("shows a line for each, with its images and users, in any width", function()
    for _, columns in ipairs { 0, 60, 200 } do
      local code, out = run({ columns = columns > 0 and columns or nil }, "revisions", "api", "--file", command.script,
        "--no-color")
      assert.equal(0, code)
      has(out, "task_definition.api")
      has(out, "api:4  ACTIVE")
      has(out, "current, registered here")
      has(out, "images: acme/api:4")
      has(out, "used by: the service prod/api")
    end
    local code, out = run({}, "revisions", "api", "--file", command.script, "--limit", "1")
    assert.equal(0, code)
    has(out, "and 3 older ones: --limit 4")
    lacks(out, "api:3")
  end)

  it("writes JSON", function()
    local code, out = run({}, "revisions", "task_definition.api", "--file", command.script, "--json")
    assert.equal(0, code)
    local document = assert(cjson.decode(out))
    assert.same({ 4, "api:4", true, 0 }, { document.total, document.entries[1].revision, document.entries[1].here,
      document.exit_code })
    assert.truthy(out:find('"unread": []', 1, true), out)
  end)

  it("fails for what there is not", function()
    local code, _, err = run({}, "revisions", "nobodys", "--file", command.script)
    assert.equal(1, code)
    has(err, "ECS has no revision of the family nobodys")
  end)
end)

describe("ecs-service deregister", function()
  it("shows what it would do, asks, and does it", function()
    local words = { "deregister", "api", "--keep", "2", "--file", command.script }
    local code, out = run({}, words[1], words[2], words[3], words[4], words[5], words[6], "--dry-run")
    assert.equal(0, code)
    has(out, "deregister api:1, api:2")
    assert.equal("api:1 api:2 api:3 api:4", active())
    code = run({ answer = "no" }, words[1], words[2], words[3], words[4], words[5], words[6])
    assert.equal(1, code)
    assert.equal("api:1 api:2 api:3 api:4", active())
    code, out = run({ answer = "yes" }, words[1], words[2], words[3], words[4], words[5], words[6])
    assert.equal(0, code)
    has(out, "Deregistered: task_definition.api.")
    assert.equal("api:3 api:4", active())
  end)

  it("needs an answer, or --auto-approve", function()
    local code, _, err = run({}, "deregister", "api", "--keep", "2", "--file", command.script)
    assert.equal(1, code)
    has(err, "deregister asks before it changes anything")
    has(err, "--dry-run")
    assert.equal("api:1 api:2 api:3 api:4", active())
  end)

  it("writes plan, events and result as lines of JSON", function()
    local code, out = run({}, "deregister", "api", "--keep", "2", "--delete", "--file", command.script, "--json",
      "--auto-approve")
    assert.equal(0, code)
    local list = {}
    for line in out:gmatch "[^\n]+" do list[#list + 1] = assert(cjson.decode(line)) end
    assert.equal("plan", list[1].type)
    assert.equal(2, #list[1].changes[1].revisions)
    local last = list[#list]
    assert.same({ "result", true, 0 }, { last.type, last.ok, last.exit_code })
    assert.equal("delete", last.changes[2].action)
    assert.equal(0, #assert(sim:call("ListTaskDefinitions", { familyPrefix = "api", status = "INACTIVE" }))
      .taskDefinitionArns)
  end)

  it("has to know how many stay", function()
    local code, _, err = run({}, "deregister", "api", "--file", command.script, "--auto-approve")
    assert.equal(3, code)
    has(err, "--keep 10")
  end)
end)
