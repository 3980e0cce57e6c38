--- Container instances of the simulator, their attributes, and what becomes of tasks when they go.
local callers = require "support.model_caller"
local simulator = require "ecs_service.simulator"

local function scene(options)
  options = options or {}
  options.task_definitions = options.task_definitions or { "web:2" }
  local sim = simulator.new(options)
  return sim, callers.caller(sim), callers.refuser(sim)
end

local DOCUMENT = '{"instanceId": "i-0fedcba9876543210", "imageId": "ami-1", "availabilityZone": "us-west-2b", '
  .. '"instanceType": "c5.large"}'

local function named(list)
  local out = {}
  for _, item in ipairs(list) do
    out[item.name] = item.value or item.integerValue or item.stringSetValue or true
  end
  return out
end

describe("container instances of the simulator", function()
  it("are registered with what their document says, and have that as attributes", function()
    local _, call = scene()
    call("CreateCluster", { clusterName = "c" })
    local made = call("RegisterContainerInstance", { cluster = "c", instanceIdentityDocument = DOCUMENT,
      attributes = { { name = "rack", value = "7" } }, tags = { { key = "a", value = "b" } },
      totalResources = { { name = "CPU", type = "INTEGER", integerValue = 1024 },
        { name = "MEMORY", type = "INTEGER", integerValue = 2048 } } }).containerInstance
    assert.equal("i-0fedcba9876543210", made.ec2InstanceId)
    assert.equal("ACTIVE", made.status)
    assert.same({ ["ecs.ami-id"] = "ami-1", ["ecs.availability-zone"] = "us-west-2b", ["ecs.os-type"] = "linux",
      ["ecs.instance-type"] = "c5.large", rack = "7" }, named(made.attributes))
    assert.same({ CPU = 1024, MEMORY = 2048 }, named(made.remainingResources))
    assert.same({ { key = "a", value = "b" } }, call("ListTagsForResource",
      { resourceArn = made.containerInstanceArn }).tags)
    assert.equal(1, call("DescribeClusters", { clusters = { "c" } }).clusters[1].registeredContainerInstancesCount)
    local again = call("RegisterContainerInstance", { cluster = "c", containerInstanceArn = made.containerInstanceArn })
    assert.equal(made.containerInstanceArn, again.containerInstance.containerInstanceArn)
    assert.equal(2, again.containerInstance.version)
    assert.equal(1, #call("ListContainerInstances", { cluster = "c" }).containerInstanceArns)
  end)

  it("are described by id and ARN, and told as failures when they are not there", function()
    local _, call, refused = scene()
    local arns = call("ListContainerInstances").containerInstanceArns
    assert.equal(3, #arns)
    local id = arns[1]:match "[^/]+$"
    local answer = call("DescribeContainerInstances", { containerInstances = { id, arns[2], "none" },
      include = { "TAGS", "CONTAINER_INSTANCE_HEALTH" } })
    assert.equal(arns[1], answer.containerInstances[1].containerInstanceArn)
    assert.equal("OK", answer.containerInstances[2].healthStatus.overallStatus)
    assert.equal("MISSING", answer.failures[1].reason)
    assert.equal("ClientException", (refused("DescribeContainerInstances", { containerInstances = {} })))
    local page = call("ListContainerInstances", { maxResults = 2 })
    assert.equal(1, #call("ListContainerInstances", { maxResults = 2,
      nextToken = page.nextToken }).containerInstanceArns)
  end)

  it("count the tasks that are on them, and what these take", function()
    local sim, call = scene { clusters = { { name = "c", instances = 1 } }, task_definitions = {} }
    call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "a", image = "i", cpu = 100,
      memory = 300, portMappings = { { containerPort = 80, hostPort = 8080 } } },
      { name = "b", image = "i", cpu = 28, memory = 400, memoryReservation = 100 } } })
    call("CreateService", { cluster = "c", serviceName = "web", taskDefinition = "web:1", desiredCount = 1 })
    sim:advance(3)
    local arn = call("ListContainerInstances", { cluster = "c" }).containerInstanceArns[1]
    local function look()
      return call("DescribeContainerInstances", { cluster = "c", containerInstances = { arn } }).containerInstances[1]
    end
    assert.equal(1, look().pendingTasksCount)
    sim:advance(30)
    local now = look()
    assert.same({ 1, 0 }, { now.runningTasksCount, now.pendingTasksCount })
    local left, all = named(now.remainingResources), named(now.registeredResources)
    assert.equal(all.CPU - 128, left.CPU)
    assert.equal(all.MEMORY - 400, left.MEMORY)
    assert.equal("8080", left.PORTS[#left.PORTS])
    call("UpdateService", { cluster = "c", service = "web", desiredCount = 0 })
    sim:advance(60)
    assert.same(all, named(look().remainingResources))
  end)

  it("leave only without tasks, or by force, and then services start their tasks elsewhere", function()
    local sim, call, refused = scene { clusters = { { name = "c", instances = 2 } } }
    call("CreateService", { cluster = "c", serviceName = "web", taskDefinition = "web:1", desiredCount = 4 })
    sim:advance(60)
    local arns = call("ListContainerInstances", { cluster = "c" }).containerInstanceArns
    local body = { cluster = "c", containerInstance = arns[1] }
    local code, message = refused("DeregisterContainerInstance", body)
    assert.equal("InvalidParameterException", code)
    assert.equal("Found running tasks on the instance.", message)
    body.force = true
    assert.equal("INACTIVE", call("DeregisterContainerInstance", body).containerInstance.status)
    assert.equal(2, call("DescribeServices", { cluster = "c", services = { "web" } }).services[1].runningCount)
    sim:advance(60)
    assert.equal(4, call("DescribeServices", { cluster = "c", services = { "web" } }).services[1].runningCount)
    assert.equal(4, #call("ListTasks", { cluster = "c", containerInstance = arns[2] }).taskArns)
    assert.equal("InvalidParameterException", (refused("DeregisterContainerInstance", body)))
  end)

  it("that drain give their tasks to others, within the percents of the deployment", function()
    local sim, call = scene { clusters = { { name = "c", instances = 2 } } }
    call("CreateService", { cluster = "c", serviceName = "web", taskDefinition = "web:1", desiredCount = 4 })
    sim:advance(120)
    local arns = call("ListContainerInstances", { cluster = "c" }).containerInstanceArns
    local function service() return call("DescribeServices", { cluster = "c", services = { "web" } }).services[1] end
    call("UpdateContainerInstancesState", { cluster = "c", containerInstances = { arns[1] }, status = "DRAINING" })
    assert.same({ arns[1] }, call("ListContainerInstances", { cluster = "c",
      status = "DRAINING" }).containerInstanceArns)
    local least = 4
    for _ = 1, 120 do
      sim:advance(1)
      least = math.min(least, service().runningCount)
    end
    assert.equal(4, least)
    assert.equal(4, service().runningCount)
    assert.equal(1, #service().deployments)
    assert.same({}, call("ListTasks", { cluster = "c", containerInstance = arns[1] }).taskArns)
    assert.truthy(service().events[1].message:find("has reached a steady state", 1, true))
    assert.equal(2, call("DescribeClusters", { clusters = { "c" } }).clusters[1].registeredContainerInstancesCount)
    local back = call("UpdateContainerInstancesState", { cluster = "c", containerInstances = { arns[1], "none" },
      status = "ACTIVE" })
    assert.equal("ACTIVE", back.containerInstances[1].status)
    assert.equal("MISSING", back.failures[1].reason)
  end)

  it("that drain give up the tasks of task sets once others run", function()
    local sim, call = scene { clusters = { { name = "c", instances = 2 } } }
    call("CreateService", { cluster = "c", serviceName = "ext", desiredCount = 4,
      deploymentController = { type = "EXTERNAL" } })
    call("CreateTaskSet", { cluster = "c", service = "ext", taskDefinition = "web:1", scale = { value = 100,
      unit = "PERCENT" } })
    sim:advance(120)
    local arns = call("ListContainerInstances", { cluster = "c" }).containerInstanceArns
    local function on(arn) return #call("ListTasks", { cluster = "c", containerInstance = arn }).taskArns end
    assert.same({ 2, 2 }, { on(arns[1]), on(arns[2]) })
    call("UpdateContainerInstancesState", { cluster = "c", containerInstances = { arns[1] }, status = "DRAINING" })
    sim:advance(120)
    assert.same({ 0, 4 }, { on(arns[1]), on(arns[2]) })
  end)

  it("are what a DAEMON runs on: one task each, on those that are new as well", function()
    local sim, call = scene { clusters = { { name = "c", instances = 2 } } }
    call("CreateService", { cluster = "c", serviceName = "agent", taskDefinition = "web:1",
      schedulingStrategy = "DAEMON" })
    sim:advance(60)
    local function running()
      return call("DescribeServices", { cluster = "c", services = { "agent" } }).services[1].runningCount
    end
    assert.equal(2, running())
    local made = call("RegisterContainerInstance", { cluster = "c" }).containerInstance
    sim:advance(60)
    assert.equal(3, running())
    for _, arn in ipairs(call("ListContainerInstances", { cluster = "c" }).containerInstanceArns) do
      assert.equal(1, #call("ListTasks", { cluster = "c", containerInstance = arn }).taskArns)
    end
    call("UpdateContainerInstancesState", { cluster = "c", containerInstances = { made.containerInstanceArn },
      status = "DRAINING" })
    sim:advance(60)
    assert.equal(2, running())
    assert.same({}, call("ListTasks", { cluster = "c", containerInstance = made.containerInstanceArn }).taskArns)
  end)

  it("are needed by tasks on EC2 where somebody said how many there are, and nowhere else", function()
    for _, case in ipairs { { { clusters = { "c" }, instances = 0 }, 0 }, { { clusters = { "c" } }, 2 },
      { { clusters = {} }, 2, true } } do
      local sim, call = scene(case[1])
      if case[3] then call("CreateCluster", { clusterName = "c" }) end
      call("CreateService", { cluster = "c", serviceName = "web", taskDefinition = "web:1", desiredCount = 2 })
      sim:advance(60)
      local service = call("DescribeServices", { cluster = "c", services = { "web" } }).services[1]
      assert.equal(case[2], service.runningCount)
      if case[2] == 0 then
        assert.truthy(service.events[#service.events].message:find("No Container Instances were found in your cluster",
          1, true))
      end
    end
  end)

  it("that are registered have room for what their resources allow: CPU, memory and host ports", function()
    local sim, call = scene { clusters = {}, task_definitions = {} }
    call("CreateCluster", { clusterName = "c" })
    local function instance()
      call("RegisterContainerInstance", { cluster = "c", totalResources = {
        { name = "CPU", type = "INTEGER", integerValue = 1024 },
        { name = "MEMORY", type = "INTEGER", integerValue = 1000 },
        { name = "PORTS", type = "STRINGSET", stringSetValue = { "22" } } } })
    end
    instance()
    local function running(family, container)
      container.name, container.image, container.memory = "a", "i", container.memory or 10
      call("RegisterTaskDefinition", { family = family, containerDefinitions = { container } })
      call("CreateService", { cluster = "c", serviceName = family, taskDefinition = family, desiredCount = 3 })
      sim:advance(100)
      local count = call("DescribeServices", { cluster = "c", services = { family } }).services[1].runningCount
      call("DeleteService", { cluster = "c", service = family, force = true })
      sim:advance(100)
      return count
    end
    assert.equal(2, running("cpu", { cpu = 400 }))
    assert.equal(1, running("memory", { memory = 600 }))
    assert.equal(1, running("port", { portMappings = { { containerPort = 80, hostPort = 8080 } } }))
    assert.equal(0, running("ssh", { portMappings = { { containerPort = 80, hostPort = 22 } } }))
    assert.equal(3, running("free", { portMappings = { { containerPort = 80 } } }))
    instance()
    assert.equal(2, running("port", { portMappings = { { containerPort = 80, hostPort = 8080 } } }))
  end)

  it("are found by expressions of the cluster query language", function()
    local _, call, refused = scene { clusters = { { name = "c", instances = 2 } } }
    local arns = call("ListContainerInstances", { cluster = "c" }).containerInstanceArns
    call("PutAttributes", { cluster = "c", attributes = { { name = "rack", value = "7", targetId = arns[1] } } })
    for filter, count in pairs { ["attribute:rack == 7"] = 1, ["attribute:rack != 7"] = 1,
      ["attribute:rack exists"] = 1,
      ["not (attribute:rack exists)"] = 1, ["attribute:ecs.instance-type =~ m5.*"] = 2,
      ["attribute:ecs.instance-type !~ m5.*"] = 0, ["attribute:rack in [6, 7] and agentConnected == true"] = 1,
      ["attribute:rack !exists or attribute:rack == 7"] = 2, ["runningTasksCount > 0"] = 0,
      ["attribute:ecs.os-type equals linux && runningTasksCount <= 0"] = 2, ["task:group == service:web"] = 0 } do
      assert.equal(count, #call("ListContainerInstances", { cluster = "c", filter = filter }).containerInstanceArns,
        filter)
    end
    for _, filter in ipairs { "rack == 7", "attribute:rack ==", "attribute:rack", "(attribute:rack exists", "a b c" } do
      assert.equal("InvalidParameterException", (refused("ListContainerInstances", { cluster = "c",
        filter = filter })), filter)
    end
  end)

  it("update their agent once, and tell when there is nothing newer", function()
    local sim, call, refused = scene()
    local arn = call("ListContainerInstances").containerInstanceArns[1]
    assert.equal("PENDING", call("UpdateContainerAgent",
      { containerInstance = arn }).containerInstance.agentUpdateStatus)
    assert.equal("UpdateInProgressException", (refused("UpdateContainerAgent", { containerInstance = arn })))
    sim:advance(60)
    local instance = call("DescribeContainerInstances", { containerInstances = { arn } }).containerInstances[1]
    assert.equal("UPDATED", instance.agentUpdateStatus)
    assert.equal("NoUpdateAvailableException", (refused("UpdateContainerAgent", { containerInstance = arn })))
    local bare = call("RegisterContainerInstance", { versionInfo = { dockerVersion = "25" } }).containerInstance
    assert.equal("MissingVersionException",
      (refused("UpdateContainerAgent", { containerInstance = bare.containerInstanceArn })))
    assert.truthy(call("DiscoverPollEndpoint", { cluster = "default" }).endpoint:find "^https://")
  end)
end)

describe("attributes of container instances", function()
  it("are put, listed by name and value, and deleted", function()
    local _, call = scene { clusters = { { name = "c", instances = 2 } } }
    local arns = call("ListContainerInstances", { cluster = "c" }).containerInstanceArns
    local id = arns[2]:match "[^/]+$"
    call("PutAttributes", { cluster = "c", attributes = { { name = "rack", value = "7", targetId = arns[1] },
      { name = "rack", value = "8", targetId = id, targetType = "container-instance" } } })
    local function listed(more)
      local body = { cluster = "c", targetType = "container-instance", attributeName = "rack" }
      for key, value in pairs(more or {}) do body[key] = value end
      return call("ListAttributes", body).attributes
    end
    assert.same({ { name = "rack", value = "7", targetId = arns[1], targetType = "container-instance" },
      { name = "rack", value = "8", targetId = arns[2], targetType = "container-instance" } }, listed())
    assert.equal(1, #listed { attributeValue = "8" })
    call("PutAttributes", { cluster = "c", attributes = { { name = "rack", value = "9", targetId = arns[2] } } })
    assert.equal("9", listed { attributeValue = "9" }[1].value)
    local gone = call("DeleteAttributes", { cluster = "c", attributes = { { name = "rack", targetId = arns[1] } } })
    assert.same({ { name = "rack", value = "7", targetId = arns[1], targetType = "container-instance" } },
      gone.attributes)
    assert.equal(1, #listed())
    assert.equal(9, #call("ListAttributes", { cluster = "c", targetType = "container-instance" }).attributes)
  end)

  it("are refused for targets that are not there, names and values that are none, and beyond ten", function()
    local _, call, refused = scene()
    local arn = call("ListContainerInstances").containerInstanceArns[1]
    local function put(attribute) return (refused("PutAttributes", { attributes = { attribute } })) end
    assert.equal("TargetNotFoundException", put { name = "a", value = "b", targetId = arn .. "x" })
    assert.equal("InvalidParameterException", put { name = "a", value = "b", targetId = "x" })
    assert.equal("InvalidParameterException", put { name = "a b", value = "b", targetId = arn })
    assert.equal("InvalidParameterException", put { name = "a", value = " b", targetId = arn })
    assert.equal("InvalidParameterException", (refused("PutAttributes", { attributes = {} })))
    assert.equal("InvalidParameterException", (refused("ListAttributes",
      { targetType = "container-instance", attributeValue = "b" })))
    local ten = {}
    for i = 1, 10 do ten[i] = { name = "a" .. i, targetId = arn } end
    call("PutAttributes", { attributes = ten })
    call("PutAttributes", { attributes = { { name = "a1", value = "again", targetId = arn } } })
    assert.equal("AttributeLimitExceededException", put { name = "a11", targetId = arn })
  end)
end)
