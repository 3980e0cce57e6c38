-- When what AWS has and what is configured mean the same: the rules that single arguments have for it.
local core = require "ecs_service.core"

local ACCOUNT = "arn:aws:ecs:us-west-2:123456789012:"
local ROLE = "arn:aws:iam::123456789012:role/"
local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef"

local function filled(arguments)
  local all = { name = "mongodb", cluster = "prod", task_definition = "mongo:7" }
  for name, value in pairs(arguments) do
    all[name] = value
  end
  return all
end

--- The paths that change when a service that has `has` is to be as `wanted` says.
local function changes(has, wanted, more)
  local config = assert(core.validate("service", filled(wanted)))
  local attributes = filled(has)
  local input = { config = config, recorded = attributes, actual = attributes, refreshed = true, partition = "aws",
                  region = "us-west-2", account_id = "123456789012" }
  for name, value in pairs(more or {}) do
    input[name] = value
  end
  local change, problems = core.plan("service", input)
  assert.is_table(change, problems and problems[1] and problems[1].message)
  local paths = {}
  for i, difference in ipairs(change.diff) do
    paths[i] = difference.path
  end
  return paths
end

local function same(argument, has, wanted, more)
  assert.same({}, changes({ [argument] = has }, { [argument] = wanted }, more))
end

local function different(argument, has, wanted, more)
  assert.is_true(#changes({ [argument] = has }, { [argument] = wanted }, more) > 0,
    argument .. ": no change from " .. tostring(has) .. " to " .. tostring(wanted))
end

