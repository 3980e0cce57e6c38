-- What of the members that no row knows is carried where, shown, refused and left out.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"
local members = require "support.members"

before_each(members.begin)
after_each(members.finish)

local telling = members.telling
local bodies = journey.bodies
local create = members.create
local balanced = members.balanced
local declared = members.declared
local stack_of = members.stack_of
local imported = members.imported
local update_of = members.update_of
local group = members.group
local LATTICE = members.LATTICE
local ROLE = members.ROLE
local BLUE_GREEN = members.BLUE_GREEN

describe("what is carried", function()
  local sim
  before_each(function() sim = journey.simulator { clusters = { "prod" } } end)

  local function service() return journey.service(sim) end

  it("is what blue/green deployments need, when a port changes", function()
    create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 5 },
      loadBalancers = balanced { advancedConfiguration = BLUE_GREEN }.loadBalancers })
    local _, stack = imported(sim, declared(81))
    local body = update_of(sim, stack)
    assert.same(BLUE_GREEN, body.loadBalancers[1].advancedConfiguration)
    assert.equal(81, body.loadBalancers[1].containerPort)
    assert.is_nil(body.deploymentConfiguration)
    assert.same(BLUE_GREEN, service().loadBalancers[1].advancedConfiguration)
  end)

  it("is the strategy with its time and hooks, when a percent changes", function()
    local hooks = { { hookTargetArn = "arn:aws:lambda:us-west-2:123456789012:function:smoke", roleArn = ROLE,
      lifecycleStages = { "POST_SCALE_UP" }, hookDetails = { retries = 3 } } }
    create(sim, { deploymentConfiguration = { strategy = "CANARY", bakeTimeInMinutes = 0, lifecycleHooks = hooks,
      canaryConfiguration = { canaryPercent = 7.5 } } })
    local _, stack = imported(sim, journey.web { deployment_maximum_percent = 150 })
    local body = update_of(sim, stack).deploymentConfiguration
    assert.equal("CANARY", body.strategy)
    assert.equal(0, body.bakeTimeInMinutes)
    assert.equal(7.5, body.canaryConfiguration.canaryPercent)
    assert.same(hooks, body.lifecycleHooks)
  end)

  it("is also what is empty: a structure may count by being there", function()
    create(sim, balanced { f1 = "", f2 = {}, f3 = core.object {}, f5 = { a = "", c = core.object {} }, f8 = false })
    local _, stack = imported(sim, declared(81))
    assert.same({ "f1", "f2", "f3", "f5", "f8" }, (function()
      local list = {}
      for i, path in ipairs(assert(stack:plan()).changes[1].carried) do list[i] = path:match "[^.]+$" end
      return list
    end)())
    assert(stack:apply())
    local has = service().loadBalancers[1]
    assert.equal(81, has.containerPort)
    assert.equal("", has.f1)
    assert.same({}, has.f2)
    assert.same({}, has.f3)
    assert.same({ a = "", c = {} }, has.f5)
    assert.is_false(has.f8)
  end)

  it("is not what ECS answers of a service that never set it", function()
    create(sim)
    local _, stack = imported(sim, journey.web { deployment_maximum_percent = 150 })
    assert.equal("ROLLING", service().deploymentConfiguration.strategy)
    assert.is_nil(assert(stack:plan()).changes[1].carried)
    assert.is_nil(update_of(sim, stack).deploymentConfiguration.strategy)
  end)

  it("belongs to the target group: a new one has none of it, and another order changes nothing", function()
    create(sim, { loadBalancers = { balanced { mark = "blue" }.loadBalancers[1],
      { targetGroupArn = group "red", containerName = "web", containerPort = 90, mark = "red" } } })
    local function element(name, port)
      return { target_group_arn = group(name), container_name = "side", container_port = port }
    end
    local _, stack = imported(sim, journey.web { load_balancer = { element("new", 1), element("red", 2),
      element("blue", 3) } })
    local carried = assert(stack:plan()).changes[1].carried
    table.sort(carried)
    assert.same({ "load_balancer[2].mark", "load_balancer[3].mark" }, carried)
    local marks = {}
    for _, sent in ipairs(update_of(sim, stack).loadBalancers) do
      marks[sent.targetGroupArn:match "targetgroup/(%a+)"] = sent.mark or "none"
    end
    assert.same({ blue = "blue", red = "red", new = "none" }, marks)
  end)

  it("belongs to the port name of a Service Connect service", function()
    create(sim, { serviceConnectConfiguration = { enabled = true, namespace = "apps", services = {
      { portName = "http", discoveryName = "a", mark = 1 }, { portName = "admin", discoveryName = "b", mark = 2 } } } })
    local _, stack = imported(sim, journey.web { service_connect_configuration = { enabled = true, namespace = "apps",
      service = { { port_name = "admin", discovery_name = "c" }, { port_name = "grpc", discovery_name = "d" } } } })
    local sent = update_of(sim, stack).serviceConnectConfiguration.services
    assert.equal(2, sent[1].mark)
    assert.is_nil(sent[2].mark)
  end)

  it("belongs to target group and port name of VPC Lattice together", function()
    create(sim, { vpcLatticeConfigurations = { { roleArn = ROLE, targetGroupArn = LATTICE, portName = "a", mark = 1 },
      { roleArn = ROLE, targetGroupArn = LATTICE, portName = "b", mark = 2 } } })
    local function element(port) return { role_arn = ROLE .. "2", target_group_arn = LATTICE, port_name = port } end
    local _, stack = imported(sim, journey.web { vpc_lattice_configurations = { element "b", element "c" } })
    local sent = update_of(sim, stack).vpcLatticeConfigurations
    assert.equal(2, sent[1].mark)
    assert.is_nil(sent[2].mark)
  end)

  it("comes, when the PRIMARY deployment has failed, from the one that it was to replace", function()
    create(sim, { serviceConnectConfiguration = { enabled = true, namespace = "apps",
      services = { { portName = "http", discoveryName = "web" } } } })
    local answering = telling(sim, function(one)
      local primary = one.deployments[1]
      local connect = primary.serviceConnectConfiguration
      local former = core.read_json(core.json(primary))
      former.status, former.id = "ACTIVE", "ecs-svc/1"
      former.serviceConnectConfiguration.nextLog = { format = "JSON" }
      former.serviceConnectConfiguration.services[1].mark = { here = 1 }
      connect.nextLog, connect.fresh = { format = "TEXT" }, true
      connect.services[1].other = 2
      primary.rolloutState = "FAILED"
      one.deployments = { primary, former }
    end)
    local _, stack = imported(answering, journey.web { service_connect_configuration = { enabled = true,
      namespace = "apps", service = { { port_name = "http", discovery_name = "web2" } } } })
    local plan = assert(stack:plan())
    local from = #sim.requests + 1
    stack:apply(plan)
    local sent = bodies(sim, "UpdateService", from)[1].serviceConnectConfiguration
    assert.same({ format = "JSON" }, sent.nextLog)
    assert.is_true(sent.fresh)
    assert.same({ here = 1 }, sent.services[1].mark)
    assert.equal(2, sent.services[1].other)
  end)

  it("goes with an element or a structure that the declaration takes away", function()
    create(sim, { loadBalancers = balanced { mark = 1 }.loadBalancers,
      serviceConnectConfiguration = { enabled = true, namespace = "apps", mark = 2 } })
    local _, stack = imported(sim, journey.web())
    local body = update_of(sim, stack)
    assert.same({}, body.loadBalancers)
    assert.same({ enabled = false }, body.serviceConnectConfiguration)
  end)

  it("is nothing when its structure is not sent", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN })
    local state, stack = imported(sim, declared(80, { desired_count = 3 }))
    assert.is_nil(assert(stack:plan()).changes[1].carried)
    assert.is_nil(update_of(sim, stack).loadBalancers)
    assert.is_nil(assert(stack_of(sim, state, declared(80, { desired_count = 3 })):plan()).changes[1].carried)
    for _, verb in ipairs { "redeploy", "scale" } do
      local from = #sim.requests + 1
      assert(stack[verb](stack, "web", verb == "scale" and 4 or nil))
      assert.is_nil(bodies(sim, "UpdateService", from)[1].loadBalancers)
    end
    assert.same(BLUE_GREEN, service().loadBalancers[1].nextConfiguration)
  end)

  it("is in the JSON of the plan by its path", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN })
    local _, stack = imported(sim, declared(81))
    local document = assert(stack:plan()):to_table()
    assert.same({ "load_balancer[1].nextConfiguration" }, document.changes[1].carried)
    assert.is_nil(core.json(document):find("productionListenerRule", 1, true))
  end)

  it("is told in the declaration that is generated", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN })
    local source = assert(journey.stack(sim):generate_config "prod/web")
    assert.is_truthy(source:find("nextConfiguration", 1, true))
    assert.is_nil(source:find("productionListenerRule", 1, true))
    assert((loadstring or load)("local stack = { service = function() end } " .. source))
  end)

  it("is read before anything is sent when the plan did not read", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN })
    local _, stack = imported(sim, declared(81))
    local from = #sim.requests + 1
    assert(stack:apply { refresh = false })
    local operations = {}
    for i = from, #sim.requests do operations[#operations + 1] = sim.requests[i].operation end
    assert.equal("DescribeServices", operations[1])
    assert.equal("UpdateService", operations[2])
    assert.same(BLUE_GREEN, bodies(sim, "UpdateService", from)[1].loadBalancers[1].nextConfiguration)
  end)

  it("is not read for a request without structures", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN })
    local _, stack = imported(sim, declared(80, { desired_count = 3 }))
    local from = #sim.requests + 1
    assert(stack:apply { refresh = false })
    assert.equal("UpdateService", sim.requests[from].operation)
  end)

  it("makes a plan stale when it changes before the plan is applied", function()
    for _, saved in ipairs { false, true } do
      sim = journey.simulator { clusters = { "prod" } }
      create(sim, balanced { mark = "one" })
      local state, stack = imported(sim, declared(81))
      local plan, path = assert(stack:plan()), journey.folder() .. "/plan.json"
      if saved then
        assert(plan:save(path))
        assert.is_nil(journey.read(path):find('"one"', 1, true))
        plan = assert(ecs.load_plan(path))
      end
      assert(sim:call("UpdateService", { cluster = "prod", service = "web",
        loadBalancers = balanced { mark = "two" }.loadBalancers }))
      if not saved then assert.not_equal(plan:digest(), assert(stack_of(sim, state, declared(81)):plan()):digest()) end
      local _, err = stack_of(sim, state, declared(81)):apply(plan)
      assert.equal("PlanStale", err.code)
      assert.is_truthy(tostring(err):find("mark", 1, true))
    end
  end)

  it("goes along with a plan that was saved", function()
    create(sim, balanced { mark = "one" })
    local state, stack = imported(sim, declared(81))
    local path = journey.folder() .. "/plan.json"
    assert(assert(stack:plan()):save(path))
    local from = #sim.requests + 1
    assert(stack_of(sim, state, declared(81)):apply(assert(ecs.load_plan(path))))
    assert.equal("one", bodies(sim, "UpdateService", from)[1].loadBalancers[1].mark)
  end)

  it("goes with its structure as AWS has it where changes are ignored", function()
    create(sim, { deploymentConfiguration = { deploymentCircuitBreaker = { enable = true, rollback = true,
      resetOnHealthyTask = false } } })
    local _, stack = imported(sim, journey.web { deployment_maximum_percent = 150,
      deployment_circuit_breaker = { enable = false, rollback = false },
      lifecycle = { ignore_changes = { "deployment_circuit_breaker" } } })
    assert.same({ enable = true, rollback = true, resetOnHealthyTask = false },
      update_of(sim, stack).deploymentConfiguration.deploymentCircuitBreaker)
  end)

  it("is named when AWS refuses the request, and can be left out", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN, other = 1 })
    local state, stack = imported(sim, declared(81))
    sim:fault { operation = "UpdateService", code = "InvalidParameterException",
      message = "nextConfiguration does not fit", times = 1 }
    local _, err = stack:apply()
    assert.equal("InvalidParameterException", err.code)
    assert.same({ "load_balancer[1].nextConfiguration" }, err.carried)
    assert.is_truthy(err.message:find("load_balancer[1].nextConfiguration", 1, true))
    assert.is_truthy(err.hint:find("leave_out", 1, true))
    for _, path in ipairs { "load_balancer.nextConfiguration", "load_balancer[1].nextConfiguration" } do
      stack = stack_of(sim, state, declared(81, { lifecycle = { leave_out = path } }))
      assert.same({ "load_balancer[1].other" }, assert(stack:plan()).changes[1].carried)
    end
    local body = update_of(sim, stack)
    assert.is_nil(body.loadBalancers[1].nextConfiguration)
    assert.equal(1, body.loadBalancers[1].other)
  end)

  it("is not blamed for a refusal that has another reason", function()
    create(sim, balanced { nextConfiguration = BLUE_GREEN })
    local _, stack = imported(sim, declared(81))
    sim:fault { operation = "UpdateService", code = "AccessDeniedException", message = "no", times = 1 }
    local _, err = stack:apply()
    assert.is_nil(err.carried)
    assert.is_truthy(err.hint:find("ecs:UpdateService", 1, true))
  end)

  it("goes into the service that is made in place of it", function()
    create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN" }, loadBalancers = balanced {
      nextConfiguration = BLUE_GREEN }.loadBalancers, monitoring = { metricConfigurations = { {
        metricNames = { "CPUUtilization" }, resolutionSeconds = 20 } } } })
    local answering = telling(sim, function(one) one.monitoring = one.status == "ACTIVE" and { metricConfigurations = {
      { metricNames = { "CPUUtilization" }, resolutionSeconds = 20 } } } or nil end)
    local _, stack = imported(answering, declared(80, { launch_type = "FARGATE" }))
    local plan = assert(stack:plan())
    assert.equal("replace", plan.changes[1].action)
    table.sort(plan.changes[1].carried)
    assert.same({ "deployment_configuration", "load_balancer[1].nextConfiguration", "monitoring" },
      plan.changes[1].carried)
    local from = #sim.requests + 1
    assert(stack:apply())
    local body = bodies(sim, "CreateService", from)[1]
    assert.equal("BLUE_GREEN", body.deploymentConfiguration.strategy)
    assert.same(BLUE_GREEN, body.loadBalancers[1].nextConfiguration)
    assert.equal(20, body.monitoring.metricConfigurations[1].resolutionSeconds)
  end)

  it("goes into a replacement that the plan did not read for, whichever service is first", function()
    for _, more in ipairs { { launch_type = "FARGATE" },
      { name = "web2", lifecycle = { create_before_destroy = true } } } do
      sim = journey.simulator { clusters = { "prod" } }
      create(sim, balanced { nextConfiguration = BLUE_GREEN })
      local _, stack = imported(sim, declared(80, more))
      local from = #sim.requests + 1
      local result, err = stack:apply { refresh = false }
      assert(result, tostring(err))
      assert.same(BLUE_GREEN, bodies(sim, "CreateService", from)[1].loadBalancers[1].nextConfiguration)
    end
  end)

  it("is an error of a replacement when a new service cannot be given it", function()
    create(sim)
    local answering = telling(sim, function(one) one.nextYear = { setting = true } end)
    local state, stack = imported(answering, journey.web { launch_type = "FARGATE" })
    local _, err = stack:plan()
    assert.equal("CannotCarry", err.code)
    assert.equal("nextYear", err.path)
    assert.is_truthy(err.hint:find("leave_out", 1, true))
    _, err = stack:apply { refresh = false }
    assert.equal("CannotCarry", err.code)
    assert.equal("ACTIVE", service().status)
    stack = stack_of(answering, state, journey.web { launch_type = "FARGATE", lifecycle = { leave_out = "nextYear" } })
    assert.equal("replace", assert(stack:plan()).changes[1].action)
    stack = stack_of(answering, state, journey.web { desired_count = 3 })
    assert.equal("update", assert(stack:plan()).changes[1].action)
  end)

  it("is an error when the declaration sets what AWS has in a form that cannot be read", function()
    create(sim, balanced())
    local answering = telling(sim, function(one) one.loadBalancers[1].containerPort = { from = 80, to = 90 } end)
    local _, stack = imported(answering, declared(81))
    local _, err = stack:plan()
    assert.equal("CannotCarry", err.code)
    assert.equal("load_balancer[1].container_port", err.path)
  end)

  it("is an error when two elements go by one name and it is not the same in both", function()
    create(sim, balanced())
    local answering = telling(sim, function(one)
      local element = one.loadBalancers[1]
      one.loadBalancers = { element, core.read_json(core.json(element)) }
      one.loadBalancers[1].mark, one.loadBalancers[2].mark = 1, 2
    end)
    local _, stack = imported(answering, declared(81))
    local _, err = stack:plan()
    assert.equal("CannotCarry", err.code)
    assert.equal("load_balancer[1].mark", err.path)
  end)
