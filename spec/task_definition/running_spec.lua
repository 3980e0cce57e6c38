-- ecs.running: what a declaration leaves to what runs, so that a pipeline owns the image and the script the rest.
local core = require "ecs_service.core"
local declared = require "support.declared"
local ecs = require "ecs_service"

local actions, definition, pair = declared.actions, declared.definition, declared.pair

local world

local UNCHANGED = { "task_definition api no-op", "service api no-op" }
local SAFE = { deployment_circuit_breaker = { enable = true, rollback = true } }

local function open(more)
  local container = { image = ecs.running("api", "app") }
  for name, value in pairs(more or {}) do container[name] = value end
  return definition(container)
end

local function plan_of(config, options) return pair(world, config, SAFE):plan(options) end

local function apply_of(config, options) return pair(world, config, SAFE):apply(options) end

-- A pipeline that knows nothing of the stack.
local function pipeline(image)
  return assert(ecs.deploy { service = "prod/api", image = image, region = "us-west-2", transport = world.sim })
end

local function image_that_runs()
  local answer = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = declared.runs(world) }))
  return answer.taskDefinition.containerDefinitions[1].image
end

before_each(function() world = declared.world() end)

describe("an image that is left to what runs", function()
  it("is asked for once, while nothing runs", function()
    local plan, err = plan_of(open())
    assert.is_nil(plan)
    assert.equal("Missing", err.code)
    assert.equal("container_definitions[1].image", err.path)
    assert.equal("task_definition.api", err.service)
    assert.truthy(err.hint:find("--image api.app=IMAGE", 1, true), err.hint)
    assert.truthy(err.hint:find('ecs.running("api", "app", { default = "IMAGE" })', 1, true), err.hint)
    assert.equal(0, declared.count(world, "RegisterTaskDefinition"))

    assert(apply_of(open { image = ecs.running("api", "app", { default = "acme/api:1" }) }))
    assert.equal("acme/api:1", image_that_runs())
    assert.same(UNCHANGED, actions(assert(plan_of(open()))))
  end)

  it("stays when the script changes something else, and the plan says so", function()
    assert(apply_of(open(), { image = { ["api.app"] = "acme/api:7" } }))
    local plan = assert(plan_of(open { memory = 128 }))
    local change = plan.changes[1]
    assert.same({ { path = 'container_definitions["app"].memory', before = 64, after = 128 } }, change.diff)
    assert.same({ { path = 'container_definitions["app"].image', value = "acme/api:7", from = "api" } }, change.kept)
    assert.same(change.kept, plan:to_table().changes[1].kept)
    local text = plan:render { color = false }
    assert.truthy(text:find('kept: container_definitions["app"].image = "acme/api:7", as api runs it', 1, true), text)
    assert(apply_of(open { memory = 128 }))
    assert.equal("acme/api:7", image_that_runs())
    assert.is_nil(world.backend:read():find "running")
  end)

  it("is found in what the plan reads anyway", function()
    assert(apply_of(definition()))
    declared.from_now(world)
    assert(plan_of(open()))
    assert.equal(1, declared.count(world, "DescribeServices"))
    assert.equal(1, declared.count(world, "DescribeTaskDefinition"))
    assert.equal(2, #world.sim.requests)
    declared.from_now(world)
    assert(plan_of(open(), { target = "task_definition.api" }))
    assert.equal(1, declared.count(world, "DescribeServices"))
    assert.equal(2, #world.sim.requests)
  end)

  it("belongs to a pipeline that knows nothing of the stack: after it nothing is to be done", function()
    assert(apply_of(definition()))
    pipeline "acme/api:2"
    local plan = assert(plan_of(open()))
    assert.same(UNCHANGED, actions(plan))
    assert.same({}, plan.changes[2].diff)
    declared.from_now(world)
    assert(apply_of(open()))
    assert.equal(0, declared.count(world, "RegisterTaskDefinition") + declared.count(world, "UpdateService"))
    assert.equal("api:2", declared.runs(world))
    local stack, api = pair(world, open(), SAFE)
    assert.equal(2, api:attributes().revision)

    pipeline "acme/api:3"
    plan = assert(plan_of(open { memory = 128 }))
    assert.equal("api:4", plan.changes[1].predicted)
    assert.same({ { path = 'container_definitions["app"].memory', before = 64, after = 128 } }, plan.changes[1].diff)
    assert(apply_of(open { memory = 128 }))
    assert.equal("api:4", declared.runs(world))
    assert.equal("acme/api:3", image_that_runs())
    assert(stack:destroy())
    assert.equal("api:2 api:3", declared.active(world)) -- they are the pipeline's
  end)

  it("finds again what a run with an image registered that did not get to deploy it", function()
    assert(apply_of(definition()))
    local image = { ["api.app"] = "acme/api:2" }
    assert(pair(world, open(), SAFE):apply { image = image, target = "task_definition.api" })
    assert.equal("api:1", declared.runs(world))
    assert.is_true(assert(plan_of(open())):is_empty()) -- what runs stays
    local plan = assert(plan_of(open(), { image = image }))
    assert.same({ "task_definition api no-op", "service api update" }, actions(plan))
    assert(apply_of(open(), { image = image }))
    assert.equal("api:2", declared.runs(world))
    assert.equal("api:1 api:2", declared.active(world))
  end)

  it("is that of the recorded revision when ECS is not asked", function()
    assert(apply_of(open(), { image = { api = "acme/api:7" } }))
    declared.from_now(world)
    local plan = assert(plan_of(open { memory = 128 }, { refresh = false }))
    assert.same({}, world.sim.requests)
    assert.equal("acme/api:7", plan.changes[1].after.container_definitions[1].image)
    assert.equal(1, #plan.changes[1].diff)
  end)

  it("is that of the last deployment that was completed, after one that failed", function()
    assert(apply_of(definition { image = "acme/api:good" }))
    world.sim:tasks { task_definition = "api:2", outcome = "exit" }
    local result, err = pair(world, open(), { deployment_circuit_breaker = { enable = true, rollback = false } })
      :apply { image = { api = "acme/api:bad" } }
    assert.is_nil(result)
    assert.equal("DeploymentFailed", err.code)
    assert.equal("api:2", declared.runs(world))
    local plan = assert(plan_of(open()))
    assert.equal("acme/api:good", plan.changes[1].after.container_definitions[1].image)
  end)

  it("is that of the recorded revision when the service is gone", function()
    assert(apply_of(open(), { image = { api = "acme/api:7" } }))
    assert(world.sim:call("DeleteService", { cluster = "prod", service = "api", force = true }))
    world.sim:advance(3600)
    local plan = assert(plan_of(open()))
    assert.same({ "task_definition api no-op", "service api create" }, actions(plan))
    assert.equal("acme/api:7", plan.changes[1].after.container_definitions[1].image)
  end)

  it("is that of another family which somebody deployed, and goes along to the declared one", function()
    assert(apply_of(definition()))
    assert(world.sim:call("RegisterTaskDefinition", { family = "other", containerDefinitions = {
      { name = "app", image = "acme/other:1", memory = 64 } } }))
    assert(world.sim:call("UpdateService", { cluster = "prod", service = "api", taskDefinition = "other:1" }))
    world.sim:advance(600)
    local change = assert(plan_of(open())).changes[1]
    assert.equal("api:2", change.predicted)
    assert.same({ { path = 'container_definitions["app"].image', before = "acme/api:1", after = "acme/other:1" } },
      change.diff)
  end)

  it("asks for no new deployment where an equal revision runs that somebody else registered", function()
    assert(apply_of(definition()))
    local first = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = "api:1" })).taskDefinition
    assert(world.sim:call("RegisterTaskDefinition", { family = "api", networkMode = first.networkMode,
      containerDefinitions = first.containerDefinitions }))
    assert(world.sim:call("UpdateService", { cluster = "prod", service = "api", taskDefinition = "api:2" }))
    world.sim:advance(600)
    assert.same(UNCHANGED, actions(assert(plan_of(open()))))
  end)

  it("may be a task definition's that no service of the stack runs, and of what somebody else registered", function()
    assert(world.sim:call("RegisterTaskDefinition", { family = "job",
      containerDefinitions = { { name = "app", image = "acme/job:9", memory = 64 } } }))
    local stack = declared.stack(world)
    stack:task_definition("job", definition { image = ecs.running("job", "app"), port_mappings = false })
    local plan = assert(stack:plan())
    assert.equal("acme/job:9", plan.changes[1].after.container_definitions[1].image)
    assert(stack:apply())
    stack:task_definition("cron", definition { image = ecs.running("job", "app"), port_mappings = false })
    declared.from_now(world)
    plan = assert(stack:plan { target = "task_definition.cron" })
    assert.equal("acme/job:9", plan.changes[1].after.container_definitions[1].image)
    assert.equal(2, #world.sim.requests)
  end)

  it("is looked for by each plan anew", function()
    assert(apply_of(definition()))
    local stack = pair(world, open { memory = 128 }, SAFE)
    for number = 2, 3 do
      pipeline("acme/api:" .. number)
      local plan = assert(stack:plan())
      assert.equal("acme/api:" .. number, plan.changes[1].after.container_definitions[1].image)
    end
  end)
end)

describe("what a declaration leaves to what runs", function()
  it("is any member of a container, and may stand elsewhere than it came from", function()
    assert(apply_of(definition { cpu = 128, environment = { LEVEL = "debug", DB_PASSWORD = "hunter2" } }))
    local stack = declared.stack(world)
    local running = ecs.running
    local api = stack:task_definition("api", definition { image = running("api", "app"),
      cpu = running("api", "app", "cpu"), memory = running("api", "app", "memory"),
      environment = running("api", "app", "environment"),
      docker_labels = { image = running("api", "app") } })
    local service = stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
      tags = { image = running("api", "app") }, deployment_circuit_breaker = SAFE.deployment_circuit_breaker })
    local plan = assert(stack:plan())
    assert.same({ { path = 'container_definitions["app"].docker_labels.image', after = "acme/api:1" } },
      plan.changes[1].diff)
    assert.equal("acme/api:1", plan.changes[2].after.tags.image)
    assert.is_nil(core.json(plan:to_table()):find "hunter2")
    assert(stack:apply())
    local answer = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = declared.runs(world) }))
    local container = answer.taskDefinition.containerDefinitions[1]
    assert.same({ 128, "acme/api:1" }, { container.cpu, container.dockerLabels.image })
    assert.equal("hunter2", container.environment[1].value)
    assert.equal("acme/api:1", service:attributes().tags.image)
    assert.is_nil(world.backend:read():find "hunter2")
    -- A digest is no value.
    local offline, err = stack:plan { refresh = false }
    assert.is_nil(offline)
    assert.equal("NotAllowed", err.code)
    assert.equal("container_definitions[1].environment", err.path)
  end)

  it("follows an image that is given for the run", function()
    assert(apply_of(definition()))
    local stack = declared.stack(world)
    local config = open { environment = { VERSION = ecs.running("api", "app") } }
    stack:service("api", { name = "api", cluster = "prod", task_definition = stack:task_definition("api", config),
      desired_count = 1, tags = { image = ecs.running("api", "app") } })
    local plan = assert(stack:plan { image = { ["api.app"] = "acme/api:2" } })
    local container = plan.changes[1].after.container_definitions[1]
    assert.same({ "acme/api:2", "acme/api:2" }, { container.image, container.environment.VERSION })
    assert.equal("acme/api:2", plan.changes[2].after.tags.image)
    assert.is_nil(plan.changes[1].kept)
  end)

  it("has a default where a container is a new one, and is refused without", function()
    assert(apply_of(definition()))
    local function two(image)
      local config = open()
      config.container_definitions[2] = { name = "proxy", image = image, memory = 64 }
      return config
    end
    local plan, err = plan_of(two(ecs.running("api", "proxi")))
    assert.is_nil(plan)
    assert.equal("NotAllowed", err.code)
    assert.truthy(err.message:find("api runs api:1, which has no container", 1, true), err.message)
    plan = assert(plan_of(two(ecs.running("api", "proxy", { default = "acme/proxy:1" }))))
    assert.equal("acme/proxy:1", plan.changes[1].after.container_definitions[2].image)
  end)

  it("is told with all other mistakes of a script, before anything is sent", function()
    local stack = pair(world, open { image = ecs.running("apo", "app"), cpu = "much" })
    local _, err = stack:validate()
    assert.equal("ValidationFailed", err.code)
    assert.equal(2, #err.diagnostics)
    assert.equal("did you mean api?", err.diagnostics[2].hint)
    local named = definition(nil, { family = ecs.running("api", "app") })
    named.container_definitions[2] = { name = ecs.running("api", "app"), image = "x", memory = 64 }
    stack = pair(world, named)
    _, err = stack:validate()
    assert.equal("container_definitions[2].name", err.diagnostics[1].path)
    assert.equal("family", err.diagnostics[2].path)
    stack = pair(world, nil, { desired_count = ecs.running("api", "app", "cpu") })
    _, err = stack:validate()
    assert.equal("desired_count", err.diagnostics[1].path)
    assert.same({}, world.sim.requests)
  end)

  it("may be all that a container has of its size", function()
    assert(apply_of(definition { memory = false, memory_reservation = 48 }))
    local plan = assert(plan_of(definition { memory = false,
      memory_reservation = ecs.running("api", "app", "memory_reservation") }))
    assert.same(UNCHANGED, actions(plan))
    plan = assert(plan_of(definition { memory = ecs.running("api", "app", "memory"), memory_reservation = 48 }))
    assert.same(UNCHANGED, actions(plan)) -- it has none, and goes on without
  end)

  it("is no table that has anything else in it", function()
    local stack = pair(world, definition {
      environment = { running = { address = "api", container = "app" }, A = "1" } })
    local _, err = stack:validate()
    assert.equal("ValidationFailed", err.code)
  end)

  it("raises where it is asked for wrongly", function()
    local function message(...) return tostring(select(2, pcall(ecs.running, ...))) end
    assert.truthy(message(1, "app"):find "the address is a text")
    assert.truthy(message("api"):find "the container is a text")
    assert.truthy(message("api", "app", "imag"):find("did you mean image?", 1, true))
    assert.truthy(message("api", "app", { defalt = 1 }):find "did you mean default")
    local ok, err = pcall(function() return "acme/" .. ecs.running("api", "app") end)
    assert.is_false(ok)
    assert.truthy(tostring(err):find("cannot be a part of a text", 1, true))
  end)
end)

