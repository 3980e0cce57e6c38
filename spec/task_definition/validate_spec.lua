-- Task definitions as people have them: in either spelling, as files of the API, with what ECS would refuse.
local ecs = require "ecs_service"

local function minimal(more, container)
  local definition = { family = "api", container_definitions = { { name = "app", image = "acme/api:1", memory = 64 } } }
  for name, value in pairs(more or {}) do definition[name] = value end
  for name, value in pairs(container or {}) do definition.container_definitions[1][name] = value end
  return definition
end

local function problems(config)
  local normal, err = ecs.validate_task_definition(config)
  assert.is_nil(normal)
  assert.equal("ValidationFailed", err.code)
  local list = {}
  for _, one in ipairs(err.diagnostics) do
    assert.truthy(one.hint, one.path)
    list[#list + 1] = one.path .. ": " .. one.code
  end
  return list, err
end

local function refused(path, config)
  local list = problems(config)
  for _, one in ipairs(list) do
    if one:sub(1, #path + 2) == path .. ": " then return one:sub(#path + 3) end
  end
  error("nothing at " .. path .. " among " .. table.concat(list, ", "))
end

describe("a task definition", function()
  it("is taken in the module's spelling and in the API's", function()
    local snake = assert(ecs.validate_task_definition(minimal({ network_mode = "awsvpc" }, {
      port_mappings = { { container_port = 80 } }, entry_point = { "sh" }, environment = { A = "1" },
      secrets = { B = "arn:aws:ssm:eu-west-1:111122223333:parameter/b" } })))
    local camel = assert(ecs.validate_task_definition { family = "api", networkMode = "awsvpc", containerDefinitions = {
      { name = "app", image = "acme/api:1", memory = 64, portMappings = { { containerPort = 80 } },
        entryPoint = { "sh" }, environment = { { name = "A", value = "1" } },
        secrets = { { name = "B", valueFrom = "arn:aws:ssm:eu-west-1:111122223333:parameter/b" } } } } })
    assert.same(snake, camel)
  end)

  it("is refused where one member stands in both spellings, and said where", function()
    assert.equal("Conflict", refused("network_mode", minimal { network_mode = "awsvpc", networkMode = "awsvpc" }))
    assert.equal("Conflict", refused("container_definitions[1].stop_timeout",
      minimal({}, { stop_timeout = 5, stopTimeout = 5 })))
  end)

  it("is refused where one of a pair, or the path of a host, stands in both spellings", function()
    assert.equal("Conflict", refused("container_definitions[1].secrets[1].value_from",
      minimal({}, { secrets = { { name = "A", valueFrom = "a", value_from = "b" } } })))
    assert.equal("Conflict", refused("volume[1].host",
      minimal { volume = { { name = "data", host_path = "/a", host = { sourcePath = "/b" } } } }))
  end)

  it("loses nothing of pairs: a member that they do not have is told, and a secret without its place", function()
    local of = "container_definitions[1]."
    assert.equal("UnknownArgument", refused(of .. "environment[1].valeu",
      minimal({}, { environment = { { name = "A", valeu = "1" } } })))
    assert.equal("UnknownArgument", refused(of .. "environment[1].valueFrom",
      minimal({}, { environment = { { name = "A", valueFrom = "1" } } })))
    assert.equal("Missing", refused(of .. "secrets[1]", minimal({}, { secrets = { { name = "A", value = "x" } } })))
    assert.equal("UnknownArgument", refused("tags[1].val", minimal { tags = { { key = "A", val = "x" } } }))
    assert.equal("UnknownArgument", refused("proxy_configuration.properties[1].key", minimal { proxy_configuration = {
      container_name = "app", properties = { { name = "A", key = "x" } } } }))
    assert.equal("UnknownArgument", refused("volume[1].host.path",
      minimal { volume = { { name = "data", host = { path = "/b" } } } }))
  end)

  it("may be the answer of DescribeTaskDefinition, without what only answers have", function()
    local normal = assert(ecs.validate_task_definition { taskDefinition = { family = "api", revision = 7,
      status = "ACTIVE",
      taskDefinitionArn = "arn:aws:ecs:eu-west-1:111122223333:task-definition/api:7", compatibilities = { "EC2" },
      requiresAttributes = { { name = "x" } }, registeredAt = 1700000000, registeredBy = "me", volumes = {},
      containerDefinitions = { { name = "app", image = "a:1", memory = 64 } } }, tags = { { key = "team",
        value = "core" } } })
    assert.same({ family = "api", tags = { team = "core" }, volume = {},
      container_definitions = { { name = "app", image = "a:1", memory = 64 } } }, normal)
  end)

  it("may have keep and its like beside such an answer, but nothing twice", function()
    local answer = { family = "api", tags = { { key = "team", value = "core" } },
      containerDefinitions = { { name = "app", image = "a:1", memory = 64 } } }
    local normal = assert(ecs.validate_task_definition { taskDefinition = answer, keep = 10, skip_destroy = true })
    assert.equal(10, normal.keep)
    assert.is_true(normal.skip_destroy)
    assert.same({ team = "core" }, normal.tags)
    assert.equal("Conflict", refused("tags", { taskDefinition = answer, tags = { team = "edge" } }))
    assert.equal("Conflict", refused("tags", { task_definition = answer, tags = { team = "edge" } }))
  end)

  it("may have its containers as JSON text, and a mistake there is told with its place", function()
    assert.equal("a:1", assert(ecs.validate_task_definition { family = "api",
      container_definitions = '[{"name": "app", "image": "a:1", "memory": 64}]' }).container_definitions[1].image)
    local _, err = problems { family = "api", container_definitions = '[{"name": "app",}]' }
    assert.truthy(err.diagnostics[1].message:find("line 1, column", 1, true), err.diagnostics[1].message)
  end)

  it("never has the keys of the user's own maps converted", function()
    local normal = assert(ecs.validate_task_definition(minimal({ tags = { costCenter = "1" } }, {
      environment = { logLevel = "info", some_name = "x" }, docker_labels = { ["com.acme.myKey"] = "v" },
      log_configuration = { log_driver = "syslog", options = { syslogAddress = "x" } } })))
    local container = normal.container_definitions[1]
    assert.same({ logLevel = "info", some_name = "x" }, container.environment)
    assert.same({ ["com.acme.myKey"] = "v" }, container.docker_labels)
    assert.same({ syslogAddress = "x" }, container.log_configuration.options)
    assert.same({ costCenter = "1" }, normal.tags)
  end)

  it("has texts for numbers in an environment", function()
    local normal = assert(ecs.validate_task_definition(minimal({}, { environment = { PORT = 8080, RATE = 0.5 } })))
    assert.same({ PORT = "8080", RATE = "0.5" }, normal.container_definitions[1].environment)
  end)

  for given, is in pairs { ["1 vCPU"] = "1024", ["1 vcpu"] = "1024", [".5 vCPU"] = "512", ["0.25 vCPU"] = "256",
                           ["2048"] = "2048", [512] = "512" } do
    it(("has %s for cpu = %s"):format(is, tostring(given)), function()
      assert.equal(is, assert(ecs.validate_task_definition(minimal { cpu = given })).cpu)
    end)
  end

  for given, is in pairs { ["1GB"] = "1024", ["1 GB"] = "1024", ["0.5 gb"] = "512", ["512"] = "512",
    [2048] = "2048" } do
    it(("has %s for memory = %s"):format(is, tostring(given)), function()
      assert.equal(is, assert(ecs.validate_task_definition(minimal { memory = given })).memory)
    end)
  end

  it("is refused with an unknown member, at any depth, with what was meant", function()
    local _, err = problems(minimal({}, { enviroment = {}, health_check = { command = { "CMD", "x" },
      intervall = 5 } }))
    local said = {}
    for _, one in ipairs(err.diagnostics) do said[one.path] = one.message end
    assert.truthy(said["container_definitions[1].enviroment"]:find("did you mean environment?", 1, true))
    assert.truthy(said["container_definitions[1].health_check.intervall"]:find("did you mean interval?", 1, true))
  end)

  it("is refused with a text where a number belongs, by its path", function()
    assert.equal("WrongType", refused("container_definitions[1].port_mappings[1].container_port",
      minimal({}, { portMappings = { { containerPort = "80" } } })))
  end)

  it("is refused with an empty container, by its place", function()
    local config = minimal()
    config.container_definitions[2] = {}
    assert.equal("Missing", refused("container_definitions[2]", config))
  end)

  it("has all its problems told at once", function()
    local list = problems(minimal({ network_mode = "awsvpc" }, { links = { "app" }, hostname = "h",
      extra_hosts = { { hostname = "a", ip_address = "10.0.0.1" } },
      port_mappings = { { container_port = 80, host_port = 81 } } }))
    table.sort(list)
    assert.same({ "container_definitions[1].extra_hosts: NotAllowed", "container_definitions[1].hostname: NotAllowed",
      "container_definitions[1].links: NotAllowed",
      "container_definitions[1].port_mappings[1].host_port: NotAllowed" }, list)
  end)

  it("has an essential container", function()
    assert.equal("Missing", refused("container_definitions", minimal({}, { essential = false })))
  end)

  it("has memory for each container, or for the task", function()
    local config = minimal()
    config.container_definitions[1].memory = nil
    assert.equal("Missing", refused("container_definitions[1].memory", config))
    config.memory = 512
    assert(ecs.validate_task_definition(config))
  end)
end)

describe("a task definition for Fargate", function()
  local function fargate(more, container)
    local config = minimal({ requires_compatibilities = { "FARGATE" }, network_mode = "awsvpc", cpu = 256,
      memory = 512 },
      container)
    for name, value in pairs(more or {}) do config[name] = value end
    return config
  end

  it("has one of the sizes that there are, and is told which", function()
    assert(ecs.validate_task_definition(fargate()))
    assert(ecs.validate_task_definition(fargate { cpu = 8192, memory = 16384 }))
    assert(ecs.validate_task_definition(fargate { cpu = "4 vCPU", memory = "30 GB" }))
    assert.equal("NotAllowed", refused("cpu", fargate { cpu = 300 }))
    local _, err = problems(fargate { memory = 4096 })
    assert.equal("memory", err.diagnostics[1].path)
    assert.equal("512, 1024 or 2048", err.diagnostics[1].allowed)
    assert.equal("NotAllowed", refused("memory", fargate { cpu = 8192, memory = 18432 }))
  end)

  it("has cpu and memory, and the network mode awsvpc", function()
    local config = minimal { requires_compatibilities = { "FARGATE" } }
    local list = problems(config)
    table.sort(list)
    assert.same({ "cpu: RequiredWith", "memory: RequiredWith", "network_mode: NotAllowed" }, list)
  end)

  for path, case in pairs {
    pid_mode = { { pid_mode = "host" } }, ipc_mode = { { ipc_mode = "task" } },
    placement_constraints = { { placement_constraints = { { type = "memberOf", expression = "a == b" } } } },
    ["volume[1].host_path"] = { { volume = { { name = "v", host_path = "/x" } } } },
    ["volume[1].docker_volume_configuration"] = { { volume = { { name = "v",
      docker_volume_configuration = { driver = "x" } } } } },
    ["container_definitions[1].privileged"] = { {}, { privileged = true } },
    ["container_definitions[1].docker_security_options"] = { {}, { docker_security_options = { "x" } } },
    ["container_definitions[1].linux_parameters.max_swap"] = { {}, { linux_parameters = { max_swap = 1 } } },
    ["container_definitions[1].linux_parameters.capabilities.add"] = { {}, { linux_parameters = { capabilities = {
      add = { "NET_ADMIN" } } } } },
    ["container_definitions[1].stop_timeout"] = { {}, { stop_timeout = 121 } },
    ["container_definitions[1].resource_requirements"] = { {}, { resource_requirements = { { type = "GPU",
      value = 1 } } } },
    ["container_definitions[1].log_configuration.log_driver"] = { {},
      { log_configuration = { log_driver = "syslog" } } },
  } do
    it("has no " .. path, function() refused(path, fargate(case[1], case[2])) end)
  end
end)

describe("what a container names of others", function()
  local function pair(first, second)
    return { family = "api", container_definitions = {
      { name = "app", image = "a", memory = 64, depends_on = first and first.depends_on },
      { name = "side", image = "b", memory = 64, essential = second and second.essential,
        depends_on = second and second.depends_on, health_check = second and second.health_check } } }
  end
  local at = "container_definitions[1].depends_on[1]"

  it("is there", function()
    assert.equal("NotFound", refused(at .. ".container_name",
      pair { depends_on = { { container_name = "sid", condition = "START" } } }))
    assert.equal("NotFound", refused("container_definitions[1].mount_points[1].source_volume",
      minimal({}, { mount_points = { { source_volume = "x", container_path = "/x" } } })))
  end)

  it("ends only when it is not essential", function()
    local first = { depends_on = { { container_name = "side", condition = "SUCCESS" } } }
    assert.equal("NotAllowed", refused(at .. ".condition", pair(first)))
    assert(ecs.validate_task_definition(pair(first, { essential = false })))
  end)

  it("becomes healthy only when its health is checked", function()
    local first = { depends_on = { { container_name = "side", condition = "HEALTHY" } } }
    assert.equal("RequiredWith", refused(at .. ".condition", pair(first)))
    assert(ecs.validate_task_definition(pair(first, { health_check = { command = { "CMD", "true" } } })))
  end)

  it("does not wait for the container itself, not by others either", function()
    assert.equal("DependencyCycle", refused("container_definitions[1].depends_on", pair(
      { depends_on = { { container_name = "side", condition = "START" } } },
      { depends_on = { { container_name = "app", condition = "START" } } })))
  end)

  it("has a name of its own", function()
    local config = pair()
    config.container_definitions[2].name = "app"
    assert.equal("Duplicate", refused("container_definitions[2].name", config))
  end)
end)
