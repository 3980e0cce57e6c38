-- A function of Lua as a lifecycle hook: the run that follows the deployment calls it, and decides by what it answers.
local ecs = require "ecs_service"
local staged = require "support.staged"

local FIRST_GROUP = staged.GREEN_GROUP:gsub("mongo%-b", "web-a")

local function declaration(revision, hooks, more)
  local config = { name = "web", cluster = "prod", task_definition = revision, desired_count = 2,
    wait_for_steady_state = true,
    deployment_configuration = { strategy = "BLUE_GREEN", bake_time_in_minutes = 2, lifecycle_hook = hooks },
    load_balancer = { { target_group_arn = FIRST_GROUP, container_name = "web", container_port = 80,
      advanced_configuration = { alternate_target_group_arn = staged.GREEN_GROUP,
        production_listener_rule = staged.RULE, test_listener_rule = staged.RULE .. "4", role_arn = staged.ROLE } } } }
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

local function hook(run, stage, more)
  local one = { lifecycle_stages = { stage or "POST_TEST_TRAFFIC_SHIFT" }, run = run }
  for name, value in pairs(more or {}) do one[name] = value end
  return one
end

local function simulator()
  return ecs.simulator { clusters = { "prod" }, task_definitions = { "web:1", "web:2" } }
end

-- A stack over what is there already: its service runs web:1, deployed without hooks.
local function world()
  local sim = simulator()
  local state = require "ecs_service.state.memory".new()
  local former = assert(ecs.stack { state = state, transport = sim })
  former:service("web", declaration("web:1", {}))
  assert(former:apply())
  return sim, function(config, options)
    local given = { state = state, transport = sim }
    for name, value in pairs(options or {}) do given[name] = value end
    local stack = assert(ecs.stack(given))
    stack:service("web", config)
    return stack
  end
end

-- PUC Lua 5.1 cannot yield through pcall: there one waits after the other.
local together = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

local function first(err) return err.errors and err.errors[1] or err end

