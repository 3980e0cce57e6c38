--- Clusters of the simulator, their capacity providers and the settings of the account.
local callers = require "support.model_caller"
local simulator = require "ecs_service.simulator"

local FARGATE = { { capacityProvider = "FARGATE", weight = 1, base = 1 }, { capacityProvider = "FARGATE_SPOT" } }
local ARN = "arn:aws:autoscaling:us-west-2:123456789012:autoScalingGroup:u:autoScalingGroupName/g"
local GROUP = { autoScalingGroupArn = ARN }

local function scene(options)
  options = options or {}
  options.task_definitions = options.task_definitions or { "web:2" }
  local sim = simulator.new(options)
  return sim, callers.caller(sim), callers.refuser(sim)
end

describe("clusters of the simulator", function()
  it("are listed in pages, the deleted ones not", function()
    local _, call = scene { clusters = { "a", "b" } }
    call("CreateCluster", { clusterName = "c" })
    call("CreateCluster", { clusterName = "d" })
    call("DeleteCluster", { cluster = "d" })
    local first = call("ListClusters", { maxResults = 2 })
    assert.same({ "arn:aws:ecs:us-west-2:123456789012:cluster/a", "arn:aws:ecs:us-west-2:123456789012:cluster/b" },
      first.clusterArns)
    local second = call("ListClusters", { maxResults = 2, nextToken = first.nextToken })
    assert.same({ "arn:aws:ecs:us-west-2:123456789012:cluster/c" }, second.clusterArns)
    assert.is_nil(second.nextToken)
  end)

  it("have three container instances when the scene names them, and none when they are created", function()
    local _, call, refused = scene { clusters = { "old", { name = "two", instances = 2 } } }
    local made = call("CreateCluster", { clusterName = "new" }).cluster
    assert.equal(0, made.registeredContainerInstancesCount)
    local described = call("DescribeClusters", { clusters = { "old", "two" } }).clusters
    assert.equal(3, described[1].registeredContainerInstancesCount)
    assert.equal(2, described[2].registeredContainerInstancesCount)
    call("DeleteCluster", { cluster = "new" })
    assert.equal("ClusterContainsContainerInstancesException", (refused("DeleteCluster", { cluster = "old" })))
    for _, arn in ipairs(call("ListContainerInstances", { cluster = "old" }).containerInstanceArns) do
      call("DeregisterContainerInstance", { cluster = "old", containerInstance = arn })
    end
    call("DeleteCluster", { cluster = "old" })
    assert.equal("ClusterNotFoundException", (refused("ListContainerInstances", { cluster = "old" })))
  end)

  it("of another region or account are not found by their ARN", function()
    local _, call, refused = scene()
    call("CreateService", { serviceName = "web", taskDefinition = "web:1", desiredCount = 1 })
    for _, arn in ipairs { "arn:aws:ecs:eu-west-1:123456789012:cluster/default",
      "arn:aws:ecs:us-west-2:999999999999:cluster/default" } do
      assert.equal("ClusterNotFoundException", (refused("DescribeServices", { cluster = arn, services = { "web" } })))
      assert.equal("ClusterNotFoundException", (refused("UpdateService", { cluster = arn, service = "web" })))
      local answer = call("DescribeClusters", { clusters = { arn } })
      assert.same({ { arn = arn, reason = "MISSING" } }, answer.failures)
    end
    call("DescribeServices", { cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/default", services = { "web" } })
  end)

  it("count tasks and services by where they run, when they are asked for statistics", function()
    local sim, call = scene()
    local network = { awsvpcConfiguration = { subnets = { "subnet-1" } } }
    call("CreateService", { serviceName = "a", taskDefinition = "web:1", desiredCount = 2 })
    call("CreateService", { serviceName = "b", taskDefinition = "web:1", desiredCount = 3, launchType = "FARGATE",
      networkConfiguration = network })
    sim:advance(60)
    call("CreateService", { serviceName = "c", taskDefinition = "web:1", desiredCount = 1 })
    sim:advance(2)
    assert.same({}, call("DescribeClusters").clusters[1].statistics)
    local counts = {}
    for _, item in ipairs(call("DescribeClusters", { include = { "STATISTICS" } }).clusters[1].statistics) do
      counts[item.name] = item.value
    end
    assert.same({ runningEC2TasksCount = "2", runningFargateTasksCount = "3", pendingEC2TasksCount = "1",
      pendingFargateTasksCount = "0", activeEC2ServiceCount = "2", activeFargateServiceCount = "1",
      drainingEC2ServiceCount = "0", drainingFargateServiceCount = "0" }, counts)
  end)

  it("take settings, configuration and a default namespace, and give the namespace up for an empty one", function()
    local _, call, refused = scene()
    local exec = { executeCommandConfiguration = { logging = "DEFAULT" } }
    local cluster = call("UpdateCluster", { cluster = "default", configuration = exec,
      settings = { { name = "containerInsights", value = "enhanced" } },
        serviceConnectDefaults = { namespace = "ns" } }).cluster
    assert.same(exec, cluster.configuration)
    assert.same({ { name = "containerInsights", value = "enhanced" } }, cluster.settings)
    assert.same({ namespace = "ns" }, cluster.serviceConnectDefaults)
    cluster = call("UpdateCluster", { cluster = "default", serviceConnectDefaults = { namespace = "" } }).cluster
    assert.is_nil(cluster.serviceConnectDefaults)
    assert.same(exec, cluster.configuration)
    cluster = call("UpdateClusterSettings", { cluster = "default",
      settings = { { name = "containerInsights", value = "disabled" } } }).cluster
    assert.same({ { name = "containerInsights", value = "disabled" } }, cluster.settings)
    assert.equal("InvalidParameterException", (refused("UpdateClusterSettings", { cluster = "default",
      settings = { { name = "containerInsights", value = "loud" } } })))
    assert.equal("InvalidParameterException", (refused("UpdateCluster", { cluster = "default",
      configuration = { executeCommandConfiguration = { logging = "OVERRIDE" } } })))
    assert.equal("ClusterNotFoundException", (refused("UpdateCluster", { cluster = "none" })))
    assert.equal("InvalidParameterException", (refused("CreateCluster", { clusterName = "a b" })))
    assert.equal("InvalidParameterException", (refused("CreateCluster", { clusterName = "x",
      tags = { { key = "aws:x", value = "y" } } })))
  end)

  it("show the services of a namespace, whatever cluster they are in", function()
    local _, call, refused = scene { clusters = { "a", "b" } }
    call("UpdateCluster", { cluster = "b", serviceConnectDefaults = { namespace = "ns" } })
    local web = call("CreateService", { cluster = "a", serviceName = "web", taskDefinition = "web:1", desiredCount = 1,
      serviceConnectConfiguration = { enabled = true, namespace = "ns" } }).service
    local api = call("CreateService", { cluster = "b", serviceName = "api", taskDefinition = "web:1", desiredCount = 1,
      serviceConnectConfiguration = { enabled = true } }).service
    call("CreateService", { cluster = "b", serviceName = "off", taskDefinition = "web:1", desiredCount = 1 })
    assert.same({ web.serviceArn, api.serviceArn }, call("ListServicesByNamespace", { namespace = "ns" }).serviceArns)
    local page = call("ListServicesByNamespace", { namespace = "ns", maxResults = 1 })
    assert.same({ web.serviceArn }, page.serviceArns)
    assert.same({ api.serviceArn }, call("ListServicesByNamespace",
      { namespace = "ns", maxResults = 1, nextToken = page.nextToken }).serviceArns)
    assert.equal("NamespaceNotFoundException", (refused("ListServicesByNamespace", { namespace = "other" })))
  end)
end)

describe("capacity providers of the simulator", function()
  it("are created with the defaults of managed scaling, updated, tagged and deleted", function()
    local sim, call, refused = scene()
    local made = call("CreateCapacityProvider", { name = "spare", autoScalingGroupProvider = {
      autoScalingGroupArn = GROUP.autoScalingGroupArn, managedScaling = { status = "ENABLED", targetCapacity = 90 } },
      tags = { { key = "a", value = "b" } } }).capacityProvider
    assert.same({ status = "ENABLED", targetCapacity = 90, minimumScalingStepSize = 1, maximumScalingStepSize = 10000,
      instanceWarmupPeriod = 300 }, made.autoScalingGroupProvider.managedScaling)
    assert.equal("DISABLED", made.autoScalingGroupProvider.managedTerminationProtection)
    assert.equal("EC2_AUTOSCALING", made.type)
    local updated = call("UpdateCapacityProvider", { name = "spare", autoScalingGroupProvider = {
      managedScaling = { targetCapacity = 80 }, managedDraining = "ENABLED" } }).capacityProvider
    assert.equal(80, updated.autoScalingGroupProvider.managedScaling.targetCapacity)
    assert.equal("ENABLED", updated.autoScalingGroupProvider.managedScaling.status)
    assert.equal("ENABLED", updated.autoScalingGroupProvider.managedDraining)
    call("TagResource", { resourceArn = made.capacityProviderArn, tags = { { key = "c", value = "d" } } })
    call("UntagResource", { resourceArn = made.capacityProviderArn, tagKeys = { "a" } })
    assert.same({ { key = "c", value = "d" } },
      call("ListTagsForResource", { resourceArn = made.capacityProviderArn }).tags)
    assert.equal("DELETE_IN_PROGRESS",
      call("DeleteCapacityProvider", { capacityProvider = made.capacityProviderArn }).capacityProvider.updateStatus)
    sim:advance(60)
    local gone = call("DescribeCapacityProviders", { capacityProviders = { "spare" } }).capacityProviders[1]
    assert.equal("INACTIVE", gone.status)
    assert.equal("ClientException", (refused("UpdateCapacityProvider", { name = "spare" })))
    assert.equal("ResourceNotFoundException",
      (refused("UntagResource", { resourceArn = made.capacityProviderArn, tagKeys = { "c" } })))
    local names = {}
    for i, provider in ipairs(call("DescribeCapacityProviders").capacityProviders) do names[i] = provider.name end
    assert.same({ "FARGATE", "FARGATE_SPOT" }, names)
  end)

  it("are refused by name, kind and repetition", function()
    local _, call, refused = scene()
    local function create(name, more)
      local body = { name = name, autoScalingGroupProvider = GROUP }
      for key, value in pairs(more or {}) do body[key] = value end
      return (refused("CreateCapacityProvider", body))
    end
    for _, name in ipairs { "aws-x", "ECSx", "fargate2", "a b", ("x"):rep(256) } do
      assert.equal("InvalidParameterException", create(name), name)
    end
    call("CreateCapacityProvider", { name = "mine", autoScalingGroupProvider = GROUP })
    assert.equal("ClientException", create "mine")
    assert.equal("InvalidParameterException", create("other", { cluster = "default" }))
    assert.equal("InvalidParameterException", (refused("CreateCapacityProvider", { name = "other" })))
    assert.equal("ClientException", (refused("DeleteCapacityProvider", { capacityProvider = "FARGATE" })))
    assert.equal("ClientException", (refused("DeleteCapacityProvider", { capacityProvider = "none" })))
  end)

  it("of managed instances belong to their cluster", function()
    local _, call, refused = scene()
    local template = { ec2InstanceProfileArn = "arn:aws:iam::123456789012:instance-profile/p",
      networkConfiguration = { subnets = { "subnet-1" } } }
    local managed = { infrastructureRoleArn = "arn:aws:iam::123456789012:role/r", instanceLaunchTemplate = template }
    assert.equal("InvalidParameterException", (refused("CreateCapacityProvider",
      { name = "mi", managedInstancesProvider = managed })))
    local made = call("CreateCapacityProvider", { name = "mi", cluster = "default",
      managedInstancesProvider = managed })
    assert.equal("MANAGED_INSTANCES", made.capacityProvider.type)
    assert.same({ "mi" }, call("DescribeClusters").clusters[1].capacityProviders)
    assert.equal("MISSING", call("DescribeCapacityProviders", { capacityProviders = { "mi" } }).failures[1].reason)
    assert.equal("mi", call("DescribeCapacityProviders",
      { cluster = "default", capacityProviders = { "mi" } }).capacityProviders[1].name)
    call("DeleteCapacityProvider", { cluster = "default", capacityProvider = "mi" })
    assert.same({}, call("DescribeClusters").clusters[1].capacityProviders)
  end)

  it("are put into a cluster, and leave it only when nothing is on them", function()
    local sim, call, refused = scene()
    call("CreateCluster", { clusterName = "c" })
    call("CreateCapacityProvider", { name = "mine", autoScalingGroupProvider = GROUP })
    local body = { cluster = "c", capacityProviders = { "FARGATE", "FARGATE_SPOT" },
      defaultCapacityProviderStrategy = FARGATE }
    local cluster = call("PutClusterCapacityProviders", body).cluster
    assert.same({ "FARGATE", "FARGATE_SPOT" }, cluster.capacityProviders)
    assert.same({ capacityProvider = "FARGATE_SPOT", weight = 0, base = 0 }, cluster.defaultCapacityProviderStrategy[2])
    call("CreateService", { cluster = "c", serviceName = "web", taskDefinition = "web:1", desiredCount = 1,
      networkConfiguration = { awsvpcConfiguration = { subnets = { "subnet-1" } } } })
    local none = { cluster = "c", capacityProviders = {}, defaultCapacityProviderStrategy = {} }
    assert.equal("ResourceInUseException", (refused("PutClusterCapacityProviders", none)))
    call("DeleteService", { cluster = "c", service = "web", force = true })
    sim:advance(60)
    assert.same({}, call("PutClusterCapacityProviders", none).cluster.capacityProviders)
    assert.equal("InvalidParameterException", (refused("PutClusterCapacityProviders",
      { cluster = "c", capacityProviders = { "nobody" }, defaultCapacityProviderStrategy = {} })))
    assert.equal("InvalidParameterException", (refused("PutClusterCapacityProviders",
      { cluster = "c", capacityProviders = { "FARGATE" }, defaultCapacityProviderStrategy = FARGATE })))
    call("PutClusterCapacityProviders", { cluster = "c", capacityProviders = { "mine" },
      defaultCapacityProviderStrategy = {} })
    assert.equal("ClientException", (refused("DeleteCapacityProvider", { capacityProvider = "mine" })))
  end)
end)

describe("the account's settings in the simulator", function()
  local USER, ROOT = "arn:aws:iam::123456789012:user/deployer", "arn:aws:iam::123456789012:root"

  it("hold for who sets them, else for the account, else as ECS has them", function()
    local _, call = scene()
    assert.same({}, call("ListAccountSettings").settings)
    local effective = call("ListAccountSettings", { name = "containerInsights", effectiveSettings = true }).settings
    assert.same({ { name = "containerInsights", value = "disabled", principalArn = USER, type = "user" } }, effective)
    call("PutAccountSettingDefault", { name = "containerInsights", value = "enabled" })
    assert.same({ { name = "containerInsights", value = "enabled", principalArn = ROOT, type = "user" } },
      call("ListAccountSettings", { principalArn = ROOT }).settings)
    assert.equal("enabled", call("CreateCluster", { clusterName = "a" }).cluster.settings[1].value)
    local set = call("PutAccountSetting", { name = "containerInsights", value = "enhanced" }).setting
    assert.same({ name = "containerInsights", value = "enhanced", principalArn = USER, type = "user" }, set)
    assert.equal("enhanced", call("CreateCluster", { clusterName = "b" }).cluster.settings[1].value)
    call("DeleteAccountSetting", { name = "containerInsights" })
    assert.same({}, call("ListAccountSettings").settings)
    assert.equal("enabled", call("CreateCluster", { clusterName = "c" }).cluster.settings[1].value)
  end)

  it("come in pages of ten at most", function()
    local _, call = scene()
    local first = call("ListAccountSettings", { effectiveSettings = true })
    assert.equal(10, #first.settings)
    assert.equal(1, #call("ListAccountSettings", { effectiveSettings = true, nextToken = first.nextToken }).settings)
  end)

  it("are refused for words that they do not take, for other accounts, and where another service decides", function()
    local _, _, refused = scene()
    for _, body in ipairs {
      { name = "nothing", value = "enabled" }, { name = "taskLongArnFormat", value = "on" },
      { name = "fargateTaskRetirementWaitPeriod", value = "8" }, { name = "guardDutyActivate", value = "on" },
      { name = "taskLongArnFormat", value = "enabled", principalArn = "arn:aws:iam::999999999999:user/x" },
      { name = "taskLongArnFormat", value = "enabled", principalArn = "me" },
    } do
      assert.equal("InvalidParameterException", (refused("PutAccountSetting", body)))
    end
    assert.equal("InvalidParameterException", (refused("ListAccountSettings", { value = "enabled" })))
    assert.equal("InvalidParameterException", (refused("DeleteAccountSetting", { name = "guardDutyActivate" })))
  end)

  it("give tasks and container instances ARNs without their cluster", function()
    local _, call = scene()
    for _, name in ipairs { "taskLongArnFormat", "containerInstanceLongArnFormat" } do
      call("PutAccountSetting", { name = name, value = "disabled" })
    end
    local instance = call("RegisterContainerInstance").containerInstance.containerInstanceArn
    assert.truthy(instance:find "^arn:aws:ecs:us%-west%-2:123456789012:container%-instance/%x+$")
    local task = call("RunTask", { taskDefinition = "web:1" }).tasks[1].taskArn
    assert.truthy(task:find "^arn:aws:ecs:us%-west%-2:123456789012:task/%x+$")
    assert.equal(task, call("DescribeTasks", { tasks = { task } }).tasks[1].taskArn)
  end)

  it("give services ARNs without their cluster, which cannot be tagged", function()
    local _, call, refused = scene()
    call("PutAccountSetting", { name = "serviceLongArnFormat", value = "disabled" })
    local body = { serviceName = "web", taskDefinition = "web:1", desiredCount = 1 }
    local service = call("CreateService", body).service
    assert.equal("arn:aws:ecs:us-west-2:123456789012:service/web", service.serviceArn)
    assert.same({ service.serviceArn }, call("ListServices").serviceArns)
    for _, name in ipairs { "web", service.serviceArn, "arn:aws:ecs:us-west-2:123456789012:service/default/web" } do
      assert.equal("web", call("DescribeServices", { services = { name } }).services[1].serviceName)
    end
    local code, message = refused("TagResource", { resourceArn = service.serviceArn, tags = { { key = "a",
      value = "b" } } })
    assert.equal("InvalidParameterException", code)
    assert.truthy(message:find("Long arn format must be used", 1, true))
    body.serviceName, body.tags = "api", { { key = "a", value = "b" } }
    assert.equal("InvalidParameterException", (refused("CreateService", body)))
    call("PutAccountSetting", { name = "serviceLongArnFormat", value = "enabled" })
    assert.equal("arn:aws:ecs:us-west-2:123456789012:service/default/api", call("CreateService",
      body).service.serviceArn)
    assert.equal("arn:aws:ecs:us-west-2:123456789012:service/web",
      call("DescribeServices", { services = { "web" } }).services[1].serviceArn)
  end)
end)
