-- What a plan knows of auto scaling: about what it asks, what it warns of, and what it does without an answer.
local ecs = require "ecs_service"
local core = require "ecs_service.core"

describe("a plan beside auto scaling", function()
  local sim, state

  before_each(function()
    sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:3" } }
    state = os.tmpname()
    os.remove(state)
  end)

  after_each(function() os.execute("rm -f '" .. state .. "'*") end)

  local function stack_of(services, options)
    local given = { region = "us-west-2", state = state, transport = sim, credentials = sim.credentials }
    for name, value in pairs(options or {}) do given[name] = value end
    local stack = assert(ecs.stack(given))
    for name, config in pairs(services) do
      local own = { name = name, cluster = "prod", task_definition = "web:1", desired_count = 4 }
      for key, value in pairs(config) do own[key] = value or nil end
      stack:service(name, own)
    end
    return stack
  end

  local function apply(services, options) return assert(stack_of(services, options):apply()) end

  local function scale(name, min, max, more)
    local body = { ServiceNamespace = "ecs", ResourceId = "service/prod/" .. name, MinCapacity = min, MaxCapacity = max,
      ScalableDimension = "ecs:service:DesiredCount" }
    for key, value in pairs(more or {}) do body[key] = value end
    assert(sim:call("RegisterScalableTarget", body))
  end

  local function set(name, count)
    assert(sim:call("UpdateService", { cluster = "prod", service = name, desiredCount = count }))
    sim:advance(120)
  end

  local function asked()
    local list = {}
    for _, request in ipairs(sim.requests) do
      if request.operation == "DescribeScalableTargets" then list[#list + 1] = request.body end
    end
    return list
  end

  local function plan_of(services, options)
    sim.requests = {}
    return assert(stack_of(services, options):plan())
  end

  local function warnings_of(plan)
    local by_code = {}
    for _, warning in ipairs(plan.warnings) do
      if warning.code ~= "NoCircuitBreaker" then by_code[warning.code] = warning end
    end
    return by_code
  end

  local function codes(plan)
    local list = {}
    for code in pairs(warnings_of(plan)) do list[#list + 1] = code end
    table.sort(list)
    return list
  end

  it("asks about 120 services in three calls, by names, also where clusters are declared by ARN", function()
    local services, changed = {}, {}
    for i = 1, 120 do
      services["s" .. i] = { desired_count = 1 }
      changed["s" .. i] = { desired_count = 2, cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/prod" }
    end
    apply(services)
    plan_of(changed)
    local calls, ids = asked(), 0
    assert.equal(3, #calls)
    for _, body in ipairs(calls) do
      assert.equal("ecs", body.ServiceNamespace)
      assert.equal("ecs:service:DesiredCount", body.ScalableDimension)
      for _, id in ipairs(body.ResourceIds) do
        ids = ids + 1
        assert.truthy(id:find "^service/prod/s%d+$", id)
      end
    end
    assert.equal(120, ids)
  end)

  it("asks together with the services, not after them", function()
    apply { web = {} }
    plan_of { web = { desired_count = 5 } }
    assert.equal("DescribeScalableTargets", sim.requests[2].operation)
    assert.equal(sim.requests[1].time, sim.requests[2].time)
  end)

  it("asks about no service whose count stays, is left or ignored, about no daemon, and none that is new", function()
    local services = { web = {}, own = { desired_count = ecs.autoscaled(2) },
      ignored = { lifecycle = { ignore_changes = { "desired_count" } } },
      agent = { desired_count = false, scheduling_strategy = "DAEMON" } }
    plan_of(services)
    assert.same({}, asked())
    apply(services)
    set("ignored", 7)
    services.web.task_definition = "web:2"
    services.ignored.task_definition = "web:2"
    plan_of(services)
    assert.same({}, asked())
  end)

  it("asks nothing where it is told not to, when services are destroyed, and when nothing is read", function()
    apply { web = {} }
    plan_of({ web = { desired_count = 5 } }, { autoscaling = false })
    assert.same({}, asked())
    local stack = stack_of { web = { desired_count = 5 } }
    assert(stack:plan { refresh = false })
    assert(stack:plan { destroy = true })
    assert(stack:plan { refresh_only = true })
    assert.same({}, asked())
    assert.error_matches(function() assert(stack_of({}, { autoscaling = "no" })) end, "autoscaling")
  end)

  it("without a target warns as before that a count is reset", function()
    apply { web = {} }
    set("web", 9)
    local plan = plan_of { web = {} }
    assert.equal(1, #asked())
    assert.same({ "CountReset" }, codes(plan))
  end)

  it("warns that a count of one's own undoes what auto scaling chose, and still plans it", function()
    apply { web = {} }
    scale("web", 2, 20)
    set("web", 9)
    local plan = plan_of { web = {} }
    assert.same({ "AutoScaled" }, codes(plan))
    local warning = warnings_of(plan).AutoScaled
    assert.equal("auto scaling holds 2–20 tasks here and chose 9; this plan sets 4", warning.message)
    assert.truthy(warning.hint:find("ecs.autoscaled(4)", 1, true))
    assert.equal("desired_count", warning.path)
    assert.equal("update", plan.changes[1].action)
    assert.truthy(plan:render { unicode = false }:find("auto scaling holds 2-20 tasks here", 1, true))
  end)

  it("warns that a count outside the bounds does not last", function()
    apply { web = {} }
    scale("web", 2, 20)
    local below = warnings_of(plan_of { web = { desired_count = 1 } })
    assert.equal("auto scaling holds 2–20 tasks here, and this plan sets 1: its next action makes that 2",
      below.OutsideScaling.message)
    assert.is_nil(below.AutoScaled)
    assert.truthy(warnings_of(plan_of { web = { desired_count = 21 } }).OutsideScaling)
    assert.same({}, warnings_of(plan_of { web = { desired_count = 20 } }).OutsideScaling or {})
  end)

  it("keeps the count of a service whose declaration says none, instead of stopping all tasks", function()
    apply { web = {} }
    scale("web", 2, 20)
    set("web", 9)
    local plan = plan_of { web = { desired_count = false } }
    assert.same({}, codes(plan))
    assert.equal("no-op", plan.changes[1].action)
    assert.same({}, plan.changes[1].drift)
    assert.equal(9, plan.changes[1].after.desired_count)
    local result = apply { web = { desired_count = false, task_definition = "web:2" } }
    assert.equal(9, result.services.web.desired_count)
  end)

  it("says nothing of a count that is kept, also when it is outside of the bounds", function()
    apply { web = {} }
    scale("web", 2, 20)
    set("web", 25)
    local plan = plan_of { web = { desired_count = false, task_definition = "web:2" } }
    assert.same({}, codes(plan))
    assert.equal(25, plan.changes[1].after.desired_count)
  end)

  it("asks about no service all of whose arguments are ignored", function()
    apply { web = {} }
    plan_of { web = { desired_count = 5, lifecycle = { ignore_changes = { "all" } } } }
    assert.same({}, asked())
  end)

  it("stops all tasks of such a service, and warns, where no target holds it", function()
    apply { web = {} }
    assert.same({ "ScalesToZero" }, codes(plan_of { web = { desired_count = false } }))
  end)

  it("says in its forecast what auto scaling may add meanwhile", function()
    apply { web = { desired_count = ecs.autoscaled(4) } }
    scale("web", 2, 20)
    local plan = plan_of { web = { desired_count = ecs.autoscaled(4), task_definition = "web:2" } }
    assert.same({ { ServiceNamespace = "ecs", ScalableDimension = "ecs:service:DesiredCount",
      ResourceIds = { "service/prod/web" } } }, asked())
    assert.truthy(plan:render { unicode = true }:find(
      "4 tasks (auto scaling 2–20 may add up to 20), at least 4 and at most 40 running", 1, true), plan:render())
    assert.truthy(plan:render { unicode = false }:find("auto scaling 2-20 may", 1, true))
    local told = plan:to_table().changes[1].deployment.autoscaling
    assert.equal(2, told.min_capacity)
    assert.equal(40, told.most)
    assert.is_false(told.suspended.scale_in)
  end)

  local function refused(fault)
    apply { web = {} }
    set("web", 9)
    fault.operation = "DescribeScalableTargets"
    sim:fault(fault)
    local began = sim:now()
    local plan = plan_of { web = {} }
    assert.same({ "AutoScalingUnknown", "CountReset" }, codes(plan))
    assert.equal("update", plan.changes[1].action)
    return warnings_of(plan).AutoScalingUnknown, sim:now() - began
  end

  it("goes on where it may not ask: with one note that says so, which is no error of a strict plan", function()
    local note = refused { code = "AccessDeniedException", message = "User is not authorized" }
    assert.truthy(note.message:find("auto scaling was not looked at (AccessDeniedException)", 1, true), note.message)
    assert.truthy(note.hint:find("application-autoscaling:DescribeScalableTargets", 1, true))
    sim:fault { operation = "DescribeScalableTargets", code = "AccessDeniedException" }
    local strict = assert(stack_of({ web = {} }):plan { strict = true, silence = { "CountReset", "NoCircuitBreaker" } })
    assert.same({ "AutoScalingUnknown" }, codes(strict))
  end)

  it("goes on at an endpoint that does not know auto scaling, and asks it once", function()
    refused { code = "UnknownOperationException", times = 100 }
    assert.equal(1, #asked())
  end)

  it("goes on where nothing answers, after a few seconds", function()
    local _, seconds = refused { reset = true, times = 100 }
    assert.truthy(seconds < 20, tostring(seconds))
    assert.truthy(#asked() <= 3)
  end)

  it("goes on where the answer does not come", function()
    local _, seconds = refused { timeout = true, times = 100 }
    assert.truthy(seconds < 20, tostring(seconds))
  end)

  it("asks again, later, where it is told to slow down", function()
    apply { web = {} }
    scale("web", 2, 20)
    set("web", 9)
    sim:fault { operation = "DescribeScalableTargets", code = "ThrottlingException", times = 2 }
    local plan = plan_of { web = {} }
    assert.equal(3, #asked())
    assert.same({ "AutoScaled" }, codes(plan))
  end)

  it("tells nobody of the calls that are beside its services", function()
    apply { web = {} }
    local stack, addresses = stack_of { web = { desired_count = 5 } }, {}
    assert(stack:plan { on_event = function(event) addresses[event.address or "?"] = true end })
    assert.equal(1, #asked())
    for address in pairs(addresses) do assert.truthy(address == "web" or address == "?", address) end
  end)

  it("is empty after a target was registered that moved the count of a service", function()
    apply { web = { desired_count = ecs.autoscaled(1) } }
    scale("web", 2, 20)
    sim:advance(60)
    assert.is_true(plan_of { web = { desired_count = ecs.autoscaled(1) } }:is_empty())
  end)

  describe("where the count is left to auto scaling", function()
    local LEFT = { web = { desired_count = ecs.autoscaled(4) } }

    it("creates with so many tasks, then never changes the count, and tells no drift", function()
      apply(LEFT)
      local created
      for _, request in ipairs(sim.requests) do
        if request.operation == "CreateService" then created = request.body end
      end
      assert.equal(4, created.desiredCount)
      set("web", 9)
      local plan = plan_of(LEFT)
      assert.is_true(plan:is_empty())
      assert.same({}, plan.changes[1].drift)
      assert.same({ "desired_count" }, plan.changes[1].left)
      LEFT.web.task_definition = "web:2"
      apply(LEFT)
      LEFT.web.task_definition = nil
      local service = assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1]
      assert.equal(9, service.desiredCount)
    end)

    it("creates with one task unless it is said how many", function()
      apply { web = { desired_count = ecs.autoscaled } }
      local found = assert(sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1]
      assert.equal(1, found.desiredCount)
    end)

    it("replaces with what runs, and makes a service that is gone with what it begins with", function()
      apply(LEFT)
      set("web", 9)
      local plan = plan_of { web = { desired_count = ecs.autoscaled(4), scheduling_strategy = "REPLICA",
        enable_ecs_managed_tags = true, launch_type = "FARGATE" } }
      local change = plan.changes[1]
      assert.equal("replace", change.action)
      assert.equal(9, change.after.desired_count)
      assert(sim:call("DeleteService", { cluster = "prod", service = "web", force = true }))
      sim:advance(600)
      assert.equal(4, plan_of(LEFT).changes[1].after.desired_count)
    end)

    it("is the same in a copy, in JSON, and in a saved plan, which is not stale when the count moves", function()
      local copy = {}
      for key, value in pairs(ecs.autoscaled(4)) do copy[key] = value end
      assert.same({ autoscaled = 4 }, copy)
      local normal = assert(ecs.validate { name = "web", task_definition = "web:1", desired_count = copy })
      assert.same({ autoscaled = 4 }, normal.desired_count)
      assert.truthy(core.json(normal):find('"desired_count":{"autoscaled":4}', 1, true))
      apply(LEFT)
      local changed = { web = { desired_count = core.read_json '{"autoscaled":4}', task_definition = "web:2" } }
      local path = os.tmpname()
      finally(function() os.remove(path) end)
      assert(assert(stack_of(changed):plan()):save(path))
      set("web", 9)
      local saved = assert(ecs.load_plan(path))
      local result = assert(stack_of(changed):apply(saved))
      assert.equal(9, result.services.web.desired_count)
      assert.truthy(result.services.web.task_definition:find "web:2")
    end)

    it("scales by hand without a word that the declaration differs", function()
      apply(LEFT)
      local result = assert(stack_of(LEFT):scale("web", 7))
      for _, warning in ipairs(result.warnings or {}) do assert.are_not.equal("DeclarationDiffers", warning.code) end
      assert.is_true(plan_of(LEFT):is_empty())
    end)

    local BLOCK = { min_capacity = 3, max_capacity = 20 }

    it("begins with no less than what is declared of auto scaling beside it, also where no count is", function()
      for given, count in pairs { [ecs.autoscaled] = 3, [ecs.autoscaled(5)] = 5, [false] = 3 } do
        sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:3" } }
        local services = { web = { desired_count = given, autoscaling = BLOCK } }
        apply(services)
        local created
        for _, request in ipairs(sim.requests) do
          if request.operation == "CreateService" then created = request.body end
        end
        assert.equal(count, created.desiredCount)
        assert.is_true(plan_of(services):is_empty())
        set("web", 9)
        assert.is_true(plan_of(services):is_empty())
        os.execute("rm -f '" .. state .. "'*")
      end
    end)

    it("is not asked for where auto scaling is declared beside it: the bounds are the declared ones", function()
      apply { web = { autoscaling = BLOCK } }
      set("web", 9)
      local wider = { min_capacity = 3, max_capacity = 30 }
      local plan = plan_of { web = { autoscaling = wider, desired_count = 25 } }
      assert.equal("auto scaling holds 3–30 tasks here and chose 9; this plan sets 25",
        warnings_of(plan).AutoScaled.message)
      assert.equal(1, #asked())
    end)

    local function problem(config)
      config.name, config.task_definition = "web", "web:1"
      local normal, err = ecs.validate(config)
      assert.is_nil(normal)
      return err.diagnostics[1]
    end

    it("is refused for a daemon, and where it is not written so", function()
      assert.equal("desired_count", problem { desired_count = ecs.autoscaled, scheduling_strategy = "DAEMON" }.path)
      local wrong = problem { desired_count = { autoscaled = -1 } }
      assert.equal("desired_count.autoscaled", wrong.path)
      assert.equal("OutOfRange", wrong.code)
      assert.equal("WrongType", problem { desired_count = { autoscaled = "4" } }.code)
      assert.equal("WrongType", problem { desired_count = { auto_scaled = 4 } }.code)
      assert.equal("WrongType", problem { desired_count = { autoscaled = 4, max = 9 } }.code)
      assert.error_matches(function() ecs.autoscaled(1.5) end, "whole number")
      assert.error_matches(function() ecs.autoscaled "4" end, "whole number")
    end)

    it("of a saved plan with no count declared holds as long as a target holds the service", function()
      apply { web = {} }
      scale("web", 2, 20)
      local changed = { web = { desired_count = false, task_definition = "web:2" } }
      local path = os.tmpname()
      finally(function() os.remove(path) end)
      assert(assert(stack_of(changed):plan()):save(path))
      set("web", 9)
      local result = assert(stack_of(changed):apply(assert(ecs.load_plan(path))))
      assert.equal(9, result.services.web.desired_count)
      changed.web.task_definition = "web:3"
      assert(assert(stack_of(changed):plan()):save(path))
      assert(sim:call("DeregisterScalableTarget", { ServiceNamespace = "ecs", ResourceId = "service/prod/web",
        ScalableDimension = "ecs:service:DesiredCount" }))
      local none, err = stack_of(changed):apply(assert(ecs.load_plan(path)))
      assert.is_nil(none)
      assert.equal("PlanStale", err.code)
    end)
  end)
end)
