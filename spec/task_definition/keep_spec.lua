-- How many revisions stay ACTIVE: `keep` of a task definition.
local core = require "ecs_service.core"
local declared = require "support.declared"

local actions, definition = declared.actions, declared.definition

local world

local function image(number, keep, more)
  local config = definition({ image = "acme/api:" .. number }, { keep = keep })
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

local function pair(config, service, options) return declared.pair(world, config, service, options) end

local function apply_of(config, service, options) return assert(pair(config, service, options):apply()) end

local function apply_all(first, last, keep, service)
  for i = first, last do apply_of(image(i, keep), service) end
end

local function short(arns)
  local list = {}
  for i, arn in ipairs(arns or {}) do list[i] = arn:match "[^/]+$" end
  return table.concat(list, " ")
end

local function warnings_of(plan)
  local list = {}
  for i, warning in ipairs(plan.warnings) do list[i] = warning.code end
  return table.concat(list, " ")
end

local function of_others(number)
  return assert(world.sim:call("RegisterTaskDefinition", { family = "api", containerDefinitions = {
    { name = "app", image = "others/api:" .. number, memory = 64 } } })).taskDefinition.taskDefinitionArn
end

local function guest(revision)
  assert(world.sim:call("CreateService", { cluster = "prod", serviceName = "guest", taskDefinition = revision,
    desiredCount = 1 }))
  world.sim:advance(300)
end

before_each(function() world = declared.world() end)

