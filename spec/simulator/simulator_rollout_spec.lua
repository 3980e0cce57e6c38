-- How the simulated ECS rolls out: percents, steady state, daemons, task sets, draining.
local simulated = require "support.simulated"

local TARGET_GROUP, new, create, update, service, messages, told, advance_until, completed, breaker, tasks =
  simulated.TARGET_GROUP, simulated.new, simulated.create, simulated.update, simulated.service, simulated.messages,
  simulated.told, simulated.advance_until, simulated.completed, simulated.breaker, simulated.tasks

describe("a rollout in the simulator", function()
  it("begins with one PRIMARY deployment in progress and nothing running", function()
    local answer = create(new())
    assert.are.equal("ACTIVE", answer.status)
    assert.are.same({ 3, 0, 0 }, { answer.desiredCount, answer.runningCount, answer.pendingCount })
    assert.are.equal(1, #answer.deployments)
    local deployment = answer.deployments[1]
    assert.are.equal("PRIMARY", deployment.status)
    assert.are.equal("IN_PROGRESS", deployment.rolloutState)
    assert.are.equal(("ECS deployment %s in progress."):format(deployment.id), deployment.rolloutStateReason)
  end)

  it("has tasks pending, then running, and completes at the steady state", function()
    local sim = new({ task_start_seconds = 10 })
    create(sim)
    sim:advance(2)
    assert.are.equal(3, service(sim).pendingCount)
    sim:advance(10)
    local answer = service(sim)
    assert.are.same({ 3, 0 }, { answer.runningCount, answer.pendingCount })
    assert.are.equal("COMPLETED", answer.deployments[1].rolloutState)
    assert.are.equal(("ECS deployment %s completed."):format(answer.deployments[1].id),
      answer.deployments[1].rolloutStateReason)
    assert.is_true(told(sim, "(service mongodb) has started 3 tasks: (task "))
    local id = answer.deployments[1].id
    assert.is_true(told(sim, ("(service mongodb) (deployment %s) deployment completed."):format(id)))
    assert.is_true(told(sim, "(service mongodb) has reached a steady state."))
  end)

  it("is steady at once when nothing is wanted", function()
    local sim = new()
    create(sim, { desiredCount = 0 })
    sim:advance(2)
    assert.is_true(completed(service(sim)))
  end)

  it("keeps the old deployment as ACTIVE until the new one has stood for 40 seconds", function()
    local sim = new({ task_start_seconds = 10, stop_seconds = 10 })
    create(sim)
    sim:advance(60)
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(12)
    local answer = service(sim)
    assert.are.same({ "PRIMARY", "ACTIVE" }, { answer.deployments[1].status, answer.deployments[2].status })
    assert.are.same({ 3, 3 }, { answer.deployments[1].runningCount, answer.deployments[2].runningCount })
    assert.are.equal("IN_PROGRESS", answer.deployments[1].rolloutState)
    sim:advance(38) -- one short of the 40 seconds
    assert.are.equal(6, service(sim).runningCount)
    sim:advance(2)
    assert.are.equal(3, service(sim).runningCount)
    assert.are.equal(2, #service(sim).deployments)
    sim:advance(6)
    assert.is_true(completed(service(sim)))
    assert.is_true(told(sim, "(service mongodb) has stopped 3 running tasks: (task "))
  end)

  it("never has fewer healthy nor more tasks than the percents allow, for any percents", function()
    for _, case in ipairs({ { 1, 100, 200 }, { 3, 50, 150 }, { 4, 50, 100 }, { 5, 0, 100 }, { 10, 75, 120 },
      { 7, 100, 115 }, { 3, 34, 101 } }) do
      local desired, least, most = case[1], case[2], case[3]
      local sim = new({ seed = desired })
      create(sim, { desiredCount = desired,
        deploymentConfiguration = { minimumHealthyPercent = least, maximumPercent = most } })
      sim:advance(120)
      update(sim, { taskDefinition = "mongo:7" })
      local took = advance_until(sim, function(answer)
        local total = answer.runningCount + answer.pendingCount
        assert.is_true(answer.runningCount >= math.ceil(desired * least / 100), "too few run")
        assert.is_true(total <= math.floor(desired * most / 100), "too many tasks")
        return completed(answer)
      end, 1200)
      assert.is_truthy(took, ("%d of %d to %d never completed"):format(desired, least, most))
    end
  end)

  it("says so when the percents leave no room to move", function()
    local sim = new()
    create(sim, { desiredCount = 1, deploymentConfiguration = { minimumHealthyPercent = 100, maximumPercent = 150 } })
    sim:advance(60)
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(300)
    assert.are.equal("IN_PROGRESS", service(sim).deployments[1].rolloutState)
    assert.is_true(told(sim, "was unable to stop or start tasks during a deployment because of the service deployment "
      .. "configuration."))
  end)

  it("waits for healthy targets behind a load balancer", function()
    local sim = new({ task_start_seconds = 10, health_seconds = 25 })
    create(sim, { loadBalancers = { { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 } } })
    sim:advance(30)
    assert.are.equal(3, service(sim).runningCount)
    assert.are.equal("IN_PROGRESS", service(sim).deployments[1].rolloutState)
    sim:advance(7)
    assert.is_true(completed(service(sim)))
    assert.is_true(told(sim, "registered 1 targets in (target-group " .. TARGET_GROUP .. ")"))
  end)

  it("gives no rollout state behind a Classic Load Balancer", function()
    local sim = new()
    create(sim, { loadBalancers = { { loadBalancerName = "old", containerName = "mongo", containerPort = 80 } } })
    sim:advance(100)
    assert.is_nil(service(sim).deployments[1].rolloutState)
  end)

  it("scales without a new deployment", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    local id = service(sim).deployments[1].id
    assert.are.equal(5, update(sim, { desiredCount = 5 }).desiredCount)
    sim:advance(15)
    assert.are.equal(5, service(sim).runningCount)
    update(sim, { desiredCount = 1 })
    sim:advance(2)
    assert.are.equal(1, service(sim).runningCount)
    assert.are.equal(id, service(sim).deployments[1].id)
    assert.are.equal("COMPLETED", service(sim).deployments[1].rolloutState)
  end)

  it("starts a deployment for a new task definition, for force, and for nothing that is unchanged", function()
    local sim = new()
    local first = create(sim).deployments[1].id
    sim:advance(60)
    assert.are.equal(first, update(sim, { taskDefinition = "mongo:6" }).deployments[1].id)
    assert.are.equal(first, update(sim, { placementStrategy = { { type = "random" } }, propagateTags = "SERVICE",
      deploymentConfiguration = { maximumPercent = 150 }, enableExecuteCommand = true }).deployments[1].id)
    local second = update(sim, { forceNewDeployment = true }).deployments[1].id
    assert.are_not.equal(first, second)
    assert.are_not.equal(second, update(sim, { loadBalancers = { { targetGroupArn = TARGET_GROUP,
      containerName = "mongo", containerPort = 80 } } }).deployments[1].id)
  end)

  it("replaces a rollout that is under way by the next", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(5)
    update(sim, { taskDefinition = "mongo:8" })
    assert.are.equal(3, #service(sim).deployments)
    assert.is_truthy(advance_until(sim, completed))
    assert.is_truthy(service(sim).taskDefinition:find("mongo:8", 1, true))
  end)

  it("restarts a task that someone stops", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    local task = tasks(sim)[1]
    assert(sim:call("StopTask", { cluster = "prod", task = task.taskArn, reason = "because" }))
    sim:advance(1)
    assert.are.equal(2, service(sim).runningCount)
    sim:advance(20)
    assert.are.equal(3, service(sim).runningCount)
    local stopped = tasks(sim, "STOPPED")[1]
    assert.are.same({ "UserInitiated", "because" }, { stopped.stopCode, stopped.stoppedReason })
  end)
end)

describe("service deployments in the simulator", function()
  it("go from IN_PROGRESS to SUCCESSFUL and point to revisions", function()
    local sim = new()
    create(sim, { deploymentConfiguration = breaker })
    local arn = service(sim).currentServiceDeployment
    local function record()
      return assert(sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { arn } })).serviceDeployments[1]
    end
    assert.are.equal("IN_PROGRESS", record().status)
    assert.are.equal("MONITORING", record().deploymentCircuitBreaker.status)
    sim:advance(60)
    assert.are.equal("SUCCESSFUL", record().status)
    local revision = record().targetServiceRevision.arn
    assert.are.equal(revision, service(sim).currentServiceRevisions[1].arn)
    local answer = assert(sim:call("DescribeServiceRevisions", { serviceRevisionArns = { revision } }))
    assert.is_truthy(answer.serviceRevisions[1].taskDefinition:find("mongo:6", 1, true))
  end)

  it("name the cause and the revision of a rollback", function()
    local sim = new()
    create(sim, { deploymentConfiguration = breaker })
    sim:advance(60)
    sim:tasks({ task_definition = "mongo:7", outcome = "pull_error" })
    local arn = update(sim, { taskDefinition = "mongo:7" }).currentServiceDeployment
    sim:advance(120)
    local answer = assert(sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { arn } }))
    local record = answer.serviceDeployments[1]
    assert.are.equal("ROLLBACK_SUCCESSFUL", record.status)
    assert.are.equal("ECS deployment circuit breaker: tasks failed to start.", record.rollback.reason)
    assert.are.equal(record.sourceServiceRevisions[1].arn, record.rollback.serviceRevisionArn)
    assert.are.equal("TRIGGERED", record.deploymentCircuitBreaker.status)
    local list = assert(sim:call("ListServiceDeployments", { cluster = "prod", service = "mongodb",
      status = { "ROLLBACK_SUCCESSFUL" } }))
    assert.are.same({ arn }, { list.serviceDeployments[1].serviceDeploymentArn })
    assert.are.equal(1, #list.serviceDeployments)
  end)
end)

