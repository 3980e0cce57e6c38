-- Waiting: what it reports is what ECS reported.
local journey = require "support.journey"

local sim, stack

local function breaker(changes)
  local config = journey.web { deployment_circuit_breaker = { enable = true, rollback = true } }
  for key, value in pairs(changes or {}) do config[key] = value end
  return config
end

before_each(function()
  sim = journey.simulator()
  stack = journey.stack(sim)
end)
after_each(journey.clean)

local function redeclare(config)
  local other = journey.stack(sim)
  other.backend = stack.backend
  other:service("web", config)
  return other
end

describe("wait", function()
  it("ends when the service is steady, in virtual time", function()
    stack:service("web", breaker())
    assert(stack:apply())
    assert.equal(0, journey.service(sim).runningCount)
    local from = sim:now()
    local services = assert(stack:wait())
    assert.equal("web", services.web.name)
    assert.equal(2, journey.service(sim).runningCount)
    assert.truthy(sim:now() - from < 300)
  end)

  it("right after an apply bears reads that do not show the new service yet", function()
    stack:service("web", breaker())
    assert(stack:apply())
    local world = sim.world
    local services = world.clusters.prod.services
    local web = services.web
    services.web = nil
    world:at(world.now + 6, function() services.web = web end)
    assert(stack:wait())
    assert.equal(2, journey.service(sim).runningCount)
  end)

  it("of one service answers its attributes", function()
    local service = stack:service("web", breaker())
    stack:service("other", breaker { name = "other" })
    assert(stack:apply())
    assert.equal("web", assert(service:wait()).name)
  end)

  it("ends at once when nothing is going on", function()
    stack:service("web", breaker())
    assert(stack:apply())
    assert(stack:wait())
    local from = sim:now()
    assert(stack:wait { ["until"] = "deployed" })
    assert.truthy(sim:now() - from < 2)
  end)

  it("fails with the evidence when the deployment of the last apply is rolled back", function()
    stack:service("web", breaker())
    assert(stack:apply())
    assert(stack:wait())
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    local newer = redeclare(breaker { task_definition = "web:2" })
    assert(newer:apply())
    local services, err = newer:wait()
    assert.is_nil(services)
    assert.equal("DeploymentRolledBack", err.code)
    assert.equal("web", err.service)
  end)

  it("fails also when the roll-back was over before the wait began", function()
    stack:service("web", breaker())
    assert(stack:apply())
    assert(stack:wait())
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    local newer = redeclare(breaker { task_definition = "web:2" })
    assert(newer:apply())
    sim:advance(3600)
    assert.equal(2, journey.service(sim).runningCount)
    local services, err = newer:wait()
    assert.is_nil(services)
    assert.truthy(err.code:find "^Deployment", err.code)
    assert.equal("web", err.service)
  end)

  it("fails at its timeout, with what was last seen", function()
    stack:service("web", journey.web())
    sim:tasks { service = "web", outcome = "no_capacity" }
    assert(stack:apply())
    local from = sim:now()
    local services, err = stack:wait { timeout = 60 }
    assert.is_nil(services)
    assert.equal("Timeout", err.code)
    assert.truthy(sim:now() - from >= 60 and sim:now() - from < 120)
  end)

  it("until inactive ends when a deleted service is", function()
    stack:service("web", breaker())
    assert(stack:apply())
    assert(stack:wait())
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 0 })
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    assert(stack:wait { ["until"] = "inactive" })
    assert.not_equal("DRAINING", (journey.service(sim) or {}).status)
  end)

  it("until inactive does not take a service that never was for one that is gone", function()
    stack:service("web", breaker())
    local services, err = stack:wait { ["until"] = "inactive" }
    assert.is_nil(services)
    assert.equal("NotFound", err.code)
  end)

  it("until inactive ends for a recorded service that ECS has forgotten", function()
    stack:service("web", breaker())
    assert(stack:apply())
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    sim.world.clusters.prod.services.web = nil
    assert(stack:wait { ["until"] = "inactive" })
  end)

  it("until inactive ends for a service of others that it saw drain and that ECS forgot", function()
    sim = journey.simulator { inactive_seconds = 0 }
    sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1", desiredCount = 1 })
    sim:advance(60)
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    assert.equal("DRAINING", journey.service(sim).status)
    stack = journey.stack(sim)
    stack:service("web", breaker())
    assert(stack:wait { ["until"] = "inactive" })
    assert.is_nil(journey.service(sim))
  end)

  it("for a service that is not there is an error", function()
    stack:service("web", breaker())
    local services, err = stack:wait { timeout = 30 }
    assert.is_nil(services)
    assert.equal("NotFound", err.code)
  end)

  it("tells what fails of several, and has the rest", function()
    stack:service("web", breaker())
    stack:service("stuck", breaker { name = "stuck" })
    sim:tasks { service = "stuck", outcome = "no_capacity" }
    assert(stack:apply())
    local services, err = stack:wait { timeout = 120 }
    assert.is_nil(services)
    assert.equal("stuck", err.service)
    assert.equal("web", err.result.services.web.name)
  end)

  it("refuses a goal and an address that it does not know", function()
    stack:service("web", breaker())
    assert.equal("WrongOption", select(2, stack:wait { ["until"] = "happy" }).code)
    assert.equal("UnknownAddress", select(2, stack:wait { services = { "wbe" } }).code)
    assert.equal(0, #sim.requests)
  end)
end)

describe("status", function()
  it("tells counts, deployments and events as they are", function()
    local service = stack:service("web", breaker())
    assert.equal("MISSING", assert(service:status()).status)
    assert(stack:apply())
    assert(stack:wait())
    local status = assert(service:status())
    assert.same({ "ACTIVE", 2, 2, 0 }, { status.status, status.desired, status.running, status.pending })
    assert.equal("COMPLETED", status.deployments[1].rollout_state)
    assert.truthy(status.events[1].message)
    assert.equal("ACTIVE", assert(stack:status()).web.status)
  end)

  it("tries again what passes, and tells what does not", function()
    stack:service("web", breaker())
    assert(stack:apply())
    sim:fault { operation = "DescribeServices", times = 2, code = "ThrottlingException", message = "Rate exceeded" }
    assert.equal("ACTIVE", assert(stack:status("web")).status)
    sim:fault { operation = "DescribeServices", times = 1, code = "AccessDeniedException", message = "no" }
    local none, err = stack:status("web")
    assert.is_nil(none)
    assert.equal("AccessDeniedException", err.code)
    assert.equal("DescribeServices", err.operation)
  end)

  it("of eleven services takes two requests", function()
    for i = 1, 11 do stack:service("s" .. i, journey.web { name = "s" .. i }) end
    assert(stack:status())
    assert.equal(2, #sim.requests)
  end)
end)
