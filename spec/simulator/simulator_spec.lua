-- The simulated ECS as a service: its scene, its checks, its answers.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local simulator = require "ecs_service.simulator"

local TARGET_GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef"
local SUBNETS = { awsvpcConfiguration = { subnets = { "subnet-1" } } }

local function new(options)
  options = options or {}
  options.clusters = options.clusters or { "prod" }
  options.task_definitions = options.task_definitions or { "mongo:7" }
  return simulator.new(options)
end

local function body_of(more)
  local body = { cluster = "prod", serviceName = "mongodb", taskDefinition = "mongo:7", desiredCount = 1 }
  for name, value in pairs(more or {}) do
    body[name] = value
    if value == cjson.null then
      body[name] = nil
    end
  end
  return body
end

local function refused(sim, operation, body)
  local answer, err = sim:call(operation, body)
  assert.is_nil(answer)
  return err.code, err.message
end

describe("the simulator's scene", function()
  it("has the clusters and task definitions that it was told of, and the revisions before them", function()
    local sim = new()
    local answer = assert(sim:call("DescribeTaskDefinition", { taskDefinition = "mongo" }))
    assert.are.equal(7, answer.taskDefinition.revision)
    answer = assert(sim:call("DescribeTaskDefinition", { taskDefinition = "mongo:3" }))
    assert.are.equal("arn:aws:ecs:us-west-2:123456789012:task-definition/mongo:3",
      answer.taskDefinition.taskDefinitionArn)
    assert.are.equal("ClientException", (refused(sim, "DescribeTaskDefinition", { taskDefinition = "mongo:8" })))
    answer = assert(sim:call("DescribeClusters", { clusters = { "prod", "test" } }))
    assert.are.equal("ACTIVE", answer.clusters[1].status)
    assert.are.same({ { arn = "arn:aws:ecs:us-west-2:123456789012:cluster/test", reason = "MISSING" } },
      answer.failures)
  end)

  it("names things by its region, account and partition", function()
    local sim = new({ region = "cn-north-1", account_id = "999999999999" })
    local answer = assert(sim:call("CreateService", body_of()))
    assert.are.equal("arn:aws-cn:ecs:cn-north-1:999999999999:service/prod/mongodb", answer.service.serviceArn)
  end)

  it("is set further by calls of someone else, which are not counted", function()
    local sim = new()
    assert(sim:call("CreateCluster", { clusterName = "new" }))
    local answer = assert(sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = {
      { name = "web", image = "nginx", memory = 64 } } }))
    assert.are.same({ "web", 1, true }, { answer.taskDefinition.family, answer.taskDefinition.revision,
      answer.taskDefinition.containerDefinitions[1].essential })
    assert(sim:call("CreateService", body_of({ cluster = "new", taskDefinition = "web" })))
    assert.are.same({}, sim.requests)
    assert(sim:call("DeregisterTaskDefinition", { taskDefinition = "web:1" }))
    assert.are.same({}, assert(sim:call("ListTaskDefinitions", { familyPrefix = "web" })).taskDefinitionArns)
    assert.are.equal("ClusterContainsServicesException", (refused(sim, "DeleteCluster", { cluster = "new" })))
  end)

  it("refuses wrong options where they are given", function()
    for _, options in ipairs({ { regoin = "x" }, { latency = -1 }, { account_id = "1" }, { clusters = "prod" },
      { throttle = { nonsense = {} } }, { task_definitions = { "a b" } }, { clusters = { {} } } }) do
      local ok, message = pcall(simulator.new, options)
      assert.is_false(ok)
      assert.is_truthy(message:find("ecs.simulator: ", 1, true))
    end
    local sim = new()
    assert.has_error(function() sim:call("Nonsense", {}) end)
    assert.has_error(function() sim:tasks({ outcome = "sulk" }) end)
    assert.has_error(function() sim:tasks({ outcome = "exit", afer = 3 }) end)
    assert.has_error(function() sim:fault({ operation = "CreateService" }) end)
    assert.has_error(function() sim:fault({ cod = "X" }) end)
    assert.has_error(function() sim:advance(-1) end)
    assert.has_error(function() sim:alarm("a", "RED") end)
  end)

  it("shares nothing with what it answers", function()
    local sim = new()
    local answer = assert(sim:call("CreateService", body_of({ tags = { { key = "a", value = "1" } } })))
    answer.service.tags[1].value = "changed"
    answer.service.deploymentConfiguration.maximumPercent = 1
    answer = assert(sim:call("DescribeServices", { cluster = "prod", services = { "mongodb" }, include = { "TAGS" } }))
    assert.are.equal("1", answer.services[1].tags[1].value)
    assert.are.equal(200, answer.services[1].deploymentConfiguration.maximumPercent)
  end)
