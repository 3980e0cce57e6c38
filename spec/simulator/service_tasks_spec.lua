-- Tasks of a service as scripts look into them: tags, protection, commands.
local simulated = require "support.simulated"
local watched = require "support.model_caller".watched

local ROLE = "arn:aws:iam::123456789012:role/task"

local function first(sim) return simulated.tasks(sim)[1] end

local function described(sim, arn)
  return assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { arn }, include = { "TAGS" } })).tasks[1]
end

local function refused(sim, operation, body)
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

describe("tags of a service's task", function()
  it("are the service's when it starts, and one and the same to whoever asks or changes them", function()
    local sim = watched(simulated.new())
    local service = simulated.create(sim, { propagateTags = "SERVICE", tags = { { key = "a", value = "b" } } })
    sim:advance(20)
    local arn = first(sim).taskArn
    local function both()
      local listed = assert(sim:call("ListTagsForResource", { resourceArn = arn })).tags
      assert.same(listed, described(sim, arn).tags)
      return listed
    end
    assert.same({ { key = "a", value = "b" } }, both())
    assert(sim:call("TagResource", { resourceArn = arn, tags = { { key = "a", value = "z" } } }))
    assert.same({ { key = "a", value = "z" } }, both())
    assert(sim:call("TagResource", { resourceArn = service.serviceArn, tags = { { key = "late", value = "x" } } }))
    assert.same({ { key = "a", value = "z" } }, both())
    assert(sim:call("UntagResource", { resourceArn = arn, tagKeys = { "a" } }))
    assert.same({}, both())
    simulated.update(sim, { desiredCount = 4 })
    sim:advance(20)
    local newest
    for _, task in ipairs(simulated.tasks(sim)) do
      newest = (not newest or task.createdAt > newest.createdAt) and task or newest
    end
    assert.equal(2, #described(sim, newest.taskArn).tags)
  end)
end)

describe("a rule of a deployment", function()
  it("is about the tasks that the deployment has now, those too that a rollback took over", function()
    local sim = watched(simulated.new())
    simulated.create(sim, { deploymentConfiguration = simulated.breaker })
    sim:advance(100)
    local arn = first(sim).taskArn
    sim:tasks { task_definition = "mongo:7", outcome = "pull_error" }
    simulated.update(sim, { taskDefinition = "mongo:7" })
    assert(simulated.advance_until(sim, function(service)
      return service.deployments[1].rolloutState == "COMPLETED" and service.deployments[1].taskDefinition:find ":6$"
    end))
    assert.equal("RUNNING", described(sim, arn).lastStatus)
    local id = simulated.service(sim).deployments[1].id
    sim:tasks { deployment = id, outcome = "exit", existing = true, exit_code = 9 }
    sim:advance(1)
    assert.equal(9, described(sim, arn).containers[1].exitCode)
  end)

  it("is about the tasks of a task set by its id", function()
    local sim = watched(simulated.new())
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "mongodb", desiredCount = 1,
      deploymentController = { type = "EXTERNAL" } }))
    local id = assert(sim:call("CreateTaskSet", { cluster = "prod", service = "mongodb", taskDefinition = "mongo:6",
      scale = { value = 100, unit = "PERCENT" } })).taskSet.id
    sim:advance(30)
    local arn = first(sim).taskArn
    sim:tasks { deployment = id, outcome = "exit", existing = true, exit_code = 9 }
    sim:advance(1)
    assert.equal(9, described(sim, arn).containers[1].exitCode)
  end)
end)

describe("a volume that is configured at launch", function()
  it("has to be described by the service, by its name", function()
    local sim = watched(simulated.new { task_definitions = { { family = "mongo", revision = 9, volumes = {
      { name = "data", configured_at_launch = true } }, container_definitions = { { name = "mongo", image = "mongo",
        memory = 9 } } } } })
    local body = { cluster = "prod", serviceName = "mongodb", taskDefinition = "mongo:9", desiredCount = 1 }
    local function volume(name)
      return { { name = name, managedEBSVolume = { roleArn = ROLE, sizeInGiB = 1 } } }
    end
    assert.equal("InvalidParameterException", (refused(sim, "CreateService", body)))
    body.volumeConfigurations = volume "other"
    assert.equal("InvalidParameterException", (refused(sim, "CreateService", body)))
    body.volumeConfigurations = volume "data"
    assert(sim:call("CreateService", body))
  end)
end)

