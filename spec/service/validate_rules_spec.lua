local declarations = require "support.declarations"

local REGISTRY = declarations.REGISTRY
local service = declarations.service
local lines = declarations.lines
local codes = declarations.codes
local accepts = declarations.accepts
local load_balancer = declarations.load_balancer
local volume = declarations.volume

-- Rules across arguments.
describe("validate", function()
  describe("DAEMON", function()
    local function daemon(changes)
      local config = service(changes)
      config.scheduling_strategy = "DAEMON"
      return config
    end

    it("is accepted as in the reference document", function()
      accepts(daemon())
      accepts(daemon { deployment_minimum_healthy_percent = 50, launch_type = "EC2" })
    end)

    it("is not for Fargate, nor for other controllers", function()
      local network = { subnets = { "a" } }
      assert.same({ "Conflict scheduling_strategy: DAEMON is not supported with Fargate" },
        lines(daemon { launch_type = "FARGATE", network_configuration = network }))
      assert.same({ "Conflict scheduling_strategy" }, codes(daemon { network_configuration = network,
        capacity_provider_strategy = { { capacity_provider = "FARGATE_SPOT", weight = 1 } } }))
      assert.same({ "Conflict scheduling_strategy" },
        codes(daemon { deployment_controller = { type = "CODE_DEPLOY" }, load_balancer = load_balancer() }))
      assert.same({ "Conflict scheduling_strategy" },
        codes(daemon { deployment_controller = { type = "EXTERNAL" }, task_definition = false }))
    end)

    it("has no count, no maximum percent and no volumes", function()
      assert.same({ "Conflict deployment_maximum_percent", "Conflict desired_count" },
        codes(daemon { desired_count = 2, deployment_maximum_percent = 150 }))
      assert.same({ "warning Conflict deployment_maximum_percent" }, codes(daemon { deployment_maximum_percent = 100 }))
      local config = volume()
      config.scheduling_strategy = "DAEMON"
      assert.same({ "Conflict volume_configuration" }, codes(config))
    end)
  end)

  describe("deployment controllers", function()
    it("EXTERNAL takes nothing that belongs to task sets", function()
      local external = { deployment_controller = { type = "EXTERNAL" }, task_definition = false, desired_count = 2 }
      accepts(service(external))
      external.task_definition = "mongo:7"
      external.load_balancer = load_balancer()
      external.network_configuration = { { subnets = { "a" } } }
      assert.same({ "Conflict load_balancer", "Conflict network_configuration", "Conflict task_definition" },
        codes(service(external)))
      assert.same({ "warning NoEffect launch_type" }, codes(service { task_definition = false,
        deployment_controller = { type = "EXTERNAL" }, launch_type = "FARGATE" }))
      assert.same({ "warning Conflict iam_role" }, codes(service { task_definition = false, iam_role = "ecs",
        deployment_controller = { type = "EXTERNAL" } }))
    end)

    it("other than EXTERNAL need a task definition", function()
      assert.same({ "Missing task_definition" }, codes(service { task_definition = false }))
    end)

    it("CODE_DEPLOY needs a load balancer that is not Classic, and takes nothing of rolling updates", function()
      local function by(changes)
        changes.deployment_controller = { { type = "CODE_DEPLOY" } }
        return codes(service(changes))
      end
      assert.same({}, by { load_balancer = load_balancer() })
      assert.same({ "RequiredWith deployment_controller.type" }, by {})
      assert.same({ "Conflict load_balancer[1].elb_name" },
        by { load_balancer = load_balancer { target_group_arn = false, elb_name = "x" } })
      assert.same({ "Conflict alarms", "Conflict deployment_circuit_breaker",
                        "Conflict service_connect_configuration", "Conflict volume_configuration" },
        by { load_balancer = load_balancer(), alarms = { alarm_names = { "a" }, enable = true, rollback = true },
             deployment_circuit_breaker = { enable = true, rollback = true },
             service_connect_configuration = { enabled = true },
             volume_configuration = volume().volume_configuration })
      assert.same({}, by { load_balancer = load_balancer(), service_connect_configuration = { enabled = false },
        deployment_circuit_breaker = { enable = false, rollback = false } })
    end)

    it("warn of a maximum that another controller does not keep to on EC2", function()
      local config = { deployment_controller = { type = "CODE_DEPLOY" }, load_balancer = load_balancer(),
        launch_type = "EC2", deployment_maximum_percent = 150 }
      assert.same({ "warning NoEffect deployment_maximum_percent" }, codes(service(config)))
      config.deployment_maximum_percent = 200
      accepts(service(config))
    end)

    it("warn of percents that block deployments", function()
      assert.same({ "warning BlocksDeployments deployment_maximum_percent" },
        codes(service { deployment_maximum_percent = 100 }))
      assert.same({ "warning BlocksDeployments deployment_maximum_percent" },
        codes(service { deployment_maximum_percent = 50, deployment_minimum_healthy_percent = 60 }))
      assert.same({ "warning BlocksDeployments deployment_minimum_healthy_percent" },
        codes(service { deployment_minimum_healthy_percent = 300 }))
      accepts(service { deployment_maximum_percent = 100, deployment_minimum_healthy_percent = 50 })
    end)
  end)

  describe("capacity", function()
    it("comes from a launch type or from a strategy, and the conflict is said once", function()
      local strategy = { { capacity_provider = "a", weight = 1 } }
      assert.same({ "Conflict capacity_provider_strategy: "
        .. "cannot be set together with launch_type: remove launch_type" },
        lines(service { launch_type = "EC2", capacity_provider_strategy = strategy }))
      accepts(service { launch_type = "EC2", capacity_provider_strategy = {} })
    end)

    it("has one base at most", function()
      assert.same({ "Conflict capacity_provider_strategy[3].base" }, codes(service { capacity_provider_strategy = {
        { capacity_provider = "a", weight = 1, base = 1 }, { capacity_provider = "b", weight = 1, base = 0 },
        { capacity_provider = "c", base = 2 } } }))
    end)

    it("has a weight", function()
      assert.same({ "Conflict capacity_provider_strategy" }, codes(service { capacity_provider_strategy = {
        { capacity_provider = "a", base = 1 }, { capacity_provider = "b", weight = 0 } } }))
      assert.same({ "warning Conflict capacity_provider_strategy" },
        codes(service { capacity_provider_strategy = { { capacity_provider = "a" } } }))
      assert.same({ "OutOfRange capacity_provider_strategy[1].base",
                    "OutOfRange capacity_provider_strategy[1].weight" },
        codes(service { capacity_provider_strategy = { { capacity_provider = "a", weight = 1001, base = 100001 } } }))
    end)
  end)

  describe("Fargate", function()
    it("alone has platform versions and public addresses", function()
      assert.same({ "Conflict platform_version: is for Fargate only" },
        lines(service { launch_type = "EC2", platform_version = "LATEST" }))
      assert.same({ "Conflict platform_version" }, codes(service { platform_version = "LATEST",
        capacity_provider_strategy = { { capacity_provider = "asg", weight = 1 } } }))
      assert.same({ "Conflict network_configuration.assign_public_ip" }, codes(service { launch_type = "EC2",
        network_configuration = { subnets = { "a" }, assign_public_ip = true } }))
      assert.same({ "warning Conflict capacity_provider_strategy" }, codes(service { platform_version = "LATEST",
        capacity_provider_strategy = { { capacity_provider = "asg", weight = 1 },
                                       { capacity_provider = "FARGATE", weight = 1 } } }))
      accepts(service { platform_version = "LATEST" }) -- the cluster's default may be Fargate
      accepts(service { launch_type = "EC2", network_configuration = { subnets = { "a" }, assign_public_ip = false } })
    end)

    it("places tasks by itself", function()
      assert.same({ "Conflict ordered_placement_strategy", "Conflict placement_constraints" }, codes(service {
        launch_type = "FARGATE", network_configuration = { subnets = { "a" } },
        ordered_placement_strategy = { { type = "random" } },
        placement_constraints = { { type = "distinctInstance" } } }))
    end)

    it("needs a network, says a warning", function()
      assert.same({ "warning RequiredWith network_configuration" }, codes(service { launch_type = "FARGATE" }))
    end)
  end)

  describe("placement", function()
    local function strategy(block)
      return codes(service { ordered_placement_strategy = { block } })
    end

    it("strategies take the field of their type", function()
      assert.same({ "Conflict ordered_placement_strategy[1].field" }, strategy { type = "random", field = "cpu" })
      assert.same({ "Missing ordered_placement_strategy[1].field" }, strategy { type = "spread" })
      assert.same({ "Missing ordered_placement_strategy[1].field" }, strategy { type = "binpack" })
      assert.same({ "NotAllowed ordered_placement_strategy[1].field" }, strategy { type = "binpack", field = "disk" })
      assert.same({ "Missing ordered_placement_strategy[1].type" }, strategy { field = "cpu" })
      for _, block in ipairs { { type = "random" }, { type = "random", field = "" },
                               { type = "spread", field = "host" },
                               { type = "spread", field = "attribute:ecs.availability-zone" },
                               { type = "binpack", field = "MEMORY" } } do
        assert.same({}, strategy(block))
      end
    end)

    it("constraints take the expression of their type", function()
      local function constraint(block)
        return codes(service { placement_constraints = { block } })
      end
      assert.same({ "Missing placement_constraints[1].expression" }, constraint { type = "memberOf" })
      assert.same({ "Conflict placement_constraints[1].expression" },
        constraint { type = "distinctInstance", expression = "x" })
      assert.same({ "TooLong placement_constraints[1].expression" },
        constraint { type = "memberOf", expression = ("x"):rep(2001) })
      assert.same({}, constraint { type = "distinctInstance", expression = "" })
    end)
  end)

  describe("load balancers", function()
    it("are exactly one of target_group_arn and elb_name", function()
      assert.same({ "Missing load_balancer[1]: one of target_group_arn and elb_name is needed" },
        lines(service { load_balancer = load_balancer { target_group_arn = false } }))
      assert.same({ "Conflict load_balancer[2].elb_name" },
        codes(service { load_balancer = { load_balancer(), load_balancer { elb_name = "x" } } }))
      accepts(service { load_balancer = load_balancer { target_group_arn = "", elb_name = "x" } })
      assert.same({ "Conflict load_balancer[1].elb_name" }, codes(service {
        network_configuration = { subnets = { "a" } },
        load_balancer = load_balancer { target_group_arn = false, elb_name = "x" } }))
    end)

    it("are needed for a grace period, unless it is zero", function()
      assert.same({ "RequiredWith health_check_grace_period_seconds: is only valid with a load_balancer" },
        lines(service { health_check_grace_period_seconds = 60 }))
      accepts(service { health_check_grace_period_seconds = 0 })
      accepts(service { health_check_grace_period_seconds = 60, load_balancer = load_balancer() })
    end)

    it("are needed for a role", function()
      assert.same({ "RequiredWith iam_role" }, codes(service { iam_role = "ecs" }))
      accepts(service { iam_role = "ecs", load_balancer = load_balancer() })
    end)

    it("warn at the service-linked role, which ECS uses by itself", function()
      assert.same({ "warning Conflict iam_role" },
        codes(service { iam_role = "AWSServiceRoleForECS", load_balancer = load_balancer() }))
    end)

    it("warn where tasks run on machines of one's own, which nothing can send requests to", function()
      assert.same({ "warning Conflict load_balancer" },
        codes(service { launch_type = "EXTERNAL", load_balancer = load_balancer() }))
      assert.same({ "warning Conflict service_registries" },
        codes(service { launch_type = "EXTERNAL", service_registries = { { registry_arn = REGISTRY } } }))
    end)

    it("of which the service-linked role is needed warn at another role, and are no error", function()
      local two = { load_balancer(), load_balancer() }
      two[2].target_group_arn = two[1].target_group_arn:gsub("[^/]+$", "fedcba9876543210")
      local registry = { registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1" }
      for _, more in ipairs { { load_balancer = two }, { network_configuration = { subnets = { "a" } } },
        { service_registries = { registry } }, { load_balancer = {}, service_registries = { registry } } } do
        more.iam_role, more.load_balancer = "ecs", more.load_balancer or load_balancer()
        assert.same({ "warning Conflict iam_role" }, codes(service(more)))
      end
    end)
  end)

  describe("service discovery", function()
    local function registry(block)
      block.registry_arn = REGISTRY
      return codes(service { service_registries = { block } })
    end

    it("takes a port, or a container with its port", function()
      assert.same({}, registry {})
      assert.same({}, registry { port = 80 })
      assert.same({}, registry { container_name = "a", container_port = 80 })
      assert.same({}, registry { port = 80, container_port = 0, container_name = "" })
      assert.same({ "Conflict service_registries[1].port" }, registry { port = 80, container_port = 80 })
      assert.same({ "warning RequiredWith service_registries[1].container_name" }, registry { container_name = "a" })
    end)

    it("by Service Connect has names that fit into DNS", function()
      local function connect(block)
        block.port_name = "http"
        return codes(service { service_connect_configuration = { enabled = true, service = { block } } })
      end
      assert.same({}, connect { discovery_name = "a_b-1", client_alias = { port = 80, dns_name = "a.b" } })
      assert.same({ "BadPattern service_connect_configuration.service[1].discovery_name" },
        connect { discovery_name = "Mongo" })
      assert.same({ "BadPattern service_connect_configuration.service[1].discovery_name" },
        connect { discovery_name = "-a" })
      assert.same({ "TooLong service_connect_configuration.service[1].discovery_name" },
        connect { discovery_name = ("a"):rep(65) })
      assert.same({ "TooMany service_connect_configuration.service[1].client_alias" },
        connect { client_alias = { { port = 1 }, { port = 2 } } })
      assert.same({ "Missing service_connect_configuration.service[1].tls.issuer_cert_authority" },
        connect { tls = {} })
      assert.same({ "BadArn service_connect_configuration.namespace" },
        codes(service { service_connect_configuration = { enabled = true, namespace = REGISTRY } }))
    end)
  end)

  describe("volumes", function()
    local at = "volume_configuration[1].managed_ebs_volume"

    it("need a size or a snapshot", function()
      assert.same({ "Missing " .. at }, codes(volume { size_in_gb = false }))
      accepts(volume { size_in_gb = false, snapshot_id = "snap-1" })
      assert.same({ "RequiredWith " .. at .. ".volume_initialization_rate" },
        codes(volume { volume_initialization_rate = 100 }))
    end)

    it("have the iops, size and throughput of their type", function()
      assert.same({ "OutOfRange " .. at .. ".iops" }, codes(volume { volume_type = "gp3", iops = 2999 }))
      assert.same({ "OutOfRange " .. at .. ".iops" }, codes(volume { volume_type = "gp3", iops = 16001 }))
      assert.same({ "OutOfRange " .. at .. ".size_in_gb" }, codes(volume { volume_type = "st1" }))
      assert.same({ "Missing " .. at .. ".iops" }, codes(volume { volume_type = "io2" }))
      assert.same({ "Conflict " .. at .. ".iops" }, codes(volume { volume_type = "st1", size_in_gb = 125, iops = 100 }))
      assert.same({ "Conflict " .. at .. ".throughput" }, codes(volume { volume_type = "gp2", throughput = 125 }))
      assert.same({ "OutOfRange " .. at .. ".throughput" }, codes(volume { volume_type = "gp3", throughput = 1001 }))
      assert.same({ "warning OutOfRange " .. at .. ".throughput" },
        codes(volume { volume_type = "gp3", throughput = 1000 }))
      assert.same({ "warning OutOfRange " .. at .. ".iops" },
        codes(volume { volume_type = "io1", iops = 5001, size_in_gb = 100 }))
      assert.same({ "warning NotAllowed " .. at .. ".volume_type" }, codes(volume { volume_type = "gp4" }))
      assert.same({ "warning OutOfRange " .. at .. ".throughput" },
        codes(volume { volume_type = "gp3", throughput = 124 }))
      accepts(volume { volume_type = "gp3", throughput = 1000, iops = 4000 })
      accepts(volume { volume_type = "standard", size_in_gb = 1024 })
    end)

    it("have a key only when they are encrypted", function()
      local key = "arn:aws:kms:us-west-2:123456789012:key/0f1e2d3c-0000-4000-8000-000000000000"
      local plain = volume { kms_key_id = key }
      plain.volume_configuration.managed_ebs_volume.encrypted = false
      assert.same({ "warning Conflict " .. at .. ".kms_key_id" }, codes(plain))
      accepts(volume { encrypted = true, kms_key_id = key })
      accepts(volume { kms_key_id = key })
    end)

    it("are for deployments of ECS, and a warning where task sets may have their own", function()
      local config = volume()
      config.deployment_controller = { type = "CODE_DEPLOY" }
      config.load_balancer = load_balancer()
      assert.same({ "Conflict volume_configuration" }, codes(config))
      config.deployment_controller = { type = "EXTERNAL" }
      config.load_balancer, config.task_definition = nil, nil
      assert.same({ "warning Conflict volume_configuration" }, codes(config))
    end)

    it("are not for machines of one's own", function()
      local config = volume()
      config.launch_type = "EXTERNAL"
      assert.same({ "Conflict volume_configuration" }, codes(config))
    end)
  end)
end)
