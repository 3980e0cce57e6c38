-- An update that did not succeed is remembered, and the same declaration again is no green nothing.
local json = require "ecs_service.util.json"
local journey = require "support.journey"
local memory = require "ecs_service.state.memory"

local sim, backend

local BREAKER = { enable = true, rollback = false }
local ROLLBACK = { enable = true, rollback = true }

local function stack(config, given)
  local one = journey.stack(sim, given)
  one.backend = backend
  local declared = journey.web { wait_for_steady_state = true }
  for key, value in pairs(config or {}) do declared[key] = value end
  one:service("web", declared)
  return one
end

before_each(function()
  sim = journey.simulator()
  backend = memory.new()
end)
after_each(journey.clean)

local function entry() return assert(json.decode(backend.text)).services.web end

local function change_of(config) return assert(stack(config):plan()).changes[1] end

local function forced()
  local count = 0
  for _, request in ipairs(sim.requests) do
    if request.operation == "UpdateService" and request.body.forceNewDeployment then count = count + 1 end
  end
  return count
end

-- The update to web:2 fails as `outcome` says.
local function fail(more, outcome, code)
  assert(stack(more):apply())
  sim:tasks { task_definition = "web:2", outcome = outcome }
  local config = { task_definition = "web:2" }
  for key, value in pairs(more) do config[key] = value end
  local result, err = stack(config):apply()
  assert.is_nil(result)
  assert.equal(code, err.code)
  return config
end

