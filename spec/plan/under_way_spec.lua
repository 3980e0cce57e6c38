-- A plan without changes says when a deployment has not come to its end.
local core = require "ecs_service.core"
local journey = require "support.journey"

local sim, backend

before_each(function()
  sim = journey.simulator()
  backend = require("ecs_service.state.memory").new()
end)
after_each(journey.clean)

local function stack(definition, more)
  local one = journey.stack(sim)
  one.backend = backend
  local config = journey.web { task_definition = definition,
    deployment_circuit_breaker = { enable = true, rollback = true } }
  for key, value in pairs(more or {}) do config[key] = value end
  one:service("web", config)
  return one
end

local function told(plan) return plan:render { color = false } end

describe("a plan that changes nothing", function()
  it("says that a deployment is under way, and how to wait for it", function()
    assert(stack("web:1"):apply())
    local plan = assert(stack("web:1"):plan())
    assert.is_true(plan:is_empty())
    assert.truthy(told(plan):find("web: a deployment is under way (web:1 in progress); wait for it: ecs-service wait "
      .. "web; what it does: ecs-service diagnose web", 1, true), told(plan))
    local now = plan:to_table().changes[1].under_way
    assert.same({ false, "web:1", "IN_PROGRESS" },
      { now.rollback, now.deployments[1].task_definition, now.deployments[1].rollout_state })
    assert.truthy(core.json(plan:to_table()):find('"under_way"', 1, true))
  end)

  it("names the deployments beside it", function()
    assert(stack("web:1", { wait_for_steady_state = true }):apply())
    assert(stack("web:2"):apply())
    sim:advance(3)
    local plan = assert(stack("web:2"):plan())
    assert.truthy(told(plan):find("(web:2 in progress, web:1 completed)", 1, true), told(plan))
  end)

  it("says that ECS is going back", function()
    assert(stack("web:1", { wait_for_steady_state = true }):apply())
    sim:tasks { task_definition = "web:2", outcome = "exit" }
    assert.equal("DeploymentRolledBack",
      select(2, stack("web:2", { wait_for_steady_state = true }):apply()).code)
    local plan = assert(stack("web:1"):plan())
    assert.truthy(told(plan):find("web: a rollback is under way (web:1 in progress", 1, true), told(plan))
    assert.is_true(plan.changes[1].under_way.rollback)
  end)

  it("says so in an apply, too", function()
    assert(stack("web:1"):apply())
    local shown
    assert(stack("web:1"):apply { approve = function(plan)
      shown = told(plan)
      return true
    end })
    assert.truthy(shown:find("a deployment is under way", 1, true))
  end)

  it("says nothing of a service that has come to rest, nor in a plan that was saved", function()
    assert(stack("web:1"):apply())
    local folder = journey.folder()
    assert(assert(stack("web:1"):plan()):save(folder .. "/plan"))
    assert.is_nil(assert(require("ecs_service").load_plan(folder .. "/plan")).changes[1].under_way)
    sim:advance(600)
    local plan = assert(stack("web:1"):plan())
    assert.is_nil(plan.changes[1].under_way)
    assert.is_nil(told(plan):find("under way", 1, true))
  end)
end)
