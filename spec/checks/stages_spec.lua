-- Checks before the traffic: at a stage of a deployment that shifts it.
local checked = require "support.checked"
local staged = require "support.staged"

local FIRST_GROUP = staged.GREEN_GROUP:gsub("mongo%-b", "web-a")
local TEST = "https://web.example:8443/healthz"

local world

before_each(function() world = checked.world() end)

local function config(more)
  local all = { deployment_circuit_breaker = checked.NONE,
    deployment_configuration = { strategy = "BLUE_GREEN", bake_time_in_minutes = 2 },
    load_balancer = { { target_group_arn = FIRST_GROUP, container_name = "web", container_port = 80,
      advanced_configuration = { alternate_target_group_arn = staged.GREEN_GROUP,
        production_listener_rule = staged.RULE, test_listener_rule = staged.RULE .. "4", role_arn = staged.ROLE } } },
    checks = { { url = TEST }, { url = checked.URL, stage = "completed" } } }
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

local function record()
  local listed = assert(world.sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }))
  local answer = assert(world.sim:call("DescribeServiceDeployments",
    { serviceDeploymentArns = { listed.serviceDeployments[1].serviceDeploymentArn } }))
  return answer.serviceDeployments[1]
end

-- The first revision runs; the target of the test listener answers as the function says of what is deployed.
local function begun(answer)
  checked.target(world, {})
  world.sim:target { url = TEST, responses = function(request)
    local one = record()
    world.at = world.at or one.lifecycleStage
    return answer(request.number, one.targetServiceRevision.requestedProductionTrafficWeight)
  end }
  assert(checked.stack(world, 1, config { checks = { { url = checked.URL, stage = "completed" } } }):apply())
  world.events, world.asked, world.at = {}, 0, nil
end

