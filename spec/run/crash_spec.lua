-- A run that is killed at any moment is finished by the next one, and nothing is done twice. A kill is a transport that
-- raises: at the Nth request before it leaves, after it has left, or when the Nth answer arrives.
local core = require "ecs_service.core"
local journey = require "support.journey"

local folder, state

before_each(function()
  folder = journey.folder()
  state = folder .. "/state.json"
end)
after_each(journey.clean)

local KILLED = "the process was killed"

-- A transport that ends the run at its nth `moment`: "before" or "after" a request leaves, or at an "answer".
local function killer(sim, moment, nth)
  local sent, heard = 0, 0
  local transport = { scheduler = sim.scheduler, region = sim.region }
  function transport.submit(_, request)
    sent = sent + 1
    if moment == "before" and sent == nth then error(KILLED, 0) end
    local ok, err = sim:submit(request)
    if moment == "after" and sent == nth then error(KILLED, 0) end
    return ok, err
  end
  function transport.wait(_, timeout)
    local completion = sim:wait(timeout)
    if completion then
      heard = heard + 1
      if moment == "answer" and heard == nth then error(KILLED, 0) end
    end
    return completion
  end
  function transport.cancel(_, id) return sim:cancel(id) end
  return transport
end

local function stack_of(sim, transport, services)
  local stack = journey.stack(sim, { state = state, transport = transport })
  for _, pair in ipairs(services) do stack:service(pair[1], pair[2]) end
  return stack
end

-- How often each service was really made, counting those that are there now.
local function count_services(sim)
  local list = sim:call("ListServices", { cluster = "prod", maxResults = 100 }).serviceArns
  return #list
end

local function creates(sim)
  local done, tokens = 0, {}
  for _, request in ipairs(sim.requests) do
    if request.operation == "CreateService" and request.status == 200 then
      local token = request.body.clientToken
      assert.truthy(token)
      if not tokens[token] then done = done + 1 end
      tokens[token] = true
    end
  end
  return done
end

local function each_moment(prepare, declared, check)
  local most = 0
  for _, moment in ipairs { "before", "after", "answer" } do
    for nth = 1, 200 do
      os.execute("rm -f '" .. state .. "'*")
      local sim = journey.simulator()
      prepare(sim)
      local from = #sim.requests
      local ok, problem = pcall(function()
        local result, err = stack_of(sim, killer(sim, moment, nth), declared):apply()
        return assert(result, err)
      end)
      if ok then break end
      most = math.max(most, nth)
      local where = ("%s %d: "):format(moment, nth)
      assert.truthy(tostring(problem):find(KILLED, 1, true), where .. tostring(problem))
      assert.is_false(core.system.exists(state .. ".lock"), where)
      local stack = stack_of(sim, sim, declared)
      local result, err = stack:apply()
      assert(result, where .. tostring(err))
      check(sim, where, from)
      local plan = assert(stack:plan())
      assert.is_true(plan:is_empty(), where .. plan:render { color = false })
      assert.same({}, journey.document(state).journal, where)
    end
  end
  assert.truthy(most > 2)
end

local STEADY = { wait_for_steady_state = true }