end)

describe("CreateService in the simulator", function()
  it("fills in what was not said", function()
    local service = assert(new():call("CreateService", body_of())).service
    assert.are.equal("EC2", service.launchType)
    assert.are.equal("REPLICA", service.schedulingStrategy)
    assert.are.same({ type = "ECS" }, service.deploymentController)
    assert.are.same({ 200, 100 }, { service.deploymentConfiguration.maximumPercent,
      service.deploymentConfiguration.minimumHealthyPercent })
    assert.are.same({ false, false, "NONE", "ENABLED" }, { service.enableECSManagedTags, service.enableExecuteCommand,
      service.propagateTags, service.availabilityZoneRebalancing })
    assert.are.same({ {}, {}, {}, {} }, { service.loadBalancers, service.serviceRegistries,
      service.placementConstraints, service.placementStrategy })
    assert.is_nil(service.platformVersion)
    assert.is_nil(service.roleArn)
    assert.is_nil(service.tags)
  end)

  it("takes the cluster's default capacity provider strategy when there is one", function()
    local sim = new({ clusters = { { name = "prod", capacity_providers = { "FARGATE" },
      default_capacity_provider_strategy = { { capacityProvider = "FARGATE", weight = 1 } } } } })
    local service = assert(sim:call("CreateService", body_of())).service
    assert.is_nil(service.launchType)
    assert.are.same({ { capacityProvider = "FARGATE", weight = 1, base = 0 } }, service.capacityProviderStrategy)
    assert.are.equal("LATEST", service.platformVersion)
    assert.is_truthy(select(2, refused(sim, "CreateService", body_of({ serviceName = "b",
      capacityProviderStrategy = { { capacityProvider = "other", weight = 1 } } }))):find("other", 1, true))
  end)

  it("answers placement in its own words", function()
    local service = assert(new():call("CreateService", body_of({ placementStrategy = {
      { type = "binpack", field = "cpu" }, { type = "spread", field = "host" },
      { type = "spread", field = "attribute:ecs.availability-zone" }, { type = "random" } } }))).service
    assert.are.same({ { type = "binpack", field = "CPU" }, { type = "spread", field = "instanceId" },
      { type = "spread", field = "attribute:ecs.availability-zone" }, { type = "random" } }, service.placementStrategy)
  end)

  it("gives the service-linked role and a grace period behind a load balancer", function()
    local balancers = { { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 } }
    local sim = new()
    local service = assert(sim:call("CreateService", body_of({ loadBalancers = balancers }))).service
    assert.are.equal("arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
      service.roleArn)
    assert.are.equal(0, service.healthCheckGracePeriodSeconds)
    service = assert(sim:call("CreateService", body_of({ serviceName = "b", loadBalancers = balancers,
      role = "/path/mine" }))).service
    assert.are.equal("arn:aws:iam::123456789012:role/path/mine", service.roleArn)
  end)

  it("does the same request once, and refuses another under the same name", function()
    local sim = new()
    local first = assert(sim:call("CreateService", body_of({ clientToken = "t1" }))).service
    local again = assert(sim:call("CreateService", body_of({ clientToken = "t1" }))).service
    local without = assert(sim:call("CreateService", body_of())).service
    assert.are.same({ first.deployments[1].id, first.deployments[1].id }, { again.deployments[1].id,
      without.deployments[1].id })
    local text = "Creation of service was not idempotent."
    assert.are.equal(text, select(2, refused(sim, "CreateService", body_of({ clientToken = "t1", desiredCount = 2 }))))
    assert.are.equal(text, select(2, refused(sim, "CreateService", body_of({ clientToken = "t2", desiredCount = 2 }))))
    assert(sim:call("CreateService", body_of({ cluster = "prod", serviceName = "other" })))
  end)

  local balancer = { targetGroupArn = TARGET_GROUP, containerName = "mongo", containerPort = 80 }
  local nothing = cjson.null
  local refusals = {
    ["an unknown cluster"] = { { cluster = "nope" }, "Cluster not found.", "ClusterNotFoundException" },
    ["an unknown task definition"] = { { taskDefinition = "nope" }, "TaskDefinition not found.", "ClientException" },
    ["no task definition"] = { { taskDefinition = nothing }, "TaskDefinition can not be blank." },
    ["no desired count"] = { { desiredCount = nothing }, "desiredCount must be specified" },
    ["a negative desired count"] = { { desiredCount = -1 }, "desiredCount must be" },
    ["a bad name"] = { { serviceName = "a b" }, "Invalid service name" },
    ["no name"] = { { serviceName = nothing }, "Value null at 'serviceName'" },
    ["an unknown launch type"] = { { launchType = "MOON" }, "enum value set: [EC2, FARGATE, EXTERNAL" },
    ["text as a number"] = { { desiredCount = "3" }, "can not be converted to Integer", "SerializationException" },
    ["launch type and strategy"] = { { launchType = "EC2", capacityProviderStrategy = { { capacityProvider = "a",
      weight = 1 } } }, "Specifying both a launch type and capacity provider strategy is not supported." },
    ["two bases"] = { { capacityProviderStrategy = { { capacityProvider = "a", base = 1, weight = 1 },
      { capacityProvider = "b", base = 1 } } }, "have a base" },
    ["no weight"] = { { capacityProviderStrategy = { { capacityProvider = "a" } } }, "weight greater than zero" },
    ["a platform version on EC2"] = { { platformVersion = "1.4.0" },
      "The platform version must be null when specifying an EC2 launch type." },
    ["an unknown platform version"] = { { platformVersion = "x", launchType = "FARGATE" }, "does not exist",
      "PlatformUnknownException" },
    ["a grace period without load balancer"] = { { healthCheckGracePeriodSeconds = 5 },
      "Health check grace period is only valid for services configured to use load balancers" },
    ["a daemon with a count"] = { { schedulingStrategy = "DAEMON" }, "does not support a desired count" },
    ["a daemon on Fargate"] = { { schedulingStrategy = "DAEMON", desiredCount = nothing, launchType = "FARGATE" },
      "not supported with the Fargate launch type" },
    ["a daemon of CODE_DEPLOY"] = { { schedulingStrategy = "DAEMON", desiredCount = nothing,
      deploymentController = { type = "CODE_DEPLOY" }, loadBalancers = { balancer } }, "daemon scheduling strategy" },
    ["CODE_DEPLOY without load balancer"] = { { deploymentController = { type = "CODE_DEPLOY" } },
      "A load balancer is required" },
    ["a task definition of EXTERNAL"] = { { deploymentController = { type = "EXTERNAL" } },
      "taskDefinition is not supported" },
    ["a breaker of CODE_DEPLOY"] = { { deploymentController = { type = "CODE_DEPLOY" }, loadBalancers = { balancer },
      deploymentConfiguration = { deploymentCircuitBreaker = { enable = true, rollback = true } } },
      "can only be enabled with ECS deployment controller" },
    ["percents that block"] = { { deploymentConfiguration = { minimumHealthyPercent = 100, maximumPercent = 100 } },
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments." },
    ["two kinds of load balancer in one"] = { { loadBalancers = { { targetGroupArn = TARGET_GROUP,
      loadBalancerName = "a", containerName = "mongo", containerPort = 80 } } }, "cannot both be specified" },
    ["a target group that is none"] = { { loadBalancers = { { targetGroupArn = "arn:x", containerName = "mongo",
      containerPort = 80 } } }, "Please verify that the ECS service role being passed has the proper permissions." },
    ["a role without load balancer"] = { { role = "r" }, "You cannot specify an IAM role" },
    ["a role with awsvpc"] = { { role = "r", loadBalancers = { balancer }, networkConfiguration = SUBNETS },
      "You cannot specify an IAM role for services that require a service linked role." },
    ["a public address on EC2"] = { { networkConfiguration = { awsvpcConfiguration = { subnets = { "s" },
      assignPublicIp = "ENABLED" } } }, "Assign public IP is not supported for this launch type." },
    ["no subnets"] = { { networkConfiguration = { awsvpcConfiguration = { subnets = {} } } },
      "subnets can not be empty." },
    ["binpack by CPU in capitals"] = { { placementStrategy = { { type = "binpack", field = "CPU" } } }, "binpack" },
    ["placement on Fargate"] = { { launchType = "FARGATE", placementStrategy = { { type = "random" } } },
      "Placement strategies are not supported with FARGATE launch type." },
    ["memberOf without expression"] = { { placementConstraints = { { type = "memberOf" } } },
      "Expression cannot be empty" },
    ["two registries"] = { { serviceRegistries = { { registryArn = "a" }, { registryArn = "b" } } },
      "one service registry" },
    ["tags of aws:"] = { { tags = { { key = "aws:x", value = "1" } } }, "aws:" },
    ["a tag twice"] = { { tags = { { key = "x", value = "1" }, { key = "x", value = "2" } } }, "Duplicate" },
    ["a volume without size"] = { { volumeConfigurations = { { name = "v", managedEBSVolume = { roleArn = "r" } } } },
      "volume size or a snapshot ID" },
  }
  for what, case in pairs(refusals) do
    it("refuses " .. what, function()
      local code, message = refused(new(), "CreateService", body_of(case[1]))
      assert.are.equal(case[3] or "InvalidParameterException", code)
      assert.is_truthy(message:find(case[2], 1, true), message)
    end)
  end

  it("knows what a described task definition needs", function()
    local sim = new({ task_definitions = { { family = "web", network_mode = "awsvpc",
      requires_compatibilities = { "FARGATE" }, container_definitions = { { name = "web",
      port_mappings = { { container_port = 80 } } } } } } })
    local function try(more)
      more.taskDefinition = "web"
      return select(2, refused(sim, "CreateService", body_of(more)))
    end
    assert.are.equal("Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      try({ launchType = "FARGATE" }))
    assert.are.equal("Task definition does not support launch_type EC2.", try({ networkConfiguration = SUBNETS }))
    local function with(name, port)
      return { launchType = "FARGATE", networkConfiguration = SUBNETS, loadBalancers = {
        { targetGroupArn = TARGET_GROUP, containerName = name, containerPort = port } } }
    end
    assert.are.equal("The container api does not exist in the task definition.", try(with("api", 80)))
    assert.are.equal("The container web did not have a container port 81 defined.", try(with("web", 81)))
    local body = body_of(with("web", 80))
    body.taskDefinition = "web"
    assert(sim:call("CreateService", body))
  end)
end)

describe("UpdateService in the simulator", function()
  local function update(sim, more)
    local body = { cluster = "prod", service = "mongodb" }
    for name, value in pairs(more) do
      body[name] = value
    end
    return sim:call("UpdateService", body)
  end

  it("changes what it was given and keeps the rest", function()
    local sim = new()
    assert(sim:call("CreateService", body_of({ propagateTags = "SERVICE", placementStrategy = { { type = "random" } },
      deploymentConfiguration = { minimumHealthyPercent = 50, maximumPercent = 150 } })))
    local service = assert(update(sim, { desiredCount = 4,
      deploymentConfiguration = { maximumPercent = 200 } })).service
    assert.are.same({ 4, "SERVICE", 50, 200 }, { service.desiredCount, service.propagateTags,
      service.deploymentConfiguration.minimumHealthyPercent, service.deploymentConfiguration.maximumPercent })
    assert.are.same({ { type = "random" } }, service.placementStrategy)
    service = assert(update(sim, { placementStrategy = {} })).service
    assert.are.same({}, service.placementStrategy)
  end)

  it("goes back to the launch type with an empty strategy", function()
    local sim = new()
    local strategy = { { capacityProvider = "a", weight = 1 } }
    assert(sim:call("CreateService", body_of({ capacityProviderStrategy = strategy })))
    local service = assert(update(sim, { capacityProviderStrategy = {} })).service
    assert.are.equal("EC2", service.launchType)
    assert.is_nil(service.capacityProviderStrategy)
  end)

  it("refuses what CreateService would refuse, and leaves the service as it is", function()
    local sim = new()
    assert(sim:call("CreateService", body_of()))
    local _, err = update(sim, { healthCheckGracePeriodSeconds = 5, desiredCount = 9 })
    assert.are.equal("InvalidParameterException", err.code)
    _, err = update(sim, { taskDefinition = "nope" })
    assert.are.equal("ClientException", err.code)
    local service = assert(sim:call("DescribeServices", { cluster = "prod", services = { "mongodb" } })).services[1]
    assert.are.equal(1, service.desiredCount)
  end)

  it("knows no service that is not there", function()
    local _, err = update(new(), { desiredCount = 1 })
    assert.are.same({ "ServiceNotFoundException", "Service not found." }, { err.code, err.message })
  end)
end)

describe("reading in the simulator", function()
  it("describes ten services at most, by name or ARN, and says which are missing", function()
    local sim = new()
    local arn = assert(sim:call("CreateService", body_of())).service.serviceArn
    local answer = assert(sim:call("DescribeServices", { cluster = "prod", services = { arn, "gone" } }))
    assert.are.equal(arn, answer.services[1].serviceArn)
    assert.are.same({ { arn = "arn:aws:ecs:us-west-2:123456789012:service/prod/gone", reason = "MISSING" } },
      answer.failures)
    local many = {}
    for i = 1, 11 do
      many[i] = "s" .. i
    end
    assert.are.equal("InvalidParameterException",
      (refused(sim, "DescribeServices", { cluster = "prod", services = many })))
    assert.are.equal("Services cannot be empty.",
      select(2, refused(sim, "DescribeServices", { cluster = "prod", services = {} })))
    assert.are.equal("ClusterNotFoundException", (refused(sim, "DescribeServices", { services = { "a" } })))
  end)

  it("lists services ten a page", function()
    local sim = new()
    for i = 1, 23 do
      assert(sim:call("CreateService", body_of({ serviceName = "s" .. i })))
    end
    local sizes, token = {}, nil
    repeat
      local page = assert(sim:call("ListServices", { cluster = "prod", nextToken = token }))
      sizes[#sizes + 1] = #page.serviceArns
      token = page.nextToken
    until not token
    assert.are.same({ 10, 10, 3 }, sizes)
    assert.are.equal(23, #assert(sim:call("ListServices", { cluster = "prod", maxResults = 100 })).serviceArns)
    for name, value in pairs({ maxResults = 101, nextToken = "?" }) do
      assert.are.equal("InvalidParameterException",
        (refused(sim, "ListServices", { cluster = "prod", [name] = value })))
    end
  end)

  it("lags behind writes by read_lag seconds", function()
    local sim = new({ read_lag = 5 })
    local question = { cluster = "prod", services = { "mongodb" } }
    local function read()
      return assert(sim:call("DescribeServices", question))
    end
    assert(sim:call("CreateService", body_of()))
    assert.are.equal("MISSING", read().failures[1].reason)
    sim:advance(5)
    assert.are.equal(1, read().services[1].desiredCount)
    assert(sim:call("UpdateService", { cluster = "prod", service = "mongodb", desiredCount = 8 }))
    assert.are.equal(1, read().services[1].desiredCount)
    sim:advance(4)
    assert.are.equal(1, read().services[1].desiredCount)
    sim:advance(1)
    assert.are.equal(8, read().services[1].desiredCount)
    sim:advance(60)
    assert.are.equal(8, read().services[1].runningCount)
  end)

  it("tags, untags and shows tags only when asked", function()
    local sim = new()
    local arn = assert(sim:call("CreateService", body_of({ tags = { { key = "a", value = "1" } } }))).service.serviceArn
    assert(sim:call("TagResource", { resourceArn = arn,
      tags = { { key = "b", value = "2" }, { key = "a", value = "3" } } }))
    assert(sim:call("UntagResource", { resourceArn = arn, tagKeys = { "b", "c" } }))
    local wanted = { { key = "a", value = "3" } }
    assert.are.same(wanted, assert(sim:call("ListTagsForResource", { resourceArn = arn })).tags)
    local question = { cluster = "prod", services = { "mongodb" } }
    assert.is_nil(assert(sim:call("DescribeServices", question)).services[1].tags)
    question.include = { "TAGS" }
    assert.are.same(wanted, assert(sim:call("DescribeServices", question)).services[1].tags)
    assert(sim:call("CreateService", body_of({ serviceName = "bare" })))
    question.services = { "bare" }
    assert.are.same({}, assert(sim:call("DescribeServices", question)).services[1].tags)
    assert.are.equal("ResourceNotFoundException",
      (refused(sim, "ListTagsForResource", { resourceArn = arn .. "x" })))
    assert.are.equal("InvalidParameterException", (refused(sim, "ListTagsForResource", { resourceArn = "nonsense" })))
  end)
end)

describe("answers of the simulator", function()
  local model

  local check

  local function check_structure(shape, value, path, problems)
    for name, item in pairs(value) do
      if not shape.members[name] then
        problems[#problems + 1] = path .. "." .. tostring(name) .. " is no member"
      else
        check(shape.members[name], item, path .. "." .. name, problems)
      end
    end
  end

  function check(name, value, path, problems)
    local shape = model.shapes[name]
    local kinds = { string = "string", integer = "number", long = "number", double = "number", timestamp = "number",
      boolean = "boolean" }
    if shape.type == "structure" then
      check_structure(shape, value, path, problems)
    elseif shape.type == "list" then
      for i, item in ipairs(value) do
        check(shape.member, item, path .. "[" .. i .. "]", problems)
      end
    elseif kinds[shape.type] and type(value) ~= kinds[shape.type] then
      problems[#problems + 1] = path .. " is a " .. type(value)
    end
    if shape.enum then
      local found = false
      for _, allowed in ipairs(shape.enum) do
        found = found or allowed == value
      end
      if not found then
        problems[#problems + 1] = path .. " is " .. tostring(value)
      end
    end
  end

  setup(function()
    local file = assert(io.open("spec/data/ecs-operations.json"))
    model = cjson.decode(file:read("*a"))
    file:close()
  end)

  it("have the members, types and enumerations of the API's model", function()
    local sim = new()
    local function call(operation, body)
      local answer = assert(sim:call(operation, body))
      local problems = {}
      check(model.operations[operation].output, answer, operation, problems)
      assert.are.same({}, problems)
      return answer
    end
    call("CreateCluster", { clusterName = "c", tags = { { key = "a", value = "b" } } })
    call("DescribeClusters", { clusters = { "c", "d" }, include = { "TAGS", "SETTINGS" } })
    call("RegisterTaskDefinition", { family = "web", networkMode = "awsvpc", cpu = "256", memory = "512",
      requiresCompatibilities = { "FARGATE" }, containerDefinitions = { { name = "web", image = "nginx",
      portMappings = { { containerPort = 80 } } } } })
    local service = call("CreateService", { cluster = "c", serviceName = "web", taskDefinition = "web",
      desiredCount = 2, launchType = "FARGATE", networkConfiguration = SUBNETS, tags = { { key = "a", value = "b" } },
      loadBalancers = { { targetGroupArn = TARGET_GROUP, containerName = "web", containerPort = 80 } },
      serviceConnectConfiguration = { enabled = true, services = { { portName = "web" } } },
      deploymentConfiguration = { alarms = { alarmNames = { "x" }, enable = true, rollback = true },
      deploymentCircuitBreaker = { enable = true, rollback = true } } }).service
    sim:advance(100)
    local question = { cluster = "c", services = { "web", "none" }, include = { "TAGS" } }
    service = call("DescribeServices", question).services[1] or service
    sim:tasks({ outcome = "pull_error" })
    call("UpdateService", { cluster = "c", service = "web", forceNewDeployment = true })
    sim:advance(20)
    local stopped = call("ListTasks", { cluster = "c", desiredStatus = "STOPPED" }).taskArns
    call("DescribeTasks", { cluster = "c", tasks = stopped, include = { "TAGS" } })
    call("StopTask", { cluster = "c", task = call("ListTasks", { cluster = "c" }).taskArns[1] })
    sim:advance(100)
    local revisions = {}
    for i, revision in ipairs(service.currentServiceRevisions) do
      revisions[i] = revision.arn
    end
    call("DescribeServiceRevisions", { serviceRevisionArns = revisions })
    call("ListServiceDeployments", { cluster = "c", service = "web" })
    call("DescribeServices", question)
    local last = call("UpdateService", { cluster = "c", service = "web", forceNewDeployment = true }).service
    call("StopServiceDeployment", { serviceDeploymentArn = last.currentServiceDeployment })
    call("DescribeServiceDeployments", { serviceDeploymentArns = { last.currentServiceDeployment } })
    call("ListServices", { cluster = "c" })
    call("TagResource", { resourceArn = service.serviceArn, tags = { { key = "c", value = "d" } } })
    call("UntagResource", { resourceArn = service.serviceArn, tagKeys = { "c" } })
    call("ListTagsForResource", { resourceArn = service.serviceArn })
    call("DescribeTaskDefinition", { taskDefinition = "web" })
    call("ListTaskDefinitions", {})
    call("DescribeCapacityProviders", {})
    call("CreateService", { cluster = "c", serviceName = "ext", desiredCount = 1,
      deploymentController = { type = "EXTERNAL" } })
    local set = { cluster = "c", service = "ext", taskDefinition = "web", networkConfiguration = SUBNETS,
      launchType = "FARGATE", scale = { value = 100, unit = "PERCENT" } }
    local id = call("CreateTaskSet", set).taskSet.id
    sim:tasks({ outcome = "running" })
    sim:advance(30)
    call("DescribeTaskSets", { cluster = "c", service = "ext" })
    call("UpdateServicePrimaryTaskSet", { cluster = "c", service = "ext", primaryTaskSet = id })
    call("UpdateTaskSet", { cluster = "c", service = "ext", taskSet = id, scale = { value = 0, unit = "PERCENT" } })
    call("DescribeServices", { cluster = "c", services = { "ext" } })
    call("DeleteTaskSet", { cluster = "c", service = "ext", taskSet = id })
    call("DeregisterTaskDefinition", { taskDefinition = "web:1" })
    call("DeleteService", { cluster = "c", service = "web", force = true })
    call("DeleteService", { cluster = "c", service = "ext", force = true })
    sim:advance(60)
    call("DeleteCluster", { cluster = "c" })
  end)

  it("write empty lists and empty objects as what they are", function()
    local sim = new()
    local answer = assert(sim:call("CreateService", body_of({ serviceConnectConfiguration = { enabled = true,
      logConfiguration = { logDriver = "awslogs", options = {} } } })))
    local text = core.json(answer)
    assert.is_truthy(text:find('"options":{}', 1, true))
    assert.is_truthy(text:find('"loadBalancers":[]', 1, true))
    answer = assert(sim:call("TagResource", { resourceArn = answer.service.serviceArn,
      tags = { { key = "a", value = "b" } } }))
    assert.are.equal("{}", core.json(answer))
  end)
end)
