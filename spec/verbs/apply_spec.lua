-- The main job: declare, plan, apply, and what a user sees of it. All of it on a simulated ECS and in virtual time.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local errors = require "ecs_service.errors"
local journey = require "support.journey"

local web, NONE = journey.web, journey.NONE
local sim

before_each(function() sim = journey.simulator() end)
after_each(journey.clean)

-- A stack that goes on with the state of another one, but with declarations of its own.
local function again(former, declarations)
  local stack = journey.stack(sim, former.options)
  stack.backend = former.backend
  for _, pair in ipairs(declarations) do stack:service(pair[1], pair[2]) end
  return stack
end

local function deploy(config, address)
  local stack = journey.stack(sim)
  stack:service(address or "web", config or web())
  assert(stack:apply())
  return stack
end

local function diff_of(change, path)
  for _, entry in ipairs(change.diff) do
    if entry.path == path then return entry end
  end
end

describe("a service that is not there", function()
  it("is planned to be created, and nothing is changed by that", function()
    local stack = journey.stack(sim)
    stack:service("web", web())
    local plan = assert(stack:plan())
    assert.equal(1, #plan.changes)
    local change = plan.changes[1]
    assert.equal("create", change.action)
    assert.equal("web", change.address)
    assert.equal("web", change.service)
    assert.equal("prod", change.cluster)
    assert.equal("web:1", change.after.task_definition)
    assert.is_true(change.deployment.starts)
    assert.is_true(diff_of(change, "id").known_after_apply)
    assert.equal(1, plan.summary.create)
    assert.is_false(plan:is_empty())
    assert.same({}, journey.mutations(sim))
  end)

  it("is created as declared, and the next plan is empty", function()
    local stack = journey.stack(sim)
    local service = stack:service("web", web { tags = { team = "core" }, enable_execute_command = true })
    local result = assert(stack:apply())
    assert.equal("web", result.services.web.name)
    assert.equal(1, result.summary.create)
    assert.equal("done", result.changes[1].outcome)
    local there = journey.service(sim)
    assert.equal(2, there.desiredCount)
    assert.is_true(there.enableExecuteCommand)
    assert.equal(there.serviceArn, service:attributes().id)
    journey.assert_empty(stack)
    assert(stack:apply())
    assert.same({ "CreateService" }, journey.mutations(sim))
  end)

  it("is created exactly as a plan that was made before says", function()
    local stack = journey.stack(sim)
    stack:service("web", web())
    local plan = assert(stack:plan())
    local result = assert(stack:apply(plan))
    assert.equal(2, result.services.web.desired_count)
    journey.assert_empty(stack)
  end)

  it("gets the stack's default tags under its own", function()
    local stack = journey.stack(sim, { default_tags = { team = "core", stage = "test" } })
    stack:service("web", web { tags = { stage = "live" } })
    local result = assert(stack:apply())
    assert.same({ stage = "live" }, result.services.web.tags)
    assert.same({ team = "core", stage = "live" }, result.services.web.tags_all)
    assert.equal(2, #journey.service(sim).tags)
    journey.assert_empty(stack)
  end)

  it("but exists without being managed is refused with the line that takes it over", function()
    sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1",
      desiredCount = 1 })
    local stack = journey.stack(sim)
    stack:service("web", web())
    for _, verb in ipairs { "plan", "apply" } do
      local result, err = stack[verb](stack)
      assert.is_nil(result)
      assert.equal("AlreadyExists", err.code)
      assert.equal("web", err.service)
      assert.truthy(err.hint:find("ecs-service import web prod/web", 1, true), err.hint)
    end
    assert.same({}, journey.mutations(sim))
  end)

  it("because it was deleted by someone else is created again, and the plan says why", function()
    local stack = deploy()
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    sim:advance(120)
    local plan = assert(stack:plan())
    assert.equal("create", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("gone", 1, true))
    assert(stack:apply(plan))
    journey.assert_empty(stack)
  end)

  it("because it is still draining is created as soon as its name is free", function()
    local stack = deploy()
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 0 })
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    assert.equal("DRAINING", journey.service(sim).status)
    local plan = assert(stack:plan())
    assert.equal("create", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("draining", 1, true))
    assert(stack:apply(plan))
    assert.equal("ACTIVE", journey.service(sim).status)
    journey.assert_empty(stack)
  end)
