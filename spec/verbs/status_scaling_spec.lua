-- What `status` shows of auto scaling.
local cjson = require "cjson"
local cli = require "ecs_service.cli"
local ecs = require "ecs_service"

describe("the status of a service that auto scaling holds", function()
  local sim, state

  local function stack_of(options)
    local given = { region = "us-west-2", state = state, transport = sim, credentials = sim.credentials }
    for name, value in pairs(options or {}) do given[name] = value end
    local stack = assert(ecs.stack(given))
    for _, name in ipairs { "web", "api" } do
      stack:service(name, { name = name, cluster = "prod", task_definition = "web:1",
        desired_count = ecs.autoscaled(2) })
    end
    stack:service("agent", { name = "agent", cluster = "prod", task_definition = "web:1",
      scheduling_strategy = "DAEMON" })
    return stack
  end

  before_each(function()
    sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:3" } }
    state = os.tmpname()
    os.remove(state)
    assert(stack_of():apply())
    assert(sim:call("RegisterScalableTarget", { ServiceNamespace = "ecs", ResourceId = "service/prod/web",
      ScalableDimension = "ecs:service:DesiredCount", MinCapacity = 3, MaxCapacity = 20,
      SuspendedState = { DynamicScalingInSuspended = true, ScheduledScalingSuspended = true } }))
    sim:advance(120)
    sim.requests = {}
  end)

  after_each(function() os.execute("rm -f '" .. state .. "'*") end)

  it("has its bounds, what is suspended, and what was done last and why", function()
    local found = assert(stack_of():status()).web.autoscaling
    assert.equal(3, found.min_capacity)
    assert.equal(20, found.max_capacity)
    assert.same({ scale_in = true, scale_out = false, scheduled = true }, found.suspended)
    assert.equal("Setting desired count to 3.", found.last_activity.description)
    assert.equal("minimum capacity was set to 3", found.last_activity.cause)
    assert.equal("Successful", found.last_activity.status)
    assert.equal("2026-01-01T", found.last_activity.at:sub(1, 11))
  end)

  it("is asked for all services but daemons in one call, and once for each target that is there", function()
    local found = assert(stack_of():status())
    assert.is_nil(found.api.autoscaling)
    assert.is_nil(found.agent.autoscaling)
    local asked = {}
    for _, request in ipairs(sim.requests) do asked[request.operation] = (asked[request.operation] or 0) + 1 end
    assert.equal(1, asked.DescribeScalableTargets)
    assert.equal(1, asked.DescribeScalingActivities)
  end)

  it("is not asked for where the stack does not look at auto scaling", function()
    assert.is_nil(assert(stack_of { autoscaling = false }:status()).web.autoscaling)
    for _, request in ipairs(sim.requests) do assert.equal("DescribeServices", request.operation) end
  end)

  it("says once why it is not known", function()
    sim:fault { operation = "DescribeScalableTargets", code = "AccessDeniedException", times = 2 }
    local found = assert(stack_of():status())
    assert.truthy(found.web.autoscaling.problem:find("auto scaling was not looked at (AccessDeniedException)", 1, true))
    assert.equal("ACTIVE", found.web.status)
  end)

  local function run(...)
    local out, script = {}, os.tmpname()
    finally(function() os.remove(script) end)
    local file = assert(io.open(script, "w"))
    file:write "return STATUS_SCALING_STACK()"
    file:close()
    _G.STATUS_SCALING_STACK = stack_of -- luacheck: ignore 122
    local stream = { write = function(_, text) out[#out + 1] = text return true end,
      flush = function() return true end }
    local code = cli.main({ "status", "--file", script, ... }, { stdout = stream, stderr = stream,
      getenv = function(name) return name == "LC_ALL" and "C.UTF-8" or nil end, isatty = function() end,
      columns = function() end })
    _G.STATUS_SCALING_STACK = nil -- luacheck: ignore 122
    return code, table.concat(out)
  end

  it("stands in the table, in the lines below it, and in JSON", function()
    local code, text = run()
    assert.equal(0, code, text)
    assert.truthy(text:find("auto scaling 3–20, suspended: in, scheduled", 1, true), text)
    assert.truthy(text:find("web: auto scaling  Setting desired count to 3 (minimum capacity was set to 3), successful",
      1, true), text)
    code, text = run "--json"
    assert.equal(0, code)
    assert.equal(20, cjson.decode(text).services.web.autoscaling.max_capacity)
    sim:fault { operation = "DescribeScalableTargets", code = "AccessDeniedException" }
    local _, told = run()
    assert.equal(1, select(2, told:gsub("auto scaling was not looked at", "")))
  end)
end)
