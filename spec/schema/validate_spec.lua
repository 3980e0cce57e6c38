local core = require "ecs_service.core"
local declarations = require "support.declarations"

local TARGET = declarations.TARGET
local ROLE = declarations.ROLE
local REGISTRY = declarations.REGISTRY
local service = declarations.service
local lines = declarations.lines
local codes = declarations.codes
local hint = declarations.hint
local accepts = declarations.accepts
local load_balancer = declarations.load_balancer

describe("validate", function()
  it("accepts a service with every argument of the reference document", function()
    accepts(service {
      alarms = { alarm_names = { "a" }, enable = true, rollback = true },
      deployment_circuit_breaker = { enable = true, rollback = true }, deployment_controller = { type = "ECS" },
      deployment_maximum_percent = 150, deployment_minimum_healthy_percent = 50, desired_count = 3,
      enable_ecs_managed_tags = true, enable_execute_command = true, force_new_deployment = true,
      health_check_grace_period_seconds = 30, iam_role = false, launch_type = "FARGATE", platform_version = "1.4.0",
      load_balancer = { load_balancer() }, propagate_tags = "SERVICE", scheduling_strategy = "REPLICA",
      network_configuration = { subnets = { "subnet-1" }, security_groups = { "sg-1" }, assign_public_ip = true },
      service_registries = { registry_arn = REGISTRY, port = 80 }, tags = { team = "core" }, triggers = { now = "1" },
      service_connect_configuration = {
        enabled = true, namespace = "prod",
        log_configuration = { log_driver = "awslogs", options = { ["awslogs-group"] = "g" },
                              secret_option = { { name = "token", value_from = "/prod/token" } } },
        service = { { port_name = "http", discovery_name = "mongo", ingress_port_override = 15000,
                      client_alias = { { port = 80, dns_name = "mongo.prod" } },
                      timeout = { idle_timeout_seconds = 0, per_request_timeout_seconds = 15 },
                      tls = { kms_key = "alias/x", role_arn = ROLE, issuer_cert_authority = {
                        aws_pca_authority_arn =
                          "arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/0123" } } } } },
      volume_configuration = { { name = "data", managed_ebs_volume = {
        role_arn = ROLE, encrypted = true, file_system_type = "ext4", iops = 4000,
        size_in_gb = 100, snapshot_id = "snap-1",
        kms_key_id = "arn:aws:kms:us-west-2:123456789012:key/1", throughput = 200, volume_type = "gp3" } } },
      wait_for_steady_state = true, timeouts = { create = "20m", update = 90, delete = "1h30m" },
      lifecycle = { ignore_changes = { "desired_count" }, prevent_destroy = true, create_before_destroy = false },
      depends_on = { "db" },
    })
    accepts(service { load_balancer = { load_balancer() }, iam_role = "ecs",
      placement_constraints = { { type = "distinctInstance" } },
      ordered_placement_strategy = { { type = "binpack", field = "cpu" }, { type = "random" } } })
    accepts(service { capacity_provider_strategy = { { capacity_provider = "a", weight = 1, base = 2 } } })
  end)

  it("gives ten diagnostics for a table with ten different mistakes, in order, each with path and fix", function()
    local normal, diagnostics = core.validate("service", {
      name = "mongo db",
      capacity_provider_strategy = { { capacity_provider = "FARGATE", weight = 1 } },
      cluster = "prod",
      desired_cuont = 3,
      enable_execute_command = "true",
      health_check_grace_period_seconds = -1,
      launch_type = "FARGTE",
      load_balancer = { { target_group_arn = "mongo", container_name = "mongo", container_port = 70000 } },
      tags = { ["aws:team"] = "core" },
      task_definition = "mongo:latest",
    })
    local expected = {
      { "BadPattern", "name", '"mongo db" may have letters, digits, hyphens and underscores only' },
      { "Conflict", "capacity_provider_strategy", "cannot be set together with launch_type: remove launch_type" },
      { "WrongType", "enable_execute_command", '"true" is a string, not true or false' },
      { "OutOfRange", "health_check_grace_period_seconds", "-1 is not between 0 and 2147483647" },
      { "NotAllowed", "launch_type", '"FARGTE" is not one of EC2, FARGATE or EXTERNAL; did you mean FARGATE?' },
      { "BadArn", "load_balancer[1].target_group_arn", '"mongo" is not an ARN' },
      { "OutOfRange", "load_balancer[1].container_port", "70000 is not between 0 and 65535" },
      { "NotAllowed", 'tags["aws:team"]', "keys that begin with aws: are reserved for AWS" },
      { "BadPattern", "task_definition", '"mongo:latest" is not family, family:revision or an ARN' },
      { "UnknownArgument", "desired_cuont", "no such argument; did you mean desired_count?" },
    }
    assert.is_nil(normal)
    for i, diagnostic in ipairs(diagnostics) do
      assert.same(expected[i], { diagnostic.code, diagnostic.path, diagnostic.message })
      assert.is_truthy(diagnostic.hint and #diagnostic.hint > 5, diagnostic.path .. " has no fix")
      assert.is_truthy(diagnostic.allowed, diagnostic.path .. " does not say what is allowed")
      assert.is_truthy(diagnostic.given or diagnostic.code == "Missing", diagnostic.path .. " hides what was given")
      assert.equal("error", diagnostic.severity)
    end
    assert.equal(#expected, #diagnostics)
  end)

  describe("the normal form", function()
    it("wraps a single table given for a list, and unwraps a list of one given for a table", function()
      local normal = assert(core.validate("service", service { load_balancer = load_balancer(),
        network_configuration = { { subnets = { "a" } } } }))
      assert.same({ load_balancer() }, normal.load_balancer)
      assert.same({ subnets = { "a" } }, normal.network_configuration)
    end)

    it("has no defaults filled in and no empty members", function()
      assert.same(service(), (core.validate("service", service())))
    end)

    it("drops what a set has twice and keeps what a list has twice", function()
      local normal = assert(core.validate("service", service {
        network_configuration = { subnets = { "b", "a", "b" } },
        ordered_placement_strategy = { { type = "random" }, { type = "random" } },
        placement_constraints = { { type = "distinctInstance" }, { type = "distinctInstance" } },
      }))
      assert.same({ "b", "a" }, normal.network_configuration.subnets)
      assert.equal(2, #normal.ordered_placement_strategy)
      assert.equal(1, #normal.placement_constraints)
    end)

    it("has durations in seconds", function()
      local normal = assert(core.validate("service",
        service { timeouts = { create = "1h30m", update = "90s", delete = 45 } }))
      assert.same({ create = 5400, update = 90, delete = 45 }, normal.timeouts)
    end)

    it("takes one text for a list in ignore_changes and depends_on", function()
      local normal = assert(core.validate("service",
        service { lifecycle = { ignore_changes = "all" }, depends_on = "db" }))
      assert.same({ { "all" }, { "db" } }, { normal.lifecycle.ignore_changes, normal.depends_on })
    end)
  end)

  describe("names", function()
    it("finds the nearest known one, in blocks too", function()
      assert.same({ "UnknownArgument load_balancer[1].container_prot: no such argument; did you mean container_port?" },
        { lines(service { load_balancer = { load_balancer { container_prot = 1 } } })[1] })
      assert.same({ "UnknownArgument launchType: no such argument; did you mean launch_type?" },
        lines(service { launchType = "EC2" }))
      assert.same({ "UnknownArgument loadBalancers: no such argument; did you mean load_balancer?" },
        lines(service { loadBalancers = {} }))
      assert.equal("write name", hint(service { nmae = "x" })) -- two neighbours swapped
      assert.equal("write network_configuration.subnets", hint(service { subnets = { "a" } }))
    end)

    it("suggests nothing for a word that is near to none", function()
      assert.same({ "UnknownArgument xyzzy: no such argument" }, lines(service { xyzzy = 1 }))
    end)

    it("of the API, of older providers and of other tools lead to ours, and are never guessed at", function()
      for given, wanted in pairs {
        placement_strategy = "write ordered_placement_strategy", placementStrategy = "write ordered_placement_strategy",
        deploymentConfiguration = "write deployment_configuration", canary = "deployment_configuration.canary_conf",
        service_name = "write name", serviceName = "write name", role = "write iam_role", roleArn = "write iam_role",
        replicas = "write desired_count", clusterArn = "write cluster", count = "in a loop",
        networkConfiguration = "write network_configuration", forceNewDeployment = "write force_new_deployment",
        healthCheckGracePeriodSeconds = "write health_check_grace_period_seconds",
        ["health-check-grace-period"] = "write health_check_grace_period_seconds",
        volumes = "write volume_configuration", default_tags = "ecs.stack", image = "task definition",
        runningCount = "remove it: AWS answers it", clientToken = "remove it",
        subnet_ids = "write network_configuration.subnets", securityGroups = "network_configuration.security_groups",
        deployment_minimum_percent = "write deployment_minimum_healthy_percent", env = "task definition",
        rollback = "deployment_circuit_breaker",
      } do
        local found = hint(service { [given] = { x = 1 } })
        assert.truthy(found:find(wanted, 1, true), given .. ": " .. found)
      end
    end)

    it("of the API inside of blocks lead to ours, too", function()
      local function of(config, path)
        local _, list = core.validate("service", service(config))
        for _, one in ipairs(list) do
          if one.path == path then return one.hint end
        end
      end
      assert.equal("write elb_name", of({ load_balancer = { { loadBalancerName = "x" } } },
        "load_balancer[1].loadBalancerName"))
      assert.truthy(of({ network_configuration = { awsvpcConfiguration = {} } },
        "network_configuration.awsvpcConfiguration"):find("subnets", 1, true))
      assert.truthy(of({ service_connect_configuration = { enabled = true, service = { { port = "http" } } } },
        "service_connect_configuration.service[1].port"):find("port_name", 1, true))
      assert.equal("write size_in_gb", of({ volume_configuration = { name = "x", managed_ebs_volume = {
        sizeInGiB = 1 } } }, "volume_configuration[1].managed_ebs_volume.sizeInGiB"))
    end)

    it("that this module knows by another name are no arguments, and lead to arguments that there are", function()
      local known = {}
      local function walk(rows, prefix)
        for _, row in ipairs(rows) do
          known[prefix .. row.name] = true
          if row.rows then walk(row.rows, prefix .. row.name .. ".") end
        end
      end
      walk(core.schema("service"), "")
      local list = core.other_names("service")
      assert.is_true(#list > 100)
      for _, one in ipairs(list) do
        local prefix = one.within == "" and "" or one.within .. "."
        assert.is_nil(known[prefix .. one.given], one.given)
        assert.truthy(one.within == "" or known[one.within], one.within)
        assert.truthy(one.hint or one.meant, one.given)
        if one.meant then assert.truthy(known[one.meant], one.meant) end
      end
    end)

    it("come last, sorted", function()
      assert.same({ "WrongType desired_count", "UnknownArgument aaa", "UnknownArgument zzz" },
        codes(service { zzz = 1, aaa = 1, desired_count = "x" }))
    end)

    it("of attributes may not be configured", function()
      assert.same({ "ReadOnly id", "ReadOnly tags_all" }, codes(service { id = "x", tags_all = { a = "b" } }))
    end)
  end)

  describe("kinds", function()
    it("are checked, with the way to write it right", function()
      assert.equal("write 3, without quotes", hint(service { desired_count = "3" }))
      assert.equal("round it to a whole number", hint(service { desired_count = 2.5 }))
      assert.equal("write true, without quotes", hint(service { wait_for_steady_state = 1 }))
      assert.equal('write "7", in quotes', hint(service { platform_version = 7 }))
      assert.equal('write { "a" }', hint(service { network_configuration = { subnets = "a" } }))
      assert.equal('write "1", in quotes', hint(service { tags = { n = 1 } }))
      assert.truthy(hint(service { force_new_deployment = true, triggers = { at = 17 } }):find("tostring", 1, true))
      assert.equal("write alarms = { alarm_names = … }", hint(service { alarms = "a" }))
      assert.equal("write load_balancer = { { elb_name = … } }", hint(service { load_balancer = 1 }))
      assert.same({ "WrongType network_configuration.subnets[2]" },
        codes(service { network_configuration = { subnets = { "a", 2 } } }))
      assert.same({ "WrongType load_balancer[1]" }, codes(service { load_balancer = { "a" } }))
      assert.same({ "WrongType tags" }, codes(service { tags = { "a" } }))
    end)

    it("of numbers do not change silently beyond 2^53", function()
      assert.same({ "OutOfRange desired_count" }, codes(service { desired_count = 2 ^ 53 }))
      assert.same({ "OutOfRange desired_count" }, codes(service { desired_count = -2 ^ 70 }))
      assert.same({ "WrongType desired_count" }, codes(service { desired_count = 1 / 0 }))
      assert.same({ "WrongType desired_count" }, codes(service { desired_count = 0 / 0 }))
      accepts(service { desired_count = 2 ^ 31 - 1 })
    end)

    it("of one block do not take two", function()
      assert.same({ "TooMany network_configuration" },
        codes(service { network_configuration = { { subnets = { "a" } }, { subnets = { "b" } } } }))
    end)

    it("of a whole declaration: a table", function()
      assert.same({ "WrongType : a string stands where a table of arguments is expected" }, lines("mongo"))
      assert.same({ "Missing name", "Missing task_definition" }, codes {})
    end)

    it("that Lua alone has are explained, with their path", function()
      assert.same({ 'WrongType tags["a: b"]: a function cannot be part of a declaration' },
        lines(service { tags = { ["a: b"] = print } }))
      assert.same({ "WrongType tags.f: a function cannot be part of a declaration" },
        lines(service { tags = { f = print } }))
      assert.same({ "WrongType load_balancer: the table mixes positions and names" },
        lines(service { load_balancer = { {}, elb_name = "x" } }))
    end)

    it("of texts: UTF-8 without zero bytes", function()
      assert.same({ "BadPattern platform_version" }, codes(service { platform_version = "1\0" }))
      assert.same({ "BadPattern tags.a" }, codes(service { tags = { a = "\255" } }))
      assert.same({ "BadPattern tags.a" }, codes(service { tags = { a = "\237\160\128" } }))
      accepts(service { tags = { a = "größer", b = "日本語" } })
    end)
  end)

  describe("ranges, words and lengths", function()
    it("of ports", function()
      assert.same({ "OutOfRange load_balancer[1].container_port: 70000 is not between 0 and 65535" },
        lines(service { load_balancer = load_balancer { container_port = 70000 } }))
      accepts(service { load_balancer = load_balancer { container_port = 65535 } })
      assert.same({ "OutOfRange load_balancer[1].container_port" },
        codes(service { load_balancer = load_balancer { container_port = -1 } }))
    end)

    it("of enumerations, in any case and with typing mistakes", function()
      assert.equal('write "FARGATE"', hint(service { launch_type = "fargate" }))
      assert.equal('write "memberOf"', hint(service { placement_constraints = { { type = "memberof" } } }))
      assert.equal("use one of SERVICE, TASK_DEFINITION or NONE", hint(service { propagate_tags = "x" }))
      accepts(service { propagate_tags = "NONE" })
    end)

    it("of the service's name", function()
      accepts(service { name = ("a"):rep(255) })
      assert.same({ "TooLong name" }, codes(service { name = ("a"):rep(256) }))
      assert.same({ "TooShort name" }, codes(service { name = "" }))
      assert.equal('write it as "my-service", for example', hint(service { name = "my service" }))
    end)

    it("of lists", function()
      local many = {}
      for i = 1, 17 do
        many[i] = "subnet-" .. i
      end
      assert.same({ "TooMany network_configuration.subnets: 17 are more than 16" },
        lines(service { network_configuration = { subnets = many } }))
      assert.same({ "TooFew network_configuration.subnets: may not be empty" },
        lines(service { network_configuration = { subnets = {} } }))
      many[17] = many[1]
      accepts(service { network_configuration = { subnets = many } })
      assert.same({ "TooMany network_configuration.security_groups" }, codes(service {
        network_configuration = { subnets = { "a" }, security_groups = { "1", "2", "3", "4", "5", "6" } } }))
      local six = {}
      for i = 1, 6 do
        six[i] = { type = "random" }
      end
      assert.same({ "TooMany ordered_placement_strategy" }, codes(service { ordered_placement_strategy = six }))
      assert.same({ "TooFew alarms.alarm_names" },
        codes(service { alarms = { alarm_names = {}, enable = true, rollback = false } }))
      assert.same({ "TooMany service_registries" }, codes(service { service_registries = {
        { registry_arn = REGISTRY }, { registry_arn = REGISTRY } } }))
    end)

    it("of tags, in characters and not in bytes", function()
      accepts(service { tags = { [("ä"):rep(128)] = ("ä"):rep(256), b = "" } })
      assert.same({ "TooLong" }, { (codes(service { tags = { [("a"):rep(129)] = "x" } })[1]:match("^%w+")) })
      assert.same({ "TooLong tags.a" }, codes(service { tags = { a = ("x"):rep(257) } }))
      assert.same({ "NotAllowed tags[\"AWS:x\"]" }, codes(service { tags = { ["AWS:x"] = "x" } }))
      assert.same({ "TooShort tags[\"\"]" }, codes(service { tags = { [""] = "x" } }))
      assert.same({ "warning BadPattern tags.a" }, codes(service { tags = { a = "#1" } }))
      local many = {}
      for i = 1, 51 do
        many["k" .. i] = "v"
      end
      assert.same({ "TooMany tags" }, codes(service { tags = many }))
    end)

    it("of durations", function()
      for _, text in ipairs { "soon", "", "20", "m", "1h 3m", "-1s", "99999999999h" } do
        assert.same({ "BadPattern timeouts.create" }, codes(service { timeouts = { create = text } }), text)
      end
      assert.same({ "OutOfRange timeouts.update" }, codes(service { timeouts = { update = -1 } }))
      assert.same({ "WrongType timeouts.delete" }, codes(service { timeouts = { delete = true } }))
      assert.same({ create = 5400, update = 1, delete = 0 },
        (core.validate("service",
          service { timeouts = { create = "1.5h", update = "500ms", delete = "0s" } })).timeouts)
    end)
  end)

  describe("ARNs", function()
    it("are of the service that the argument is about, and of its kind of resource", function()
      local function problem(arn)
        return lines(service { load_balancer = load_balancer { target_group_arn = arn } })[1]
      end
      assert.equal('BadArn load_balancer[1].target_group_arn: "x" is not an ARN', problem("x"))
      assert.equal('BadArn load_balancer[1].target_group_arn: "' .. ROLE
        .. '" is an ARN of iam, not of elasticloadbalancing', problem(ROLE))
      local balancer = TARGET:gsub("targetgroup", "loadbalancer")
      assert.equal('BadArn load_balancer[1].target_group_arn: "' .. balancer
        .. '" is not the ARN of a targetgroup', problem(balancer))
      for _, bad in ipairs { "arn:aws:elasticloadbalancing:us-west-2:12:targetgroup/x/1", "arn:aws",
                             "arn:gcp:elasticloadbalancing:us-west-2:123456789012:targetgroup/x/1",
                             "arn:aws:elasticloadbalancing:us-west-2:123456789012:" } do
        assert.is_truthy(problem(bad):find("is not an ARN", 1, true), bad)
      end
    end)

    it("are of the partition in which the stack works", function()
      local target = TARGET:gsub("arn:aws", "arn:aws-cn")
      local china = service { load_balancer = load_balancer { target_group_arn = target } }
      accepts(china)
      accepts(china, { partition = "aws-cn" })
      assert.same({ "WrongPartition load_balancer[1].target_group_arn: "
        .. "the ARN is of the partition aws-cn, not of aws" }, lines(china, { partition = "aws" }))
    end)

    it("of another region are a warning", function()
      local config = service { load_balancer = load_balancer() }
      accepts(config, { region = "us-west-2" })
      assert.same({ "warning WrongRegion load_balancer[1].target_group_arn" }, codes(config, { region = "eu-west-1" }))
      assert.is_table((core.validate("service", config, { region = "eu-west-1" })))
    end)

    it("and names stand for clusters, task definitions and roles", function()
      accepts(service { cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/prod",
        task_definition = "arn:aws:ecs:us-west-2:123456789012:task-definition/mongo:7" })
      accepts(service { task_definition = "mongo" })
      accepts(service { load_balancer = load_balancer(), iam_role = "/ops/ecs" })
      accepts(service { load_balancer = load_balancer(), iam_role = ROLE })
      assert.same({ "BadArn cluster" },
        codes(service { cluster = "arn:aws:ecs:us-west-2:123456789012:service/prod" }))
      assert.same({ "BadPattern cluster" }, codes(service { cluster = "prod/mongo" }))
      assert.same({ "BadArn task_definition" }, codes(service { task_definition = TARGET }))
      assert.same({ "BadPattern task_definition" }, codes(service { task_definition = "mongo:" }))
      assert.same({ "BadPattern task_definition" }, codes(service { task_definition = "mon go:1" }))
      assert.same({ "BadPattern task_definition" }, codes(service { task_definition = "mongo:0" }))
      assert.same({ "BadPattern task_definition" }, codes(service { task_definition = "mongo:07" }))
      accepts(service { task_definition = "mongo:70" })
      assert.same({ "BadPattern iam_role" }, codes(service { load_balancer = load_balancer(), iam_role = "a b" }))
      assert.same({ "warning BadPattern iam_role" },
        codes(service { load_balancer = load_balancer(), iam_role = "ops/ecs" }))
    end)
  end)

  describe("lifecycle", function()
    it("ignores changes of known arguments only", function()
      local function ignore(name)
        return lines(service { lifecycle = { ignore_changes = { "tags", name } } })
      end
      for _, name in ipairs { "all", "desired_count", "tags.Name", 'tags["a b"]', "load_balancer[1].container_port",
                              "network_configuration.subnets", "capacity_provider_strategy" } do
        assert.same({}, ignore(name))
      end
      assert.same({ 'UnknownArgument lifecycle.ignore_changes[2]: "desired_cuont" is no argument; '
        .. "did you mean desired_count?" }, ignore("desired_cuont"))
      assert.same({ 'UnknownArgument lifecycle.ignore_changes[2]: "load_balancer[1].port" is no argument; '
        .. "did you mean container_port?" }, ignore("load_balancer[1].port"))
    end)

    it("leads names of the API and of others to the arguments that are meant", function()
      local function hint_of(name)
        local _, diagnostics = core.validate("service", service { lifecycle = { ignore_changes = { name } } })
        return diagnostics[1].hint
      end
      for given, meant in pairs { desiredCount = "desired_count", taskDefinition = "task_definition",
                                  serviceName = "name", replicas = "desired_count",
                                  task_definition_arn = "task_definition",
                                  placement_strategy = "ordered_placement_strategy",
                                  ["load_balancer[1].loadBalancerName"] = "load_balancer[1].elb_name",
                                  ["load_balancer.containerPort"] = "load_balancer.container_port" } do
        assert.equal(('write "%s"'):format(meant), hint_of(given))
      end
      assert.truthy(hint_of("image"):find("belongs to the task definition", 1, true))
      assert.truthy(hint_of("runningCount"):find("AWS answers it", 1, true))
    end)
  end)

  it("says that triggers without force_new_deployment have no effect", function()
    assert.same({ "warning NoEffect triggers" }, codes(service { triggers = { a = "b" } }))
    accepts(service { triggers = { a = "b" }, force_new_deployment = true })
  end)

  it("keeps warnings back while there are errors", function()
    assert.same({ "WrongType desired_count" }, codes(service { triggers = { a = "b" }, desired_count = "x" }))
  end)

  it("sees all elements of a list, not only the first that is wrong", function()
    assert.same({ "OutOfRange load_balancer[1].container_port", "Missing load_balancer[2]",
                      "Missing load_balancer[3].container_name" },
      codes(service { load_balancer = { load_balancer { container_port = -1 },
                                        load_balancer { target_group_arn = false },
                                        load_balancer { container_name = false } } }))
  end)
end)
