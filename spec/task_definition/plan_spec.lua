-- What becomes of a task definition: nothing where it says the same to ECS, else a new revision, and for tags neither.
local ecs = require "ecs_service"

local ARN = "arn:aws:ecs:eu-west-1:111122223333:task-definition/api"

local function declared(container, more)
  local config = { family = "api", network_mode = "bridge", container_definitions = {
    { name = "app", image = "acme/api:1", memory = 64, environment = { A = "1", B = "2" } } } }
  for name, value in pairs(container or {}) do config.container_definitions[1][name] = value end
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

-- As ECS answers what was registered by declared().
local function answered(container, more)
  local definition = { family = "api", revision = 12, status = "ACTIVE", taskDefinitionArn = ARN .. ":12",
    networkMode = "bridge", volumes = {}, placementConstraints = {}, compatibilities = { "EC2" },
    requiresAttributes = {}, registeredAt = 1700000000, containerDefinitions = { { name = "app", image = "acme/api:1",
      memory = 64, cpu = 0, essential = true, portMappings = {}, mountPoints = {}, volumesFrom = {},
        systemControls = {},
      environment = { { name = "B", value = "2" }, { name = "A", value = "1" } } } } }
  for name, value in pairs(container or {}) do definition.containerDefinitions[1][name] = value end
  for name, value in pairs(more or {}) do definition[name] = value end
  return { taskDefinition = definition, tags = more and more.tags }
end

local function plan(config, answer, opts) return assert(ecs.plan_task_definition(config, answer, opts)) end

describe("a task definition that is declared as ECS has it", function()
  it("is no change", function()
    local change = plan(declared(), answered())
    assert.equal("no-op", change.action)
    assert.equal("task_definition", change.kind)
    assert.equal(ARN .. ":12", change.after.arn)
    assert.equal(ARN, change.after.arn_without_revision)
    assert.equal(12, change.after.revision)
    assert.same({}, change.diff)
  end)

  local SAME = {
    { "essential", { essential = true } }, { "cpu 0", { cpu = 0 } }, { "no environment files",
      { environment_files = {} } },
    { "an empty list of a null", { mount_points = { {} } } },
    { "environment as a list in another order", { environment = { { name = "B", value = "2" }, { name = "A",
      value = "1" } } } },
    { "the protocol tcp", { port_mappings = { { container_port = 80, protocol = "tcp" } } },
      { portMappings = { { containerPort = 80, hostPort = 0, protocol = "tcp" } } } },
    { "defaults of a health check", { health_check = { command = { "CMD", "x" }, interval = 30, timeout = 5,
      retries = 3 } },
      { healthCheck = { command = { "CMD", "x" } } } },
    { "ports in another order", { port_mappings = { { container_port = 80 }, { container_port = 81 } } },
      { portMappings = { { containerPort = 81, hostPort = 0 }, { containerPort = 80, hostPort = 0 } } } },
    { "mount points in another order", { mount_points = { { source_volume = "a", container_path = "/a" },
      { source_volume = "b", container_path = "/b", read_only = false } } },
      { mountPoints = { { sourceVolume = "b", containerPath = "/b" }, { sourceVolume = "a", containerPath = "/a",
        readOnly = false } } } },
    { "limits in another order", { ulimits = { { name = "nofile", soft_limit = 1, hard_limit = 2 },
      { name = "core", soft_limit = 0, hard_limit = 0 } } },
      { ulimits = { { name = "core", softLimit = 0, hardLimit = 0 }, { name = "nofile", softLimit = 1,
        hardLimit = 2 } } } },
  }
  for _, case in ipairs(SAME) do
    it("is no change with " .. case[1], function()
      local config = declared(case[2])
      config.volume = case[1]:find "mount" and case[2].mount_points[1].source_volume and { { name = "a" },
        { name = "b" } }
        or nil
      local answer = answered(case[3])
      if config.volume then answer.taskDefinition.volumes = { { name = "b", host = {} }, { name = "a", host = {} } } end
      assert.same({}, plan(config, answer).diff)
    end)
  end

  it("is no change with sizes in words", function()
    assert.equal("no-op", plan(declared({}, { cpu = "1 vCPU", memory = "2 GB" }), answered({}, { cpu = "1024",
      memory = "2048" })).action)
  end)

  it("has the container's port on the host with awsvpc, and with bridge not", function()
    local config = declared { port_mappings = { { container_port = 80 } } }
    local answer = answered { portMappings = { { containerPort = 80, hostPort = 80, protocol = "tcp" } } }
    assert.equal("register", plan(config, answer).action)
    config.network_mode, answer.taskDefinition.networkMode = "awsvpc", "awsvpc"
    assert.equal("no-op", plan(config, answer).action)
  end)

  it("is no change with a role by its name, which ECS answers as an ARN", function()
    assert.equal("no-op", plan(declared({}, { task_role_arn = "deployer" }),
      answered({}, { taskRoleArn = "arn:aws:iam::111122223333:role/deployer" })).action)
  end)
end)