describe("a task definition with keep", function()
  it("leaves the newest revisions ACTIVE, deletes none, and what it deregistered is not recorded any more", function()
    apply_all(1, 4, 2)
    assert.equal("api:3 api:4", declared.active(world))
    assert.equal("api:4", declared.runs(world))
    assert.equal(2, declared.count(world, "DeregisterTaskDefinition"))
    assert.equal(0, declared.count(world, "DeleteTaskDefinitions"))
    assert.equal("api:3 api:4", short(assert(pair(image(4, 2)):state_entry "task_definition.api").revisions))
    local plan = assert(pair(image(4, 2)):plan())
    assert.is_true(plan:is_empty())
    assert.same({ "task_definition api no-op", "service api no-op" }, actions(plan))
  end)

  it("shows in the plan which revisions go, behind the services", function()
    apply_all(1, 3)
    local plan = assert(pair(image(4, 2)):plan())
    assert.same({ "task_definition api register", "service api update", "task_definition api deregister" },
      actions(plan))
    assert.equal("api:1 api:2", short(plan.changes[3].revisions))
    assert.equal(1, plan.summary.deregister)
    local text = plan:render { color = false }
    assert.truthy(text:find("deregister api:1, api:2", 1, true), text)
    assert.truthy(text:find("keep = 2", 1, true), text)
    assert.equal("api:1 api:2", short(plan:to_table().changes[3].revisions))
    declared.from_now(world)
    local result = assert(pair(image(4, 2)):apply(plan))
    local order = {}
    for _, request in ipairs(world.sim.requests) do
      if request.operation:find "^Regi" or request.operation:find "^Dereg" or request.operation == "UpdateService" then
        order[#order + 1] = request.operation
      end
    end
    assert.same({ "RegisterTaskDefinition", "UpdateService", "DeregisterTaskDefinition", "DeregisterTaskDefinition" },
      order)
    assert.equal("done", result.changes[3].outcome)
    assert.equal(4, result.task_definitions.api.revision)
    assert.equal("api:3 api:4", declared.active(world))
  end)

  it("shows the names of a few revisions, and of many the first and the last", function()
    apply_all(1, 7, nil, { desired_count = 0 })
    local text = assert(pair(image(8, 2)):plan()):render { color = false }
    assert.truthy(text:find("deregister 6 revisions: api:1 to api:6", 1, true), text)
  end)

  it("deregisters what is too many when nothing else is to be done", function()
    apply_all(1, 4)
    local plan = assert(pair(image(4, 2)):plan())
    assert.same({ "task_definition api no-op", "service api no-op", "task_definition api deregister" }, actions(plan))
    assert.is_false(plan:is_empty())
    assert(pair(image(4, 2)):apply())
    assert.equal("api:3 api:4", declared.active(world))
    assert.is_true(assert(pair(image(4, 2)):plan()):is_empty())
  end)

  it("is carried out as a saved plan says, and the file can add nothing to it", function()
    apply_all(1, 4)
    local path = os.tmpname()
    assert(assert(pair(image(4, 2)):plan()):save(path))
    local saved = core.read_json(core.system.read_file(path))
    local ecs = require "ecs_service"
    saved.changes[3].revisions[3] = of_others(1)
    core.system.write_file(path, core.json(saved))
    local _, err = pair(image(4, 2)):apply(assert(ecs.load_plan(path)))
    assert.equal("PlanStale", err.code)
    saved.changes[3].revisions[3] = nil
    core.system.write_file(path, core.json(saved))
    assert(pair(image(4, 2)):apply(assert(ecs.load_plan(path))))
    os.remove(path)
    assert.equal("api:3 api:4 api:5", declared.active(world))
  end)

  it("leaves a revision that another service runs, and does not promise otherwise", function()
    apply_of(image(1))
    guest "api:1"
    apply_all(2, 4)
    local plan = assert(pair(image(4, 2)):plan())
    assert.equal("api:2", short(plan.changes[3].revisions))
    assert(pair(image(4, 2)):apply())
    assert.equal("api:1 api:3 api:4", declared.active(world))
    assert.is_true(assert(pair(image(4, 2)):plan()):is_empty())
  end)

  it("leaves a revision of which a task runs that belongs to no service", function()
    apply_all(1, 3)
    assert(world.sim:call("RunTask", { cluster = "prod", taskDefinition = "api:1" }))
    assert(pair(image(3, 1)):apply())
    assert.equal("api:1 api:3", declared.active(world))
    world.sim:advance(600)
    assert(pair(image(3, 1)):apply())
    assert.equal("api:3", declared.active(world))
  end)

  it("leaves a revision that came into use after it was planned, and says so", function()
    apply_all(1, 3)
    local stack = pair(image(3, 2))
    local plan = assert(stack:plan())
    guest "api:1"
    local result = assert(stack:apply(plan))
    assert.equal("kept", result.changes[3].outcome)
    assert.equal("RevisionInUse", result.warnings[1].code)
    assert.truthy(result.warnings[1].message:find("api:1 (the service prod/guest)", 1, true))
    assert.equal("api:1 api:2 api:3", declared.active(world))
  end)

  it("counts whoever's revisions, and deregisters only those of this stack", function()
    of_others(1)
    apply_all(1, 2)
    of_others(2)
    assert.equal("api:1 api:2 api:3 api:4", declared.active(world))
    local plan = assert(pair(image(3, 2)):plan())
    assert.equal("api:2 api:3", short(plan.changes[3].revisions))
    apply_of(image(3, 2))
    assert.equal("api:1 api:4 api:5", declared.active(world))
    apply_of(image(4, 2))
    assert.equal("api:1 api:4 api:5 api:6", declared.active(world))
    apply_of(image(5, 2))
    assert.equal("api:1 api:4 api:6 api:7", declared.active(world))
  end)

  it("warns of 1, which leaves no revision to go back to, and carries it out", function()
    apply_of(image(1, 1))
    local plan = assert(pair(image(2, 1)):plan())
    assert.truthy(warnings_of(plan):find "KeepsOne")
    assert.equal("keep", plan.warnings[1].path)
    assert.is_nil(warnings_of(assert(pair(image(2, 2)):plan())):find "KeepsOne")
    apply_of(image(2, 1))
    assert.equal("api:2", declared.active(world))
    assert.is_true(assert(pair(image(2, 1)):plan()):is_empty())
  end)

  it("never takes the revision away that a service still runs which is not waited for", function()
    local unwatched = { wait_for_steady_state = false }
    apply_of(image(1, 1), unwatched)
    world.sim:advance(300)
    local plan = assert(pair(image(2, 1), unwatched):plan())
    assert.same({ "task_definition api register", "service api update" }, actions(plan))
    apply_of(image(2, 1), unwatched)
    assert.equal("api:1 api:2", declared.active(world))
    world.sim:advance(600)
    apply_of(image(2, 1), unwatched)
    assert.equal("api:2", declared.active(world))
  end)

  it("deregisters nothing when a service that names the handle did not end well", function()
    apply_all(1, 2)
    world.sim:fault { operation = "UpdateService", code = "AccessDeniedException", http_status = 400, message = "no",
      times = 1 }
    local _, err = pair(image(3, 1)):apply()
    assert.equal("AccessDeniedException", err.code)
    assert.equal("skipped", err.result.changes[3].outcome)
    assert.equal("api:1 api:2 api:3", declared.active(world))
    apply_of(image(3, 1))
    assert.equal("api:3", declared.active(world))
  end)

  it("asks for nothing more than the revision itself when nothing can be too many", function()
    apply_all(1, 3, 5)
    declared.from_now(world)
    assert(pair(image(3, 5)):plan())
    assert.equal(1, declared.count(world, "DescribeTaskDefinition"))
    assert.equal(0, declared.count(world, "ListTaskDefinitions") + declared.count(world, "ListServices"))
  end)

  it("asks nothing and deregisters nothing with refresh = false", function()
    apply_all(1, 4)
    declared.from_now(world)
    local plan = assert(pair(image(4, 2)):plan { refresh = false })
    assert.same({ "task_definition api no-op", "service api no-op" }, actions(plan))
    assert.equal(0, #world.sim.requests)
  end)

  it("is a whole number from 1 on", function()
    for _, wrong in ipairs { 0, -1, 1.5, "two" } do
      local _, err = pair(image(1, wrong)):validate()
      assert.equal("keep", err.diagnostics[1].path)
    end
  end)

  it("fails, and says which revision, when ECS refuses to deregister", function()
    apply_all(1, 3)
    world.sim:fault { operation = "DeregisterTaskDefinition", code = "AccessDeniedException", http_status = 400,
      message = "no", times = 1 }
    local _, err = pair(image(3, 2)):apply()
    assert.same({ "AccessDeniedException", "api", "task_definition" }, { err.code, err.address, err.kind })
    apply_of(image(3, 2))
    assert.equal("api:2 api:3", declared.active(world))
  end)
end)

describe("another family, when the run that changed it was cut short", function()
  it("has the old revisions deregistered by the next run, and left with skip_destroy", function()
    apply_of(image(1))
    world.sim:fault { operation = "UpdateService", code = "AccessDeniedException", http_status = 400, message = "no",
      times = 1 }
    local renamed = image(1, nil, { family = "api-v2" })
    assert.is_nil((pair(renamed):apply()))
    local stays = image(1, nil, { family = "api-v2", skip_destroy = true })
    assert.same({ "task_definition api no-op", "service api update" }, actions(assert(pair(stays):plan())))
    apply_of(renamed)
    assert.equal("api-v2:1", declared.active(world))
  end)
end)

describe("a task definition with track_latest", function()
  local function tracking(number, more)
    more = more or {}
    more.track_latest = true
    return image(number, nil, more)
  end

  local function like(number)
    return assert(world.sim:call("RegisterTaskDefinition", { family = "api", networkMode = "bridge",
      containerDefinitions = { { name = "app", image = "acme/api:" .. number, memory = 64, portMappings = {
        { name = "http", containerPort = 8080 } }, environment = { { name = "LEVEL", value = "info" },
        { name = "PORT", value = "8080" } } } } })).taskDefinition.taskDefinitionArn
  end

  it("takes a newer revision of somebody else's that says the same for its own", function()
    apply_of(tracking(1))
    local newer = like(1)
    assert(world.sim:call("UpdateService", { cluster = "prod", service = "api", taskDefinition = newer }))
    world.sim:advance(300)
    assert.same({ "task_definition api no-op", "service api no-op" }, actions(assert(pair(tracking(1)):plan())))
    declared.from_now(world)
    local stack, api = pair(tracking(1))
    assert(stack:apply())
    assert.equal(newer, api:attributes().arn)
    assert.equal("api:1", short(assert(stack:state_entry "task_definition.api").revisions))
    assert.equal(0, declared.count(world, "RegisterTaskDefinition") + declared.count(world, "UpdateService"))
  end)

  it("deploys that revision where the service does not run it yet", function()
    apply_of(tracking(1))
    like(1)
    assert.same({ "task_definition api no-op", "service api update" }, actions(assert(pair(tracking(1)):plan())))
    apply_of(tracking(1))
    assert.equal("api:2", declared.runs(world))
  end)

  it("registers once more where the newest revision says something else", function()
    apply_of(tracking(1))
    like(9)
    local plan = assert(pair(tracking(1)):plan())
    assert.same({ "task_definition api register", "service api update" }, actions(plan))
    assert.equal("acme/api:9", plan.changes[1].diff[1].before)
    assert.equal("api:3", plan.changes[1].predicted)
    apply_of(tracking(1))
    assert.equal("api:3", declared.runs(world))
  end)

  it("begins with an equal revision that is there, and destroys none that others registered", function()
    like(1)
    local plan = assert(pair(tracking(1)):plan())
    assert.same({ "task_definition api no-op", "service api create" }, actions(plan))
    apply_of(tracking(1))
    assert.equal("api:1", declared.active(world))
    assert(pair(tracking(1)):destroy())
    assert.equal("api:1", declared.active(world))
    assert.same({}, assert(pair(tracking(1)):state_items()))
  end)

  it("is followed by a saved plan only while no newer revision is there", function()
    apply_of(tracking(1))
    local path = os.tmpname()
    assert(assert(pair(tracking(2)):plan()):save(path))
    like(3)
    local saved = assert(require "ecs_service".load_plan(path))
    local _, err = pair(tracking(2)):apply(saved)
    assert.equal("PlanStale", err.code)
    assert.truthy(err.message:find("api:2 is the newest revision now", 1, true), err.message)
    assert(assert(pair(tracking(2)):plan()):save(path))
    assert(pair(tracking(2)):apply(assert(require "ecs_service".load_plan(path))))
    os.remove(path)
    assert.equal("api:3", declared.runs(world))
  end)
end)

describe("a revision that a task runs which runs once", function()
  local function stack(name, task)
    local own = declared.stack(world)
    local job = own:task_definition("job", { keep = 1, container_definitions = {
      { name = "app", image = name, memory = 64 } } })
    local all = { task_definition = job, cluster = "jobs", run = "manual" }
    for key, value in pairs(task or {}) do all[key] = value end
    own:task("migrate", all)
    return own
  end

  before_each(function() world = declared.world { clusters = { "prod", "jobs" } } end)

  it("stays while it runs, in a cluster that only a declared task names", function()
    assert(stack("acme/job:1"):apply())
    assert(world.sim:call("RunTask", { cluster = "jobs", taskDefinition = "job:1" }))
    assert(stack("acme/job:2"):apply())
    assert.equal("job:1 job:2", declared.active(world))
    world.sim:advance(600)
    assert(stack("acme/job:2"):apply())
    assert.equal("job:2", declared.active(world))
  end)

  it("stays while it is what is recorded of the task, and goes with the next run of that", function()
    local once = { run = "on_change" }
    assert(stack("acme/job:1", once):apply())
    local plan = assert(stack("acme/job:2", once):plan())
    assert.equal(1, plan.summary.deregister)
    assert(stack("acme/job:2", once):apply())
    assert.equal("job:2", declared.active(world))
    assert(stack "acme/job:3":apply())
    assert.equal("job:2 job:3", declared.active(world))
    assert(stack "acme/job:3":destroy())
    assert.equal("", declared.active(world))
  end)
end)
