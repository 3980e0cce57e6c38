-- A new image by the command: plan --image, apply --image, and a script that leaves its image to what runs.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local letters = require "ecs_service.render.terminal_text"

local run, has = command.run, command.has
local sim

local SCRIPT = [[
local ecs = require "ecs_service"
local letters = require "ecs_service.render.terminal_text"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
local api = stack:task_definition("api", { network_mode = "bridge", container_definitions = {
  { name = "app", image = ecs.running("api", "app"), memory = 64 } } })
stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
return stack
]]

before_each(function()
  sim = command.begin()
  assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json")))
end)
after_each(command.clean)

local function ends(code, ...)
  local got, out, err = run({}, ...)
  assert.equal(code, got, out .. err)
  return out, err
end

local function image()
  local service = assert(sim:call("DescribeServices", { cluster = "prod", services = { "api" } })).services[1]
  local answer = assert(sim:call("DescribeTaskDefinition", { taskDefinition = service.taskDefinition }))
  return answer.taskDefinition.containerDefinitions[1].image
end

describe("--image", function()
  it("is needed once, and then the image stays", function()
    local _, err = ends(3, "plan", command.script)
    has(err, "give an image once: --image api.app=IMAGE")
    local out = ends(0, "apply", command.script, "--auto-approve", "--image", "api.app=acme/api:1")
    has(out, 'image of this run: api.app = "acme/api:1"')
    assert.equal("acme/api:1", image())
    ends(0, "plan", command.script, "--detailed-exitcode")
    assert(ecs.deploy { service = "prod/api", region = "us-west-2", transport = sim,
      image = "registry:5000/acme/api:2" })
    assert.equal("registry:5000/acme/api:2", image())
    ends(0, "plan", command.script, "--detailed-exitcode")
    ends(2, "plan", command.script, "--detailed-exitcode", "--image", "api=acme/api@sha256:" .. ("0"):rep(64))
  end)

  it("tells every mistake with what was probably meant, in plain words and as JSON", function()
    local _, err = ends(3, "apply", command.script, "--auto-approve", "--image", "api.ap=acme/api:1", "--image",
      "apo.app=acme/api:1")
    has(err, "did you mean api.app?")
    has(err, "no container of this stack is apo.app")
    local out = ends(3, "plan", command.script, "--json", "--image", "api.ap=acme/api:1")
    local document = cjson.decode(out)
    assert.same({ "WrongOption", "image.api.ap", 3 }, { document.error.code, document.error.path, document.exit_code })
    _, err = ends(3, "plan", command.script, "--image", "acme/api:1")
    has(err, "write --image ADDRESS.CONTAINER=acme/api:1")
    _, err = ends(3, "plan", command.script, "--image", "api=a:1", "--image", "api=a:2")
    has(err, "give one for each container")
    _, err = ends(3, "plan", command.script, "--image", "api=")
    has(err, "is no image")
    assert.same({}, sim.requests)
  end)

  it("belongs to a plan that is saved, and is refused beside one", function()
    local path = command.folder .. "/plan"
    ends(0, "plan", command.script, "--image", "api.app=acme/api:1", "--out", path)
    local _, err = ends(3, "apply", path, "--image", "api.app=acme/api:2")
    has(err, "--image is decided by the plan that is given")
    ends(0, "apply", path)
    assert.equal("acme/api:1", image())
  end)

  it("fits, with all that it tells, into forty columns without colours", function()
    ends(0, "apply", command.script, "--auto-approve", "--image", "api.app=registry.example.com/acme/api:1")
    local script = core.system.read_file(command.script)
    assert(core.system.write_file(command.script, (script:gsub("memory = 64", "memory = 128"))))
    for _, words in ipairs { {}, { "--image", "api=registry.example.com/acme/api:2" }, { "--image", "api.ap=x" } } do
      local _, out, err = run({ columns = 40, env = { NO_COLOR = "1", LANG = "C.UTF-8" } }, "plan", command.script,
        (table.unpack or unpack)(words)) -- luacheck: ignore
      assert.falsy((out .. err):find "\27")
      for line in (out .. err):gmatch "[^\n]+" do
        local long = letters.width(line) > 40 and not line:find "^%s+[\"→]" -- a value that has no blank to break at
        assert.falsy(long, line)
      end
    end
  end)

  it("needs a script, or a service by its cluster and name, and says so", function()
    local _, err = ends(3, "deploy", "api", "--image", "acme/api:2", "--auto-approve")
    has(err, "ecs-service deploy CLUSTER/api")
    _, err = ends(3, "deploy", "prod/api")
    has(err, "give an image (--image IMAGE")
  end)

  it("is repeated where the command says how to look first", function()
    local _, err = ends(1, "apply", command.script, "--image", "api.app=acme/api:1")
    has(err, "--image api.app=acme/api:1")
  end)
end)
