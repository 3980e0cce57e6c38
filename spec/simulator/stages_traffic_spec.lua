-- Whoever has traffic has all of its tasks: deployments of the simulator in stages, second by second to their end.
local simulated = require "support.simulated"
local staged = require "support.staged"

local STRATEGIES = {
  BLUE_GREEN = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 1 },
  CANARY = { strategy = "CANARY", bakeTimeInMinutes = 1,
    canaryConfiguration = { canaryPercent = 5, canaryBakeTimeInMinutes = 1 } },
  LINEAR = { strategy = "LINEAR", bakeTimeInMinutes = 1,
    linearConfiguration = { stepPercent = 40, stepBakeTimeInMinutes = 1 } },
}

-- What befalls the deployment of mongo:7, and how the newest one ends.
local ENDINGS = {
  { "that goes through", function() end, "SUCCESSFUL" },
  { "that is stopped while traffic shifts", function(sim)
    local record = staged.reach(sim, "PRODUCTION_TRAFFIC_SHIFT")
    assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = record.serviceDeploymentArn }))
  end, "ROLLBACK_SUCCESSFUL" },
  { "that an alarm ends while it bakes", function(sim)
    staged.reach(sim, "BAKE_TIME")
    sim:alarm("errors", "ALARM")
  end, "ROLLBACK_SUCCESSFUL" },
  { "whose tasks do not start", function(sim)
    sim:tasks { task_definition = "mongo:7", outcome = "pull_error", existing = true }
  end, "ROLLBACK_SUCCESSFUL" },
  { "that another one takes the place of while it bakes", function(sim)
    staged.reach(sim, "BAKE_TIME")
    simulated.update(sim, { taskDefinition = "mongo:8" })
  end, "SUCCESSFUL" },
  { "that another one takes the place of on its way back", function(sim)
    local record = staged.reach(sim, "BAKE_TIME")
    assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = record.serviceDeploymentArn }))
    sim:advance(3)
    simulated.update(sim, { taskDefinition = "mongo:8" })
  end, "SUCCESSFUL" },
  { "that is asked for less, and then for more", function(sim)
    staged.reach(sim, "POST_SCALE_UP")
    simulated.update(sim, { desiredCount = 1 })
    staged.reach(sim, "POST_TEST_TRAFFIC_SHIFT")
  end, "SUCCESSFUL" },
}

local function look(sim)
  local record, wanted = staged.record(sim), simulated.service(sim).desiredCount
  local sum = 0
  local revisions = { record.targetServiceRevision, record.sourceServiceRevisions[1] }
  for _, revision in ipairs(revisions) do
    local weight = revision.requestedProductionTrafficWeight
    sum = sum + weight
    assert(weight == 0 or revision.runningTaskCount >= wanted,
      ("%s: %g %% of the traffic for %d of %d tasks"):format(record.lifecycleStage, weight, revision.runningTaskCount,
        wanted))
  end
  assert.equal(100, sum)
  assert.is_true(simulated.service(sim).runningCount <= 3 * 3)
  return record
end

for name, configuration in pairs(STRATEGIES) do
  describe("a deployment by " .. name, function()
    for _, ending in ipairs(ENDINGS) do
      it(ending[1] .. " never has traffic where there are not enough tasks", function()
        local before = { alarms = simulated.alarmed.alarms, deploymentCircuitBreaker =
          simulated.breaker.deploymentCircuitBreaker }
        for key, value in pairs(configuration) do before[key] = value end
        local sim = staged.settled(before)
        -- Each second that passes is looked at, whoever lets it pass.
        local advance = sim.advance
        function sim.advance(self, seconds)
          for _ = 1, seconds do
            advance(self, 1)
            look(self)
          end
        end
        simulated.update(sim, { taskDefinition = "mongo:7" })
        ending[2](sim)
        for _ = 1, 1200 do
          if look(sim).finishedAt then break end
          sim:advance(1)
        end
        sim:advance(60)
        assert.equal(ending[3], staged.record(sim).status)
        assert.equal(simulated.service(sim).desiredCount, simulated.service(sim).runningCount)
      end)
    end
  end)
end

