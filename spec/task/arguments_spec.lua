-- The arguments of declared tasks: in which forms they are written, and what the service lends.
local migrating = require "support.migrating"

local stack_of = migrating.stack_of

local world

before_each(function() world = migrating.world() end)

describe("the arguments of a declared task", function()
  local function body(task, service)
    local stack = stack_of(world, nil, task, service)
    assert(stack:apply())
    for _, request in ipairs(world.sim.requests) do
      if request.operation == "RunTask" then return request.body end
    end
  end

  it("take variables and tags as maps, or as the lists that the API has, and numbers as texts", function()
    local sent = body { environment = { { name = "PORT", value = 8080 } }, tags = { { key = "team", value = "a" } },
      overrides = { container_overrides = { { name = "app", environment = { { name = "MODE", value = "x" } } } } } }
    assert.same({ { key = "team", value = "a" } }, sent.tags)
    assert.same({ { name = "PORT", value = "8080" } }, sent.overrides.containerOverrides[1].environment)
    local ok, err = stack_of(world, nil, { environment = { { name = "A", value = "1" }, { name = "A", value = "2" } } })
      :validate()
    assert.is_nil(ok)
    assert.equal("environment", err.diagnostics[1].path)
  end)

  it("take the network as the API nests it", function()
    local function valid(network)
      return (stack_of(world, nil, { network_configuration = network }):validate())
    end
    assert.truthy(valid { subnets = { "subnet-1" } })
    assert.truthy(valid { awsvpc_configuration = { subnets = { "subnet-1" } } })
    assert.is_nil(valid { awsvpc_configuration = {} })
  end)

  it("have the propagation of tags from the service, as far as a task of its own can have it", function()
    assert.equal("TASK_DEFINITION", body(nil, { propagate_tags = "TASK_DEFINITION" }).propagateTags)
    world = migrating.world()
    assert.is_nil(body(nil, { propagate_tags = "SERVICE" }).propagateTags)
  end)

  it("have commands in containers enabled as the service has, where they run its task definition", function()
    local role = "arn:aws:iam::123456789012:role/task"
    local function sent(task)
      world = migrating.world()
      local stack, api, web = migrating.pair(world, migrating.definition(nil, { task_role_arn = role }),
        { enable_execute_command = true })
      task.service, task.task_definition = web, task.task_definition and api or nil
      stack:task("migrate", task)
      assert(stack:apply())
      for _, request in ipairs(world.sim.requests) do
        if request.operation == "RunTask" then return request.body.enableExecuteCommand end
      end
    end
    assert.is_true(sent {})
    assert.is_false(sent { enable_execute_command = false })
    assert.is_nil(sent { task_definition = true })
  end)

  it("name containers that there are, in overrides as well", function()
    local plan, err = stack_of(world, nil, { overrides = { container_overrides = { { name = "ap" } } } }):plan()
    assert.is_nil(plan)
    assert.equal("overrides.container_overrides[1].name", err.path)
  end)

  it("wait for a while at least", function()
    for _, timeout in ipairs { 0, "0s" } do
      local ok, err = stack_of(world, nil, { timeout = timeout }):validate()
      assert.is_nil(ok)
      assert.same({ "OutOfRange", "timeout" }, { err.diagnostics[1].code, err.diagnostics[1].path })
    end
  end)

  it("put no task before a task definition, which is registered before anything is run", function()
    local ok, err = stack_of(world, nil, { before = { "task_definition.api" } }):validate()
    assert.is_nil(ok)
    assert.same({ "NotAllowed", "before[1]" }, { err.diagnostics[1].code, err.diagnostics[1].path })
  end)
end)
