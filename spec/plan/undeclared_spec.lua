-- What a service has and no declaration ever set.
local core = require "ecs_service.core"
local journey = require "support.journey"
local members = require "support.members"

before_each(members.begin)
after_each(members.finish)

local telling = members.telling
local bodies = journey.bodies
local create = members.create
local stack_of = members.stack_of
local new_state = members.new_state
local imported = members.imported
local update_of = members.update_of
local ROLE = members.ROLE

describe("a volume that is not the service's", function()
  local function shared(service)
    for _, deployment in ipairs(service.deployments or {}) do
      local list = { { name = "shared" } }
      for _, volume in ipairs(deployment.volumeConfigurations or {}) do
        if volume.managedEBSVolume then table.insert(list, 1, volume) end
      end
      deployment.volumeConfigurations = list
    end
  end
  local function volume(size) return { name = "data", managed_ebs_volume = { role_arn = ROLE, size_in_gb = size } } end
  local sim, world
  before_each(function()
    sim = journey.simulator { clusters = { "prod" } }
    world = telling(sim, shared)
  end)

  it("is neither read nor sent while the declaration has none", function()
    local state = new_state()
    assert(stack_of(world, state, journey.web()):apply())
    journey.assert_empty(stack_of(world, state, journey.web()))
    assert.is_nil(journey.read(state):find("volume_configuration", 1, true))
    local source = assert(journey.stack(world):generate_config "prod/web")
    assert.is_nil(source:find("volume_configuration =", 1, true))
    local sent = update_of(sim, stack_of(world, state, journey.web { task_definition = "web:2" }))
    assert.is_nil(sent.volumeConfigurations)
  end)

  it("stays when the service's own change, and when they go", function()
    local state = new_state()
    assert(stack_of(world, state, journey.web { volume_configuration = { volume(10) } }):apply())
    journey.assert_empty(stack_of(world, state, journey.web { volume_configuration = { volume(10) } }))
    local stack = stack_of(world, state, journey.web { volume_configuration = { volume(20) } })
    assert.same({ "volume_configuration[2]" }, assert(stack:plan()).changes[1].carried)
    local sent = update_of(sim, stack).volumeConfigurations
    assert.equal("data", sent[1].name)
    assert.same({ name = "shared" }, sent[2])
    sent = update_of(sim, stack_of(world, state, journey.web())).volumeConfigurations
    assert.same({ { name = "shared" } }, sent)
  end)
end)

describe("a member that was never declared", function()
  local sim
  before_each(function() sim = journey.simulator { clusters = { "prod" } } end)

  local function connect(more)
    local one = { port_name = "http", discovery_name = "web" }
    for key, value in pairs(more or {}) do one[key] = value end
    return journey.web { service_connect_configuration = { enabled = true, namespace = "apps", service = { one } } }
  end

  local function make()
    create(sim, { serviceConnectConfiguration = { enabled = true, namespace = "apps", services = { {
      portName = "http", discoveryName = "web", timeout = { idleTimeoutSeconds = 30 } } } } })
  end

  it("stays as AWS has it in an element that was imported, also after applies", function()
    make()
    local state, stack = imported(sim, connect())
    journey.assert_empty(stack)
    assert(stack:apply())
    journey.assert_empty(stack_of(sim, state, connect()))
    local sent = update_of(sim, stack_of(sim, state, connect { ingress_port_override = 8080 }))
    assert.same({ idleTimeoutSeconds = 30 }, sent.serviceConnectConfiguration.services[1].timeout)
    journey.assert_empty(stack_of(sim, state, connect { ingress_port_override = 8080 }))
  end)

  it("is removed, and shown, when it was declared once and is taken out", function()
    make()
    local state, stack = imported(sim, connect { timeout = { idle_timeout_seconds = 30 } })
    assert(stack:apply())
    stack = stack_of(sim, state, connect())
    local plan = assert(stack:plan())
    assert.is_truthy(plan.changes[1].diff[1].path:find("timeout", 1, true), plan:render())
    assert.is_nil(update_of(sim, stack).serviceConnectConfiguration.services[1].timeout)
  end)

  it("is removed when it was declared after it had stayed for a while", function()
    make()
    local state, stack = imported(sim, connect())
    assert(stack:apply())
    assert(stack_of(sim, state, connect { timeout = { idle_timeout_seconds = 31 } }):apply())
    assert.is_nil(update_of(sim, stack_of(sim, state, connect())).serviceConnectConfiguration.services[1].timeout)
  end)

  it("is nothing of a new element", function()
    make()
    local _, stack = imported(sim, connect { port_name = "admin" })
    assert.is_nil(update_of(sim, stack).serviceConnectConfiguration.services[1].timeout)
  end)
end)