describe("a run that is killed at any moment", function()
  it("while creating leaves each service once, and the next run finishes it", function()
    each_moment(function() end, { { "web", journey.web(STEADY) }, { "db", journey.web { name = "db",
      task_definition = "db:1", wait_for_steady_state = true } } }, function(sim, where)
      assert.equal(2, count_services(sim), where)
      assert.equal(2, creates(sim), where)
      assert.equal(2, journey.service(sim).runningCount, where)
      assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState, where)
    end)
  end)

  it("while creating where reads lag behind leaves each service once", function()
    local lag = { read_lag = 3 }
    for nth = 1, 3 do
      for _, moment in ipairs { "before", "after", "answer" } do
        os.execute("rm -f '" .. state .. "'*")
        local sim = journey.simulator(lag)
        local declared = { { "web", journey.web() } }
        pcall(function() return stack_of(sim, killer(sim, moment, nth), declared):apply() end)
        local stack = stack_of(sim, sim, declared)
        assert(stack:apply())
        sim:advance(10)
        assert.equal(1, count_services(sim))
        assert.equal(1, creates(sim))
        journey.assert_empty(stack)
      end
    end
  end)

  local function with_web(sim)
    assert(stack_of(sim, sim, { { "web", journey.web(STEADY) } }):apply())
  end

  it("while updating ends with what was declared", function()
    each_moment(with_web, { { "web", journey.web { task_definition = "web:2", desired_count = 3,
      tags = { a = "1" }, wait_for_steady_state = true } } }, function(sim, where)
      local service = journey.service(sim)
      assert.truthy(service.taskDefinition:find "web:2$", where)
      assert.equal(3, service.runningCount, where)
      assert.same({ { key = "a", value = "1" } }, service.tags, where)
    end)
  end)

  it("while replacing ends with one service of the new kind", function()
    each_moment(with_web, { { "web", journey.web { scheduling_strategy = "DAEMON", desired_count = journey.NONE } } },
      function(sim, where)
        assert.equal(1, count_services(sim), where)
        assert.equal("DAEMON", journey.service(sim).schedulingStrategy, where)
      end)
  end)

  it("while replacing with the new one first ends with that one alone", function()
    each_moment(with_web, { { "web", journey.web { name = "web2", lifecycle = { create_before_destroy = true } } } },
      function(sim, where)
        assert.equal("ACTIVE", journey.service(sim, "web2").status, where)
        -- What a killed run left of the old service is in the next plan, and gone after it.
        assert(stack_of(sim, sim, { { "web", journey.web { name = "web2",
          lifecycle = { create_before_destroy = true } } } }):apply())
        assert.not_equal("ACTIVE", journey.service(sim, "web").status, where)
      end)
  end)

  it("while deleting ends with nothing", function()
    each_moment(with_web, {}, function(sim, where)
      assert.not_equal("ACTIVE", journey.service(sim).status, where)
      assert.same({}, journey.document(state).services, where)
    end)
  end)
end)

