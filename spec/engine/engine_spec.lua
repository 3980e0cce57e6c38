-- The engine by itself: what it asks for, in which order, and what it makes of answers. A script plays the server.
local core = require "ecs_service.core"
local cjson = require "cjson.safe"

local CLUSTER = "arn:aws:ecs:us-west-2:123456789012:cluster/prod"
local TOKEN = ("a"):rep(32)

local function deployment(id, changes)
  local d = { id = id, status = "PRIMARY", taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:1",
    desiredCount = 2, runningCount = 2, pendingCount = 0, failedTasks = 0, rolloutState = "COMPLETED",
    createdAt = 900 }
  for key, value in pairs(changes or {}) do d[key] = value end
  return d
end

local function service(changes)
  local s = { serviceArn = "arn:aws:ecs:us-west-2:123456789012:service/prod/web", serviceName = "web",
    clusterArn = CLUSTER, status = "ACTIVE", desiredCount = 2, runningCount = 2, pendingCount = 0,
    schedulingStrategy = "REPLICA", taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:1",
    deployments = { deployment "d1" }, events = {}, tags = {}, launchType = "EC2" }
  for key, value in pairs(changes or {}) do s[key] = value end
  return s
end

local function described(s)
  return { status = 200, body = { services = s and { s } or {}, failures = s and {} or { { reason = "MISSING" } } } }
end

local function refused(code, message, status)
  return { status = status or 400, body = { __type = "com.amazonaws#" .. code, message = message or "" } }
end

