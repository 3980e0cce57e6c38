-- Taking over services that exist, and writing down what they are.
local ecs = require "ecs_service"
local journey = require "support.journey"

local sim

before_each(function() sim = journey.simulator() end)
after_each(journey.clean)

local compile = loadstring or load

-- Runs generated source with `stack` in sight, as it would stand in a script.
local function declare(stack, source)
  local chunk = assert(compile("local stack = ...\n" .. source))
  chunk(stack)
end

local function make(more)
  local body = { cluster = "prod", serviceName = "web", taskDefinition = "web:2", desiredCount = 2 }
  for key, value in pairs(more or {}) do body[key] = value end
  assert(sim:call("CreateService", body))
end

describe("import", function()
  it("records a service that exists and changes nothing", function()
    make()
    local stack = journey.stack(sim)
    stack:service("site", journey.web { task_definition = "web:2" })
    local attributes = assert(stack:import("site", "prod/web"))
    assert.equal("web", attributes.name)
    assert.equal(2, attributes.desired_count)
    assert.equal("arn:aws:ecs:us-west-2:123456789012:cluster/prod", attributes.cluster)
    assert.same({}, journey.mutations(sim))
    journey.assert_empty(stack)
    assert.equal(attributes.id, stack.services.site:attributes().id)
  end)

  it("takes only cluster-name/service-name", function()
    local stack = journey.stack(sim)
    for _, id in ipairs { "web", "prod/web/extra", "", "/web", "prod/", "arn:aws:ecs:us-west-2:1:service/prod/web" } do
      local none, err = stack:import("site", id)
      assert.is_nil(none)
      assert.equal("ImportFormat", err.code)
      assert.equal(("wrong format of resource: %s, expecting 'cluster-name/service-name'"):format(id), err.message)
    end
    assert.equal("ImportFormat", select(2, stack:import("site", 7)).code)
    assert.equal("ImportFormat", select(2, stack:generate_config("web")).code)
    assert.equal(0, #sim.requests)
  end)

  it("of a service that is not there is an error", function()
    local stack = journey.stack(sim)
    for _, id in ipairs { "prod/nobody", "nowhere/web" } do
      local none, err = stack:import("site", id)
      assert.is_nil(none)
      assert.truthy(err.code == "NotFound" or err.code == "ClusterNotFoundException", err.code)
      assert.equal("site", err.service)
    end
    assert.same({}, (stack:recorded()))
  end)

  it("of a service that was deleted is an error", function()
    make()
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    sim:advance(300)
    local none, err = journey.stack(sim):import("site", "prod/web")
    assert.is_nil(none)
    assert.equal("NotFound", err.code)
  end)

  it("of what is managed already is refused, by address and by service", function()
    local stack = journey.stack(sim)
    stack:service("site", journey.web())
    assert(stack:apply())
    local _, err = stack:import("site", "prod/other")
    assert.equal("AlreadyManaged", err.code)
    _, err = stack:import("second", "prod/web")
    assert.equal("AlreadyManaged", err.code)
    assert.truthy(err.message:find("as site", 1, true))
  end)

  it("is followed by a plan of what the declaration has differently", function()
    make()
    local stack = journey.stack(sim)
    stack:service("site", journey.web { task_definition = "web:2", desired_count = 4 })
    assert(stack:import("site", "prod/web"))
    local plan = assert(stack:plan())
    assert.equal("update", plan.changes[1].action)
    assert.equal(1, #plan.changes[1].diff)
    assert(stack:apply(plan))
    assert.same({ "UpdateService" }, journey.mutations(sim))
    journey.assert_empty(stack)
  end)

  it("of the same service at the same address once more answers its attributes and changes nothing", function()
    make()
    local stack = journey.stack(sim)
    stack:service("site", journey.web { task_definition = "web:2" })
    local first = assert(stack:import("site", "prod/web"))
    assert.same(first, assert(stack:import("site", "prod/web")))
    assert(stack:apply())
    assert.equal("web", assert(stack:import("site", "prod/web")).name)
    assert.same({}, journey.mutations(sim))
    assert.is_nil(stack:state_entry("site").imported)
  end)
end)

describe("an import once more in another account", function()
  it("is refused, although the record would answer it", function()
    make()
    local state = journey.folder() .. "/state.json"
    assert(journey.stack(sim, { state = state }):import("site", "prod/web"))
    local other = journey.simulator { account_id = "999999999999" }
    other:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:2", desiredCount = 1 })
    -- A transport that does not tell whose account it is of.
    local transport = { scheduler = other.scheduler, credentials = other.credentials }
    for _, name in ipairs { "submit", "wait", "cancel" } do
      transport[name] = function(_, ...) return other[name](other, ...) end
    end
    local none, err = journey.stack(transport, { state = state }):import("site", "prod/web")
    assert.is_nil(none)
    assert.equal("WrongPlace", err.code)
    assert.equal("999999999999", err.here.account)
  end)
end)

describe("what is imported and not declared", function()
  local stack

  before_each(function()
    make()
    stack = journey.stack(sim)
    assert(stack:import("site", "prod/web"))
  end)

  local function is_untouched()
    assert.same({}, journey.mutations(sim))
    assert.equal("ACTIVE", journey.service(sim).status)
    assert.is_true(stack:state_entry("site").imported)
  end

  local function is_left(plan)
    local change = plan.changes[1]
    assert.equal("no-op", change.action)
    assert.truthy(change.reason:find("imported and never declared", 1, true))
    assert.equal(1, plan.summary.no_op)
    assert.equal(0, plan.summary.delete)
    assert.is_true(plan:is_empty())
    local text = plan:render { color = false }
    assert.truthy(text:find("= site  prod/web", 1, true), text)
    assert.truthy(text:find("generate", 1, true), text)
    assert.truthy(text:find("1 imported and not declared", 1, true), text)
  end

  for name, opts in pairs { ["a plan"] = {}, ["a plan to destroy"] = { destroy = true },
                            ["a plan without reading AWS"] = { refresh = false },
                            ["a plan without it"] = { destroy = true, refresh = false } } do
    it("is a no-op with a reason in " .. name, function()
      is_left(assert(stack:plan(opts)))
      is_untouched()
    end)
  end

  for _, verb in ipairs { "apply", "destroy", "refresh" } do
    it("is left by " .. verb .. ", again and again", function()
      for _ = 1, 3 do
        local result = assert(stack[verb](stack))
        assert.equal("unchanged", result.changes[1].outcome)
        assert.equal(2, result.services.site.desired_count)
        is_untouched()
      end
      is_left(assert(stack:plan()))
    end)
  end

  it("is left by a saved plan", function()
    local path = journey.folder() .. "/site.plan"
    assert(assert(stack:plan()):save(path))
    local plan = assert(ecs.load_plan(path))
    is_left(plan)
    assert(stack:apply(plan))
    is_untouched()
  end)

  it("follows what AWS has", function()
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 5 })
    sim:advance(60)
    assert(stack:apply())
    assert.equal(5, stack:recorded().site.desired_count)
    assert.is_true(stack:state_entry("site").imported)
  end)

  it("keeps its protection when its record moves, and when a verb changes it", function()
    assert(stack:move("site", "place"))
    assert(stack:scale("place", 3))
    assert.is_true(stack:state_entry("place").imported)
    assert(stack:destroy())
    assert.equal("ACTIVE", journey.service(sim).status)
  end)

  it("is beside what is declared: only that is destroyed", function()
    stack:service("db", journey.web { name = "db", task_definition = "db:1" })
    assert(stack:apply())
    local result = assert(stack:destroy())
    assert.equal("ACTIVE", journey.service(sim).status)
    assert.is_nil(result.services.db)
    assert.truthy(result.changes[1].reason or result.changes[2].reason)
  end)

  it("as a target is an error with both ways out", function()
    for _, call in ipairs { "plan", "apply", "destroy" } do
      local none, err = stack[call](stack, { target = "site" })
      assert.is_nil(none)
      assert.equal("NotDeclared", err.code)
      assert.equal("site", err.service)
      assert.truthy(err.hint:find("generate --into services.lua site", 1, true))
      assert.truthy(err.hint:find("state rm site", 1, true))
    end
    is_untouched()
    assert(stack:plan { exclude = "site" })
    assert(stack:refresh { target = "site" })
  end)

  it("is protected until an apply, not a plan, has seen it declared", function()
    local state = journey.folder() .. "/state.json"
    stack = journey.stack(sim, { state = state })
    assert(stack:import("site", "prod/web"))
    local declared = journey.stack(sim, { state = state })
    declared:service("site", journey.web { task_definition = "web:2" })
    assert.is_true(assert(declared:plan()):is_empty())
    is_left(assert(stack:plan()))
    assert(declared:apply())
    assert.equal("delete", assert(stack:plan()).changes[1].action)
  end)

  it("and is gone is told so, and destroys nothing", function()
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    sim:advance(4000)
    local plan = assert(stack:plan())
    assert.equal("no-op", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("state rm", 1, true))
    assert(stack:apply(plan))
    assert(stack:forget "site")
  end)

  it("and declared at another address is to be moved there", function()
    stack:service("home", journey.web { task_definition = "web:2" })
    local _, err = stack:plan()
    assert.equal("AlreadyExists", err.code)
    assert.truthy(err.hint:find("state mv site home", 1, true))
    assert(stack:move("site", "home"))
    journey.assert_empty(stack)
  end)
end)

