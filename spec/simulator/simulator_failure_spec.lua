-- How rollouts fail in the simulated ECS: breaker, alarms, rollback, and what is told of each end.
local simulated = require "support.simulated"

local TARGET_GROUP, new, create, update, service, told, advance_until, completed, breaker, breaker_only, alarmed,
  tasks =
  simulated.TARGET_GROUP, simulated.new, simulated.create, simulated.update, simulated.service, simulated.told,
  simulated.advance_until, simulated.completed, simulated.breaker, simulated.breaker_only, simulated.alarmed,
  simulated.tasks

describe("a failing rollout in the simulator", function()
  it("rolls back to the last completed task definition when the breaker trips", function()
    local sim = new()
    create(sim, { deploymentConfiguration = breaker })
    sim:advance(60)
    local good = service(sim).deployments[1]
    sim:tasks({ service = "mongodb", task_definition = "mongo:7", outcome = "pull_error" })
    local bad = update(sim, { taskDefinition = "mongo:7" }).deployments[1]
    local tripped
    advance_until(sim, function(answer)
      tripped = answer
      return answer.deployments[1].id ~= bad.id
    end, 120)
    local rollback = tripped.deployments[1]
    assert.are.equal("PRIMARY", rollback.status)
    assert.are.equal(good.taskDefinition, rollback.taskDefinition)
    assert.are.equal(("ECS deployment circuit breaker: rolling back to deploymentId %s."):format(good.id),
      rollback.rolloutStateReason)
    assert.are_not.equal(good.id, rollback.id)
    local failed = tripped.deployments[2]
    assert.are.same({ bad.id, "ACTIVE", "FAILED", 3 },
      { failed.id, failed.status, failed.rolloutState, failed.failedTasks })
    assert.are.equal("ECS deployment circuit breaker: tasks failed to start.", failed.rolloutStateReason)
    sim:advance(60)
    local answer = service(sim)
    assert.is_true(completed(answer))
    assert.are.equal(good.taskDefinition, answer.taskDefinition)
    assert.are.equal(3, answer.runningCount)
    assert.is_true(told(sim, ("(deployment %s) deployment failed: tasks failed to start."):format(bad.id)))
    assert.is_true(told(sim, ("rolling back to deployment %s."):format(good.id)))
  end)

  it("lets tasks of one service take their own time to start", function()
    local sim = new()
    sim:tasks({ service = "mongodb", outcome = "running", start_seconds = 90 })
    create(sim)
    sim:advance(85)
    assert.are.equal(0, service(sim).runningCount)
    sim:advance(10)
    assert.are.equal(3, service(sim).runningCount)
  end)

  it("stays with the failed deployment when none was completed before", function()
    local sim = new()
    sim:tasks({ outcome = "pull_error" })
    create(sim, { deploymentConfiguration = breaker })
    sim:advance(600)
    local answer = service(sim)
    assert.are.equal(1, #answer.deployments)
    assert.are.equal("FAILED", answer.deployments[1].rolloutState)
    assert.are.equal(0, answer.runningCount + answer.pendingCount)
  end)

  it("stops launching, and leaves the old tasks alone, when the breaker is not to roll back", function()
    local sim = new()
    create(sim, { deploymentConfiguration = breaker_only })
    sim:advance(60)
    sim:tasks({ service = "mongodb", outcome = "exit" })
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(300)
    local answer = service(sim)
    assert.are.equal("FAILED", answer.deployments[1].rolloutState)
    assert.are.equal(3, answer.deployments[2].runningCount)
    local started = #tasks(sim, "STOPPED")
    sim:advance(600)
    assert.are.equal(started, #tasks(sim, "STOPPED"))
    assert.is_false(told(sim, "rolling back"))
  end)

  it("goes on trying, ever more slowly, without a breaker", function()
    local sim = new()
    sim:tasks({ outcome = "pull_error" })
    create(sim, { desiredCount = 1 })
    sim:advance(3000)
    local answer = service(sim)
    assert.are.equal("IN_PROGRESS", answer.deployments[1].rolloutState)
    assert.is_true(answer.deployments[1].failedTasks >= 5)
    assert.is_true(#tasks(sim, "STOPPED") < 20)
    assert.is_true(told(sim, "is unable to consistently start tasks successfully."))
  end)

  it("tolerates half of the desired count, at least 3 and at most 200 failures", function()
    for desired, threshold in pairs({ [1] = 3, [6] = 3, [7] = 4, [25] = 13, [500] = 200 }) do
      local sim = new()
      create(sim, { desiredCount = desired, deploymentConfiguration = breaker })
      local arn = service(sim).currentServiceDeployment
      local answer = assert(sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { arn } }))
      assert.are.equal(threshold, answer.serviceDeployments[1].deploymentCircuitBreaker.threshold)
    end
  end)

  it("takes a threshold of one's own", function()
    local sim = new()
    sim:tasks({ outcome = "pull_error" })
    create(sim, { desiredCount = 1, deploymentConfiguration = { deploymentCircuitBreaker = { enable = true,
      rollback = false, thresholdConfiguration = { type = "COUNT", value = 1 } } } })
    sim:advance(12)
    assert.are.equal("FAILED", service(sim).deployments[1].rolloutState)
    assert.are.equal(1, service(sim).deployments[1].failedTasks)
  end)

  it("forgets earlier failures once a task runs", function()
    local sim = new()
    sim:tasks({ outcome = "running" })
    sim:tasks({ outcome = "pull_error", times = 2 })
    create(sim, { desiredCount = 1, deploymentConfiguration = breaker })
    sim:advance(15)
    assert.are.equal(1, service(sim).deployments[1].failedTasks)
    sim:advance(60)
    assert.are.equal(0, service(sim).deployments[1].failedTasks)
    assert.is_true(completed(service(sim)))
  end)

  it("counts failed health checks though the tasks run", function()
    local sim = new()
    create(sim, { deploymentConfiguration = breaker, healthCheckGracePeriodSeconds = 20,
      loadBalancers = { { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 } } })
    sim:advance(60)
    sim:tasks({ task_definition = "mongo:7", outcome = "unhealthy" })
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(40)
    assert.are.equal(6, service(sim).runningCount) -- the grace period holds the checks back
    sim:advance(60)
    local answer = service(sim)
    assert.is_truthy(answer.taskDefinition:find("mongo:6", 1, true))
    local stopped = tasks(sim, "STOPPED")[1]
    assert.are.equal("Task failed ELB health checks in (target-group " .. TARGET_GROUP .. ")", stopped.stoppedReason)
    assert.is_true(told(sim, "(port 80) is unhealthy in (target-group " .. TARGET_GROUP .. ") due to (reason "))
  end)

  it("counts each failed health check, though tasks run in between", function()
    local sim = new()
    sim:tasks({ outcome = "unhealthy" })
    create(sim, { desiredCount = 1, deploymentConfiguration = breaker,
      loadBalancers = { { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 } } })
    sim:advance(400)
    assert.are.same({ "FAILED", 3 },
      { service(sim).deployments[1].rolloutState, service(sim).deployments[1].failedTasks })
  end)

  it("does not count tasks that ran and then exited", function()
    local sim = new()
    create(sim, { deploymentConfiguration = breaker })
    sim:advance(60)
    sim:tasks({ outcome = "exit", after = 5 })
    update(sim, { taskDefinition = "mongo:7" })
    sim:advance(600)
    local answer = service(sim)
    assert.are.same({ "IN_PROGRESS", 0 }, { answer.deployments[1].rolloutState, answer.deployments[1].failedTasks })
    assert.are.equal(3, answer.deployments[2].runningCount)
  end)

  it("says why no task could be placed, and counts that as a failure", function()
    local sim = new()
    sim:tasks({ outcome = "no_capacity" })
    create(sim, { deploymentConfiguration = breaker })
    sim:advance(5)
    assert.are.equal(1, service(sim).deployments[1].failedTasks)
    assert.are.equal(0, service(sim).pendingCount)
    assert.is_true(told(sim, "was unable to place a task because no container instance met all of its requirements."))
    sim:advance(60)
    assert.are.equal("FAILED", service(sim).deployments[1].rolloutState)
  end)

  it("has room for no more tasks than the capacity says", function()
    local sim = new({ capacity = 4 })
    create(sim)
    sim:advance(60)
    update(sim, { desiredCount = 9 })
    sim:advance(60)
    assert.are.equal(4, service(sim).runningCount)
  end)

  it("tells of each end of a task what ECS would tell", function()
    for outcome, expected in pairs({
      exit = { "EssentialContainerExited", "Essential container in task exited", 1, nil },
      oom = { "EssentialContainerExited", "Essential container in task exited", 137, "OutOfMemoryError" },
      pull_error = { "TaskFailedToStart", "Task failed to start", nil, "CannotPullContainerError" },
      unhealthy = { "ServiceSchedulerInitiated", "Task failed container health checks", 0, nil },
      flap = { "EssentialContainerExited", "Essential container in task exited", 1, nil },
    }) do
      local sim = new()
      sim:tasks({ outcome = outcome })
      create(sim, { desiredCount = 1 })
      sim:advance(100)
      local task = tasks(sim, "STOPPED")[1]
      local container = task.containers[1]
      assert.are.same({ expected[1], expected[2], expected[3] },
        { task.stopCode, task.stoppedReason, container.exitCode })
      assert.are.equal(expected[4] or "", (container.reason or ""):match("^%w*"))
    end
  end)

  it("lets a flapping service complete and fall over again", function()
    local sim = new()
    sim:tasks({ outcome = "flap", after = 50 })
    create(sim, { desiredCount = 1 })
    sim:advance(20)
    assert.is_true(completed(service(sim)))
    sim:advance(50)
    assert.are.equal(0, service(sim).runningCount)
    sim:advance(10)
    assert.are.equal(1, service(sim).runningCount)
  end)

  it("gives a task its own words and exit code", function()
    local sim = new()
    sim:tasks({ outcome = "exit", after = 5, exit_code = 42, reason = "Scripted" })
    create(sim, { desiredCount = 1 })
    sim:advance(14)
    assert.are.equal("RUNNING", tasks(sim)[1].lastStatus)
    sim:advance(5)
    local task = tasks(sim, "STOPPED")[1]
    assert.are.same({ 42, "Scripted" }, { task.containers[1].exitCode, task.stoppedReason })
  end)

  it("lets tasks end in the words of a script", function()
    local sim = new()
    sim:tasks({ outcome = { stop_code = "TaskFailedToStart", stopped_reason = "ResourceInitializationError: scripted",
      containers = { { reason = "never started" } }, event = "was unable to do as told." } })
    create(sim, { desiredCount = 1, deploymentConfiguration = breaker })
    sim:advance(12)
    local task = tasks(sim, "STOPPED")[1]
    assert.are.same({ "TaskFailedToStart", "ResourceInitializationError: scripted" },
      { task.stopCode, task.stoppedReason })
    assert.is_nil(task.startedAt)
    assert.are.equal("never started", task.containers[1].reason)
    assert.are.equal(1, service(sim).deployments[1].failedTasks)
    assert.is_true(told(sim, "(service mongodb) was unable to do as told."))
    sim:advance(120)
    assert.are.equal("FAILED", service(sim).deployments[1].rolloutState)
  end)

  it("lets containers of a task that ran leave their own exit codes", function()
    local sim = new({ task_definitions = { { family = "mongo", revision = 6, container_definitions = {
      { name = "app", image = "app" }, { name = "side", image = "side" } } } } })
    sim:tasks({ after = 20, outcome = { when = "running", containers = { { name = "side", exit_code = 139 } } } })
    create(sim, { desiredCount = 1 })
    sim:advance(25)
    assert.are.equal("RUNNING", tasks(sim)[1].lastStatus)
    sim:advance(10)
    local task = tasks(sim, "STOPPED")[1]
    assert.are.same({ "Essential container in task exited", nil, 139 },
      { task.stoppedReason, task.containers[1].exitCode, task.containers[2].exitCode })
  end)

  it("says in a script's words why a task was unhealthy or found no place", function()
    local sim = new()
    sim:tasks({ outcome = { when = "health", event = "(port 80) is unhealthy because of the script." } })
    create(sim, { desiredCount = 1, deploymentConfiguration = breaker })
    sim:advance(45)
    assert.are.equal("Task failed container health checks", tasks(sim, "STOPPED")[1].stoppedReason)
    assert.is_true(told(sim, "is unhealthy because of the script."))
    sim:tasks({ outcome = { when = "placement", event = "was unable to place a task because of the script." } })
    sim:advance(60)
    assert.is_true(told(sim, "was unable to place a task because of the script."))
  end)

  it("names what is wrong with a script", function()
    local sim = new()
    for wrong, message in pairs({ [{ reason = "x" }] = "outcome has no reason", [{ when = "later" }] = "not later",
      [{ containers = { "x" } }] = "outcome.containers are tables",
      [{ stop_code = 1 }] = "wants a string as stop_code" }) do
      local ok, problem = pcall(sim.tasks, sim, { outcome = wrong })
      assert.is_false(ok)
      assert.is_truthy(problem:find(message, 1, true), problem)
    end
  end)

  it("has running tasks meet the same fate when asked", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    sim:tasks({ service = "mongodb", outcome = "oom", existing = true, times = 0 })
    sim:advance(1)
    assert.are.equal(0, service(sim).runningCount)
    sim:advance(20)
    assert.are.equal(3, service(sim).runningCount)
  end)

  it("rolls back when an alarm goes off during the rollout", function()
    local sim = new()
    create(sim, { deploymentConfiguration = alarmed })
    sim:advance(200)
    assert.is_true(completed(service(sim)))
    local bad = update(sim, { taskDefinition = "mongo:7" }).deployments[1].id
    sim:advance(20)
    sim:alarm("other", "ALARM")
    sim:alarm("errors", "ALARM")
    sim:advance(60)
    local answer = service(sim)
    assert.is_truthy(answer.taskDefinition:find("mongo:6", 1, true))
    assert.is_true(told(sim, ("(deployment %s) deployment failed: alarm detected."):format(bad)))
  end)

  it("bakes while alarms are watched", function()
    local sim = new({ alarm_bake_seconds = 120 })
    create(sim, { deploymentConfiguration = alarmed })
    sim:advance(60)
    assert.are.equal("IN_PROGRESS", service(sim).deployments[1].rolloutState)
    sim:advance(90)
    assert.is_true(completed(service(sim)))
  end)

  it("does not watch an alarm that was in ALARM from the start", function()
    local sim = new()
    sim:alarm("errors", "ALARM")
    create(sim, { deploymentConfiguration = alarmed })
    sim:alarm("errors", "ALARM")
    sim:advance(60)
    assert.is_true(completed(service(sim)))
  end)

  it("is stopped by StopServiceDeployment", function()
    local sim = new()
    create(sim)
    sim:advance(60)
    local arn = update(sim, { taskDefinition = "mongo:7" }).currentServiceDeployment
    sim:advance(5)
    assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = arn }))
    sim:advance(60)
    assert.is_truthy(service(sim).taskDefinition:find("mongo:6", 1, true))
    local answer = assert(sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { arn } }))
    assert.are.equal("ROLLBACK_SUCCESSFUL", answer.serviceDeployments[1].status)
    local _, err = sim:call("StopServiceDeployment", { serviceDeploymentArn = arn })
    assert.are.equal("ConflictException", err.code)
  end)
end)