end)

describe("a change", function()
  it("of the task definition is an update that starts a deployment, and says so", function()
    local stack = again(deploy(), { { "web", web { task_definition = "web:2" } } })
    local plan = assert(stack:plan())
    local change = plan.changes[1]
    assert.equal("update", change.action)
    assert.is_true(change.deployment.starts)
    assert.same({ "task_definition" }, change.deployment.why)
    local entry = diff_of(change, "task_definition")
    assert.same({ "web:1", "web:2", true }, { entry.before, entry.after, entry.starts_deployment })
    assert(stack:apply(plan))
    journey.assert_empty(stack)
    assert.same({ "CreateService", "UpdateService" }, journey.mutations(sim))
  end)

  it("sends only what changed", function()
    local stack = again(deploy(), { { "web", web { desired_count = 5 } } })
    assert(stack:apply())
    local last
    for _, request in ipairs(sim.requests) do
      if request.operation == "UpdateService" then last = request end
    end
    assert.same({ cluster = "prod", service = "web", desiredCount = 5 }, last.body)
  end)

  it("of the scheduling strategy replaces the service, and names the argument", function()
    local stack = again(deploy(), { { "web", web { scheduling_strategy = "DAEMON", desired_count = NONE } } })
    local plan = assert(stack:plan())
    assert.equal("replace", plan.changes[1].action)
    assert.same({ "scheduling_strategy" }, plan.changes[1].replace_paths)
    assert.equal(1, plan.summary.replace)
    assert(stack:apply(plan))
    assert.equal("DAEMON", journey.service(sim).schedulingStrategy)
    journey.assert_empty(stack)
  end)

  it("of the name with create_before_destroy makes the new service first", function()
    local stack = again(deploy(), { { "web", web { name = "web2", lifecycle = { create_before_destroy = true } } } })
    local plan = assert(stack:plan())
    assert.equal("create,delete", plan.changes[1].steps)
    assert(stack:apply(plan))
    local order = table.concat(journey.mutations(sim), " ")
    assert.truthy(order:find("CreateService CreateService UpdateService DeleteService", 1, true), order)
    assert.equal("ACTIVE", journey.service(sim, "web2").status)
    assert.not_equal("ACTIVE", journey.service(sim, "web").status)
    journey.assert_empty(stack)
  end)

  it("of the name to one that is taken is refused while planning", function()
    sim:call("CreateService", { cluster = "prod", serviceName = "other", taskDefinition = "web:1",
      desiredCount = 1 })
    local _, err = again(deploy(), { { "web", web { name = "other" } } }):plan()
    assert.equal("AlreadyExists", err.code)
  end)

  it("of tags alone goes by TagResource and UntagResource", function()
    local stack = again(deploy(web { tags = { a = "1", b = "2" } }), { { "web", web { tags = { b = "3", c = "4" } } } })
    local plan = assert(stack:plan())
    assert.equal("update", plan.changes[1].action)
    assert.is_false(plan.changes[1].deployment.starts)
    assert(stack:apply(plan))
    assert.same({ "CreateService", "UntagResource", "TagResource" }, journey.mutations(sim))
    journey.assert_empty(stack)
  end)

  it("of the default tags reaches every service", function()
    local first = deploy()
    first.options.default_tags = { team = "core" }
    local stack = again(first, { { "web", web() } })
    assert.equal("update", assert(stack:plan()).changes[1].action)
    assert(stack:apply())
    assert.same({ { key = "team", value = "core" } }, journey.service(sim).tags)
    journey.assert_empty(stack)
  end)

  it("of triggers counts only with force_new_deployment, and then starts a deployment", function()
    local first = deploy(web { triggers = { at = "1" } })
    local stack = again(first, { { "web", web { triggers = { at = "2" } } } })
    journey.assert_empty(stack)
    assert(stack:apply())
    local forced = again(first, { { "web", web { triggers = { at = "3" }, force_new_deployment = true } } })
    local plan = assert(forced:plan())
    assert.equal("update", plan.changes[1].action)
    assert.is_true(plan.changes[1].deployment.starts)
    local before = journey.service(sim).deployments[1].id
    assert(forced:apply(plan))
    assert.not_equal(before, journey.service(sim).deployments[1].id)
    journey.assert_empty(forced)
  end)

  it("of a family without revision follows its newest revision", function()
    local stack = deploy(web { task_definition = "web" })
    journey.assert_empty(stack)
    sim:call("RegisterTaskDefinition", { family = "web", containerDefinitions = { { name = "web", image = "web",
      memory = 64 } } })
    local plan = assert(stack:plan())
    assert.equal("update", plan.changes[1].action)
    assert(stack:apply(plan))
    assert.truthy(journey.service(sim).taskDefinition:find("web:4$"))
    journey.assert_empty(stack)
  end)

  it("that nobody declared is drift: shown apart, and undone where it is declared", function()
    local stack = deploy()
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 })
    local plan = assert(stack:plan())
    assert.same({ path = "desired_count", before = 2, after = 9 }, plan.changes[1].drift[1])
    assert.equal("update", plan.changes[1].action)
    assert.equal(9, diff_of(plan.changes[1], "desired_count").before)
    assert(stack:apply(plan))
    assert.equal(2, journey.service(sim).desiredCount)
  end)

  it("that lifecycle.ignore_changes names is drift, and stays", function()
    local stack = deploy(web { lifecycle = { ignore_changes = { "desired_count" } } })
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 })
    local plan = assert(stack:plan())
    assert.is_true(plan:is_empty())
    assert.is_true(plan.changes[1].drift[1].ignored)
    assert(stack:apply(plan))
    assert.equal(9, journey.service(sim).desiredCount)
    assert.equal(9, stack:recorded().web.desired_count)
  end)

  it("that would replace what prevent_destroy protects is an error before anything is sent", function()
    local protected = { prevent_destroy = true }
    local stack = again(deploy(web { lifecycle = protected }), { { "web",
      web { lifecycle = protected, scheduling_strategy = "DAEMON", desired_count = NONE } } })
    local before = #journey.mutations(sim)
    for _, verb in ipairs { "plan", "apply" } do
      local _, err = stack[verb](stack)
      assert.equal("PreventDestroy", err.code)
      assert.equal("web", err.service)
      assert.equal("scheduling_strategy", err.diagnostics[1].path)
    end
    assert.equal(before, #journey.mutations(sim))
  end)
end)

