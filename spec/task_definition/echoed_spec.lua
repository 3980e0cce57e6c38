-- Errors of ECS, and lines of containers, that repeat what is sensitive: it is in no error, event, output or state.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"
local migrating = require "support.migrating"

local SECRET, NAMED = "hunter2hunter2", "swordfish99"

-- ECS answers an operation by a refusal that repeats the request.
local function echo(sim, wanted)
  local handle = sim.handle
  function sim:handle(operation, body, ...)
    if operation ~= wanted then return handle(self, operation, body, ...) end
    return nil, { code = "ClientException", status = 400, message = "invalid: " .. core.json(body) }
  end
end

-- Everything that an error has, as one text, without what holds the stack.
local function all_of(err)
  local seen, parts = {}, {}
  local function walk(value)
    if type(value) == "string" then parts[#parts + 1] = value end
    if type(value) ~= "table" or seen[value] then return end
    seen[value] = true
    for key, member in pairs(value) do
      if key ~= "result" then walk(member) end
    end
  end
  walk(err)
  return table.concat(parts, "\n") .. tostring(err)
end

local function is_hidden(text)
  assert.is_nil(text:find(SECRET, 1, true), text)
  assert.is_nil(text:find(NAMED, 1, true), text)
  assert.truthy(text:find("(sensitive)", 1, true), text)
end

local function definition(more)
  local config = declared.definition { environment = { LEVEL = "informative", DB_PASSWORD = SECRET, DSN = NAMED } }
  config.sensitive = { "DSN" }
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

describe("what is sensitive", function()
  local world

  before_each(function() world = migrating.world { task_seconds = 5 } end)

  it("is not repeated by the error of a registration, nor by its event", function()
    local stack = declared.pair(world, definition())
    local events = {}
    echo(world.sim, "RegisterTaskDefinition")
    local _, err = stack:apply { on_event = function(event) events[#events + 1] = all_of(event) end }
    is_hidden(all_of(err))
    assert.truthy(all_of(err):find("informative", 1, true))
    assert.is_nil(table.concat(events):find(SECRET, 1, true))
    assert.is_nil(assert(world.backend:read()):find(SECRET, 1, true))
  end)

  it("is not repeated by the error of a deploy that gives it", function()
    local stack = declared.pair(world, definition())
    assert(stack:apply())
    echo(world.sim, "RegisterTaskDefinition")
    local _, err = stack:deploy("api", { env = { DSN = NAMED .. "-new", API_TOKEN = SECRET } })
    is_hidden(all_of(err))
  end)

  it("is not repeated by the error of a task, declared or run by hand, that overrides it", function()
    local stack, _, web = declared.pair(world, definition())
    stack:task("migrate", { service = web, before = { web }, environment = { DSN = NAMED, API_TOKEN = SECRET } })
    echo(world.sim, "RunTask")
    local _, err = stack:apply()
    is_hidden(all_of(err))
    _, err = stack:run("task.migrate")
    is_hidden(all_of(err))
    _, err = stack:run("api:1", { cluster = "prod", env = { DSN = NAMED } })
    assert.is_nil(all_of(err):find(NAMED, 1, true), all_of(err))
  end)

  it("is not in the last lines of a failure that are told", function()
    local config = definition()
    config.container_definitions[1].log_configuration = { log_driver = "awslogs", options = {
      ["awslogs-group"] = "/ecs/api", ["awslogs-region"] = "us-west-2", ["awslogs-stream-prefix"] = "api" } }
    local stack = declared.pair(world, config, { deployment_circuit_breaker = { enable = true, rollback = false } })
    world.sim:tasks { outcome = "exit", exit_code = 3, log = { "connecting with " .. NAMED } }
    local _, err = stack:apply()
    assert.equal("connecting with (sensitive)", err.logs[1].text)
    is_hidden(all_of(err))
    is_hidden(assert(world.backend:read()))
    for _, found in ipairs { stack:diagnose("api", { run = -1 }), stack:history("api", { why = true }) } do
      assert.is_nil(all_of(found):find(NAMED, 1, true))
    end
  end)
end)

describe("the command", function()
  after_each(command.clean)

  it("shows no sensitive value that ECS repeats, as text and as JSON", function()
    local sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" } })
    assert(core.system.write_file(command.script, ([[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:task_definition("api", { sensitive = { "DSN" }, container_definitions = { { name = "app", image = "a",
  memory = 64, environment = { DB_PASSWORD = %q, DSN = %q } } } })
return stack
]]):format(command.folder .. "/state.json", SECRET, NAMED)))
    echo(sim, "RegisterTaskDefinition")
    for _, json in ipairs { false, "--json" } do
      local code, out, err = command.run({}, "apply", command.script, "--auto-approve", json or nil)
      assert.equal(1, code)
      is_hidden(out .. err)
      if json then assert.equal("ClientException", cjson.decode(out:match "([^\n]+)\n$").error.code) end
    end
  end)
end)
