-- A rollback at a terminal: the last places to go back to, and one line typed.
local command = require "support.command"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local menu = require "ecs_service.cli.rollback_menu"
local style = require "ecs_service.render.style"

local has, lacks = command.has, command.lacks

local SCRIPT = [[
local ecs = require "ecs_service"
local stack = assert(ecs.stack { region = "us-west-2", state = %q, transport = require "command_simulator" })
stack:service("web", { name = "web", cluster = "prod", task_definition = "web:%d", desired_count = 1,
  deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
return stack
]]

local HOSTILE = "step\27[2J\nfour"

describe("ecs-service rollback at a terminal", function()
  local sim

  local function revision(number)
    return { family = "web", revision = number, container_definitions = { { name = "app", memory = 64,
      image = "acme/web:" .. number, environment = { { name = "DB_PASSWORD", value = "hunter2" } } },
      { name = "proxy", memory = 64, image = "envoy:1" } } }
  end

  local function apply(number, message)
    assert(core.system.write_file(command.script, SCRIPT:format(command.folder .. "/state.json", number)))
    return command.run({}, "apply", command.script, "--auto-approve", "--message", message or "step " .. number)
  end

  -- Revisions 1 to `count`, one after the other, an hour apart.
  local function begin(count)
    local list = {}
    for i = 1, 9 do list[i] = revision(i) end
    sim = command.begin(ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = list })
    for i = 1, count do
      assert.equal(0, (apply(i, i == 4 and HOSTILE or nil)))
      sim:advance(3600)
    end
  end

  after_each(command.clean)

  local function rollback(given, ...)
    given.env = given.env or { LANG = "C.UTF-8", NO_COLOR = "1" }
    local code, out, err = command.run(given, "rollback", "web", "--file", command.script, ...)
    return code, out .. err
  end

  local function runs()
    return assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1].taskDefinition
      :match "[^/]+$"
  end

  it("offers the last five, with age, images and what was said of them; Enter takes the one before", function()
    begin(7)
    local code, told = rollback { answers = { "", "yes" }, env = { LANG = "C.UTF-8", NO_COLOR = "1", TERM = "dumb" } }
    assert.equal(0, code, told)
    assert.equal("web:6", runs())
    has(told, "web runs web:7.")
    has(told, "  1  web:6  2 h ago  (the one before)\n")
    has(told, "  5  web:2  6 h ago\n")
    has(told, "acme/web:6, envoy:1")
    has(told, "step 2")
    lacks(told, "web:1 ")
    lacks(told, "hunter2")
    lacks(told, "\27")
  end)

  it("takes the number that is typed, and any revision", function()
    begin(4)
    local code, told = rollback { answers = { " 3 ", "yes" } }
    assert.equal(0, code, told)
    assert.equal("web:1", runs())
    code, told = rollback { answers = { "web:9", "yes" } }
    assert.equal(0, code, told)
    assert.equal("web:9", runs())
  end)

  it("does nothing when something else is typed, the input ends, or the plan is not approved", function()
    begin(4)
    for _, answers in ipairs { { "4" }, { "0" }, { "former" }, { "web:9x" }, {}, { "2" }, { "", "no" } } do
      local before = #sim.requests
      local code, told = rollback { answers = answers }
      assert.equal(1, code, told)
      has(told, "Nothing was changed.")
      assert.equal("web:4", runs())
      for i = before + 1, #sim.requests do assert.not_equal("UpdateService", sim.requests[i].operation) end
    end
  end)

  it("escapes what others wrote, and fits a terminal that is narrow", function()
    begin(5)
    local code, told = rollback { answers = {}, columns = 40 }
    assert.equal(1, code, told)
    lacks(told, "\27[2J")
    has(told, "step")
    for line in told:gmatch "[^\n]+" do assert.truthy(#line <= 60, line) end
    local text = menu.text("we\27[2Jb", { present = "web\27]0;x\7", gone = "\27[2J", list = { { revision = "w\27[2J:1",
      images = { "a\27[2J\nb" }, age = 5, origin = { message = "m\r\27[2J", branch = "\155", commit = "\0" } } } },
      style.new { unicode = false })
    assert.is_nil(text:find "[%z\1-\9\11-\31\127-\255]", text)
  end)

  it("leaves out what is not ACTIVE any more, and says so of the one before", function()
    begin(4)
    assert(sim:call("DeregisterTaskDefinition", { taskDefinition = "web:3" }))
    local code, told = rollback { answers = { "", "yes" } }
    assert.equal(0, code, told)
    assert.equal("web:2", runs())
    has(told, "web:3, the one before, is not ACTIVE any more")
    lacks(told, "(the one before)")
  end)

  it("asks nothing without a terminal, with --to, --auto-approve or --dry-run, or where there is one place", function()
    begin(3)
    local function asks_nothing(code, given, ...)
      local got, told = rollback(given, ...)
      assert.equal(code, got, told)
      lacks(told, "It can go back to")
      return told
    end
    has(asks_nothing(1, {}), "there is no terminal to answer on")
    asks_nothing(0, { answers = {} }, "--dry-run")
    asks_nothing(0, { answers = {} }, "--auto-approve", "--json")
    assert.equal("web:2", runs())
    asks_nothing(0, { answers = { "yes" } }, "--to", "3")
    asks_nothing(0, { answers = {} }, "--auto-approve")
    assert.equal("web:2", runs())
    command.clean()
    begin(2)
    has(asks_nothing(0, { answers = { "yes" } }), "back to the revision whose deployment was completed")
  end)

  it("offers nothing whose deployment was not completed", function()
    begin(3)
    sim:tasks { task_definition = "web:4", outcome = "exit", exit_code = 1 }
    assert.equal(5, (apply(4)))
    assert.equal(0, (apply(5)))
    local code, told = rollback { answers = {} }
    assert.equal(1, code)
    has(told, "  1  web:3")
    has(told, "  3  web:1")
    lacks(told, "web:4")
  end)

  it("asks nothing where one that was cut short goes on", function()
    begin(3)
    local _, err = loadfile(command.script)():rollback("web", { interrupted = function() return runs() == "web:2" end })
    assert.equal("Interrupted", err.code)
    local code, told = rollback { answers = { "yes" } }
    assert.equal(0, code, told)
    lacks(told, "It can go back to")
    assert.equal("web:2", runs())
  end)

  it("says that ECS went back by itself already, as without one", function()
    begin(3)
    sim:tasks { task_definition = "web:4", outcome = "exit", exit_code = 1 }
    assert.equal(5, (apply(4)))
    local code, told = rollback { answers = { "" } }
    assert.equal(1, code)
    has(told, "there is nothing to go back from")
    lacks(told, "It can go back to")
  end)

  it("goes by what the state remembers where ECS does not tell, and says so", function()
    begin(4)
    local handle = sim.handle
    function sim:handle(operation, ...)
      if operation == "ListServiceDeployments" then
        return nil, { code = "AccessDeniedException", message = "not you", status = 400 }
      end
      return handle(self, operation, ...)
    end
    local code, told = rollback { answers = { "2" } }
    assert.equal(1, code)
    has(told, "  2  web:2")
    has(told, "ECS did not tell its service deployments")
  end)

  it("works for a service that no script declares", function()
    begin(4)
    local simulated = sim
    package.loaded.command_simulator = simulated
    local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = sim })
    assert.truthy(require "ecs_service.verbs.rollback_places".of(stack, "prod/web").list[3])
  end)
end)