describe("a service that is not declared any more", function()
  it("is planned to be deleted, and deleted", function()
    local stack = again(deploy(), {})
    local plan = assert(stack:plan())
    assert.equal("delete", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("not declared", 1, true))
    local result = assert(stack:apply(plan))
    assert.is_nil(result.services.web)
    assert.same({}, (stack:recorded()))
    assert.not_equal("ACTIVE", journey.service(sim).status)
    journey.assert_empty(stack)
  end)

  it("stays protected by the prevent_destroy that was last applied", function()
    local stack = again(deploy(web { lifecycle = { prevent_destroy = true } }), {})
    local _, err = stack:plan()
    assert.equal("PreventDestroy", err.code)
  end)

  it("and gone at AWS too only leaves the records", function()
    local stack = again(deploy(), {})
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    sim:advance(7200)
    assert(stack:apply())
    assert.same({}, (stack:recorded()))
  end)
end)

describe("destroy", function()
  it("deletes what is declared, what depends on others first", function()
    local stack = journey.stack(sim)
    stack:service("db", web { name = "db", task_definition = "db:1" })
    stack:service("web", web { depends_on = { "db" } })
    assert(stack:apply())
    local from = #sim.requests
    local result = assert(stack:destroy())
    assert.equal(2, result.summary.delete)
    local order = {}
    for i = from + 1, #sim.requests do
      if sim.requests[i].operation == "DeleteService" then order[#order + 1] = sim.requests[i].body.service end
    end
    assert.same({ "web", "db" }, order)
    assert.same({}, (stack:recorded()))
    assert.equal(2, assert(stack:plan()).summary.create)
  end)

  it("of nothing does nothing", function()
    local stack = journey.stack(sim)
    stack:service("web", web())
    assert.equal(0, #assert(stack:destroy()).changes)
    assert.same({}, journey.mutations(sim))
  end)

  it("of a protected service is refused", function()
    local stack = deploy(web { lifecycle = { prevent_destroy = true } })
    local _, err = stack:destroy()
    assert.equal("PreventDestroy", err.code)
    assert.equal("ACTIVE", journey.service(sim).status)
  end)
end)

describe("depends_on", function()
  it("creates in its order", function()
    local stack = journey.stack(sim)
    stack:service("web", web { depends_on = { "db" } })
    stack:service("db", web { name = "db", task_definition = "db:1", wait_for_steady_state = true })
    assert(stack:apply())
    local order = {}
    for _, request in ipairs(sim.requests) do
      if request.operation == "CreateService" then order[#order + 1] = request.body.serviceName end
    end
    assert.same({ "db", "web" }, order)
  end)

  it("in a circle, or on an unknown address, is told with the way round", function()
    local stack = journey.stack(sim)
    stack:service("a", web { name = "a", depends_on = { "b" } })
    stack:service("b", web { name = "b", depends_on = { "c" } })
    stack:service("c", web { name = "c", depends_on = { "a", "bb" } })
    local _, err = stack:plan()
    assert.equal("ValidationFailed", err.code)
    assert.equal(2, #err.diagnostics)
    assert.equal("depends_on[2]", err.diagnostics[1].path)
    assert.truthy(err.diagnostics[1].hint:find("did you mean b?", 1, true))
    assert.truthy(err.diagnostics[2].message:find("a needs b needs c needs a", 1, true), err.diagnostics[2].message)
    assert.equal(0, #sim.requests)
  end)

  it("on a service that failed leaves the other one alone", function()
    sim:fault { operation = "CreateService", times = 1, code = "AccessDeniedException", message = "no" }
    local stack = journey.stack(sim)
    stack:service("db", web { name = "db", task_definition = "db:1" })
    stack:service("web", web { depends_on = { "db" } })
    stack:service("other", web { name = "other" })
    local result, err = stack:apply()
    assert.is_nil(result)
    assert.equal(2, #err.errors)
    local codes = {}
    for _, one in ipairs(err.errors) do codes[one.service] = one.code end
    assert.same({ db = "AccessDeniedException", web = "DependencyFailed" }, codes)
    assert.equal("other", err.result.services.other.name)
    assert.equal("skipped", err.result.changes[2].outcome)
    assert(stack:apply())
    journey.assert_empty(stack)
  end)
end)

describe("targets", function()
  local stack
  before_each(function()
    stack = journey.stack(sim)
    stack:service("db", web { name = "db", task_definition = "db:1" })
    stack:service("web", web { depends_on = { "db" } })
    stack:service("other", web { name = "other" })
  end)

  local function planned(opts)
    local list = {}
    for _, change in ipairs(assert(stack:plan(opts)).changes) do list[#list + 1] = change.address end
    return list
  end

  it("take with them what they need, and nothing else", function()
    assert.same({ "db", "web" }, planned { target = { "web" } })
    assert.same({ "other" }, planned { target = "other" })
    assert.same({ "db", "web" }, planned { exclude = { "other" } })
  end)

  it("of destroy take with them what needs them", function()
    assert(stack:apply())
    assert.same({ "db", "web" }, planned { target = "db", destroy = true })
    assert.same({ "web" }, planned { target = "web", destroy = true })
  end)

  it("that are not known are named, with the nearest", function()
    local _, err = stack:plan { target = "othr" }
    assert.equal("UnknownAddress", err.code)
    assert.truthy(err.hint:find("other", 1, true))
  end)

  it("are what the methods of one service work on", function()
    assert.same(2, #assert(stack.services.web:plan()).changes)
    assert(stack.services.other:apply())
    assert.same({ "CreateService" }, journey.mutations(sim))
    assert.equal("ACTIVE", assert(stack.services.other:status()).status)
    local none, err = stack.services.web:attributes()
    assert.is_nil(none)
    assert.equal("NotRecorded", err.code)
  end)
end)

describe("validation", function()
  local MISTAKES = {
    name = "web server", cluster = "", desired_cuont = 3, desired_count = -1, launch_type = "EC3",
    scheduling_strategy = "DAEMONS", deployment_maximum_percent = "many",
    load_balancer = { { target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/a/b",
      container_name = "web", container_port = 70000 } },
    network_configuration = { subnets = {} }, tags = { ["aws:x"] = "1" }, task_definition = "web:1",
  }

  it("of a table with ten mistakes gives ten diagnostics with path and fix, and nothing is sent", function()
    local stack = journey.stack(sim)
    stack:service("web", MISTAKES)
    for _, verb in ipairs { "validate", "plan", "apply", "destroy", "refresh", "wait" } do
      local result, err = stack[verb](stack)
      assert.is_nil(result)
      assert.equal("ValidationFailed", err.code)
      assert.equal(10, #err.diagnostics, tostring(err))
      for _, diagnostic in ipairs(err.diagnostics) do
        assert.equal("web", diagnostic.service)
        assert.truthy(diagnostic.path ~= "" and diagnostic.message and diagnostic.hint, diagnostic.path)
      end
    end
    assert.equal(0, #sim.requests)
  end)

  it("of several services tells all of their problems", function()
    local stack = journey.stack(sim)
    stack:service("a", web { name = "a", desired_count = -1 })
    stack:service("b", web { name = "b", launch_type = "EC3" })
    local _, err = stack:validate()
    assert.same({ "a", "b" }, { err.diagnostics[1].service, err.diagnostics[2].service })
    assert.truthy(tostring(err):find("2 problems in 2 services, nothing was sent", 1, true), tostring(err))
  end)

  it("finds a service that is declared twice", function()
    local stack = journey.stack(sim)
    stack:service("a", web())
    stack:service("b", web { cluster = "arn:aws:ecs:us-west-2:123456789012:cluster/prod" })
    local _, err = stack:validate()
    assert.equal("DuplicateService", err.diagnostics[1].code)
  end)

  it("needs neither region nor credentials", function()
    journey.environment {}
    local stack = assert(ecs.stack { state = false })
    stack:service("web", web())
    assert.is_true(stack:validate())
    local _, err = stack:plan()
    assert.equal("NoRegion", err.code)
  end)

  it("of one table alone is pure", function()
    local normal = assert(ecs.validate(web { timeouts = { create = "1h30m" } }))
    assert.equal(5400, normal.timeouts.create)
    local none, err = ecs.validate { name = "web", desired_cuont = 1, task_definition = "web:1" }
    assert.is_nil(none)
    assert.equal("desired_cuont", err.diagnostics[1].path)
  end)
end)

describe("misuse", function()
  it("of stack:service raises and names the line of the caller", function()
    local stack = journey.stack(sim)
    stack:service("web", web())
    for _, call in ipairs {
      function() stack:service("web", web()) end,
      function() stack:service("", web()) end,
      function() stack:service(1, web()) end,
      function() stack:service("other", "web") end,
    } do
      local ok, problem = pcall(call)
      assert.is_false(ok)
      assert.truthy(problem:find("spec/verbs/apply_spec.lua:%d+: stack:service"), problem)
    end
  end)

  it("of options names the one that is not known, and the nearest", function()
    local stack, err = ecs.stack { regoin = "eu-west-1" }
    assert.is_nil(stack)
    assert.equal("UnknownOption", err.code)
    assert.equal("regoin", err.path)
    assert.equal("did you mean region?", err.hint)
    local ok, problem = pcall(function()
      local plan = journey.stack(sim):plan { tarrget = "web" }
      return plan
    end)
    assert.is_false(ok)
    assert.truthy(problem:find("did you mean target?", 1, true), problem)
    assert.truthy(problem:find("apply_spec.lua", 1, true), problem)
  end)

  it("of options with a wrong kind or value says what is wanted", function()
    for name, value in pairs { region = 1, concurrency = 0, max_attempts = 1.5, default_tags = { a = 1 },
                               retry_mode = "hope", transport = {}, scheduler = {}, state = true,
                               ignore_tags = { "a" }, allowed_account_ids = { "me" } } do
      local stack, err = ecs.stack { [name] = value }
      assert.is_nil(stack, name)
      assert.equal(name, err.path)
    end
  end)
end)

describe("a plan", function()
  local folder
  before_each(function() folder = journey.folder() end)

  local function file_stack(config)
    local stack = journey.stack(sim, { state = folder .. "/state.json" })
    stack:service("web", config or web())
    return stack
  end

  it("that was saved does what it said when it is loaded", function()
    assert(file_stack():plan():save(folder .. "/plan"))
    assert.equal(tonumber("600", 8), core.system.file_mode(folder .. "/plan"))
    local plan = assert(ecs.load_plan(folder .. "/plan"))
    assert.equal("create", plan.changes[1].action)
    assert.equal(1, plan.summary.create)
    assert.truthy(plan:render { color = false }:find("1 to create", 1, true))
    local result = assert(file_stack():apply(plan))
    assert.equal(2, result.services.web.desired_count)
    journey.assert_empty(file_stack())
  end)

  it("that was saved does what was declared then, whatever is declared now", function()
    assert(file_stack(web { desired_count = 3 }):plan():save(folder .. "/plan"))
    assert(file_stack(web { desired_count = 7 }):apply(assert(ecs.load_plan(folder .. "/plan"))))
    assert.equal(3, journey.service(sim).desiredCount)
  end)

  it("is refused when the state has moved on", function()
    local plan = assert(file_stack():plan())
    assert(file_stack():apply())
    local before = #journey.mutations(sim)
    local result, err = file_stack():apply(plan)
    assert.is_nil(result)
    assert.equal("PlanStale", err.code)
    assert.equal(before, #journey.mutations(sim))
  end)

  it("is refused when the service has moved on, with what has moved", function()
    assert(file_stack():apply())
    local stack = file_stack(web { task_definition = "web:2" })
    local plan = assert(stack:plan())
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 6 })
    local before = #journey.mutations(sim)
    local _, err = stack:apply(plan)
    assert.equal("PlanStale", err.code)
    assert.truthy(err.message:find("desired_count", 1, true), err.message)
    assert.equal(before, #journey.mutations(sim))
  end)

  it("is refused when someone else made the service meanwhile", function()
    local stack = file_stack()
    local plan = assert(stack:plan())
    sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1",
      desiredCount = 1 })
    local _, err = stack:apply(plan)
    assert.equal("PlanStale", err.code)
  end)

  it("still holds when only what is ignored has moved", function()
    local config = web { task_definition = "web:2", lifecycle = { ignore_changes = { "desired_count" } } }
    assert(file_stack():apply())
    local stack = file_stack(config)
    local plan = assert(stack:plan())
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 6 })
    assert(stack:apply(plan))
    assert.equal(6, journey.service(sim).desiredCount)
  end)

  it("of another region is refused", function()
    local plan = assert(file_stack():plan())
    local other = journey.stack(journey.simulator { region = "eu-west-1" }, { region = "eu-west-1",
      state = folder .. "/state.json" })
    other:service("web", web())
    local _, err = other:apply(plan)
    assert.equal("WrongPlace", err.code)
  end)

  it("that is no plan, damaged, or of a newer version is told so", function()
    local path = folder .. "/plan"
    local _, err = ecs.load_plan(path)
    assert.equal("PlanUnreadable", err.code)
    for _, text in ipairs { "", "{}", "[1]", "{\"format\": \"ecs-service plan\"}", "nonsense" } do
      journey.write(path, text)
      _, err = ecs.load_plan(path)
      assert.equal("PlanCorrupt", err.code, text)
    end
    assert(file_stack():plan():save(path))
    journey.write(path, (journey.read(path):gsub('"version": 2', '"version": 9')))
    _, err = ecs.load_plan(path)
    assert.equal("PlanNewer", err.code)
  end)

  it("is a table for machines too, and holds no credentials", function()
    local stack = journey.stack(sim, { credentials = { access_key_id = "AKIDHIDDEN", secret_access_key = "hidden" } })
    stack:service("web", web())
    local plan = assert(stack:plan())
    local document = plan:to_table()
    assert.equal("create", document.changes[1].action)
    assert(plan:save(folder .. "/plan"))
    assert.falsy(journey.read(folder .. "/plan"):lower():find("hidden", 1, true))
    assert.equal(1, cjson.decode(core.json(document)).summary.create)
  end)

  it("without refresh compares with the records and asks AWS nothing", function()
    local stack = deploy()
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 })
    local before = #sim.requests
    assert.is_true(assert(stack:plan { refresh = false }):is_empty())
    assert.equal(before, #sim.requests)
  end)

  it("with refresh_only only shows what drifted, and applying it only records", function()
    local stack = deploy()
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 })
    local plan = assert(stack:plan { refresh_only = true })
    assert.is_true(plan:is_empty())
    assert.equal("desired_count", plan.changes[1].drift[1].path)
    local before = #journey.mutations(sim)
    assert(stack:apply(plan))
    assert.equal(before, #journey.mutations(sim))
    assert.equal(9, stack:recorded().web.desired_count)
  end)

  it("reads ten services of a cluster by one request", function()
    local stack = journey.stack(sim)
    for i = 1, 10 do stack:service("s" .. i, web { name = "s" .. i }) end
    assert(stack:plan())
    assert.equal(1, #sim.requests)
  end)

  it("of one change alone is pure", function()
    local change = assert(ecs.plan(web { desired_count = 3 }, { name = "web", cluster = "prod",
      task_definition = "web:1", desired_count = 2 }))
    assert.equal("update", change.action)
    assert.equal("desired_count", change.diff[1].path)
    assert.equal("create", assert(ecs.plan(web(), nil)).action)
    assert.equal("delete", assert(ecs.plan(nil, { name = "web", cluster = "prod" })).action)
    local none, err = ecs.plan({ name = "?" }, nil)
    assert.is_nil(none)
    assert.equal("ValidationFailed", err.code)
    assert.equal(0, #sim.requests)
  end)
end)

describe("refresh", function()
  it("records what AWS has, forgets what is gone, and tells the drift", function()
    local stack = journey.stack(sim)
    stack:service("web", web())
    stack:service("db", web { name = "db", task_definition = "db:1" })
    assert(stack:apply())
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 9 })
    sim:call("DeleteService", { cluster = "prod", service = "db", force = true })
    sim:advance(7200)
    local before = #journey.mutations(sim)
    local result = assert(stack:refresh())
    assert.same({ "web", "desired_count", 2, 9 }, { result.drift[1].address, result.drift[1].path,
      result.drift[1].before, result.drift[1].after })
    assert.equal(9, stack:recorded().web.desired_count)
    assert.is_nil(stack:recorded().db)
    assert.equal(before, #journey.mutations(sim))
  end)
end)

describe("a deployment", function()
  local function breaker(changes)
    local config = web { wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true } }
    for key, value in pairs(changes or {}) do config[key] = value end
    return config
  end

  it("that is rolled back is an error and not a success, with the reason", function()
    local first = deploy(breaker())
    sim:tasks { task_definition = "web:2", outcome = "pull_error" }
    local stack = again(first, { { "web", breaker { task_definition = "web:2" } } })
    local result, err = stack:apply()
    assert.is_nil(result)
    assert.equal("DeploymentRolledBack", err.code)
    assert.equal("web", err.service)
    assert.truthy(err.evidence)
    assert.equal("failed", err.result.changes[1].outcome)
    assert.is_nil(err.result.services.web)
    local plan = assert(stack:plan())
    assert.equal("update", plan.changes[1].action)
  end)

  it("of a create that fails leaves the service recorded and tainted, and the next plan replaces it", function()
    sim:tasks { service = "web", outcome = "exit" }
    local stack = journey.stack(sim)
    stack:service("web", breaker())
    local _, err = stack:apply()
    assert.equal("DeploymentFailed", err.code)
    assert.truthy(stack:recorded().web)
    local plan = assert(stack:plan())
    assert.equal("replace", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("did not succeed", 1, true), plan.changes[1].reason)
    sim:tasks { service = "web", outcome = "running" }
    assert(stack:apply())
    journey.assert_empty(stack)
  end)

  it("is told while it goes on", function()
    local events = {}
    local stack = journey.stack(sim, { on_event = function(event) events[#events + 1] = event end })
    stack:service("web", breaker())
    assert(stack:apply())
    local types = {}
    for _, event in ipairs(events) do
      assert.equal("web", event.address)
      assert.truthy(event.at >= 0)
      types[event.type] = (types[event.type] or 0) + 1
    end
    assert.truthy(types.started and types.state and types.service_event and types.done)
    assert.equal("done", events[#events].type)
    assert.is_true(events[#events].ok)
  end)

  it("goes on when the listener raises, which is told once", function()
    local called = 0
    local stack = journey.stack(sim)
    stack:service("web", breaker())
    local result = assert(stack:apply { on_event = function()
      called = called + 1
      error "the listener is broken"
    end })
    assert.truthy(called > 1)
    assert.equal(1, #result.warnings)
    assert.truthy(result.warnings[1].message:find("the listener is broken", 1, true))
    journey.assert_empty(stack)
  end)
end)

describe("an interrupt", function()
  it("ends what is in flight, starts nothing new, gives the lock back, and the next apply goes on", function()
    local folder = journey.folder()
    local stack = journey.stack(sim, { state = folder .. "/state.json", concurrency = 1 })
    for i = 1, 3 do stack:service("s" .. i, web { name = "s" .. i, wait_for_steady_state = true }) end
    local result, err = stack:apply { interrupted = function() return #journey.mutations(sim) > 0 end }
    assert.is_nil(result)
    assert.equal("Interrupted", err.code)
    assert.is_false(core.system.exists(folder .. "/state.json.lock"))
    assert.same({ "CreateService" }, journey.mutations(sim))
    assert(stack:apply())
    assert.equal(3, #journey.mutations(sim))
    journey.assert_empty(stack)
  end)
end)

describe("a state that cannot be written halfway", function()
  it("stops the run before anything else is changed, and says so", function()
    local stack = journey.stack(sim)
    stack:service("web", web())
    local write, writes = stack.backend.write, 0
    function stack.backend:write(text, token)
      writes = writes + 1
      if writes == 1 then return nil, errors.new { code = "StateNotWritten", message = "the disk is full" } end
      return write(self, text, token)
    end
    local _, err = stack:apply()
    assert.equal("StateNotWritten", err.code)
    assert.same({}, journey.mutations(sim))
    assert(stack:apply())
    journey.assert_empty(stack)
  end)
end)

describe("credentials that cannot be had", function()
  it("end the run with their error, and nothing is sent", function()
    local stack = journey.stack(sim, { credentials = function() return nil end })
    stack:service("web", web())
    local _, err = stack:plan()
    assert.equal("NoCredentials", err.code)
    assert.equal(0, #sim.requests)
  end)

  it("are verified by the simulator when it is told to", function()
    sim = journey.simulator { verify_signatures = true }
    journey.assert_empty(deploy())
    local stack = journey.stack(sim, { credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wrong" } })
    stack:service("web", web())
    local _, err = stack:plan()
    assert.equal("InvalidSignatureException", err.code)
  end)

  it("of an account that is not allowed are refused", function()
    local stack = journey.stack(sim, { allowed_account_ids = { "999999999999" } })
    stack:service("web", web())
    local _, err = stack:plan()
    assert.equal("WrongAccount", err.code)
    assert.equal(0, #sim.requests)
    stack = journey.stack(sim, { allowed_account_ids = { "999999999999", "123456789012" } })
    stack:service("web", web())
    assert(stack:plan())
  end)
end)