describe("what serves while a deployment goes in stages", function()
  local BLUE_GREEN = STRATEGIES.BLUE_GREEN
  local function runs(sim, nth) return simulated.service(sim).deployments[nth].runningCount end

  it("is kept though it has no tasks, and gets them when they are asked for", function()
    local sim = staged.settled(BLUE_GREEN, { desiredCount = 0 })
    simulated.update(sim, { taskDefinition = "mongo:7" })
    staged.reach(sim, "BAKE_TIME")
    simulated.update(sim, { desiredCount = 2 })
    sim:advance(20)
    assert.equal(2, runs(sim, 2))
  end)

  it("is the revision that was last completed, though none of its tasks run any more", function()
    local sim = staged.settled { minimumHealthyPercent = 0, maximumPercent = 100 }
    local first = staged.record(sim).targetServiceRevision.arn
    sim:tasks { task_definition = "mongo:7", outcome = "running", start_seconds = 1e6 }
    simulated.update(sim, { taskDefinition = "mongo:7" })
    sim:advance(100)
    assert.equal(1, #simulated.service(sim).deployments)
    simulated.update(sim, { taskDefinition = "mongo:8", deploymentConfiguration = BLUE_GREEN })
    assert.equal(first, staged.reach(sim, "POST_SCALE_UP").sourceServiceRevisions[1].arn)
    assert.same({ 3, 3 }, { runs(sim, 1), runs(sim, 2) })
    staged.story(sim)
    assert.equal("SUCCESSFUL", staged.record(sim).status)
  end)

  it("stays beside what failed without rollback, and both are scaled in", function()
    local sim = staged.settled { strategy = "BLUE_GREEN", bakeTimeInMinutes = 1,
      alarms = { alarmNames = { "errors" }, enable = true, rollback = false } }
    simulated.update(sim, { taskDefinition = "mongo:7" })
    staged.reach(sim, "BAKE_TIME")
    sim:alarm("errors", "ALARM")
    sim:advance(100)
    assert.same({ 3, 3 }, { runs(sim, 1), runs(sim, 2) })
    simulated.update(sim, { desiredCount = 1 })
    sim:advance(100)
    assert.same({ 1, 1 }, { runs(sim, 1), runs(sim, 2) })
  end)

  it("is given up when the bake time is over: neither an alarm nor the circuit breaker brings it back", function()
    for _, trouble in ipairs { "alarm", "tasks" } do
      local sim = simulated.new { stop_seconds = 300 }
      simulated.create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 1,
        alarms = simulated.alarmed.alarms, deploymentCircuitBreaker = { enable = true, rollback = true,
          thresholdConfiguration = { type = "COUNT", value = 1 } } } })
      sim:advance(600)
      simulated.update(sim, { taskDefinition = "mongo:7" })
      staged.reach(sim, "CLEAN_UP")
      if trouble == "alarm" then sim:alarm("errors", "ALARM") end
      if trouble == "tasks" then
        sim:tasks { task_definition = "mongo:7", outcome = "running" }
        sim:tasks { task_definition = "mongo:7", outcome = "unhealthy", times = 1, existing = true }
      end
      staged.story(sim)
      assert.equal("SUCCESSFUL", staged.record(sim).status)
    end
  end)
end)

describe("a deployment in stages of a service that is deleted", function()
  it("is STOPPED, and cannot be stopped or continued any more", function()
    local sim = simulated.new()
    simulated.create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 0,
      lifecycleHooks = { staged.pause "PRE_SCALE_UP" } } })
    local record = staged.record(sim)
    assert(sim:call("DeleteService", { cluster = "prod", service = "mongodb", force = true }))
    local arn = record.serviceDeploymentArn
    local now = sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { arn } }).serviceDeployments[1]
    assert.same({ "STOPPED", "FAILED" }, { now.status, now.lifecycleHookDetails[1].status })
    local _, err = sim:call("StopServiceDeployment", { serviceDeploymentArn = arn })
    assert.equal("ConflictException", err.code)
    _, err = sim:call("ContinueServiceDeployment", { serviceDeploymentArn = arn,
      hookId = record.lifecycleHookDetails[1].hookId })
    assert.equal("InvalidParameterException", err.code)
  end)
end)

describe("the threshold of the circuit breaker", function()
  it("is half of the desired count within bounds, a percentage without them, or a count", function()
    for _, case in ipairs { { nil, 3 }, { { type = "BOUNDED_PERCENT", value = 100 }, 4 },
      { { type = "BOUNDED_PERCENT", value = 10 }, 3 }, { { type = "UNBOUNDED_PERCENT", value = 25 }, 1 },
      { { type = "UNBOUNDED_PERCENT", value = 51 }, 3 }, { { type = "COUNT", value = 2 }, 2 } } do
      local sim = simulated.new()
      sim:tasks { outcome = "pull_error" }
      simulated.create(sim, { desiredCount = 4, deploymentConfiguration = { deploymentCircuitBreaker = { enable = true,
        rollback = true, thresholdConfiguration = case[1] } } })
      assert.equal(case[2], staged.record(sim).deploymentCircuitBreaker.threshold)
      sim:advance(900)
      assert.equal("TRIGGERED", staged.record(sim).deploymentCircuitBreaker.status)
    end
  end)

  it("counts on over healthy tasks only where it is told to", function()
    for _, case in ipairs { { true, 0 }, { false, 2 } } do
      local sim = simulated.new()
      simulated.create(sim, { deploymentConfiguration = { deploymentCircuitBreaker = { enable = true, rollback = true,
        resetOnHealthyTask = case[1], thresholdConfiguration = { type = "COUNT", value = 5 } } } })
      sim:advance(100)
      sim:tasks { task_definition = "mongo:7", outcome = "running" }
      sim:tasks { task_definition = "mongo:7", outcome = "pull_error", times = 2 }
      simulated.update(sim, { taskDefinition = "mongo:7" })
      sim:advance(25)
      assert.equal(case[2], staged.record(sim).deploymentCircuitBreaker.failureCount)
    end
  end)
end)
