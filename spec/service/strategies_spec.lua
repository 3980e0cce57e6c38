-- How a service is to be deployed, declared: what is checked, what is sent, what comes back, and what stays that nobody
-- declared.
local core = require "ecs_service.core"
local journey = require "support.journey"
local members = require "support.members"

local ROLE = members.ROLE
local SMOKE = "arn:aws:lambda:us-west-2:123456789012:function:smoke"
local LISTENER = "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/web/0123/4567/89ab"
local BLUE_GREEN = { alternateTargetGroupArn = members.group "green", productionListenerRule = LISTENER,
  roleArn = ROLE }

after_each(journey.clean)

local function deployment(block) return journey.web { deployment_configuration = block } end

-- What is wrong with a configuration: "path: message", warnings marked.
local function problems(config)
  local _, list = core.validate("service", config, { region = "us-west-2", partition = "aws" })
  local out = {}
  for i, one in ipairs(list or {}) do
    out[i] = ("%s%s: %s"):format(one.severity == "warning" and "warning: " or "", one.path, one.message)
  end
  return out
end

local function errors_at(config)
  local paths = {}
  for _, line in ipairs(problems(config)) do
    if not line:find "^warning" then paths[#paths + 1] = line:match "^([^:]+)" end
  end
  return paths
end

local function hook(changes)
  local one = { hook_target_arn = SMOKE, role_arn = ROLE, lifecycle_stages = { "POST_SCALE_UP" } }
  for key, value in pairs(changes or {}) do
    if value == journey.NONE then one[key] = nil else one[key] = value end
  end
  return one
end

local function with_hooks(...) return deployment { strategy = "BLUE_GREEN", lifecycle_hook = { ... } } end

describe("a strategy", function()
  local sim, stack
  local function apply(config)
    local former = stack
    stack = journey.stack(sim)
    if former then stack.backend = former.backend end
    stack:service("web", config)
    local from = #sim.requests + 1
    local result, err = stack:apply()
    assert(result, tostring(err))
    journey.assert_empty(stack)
    local bodies = journey.bodies(sim, "UpdateService", from)
    return (bodies[1] or journey.bodies(sim, "CreateService", from)[1] or {}).deploymentConfiguration, result
  end

  before_each(function()
    sim, stack = journey.simulator(), nil
  end)

  it("is sent when it is declared, and is no change when it is not", function()
    assert.equal("ROLLING", apply(deployment { strategy = "ROLLING" }).strategy)
    stack = nil
    sim = journey.simulator()
    assert.is_nil(apply(journey.web()).strategy)
    assert.equal("ROLLING", journey.service(sim).deploymentConfiguration.strategy)
  end)

  it("starts no deployment when it changes, and 0 minutes are told as such", function()
    apply(deployment { strategy = "ROLLING" })
    local later = journey.stack(sim)
    later.backend = stack.backend
    later:service("web", deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 0 })
    local plan = assert(later:plan())
    assert.equal("update", plan.changes[1].action)
    assert.is_false(plan.changes[1].deployment.starts)
    assert.equal(0, apply(deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 0 }).bakeTimeInMinutes)
  end)

  it("keeps the time to bake that is not declared any more, also in a later update", function()
    apply(deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 7 })
    assert.is_nil(apply(deployment { strategy = "BLUE_GREEN" }))
    local config = deployment { strategy = "BLUE_GREEN" }
    config.deployment_maximum_percent = 150
    assert.equal(7, apply(config).bakeTimeInMinutes)
  end)

  it("stays with all of its parts when nothing of it is declared and a percent changes", function()
    apply(deployment { strategy = "CANARY", canary_configuration = { canary_percent = 7.5 }, lifecycle_hook = {
      hook { hook_details = { retries = 3 } } } })
    local body = apply(journey.web { deployment_maximum_percent = 150 })
    assert.equal("CANARY", body.strategy)
    assert.equal(7.5, body.canaryConfiguration.canaryPercent)
    assert.equal(3, body.lifecycleHooks[1].hookDetails.retries)
  end)

  it("has the figures that ECS fills in", function()
    local _, result = apply(deployment { strategy = "CANARY" })
    assert.same({ canary_percent = 5, canary_bake_time_in_minutes = 10 },
      core.table(result.services.web).deployment_configuration.canary_configuration)
  end)

  it("takes the figures of another strategy along when it goes", function()
    apply(deployment { strategy = "CANARY", canary_configuration = { canary_percent = 10 } })
    local body = apply(deployment { strategy = "LINEAR", linear_configuration = { step_percent = 20 } })
    assert.is_nil(body.canaryConfiguration)
    assert.equal(20, body.linearConfiguration.stepPercent)
    assert.is_nil(journey.service(sim).deploymentConfiguration.canaryConfiguration)
  end)

  it("loses its last hook when that is not declared any more", function()
    apply(with_hooks(hook()))
    assert.same({}, apply(deployment { strategy = "BLUE_GREEN" }).lifecycleHooks)
    assert.same({}, journey.service(sim).deploymentConfiguration.lifecycleHooks)
  end)

  it("has its hooks in any order", function()
    local pause = { target_type = "PAUSE", lifecycle_stages = { "PRE_PRODUCTION_TRAFFIC_SHIFT" } }
    apply(with_hooks(hook(), pause))
    assert.is_nil(apply(with_hooks(pause, hook())))
  end)

  it("gives a hook what it is told as the JSON that it is", function()
    local body = apply(with_hooks(hook { hook_details = '{"b": [10, "10", true], "a": 3.14}' }))
    assert.equal('{"a":3.14,"b":[10,"10",true]}', core.json(body.lifecycleHooks[1].hookDetails))
    assert.is_nil(apply(with_hooks(hook { hook_details = { a = 3.14, b = { 10, "10", true } } })))
    assert.is_nil(apply(with_hooks(hook { hook_details = ' { "a":3.14,"b":[ 10,"10",true ]}' })))
    local nothing = with_hooks(hook { hook_details = '{"a":3.14,"b":[10,"10",true],"c":null}' })
    assert.is_nil(apply(nothing))
    assert.same({ "deployment_configuration.lifecycle_hook[1].hook_details" },
      errors_at(with_hooks(hook { hook_details = "[null]" })))
    assert.is_true(apply(with_hooks(hook { hook_details = "true" })).lifecycleHooks[1].hookDetails)
    assert.equal("true", apply(with_hooks(hook { hook_details = '"true"' })).lifecycleHooks[1].hookDetails)
    assert.is_false(apply(with_hooks(hook { hook_details = false })).lifecycleHooks[1].hookDetails)
  end)

  it("is restored when somebody switched it off", function()
    apply(deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 5 })
    assert(sim:call("UpdateService", { cluster = "prod", service = "web",
      deploymentConfiguration = { strategy = "ROLLING" } }))
    assert.equal("BLUE_GREEN", apply(deployment { strategy = "BLUE_GREEN", bake_time_in_minutes = 5 }).strategy)
  end)
