-- What decides whether a deployment stays: checks after it was completed.
local checked = require "support.checked"

local world

before_each(function() world = checked.world() end)

-- The first revision is there, and works.
local function begun(bad, more)
  checked.target(world, bad or { ["web:2"] = true })
  assert(checked.stack(world, 1, more):apply())
  world.events, world.asked = {}, 0
end

local function failed(revision, more, opts)
  local result, err = checked.stack(world, revision, more):apply(opts)
  assert.is_nil(result)
  assert.equal("CheckFailed", err.code)
  assert.equal("web", err.service)
  return err
end

local function has(text, wanted) assert(text:find(wanted, 1, true), ("%q is not in: %s"):format(wanted, text)) end

describe("a deployment whose checks succeed", function()
  it("stays, and is done when they have succeeded so often in a row", function()
    begun()
    assert(checked.stack(world, 3):apply())
    assert.equal(3, world.asked)
    assert.equal("begun succeeded passed", checked.told(world))
    assert.equal("done", world.events[#world.events].type)
    assert.equal("ok", checked.entry(world).status)
    assert.equal("web:3", checked.runs(world))
  end)

  it("may have failed some of them before", function()
    begun()
    local answers = { 500, 200, 200, 500, 200, 200, 200 }
    world.sim:target { url = checked.URL, responses = function(request) return answers[request.number] end }
    assert(checked.stack(world, 3):apply())
    assert.equal("begun waiting succeeded waiting succeeded passed", checked.told(world))
  end)

  it("is asked by all of them, in their order", function()
    local order = {}
    checked.target(world, {})
    assert(checked.stack(world, 1, { checks = { { run = function(ctx)
      order[#order + 1] = "first " .. ctx.attempt
      return true
    end, times = 2 }, { url = checked.URL }, function()
      order[#order + 1] = "last " .. world.asked
      return true
    end } }):apply())
    assert.same({ "first 1", "first 2", "last 3" }, order)
  end)

  it("is not checked when nothing is deployed", function()
    begun()
    assert(checked.stack(world, 1):apply())
    assert(checked.stack(world, 1, { desired_count = 3 }):apply())
    assert.equal(0, world.asked)
  end)
end)

describe("a deployment with a check that fails", function()
  it("is rolled back to what ran before, with the last answer in the error", function()
    begun()
    local err = failed(2)
    assert.equal("a check failed after the deployment of web:2: " .. checked.URL
      .. ": it answered 503, not 2xx; it was rolled back to web:1", err.message)
    assert.same({ shown = checked.URL, kind = "status", message = "it answered 503, not 2xx", status = 503,
      body = "no database", attempts = 25, seconds = 120 }, { shown = err.check.shown, kind = err.check.kind,
      message = err.check.message, status = err.check.status, body = err.check.body, attempts = err.check.attempts,
      seconds = math.floor(err.check.seconds + 0.5) })
    assert.equal("web:1", err.rolled_back_to)
    assert.equal("web:1", checked.runs(world))
    assert.equal("begun waiting failed rolling_back", checked.told(world))
    has(err:render { width = 100 }, "so it was for 120 s, in 25 attempts")
    has(err:render { width = 100 }, "the last answer: no database")
  end)

  it("is recorded as an update that failed, and planned again with a warning", function()
    begun()
    failed(2)
    local entry = checked.entry(world)
    assert.equal("failed", entry.status)
    has(entry.reason, "a check failed")
    assert.equal("web:1", entry.attributes.task_definition)
    assert.equal("CheckFailed", entry.history[1].ended)
    assert.equal("web:2", entry.history[1].revision)
    local plan = assert(checked.stack(world, 2):plan())
    assert.equal("update", plan.changes[1].action)
    assert.equal("FailedBefore", plan.warnings[1].code)
    assert.is_true(assert(checked.stack(world, 1):plan()):is_empty())
    assert(checked.stack(world, 1):apply())
    assert.equal("ok", checked.entry(world).status)
  end)

  it("is no success in the history, although ECS completed it", function()
    begun()
    assert.is_nil((checked.stack(world, 2):apply()))
    local found = assert(checked.stack(world, 1):history "web")
    local text = require("ecs_service.render.history").render(found,
      require("ecs_service.render.style").new { unicode = false })
    has(text, "its run with CheckFailed")
  end)

  it("stays where that is asked for, and is checked again by the next apply", function()
    begun()
    local more = { on_failed_check = "fail" }
    has(failed(2, more).message, "it stays, as asked")
    assert.equal("web:2", checked.runs(world))
    assert.equal("failed", checked.entry(world).status)
    local plan = assert(checked.stack(world, 2, more):plan())
    has(plan:render { width = 200 }, "a check failed after its last deployment")
    failed(2, more)
    checked.target(world, {})
    assert(checked.stack(world, 2, more):apply())
    assert.equal("ok", checked.entry(world).status)
    assert.equal(2, checked.count(world, "UpdateService") + checked.count(world, "CreateService"))
  end)

  it("goes back to what was completed, not to what failed in between", function()
    local more = { deployment_circuit_breaker = { enable = true, rollback = false } }
    begun({ ["web:3"] = true }, more)
    world.sim:tasks { task_definition = "web:2", outcome = "exit" }
    local _, err = checked.stack(world, 2, more):apply()
    assert.equal("DeploymentFailed", err.code)
    assert.equal("web:1", failed(3, more).rolled_back_to)
    assert.equal("web:1", checked.runs(world))
  end)

  it("stays when nothing ran there before", function()
    checked.target(world, { ["web:1"] = true })
    local err = failed(1)
    has(err.message, "it stays: nothing ran here before")
    assert.is_nil(err.hint:find("rollback", 1, true))
    assert.equal("failed", checked.entry(world).status)
    checked.target(world, {})
    assert(checked.stack(world, 1):apply())
    assert.equal("ok", checked.entry(world).status)
    assert.equal(1, checked.count(world, "CreateService"))
  end)

  it("stays when the revision before is the same", function()
    begun()
    checked.target(world, { ["web:1"] = true })
    has(failed(1, { force_new_deployment = true }).message, "it stays: web:1 ran before as well")
  end)

  it("is left alone when somebody else has deployed since", function()
    begun()
    local err = failed(2, { checks = { function()
      assert(world.sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:4" }))
      return false, "broken"
    end } })
    has(err.message, "somebody has started another deployment since")
    assert.equal("web:4", checked.runs(world))
  end)

  it("says how going back failed", function()
    begun()
    world.sim:fault { operation = "UpdateService", after = 1, times = 9, code = "InvalidParameterException",
      message = "not today", http_status = 400 }
    local err = failed(2)
    has(err.hint, "it could not be rolled back")
    has(err.hint, "not today")
    assert.is_nil(err.rolled_back_to)
    assert.equal("failed", checked.entry(world).status)
  end)
end)

describe("what a check got", function()
  local function message(answer, check)
    begun()
    world.sim:target { url = checked.URL, responses = answer }
    check = check or {}
    check.url, check.within, check.times = check.url or checked.URL, "10s", 1
    local err = failed(2, { checks = { check } })
    return err.check.message, err.check.kind, err
  end

  it("is told apart", function()
    local kinds = { dns = "its name is not resolved", connect = "the connection is refused",
      tls = "no secure connection", timeout = "no answer came within 10 s", reset = "the connection was cut off" }
    for kind, text in pairs(kinds) do
      world = checked.world()
      local told, as = message { error = kind }
      has(told, text)
      assert.equal(kind, as)
    end
  end)

  it("is late when it comes after the timeout", function()
    local told, kind = message({ after = 3 }, { timeout = "2s" })
    assert.equal("timeout", kind)
    has(told, "no answer came within 2 s")
  end)

  it("is a status that is not wanted, and leads elsewhere", function()
    has(message({ status = 302, headers = { Location = "https://login.example/" } }),
      "it answered 302, not 2xx: it leads to https://login.example/, and redirections are not followed")
    world = checked.world()
    has(message(204, { status = { 200, 201 } }), "it answered 204, not 200 or 201")
    world = checked.world()
    begun()
    world.sim:target { url = checked.URL, responses = 302 }
    assert(checked.stack(world, 3, { checks = { { url = checked.URL, status = "3xx" } } }):apply())
  end)

  it("is a body without what is wanted", function()
    local told, kind, err = message({ body = "version 1" }, { body = "version 2" })
    assert.equal("body", kind)
    has(told, 'it answered 200, without "version 2" in its body')
    assert.equal("version 1", err.check.body)
  end)

  it("is bounded, escaped and without what the check holds secret", function()
    local long = "\27[2Jgeheim geheim-kopf " .. ("x"):rep(5000)
    local _, _, err = message({ status = 500, body = long }, { url = "https://u:geheim@web.example/healthz",
      headers = { Authorization = "geheim-kopf" } })
    assert.is_true(#err.check.body < 300)
    assert.is_nil(err.check.body:find("\27", 1, true))
    local everything = tostring(err) .. err:render() .. require "ecs_service.core".json(err:to_table())
      .. world.backend.text
    assert.is_nil(everything:find("geheim", 1, true))
    has(tostring(err), "https://u:***@web.example/healthz")
  end)

  it("is asked with the headers of the check, and by GET", function()
    begun()
    local seen
    world.sim:target { url = checked.URL, responses = function(request)
      seen = request.headers["x-probe"]
      return 200
    end }
    assert(checked.stack(world, 3, { checks = { { url = checked.URL, headers = { ["X-Probe"] = 7 } } } }):apply())
    assert.equal("7", seen)
  end)
end)

describe("a function as a check", function()
  it("is told of the service and can ask URLs, and its first answer decides", function()
    begun()
    local told, asked = nil, 0
    failed(2, { checks = { function(ctx)
      asked = asked + 1
      told = ctx
      local answer = assert(ctx.get(checked.URL))
      return answer.status == 200, "it answers " .. answer.status .. " " .. answer.body
    end } })
    assert.equal(1, asked)
    assert.same({ "web", "prod", "web", "web:2", "web:1" }, { told.address, told.cluster, told.service,
      told.task_definition, told.former })
    local _, problem = told.get "https://nobody.example/"
    assert.equal("connect", problem.code)
    assert.equal("web:1", checked.runs(world))
  end)

  it("may take its time, while others go on", function()
    begun()
    local stack = checked.stack(world, 3, { checks = { function(ctx)
      local began = ctx.now()
      for _ = 1, 10 do
        ctx.sleep(9)
        assert(ctx.get(checked.URL))
      end
      return ctx.now() - began >= 90, "it was quick"
    end } })
    stack:service("db", { name = "db", cluster = "prod", task_definition = "db:1", desired_count = 1,
      wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true } })
    world.sim:tasks { task_definition = "db:1", outcome = "running", start_seconds = 80 }
    assert(stack:apply())
    local done = {}
    for _, event in ipairs(world.events) do
      if event.type == "done" then done[#done + 1] = event.address end
    end
    if _VERSION ~= "Lua 5.1" or rawget(_G, "jit") then assert.same({ "db", "web" }, done) end
  end)

  it("is left alone when the run is interrupted", function()
    begun()
    local gone_on = false
    local _, err = checked.stack(world, 3, { checks = { function(ctx)
      world.asked = 1
      ctx.get(checked.URL)
      ctx.sleep(60)
      gone_on = true
      return true
    end } }):apply { interrupted = function() return world.asked > 0 end }
    assert.equal("Interrupted", err.code)
    if _VERSION ~= "Lua 5.1" or rawget(_G, "jit") then assert.is_false(gone_on) end
  end)

  it("may be asked again, like a URL", function()
    begun()
    local asked = 0
    assert(checked.stack(world, 3, { checks = { { run = function()
      asked = asked + 1
      return asked > 2
    end, every = 1, times = 2 } } }):apply())
    assert.equal(4, asked)
  end)

  it("fails by what it answers or raises, in its words", function()
    for _, case in ipairs {
      { function() return false, "no orders come in" end, "no orders come in" },
      { function() return nil end, "it answered nil, not true" },
      { function() return "yes" end, "it answered yes, not true" },
      { function() return nil, { message = "a\27b" } end, "a\\x1Bb" },
      { function() error "boom" end, "it raised: apply_spec.lua:" },
      { function() error({ message = "boom" }) end, "it raised: boom" },
    } do
      world = checked.world()
      begun()
      local err = failed(2, { checks = { case[1] } })
      assert.equal("function", err.check.kind)
      has(err.check.message, case[2])
      has(err.message, "the function at apply_spec.lua:")
      assert.equal("web:1", checked.runs(world))
    end
  end)
end)

describe("what depends on a service with checks", function()
  local function with_db(revision, more)
    local stack = checked.stack(world, revision, more)
    stack:service("db", { name = "db", cluster = "prod", task_definition = "db:" .. revision, desired_count = 1,
      depends_on = { "web" }, deployment_circuit_breaker = { enable = true, rollback = true } })
    return stack
  end

  it("begins when they have succeeded", function()
    checked.target(world, {})
    local asked_before
    local seen = world.sim.submit
    local sim = setmetatable({ submit = function(_, request)
      if (request.body or ""):find('"serviceName":"db"', 1, true) then asked_before = world.asked end
      return seen(world.sim, request)
    end }, { __index = function(_, name)
      local member = world.sim[name]
      return type(member) == "function" and function(_, ...) return member(world.sim, ...) end or member
    end })
    local stack = with_db(1)
    stack.options.transport = sim
    assert(stack:apply())
    assert.equal(3, asked_before)
  end)

  it("is not begun when one fails", function()
    checked.target(world, { ["web:2"] = true })
    assert(with_db(1):apply())
    local _, err = with_db(2):apply()
    assert.equal("CheckFailed", err.errors[1].code)
    assert.equal("DependencyFailed", err.errors[2].code)
    assert.equal("web:1", checked.runs(world))
    assert.equal("db:1", assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "db" } }))
      .services[1].taskDefinition:match "[^/]+$")
  end)
end)

describe("other services", function()
  it("are followed while one is checked and goes back", function()
    checked.target(world, { ["web:2"] = true })
    local function two(revision)
      local stack = checked.stack(world, revision)
      stack:service("db", { name = "db", cluster = "prod", task_definition = "db:" .. revision, desired_count = 1,
        wait_for_steady_state = true, deployment_circuit_breaker = { enable = true, rollback = true } })
      return stack
    end
    assert(two(1):apply())
    world.events = {}
    world.sim:tasks { task_definition = "db:2", outcome = "running", start_seconds = 90 }
    local _, err = two(2):apply()
    assert.equal("CheckFailed", err.code)
    local done = {}
    for _, event in ipairs(world.events) do
      if event.type == "done" then done[#done + 1] = event.address end
    end
    assert.same({ "db", "web" }, done) -- while the two minutes of the check of web ran on
    assert.equal("ok", checked.entry(world, "db").status)
  end)
end)

describe("a run that is interrupted while it checks", function()
  it("leaves at once, and the next apply checks", function()
    begun {}
    local asked = 0
    local function interrupted() return world.asked > 0 end
    local began = world.sim:now()
    local _, err = checked.stack(world, 3):apply { interrupted = interrupted }
    assert.equal("Interrupted", err.code)
    has(err.message, "its deployment was completed, and its checks had not ended")
    assert.is_true(world.sim:now() - began < 120)
    world.asked = 0
    assert(checked.stack(world, 3):apply())
    assert.equal(3, world.asked)
    assert.equal("ok", checked.entry(world).status)
    assert.equal(0, asked)
  end)

  it("leaves while an answer is waited for", function()
    begun {}
    world.sim:target { url = checked.URL, responses = function()
      world.asked = world.asked + 1
      return { after = 8 }
    end }
    local _, err = checked.stack(world, 3):apply { interrupted = function() return world.asked > 0 end }
    assert.equal("Interrupted", err.code)
    assert.equal(1, world.asked)
  end)

  it("says so when it was going back", function()
    begun()
    local back = false
    local stack = checked.stack(world, 2, nil, { on_event = function(event)
      back = back or event.state == "rolling_back"
    end })
    local _, err = stack:apply { interrupted = function()
      return back and checked.count(world, "UpdateService") == 2
    end }
    assert.equal("Interrupted", err.code)
    has(err.message, "interrupted while it went back")
    assert.equal("web:1", checked.runs(world))
  end)
end)

describe("checks of one run", function()
  it("are made beside the declared ones", function()
    begun {}
    world.sim:target { url = "https://other.example/", responses = { 200, 500 } }
    local err = failed(2, nil, { checks = { { url = "https://other.example/", within = "20s" } } })
    assert.equal("https://other.example/", err.check.shown)
    assert.equal(3, world.asked)
    assert.equal("web:1", checked.runs(world))
  end)

  it("have a deployment waited for that is not declared to be, and say what is done", function()
    checked.target(world, { ["web:2"] = true })
    local more = { checks = checked.NONE, wait_for_steady_state = false }
    assert(checked.stack(world, 1, more):apply())
    local given = { checks = { { url = checked.URL } }, on_failed_check = "fail" }
    has(failed(2, more, given).message, "it stays, as asked")
    assert.equal("web:2", checked.runs(world))
  end)

  it("may be of one service, by its address or its handle", function()
    begun()
    local stack = checked.stack(world, 2, { checks = checked.NONE })
    local _, err = stack:apply { checks = { [stack.services.web] = { url = checked.URL } } }
    assert.equal("CheckFailed", err.code)
    _, err = checked.stack(world, 2):apply { checks = { wep = { url = checked.URL } } }
    assert.equal("UnknownAddress", err.code)
  end)

  it("are refused where they are wrong, or nothing is waited for", function()
    local stack = checked.stack(world, 1)
    local _, err = stack:apply { checks = { { url = "nowhere" } } }
    assert.equal("WrongOption", err.code)
    assert.equal("checks[1].url", err.path)
    for _, opts in ipairs { { ["until"] = "paused" }, { destroy = true }, { refresh_only = true } } do
      opts.checks = { { url = checked.URL } }
      assert.equal("WrongOption", select(2, stack:apply(opts)).code)
    end
    _, err = stack:redeploy("web", { checks = { { url = checked.URL } }, wait = false })
    assert.equal("WrongOption", err.code)
    _, err = stack:apply { on_failed_check = "panic" }
    assert.equal("WrongOption", err.code)
    assert.has_error(function() stack:scale("web", 2, { checks = {} }) end)
  end)

  it("are told not to be made where a declaration has them and nothing is waited for", function()
    begun()
    local result = assert(checked.stack(world, 2):apply { ["until"] = "deployed" })
    local codes = {}
    for _, warning in ipairs(result.warnings) do codes[warning.code] = true end
    assert.is_true(codes.NotChecked)
    assert.equal(0, world.asked)
  end)
end)

describe("the other verbs", function()
  it("check what they deploy, and a rollback stays", function()
    begun()
    checked.target(world, { ["web:1"] = true })
    local _, err = checked.stack(world, 1):redeploy "web"
    assert.equal("CheckFailed", err.code)
    has(err.message, "it stays: web:1 ran before as well")
    checked.target(world, {})
    assert(checked.stack(world, 3):apply())
    checked.target(world, { ["web:1"] = true })
    _, err = checked.stack(world, 3):rollback "web"
    has(err.message, "it stays: it was rolled back already")
    assert.equal("web:1", checked.runs(world))
  end)

  it("check a deploy without a declaration, which goes back", function()
    world = checked.world { task_definitions = { { family = "web", revision = 1,
      container_definitions = { { name = "app", image = "acme/web:1", memory = 64 } } } } }
    begun({ ["web:2"] = true })
    local _, err = require "ecs_service".deploy { region = "us-west-2", transport = world.sim, service = "prod/web",
      image = "acme/web:2", checks = { { url = checked.URL } } }
    assert.equal("CheckFailed", err.code)
    assert.equal("web:1", err.rolled_back_to)
    assert.equal("web:1", checked.runs(world))
  end)
end)