describe("other schedulers in the simulator", function()
  it("runs a daemon on each container instance, with the API's own percents", function()
    local sim = new({ instances = 4 })
    local answer = create(sim, { schedulingStrategy = "DAEMON" })
    assert.are.equal(4, answer.desiredCount)
    assert.are.same({ 0, 100 }, { answer.deploymentConfiguration.minimumHealthyPercent,
      answer.deploymentConfiguration.maximumPercent })
    sim:advance(30)
    assert.are.equal(4, service(sim).runningCount)
    update(sim, { taskDefinition = "mongo:7" })
    local most = 0
    assert.is_truthy(advance_until(sim, function(now)
      most = math.max(most, now.runningCount + now.pendingCount)
      return completed(now)
    end))
    assert.are.equal(4, most)
    assert(sim:call("DeleteService", { cluster = "prod", service = "mongodb" }))
  end)

  it("leaves an EXTERNAL service to its task sets", function()
    local sim = new()
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "mongodb", desiredCount = 4,
      deploymentController = { type = "EXTERNAL" } }))
    sim:advance(60)
    local answer = service(sim)
    assert.are.same({ 0, 0, 0 }, { answer.runningCount, #answer.deployments, #answer.taskSets })
    local set = assert(sim:call("CreateTaskSet", { cluster = "prod", service = "mongodb", taskDefinition = "mongo:7",
      scale = { value = 60, unit = "PERCENT" } })).taskSet
    assert.are.same({ "ACTIVE", 3, "STABILIZING" }, { set.status, set.computedDesiredCount, set.stabilityStatus })
    sim:advance(20)
    answer = service(sim)
    assert.are.equal(3, answer.runningCount)
    assert.are.equal("STEADY_STATE", answer.taskSets[1].stabilityStatus)
    local other = assert(sim:call("CreateTaskSet", { cluster = "prod", service = "mongodb",
      taskDefinition = "mongo:6" })).taskSet
    for _, one in ipairs { other.id, set.taskSetArn } do
      assert(sim:call("UpdateServicePrimaryTaskSet", { cluster = "prod", service = "mongodb", primaryTaskSet = one }))
    end
    answer = service(sim)
    assert.are.same({ "PRIMARY", "ACTIVE" }, { answer.taskSets[1].status, answer.taskSets[2].status })
    assert.are.equal("mongo:7", answer.taskDefinition:match "[^/]+$")
    assert(sim:call("DeleteTaskSet", { cluster = "prod", service = "mongodb", taskSet = other.id }))
    local id = { cluster = "prod", service = "mongodb", taskSet = set.id }
    local _, err = sim:call("DeleteTaskSet", id)
    assert.are.equal("InvalidParameterException", err.code)
    id.scale = { value = 0, unit = "PERCENT" }
    assert(sim:call("UpdateTaskSet", id))
    id.scale = nil
    assert(sim:call("DeleteTaskSet", id))
    sim:advance(30)
    assert.are.same({}, service(sim).taskSets)
  end)

  it("gives CODE_DEPLOY services a primary task set and no deployments", function()
    local sim = new()
    create(sim, { deploymentController = { type = "CODE_DEPLOY" },
      loadBalancers = { { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 } } })
    sim:advance(60)
    local answer = service(sim)
    assert.are.same({}, answer.deployments)
    assert.are.same({ "PRIMARY", 3 }, { answer.taskSets[1].status, answer.taskSets[1].runningCount })
    local _, err = sim:call("UpdateService", { cluster = "prod", service = "mongodb", taskDefinition = "mongo:7" })
    assert.are.equal("Unable to update task definition on services with a CODE_DEPLOY deployment controller. "
      .. "Use AWS CodeDeploy to trigger a new deployment.", err.message)
    update(sim, { desiredCount = 5 })
    sim:advance(60)
    assert.are.equal(5, service(sim).runningCount)
  end)

  it("shifts blue/green only when all of green is up, and bakes", function()
    local sim = new()
    create(sim, { deploymentConfiguration = { strategy = "BLUE_GREEN", bakeTimeInMinutes = 2 } })
    sim:advance(200)
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(120)
    assert.are.equal(6, service(sim).runningCount)
    sim:advance(120)
    assert.is_true(completed(service(sim)))
  end)
end)

