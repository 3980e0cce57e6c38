-- Verdicts that are easily wrong: success without ECS's word for it, and failures told as something else.
local cjson = require "cjson.safe"
local views = require "support.views"

local START, ROLLS_BACK = views.START, views.ROLLS_BACK
local deployment, old, new, service = views.deployment, views.old, views.new, views.service
local follow, update, updated, waiting = views.follow, views.update, views.updated, views.waiting

local NOTHING = cjson.null
local OLD_TASKS = old { status = "ACTIVE" }

local function event(at, message)
  return { id = at .. message, createdAt = START + at, message = "(service web) " .. message }
end

local STARTED = event(2, "has started 2 tasks: (task a) (task b).")

local function count(run, operation)
  local times = 0
  for _, name in ipairs(run.calls) do times = times + (name == operation and 1 or 0) end
  return times
end

-- Answers for the service deployment of ours: what status it has after so many seconds.
local function with_record(status_at, listed_at)
  local others = updated()
  others.ListServiceDeployments = function(_, passed)
    local brief = { serviceDeploymentArn = "arn:sd", createdAt = START }
    return { serviceDeployments = passed >= (listed_at or 0) and { brief } or {} }
  end
  others.DescribeServiceDeployments = function(_, passed)
    return { serviceDeployments = { { serviceDeploymentArn = "arn:sd", status = status_at(passed) } } }
  end
  return others
end

local function failed(more)
  local d = new { rolloutState = "FAILED", updatedAt = START + 20,
    rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start." }
  for key, value in pairs(more or {}) do d[key] = value end
  return d
end

-- What takes the place of ours: of web:1, as a rollback's would be.
local function back(more)
  local d = { rolloutState = "IN_PROGRESS", createdAt = START + 21, updatedAt = START + 21, runningCount = 0,
    taskDefinition = old().taskDefinition, rolloutStateReason = "ECS deployment ecs-svc/3 in progress." }
  for key, value in pairs(more or {}) do d[key] = value end
  return deployment("ecs-svc/3", d)
end

describe("success where ECS gives no rollout state", function()
  local stateless = new { rolloutState = NOTHING }

  it("is never told by counts on a server that writes events: they have to say steady", function()
    local run = follow(update { timeouts = { update = 600 } }, function()
      return service { deployments = { stateless }, events = { STARTED } }
    end, updated())
    assert.equal("Timeout", run.error.code)
  end)

  it("is told when the events say so", function()
    local run = follow(update(), function(_, passed)
      return service { deployments = { stateless },
        events = passed < 130 and { STARTED } or { event(130, "has reached a steady state."), STARTED } }
    end, updated())
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds >= 130 and run.seconds < 145, run.seconds)
  end)

  it("is not told by a steady state after which tasks were started", function()
    local run = follow(update { timeouts = { update = 300 } }, function()
      return service { deployments = { stateless },
        events = { event(30, "has started 1 tasks: (task c)."), event(20, "has reached a steady state."), STARTED } }
    end, updated())
    assert.equal("Timeout", run.error.code)
  end)

  it("waits for a service deployment that is listed half a minute late", function()
    local run = follow(update(), function()
      return service { deployments = { stateless }, events = { STARTED }, currentServiceDeployment = "arn:sd" }
    end, with_record(function(passed) return passed < 150 and "IN_PROGRESS" or "SUCCESSFUL" end, 30))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds >= 150 and run.seconds < 165, run.seconds)
  end)

  it("asks again for one that is listed minutes late, and seldom until then", function()
    local run = follow(update(), function()
      return service { deployments = { stateless }, events = { STARTED }, currentServiceDeployment = "arn:sd" }
    end, with_record(function() return "SUCCESSFUL" end, 400))
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds >= 400 and run.seconds < 470, run.seconds)
    assert.is_true(count(run, "ListServiceDeployments") < 40, count(run, "ListServiceDeployments"))
  end)

  it("of `until deployed` needs the same: counts hold for a minute where nothing is written, and do not do elsewhere",
    function()
      local silent = follow(waiting { ["until"] = "deployed" }, function()
        return service { deployments = { stateless } }
      end)
      assert.is_true(silent.ok)
      assert.is_true(silent.seconds >= 60, silent.seconds)
      local talking = follow(waiting { ["until"] = "deployed", timeout = 120 }, function()
        return service { deployments = { stateless }, events = { STARTED } }
      end, { ListTasks = { taskArns = {} } })
      assert.equal("Timeout", talking.error.code)
    end)