describe("an update whose deployment failed", function()
  it("tells what runs: most tasks are of the deployment before", function()
    assert(stack({ deployment_circuit_breaker = BREAKER }):apply())
    sim:tasks { task_definition = "web:2", outcome = "exit" }
    local _, err = stack({ deployment_circuit_breaker = BREAKER, task_definition = "web:2" }):apply()
    assert.equal("DeploymentFailed", err.code)
    assert.same({ task_definition = "web:1", running = 2, desired = 2 }, err.evidence.running_now)
  end)

  it("is warned of where AWS is not asked what became of it", function()
    local config = fail({ deployment_circuit_breaker = BREAKER }, "exit", "DeploymentFailed")
    config.wait_for_steady_state = false
    local plan = assert(stack(config):plan { refresh = false })
    local codes = {}
    for _, warning in ipairs(plan.warnings) do codes[warning.code] = warning end
    assert.truthy(codes.FailedBefore)
    assert.truthy(codes.FailedBefore.message:find("AWS was not asked", 1, true))
    assert.equal("Warnings", select(2, stack(config):apply { refresh = false, strict = true }).code)
  end)

  local config

  before_each(function() config = fail({ deployment_circuit_breaker = BREAKER }, "pull_error", "DeploymentFailed") end)

  it("is recorded as failed, with the reason", function()
    assert.equal("failed", entry().status)
    assert.truthy(entry().reason:find("it is not rolled back", 1, true), entry().reason)
  end)

  it("is planned again as an update that forces a deployment, with why", function()
    local change = change_of(config)
    assert.equal("update", change.action)
    assert.same({}, change.diff)
    assert.is_true(change.deployment.starts)
    assert.truthy(change.reason:find("the deployment of web:2 has FAILED", 1, true), change.reason)
    local plan = assert(stack(config):plan())
    assert.is_false(plan:is_empty())
    assert.truthy(plan:render { color = false }:find("has FAILED", 1, true), plan:render { color = false })
    assert.equal("FailedBefore", plan.warnings[#plan.warnings].code)
  end)

  it("succeeds by the same declaration once the cause is mended, by one deployment, and is forgotten", function()
    sim:tasks { task_definition = "web:2", outcome = "running" }
    assert(stack(config):apply())
    assert.equal(1, forced())
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    assert.equal("ok", entry().status)
    assert.is_nil(entry().reason)
    journey.assert_empty(stack(config))
    assert.is_nil(entry().attributes.force_new_deployment)
  end)

  it("is not green by the same declaration while the cause is not mended", function()
    for _ = 1, 2 do
      local result, err = stack(config):apply()
      assert.is_nil(result)
      assert.equal("DeploymentFailed", err.code)
      assert.equal("failed", entry().status)
    end
    assert.equal(2, forced())
  end)

  it("starts a deployment also with a change that would start none", function()
    sim:tasks { task_definition = "web:2", outcome = "running" }
    config.desired_count = 3
    local change = change_of(config)
    assert.is_true(change.deployment.starts)
    assert(stack(config):apply())
    assert.equal(1, forced())
    assert.equal(3, journey.service(sim).runningCount)
  end)

  it("needs no force for a change that starts one by itself", function()
    config.task_definition = "web:3"
    assert.truthy(change_of(config).reason:find("FAILED", 1, true))
    assert(stack(config):apply())
    assert.equal(0, forced())
    assert.equal("ok", entry().status)
  end)

  it("is no change of what a saved plan does: it forces the same", function()
    sim:tasks { task_definition = "web:2", outcome = "running" }
    local path = journey.folder() .. "/saved.plan"
    local plan = assert(stack(config):plan())
    assert(plan:save(path))
    assert(stack(config):apply(assert(require("ecs_service").load_plan(path))))
    assert.equal(1, forced())
    assert.equal("ok", entry().status)
  end)

  it("is not replaced, and not touched by a refresh", function()
    assert(stack(config):refresh())
    assert.equal("failed", entry().status)
    assert.equal("update", change_of(config).action)
  end)

  it("without a look at AWS is waited for, and told", function()
    local result, err = stack(config):apply { refresh = false }
    assert.is_nil(result)
    assert.equal("DeploymentFailed", err.code)
    assert.equal("failed", entry().status)
  end)
end)

describe("a deployment that failed after an apply that did not wait for it", function()
  it("is forced by the same declaration", function()
    local config = { deployment_circuit_breaker = BREAKER, wait_for_steady_state = false }
    assert(stack(config):apply())
    sim:advance(60)
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    config.task_definition = "web:2"
    assert(stack(config):apply())
    assert.equal("DeploymentFailed", select(2, stack(config):wait()).code)
    local change = change_of(config)
    assert.equal("update", change.action)
    assert.truthy(change.reason:find("FAILED", 1, true))
  end)

  it("and was rolled back is forced again, as long as nobody has seen to it otherwise", function()
    local config = { deployment_circuit_breaker = ROLLBACK, wait_for_steady_state = false }
    assert(stack(config):apply())
    sim:advance(60)
    sim:tasks { service = "web", outcome = "exit" }
    config.force_new_deployment = true
    assert(stack(config):apply())
    assert.equal("DeploymentRolledBack", select(2, stack(config):wait()).code)
    sim:tasks { service = "web", outcome = "running" }
    sim:advance(200)
    local change = change_of(config)
    assert.equal("update", change.action)
    assert.truthy(change.reason:find("rolled back", 1, true), change.reason)
    local path = journey.folder() .. "/forced.plan"
    assert(assert(stack(config):plan()):save(path))
    assert(stack(config):apply(assert(require "ecs_service".load_plan(path)))) -- what it comes to, once more
    sim:advance(200)
    journey.assert_empty(stack(config))
  end)

  it("is not forced when what was rolled back is not declared any more, or was a verb's", function()
    local config = { deployment_circuit_breaker = ROLLBACK, wait_for_steady_state = false }
    assert(stack(config):apply())
    sim:advance(60)
    sim:tasks { task_definition = "web:2", outcome = "exit" }
    config.task_definition = "web:2"
    assert(stack(config):apply())
    sim:advance(200)
    assert.equal("DeploymentRolledBack", select(2, stack(config):wait()).code)
    config.task_definition = "web:1"
    journey.assert_empty(stack(config))
    assert(stack(config):apply())
    sim:tasks { service = "web", outcome = "exit" }
    assert(stack(config):redeploy("web", { wait = false }))
    sim:advance(200)
    journey.assert_empty(stack(config))
  end)

  it("is nothing to this stack when somebody else started it", function()
    local config = { deployment_circuit_breaker = BREAKER, lifecycle = { ignore_changes = { "task_definition" } } }
    assert(stack(config):apply())
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" }))
    assert(stack(config):apply())
    sim:advance(300)
    assert.equal("FAILED", journey.service(sim).deployments[1].rolloutState)
    assert.equal("no-op", change_of(config).action)
  end)
end)

describe("where ECS gives no rollout state, an apply that did not wait", function()
  local config

  before_each(function()
    local handle = sim.handle
    sim.handle = function(self, name, body, now)
      local answer, refusal, unknown = handle(self, name, body, now)
      for _, service in ipairs(answer and answer.services or {}) do
        for _, one in ipairs(service.deployments or {}) do one.rolloutState, one.rolloutStateReason = nil, nil end
      end
      return answer, refusal, unknown
    end
    config = { deployment_circuit_breaker = BREAKER, wait_for_steady_state = false }
    assert(stack(config):apply())
    sim:advance(60)
    config.task_definition = "web:2"
  end)

  it("is not green afterwards when its deployment failed, whoever heard of that", function()
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    assert(stack(config):apply())
    assert.equal("DeploymentFailed", select(2, stack(config):wait()).code)
    config.wait_for_steady_state = true
    assert.equal("DeploymentFailed", select(2, stack(config):apply()).code)
    assert.equal("failed", entry().status)
  end)

  it("is looked after once: what was seen steady is not waited for again", function()
    assert(stack(config):apply())
    sim:advance(60)
    config.wait_for_steady_state = true
    assert(stack(config):apply())
    assert.is_true(entry().settled)
    local requests = #sim.requests
    assert(stack(config):apply())
    assert.is_true(#sim.requests - requests <= 2)
  end)

  it("is looked after again when the service was changed since", function()
    config.wait_for_steady_state = true
    assert(stack(config):apply())
    assert.is_true(entry().settled)
    config.wait_for_steady_state, config.desired_count = false, 3
    assert(stack(config):apply())
    assert.is_nil(entry().settled)
  end)
end)

describe("somebody's deployment of the same, over one that nobody has seen succeed", function()
  local config

  local function over(outcome, advance)
    config = { deployment_circuit_breaker = BREAKER, wait_for_steady_state = false }
    assert(stack(config):apply())
    sim:advance(60)
    config.task_definition = "web:2"
    assert(stack(config):apply())
    sim:tasks { task_definition = "web:2", outcome = outcome }
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", forceNewDeployment = true }))
    sim:advance(advance)
    config.wait_for_steady_state = true
  end

  it("has to succeed: an apply that waits waits for it", function()
    over("running", 1)
    assert.equal("no-op", change_of(config).action)
    assert(stack(config):apply())
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    journey.assert_empty(stack(config))
  end)

  it("is forced again when it has FAILED", function()
    over("pull_error", 300)
    local change = change_of(config)
    assert.equal("update", change.action)
    assert.truthy(change.reason:find("has FAILED", 1, true), change.reason)
  end)
end)

describe("an update that was rolled back", function()
  it("is recorded as failed, and the plan is the way back to the declaration, with a warning", function()
    local config = fail({ deployment_circuit_breaker = ROLLBACK }, "pull_error", "DeploymentRolledBack")
    assert.equal("failed", entry().status)
    sim:advance(120)
    local plan = assert(stack(config):plan())
    assert.equal("update", plan.changes[1].action)
    assert.equal("task_definition", plan.changes[1].diff[1].path)
    local warning = plan.warnings[#plan.warnings]
    assert.equal("FailedBefore", warning.code)
    assert.truthy(warning.message:find("rolled back", 1, true), warning.message)
    sim:tasks { task_definition = "web:2", outcome = "running" }
    assert(stack(config):apply())
    assert.equal("ok", entry().status)
    journey.assert_empty(stack(config))
  end)

  it("is not warned of when another revision is declared, or the one that runs", function()
    local config = fail({ deployment_circuit_breaker = ROLLBACK }, "pull_error", "DeploymentRolledBack")
    sim:advance(120)
    config.task_definition = "web:3"
    assert.same({}, assert(stack(config):plan()).warnings)
    config.task_definition = "web:1"
    journey.assert_empty(stack(config))
    assert(stack(config):apply())
    assert.equal("ok", entry().status)
    journey.assert_empty(stack(config)) -- the rollback that was waited for is over, and nothing was forced
  end)

  it("is at rest when its rollback was waited for by the declaration of what runs", function()
    local config = fail({ deployment_circuit_breaker = ROLLBACK }, "pull_error", "DeploymentRolledBack")
    config.task_definition = "web:1"
    assert(stack(config):apply()) -- at once: it waits for the rollback
    sim:advance(60)
    journey.assert_empty(stack(config))
  end)

  it("has not applied its triggers: they are planned again, and so is a force that was turned on", function()
    local config = { deployment_circuit_breaker = ROLLBACK, force_new_deployment = true, triggers = { at = "1" } }
    assert(stack(config):apply())
    sim:tasks { service = "web", outcome = "exit" }
    config.triggers = { at = "2" }
    assert.equal("DeploymentRolledBack", select(2, stack(config):apply()).code)
    assert.same({ at = "1" }, entry().attributes.triggers)
    sim:tasks { service = "web", outcome = "running" }
    sim:advance(200)
    local change = change_of(config)
    assert.equal("update", change.action)
    assert.equal("triggers.at", change.diff[1].path)
    assert(stack(config):apply())
    assert.same({ at = "2" }, entry().attributes.triggers)
    journey.assert_empty(stack(config))
  end)
end)

describe("an update that was superseded", function()
  local function superseded(theirs)
    assert(stack():apply())
    sim.world:at(sim:now() + 6, function()
      assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = theirs,
        forceNewDeployment = true }))
    end)
    local _, err = stack { task_definition = "web:2" }:apply()
    assert.equal("DeploymentSuperseded", err.code)
    assert.equal("failed", entry().status)
    assert.truthy(entry().reason:find("superseded", 1, true))
  end

  it("by the same revision is waited for by the same declaration", function()
    superseded "web:2"
    assert(stack { task_definition = "web:2" }:apply())
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    assert.equal("ok", entry().status)
  end)

  it("by another revision is planned back", function()
    superseded "web:3"
    assert.equal("update", change_of { task_definition = "web:2" }.action)
  end)
end)

describe("an update that was not steady in time", function()
  local config

  before_each(function()
    config = { task_definition = "web:2", timeouts = { update = 80 } }
    assert(stack():apply())
    sim:tasks { task_definition = "web:2", outcome = "running", start_seconds = 100 }
    assert.equal("Timeout", select(2, stack(config):apply()).code)
  end)

  it("is recorded as failed, and waited for by the same declaration while it is under way", function()
    assert.equal("failed", entry().status)
    local change = change_of(config)
    assert.equal("no-op", change.action)
    local from = sim:now()
    assert(stack(config):apply())
    assert.is_true(sim:now() - from > 10)
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    assert.equal("ok", entry().status)
    assert.is_nil(entry().reason)
  end)

  it("stays so recorded, with the newer reason, when it does not get there this time either", function()
    config.timeouts.update = 10
    local _, err = stack(config):apply()
    assert.equal("Timeout", err.code)
    assert.equal("failed", entry().status)
    assert.truthy(entry().reason:find("after 10 s", 1, true), entry().reason)
  end)

  it("is nothing to do when it was completed since", function()
    sim:advance(300)
    journey.assert_empty(stack(config))
    local requests = #sim.requests
    assert(stack(config):apply())
    assert.is_true(#sim.requests - requests <= 2)
    assert.equal("ok", entry().status)
  end)

  it("stays so recorded by an apply that does not wait", function()
    config.wait_for_steady_state = false
    assert(stack(config):apply())
    assert.equal("failed", entry().status)
    sim:advance(300)
    assert(stack(config):apply())
    assert.equal("ok", entry().status)
  end)
end)

describe("a verb beside the declaration", function()
  it("whose deployment fails is recorded as failed, too", function()
    local config = { deployment_circuit_breaker = BREAKER }
    assert(stack(config):apply())
    sim:tasks { service = "web", outcome = "pull_error" }
    assert.equal("DeploymentFailed", select(2, stack(config):redeploy "web").code)
    assert.equal("failed", entry().status)
    assert.equal("update", change_of(config).action)
    sim:tasks { service = "web", outcome = "running" }
    assert(stack(config):redeploy "web")
    assert.equal("ok", entry().status)
  end)
end)