describe("what a create had made whose run was killed", function()
  local function kill_create(sim, config)
    pcall(function() return stack_of(sim, killer(sim, "after", 2), { { "web", config } }):apply() end)
    assert.equal("CreateService", journey.document(state).journal.web.operation)
  end

  local function active(sim, name) return journey.service(sim, name).status == "ACTIVE" end

  it("is deleted by the next run when nothing declares it any more", function()
    local sim = journey.simulator()
    kill_create(sim, journey.web())
    local stack = stack_of(sim, sim, {})
    local plan = assert(stack:plan())
    assert.equal(1, #plan.changes)
    assert.equal("delete", plan.changes[1].action)
    assert.truthy(plan.changes[1].reason:find("had begun to create it", 1, true))
    assert(stack:apply())
    assert.is_false(active(sim, "web"))
    assert.same({}, journey.document(state).journal)
  end)

  it("is deleted by the next run when its name is declared differently now", function()
    local sim = journey.simulator()
    kill_create(sim, journey.web())
    local stack = stack_of(sim, sim, { { "web", journey.web { name = "other" } } })
    assert(stack:apply())
    assert.is_false(active(sim, "web"))
    assert.is_true(active(sim, "other"))
    journey.assert_empty(stack)
    assert.same({}, journey.document(state).journal)
  end)

  it("is not forgotten when the run that deletes it is killed too", function()
    for nth = 1, 12 do
      for _, moment in ipairs { "before", "after", "answer" } do
        os.execute("rm -f '" .. state .. "'*")
        local sim = journey.simulator()
        kill_create(sim, journey.web())
        local declared = { { "web", journey.web { name = "other" } } }
        pcall(function() return stack_of(sim, killer(sim, moment, nth), declared):apply() end)
        local stack = stack_of(sim, sim, {})
        assert(stack:apply())
        assert.is_false(active(sim, "web"), moment .. nth)
        assert.equal(0, count_services(sim), moment .. nth)
        assert.same({}, journey.document(state).journal)
      end
    end
  end)

  it("is still known when its answer was lost and its repetition was refused", function()
    local sim = journey.simulator()
    sim:fault { operation = "CreateService", times = 1, reset_after = true }
    sim:fault { operation = "CreateService", times = 1, code = "AccessDeniedException", message = "no" }
    local stack = stack_of(sim, sim, { { "web", journey.web() } })
    assert.equal("AccessDeniedException", select(2, stack:apply()).code)
    assert.is_true(active(sim, "web"))
    assert(stack:apply())
    journey.assert_empty(stack)
    assert.equal(1, count_services(sim))
  end)

  it("is found by the next run also when it had to wait for its name, where reads lag behind", function()
    local sim = journey.simulator { read_lag = 3, stop_seconds = 60 }
    local declared = { { "web", journey.web() } }
    assert(stack_of(sim, sim, declared):apply())
    sim:advance(30)
    sim:call("DeleteService", { cluster = "prod", service = "web", force = true })
    sim:advance(10)
    -- Refused while the former one is DRAINING; killed right behind the one that is not.
    local transport, from = killer(sim, "answer", 0), #sim.requests
    function transport.submit(_, request)
      local sent, err = sim:submit(request)
      local last = sim.requests[#sim.requests]
      if last.operation == "CreateService" and last.status == 200 then error(KILLED, 0) end
      return sent, err
    end
    local ran, problem = pcall(function() return assert(stack_of(sim, transport, declared):apply()) end)
    assert.is_false(ran)
    assert.truthy(tostring(problem):find(KILLED, 1, true), problem)
    assert.truthy(#sim.requests - from > 4)
    assert(stack_of(sim, sim, {}):apply())
    sim:advance(300)
    assert.equal(0, count_services(sim))
  end)

  it("is not replaced when the update that follows is refused", function()
    local sim = journey.simulator()
    pcall(function()
      return stack_of(sim, killer(sim, "before", 3), { { "web", journey.web(STEADY) } }):apply()
    end)
    assert.equal("tainted", journey.document(state).services.web.status)
    sim:fault { operation = "UpdateService", times = 1, code = "AccessDeniedException", message = "no" }
    local stack = stack_of(sim, sim, { { "web", journey.web { desired_count = 5 } } })
    assert.is_nil((stack:apply()))
    assert.equal("update", assert(stack:plan()).changes[1].action)
  end)
end)

describe("a forced deployment whose run was killed", function()
  local function config(at) return journey.web { force_new_deployment = true, triggers = { at = at } } end

  it("is not started a second time by the next run", function()
    for _, moment in ipairs { "after", "answer" } do
      for nth = 1, 20 do
        os.execute("rm -f '" .. state .. "'*")
        local sim = journey.simulator()
        assert(stack_of(sim, sim, { { "web", config "1" } }):apply())
        sim:advance(300)
        local ended = pcall(function()
          return assert(stack_of(sim, killer(sim, moment, nth), { { "web", config "2" } }):apply())
        end)
        local stack = stack_of(sim, sim, { { "web", config "2" } })
        assert(stack:apply())
        journey.assert_empty(stack)
        local forced = 0
        for _, request in ipairs(sim.requests) do
          if request.operation == "UpdateService" then forced = forced + 1 end
        end
        assert.equal(1, forced, moment .. nth)
        if ended then break end
      end
    end
  end)
end)

describe("a create whose run was killed", function()
  local function kill_create(sim, config)
    pcall(function() return stack_of(sim, killer(sim, "after", 2), { { "web", config } }):apply() end)
    local journal = journey.document(state).journal.web
    assert.equal("CreateService", journal.operation)
    return journal
  end

  it("had been written down before it was sent, with its token", function()
    local sim = journey.simulator()
    local journal = kill_create(sim, journey.web())
    local last = sim.requests[#sim.requests]
    assert.equal(last.body.clientToken, journal.client_token)
    assert.truthy(journal.begun and journal.digest)
  end)

  it("is never taken for someone else's service", function()
    local sim = journey.simulator()
    kill_create(sim, journey.web())
    local plan = assert(stack_of(sim, sim, { { "web", journey.web() } }):plan())
    assert.is_true(plan:is_empty())
  end)

  it("is repeated with the same token when it did not arrive", function()
    local sim = journey.simulator()
    pcall(function() return stack_of(sim, killer(sim, "before", 2), { { "web", journey.web() } }):apply() end)
    local token = journey.document(state).journal.web.client_token
    assert(stack_of(sim, sim, { { "web", journey.web() } }):apply())
    local used
    for _, request in ipairs(sim.requests) do used = used or request.body.clientToken end
    assert.equal(token, used)
  end)

  it("is updated when its declaration has changed since", function()
    local sim = journey.simulator()
    kill_create(sim, journey.web())
    local stack = stack_of(sim, sim, { { "web", journey.web { desired_count = 4 } } })
    assert.equal("update", assert(stack:plan()).changes[1].action)
    assert(stack:apply())
    assert.equal(4, journey.service(sim).desiredCount)
    journey.assert_empty(stack)
  end)

  it("with force_new_deployment is not deployed a second time by the next run", function()
    local sim = journey.simulator()
    local config = journey.web { force_new_deployment = true, triggers = { at = "1" } }
    kill_create(sim, config)
    local stack = stack_of(sim, sim, { { "web", config } })
    assert(stack:apply())
    assert.same({ "CreateService" }, journey.mutations(sim))
    journey.assert_empty(stack)
  end)

  it("is deleted by a destroy although nothing was recorded", function()
    local sim = journey.simulator()
    kill_create(sim, journey.web())
    local stack = stack_of(sim, sim, { { "web", journey.web() } })
    assert(stack:destroy())
    assert.not_equal("ACTIVE", journey.service(sim).status)
    assert.same({}, journey.document(state).journal)
  end)

  it("whose deployment then fails is tainted by the next run, not called a success", function()
    local sim = journey.simulator()
    local config = journey.web { wait_for_steady_state = true,
      deployment_circuit_breaker = { enable = true, rollback = false } }
    sim:tasks { service = "web", outcome = "exit" }
    kill_create(sim, config)
    local stack = stack_of(sim, sim, { { "web", config } })
    local result, err = stack:apply()
    assert.is_nil(result)
    assert.equal("DeploymentFailed", err.code)
    assert.equal("replace", assert(stack:plan()).changes[1].action)
  end)

  it("that AWS refused is forgotten: a service that others make then is theirs", function()
    local sim = journey.simulator()
    sim:fault { operation = "CreateService", times = 1, code = "AccessDeniedException", message = "no" }
    local stack = stack_of(sim, sim, { { "web", journey.web() } })
    assert.is_nil((stack:apply()))
    assert.same({}, journey.document(state).journal)
    sim:call("CreateService", { cluster = "prod", serviceName = "web", taskDefinition = "web:1", desiredCount = 1 })
    assert.equal("AlreadyExists", select(2, stack:plan()).code)
  end)

  it("whose answer never came is made once", function()
    for _, fault in ipairs { "reset", "reset_after", "timeout", "truncate" } do
      os.execute("rm -f '" .. state .. "'*")
      local sim = journey.simulator()
      sim:fault { operation = "CreateService", times = 1, [fault] = true }
      local stack = stack_of(sim, sim, { { "web", journey.web() } })
      if not stack:apply() then assert(stack:apply()) end
      assert.equal(1, count_services(sim), fault)
      assert.equal(1, creates(sim), fault)
      journey.assert_empty(stack)
    end
  end)
end)

describe("a declaration that goes back behind a run that was killed", function()
  local function moving(name)
    return { { "web", journey.web { name = name, lifecycle = { create_before_destroy = true } } } }
  end

  it("keeps the old service of a replacement and deletes the new one", function()
    for _, moment in ipairs { "before", "after", "answer" } do
      for nth = 1, 40 do
        os.execute("rm -f '" .. state .. "'*")
        local sim = journey.simulator()
        assert(stack_of(sim, sim, moving "web"):apply())
        local id = journey.service(sim).serviceArn
        local dying = stack_of(sim, killer(sim, moment, nth), moving "web2")
        local ended = pcall(function() return assert(dying:apply()) end)
        if ended then break end
        local stack = stack_of(sim, sim, moving "web")
        assert(stack:apply())
        local document = journey.document(state)
        local where = moment .. nth
        assert.equal("ACTIVE", journey.service(sim).status, where)
        assert.equal(1, count_services(sim), where)
        assert.equal(id, document.services.web.attributes.id, where)
        assert.is_nil(document.services.web.deposed, where)
        assert.same({}, document.journal, where)
        journey.assert_empty(stack)
      end
    end
  end)

  it("says why the new service of a replacement goes", function()
    local sim
    for nth = 1, 40 do
      os.execute("rm -f '" .. state .. "'*")
      sim = journey.simulator()
      assert(stack_of(sim, sim, moving "web"):apply())
      pcall(function() return stack_of(sim, killer(sim, "before", nth), moving "web2"):apply() end)
      if journey.document(state).services.web.deposed then break end
    end
    local plan = assert(stack_of(sim, sim, moving "web"):plan())
    assert.same({ "no-op", "delete" }, { plan.changes[1].action, plan.changes[2].action })
    assert.equal("web2", plan.changes[2].service)
    assert.equal("an earlier run made it in place of what is declared now", plan.changes[2].reason)
  end)

  it("sets again the tags that the run had removed", function()
    local sim = journey.simulator()
    assert(stack_of(sim, sim, { { "web", journey.web { tags = { stage = "prod", web = "1" } } } }):apply())
    pcall(function() return stack_of(sim, killer(sim, "after", 2), { { "web", journey.web() } }):apply() end)
    assert.equal("UntagResource", sim.requests[#sim.requests].operation)
    local stack = stack_of(sim, sim, { { "web", journey.web { tags = { stage = "test", web = "1" } } } })
    assert(stack:apply())
    journey.assert_empty(stack)
    assert.equal(2, #journey.service(sim).tags)
  end)

  it("does not force again what the run had forced, whatever others change meanwhile", function()
    local sim = journey.simulator()
    local forced = { { "web", journey.web { force_new_deployment = true, triggers = { at = "1" } } } }
    assert(stack_of(sim, sim, { { "web", journey.web() } }):apply())
    for nth = 1, 9 do
      pcall(function() return stack_of(sim, killer(sim, "after", nth), forced):apply() end)
      if sim.requests[#sim.requests].operation == "UpdateService" then break end
    end
    sim:call("TagResource", { resourceArn = journey.service(sim).serviceArn, tags = { { key = "a", value = "1" } } })
    local stack = stack_of(sim, sim, forced)
    assert(stack:apply())
    journey.assert_empty(stack)
    local updates = 0
    for _, operation in ipairs(journey.mutations(sim)) do
      if operation == "UpdateService" then updates = updates + 1 end
    end
    assert.equal(1, updates)
  end)
end)

describe("a plan right behind a run, where reads lag behind", function()
  it("does not take the service for what it was before that run", function()
    local sim = journey.simulator { read_lag = 2 }
    assert(stack_of(sim, sim, { { "web", journey.web() } }):apply())
    sim:advance(60)
    assert(stack_of(sim, sim, { { "web", journey.web { deployment_minimum_healthy_percent = 0 } } }):apply())
    local stack = stack_of(sim, sim, { { "web", journey.web() } })
    assert(stack:apply())
    sim:advance(60)
    assert.equal(100, journey.service(sim).deploymentConfiguration.minimumHealthyPercent)
    journey.assert_empty(stack)
  end)

  it("costs no time when nothing differs", function()
    local sim = journey.simulator()
    local stack = stack_of(sim, sim, { { "web", journey.web() } })
    assert(stack:apply())
    local before = sim:now()
    journey.assert_empty(stack)
    assert.truthy(sim:now() - before < 1)
  end)
end)

describe("what several runs had begun that were killed one after the other", function()
  local function named(name)
    return { { "web", journey.web { name = name, wait_for_steady_state = true,
      lifecycle = { create_before_destroy = true } } } }
  end

  -- Tries every moment of a second run; `first` comes before it, and `last` behind it.
  local function each_moment_of(declared, options, first, last)
    local most = 0
    for _, moment in ipairs { "before", "after", "answer" } do
      for nth = 1, 60 do
        os.execute("rm -f '" .. state .. "'*")
        local sim = journey.simulator(options)
        first(sim)
        local ran = pcall(function() return assert(stack_of(sim, killer(sim, moment, nth), declared):apply()) end)
        last(sim, ("%s %d"):format(moment, nth))
        if ran then break end
        most = math.max(most, nth)
      end
    end
    assert.truthy(most > 5)
  end

  local function left(sim, where, name)
    assert.equal(1, count_services(sim), where)
    assert.equal("ACTIVE", journey.service(sim, name).status, where)
    assert.same({}, journey.document(state).journal, where)
  end

  it("is one service when a replacement was replaced by another one", function()
    each_moment_of(named "third", nil, function(sim)
      assert(stack_of(sim, sim, named "first"):apply())
      pcall(function() return stack_of(sim, killer(sim, "before", 3), named "second"):apply() end)
      assert.equal("first", journey.document(state).services.web.deposed.name)
    end, function(sim, where)
      local stack = stack_of(sim, sim, named "third")
      assert(stack:apply())
      journey.assert_empty(stack)
      left(sim, where, "third")
    end)
  end)

  it("is one service when what was to be swept away is declared again", function()
    each_moment_of(named "other", { read_lag = 2 }, function(sim)
      pcall(function() return stack_of(sim, killer(sim, "after", 2), named "web"):apply() end)
      assert.equal("web", journey.document(state).journal.web.service)
    end, function(sim, where)
      local stack = stack_of(sim, sim, named "web")
      local result, err = stack:apply()
      assert(result, where .. ": " .. tostring(err))
      sim:advance(60)
      journey.assert_empty(stack)
      left(sim, where, "web")
    end)
  end)

  it("can be planned, saved and then applied when what was to be swept away is declared again", function()
    local sim = journey.simulator()
    pcall(function() return stack_of(sim, killer(sim, "after", 2), named "web"):apply() end)
    pcall(function() return stack_of(sim, killer(sim, "after", 4), named "other"):apply() end)
    assert.equal("web", journey.document(state).journal["web (begun)"].service)
    local stack = stack_of(sim, sim, named "web")
    assert(assert(stack:plan()):save(folder .. "/plan.json"))
    assert(stack:apply(assert(require "ecs_service".load_plan(folder .. "/plan.json"))))
    journey.assert_empty(stack)
    left(sim, "", "web")
  end)

  it("is followed by the deployment of the last of them", function()
    local sim = journey.simulator()
    local function declared(version) return { { "web", journey.web { task_definition = "web:" .. version,
      wait_for_steady_state = true } } } end
    assert(stack_of(sim, sim, declared(1)):apply())
    pcall(function() return stack_of(sim, killer(sim, "before", 4), declared(2)):apply() end)
    assert.truthy(journey.document(state).journal.web.deployment_id)
    pcall(function() return stack_of(sim, killer(sim, "after", 2), declared(3)):apply() end)
    assert(stack_of(sim, sim, declared(3)):apply())
    assert.equal("COMPLETED", journey.service(sim).deployments[1].rolloutState)
    assert.equal("web:3", journey.service(sim).taskDefinition:match "[^/]+$")
  end)
end)