end)

describe("the service deployment of a deployment", function()
  local function briefs(...)
    local list = {}
    for i, number in ipairs { ... } do
      list[i] = { serviceDeploymentArn = "arn:sd:" .. number, createdAt = START + i,
        targetServiceRevisionArn = "arn:aws:ecs:us-west-2:123456789012:service-revision/prod/web/" .. number }
    end
    return { serviceDeployments = list }
  end

  it("is the one that carries its number, whichever began nearer to it", function()
    local asked
    local others = updated()
    others.ListServiceDeployments = briefs(9, 2)
    others.DescribeServiceDeployments = function(body)
      asked = body.serviceDeploymentArns[1]
      return { serviceDeployments = { { serviceDeploymentArn = asked, status = "SUCCESSFUL" } } }
    end
    local run = follow(update(), function()
      return service { deployments = { new { rolloutState = NOTHING } }, events = { STARTED },
        currentServiceDeployment = "arn:sd:9" }
    end, others)
    assert.is_true(run.ok, run.error and run.error.message)
    assert.equal("arn:sd:2", asked)
  end)

  it("is not one that carries the number of another deployment, though that began at the same time", function()
    local others = updated()
    others.ListServiceDeployments = briefs(1)
    others.DescribeServiceDeployments = { serviceDeployments = { { serviceDeploymentArn = "arn:sd:1",
      status = "STOPPED" } } }
    local run = follow(update(), function(_, passed)
      local steady = event(70, "has reached a steady state.")
      return service { deployments = { new { rolloutState = NOTHING }, passed < 70 and OLD_TASKS or nil },
        events = passed < 70 and { STARTED } or { steady, STARTED }, currentServiceDeployment = "arn:sd:1" }
    end, others)
    assert.is_true(run.ok, run.error and run.error.message)
  end)

  it("tells of a deployment that was stopped where nothing else does", function()
    local run = follow(update(), function(_, passed)
      local ours = new { rolloutState = NOTHING, runningCount = 0, desiredCount = passed < 40 and 2 or 0 }
      return service { deployments = { ours, OLD_TASKS }, events = { STARTED }, currentServiceDeployment = "arn:sd" }
    end, with_record(function(passed) return passed < 40 and "IN_PROGRESS" or "STOPPED" end))
    assert.equal("DeploymentFailed", run.error.code)
    assert.is_true(run.seconds < 50, run.seconds)
  end)

  it("is asked once a minute where nothing else would tell", function()
    local run = follow(update(), function()
      local ours = new { rolloutState = NOTHING, runningCount = 1 }
      return service { deployments = { ours, OLD_TASKS }, events = { STARTED }, currentServiceDeployment = "arn:sd" }
    end, with_record(function(passed) return passed < 240 and "IN_PROGRESS" or "STOPPED" end))
    assert.equal("DeploymentFailed", run.error.code)
    assert.is_true(run.seconds >= 240 and run.seconds < 320, run.seconds)
    assert.is_true(count(run, "DescribeServiceDeployments") < 8)
  end)

  it("that failed to roll back is a failure that says so", function()
    local run = follow(update(), function(_, passed)
      return service { deployments = passed < 20 and { new(), OLD_TASKS } or { back(), failed { status = "ACTIVE" } },
        deploymentConfiguration = ROLLS_BACK, currentServiceDeployment = "arn:sd" }
    end, with_record(function() return "ROLLBACK_FAILED" end))
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.truthy(run.error.message:find("so did the rollback", 1, true), run.error.message)
  end)

  it("is remembered when it has ended, though it cannot be read any more", function()
    local others = with_record(function() return "SUCCESSFUL" end)
    local read = others.DescribeServiceDeployments
    others.DescribeServiceDeployments = function(body, passed)
      if passed > 12 then return { status = 400, body = { __type = "AccessDeniedException" } } end
      return read(body, passed)
    end
    local run = follow(update { stable_for = 30 }, function()
      return service { deployments = { new { rolloutState = NOTHING } }, events = { STARTED },
        currentServiceDeployment = "arn:sd" }
    end, others)
    assert.is_true(run.ok, run.error and run.error.message)
  end)
end)