describe("equality", function()
  it("knows a cluster by name and by ARN", function()
    same("cluster", ACCOUNT .. "cluster/prod", "prod")
    same("cluster", "prod", ACCOUNT .. "cluster/prod")
    different("cluster", ACCOUNT .. "cluster/prod", "test")
    different("cluster", ACCOUNT .. "cluster/prod", "arn:aws:ecs:us-west-2:210987654321:cluster/prod")
  end)

  it("knows a task definition by family and revision, and by ARN", function()
    same("task_definition", ACCOUNT .. "task-definition/mongo:7", "mongo:7")
    same("task_definition", "mongo:7", ACCOUNT .. "task-definition/mongo:7")
    different("task_definition", "mongo:7", "mongo:8")
    different("task_definition", "mongo:7", "redis:7")
    different("task_definition", ACCOUNT .. "task-definition/mongo:7",
      "arn:aws:ecs:us-west-2:210987654321:task-definition/mongo:7")
  end)

  it("takes a family alone for its newest revision, where that is known", function()
    same("task_definition", "mongo:7", "mongo")
    same("task_definition", "mongo:7", "mongo", { latest_task_definition = ACCOUNT .. "task-definition/mongo:7" })
    different("task_definition", "mongo:7", "mongo", { latest_task_definition = ACCOUNT .. "task-definition/mongo:8" })
    different("task_definition", "redis:7", "mongo")
  end)

  it("knows a role by name, with its path, and by ARN", function()
    local balancer = { { target_group_arn = TARGET, container_name = "mongo", container_port = 80 } }
    local function paths(has, wanted)
      return changes({ iam_role = has, load_balancer = balancer }, { iam_role = wanted, load_balancer = balancer })
    end
    assert.same({}, paths("ecs", ROLE .. "ecs"))
    assert.same({}, paths(ROLE .. "ops/ecs", "/ops/ecs"))
    assert.same({ "iam_role" }, paths(ROLE .. "ops/ecs", "ecs"))
    assert.same({ "iam_role" }, paths(ROLE .. "ecs", "other"))
  end)

  it("knows instanceId as host, and fields in any case, but strategies in their order", function()
    local function by(...)
      local list = {}
      for i, field in ipairs { ... } do
        local resource = field:lower() == "cpu" or field:lower() == "memory"
        list[i] = { type = resource and "binpack" or "spread", field = field }
      end
      return list
    end
    same("ordered_placement_strategy", by("instanceId", "CPU"), by("host", "cpu"))
    same("ordered_placement_strategy", by("host"), by("instanceId"))
    different("ordered_placement_strategy", by("cpu", "host"), by("host", "cpu"))
    different("ordered_placement_strategy", by("cpu"), by("memory"))
  end)

  it("compares sets without order", function()
    local a, b = { type = "memberOf", expression = "a" }, { type = "distinctInstance" }
    same("placement_constraints", { a, b }, { b, a })
    different("placement_constraints", { a, b }, { b })
    same("network_configuration", { subnets = { "a", "b" } }, { subnets = { "b", "a" } })
  end)

  it("takes what is not set for its default", function()
    same("network_configuration", { subnets = { "a" }, assign_public_ip = false, security_groups = {} },
      { subnets = { "a" } })
    same("propagate_tags", "NONE", nil)
    same("propagate_tags", nil, "NONE")
    different("propagate_tags", "SERVICE", nil)
    same("enable_execute_command", false, nil)
    different("enable_execute_command", true, nil)
    same("deployment_maximum_percent", 200, nil)
    same("health_check_grace_period_seconds", 0, nil)
    local balancer = { { target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/1",
      container_name = "web", container_port = 80 } }
    assert.same({ "health_check_grace_period_seconds" }, changes({ health_check_grace_period_seconds = 60,
      load_balancer = balancer }, { load_balancer = balancer }))
    same("health_check_grace_period_seconds", 60, nil) -- without a load balancer it means nothing, and cannot be sent
    same("service_registries", { { registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1",
      port = 0, container_name = "" } },
      { { registry_arn = "arn:aws:servicediscovery:us-west-2:123456789012:service/srv-1" } })
    same("capacity_provider_strategy", { { capacity_provider = "a", weight = 1, base = 0 } },
      { { capacity_provider = "a", weight = 1 } })
  end)

  it("takes a missing block for no change where Terraform does", function()
    same("deployment_circuit_breaker", { enable = true, rollback = true }, nil)
    same("alarms", { alarm_names = { "a" }, enable = true, rollback = true }, nil)
    same("deployment_controller", { type = "CODE_DEPLOY" }, nil)
    same("deployment_controller", nil, { type = "ECS" })
    same("deployment_controller", { type = "ECS" }, {})
    local balancer = { { target_group_arn = TARGET, container_name = "mongo", container_port = 80 } }
    assert.same({ "deployment_controller.type" }, changes({ load_balancer = balancer },
      { load_balancer = balancer, deployment_controller = { type = "CODE_DEPLOY" } }))
    same("deployment_circuit_breaker", nil, { enable = false, rollback = false })
    different("deployment_circuit_breaker", nil, { enable = true, rollback = false })
    different("alarms", { alarm_names = { "a" }, enable = true, rollback = true },
      { alarm_names = { "b" }, enable = true, rollback = true })
  end)

  it("keeps the network of a service, which UpdateService cannot take away", function()
    same("network_configuration", { subnets = { "a" } }, nil)
    different("network_configuration", { subnets = { "a" } }, { subnets = { "b" } })
  end)

  it("takes Service Connect that is off for none", function()
    same("service_connect_configuration", { enabled = false, namespace = "x" }, nil)
    same("service_connect_configuration", nil, { enabled = false })
    different("service_connect_configuration", { enabled = true }, nil)
  end)

  it("takes the names that ECS gives for those that are not configured", function()
    local namespace = "arn:aws:servicediscovery:us-west-2:123456789012:namespace/ns-1"
    local function connect(name, block)
      block.port_name = "http"
      return { enabled = true, namespace = name, service = { block } }
    end
    same("service_connect_configuration", connect(namespace, { discovery_name = "http" }), connect("prod", {}))
    same("service_connect_configuration",
      connect(namespace, { client_alias = { { port = 80, dns_name = "http.prod" } } }),
      connect(nil, { client_alias = { { port = 80 } } }))
    different("service_connect_configuration", connect("prod", { discovery_name = "mongo" }), connect("prod", {}))
    different("service_connect_configuration", connect("prod", {}), connect("test", {}))
  end)
end)
