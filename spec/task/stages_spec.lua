-- Tasks beside a service that is deployed blue/green: one before it, one after it.
local ecs = require "ecs_service"
local journey = require "support.journey"

describe("tasks around a blue/green deployment", function()
  local sim, backend

  before_each(function()
    sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, service_deployments = true }
    backend = require "ecs_service.state.memory".new()
  end)

  local function stack_of(image)
    local stack = journey.stack(sim, { state = backend })
    local definition = stack:task_definition("api", { container_definitions = { { name = "api", image = image,
      memory = 64 } } })
    local api = stack:service("api", { name = "api", cluster = "prod", task_definition = definition, desired_count = 2,
      deployment_configuration = { strategy = "BLUE_GREEN", bake_time_in_minutes = 10 },
      deployment_circuit_breaker = { enable = true, rollback = true }, wait_for_steady_state = true })
    stack:task("expand", { service = api, command = { "bin/expand" }, before = { api } })
    stack:task("contract", { service = api, command = { "bin/contract" }, after = { api }, run = "deploy" })
    return stack
  end

  -- When each was asked for, since `from`: the update, and the tasks by their command.
  local function asked(from)
    local found = {}
    for i = from + 1, #sim.requests do
      local request = sim.requests[i]
      if request.operation == "RunTask" then
        found[request.body.overrides.containerOverrides[1].command[1]] = request.time
      elseif request.operation == "UpdateService" then
        found.update = request.time
      end
    end
    return found
  end

  local function service()
    return assert(sim:call("DescribeServices", { cluster = "prod", services = { "api" } })).services[1]
  end

  it("are run before the new revision is started, and after the old one has gone", function()
    assert(stack_of("acme/api:1"):apply())
    local from = #sim.requests
    local result = assert(stack_of("acme/api:2"):apply())
    local found = asked(from)
    assert.truthy(found["bin/expand"] < found.update)
    assert.truthy(found["bin/contract"] > found.update + 600, "the bake time is not over")
    assert.equal("api:2", result.tasks.expand.task_definition:match "[^/]+$")
    assert.equal("api:2", result.tasks.contract.task_definition:match "[^/]+$")
    assert.is_true(assert(stack_of("acme/api:2"):plan()):is_empty())
  end)

  it("are not run after a deployment that was rolled back, and the one before it not again", function()
    assert(stack_of("acme/api:1"):apply())
    sim:tasks { service = "api", task_definition = "api:2", outcome = "exit", exit_code = 1 }
    local from = #sim.requests
    local _, err = stack_of("acme/api:2"):apply()
    assert.truthy(err.errors)
    local found = asked(from)
    assert.truthy(found["bin/expand"] and found.update)
    assert.is_nil(found["bin/contract"])
    assert.equal("api:1", service().taskDefinition:match "[^/]+$")
    from = #sim.requests
    _, err = stack_of("acme/api:2"):apply()
    assert.truthy(err)
    found = asked(from)
    assert.truthy(found.update)
    assert.is_nil(found["bin/expand"])
  end)

  it("leave the service as it is when the one before it fails", function()
    assert(stack_of("acme/api:1"):apply())
    sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 1 }
    local from = #sim.requests
    local _, err = stack_of("acme/api:2"):apply()
    assert.equal("TaskFailed", err.errors[1].code)
    local found = asked(from)
    assert.is_nil(found.update)
    assert.is_nil(found["bin/contract"])
    assert.same({ "api:1", 1 }, { service().taskDefinition:match "[^/]+$", #service().deployments })
  end)
end)