describe("until deployed", function()
  -- All new tasks run, and the old ones are gone; ECS does not call it completed yet.
  local function serves(stopped, limit)
    local others = { ListTasks = { taskArns = { "arn:task" } }, DescribeTasks = { tasks = stopped } }
    local configuration = { minimumHealthyPercent = 100 }
    return follow(waiting { ["until"] = "deployed", deployment_id = "ecs-svc/2", deployment_at = START, timeout = 900 },
      function(_, passed)
        local ours = new { rolloutState = passed < limit and "IN_PROGRESS" or "COMPLETED" }
        return service { deployments = { ours, old { status = "ACTIVE", runningCount = passed < 20 and 1 or 0 } },
          deploymentConfiguration = configuration }
      end, others)
  end

  local function task(at, reason, by)
    return { startedBy = by or "ecs-svc/1", stoppingAt = START + at, stoppedReason = reason }
  end

  local BY_OURS = "Scaling activity initiated by (deployment ecs-svc/2)"

  it("ends when ECS has stopped the last old task for the new ones", function()
    local run = serves({ task(15, "Fargate retired it"), task(19, BY_OURS), task(30, "x", "ecs-svc/2") }, 600)
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 20 and run.seconds < 25, run.seconds)
  end)

  it("goes on when the last old task ended by itself: the new ones may not be healthy", function()
    local run = serves({ task(15, BY_OURS), task(19, "Your task was stopped by its host") }, 300)
    assert.is_true(run.ok)
    assert.is_true(run.seconds >= 300 and run.seconds < 312, run.seconds)
  end)

  it("goes on when of two that ended together one was not stopped for the new ones", function()
    assert.is_true(serves({ task(19, BY_OURS), task(19, "retired") }, 100).seconds >= 100)
    assert.is_true(serves({ task(19, "retired"), task(19, BY_OURS) }, 100).seconds >= 100)
  end)

  it("goes on when another deployment, whose id begins alike, has stopped it, or none was stopped since", function()
    assert.is_true(serves({ task(19, "Scaling activity initiated by (deployment ecs-svc/23)") }, 100).seconds >= 100)
    assert.is_true(serves({ task(-50, BY_OURS) }, 100).seconds >= 100)
    assert.is_true(serves({}, 100).seconds >= 100)
  end)
end)