describe("a generated declaration", function()
  local GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"
  local SERVICES = {
    { "with nothing special", {} },
    { "that keeps nothing running", { desiredCount = 0 } },
    { "with placement", { placementStrategy = { { type = "binpack", field = "cpu" },
      { type = "spread", field = "instanceId" } }, placementConstraints = { { type = "memberOf",
      expression = 'attribute:x == "quoted\\ back"' } } } },
    { "as a DAEMON", { schedulingStrategy = "DAEMON" }, { "desiredCount" } },
    { "with a circuit breaker and alarms", { deploymentConfiguration = { minimumHealthyPercent = 50,
      maximumPercent = 150, deploymentCircuitBreaker = { enable = true, rollback = false },
      alarms = { alarmNames = { "b", "a" }, enable = true, rollback = true } } } },
    { "on Fargate", { launchType = "FARGATE", platformVersion = "1.4.0", networkConfiguration = {
      awsvpcConfiguration = { subnets = { "subnet-1", "subnet-2" }, securityGroups = { "sg-1" },
      assignPublicIp = "ENABLED" } } } },
    { "on capacity providers", { capacityProviderStrategy = {
      { capacityProvider = "FARGATE_SPOT", weight = 2, base = 1 },
      { capacityProvider = "FARGATE", weight = 1, base = 0 } }, networkConfiguration = { awsvpcConfiguration = {
      subnets = { "subnet-1" } } } } },
    { "behind a load balancer", { loadBalancers = { { targetGroupArn = GROUP, containerName = "web",
      containerPort = 80 } }, healthCheckGracePeriodSeconds = 30 } },
    { "with tags that are hard to write", { tags = { { key = "a key", value = 'say "hi"\\\n' },
      { key = "end", value = "]]" } }, propagateTags = "SERVICE", enableECSManagedTags = true,
      enableExecuteCommand = true } },
    { "with service connect", { serviceConnectConfiguration = { enabled = true, namespace = "inner",
      services = { { portName = "http", clientAliases = { { port = 80, dnsName = "web" } } } } } } },
    { "with an external controller", { deploymentController = { type = "EXTERNAL" } }, { "taskDefinition" } },
    { "with a primary task set", { deploymentController = { type = "EXTERNAL" } }, { "taskDefinition" }, function()
      local set = assert(sim:call("CreateTaskSet", { cluster = "prod", service = "web", taskDefinition = "web:2",
        launchType = "FARGATE", networkConfiguration = { awsvpcConfiguration = { subnets = { "subnet-1" } } },
        loadBalancers = { { targetGroupArn = GROUP, containerName = "web", containerPort = 80 } } })).taskSet
      assert(sim:call("UpdateServicePrimaryTaskSet", { cluster = "prod", service = "web", primaryTaskSet = set.id }))
    end },
  }
  for _, case in ipairs(SERVICES) do
    it("of a service " .. case[1] .. " plans as no change after an import", function()
      local body = { cluster = "prod", serviceName = "web", taskDefinition = "web:2", desiredCount = 2 }
      for key, value in pairs(case[2]) do body[key] = value end
      for _, key in ipairs(case[3] or {}) do body[key] = nil end
      assert(sim:call("CreateService", body))
      if case[4] then case[4]() end
      local stack = journey.stack(sim)
      local source = assert(stack:generate_config("prod/web"))
      assert.equal(source, (stack:generate_config("prod/web")))
      declare(stack, source)
      assert.same({ "web" }, stack:addresses())
      assert(stack:import("web", "prod/web"))
      local plan, err = stack:plan()
      assert(plan, err and tostring(err) .. source)
      for _, warning in ipairs(plan.warnings) do
        assert.truthy(warning.code ~= "NoEffect" and warning.code ~= "Conflict", warning.message .. "\n" .. source)
      end
      assert.is_true(plan:is_empty(), plan:render { color = false } .. source)
      assert.same({}, journey.mutations(sim))
    end)
  end

  it("has only what differs from the defaults, in the order of the arguments", function()
    make { enableExecuteCommand = true }
    local source = assert(journey.stack(sim):generate_config("prod/web"))
    for _, absent in ipairs { "deployment_maximum_percent", "scheduling_strategy", "tags", "deployment_controller",
                              "enable_ecs_managed_tags", "propagate_tags", "deployment_circuit_breaker" } do
      assert.falsy(source:find(absent, 1, true), source)
    end
    local last = 0
    for _, name in ipairs { "name =", "cluster = \"prod\"", "desired_count = 2", "enable_execute_command = true",
                            "task_definition = \"web:2\"" } do
      local at = source:find(name, 1, true)
      assert.truthy(at and at > last, name .. "\n" .. source)
      last = at
    end
  end)

  it("of a service that is not there is an error", function()
    local source, err = journey.stack(sim):generate_config("prod/nobody")
    assert.is_nil(source)
    assert.equal("NotFound", err.code)
  end)

  it("has no more in it for the stack's default_tags and ignore_tags", function()
    make { tags = { { key = "team", value = "core" }, { key = "aside", value = "1" } }, propagateTags = "NONE" }
    local plain = assert(journey.stack(sim):generate_config("prod/web")):gsub(" *tags = .-\n", "")
    for _, options in ipairs { { default_tags = { managed_by = "us" } }, { default_tags = { team = "core" } },
                               { default_tags = { team = "other" }, ignore_tags = { keys = { "aside" } } } } do
      local source = assert(journey.stack(sim, options):generate_config("prod/web"))
      assert.equal(plain, (source:gsub(" *tags = .-\n", "")))
      local stack = journey.stack(sim, options)
      declare(stack, source)
      assert(stack:import("web", "prod/web"))
      for _, entry in ipairs(assert(stack:plan()).changes[1].diff) do
        assert.truthy(entry.path:find("^tags"), entry.path)
      end
    end
  end)

  it("of what is recorded is found by its address, and called so", function()
    make()
    local stack = journey.stack(sim)
    assert(stack:import("site", "prod/web"))
    assert.truthy(assert(stack:generate_config "site"):find('stack:service("site", {', 1, true))
    assert.truthy(assert(stack:generate_config("site", { address = "a" })):find('stack:service("a", {', 1, true))
    assert.truthy(assert(stack:generate_config("prod/web")):find('stack:service("web", {', 1, true))
  end)

  it("leaves out the stack's default tags", function()
    make { tags = { { key = "team", value = "core" }, { key = "own", value = "1" } } }
    local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = sim,
      default_tags = { team = "core" } })
    local source = assert(stack:generate_config("prod/web"))
    assert.truthy(source:find("own", 1, true))
    assert.falsy(source:find("team", 1, true))
  end)
end)