-- Runs an engine to its end. `answers` is a list of { operation, answer } in the order in which they must come; an
-- answer that is a function gets the body; the last one of an operation "…" repeats.
local function play(operations, answers, options)
  local engine = core.engine(options or { region = "us-west-2", account_id = "123456789012" })
  for _, operation in ipairs(operations) do engine:add(operation) end
  local now, at, result = 1000, 0, { sent = {}, events = {}, records = {}, done = {}, trace = {} }
  for _ = 1, 3000 do
    local action = engine:next(now)
    result.trace[#result.trace + 1] = core.json(core.object(action))
    if action.kind == "idle" then
      result.now = now
      return result
    elseif action.kind == "sleep" then
      now = math.max(now, action["until"])
    elseif action.kind == "send" then
      local step = answers[at + 1] or answers[at]
      if answers[at + 1] then at = at + 1 end
      local body = cjson.decode(action.body)
      result.sent[#result.sent + 1] = { operation = action.operation, body = body, at = now, mutates = action.mutates }
      assert.equal(step[1], action.operation, "request " .. #result.sent)
      local answer = step[2]
      if type(answer) == "function" then answer = answer(body) end
      now = now + 0.05
      if answer.kind then
        engine:failed(action.id, answer.kind, answer.message or "", now)
      else
        engine:answer(action.id, answer.status, answer.headers or {}, core.object(answer.body), now)
      end
      if options and options.interrupt_after == #result.sent then engine:interrupt() end
    elseif action.kind == "done" then
      result.done[action.address] = action
    else
      local list = action.kind == "record" and result.records or result.events
      list[#list + 1] = action
    end
  end
  error("the engine does not come to an end")
end

local function create(changes)
  local config = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2 }
  for key, value in pairs(changes and changes.config or {}) do config[key] = value end
  local normal = assert(core.validate("service", config))
  local operation = { address = "web", action = "create", config = normal, client_token = TOKEN, steady = true,
    change = assert(core.plan("service", { config = normal, refreshed = true })) }
  for key, value in pairs(changes or {}) do
    if key ~= "config" then operation[key] = value end
  end
  return operation
end

local function update(config_changes, changes)
  local before = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2,
    scheduling_strategy = "REPLICA", launch_type = "EC2", id = service().serviceArn }
  local config = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2 }
  for key, value in pairs(config_changes) do config[key] = value end
  local normal = assert(core.validate("service", config))
  local operation = { address = "web", action = "update", config = normal, attributes = before, steady = true,
    change = assert(core.plan("service", { config = normal, recorded = before, actual = before, refreshed = true })) }
  for key, value in pairs(changes or {}) do operation[key] = value end
  return operation
end

local function codes(events)
  local list = {}
  for _, event in ipairs(events) do
    if event.type == "retrying" then list[#list + 1] = event.code end
  end
  return list
end

describe("the engine", function()
  it("records a created service before it waits, and again when it is steady", function()
    local made = service { runningCount = 0, deployments = { deployment("d1", { rolloutState = "IN_PROGRESS" }) } }
    local run = play({ create() }, {
      { "CreateService", { status = 200, body = { service = made } } },
      { "DescribeServices", described(service()) },
    })
    assert.equal(TOKEN, run.sent[1].body.clientToken)
    assert.is_true(run.sent[1].mutates)
    assert.equal("tainted", run.records[1].status)
    assert.equal("web", run.records[1].attributes.name)
    assert.equal("ok", run.records[2].status)
    assert.is_true(run.done.web.ok)
  end)

  it("gives the same actions for the same answers", function()
    local function once()
      return table.concat(play({ create() }, {
        { "CreateService", refused("ThrottlingException", "Rate exceeded") },
        { "CreateService", { status = 200, body = { service = service() } } },
        { "DescribeServices", described(service()) },
      }).trace, "\n")
    end
    assert.equal(once(), once())
  end)

  it("sends a create whose answer was lost again with the same token", function()
    local run = play({ create() }, {
      { "CreateService", { kind = "reset", message = "connection reset" } },
      { "CreateService", { status = 200, body = { service = service() } } },
      { "DescribeServices", described(service()) },
    })
    assert.equal(run.sent[1].body.clientToken, run.sent[2].body.clientToken)
    assert.same(run.sent[1].body, run.sent[2].body)
  end)

  it("adopts the service of an interrupted run instead of creating it again", function()
    local run = play({ create { resume = true } }, {
      { "DescribeServices", described(service()) },
      { "DescribeServices", described(service()) },
    })
    assert.is_true(run.done.web.ok)
  end)

  it("creates anew what the interrupted run did not, where a former service of that name is leaving", function()
    local run = play({ create { resume = true } }, {
      { "DescribeServices", described(service { status = "DRAINING", desiredCount = 0, runningCount = 0 }) },
      { "CreateService", { status = 200, body = { service = service() } } },
      { "DescribeServices", described(service()) },
    })
    assert.is_true(run.done.web.ok)
  end)

  it("does not wait for the cluster of a service that is there already", function()
    local run = play({ update { desired_count = 3 } },
      { { "UpdateService", refused("ClusterNotFoundException", "Cluster not found.") } })
    assert.is_false(run.done.web.ok)
    assert.equal(1, #run.sent)
    assert.equal("ClusterNotFoundException", run.done.web.error.code)
  end)

  it("waits for what propagates slowly, for four minutes and not longer", function()
    local run = play({ create() }, { { "CreateService", refused("ClusterNotFoundException", "Cluster not found.") } })
    assert.is_false(run.done.web.ok)
    assert.equal("ClusterNotFoundException", run.done.web.error.code)
    assert.truthy(run.done.web.error.hint:find("prod", 1, true))
    assert.is_true(run.now > 1200 and run.now < 1250, "ended after " .. run.now - 1000)
    assert.equal(0, #run.records)
  end)

  it("says how to take over a service of that name that exists", function()
    local run = play({ create() }, {
      { "CreateService", refused("InvalidParameterException", "Creation of service was not idempotent.") } })
    assert.equal("AlreadyExists", run.done.web.error.code)
    assert.truthy(run.done.web.error.hint:find("ecs-service import web prod/web", 1, true))
  end)

  it("waits until a draining service of that name is gone", function()
    local run = play({ create() }, {
      { "CreateService", refused("InvalidParameterException", "Unable to Start a service that is still Draining.") },
      { "DescribeServices", described(service { status = "DRAINING" }) },
      { "DescribeServices", described(service { status = "INACTIVE" }) },
      { "CreateService", { status = 200, body = { service = service() } } },
      { "DescribeServices", described(service()) },
    })
    assert.is_true(run.done.web.ok)
  end)

  it("creates without tags where the partition refuses them, and tags afterwards", function()
    local run = play({ create { config = { tags = { team = "core" } } } }, {
      { "CreateService", refused("UnsupportedFeatureException", "Tags are not supported here, unsupported.") },
      { "CreateService", { status = 200, body = { service = service() } } },
      { "TagResource", { status = 200, body = {} } },
      { "DescribeServices", described(service()) },
    })
    assert.is_nil(run.sent[2].body.tags)
    assert.equal("team", run.sent[3].body.tags[1].key)
    assert.is_true(run.done.web.ok)
  end)

  it("never ends an operation for throttling while it has time", function()
    local answers = {}
    for i = 1, 12 do answers[i] = { "CreateService", refused("TooManyRequestsException", "slow down", 429) } end
    answers[#answers + 1] = { "CreateService", { status = 200, body = { service = service() } } }
    answers[#answers + 1] = { "DescribeServices", described(service()) }
    local run = play({ create() }, answers)
    assert.is_true(run.done.web.ok)
    assert.equal(12, #codes(run.events))
  end)

  it("gives up after three attempts when a server error does not pass", function()
    local answers = {}
    for i = 1, 3 do answers[i] = { "UpdateService", refused("ServerException", "oops", 500) } end
    answers[4] = { "DescribeServices", described(service()) } -- it may have been carried out
    local run = play({ update { desired_count = 3 } }, answers)
    assert.equal("UpdateService", run.sent[3].operation)
    assert.equal("ServerException", run.done.web.error.code)
    assert.equal(500, run.done.web.error.http_status)
  end)

  it("does not send a forced deployment twice when only its answer was lost", function()
    local ours = deployment("d2", { taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:2" })
    local newer = service { deployments = { ours, deployment("d1", { status = "ACTIVE" }) } }
    local run = play({ update { task_definition = "web:2", force_new_deployment = true } }, {
      { "DescribeServices", described(service()) },
      { "UpdateService", { kind = "timeout", message = "no answer" } },
      { "DescribeServices", described(newer) },
      { "DescribeServices", described(service { deployments = { ours } }) },
    })
    assert.is_true(run.done.web.ok)
    local updates = 0
    for _, request in ipairs(run.sent) do
      if request.operation == "UpdateService" then updates = updates + 1 end
    end
    assert.equal(1, updates)
  end)

  it("sends a forced deployment again when the first request did nothing", function()
    local answers = { { "DescribeServices", described(service()) },
      { "UpdateService", { kind = "reset", message = "reset" } } }
    for i = 3, 9 do answers[i] = { "DescribeServices", described(service()) } end -- as long as reads may lag
    local after = service { deployments = { deployment "d2" } }
    answers[10] = { "UpdateService", { status = 200, body = { service = after } } }
    answers[11] = { "DescribeServices", described(after) }
    local run = play({ update { task_definition = "web:2", force_new_deployment = true } }, answers)
    assert.is_true(run.done.web.ok)
  end)

  local function failing(old, new, tasks)
    return {
      { "UpdateService", { status = 200, body = { service = service { deployments = {
        deployment("d2", { rolloutState = "IN_PROGRESS" }), deployment("d1", { status = "ACTIVE" }) } } } } },
      { "DescribeServices", described(service { deployments = { new, old } }) },
      { "ListTasks", { status = 200, body = { taskArns = { "arn:t" } } } },
      { "DescribeTasks", { status = 200, body = { tasks = tasks } } },
    }
  end

  it("says at once that a deployment was rolled back, why, and what runs now", function()
    local run = play({ update { task_definition = "web:2" } }, failing(
      deployment("d2", { status = "ACTIVE", rolloutState = "FAILED",
        rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start." }),
      deployment("d3", { rolloutState = "IN_PROGRESS",
        rolloutStateReason = "ECS deployment circuit breaker: rolling back to deploymentId d1." }),
      { { taskArn = "arn:t", startedBy = "d2", stopCode = "TaskFailedToStart", stoppedReason = "Task failed to start",
          containers = { { name = "web", reason = "CannotPullContainerError: web:2: not found" } } } }))
    local err = run.done.web.error
    assert.equal("DeploymentRolledBack", err.code)
    assert.truthy(err.message:find("rolled back to web:1", 1, true), err.message)
    assert.truthy(err.message:find("the image cannot be pulled", 1, true), err.message)
    assert.equal("CannotPullContainerError: web:2: not found", err.evidence.tasks[1].containers[1].reason)
    assert.truthy(err.hint:find("push the image", 1, true))
    assert.is_true(run.now < 1005)
    assert.equal("failed", run.records[#run.records].status)
    assert.truthy(run.records[#run.records].reason)
  end)

  it("tells a newer deployment of someone else from a rollback", function()
    local run = play({ update { task_definition = "web:2" } }, failing(
      deployment("d2", { status = "ACTIVE", rolloutState = "IN_PROGRESS" }),
      deployment("d9", { rolloutState = "IN_PROGRESS" }), {}))
    assert.equal("DeploymentSuperseded", run.done.web.error.code)
  end)

  it("ends without evidence where the server has none", function()
    local steps = failing(deployment("d1", { status = "ACTIVE" }), deployment("d2", { rolloutState = "FAILED" }), {})
    steps[3] = { "ListTasks", refused("UnknownOperationException", "") }
    local run = play({ update { task_definition = "web:2" } }, steps)
    assert.equal("DeploymentFailed", run.done.web.error.code)
  end)

  it("says what was last seen when the time is over", function()
    local answers = { { "UpdateService", { status = 200, body = { service = service { desiredCount = 3 } } } } }
    for i = 2, 9 do
      answers[i] = { "DescribeServices", described(service { desiredCount = 3, runningCount = 2, pendingCount = 1 }) }
    end
    answers[10] = { "ListTasks", { status = 200, body = { taskArns = {} } } }
    local operation = update({ desired_count = 3 }, { timeouts = { update = 30 } })
    local run = play({ operation }, answers, { poll_max_seconds = 10 })
    assert.equal("Timeout", run.done.web.error.code)
    assert.truthy(run.done.web.error.message:find("2 of 3 tasks running, 1 pending", 1, true))
    assert.is_true(run.now >= 1030 and run.now < 1032)
  end)

  local function delete(changes)
    local attributes = { name = "web", cluster = "prod", id = service().serviceArn }
    local operation = { address = "web", action = "delete", attributes = attributes,
      change = assert(core.plan("service", { recorded = attributes, actual = attributes, refreshed = true })) }
    for key, value in pairs(changes or {}) do operation[key] = value end
    return operation
  end

  it("scales to zero, deletes, and waits until the service is INACTIVE", function()
    local run = play({ delete() }, {
      { "DescribeServices", described(service()) },
      { "UpdateService", { status = 200, body = { service = service() } } },
      { "DeleteService", refused("InvalidParameterException",
        "The service cannot be stopped while deployments are active.") },
      { "DeleteService", { status = 200, body = { service = service { status = "DRAINING" } } } },
      { "DescribeServices", described(service { status = "DRAINING" }) },
      { "DescribeServices", described(service { status = "INACTIVE" }) },
    })
    assert.equal(0, run.sent[2].body.desiredCount)
    assert.is_true(run.done.web.ok)
    assert.equal("gone", run.records[#run.records].status)
  end)

  it("scales down what is deleted when a read from before showed no tasks", function()
    local above = refused("InvalidParameterException", "The service cannot be stopped while it is scaled above 0.")
    local run = play({ delete() }, {
      { "DescribeServices", described(service { desiredCount = 0, runningCount = 0 }) },
      { "DeleteService", above },
      { "UpdateService", { status = 200, body = { service = service() } } },
      { "DeleteService", above }, -- somebody scales it up all the time
      { "DeleteService", { status = 200, body = {} } },
      { "DescribeServices", described(nil) },
    })
    assert.equal(0, run.sent[3].body.desiredCount)
    assert.is_true(run.sent[5].at > run.sent[4].at)
    assert.is_true(run.done.web.ok)
  end)

  it("deletes a daemon by force, without scaling", function()
    local run = play({ delete() }, {
      { "DescribeServices", described(service { schedulingStrategy = "DAEMON" }) },
      { "DeleteService", { status = 200, body = {} } },
      { "DescribeServices", described(nil) },
    })
    assert.is_true(run.sent[2].body.force)
    assert.is_true(run.done.web.ok)
  end)

  it("has nothing to do where the service is gone already", function()
    local run = play({ delete() }, { { "DescribeServices", described(nil) } })
    assert.is_true(run.done.web.ok)
    assert.equal(1, #run.sent)
  end)

  it("asks for ten services of one cluster in one call, and for each cluster by itself", function()
    local operations = {}
    for i = 1, 23 do
      local cluster = i <= 21 and "prod" or "test"
      operations[i] = { address = "s" .. i, action = "read", cluster = cluster, service = "s" .. i }
    end
    local run = play(operations, { { "DescribeServices", function(body)
      local found = {}
      for i, name in ipairs(body.services) do found[i] = service { serviceName = name } end
      return { status = 200, body = { services = found, failures = {} } }
    end } })
    local sizes = {}
    for i, request in ipairs(run.sent) do sizes[i] = request.body.cluster .. " " .. #request.body.services end
    assert.same({ "prod 10", "prod 10", "prod 1", "test 2" }, sizes)
    for i = 1, 23 do assert.is_true(run.done["s" .. i].ok) end
  end)

  it("fails what depends on a failed one, and nothing else", function()
    local a, b, c = create { address = "a" }, create { address = "b", depends_on = { "a" } }, create { address = "c" }
    local calls = 0
    local run = play({ a, b, c }, {
      { "CreateService", refused("AccessDeniedException", "no") },
      { "CreateService", function()
        calls = calls + 1
        return { status = 200, body = { service = service() } }
      end },
      { "DescribeServices", described(service()) },
    })
    assert.equal("AccessDeniedException", run.done.a.error.code)
    assert.truthy(run.done.a.error.hint:find("ecs:CreateService", 1, true))
    assert.equal("DependencyFailed", run.done.b.error.code)
    assert.is_true(run.done.c.ok)
    assert.equal(1, calls)
  end)

  it("records what is in flight when it is interrupted, and says what goes on", function()
    local run = play({ create() }, {
      { "CreateService", { status = 200, body = { service = service { runningCount = 0 } } } },
    }, { interrupt_after = 1 })
    assert.equal("Interrupted", run.done.web.error.code)
    assert.truthy(run.done.web.error.message:find("goes on", 1, true))
    assert.equal("tainted", run.records[1].status)
  end)

  it("finds the newest revision of a family", function()
    local run = play({ { address = "web", action = "read", cluster = "prod", service = "web",
      config = { name = "web", cluster = "prod", task_definition = "web" } } }, {
      { "DescribeServices", described(service()) },
      { "DescribeTaskDefinition", { status = 200, body = { taskDefinition = {
        taskDefinitionArn = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:4" } } } },
    })
    assert.equal("arn:aws:ecs:us-west-2:123456789012:task-definition/web:4", run.done.web.latest_task_definition)
  end)

  it("tells each event of the service once, the oldest first", function()
    local old = { id = "e0", createdAt = 500, message = "long ago" }
    local one, two = { id = "e1", createdAt = 1001, message = "one" }, { id = "e2", createdAt = 1002, message = "two" }
    local progress = { deployment("d1", { rolloutState = "IN_PROGRESS" }) }
    local run = play({ create() }, {
      { "CreateService", { status = 200, body = { service = service { deployments = progress } } } },
      { "DescribeServices", described(service { deployments = progress, events = { one, old } }) },
      { "DescribeServices", described(service { events = { two, one, old } }) },
    })
    local told = {}
    for _, event in ipairs(run.events) do
      if event.type == "service_event" then told[#told + 1] = event.message end
    end
    assert.same({ "one", "two" }, told)
  end)

  it("refuses an operation that it does not know", function()
    local engine = core.engine {}
    assert.has_error(function() engine:add { address = "a", action = "dance" } end)
  end)
end)
