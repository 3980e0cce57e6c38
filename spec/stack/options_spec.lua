-- Options of the calls of a stack: each verb honours an option, or refuses it with a reason.
local ecs = require "ecs_service"

local NAN, INF = 0 / 0, 1 / 0
local sim

local function anew()
  sim = ecs.simulator { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:3" } }
end

before_each(anew)

local function new(options)
  options = options or {}
  options.region, options.transport, options.state = "us-west-2", sim, false
  return assert(ecs.stack(options))
end

local function declared(options)
  local stack = new(options)
  local services = {}
  for _, address in ipairs { "web", "api" } do
    services[address] = stack:service(address, { name = address, cluster = "prod", task_definition = "web:1",
      desired_count = 1, deployment_circuit_breaker = { enable = true, rollback = true } })
  end
  return stack, services
end

local function applied(options)
  local stack, services = declared(options)
  assert(stack:apply())
  sim:advance(120)
  return stack, services
end

-- Calls; answers why it was refused, or nil, and what it answered.
local function refusal(call)
  local ok, result, err = pcall(call)
  if not ok then return tostring(result) end
  if result ~= nil then return nil, result end
  return tostring(err), err
end

-- Calls, and wants a refusal that names `word`, before anything was sent or written.
local function refused(stack, word, call)
  local sent, text = #sim.requests, stack.backend:read()
  local why = refusal(call)
  assert(why, word .. " was not refused")
  assert(why:find(word, 1, true), ("%q is not in: %s"):format(word, why))
  assert.equal(sent, #sim.requests, why)
  assert.same(text, (stack.backend:read()))
  return why
end

local function nothing() end

-- One value of each option that any call takes.
local function values()
  return { refresh = false, target = "web", exclude = "api", destroy = true, refresh_only = true, lock_timeout = 1,
    lock = false, on_event = nothing, interrupted = nothing, concurrency = 2, strict = true,
    silence = { "NoCircuitBreaker" }, facts = { web = { instances = 3 } }, stable_for = 1, superseded = "follow",
    fail_fast = true, approve = function() return true end, dry_run = true, wait = false, to = "web:2",
    how = "rollback", timeout = 600, limit = 3, format = "svg", ["until"] = "deployed", services = { "web" },
    account_id = "123456789012", ["for"] = "plan", offline = true, profile = "other", region = "us-west-2",
    force = true, address = "web", keep = 2, delete = true, cluster = "prod", on_interrupt = "leave", hook = "id" }
end

local LOCK = "lock_timeout lock "
local RUN = LOCK .. "on_event interrupted "
local FOLLOWED = "stable_for superseded fail_fast logs "
local CHOSEN = "target exclude refresh strict silence "
local DIRECT = RUN .. FOLLOWED .. "concurrency strict silence approve dry_run wait "

local SAVED = {}

-- What each call honours, and how it is called.
local VERBS = {
  plan = { RUN .. CHOSEN .. "concurrency facts destroy refresh_only", function(s, o) return s:plan(o) end },
  apply = { RUN .. CHOSEN .. FOLLOWED .. "until on_interrupt concurrency facts destroy refresh_only approve",
    function(s, o) return s:apply(o) end },
  ["apply with a plan"] = { RUN .. FOLLOWED .. "until on_interrupt concurrency approve",
    function(s, o) return s:apply(SAVED[s], o) end },
  destroy = { RUN .. CHOSEN .. "concurrency approve", function(s, o) return s:destroy(o) end },
  refresh = { RUN .. "target exclude strict silence concurrency approve", function(s, o) return s:refresh(o) end },
  wait = { FOLLOWED .. "on_event interrupted timeout until on_interrupt services",
    function(s, o) return s:wait(o) end },
  import = { RUN, function(s, o) return s:import("web", "prod/web", o) end },
  rollback = { DIRECT .. "to", function(s, o) return s:rollback("web", o) end },
  redeploy = { DIRECT, function(s, o) return s:redeploy("web", o) end },
  scale = { DIRECT, function(s, o) return s:scale("web", 2, o) end },
  stop = { RUN .. "approve dry_run wait how timeout", function(s, o) return s:stop("web", o) end },
  continue = { RUN .. "approve dry_run wait hook timeout", function(s, o) return s:continue("web", o) end },
  history = { "limit", function(s, o) return s:history("web", o) end },
  revisions = { "limit cluster interrupted", function(s, o) return s:revisions("web", o) end },
  deregister = { RUN .. "keep delete cluster dry_run approve", function(s, o) return s:deregister("web", o) end },
  logs = { "since until limit task container follow interrupted", function(s, o) return s:logs("web", o) end },
  run = { "command env container cluster subnets security_groups assign_public_ip count wait timeout logs on_log "
    .. "on_event interrupted", function(s, o) return s:run("web", o) end },
  timeline = { "format", function(s, o) return s:timeline("web", o) end },
  policy = { "for account_id", function(s, o) return s:policy(o) end },
  doctor = { "offline timeout profile region", function(s, o) return s:doctor(o) end },
  forget = { LOCK .. "approve", function(s, o) return s:forget("web", o) end },
  move = { LOCK, function(s, o) return s:move("web", "other", o) end },
  push_state = { LOCK .. "force", function(s, o) return s:push_state("{}", o) end },
  repair_state = { LOCK .. "approve", function(s, o) return s:repair_state(o) end },
  validate = { "", function(s, o) return s:validate(o) end },
  status = { "", function(s, o) return s:status("web", o) end },
  diagnose = { "logs", function(s, o) return s:diagnose("web", o) end },
  recorded = { "", function(s, o) return s:recorded(o) end },
  addresses = { "", function(s, o) return s:addresses(o) end },
  state_items = { "", function(s, o) return s:state_items(o) end },
  state_entry = { "", function(s, o) return s:state_entry("web", o) end },
  pull_state = { "", function(s, o) return s:pull_state(o) end },
  lock_holder = { "", function(s, o) return s:lock_holder(o) end },
  unlock = { "", function(s, o) return s:unlock("id", o) end },
  generate_config = { "address", function(s, o) return s:generate_config("prod/web", o) end },
}

local function honoured(verb)
  local set = {}
  for name in VERBS[verb][1]:gmatch "%S+" do set[name] = true end
  return set
end

describe("an option", function()
  for verb, case in pairs(VERBS) do
    it("that " .. verb .. " cannot honour is refused, and nothing is sent or written", function()
      local stack = applied()
      SAVED[stack] = stack:plan()
      local takes = honoured(verb)
      for name, value in pairs(values()) do
        if not takes[name] then
          refused(stack, name, function() return case[2](stack, { [name] = value }) end)
        end
      end
    end)

    it("that " .. verb .. " takes is not refused", function()
      for name in pairs(honoured(verb)) do
        local stack = applied()
        SAVED[stack] = stack:plan()
        local why = refusal(function() return case[2](stack, { [name] = values()[name] }) end)
        assert.falsy(why and (why:find("option", 1, true) or why:find("effect", 1, true) or why:find(name .. ":", 1,
          true)), name .. ": " .. tostring(why))
        anew()
      end
    end)
  end

  it("of a number has bounds, whoever takes it", function()
    for verb, case in pairs(VERBS) do
      local takes = honoured(verb)
      for name, wrong in pairs { concurrency = { 0, -5, 1.5, 1001, NAN, INF }, limit = { 0, -1, 1.5, NAN, INF },
                                 lock_timeout = { -1, NAN, INF }, timeout = { -1, NAN, INF },
                                 stable_for = { -1, NAN, INF } } do
        for _, value in ipairs(takes[name] and wrong or {}) do
          anew()
          local stack = applied()
          SAVED[stack] = stack:plan()
          refused(stack, name, function() return case[2](stack, { [name] = value }) end)
        end
      end
    end
    for _, value in ipairs { 0, -1, NAN, INF } do
      assert(refusal(function() return ecs.stack { state = false, credential_process_timeout = value } end):find(
        "credential_process_timeout", 1, true))
    end
  end)

  it("of words takes those words only", function()
    local stack = applied()
    for name, call in pairs {
      superseded = function() return stack:wait { superseded = "ignore" } end,
      ["until"] = function() return stack:wait { ["until"] = "happy" } end,
      how = function() return stack:stop("web", { how = "gently" }) end,
      format = function() return stack:timeline("web", { format = "pdf" }) end,
      ["for"] = function() return stack:policy { ["for"] = "show" } end,
      account_id = function() return stack:policy { account_id = "12" } end,
      to = function() return stack:rollback("web", { to = 7.5 }) end,
    } do
      refused(stack, name, call)
    end
  end)

  it("that says the contrary of another one is refused", function()
    local stack = applied()
    local function both(verb, first, second)
      return function() return VERBS[verb][2](stack, { [first[1]] = first[2], [second[1]] = second[2] }) end
    end
    for _, verb in ipairs { "plan", "apply" } do
      refused(stack, "exclude each other", both(verb, { "destroy", true }, { "refresh_only", true }))
      refused(stack, "exclude each other", both(verb, { "refresh", false }, { "refresh_only", true }))
      refused(stack, "is a target and excluded", both(verb, { "target", "web" }, { "exclude", { "api", "web" } }))
      refused(stack, "facts", both(verb, { "destroy", true }, { "facts", {} }))
    end
    refused(stack, "is a target and excluded", both("destroy", { "target", "web" }, { "exclude", "web" }))
    for _, verb in ipairs { "rollback", "redeploy", "scale" } do
      for name, value in pairs { stable_for = 1, superseded = "follow", fail_fast = true } do
        refused(stack, name, both(verb, { "wait", false }, { name, value }))
      end
    end
    refused(stack, "timeout", both("stop", { "wait", false }, { "timeout", 5 }))
    refused(stack, "fail_fast", both("apply", { "destroy", true }, { "fail_fast", true }))
    refused(stack, "stable_for", both("wait", { "until", "inactive" }, { "stable_for", 5 }))
  end)

  it("of a service does not name other services", function()
    local stack, services = applied()
    refused(stack, "target", function() return services.web:plan { target = "api" } end)
    refused(stack, "target", function() return services.web:apply { target = "api" } end)
    refused(stack, "services", function() return services.web:wait { services = "api" } end)
    refused(stack, "strict", function() return services.web:status { strict = true } end)
    refused(stack, "strict", function() return services.web:attributes { strict = true } end)
  end)

  it("facts names services that there are, and what may be known of them", function()
    local stack = applied()
    assert(refusal(function() return stack:plan { facts = { wob = { instances = 1 } } } end):find("wob", 1, true))
    refused(stack, "instance", function() return stack:plan { facts = { web = { instance = 1 } } } end)
    refused(stack, "facts", function() return stack:plan { facts = { { instances = 1 } } } end)
  end)

  it("approve is asked by refresh, too", function()
    local stack = applied()
    local _, err = stack:refresh { approve = function() return false end }
    assert.equal("NotApproved", err.code)
  end)

  it("on_event of a plan hears of what is read", function()
    local stack, heard = applied(), {}
    assert(stack:plan { on_event = function(event) heard[event.address] = true end })
    assert.same({ web = true, api = true }, heard)
  end)
end)

describe("a list of addresses", function()
  -- None of these is one.
  local function wrong()
    return { { web = true }, {}, { "web", nil, "api" }, { [2] = "web" }, { 5 }, { true }, { "" }, { {} }, { "a\nb" },
             { "web", name = "api" }, { address = "web" } }
  end

  it("that is none is refused wherever one is wanted", function()
    local stack = applied()
    for _, list in ipairs(wrong()) do
      for _, name in ipairs { "target", "exclude" } do
        for _, verb in ipairs { "plan", "apply", "destroy", "refresh" } do
          refused(stack, name, function() return VERBS[verb][2](stack, { [name] = list }) end)
        end
      end
      refused(stack, "services", function() return stack:wait { services = list } end)
      refused(stack, "stack:forget", function() return stack:forget(list) end)
      refused(stack, "stack:redeploy", function() return stack:redeploy(list) end)
    end
    for _, value in ipairs { 5, true, false } do
      refused(stack, "stack:forget", function() return stack:forget(value) end)
    end
    refused(stack, "stack:forget", function() return stack:forget(nil) end)
  end)

  it("of codes that is none is refused", function()
    local stack = applied()
    for _, list in ipairs { { Bogus = true }, { "Bogus" }, { NoCircuitBreaker = true }, { 5 }, { [2] = "Outage" } } do
      for _, verb in ipairs { "plan", "apply", "destroy", "refresh", "redeploy", "scale", "rollback" } do
        refused(stack, "code", function() return VERBS[verb][2](stack, { silence = list }) end)
      end
      local none, err = ecs.stack { state = false, warnings = { silence = list } }
      assert.is_nil(none)
      assert.equal("warnings.silence", err.path)
    end
  end)

  it("may hold service objects, alone or among texts", function()
    local stack, services = applied()
    assert.equal(1, #assert(stack:plan { target = services.web, refresh = false }).changes)
    assert.equal(1, #assert(stack:plan { exclude = { services.web }, refresh = false }).changes)
    assert.equal(2, #assert(stack:plan { target = { services.web, "api", "web" }, refresh = false }).changes)
    assert.is_table(assert(stack:wait { services = { services.web } }).web)
    assert(stack:redeploy(services.api, { wait = false }))
    assert.equal(2, #assert(stack:forget { services.web, "api" }))
  end)
end)

describe("a service object", function()
  local function calls(stack, service)
    return {
      status = function() return stack:status(service) end, diagnose = function() return stack:diagnose(service) end,
      history = function() return stack:history(service) end, timeline = function() return stack:timeline(service) end,
      rollback = function() return stack:rollback(service, { to = "web:2", dry_run = true }) end,
      redeploy = function() return stack:redeploy(service, { dry_run = true }) end,
      scale = function() return stack:scale(service, 3, { dry_run = true }) end,
      stop = function() return stack:stop(service, { dry_run = true }) end,
      wait = function() return stack:wait { services = service } end,
      plan = function() return stack:plan { target = service } end,
      state_entry = function() return stack:state_entry(service) end,
      forget = function() return stack:forget(service, { approve = function() return true end }) end,
    }
  end

  it("stands wherever its address can", function()
    for name in pairs(calls()) do
      local stack, services = applied()
      local result, err = calls(stack, services.web)[name]()
      assert(result, name .. ": " .. tostring(err))
      anew()
    end
    local stack, services = applied()
    assert.equal("other", assert(stack:move(services.web, "other")).address)
    assert(stack:forget "other")
    assert(stack:import(services.web, "prod/web"))
  end)

  it("of another stack is refused by each of them", function()
    local stack = applied()
    local _, others = declared()
    for name, call in pairs(calls(stack, others.web)) do
      local sent = #sim.requests
      local result, err = call()
      assert.is_nil(result, name)
      assert.equal("WrongStack", err.code, name)
      assert.equal(sent, #sim.requests)
    end
    for _, name in ipairs { "move", "import" } do
      local result, err = stack[name](stack, others.web, "prod/web")
      assert.is_nil(result)
      assert.equal("WrongStack", err.code, name)
    end
  end)
end)

describe("wait", function()
  it("waits for what is recorded when nothing is declared", function()
    local stack = applied()
    local text = assert(stack:pull_state())
    local other = new()
    assert(other:push_state(text, { force = true }))
    local services = assert(other:wait())
    assert.equal("web", services.web.name)
    assert.equal("api", services.api.name)
  end)

  it("knows a service that is only recorded", function()
    local stack = applied()
    local text = assert(stack:pull_state())
    local other = new()
    other:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
    assert(other:push_state(text, { force = true }))
    assert.equal("api", assert(other:wait { services = "api" }).api.name)
    assert.is_nil(assert(other:wait()).api)
  end)
end)

describe("a warning of a run", function()
  local warnings = require "ecs_service.plan.warnings"

  -- A scaled service whose declaration says otherwise.
  local function scaled(options, opts)
    local stack = applied(options)
    return stack:scale("web", 2, opts)
  end

  it("can be silenced, for the stack and for the call", function()
    local result = assert(scaled())
    assert.equal("DeclarationDiffers", result.warnings[1].code)
    anew()
    assert.same({}, assert(scaled(nil, { silence = { "DeclarationDiffers" } })).warnings)
    anew()
    assert.same({}, assert(scaled { warnings = { silence = { "DeclarationDiffers" } } }).warnings)
  end)

  it("of a callback that raises can be silenced", function()
    local function raising() error "no" end
    local stack = declared()
    assert.equal("CallbackFailed", assert(stack:apply { on_event = raising }).warnings[1].code)
    assert.same({}, assert(stack:redeploy("web", { on_event = raising, silence = { "CallbackFailed" } })).warnings)
  end)

  it("that a verb finds before it begins is an error with strict; that the declaration differs is none", function()
    assert(scaled({ warnings = { strict = true } }))
    anew()
    local stack = new { warnings = { strict = true, silence = { "NoCircuitBreaker" } } }
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
    assert(stack:apply())
    sim:advance(120)
    assert(stack:redeploy("web", { wait = false }))
    stack.options.warnings.silence = nil
    for _, opts in ipairs { {}, { dry_run = true } } do
      local sent = #sim.requests
      local result, err = stack:redeploy("web", opts)
      assert.is_nil(result)
      assert.equal("Warnings", err.code)
      assert.equal("NoCircuitBreaker", err.diagnostics[1].code)
      for i = sent + 1, #sim.requests do assert.truthy(sim.requests[i].operation:find "^Describe" ) end
    end
    assert(stack:redeploy("web", { strict = false, wait = false }))
  end)

  it("has a row: none is made without", function()
    local pipe = assert(io.popen "grep -rhoE 'code = \"[A-Za-z]+\", (severity = \"warning\"|path = \"on_event\")' lua")
    local known, count = warnings.known(), 0
    for line in pipe:lines() do
      local code = line:match 'code = "(%a+)"'
      assert.is_table(known[code], code)
      count = count + 1
    end
    pipe:close()
    assert.truthy(count >= 4)
  end)
end)

describe("a duration", function()
  local durations = require "ecs_service.util.durations"

  it("is written alike in declarations, calls, credentials and on the command line", function()
    for text, seconds in pairs { ["90"] = 90, ["1.5"] = 1.5, ["90s"] = 90, ["20m"] = 1200, ["1h30m"] = 5400,
                                 ["1.5h"] = 5400, ["500ms"] = 1, ["0s"] = 0 } do
      assert.equal(seconds, durations.seconds(text), text)
      assert.equal(seconds, (require("ecs_service.cli.options").duration(text)), text)
    end
    for _, text in ipairs { "", "soon", "-5s", "-1", "1d", "5m2", "0x10", "1e3", "inf", "nan" } do
      assert.is_nil(durations.seconds(text), text)
      assert.is_nil((require("ecs_service.cli.options").duration(text)), text)
    end
    for _, value in ipairs { -1, math.huge, 0 / 0, true, {} } do assert.is_nil(durations.seconds(value)) end
  end)

  it("is a number of seconds or a text in every call that takes one", function()
    sim = ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1" } }
    local stack = assert(ecs.stack { region = "us-west-2", transport = sim, state = false })
    stack:service("web", { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 1 })
    assert(stack:plan { lock_timeout = "1m" })
    assert(stack:apply { lock_timeout = "1.5m", stable_for = "10s" })
    local before = sim:now()
    assert(stack:wait { stable_for = "1m", timeout = "20m" })
    assert.is_true(sim:now() - before >= 60)
    assert(sim:call("UpdateService", { cluster = "prod", service = "web", desiredCount = 3 }))
    before = sim:now()
    local _, err = stack:wait { timeout = "2s" }
    assert.equal("Timeout", err.code)
    assert.is_true(sim:now() - before < 10)
    for _, wrong in ipairs { "soon", "-1s", -1, math.huge, "" } do
      for _, name in ipairs { "timeout", "stable_for" } do
        _, err = stack:wait { [name] = wrong }
        assert.equal("WrongOption", err.code)
        assert.equal(name, err.path)
      end
    end
  end)
end)