end)

describe("a replacement that is cut short", function()
  local sim, state
  before_each(function()
    sim = journey.simulator { clusters = { "prod" } }
    create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN" }, loadBalancers = balanced {
      nextConfiguration = BLUE_GREEN }.loadBalancers })
  end)

  -- Ends the run when it sends `operation`, before or after that has left.
  local function killer(operation, after)
    local transport = { scheduler = sim.scheduler, credentials = sim.credentials }
    function transport.submit(_, request)
      local ends = request.headers["x-amz-target"] or request.headers["X-Amz-Target"]
      ends = ends:find(operation .. "$") ~= nil
      if ends and not after then error("killed", 0) end
      local ok, err = sim:submit(request)
      if ends then error("killed", 0) end
      return ok, err
    end
    function transport.wait(_, timeout) return sim:wait(timeout) end
    function transport.cancel(_, id) return sim:cancel(id) end
    return transport
  end

  local function replaced(more)
    local config = declared(80, { launch_type = "FARGATE" })
    for key, value in pairs(more or {}) do config[key] = value end
    return config
  end

  local function cut_short(operation, after)
    state = imported(sim, replaced())
    local ran, problem = pcall(function()
      return stack_of(killer(operation, after), state, replaced()):apply()
    end)
    assert.is_false(ran)
    assert.truthy(tostring(problem):find("^killed"))
    assert.is_nil(journey.read(state):find("productionListenerRule", 1, true))
  end

  it("is finished with what the old service had, wherever it was cut", function()
    for _, operation in ipairs { "UpdateService", "DeleteService", "CreateService" } do
      for _, after in ipairs { false, true } do
        sim = journey.simulator { clusters = { "prod" } }
        create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN" }, loadBalancers = balanced {
          nextConfiguration = BLUE_GREEN }.loadBalancers })
        cut_short(operation, after)
        sim:advance(120)
        local result, err = stack_of(sim, state, replaced()):apply()
        assert(result, operation .. ": " .. tostring(err))
        local service = journey.service(sim)
        assert.equal("FARGATE", service.launchType)
        assert.same(BLUE_GREEN, service.loadBalancers[1].nextConfiguration, operation)
        assert.equal("BLUE_GREEN", service.deploymentConfiguration.strategy)
        journey.assert_empty(stack_of(sim, state, replaced()))
      end
    end
  end)

  it("still owes what the old service had when AWS refuses the new one", function()
    local stack
    state, stack = imported(sim, replaced())
    sim:fault { operation = "CreateService", code = "InvalidParameterException",
      message = "nextConfiguration does not fit", times = 1 }
    local _, err = stack:apply()
    assert.same({ "load_balancer[1].nextConfiguration" }, err.carried)
    local plan = assert(stack_of(sim, state, replaced()):plan())
    assert.equal("create", plan.changes[1].action)
    assert.equal(2, #plan.changes[1].carried)
    local config = replaced { lifecycle = { leave_out = "load_balancer.nextConfiguration" } }
    local from = #sim.requests + 1
    assert(stack_of(sim, state, config):apply())
    local body = bodies(sim, "CreateService", from)[1]
    assert.is_nil(body.loadBalancers[1].nextConfiguration)
    assert.equal("BLUE_GREEN", body.deploymentConfiguration.strategy)
    assert.is_nil(core.read_json(journey.read(state)).journal.web)
  end)

  it("is an error when AWS has forgotten what the old service had, until that may be left out", function()
    cut_short("CreateService", false)
    sim:advance(7200)
    local forgetful = telling(sim, function(service)
      if service.status == "INACTIVE" then service.loadBalancers, service.deploymentConfiguration = {}, {} end
    end)
    local _, err = stack_of(forgetful, state, replaced()):plan()
    assert.equal("CannotCarry", err.code)
    assert.truthy(err.message:find("load_balancer[1].nextConfiguration", 1, true))
    local config = replaced { lifecycle = { leave_out = { "load_balancer.nextConfiguration",
      "deployment_configuration" } } }
    assert(stack_of(forgetful, state, config):apply())
    assert.is_nil(core.read_json(journey.read(state)).journal.web)
  end)
end)
