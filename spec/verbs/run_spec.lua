-- One-off tasks: what is run, how it is waited for, what its end is called, and that nothing is run twice.
local ecs = require "ecs_service"
local journey = require "support.journey"

local LOGGING = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/job", ["awslogs-region"] = "us-west-2",
  ["awslogs-stream-prefix"] = "p" } }

local DEFINITIONS = {
  { family = "job", container_definitions = {
    { name = "side", image = "side", memory = 9, essential = false },
    { name = "app", image = "app", memory = 9, log_configuration = LOGGING } } },
  { family = "net", network_mode = "awsvpc", requires_compatibilities = { "FARGATE" }, cpu = "256", memory = "512",
    container_definitions = { { name = "app", image = "app", log_configuration = LOGGING } } },
}

local NETWORK = { awsvpcConfiguration = { subnets = { "subnet-1" }, securityGroups = { "sg-1" },
  assignPublicIp = "ENABLED" } }

local sim, stack

before_each(function()
  sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = DEFINITIONS }
  assert(sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "job",
    desiredCount = 1, placementConstraints = { { type = "distinctInstance" } } }))
  assert(sim:call("CreateService", { cluster = "prod", serviceName = "api", taskDefinition = "net", desiredCount = 1,
    launchType = "FARGATE", networkConfiguration = NETWORK }))
  sim:advance(120)
  for i = #sim.requests, 1, -1 do sim.requests[i] = nil end
  stack = journey.stack(sim)
end)

local function rule(given)
  given.task_definition = given.task_definition or "job"
  sim:tasks(given)
end

local function sent() return journey.bodies(sim, "RunTask")[1] end

local function refused(...)
  local result, err = stack:run(...)
  assert.is_nil(result)
  return err
end

