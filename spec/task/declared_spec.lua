-- Tasks that are declared: run in their place in the order of things, when their `run` says so, and never twice.
local migrating = require "support.migrating"

local actions, count, stack_of = migrating.actions, migrating.count, migrating.stack_of

local world

before_each(function() world = migrating.world() end)

local function plan_of(...) return assert(stack_of(world, ...):plan()) end

local function apply_of(...) return assert(stack_of(world, ...):apply()) end

local function operations(of)
  local list, wanted = {}, { RegisterTaskDefinition = true, RunTask = true, UpdateService = true, CreateService = true }
  for _, request in ipairs(of.sim.requests) do
    if wanted[request.operation] then list[#list + 1] = request.operation end
  end
  return list
end

describe("a declared task", function()
  it("is run before its service is made, and not again", function()
    local stack, handle = stack_of(world)
    local plan = assert(stack:plan())
    assert.same({ "task_definition api register", "task migrate run", "service api create" }, actions(plan))
    assert.equal(1, plan.summary.run)
    assert.equal("it has not been run yet", plan.changes[2].reason)
    local missing, err = handle:attributes()
    assert.is_nil(missing)
    assert.same({ "NotRecorded", "task", "migrate" }, { err.code, err.kind, err.address })
    local result = assert(stack:apply())
    assert.same({ "RegisterTaskDefinition", "RunTask", "CreateService" }, operations(world))
    assert.equal(0, result.tasks.migrate.exit_code)
    assert.same({ "task", "migrate", "run", "done" }, { result.changes[2].kind, result.changes[2].address,
      result.changes[2].action, result.changes[2].outcome })
    assert.truthy(handle:attributes().task_definition:find "api:1$")
    plan = plan_of()
    assert.is_true(plan:is_empty())
    assert.equal(3, plan.summary.no_op)
    assert.equal(0, plan.summary.run)
  end)

  it("is shown with what it runs, in its place, and why", function()
    apply_of()
    local text = plan_of("acme/api:2"):render { color = false }
    assert.truthy(text:find("▶ task.migrate", 1, true), text)
    assert.truthy(text:find("run bin/migrate with api:2 before api", 1, true), text)
    assert.truthy(text:find("why: its task definition changes", 1, true), text)
    assert.truthy(text:find("1 to register, 1 to run, 0 to create, 1 to update", 1, true), text)
    assert.is_nil(text:find("request", 1, true), text)
  end)

  it("is run with the new revision before the service is updated", function()
    apply_of()
    migrating.from_now(world)
    apply_of "acme/api:2"
    assert.same({ "RegisterTaskDefinition", "RunTask", "UpdateService" }, operations(world))
    local tasks = migrating.ran(world)
    assert.equal(2, #tasks)
    local seen = {}
    for _, task in ipairs(tasks) do seen[task.taskDefinitionArn:match "[^/]+$"] = task end
    assert.same({ "bin/migrate" }, seen["api:2"].overrides.containerOverrides[1].command)
    assert.truthy(seen["api:2"].startedBy:find("^ecs%-service/%x+$"))
    assert.equal(#"ecs-service/" + 24, #seen["api:2"].startedBy)
  end)

  it("is told of as it goes on", function()
    local told = {}
    assert(stack_of(world):apply { on_event = function(event)
      if event.kind == "task" then told[#told + 1] = ("%s %s"):format(event.type, event.address) end
      if event.kind == "task" and event.type == "done" then told.exit = event.exit_code end
    end })
    assert.equal("started migrate", told[1])
    assert.equal("done migrate", told[#told])
    assert.equal(0, told.exit)
  end)

  it("is run again for another command, variable, override or count, and for nothing else of it", function()
    apply_of()
    for name, other in pairs { command = { "bin/migrate", "--all" }, environment = { DRY = "1" }, count = 2,
      overrides = { cpu = 256 } } do
      local plan = plan_of(nil, { [name] = other })
      assert.equal(1, plan.summary.run, name)
      assert.equal("its command, overrides or count have changed", plan.changes[2].reason)
    end
    for name, other in pairs { timeout = "5m", container = "app", before = {}, tags = { a = "b" } } do
      assert.is_true(plan_of(nil, { [name] = other }):is_empty(), name)
    end
  end)

  it("is not run again for a definition that is written otherwise and is the same", function()
    apply_of()
    local stack = migrating.stack(world)
    local api = stack:task_definition("api", migrating.definition({ essential = true, cpu = 0,
      port_mappings = { { name = "http", container_port = 8080, protocol = "tcp" } } }, { tags = { team = "a" } }))
    local web = stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
      wait_for_steady_state = true })
    stack:task("migrate", { service = web, command = { "bin/migrate" }, before = { web } })
    assert.equal(0, assert(stack:plan()).summary.run)
  end)

  it("runs the image that a run gives to a definition that leaves it to what runs", function()
    local ecs = require "ecs_service"
    local function make()
      return stack_of(world, ecs.running("api", "app", { default = "acme/api:1" }))
    end
    assert(make():apply())
    assert.is_true(assert(make():plan()):is_empty())
    migrating.from_now(world)
    assert(make():apply { image = { ["api.app"] = "acme/api:7" } })
    assert.same({ "RegisterTaskDefinition", "RunTask", "UpdateService" }, operations(world))
    assert.is_true(assert(make():plan()):is_empty())
  end)

  it("with run = always makes every plan one that is not empty", function()
    apply_of(nil, { run = "always" })
    local plan = plan_of(nil, { run = "always" })
    assert.is_false(plan:is_empty())
    assert.equal(1, plan.summary.run)
  end)

  it("with run = manual is run by no plan", function()
    local plan = plan_of(nil, { run = "manual" })
    assert.equal(0, plan.summary.run)
    apply_of(nil, { run = "manual" })
    assert.equal(0, count(world, "RunTask"))
  end)

  it("with run = deploy is run when what it stands before changes", function()
    apply_of(nil, { run = "deploy" })
    assert.is_true(plan_of(nil, { run = "deploy" }):is_empty())
    local plan = plan_of(nil, { run = "deploy" }, { desired_count = 2 })
    assert.same({ "task_definition api no-op", "task migrate run", "service api update" }, actions(plan))
    assert.equal("api changes", plan.changes[2].reason)
  end)

  it("stands after what it names, once that is steady", function()
    local stack = stack_of(world, nil, { before = false, after = { "api" } })
    local plan = assert(stack:plan())
    assert.same({ "task_definition api register", "service api create", "task migrate run" }, actions(plan))
    assert(stack:apply())
    assert.same({ "RegisterTaskDefinition", "CreateService", "RunTask" }, operations(world))
    local service = assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "api" } })).services[1]
    assert.truthy(migrating.ran(world)[1].createdAt >= service.deployments[1].createdAt + 10)
  end)

  it("runs what nobody declares, in the cluster and with the members that it names itself", function()
    assert(world.sim:call("RegisterTaskDefinition", { family = "jobs",
      containerDefinitions = { { name = "job", image = "acme/job:1", memory = 64 } } }))
    local function make()
      local stack = migrating.stack(world)
      stack:task("job", { task_definition = "jobs", cluster = "prod", count = 2, tags = { team = "ops" } })
      return stack
    end
    local result = assert(make():apply())
    assert.equal(2, #result.tasks.job.tasks)
    assert.is_true(assert(make():plan()):is_empty())
    assert(world.sim:call("RegisterTaskDefinition", { family = "jobs",
      containerDefinitions = { { name = "job", image = "acme/job:2", memory = 64 } } }))
    assert.equal("its task definition has changed", assert(make():plan()).changes[1].reason)
  end)

  it("is forgotten when it is not declared any more; and by a destroy, which runs nothing", function()
    apply_of()
    local stack = migrating.pair(world)
    local plan = assert(stack:plan())
    assert.same({ "task migrate forget" }, { actions(plan)[#actions(plan)] })
    assert.equal(1, plan.summary.forget)
    assert(stack:apply())
    assert.is_true(assert(migrating.pair(world):plan()):is_empty())
    apply_of()
    migrating.from_now(world)
    assert(stack_of(world, nil, { run = "always" }):destroy())
    assert.equal(0, count(world, "RunTask"))
    assert.same({}, assert(stack_of(world):state_items()))
  end)

  it("comes along with the service that it stands before; without it the plan warns", function()
    apply_of()
    local plan = assert(stack_of(world, "acme/api:2"):plan { target = { "api" } })
    assert.same({ "task_definition api register", "task migrate run", "service api update" }, actions(plan))
    plan = assert(stack_of(world, "acme/api:2"):plan { exclude = { "task.migrate" } })
    assert.same({ "task_definition api register", "service api update" }, actions(plan))
    assert.equal("TaskExcluded", plan.warnings[#plan.warnings].code)
  end)

  it("stands in the state as what it is", function()
    apply_of()
    local stack = stack_of(world)
    local items = assert(stack:state_items())
    local found
    for _, item in ipairs(items) do found = item.address == "task.migrate" and item or found end
    assert.same({ "task", "ok" }, { found.kind, found.status })
    local entry = assert(stack:state_entry "task.migrate")
    assert.equal(0, entry.attributes.exit_code)
    assert(stack:move("task.migrate", "task.schema"))
    assert(stack:forget "task.schema")
    assert.equal(1, plan_of().summary.run)
  end)

  it("is carried out by a plan that was saved", function()
    apply_of()
    local path = os.tmpname()
    assert(plan_of("acme/api:2"):save(path))
    local plan = assert(require "ecs_service".load_plan(path))
    os.remove(path)
    migrating.from_now(world)
    assert(stack_of(world, "acme/api:2"):apply(plan))
    assert.same({ "RegisterTaskDefinition", "RunTask", "UpdateService" }, operations(world))
  end)

  it("of a saved plan is not run when the script declares it otherwise by now", function()
    local path = os.tmpname()
    assert(plan_of():save(path))
    local plan = assert(require "ecs_service".load_plan(path))
    os.remove(path)
    local ok, err = stack_of(world, nil, { command = { "rm" } }):apply(plan)
    assert.is_nil(ok)
    assert.equal("PlanStale", err.code)
    assert.equal(0, count(world, "RunTask"))
  end)
end)

describe("the declaration of a task", function()
  local function problems(more)
    local ok, err = stack_of(world, nil, more):validate()
    assert.is_nil(ok)
    local list = {}
    for i, one in ipairs(err.diagnostics) do list[i] = ("%s %s"):format(one.code, one.path) end
    table.sort(list)
    return list
  end

  it("is checked whole before anything is sent", function()
    assert.same({ "NotAllowed run", "OutOfRange count", "UnknownAddress before[1]", "UnknownArgument comand" },
      problems { count = 11, comand = { "x" }, run = "sometimes", before = { "wbe" } })
    assert.same({ "Missing task_definition" }, problems { service = false })
    assert.same({ "UnknownArgument client_token", "UnknownArgument started_by" },
      problems { client_token = "a", started_by = "b" })
    assert.equal(0, #world.sim.requests)
  end)

  it("takes the words of an argument that is nearly one", function()
    local _, err = stack_of(world, nil, { comand = { "x" } }):validate()
    assert.truthy(tostring(err.diagnostics[1].hint):find("command", 1, true))
  end)

  it("that makes a circle is refused", function()
    local stack, _, web = stack_of(world, nil, { after = { "api" } })
    assert.truthy(web)
    local ok, err = stack:validate()
    assert.is_nil(ok)
    assert.equal("DependencyCycle", err.diagnostics[1].code)
  end)

  it("takes handles where addresses stand, and those of its own stack alone", function()
    local other = migrating.stack(world)
    local foreign = other:service("x", { name = "x", cluster = "prod", task_definition = "x:1" })
    local ok, err = stack_of(world, nil, { before = { foreign } }):validate()
    assert.is_nil(ok)
    assert.equal("WrongStack", err.diagnostics[1].code)
  end)

  it("with a container that its definition lacks is told at that", function()
    local plan, err = stack_of(world, nil, { container = "nope" }):plan()
    assert.is_nil(plan)
    assert.equal("container", err.path)
  end)
end)

describe("a task that fails", function()
  it("ends the apply before its service, with its exit code and the last lines", function()
    apply_of()
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 3, log = { "broken" } }
    migrating.from_now(world)
    local result, err = stack_of(world, "acme/api:2"):apply()
    assert.is_nil(result)
    assert.equal(0, count(world, "UpdateService"))
    assert.equal("api:1", migrating.runs(world))
    local failed = err.errors and err.errors[1] or err
    assert.same({ "TaskFailed", "task", "migrate" }, { failed.code, failed.kind, failed.address })
    assert.equal(3, failed.exit_code)
  end)

  it("is run again by the next apply, and the service follows", function()
    apply_of()
    world.sim:tasks { task_definition = "api:2", outcome = "exit", exit_code = 3, times = 1 }
    assert.is_nil((stack_of(world, "acme/api:2"):apply()))
    assert.equal("its last run did not end well", plan_of("acme/api:2").changes[2].reason)
  end)
end)

describe("a declared task that is run by hand", function()
  it("is run now as it is declared, also one that no plan runs", function()
    local ecs = require "ecs_service"
    local sim = ecs.simulator { region = "us-west-2", clusters = { "prod" } }
    local stack = assert(ecs.stack { region = "us-west-2", transport = sim, state = false })
    local api = stack:task_definition("api", { network_mode = "bridge",
      container_definitions = { { name = "app", image = "acme/api:1", memory = 64 } } })
    stack:service("api", { name = "api", cluster = "prod", task_definition = api, desired_count = 1 })
    local clean = stack:task("clean", { task_definition = api, service = "api", command = { "bin/clean" },
      run = "manual", timeout = "15m" })
    assert(stack:apply())
    for _, target in ipairs { "task.clean", "clean", clean } do
      local before = #assert(sim:call("ListTasks", { cluster = "prod", desiredStatus = "STOPPED" })).taskArns
      local result = assert(stack:run(target))
      assert.equal(0, result.exit_code)
      local stopped = assert(sim:call("ListTasks", { cluster = "prod", desiredStatus = "STOPPED" })).taskArns
      assert.equal(before + 1, #stopped)
      local task = assert(sim:call("DescribeTasks", { cluster = "prod", tasks = { result.task_arn } })).tasks[1]
      assert.same({ "bin/clean" }, task.overrides.containerOverrides[1].command)
    end
  end)
end)
