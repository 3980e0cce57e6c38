-- After a deployment: rollback, redeploy, scale; what the next plan says of them, and what becomes of them when the run
-- is killed.
local json = require "ecs_service.util.json"
local journey = require "support.journey"
local reaper = require "support.reaper"

local sim, backend

local function stack(config, given)
  local one = journey.stack(sim, given)
  one.backend = backend
  if config then one:service("web", config) end
  return one
end

local function web(definition, changes)
  local config = journey.web(changes)
  config.deployment_circuit_breaker = config.deployment_circuit_breaker or { enable = true, rollback = false }
  config.task_definition, config.wait_for_steady_state = definition, true
  return config
end

local function deploy(...)
  for _, definition in ipairs { ... } do
    assert(stack(web(definition)):apply())
    sim:advance(60)
  end
end

before_each(function()
  sim = journey.simulator()
  backend = require("ecs_service.state.memory").new()
end)

local function runs() return journey.service(sim).taskDefinition:match "[^/]+$" end

local function recorded() return assert(json.decode(backend.text)) end

local function count_of(operation)
  local count = 0
  for _, request in ipairs(sim.requests) do
    if request.operation == operation and request.status == 200 then count = count + 1 end
  end
  return count
end

local function updates() return count_of "UpdateService" end

describe("rollback", function()
  it("goes back to the task definition of the last completed deployment other than the present one", function()
    deploy("web:1", "web:2")
    local result = assert(stack(web "web:2"):rollback "web")
    assert.equal("web:1", runs())
    assert.equal(1, #journey.service(sim).deployments)
    assert.truthy(result.plan.changes[1].reason:find("was completed at 2026-", 1, true))
    assert.equal("web:1", result.services.web.task_definition)
    assert.same({}, recorded().journal)
  end)

  it("skips deployments that failed", function()
    deploy("web:1")
    sim:tasks { service = "web", task_definition = "web:2", outcome = "exit" }
    local broken = web("web:2", { deployment_circuit_breaker = { enable = true, rollback = false } })
    assert.equal("DeploymentFailed", select(2, stack(broken):apply()).code)
    deploy "web:3"
    assert(stack(web "web:3"):rollback "web")
    assert.equal("web:1", runs())
  end)

  it("leaves a deployment that is under way for what was completed before it", function()
    deploy("web:1", "web:2")
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:3" })
    sim:advance(2)
    assert(stack(web "web:3"):rollback "web")
    assert.equal("web:2", runs())
  end)

  local function rolled_back_by_ecs()
    deploy("web:1", "web:2")
    sim:tasks { service = "web", task_definition = "web:3", outcome = "exit" }
    local broken = web("web:3", { deployment_circuit_breaker = { enable = true, rollback = true } })
    assert.equal("DeploymentRolledBack", select(2, stack(broken):apply()).code)
    sim:advance(300)
  end

  for _, have in ipairs { true, false } do
    local where = have and "" or ", by what the state remembers"
    it("refuses to go back further when ECS has rolled back already" .. where, function()
      sim = journey.simulator { service_deployments = have }
      rolled_back_by_ecs()
      local before = updates()
      for _, opts in ipairs { {}, { dry_run = true } } do
        local result, err = stack(web "web:2"):rollback("web", opts)
        assert.is_nil(result)
        assert.equal("RolledBackAlready", err.code)
        assert.truthy(err.message:find("web:3", 1, true))
        assert.truthy(err.hint:find("web:2", 1, true))
        assert.truthy(err.hint:find("--to web:1", 1, true))
      end
      assert.equal(before, updates())
      assert(stack(web "web:2"):rollback("web", { to = "web:1" }))
      assert.equal("web:1", runs())
    end)
  end

  it("refuses while ECS is going back", function()
    deploy("web:1", "web:2")
    sim:tasks { service = "web", task_definition = "web:3", outcome = "exit" }
    local broken = web("web:3", { deployment_circuit_breaker = { enable = true, rollback = true } })
    assert.equal("DeploymentRolledBack", select(2, stack(broken):apply()).code)
    assert.equal("RolledBackAlready", select(2, stack(web "web:2"):rollback "web").code)
  end)

  it("goes back again from what was deployed after ECS had rolled back", function()
    rolled_back_by_ecs()
    deploy "web:1"
    assert(stack(web "web:1"):rollback "web")
    assert.equal("web:2", runs())
  end)

  it("goes to a named revision, by its number, its name or its ARN", function()
    deploy "web:1"
    local arn = journey.service(sim).taskDefinition:gsub("1$", "3")
    for to, expected in pairs { ["web:2"] = "web:2", [3] = "web:3", ["2"] = "web:2", [arn] = "web:3" } do
      assert(stack(web "web:1"):rollback("web", { to = to }))
      assert.equal(expected, runs())
      assert(stack(web "web:1"):apply())
    end
  end)

  it("does nothing when the service runs that already", function()
    deploy "web:1"
    local before = updates()
    local result = assert(stack(web "web:1"):rollback("web", { to = 1 }))
    assert.is_true(result.plan:is_empty())
    assert.truthy(result.plan:render():find("No changes. web: as asked already.", 1, true))
    assert.equal(before, updates())
  end)

  it("goes by what the state remembers where the server has no service deployments", function()
    sim = journey.simulator { service_deployments = false }
    deploy("web:1", "web:2")
    local result = assert(stack(web "web:2"):rollback "web")
    assert.equal("web:1", runs())
    assert.truthy(result.plan.changes[1].reason:find("as the state remembers", 1, true))
  end)

  it("warns when it goes by what the state remembers, for ECS refused to tell", function()
    deploy("web:1", "web:2")
    sim:fault { operation = "ListServiceDeployments", code = "AccessDeniedException", message = "no", times = 99 }
    local result = assert(stack(web "web:2"):rollback "web")
    assert.equal("web:1", runs())
    local told = {}
    for _, one in ipairs(result.warnings) do told[one.code] = one end
    assert.truthy(told.OnlyRemembered, "no warning")
    assert.truthy(told.OnlyRemembered.message:find("AccessDeniedException", 1, true))
    assert.truthy(told.OnlyRemembered.hint:find("--to REVISION", 1, true))
  end)

  it("does not warn of that when ECS has told", function()
    deploy("web:1", "web:2")
    for _, one in ipairs(assert(stack(web "web:2"):rollback "web").warnings) do
      assert.not_equal("OnlyRemembered", one.code)
    end
  end)

  it("asks for the revision when nobody knows of a former one", function()
    for _, have in ipairs { true, false } do
      sim = journey.simulator { service_deployments = have }
      backend = require("ecs_service.state.memory").new()
      deploy "web:1"
      local result, err = stack(web "web:1"):rollback "web"
      assert.is_nil(result)
      assert.equal("NoFormerRevision", err.code)
      assert.truthy(err.hint:find("--to REVISION", 1, true))
      assert.same({}, recorded().journal)
    end
  end)

  it("reports a revision that does not come up as the failure that it is", function()
    deploy("web:1", "web:2")
    sim:tasks { service = "web", task_definition = "web:1", outcome = "exit" }
    local result, err = stack(web "web:2"):rollback("web", { fail_fast = true })
    assert.is_nil(result)
    assert.equal("DeploymentFailing", err.code)
    assert.equal("DeploymentFailing", recorded().services.web.history[1].ended)
  end)

  it("does not wait with wait = false", function()
    deploy("web:1", "web:2")
    assert(stack(web "web:2"):rollback("web", { wait = false }))
    assert.equal(2, #journey.service(sim).deployments)
  end)

  it("tells what the declaration still says, and the next plan says the same", function()
    deploy("web:1", "web:2")
    local result = assert(stack(web "web:2"):rollback "web")
    local warning = result.warnings[1]
    assert.equal("DeclarationDiffers", warning.code)
    assert.truthy(warning.message:find('still says "web:2"', 1, true))
    assert.truthy(warning.hint:find('declare task_definition = "web:1"', 1, true))
    local plan = assert(stack(web "web:2"):plan())
    assert.equal(1, #plan.changes[1].diff)
    assert.equal("task_definition", plan.changes[1].diff[1].path)
    journey.assert_empty(stack(web "web:1"))
  end)

  it("goes back although the declaration ignores the task definition, and then tells nothing", function()
    local ignoring = { lifecycle = { ignore_changes = { "task_definition" } } }
    assert(stack(web("web:1", ignoring)):apply())
    sim:advance(60)
    sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" })
    sim:advance(120)
    local result = assert(stack(web("web:1", ignoring)):rollback "web")
    assert.equal("web:1", runs())
    assert.same({}, result.warnings)
    journey.assert_empty(stack(web("web:1", ignoring)))
  end)

  it("changes nothing else, whatever has drifted or is declared by now", function()
    deploy("web:1", "web:2")
    sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 7 })
    sim:advance(60)
    local declared = web("web:2", { desired_count = 3, tags = { a = "1" }, enable_execute_command = true })
    assert(stack(declared, { default_tags = { team = "core" } }):rollback "web")
    local last = sim.requests[#sim.requests]
    for i = #sim.requests, 1, -1 do
      if sim.requests[i].operation == "UpdateService" then last = sim.requests[i] break end
    end
    assert.equal("web:1", last.body.taskDefinition)
    assert.is_nil(last.body.desiredCount)
    assert.is_nil(last.body.enableExecuteCommand)
    assert.equal(7, journey.service(sim).desiredCount)
    assert.equal(0, count_of "TagResource")
  end)

  it("leaves the tags that the stack gives to every service", function()
    local given = { default_tags = { team = "core" } }
    assert(stack(web("web:1", { tags = { a = "1" } }), given):apply())
    sim:advance(60)
    assert(stack(web("web:2", { tags = { a = "1" } }), given):apply())
    sim:advance(60)
    assert(stack(web("web:2", { tags = { a = "1" } }), given):rollback "web")
    assert.equal(0, count_of "UntagResource")
    assert.equal(2, #journey.service(sim).tags)
    journey.assert_empty(stack(web("web:1", { tags = { a = "1" } }), given))
  end)

  it("sends nothing when it is not approved", function()
    deploy("web:1", "web:2")
    local before = updates()
    local _, err = stack(web "web:2"):rollback("web", { approve = function() return false end })
    assert.equal("NotApproved", err.code)
    assert.equal(before, updates())
    assert.equal("web:2", runs())
  end)

  it("works for a service whose declaration is gone", function()
    deploy("web:1", "web:2")
    assert(stack():rollback "web")
    assert.equal("web:1", runs())
  end)

  it("leaves what was applied of the declaration as it is recorded", function()
    local lifecycle = { lifecycle = { prevent_destroy = true }, force_new_deployment = true, triggers = { a = "1" } }
    assert(stack(web("web:1", lifecycle)):apply())
    sim:advance(60)
    assert(stack(web("web:2", lifecycle)):apply())
    sim:advance(60)
    assert(stack(web("web:2", lifecycle)):rollback "web")
    local entry = recorded().services.web
    assert.same({ prevent_destroy = true }, entry.meta.lifecycle)
    assert.same({ a = "1" }, entry.attributes.triggers)
    journey.assert_empty(stack(web("web:1", lifecycle)))
  end)
end)

describe("redeploy", function()
  it("starts one deployment of what runs already, and follows it", function()
    deploy "web:1"
    local before = journey.service(sim).deployments[1].id
    local config = web "web:1"
    assert(stack(config):redeploy "web")
    local service = journey.service(sim)
    assert.not_equal(before, service.deployments[1].id)
    assert.equal("COMPLETED", service.deployments[1].rolloutState)
    assert.equal(1, updates())
    journey.assert_empty(stack(config))
    assert.is_nil(recorded().services.web.attributes.force_new_deployment)
  end)

  it("warns of a rollout that cannot make progress, as any plan does", function()
    local stuck = web("web:1", { desired_count = 1, deployment_maximum_percent = 150 })
    assert(stack(stuck):apply())
    sim:advance(60)
    local plan = assert(stack(stuck):redeploy("web", { dry_run = true }))
    assert.truthy(plan.warnings[1], "no warning")
    assert.equal("web", plan.warnings[1].address)
    assert.same({}, assert(stack(stuck):scale("web", 1, { dry_run = true })).warnings)
  end)

  it("takes several services, what they depend on first", function()
    local one = stack(web("web:1", { depends_on = { "db" } }))
    one:service("db", { name = "db", cluster = "prod", task_definition = "db:1", desired_count = 1 })
    assert(one:apply())
    sim:advance(60)
    assert(one:redeploy { "web", "db" })
    local order = {}
    for _, request in ipairs(sim.requests) do
      if request.operation == "UpdateService" then order[#order + 1] = request.body.service end
    end
    assert.same({ "db", "web" }, order)
  end)

  it("of a service that is not made yet says so", function()
    local _, err = stack(web "web:1"):redeploy "web"
    assert.equal("NotRecorded", err.code)
    assert.equal("UnknownAddress", select(2, stack(web "web:1"):redeploy "wbe").code)
  end)
end)

describe("scale", function()
  it("gives the service as many tasks as asked, without a deployment", function()
    deploy "web:1"
    local id = journey.service(sim).deployments[1].id
    local result = assert(stack(web "web:1"):scale("web", 5))
    local service = journey.service(sim)
    assert.equal(5, service.runningCount)
    assert.equal(id, service.deployments[1].id)
    assert.equal("DeclarationDiffers", result.warnings[1].code)
    assert.equal(5, recorded().services.web.history[1].count)
  end)

  it("is changed back by the next apply, unless the declaration is", function()
    deploy "web:1"
    assert(stack(web "web:1"):scale("web", 5))
    journey.assert_empty(stack(web("web:1", { desired_count = 5 })))
    assert(stack(web "web:1"):apply())
    assert.equal(2, journey.service(sim).desiredCount)
  end)

  it("starts no deployment of a service that declares force_new_deployment", function()
    local forced = web("web:1", { force_new_deployment = true })
    assert(stack(forced):apply())
    sim:advance(60)
    local id = journey.service(sim).deployments[1].id
    assert(stack(forced):scale("web", 3))
    assert.equal(id, journey.service(sim).deployments[1].id)
  end)

  it("refuses a DAEMON, which follows its instances, and sends nothing", function()
    local daemon = web("web:1", { scheduling_strategy = "DAEMON", desired_count = journey.NONE })
    assert(stack(daemon):apply())
    local _, err = stack(daemon):scale("web", 3)
    assert.equal("ValidationFailed", err.code)
    assert.equal("desired_count", err.diagnostics[1].path)
    assert.equal(0, updates())
  end)

  it("takes whole numbers only", function()
    for _, count in ipairs { -1, 1.5, "2" } do
      assert.has_error(function() stack(web "web:1"):scale("web", count) end)
    end
  end)
end)

-- Every point of a verb's run: the verb again, or an apply, finishes it.
local VERBS = {
  rollback = function(one) return one:rollback "web" end,
  redeploy = function(one) return one:redeploy "web" end,
  scale = function(one) return one:scale("web", 4) end,
}

local AFTER = {
  rollback = function() assert.equal("web:1", runs()) end,
  redeploy = function() assert.equal("web:2", runs()) end,
  scale = function() assert.equal(4, journey.service(sim).desiredCount) end,
}

local function killed(verb, nth, lag)
  sim = journey.simulator { read_lag = lag }
  backend = require("ecs_service.state.memory").new()
  deploy("web:1", "web:2")
  local reap, from = reaper.at(nth), updates()
  local dying = stack(web "web:2", { transport = reap.transport(sim) })
  dying.backend = reap.backend(backend)
  local ran, result = pcall(function() return assert(VERBS[verb](dying)) end)
  assert(ran or result == reaper.KILLED, result)
  backend:unlock()
  return ran, from, recorded().journal.web ~= nil
end

-- The waiting at the end is the same again and again: of its points one in four.
local function following(nth) return nth < 18 and nth + 1 or nth + 4 end

-- Kills runs of `work` at one point after the other until one has left things as `wanted` says.
local function killed_when(config, work, wanted)
  for nth = 1, 40 do
    local reap = reaper.at(nth)
    local dying = stack(config, { transport = reap.transport(sim) })
    dying.backend = reap.backend(backend)
    local ran = pcall(function() return assert(work(dying)) end)
    backend:unlock()
    assert(not ran, "it came to its end")
    if wanted() then return end
  end
end

describe("what a forced update and a verb leave, both of whose runs were killed,", function()
  local function forced(at, count)
    return web("web:1", { force_new_deployment = true, triggers = { at = at }, desired_count = count })
  end

  local function begin()
    assert(stack(forced "1"):apply())
    sim:advance(60)
  end

  it("is not forced again after a scale", function()
    begin()
    killed_when(forced "2", function(one) return one:apply() end, function() return updates() == 1 end)
    assert(stack(forced "2"):scale("web", 4))
    journey.assert_empty(stack(forced("2", 4)))
  end)

  it("is forced once, though a redeploy had been begun before", function()
    begin()
    killed_when(forced "1", function(one) return one:redeploy "web" end, function()
      return recorded().journal.web ~= nil
    end)
    local from = updates()
    killed_when(forced "2", function(one) return one:apply() end, function() return updates() > from end)
    assert(stack(forced "2"):apply())
    assert.equal(from + 1, updates())
    journey.assert_empty(stack(forced "2"))
  end)
end)

describe("a run that dies at any point of", function()
  for _, verb in ipairs { "rollback", "redeploy", "scale" } do
    it(verb .. " is finished by the same command, and nothing is done twice", function()
      local nth = 1
      while nth < 400 do
        local lag = nth % 3 == 0 and 2 or 0
        local ran, from, open = killed(verb, nth, lag)
        local where = ("point %d: "):format(nth)
        local done = updates() - from
        local other = verb == "rollback" and done == 1 and not open -- it had ended: one more goes to yet another one
        if not other then assert(VERBS[verb](stack(web "web:2"))) end
        sim:advance(30)
        AFTER[verb]()
        if verb ~= "redeploy" or open then assert.equal(1, updates() - from, where) end
        assert.is_true(updates() - from - done <= 1, where)
        assert.same({}, recorded().journal, where)
        if ran then return end
        nth = following(nth)
      end
      error "it never came to its end"
    end)

    it(verb .. " leaves an apply that brings the declaration back and knows of everything", function()
      local nth = 1
      while nth < 400 do
        local ran = killed(verb, nth, 0)
        local where = ("point %d: "):format(nth)
        local result, err = stack(web "web:2"):apply()
        assert(result, where .. tostring(err))
        sim:advance(60)
        journey.assert_empty(stack(web "web:2"))
        assert.equal("web:2", runs(), where)
        assert.equal(2, journey.service(sim).desiredCount, where)
        assert.same({}, recorded().journal, where)
        if ran then return end
        nth = following(nth)
      end
      error "it never came to its end"
    end)
  end
end)