describe("a service's end in the simulator", function()
  it("is refused while it is scaled above zero, unless forced", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    local id = { cluster = "prod", service = "mongodb" }
    local _, err = sim:call("DeleteService", id)
    assert.are.equal("The service cannot be stopped while it is scaled above 0.", err.message)
    id.force = true
    assert.are.equal("DRAINING", assert(sim:call("DeleteService", id)).service.status)
  end)

  it("is refused while deployments are active", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    update(sim, { taskDefinition = "mongo:7" })
    update(sim, { desiredCount = 0 })
    local _, err = sim:call("DeleteService", { cluster = "prod", service = "mongodb" })
    assert.are.equal("The service cannot be stopped while deployments are active.", err.message)
  end)

  it("goes through DRAINING to INACTIVE, and is forgotten after an hour", function()
    local sim = new({ stop_seconds = 10 })
    create(sim)
    sim:advance(60)
    update(sim, { desiredCount = 0 })
    assert(sim:call("DeleteService", { cluster = "prod", service = "mongodb" }))
    assert.are.equal("DRAINING", service(sim).status)
    local _, err = sim:call("CreateService", { cluster = "prod", serviceName = "mongodb", desiredCount = 1,
      taskDefinition = "mongo" })
    assert.are.equal("Unable to Start a service that is still Draining.", err.message)
    sim:advance(10)
    assert.are.equal("INACTIVE", service(sim).status)
    assert.are.same({}, service(sim).deployments)
    assert.are.same({}, assert(sim:call("ListServices", { cluster = "prod" })).serviceArns)
    _, err = sim:call("UpdateService", { cluster = "prod", service = "mongodb", desiredCount = 1 })
    assert.are.equal("ServiceNotActiveException", err.code)
    sim:advance(3600)
    assert.is_nil(service(sim))
    _, err = sim:call("UpdateService", { cluster = "prod", service = "mongodb", desiredCount = 1 })
    assert.are.equal("ServiceNotFoundException", err.code)
  end)

  it("frees the name at INACTIVE", function()
    local sim = new()
    create(sim, { desiredCount = 0 })
    assert(sim:call("DeleteService", { cluster = "prod", service = "mongodb" }))
    sim:advance(5)
    assert.are.equal("ACTIVE", create(sim).status)
    sim:advance(4000)
    assert.are.equal("ACTIVE", service(sim).status)
  end)
end)

describe("the simulator's time", function()
  it("passes an hour of a thousand services in a moment", function()
    local sim = new()
    for i = 1, 1000 do
      assert(sim:call("CreateService", { cluster = "prod", serviceName = "s" .. i, taskDefinition = "mongo:7",
        desiredCount = 3 }))
    end
    local before = os.clock()
    sim:advance(3600)
    assert.is_true(os.clock() - before < 3)
    local page = assert(sim:call("DescribeServices", { cluster = "prod", services = { "s1", "s500", "s1000" } }))
    for _, one in ipairs(page.services) do
      assert.is_true(completed(one))
    end
  end)

  it("gives the same story for the same seed, and other names for another", function()
    local function story(seed)
      local sim = new({ seed = seed })
      sim:tasks({ outcome = "flap" })
      create(sim)
      sim:advance(500)
      return messages(sim)
    end
    assert.are.equal(story(7), story(7))
    assert.are_not.equal(story(7), story(8))
  end)
end)
