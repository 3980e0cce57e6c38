-- The files of ecspresso, as they are when their templates are written out: declared, applied, and no change then.
local declared = require "support.declared"
local ecs = require "ecs_service"
local memory = require "ecs_service.state.memory"

local function file(name) return ecs.json_file("../data/ecspresso/" .. name .. ".json") end

-- Task definition and service definition of one service each.
local PAIRS = {
  { "ci-nginx-taskdef", "ci-nginx-service" },
  { "ci-bash-taskdef", "ci-bash-service" },
  { "ci-ecs-task-def", "ci-ecs-service-def" },
  { "ci-ecs-task-def-daemon", "ci-ecs-service-def-daemon", on = "EC2" },
  { "terraform-ecs-task-def", "terraform-ecs-service-def" },
}

describe("what ecspresso deploys", function()
  for _, files in ipairs(PAIRS) do
    it(("is declared from %s and %s, and is no change once it is applied"):format(files[1], files[2]), function()
      local world = { sim = ecs.simulator { region = "ap-northeast-1", clusters = { "prod" } }, backend = memory.new() }
      if files.on ~= "EC2" then
        assert(world.sim:call("PutClusterCapacityProviders", { cluster = "prod",
          capacityProviders = { "FARGATE", "FARGATE_SPOT" },
          defaultCapacityProviderStrategy = { { capacityProvider = "FARGATE", weight = 1 } } }))
      end
      local function stack_of()
        local stack = assert(ecs.stack { region = "ap-northeast-1", transport = world.sim, state = world.backend })
        local arguments = ecs.service_arguments(file(files[2]))
        arguments.name, arguments.cluster = "web", "prod"
        arguments.task_definition = stack:task_definition("web", file(files[1]))
        stack:service("web", arguments)
        return stack
      end
      local result = assert(stack_of():apply())
      assert.equal(1, result.task_definitions.web.revision)
      local runs = assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1]
      assert.equal(result.task_definitions.web.arn, runs.taskDefinition)
      local plan = assert(stack_of():plan())
      assert.is_true(plan:is_empty(), plan:render { color = false })
      assert.same({}, plan.warnings or {})
    end)
  end

  it("is declared from the short example too", function()
    local world = declared.world()
    local function stack_of()
      local stack = declared.stack(world)
      stack:task_definition("app", file "ecs-task-def")
      return stack
    end
    local result = assert(stack_of():apply())
    assert.equal("app", result.task_definitions.app.family)
    assert.same({ "task_definition app no-op" }, declared.actions(assert(stack_of():plan())))
  end)

  it("is declared from a file with what only ECS says in it, and with its tags beside it or inside", function()
    local definition = file "td-in-tags"
    local err = select(2, ecs.validate_task_definition(definition))
    assert.equal("proxy_configuration.container_name", err.diagnostics[1].path) -- an example that ECS would refuse
    definition.taskDefinition.proxyConfiguration.containerName = "katsubushi"
    local normal = assert(ecs.validate_task_definition(definition))
    assert.same({ "katsubushi", { TagKey = "TagValue" } }, { normal.family, normal.tags })
    definition.tags, definition.taskDefinition.tags = definition.taskDefinition.tags, nil
    assert.same(normal, assert(ecs.validate_task_definition(definition)))
    assert.same(normal, assert(ecs.validate_task_definition((function()
      definition.taskDefinition.tags = definition.tags
      return definition.taskDefinition
    end)())))
  end)

  it("is refused where ECS would refuse it, in the words of the declaration", function()
    local arguments = ecs.service_arguments(file "sv")
    arguments.name, arguments.task_definition = "web", "web:1"
    local _, err = ecs.validate(arguments)
    local paths = {}
    for i, one in ipairs(err.diagnostics) do paths[i] = one.path end
    assert.same({ "load_balancer[1].target_group_arn", "network_configuration.assign_public_ip" }, paths)
  end)

  it("may hold \"\" where nothing was chosen", function()
    local mapping = file("terraform-ecs-task-def").containerDefinitions[1].portMappings[1]
    assert.equal("", mapping.appProtocol)
    local normal = assert(ecs.validate_task_definition { family = "web", network_mode = "", container_definitions = {
      { name = "app", image = "app", memory = 64, port_mappings = { mapping } } } })
    assert.is_nil(normal.network_mode)
    assert.is_nil(normal.container_definitions[1].port_mappings[1].app_protocol)
  end)
end)
