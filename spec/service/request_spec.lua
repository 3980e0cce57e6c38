local cjson = require "cjson"
local core = require "ecs_service.core"
local journey = require "support.plan_journey"
local mirror = require "support.mirror"
local shapes = require "support.shapes"

local TG = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/0123456789abcdef"
local ARN = "arn:aws:ecs:us-west-2:123456789012:service/prod/mongodb"

local config = journey.config

local function created(more, options)
  local change = core.plan("service", { config = config(more), default_tags = options and options.default_tags })
  local input = { after = change.after, client_token = ("a"):rep(32), without_tags = options and options.without_tags }
  local text, body = core.request("create", input)
  assert.same({}, shapes.problems("CreateService", cjson.decode(text)))
  return body, text
end

local function updated(first, second)
  local trip = journey.new()
  trip:apply(config(first))
  local _, bodies = trip:apply(config(second))
  return bodies.UpdateService
end

describe("CreateService", function()
  it("always sends the strategy, the percents, the switches and the count", function()
    assert.same({ serviceName = "mongodb", cluster = "prod", taskDefinition = "mongo:7", desiredCount = 2,
      schedulingStrategy = "REPLICA", enableECSManagedTags = false, enableExecuteCommand = false,
      deploymentConfiguration = { maximumPercent = 200, minimumHealthyPercent = 100 },
      clientToken = ("a"):rep(32) }, (created()))
  end)

  it("is the same bytes for the same service", function()
    local _, one = created { tags = { b = "1", a = "2" } }
    local _, two = created { tags = { a = "2", b = "1" } }
    assert.equal(one, two)
    assert.truthy(one:match('^{"clientToken":"a+","cluster":"prod","deploymentConfiguration":'))
  end)

  it("sends no count and no maximum for a DAEMON, and the minimum only if it is not 100", function()
    local body = created { scheduling_strategy = "DAEMON", desired_count = "absent" }
    assert.is_nil(body.desiredCount)
    assert.is_nil(body.deploymentConfiguration)
    body = created { scheduling_strategy = "DAEMON", desired_count = "absent", deployment_minimum_healthy_percent = 50 }
    assert.same({ minimumHealthyPercent = 50 }, body.deploymentConfiguration)
  end)

  it("sends no launch type with an external controller", function()
    local body = created { deployment_controller = { type = "EXTERNAL" }, launch_type = "FARGATE" }
    assert.is_nil(body.launchType)
    assert.same({ type = "EXTERNAL" }, body.deploymentController)
  end)

  it("sends alarms and circuit breaker with the percents", function()
    local body = created { deployment_circuit_breaker = { enable = true, rollback = false },
      alarms = { alarm_names = { "a" }, enable = true, rollback = true } }
    assert.same({ maximumPercent = 200, minimumHealthyPercent = 100,
      deploymentCircuitBreaker = { enable = true, rollback = false },
      alarms = { alarmNames = { "a" }, enable = true, rollback = true } }, body.deploymentConfiguration)
  end)

  it("spells the network as the API does", function()
    assert.same({ awsvpcConfiguration = { subnets = { "a" }, assignPublicIp = "DISABLED" } },
      created { network_configuration = { subnets = { "a" } } }.networkConfiguration)
    assert.same({ awsvpcConfiguration = { subnets = { "a" }, securityGroups = { "b" }, assignPublicIp = "ENABLED" } },
      created { network_configuration = { subnets = { "a" }, security_groups = { "b" }, assign_public_ip = true } }
        .networkConfiguration)
  end)

  it("sends zero timeouts of Service Connect, and no ports of zero", function()
    local body = created {
      service_connect_configuration = { enabled = true, service = { { port_name = "http",
        timeout = { idle_timeout_seconds = 0, per_request_timeout_seconds = 0 } } } },
      service_registries = { { registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-a", port = 0,
        container_port = 0, container_name = "" } } }
    assert.same({ { portName = "http", timeout = { idleTimeoutSeconds = 0, perRequestTimeoutSeconds = 0 } } },
      body.serviceConnectConfiguration.services)
    assert.same({ { registryArn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-a" } },
      body.serviceRegistries)
  end)

  it("sends a volume with its defaults", function()
    local body = created { volume_configuration = { { name = "data", managed_ebs_volume = {
      role_arn = "arn:aws:iam::123456789012:role/v", size_in_gb = 10 } } } }
    assert.same({ { name = "data", managedEBSVolume = { roleArn = "arn:aws:iam::123456789012:role/v", sizeInGiB = 10,
      encrypted = true, filesystemType = "xfs" } } }, body.volumeConfigurations)
  end)

  it("sends all tags as a list, and none where the partition rejects them", function()
    local tags = { tags = { Name = "x" } }
    assert.same({ { key = "Name", value = "x" }, { key = "team", value = "core" } },
      created(tags, { default_tags = { team = "core" } }).tags)
    assert.is_nil(created(tags, { without_tags = true }).tags)
    assert.is_nil(created().tags)
  end)

  it("sends placement fields in small letters and instanceId for host", function()
    local body = created { ordered_placement_strategy = { { type = "binpack", field = "CPU" },
      { type = "spread", field = "host" }, { type = "random" } } }
    assert.same({ { type = "binpack", field = "cpu" }, { type = "spread", field = "instanceId" }, { type = "random" } },
      body.placementStrategy)
  end)

  it("sends nothing that only this side knows", function()
    local body = created { force_new_deployment = true, triggers = { a = "b" }, wait_for_steady_state = true,
      timeouts = { create = 60 }, lifecycle = { prevent_destroy = false }, depends_on = { "x" } }
    assert.is_nil(body.forceNewDeployment)
    assert.is_nil(body.triggers)
  end)
end)

describe("UpdateService", function()
  it("sends only what changed", function()
    assert.same({ cluster = "prod", service = "mongodb", desiredCount = 3 }, updated({}, { desired_count = 3 }))
  end)

  it("sends what belongs to the deployment configuration together", function()
    local breaker = { enable = true, rollback = true }
    local body = updated({ deployment_maximum_percent = 150, deployment_circuit_breaker = breaker },
      { deployment_maximum_percent = 175, deployment_circuit_breaker = breaker })
    assert.equal(175, body.deploymentConfiguration.maximumPercent)
    assert.equal(100, body.deploymentConfiguration.minimumHealthyPercent)
    assert.same(breaker, body.deploymentConfiguration.deploymentCircuitBreaker)
  end)

  it("sends no maximum for a DAEMON", function()
    local daemon = { scheduling_strategy = "DAEMON", desired_count = "absent" }
    local trip = journey.new()
    trip:apply(config(daemon))
    daemon.deployment_minimum_healthy_percent = 50
    local _, bodies = trip:apply(config(daemon))
    assert.equal(50, bodies.UpdateService.deploymentConfiguration.minimumHealthyPercent)
    assert.is_nil(bodies.UpdateService.deploymentConfiguration.maximumPercent)
  end)

  it("empties lists that are not declared any more", function()
    local body = updated({
      load_balancer = { { target_group_arn = TG, container_name = "a", container_port = 1 } },
      service_registries = { { registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-a" } },
      ordered_placement_strategy = { { type = "random" } },
      placement_constraints = { { type = "distinctInstance" } },
      service_connect_configuration = { enabled = true },
      health_check_grace_period_seconds = 60, propagate_tags = "SERVICE" }, {})
    assert.same({ cluster = "prod", service = "mongodb", loadBalancers = {}, serviceRegistries = {},
      placementStrategy = {}, placementConstraints = {}, serviceConnectConfiguration = { enabled = false },
      healthCheckGracePeriodSeconds = 0, propagateTags = "NONE" }, body)
  end)

  it("sends an empty list also for one that is declared empty", function()
    local balancer = { { target_group_arn = TG, container_name = "a", container_port = 1 } }
    assert.same({}, updated({ load_balancer = balancer }, { load_balancer = {} }).loadBalancers)
  end)

  it("names the cluster as the configuration does", function()
    local trip = journey.new()
    trip:apply(config())
    local arn = mirror.arn("cluster", "prod")
    local _, bodies = trip:apply(config { cluster = arn, desired_count = 5 })
    assert.equal(arn, bodies.UpdateService.cluster)
  end)

  it("is nothing when nothing but tags changed", function()
    local change = core.plan("service", { config = config { tags = { a = "1" } }, recorded = config(),
      actual = config(), refreshed = true })
    assert.equal("update", change.action)
    assert.is_nil((core.request("update", { change = change })))
    local _, tags = core.request("tag_changes", { change = change })
    assert.same({ a = "1" }, tags.set)
    assert.same({}, tags.drop)
  end)

  it("is nothing for a plan without changes", function()
    local change = core.plan("service", { config = config(), recorded = config(), actual = config(), refreshed = true })
    assert.is_nil((core.request("update", { change = change })))
  end)
end)

describe("the small requests", function()
  local function made(operation, name, input)
    local text, body = core.request(name, input)
    assert.same({}, shapes.problems(operation, cjson.decode(text)))
    return body
  end

  it("describe services, with their tags where these may be asked for", function()
    assert.same({ cluster = "prod", services = { "a", "b" }, include = { "TAGS" } },
      made("DescribeServices", "describe", { cluster = "prod", services = { "a", "b" }, with_tags = true }))
    assert.same({ services = { "a" } }, made("DescribeServices", "describe", { services = { "a" } }))
  end)

  it("scale a service to zero", function()
    assert.same({ cluster = "prod", service = "a", desiredCount = 0 },
      made("UpdateService", "scale_to_zero", { cluster = "prod", service = "a" }))
  end)

  it("delete a service, with force only when asked", function()
    assert.same({ cluster = "prod", service = "a" },
      made("DeleteService", "delete", { cluster = "prod", service = "a" }))
    assert.same({ cluster = "prod", service = "a", force = true },
      made("DeleteService", "delete", { cluster = "prod", service = "a", force = true }))
  end)

  it("set and take away tags", function()
    assert.same({ resourceArn = ARN, tags = { { key = "a", value = "1" }, { key = "b", value = "" } } },
      made("TagResource", "tag", { arn = ARN, tags = { b = "", a = "1" } }))
    assert.same({ resourceArn = ARN, tagKeys = { "a" } }, made("UntagResource", "untag", { arn = ARN, keys = { "a" } }))
  end)

  it("are known by name", function()
    assert.has_error(function() core.request("explode", {}) end)
    assert.has_error(function() core.request("create") end)
  end)
end)
