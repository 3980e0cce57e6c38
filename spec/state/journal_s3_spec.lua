-- The journal of a state in S3, an object for each record, and the sign of life of a run that holds the lock.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local fake_s3 = require "support.fake_s3"
local journey = require "support.journey"
local reaper = require "support.reaper"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
local KEY = "prod/ecs.json"

local sim, s3

before_each(function()
  journey.environment {}
  sim = journey.simulator()
  s3 = fake_s3.new()
end)
after_each(journey.clean)

local function stack(given, names)
  local options = { state = { url = "s3://states/" .. KEY, transport = s3, credentials = KEYS } }
  for key, value in pairs(given or {}) do options[key] = value end
  local made = journey.stack(sim, options)
  for i, name in ipairs(names or { "web", "api", "db" }) do
    made:service(name, journey.web { name = name, depends_on = i > 1 and { "web" } or nil })
  end
  return made
end

local function document() return assert(cjson.decode(s3:text(KEY))) end

local function records()
  local list = {}
  for key in pairs(s3.objects) do
    local number = key:match "^prod/ecs%.json%.journal/(%d+)$"
    if number then list[#list + 1] = tonumber(number) end
  end
  table.sort(list)
  return list
end

local function free() s3.objects[KEY .. ".lock"] = nil end

-- A run that dies right behind its nth request that changes something.
local function killed(nth)
  local seen = 0
  local transport = setmetatable({}, { __index = sim })
  function transport.submit(_, request)
    local sent, err = sim:submit(request)
    if not request.headers["X-Amz-Target"]:find "Describe" then seen = seen + 1 end
    if seen == nth then error(reaper.KILLED, 0) end
    return sent, err
  end
  function transport.wait(_, seconds) return sim:wait(seconds) end
  local ran, why = pcall(function() return stack({ transport = transport }):apply() end)
  assert(not ran and why == reaper.KILLED, why)
  free()
end

-- A run during which, at its nth request that changes something, somebody does something else.
local function during(nth, act, given)
  local seen = 0
  local transport = setmetatable({}, { __index = sim })
  function transport.submit(_, request)
    if not request.headers["X-Amz-Target"]:find "Describe" then seen = seen + 1 end
    if seen == nth then
      seen = seen + 1
      act()
    end
    return sim:submit(request)
  end
  function transport.wait(_, seconds) return sim:wait(seconds) end
  local options = { transport = transport }
  for key, value in pairs(given or {}) do options[key] = value end
  return stack(options):apply()
end

local function warning_of(result, code)
  local found, count = nil, 0
  for _, warning in ipairs(result.warnings) do
    if warning.code == code then found, count = warning, count + 1 end
  end
  return found, count
end

describe("a journal in S3", function()
  it("has an object for each moment, made if there is none, and is gone when the state has it", function()
    assert(stack(nil, { "web" }):apply())
    local puts, state = 0, 0
    for _, request in ipairs(s3.requests) do
      if request.method == "PUT" and request.key:find(".journal/", 1, true) then
        puts = puts + 1
        assert.equal("*", request.headers["If-None-Match"])
        assert.equal(("prod/ecs.json.journal/%012d"):format(puts), request.key)
      end
      if request.method == "PUT" and request.key == KEY then state = state + 1 end
    end
    assert.equal(3, puts)
    assert.equal(2, state)
    assert.same({}, records())
    assert.equal(1, document().version)
    assert.equal(4, document().serial)
  end)

  it("of a run that was killed is read by all, and put into the state by the next that has the lock", function()
    killed(2)
    assert.equal(3, document().version)
    assert.truthy(#records() >= 3)
    local pulled = assert(cjson.decode((assert(stack():pull_state()))))
    assert.equal("web", pulled.services.web.attributes.name)
    assert(stack():plan())
    assert.equal(1, document().version)
    assert.truthy(document().serial > pulled.serial)
    assert.equal(1, #records()) -- what that journal was closed with
    assert(stack():apply())
    assert.same({}, records())
    journey.assert_empty(stack())
    assert.equal(3, #journey.mutations(sim))
  end)

  it("is read by a plan that may not write, which leaves it to the next run", function()
    killed(2)
    local before = records()
    s3:fault { method = "PUT", key = KEY, status = 403, code = "AccessDenied", times = 99 }
    for number = 1, 9 do
      s3:fault { method = "PUT", key = (".journal/%012d"):format(number), status = 403, code = "AccessDenied" }
    end
    assert(stack():plan())
    assert.same(before, records())
    s3.faults = {}
    assert(stack():apply())
    journey.assert_empty(stack())
  end)

  it("takes no record of a run whose journal another one has closed, and that run stops", function()
    for _, verb in ipairs { "plan", "apply" } do
      s3, sim = fake_s3.new(), journey.simulator()
      local _, err = during(1, function()
        free()
        assert(stack(nil, { "web" })[verb](stack(nil, { "web" })))
      end)
      assert.truthy(tostring(err):find("LockLost") or (err.errors or { err })[1].code == "LockLost", tostring(err))
      assert.is_nil(sim:call("DescribeServices", { cluster = "prod", services = { "api" } }).services[1])
      free()
      assert(stack():apply())
      journey.assert_empty(stack())
      assert.equal(3, #sim:call("ListServices", { cluster = "prod" }).serviceArns)
      assert.truthy(#records() <= 1) -- what the run still wrote that had lost its lock: nobody reads it
    end
  end)

  it("has each number once: who closes it shuts out the run whose it was", function()
    local first, second = stack().backend, stack().backend
    local appender = assert(first:begin_journal(7))
    assert(appender:follow(7))
    assert(appender:append("one\n", 8))
    assert.same({ "one" }, second:read_journal(7))
    assert.equal("StateMoved", select(2, second:close_journal("end\n", 8)).code)
    assert(second:close_journal("end\n", 9))
    assert.equal("LockLost", select(2, appender:append("two\n", 9)).code)
    assert.same({ "one", "end" }, second:read_journal(7))
    assert(second:remove_journal(7, 8))
    assert.equal("LockLost", select(2, appender:append("two\n", 9)).code)
  end)

  it("that a run believed dead goes on writing is read once more before it is closed", function()
    killed(2)
    local last = records()[#records()]
    local change = require "ecs_service.state.change_record"
    s3:fault { method = "PUT", key = (".journal/%012d"):format(last + 1), error = "reset", during = function()
      s3:put((KEY .. ".journal/%012d"):format(last + 1), change.line { lineage = document().lineage,
        number = last + 1, serial = last + 1, changed = { journal = { web = { operation = "UpdateService",
          cluster = "prod", service = "web", begun = "2026-11-28T20:00:00Z" } } }, removed = core.object {} })
    end }
    assert(stack():plan())
    assert.equal("UpdateService", document().journal.web.operation)
    assert.equal(last + 3, document().serial)
  end)

  it("whose removal was cut short is swept away by the next run that has one", function()
    for _, cut in ipairs { 1, 2, 3 } do
      s3, sim = fake_s3.new(), journey.simulator()
      local seen = 0
      for number = 1, 9 do
        s3:fault { method = "DELETE", key = (".journal/%012d"):format(number), times = 99, status = 500,
          code = "InternalError", during = function()
            seen = seen + 1
            if seen == cut then error(reaper.KILLED, 0) end
            s3.objects[(KEY .. ".journal/%012d"):format(number)] = nil
          end }
      end
      local ran = pcall(function() return stack(nil, { "web" }):apply() end)
      assert.is_false(ran)
      free()
      s3.faults = {}
      assert.equal(1, document().version)
      assert.truthy(#records() > 0)
      journey.assert_empty(stack(nil, { "web" }))
      local changed = stack(nil, {})
      changed:service("web", journey.web { desired_count = 3 })
      assert(changed:apply())
      assert.same({}, records())
    end
  end)

  it("is not stopped by an object that has nothing to do with it", function()
    s3:put(KEY .. ".journal/000000000001", "of long ago")
    assert(stack():apply())
    journey.assert_empty(stack())
    assert.same({}, records())
  end)

  it("whose objects may not be written is warned of once, and the state is written whole", function()
    for number = 1, 30 do
      s3:fault { method = "PUT", key = (".journal/%012d"):format(number), status = 403, code = "AccessDenied" }
    end
    local result = assert(stack():apply())
    local warning, count = warning_of(result, "JournalRefused")
    assert.equal(1, count)
    assert.truthy(warning.hint:find("s3:PutObject on arn:aws:s3:::states/prod/ecs.json.journal/*", 1, true))
    assert.equal(1, document().version)
    assert.same({}, document().journal)
    journey.assert_empty(stack())
  end)

  it("whose objects may not be removed is warned of once, and is no harm", function()
    s3:fault { method = "DELETE", status = 403, code = "AccessDenied", times = 1 }
    local result = assert(stack():apply())
    assert.equal(1, select(2, warning_of(result, "JournalRefused")))
    journey.assert_empty(stack())
  end)

  it("costs one call a moment, and its removal one for many", function()
    local names = {}
    for i = 1, 150 do names[i] = ("s%03d"):format(i) end
    local made = stack(nil, {})
    for _, name in ipairs(names) do made:service(name, journey.web { name = name }) end
    assert(made:apply())
    local moments, calls, posts = 0, #s3.requests, 0
    for _, request in ipairs(s3.requests) do
      if request.method == "PUT" and request.key:find(".journal/", 1, true) then moments = moments + 1 end
      if request.method == "POST" then posts = posts + 1 end
    end
    assert.truthy(moments > 100)
    assert.equal(1, posts)
    assert.truthy(calls <= 1.2 * moments, ("%d calls, %d moments"):format(calls, moments))
    assert.same({}, records())
  end)

  it("is removed one by one where a server does not remove many at once, or not all of them", function()
    for _, prepare in ipairs { function() s3:fault { method = "POST", status = 501, code = "NotImplemented" } end,
      function() s3.kept[KEY .. ".journal/000000000005"] = "InternalError" end } do
      s3, sim = fake_s3.new(), journey.simulator()
      prepare()
      local made = stack(nil, {})
      for i = 1, 20 do made:service("s" .. i, journey.web { name = "s" .. i }) end
      assert.is_nil(warning_of(assert(made:apply()), "JournalRefused"))
      assert.same({}, records())
    end
  end)

  for _, point in ipairs { "every record", "the state" } do
    it("whose run dies before or behind a write of " .. point .. " is finished by the next one", function()
      for nth = 1, 40 do
        s3, sim = fake_s3.new(), journey.simulator()
        local fits = point == "the state" and function(key) return key == KEY end
          or function(key) return key:find(".journal/", 1, true) ~= nil end
        local seen, submit = 0, s3.submit
        function s3:submit(request)
          local count = request.method ~= "GET" and fits((request.url:match "amazonaws%.com/(.*)$"))
          if count then seen = seen + 1 end
          if count and seen * 2 - 1 == nth then error(reaper.KILLED, 0) end
          local sent, err = submit(self, request)
          if count and seen * 2 == nth then error(reaper.KILLED, 0) end
          return sent, err
        end
        local ran = pcall(function() return assert(stack():apply()) end)
        s3.submit = nil
        if ran then
          assert.truthy(nth > 4)
          return
        end
        free()
        local where = "point " .. nth
        local result, err = stack():apply()
        assert(result, where .. ": " .. tostring(err))
        journey.assert_empty(stack())
        assert.equal(3, #sim:call("ListServices", { cluster = "prod" }).serviceArns, where)
        assert.same({}, document().journal, where)
      end
      error "it never came to its end"
    end)
  end
end)

describe("the sign of life of a run", function()
  local WAITS = { wait_for_steady_state = true }

  local function waiting(given)
    local made = journey.stack(sim, { state = { url = "s3://states/" .. KEY, transport = s3, credentials = KEYS } })
    made:service("web", journey.web(WAITS))
    for key, value in pairs(given or {}) do made.options[key] = value end
    return made
  end

  local function signs()
    local count = 0
    for _, request in ipairs(s3.requests) do
      if request.method == "PUT" and request.key == KEY .. ".alive" then count = count + 1 end
    end
    return count
  end

  it("is given every thirty seconds while it waits, in an object of its own", function()
    sim = journey.simulator { task_start_seconds = 400 }
    local began, held = sim:now(), nil
    assert(waiting { on_event = function()
      held = s3:text(KEY .. ".lock") or held
    end }:apply())
    local expected = math.floor((sim:now() - began) / 30)
    assert.truthy(expected >= 10)
    assert.truthy(signs() >= expected - 2 and signs() <= expected + 1, ("%d of %d"):format(signs(), expected))
    assert.equal(assert(cjson.decode(held)).id, assert(cjson.decode(s3:text(KEY .. ".alive"))).id)
    local locks = 0
    for _, request in ipairs(s3.requests) do
      if request.method == "PUT" and request.key == KEY .. ".lock" then locks = locks + 1 end
    end
    assert.equal(1, locks)
  end)

  it("that is refused is one warning, and the run goes on", function()
    sim = journey.simulator { task_start_seconds = 400 }
    s3:fault { method = "PUT", key = ".alive", status = 403, code = "AccessDenied", times = 99 }
    local warning, count = warning_of(assert(waiting():apply()), "NoSignOfLife")
    assert.equal(1, count)
    assert.truthy(warning.hint:find("s3:PutObject on arn:aws:s3:::states/prod/ecs.json.alive", 1, true), warning.hint)
    assert.equal(1, signs())
  end)

  it("that is lost once is made good by the next", function()
    sim = journey.simulator { task_start_seconds = 400 }
    s3:fault { method = "PUT", key = ".alive", error = "timeout", times = 1 }
    assert.is_nil(warning_of(assert(waiting():apply()), "NoSignOfLife"))
    assert.truthy(signs() > 5)
  end)

  local function hold(more)
    local holder = { id = "5f0c", user = "deploy", host = "ci-17", pid = 4711, operation = "apply", signs = true,
      since = os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(sim:now()) - 600) }
    for key, value in pairs(more or {}) do holder[key] = value end
    s3:put(KEY .. ".lock", core.json(holder))
  end

  it("is told apart from silence by S3's own clock, and after three minutes the run is taken to be dead", function()
    for _, case in ipairs { { 100, false }, { 179, false }, { 182, true }, { 4000, true } } do
      s3 = fake_s3.new()
      hold()
      s3:put(KEY .. ".alive", core.json { id = "5f0c" })
      s3.time = s3.time + case[1]
      local _, err = stack():plan()
      assert.equal("Locked", err.code)
      assert.equal(case[2], err.stale, case[1])
      assert.equal(not case[2], err.retryable)
      assert.equal(case[1], err.lock.silence)
      assert.equal(case[2], err.hint:find("it has given no sign of life for", 1, true) ~= nil, err.hint)
      assert.truthy(err.hint:find("ecs-service state unlock 5f0c", 1, true))
      assert.equal(case[2] or nil, assert(stack():lock_holder()).stale)
      assert(stack():unlock "5f0c")
    end
  end)

  it("of another run says nothing, and a run that has given none yet is as old as its lock", function()
    hold()
    s3.time = s3.time + 100
    s3:put(KEY .. ".alive", core.json { id = "another" })
    assert.is_false(select(2, stack():plan()).stale)
    s3.time = s3.time + 100
    s3:put(KEY .. ".alive", core.json { id = "another" })
    assert.is_true(select(2, stack():plan()).stale)
  end)

  it("is not missed of a run of an older version, which gives none", function()
    hold { signs = false }
    s3.time = s3.time + 4000
    local _, err = stack():plan()
    assert.is_false(err.stale)
    assert.is_true(err.retryable)
  end)

  it("is given while the command waits for somebody's answer", function()
    local folder = journey.folder()
    -- The answer comes with the third sign.
    journey.write(folder .. "/ask.lua", ([[
      local life, terminal = require "ecs_service.state.sign_of_life", require "ecs_service.cli.terminal"
      local signs, now = 0, 0
      life.EVERY = 0.01
      local backend = {}
      function backend:renew()
        signs = signs + 1
        if signs == 3 then
          local pipe = io.open(%q, "w")
          pipe:write "yes\n"
          pipe:close()
        end
        return true
      end
      local clock = { now = function() now = now + 1 return now end }
      life.new(backend, { id = "1" }, clock)
      print(terminal.new():ask "Do this?", signs)
    ]]):format(folder .. "/pipe"))
    assert.equal("Do this?yes\t3\n", journey.output(("cd '%s' && mkfifo pipe && '%s' ask.lua <>pipe"):format(folder,
      os.getenv "ECS_TEST_LUA" or "lua")))
  end)

  it("is given while a question is open", function()
    local life = require "ecs_service.state.sign_of_life"
    local due
    assert(waiting():apply { approve = function()
      assert.is_nil(s3:text(KEY .. ".alive"))
      for _ = 1, 3 do
        due = life.renew_all()
        sim:advance(due)
      end
      return true
    end })
    assert.truthy(due and due <= 30)
    assert.truthy(signs() >= 2)
    assert.is_nil(life.renew_all())
  end)
end)
