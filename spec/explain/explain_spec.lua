-- Why things fail: ecs.explain, over texts of the real ECS.
local cjson = require "cjson"
local ecs = require "ecs_service"

local function read(path)
  local file = assert(io.open(path))
  local text = file:read "*a"
  file:close()
  return cjson.decode(text)
end

local recorded = read "spec/data/explain.json"

-- The parts of an answer in which a text of that kind stands.
local places = {
  event = function(text) return { events = { { id = "e1", message = text } } } end,
  stopped = function(text) return { tasks = { { taskArn = "arn:aws:ecs:r:1:task/c/t1", stoppedReason = text } } } end,
  container = function(text)
    return { tasks = { { taskArn = "t1", lastStatus = "STOPPED", stoppedReason = "Task failed to start",
      containers = { { name = "web", reason = text } } } } }
  end,
  rollout = function(text)
    return { deployment = { id = "ecs-svc/1", rolloutState = "FAILED", rolloutStateReason = text } }
  end,
  stop_code = function(text) return { tasks = { { taskArn = "t1", lastStatus = "STOPPED", stopCode = text } } } end,
  exit = function(text)
    return { tasks = { { taskArn = "t1", lastStatus = "STOPPED", stopCode = "EssentialContainerExited",
      stoppedReason = "Essential container in task exited",
      containers = { { name = "web", exitCode = tonumber(text) } } } } }
  end,
}

local function explain(where, text) return ecs.explain(places[where](text)) end

