-- Revisions that others registered: imported, written as declarations, taken out of a Terraform state. Declared as they
-- are written, they are no change.
local cjson = require "cjson"
local command = require "support.command"
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"
local journey = require "support.journey"
local random_definitions = require "support.random_definitions"

local compile = loadstring or load
local world

local CONTAINER = { name = "app", image = "acme/api:1", memory = 64, cpu = 0,
  environment = { { name = "PORT", value = "8080" }, { name = "LEVEL", value = "info" } },
  secrets = { { name = "KEY", valueFrom = "arn:aws:ssm:us-west-2:123456789012:parameter/key" } },
  portMappings = { { containerPort = 8080, protocol = "tcp" } } }

local function register(family, more)
  local container = {}
  for _, from in ipairs { CONTAINER, more or {} } do
    for name, value in pairs(from) do container[name] = value end
  end
  local answer = assert(world.sim:call("RegisterTaskDefinition", { family = family, networkMode = "bridge",
    containerDefinitions = { container }, tags = { { key = "team", value = "core" } } }))
  return answer.taskDefinition.taskDefinitionArn
end

local function serve(name, definition)
  assert(world.sim:call("CreateService", { cluster = "prod", serviceName = name, taskDefinition = definition,
    desiredCount = 1 }))
  world.sim:advance(60)
end

local function run(source, stack) assert(compile("local stack = ...\n" .. source))(stack) end

local function texts(plan) return table.concat(declared.actions(plan), ", ") end

before_each(function() world = declared.world() end)
after_each(journey.clean)

describe("import of a task definition", function()
  it("records a revision by its name, its ARN or its family, and an equal declaration is no change", function()
    local arn = register "api"
    for _, id in ipairs { "api:1", "api", arn } do
      local backend = require "ecs_service.state.memory".new()
      local stack = declared.stack(world, { state = backend })
      local attributes = assert(stack:import("task_definition.api", id))
      assert.equal(arn, attributes.arn)
      assert.equal("api:1", attributes.family .. ":" .. attributes.revision)
      run(assert(stack:generate_config "task_definition.api"), stack)
      assert.equal("task_definition api no-op", texts(assert(stack:plan())))
      assert.is_true(assert(stack:plan()):is_empty())
      assert.same(attributes, assert(stack:import("task_definition.api", id)))
    end
  end)

  it("leaves what is not declared as it is, also when the stack is destroyed", function()
    register "api"
    local stack = declared.stack(world)
    assert(stack:import("task_definition.api", "api:1"))
    local plan = assert(stack:plan())
    assert.equal("task_definition api no-op", texts(plan))
    assert.truthy(plan.changes[1].reason:find("imported and never declared", 1, true))
    assert(stack:apply())
    assert(declared.stack(world):destroy())
    assert.equal("api:1", declared.active(world))
    assert.equal("task_definition api no-op", texts(assert(declared.stack(world):plan())))
  end)

  it("never deregisters a revision that was not registered here", function()
    register "api"
    local stack = declared.stack(world)
    assert(stack:import("task_definition.api", "api:1"))
    local _, api = declared.pair(world, declared.definition { image = "acme/api:2" })
    assert(api:apply())
    assert.equal("api:1 api:2", declared.active(world))
    assert(declared.stack(world):destroy())
    assert.equal("api:1", declared.active(world))
  end)

  it("refuses an ARN of another account, and says whose it is, also when nobody has told the account yet", function()
    local arn = register "api"
    local other = arn:gsub("123456789012", "999999999999")
    local sim = world.sim
    local anonymous = { scheduler = sim.scheduler, region = sim.region, credentials = sim.credentials,
      submit = function(_, ...) return sim:submit(...) end, wait = function(_, ...) return sim:wait(...) end,
      cancel = function(_, ...) return sim:cancel(...) end }
    for _, transport in ipairs { sim, anonymous } do
      local stack = declared.stack(world, { transport = transport })
      for _, ask in ipairs { function() return stack:import("task_definition.api", other) end,
        function() return stack:generate_config(other) end } do
        local none, err = ask()
        assert.is_nil(none)
        assert.equal("WrongPlace", err.code, err.message)
        assert.truthy(err.message:find("api:1 is in account 999999999999", 1, true), err.message)
        assert.truthy(err.message:find("account 123456789012", 1, true), err.message)
        assert.same({ "999999999999", "123456789012" }, { err.recorded.account, err.here.account })
      end
    end
    assert.equal("WrongPlace", select(2, declared.stack(world):import("task_definition.api",
      (arn:gsub("^arn:aws:", "arn:aws-cn:")))).code)
  end)

  it("refuses what is not there, is INACTIVE, elsewhere, of another form, or managed already", function()
    local arn = register "api"
    register "api"
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = arn }))
    local stack = declared.stack(world)
    local function refusal(address, id)
      local attributes, err = stack:import(address, id)
      assert.is_nil(attributes)
      return err.code
    end
    assert.equal("NotFound", refusal("task_definition.api", "nope:1"))
    assert.equal("NotFound", refusal("task_definition.api", "api:1"))
    assert.equal("ImportFormat", refusal("task_definition.api", "prod/api"))
    assert.equal("ImportFormat", refusal("task_definition.api", "prod/"))
    assert.equal("ImportFormat", refusal("task_definition.api", ""))
    assert.equal("ImportFormat", refusal("task_definition.api", "arn:aws:ecs:us-west-2:123456789012:service/prod/api"))
    assert.equal("WrongPlace", refusal("task_definition.api", (arn:gsub("us%-west%-2", "eu-west-1"))))
    assert(stack:import("task_definition.api", "api:2"))
    assert.equal("AlreadyManaged", refusal("task_definition.other", "api:2"))
    assert.equal("AlreadyManaged", refusal("task_definition.api", "api:3"))
  end)

  it("keeps values of variables whose names say that they are secret out of the state and out of the source", function()
    register("api", { environment = { { name = "DB_PASSWORD", value = "hunter2" } } })
    local stack = declared.stack(world)
    assert(stack:import("task_definition.api", "api"))
    local source = assert(stack:generate_config "task_definition.api")
    assert.is_nil(source:find("hunter2", 1, true))
    assert.truthy(source:find('DB_PASSWORD = assert(os.getenv "DB_PASSWORD"', 1, true))
    assert.is_nil(core.json(assert(stack:read_state()).task_definitions):find("hunter2", 1, true))
  end)
