-- Task definitions as the simulated ECS takes, completes, lists and gives them up.
local cjson = require "cjson.safe"
local simulator = require "ecs_service.simulator"
local watched = require "support.model_caller".watched

local NOTHING = cjson.null

local function new(options)
  options = options or {}
  options.clusters = options.clusters or { "prod" }
  return watched(simulator.new(options))
end

local function with(base, more)
  local out = {}
  for name, value in pairs(base) do out[name] = value end
  for name, value in pairs(more or {}) do
    out[name] = value
    if value == NOTHING then out[name] = nil end
  end
  return out
end

local CONTAINER = { name = "web", image = "nginx", memory = 64 }

--- A registration with members of its own, and with those of its one container.
local function body_of(more, container)
  return with({ family = "web", containerDefinitions = { with(CONTAINER, container) } }, more)
end

local FARGATE = { requiresCompatibilities = { "FARGATE" }, networkMode = "awsvpc", cpu = "256", memory = "512" }

local function fargate_of(more, container) return body_of(with(FARGATE, more), container) end

local function register(sim, body) return assert(sim:call("RegisterTaskDefinition", body)).taskDefinition end

local function refused(sim, operation, body)
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

describe("a task definition that is registered", function()
  local sim
  before_each(function() sim = new() end)

  local function mapping_of(mode, mapping)
    return register(sim, body_of({ networkMode = mode }, { portMappings = { mapping } }))
      .containerDefinitions[1].portMappings[1]
  end

  it("has the container's port as the host's with awsvpc and host, and any port with a bridge", function()
    assert.same({ containerPort = 80, hostPort = 80, protocol = "tcp" }, mapping_of("awsvpc", { containerPort = 80 }))
    assert.equal(80, mapping_of("host", { containerPort = 80 }).hostPort)
    assert.equal(80, mapping_of("awsvpc", { containerPort = 80, hostPort = 0 }).hostPort)
    assert.equal(0, mapping_of("bridge", { containerPort = 80 }).hostPort)
    assert.equal(0, mapping_of(nil, { containerPort = 80 }).hostPort)
    assert.equal(8080, mapping_of("bridge", { containerPort = 80, hostPort = 8080 }).hostPort)
    assert.is_nil(mapping_of("awsvpc", { containerPortRange = "8000-8010" }).hostPort)
  end)

  it("is completed container by container", function()
    local made = register(sim, body_of(nil, { healthCheck = { command = { "CMD-SHELL", "true" }, retries = 5 } }))
    local container = made.containerDefinitions[1]
    assert.same({ command = { "CMD-SHELL", "true" }, interval = 30, timeout = 5, retries = 5 }, container.healthCheck)
    assert.is_true(container.essential)
    assert.equal(0, container.cpu)
    for _, list in ipairs { "environment", "mountPoints", "portMappings", "volumesFrom", "systemControls" } do
      assert.same({}, container[list], list)
    end
  end)

  it("has its sizes as numbers, however they were written", function()
    for given, wanted in pairs { ["1 vCPU"] = "1024", [".5 vcpu"] = "512", ["0.25vCPU"] = "256", ["512"] = "512" } do
      assert.equal(wanted, register(sim, body_of { cpu = given }).cpu, given)
    end
    for given, wanted in pairs { ["2 GB"] = "2048", ["1GB"] = "1024", ["0.5 gb"] = "512", ["300"] = "300" } do
      assert.equal(wanted, register(sim, body_of { memory = given }).memory, given)
    end
  end)

  it("has a role by its ARN, who registered it, and volumes as ECS describes them", function()
    local made = register(sim, body_of({ executionRoleArn = "exec", volumes = { { name = "scratch" },
      { name = "shared", efsVolumeConfiguration = { fileSystemId = "fs-1" } } } }))
    assert.equal("arn:aws:iam::123456789012:role/exec", made.executionRoleArn)
    assert.equal("arn:aws:iam::123456789012:user/deployer", made.registeredBy)
    assert.same({ { name = "scratch", host = {} },
      { name = "shared", efsVolumeConfiguration = { fileSystemId = "fs-1", rootDirectory = "/" } } }, made.volumes)
  end)

  it("says what it can run on, and what an instance has to be able to do for it", function()
    assert.same({ "EC2", "EXTERNAL" }, register(sim, body_of()).compatibilities)
    local made = register(sim, fargate_of({ executionRoleArn = "exec", taskRoleArn = "task" }, {
      image = "123456789012.dkr.ecr.us-west-2.amazonaws.com/web:1",
      secrets = { { name = "KEY", valueFrom = "arn:aws:ssm:us-west-2:123456789012:parameter/key" } },
      logConfiguration = { logDriver = "awslogs", options = { ["awslogs-group"] = "web",
        ["awslogs-region"] = "us-west-2" } } }))
    assert.same({ "EC2", "FARGATE" }, made.compatibilities)
    local names = {}
    for i, attribute in ipairs(made.requiresAttributes) do names[i] = attribute.name end
    table.sort(names)
    assert.same({ "com.amazonaws.ecs.capability.docker-remote-api.1.18", "com.amazonaws.ecs.capability.ecr-auth",
      "com.amazonaws.ecs.capability.logging-driver.awslogs", "com.amazonaws.ecs.capability.task-iam-role",
      "ecs.capability.execution-role-awslogs", "ecs.capability.execution-role-ecr-pull",
      "ecs.capability.secrets.ssm.environment-variables", "ecs.capability.task-eni" }, names)
    made = register(sim, body_of({ networkMode = "host", taskRoleArn = "task" }))
    assert.same({ { name = "com.amazonaws.ecs.capability.docker-remote-api.1.18" },
      { name = "com.amazonaws.ecs.capability.task-iam-role-network-host" } }, made.requiresAttributes)
  end)

  local TWO = { with(CONTAINER, { name = "a" }), with(CONTAINER, { name = "b" }) }
  local function two(first, second)
    return { containerDefinitions = { with(TWO[1], first), with(TWO[2], second) } }
  end
  local CHECK = { command = { "CMD", "true" } }
  local function check(more) return { healthCheck = with(CHECK, more) } end
  local function port(mapping) return { portMappings = { mapping } } end

  local REFUSED = {
    ["without an essential container"] = { body_of(nil, { essential = false }), "at least one essential container" },
    ["without containers"] = { body_of { containerDefinitions = {} }, "Container list cannot be empty" },
    ["without an image"] = { body_of(nil, { image = NOTHING }), "Container.image should not be null or empty" },
    ["with a container's name that is none"] = { body_of(nil, { name = "a b" }), "invalid characters" },
    ["with two containers of a name"] = { body_of(two(nil, { name = "a" })), "same container name" },
    ["without any memory"] = { body_of(nil, { memory = NOTHING }), "At least one of 'memory' or 'memoryReservation'" },
    ["with more reserved than there is"] = { body_of(nil, { memoryReservation = 64 }), "must be greater" },
    ["with less memory than Docker takes"] = { body_of(nil, { memory = 5 }), "minimum memory" },
    ["with a container larger than the task"] = { body_of({ memory = "32" }), "cannot be greater than the value of" },
    ["with containers larger than the task"] = { body_of(with(two({ memory = NOTHING, memoryReservation = 20 },
      { memory = NOTHING, memoryReservation = 20 }), { memory = "32" })), "sum of all container 'memory'" },
    ["with more cpu in containers than in the task"] = { body_of({ cpu = "256" }, { cpu = 512 }),
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'." },
    ["with a cpu that is no size"] = { body_of { cpu = "lots" }, "Invalid 'cpu' setting for task." },
    ["with too little cpu"] = { body_of { cpu = "64" }, "Invalid 'cpu' setting for task." },
    ["with a memory that is no size"] = { body_of { memory = "1.5" }, "Invalid 'memory' setting for task." },
    ["with awsvpc and unequal ports"] = { body_of({ networkMode = "awsvpc" }, port { containerPort = 80,
      hostPort = 81 }), "When networkMode=awsvpc, the host ports and container ports in port mappings must match." },
    ["with host and unequal ports"] = { body_of({ networkMode = "host" }, port { containerPort = 80, hostPort = 81 }),
      "When networkMode=host, the host ports" },
    ["with none and ports"] = { body_of({ networkMode = "none" }, port { containerPort = 80 }),
      "Port mappings are not supported when networkMode=none." },
    ["with awsvpc and links"] = { body_of(with(two(nil, { links = { "a" } }), { networkMode = "awsvpc" })),
      "Links are not supported when networkMode=awsvpc." },
    ["with awsvpc and a hostname"] = { body_of({ networkMode = "awsvpc" }, { hostname = "h" }), "not supported" },
    ["with awsvpc and extra hosts"] = { body_of({ networkMode = "awsvpc" }, { extraHosts = { { hostname = "h",
      ipAddress = "10.0.0.1" } } }), "not supported" },
    ["with a link to nothing"] = { body_of(nil, { links = { "b:db" } }), "'b' in links" },
    ["with a port that is none"] = { body_of(nil, port { containerPort = 65536 }), "between 1 and 65535" },
    ["with a range on the host"] = { body_of({ networkMode = "host" }, port { containerPortRange = "1-9" }),
      "only supported when networkMode is bridge or awsvpc" },
    ["with a range that is none"] = { body_of(nil, port { containerPortRange = "9-1" }), "containerPortRange '9-1'" },
    ["with a port's name that is none"] = { body_of(nil, port { containerPort = 80, name = "-Web" }), "name '-Web'" },
    ["with a mount of no volume"] = { body_of(nil, { mountPoints = { { sourceVolume = "data",
      containerPath = "/data" } } }), "Unknown volume 'data'." },
    ["with volumes from nothing"] = { body_of(nil, { volumesFrom = { { sourceContainer = "b" } } }), "'b'" },
    ["with two volumes of a name"] = { body_of { volumes = { { name = "a" }, { name = "a" } } }, "same volume name" },
    ["with two volumes of the launch"] = { body_of { volumes = { { name = "a", configuredAtLaunch = true },
      { name = "b", configuredAtLaunch = true } } }, "only one volume" },
    ["that waits for nothing"] = { body_of(nil, { dependsOn = { { containerName = "b", condition = "START" } } }),
      "no other container 'b'" },
    ["that waits for an essential one's end"] = { body_of(two(nil, { dependsOn = { { containerName = "a",
      condition = "SUCCESS" } } })), "A dependency container with SUCCESS or COMPLETE condition cannot be an" },
    ["that waits for health unchecked"] = { body_of(two(nil, { dependsOn = { { containerName = "a",
      condition = "HEALTHY" } } })), "must have a health check" },
    ["that waits in a circle"] = { body_of(two({ dependsOn = { { containerName = "b", condition = "START" } } },
      { dependsOn = { { containerName = "a", condition = "START" } } })), "cycle" },
    ["with a check that is no command"] = { body_of(nil, check { command = { "true" } }), "CMD or CMD-SHELL" },
    ["with a check too seldom"] = { body_of(nil, check { interval = 301 }), "between 5 and 300" },
    ["with a check too long"] = { body_of(nil, check { timeout = 61 }), "between 2 and 60" },
    ["with too many tries"] = { body_of(nil, check { retries = 11 }), "between 1 and 10" },
    ["with too long a start"] = { body_of(nil, check { startPeriod = 301 }), "between 0 and 300" },
    ["with awslogs that go nowhere"] = { body_of(nil, { logConfiguration = { logDriver = "awslogs" } }),
      "Log driver awslogs requires options: awslogs-region, awslogs-group" },
    ["with restarts too soon"] = { body_of(nil, { restartPolicy = { enabled = true, restartAttemptPeriod = 5 } }),
      "between 60 and 1800" },
    ["with too much storage"] = { body_of { ephemeralStorage = { sizeInGiB = 201 } }, "between 21 and 200" },
    ["for Fargate without awsvpc"] = { fargate_of { networkMode = "bridge" },
      "Fargate only supports network mode 'awsvpc'." },
    ["for Fargate without cpu"] = { fargate_of { cpu = NOTHING },
      "Fargate requires that 'cpu' be defined at the task level." },
    ["for Fargate without memory"] = { fargate_of { memory = NOTHING },
      "Fargate requires that 'memory' be defined at the task level." },
    ["for Fargate with another pidMode"] = { fargate_of { pidMode = "host" }, "pidMode" },
    ["for Fargate with an ipcMode"] = { fargate_of { ipcMode = "task" }, "ipcMode" },
    ["for Fargate with placement"] = { fargate_of { placementConstraints = { { type = "memberOf",
      expression = "x" } } }, "placement constraints" },
    ["for Fargate with privileges"] = { fargate_of(nil, { privileged = true }), "'privileged'" },
    ["for Fargate with devices"] = { fargate_of(nil, { linuxParameters = { devices = { { hostPath = "/dev/x" } } } }),
      "'devices'" },
    ["for Fargate with capabilities"] = { fargate_of(nil, { linuxParameters = { capabilities = {
      add = { "NET_ADMIN" } } } }), "NET_ADMIN" },
    ["for Fargate with a GPU"] = { fargate_of(nil, { resourceRequirements = { { type = "GPU", value = "1" } } }),
      "GPU" },
    ["for Fargate with another log driver"] = { fargate_of(nil, { logConfiguration = { logDriver = "syslog" } }),
      "Log driver 'syslog'" },
    ["for Fargate with a long stop"] = { fargate_of(nil, { stopTimeout = 121 }), "at most 120" },
    ["for Fargate with a docker volume"] = { fargate_of { volumes = { { name = "a", dockerVolumeConfiguration = {
      scope = "task" } } } }, "docker volumes" },
    ["for Fargate with a path of the host"] = { fargate_of { volumes = { { name = "a", host = {
      sourcePath = "/x" } } } }, "source path" },
  }

  it("is refused when it is none, in the words of ECS", function()
    for what, case in pairs(REFUSED) do
      local code, message = refused(sim, "RegisterTaskDefinition", case[1])
      assert.equal("ClientException", code, what)
      assert.truthy(message:find(case[2], 1, true), what .. ": " .. message)
    end
    assert.same({}, assert(sim:call("ListTaskDefinitions", {})).taskDefinitionArns)
  end)

  it("has one of Fargate's sizes when it is for Fargate", function()
    local allowed = { ["256"] = { 512, 1024, 2048 }, ["512"] = { 1024, 4096 }, ["1024"] = { 2048, 8192 },
      ["2048"] = { 4096, 16384 }, ["4096"] = { 8192, 30720 }, ["8192"] = { 16384, 20480, 61440 },
      ["16384"] = { 32768, 40960, 122880 } }
    for cpu, list in pairs(allowed) do
      for _, memory in ipairs(list) do
        assert.equal(cpu, register(sim, fargate_of { cpu = cpu, memory = tostring(memory) }).cpu)
      end
    end
    for _, size in ipairs { { "300", "512" }, { "256", "4096" }, { "256", "1536" }, { "512", "1536" },
      { "1024", "1024" }, { "8192", "18432" }, { "16384", "36864" }, { "4096", "31744" } } do
      local _, message = refused(sim, "RegisterTaskDefinition", fargate_of { cpu = size[1], memory = size[2] })
      assert.truthy(message:find("No Fargate configuration exists for given values", 1, true), message)
    end
    assert.equal("1024", register(sim, fargate_of { cpu = "1 vCPU", memory = "2 GB" }).cpu)
    local windows = { runtimePlatform = { operatingSystemFamily = "WINDOWS_SERVER_2022_CORE" } }
    refused(sim, "RegisterTaskDefinition", fargate_of(windows))
  end)
end)

describe("revisions of a task definition", function()
  local sim
  before_each(function()
    sim = new()
    for _ = 1, 3 do register(sim, body_of()) end
    register(sim, body_of { family = "worker" })
  end)

  local function status(revision)
    return assert(sim:call("DescribeTaskDefinition", { taskDefinition = "web:" .. revision })).taskDefinition.status
  end

  local function listed(given)
    local out = {}
    for i, arn in ipairs(assert(sim:call("ListTaskDefinitions", { status = given })).taskDefinitionArns) do
      out[i] = arn:match "[^/]+$"
    end
    return out
  end

  it("are INACTIVE for good once deregistered, and nothing new runs of them", function()
    assert.equal("INACTIVE",
      assert(sim:call("DeregisterTaskDefinition", { taskDefinition = "web:3" })).taskDefinition.status)
    assert.equal("INACTIVE", status(3))
    assert.equal(2, assert(sim:call("DescribeTaskDefinition", { taskDefinition = "web" })).taskDefinition.revision)
    assert.same({ "web:3" }, listed "INACTIVE")
    assert.same({ "web:1", "web:2", "worker:1" }, listed())
    local _, message = refused(sim, "CreateService", { cluster = "prod", serviceName = "s", taskDefinition = "web:3",
      desiredCount = 1 })
    assert.truthy(message:find("inactive", 1, true), message)
    assert.equal(4, register(sim, body_of()).revision)
  end)

  it("are named by number to be deregistered", function()
    local _, message = refused(sim, "DeregisterTaskDefinition", { taskDefinition = "web" })
    assert.equal("Revision is missing.", message)
    _, message = refused(sim, "DeregisterTaskDefinition", { taskDefinition = "web:foo" })
    assert.equal("Invalid revision number. Number: foo", message)
    _, message = refused(sim, "DeregisterTaskDefinition", { taskDefinition = "web:9" })
    assert.equal("The specified task definition does not exist.", message)
  end)

  it("are deleted when they are INACTIVE, each on its own account, and gone when nothing names them", function()
    assert(sim:call("CreateService", { cluster = "prod", serviceName = "s", taskDefinition = "web:1",
      desiredCount = 1 }))
    for _, revision in ipairs { 1, 2 } do
      assert(sim:call("DeregisterTaskDefinition", { taskDefinition = "web:" .. revision }))
    end
    local answer = assert(sim:call("DeleteTaskDefinitions", { taskDefinitions = { "web:1", "web:2", "web:3", "web:9",
      "web" } }))
    assert.equal(2, #answer.taskDefinitions)
    assert.equal("DELETE_IN_PROGRESS", answer.taskDefinitions[1].status)
    assert.equal(sim:now(), answer.taskDefinitions[1].deleteRequestedAt)
    assert.same({ "web:3", "web:9", "web" },
      { answer.failures[1].arn, answer.failures[2].arn, answer.failures[3].arn })
    assert.truthy(answer.failures[1].reason:find("ACTIVE status", 1, true))
    assert.same({ "web:1", "web:2" }, listed "DELETE_IN_PROGRESS")
    local _, message = refused(sim, "DeregisterTaskDefinition", { taskDefinition = "web:2" })
    assert.truthy(message:find("in the process of being deleted", 1, true), message)

    sim:advance(4000)
    assert.same({ "web:1" }, listed "DELETE_IN_PROGRESS")
    refused(sim, "DescribeTaskDefinition", { taskDefinition = "web:2" })
    assert.equal(1, assert(sim:call("DescribeServices", { cluster = "prod", services = { "s" } }))
      .services[1].runningCount)
    assert(sim:call("DeleteService", { cluster = "prod", service = "s", force = true }))
    sim:advance(8000)
    assert.same({}, listed "DELETE_IN_PROGRESS")
    assert.equal(4, register(sim, body_of()).revision)
  end)

  it("are deleted ten at most at a time", function()
    local many = {}
    for i = 1, 11 do many[i] = "web:" .. i end
    assert.equal("InvalidParameterException", (refused(sim, "DeleteTaskDefinitions", { taskDefinitions = many })))
    assert.equal("InvalidParameterException", (refused(sim, "DeleteTaskDefinitions", { taskDefinitions = {} })))
  end)

  it("make a family ACTIVE or INACTIVE, which is listed by the beginning of its name", function()
    local function families(body)
      local answer = assert(sim:call("ListTaskDefinitionFamilies", body))
      return answer.families, answer.nextToken
    end
    assert(sim:call("DeregisterTaskDefinition", { taskDefinition = "worker:1" }))
    assert.same({ "web", "worker" }, (families {}))
    assert.same({ "web" }, (families { status = "ACTIVE" }))
    assert.same({ "worker" }, (families { status = "INACTIVE" }))
    assert.same({ "worker" }, (families { familyPrefix = "wo" }))
    local first, token = families { maxResults = 1 }
    assert.same({ { "web" }, { "worker" } }, { first, (families { maxResults = 1, nextToken = token }) })
    assert.equal("InvalidParameterException", (refused(sim, "ListTaskDefinitionFamilies", { maxResults = 101 })))
    assert(sim:call("DeleteTaskDefinitions", { taskDefinitions = { "worker:1" } }))
    sim:advance(4000)
    assert.same({ "web" }, (families {}))
  end)
end)

describe("task definitions that are there beforehand", function()
  it("are written in either spelling, and what is the user's own keeps its names", function()
    local sim = new { task_definitions = { { family = "api", revision = 2, network_mode = "awsvpc", cpu = 256,
      memory = "1 GB", ephemeral_storage = { size_in_gib = 30 }, container_definitions = { { name = "api",
        image = "api", port_mappings = { { container_port = 80 } }, docker_labels = { my_label = "x" },
        log_configuration = { log_driver = "awslogs", options = { ["awslogs-group"] = "g" } } } } } } }
    local made = assert(sim:call("DescribeTaskDefinition", { taskDefinition = "api" })).taskDefinition
    assert.same({ 2, "256", "1024", 30 }, { made.revision, made.cpu, made.memory, made.ephemeralStorage.sizeInGiB })
    local container = made.containerDefinitions[1]
    assert.equal(80, container.portMappings[1].hostPort)
    assert.same({ my_label = "x" }, container.dockerLabels)
    assert.same({ logDriver = "awslogs", options = { ["awslogs-group"] = "g" } }, container.logConfiguration)
  end)
end)
