-- What ECS would refuse in a task definition, or would not do as it reads, by the place of each mistake.
local ecs = require "ecs_service"

local SECRET = "arn:aws:ssm:eu-west-1:111122223333:parameter/b"

local function definition(container, more)
  local config = { family = "api", container_definitions = { { name = "app", image = "acme/api:1", memory = 64 } } }
  for name, value in pairs(container or {}) do config.container_definitions[1][name] = value end
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

local function diagnostics(config)
  local _, err = ecs.validate_task_definition(config)
  return err and err.diagnostics or {}
end

-- "code path" of each, sorted.
local function told(config)
  local list = {}
  for i, one in ipairs(diagnostics(config)) do
    assert.truthy(one.hint, one.path)
    list[i] = one.code .. " " .. one.path
  end
  table.sort(list)
  return list
end

local function in_container(expected, container, more)
  assert.same({ (expected:gsub(" ", " container_definitions[1].", 1)) }, told(definition(container, more)))
end

local function accepts(container, more)
  assert.same({}, told(definition(container, more)))
end

describe("a port of a container", function()
  local at = "port_mappings[1]."

  it("has a name of small letters that Service Connect can use", function()
    for _, name in ipairs { "Web", "-web", "web.http" } do
      in_container("BadPattern " .. at .. "name", { port_mappings = { { container_port = 80, name = name } } })
    end
    accepts { port_mappings = { { container_port = 80, name = "web-2_http" } } }
  end)

  it("has a name that no port of any container has", function()
    local config = definition { port_mappings = { { container_port = 80, name = "web" } } }
    config.container_definitions[2] = { name = "side", image = "b", memory = 64,
      port_mappings = { { container_port = 81, name = "other" }, { container_port = 82, name = "web" } } }
    assert.same({ "Duplicate container_definitions[2].port_mappings[2].name" }, told(config))
  end)

  it("is one port or a range", function()
    in_container("Missing " .. at .. "container_port", { port_mappings = { { name = "web" } } })
    in_container("Conflict " .. at .. "container_port",
      { port_mappings = { { container_port = 80, container_port_range = "80-90" } } })
    in_container("Conflict " .. at .. "host_port",
      { port_mappings = { { host_port = 80, container_port_range = "80-90" } } })
  end)

  it("may be a range from a lower port to a higher one", function()
    for _, range in ipairs { "8000-8010", "1-65535", "80-80" } do
      accepts { port_mappings = { { container_port_range = range } } }
    end
    for _, range in ipairs { "80", "90-80", "80-", "-80", "0-10", "1-65536", "80-90x", "a-b", "80 - 90" } do
      in_container("BadPattern " .. at .. "container_port_range",
        { port_mappings = { { container_port_range = range } } })
    end
  end)

  it("is no range where the container has the network of its host", function()
    in_container("NotAllowed " .. at .. "container_port_range",
      { port_mappings = { { container_port_range = "80-90" } } }, { network_mode = "host" })
    accepts({ port_mappings = { { container_port_range = "80-90" } } }, { network_mode = "awsvpc" })
  end)

  it("is one of at most a hundred ranges", function()
    local ranges = {}
    for i = 1, 100 do ranges[i] = { container_port_range = ("%d-%d"):format(i * 10, i * 10 + 5) } end
    accepts { port_mappings = ranges }
    ranges[101] = { container_port_range = "2000-2001" }
    in_container("TooMany port_mappings", { port_mappings = ranges })
  end)

  it("is not there when the container has no network", function()
    in_container("NotAllowed port_mappings", { port_mappings = { { container_port = 80 } } },
      { network_mode = "none" })
  end)
end)

