-- ecs.service_arguments: a service that is written down as the API has it, as the arguments of a declaration.
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"

local ROLE = "arn:aws:iam::123456789012:role/"
local GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"

local function refused(definition)
  local ok, err = pcall(ecs.service_arguments, definition)
  assert.is_false(ok)
  assert.equal("ValidationFailed", err.code)
  return err.diagnostics, tostring(err)
end

describe("the arguments of a service definition", function()
  it("are those of the declaration that says the same, and nothing that it leaves to ECS", function()
    local arguments = ecs.service_arguments {
      serviceName = "web", cluster = "prod",
      taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:3",
      role = ROLE .. "lb", desiredCount = 0, enableECSManagedTags = false, launchType = "FARGATE",
      deploymentConfiguration = { maximumPercent = 150, strategy = "ROLLING", -- which it is anyway
        deploymentCircuitBreaker = { enable = false, rollback = false } },
      networkConfiguration = { awsvpcConfiguration = { subnets = { "subnet-1", "subnet-2" },
        assignPublicIp = "DISABLED" } },
      loadBalancers = { { targetGroupArn = GROUP, containerName = "app", containerPort = 80 } },
      placementConstraints = {}, placementStrategy = { { type = "spread", field = "host" } },
      serviceRegistries = {}, propagateTags = "SERVICE", tags = { { key = "Team", value = "core" } },
    }
    assert.same({ name = "web", cluster = "prod",
      task_definition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:3", iam_role = ROLE .. "lb",
      desired_count = 0, enable_ecs_managed_tags = false, launch_type = "FARGATE", deployment_maximum_percent = 150,
      deployment_circuit_breaker = { enable = false, rollback = false },
      network_configuration = { subnets = { "subnet-1", "subnet-2" }, assign_public_ip = false },
      load_balancer = { { target_group_arn = GROUP, container_name = "app", container_port = 80 } },
      ordered_placement_strategy = { { type = "spread", field = "host" } },
      propagate_tags = "SERVICE", tags = { Team = "core" } }, arguments)
  end)

  it("have no name, cluster and task definition where the file has none", function()
    assert.same({ scheduling_strategy = "DAEMON" }, ecs.service_arguments { schedulingStrategy = "DAEMON" })
    assert.same({}, ecs.service_arguments {})
  end)

  it("leave the definition as it is", function()
    local definition = { desiredCount = 1, deploymentConfiguration = { maximumPercent = 150 }, tags = {} }
    local before = core.json(definition)
    ecs.service_arguments(definition)
    assert.equal(before, core.json(definition))
  end)

  it("are read from an answer of ECS too, without what only ECS says", function()
    local world = declared.world()
    local config = { name = "web", cluster = "prod", task_definition = "api:1", desired_count = 2,
      service_connect_configuration = { enabled = true, namespace = "prod",
        service = { { port_name = "http", client_alias = { { port = 80, dns_name = "web" } } } } },
      tags = { Team = "core" } }
    local stack = declared.stack(world)
    stack:task_definition("api", declared.definition())
    local service = stack:service("web", config)
    assert(service)
    assert(stack:apply())
    local answer = assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "web" },
      include = { "TAGS" } }))
    local arguments = ecs.service_arguments(answer)
    assert.same(config.service_connect_configuration, { enabled = true, namespace = "prod",
      service = arguments.service_connect_configuration.service })
    assert.same({ "web", 2, { Team = "core" } }, { arguments.name, arguments.desired_count, arguments.tags })
    assert.truthy(arguments.cluster:find(":cluster/prod", 1, true))
    for _, of_ecs in ipairs { "id", "arn", "tags_all", "iam_role" } do assert.is_nil(arguments[of_ecs]) end
    stack = declared.stack(world)
    stack:task_definition("api", declared.definition())
    stack:service("web", arguments)
    local plan = assert(stack:plan())
    assert.is_true(plan:is_empty(), plan:render { color = false })
  end)

  it("are refused where something would be lost, with the path in the words of the file", function()
    local diagnostics, text = refused { desiredCont = 3, loadBalancers = {
      { targetGroupArn = GROUP, containerName = "app", containerPort = 80, containerWeigt = 3 } },
      networkConfiguration = { subnets = { "subnet-1" } } }
    local found = {}
    for i, one in ipairs(diagnostics) do found[i] = one.path end
    assert.same({ "desiredCont", "loadBalancers[1].containerWeigt", "networkConfiguration" }, found)
    assert.equal("did you mean desiredCount?", diagnostics[1].hint)
    assert.truthy(text:find("desiredCont: no argument says this", 1, true), text)
  end)

  it("are refused in the spelling of declarations: that needs no conversion", function()
    local diagnostics = refused { desired_count = 3 }
    assert.same({ "desired_count", "did you mean desiredCount?" }, { diagnostics[1].path, diagnostics[1].hint })
  end)

  it("raise for what is no table", function()
    for _, wrong in ipairs { "web.json", 1, true } do
      local ok, message = pcall(function() return (ecs.service_arguments(wrong)) end)
      assert.is_false(ok)
      assert.truthy(message:find("service_arguments_spec.lua:%d+: ecs.service_arguments takes a table"), message)
    end
  end)
end)