describe("stack:run", function()
  it("runs what a service runs, beside it, and answers how it ended and what it wrote", function()
    rule { outcome = "exit", exit_code = 0, log = { "one", "two" } }
    local told = {}
    local result = assert(stack:run("prod/web", { command = { "bin/migrate", "--all" },
      env = { LEVEL = "debug", N = 3 }, on_event = function(event) told[#told + 1] = event.status end }))
    assert.equal(0, result.exit_code)
    assert.equal("two", result.logs[2].text)
    assert.same({ "STOPPED", "EssentialContainerExited" }, { result.status, result.stop_code })
    assert.equal("app", result.containers[2].name)
    local body = sent()
    assert.truthy(body.taskDefinition:find "task%-definition/job:1$")
    assert.truthy(body.cluster:find "prod$")
    assert.equal("distinctInstance", body.placementConstraints[1].type)
    assert.same({ { name = "app", command = { "bin/migrate", "--all" }, environment = {
      { name = "LEVEL", value = "debug" }, { name = "N", value = "3" } } } }, body.overrides.containerOverrides)
    assert.equal("ecs-service/" .. body.clientToken:sub(1, 24), body.startedBy)
    assert.same({ "PENDING", "STOPPED" }, { told[1], told[#told] })
  end)

  it("takes network and launch type of the service along, and what the options say in their place", function()
    assert(stack:run "prod/api")
    local body = sent()
    assert.equal("FARGATE", body.launchType)
    assert.same(NETWORK, body.networkConfiguration)
    assert(stack:run("prod/api", { subnets = "subnet-9", assign_public_ip = false }))
    local network = journey.bodies(sim, "RunTask")[2].networkConfiguration.awsvpcConfiguration
    assert.same({ { "subnet-9" }, { "sg-1" }, "DISABLED" }, { network.subnets, network.securityGroups,
      network.assignPublicIp })
  end)

  it("takes a declared service, also one that does not exist yet, and its handle", function()
    local handle = stack:service("new", { name = "new", cluster = "prod", task_definition = "net:1",
      desired_count = 1, launch_type = "FARGATE",
      network_configuration = { subnets = { "subnet-1" }, security_groups = { "sg-1" } } })
    assert.equal(0, assert(stack:run "new").exit_code)
    assert.equal(0, assert(handle:run { command = { "x" } }).exit_code)
    assert.equal(0, assert(stack:run { service = handle, command = { "x" } }).exit_code)
    assert.same({ "subnet-1" }, sent().networkConfiguration.awsvpcConfiguration.subnets)
  end)

  it("takes a task definition with its cluster, for awsvpc with subnets, and launches it as it can be", function()
    assert.equal("cluster", refused("job:1").path)
    assert.truthy(tostring(refused "job"):find("--cluster", 1, true))
    assert.equal(0, assert(stack:run("job", { cluster = "prod" })).exit_code)
    assert.truthy(sent().taskDefinition:find "job:1$")
    local err = refused("net", { cluster = "prod" })
    assert.same({ "WrongOption", "subnets" }, { err.code, err.path })
    assert.equal(1, journey.count(sim, "RunTask"))
    assert.equal(0, assert(stack:run("net:1", { cluster = "prod", subnets = { "subnet-1" } })).exit_code)
    assert.equal("FARGATE", journey.bodies(sim, "RunTask")[2].launchType)
    assert.equal("NotFound", refused("gone:1", { cluster = "prod" }).code)
  end)

  it("takes a declared task definition by its address, bare where no service has it, or its handle", function()
    local handle = stack:task_definition("batch", { container_definitions = { { name = "app", image = "b",
      memory = 9 } } })
    assert.equal("NotRecorded", refused("task_definition.batch", { cluster = "prod" }).code)
    stack:service("late", { name = "late", cluster = "prod", task_definition = handle, desired_count = 1 })
    assert.equal("NotRecorded", refused("late").code)
    assert(stack:apply { target = "task_definition.batch" })
    assert.equal("cluster", refused("task_definition.batch").path)
    for _, target in ipairs { "task_definition.batch", "batch", handle } do
      assert.equal(0, assert(stack:run(target, { cluster = "prod" })).exit_code)
    end
    assert.equal(0, assert(stack:run { task_definition = handle, cluster = "prod" }).exit_code)
    assert.equal(0, assert(stack:run { task_definition = "task_definition.batch", cluster = "prod" }).exit_code)
    assert.equal(0, assert(stack:run "late").exit_code)
    for _, body in ipairs(journey.bodies(sim, "RunTask")) do
      assert.truthy(body.taskDefinition:find ":task%-definition/batch:1$", body.taskDefinition)
    end
    assert.equal(6, journey.count(sim, "RunTask"))
  end)

  it("takes a table of the members of RunTask in either spelling, and names those that there are not", function()
    assert(stack:run { service = "prod/web", overrides = { cpu = 512, container_overrides = {
      { name = "app", memory_reservation = 5 } } }, command = { "y" }, tags = { team = "core" }, startedby = nil })
    local body = sent()
    assert.equal("512", body.overrides.cpu)
    assert.same({ { name = "app", memoryReservation = 5, command = { "y" } } }, body.overrides.containerOverrides)
    assert.same({ { key = "team", value = "core" } }, body.tags)
    local err = refused { service = "prod/web", placement_constraint = {}, overrides = { containerOverrides =
      { { nam = "app" } } } }
    assert.equal(2, #err.errors)
    assert.equal("overrides.containerOverrides[1].nam", err.errors[1].path)
    assert.truthy(tostring(err.errors[2]):find "placement_constraints")
    assert.equal("UnknownArgument", refused({ task_definition = "job", client_token = "x" }).code)
    assert.equal("task_definition", refused({ cluster = "prod" }).path)
    assert.equal(1, journey.count(sim, "RunTask"))
  end)

  it("is TaskFailed when the container exits with another code, with that code, the last lines and why", function()
    local lines = {}
    for i = 1, 30 do lines[i] = "line " .. i end
    rule { outcome = "exit", exit_code = 3, log = lines }
    local err = refused "prod/web"
    assert.same({ "TaskFailed", 3, 20, "line 30" }, { err.code, err.exit_code, #err.logs, err.logs[20].text })
    assert.truthy(err.task_arn:find ":task/prod/")
    assert.truthy(tostring(err):find "exited with code 3")
    local text = err:render { color = false }
    assert.truthy(text:find("line 30", 1, true) and text:find("line 11", 1, true), text)
    assert.falsy(text:find("line 10", 1, true))
  end)

  it("reads no lines when none are wanted, and says so in one line where they may not be read", function()
    rule { outcome = "exit", exit_code = 1, log = { "boom" } }
    assert.is_nil(refused("prod/web", { logs = false }).logs)
    assert.equal(0, journey.count(sim, "GetLogEvents"))
    sim:fault { operation = "GetLogEvents", code = "AccessDeniedException", http_status = 400, times = 1 }
    local err = refused "prod/web"
    assert.equal("TaskFailed", err.code)
    assert.same({}, err.logs)
    assert.truthy(err.logs_note:find("logs:GetLogEvents", 1, true))
    assert.truthy(err:render({ color = false }):find("logs:GetLogEvents", 1, true))
  end)

  it("escapes and cuts what a container wrote", function()
    rule { outcome = "exit", exit_code = 1, log = { "\27]0;title\7" .. ("x"):rep(5000) } }
    local text = refused("prod/web").logs[1].text
    assert.truthy(#text < 1200 and text:find "more bytes" or text:find "bytes more", text)
    assert.falsy(text:find "[%c]")
  end)

  it("is TaskNotStarted when the task never started, with the cause", function()
    rule { outcome = "pull_error" }
    local err = refused "prod/web"
    assert.equal("TaskNotStarted", err.code)
    assert.is_nil(err.exit_code)
    assert.truthy(tostring(err):find "CannotPullContainer")
    assert.truthy(err.evidence.why)
  end)

  it("is TaskFailed when somebody stopped the task, whatever its container exited with", function()
    rule { outcome = { when = "running", stop_code = "UserInitiated", stopped_reason = "Task stopped by user",
      containers = { { name = "app", exit_code = 0 } } } }
    local err = refused "prod/web"
    assert.same({ "TaskFailed", 0 }, { err.code, err.exit_code })
    assert.truthy(tostring(err):find "was stopped")
  end)

  it("is TaskNotPlaced at once when RunTask finds no room", function()
    rule { outcome = "no_capacity" }
    local err = refused "prod/web"
    assert.same({ "TaskNotPlaced", "RESOURCE:MEMORY" }, { err.code, err.reason })
    assert.truthy(err.hint:find "memory")
    assert.equal(0, journey.count(sim, "DescribeTasks"))
  end)

  it("leaves a task running that takes too long", function()
    rule { outcome = "exit", after = 5000 }
    local before = sim:now()
    local err = refused("prod/web", { timeout = "5m" })
    assert.equal("Timeout", err.code)
    assert.truthy(sim:now() - before >= 300 and sim:now() - before < 320)
    local task = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { err.task_arn } })).tasks[1]
    assert.equal("RUNNING", task.lastStatus)
    assert.equal(0, journey.count(sim, "StopTask"))
  end)

  it("never waits for RUNNING: a task that ends between two looks has succeeded", function()
    rule { outcome = "exit", exit_code = 0, start_seconds = 0.5, after = 0.1 }
    local told = {}
    local result = assert(stack:run("prod/web", { on_event = function(event) told[#told + 1] = event.status end }))
    assert.equal(0, result.exit_code)
    for _, status in ipairs(told) do assert.not_equal("RUNNING", status) end
  end)

  it("only starts it when it is not to be waited for", function()
    local result = assert(stack:run("prod/web", { wait = false }))
    assert.truthy(result.task_arn)
    assert.is_nil(result.exit_code)
    assert.equal(0, journey.count(sim, "DescribeTasks"))
    assert.equal("on_log", refused("prod/web", { wait = false, on_log = function() end }).path)
  end)

  it("tells what it writes as it comes, every line once, and ends with it", function()
    local lines, heard = {}, {}
    for i = 1, 40 do lines[i] = "line " .. i end
    rule { outcome = "exit", exit_code = 2, after = 30, log = lines }
    local last
    local err = refused("prod/web", { on_log = function(line)
      heard[#heard + 1] = line.text
      last = last or sim:now()
    end })
    assert.same(lines, heard)
    assert.equal(2, err.exit_code)
    assert.truthy(last < sim:now() - 10) -- the first line came long before the end
  end)

  it("answers several tasks, and fails when one of them fails", function()
    local result = assert(stack:run("prod/web", { count = 3 }))
    assert.equal(3, #result.tasks)
    rule { outcome = "exit", exit_code = 4, times = 1 }
    local err = refused("prod/web", { count = 3 })
    assert.same({ "TaskFailed", 4, 3 }, { err.code, err.exit_code, #err.tasks })
  end)

  it("starts one task however often the answer is lost", function()
    sim:fault { operation = "RunTask", reset_after = true, times = 2 }
    local result = assert(stack:run "prod/web")
    assert.equal(0, result.exit_code)
    local tokens, arns = {}, {}
    for _, body in ipairs(journey.bodies(sim, "RunTask")) do tokens[body.clientToken] = true end
    for _, status in ipairs { "RUNNING", "STOPPED" } do
      local listed = assert(sim:call("ListTasks", { cluster = "prod", family = "job", desiredStatus = status }))
      for _, arn in ipairs(listed.taskArns) do arns[#arns + 1] = arn end
    end
    local count = 0
    for _ in pairs(tokens) do count = count + 1 end
    assert.equal(1, count)
    local own = 0
    for _, task in ipairs(sim:call("DescribeTasks", { cluster = "prod", tasks = arns }).tasks) do
      if (task.startedBy or ""):find "^ecs%-service/" then own = own + 1 end
    end
    assert.equal(1, own)
  end)

  it("says OutcomeUnknown when nobody ever said whether it was started", function()
    sim:fault { operation = "RunTask", reset_after = true, times = 100 }
    local err = refused "prod/web"
    assert.equal("OutcomeUnknown", err.code)
    assert.truthy(tostring(err):find(sent().startedBy, 1, true))
  end)

  it("asks ECS's refusals on as they are, and runs nothing then", function()
    sim:fault { operation = "RunTask", code = "AccessDeniedException", http_status = 400, times = 1 }
    local err = refused "prod/web"
    assert.equal("AccessDeniedException", err.code)
    assert.truthy(tostring(err):find("ecs:RunTask", 1, true), tostring(err))
    assert.equal("NotFound", refused("prod/wet").code)
    assert.equal("container", refused("prod/web", { container = "ap" }).path)
  end)

  it("ends when it is interrupted, and the task goes on", function()
    rule { outcome = "exit", after = 500 }
    local calls = 0
    local err = refused("prod/web", { interrupted = function()
      calls = calls + 1
      return journey.count(sim, "DescribeTasks") > 2
    end })
    assert.equal("Interrupted", err.code)
    assert.truthy(err.task_arn and tostring(err):find "goes on")
  end)
end)

describe("a deployment that fails", function()
  local function declare(more)
    local config = { name = "db", cluster = "prod", task_definition = "job:1", desired_count = 1,
      deployment_circuit_breaker = { enable = true, rollback = false }, wait_for_steady_state = true }
    for key, value in pairs(more or {}) do config[key] = value end
    stack:service("db", config)
  end

  it("has the last lines of the container that failed in its error, and in what diagnose says", function()
    rule { service = "db", outcome = "exit", exit_code = 1, log = { "connecting", "no such table" } }
    declare()
    local result, err = stack:apply()
    assert.is_nil(result)
    assert.equal("DeploymentFailed", err.code)
    assert.equal("no such table", err.logs[#err.logs].text)
    assert.equal("no such table", err.errors[1].logs[#err.logs].text)
    assert.truthy(err:render({ color = false }):find("no such table", 1, true))
    local found = assert(stack:diagnose "db")
    assert.equal("no such table", found.logs[#found.logs].text)
    assert.is_nil(assert(stack:diagnose("db", { logs = false })).logs)
    assert.is_nil((stack:wait()))
    assert.equal("no such table", select(2, stack:wait()).logs[2].text)
  end)

  it("has the lines of its own tasks, not those of another deployment that stopped later", function()
    rule { service = "db", outcome = "running", log = { "fine" } }
    declare()
    assert(stack:apply())
    local old = sim:call("ListTasks", { cluster = "prod", serviceName = "db" }).taskArns[1]
    rule { service = "db", outcome = "exit", exit_code = 1, log = { "no such table" } }
    local _, err = stack:redeploy "db"
    assert.equal("no such table", err.logs[1].text)
    assert(sim:call("StopTask", { cluster = "prod", task = old }))
    sim:advance(60)
    _, err = stack:wait()
    assert.equal("DeploymentFailed", err.code)
    assert.equal("no such table", err.logs[1].text)
  end)

  it("reads none when none are wanted, and none that it may not read", function()
    rule { service = "db", outcome = "exit", exit_code = 1, log = { "no such table" } }
    declare()
    local _, err = stack:apply { logs = false }
    assert.is_nil(err.logs)
    assert.equal(0, journey.count(sim, "GetLogEvents"))
    sim:fault { operation = "GetLogEvents", code = "AccessDeniedException", http_status = 400, times = 9 }
    _, err = stack:redeploy "db"
    assert.equal("DeploymentFailed", err.code)
    assert.truthy(err.logs_note:find("logs:GetLogEvents", 1, true))
  end)
end)