describe("what a container asks for", function()
  it("is less memory kept than it may use, and no more than the task has", function()
    in_container("OutOfRange memory_reservation", { memory = 64, memory_reservation = 64 })
    accepts { memory = 64, memory_reservation = 32 }
    in_container("OutOfRange memory", { memory = 1024 }, { memory = "512" })
  end)

  it("is no more CPU in all than the task has", function()
    local config = definition({ cpu = 200 }, { cpu = 256 })
    config.container_definitions[2] = { name = "side", image = "b", memory = 64, cpu = 57 }
    local found = diagnostics(config)
    assert.equal("OutOfRange", found[1].code)
    assert.truthy(found[1].message:find("257", 1, true), found[1].message)
    config.container_definitions[2].cpu = 56
    assert.same({}, told(config))
  end)

  it("is looked after by a command that says how it is run", function()
    in_container("BadPattern health_check.command", { health_check = { command = { "curl", "localhost" } } })
    accepts { health_check = { command = { "CMD", "true" } } }
  end)

  it("has a group and a region for its log, and on Fargate a prefix of its streams", function()
    local at = "log_configuration.options"
    in_container("Missing " .. at, { log_configuration = { log_driver = "awslogs",
      options = { ["awslogs-group"] = "g" } } })
    local log = { log_driver = "awslogs", options = { ["awslogs-group"] = "g", ["awslogs-region"] = "eu-west-1" } }
    accepts { log_configuration = log }
    local fargate = { requires_compatibilities = { "FARGATE" }, network_mode = "awsvpc", cpu = 256, memory = 512 }
    local found = diagnostics(definition({ log_configuration = log }, fargate))
    assert.equal(1, #found)
    assert.equal('set ["awslogs-stream-prefix"]', found[1].hint)
  end)

  it("is not one name in its environment and among its secrets", function()
    in_container("Conflict secrets.TOKEN", { environment = { TOKEN = "x" }, secrets = { TOKEN = SECRET } })
  end)

  it("is there under the name by which it is asked for", function()
    in_container("NotAllowed depends_on[1].container_name",
      { depends_on = { { container_name = "app", condition = "START" } } })
    local found = diagnostics(definition { volumes_from = { { source_container = "ap" } } })
    assert.equal("container_definitions[1].volumes_from[1].source_container", found[1].path)
    assert.equal('write "app"', found[1].hint)
    accepts { volumes_from = { { source_container = "app" } } }
    assert.same({ "NotFound proxy_configuration.container_name" }, told(definition({}, { network_mode = "awsvpc",
      proxy_configuration = { container_name = "envoy" } })))
  end)
end)

describe("a task", function()
  it("has amounts of CPU that there are", function()
    assert.same({ "BadPattern cpu" }, told(definition({}, { cpu = "much" })))
    assert.same({ "BadPattern memory" }, told(definition({}, { memory = "much" })))
    assert.same({ "OutOfRange cpu" }, told(definition({}, { requires_compatibilities = { "EC2" }, cpu = 64 })))
  end)

  it("has volumes that are one thing each, under names of their own, one of them configured at launch", function()
    assert.same({ "Conflict volume[1].docker_volume_configuration" }, told(definition({}, { volume = {
      { name = "v", host_path = "/x", docker_volume_configuration = { driver = "local" } } } })))
    assert.same({ "Conflict volume[1].host_path" }, told(definition({}, { volume = {
      { name = "v", host_path = "/x", configure_at_launch = true } } })))
    assert.same({ "Duplicate volume[2].name" }, told(definition({}, { volume = {
      { name = "v", host_path = "/x" }, { name = "v", host_path = "/y" } } })))
    assert.same({ "TooMany volume[2].configure_at_launch" }, told(definition({}, { volume = {
      { name = "v", configure_at_launch = true }, { name = "w", configure_at_launch = true } } })))
  end)
end)

describe("a list of names and values", function()
  it("has each name once", function()
    in_container("Duplicate environment[2]", { environment = { { name = "A", value = "1" }, { name = "A" } } })
  end)

  it("has a name in each element, and is told so by the element", function()
    in_container("WrongType environment[1]", { environment = { "A=1" } })
    in_container("WrongType secrets[2]", { secrets = { { name = "B", valueFrom = SECRET }, { valueFrom = SECRET } } })
  end)

  it("may have empty elements, as generated files do", function()
    local normal = assert(ecs.validate_task_definition(definition {
      environment = { {}, { name = "A", value = "1" } } }))
    assert.same({ A = "1" }, normal.container_definitions[1].environment)
  end)
end)

describe("a member of the wrong type", function()
  for _, case in ipairs {
    { "environment", "A=1" }, { "container_definitions", 7 }, { "port_mappings", "80" }, { "command", 7 },
    { "essential", "false", "write false, without quotes" }, { "essential", "perhaps", "write true or false" },
    { "image", { "a:1" }, "write it without the braces" }, { "image", { "a:1", "b:1" }, "write one text in quotes" },
    { "image", 7, 'write "7", in quotes' }, { "command", "run", 'write { "run" }' },
    { "memory", 1.5, "round it to a whole number" }, { "memory", "64", "write 64, without quotes" },
  } do
    local name, given, hint = case[1], case[2], case[3]
    it(("is told where %s = %s"):format(name, type(given) == "table" and "{ … }" or tostring(given)), function()
      local config = name == "container_definitions" and definition({}, { [name] = given })
        or definition { [name] = given }
      local found = diagnostics(config)
      assert.equal("WrongType", found[1].code)
      assert.equal(name, found[1].path:match "[%w_]+$")
      if hint then assert.equal(hint, found[1].hint) end
    end)
  end
end)
