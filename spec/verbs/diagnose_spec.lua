-- What is wrong with a service, at any time.
local journey = require "support.journey"

describe("diagnosing a service", function()
  after_each(journey.clean)

  local function failing(rule)
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    stack:service("web", journey.web { wait_for_steady_state = true })
    assert(stack:apply())
    if rule then
      sim:tasks(rule)
      sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" })
      sim:advance(60)
    end
    return stack, sim
  end

  it("says with facts that nothing is wrong", function()
    local found = assert(failing():diagnose "web")
    assert.is_true(found.healthy)
    assert.same({}, found.causes)
    assert.same({ "web:1", 2, 2, "ACTIVE" }, { found.task_definition, found.running, found.desired, found.status })
  end)

  it("finds the cause while the deployment is still under way", function()
    local stack = failing { outcome = "pull_error" }
    local found = assert(stack:diagnose "web")
    assert.is_false(found.healthy)
    assert.equal("image_not_found", found.causes[1].code)
    assert.equal(found.causes[1].hint, found.next[1])
    assert.equal("web:2", found.task_definition)
  end)

  it("needs no declaration: any service, as cluster/service", function()
    local _, sim = failing { outcome = "exit", exit_code = 139 }
    local stack = journey.stack(sim)
    assert.equal("segfault", assert(stack:diagnose "prod/web").causes[1].code)
    local _, err = stack:diagnose "prod/nothing"
    assert.equal("NotFound", err.code)
    _, err = stack:diagnose "nothing"
    assert.equal("UnknownAddress", err.code)
    _, err = stack:diagnose "a/b/c"
    assert.equal("ImportFormat", err.code)
  end)

  it("diagnoses all services of a stack", function()
    local stack = failing { outcome = "pull_error" }
    stack:service("new", journey.web { name = "new" })
    local list = assert(stack:diagnose())
    assert.equal(2, #list)
    assert.equal("image_not_found", list[1].causes[1].code)
    assert.equal("NotFound", list[2].status)
  end)

  it("shows what runs, not what should, and fits the label", function()
    local stack = failing { outcome = "pull_error" }
    local out = {}
    local ctx = require("ecs_service.cli.terminal").new {
      stdout = { write = function(_, text) out[#out + 1] = text end },
      isatty = function() return true end, columns = function() return 80 end,
      getenv = function(name) return name == "NO_COLOR" and "1" or nil end }
    local load = require "ecs_service.cli.script"
    local real = load.stack
    load.stack = function() return stack end
    local code = require("ecs_service.cli.diagnose").run({ services = { "web" }, file = "x" }, ctx)
    load.stack = real
    assert.equal(1, code)
    assert.truthy(out[1]:find("\n  runs   2 of 2 tasks (2 of web:1)", 1, true), out[1])
    assert.truthy(out[1]:find("\n  deploy ecs-svc/", 1, true), out[1])
    assert.truthy(out[1]:find("\n  why    the image cannot be pulled", 1, true), out[1])
  end)

  it("goes on without what it may not read, and says so", function()
    local stack, sim = failing { outcome = "pull_error" }
    sim:fault { operation = "ListTasks", times = 10, code = "AccessDeniedException" }
    local found = assert(stack:diagnose "web")
    assert.equal("ListTasks", found.unread[1].operation)
    assert.is_false(found.healthy)
  end)
end)