end)

describe("a declaration that is written of a task definition", function()
  it("says what was registered, whatever that is", function()
    local sim, kept = ecs.simulator { region = "us-west-2" }, 0
    local source_of = require "ecs_service.verbs.definition_source"
    for seed = 1, 100 do
      local config = random_definitions.one(seed)
      local _, body = core.definition_body(assert(ecs.validate_task_definition(config)))
      assert(sim:call("RegisterTaskDefinition", body))
      local answer = assert(sim:call("DescribeTaskDefinition", { taskDefinition = config.family,
        include = { "TAGS" } }))
      local attributes = core.definition_read(answer.taskDefinition, answer.tags)
      local source, got = source_of.write(config.family, source_of.config(attributes, {})), nil
      run(source, { task_definition = function(_, name, read) got = read; got.family = name end })
      if not source:find("os.getenv", 1, true) then
        local change = assert(ecs.plan_task_definition(got, answer))
        assert(change.action == "no-op", ("seed %d: %s\n%s"):format(seed, core.json(change.diff), source))
        kept = kept + 1
      end
    end
    assert.is_true(kept > 50)
  end)

  it("stands beside its service, which names it, and together they plan as no change", function()
    local arn = register "api-v1"
    serve("web", "api-v1")
    local stack = declared.stack(world)
    assert(stack:import("task_definition.api-v1", arn))
    assert(stack:import("web", "prod/web"))
    local source, address, all = stack:generate_config("prod/web", { task_definition = true })
    assert.equal("web", address)
    assert.same({ "task_definition.api-v1", "web" }, all)
    assert.truthy(source:find('local api_v1_definition = stack:task_definition("api-v1", {', 1, true))
    assert.truthy(source:find("task_definition = api_v1_definition,", 1, true))
    run(source, stack)
    local plan = assert(stack:plan())
    assert.equal("task_definition api-v1 no-op, service web no-op", texts(plan))
    assert.is_true(plan:is_empty())
    assert(stack:apply())
    assert.equal("api-v1:1", declared.active(world))
  end)

  it("tells what AWS has and no argument names", function()
    local arn = register "api"
    local found = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = arn })).taskDefinition
    found.somethingNewer = { deep = true }
    local comment = require "ecs_service.verbs.definition_source".comment { answer = found }
    assert.truthy(comment:find('{"somethingNewer":{"deep":true}}', 1, true))
  end)
