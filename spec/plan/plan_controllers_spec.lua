-- What a plan leaves to those who deploy a service when ECS does not.
local core = require "ecs_service.core"
local journey = require "support.plan_journey"

local running, config, paths = journey.running, journey.config, journey.paths

local CODE_DEPLOY = { type = "CODE_DEPLOY" }
local EXTERNAL = { type = "EXTERNAL" }

local function external(more)
  local given = { deployment_controller = EXTERNAL, task_definition = "absent" }
  for key, value in pairs(more or {}) do given[key] = value end
  return given
end

describe("the plan of a service that others deploy", function()
  it("takes what AWS shows of its task sets for nobody's change", function()
    local trip = running(external())
    trip.service.platformVersion = "1.4.0"
    trip.service.loadBalancers = { {
      targetGroupArn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1",
      containerName = "web", containerPort = 80 } }
    assert.equal("no-op", trip:plan(config(external())).action)
  end)

  it("forces no deployment that is not ECS's to start", function()
    local trip = running { deployment_controller = CODE_DEPLOY, force_new_deployment = true }
    local change, bodies = trip:apply(config { deployment_controller = CODE_DEPLOY, force_new_deployment = true,
      desired_count = 9 })
    assert.same({ "desired_count" }, paths(change))
    assert.is_false(change.deployment.starts)
    assert.is_nil(bodies.UpdateService.forceNewDeployment)
  end)

  it("redeploys nothing by itself", function()
    local change = running { deployment_controller = CODE_DEPLOY }:plan(config { deployment_controller = CODE_DEPLOY },
      { redeploy = "a trigger changed" })
    assert.same({ "no-op", false }, { change.action, change.deployment.starts })
    assert.is_nil(change.forces)
    change = running():plan(config(), { redeploy = "a trigger changed" })
    assert.same({ "update", true, true }, { change.action, change.deployment.starts, change.forces })
  end)

  it("turns nothing off with an update that UpdateService does not take", function()
    local breaker = { enable = true, rollback = true }
    local trip = running(external { deployment_circuit_breaker = breaker })
    assert.same({ "desired_count" }, paths((assert(trip:plan(config(external { desired_count = 9 }))))))
    trip = running { deployment_circuit_breaker = breaker }
    assert.same({ "desired_count", "deployment_circuit_breaker" }, paths((trip:plan(config { desired_count = 9 }))))
  end)

  it("warns of a launch type that only task sets have, and refuses what CreateService would", function()
    local _, list = core.validate("service", { name = "web", deployment_controller = EXTERNAL, launch_type = "EC2" })
    assert.same({ "NoEffect", "launch_type", "warning" }, { list[1].code, list[1].path, list[1].severity })
    local normal, problems = core.validate("service", { name = "web", deployment_controller = EXTERNAL,
      launch_type = "EC2", task_definition = "web:7" })
    assert.is_nil(normal)
    assert.same({ 1, "task_definition" }, { #problems, problems[1].path })
    assert.truthy(problems[1].message:find("its task sets have it", 1, true))
  end)
end)
