-- Tasks that belong to no service: RunTask, StartTask, what becomes of them, and how they are found again.
local simulator = require "ecs_service.simulator"
local watched = require "support.model_caller".watched

local SUBNETS = { awsvpcConfiguration = { subnets = { "subnet-1", "subnet-2" } } }

local API = { family = "api", network_mode = "awsvpc", cpu = 256, memory = 512,
  tags = { { key = "of", value = "api" } },
  container_definitions = { { name = "api", image = "acme/api:1" }, { name = "proxy", image = "envoy" } } }
local BRIDGE = { family = "job", container_definitions = { { name = "job", image = "acme/job", memory = 100, cpu = 10,
  port_mappings = { { container_port = 80 }, { container_port = 81, host_port = 8081 } } } } }

local function new(options)
  options = options or {}
  options.clusters = options.clusters or { "prod" }
  options.task_definitions = options.task_definitions or { "migrate:3", API, BRIDGE }
  return watched(simulator.new(options))
end

local function run(sim, more)
  local body = { cluster = "prod", taskDefinition = "migrate" }
  for name, value in pairs(more or {}) do body[name] = value end
  return assert(sim:call("RunTask", body))
end

local function fargate(more)
  local body = { taskDefinition = "api", launchType = "FARGATE", networkConfiguration = SUBNETS }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end

local function seen(sim, task)
  local answer = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { task.taskArn }, include = { "TAGS" } }))
  return answer.tasks[1]
end

local function listed(sim, filter)
  filter.cluster = "prod"
  return #assert(sim:call("ListTasks", filter)).taskArns
end

local function refused(sim, operation, body)
  body.cluster = body.cluster or "prod"
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