describe("a value that stands for what runs", function()
  it("is plain data: copies and JSON of it say the same", function()
    local value = ecs.running("api", "app", "cpu", { default = 64 })
    local copy = assert(core.read_json(core.json(value)))
    assert.same({ running = { address = "api", container = "app", member = "cpu", default = 64 } }, copy)
    assert(apply_of(definition()))
    assert.same(UNCHANGED, actions(assert(plan_of(definition {
      image = core.read_json(core.json(ecs.running("api", "app"))) }))))
    local stack, _, service = pair(world)
    assert.same(ecs.running("api", "app"), ecs.running(service, "app"))
    assert.is_nil(ecs.running(stack:task_definition("other", definition()), "app").running.stack)
  end)

  it("is accepted by functions that read nothing", function()
    local config = definition({ image = ecs.running("api", "app"), memory = ecs.running("api", "app", "memory") },
      { family = "api" })
    local normal = assert(ecs.validate_task_definition(config))
    assert.same(ecs.running("api", "app"), normal.container_definitions[1].image)
    assert.same(ecs.running("api", "app", "memory"), normal.container_definitions[1].memory)
    local first = { family = "api", containerDefinitions = { { name = "app", image = "acme/api:5", memory = 64,
      environment = { { name = "LEVEL", value = "info" }, { name = "PORT", value = "8080" } },
      portMappings = { { name = "http", containerPort = 8080 } } } }, networkMode = "bridge", revision = 5,
      taskDefinitionArn = "arn:aws:ecs:us-west-2:123456789012:task-definition/api:5", status = "ACTIVE" }
    assert.equal("no-op", assert(ecs.plan_task_definition(config, first)).action)
    local change, err = ecs.plan_task_definition(config)
    assert.is_nil(change)
    assert.equal("ValidationFailed", err.code)
    assert.same(ecs.running("web", "app"), assert(ecs.validate { name = "web", task_definition = "web:1",
      tags = { image = ecs.running("web", "app") } }).tags.image)
  end)

  it("stands in no saved plan, which does what it showed", function()
    assert(apply_of(definition { environment = { DB_PASSWORD = "hunter2" } }))
    local config = open { memory = 128, environment = ecs.running("api", "app", "environment") }
    local path = os.tmpname()
    local plan = assert(plan_of(config))
    assert(plan:save(path))
    local text = core.system.read_file(path)
    assert.is_nil(text:find "hunter2")
    assert.is_nil(text:find('"running":{', 1, true))
    local loaded = assert(ecs.load_plan(path))
    assert.equal(plan:digest(), loaded:digest())
    assert(pair(world, config, SAFE):apply(loaded))
    assert.equal("api:2", declared.runs(world))
    local answer = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = "api:2" }))
    assert.equal("hunter2", answer.taskDefinition.containerDefinitions[1].environment[1].value)

    pipeline "acme/api:9" -- between the plan and its apply: what was shown does not hold any more
    plan = assert(plan_of(open { memory = 256 }))
    assert(plan:save(path))
    pipeline "acme/api:10"
    assert(apply_of(open { memory = 256 }))
    local result, err = pair(world, open { memory = 256 }, SAFE):apply(assert(ecs.load_plan(path)))
    assert.is_nil(result)
    assert.equal("PlanStale", err.code)
    os.remove(path)
  end)

  it("takes what runs over by a saved plan, too", function()
    assert(apply_of(definition()))
    pipeline "acme/api:2"
    local path = os.tmpname()
    assert(assert(plan_of(open { memory = 128 })):save(path))
    local text = core.system.read_file(path)
    assert(core.system.write_file(path, (text:gsub('"running": true', '"running": false'))))
    local result, err = pair(world, open { memory = 128 }, SAFE):apply(assert(ecs.load_plan(path)))
    assert.is_nil(result)
    assert.equal("PlanStale", err.code)
    assert(core.system.write_file(path, text))
    assert(pair(world, open { memory = 128 }, SAFE):apply(assert(ecs.load_plan(path))))
    os.remove(path)
    assert.equal("api:3", declared.runs(world))
    assert.equal("acme/api:2", image_that_runs())
  end)
end)