end)

describe("a deployment_configuration", function()
  it("takes percents in tenths, between their bounds", function()
    local function canary(percent)
      return problems(deployment { strategy = "CANARY", canary_configuration = { canary_percent = percent } })[1]
    end
    local at = "deployment_configuration.canary_configuration.canary_percent: "
    for _, good in ipairs { 0.1, 7.5, 0.3, 0.1 + 0.2, 100, 5 } do
      assert.is_nil((canary(good) or ""):match "canary_percent")
    end
    assert.equal(at .. "7.55 is not a multiple of 0.1", canary(7.55))
    for _, bad in ipairs { 0, 100.1, -1, 0.05, 1 / 0, 0 / 0 } do
      assert.truthy(canary(bad):find(at, 1, true), tostring(bad))
    end
    assert.truthy(canary "5":find("not a number", 1, true))
    assert.equal("deployment_configuration.linear_configuration.step_percent: 2.9 is not between 3 and 100",
      problems(deployment { strategy = "LINEAR", linear_configuration = { step_percent = 2.9 } })[1])
  end)

  it("has the figures of a strategy only with that strategy", function()
    for _, strategy in ipairs { "LINEAR", "BLUE_GREEN", "ROLLING" } do
      assert.same({ "deployment_configuration.canary_configuration" }, errors_at(deployment { strategy = strategy,
        canary_configuration = { canary_percent = 5 } }))
    end
    assert.same({ "deployment_configuration.linear_configuration" },
      errors_at(deployment { linear_configuration = { step_percent = 5 } }))
  end)

  it("is for ECS's own controller where it shifts traffic", function()
    local config = deployment { strategy = "BLUE_GREEN" }
    config.deployment_controller = { type = "CODE_DEPLOY" }
    config.load_balancer = { { target_group_arn = members.group "blue", container_name = "web", container_port = 80 } }
    assert.same({ "deployment_configuration.strategy" }, errors_at(config))
  end)

  it("warns where there is no traffic to shift, and of nothing where there is", function()
    local config = deployment { strategy = "BLUE_GREEN" }
    assert.truthy(problems(config)[1]:find("^warning: deployment_configuration.strategy: there is no traffic"))
    config.load_balancer = { { target_group_arn = members.group "blue", container_name = "web", container_port = 80,
      advanced_configuration = { alternate_target_group_arn = members.group "green",
        production_listener_rule = LISTENER, role_arn = ROLE } } }
    assert.same({}, problems(config))
    config.load_balancer = nil
    config.service_connect_configuration = { enabled = true }
    assert.same({}, problems(config))
  end)

  it("has hooks that say whom they call", function()
    local at = "deployment_configuration.lifecycle_hook[1]"
    assert.same({ at .. ".role_arn" }, errors_at(with_hooks(hook { role_arn = journey.NONE })))
    assert.same({ at .. ".hook_target_arn" }, errors_at(with_hooks(hook { hook_target_arn = journey.NONE })))
    assert.same({ at .. ".lifecycle_stages[1]" }, errors_at(with_hooks(hook { lifecycle_stages = { "SCALE_UP" } })))
    assert.same({ at .. ".lifecycle_stages" }, errors_at(with_hooks(hook { lifecycle_stages = {} })))
    assert.same({ at .. ".hook_details" }, errors_at(with_hooks(hook { hook_details = "foo: bar" })))
  end)

  it("has pauses that call nobody, and stand where ECS can wait", function()
    local function pause(changes)
      local all = { target_type = "PAUSE", hook_target_arn = journey.NONE, role_arn = journey.NONE }
      for key, value in pairs(changes) do all[key] = value end
      return with_hooks(hook(all))
    end
    local at = "deployment_configuration.lifecycle_hook[1]"
    assert.same({}, errors_at(pause {}))
    assert.same({ at .. ".hook_target_arn" }, errors_at(pause { hook_target_arn = SMOKE }))
    assert.same({ at .. ".lifecycle_stages[1]" },
      errors_at(pause { lifecycle_stages = { "PRODUCTION_TRAFFIC_SHIFT" } }))
    assert.same({ at .. ".timeout_configuration.timeout_in_minutes" },
      errors_at(pause { timeout_configuration = { timeout_in_minutes = 0 } }))
    assert.same({ at .. ".timeout_configuration.timeout_in_minutes" },
      errors_at(pause { timeout_configuration = { timeout_in_minutes = 20161 } }))
    assert.truthy(problems(pause { hook_details = { a = 1 } })[1]:find "^warning: .*hook_details")
  end)

  it("calls a deployment successful early only with enough healthy tasks", function()
    local function early(percent, minimum)
      local config = deployment { early_success_criteria = { enable = true, healthy_percent = percent,
        source_service_revision_cleanup = "DEFERRED" } }
      config.deployment_minimum_healthy_percent = minimum
      return errors_at(config)
    end
    local at = "deployment_configuration.early_success_criteria."
    assert.same({ at .. "healthy_percent" }, early(80))
    assert.same({}, early(80, 80))
    assert.same({ at .. "healthy_percent", at .. "source_service_revision_cleanup" },
      errors_at(deployment { early_success_criteria = { enable = true } }))
  end)
end)