end)

describe("import of a Terraform state", function()
  local function instance(type, name, attributes, more)
    local one = { schema_version = 0, attributes = attributes }
    for key, value in pairs(more or {}) do one[key] = value end
    return { mode = "managed", type = type, name = name, instances = { one } }
  end

  local function write(resources)
    local path = journey.folder() .. "/terraform.tfstate"
    journey.write(path, cjson.encode { version = 4, terraform_version = "1.9.0", serial = 3, lineage = "x",
      resources = resources })
    return path
  end

  it("takes task definitions over with their services, and the source plans as no change", function()
    local arn = register "api"
    serve("web", arn)
    local path = write { instance("aws_ecs_task_definition", "api", { arn = arn, family = "api", revision = 1,
      skip_destroy = true, track_latest = cjson.null }), instance("aws_ecs_service", "web", { name = "web",
      cluster = "prod", task_definition = arn }), instance("aws_ecs_task_definition", "gone", {
      arn = arn:gsub("api:1", "gone:4"), family = "gone", revision = 4 }) }
    local stack = declared.stack(world)
    local result = assert(stack:import_tfstate(path))
    assert.same({ "task_definition.api", "web" }, result.order)
    assert.equal(1, #result.skipped)
    assert.equal("task_definition.gone", result.skipped[1].address)
    assert.same({}, result.ignored)
    assert.truthy(result.source:find("skip_destroy = true", 1, true))
    assert.truthy(result.source:find("task_definition = api_definition", 1, true))
    run(result.source, stack)
    local plan = assert(stack:plan())
    assert.equal("task_definition api no-op, service web no-op", texts(plan))
    assert(stack:apply())
    assert.equal("api:1", declared.active(world))
  end)

  it("asks for every value where Terraform holds the containers as sensitive", function()
    local arn = register "api"
    local path = write { instance("aws_ecs_task_definition", "api", { arn = arn, family = "api", revision = 1 },
      { sensitive_attributes = { { { type = "get_attr", value = "container_definitions" } } } }) }
    local result = assert(declared.stack(world):import_tfstate(path))
    assert.is_nil(result.source:find("8080\",", 1, true))
    assert.truthy(result.source:find('sensitive = { "LEVEL", "PORT" }', 1, true))
    assert.truthy(result.source:find('LEVEL = assert(os.getenv "LEVEL"', 1, true))
  end)

  it("takes more task definitions than Lua has room for variables", function()
    local resources = {}
    for i = 1, 60 do
      local family = ("f%d"):format(i)
      resources[i] = instance("aws_ecs_task_definition", family, { arn = register(family), family = family,
        revision = 1 })
    end
    local stack = declared.stack(world)
    local result = assert(stack:import_tfstate(write(resources)))
    run(result.source, stack)
    assert.is_true(assert(stack:plan()):is_empty())
  end)
end)

describe("the command", function()
  it("imports a task definition, and puts its declaration and that of its service into a script", function()
    world.sim = command.begin()
    register "api"
    serve("front", "api")
    journey.write(command.script, [[
local ecs = require "ecs_service"
local s = assert(ecs.stack { region = "us-west-2", state = "]] .. command.folder .. [[/state.json",
  transport = require "command_simulator" })
return s
]])
    local code, out, err = command.run({}, "import", "task_definition.api", "api:1", "--file", command.script)
    assert.equal(0, code, err)
    command.has(out, "Imported: task_definition.api is api:1.")
    command.has(err, "generate --into " .. command.script .. " task_definition.api")
    assert.equal(0, (command.run({}, "import", "front", "prod/front", "--file", command.script)))
    code, out, err = command.run({}, "generate", "prod/front", "--task-definition", "--into", command.script)
    assert.equal(0, code, err)
    command.has(out, "Declared: task_definition.api, front")
    code, out, err = command.run({}, "plan", command.script, "--detailed-exitcode")
    assert.equal(0, code, out .. err)
    command.has(out, "No changes")
    code, out = command.run({}, "generate", "api:1", "--file", command.script)
    assert.equal(0, code)
    command.has(out, 'stack:task_definition("api", {')
  end)
end)