describe("a circuit breaker that was never declared", function()
  local ON = { enable = true, rollback = true }
  local sim
  before_each(function() sim = journey.simulator { clusters = { "prod" } } end)

  local function switch_on()
    assert(sim:call("UpdateService", { cluster = "prod", service = "web",
      deploymentConfiguration = { deploymentCircuitBreaker = ON } }))
  end

  local function percent(value, more)
    local config = { deployment_maximum_percent = value }
    for key, member in pairs(more or {}) do config[key] = member end
    return journey.web(config)
  end

  local function breaker(body)
    local found = body.deploymentConfiguration.deploymentCircuitBreaker
    return { enable = found.enable, rollback = found.rollback }
  end

  it("stays on in every update of a service that was imported", function()
    create(sim, { deploymentConfiguration = { deploymentCircuitBreaker = ON } })
    local state, stack = imported(sim, percent(200))
    assert(stack:apply())
    for value = 150, 152 do
      assert.same(ON, breaker(update_of(sim, stack_of(sim, state, percent(value)))))
    end
    assert.same({ "deployment_circuit_breaker" }, core.read_json(journey.read(state)).services.web.undeclared)
  end)

  it("stays on when somebody else switched it on, read before or not", function()
    for _, refreshes in ipairs { false, true } do
      sim = journey.simulator { clusters = { "prod" } }
      local state = new_state()
      assert(stack_of(sim, state, percent(200)):apply())
      switch_on()
      if refreshes then assert(stack_of(sim, state, percent(200)):refresh()) end
      for value = 150, 151 do
        assert.same(ON, breaker(update_of(sim, stack_of(sim, state, percent(value)))))
      end
    end
  end)

  it("stays on in an update whose plan did not read, with what no row knows in it", function()
    local state = new_state()
    assert(stack_of(sim, state, percent(200)):apply())
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", deploymentConfiguration = {
      deploymentCircuitBreaker = { enable = true, rollback = true, resetOnHealthyTask = false } } }))
    local ignoring = { deployment_circuit_breaker = { enable = false, rollback = false },
      lifecycle = { ignore_changes = "deployment_circuit_breaker" } }
    for i, more in ipairs { {}, ignoring } do
      local from = #sim.requests + 1
      local result, err = stack_of(sim, state, percent(150 + i, more)):apply { refresh = false }
      assert(result, tostring(err))
      assert.same({ enable = true, rollback = true, resetOnHealthyTask = false },
        bodies(sim, "UpdateService", from)[1].deploymentConfiguration.deploymentCircuitBreaker)
    end
  end)

  it("stays on in a replacement", function()
    create(sim, { deploymentConfiguration = { deploymentCircuitBreaker = ON } })
    local _, stack = imported(sim, percent(200, { launch_type = "FARGATE" }))
    local from = #sim.requests + 1
    assert(stack:apply())
    assert.same(ON, breaker(bodies(sim, "CreateService", from)[1]))
  end)

  it("is turned off with the next update when it was declared once and is taken out", function()
    create(sim, { deploymentConfiguration = { deploymentCircuitBreaker = ON } })
    local state, stack = imported(sim, percent(200))
    assert(stack:apply())
    assert(stack_of(sim, state, percent(200, { deployment_circuit_breaker = ON })):apply())
    journey.assert_empty(stack_of(sim, state, percent(200)))
    assert.same({ enable = false, rollback = false }, breaker(update_of(sim, stack_of(sim, state, percent(150)))))
  end)
end)
