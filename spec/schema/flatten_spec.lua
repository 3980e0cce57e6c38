local core = require "ecs_service.core"
local mirror = require "support.mirror"

local ROLE = "arn:aws:iam::123456789012:role/"
local TG = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/"

local function service(more)
  local made = mirror.create { serviceName = "mongodb", cluster = "prod", taskDefinition = "mongo:7", desiredCount = 2,
    role = "/path/ecs", tags = { { key = "Name", value = "x" } },
    placementStrategy = { { type = "binpack", field = "cpu" }, { type = "spread", field = "instanceId" } },
    loadBalancers = { { targetGroupArn = TG .. "a/1", containerName = "web", containerPort = 80 },
      { targetGroupArn = TG .. "b/1", containerName = "web", containerPort = 81 } } }
  for key, value in pairs(more or {}) do
    if value == "absent" then made[key] = nil else made[key] = value end
  end
  return made
end

local function flatten(answer, form, previous, more)
  local input = { answer = answer, form = form, previous = previous, tags_known = true }
  for key, value in pairs(more or {}) do input[key] = value end
  return core.flatten("service", input)
end

describe("flatten", function()
  it("writes down a service that nobody declared", function()
    assert.same({
      id = mirror.arn("service", "prod/mongodb"), arn = mirror.arn("service", "prod/mongodb"), name = "mongodb",
      cluster = mirror.arn("cluster", "prod"),
      task_definition = "mongo:7", desired_count = 2, scheduling_strategy = "REPLICA", launch_type = "EC2",
      deployment_maximum_percent = 200, deployment_minimum_healthy_percent = 100,
      deployment_circuit_breaker = { enable = false, rollback = false }, deployment_controller = { type = "ECS" },
      enable_ecs_managed_tags = false, enable_execute_command = false, propagate_tags = "NONE",
      health_check_grace_period_seconds = 0, iam_role = "/path/ecs", availability_zone_rebalancing = "ENABLED",
      load_balancer = { { target_group_arn = TG .. "a/1", container_name = "web", container_port = 80 },
        { target_group_arn = TG .. "b/1", container_name = "web", container_port = 81 } },
      ordered_placement_strategy = { { type = "binpack", field = "cpu" }, { type = "spread", field = "instanceId" } },
      tags = { Name = "x" }, tags_all = { Name = "x" },
    }, flatten(service()))
  end)

  it("keeps the form in which the user wrote names", function()
    local by_name = flatten(service(), { cluster = "prod", task_definition = "mongo:7", iam_role = "/path/ecs" })
    assert.same({ "prod", "mongo:7", "/path/ecs" }, { by_name.cluster, by_name.task_definition, by_name.iam_role })
    local form = { cluster = mirror.arn("cluster", "prod"), task_definition = mirror.arn("task-definition", "mongo:7"),
      iam_role = ROLE .. "path/ecs" }
    local by_arn = flatten(service(), form)
    assert.same(form, { cluster = by_arn.cluster, task_definition = by_arn.task_definition,
      iam_role = by_arn.iam_role })
  end)

  it("goes by the recorded form where the configuration says nothing", function()
    assert.equal("prod", flatten(service(), {}, { cluster = "prod" }).cluster)
  end)

  it("shows what the service has, in the user's form, when it is not what the user wrote", function()
    local attributes = flatten(service { taskDefinition = mirror.arn("task-definition", "mongo:8"),
      clusterArn = mirror.arn("cluster", "test") }, { cluster = "prod", task_definition = "mongo:7" })
    assert.same({ "test", "mongo:8" }, { attributes.cluster, attributes.task_definition })
  end)

  it("writes the revision down that a family alone meant", function()
    assert.equal("mongo:7", flatten(service(), { task_definition = "mongo" }).task_definition)
  end)

  it("keeps host, small letters and the order of sets as the user wrote them", function()
    local form = {
      ordered_placement_strategy = { { type = "binpack", field = "cpu" }, { type = "spread", field = "host" } },
      load_balancer = { { target_group_arn = TG .. "b/1", container_name = "web", container_port = 81 },
        { target_group_arn = TG .. "a/1", container_name = "web", container_port = 80 } } }
    local attributes = flatten(service(), form)
    assert.same(form.ordered_placement_strategy, attributes.ordered_placement_strategy)
    assert.same(form.load_balancer, attributes.load_balancer)
  end)

  it("puts elements that the user did not write behind the others", function()
    local form = { load_balancer = { { target_group_arn = TG .. "b/1", container_name = "web", container_port = 81 } } }
    assert.equal(TG .. "a/1", flatten(service(), form).load_balancer[2].target_group_arn)
  end)

  it("changes nothing that the answer does not speak of", function()
    local previous = { name = "mongodb", placement_constraints = { { type = "distinctInstance" } },
      network_configuration = { subnets = { "a" }, security_groups = { "b" }, assign_public_ip = true },
      propagate_tags = "SERVICE", deployment_maximum_percent = 150 }
    local attributes = flatten({ serviceName = "mongodb",
      networkConfiguration = { awsvpcConfiguration = { subnets = { "c" } } } }, {}, previous)
    assert.same(previous.placement_constraints, attributes.placement_constraints)
    assert.same({ subnets = { "c" }, security_groups = { "b" }, assign_public_ip = true },
      attributes.network_configuration)
    assert.same({ "SERVICE", 150, 100 }, { attributes.propagate_tags, attributes.deployment_maximum_percent,
      attributes.deployment_minimum_healthy_percent })
  end)

  it("takes an empty list for none", function()
    assert.same({ subnets = { "a" }, assign_public_ip = false }, flatten(service { networkConfiguration = {
      awsvpcConfiguration = { subnets = { "a" }, securityGroups = {}, assignPublicIp = "DISABLED" } } })
      .network_configuration)
    local attributes = flatten(service { loadBalancers = {}, placementStrategy = {} }, {},
      { load_balancer = { { target_group_arn = TG .. "a/1" } }, ordered_placement_strategy = { { type = "random" } } })
    assert.is_nil(attributes.load_balancer)
    assert.is_nil(attributes.ordered_placement_strategy)
  end)

  it("does not mix an element of a list with the one that was in its place", function()
    local attributes = flatten(service { placementStrategy = { { type = "random" } } }, {},
      { ordered_placement_strategy = { { type = "spread", field = "host" } } })
    assert.same({ { type = "random" } }, attributes.ordered_placement_strategy)
  end)

  it("keeps what only this side knows, from the record and not from the configuration", function()
    local attributes = flatten(service(), { triggers = { a = "2" }, force_new_deployment = true },
      { triggers = { a = "1" } })
    assert.same({ a = "1" }, attributes.triggers)
    assert.is_nil(attributes.force_new_deployment)
  end)

  it("reads Service Connect, volumes and lattice from the primary deployment", function()
    local answer = service { deployments = {
      { status = "ACTIVE", serviceConnectConfiguration = { enabled = false } },
      { status = "PRIMARY", serviceConnectConfiguration = { enabled = true, namespace = "prod", services = {
        { portName = "http", discoveryName = "web", clientAliases = { { port = 80 } } } } },
        volumeConfigurations = { { name = "data", managedEBSVolume = { roleArn = ROLE .. "v", sizeInGiB = 10,
          encrypted = true, filesystemType = "xfs" } } } } } }
    local attributes = flatten(answer)
    assert.same({ enabled = true, namespace = "prod", service = {
      { port_name = "http", discovery_name = "web", client_alias = { { port = 80 } } } } },
      attributes.service_connect_configuration)
    assert.same({ { name = "data", managed_ebs_volume = { role_arn = ROLE .. "v", size_in_gb = 10, encrypted = true,
      file_system_type = "xfs" } } }, attributes.volume_configuration)
  end)

  it("records a cluster's default strategy only for a service that is imported", function()
    local answer = service { capacityProviderStrategy = { { capacityProvider = "FARGATE", weight = 1, base = 0 } },
      launchType = "absent" }
    assert.is_nil(flatten(answer, { name = "mongodb" }, { name = "mongodb" }).capacity_provider_strategy)
    assert.same({ { capacity_provider = "FARGATE", weight = 1, base = 0 } },
      flatten(answer).capacity_provider_strategy)
    assert.truthy(flatten(answer, {}, { capacity_provider_strategy = { { capacity_provider = "a" } } })
      .capacity_provider_strategy)
  end)

  it("knows that a service with a launch type has no strategy, and the other way round", function()
    local had = { capacity_provider_strategy = { { capacity_provider = "a" } } }
    assert.is_nil(flatten(service(), {}, had).capacity_provider_strategy)
    local answer = service { capacityProviderStrategy = { { capacityProvider = "a" } }, launchType = "absent" }
    assert.is_nil(flatten(answer, had, { launch_type = "EC2" }).launch_type)
  end)

  it("tells a service's own tags from the stack's, and leaves out what is nobody's business", function()
    local tags = { { key = "Name", value = "x" }, { key = "team", value = "core" }, { key = "aws:x", value = "y" },
      { key = "k8s/a", value = "1" }, { key = "empty" } }
    local attributes = flatten(service { tags = tags }, nil, nil,
      { default_tags = { team = "core" }, ignore_tags = { key_prefixes = { "k8s/" } } })
    assert.same({ Name = "x", empty = "" }, attributes.tags)
    assert.same({ Name = "x", team = "core", empty = "" }, attributes.tags_all)
    attributes = flatten(service { tags = { { key = "team", value = "other" } } }, nil, nil,
      { default_tags = { team = "core" } })
    assert.same({ team = "other" }, attributes.tags)
  end)

  it("keeps the tags that are recorded when they were not asked for", function()
    local attributes = flatten(service { tags = "absent" }, {}, { tags = { a = "1" }, tags_all = { a = "1", b = "2" } },
      { tags_known = false })
    assert.same({ a = "1" }, attributes.tags)
    assert.same({ a = "1", b = "2" }, attributes.tags_all)
  end)

  it("shows no tags when there are none any more", function()
    local attributes = flatten(service { tags = {} }, {}, { tags = { a = "1" }, tags_all = { a = "1" } })
    assert.is_nil(attributes.tags)
    assert.is_nil(attributes.tags_all)
  end)

  it("survives answers of the wrong kind", function()
    local attributes = flatten { serviceName = 7, desiredCount = "two", loadBalancers = "none", tags = { "x", {} },
      deployments = 3, networkConfiguration = { awsvpcConfiguration = { "a" } }, clusterArn = {},
      placementStrategy = { 1, { type = true } }, deploymentConfiguration = false, deploymentController = 1 }
    assert.is_nil(attributes.name)
    assert.equal(0, attributes.desired_count)
    assert.is_nil(attributes.load_balancer)
  end)
end)
