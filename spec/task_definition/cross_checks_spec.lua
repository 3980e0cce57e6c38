-- What a service and the task definition that it runs must have in common, said before anything is sent.
local declared = require "support.declared"

local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/api/0123456789abcdef"
local NETWORK = { subnets = { "subnet-1" } }
local FARGATE = { network_mode = "awsvpc", requires_compatibilities = { "FARGATE" }, cpu = 256, memory = 512 }

local world

local function problems(config, service)
  local stack = declared.pair(world, config, service)
  local ok, err = stack:validate()
  local list = {}
  for i, one in ipairs(ok and {} or err.diagnostics) do
    assert.equal("api", one.service)
    list[i] = ("%s %s: %s (%s)"):format(one.code, one.path, one.message, one.hint)
  end
  return list
end

local function definition(more, container) return declared.definition(container, more) end

local function merged(a, b)
  local all = {}
  for _, map in ipairs { a, b } do
    for name, value in pairs(map) do all[name] = value end
  end
  return all
end

before_each(function() world = declared.world() end)

describe("a service and its declared task definition", function()
  it("fit", function()
    assert.same({}, problems(definition(), { load_balancer = { target_group_arn = TARGET, container_name = "app",
      container_port = 8080 } }))
    assert.same({}, problems(definition(FARGATE), { launch_type = "FARGATE", network_configuration = NETWORK }))
    assert.same({}, problems(definition(nil, { port_mappings = { { container_port_range = "9000-9010" } } }), {
      load_balancer = { target_group_arn = TARGET, container_name = "app", container_port = 9005 } }))
  end)

  it("have the containers and ports in common that load balancers name", function()
    assert.same({ "NotAllowed load_balancer[1].container_port: the container app of task_definition.api has no port 80 "
      .. "(its ports are 8080)" }, problems(definition(), { load_balancer = { target_group_arn = TARGET,
      container_name = "app", container_port = 80 } }))
    local list = problems(definition(), { load_balancer = { target_group_arn = TARGET, container_name = "apq",
      container_port = 8080 } })
    assert.truthy(list[1]:find("load_balancer[1].container_name", 1, true), list[1])
    assert.truthy(list[1]:find("app", 1, true), list[1])
  end)

  it("have a network in common", function()
    assert.truthy(problems(definition(FARGATE), {})[1]:find("^RequiredWith network_configuration"))
    assert.truthy(problems(definition(), { network_configuration = NETWORK })[1]
      :find("^Conflict network_configuration"))
  end)

  it("have a launch type in common", function()
    local ec2 = merged(FARGATE, { requires_compatibilities = { "EC2" } })
    assert.truthy(problems(definition(ec2), { launch_type = "FARGATE", network_configuration = NETWORK })[1]
      :find("^Conflict launch_type"))
    assert.truthy(problems(definition(ec2), { capacity_provider_strategy = { { capacity_provider = "FARGATE_SPOT",
      weight = 1 } }, network_configuration = NETWORK })[1]:find("^Conflict capacity_provider_strategy"))
    assert.same({}, problems(definition(FARGATE), { capacity_provider_strategy = { { capacity_provider = "own",
      weight = 1 } }, network_configuration = NETWORK }))
  end)

  it("have the names of ports in common", function()
    local list = problems(definition(), { service_connect_configuration = { enabled = true,
      service = { { port_name = "htp" } } } })
    assert.truthy(list[1]:find("service_connect_configuration.service[1].port_name", 1, true), list[1])
    assert.truthy(list[1]:find("http", 1, true), list[1])
    list = problems(definition(), { service_connect_configuration = { enabled = true,
      service = { { port_name = "http", timeout = { per_request_timeout_seconds = 5 } } } } })
    assert.truthy(list[1]:find("app_protocol", 1, true), list[1])
  end)

  it("have the volumes in common that are configured at launch", function()
    local volume = { volume = { { name = "data", configure_at_launch = true } } }
    local given = { name = "dato", managed_ebs_volume = { role_arn = "arn:aws:iam::123456789012:role/ecs",
      size_in_gb = 10 } }
    assert.truthy(problems(definition(volume), {})[1]:find("^RequiredWith volume_configuration"))
    assert.truthy(problems(definition(volume), { volume_configuration = given })[1]
      :find("^NotAllowed volume_configuration.name"))
    given.name = "data"
    assert.same({}, problems(definition(volume), { volume_configuration = given }))
  end)

  it("are told all that does not fit at once, with what is wrong with either alone", function()
    local stack = declared.pair(world, definition(nil, { enviroment = {} }), { nmae = "x" })
    local _, err = stack:validate()
    assert.equal("ValidationFailed", err.code)
    assert.equal(2, #err.diagnostics)
    local list = problems(definition(), { network_configuration = NETWORK, load_balancer = {
      target_group_arn = TARGET, container_name = "app", container_port = 80 } })
    assert.equal(2, #list)
  end)
end)

describe("the handle of a task definition", function()
  it("stands where a task definition or an address is wanted, and nowhere else", function()
    local stack, api, service = declared.pair(world)
    assert.equal("task_definition.api", tostring(api))
    local other = declared.stack(world)
    other:service("web", { name = api, cluster = "prod", task_definition = api })
    local _, err = other:validate()
    local codes = {}
    for i, one in ipairs(err.diagnostics) do codes[i] = one.code .. " " .. one.path end
    assert.same({ "WrongType name", "WrongStack task_definition" }, codes)
    stack:service("web", { name = "web", cluster = "prod", task_definition = service })
    _, err = stack:validate()
    assert.equal("WrongType task_definition", err.diagnostics[1].code .. " " .. err.diagnostics[1].path)
  end)

  it("is a target, alone or by its service, and can be depended on", function()
    local stack, api = declared.pair(world)
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", depends_on = { api } })
    assert.same({ "task_definition api register" }, declared.actions(assert(stack:plan { target = api })))
    assert.same({ "task_definition api register" }, declared.actions(assert(api:plan())))
    assert.same({ "task_definition api register", "service api create" },
      declared.actions(assert(stack:plan { target = "api" })))
    assert.same({ "task_definition api register" },
      declared.actions(assert(stack:plan { target = "task_definition.api" })))
    assert(api:apply())
    assert.equal("api:1", declared.active(world))
    assert.same({ "task_definition api no-op", "service api create" },
      declared.actions(assert(stack:plan { target = "api" })))
  end)

  it("is needed by its service: a plan that leaves it out has to have a revision", function()
    local stack, api = declared.pair(world)
    local _, err = stack:plan { exclude = "task_definition.api" }
    assert.equal("NotRecorded", err.code)
    assert(api:apply())
    assert.same({ "service api create" }, declared.actions(assert(stack:plan { exclude = "task_definition.api" })))
  end)

  it("is no service: what is asked of services alone knows no such address", function()
    local stack = declared.pair(world)
    assert(stack:apply())
    assert.same({ "api" }, stack:addresses())
    for _, name in ipairs { "redeploy", "rollback", "history" } do
      local result, err = stack[name](stack, "task_definition.api")
      assert.is_nil(result)
      assert.equal("UnknownAddress", err.code)
    end
    assert(stack:redeploy "api")
    assert.equal("api:1", declared.runs(world))
    local _, err = stack:import("task_definition.api", "prod/api")
    assert.equal("ImportFormat", err.code)
  end)

  it("keeps its prefix to itself: no new service has an address that begins so", function()
    local stack = declared.stack(world)
    for _, address in ipairs { "task_definition.web", "task.web", "scaling.web" } do
      stack:service(address, { name = address:gsub("%W", "-"), cluster = "prod", task_definition = "web:1" })
    end
    local _, err = stack:validate()
    assert.equal(3, #err.diagnostics)
    for _, one in ipairs(err.diagnostics) do assert.equal("NotAllowed address", one.code .. " " .. one.path) end
  end)
end)
