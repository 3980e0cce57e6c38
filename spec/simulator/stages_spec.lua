-- Deployments of the simulator that go in stages: what is seen of them, their hooks, and how they end.
local shapes = require "support.shapes"
local simulated = require "support.simulated"
local staged = require "support.staged"

local BLUE_GREEN = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 2 }
local V2 = { taskDefinition = "mongo:7" }

local function with_hooks(...)
  return { strategy = "BLUE_GREEN", bakeTimeInMinutes = 2, lifecycleHooks = { ... } }
end

local function status_of(sim)
  local record = staged.record(sim)
  return record.status, record.statusReason
end

local function images(sim)
  return simulated.service(sim).taskDefinition:match "[^/]+$"
end

describe("a deployment in stages", function()
  it("of BLUE_GREEN goes through them one by one, and shifts all traffic at once", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    assert.same({ "PRE_SCALE_UP 100/0", "SCALE_UP 100/0", "POST_SCALE_UP 100/0", "TEST_TRAFFIC_SHIFT 100/0",
      "POST_TEST_TRAFFIC_SHIFT 100/0", "PRODUCTION_TRAFFIC_SHIFT 0/100", "POST_PRODUCTION_TRAFFIC_SHIFT 0/100",
      "BAKE_TIME 0/100", "CLEAN_UP 0/100", "SUCCESSFUL" }, staged.story(sim))
    assert.equal("mongo:7", images(sim))
  end)

  it("of CANARY shifts a first part, waits, and shifts the rest", function()
    local sim = staged.settled { strategy = "CANARY", bakeTimeInMinutes = 1,
      canaryConfiguration = { canaryPercent = 7.5, canaryBakeTimeInMinutes = 3 } }
    simulated.update(sim, V2)
    local record = staged.reach(sim, "PRODUCTION_TRAFFIC_SHIFT")
    assert.equal(7.5, record.targetServiceRevision.requestedProductionTrafficWeight)
    assert.equal(92.5, record.sourceServiceRevisions[1].requestedProductionTrafficWeight)
    sim:advance(179)
    assert.equal("PRODUCTION_TRAFFIC_SHIFT", staged.record(sim).lifecycleStage)
    sim:advance(1)
    assert.same({ "PRE_PRODUCTION_TRAFFIC_SHIFT 92.5/7.5", "PRODUCTION_TRAFFIC_SHIFT 0/100",
      "POST_PRODUCTION_TRAFFIC_SHIFT 0/100", "BAKE_TIME 0/100", "CLEAN_UP 0/100", "SUCCESSFUL" }, staged.story(sim))
  end)

  it("of LINEAR shifts step by step, and bakes between two steps and not after the last", function()
    local sim = staged.settled { strategy = "LINEAR", bakeTimeInMinutes = 0,
      linearConfiguration = { stepPercent = 33.3, stepBakeTimeInMinutes = 1 } }
    simulated.update(sim, V2)
    staged.reach(sim, "PRE_PRODUCTION_TRAFFIC_SHIFT")
    local began = sim:now()
    assert.same({ "PRE_PRODUCTION_TRAFFIC_SHIFT 100/0", "PRODUCTION_TRAFFIC_SHIFT 66.7/33.3",
      "PRE_PRODUCTION_TRAFFIC_SHIFT 66.7/33.3", "PRODUCTION_TRAFFIC_SHIFT 33.4/66.6",
      "PRE_PRODUCTION_TRAFFIC_SHIFT 33.4/66.6", "PRODUCTION_TRAFFIC_SHIFT 0.1/99.9",
      "PRE_PRODUCTION_TRAFFIC_SHIFT 0.1/99.9", "PRODUCTION_TRAFFIC_SHIFT 0/100",
      "POST_PRODUCTION_TRAFFIC_SHIFT 0/100", "CLEAN_UP 0/100", "SUCCESSFUL" }, staged.story(sim))
    assert.is_true(sim:now() - began < 3 * 60 + 60)
  end)

  it("runs twice the tasks until the bake time is over, and then stops the old ones", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    assert.equal(3, simulated.service(sim).runningCount)
    staged.reach(sim, "BAKE_TIME")
    assert.equal(6, simulated.service(sim).runningCount)
    sim:advance(119)
    assert.equal(6, simulated.service(sim).runningCount)
    assert.equal("IN_PROGRESS", simulated.service(sim).deployments[1].rolloutState)
    assert.same({ "PRIMARY", "ACTIVE" }, { simulated.service(sim).deployments[1].status,
      simulated.service(sim).deployments[2].status })
    staged.story(sim)
    assert.is_true(simulated.completed(simulated.service(sim)))
    assert.equal(3, simulated.service(sim).runningCount)
  end)

  it("has test traffic on what is new from its shift on, and none before", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    local before, after = staged.reach(sim, "POST_SCALE_UP"), staged.reach(sim, "POST_TEST_TRAFFIC_SHIFT")
    assert.equal(0, before.targetServiceRevision.requestedTestTrafficWeight)
    assert.equal(0, before.sourceServiceRevisions[1].requestedTestTrafficWeight)
    assert.equal(100, after.targetServiceRevision.requestedTestTrafficWeight)
    assert.equal(0, after.targetServiceRevision.requestedProductionTrafficWeight)
    assert.equal(0, after.sourceServiceRevisions[1].requestedTestTrafficWeight)
  end)

  it("replaces what serves, too, while it goes on", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    staged.reach(sim, "BAKE_TIME")
    for _, task in ipairs(simulated.tasks(sim)) do
      if task.taskDefinitionArn:find "mongo:6$" then
        assert(sim:call("StopTask", { cluster = "prod", task = task.taskArn }))
        break
      end
    end
    sim:advance(60)
    assert.equal("BAKE_TIME", staged.record(sim).lifecycleStage)
    assert.equal(3, simulated.service(sim).deployments[2].runningCount)
  end)

  it("is answered as the API has it in every stage", function()
    local sim = staged.settled(with_hooks(staged.call "POST_SCALE_UP", staged.pause("PRE_SCALE_UP",
      { timeoutInMinutes = 1, action = "CONTINUE" })))
    simulated.update(sim, V2)
    for _ = 1, 80 do
      sim:advance(5)
      local arn = simulated.service(sim).currentServiceDeployment
      for operation, body in pairs {
        DescribeServiceDeployments = { serviceDeploymentArns = { arn } },
        DescribeServiceRevisions = { serviceRevisionArns = { staged.record(sim).targetServiceRevision.arn } },
        DescribeServices = { cluster = "prod", services = { "mongodb" } },
      } do
        assert.same({}, shapes.answer_problems(operation, assert(sim:call(operation, body))))
      end
    end
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)

  it("that another one takes the place of gives the traffic back, and the next one reconciles first", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    staged.reach(sim, "BAKE_TIME")
    simulated.update(sim, { taskDefinition = "mongo:8" })
    local now, before = staged.records(sim)[1], staged.records(sim)[2]
    assert.equal("STOPPED", before.status)
    assert.equal(0, before.targetServiceRevision.requestedProductionTrafficWeight)
    assert.equal("RECONCILE_SERVICE", now.lifecycleStage)
    assert.equal(before.sourceServiceRevisions[1].arn, now.sourceServiceRevisions[1].arn)
    assert.equal(100, now.sourceServiceRevisions[1].requestedProductionTrafficWeight)
    local story = staged.story(sim)
    assert.same({ "RECONCILE_SERVICE 100/0", "SUCCESSFUL" }, { story[1], story[#story] })
    assert.equal("mongo:8", images(sim))
    assert.equal(3, simulated.service(sim).runningCount)
  end)

  it("that only cleans up is through when the next one comes", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    staged.reach(sim, "CLEAN_UP")
    simulated.update(sim, { taskDefinition = "mongo:8" })
    assert.equal("SUCCESSFUL", staged.records(sim)[2].status)
    assert.equal(staged.records(sim)[2].targetServiceRevision.arn, staged.record(sim).sourceServiceRevisions[1].arn)
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)

  it("keeps its configuration when that is changed for the next one", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, V2)
    staged.reach(sim, "POST_SCALE_UP")
    simulated.update(sim, { deploymentConfiguration = { strategy = "ROLLING" } })
    local story = staged.story(sim)
    assert.same({ "CLEAN_UP 0/100", "SUCCESSFUL" }, { story[#story - 1], story[#story] })
    simulated.update(sim, { taskDefinition = "mongo:8" })
    assert.is_nil(staged.record(sim).lifecycleStage)
    assert.is_nil(staged.record(sim).targetServiceRevision.requestedProductionTrafficWeight)
  end)

  it("serves through the other target group each time, and through the same again after a rollback", function()
    local sim = staged.settled(BLUE_GREEN, { loadBalancers = { { targetGroupArn = simulated.TARGET_GROUP,
      containerName = "mongo", containerPort = 8080, advancedConfiguration = {
        alternateTargetGroupArn = staged.GREEN_GROUP, productionListenerRule = staged.RULE,
        roleArn = staged.ROLE } } } })
    local function serves()
      local arn = staged.record(sim).targetServiceRevision.arn
      return assert(sim:call("DescribeServiceRevisions", { serviceRevisionArns = { arn } }))
        .serviceRevisions[1].resolvedConfiguration.loadBalancers[1]
    end
    assert.same({ targetGroupArn = simulated.TARGET_GROUP, productionListenerRule = staged.RULE }, serves())
    simulated.update(sim, V2)
    assert.equal(staged.GREEN_GROUP, serves().targetGroupArn)
    staged.story(sim)
    assert.is_true(simulated.told(sim, "registered 1 targets in (target-group " .. staged.GREEN_GROUP))
    simulated.update(sim, { taskDefinition = "mongo:8" })
    assert.equal(simulated.TARGET_GROUP, serves().targetGroupArn)
    assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = staged.record(sim).serviceDeploymentArn }))
    staged.story(sim)
    simulated.update(sim, { taskDefinition = "mongo:8" })
    assert.equal(simulated.TARGET_GROUP, serves().targetGroupArn)
  end)
end)

describe("a lifecycle hook", function()
  it("of a function succeeds, unless sim:hook says otherwise", function()
    local sim = staged.settled(with_hooks(staged.call "POST_TEST_TRAFFIC_SHIFT"))
    simulated.update(sim, V2)
    local story = staged.story(sim)
    assert.equal("SUCCESSFUL", story[#story])
    local details = staged.record(sim).lifecycleHookDetails
    assert.equal(1, #details)
    assert.same({ "AWS_LAMBDA", staged.SMOKE, "SUCCEEDED" },
      { details[1].targetType, details[1].targetArn, details[1].status })
  end)

  it("that fails takes the deployment back, and the traffic with it", function()
    local sim = staged.settled(with_hooks(staged.call "POST_PRODUCTION_TRAFFIC_SHIFT"))
    sim:hook { stage = "POST_PRODUCTION_TRAFFIC_SHIFT", outcome = "failed", after = 20 }
    simulated.update(sim, V2)
    local record = staged.reach(sim, "POST_PRODUCTION_TRAFFIC_SHIFT")
    assert.equal("IN_PROGRESS", record.lifecycleHookDetails[1].status)
    sim:advance(20)
    record = staged.record(sim)
    assert.equal("FAILED", record.lifecycleHookDetails[1].status)
    assert.equal("ROLLBACK_IN_PROGRESS", record.status)
    assert.equal(100, record.sourceServiceRevisions[1].requestedProductionTrafficWeight)
    staged.story(sim)
    local status, reason = status_of(sim)
    assert.equal("ROLLBACK_SUCCESSFUL", status)
    assert.equal("Service deployment rolled back because POST_PRODUCTION_TRAFFIC_SHIFT lifecycle hook(s) failed. "
      .. ("Lifecycle hook target %s returned FAILED status."):format(staged.SMOKE), reason)
    assert.equal("mongo:6", images(sim))
  end)

  it("is told how to answer by its stage, its service, its function, and for so many calls", function()
    for _, rule in ipairs { { stage = "PRE_SCALE_UP" }, { service = "other" }, { target = staged.SMOKE .. "2" },
      { times = 0 } } do
      local sim = staged.settled(with_hooks(staged.call "POST_SCALE_UP"))
      rule.outcome = "failed"
      sim:hook(rule)
      simulated.update(sim, V2)
      staged.story(sim)
      assert.equal("SUCCESSFUL", (status_of(sim)))
    end
    local sim = staged.settled(with_hooks(staged.call "POST_SCALE_UP"))
    sim:hook { target = staged.SMOKE, service = "mongodb", times = 1, outcome = "failed" }
    simulated.update(sim, V2)
    staged.story(sim)
    assert.equal("ROLLBACK_SUCCESSFUL", (status_of(sim)))
    simulated.update(sim, V2)
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)

  it("that stays in progress times out, and one that is for a while does not", function()
    local hook = staged.call "POST_SCALE_UP"
    hook.timeoutConfiguration = { timeoutInMinutes = 10 }
    local sim = staged.settled(with_hooks(hook))
    sim:hook { outcome = "in_progress", after = "5m" }
    simulated.update(sim, V2)
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
    sim:hook { outcome = "in_progress" }
    simulated.update(sim, { taskDefinition = "mongo:8" })
    staged.reach(sim, "POST_SCALE_UP")
    sim:advance(599)
    assert.equal("IN_PROGRESS", staged.record(sim).lifecycleHookDetails[1].status)
    sim:advance(1)
    assert.equal("TIMED_OUT", staged.record(sim).lifecycleHookDetails[1].status)
    staged.story(sim)
    assert.same({ "ROLLBACK_SUCCESSFUL",
      "Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) timed out." }, { status_of(sim) })
  end)

  it("before the production traffic is called before every step", function()
    local sim = staged.settled { strategy = "CANARY", bakeTimeInMinutes = 0, canaryConfiguration = {
      canaryPercent = 5, canaryBakeTimeInMinutes = 0 },
      lifecycleHooks = { staged.call "PRE_PRODUCTION_TRAFFIC_SHIFT" } }
    simulated.update(sim, V2)
    staged.story(sim)
    local details = staged.record(sim).lifecycleHookDetails
    assert.equal(2, #details)
    assert.not_equal(details[1].hookId, details[2].hookId)
  end)

  it("is not called by a rolling deployment", function()
    local sim = staged.settled { lifecycleHooks = { staged.pause "PRE_SCALE_UP" } }
    simulated.update(sim, V2)
    sim:advance(200)
    assert.equal("SUCCESSFUL", (status_of(sim)))
    assert.is_nil(staged.record(sim).lifecycleHookDetails)
  end)

  it("is refused by sim:hook when it is told what there is not", function()
    local sim = simulated.new()
    for _, case in ipairs { { {}, "has no outcome" }, { { outcome = "maybe" }, "has no outcome maybe" },
      { { outcome = "failed", stage = "BAKE_TIME" }, "has no stage BAKE_TIME" },
      { { outcome = "failed", after = "soon" }, "after" }, { { outcome = "failed", wehn = 1 }, "has no wehn" } } do
      local ok, problem = pcall(sim.hook, sim, case[1])
      assert.is_false(ok)
      assert.truthy(tostring(problem):find("sim:hook " .. case[2], 1, true)
        or tostring(problem):find(case[2], 1, true), problem)
    end
  end)
end)

describe("a pause", function()
  local function paused(timeout)
    local sim = staged.settled(with_hooks(staged.pause("POST_TEST_TRAFFIC_SHIFT", { timeoutInMinutes = 1,
      action = "CONTINUE" })))
    simulated.update(sim, { deploymentConfiguration = with_hooks(staged.pause("POST_TEST_TRAFFIC_SHIFT", timeout)) })
    simulated.update(sim, V2)
    staged.reach(sim, "POST_TEST_TRAFFIC_SHIFT")
    return sim, staged.record(sim).lifecycleHookDetails[1]
  end

  local function continue(sim, id, action)
    return sim:call("ContinueServiceDeployment", { hookId = id, action = action,
      serviceDeploymentArn = staged.record(sim).serviceDeploymentArn })
  end

  it("waits for ContinueServiceDeployment, a day if nothing else is said", function()
    local sim, pause = paused()
    assert.same({ targetType = "PAUSE", status = "AWAITING_ACTION", timeoutAction = "ROLLBACK",
      expiresAt = sim:now() + 86400, hookId = pause.hookId }, pause)
    sim:advance(86399)
    assert.equal("POST_TEST_TRAFFIC_SHIFT", staged.record(sim).lifecycleStage)
    assert(continue(sim, pause.hookId))
    assert.equal("SUCCEEDED", staged.record(sim).lifecycleHookDetails[1].status)
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)

  it("is answered with ROLLBACK at once", function()
    local sim, pause = paused()
    assert(continue(sim, pause.hookId, "ROLLBACK"))
    assert.equal("ROLLBACK_IN_PROGRESS", (status_of(sim)))
    staged.story(sim)
    assert.same({ "ROLLBACK_SUCCESSFUL",
      "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) were answered with ROLLBACK." },
      { status_of(sim) })
    assert.equal("mongo:6", images(sim))
  end)

  it("that nobody answers goes on or back, as its timeout says", function()
    local sim = paused { timeoutInMinutes = 3 }
    sim:advance(180)
    assert.equal("TIMED_OUT", staged.record(sim).lifecycleHookDetails[1].status)
    assert.equal("ROLLBACK_IN_PROGRESS", (status_of(sim)))
    sim = paused { timeoutInMinutes = 3, action = "CONTINUE" }
    sim:advance(180)
    assert.equal("TIMED_OUT", staged.record(sim).lifecycleHookDetails[1].status)
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)

  it("is not continued twice, nor by another id, nor when the deployment is over", function()
    local sim, pause = paused()
    local function refused(id)
      local answer, err = continue(sim, id)
      assert.is_nil(answer)
      assert.equal("InvalidParameterException", err.code)
    end
    refused "another"
    assert(continue(sim, pause.hookId))
    refused(pause.hookId)
    staged.story(sim)
    refused(pause.hookId)
    local _, err = sim:call("ContinueServiceDeployment", { serviceDeploymentArn = "x", hookId = "h" })
    assert.equal("ServiceDeploymentNotFoundException", err.code)
  end)

  it("holds the deployment until each of several is answered", function()
    local sim = staged.settled(BLUE_GREEN)
    simulated.update(sim, { deploymentConfiguration = with_hooks(staged.pause "PRE_SCALE_UP",
      staged.call "PRE_SCALE_UP", staged.pause "PRE_SCALE_UP") })
    simulated.update(sim, V2)
    local details = staged.reach(sim, "PRE_SCALE_UP").lifecycleHookDetails
    assert.equal(3, #details)
    assert(continue(sim, details[3].hookId))
    sim:advance(600)
    assert.equal("PRE_SCALE_UP", staged.record(sim).lifecycleStage)
    assert(continue(sim, details[1].hookId))
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)
end)

describe("the end of a deployment in stages", function()
  it("by the circuit breaker is a rollback with ECS's reason", function()
    local sim = staged.settled { strategy = "BLUE_GREEN", bakeTimeInMinutes = 2,
      deploymentCircuitBreaker = { enable = true, rollback = true } }
    sim:tasks { task_definition = "mongo:7", outcome = "pull_error" }
    simulated.update(sim, V2)
    staged.story(sim)
    assert.same({ "ROLLBACK_SUCCESSFUL",
      "Service deployment rolled back because the circuit breaker threshold was exceeded." }, { status_of(sim) })
    assert.equal("TRIGGERED", staged.record(sim).deploymentCircuitBreaker.status)
    assert.equal(3, simulated.service(sim).runningCount)
  end)

  it("by an alarm while it bakes is a rollback, and one that went off before is not watched", function()
    local sim = staged.settled { strategy = "BLUE_GREEN", bakeTimeInMinutes = 2, alarms = simulated.alarmed.alarms }
    simulated.update(sim, V2)
    staged.reach(sim, "BAKE_TIME")
    sim:alarm("errors", "ALARM")
    assert.equal(0, staged.record(sim).targetServiceRevision.requestedProductionTrafficWeight)
    staged.story(sim)
    assert.same({ "ROLLBACK_SUCCESSFUL", "Service deployment rolled back because an alarm was triggered." },
      { status_of(sim) })
    simulated.update(sim, V2)
    staged.story(sim)
    assert.equal("SUCCESSFUL", (status_of(sim)))
  end)

  it("by hand is a rollback until it cleans up, and refused from then on", function()
    local sim = staged.settled(BLUE_GREEN)
    for _, stage in ipairs { "PRE_SCALE_UP", "BAKE_TIME" } do
      simulated.update(sim, V2)
      local arn = staged.reach(sim, stage).serviceDeploymentArn
      assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = arn, stopType = "ROLLBACK" }))
      staged.story(sim)
      assert.equal("ROLLBACK_SUCCESSFUL", (status_of(sim)))
      assert.equal(3, simulated.service(sim).runningCount)
    end
    simulated.update(sim, V2)
    local _, err = sim:call("StopServiceDeployment",
      { serviceDeploymentArn = staged.reach(sim, "CLEAN_UP").serviceDeploymentArn })
    assert.equal("ConflictException", err.code)
  end)

  it("of a first one has nothing to go back to", function()
    local sim = simulated.new()
    sim:hook { outcome = "failed" }
    simulated.create(sim, { deploymentConfiguration = with_hooks(staged.call "POST_SCALE_UP") })
    local record
    for _ = 1, 100 do
      sim:advance(1)
      record = staged.record(sim)
    end
    assert.same({ "ROLLBACK_FAILED", "No rollback candidate was found to run the rollback" }, { status_of(sim) })
    assert.equal("Service deployment rolled back because POST_SCALE_UP lifecycle hook(s) failed. "
      .. ("Lifecycle hook target %s returned FAILED status."):format(staged.SMOKE), record.rollback.reason)
    assert.same({}, record.sourceServiceRevisions)
    assert.equal("FAILED", simulated.service(sim).deployments[1].rolloutState)
    simulated.update(sim, { taskDefinition = "mongo:7", deploymentConfiguration = { lifecycleHooks = {} } })
    sim:advance(600)
    assert.equal("SUCCESSFUL", (status_of(sim)))
    assert.equal(3, simulated.service(sim).runningCount)
  end)

  it("without rollback leaves what runs, and what serves is kept up", function()
    local sim = staged.settled { strategy = "BLUE_GREEN", bakeTimeInMinutes = 2,
      deploymentCircuitBreaker = { enable = true, rollback = false } }
    sim:tasks { task_definition = "mongo:7", outcome = "pull_error" }
    simulated.update(sim, V2)
    sim:advance(900)
    assert.equal("STOPPED", (status_of(sim)))
    assert(sim:call("StopTask", { cluster = "prod", task = simulated.tasks(sim)[1].taskArn }))
    sim:advance(60)
    assert.equal(3, simulated.service(sim).deployments[2].runningCount)
  end)
end)
