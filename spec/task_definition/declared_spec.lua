-- Task definitions that are declared: registered before the services that run them, and no more often than they change.
local core = require "ecs_service.core"
local declared = require "support.declared"

local actions, definition, pair = declared.actions, declared.definition, declared.pair

local world

local function plan_of(config, service, options) return assert(pair(world, config, service, options):plan()) end

local function apply_of(config, service, options) return assert(pair(world, config, service, options):apply()) end

local UNCHANGED = { "task_definition api no-op", "service api no-op" }

before_each(function() world = declared.world() end)

describe("a declared task definition", function()
  it("is registered before its service, and neither is a change then", function()
    local stack, api = pair(world)
    local missing, err = api:attributes()
    assert.is_nil(missing)
    assert.equal("NotRecorded", err.code)
    local plan = assert(stack:plan())
    assert.same({ "task_definition api register", "service api create" }, actions(plan))
    assert.equal(1, plan.summary.register)
    assert.is_false(plan:is_empty())
    local result = assert(stack:apply())
    assert.equal(1, result.task_definitions.api.revision)
    assert.equal("ACTIVE", result.task_definitions.api.status)
    assert.equal(result.task_definitions.api.arn, result.services.api.task_definition)
    assert.same(result.task_definitions.api, api:attributes())
    assert.equal(api:attributes().arn, api:attributes().arn_without_revision .. ":1")
    assert.is_nil(api.arn)
    assert.equal("api:1", declared.runs(world))
    plan = plan_of()
    assert.same(UNCHANGED, actions(plan))
    assert.is_true(plan:is_empty())
    assert.equal(2, plan.summary.no_op)
    declared.from_now(world)
    apply_of()
    assert.equal(0, declared.count(world, "RegisterTaskDefinition") + declared.count(world, "UpdateService"))
  end)

  it("is read by one request a plan, and registered before anything of the service is sent", function()
    apply_of()
    declared.from_now(world)
    plan_of()
    assert.equal(1, declared.count(world, "DescribeTaskDefinition"))
    assert.equal(1, declared.count(world, "DescribeServices"))

    declared.from_now(world)
    apply_of(definition { image = "acme/api:2" })
    local order = {}
    for _, request in ipairs(world.sim.requests) do
      if request.operation == "RegisterTaskDefinition" or request.operation == "UpdateService" then
        order[#order + 1] = request.operation
      end
    end
    assert.same({ "RegisterTaskDefinition", "UpdateService" }, order)
  end)

  it("shows the revision that will be as a guess, which is in no attributes and in no digest", function()
    apply_of()
    local plan = plan_of(definition { image = "acme/api:2" })
    assert.same({ "task_definition api register", "service api update" }, actions(plan))
    assert.same({ { path = 'container_definitions["app"].image', before = "acme/api:1", after = "acme/api:2" } },
      plan.changes[1].diff)
    assert.equal("api:2", plan.changes[1].predicted)
    local change = plan.changes[2]
    assert.is_nil(change.after.task_definition)
    local entry = change.diff[1]
    assert.same({ "task_definition", true, "api:2" }, { entry.path, entry.known_after_apply, entry.predicted })
    assert.is_nil(entry.after)
    assert.is_true(change.deployment.starts)
    local text = plan:render { color = false }
    assert.truthy(text:find("task_definition.api", 1, true), text)
    assert.truthy(text:find("register api:2", 1, true), text)
    assert.truthy(text:find('"api:1" → "api:2"', 1, true), text)
    local digest = plan:digest()
    change.diff[1].predicted, plan.changes[1].predicted = "api:7", "api:7"
    assert.equal(digest, plan:digest())
    assert.equal(digest, plan_of(definition { image = "acme/api:2" }):digest())
  end)

  it("with a new image is one registration and one update; the old revision stays ACTIVE", function()
    apply_of()
    declared.from_now(world)
    local result = apply_of(definition { image = "acme/api:2" })
    assert.equal(1, declared.count(world, "RegisterTaskDefinition"))
    assert.equal(1, declared.count(world, "UpdateService"))
    assert.equal("api:2", declared.runs(world))
    assert.equal("api:1 api:2", declared.active(world))
    assert.equal(2, result.task_definitions.api.revision)
    assert.same({ "task_definition api register done", "service api update done" }, {
      ("%s %s %s %s"):format(result.changes[1].kind, result.changes[1].address, result.changes[1].action,
        result.changes[1].outcome),
      ("%s %s %s %s"):format(result.changes[2].kind, result.changes[2].address, result.changes[2].action,
        result.changes[2].outcome) })
  end)

  it("is the same however ECS fills it in, reorders or converts it", function()
    apply_of(definition({ cpu = 0 }, { cpu = "1 vCPU", memory = "1 GB" }))
    for _, same in ipairs {
      definition({ essential = true }, { cpu = "1024", memory = 1024 }),
      definition({ environment = { { name = "PORT", value = "8080" }, { name = "LEVEL", value = "info" } } },
        { cpu = 1024, memory = "1GB" }),
      definition({ port_mappings = { { name = "http", container_port = 8080, protocol = "tcp", host_port = 0 } } },
        { cpu = 1024, memory = 1024 }),
    } do
      assert.same(UNCHANGED, actions(plan_of(same)))
    end
  end)

  it("goes back to the recorded revision when somebody deployed another one, and registers nothing", function()
    apply_of()
    local other = assert(world.sim:call("RegisterTaskDefinition", { family = "api", containerDefinitions = {
      { name = "app", image = "acme/api:9", memory = 64 } } })).taskDefinition
    assert(world.sim:call("UpdateService", { cluster = "prod", service = "api",
      taskDefinition = other.taskDefinitionArn }))
    world.sim:advance(300)
    local plan = plan_of()
    assert.same({ "task_definition api no-op", "service api update" }, actions(plan))
    declared.from_now(world)
    apply_of()
    assert.equal(0, declared.count(world, "RegisterTaskDefinition"))
    assert.equal("api:1", declared.runs(world))
  end)

  it("is foreseen by a number that nobody has registered yet, as far as the services tell", function()
    apply_of()
    local other = assert(world.sim:call("RegisterTaskDefinition", { family = "api", containerDefinitions = {
      { name = "app", image = "acme/api:9", memory = 64 } } })).taskDefinition
    assert(world.sim:call("UpdateService", { cluster = "prod", service = "api",
      taskDefinition = other.taskDefinitionArn }))
    local plan = plan_of(definition { image = "acme/api:2" })
    assert.equal("api:3", plan.changes[1].predicted)
    assert.equal("api:3", plan.changes[2].diff[1].predicted)
    local text = require "ecs_service.render.text".plan(plan, { unicode = true, color = false })
    assert.truthy(text:find('"api:2" → "api:3"', 1, true), text)
    assert.truthy(text:find('task_definition "api:1" → "api:2" (this plan changes it)', 1, true), text)
  end)

  it("is registered anew when its revision is not ACTIVE any more, and the service follows", function()
    apply_of()
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:1" }))
    local plan = plan_of()
    assert.same({ "task_definition api register", "service api update" }, actions(plan))
    assert.truthy(plan.changes[1].reason:find("not ACTIVE", 1, true))
    apply_of()
    assert.equal("api:2", declared.runs(world))
    assert.same(UNCHANGED, actions(plan_of()))
  end)

  it("takes an equal revision of somebody else's for its own no more than another one", function()
    assert(world.sim:call("RegisterTaskDefinition", { family = "api", networkMode = "bridge", containerDefinitions = {
      { name = "app", image = "acme/api:1", memory = 64, portMappings = { { name = "http", containerPort = 8080 } },
        environment = { { name = "LEVEL", value = "info" }, { name = "PORT", value = "8080" } } } } }))
    local plan = plan_of()
    assert.equal("register", plan.changes[1].action)
    assert.equal("api:2", plan.changes[1].predicted)
    apply_of()
    assert.equal("api:2", declared.runs(world))
  end)

  it("is tagged, not registered, when its tags alone change", function()
    apply_of(definition({}, { tags = { team = "core", old = "1" } }))
    local plan = plan_of(definition({}, { tags = { team = "edge" } }), nil)
    assert.same({ "task_definition api update", "service api no-op" }, actions(plan))
    declared.from_now(world)
    apply_of(definition({}, { tags = { team = "edge" } }))
    assert.equal(0, declared.count(world, "RegisterTaskDefinition"))
    assert.same({ { key = "team", value = "edge" } }, assert(world.sim:call("DescribeTaskDefinition",
      { taskDefinition = "api:1", include = { "TAGS" } })).tags)
    assert.same(UNCHANGED, actions(plan_of(definition({}, { tags = { team = "edge" } }))))
  end)

  it("stops everything when ECS refuses it, and the error names the container", function()
    apply_of()
    world.sim:fault { operation = "RegisterTaskDefinition", code = "ClientException", http_status = 400,
      message = "Invalid setting for container 'app'. At least one of 'memory' must be specified.", times = 1 }
    declared.from_now(world)
    local result, err = pair(world, definition { image = "acme/api:2" }):apply()
    assert.is_nil(result)
    assert.same({ "ClientException", "api", "task_definition", 'container_definitions["app"]' },
      { err.code, err.address, err.kind, err.path })
    assert.equal(0, declared.count(world, "UpdateService"))
    assert.same({ "failed", "skipped" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.equal("api:1", declared.runs(world))
    assert.is_nil(next(require "ecs_service.core".read_json(world.backend.text).journal))
  end)

  it("is registered once when ECS's answer is lost", function()
    world.sim:fault { operation = "RegisterTaskDefinition", reset_after = true }
    local stack = pair(world)
    if not stack:apply() then apply_of() end
    assert.equal("api:1", declared.active(world))
    assert.equal("api:1", declared.runs(world))
    assert.same(UNCHANGED, actions(plan_of()))
  end)

  it("is planned without asking when refresh is false", function()
    apply_of(definition({}, { sensitive = { "LEVEL" } }))
    declared.from_now(world)
    local stack = pair(world, definition({}, { sensitive = { "LEVEL" } }))
    assert.same(UNCHANGED, actions(assert(stack:plan { refresh = false })))
    assert.equal(0, #world.sim.requests)
    stack = pair(world, definition({ environment = { LEVEL = "debug", PORT = 8080 } }, { sensitive = { "LEVEL" } }))
    assert.equal("register", assert(stack:plan { refresh = false }).changes[1].action)
  end)

  it("may have another family: the old one's revisions go when nobody runs them", function()
    apply_of()
    local renamed = definition({}, { family = "api-v2" })
    local plan = plan_of(renamed)
    assert.same({ "task_definition api register", "service api update", "task_definition api deregister" },
      actions(plan))
    apply_of(renamed)
    assert.equal("api-v2:1", declared.runs(world))
    assert.equal("api-v2:1", declared.active(world))
    assert.same(UNCHANGED, actions(plan_of(renamed)))
  end)
end)

describe("a stack of task definitions", function()
  it("reads each of them once a plan, and registers all before the first service", function()
    local function stack()
      local made = declared.stack(world)
      for i = 1, 30 do
        local one = made:task_definition("d" .. i, definition())
        made:service("s" .. i, { name = "s" .. i, cluster = "prod", task_definition = one, desired_count = 0 })
      end
      return made
    end
    assert(stack():apply())
    assert.equal(30, declared.count(world, "RegisterTaskDefinition"))
    declared.from_now(world)
    assert.is_true(assert(stack():plan()):is_empty())
    assert.equal(30, declared.count(world, "DescribeTaskDefinition"))
  end)

  it("is brought up to date by a refresh, which registers nothing", function()
    apply_of()
    assert(world.sim:call("DeregisterTaskDefinition", { taskDefinition = "api:1" }))
    declared.from_now(world)
    local stack, api = pair(world)
    local result = assert(stack:refresh())
    assert.equal("INACTIVE", api:attributes().status)
    assert.equal("INACTIVE", result.task_definitions.api.status)
    assert.equal(0, declared.count(world, "RegisterTaskDefinition"))
    assert.equal("register", plan_of().changes[1].action)
  end)

  it("tells what it does by events with their kind", function()
    local told = {}
    assert(pair(world):apply { on_event = function(event)
      told[#told + 1] = ("%s %s %s"):format(event.type, event.kind, event.address)
    end })
    assert.equal("registered task_definition api", told[1])
    assert.equal("started service api", told[2])
  end)

  it("goes on where a service failed: what is registered is recorded, and not registered again", function()
    world.sim:fault { operation = "CreateService", code = "AccessDeniedException", http_status = 400, message = "no" }
    local _, err = pair(world):apply()
    assert.same({ "AccessDeniedException", "api", "service" }, { err.code, err.address, err.kind })
    assert.same({ "done", "failed" }, { err.result.changes[1].outcome, err.result.changes[2].outcome })
    assert.equal(1, err.result.task_definitions.api.revision)
    apply_of()
    assert.equal("api:1", declared.active(world))
  end)

  it("has services whose addresses read like other kinds, where they were recorded so", function()
    assert(world.sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = {
      { name = "app", image = "acme/web:1", memory = 64 } } }))
    local function stack(address)
      local made = declared.stack(world)
      made:service(address, { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 0 })
      return made
    end
    assert(stack "web":apply())
    for _, address in ipairs { "task.web", "task_definition.web" } do
      world.backend.text = world.backend.text:gsub('"services": {\n    "[%w._]+"',
        ('"services": {\n    "%s"'):format(address))
      local plan = assert(stack(address):plan())
      assert.is_true(plan:is_empty())
      assert.equal(1, #plan.changes)
      assert.equal(1, #assert(stack(address):state_items()))
    end
    assert(stack "web":move("task_definition.web", "web"))
    assert.is_true(assert(stack "web":plan()):is_empty())
  end)

  it("says after a rollback that the declaration differs", function()
    apply_of()
    local two = definition { image = "acme/api:2" }
    apply_of(two)
    local result = assert(pair(world, two):rollback "api")
    assert.equal("api:1", declared.runs(world))
    local codes = {}
    for i, warning in ipairs(result.warnings) do codes[i] = warning.code end
    assert.truthy(table.concat(codes, " "):find "DeclarationDiffers")
    assert.same({ "task_definition api no-op", "service api update" }, actions(plan_of(two)))
  end)
end)

describe("a task definition that is not declared any more", function()
  local function service_alone(task_definition, options)
    local stack = declared.stack(world, options)
    stack:service("api", { name = "api", cluster = "prod", task_definition = task_definition, desired_count = 1,
      wait_for_steady_state = true })
    return stack
  end

  it("is deregistered behind what named it", function()
    apply_of()
    assert(world.sim:call("RegisterTaskDefinition", { family = "other", containerDefinitions = {
      { name = "app", image = "acme/other:1", memory = 64 } } }))
    local stack = service_alone "other:1"
    local plan = assert(stack:plan())
    assert.same({ "service api update", "task_definition api deregister" }, actions(plan))
    assert.equal(1, plan.summary.deregister)
    local result = assert(stack:apply())
    assert.equal("other:1", declared.active(world))
    assert.is_nil(result.task_definitions.api)
    assert.same({ "service api no-op" }, actions(assert(service_alone "other:1":plan())))
    assert.equal(1, core.read_json(world.backend.text).version)
  end)

  it("stays, and stays recorded, while anybody uses it", function()
    apply_of()
    local stack = service_alone "api:1"
    local result = assert(stack:apply())
    assert.equal("api:1", declared.active(world))
    assert.equal("RevisionInUse", result.warnings[1].code)
    assert.truthy(result.warnings[1].message:find("api:1", 1, true))
    assert.same({ "service api no-op", "task_definition api deregister" },
      actions(assert(service_alone "api:1":plan())))
  end)

  it("is forgotten and left as it is with skip_destroy", function()
    apply_of(definition({}, { skip_destroy = true }))
    local plan = assert(service_alone "api:1":plan())
    assert.same({ "service api no-op", "task_definition api forget" }, actions(plan))
    assert(service_alone "api:1":apply())
    assert.equal("api:1", declared.active(world))
    assert.same({ "service api no-op" }, actions(assert(service_alone "api:1":plan())))
  end)
end)

describe("a destroy", function()
  it("deregisters the revisions that this stack registered, and no others", function()
    apply_of()
    apply_of(definition { image = "acme/api:2" })
    assert(world.sim:call("RegisterTaskDefinition", { family = "api", containerDefinitions = {
      { name = "app", image = "acme/api:9", memory = 64 } } }))
    local stack = pair(world, definition { image = "acme/api:2" })
    assert.same({ "service api delete", "task_definition api deregister" },
      actions(assert(stack:plan { destroy = true })))
    assert(stack:destroy())
    assert.equal("api:3", declared.active(world))
    local state = core.read_json(world.backend.text)
    assert.is_nil(next(state.services))
    assert.is_nil(state.task_definitions)
  end)

  it("leaves a revision that another service of the cluster runs", function()
    apply_of()
    assert(world.sim:call("CreateService", { cluster = "prod", serviceName = "guest", taskDefinition = "api:1",
      desiredCount = 1 }))
    world.sim:advance(120)
    local result = assert(pair(world):destroy())
    assert.equal("api:1", declared.active(world))
    assert.truthy(result.warnings[1].message:find("prod/guest", 1, true))
    assert.equal("kept", result.changes[2].outcome)
  end)

  it("leaves all of them with skip_destroy", function()
    apply_of(definition({}, { skip_destroy = true }))
    assert(pair(world, definition({}, { skip_destroy = true })):destroy())
    assert.equal("api:1", declared.active(world))
  end)
end)

describe("the state", function()
  it("has version 2 with task definitions, and lists the revisions that were registered here", function()
    apply_of()
    apply_of(definition { image = "acme/api:2" })
    local state = core.read_json(world.backend.text)
    assert.equal(2, state.version)
    local record = state.task_definitions.api
    assert.equal(2, #record.revisions)
    assert.equal("api", record.attributes.family)
    assert.equal("acme/api:2", record.attributes.container_definitions[1].image)
  end)

  it("keeps version 1 for services alone", function()
    assert(world.sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = {
      { name = "app", image = "acme/web:1", memory = 64 } } }))
    local stack = declared.stack(world)
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1" })
    assert(stack:apply())
    local state = core.read_json(world.backend.text)
    assert.equal(1, state.version)
    assert.is_nil(state.task_definitions)
  end)

  it("has digests in place of sensitive values, as plans and results have", function()
    local config = definition({ environment = { PASSWORD_OF_DB = "hunter2-hunter2", LEVEL = "info" },
      log_configuration = { log_driver = "splunk", options = { ["splunk-token"] = "0123-4567-89ab",
        ["splunk-url"] = "https://splunk.example" } } }, { sensitive = { "PASSWORD_OF_DB" } })
    local stack, api = pair(world, config)
    local plan = assert(stack:plan())
    local warned = {}
    for i, warning in ipairs(plan.warnings) do warned[i] = ("%s %s"):format(warning.code, warning.path) end
    assert.truthy(table.concat(warned, "\n"):find(
      'SecretInPlain container_definitions["app"].log_configuration.options["splunk-token"]', 1, true))
    local shown = plan:render { color = false, full = true }
    assert.truthy(shown:find('PASSWORD_OF_DB = (sensitive value)', 1, true), shown)
    local result = assert(stack:apply(plan))
    local path = os.tmpname()
    assert(assert(pair(world, config):plan()):save(path))
    local saved = core.system.read_file(path)
    os.remove(path)
    for _, text in ipairs { world.backend.text, core.json(plan:to_table()), core.json(result:to_table()), saved,
                            plan:render { color = false, full = true }, core.json(api:attributes()) } do
      assert.is_nil(text:find("hunter2", 1, true))
      assert.is_nil(text:find("0123-4567", 1, true))
    end
    local sent = assert(world.sim:call("DescribeTaskDefinition", { taskDefinition = "api:1" })).taskDefinition
    assert.truthy(core.json(sent):find("hunter2-hunter2", 1, true))
    assert.same(UNCHANGED, actions(plan_of(config)))
    config.container_definitions[1].environment.PASSWORD_OF_DB = "hunter3-hunter3"
    local change = plan_of(config).changes[1]
    assert.same({ "register", true }, { change.action, change.diff[1].sensitive })
    assert.is_nil(change.diff[1].before or change.diff[1].after)
  end)
end)

describe("a task that is run now", function()
  it("runs the revision of a declared task definition, by its address or beside a service that names it", function()
    local stack, api = pair(world)
    local _, err = stack:run("task_definition.api", { cluster = "prod" })
    assert.equal("NotRecorded", err.code)
    assert(api:apply())
    assert(stack:run("task_definition.api", { cluster = "prod", wait = false }))
    assert(stack:run("api", { wait = false }))
    _, err = stack:run "task_definition.api"
    assert.equal("WrongOption", err.code)
    for _, request in ipairs(world.sim.requests) do
      if request.operation == "RunTask" then
        assert.equal(api:attributes().arn, request.body.taskDefinition)
      end
    end
    assert.equal(2, declared.count(world, "RunTask"))
  end)
end)

describe("a stack of a thousand task definitions", function()
  local function stack(keep)
    local made = declared.stack(world)
    for i = 1, 1000 do made:task_definition("d" .. i, definition({}, { keep = keep, track_latest = i % 2 == 0 })) end
    return made
  end

  it("asks for each of them at most once in a plan", function()
    assert(stack():plan())
    assert.equal(1000, declared.count(world, "DescribeTaskDefinition"))
    assert.equal(1000, #world.sim.requests)
    assert(stack():apply())
    for _, keep in ipairs { false, 2 } do
      declared.from_now(world)
      assert.is_true(assert(stack(keep or nil):plan()):is_empty())
      local asked = {}
      for _, request in ipairs(world.sim.requests) do
        local name = ("%s %s"):format(request.operation, request.body.taskDefinition)
        assert.is_nil(asked[name], name)
        asked[name] = true
      end
      assert.equal(1000, #world.sim.requests)
    end
  end)
end)