describe("a task that is run", function()
  it("is RUNNING after task_start_seconds, exits 0 after task_seconds, and is described for an hour", function()
    local sim = new { task_start_seconds = 10, task_seconds = 20 }
    local task = run(sim).tasks[1]
    assert.same({ "PENDING", "RUNNING", "family:migrate" }, { task.lastStatus, task.desiredStatus, task.group })
    sim:advance(9)
    assert.equal("PENDING", seen(sim, task).lastStatus)
    sim:advance(1)
    assert.equal("RUNNING", seen(sim, task).lastStatus)
    sim:advance(19)
    assert.equal("RUNNING", seen(sim, task).lastStatus)
    sim:advance(1)
    local ended = seen(sim, task)
    assert.same({ "STOPPED", "EssentialContainerExited", "Essential container in task exited", 0 },
      { ended.lastStatus, ended.stopCode, ended.stoppedReason, ended.containers[1].exitCode })
    assert.equal(20, ended.stoppedAt - ended.startedAt)
    assert.same({ 0, 1 }, { listed(sim, {}), listed(sim, { desiredStatus = "STOPPED" }) })
    sim:advance(3599)
    assert.is_table(seen(sim, task))
    sim:advance(1)
    assert.is_nil(seen(sim, task))
  end)

  it("meets the fate that a rule of its family or revision has for it", function()
    local sim = new()
    sim:tasks { task_definition = "migrate", outcome = "exit" }
    sim:tasks { task_definition = "migrate:3", outcome = "exit", exit_code = 7, after = 5 }
    sim:tasks { task_definition = "arn:aws:ecs:us-west-2:123456789012:task-definition/migrate:1", outcome = "running" }
    local old, newest = run(sim, { taskDefinition = "migrate:2" }).tasks[1], run(sim).tasks[1]
    local first = run(sim, { taskDefinition = "migrate:1" }).tasks[1]
    local other = run(sim, { taskDefinition = "job" }).tasks[1]
    sim:advance(12)
    assert.same({ "STOPPED", 1 }, { seen(sim, old).lastStatus, seen(sim, old).containers[1].exitCode })
    assert.is_nil(seen(sim, old).startedAt)
    assert.equal("RUNNING", seen(sim, newest).lastStatus)
    sim:advance(3)
    assert.equal(7, seen(sim, newest).containers[1].exitCode)
    assert.equal("RUNNING", seen(sim, first).lastStatus)
    assert.equal("RUNNING", seen(sim, other).lastStatus)
  end)

  it("takes the time to RUNNING that a rule without an outcome says, and ends well", function()
    local sim = new { task_seconds = "1m" }
    sim:tasks { task_definition = "migrate", start_seconds = "100s" }
    local task = run(sim).tasks[1]
    sim:advance(99)
    assert.equal("PENDING", seen(sim, task).lastStatus)
    sim:advance(1)
    assert.equal("RUNNING", seen(sim, task).lastStatus)
    sim:advance(60)
    assert.same({ "STOPPED", 0 }, { seen(sim, task).lastStatus, seen(sim, task).containers[1].exitCode })
  end)

  it("is not meant by rules of a service or deployment", function()
    local sim = new()
    sim:tasks { service = "web", outcome = "exit" }
    sim:tasks { deployment = "ecs-svc/1", outcome = "exit" }
    local task = run(sim).tasks[1]
    sim:advance(30)
    assert.equal(0, seen(sim, task).containers[1].exitCode)
  end)

  it("fails to start, runs out of memory, or runs until it is stopped, as it is told to", function()
    local sim = new()
    sim:tasks { task_definition = "migrate:1", outcome = "pull_error" }
    sim:tasks { task_definition = "migrate:2", outcome = "oom" }
    sim:tasks { task_definition = "migrate:3", outcome = "running" }
    local list = {}
    for i = 1, 3 do list[i] = run(sim, { taskDefinition = "migrate:" .. i }).tasks[1] end
    sim:advance(1000)
    local first = seen(sim, list[1])
    assert.same({ "TaskFailedToStart", nil }, { first.stopCode, first.containers[1].exitCode })
    assert.truthy(first.containers[1].reason:find "^CannotPullContainerError")
    assert.equal(137, seen(sim, list[2]).containers[1].exitCode)
    assert.equal("RUNNING", seen(sim, list[3]).lastStatus)
    assert(sim:call("TagResource", { resourceArn = list[3].taskArn, tags = { { key = "a", value = "b" } } }))
    assert.equal(1, #seen(sim, list[3]).tags)
    assert(sim:call("StopTask", { cluster = "prod", task = list[3].taskArn, reason = "enough" }))
    assert.same({}, seen(sim, list[3]).tags)
    sim:advance(10)
    local last = seen(sim, list[3])
    assert.same({ "STOPPED", "UserInitiated", "enough" }, { last.lastStatus, last.stopCode, last.stoppedReason })
  end)

  it("goes on whatever its health", function()
    local sim = new()
    sim:tasks { outcome = "unhealthy" }
    local task = run(sim).tasks[1]
    sim:advance(200)
    assert.same({ "RUNNING", "UNHEALTHY" }, { seen(sim, task).lastStatus, seen(sim, task).healthStatus })
  end)

  it("is met by a rule of running tasks, and its own end is forgotten then", function()
    local sim = new()
    local first, second = run(sim).tasks[1], run(sim, { taskDefinition = "job" }).tasks[1]
    sim:advance(11)
    sim:tasks { task_definition = "migrate", outcome = "running", existing = true }
    sim:tasks { task_definition = "job", outcome = "exit", exit_code = 3, existing = true }
    sim:advance(100)
    assert.equal("RUNNING", seen(sim, first).lastStatus)
    assert.equal(3, seen(sim, second).containers[1].exitCode)
  end)

  it("that cannot be placed is a failure in the answer", function()
    local sim = new()
    sim:tasks { task_definition = "migrate", outcome = "no_capacity", times = 1 }
    local answer = run(sim, { count = 2 })
    assert.same({ 1, 1 }, { #answer.tasks, #answer.failures })
    assert.equal("RESOURCE:MEMORY", answer.failures[1].reason)
    assert.truthy(answer.failures[1].arn:find(":container-instance/prod/", 1, true))
    sim:tasks { task_definition = "migrate", outcome = "no_capacity", reason = "RESOURCE:GPU", times = 1 }
    assert.equal("RESOURCE:GPU", run(sim).failures[1].reason)
    sim:tasks { task_definition = "migrate", times = 1, outcome = { when = "placement", stopped_reason = "AGENT" } }
    assert.equal("AGENT", run(sim).failures[1].reason)
    sim:tasks { task_definition = "api", outcome = "no_capacity" }
    answer = run(sim, fargate())
    assert.same({}, answer.tasks)
    assert.truthy(answer.failures[1].reason:find("Capacity is unavailable", 1, true))
    answer = run(new { capacity = 2 }, { count = 3 })
    assert.same({ 2, 1 }, { #answer.tasks, #answer.failures })
    sim = new { instances = 2 }
    answer = run(sim, { count = 3, placementConstraints = { { type = "distinctInstance" } } })
    assert.same({ 2, 1 }, { #answer.tasks, #answer.failures })
    local _, message = refused(new { instances = 0 }, "RunTask", { taskDefinition = "migrate" })
    assert.equal("No Container Instances were found in your cluster.", message)
    assert.equal(1, #run(new { clusters = { { name = "prod", instances = 0 } } }, fargate()).tasks)
    assert(sim:call("CreateCluster", { clusterName = "made" }))
    assert.is_nil(run(sim, { cluster = "made" }).tasks[1].containerInstanceArn)
  end)

  it("is run once for a token, which is refused with anything else for a day", function()
    local sim = new()
    local first = run(sim, { clientToken = "t", count = 2 })
    local again = run(sim, { clientToken = "t", count = 2 })
    assert.same({ first.tasks[1].taskArn, first.tasks[2].taskArn },
      { again.tasks[1].taskArn, again.tasks[2].taskArn })
    assert.equal(2, listed(sim, {}))
    assert.equal("ConflictException", (refused(sim, "RunTask", { taskDefinition = "migrate", clientToken = "t" })))
    sim:advance(86401)
    assert.are_not.equal(first.tasks[1].taskArn, run(sim, { clientToken = "t" }).tasks[1].taskArn)
    sim:tasks { outcome = "no_capacity", times = 1 }
    for _ = 1, 2 do
      local answer = run(sim, { clientToken = "full" })
      assert.same({ 0, 1 }, { #answer.tasks, #answer.failures })
    end
    for _, token in ipairs { "", ("t"):rep(65), "a b" } do
      assert.equal("InvalidParameterException",
        (refused(sim, "RunTask", { taskDefinition = "migrate", clientToken = token })))
    end
  end)

  it("is found by who started it, and by nothing beside that", function()
    local sim = new()
    run(sim, { startedBy = "ecs-service/0123456789abcdef01234567" })
    run(sim, { startedBy = "someone" })
    assert.equal(1, listed(sim, { startedBy = "someone" }))
    assert.equal(2, listed(sim, { family = "migrate" }))
    for name, value in pairs { family = "migrate", desiredStatus = "STOPPED", launchType = "EC2",
      containerInstance = "x", serviceName = "x" } do
      assert.equal("InvalidParameterException",
        (refused(sim, "ListTasks", { startedBy = "someone", [name] = value })), name)
    end
    assert.equal("InvalidParameterException",
      (refused(sim, "RunTask", { taskDefinition = "migrate", startedBy = ("x"):rep(129) })))
  end)

  it("has what overrides say, container by container", function()
    local sim = new()
    local answer = run(sim, fargate { group = "nightly", overrides = { cpu = "1 vCPU", containerOverrides = {
      { name = "api", command = { "bin/migrate" }, memory = 300 } } } })
    local task = answer.tasks[1]
    assert.same({ "1024", "512", "nightly" }, { task.cpu, task.memory, task.group })
    assert.same({ { name = "api", command = { "bin/migrate" }, memory = 300 }, { name = "proxy" } },
      task.overrides.containerOverrides)
    assert.equal("300", task.containers[1].memory)
    local _, message = refused(sim, "RunTask", fargate { overrides = { containerOverrides = { { name = "web" } } } })
    assert.equal("Override for container named web is not a container in the TaskDefinition.", message)
    _, message = refused(sim, "RunTask", fargate { overrides = { containerOverrides = { { name = "api",
      command = { ("x"):rep(9000) } } } } })
    assert.truthy(message:find("8192", 1, true), message)
    refused(sim, "RunTask", fargate { overrides = { containerOverrides = { { command = { "x" } } } } })
    refused(sim, "RunTask", fargate { overrides = { cpu = "lots" } })
  end)

  it("has the containers that it is told about when its definition is a name alone", function()
    local sim = new()
    local task = run(sim, { overrides = { containerOverrides = { { name = "web", command = { "x" } } } } }).tasks[1]
    sim:advance(30)
    assert.same({ "web", 0 }, { seen(sim, task).containers[1].name, seen(sim, task).containers[1].exitCode })
  end)

  it("has a network interface of its own with awsvpc, and ports of its instance without", function()
    local sim = new()
    local task = run(sim, fargate()).tasks[1]
    assert.same({ "ElasticNetworkInterface", "PRECREATED", "subnet-1" }, { task.attachments[1].type,
      task.attachments[1].status, task.attachments[1].details[1].value })
    assert.same({}, task.containers[1].networkInterfaces)
    local bridged = run(sim, { taskDefinition = "job" }).tasks[1]
    assert.equal(1, #run(sim, { networkConfiguration = SUBNETS }).tasks[1].attachments)
    sim:advance(10)
    task, bridged = seen(sim, task), seen(sim, bridged)
    local details = {}
    for _, detail in ipairs(task.attachments[1].details) do details[detail.name] = detail.value end
    assert.truthy(task.containers[1].runtimeId:find("^" .. task.taskArn:match "[^/]+$" .. "%-%d%d%d%d%d%d%d%d%d%d$"))
    assert.truthy(bridged.containers[1].runtimeId:find("^" .. ("%x"):rep(64) .. "$"))
    assert.truthy(details.networkInterfaceId:find "^eni%-%x+$")
    assert.truthy(details.privateIPv4Address:find "^10%.%d+%.%d+%.%d+$")
    assert.same({ { attachmentId = task.attachments[1].id, privateIpv4Address = details.privateIPv4Address } },
      task.containers[2].networkInterfaces)
    assert.same({ {}, {} }, { task.containers[1].networkBindings, bridged.attachments })
    local bindings = bridged.containers[1].networkBindings
    assert.same({ 80, 81, 8081 }, { bindings[1].containerPort, bindings[2].containerPort, bindings[2].hostPort })
    assert.truthy(bindings[1].hostPort >= 32768)
    assert.same({ "10", "100" }, { bridged.cpu, bridged.memory })
    sim:advance(20)
    assert.equal("DELETED", seen(sim, task).attachments[1].status)
  end)

  it("takes tags from its definition when it starts, and keeps them", function()
    local sim = new()
    local task = run(sim, fargate { propagateTags = "TASK_DEFINITION", enableECSManagedTags = true,
      tags = { { key = "a", value = "b" } } }).tasks[1]
    local wanted = { { key = "a", value = "b" }, { key = "of", value = "api" },
      { key = "aws:ecs:clusterName", value = "prod" } }
    assert.same(wanted, task.tags)
    assert(sim:call("TagResource", { resourceArn = task.taskDefinitionArn, tags = { { key = "late", value = "x" } } }))
    assert.same(wanted, seen(sim, task).tags)
    task = run(sim, fargate { propagateTags = "TASK_DEFINITION", tags = { { key = "of", value = "mine" } } }).tasks[1]
    assert.same({ key = "of", value = "mine" }, task.tags[1])
    assert.same({ { key = "late", value = "x" } }, { task.tags[2], task.tags[3] })
    local code, message = refused(sim, "RunTask", fargate { propagateTags = "SERVICE" })
    assert.equal("InvalidParameterException", code)
    assert.truthy(message:find("propagateTags", 1, true))
  end)

  it("is held to what its definition needs", function()
    local sim = new { task_definitions = { "migrate", API, BRIDGE, { family = "ebs", volumes = {
      { name = "data", configured_at_launch = true } }, container_definitions = { { name = "a", image = "a",
        memory = 9 } } } } }
    local ROLE = "arn:aws:iam::123456789012:role/ebs"
    local REFUSED = {
      ["awsvpc without a network"] = fargate { networkConfiguration = { awsvpcConfiguration = { subnets = {} } } },
      ["bridge with a network"] = { taskDefinition = "job", networkConfiguration = SUBNETS },
      ["no tasks"] = { taskDefinition = "migrate", count = 0 },
      ["too many"] = { taskDefinition = "migrate", count = 11 },
      ["both ways to place"] = fargate { capacityProviderStrategy = { { capacityProvider = "FARGATE" } } },
      ["no volume of the launch"] = { taskDefinition = "ebs" },
      ["another volume"] = { taskDefinition = "ebs", volumeConfigurations = { { name = "x",
        managedEBSVolume = { roleArn = ROLE, sizeInGiB = 1 } } } },
      ["exec without a role"] = fargate { enableExecuteCommand = true },
      ["a platform on EC2"] = { taskDefinition = "migrate", platformVersion = "1.4.0" },
    }
    for what, body in pairs(REFUSED) do
      assert.equal("InvalidParameterException", (refused(sim, "RunTask", body)), what)
    end
    run(sim, { taskDefinition = "ebs", volumeConfigurations = { { name = "data", managedEBSVolume = { roleArn = ROLE,
      sizeInGiB = 1 } } } })
    assert.equal("ClientException", (refused(sim, "RunTask", { taskDefinition = "nothing" })))
    assert.equal("ClusterNotFoundException", (refused(sim, "RunTask", { cluster = "x", taskDefinition = "migrate" })))
    assert(sim:call("DeregisterTaskDefinition", { taskDefinition = "migrate:1" }))
    assert.equal("ClientException", (refused(sim, "RunTask", { taskDefinition = "migrate:1" })))
  end)

  it("keeps its cluster from being deleted", function()
    local sim = new { clusters = { { name = "prod", instances = 0 } } }
    run(sim, fargate())
    assert.equal("ClusterContainsTasksException", (refused(sim, "DeleteCluster", {})))
    sim:advance(30)
    assert(sim:call("DeleteCluster", { cluster = "prod" }))
  end)
end)

describe("a task that is started", function()
  it("is on the instance that was named, and a failure where there is none", function()
    local sim = new()
    local instance = run(sim).tasks[1].containerInstanceArn
    local answer = assert(sim:call("StartTask", { cluster = "prod", taskDefinition = "migrate",
      containerInstances = { instance, instance:match "[^/]+$", "nowhere" }, startedBy = "me" }))
    assert.same({ instance, instance, "me", "family:migrate" }, { answer.tasks[1].containerInstanceArn,
      answer.tasks[2].containerInstanceArn, answer.tasks[1].startedBy, answer.tasks[1].group })
    assert.same({ { arn = "arn:aws:ecs:us-west-2:123456789012:container-instance/prod/nowhere", reason = "MISSING" } },
      answer.failures)
    sim:advance(30)
    assert.equal("STOPPED", seen(sim, answer.tasks[1]).lastStatus)
    assert(sim:call("UpdateContainerInstancesState", { cluster = "prod", containerInstances = { instance },
      status = "DRAINING" }))
    answer = assert(sim:call("StartTask", { cluster = "prod", taskDefinition = "migrate",
      containerInstances = { instance } }))
    assert.same({ {}, { { arn = instance, reason = "INACTIVE" } } }, { answer.tasks, answer.failures })
    assert.equal("InvalidParameterException",
      (refused(sim, "StartTask", { taskDefinition = "migrate", containerInstances = {} })))
    assert.equal("InvalidParameterException", (refused(sim, "StartTask", { taskDefinition = "migrate",
      containerInstances = { instance }, startedBy = ("x"):rep(37) })))
  end)
end)
