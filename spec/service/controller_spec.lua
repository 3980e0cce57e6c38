-- A service that moves from another deployment controller to ECS's own.
local journey = require "support.journey"

after_each(journey.clean)

describe("a service of another deployment controller", function()
  local balancer = { { container_name = "web", container_port = 80, target_group_arn =
    "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef" } }

  local function moved(sim, backend, config)
    local stack = journey.stack(sim)
    stack.backend = backend or stack.backend
    stack:service("web", journey.web(config))
    return stack, stack.backend
  end

  it("of CodeDeploy moves to ECS in place, with its tasks", function()
    local sim = journey.simulator()
    local stack, backend = moved(sim, nil, { deployment_controller = { type = "CODE_DEPLOY" },
      load_balancer = balancer })
    assert(stack:apply())
    sim:advance(300)
    stack = moved(sim, backend, { deployment_controller = { type = "ECS" }, load_balancer = balancer })
    local plan = assert(stack:plan())
    assert.equal("update", plan.changes[1].action)
    local before = #sim.requests
    assert(stack:apply())
    local body
    for i = before + 1, #sim.requests do
      if sim.requests[i].operation == "UpdateService" then body = sim.requests[i].body end
    end
    assert.same({ type = "ECS" }, body.deploymentController)
    local service = journey.service(sim)
    assert.equal("ECS", service.deploymentController.type)
    assert.equal(2, service.runningCount)
    journey.assert_empty((moved(sim, backend, { load_balancer = balancer })))
    stack = moved(sim, backend, { load_balancer = balancer, task_definition = "web:2", wait_for_steady_state = true })
    local result, err = stack:apply()
    assert(result, tostring(err))
    service = journey.service(sim)
    assert.equal(1, #service.deployments)
    assert.truthy(service.deployments[1].taskDefinition:find("web:2", 1, true))
    assert.equal(2, service.runningCount)
  end)

  it("of others moves to ECS in place, and gets what it runs from its declaration", function()
    local sim = journey.simulator()
    local stack, backend = moved(sim, nil, { deployment_controller = { type = "EXTERNAL" },
      task_definition = journey.NONE })
    assert(stack:apply())
    stack = moved(sim, backend, { deployment_controller = { type = "ECS" }, wait_for_steady_state = true })
    assert.equal("update", assert(stack:plan()).changes[1].action)
    local result, err = stack:apply()
    assert(result, tostring(err))
    assert.equal(2, journey.service(sim).runningCount)
    journey.assert_empty((moved(sim, backend, { wait_for_steady_state = true })))
  end)

  it("moves from ECS to another by replacement alone", function()
    local sim = journey.simulator()
    local stack, backend = moved(sim, nil, { load_balancer = balancer })
    assert(stack:apply())
    stack = moved(sim, backend, { deployment_controller = { type = "CODE_DEPLOY" }, load_balancer = balancer })
    assert.equal("replace", assert(stack:plan()).changes[1].action)
  end)
end)