describe("what was never declared of the newest arguments", function()
  local sim, state
  local function create(more)
    sim = journey.simulator()
    state = journey.folder() .. "/state.json"
    local body = { cluster = "prod", serviceName = "web", taskDefinition = "web:3", desiredCount = 2,
      deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 5 },
      loadBalancers = { { targetGroupArn = members.group "blue", containerName = "web", containerPort = 80,
        advancedConfiguration = BLUE_GREEN } } }
    for key, value in pairs(more or {}) do body[key] = value end
    assert(sim:call("CreateService", body))
    sim:advance(900)
  end

  local function stack_of(port, more)
    local config = { task_definition = "web:3", load_balancer = { { target_group_arn = members.group "blue",
      container_name = "web", container_port = port } } }
    for key, value in pairs(more or {}) do config[key] = value end
    local stack = journey.stack(sim, { state = state })
    stack:service("web", journey.web(config))
    return stack
  end

  local function sent(stack, operation, options)
    local from = #sim.requests + 1
    local result, err = stack:apply(options)
    assert(result, tostring(err))
    return journey.bodies(sim, operation or "UpdateService", from)[1]
  end

  -- A state as an earlier version wrote it, which knew nothing of them.
  local function age()
    local document = core.read_json(journey.read(state))
    local entry = document.services.web
    entry.undeclared, entry.imported = nil, nil
    entry.attributes.deployment_configuration, entry.attributes.arn = nil, nil
    for _, balancer in ipairs(entry.attributes.load_balancer) do balancer.advanced_configuration = nil end
    local file = assert(io.open(state, "w"))
    file:write(core.json(document))
    file:close()
  end

  it("stays when a service that was imported is changed, again and again", function()
    create()
    assert(stack_of(80):import("web", "prod/web"))
    for _, port in ipairs { 81, 82, 83 } do
      assert.same(BLUE_GREEN, sent(stack_of(port)).loadBalancers[1].advancedConfiguration)
      journey.assert_empty(stack_of(port))
    end
    assert.equal("BLUE_GREEN", journey.service(sim).deploymentConfiguration.strategy)
  end)

  it("stays when the state is of an earlier version, whether the plan reads or not", function()
    for _, refresh in ipairs { true, false } do
      create()
      assert(stack_of(80):import("web", "prod/web"))
      sent(stack_of(81))
      age()
      local stack = stack_of(82, { deployment_maximum_percent = 150 })
      local body = sent(stack, "UpdateService", { refresh = refresh })
      assert.same(BLUE_GREEN, body.loadBalancers[1].advancedConfiguration)
      assert.equal("BLUE_GREEN", body.deploymentConfiguration.strategy)
      journey.assert_empty(stack_of(82, { deployment_maximum_percent = 150 }))
    end
  end)

  it("can be left out by either name", function()
    for _, name in ipairs { "advanced_configuration", "advancedConfiguration" } do
      create { deploymentConfiguration = {} }
      assert(stack_of(80):import("web", "prod/web"))
      local stack = stack_of(81, { lifecycle = { leave_out = "load_balancer." .. name } })
      assert.is_nil(sent(stack).loadBalancers[1].advancedConfiguration)
    end
  end)

  it("goes when it was declared once and is not any more, and comes back when somebody takes it away", function()
    local advanced = { alternate_target_group_arn = members.group "green", production_listener_rule = LISTENER,
      role_arn = ROLE }
    local function declared(block)
      return stack_of(80, { load_balancer = { { target_group_arn = members.group "blue", container_name = "web",
        container_port = 80, advanced_configuration = block } } })
    end
    create()
    assert(declared(advanced):import("web", "prod/web"))
    assert(declared(advanced):apply())
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", loadBalancers = { {
      targetGroupArn = members.group "blue", containerName = "web", containerPort = 80 } } }))
    assert.same(BLUE_GREEN, sent(declared(advanced)).loadBalancers[1].advancedConfiguration)
    local plan = assert(declared(nil):plan())
    assert.equal("load_balancer[1].advanced_configuration", plan.changes[1].diff[1].path:match "^[^.]+%.[^.]+")
    assert.is_nil(sent(declared(nil)).loadBalancers[1].advancedConfiguration)
    journey.assert_empty(declared(nil))
  end)

  it("is Service Connect's access log, too, when a name changes", function()
    local log = { logDriver = "awslogs", options = { ["awslogs-group"] = "one" } }
    create { serviceConnectConfiguration = { enabled = true, namespace = "apps", logConfiguration = log,
      accessLogConfiguration = { format = "JSON" }, containerConfigurations = { { logLevel = "debug" } },
      services = { { portName = "http", discoveryName = "web", clientAliases = { { port = 80, dnsName = "web",
        testTrafficRules = { header = { name = "X-Test" } } } } } } } }
    local connect = { enabled = true, namespace = "apps", log_configuration = { log_driver = "awslogs",
      options = { ["awslogs-group"] = "one" } }, service = { { port_name = "http", discovery_name = "web",
        client_alias = { { port = 80, dns_name = "web2" } } } } }
    local stack = stack_of(80, { service_connect_configuration = connect })
    assert(stack:import("web", "prod/web"))
    local body = sent(stack).serviceConnectConfiguration
    assert.equal("JSON", body.accessLogConfiguration.format)
    assert.equal("debug", body.containerConfigurations[1].logLevel)
    assert.equal("X-Test", body.services[1].clientAliases[1].testTrafficRules.header.name)
  end)

  it("goes into the service that is made in place of the old one", function()
    create()
    local stack = stack_of(80, { launch_type = "FARGATE" })
    assert(stack:import("web", "prod/web"))
    local carried = assert(stack:plan()).changes[1].carried
    table.sort(carried)
    assert.same({ "deployment_configuration", "load_balancer.advanced_configuration" }, carried)
    local body = sent(stack, "CreateService")
    assert.equal("BLUE_GREEN", body.deploymentConfiguration.strategy)
    assert.same(BLUE_GREEN, body.loadBalancers[1].advancedConfiguration)
    journey.assert_empty(stack_of(80, { launch_type = "FARGATE" }))
  end)