describe("a check at a stage", function()
  it("is made there, before any production traffic, and the others when all is done", function()
    local weights = {}
    begun(function(number, weight)
      weights[number] = weight
      return number == 1 and 503 or 200
    end)
    assert(checked.stack(world, 2, config()):apply())
    assert.equal("POST_TEST_TRAFFIC_SHIFT", world.at)
    assert.same({ 0, 0, 0, 0 }, weights)
    assert.equal(3, world.asked)
    assert.equal("SUCCESSFUL", record().status)
    assert.equal("web:2", checked.runs(world))
    assert.is_true(assert(checked.stack(world, 2, config()):plan()):is_empty())
  end)

  it("has ECS go back when it fails, with what it got", function()
    local most = 0
    begun(function(_, weight)
      most = math.max(most, weight)
      return { status = 500, body = "no stock" }
    end)
    local _, err = checked.stack(world, 2, config()):apply()
    err = err.errors and err.errors[1] or err
    assert.equal("CheckFailed", err.code)
    assert.same({ TEST, 500, "no stock", "POST_TEST_TRAFFIC_SHIFT" },
      { err.check.shown, err.check.status, err.check.body, err.check.stage })
    assert.truthy(err.message:find("the check " .. TEST .. ": it answered 500, not 2xx", 1, true), err.message)
    assert.equal(0, most)
    assert.equal(0, world.asked)
    assert.equal("web:1", checked.runs(world))
    assert.equal("failed", checked.entry(world).status)
  end)

  it("may be a function, which is told what is deployed and in place of what", function()
    begun(function() return 200 end)
    local told, most = {}, 0
    local _, err = checked.stack(world, 2, config { checks = { function(ctx)
      told = { ctx.stage, tostring(ctx.task_definition):match "[^/]*$", tostring(ctx.former):match "[^/]*$",
        ctx.attempt }
      most = math.max(most, record().targetServiceRevision.requestedProductionTrafficWeight)
      return false, "no orders come in"
    end } }):apply()
    err = err.errors and err.errors[1] or err
    assert.equal("CheckFailed", err.code)
    assert.truthy(err.message:find("no orders come in", 1, true), err.message)
    assert.same({ "POST_TEST_TRAFFIC_SHIFT", "web:2", "web:1", 1 }, told)
    assert.equal(0, most)
    assert.equal("web:1", checked.runs(world))
  end)

  it("stands in a saved plan and in its forecast", function()
    begun(function() return 200 end)
    local ecs = require "ecs_service"
    local plan = assert(checked.stack(world, 2, config()):plan())
    local path = os.tmpname()
    assert(plan:save(path))
    local saved = assert(ecs.load_plan(path))
    os.remove(path)
    assert.equal("POST_TEST_TRAFFIC_SHIFT", saved.changes[1].deployment.checks[1].stage)
    assert.is_nil(saved.changes[1].deployment.checks[2].stage)
    assert.truthy(require "ecs_service.render.forecast".line(plan.changes[1], "->"):find(
      "checked before any production traffic by " .. TEST, 1, true))
  end)

  it("has as much time as it declares: a success that comes later is none", function()
    begun(function() return 200 end)
    local _, err = checked.stack(world, 2, config { checks = { { within = "1m", run = function(ctx)
      ctx.sleep(61)
      return true
    end } } }):apply()
    err = err.errors and err.errors[1] or err
    assert.equal("CheckFailed", err.code)
    assert.truthy(err.message:find("it took longer than 60 s", 1, true), err.message)
    assert.equal("web:1", checked.runs(world))
  end)

  it("is made once, of a first deployment as well", function()
    checked.target(world, {})
    local asked = 0
    world.sim:target { url = TEST, responses = function()
      asked = asked + 1
      return 200
    end }
    assert(checked.stack(world, 1, config { checks = { { url = TEST } } }):apply())
    assert.equal(3, asked)
  end)

  it("is made when all is done where that is asked for, where a failure stays, and without test traffic", function()
    local function stages(more)
      begun(function() return 200 end)
      local stack = checked.stack(world, 2, config(more))
      local plan = assert(stack:plan())
      local list = {}
      for k, one in ipairs(plan.changes[1].deployment.checks) do list[k] = one.stage or "completed" end
      assert(stack:apply())
      assert.equal("web:2", checked.runs(world))
      world = checked.world()
      return list
    end
    assert.same({ "POST_TEST_TRAFFIC_SHIFT" }, stages { checks = { { url = TEST } } })
    assert.same({ "completed" }, stages { checks = { { url = TEST, stage = "completed" } } })
    assert.same({ "completed" }, stages { checks = { { url = TEST } }, on_failed_check = "fail" })
    assert.same({ "completed" }, stages { checks = { { url = TEST } }, load_balancer = { {
      target_group_arn = FIRST_GROUP, container_name = "web", container_port = 80, advanced_configuration = {
        alternate_target_group_arn = staged.GREEN_GROUP, production_listener_rule = staged.RULE,
        role_arn = staged.ROLE } } } })
  end)

  it("is made by the next run when nobody was there to make it", function()
    begun(function() return 200 end)
    local _, err = checked.stack(world, 2, config()):apply { interrupted = function()
      return world.at ~= nil
    end }
    assert.equal("Interrupted", (err.errors and err.errors[1] or err).code)
    assert(checked.stack(world, 2, config()):apply())
    assert.equal("web:2", checked.runs(world))
    assert.equal(3, world.asked)
  end)

  it("is rolled back by ECS when no run comes for an hour", function()
    begun(function() return 200 end)
    checked.stack(world, 2, config()):apply { interrupted = function() return world.at ~= nil end }
    world.sim:advance(2 * 3600)
    assert.equal("web:1", checked.runs(world))
  end)

  it("is refused where nothing shifts traffic, where somebody else decides, and where it may take too long", function()
    local function problem(path, more, checks)
      checks = checks or { { url = TEST, stage = "POST_TEST_TRAFFIC_SHIFT" } }
      more.checks = checks
      local _, err = checked.stack(world, 1, config(more)):validate()
      assert.equal(path, err.diagnostics[1].path)
      return err.diagnostics[1].code
    end
    assert.equal("Conflict", problem("checks[1].stage", { deployment_configuration = { strategy = "ROLLING" } }))
    assert.equal("Conflict", problem("checks[1].stage", { deployment_configuration = checked.NONE }))
    assert.equal("Conflict", problem("checks[1].stage", { deployment_configuration = { strategy = "BLUE_GREEN",
      lifecycle_hook = { { lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" }, run = function() return true end } } } }))
    assert.equal("OutOfRange", problem("checks[1].stage", {},
      { { url = TEST, stage = "POST_SCALE_UP", within = "51m" } }))
    assert.equal("NotAllowed", problem("checks[1].stage", {}, { { url = TEST, stage = "TEST_TRAFFIC_SHIFT" } }))
    local _, err = checked.stack(world, 1):apply { checks = { { url = TEST, stage = "POST_SCALE_UP" } } }
    assert.equal("WrongOption", err.code)
  end)
end)