describe("a task definition that is declared otherwise", function()
  it("is registered, with the container and the variable by their names", function()
    local change = plan(declared { image = "acme/api:2", environment = { A = "1", C = "3" } }, answered())
    assert.equal("register", change.action)
    assert.same({
      { path = 'container_definitions["app"].image', before = "acme/api:1", after = "acme/api:2" },
      { path = 'container_definitions["app"].environment.B', before = "2" },
      { path = 'container_definitions["app"].environment.C', after = "3" },
    }, change.diff)
    assert.equal("api:13", change.predicted)
    assert.is_nil(change.after.arn)
  end)

  it("is registered anew when ECS has deregistered it", function()
    local change = plan(declared(), answered({}, { status = "INACTIVE" }))
    assert.equal("register", change.action)
    assert.truthy(change.reason:find("api:12 is not ACTIVE", 1, true))
  end)

  it("is registered at first with nothing before it", function()
    local change = plan(declared())
    assert.equal("register", change.action)
    assert.is_nil(change.before)
    assert.is_nil(change.predicted)
  end)

  it("marks what its declaration calls sensitive, and log options that say so themselves", function()
    local change = plan(declared({ environment = { A = "9", B = "2" }, log_configuration = { log_driver = "splunk",
      options = { ["splunk-token"] = "new", ["splunk-url"] = "u" } } }, { sensitive = { "A" } }),
      answered { logConfiguration = { logDriver = "splunk", options = { ["splunk-token"] = "old",
        ["splunk-url"] = "v" } } })
    local sensitive = {}
    for _, entry in ipairs(change.diff) do sensitive[entry.path] = entry.sensitive or false end
    assert.same({ ['container_definitions["app"].environment.A'] = true,
      ['container_definitions["app"].log_configuration.options["splunk-token"]'] = true,
      ['container_definitions["app"].log_configuration.options["splunk-url"]'] = false }, sensitive)
  end)

  it("keeps its revision when only tags differ", function()
    local change = plan(declared({}, { tags = { team = "core", new = "1" } }),
      answered({}, { tags = { { key = "team", value = "web" }, { key = "old", value = "1" } } }))
    assert.equal("update", change.action)
    assert.equal(12, change.after.revision)
    assert.same({ team = "core", new = "1" }, change.set_tags)
    assert.same({ "old" }, change.drop_tags)
  end)
end)

describe("a task definition that is not declared any more", function()
  it("is deregistered, or stays when skip_destroy says so", function()
    assert.equal("deregister", plan(nil, answered()).action)
    assert.equal("deregister", plan(declared(), answered(), { destroy = true }).action)
    assert.equal("forget", plan(declared({}, { skip_destroy = true }), answered(), { destroy = true }).action)
  end)
end)

describe("two lists of containers", function()
  it("are the same to ECS in whatever spelling and order", function()
    assert.is_true(ecs.same_containers('[{"name":"b","image":"x"},{"name":"a","image":"y","essential":true}]',
      { { name = "a", image = "y" }, { name = "b", image = "x", environment = {} } }))
    assert.is_false(ecs.same_containers({ { name = "a", image = "x" } }, { { name = "a", image = "y" } }))
  end)

  it("are compared by the network mode", function()
    local a = { { name = "a", port_mappings = { { container_port = 80, host_port = 80 } } } }
    local b = { { name = "a", portMappings = { { containerPort = 80 } } } }
    assert.is_true(ecs.same_containers(a, b, { network_mode = "awsvpc" }))
    assert.is_false(ecs.same_containers(a, b))
  end)

  it("keep an empty text of a command, and tell it from no command", function()
    assert.is_false(ecs.same_containers({ { name = "a", command = { "" } } }, { { name = "a" } }))
    assert.is_true(ecs.same_containers({ { name = "a", command = {} } }, { { name = "a" } }))
  end)

  it("are an error where there is no such network mode", function()
    local same, err = ecs.same_containers({ { name = "a" } }, { { name = "a" } }, { network_mode = "awsvcp" })
    assert.is_nil(same)
    assert.equal("network_mode", err.diagnostics[1].path)
    assert.truthy(err.diagnostics[1].hint:find("awsvpc", 1, true), err.diagnostics[1].hint)
  end)

  it("are an error where one cannot be read", function()
    local same, err = ecs.same_containers("{", {})
    assert.is_nil(same)
    assert.equal("ValidationFailed", err.code)
  end)
end)