describe("protection of a task", function()
  local sim
  before_each(function()
    sim = watched(simulated.new())
    simulated.create(sim, { desiredCount = 2 })
    sim:advance(60)
  end)

  local function protect(tasks, minutes, enabled)
    return assert(sim:call("UpdateTaskProtection", { cluster = "prod", tasks = tasks, expiresInMinutes = minutes,
      protectionEnabled = enabled ~= false }))
  end

  it("holds for two hours unless it says otherwise, and is given up on demand", function()
    local arn = first(sim).taskArn
    assert.same({ { taskArn = arn, protectionEnabled = true, expirationDate = sim:now() + 7200 } },
      protect({ arn }).protectedTasks)
    assert.same({ { taskArn = arn, protectionEnabled = true, expirationDate = sim:now() + 60 } },
      protect({ arn }, 1).protectedTasks)
    sim:advance(60)
    local question = { cluster = "prod", tasks = { arn } }
    assert.same({ { taskArn = arn, protectionEnabled = false } },
      assert(sim:call("GetTaskProtection", question)).protectedTasks)
    protect { arn }
    assert.same({ { taskArn = arn, protectionEnabled = false } }, protect({ arn }, nil, false).protectedTasks)
  end)

  it("spares the task when the service is scaled in, until it ends", function()
    local arns = {}
    for i, task in ipairs(simulated.tasks(sim)) do arns[i] = task.taskArn end
    protect(arns, 10)
    simulated.update(sim, { desiredCount = 0 })
    sim:advance(500)
    assert.equal(2, simulated.service(sim).runningCount)
    sim:advance(200)
    assert.equal(0, simulated.service(sim).runningCount)
  end)

  it("spares the task when a new deployment would end it", function()
    local arn = first(sim).taskArn
    protect({ arn }, 30)
    simulated.update(sim, { taskDefinition = "mongo:7" })
    sim:advance(600)
    assert.equal("RUNNING", described(sim, arn).lastStatus)
    assert.equal("IN_PROGRESS", simulated.service(sim).deployments[1].rolloutState)
    sim:advance(1300)
    assert.equal("STOPPED", described(sim, arn).lastStatus)
    assert.is_true(simulated.completed(simulated.service(sim)))
  end)

  it("is of services' tasks only", function()
    local task = assert(sim:call("RunTask", { cluster = "prod", taskDefinition = "mongo:6" })).tasks[1]
    local gone = first(sim).taskArn
    assert(sim:call("StopTask", { cluster = "prod", task = gone }))
    local answer = protect { task.taskArn, "nothing", gone }
    assert.same({}, answer.protectedTasks)
    assert.same({ "TASK_NOT_VALID", "MISSING", "TASK_NOT_VALID" }, { answer.failures[1].reason,
      answer.failures[2].reason, answer.failures[3].reason })
    for _, minutes in ipairs { 0, 2881 } do
      assert.equal("InvalidParameterException", (refused(sim, "UpdateTaskProtection", { cluster = "prod",
        tasks = { "x" }, protectionEnabled = true, expiresInMinutes = minutes })))
    end
    assert.equal("InvalidParameterException", (refused(sim, "GetTaskProtection", { cluster = "prod" })))
  end)
end)

describe("a command in a container", function()
  local DEFINITION = { family = "mongo", revision = 9, task_role_arn = ROLE, container_definitions = {
    { name = "mongo", image = "mongo", memory = 9 }, { name = "side", image = "side", memory = 9 } } }

  local function exec(arn, more)
    local body = { cluster = "prod", task = arn, command = "sh", interactive = true, container = "mongo" }
    for name, value in pairs(more or {}) do body[name] = value end
    return body
  end

  it("has a session that leads nowhere", function()
    local sim = watched(simulated.new { task_definitions = { DEFINITION } })
    simulated.create(sim, { taskDefinition = "mongo:9", enableExecuteCommand = true })
    sim:advance(20)
    local arn = first(sim).taskArn
    local answer = assert(sim:call("ExecuteCommand", exec(arn)))
    assert.same({ arn, "mongo", true }, { answer.taskArn, answer.containerName, answer.interactive })
    assert.truthy(answer.session.streamUrl:find("^wss://[%w.-]+%.invalid/"))
    assert.same({ name = "ExecuteCommandAgent", lastStatus = "RUNNING", lastStartedAt = first(sim).startedAt },
      first(sim).containers[1].managedAgents[1])
    for _, more in ipairs { { container = "nothing" }, { interactive = false }, { task = "nothing" } } do
      assert.equal("InvalidParameterException", (refused(sim, "ExecuteCommand", exec(arn, more))))
    end
    local nameless = exec(arn)
    nameless.container = nil
    assert.equal("InvalidParameterException", (refused(sim, "ExecuteCommand", nameless)))
  end)

  it("is refused where exec is off, and before the task runs", function()
    local sim = watched(simulated.new { task_definitions = { DEFINITION } })
    simulated.create(sim, { taskDefinition = "mongo:9" })
    sim:advance(20)
    local _, message = refused(sim, "ExecuteCommand", exec(first(sim).taskArn))
    assert.truthy(message:find("execute command was not enabled when the task was run", 1, true), message)
    local task = assert(sim:call("RunTask", { cluster = "prod", taskDefinition = "mongo:9",
      enableExecuteCommand = true })).tasks[1]
    assert.equal("TargetNotConnectedException", (refused(sim, "ExecuteCommand", exec(task.taskArn))))
  end)
end)
