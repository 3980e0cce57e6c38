-- What a wait makes of answers that the simulator does not give: replicas that lag, servers that tell less, and orders
-- of events that ECS is known or suspected to have.
local core = require "ecs_service.core"
local cjson = require "cjson.safe"
local views = require "support.views"

local START, ROLLS_BACK = views.START, views.ROLLS_BACK
local deployment, old, new, service = views.deployment, views.old, views.new, views.service
local follow, told_events, update, updated, waiting = views.follow, views.told_events, views.update, views.updated,
  views.waiting

describe("following a deployment", function()
  local before = service { deployments = { old() } }
  local during = service { deployments = { new { runningCount = 1 }, old { status = "ACTIVE" } } }
  local done = service { deployments = { new { rolloutState = "COMPLETED", updatedAt = START + 30 } } }

  it("takes a service as it was before the update for neither steady nor superseded", function()
    local run = follow(update(), function(_, passed)
      return passed < 15 and before or passed < 30 and during or done
    end, updated())
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 30 and run.seconds < 35)
  end)

  it("waits for reads that lag by minutes, as long as they show a time before the change", function()
    local run = follow(update(), function(_, passed) return passed < 200 and before or done end, updated())
    assert.is_true(run.ok, run.error and run.error.message)
  end)

  it("takes a count from before the change for neither", function()
    local few = service { deployments = { old() } }
    local many = service { deployments = { old { desiredCount = 5, runningCount = 5, updatedAt = START + 10 } },
      desiredCount = 5, runningCount = 5 }
    local some = service { deployments = { old { desiredCount = 5 } }, desiredCount = 5 }
    local run = follow(update(), function(_, passed) return passed < 8 and few or passed < 10 and some or many end,
      updated(some))
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 10 and run.seconds < 15, run.seconds)
  end)

  it("does not count deployments that have been replaced completely", function()
    local run = follow(update(), function(_, passed)
      local replaced = old { status = "INACTIVE", runningCount = 0 }
      return passed < 10 and during or service { deployments = { new { rolloutState = "COMPLETED" }, replaced } }
    end, updated())
    assert.is_true(run.ok, run.error and run.error.message)
  end)

  it("tells a wait that joins a deployment under way what has happened in it, and nothing older", function()
    local events = { { id = "e2", createdAt = START + 1, message = "(service web) has started 1 tasks: (task b)." },
      { id = "e1", createdAt = 600, message = "(service web) has reached a steady state." } }
    local run = follow(waiting(), function(look)
      local state = look > 2 and "COMPLETED" or "IN_PROGRESS"
      return service { deployments = { new { rolloutState = state } }, events = events }
    end)
    assert.same({ "e2" }, told_events(run))
  end)

  it("bears replicas that take turns in being late", function()
    local run = follow(update(), function(look, passed)
      if look % 2 == 0 and passed < 40 then return before end
      return passed < 30 and during or done
    end, updated())
    assert.is_true(run.ok)
  end)

  it("says that reads lag when it waits for them", function()
    local run = follow(update { timeouts = { update = 60 } }, function() return before end, updated())
    assert.equal("Timeout", run.error.code)
    local told = 0
    for _, event in ipairs(run.events) do
      if event.type == "waiting" and (event.so_far or ""):find("not visible yet", 1, true) then told = told + 1 end
    end
    assert.is_true(told >= 1)
  end)

  it("does not take the former INACTIVE service of that name for the new one's end", function()
    local config = assert(core.validate("service", { name = "web", cluster = "prod", task_definition = "web:2" }))
    local create = { address = "web", action = "create", config = config, steady = true, client_token = ("a"):rep(32),
      timeouts = { create = 900 }, change = assert(core.plan("service", { config = config })) }
    local run = follow(create, function(_, passed)
      if passed < 5 then return service { status = "INACTIVE", deployments = {}, desiredCount = 0 } end
      return passed < 30 and service() or done
    end, { CreateService = { service = service { runningCount = 0 } } })
    assert.is_true(run.ok, run.error and run.error.message)
  end)

  it("says that a service is gone once it has been seen, however early", function()
    local run = follow(update(), function(_, passed)
      return passed < 5 and during or service { status = "INACTIVE", deployments = {} }
    end, updated())
    assert.equal("ServiceInactive", run.error.code)
    assert.is_true(run.seconds < 10)
  end)

  it("waits a moment for the rollback that a failure with rollback is followed by", function()
    local failed = new { rolloutState = "FAILED", updatedAt = START + 20,
      rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start." }
    local back = deployment("ecs-svc/3", { rolloutState = "IN_PROGRESS", createdAt = START + 24,
      rolloutStateReason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.",
      taskDefinition = old().taskDefinition })
    local run = follow(update(), function(_, passed)
      if passed < 20 then return during end
      if passed < 24 then
        return service { deployments = { failed, old { status = "ACTIVE" } }, deploymentConfiguration = ROLLS_BACK }
      end
      local gone = {}
      for key, value in pairs(failed) do gone[key] = value end
      gone.status = "ACTIVE"
      return service { deployments = { back, gone }, deploymentConfiguration = ROLLS_BACK }
    end, updated())
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.truthy(run.error.message:find("rolled back to web:1", 1, true), run.error.message)
    assert.is_true(run.seconds < 30)
  end)

  it("says that there is nothing to go back to when no rollback follows", function()
    local failed = new { rolloutState = "FAILED", updatedAt = START + 20 }
    local run = follow(update(), function(_, passed)
      return service { deployments = { passed < 20 and new() or failed }, deploymentConfiguration = ROLLS_BACK }
    end, updated(service()))
    assert.equal("DeploymentFailed", run.error.code)
    assert.truthy(run.error.message:find("no completed one to go back to", 1, true), run.error.message)
    assert.is_true(run.seconds < 35)
  end)

  it("knows a rollback that makes the older deployment PRIMARY again", function()
    local again = old { updatedAt = START + 20, rolloutState = "IN_PROGRESS" }
    local run = follow(update(), function(_, passed)
      return passed < 20 and during or service { deployments = { again } }
    end, updated())
    assert.equal("DeploymentRolledBack", run.error.code)
  end)

  it("knows a rollback that is over and has left nothing but its events", function()
    local events = {
      { id = "e3", createdAt = START + 60, message = "(service web) has reached a steady state." },
      { id = "e2", createdAt = START + 20, message = "(service web) rolling back to deployment ecs-svc/1." },
      { id = "e1", createdAt = START + 20,
        message = "(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start." } }
    local back = deployment("ecs-svc/3", { createdAt = START + 21, updatedAt = START + 60,
      rolloutStateReason = "ECS deployment ecs-svc/3 completed.", taskDefinition = old().taskDefinition })
    local run = follow(update { superseded = "follow" }, function(_, passed)
      return passed < 20 and during or service { deployments = { back }, events = events }
    end, updated())
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.truthy(run.error.evidence.reason:find("tasks failed to start", 1, true))
  end)

  it("does not call it rolled back when someone deploys after the failure", function()
    local failed = new { status = "ACTIVE", rolloutState = "FAILED", updatedAt = START + 20 }
    local theirs = deployment("ecs-svc/9", { createdAt = START + 22, rolloutState = "IN_PROGRESS",
      rolloutStateReason = "ECS deployment ecs-svc/9 in progress." })
    local run = follow(update(), function(_, passed)
      if passed < 20 then return during end
      return service { deployments = { theirs, failed }, deploymentConfiguration = ROLLS_BACK }
    end, updated())
    assert.equal("DeploymentFailed", run.error.code)
    assert.truthy(run.error.message:find("ecs-svc/9", 1, true))
  end)

  it("does not take the counts of the moment for steady where ECS gives no rollout state", function()
    local steady = { { id = "e1", createdAt = START + 40, message = "(service web) has reached a steady state." } }
    local start = { { id = "e0", createdAt = START + 5, message = "(service web) has started 1 tasks: (task a)." } }
    local run = follow(update(), function(_, passed)
      return service { deployments = { new { rolloutState = cjson.null } }, events = passed < 40 and start or steady }
    end, updated())
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 40 and run.seconds < 45, run.seconds)
  end)

  it("has counts hold for a minute on a server that tells nothing else", function()
    local run = follow(update(), function() return service { deployments = { new { rolloutState = cjson.null } } } end,
      updated(service { deployments = { new { rolloutState = cjson.null } } }))
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 60 and run.seconds < 70, run.seconds)
  end)

  it("believes the service deployment where there is no rollout state", function()
    local others = updated()
    local brief = { serviceDeploymentArn = "arn:sd", createdAt = START + 0.4 }
    others.ListServiceDeployments = { serviceDeployments = { brief } }
    others.DescribeServiceDeployments = function(_, passed)
      return { serviceDeployments = { { serviceDeploymentArn = "arn:sd", createdAt = START + 0.4,
        status = passed < 20 and "IN_PROGRESS" or "ROLLBACK_IN_PROGRESS", statusReason = "tasks failed to start" } } }
    end
    local run = follow(update(), function()
      return service { deployments = { new { rolloutState = cjson.null } }, currentServiceDeployment = "arn:sd" }
    end, others)
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.equal("tasks failed to start", run.error.evidence.reason)
    assert.equal("arn:sd", run.error.evidence.service_deployment)
  end)

  it("believes a service deployment that was rolled back rather than follow what took its place", function()
    local others = updated()
    others.ListServiceDeployments = { serviceDeployments = { { serviceDeploymentArn = "arn:sd", createdAt = START } } }
    others.DescribeServiceDeployments = { serviceDeployments = { { serviceDeploymentArn = "arn:sd",
      status = "ROLLBACK_SUCCESSFUL", rollback = { reason = "stopped by hand" } } } }
    local theirs = deployment("ecs-svc/3", { createdAt = START + 20, rolloutState = cjson.null,
      taskDefinition = old().taskDefinition })
    local run = follow(update { superseded = "follow" }, function(_, passed)
      return service { deployments = passed < 20 and { new { rolloutState = cjson.null }, old() } or { theirs },
        currentServiceDeployment = "arn:sd" }
    end, others)
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.equal("stopped by hand", run.error.evidence.reason)
  end)

  it("does not believe service deployments when two began at that time", function()
    local others = updated()
    others.ListServiceDeployments = { serviceDeployments = { { serviceDeploymentArn = "arn:1", createdAt = START },
      { serviceDeploymentArn = "arn:2", createdAt = START + 1 } } }
    local stopped = { serviceDeploymentArn = "arn:1", status = "STOPPED" }
    others.DescribeServiceDeployments = { serviceDeployments = { stopped } }
    local steady = { { id = "e1", createdAt = START + 5, message = "(service web) has reached a steady state." } }
    local run = follow(update(), function(_, passed)
      return service { deployments = { new { rolloutState = cjson.null } }, currentServiceDeployment = "arn:2",
        events = passed > 5 and steady or {} }
    end, others)
    assert.is_true(run.ok, run.error and run.error.message)
  end)

  it("finds a service deployment that appears a moment after its deployment", function()
    local others = updated()
    others.ListServiceDeployments = function(_, passed)
      return { serviceDeployments = passed < 3 and {} or { { serviceDeploymentArn = "arn:sd", createdAt = START } } }
    end
    others.DescribeServiceDeployments = function(_, passed)
      local status = passed < 20 and "IN_PROGRESS" or "SUCCESSFUL"
      return { serviceDeployments = { { serviceDeploymentArn = "arn:sd", status = status } } }
    end
    local run = follow(update(), function()
      return service { deployments = { new { rolloutState = cjson.null } }, currentServiceDeployment = "arn:sd" }
    end, others)
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 20 and run.seconds < 25, run.seconds)
  end)

  it("asks a server that refuses service deployments but once", function()
    local steady = { { id = "e1", createdAt = START + 30, message = "(service web) has reached a steady state." } }
    local run = follow(update(), function(_, passed)
      return service { deployments = { new { rolloutState = cjson.null } }, currentServiceDeployment = "arn:sd",
        events = passed > 30 and steady or {} }
    end, updated())
    assert.is_true(run.ok)
    local asked = 0
    for _, operation in ipairs(run.calls) do asked = asked + (operation == "ListServiceDeployments" and 1 or 0) end
    assert.equal(1, asked)
  end)

  it("begins the minute of stable_for anew when tasks come and go between two looks", function()
    local run = follow(update { stable_for = 60 }, function(_, passed)
      local events = {}
      if passed > 40 then
        events[1] = { id = "e1", createdAt = START + 40, message = "(service web) has started 1 tasks: (task c)." }
      end
      return service { deployments = { new { rolloutState = "COMPLETED" } }, events = events }
    end, updated())
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 100 and run.seconds < 106, run.seconds)
  end)

  it("a wait in another process knows by the recorded time which reads are too old", function()
    local recorded = { deployment_id = "ecs-svc/2", deployment_at = START }
    local run = follow(waiting(recorded), function(_, passed) return passed < 10 and before or done end)
    assert.is_true(run.ok)
    local late = follow(waiting(recorded), function()
      return service { deployments = { old { updatedAt = START + 500 } } }
    end, { ListTasks = { taskArns = {} } })
    assert.equal("DeploymentRolledBack", late.error.code)
    assert.is_true(late.seconds < 2)
  end)

  it("begins stable_for anew when the service is not steady in between", function()
    local run = follow(update { stable_for = 30 }, function(_, passed)
      local pending = passed > 20 and passed < 40 and 1 or 0
      return service { deployments = { new { rolloutState = "COMPLETED" } }, pendingCount = pending }
    end, updated())
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 70 and run.seconds < 75, run.seconds)
  end)

  it("follows someone else's deployment by its own time and count", function()
    local theirs = deployment("ecs-svc/9", { createdAt = START + 20, updatedAt = START + 20, desiredCount = 5,
      runningCount = 5 })
    local run = follow(update { superseded = "follow" }, function(look, passed)
      if passed < 20 then return during end
      if look % 2 == 0 and passed < 40 then return during end -- a replica that is late: neither steady nor theirs
      return service { deployments = { theirs }, desiredCount = 5, runningCount = passed < 40 and 4 or 5 }
    end, updated())
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds >= 40 and run.seconds < 45, run.seconds)
    local told = 0
    for _, event in ipairs(run.events) do told = told + (event.type == "superseded" and 1 or 0) end
    assert.equal(1, told)
  end)

  -- A replacement whose old service takes 50 seconds to go, and whose new one takes 50 to be steady.
  local function replaced(config, new_name)
    local has = update().attributes
    config = assert(core.validate("service", config))
    local change = assert(core.plan("service", { config = config, recorded = has, actual = has, refreshed = true }))
    assert.equal("replace", change.action)
    local operation = { address = "web", action = "replace", config = config, attributes = has, change = change,
      steady = true, cluster = "prod", client_token = ("a"):rep(32), timeouts = { create = 60, delete = 60 } }
    local created, deleted, steady
    local function made(passed)
      steady = passed >= created + 50
      local state = steady and "COMPLETED" or "IN_PROGRESS"
      return service { serviceName = new_name, deployments = { new { createdAt = START + created,
        updatedAt = START + passed, rolloutState = state } } }
    end
    local run = follow(operation, function(_, passed)
      if created and not (steady and change.steps == "create,delete") then return made(passed) end
      if not deleted then return before end
      local status = passed < deleted + 50 and "DRAINING" or "INACTIVE"
      return service { status = status, deployments = {}, desiredCount = 0, runningCount = 0 }
    end, {
      UpdateService = { service = before }, ListTasks = { taskArns = {} },
      DeleteService = function(_, passed)
        deleted = passed
        return { service = service { status = "DRAINING", deployments = {} } }
      end,
      CreateService = function(_, passed)
        created = passed
        return { service = made(passed) }
      end,
    })
    return run, change.steps
  end

  it("gives each half of a replacement its own timeout, whichever comes first", function()
    local run, steps = replaced({ name = "web", cluster = "prod", task_definition = "web:2",
      scheduling_strategy = "DAEMON" }, "web")
    assert.equal("delete,create", steps)
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds > 100, run.seconds)
    run, steps = replaced({ name = "web-2", cluster = "prod", task_definition = "web:2", desired_count = 2,
      lifecycle = { create_before_destroy = true } }, "web-2")
    assert.equal("create,delete", steps)
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds > 100, run.seconds)
  end)

  it("follows someone else's deployment unless it goes back to what ran right before ours", function()
    local older = deployment("ecs-svc/0", { status = "ACTIVE", createdAt = 300, updatedAt = 310,
      taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:7" })
    local before_ours = old { status = "ACTIVE" }
    local function superseded_by(definition)
      local theirs = deployment("ecs-svc/9", { createdAt = START + 20, updatedAt = START + 20,
        taskDefinition = definition })
      for _, order in ipairs { { before_ours, older }, { older, before_ours } } do
        local ours = service { deployments = { new { runningCount = 1 }, order[1], order[2] } }
        local run = follow(update { superseded = "follow" }, function(_, passed)
          return passed < 20 and ours or service { deployments = { theirs } }
        end, updated(ours))
        if not run.ok then return run.error.code end
      end
      return "followed"
    end
    assert.equal("followed", superseded_by(older.taskDefinition))
    assert.equal("DeploymentSuperseded", superseded_by(before_ours.taskDefinition))
  end)

  it("tells what it waits for no oftener than every 25 seconds while nothing happens", function()
    local run = follow(update { timeouts = { update = 400 } }, function() return during end, updated(during))
    local told, last = 0, nil
    for _, event in ipairs(run.events) do
      if event.type == "waiting" and event.so_far then
        assert.is_true(last == nil or event.at - last >= 25, event.at)
        told, last = told + 1, event.at
      end
    end
    assert.is_true(told >= 8, told)
  end)

  it("tells no event from before a forced update, and each after it", function()
    local earlier = { id = "e1", createdAt = START - 1, message = "(service web) has started 1 tasks: (task a)." }
    local same = { id = "e2", createdAt = START - 1, message = "(service web) has started 1 tasks: (task b)." }
    local later = { id = "e3", createdAt = START - 1, message = "(service web) has stopped 1 running tasks: (task a)." }
    local operation = update()
    operation.config.force_new_deployment = true
    operation.change = assert(core.plan("service", { config = operation.config, recorded = operation.attributes,
      actual = operation.attributes, refreshed = true }))
    local run = follow(operation, function(look)
      if look == 1 then return service { deployments = { old() }, events = { same, earlier } } end
      return service { deployments = { new { rolloutState = "COMPLETED" } }, events = { later, same, earlier } }
    end, updated())
    assert.is_true(run.ok, run.error and run.error.message)
    assert.same({ "e3" }, told_events(run))
  end)

  it("looks less often at tasks that fail for ever, and as often as before once all of them run", function()
    local function looks(configuration, recovers)
      local run = follow(update { timeouts = { update = 600 } }, function(look, passed)
        local runs = passed > recovers
        local d = runs and new { rolloutState = passed > recovers + 30 and "COMPLETED" or "IN_PROGRESS" }
          or new { runningCount = 0, failedTasks = look, pendingCount = look % 2 }
        local n = d.runningCount
        return service { deployments = { d }, runningCount = n, deploymentConfiguration = configuration, events = {
          { id = "e" .. look, createdAt = START + math.floor(passed), message = "(service web) was unable to place a "
            .. "task because no container instance met all of its requirements. Reason: No Container Instances were "
            .. "found in your cluster." } } }
      end, updated())
      local count = 0
      for _, operation in ipairs(run.calls) do count = count + (operation == "DescribeServices" and 1 or 0) end
      return count, run
    end
    local forever, ended = looks({}, math.huge)
    assert.equal("Timeout", ended.error.code)
    assert.is_true(forever < 65, forever)
    assert.is_true(looks(ROLLS_BACK, math.huge) > 150)
    assert.is_true(looks({ alarms = { enable = true, alarmNames = { "errors" } } }, math.huge) > 150)
    local _, run = looks({}, 300)
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds < 335, run.seconds)
  end)

  it("records what ECS knew when it was told, and how long the deployment took", function()
    local run = follow(update(), function(_, passed) return passed < 30 and during or done end, updated())
    assert.equal(START, run.record.deployment_at)
    assert.equal(30, run.record.duration)
  end)

  it("tells how long it usually takes: by what is recorded, else by ECS's events", function()
    local function usual(operation, events)
      local run = follow(operation, function()
        return service { deployments = { done.deployments[1] }, events = events }
      end, updated())
      for _, event in ipairs(run.events) do
        if event.usual then return event.usual end
      end
    end
    assert.equal(90, usual(update { durations = { 90, 80, 300 } }))
    assert.equal(110, usual(update(), {
      { id = "e4", createdAt = 710, message = "(service web) has reached a steady state." },
      { id = "e3", createdAt = 710, message = "(service web) (deployment ecs-svc/1) deployment completed." },
      { id = "e2", createdAt = 640, message = "(service web) has started 1 tasks: (task b)." },
      { id = "e1", createdAt = 600, message = "(service web) has started 1 tasks: (task a)." },
      { id = "e0", createdAt = 400, message = "(service web) has reached a steady state." } }))
    assert.is_nil(usual(update()))
  end)
end)