end)

describe("an Express service", function()
  it("is refused by its name, and by what it is", function()
    local sim = journey.simulator()
    members.create(sim)
    local telling = members.telling(sim, function(service) service.resourceManagementType = "ECS" end)
    local stack = journey.stack(telling)
    stack:service("web", journey.web())
    for _, verb in ipairs { "plan", "import", "generate_config" } do
      local answer, err
      if verb == "plan" then answer, err = stack:plan() end
      if verb == "import" then answer, err = stack:import("web", "prod/web") end
      if verb == "generate_config" then answer, err = stack:generate_config "prod/web" end
      assert.is_nil(answer)
      assert.equal("ExpressService", err.code)
      assert.truthy(err.message:find("prod/web is an Express service", 1, true))
    end
  end)
end)

describe("the smaller arguments of today", function()
  it("are checked before anything is sent", function()
    local function at(config) return errors_at(journey.web(config)) end
    assert.same({ "service_connect_configuration.access_log_configuration" }, at { service_connect_configuration = {
      enabled = true, access_log_configuration = { format = "TEXT" } } })
    assert.same({ "service_connect_configuration.service[1].client_alias[1].test_traffic_rules" },
      at { service_connect_configuration = { enabled = true, service = { { port_name = "http", client_alias = { {
        port = 80, test_traffic_rules = { { header = { name = "a" } }, { header = { name = "b" } } } } } } } } })
    local function volume(changes)
      local ebs = { role_arn = ROLE, size_in_gb = 10 }
      for key, value in pairs(changes) do ebs[key] = value end
      return at { volume_configuration = { { name = "data", managed_ebs_volume = ebs } } }
    end
    assert.same({}, volume { file_system_type = "ntfs" })
    assert.same({ "volume_configuration[1].managed_ebs_volume.tag_specifications[1].tags.AmazonECSManaged" },
      volume { tag_specifications = { { resource_type = "volume", tags = { AmazonECSManaged = "x" } } } })
    for _, name in ipairs { "-x", "Http", ("x"):rep(65) } do
      assert.same({ "vpc_lattice_configurations[1].port_name" }, at { vpc_lattice_configurations = { { role_arn = ROLE,
        target_group_arn = members.LATTICE, port_name = name } } })
    end
  end)

  it("say what to do instead of MANAGED_INSTANCES as a launch type", function()
    local _, list = core.validate("service", journey.web { launch_type = "MANAGED_INSTANCES" })
    assert.equal("use capacity_provider_strategy for Managed Instances", list[1].hint)
  end)

  it("are the stack's own region, and no other", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    stack:service("web", journey.web { region = "us-west-2", sigint_rollback = false })
    assert(stack:apply())
    journey.assert_empty(stack)
    stack:service("db", journey.web { name = "db", region = "eu-west-1" })
    local _, err = stack:plan()
    assert.equal("region", err.diagnostics[1].path)
    assert.truthy(err.diagnostics[1].message:find("us-west-2", 1, true))
  end)

  it("leave the tags out that AWS itself puts on volumes", function()
    local sim = journey.simulator()
    local config = journey.web { volume_configuration = { { name = "data", managed_ebs_volume = { role_arn = ROLE,
      size_in_gb = 10, tag_specifications = { { resource_type = "volume", tags = { team = "core" } } } } } } }
    local telling = members.telling(sim, function(service)
      for _, one in ipairs(service.deployments or {}) do
        local volumes = one.volumeConfigurations or {}
        for _, specification in ipairs(volumes[1] and volumes[1].managedEBSVolume.tagSpecifications or {}) do
          specification.propagateTags = "NONE"
          table.insert(specification.tags, { key = "aws:ecs:x", value = "1" })
          table.insert(specification.tags, { key = "AmazonECSManaged", value = "true" })
        end
      end
    end)
    local stack = journey.stack(telling)
    stack:service("web", config)
    assert(stack:apply())
    journey.assert_empty(stack)
  end)

  it("are equal to what ECS takes by itself: a circuit breaker's usual threshold", function()
    local sim = journey.simulator()
    local telling = members.telling(sim, function(service)
      local breaker = service.deploymentConfiguration.deploymentCircuitBreaker
      breaker.resetOnHealthyTask = true
      breaker.thresholdConfiguration = { type = "BOUNDED_PERCENT", value = 50 }
    end)
    local stack = journey.stack(telling)
    stack:service("web", journey.web { deployment_circuit_breaker = { enable = true, rollback = true } })
    assert(stack:apply())
    journey.assert_empty(stack)
    assert.is_nil(assert(stack:plan()).changes[1].undeclared)
  end)
end)