describe("explaining real texts of ECS", function()
  it("knows what they mean", function()
    local known, real, misses = 0, 0, {}
    for _, case in ipairs(recorded.cases) do
      local causes = explain(case.where, case.text)
      local code = causes[1] and causes[1].code
      real = real + (case.made and 0 or 1)
      if code == case.code then
        known = known + 1
      else
        misses[#misses + 1] = ("%s, not %s: %s (%s)"):format(tostring(code), case.code, case.text, case.source)
      end
    end
    print(("\nexplain: %d of %d texts classified (%d recorded as they were), %d missed"):format(known, #recorded.cases,
      real, #misses))
    for _, miss in ipairs(misses) do print("  " .. miss) end
    assert.are.equal(0, #misses, table.concat(misses, "\n"))
    assert.is_true(real >= 80)
  end)

  it("finds nothing wrong with what healthy services say", function()
    local all = {}
    for _, case in ipairs(recorded.healthy) do
      local causes = explain(case.where, case.text)
      assert.are.equal(0, #causes, case.text .. ": " .. tostring(causes[1] and causes[1].code))
      if case.where == "event" then all[#all + 1] = { id = tostring(#all), message = case.text } end
    end
    assert.are.same({}, ecs.explain { events = all })
    assert.are.same({}, ecs.explain {})
  end)

  it("gives every finding a sentence, a hint and the text that it rests on", function()
    for _, case in ipairs(recorded.cases) do
      for _, cause in ipairs(explain(case.where, case.text)) do
        assert.is_true(#cause.summary > 0 and #cause.hint > 0 and #cause.evidence > 0, case.text)
        assert.is_nil((cause.summary .. cause.hint):find("[{}]"), cause.code .. ": " .. cause.summary .. cause.hint)
        assert.is_nil(cause.summary:find("  ", 1, true), cause.summary)
        assert.are.equal(1, cause.count)
      end
    end
  end)

  it("finds the same in the scheduler's words and in the task's", function()
    for _, case in ipairs(recorded.cases) do
      if case.where == "stopped" and case.text:find "^%u%w+Error: " then
        local causes = explain("event", "(service web) was unable to place a task. Reason: " .. case.text)
        assert.are.equal(case.code, causes[1] and causes[1].code, case.text)
      end
    end
  end)
end)

local function task(id, more)
  local made = { taskArn = "arn:aws:ecs:us-west-2:123456789012:task/prod/" .. id, startedBy = "ecs-svc/2",
    group = "service:mongodb", clusterArn = "arn:aws:ecs:us-west-2:123456789012:cluster/prod", lastStatus = "STOPPED",
    taskDefinitionArn = "arn:aws:ecs:us-west-2:123456789012:task-definition/mongo:7" }
  for key, value in pairs(more) do made[key] = value end
  return made
end

local function exited(id, code, more)
  local made = task(id, { stopCode = "EssentialContainerExited", stoppedReason = "Essential container in task exited",
    containers = { { name = "mongo", exitCode = code } } })
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

local PULL = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref "
  .. "docker.io/acme/mongo:7: docker.io/acme/mongo:7: not found"

describe("causes", function()
  it("count equal failures, and name image, task definition and tasks", function()
    local causes = ecs.explain { tasks = { task("t1", { stoppedReason = PULL }), task("t2", { stoppedReason = PULL }),
      task("t3", { stoppedReason = PULL }) } }
    assert.are.equal(1, #causes)
    local cause = causes[1]
    assert.are.equal("image_not_found", cause.code)
    assert.are.equal("the image cannot be pulled: docker.io/acme/mongo:7 was not found", cause.summary)
    assert.is_truthy(cause.hint:find("mongo:7", 1, true))
    assert.are.same({ "3 of 3 stopped tasks (t1): " .. PULL }, cause.evidence)
    assert.are.same({ "t1", "t2", "t3" }, cause.tasks)
    assert.are.equal(3, cause.count)
  end)

  it("stand in the order of what is to be put right first", function()
    local causes = ecs.explain { tasks = { exited("t1", 1), exited("t2", 1),
      task("t3", { stopCode = "SpotInterruption", stoppedReason = "Your Spot Task was interrupted." }),
      task("t4", { stoppedReason = "Task failed to start", containers = { { name = "mongo", reason = PULL } } }) } }
    local codes = {}
    for i, cause in ipairs(causes) do codes[i] = cause.code end
    assert.are.same({ "image_not_found", "exit_code", "spot_interrupted" }, codes)
    assert.are.equal("2 of 4 stopped tasks (t1): Essential container in task exited; mongo ended with exit code 1",
      causes[2].evidence[1])
  end)

  it("put exit codes into words, and find the container that began it", function()
    for code, expected in pairs({ [137] = { "killed", "the container mongo was killed" },
      [139] = { "segfault", "segmentation fault" }, [126] = { "command_not_executable", "cannot be executed" },
      [127] = { "command_not_found", "was not found" }, [0] = { "exit_zero", "ended by itself" },
      [1] = { "exit_code", "exit code 1: a general error of the program" }, [77] = { "exit_code", "exit code 77" },
      [134] = { "exit_code", "aborted itself" } }) do
      local cause = ecs.explain { tasks = { exited("t1", 0, { containers = { { name = "side", exitCode = 143 },
        { name = "mongo", exitCode = code } } }) } }[1]
      assert.are.equal(expected[1], cause.code)
      assert.is_truthy(cause.summary:find(expected[2], 1, true), cause.summary)
      assert.is_truthy(cause.summary:find("mongo", 1, true), cause.summary)
    end
  end)

  it("blame essential containers only, where the task definition says which they are", function()
    local parts = { tasks = { exited("t1", 0, { containers = { { name = "init", exitCode = 3 },
      { name = "web", exitCode = 137 } } }) }, task_definition = { containerDefinitions = {
      { name = "init", essential = false }, { name = "web", essential = true,
        logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "/ecs/web" } } } } } }
    local cause = ecs.explain(parts)[1]
    assert.are.equal("killed", cause.code)
    assert.is_truthy(cause.hint:find("aws logs tail /ecs/web --since 1h", 1, true), cause.hint)
  end)

  it("rest on the deployment's own tasks, and on events since it began", function()
    local deployment = { id = "ecs-svc/2", status = "PRIMARY", rolloutState = "IN_PROGRESS", createdAt = 1000 }
    local causes = ecs.explain { deployment = deployment,
      tasks = { exited("old", 1, { startedBy = "ecs-svc/1" }), exited("new", 139) },
      events = { { message = "(service mongodb) has started 1 tasks: (task new).", createdAt = 1001 },
        { message = "(service mongodb) was unable to place a task. Reason: Internal error.", createdAt = 900 } } }
    assert.are.equal(1, #causes)
    assert.are.equal("segfault", causes[1].code)
    assert.are.same({ "new" }, causes[1].tasks)
  end)

  it("are over when the service reached a steady state since", function()
    local placed = { createdAt = 900,
      message = "(service mongodb) was unable to place a task. Reason: Internal error." }
    local steady = { message = "(service mongodb) has reached a steady state.", createdAt = 950 }
    assert.are.same({}, ecs.explain { events = { steady, placed } })
    assert.are.equal(1, #ecs.explain { events = { placed, { message = steady.message, createdAt = 800 } } })
    assert.are.same({}, ecs.explain { events = { steady, placed }, tasks = { exited("t1", 1, { stoppedAt = 899 }) } })
    -- A flapping service is steady again and again; its deployment's tasks end all the same.
    local flapping = { exited("t1", 1, { stoppedAt = 890 }), exited("t2", 1, { stoppedAt = 899 }) }
    local causes = ecs.explain { events = { steady }, tasks = flapping,
      deployment = { id = "ecs-svc/2", rolloutState = "COMPLETED" } }
    assert.are.equal("exit_code", causes[1] and causes[1].code)
    -- What a rollback has made steady still failed.
    causes = ecs.explain { events = { steady, placed }, deployment = { id = "ecs-svc/2", rolloutState = "FAILED",
      rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start." } }
    assert.are.equal("internal_error", causes[1].code)
  end)

  it("tell a symptom only when nothing says more", function()
    local deployment = { id = "ecs-svc/2", rolloutState = "FAILED",
      rolloutStateReason = "ECS deployment circuit breaker: tasks failed to start." }
    local causes = ecs.explain { deployment = deployment }
    assert.are.equal("circuit_breaker", causes[1].code)
    causes = ecs.explain { deployment = deployment, tasks = { task("t1", { stoppedReason = PULL }) },
      events = { "(service mongodb) is unable to consistently start tasks successfully." } }
    assert.are.equal(1, #causes)
    assert.are.equal("image_not_found", causes[1].code)
  end)

  it("come from service deployments too, with the alarm's name", function()
    local causes = ecs.explain { deployment = {
      serviceDeploymentArn = "arn:aws:ecs:r:1:service-deployment/prod/web/sd1", status = "ROLLBACK_SUCCESSFUL",
      statusReason = "Service deployment rolled back because an alarm was triggered.",
      alarms = { status = "TRIGGERED", triggeredAlarmNames = { "errors" } } } }
    assert.are.equal("deployment_alarm", causes[1].code)
    assert.is_truthy(causes[1].summary:find("errors", 1, true))
    assert.is_truthy(causes[1].evidence[1]:find("deployment sd1", 1, true))
  end)

  it("do not come from tasks that were scaled in, whatever their exit codes", function()
    assert.are.same({}, ecs.explain { tasks = { exited("t1", 137, { stopCode = "ServiceSchedulerInitiated",
      stoppedReason = "Scaling activity initiated by (deployment ecs-svc/2)" }) } })
    assert.are.same({}, ecs.explain { tasks = { task("t1", { lastStatus = "RUNNING", healthStatus = "HEALTHY",
      containers = { { name = "mongo", healthStatus = "HEALTHY" } } }) } })
  end)

  it("come from running tasks that are unhealthy", function()
    local causes = ecs.explain { tasks = { task("t1", { lastStatus = "RUNNING", healthStatus = "UNHEALTHY",
      containers = { { name = "mongo", healthStatus = "UNHEALTHY" } } }) } }
    assert.are.equal("container_health", causes[1].code)
    assert.is_truthy(causes[1].summary:find("mongo", 1, true))
  end)

  it("say on how many instances the resource is short", function()
    local function instance(cpu, connected)
      return { status = "ACTIVE", agentConnected = connected ~= false, remainingResources = {
        { name = "CPU", type = "INTEGER", integerValue = cpu },
        { name = "MEMORY", type = "INTEGER", integerValue = 100 } } }
    end
    local parts = { container_instances = { instance(256), instance(1024), instance(0, false) },
      task_definition = { cpu = "512" }, events = { "(service web) was unable to place a task because no container "
        .. "instance met all of its requirements. The closest matching (container-instance abc) has insufficient CPU "
        .. "units available." } }
    local cause = ecs.explain(parts)[1]
    assert.are.equal("insufficient_cpu", cause.code)
    assert.is_truthy(cause.summary:find("abc", 1, true))
    assert.are.equal("1 of 3 container instances have 512 CPU units free (most: 1024)", cause.evidence[2])
    parts.events = { '(service web) was unable to place a task. (container-instance abc) encountered error "AGENT".' }
    cause = ecs.explain(parts)[1]
    assert.are.equal("2 of 3 container instances are ACTIVE with a connected agent", cause.evidence[2])
  end)

  it("leave what they do not know as it is", function()
    local cause = ecs.explain { tasks = { task("t1", { stoppedReason = "Gremlins: %s %n {image} [x]", containers = {
      { name = "mongo", exitCode = 3 } } }) } }[1]
    assert.are.same({ "unknown", "Gremlins: %s %n {image} [x]" }, { cause.code, cause.summary })
    assert.are.equal("task t1: Gremlins: %s %n {image} [x]; mongo ended with exit code 3", cause.evidence[1])
    assert.is_truthy(cause.hint:find("aws ecs describe-tasks --cluster prod --tasks t1", 1, true))
    -- ECS's general words beside them say less.
    cause = ecs.explain { tasks = { task("t1", { stopCode = "TaskFailedToStart", stoppedReason = "Task failed to start",
      containers = { { name = "mongo", reason = "Gremlins ate it" } } }) } }[1]
    assert.are.same({ "unknown", "Gremlins ate it" }, { cause.code, cause.summary })
    cause = ecs.explain { tasks = { task("t1", { stopCode = "TaskFailedToStart", stoppedReason = "Gremlins" }) } }[1]
    assert.are.same({ "unknown", "Gremlins" }, { cause.code, cause.summary })
    cause = ecs.explain { tasks = { task("t1", { stopCode = "NewCode" }) } }[1]
    assert.are.same({ "unknown", "NewCode" }, { cause.code, cause.summary })
    cause = ecs.explain { events = { "(service web) could not do something new." } }[1]
    assert.are.equal("unknown", cause.code)
    assert.are.same({}, ecs.explain { events = { "(service web) did something new." } })
  end)

  it("do not mistake a service's name for a reason", function()
    assert.are.same({}, ecs.explain { events = { "(service OutOfMemory-unhealthy) did something new.",
      "service quota-failed has started 1 tasks: (task a)." } })
  end)

  it("bear long, binary, empty and odd texts", function()
    local odd = { "", (" "):rep(100), ("CannotPullContainerError: "):rep(100000), "\0\1\2\255\254", "*|{}[]%s%n%p",
      ("\226\128\153"):rep(5000), "(service ", "service x", "(service web) was unable " .. ("x"):rep(1000000),
      "CannotPullContainerError: failed to resolve ref ", "arn:aws" .. ("arn:aws"):rep(10000) }
    for where in pairs(places) do
      for _, text in ipairs(odd) do
        for _, cause in ipairs(explain(where, text)) do
          assert.is_true(#cause.summary < 4096 and #cause.evidence[1] < 4096)
        end
      end
    end
    assert.are.same({}, ecs.explain { events = { 1, true, { message = 5 } }, tasks = { 1, "x", { containers = 3 } },
      deployment = { rolloutState = 7 }, service = { events = "x", deployments = { 1 } } })
  end)

  it("take times as numbers and as texts", function()
    for _, at in ipairs { 1767225667, "2026-01-01T00:01:07Z", "2026-01-01T02:01:07.123000+02:00" } do
      local cause = ecs.explain { events = { { id = "e1", createdAt = at,
        message = "(service web) was unable to place a task. Reason: Internal error." } } }[1]
      assert.are.equal(1767225667, cause.first)
      assert.are.equal("event e1, 2026-01-01T00:01:07Z: (service web) was unable to place a task. Reason: Internal "
        .. "error.", cause.evidence[1])
    end
  end)

  it("are refused for parts that are not known", function()
    assert.has_error(function() ecs.explain { event = {} } end)
    assert.has_error(function() ecs.explain(3) end)
  end)
end)
