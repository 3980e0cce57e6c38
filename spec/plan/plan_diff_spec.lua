local core = require "ecs_service.core"
local journey = require "support.plan_journey"
local mirror = require "support.mirror"

local TG_A = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/0123456789abcdef"
local TG_B = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/b/0123456789abcdef"

local config, running, planned = journey.config, journey.running, journey.planned
local entry, paths = journey.entry, journey.paths

describe("differences", function()
  local function balancer(port, arn)
    return { target_group_arn = arn or TG_A, container_name = "web", container_port = port }
  end

  it("are none where a set is only in another order or repeats itself", function()
    assert.equal("no-op", planned({ load_balancer = { balancer(80), balancer(81, TG_B) } },
      { load_balancer = { balancer(81, TG_B), balancer(80) } }).action)
    assert.equal("no-op", planned({ network_configuration = { subnets = { "a", "b" } } },
      { network_configuration = { subnets = { "b", "a" } } }).action)
  end)

  it("show a changed element of a set as that element's change", function()
    local change = planned({ load_balancer = { balancer(80), balancer(81, TG_B) } },
      { load_balancer = { balancer(82, TG_B), balancer(80) } })
    assert.same({ { path = "load_balancer[1].container_port", before = 81, after = 82, element = "changed",
      starts_deployment = true } }, change.diff)
  end)

  it("show added and removed elements of a set as a whole", function()
    local change = planned({ load_balancer = { balancer(80) } },
      { load_balancer = { balancer(80), balancer(81, TG_B) } })
    assert.same({ { path = "load_balancer[2]", after = balancer(81, TG_B), element = "added",
      starts_deployment = true } }, change.diff)
    change = planned({ load_balancer = { balancer(80), balancer(81, TG_B) } },
      { load_balancer = { balancer(81, TG_B) } })
    assert.same(balancer(80), change.before.load_balancer[2])
    assert.same({ { path = "load_balancer[2]", before = balancer(80), element = "removed",
      starts_deployment = true } }, change.diff)
  end)

  it("show a list by position, and one member put in or taken out as that", function()
    local spread = { type = "spread", field = "attribute:ecs.availability-zone" }
    local pack = { type = "binpack", field = "cpu" }
    local change = planned({ ordered_placement_strategy = { spread, pack } },
      { ordered_placement_strategy = { pack, spread } })
    assert.equal("update", change.action)
    assert.same({ "ordered_placement_strategy[1].type", "ordered_placement_strategy[1].field",
      "ordered_placement_strategy[2].type", "ordered_placement_strategy[2].field" }, paths(change))
    change = planned({ ordered_placement_strategy = { pack } }, { ordered_placement_strategy = { spread, pack } })
    assert.same({ "ordered_placement_strategy[1]" }, paths(change))
    assert.equal("added", change.diff[1].element)
    change = planned({ ordered_placement_strategy = { spread, pack } }, { ordered_placement_strategy = { pack } })
    assert.same({ "ordered_placement_strategy[1]" }, paths(change))
    assert.equal("removed", change.diff[1].element)
  end)

  it("show a list that grows by a member like its others, and one that loses it", function()
    local random = { type = "random" }
    local change = planned({ ordered_placement_strategy = { random, random } },
      { ordered_placement_strategy = { random, random, random } })
    assert.equal("update", change.action)
    assert.equal(1, #change.diff)
    assert.equal("added", change.diff[1].element)
    change = planned({ ordered_placement_strategy = { random, random, random } },
      { ordered_placement_strategy = { random, random } })
    assert.equal("update", change.action)
    assert.equal(1, #change.diff)
    assert.equal("removed", change.diff[1].element)
  end)

  it("show a member that is left out of a block as what it is without a word about it", function()
    local change = planned({ network_configuration = { subnets = { "a" }, assign_public_ip = true } },
      { network_configuration = { subnets = { "a" } } })
    assert.same({ { path = "network_configuration.assign_public_ip", before = true, after = false,
      starts_deployment = true } }, change.diff)
  end)

  it("are none, and start nothing, where force_new_deployment is declared and nothing differs", function()
    local change = planned({ force_new_deployment = true }, { force_new_deployment = true })
    assert.equal("no-op", change.action)
    assert.same({ starts = false, why = {} },
      { starts = change.deployment.starts, why = change.deployment.why })
  end)

  it("are none to refuse where the service that may not be destroyed is gone already", function()
    local declared = assert(core.validate("service", { name = "web", cluster = "prod", task_definition = "web:1",
      lifecycle = { prevent_destroy = true } }))
    local has = { id = "arn:aws:ecs:us-west-2:123456789012:service/prod/web", name = "web", cluster = "prod",
      task_definition = "web:1", scheduling_strategy = "REPLICA" }
    local input = { config = declared, recorded = has, destroy = true, refreshed = true }
    assert.equal("delete", assert(core.plan("service", input)).action)
    input.actual = has
    local none, diagnostics = core.plan("service", input)
    assert.is_nil(none)
    assert.equal("PreventDestroy", diagnostics[1].code)
  end)

  it("are none of a block that is ignored, also where another change would end it", function()
    local breaker = { enable = true, rollback = true }
    local change = planned({ deployment_circuit_breaker = breaker },
      { desired_count = 3, lifecycle = { ignore_changes = { "deployment_circuit_breaker" } } })
    assert.same({ "desired_count" }, paths(change))
    assert.same(breaker, change.after.deployment_circuit_breaker)
    change = planned({ deployment_circuit_breaker = breaker }, { desired_count = 3 })
    assert.same({ "desired_count", "deployment_circuit_breaker" }, paths(change))
  end)

  it("are none where AWS says nothing of what it has by default, which is what shall be", function()
    local declared = assert(core.validate("service", { name = "web", cluster = "prod", task_definition = "web:1" }))
    local has = { id = "arn:aws:ecs:us-west-2:123456789012:service/prod/web", name = "web", cluster = "prod",
      task_definition = "web:1", scheduling_strategy = "REPLICA" }
    local change = assert(core.plan("service", { config = declared, recorded = has, actual = has, refreshed = true }))
    assert.equal("no-op", change.action)
    assert.equal(false, change.after.enable_execute_command)
    assert.equal(false, change.after.enable_ecs_managed_tags)
  end)

  it("show, of two elements of a set that a new one is as like, the earlier one as changed", function()
    local other = TG_A:gsub("/a/", "/c/")
    local change = planned({ load_balancer = { balancer(80), balancer(80, TG_B) } },
      { load_balancer = { balancer(80, other) } })
    assert.equal(TG_A, assert(entry(change, "load_balancer[1].target_group_arn")).before)
    assert.same(balancer(80, TG_B), assert(entry(change, "load_balancer[2]")).before)
  end)

  it("take host for instanceId and ignore the case of fields", function()
    assert.equal("no-op", planned({ ordered_placement_strategy = { { type = "spread", field = "host" } } },
      { ordered_placement_strategy = { { type = "spread", field = "instanceId" } } }).action)
    assert.equal("no-op", planned({ ordered_placement_strategy = { { type = "binpack", field = "CPU" } } },
      { ordered_placement_strategy = { { type = "binpack", field = "cpu" } } }).action)
  end)

  it("go down to the members of a block, and show a set of texts as a whole and in order", function()
    local change = planned({ network_configuration = { subnets = { "b", "a" } } },
      { network_configuration = { subnets = { "c", "a" }, assign_public_ip = true } })
    assert.same({
      { path = "network_configuration.subnets", before = { "a", "b" }, after = { "a", "c" }, starts_deployment = true },
      { path = "network_configuration.assign_public_ip", before = false, after = true, starts_deployment = true },
    }, change.diff)
  end)

  it("show every member of a block that is new or gone", function()
    local change = planned({}, { network_configuration = { subnets = { "a" } } })
    assert.same({ "network_configuration.subnets", "network_configuration.assign_public_ip" }, paths(change))
    assert.is_false(entry(change, "network_configuration.assign_public_ip").after)
    change = planned({ service_connect_configuration = { enabled = true, namespace = "a" } }, {})
    assert.same({ "service_connect_configuration.enabled", "service_connect_configuration.namespace" }, paths(change))
  end)

  it("know what a member that is left out stands for", function()
    assert.equal("no-op", planned({ capacity_provider_strategy = { { capacity_provider = "a", weight = 1 } } },
      { capacity_provider_strategy = { { capacity_provider = "a", weight = 1, base = 0 } } }).action)
    assert.equal("no-op", planned({ network_configuration = { subnets = { "a" } } },
      { network_configuration = { subnets = { "a" }, assign_public_ip = false, security_groups = {} } }).action)
  end)

  it("show maps by key", function()
    local change = planned({ tags = { Name = "a", ["a b"] = "1" } }, { tags = { Name = "b", new = "2" } })
    assert.same({ path = "tags.Name", before = "a", after = "b" }, entry(change, "tags.Name"))
    assert.same({ path = 'tags["a b"]', before = "1" }, entry(change, 'tags["a b"]'))
    assert.same({ path = "tags_all.new", after = "2" }, entry(change, "tags_all.new"))
  end)

  it("leave out what ECS filled in where nothing was declared", function()
    local connect = { enabled = true, service = { { port_name = "http", client_alias = { { port = 80 } } } } }
    local trip = running { service_connect_configuration = connect }
    local answer = trip.service.deployments[1].serviceConnectConfiguration
    answer.namespace = "arn:aws:servicediscovery:us-west-2:123456789012:namespace/ns-1"
    answer.services[1].discoveryName = "http"
    answer.services[1].clientAliases[1].dnsName = "http.prod"
    assert.equal("no-op", trip:plan(config { service_connect_configuration = connect }).action)
    local second = mirror.copy(connect)
    second.service[1].client_alias[1].port = 81
    assert.same({ "service_connect_configuration.service[1].client_alias[1].port" },
      paths(trip:plan(config { service_connect_configuration = second })))
  end)

  it("keep the options that ECS chose for a log driver", function()
    local connect = { enabled = true, log_configuration = { log_driver = "awslogs" } }
    local trip = running { service_connect_configuration = connect }
    trip.service.deployments[1].serviceConnectConfiguration.logConfiguration.options = { mode = "blocking" }
    local change = trip:plan(config { service_connect_configuration = connect })
    assert.equal("no-op", change.action)
    connect.log_configuration.secret_option = { { name = "a", value_from = "b" } }
    change = trip:plan(config { service_connect_configuration = connect })
    assert.same({ mode = "blocking" }, change.after.service_connect_configuration.log_configuration.options)
  end)
end)

describe("tags", function()
  it("change without an UpdateService", function()
    local trip = running { tags = { Name = "a", old = "1" } }
    local change, bodies = trip:apply(config { tags = { Name = "b" } })
    assert.equal("update", change.action)
    assert.same({}, change.changed)
    assert.is_false(change.deployment.starts)
    assert.is_nil(bodies.UpdateService)
    assert.same({ "old" }, bodies.UntagResource.tagKeys)
    assert.same({ { key = "Name", value = "b" } }, bodies.TagResource.tags)
  end)

  it("follow the default tags of the stack", function()
    local options = { default_tags = { team = "core" } }
    local trip = running({ tags = { Name = "a" } }, options)
    assert.same({ Name = "a", team = "core" }, trip.recorded.tags_all)
    assert.same({ Name = "a" }, trip.recorded.tags)
    options.default_tags = { team = "edge" }
    local change, bodies = trip:apply(config { tags = { Name = "a" } })
    assert.equal("update", change.action)
    assert.same({ { key = "team", value = "edge" } }, bodies.TagResource.tags)
    assert.equal("no-op", trip:plan(config { tags = { Name = "a" } }).action)
    options.default_tags = nil
    trip:apply(config { tags = { Name = "a" } })
    assert.same({ Name = "a" }, trip.recorded.tags_all)
  end)

  it("that are the same as a default one stay the service's own", function()
    local trip = running({ tags = { team = "core" } }, { default_tags = { team = "core" } })
    assert.same({ team = "core" }, trip.recorded.tags)
    assert.equal("no-op", trip:plan(config { tags = { team = "core" } }).action)
  end)

  it("of others are taken away, unless they are ignored", function()
    local trip = running { tags = { Name = "a" } }
    trip.service = mirror.retag(trip.service, { ["cost:center"] = "1", owner = "x", ["aws:cloudformation"] = "y" })
    local change = trip:plan(config { tags = { Name = "a" } })
    trip.options.ignore_tags = { keys = { "own" } }
    assert.truthy(entry(trip:plan(config { tags = { Name = "a" } }), "tags.owner"))
    assert.same({ ["cost:center"] = "1", owner = "x", Name = "a" }, change.before.tags_all)
    assert.same({ Name = "a" }, change.after.tags_all)
    trip.options.ignore_tags = { keys = { "owner" }, key_prefixes = { "cost:" } }
    assert.equal("no-op", trip:plan(config { tags = { Name = "a" } }).action)
    assert.equal("no-op", trip:plan(config { tags = { Name = "a", owner = "me" } }).action)
  end)

  it("make tags_all: own ones over default ones", function()
    assert.same({ a = "2", b = "3" }, core.tags_all({ a = "2" }, { a = "1", b = "3", ["aws:x"] = "y" }, nil))
    assert.same({ a = "2" }, core.tags_all({ a = "2" }, { ["k8s/x"] = "1" }, { key_prefixes = { "k8s/" } }))
    assert.same({}, core.tags_all())
  end)
end)

describe("drift", function()
  it("is shown apart, and what the configuration changes back is in the diff too", function()
    local trip = running()
    trip.service.desiredCount = 7
    local change = trip:plan(config())
    assert.same({ { path = "desired_count", before = 2, after = 7 } }, change.drift)
    assert.same({ { path = "desired_count", before = 7, after = 2 } }, change.diff)
  end)

  it("of arguments that AWS may choose is no change", function()
    local trip = running { launch_type = "FARGATE", platform_version = "1.4.0" }
    trip.service.platformVersion = "1.5.0"
    local change = trip:plan(config { launch_type = "FARGATE" })
    assert.equal("no-op", change.action)
    assert.same({ { path = "platform_version", before = "1.4.0", after = "1.5.0" } }, change.drift)
  end)

  it("is not there when nothing was read", function()
    local trip = running()
    assert.same({}, core.plan("service", { config = config(), recorded = trip.recorded }).drift)
  end)

  it("is marked where ignore_changes covers it", function()
    local trip = running()
    trip.service.desiredCount = 7
    local change = trip:plan(config { desired_count = 3, lifecycle = { ignore_changes = { "desired_count" } } })
    assert.equal("no-op", change.action)
    assert.same({ { path = "desired_count", before = 2, after = 7, ignored = true } }, change.drift)
    assert.equal(7, change.after.desired_count)
  end)
end)

describe("ignore_changes", function()
  local function ignoring(first, second, ...)
    second.lifecycle = { ignore_changes = { ... } }
    return planned(first, second)
  end

  it("takes arguments out of the plan", function()
    local change = ignoring({}, { desired_count = 9, task_definition = "mongo:8" }, "desired_count", "task_definition")
    assert.equal("no-op", change.action)
    assert.same({}, change.diff)
    assert.equal("update", ignoring({}, { desired_count = 9, task_definition = "mongo:8" }, "desired_count").action)
  end)

  it("takes everything out with all", function()
    assert.equal("no-op", ignoring({ tags = { a = "1" } }, { desired_count = 9, tags = { b = "1" },
      launch_type = "FARGATE" }, "all").action)
  end)

  it("takes single tags out, those with other characters too", function()
    local change = ignoring({ tags = { Name = "a", ["a b"] = "1", c = "1" } },
      { tags = { Name = "b", ["a b"] = "2", c = "2" } }, "tags.Name", 'tags["a b"]')
    assert.same({ "tags.c", "tags_all.c" }, paths(change))
    assert.same({ Name = "a", ["a b"] = "1", c = "2" }, change.after.tags_all)
  end)

  it("keeps a tag that somebody else added", function()
    local trip = running { tags = { a = "1" } }
    trip.service = mirror.retag(trip.service, { other = "x" })
    local change = trip:plan(config { tags = { a = "1" }, lifecycle = { ignore_changes = { "tags.other" } } })
    assert.equal("no-op", change.action)
    assert.is_true(change.drift[1].ignored)
  end)

  it("takes members of blocks and of elements out", function()
    local network = { subnets = { "a" }, security_groups = { "sg-1" } }
    local change = ignoring({ network_configuration = network },
      { network_configuration = { subnets = { "b" }, security_groups = { "sg-2" } } }, "network_configuration.subnets")
    assert.same({ "network_configuration.security_groups" }, paths(change))
    assert.same({ "a" }, change.after.network_configuration.subnets)
    local one = { target_group_arn = TG_A, container_name = "web", container_port = 80 }
    local two = { target_group_arn = TG_A, container_name = "api", container_port = 81 }
    change = ignoring({ load_balancer = { one } }, { load_balancer = { two } }, "load_balancer[1].container_port")
    assert.same({ "load_balancer[1].container_name" }, paths(change))
    assert.equal(80, change.after.load_balancer[1].container_port)
    local other = { target_group_arn = TG_B, container_name = "web", container_port = 80 }
    change = ignoring({ load_balancer = { one, other } }, { load_balancer = {
      { target_group_arn = TG_A, container_name = "web", container_port = 90 },
      { target_group_arn = TG_B, container_name = "web", container_port = 91 } } }, "load_balancer[2].container_port")
    assert.same({ "load_balancer[1].container_port" }, paths(change))
  end)

  it("leaves a tag away that AWS has not, whatever signs its key has", function()
    local function made(path)
      return planned({ tags = { a = "1" } }, { tags = { a = "1", ['x "y"'] = "2" },
        lifecycle = { ignore_changes = { path } } }).action
    end
    assert.equal("no-op", made 'tags["x \\"y\\""]')
    assert.equal("update", made 'tags["x y"]')
  end)

  it("takes nothing from a block that AWS has not", function()
    local network = { subnets = { "a" }, security_groups = { "sg" } }
    local change = planned({}, { network_configuration = network,
      lifecycle = { ignore_changes = { "network_configuration.security_groups" } } })
    assert.equal("update", change.action)
    assert.same({ "a" }, change.after.network_configuration.subnets)
  end)

  it("keeps what is ignored when the service is replaced", function()
    local trip = running { launch_type = "EC2" }
    trip.service.desiredCount = 7
    local change = trip:plan(config { launch_type = "FARGATE", lifecycle = { ignore_changes = { "desired_count" } } })
    assert.equal("replace", change.action)
    assert.equal(7, change.after.desired_count)
    change = trip:plan(config { launch_type = "FARGATE", desired_count = "absent",
      lifecycle = { ignore_changes = { "desired_count" } } })
    assert.equal(7, change.after.desired_count)
  end)

  it("means nothing to a service that is created", function()
    local change = journey.new():plan(config { lifecycle = { ignore_changes = { "desired_count" } } })
    assert.equal(2, change.after.desired_count)
  end)
end)