describe("a rollback", function()
  it("is never followed: the events tell of it, though nothing failed before it", function()
    local run = follow(update { superseded = "follow" }, function(_, passed)
      if passed < 20 then return service { deployments = { new(), OLD_TASKS } } end
      return service { deployments = { back() }, events = { event(20, "rolling back to deployment ecs-svc/1.") } }
    end, updated())
    assert.equal("DeploymentRolledBack", run.error.code)
  end)

  it("is not followed either when nothing tells of it but what it runs", function()
    local run = follow(update { superseded = "follow" }, function(_, passed)
      return service { deployments = passed < 20 and { new(), OLD_TASKS } or { back() } }
    end, updated())
    assert.equal("DeploymentSuperseded", run.error.code)
  end)

  it("is not followed while its service deployment is listed late", function()
    local run = follow(update { superseded = "follow" }, function(_, passed)
      return service { deployments = passed < 6 and { new(), OLD_TASKS } or { back { createdAt = START + 6 } },
        currentServiceDeployment = "arn:sd" }
    end, with_record(function() return "ROLLBACK_IN_PROGRESS" end, 15))
    assert.is_nil(run.ok or nil)
  end)

  it("is told by its service deployment, whatever the new PRIMARY says of itself", function()
    local run = follow(update(), function(_, passed)
      return service { deployments = passed < 20 and { new(), OLD_TASKS } or { back() },
        currentServiceDeployment = "arn:sd" }
    end, with_record(function() return "ROLLBACK_IN_PROGRESS" end))
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.truthy(run.error.message:find("rolled back to web:1", 1, true), run.error.message)
  end)

  it("says what is deployed since, rather than that it went back to that", function()
    local run = follow(update(), function(_, passed)
      local theirs = back { taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:9" }
      return service { deployments = passed < 20 and { new(), OLD_TASKS } or { theirs },
        currentServiceDeployment = "arn:sd" }
    end, with_record(function() return "ROLLBACK_SUCCESSFUL" end))
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.truthy(run.error.message:find("web:9 is deployed since", 1, true), run.error.message)
  end)

  it("is known after ours was seen FAILED, though later answers do not show that any more", function()
    local run = follow(update(), function(_, passed)
      if passed < 22 then
        return service { deployments = { passed < 20 and new() or failed(), OLD_TASKS },
          deploymentConfiguration = ROLLS_BACK }
      end
      local bare = back { rolloutState = NOTHING, rolloutStateReason = NOTHING }
      return service { deployments = { bare }, deploymentConfiguration = ROLLS_BACK }
    end, updated())
    assert.equal("DeploymentRolledBack", run.error.code)
    assert.truthy(run.error.evidence.reason:find("circuit breaker", 1, true))
  end)

  it("of a deployment that was stopped by hand is waited for, where failures are not rolled back", function()
    local stopped = failed { rolloutStateReason = "ECS deployment ecs-svc/2 was stopped by the user." }
    local run = follow(update(), function(_, passed)
      if passed < 20 then return service { deployments = { new(), OLD_TASKS } } end
      if passed < 22 then return service { deployments = { stopped, OLD_TASKS } } end
      return service { deployments = { back(), failed { status = "ACTIVE" } },
        events = { event(22, "rolling back to deployment ecs-svc/1.") } }
    end, updated())
    assert.equal("DeploymentRolledBack", run.error.code)
  end)
end)

describe("a deployment that failed", function()
  it("is not said to have nothing to go back to when it was stopped by hand beside a completed one", function()
    local run = follow(update(), function(_, passed)
      local ours = passed < 20 and new() or failed { rolloutStateReason = "stopped by request" }
      return service { deployments = { ours, OLD_TASKS }, deploymentConfiguration = ROLLS_BACK,
        currentServiceDeployment = "arn:sd" }
    end, with_record(function() return "STOPPED" end))
    assert.equal("DeploymentFailed", run.error.code)
    assert.is_nil(run.error.message:find("to go back to", 1, true), run.error.message)
  end)
end)

describe("what ends a deployment without a way back", function()
  local function ended(reason, breaker, alarms)
    local configuration = { deploymentCircuitBreaker = { enable = true, rollback = breaker },
      alarms = { enable = true, rollback = alarms, alarmNames = { "errors" } } }
    local run = follow(update(), function(_, passed)
      local ours = passed < 20 and new() or failed { rolloutStateReason = reason }
      return service { deployments = { ours }, deploymentConfiguration = configuration }
    end, updated(service()))
    assert.equal("DeploymentFailed", run.error.code)
    return run.error.message:find("no completed one to go back to", 1, true) ~= nil
  end

  it("is missing a completed one only where that which ended it rolls back", function()
    local breaker = "ECS deployment circuit breaker: tasks failed to start."
    local alarm = "ECS deployment failed: alarm detected."
    assert.is_true(ended(breaker, true, false))
    assert.is_false(ended(breaker, false, true))
    assert.is_true(ended(alarm, false, true))
    assert.is_false(ended(alarm, true, false))
    assert.is_false(ended(NOTHING, true, false))
    assert.is_true(ended(NOTHING, true, true))
  end)
end)

describe("somebody's deployment between ours and what is in charge", function()
  -- Theirs takes the place of ours, and is stopped by hand and rolled back.
  local function theirs_fails(more, seen)
    local operation = update(more)
    return follow(operation, function(_, passed)
      if passed < 20 then return service { deployments = { new(), OLD_TASKS } } end
      local theirs = deployment("ecs-svc/9", { status = "ACTIVE", createdAt = START + 18, rolloutState = seen,
        rolloutStateReason = "ECS deployment was stopped by user request." })
      local first = deployment("ecs-svc/3", { createdAt = START + 20, taskDefinition = old().taskDefinition,
        rolloutState = passed < 40 and "IN_PROGRESS" or "COMPLETED",
        rolloutStateReason = "ECS deployment ecs-svc/3 in progress." })
      return service { deployments = passed < 40 and { first, theirs, new { status = "ACTIVE" } } or { first },
        events = { event(20, "rolling back to deployment ecs-svc/1."),
          event(19, "(deployment ecs-svc/9) deployment failed: deployment was stopped by user request.") } }
    end, updated())
  end

  it("is what was rolled back: ours was superseded, and nobody stopped that by request", function()
    local run = theirs_fails({}, "FAILED")
    assert.equal("DeploymentSuperseded", run.error.code)
    assert.is_nil(run.error.message:find("stopped by request", 1, true), run.error.message)
  end)

  it("is no reason to follow its rollback, whether ECS tells its state or not", function()
    assert.is_falsy(theirs_fails({ superseded = "follow" }, "FAILED").ok)
    assert.is_falsy(theirs_fails({ superseded = "follow" }, NOTHING).ok)
  end)
end)

describe("somebody's deployment right behind one of ours that failed", function()
  it("is not told as a rollback that no event tells of", function()
    local run = follow(update(), function(_, passed)
      if passed < 20 then return service { deployments = { new { rolloutState = NOTHING }, OLD_TASKS } } end
      local theirs = deployment("ecs-svc/9", { createdAt = START + 21, rolloutState = NOTHING,
        taskDefinition = old().taskDefinition })
      return service { deployments = { theirs }, deploymentConfiguration = ROLLS_BACK,
        events = { event(20, "(deployment ecs-svc/2) deployment failed: tasks failed to start.") } }
    end, updated())
    assert.equal("DeploymentFailed", run.error.code)
    assert.truthy(run.error.message:find("a newer one (ecs-svc/9", 1, true), run.error.message)
  end)
end)

describe("a deployment that was superseded", function()
  local function by(revision)
    local theirs = deployment("ecs-svc/9", { createdAt = START + 20, rolloutState = "IN_PROGRESS",
      rolloutStateReason = "ECS deployment ecs-svc/9 in progress.",
      taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/" .. revision })
    return follow(update(), function(_, passed)
      return service { deployments = passed < 20 and { new(), OLD_TASKS } or { theirs, OLD_TASKS } }
    end, updated()).error
  end

  it("says by which revision, and whether that contains it", function()
    for revision, case in pairs { ["web:2"] = { "of the same revision", true },
      ["web:3"] = { "of a later revision", true }, ["web:10"] = { "of a later revision", true },
      ["web:1"] = { "does not contain it", false },
      ["webber:3"] = { "does not contain it", false }, ["api:2"] = { "does not contain it", false } } do
      local err = by(revision)
      assert.equal("DeploymentSuperseded", err.code)
      assert.truthy(err.message:find(revision, 1, true), err.message)
      assert.truthy(err.message:find(case[1], 1, true), err.message)
      assert.same({ deployment_id = "ecs-svc/9", task_definition = revision, contains_ours = case[2] },
        err.evidence.superseded_by)
    end
  end)
end)

describe("answers that are not of one moment", function()
  it("do not make a rollback of the deployment before ours beside fresher events", function()
    local run = follow(update(), function(_, passed)
      if passed < 8 then return service { deployments = { old() }, events = { STARTED } } end
      local state = passed < 30 and "IN_PROGRESS" or "COMPLETED"
      return service { deployments = { new { rolloutState = state } }, events = { STARTED } }
    end, updated())
    assert.is_true(run.ok, run.error and run.error.message)
  end)
end)

describe("a wait right after a change of the count", function()
  local attributes = { name = "web", cluster = "prod", desired_count = 3, scheduling_strategy = "REPLICA" }

  local function scaled(recorded_at)
    return follow(waiting { deployment_id = "ecs-svc/2", deployment_at = START, recorded_at = recorded_at,
      attributes = attributes }, function(_, passed)
      local ours = new { rolloutState = "COMPLETED", desiredCount = 3, runningCount = passed < 20 and 2 or 3 }
      if passed >= 8 then
        return service { deployments = { ours }, desiredCount = 3, runningCount = ours.runningCount }
      end
      return service { deployments = { new { rolloutState = "COMPLETED" } }, events = { STARTED } }
    end)
  end

  it("does not believe a look from before it, be its events fresher or not", function()
    local run = scaled(START)
    assert.is_true(run.ok, run.error and run.error.message)
    assert.is_true(run.seconds >= 20, run.seconds)
  end)

  it("takes the count as it is when the change was long ago: others scale, too", function()
    local run = scaled(START - 500)
    assert.is_true(run.ok)
    assert.is_true(run.seconds < 5, run.seconds)
  end)
end)

describe("a service that a read does not show", function()
  local recent = { deployment_id = "ecs-svc/2", deployment_at = START, recorded_at = START }

  it("is waited for when it was made a moment ago", function()
    for _, goal in ipairs { "steady", "deployed" } do
      recent["until"] = goal
      local run = follow(waiting(recent), function(_, passed)
        if passed < 30 then return nil end
        return service { deployments = { new { rolloutState = "COMPLETED" } } }
      end)
      assert.is_true(run.ok, run.error and run.error.message)
    end
  end)

  it("is waited for whatever the clock of this machine says of the record", function()
    recent.recorded_at = START + 500
    local run = follow(waiting(recent), function(_, passed)
      return passed >= 30 and service { deployments = { new { rolloutState = "COMPLETED" } } } or nil
    end)
    assert.is_true(run.ok, run.error and run.error.message)
  end)

  it("is not there when nobody has changed it for long, and when it stays away", function()
    local long_ago = { deployment_id = "ecs-svc/2", deployment_at = START - 500, recorded_at = START - 500 }
    local run = follow(waiting(long_ago), function() return nil end)
    assert.equal("NotFound", run.error.code)
    assert.is_true(run.seconds < 1)
    recent.recorded_at = START
    run = follow(waiting(recent), function() return nil end)
    assert.equal("NotFound", run.error.code)
    assert.is_true(run.seconds >= 115 and run.seconds < 125, run.seconds)
  end)
end)

describe("a service that was deleted", function()
  it("is not there when it was deleted behind an update", function()
    local run = follow(waiting { deployment_id = "ecs-svc/2", deployment_at = START, recorded_at = START,
      existed = true }, function() return nil end)
    assert.equal("NotFound", run.error.code)
    assert.is_true(run.seconds < 5, run.seconds)
  end)

  it("is told to be by a wait behind an update at once, too, but not behind a create", function()
    local leaving = service { status = "DRAINING", deployments = {} }
    for _, existed in ipairs { true, false } do
      local run = follow(waiting { deployment_id = "ecs-svc/2", deployment_at = START, recorded_at = START,
        existed = existed }, function() return leaving end, { ListTasks = { taskArns = {} } })
      assert.equal("ServiceInactive", run.error.code)
      assert.equal(existed, run.seconds < 5)
    end
  end)

  it("is told to be after an update at once: it is no former one of that name", function()
    local run = follow(update(), function()
      return service { status = "INACTIVE", deployments = {}, runningCount = 0 }
    end, updated())
    assert.equal("ServiceInactive", run.error.code)
    assert.is_true(run.seconds < 5, run.seconds)
  end)
end)
