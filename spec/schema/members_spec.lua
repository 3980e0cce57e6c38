-- Members that AWS has and no row of the schema knows: whatever is sent of their structures takes them along.
local core = require "ecs_service.core"
local journey = require "support.journey"
local members = require "support.members"

before_each(members.begin)
after_each(members.finish)

local telling = members.telling
local stack_of = members.stack_of
local new_state = members.new_state
local update_of = members.update_of
local group = members.group
local LATTICE = members.LATTICE
local ROLE = members.ROLE
local REGISTRY = members.REGISTRY

describe("a member that no row knows", function()
  local INVENTED = { depth = { list = { 1, "two", { three = 3.5, yes = true } } }, text = "kept" }
  local network = { subnets = { "subnet-1" }, security_groups = { "sg-1" } }
  local connect = { enabled = true, namespace = "apps", log_configuration = { log_driver = "json-file",
      secret_option = { { name = "token", value_from = "arn:aws:ssm:us-west-2:123456789012:parameter/token" } } },
    service = { { port_name = "http", client_alias = { { port = 80, dns_name = "web" } }, timeout = {
      idle_timeout_seconds = 30 }, tls = { kms_key = "key", issuer_cert_authority = {
        aws_pca_authority_arn = "arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/1" } } } } }
  local volume = { name = "data", managed_ebs_volume = { role_arn = ROLE, size_in_gb = 10 } }

  local function with(base, path, value)
    local copy = {}
    for key, member in pairs(base) do copy[key] = type(member) == "table" and with(member, nil) or member end
    local at = copy
    for name in (path or ""):gmatch "[^%.]+" do
      local key = tonumber(name) or name
      if path:sub(-#name) == name and at[key] ~= nil and type(at[key]) ~= "table" then at[key] = value end
      at = at[key]
    end
    return copy
  end

  -- Where a member is invented, what is declared and what of it changes, and the path that tells of it.
  local cases = {
    { at = "loadBalancers.1", argument = "load_balancer", path = "load_balancer[1].invented",
      value = { { target_group_arn = group "blue", container_name = "web", container_port = 80 } },
      change = "1.container_port", to = 81 },
    { at = "loadBalancers.1", argument = "load_balancer", path = "load_balancer[1].invented", elb = true,
      value = { { elb_name = "classic", container_name = "web", container_port = 80 } },
      change = "1.container_port", to = 81 },
    { at = "deploymentConfiguration", argument = "deployment_maximum_percent",
      path = "deploymentConfiguration.invented", value = 200, to = 150 },
    { at = "deploymentConfiguration.deploymentCircuitBreaker", argument = "deployment_circuit_breaker",
      path = "deployment_circuit_breaker.invented", value = { enable = true, rollback = true },
      change = "rollback", to = false },
    { at = "deploymentConfiguration.alarms", argument = "alarms", path = "alarms.invented",
      value = { alarm_names = { "errors" }, enable = true, rollback = true }, change = "rollback", to = false },
    { at = "networkConfiguration", argument = "network_configuration", path = "networkConfiguration.invented",
      value = network, change = "subnets.1", to = "subnet-2", more = { launch_type = "FARGATE" } },
    { at = "networkConfiguration.awsvpcConfiguration", argument = "network_configuration",
      path = "network_configuration.invented", value = network, change = "subnets.1", to = "subnet-2",
      more = { launch_type = "FARGATE" } },
    { at = "placementConstraints.1", argument = "placement_constraints", path = "placement_constraints[1].invented",
      value = { { type = "distinctInstance" } }, add = { type = "memberOf", expression = "attribute:a == b" } },
    { at = "placementStrategy.1", argument = "ordered_placement_strategy",
      path = "ordered_placement_strategy[1].invented", value = { { type = "binpack", field = "cpu" } },
      add = { type = "spread", field = "host" } },
    { at = "capacityProviderStrategy.1", argument = "capacity_provider_strategy",
      path = "capacity_provider_strategy[1].invented", value = { { capacity_provider = "FARGATE", weight = 1 } },
      change = "1.weight", to = 2, more = { force_new_deployment = true } },
    { at = "serviceRegistries.1", argument = "service_registries", path = "service_registries[1].invented",
      value = { { registry_arn = REGISTRY, container_name = "web", container_port = 80 } },
      change = "1.container_port", to = 81 },
    { at = "deployments.1.volumeConfigurations.1", argument = "volume_configuration",
      path = "volume_configuration[1].invented", value = { volume },
      change = "1.managed_ebs_volume.size_in_gb", to = 20 },
    { at = "deployments.1.volumeConfigurations.1.managedEBSVolume", argument = "volume_configuration",
      path = "volume_configuration[1].managed_ebs_volume.invented", value = { volume },
      change = "1.managed_ebs_volume.size_in_gb", to = 20 },
    { at = "deployments.1.vpcLatticeConfigurations.1", argument = "vpc_lattice_configurations",
      path = "vpc_lattice_configurations[1].invented",
      value = { { role_arn = ROLE, target_group_arn = LATTICE, port_name = "http" } },
      change = "1.role_arn", to = ROLE .. "2" },
  }
  local inside = { [""] = "", [".logConfiguration"] = ".log_configuration",
    [".logConfiguration.secretOptions.1"] = ".log_configuration.secret_option[1]", [".services.1"] = ".service[1]",
    [".services.1.clientAliases.1"] = ".service[1].client_alias[1]", [".services.1.timeout"] = ".service[1].timeout",
    [".services.1.tls"] = ".service[1].tls",
    [".services.1.tls.issuerCertificateAuthority"] = ".service[1].tls.issuer_cert_authority" }
  for place, path in pairs(inside) do
    cases[#cases + 1] = { at = "deployments.1.serviceConnectConfiguration" .. place, value = connect,
      argument = "service_connect_configuration", path = "service_connect_configuration" .. path .. ".invented",
      change = "service.1.timeout.idle_timeout_seconds", to = 31 }
  end
  table.sort(cases, function(a, b) return a.path < b.path end)

  local function walk(tree, places)
    for name in places:gmatch "[^%.]+" do tree = tree and tree[tonumber(name) or name] end
    return tree
  end

  local function wish(case, value)
    local config = { [case.argument] = value }
    for key, member in pairs(case.more or {}) do config[key] = member end
    return journey.web(config)
  end

  local function changed(case)
    if case.add then return { case.value[1], case.add } end
    return case.change and with(case.value, case.change, case.to) or case.to
  end

  for _, case in ipairs(cases) do
    it(("at %s goes along when %s changes"):format(case.at, case.argument), function()
      local sim = journey.simulator { clusters = { "prod" } }
      local world = telling(sim, function(service)
        local place = walk(service, case.at)
        if place then place.invented = INVENTED end
      end)
      local state = new_state()
      local result, err = stack_of(world, state, wish(case, case.value)):apply()
      assert(result, tostring(err))
      sim:advance(600)
      local stack = stack_of(world, state, wish(case, changed(case)))
      local plan = assert(stack:plan())
      assert.equal("update", plan.changes[1].action, plan:render())
      assert.same({ case.path }, plan.changes[1].carried)
      assert.is_truthy(plan:render():find(case.path, 1, true))
      local body = update_of(sim, stack)
      local sent = walk(body, (case.at:gsub("^deployments%.1%.", "")))
      assert.same(INVENTED, sent and sent.invented, core.json(body))
      assert.is_nil(journey.read(state):find("invented", 1, true))
      journey.assert_empty(stack_of(world, state, wish(case, changed(case))))
    end)
  end
end)