local function sent(sim, operation)
  local list = {}
  for _, request in ipairs(sim.requests) do
    if request.operation == operation then list[#list + 1] = request.body end
  end
  return list
end

describe("a function of Lua as a lifecycle hook", function()
  it("is declared to ECS as a pause that rolls back, is called at its stage, and lets the deployment go on", function()
    local sim, over = world()
    local asked = {}
    local stack = over(declaration("web:2", hook(function(ctx)
      asked[#asked + 1] = ctx
      return true
    end)))
    local told = {}
    assert(stack:apply { on_event = function(event) told[#told + 1] = event end })
    local update = sent(sim, "UpdateService")[1]
    assert.same({ { targetType = "PAUSE", lifecycleStages = { "POST_TEST_TRAFFIC_SHIFT" },
      timeoutConfiguration = { timeoutInMinutes = 1440, action = "ROLLBACK" } } },
      update.deploymentConfiguration.lifecycleHooks)
    assert.equal(1, #asked)
    local ctx = asked[1]
    assert.equal("web", ctx.address)
    assert.equal("web", ctx.service)
    assert.equal("prod", ctx.cluster)
    assert.equal("POST_TEST_TRAFFIC_SHIFT", ctx.stage)
    assert.equal("BLUE_GREEN", ctx.strategy)
    assert.equal("web:2", ctx.revisions.target.task_definition)
    assert.equal(0, ctx.revisions.target.production_weight)
    assert.equal("web:1", ctx.revisions.source.task_definition)
    assert.equal(100, ctx.revisions.source.production_weight)
    assert.same({ staged.GREEN_GROUP }, ctx.target_groups)
    assert.equal(staged.RULE .. "4", ctx.test_traffic.listener_rule)
    local types = {}
    for _, event in ipairs(told) do
      if event.type == "decision" or event.type == "answer" then
        types[#types + 1] = event.type .. " " .. tostring(event.answered or event.action)
      end
    end
    assert.same({ "decision true", "answer CONTINUE" }, types)
    assert.is_true(assert(stack:plan()):is_empty())
  end)

  it("is told how Service Connect tells test traffic", function()
    local sim = ecs.simulator { clusters = { "prod" }, task_definitions = { { family = "web", revision = 1,
      container_definitions = { { name = "web", port_mappings = { { name = "http", container_port = 80 } } } } } } }
    local stack, seen = assert(ecs.stack { state = false, transport = sim }), nil
    stack:service("web", declaration("web:1", hook(function(ctx)
      seen = ctx
      return true
    end), { load_balancer = {}, service_connect_configuration = { enabled = true, namespace = "shop", service = {
      port_name = "http", client_alias = { port = 8080, dns_name = "web", test_traffic_rules = { header = {
        name = "x-test", value = { exact = "1" } } } } } } }))
    assert(stack:apply())
    assert.same({ port = 8080, dns_name = "web", header = { name = "x-test", value = "1" } }, seen.test_traffic)
    assert.is_nil(seen.revisions.source)
    assert.is_nil(seen.target_groups)
  end)

  it("rolls the deployment back, with the reason, unless it answers true", function()
    for expected, run in pairs {
      ["the page is empty"] = function() return false, "the page is empty" end,
      ["answered nothing"] = function() end,
      ["without a reason"] = function() return false end,
      ["a number, not true"] = function() return 1 end,
      ["it raised:.*boom"] = function() error "boom" end,
      ["it raised: bad thing"] = function() error { message = "bad thing" } end,
    } do
      local sim, over = world()
      local stack = over(declaration("web:2", { hook(run) }))
      local ok, err = stack:apply()
      assert.is_nil(ok)
      err = first(err)
      assert.equal("DeploymentRolledBack", err.code)
      assert.truthy(err.message:find(expected), err.message)
      assert.truthy(err.evidence.hook.reason:find(expected))
      assert.is_nil(err.message:find("somebody", 1, true), err.message)
      assert.equal(1, #err.evidence.causes)
      assert.truthy(err.evidence.causes[1].summary:find(expected))
      assert.is_nil(tostring(err.hint):find("CloudTrail", 1, true))
      assert.equal("POST_TEST_TRAFFIC_SHIFT", err.evidence.hook.stage)
      assert.equal("ROLLBACK", sent(sim, "ContinueServiceDeployment")[1].action)
      local entry = assert(stack:state_entry "web")
      assert.equal("failed", entry.status)
      assert.truthy(entry.reason:find(expected), entry.reason)
      assert.truthy(assert(stack:status "web").task_definition:find("web:1", 1, true))
    end
  end)

  it("tells a bounded reason that steers no terminal", function()
    local _, over = world()
    local _, err = over(declaration("web:2", hook(function() return false, "\27[31m" .. ("x"):rep(5000) end))):apply()
    local reason = first(err).evidence.hook.reason
    assert.truthy(#reason < 400)
    assert.is_nil(reason:find "\27")
  end)

  it("keeps what the run knows to be secret out of its reason", function()
    local _, over = world()
    local stack = over(declaration("web:2", hook(function() return false, "login as hunter-2-hunter failed" end)))
    stack.script_run = { secrets = { "hunter-2-hunter" } }
    local _, err = stack:apply()
    assert.truthy(first(err).message:find("login as .* failed"))
    assert.is_nil(tostring(err):find("hunter", 1, true))
  end)

  it("is told as it is asked and as it answers, in progress and in timelines", function()
    for answer, wanted in pairs { yes = "lets the deployment go on", no = "has it rolled back: no" } do
      local _, over = world()
      local stack = over(declaration("web:2", hook(function() return answer == "yes", answer end)))
      local lines, events = {}, {}
      local progress = ecs.progress { write = function(text) lines[#lines + 1] = text end, time = false }
      stack:apply { on_event = function(event)
        events[#events + 1] = event
        progress.on_event(event)
      end }
      progress.finish()
      local text = table.concat(lines)
      assert.truthy(text:find("asks the function at POST_TEST_TRAFFIC_SHIFT", 1, true), text)
      assert.truthy(text:find("the function at POST_TEST_TRAFFIC_SHIFT " .. wanted, 1, true), text)
      assert.is_nil(text:find("ecs-service continue", 1, true))
      assert.truthy(assert(ecs.timeline(events)):find(wanted, 1, true))
    end
  end)

  -- A transport that has pages beside the simulator: `pages` has url → what is answered, when that is due.
  local function with_pages(sim, page)
    local seen, transport = { cancelled = {} }, {}
    function transport.submit(_, request)
      if not request.url:find "^https?://test%.acme" then return sim:submit(request) end
      seen[#seen + 1] = request
      return true
    end
    function transport.wait(_, seconds)
      for i, request in ipairs(seen) do
        local completion = not request.over and page(request)
        if completion then
          completion.id, seen[i].over = request.id, true
          return completion
        end
      end
      return sim:wait(seconds)
    end
    function transport.cancel(_, id)
      for _, request in ipairs(seen) do
        if request.id == id then seen.cancelled[#seen.cancelled + 1] = request.url end
      end
      return sim:cancel(id)
    end
    return setmetatable(transport, { __index = sim }), seen
  end

  it("may look at URLs and wait, while the run goes on with the others", function()
    local sim, over = world()
    local asked_at
    local transport, pages = with_pages(sim, function(request)
      asked_at = asked_at or #sim.requests
      if request.url:find "refused" then return { error = { kind = "refused", message = "no" } } end
      if together and #sim.requests < asked_at + 4 then return nil end -- the run has looked at ECS meanwhile
      return { status = 200, headers = { ["X-Version"] = "2" }, body = "hello" }
    end)
    local seen
    local config = declaration("web:2", hook(function(ctx)
      local page = ctx.get("https://test.acme.example/health", { headers = { Host = "web" } })
      local began = ctx.now()
      ctx.sleep(0.25)
      local none, problem = ctx.get "http://test.acme.example/refused"
      seen = { page, ctx.now() - began, none, problem }
      return page.status == 200
    end))
    assert(over(config, { transport = transport }):apply())
    assert.same({ status = 200, headers = { ["x-version"] = "2" }, body = "hello" }, seen[1])
    assert.truthy(seen[2] >= 0.25 and seen[2] < 0.4, seen[2])
    assert.is_nil(seen[3])
    assert.same({ code = "refused", message = "no" }, seen[4])
    assert.equal("GET", pages[1].method)
    assert.equal("web", pages[1].headers.Host)
    assert.is_nil(pages[1].headers.authorization or pages[1].headers.Authorization)
  end)

  it("that waits for a page lets go of it when the run is interrupted, or the deployment ends", function()
    if not together then return end
    for _, how in ipairs { "interrupted", "stopped" } do
      local sim, over = world()
      local asked
      local transport, pages = with_pages(sim, function(request)
        asked = request
        return nil
      end)
      local stack = over(declaration("web:2", hook(function(ctx)
        if how == "stopped" then
          sim:call("StopServiceDeployment", { serviceDeploymentArn = ctx.deployment, stopType = "ROLLBACK" })
        end
        ctx.get("http://test.acme.example/never", { timeout = 9000 })
        return true
      end)), { transport = transport })
      local _, err = stack:apply { interrupted = function() return how == "interrupted" and asked ~= nil end }
      assert.equal(how == "interrupted" and "Interrupted" or "DeploymentRolledBack", first(err).code)
      assert.same({ "http://test.acme.example/never" }, pages.cancelled)
      assert.same({}, sent(sim, "ContinueServiceDeployment"))
    end
  end)

  it("of one service does not keep another waiting", function()
    if not together then return end
    local sim = simulator()
    local stack = assert(ecs.stack { state = false, transport = sim })
    local ended = {}
    for _, name in ipairs { "slow", "quick" } do
      stack:service(name, declaration("web:1", hook(function(ctx)
        ctx.sleep(name == "slow" and 600 or 1)
        ended[#ended + 1] = name
        return true
      end), { name = name }))
    end
    assert(stack:apply())
    assert.same({ "quick", "slow" }, ended)
  end)

  it("may yield as approve may: what it yields reaches whoever runs the stack", function()
    if not together then return end
    local _, over = world()
    local stack = over(declaration("web:2", hook(function() return coroutine.yield "please" == "yes" end)))
    local result
    local routine = coroutine.create(function() result = stack:apply() end)
    local _, asked = assert(coroutine.resume(routine))
    assert.equal("please", asked)
    assert(coroutine.resume(routine, "yes"))
    assert.is_truthy(result)
  end)

  it("that yields where nobody resumes it has the deployment rolled back", function()
    local _, over = world()
    local _, err = over(declaration("web:2", hook(function() return coroutine.yield() end))):apply()
    assert.equal("DeploymentRolledBack", first(err).code)
  end)

  it("is asked by the run that follows: an apply that does not wait warns, and the next wait asks", function()
    local sim, over = world()
    local asked = 0
    local config = declaration("web:2", hook(function()
      asked = asked + 1
      return true
    end), { wait_for_steady_state = false })
    local stack = over(config)
    local plan = assert(stack:plan())
    local codes = {}
    for _, warning in ipairs(plan.warnings) do codes[warning.code] = warning end
    assert.truthy(codes.HookUnanswered)
    assert.truthy(codes.HookUnanswered.message:find("POST_TEST_TRAFFIC_SHIFT", 1, true))
    assert(stack:apply())
    sim:advance(600)
    assert.equal(0, asked)
    assert(stack:wait())
    assert.equal(1, asked)
    for _, warning in ipairs(assert(stack:plan()).warnings) do assert.not_equal("HookUnanswered", warning.code) end
  end)

  it("warns of an apply that leaves the deployment at a stage", function()
    local _, over = world()
    local stack = over(declaration("web:2", hook(function() return true end)))
    local result = assert(stack:apply { ["until"] = "SCALE_UP" })
    assert.equal("HookUnanswered", result.warnings[#result.warnings].code)
    assert(stack:wait())
  end)

  it("warns of rollback and redeploy that do not wait, and of none that do", function()
    local _, over = world()
    local stack = over(declaration("web:2", hook(function() return true end)))
    assert(stack:apply())
    local function warned(opts)
      opts.dry_run = true
      for _, warning in ipairs(assert(stack:redeploy("web", opts)).warnings) do
        if warning.code == "HookUnanswered" then return true end
      end
      return false
    end
    assert.is_true(warned { wait = false })
    assert.is_false(warned {})
    local plan = assert(stack:redeploy("web", { dry_run = true }))
    assert.truthy(plan:render { color = false }:find("asks the function at POST_TEST_TRAFFIC_SHIFT", 1, true))
  end)

  it("is asked at the next pause, too, of a deployment that somebody let go on", function()
    local sim, over = world()
    local asked = {}
    local function note(ctx)
      asked[#asked + 1] = ctx.stage
      return true
    end
    local stack = over(declaration("web:2", { hook(note, "POST_PRODUCTION_TRAFFIC_SHIFT"),
      { target_type = "PAUSE", lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" } } }))
    local _, err = stack:apply { ["until"] = "paused" }
    assert.equal("AwaitingDecision", first(err).code)
    assert.same({}, asked)
    local answered = {}
    local result = assert(stack:continue("web", { on_event = function(event)
      if event.type == "decision" then answered[#answered + 1] = event.answered end
    end }))
    assert.equal("SUCCESSFUL", result.outcome)
    assert.same({ true }, answered)
    assert.same({ "POST_PRODUCTION_TRAFFIC_SHIFT" }, asked)
    assert.equal(2, #sent(sim, "ContinueServiceDeployment"))
  end)

  it("at a later stage is asked by nobody after a continue that does not follow, which says so", function()
    local _, over = world()
    local stack = over(declaration("web:2", { hook(function() return true end, "POST_PRODUCTION_TRAFFIC_SHIFT"),
      { target_type = "PAUSE", lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" } } }))
    assert.is_nil((stack:apply { ["until"] = "paused" }))
    local result = assert(stack:continue("web", { wait = false }))
    assert.equal("CONTINUED", result.outcome)
    assert.equal("HookUnanswered", result.warnings[1].code)
  end)

  -- An ECS that gives all pauses of a deployment one id.
  local function with_one_id(sim)
    local transport, real = {}, nil
    function transport.submit(_, request)
      if real then request.body = request.body:gsub('"the%-one"', '"' .. real .. '"') end
      return sim:submit(request)
    end
    function transport.wait(_, seconds)
      local completion = sim:wait(seconds)
      if completion and completion.body then
        for id, status in completion.body:gmatch '"hookId":"([^"]+)","status":"([^"]+)"' do
          if status == "AWAITING_ACTION" then real = id end
        end
        completion.body = completion.body:gsub('"hookId":"[^"]+"', '"hookId":"the-one"')
      end
      return completion
    end
    return setmetatable(transport, { __index = function(_, name)
      local member = sim[name]
      return type(member) == "function" and function(_, ...) return member(sim, ...) end or member
    end })
  end

  it("is asked before each step of a linear deployment, whatever ECS calls its pauses", function()
    for _, around in ipairs { function(sim) return sim end, with_one_id } do
      local sim, over = world()
      local weights = {}
      local config = declaration("web:2", nil)
      config.deployment_configuration = { strategy = "LINEAR", bake_time_in_minutes = 0,
        linear_configuration = { step_percent = 50, step_bake_time_in_minutes = 1 },
        lifecycle_hook = hook(function(ctx)
          weights[#weights + 1] = ctx.revisions.target.production_weight
          return true
        end, "PRE_PRODUCTION_TRAFFIC_SHIFT") }
      assert(over(config, { transport = around(sim) }):apply())
      assert.same({ 0, 50 }, weights)
      assert.equal(2, #sent(sim, "ContinueServiceDeployment"))
    end
  end)

  it("is no pause that a run ends at which waits until somebody has to decide", function()
    local _, over = world()
    assert(over(declaration("web:2", hook(function() return true end))):apply { ["until"] = "paused" })
  end)

  it("decides nothing when the run is interrupted meanwhile; the next run asks again", function()
    local sim, over = world()
    local interrupted = false
    local stack = over(declaration("web:2", hook(function()
      interrupted = true
      return false, "killed by Ctrl-C"
    end)))
    local _, err = stack:apply { interrupted = function() return interrupted end }
    assert.equal("Interrupted", first(err).code)
    assert.same({}, sent(sim, "ContinueServiceDeployment"))
    assert(over(declaration("web:2", hook(function() return true end))):apply())
  end)

  it("that sleeps is left at once by an interruption", function()
    local sim, over = world()
    local began
    local stack = over(declaration("web:2", hook(function(ctx)
      began = ctx.now()
      ctx.sleep(36000)
      return true
    end)))
    local _, err = stack:apply { interrupted = function() return began and sim:now() > began + 10 end }
    assert.equal("Interrupted", first(err).code)
    assert.truthy(sim:now() < began + 60)
  end)

  it("whose answer is lost is not asked twice, and the deployment goes as it said", function()
    for _, fault in ipairs { { reset = true }, { reset_after = true }, { http_status = 500 },
      { code = "ThrottlingException" } } do
      for _, good in ipairs { true, false } do
        local sim, over = world()
        local asked = 0
        local stack = over(declaration("web:2", hook(function()
          asked = asked + 1
          return good, "it is bad"
        end)))
        local own = { operation = "ContinueServiceDeployment", times = 2 }
        for name, value in pairs(fault) do own[name] = value end
        sim:fault(own)
        local ok, err = stack:apply { on_event = function(event)
          if event.type == "answer" then assert.is_nil(event.error) end
        end }
        assert.equal(good, ok ~= nil)
        if not good then assert.truthy(first(err).message:find("it is bad", 1, true)) end
        assert.equal(1, asked)
      end
    end
  end)

  it("whose answer ECS refuses leaves the pause to people, and says so", function()
    local sim, over = world()
    local stack = over(declaration("web:2", hook(function() return true end), { timeouts = { update = "10m" } }))
    sim:fault { operation = "ContinueServiceDeployment", code = "AccessDeniedException", http_status = 400, times = 5 }
    local refused
    local _, err = stack:apply { on_event = function(event)
      if event.type == "answer" then refused = event.error end
    end }
    assert.equal("AccessDeniedException", refused.code)
    assert.equal("AwaitingDecision", first(err).code)
  end)

  it("of a deployment that ends otherwise is asked no more", function()
    local sim, over = world()
    if not together then return end
    local done = false
    local stack = over(declaration("web:2", hook(function(ctx)
      local one = ctx.deployment
      sim:call("StopServiceDeployment", { serviceDeploymentArn = one, stopType = "ROLLBACK" })
      ctx.sleep(3600)
      done = true
      return true
    end)))
    local _, err = stack:apply()
    assert.equal("DeploymentRolledBack", first(err).code)
    assert.is_false(done)
    assert.same({}, sent(sim, "ContinueServiceDeployment"))
  end)
end)

describe("a function that takes longer than the wait may last", function()
  it("keeps no run from what has become of the deployment", function()
    local sim, over = world()
    local stack = over(declaration("web:2", hook(function(ctx)
      sim:call("StopServiceDeployment", { serviceDeploymentArn = ctx.deployment, stopType = "ROLLBACK" })
      sim:advance(7200)
      return true
    end)))
    local _, err = stack:apply()
    assert.equal("DeploymentRolledBack", first(err).code)
  end)
end)

describe("the declaration of such a hook", function()
  local function problems(config)
    local ok, err = ecs.validate(config)
    if ok then return {} end
    local map = {}
    for _, diagnostic in ipairs(err.diagnostics) do map[diagnostic.path] = diagnostic end
    return map
  end
  local WHERE = "deployment_configuration.lifecycle_hook"

  it("is refused with what ECS would call, with another type, and with an end that goes on", function()
    local function run() return true end
    for member, value in pairs { hook_target_arn = staged.SMOKE, role_arn = staged.ROLE, hook_details = { a = 1 },
      target_type = "AWS_LAMBDA", timeout_configuration = { action = "CONTINUE" } } do
      for _, form in ipairs { "one", "list" } do
        local one = hook(run, nil, { [member] = value })
        local found = problems(declaration("web:1", form == "one" and one or { one }))
        local path = WHERE .. (form == "list" and "[1]" or "") .. "." .. member
          .. (member == "timeout_configuration" and ".action" or "")
        assert.truthy(found[path], member)
        assert.equal("Conflict", found[path].code)
        assert.is_string(found[path].hint)
        local count = 0
        for _ in pairs(found) do count = count + 1 end
        assert.equal(1, count, member)
      end
    end
  end)

  it("is refused at stages where ECS does not pause, and where another pause stands", function()
    local function run() return true end
    local found = problems(declaration("web:1", hook(run, "PRODUCTION_TRAFFIC_SHIFT")))
    assert.equal("Conflict", found[WHERE .. "[1].lifecycle_stages[1]"].code)
    local function pause() return { target_type = "PAUSE", lifecycle_stages = { "PRE_SCALE_UP" } } end
    assert.same({}, problems(declaration("web:1", { pause(), pause(), hook(run) })))
    found = problems(declaration("web:1", { pause(), hook(run, "PRE_SCALE_UP") }))
    assert.equal("Conflict", found[WHERE .. "[2].lifecycle_stages[1]"].code)
  end)

  it("is warned of where deployments roll: there are no stages", function()
    for _, strategy in ipairs { "ROLLING", "" } do
      local stack = assert(ecs.stack { state = false, transport = simulator() })
      local config = declaration("web:1", hook(function() return true end))
      config.deployment_configuration.strategy = strategy ~= "" and strategy or nil
      stack:service("web", config)
      local function warned()
        local count = 0
        for _, warning in ipairs(assert(stack:plan()).warnings) do
          if warning.path == WHERE then
            count = count + 1
            assert.equal(strategy == "ROLLING" and "NoEffect" or "HookUnanswered", warning.code)
          end
        end
        return count
      end
      assert.equal(1, warned(), strategy)
      assert(stack:apply())
      stack.declared.web.config.task_definition = "web:2"
      assert.equal(1, warned(), strategy)
    end
  end)

  it("is a function: JSON cannot hold it, and elsewhere no function stands", function()
    local found = problems(declaration("web:1", hook("os.execute('smoke')")))
    assert.equal("WrongType", found[WHERE .. ".run"].code)
    assert.truthy(found[WHERE .. ".run"].message:find("JSON", 1, true))
    assert.is_nil(found[WHERE .. ".hook_target_arn"])
    found = problems(declaration("web:1", { hook(nil, nil, { callback = function() end }) }))
    assert.equal("the function of a hook is called run", found[WHERE .. "[1].callback"].hint)
    found = problems { name = "web", task_definition = "web:1", run = function() end }
    assert.equal("WrongType", found.run.code)
  end)

  it("leaves nothing of itself in the state, the plan or its digest", function()
    local sim = simulator()
    local kept = require "ecs_service.state.memory".new()
    local function stack_of(run)
      local stack = assert(ecs.stack { state = kept, transport = sim })
      stack:service("web", declaration("web:1", hook(run)))
      return stack
    end
    local one, other = stack_of(function() return true end), stack_of(function() return false, "no" end)
    local first_plan, other_plan = assert(one:plan()), assert(other:plan())
    assert.equal(first_plan:digest(), other_plan:digest())
    assert(one:apply(first_plan))
    assert.is_true(assert(other:plan()):is_empty())
  end)

  it("is called by the run that carries out a saved plan, from the script at hand", function()
    local _, over = world()
    local path, asked = os.tmpname(), 0
    assert(assert(over(declaration("web:2", hook(function() return false, "of the one that planned" end))):plan())
      :save(path))
    local file = assert(io.open(path))
    local text = file:read "*a"
    file:close()
    assert.is_nil(text:find("function", 1, true))
    local stack = over(declaration("web:2", hook(function()
      asked = asked + 1
      return true
    end)))
    assert(stack:apply(assert(ecs.load_plan(path))))
    os.remove(path)
    assert.equal(1, asked)
  end)

  it("is told in the forecast, and its pause is not counted as one that people decide", function()
    local _, over = world()
    local plan = assert(over(declaration("web:2", hook(function() return true end))):plan())
    assert.truthy(plan:render { color = false }:find("asks the function at POST_TEST_TRAFFIC_SHIFT", 1, true))
    for _, warning in ipairs(plan.warnings) do assert.not_equal("TimeoutTooShort", warning.code) end
    assert.is_true(plan.changes[1].deployment.strategy.pauses[1].answered)
  end)

  it("needs two more rights, which the policy for apply has", function()
    local function actions(hooks)
      local stack = assert(ecs.stack { state = false, region = "us-west-2" })
      stack:service("web", declaration("web:1", hooks))
      return require "ecs_service.core".json((assert(stack:policy { ["for"] = "apply" })))
    end
    local with, without = actions(hook(function() return true end)), actions {}
    for _, action in ipairs { "ecs:ContinueServiceDeployment", "ecs:DescribeServiceRevisions" } do
      assert.truthy(with:find(action, 1, true))
      assert.is_nil(without:find(action, 1, true))
    end
  end)

  it("is no difference to a service that pauses there, imported or generated", function()
    local sim = simulator()
    local maker = assert(ecs.stack { state = false, transport = sim })
    maker:service("web", declaration("web:1", hook(function() return true end)))
    assert(maker:apply())
    local stack = assert(ecs.stack { state = false, transport = sim })
    stack:service("web", declaration("web:1", hook(function() return true end)))
    assert(stack:import("web", "prod/web"))
    assert.is_true(assert(stack:plan()):is_empty())
    local source = assert(stack:generate_config "web")
    assert.truthy(source:find('target_type = "PAUSE"', 1, true))
  end)
end)
