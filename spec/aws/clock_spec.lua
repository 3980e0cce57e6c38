-- AWS's time and this machine's are not mixed: on a machine whose clock is an hour wrong, keys, waits, records and what
-- is told are as on one whose clock is right.
local credentials = require "ecs_service.credentials"
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local exchange = require "ecs_service.aws.multiplexer"
local fake_s3 = require "support.fake_s3"
local held = require "ecs_service.aws.credentials.refreshable"
local issuing = require "support.issuing"
local journey = require "support.journey"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local memory = require "ecs_service.state.memory"
local skew = require "ecs_service.aws.clock_skew"
local times = require "ecs_service.util.time_format"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
local HOUR = 3600

-- A clock that is wrong beside the simulation's.
local function wrong_clock(sim, wrong)
  return { now = function() return sim:now() + wrong end, sleep = function(_, seconds) sim:advance(seconds) end }
end

local function stack_of(sim, wrong, backend, changes, options)
  local given = { credentials = KEYS, scheduler = wrong_clock(sim, wrong) }
  for key, value in pairs(options or {}) do given[key] = value end
  local stack = journey.stack(sim, given)
  if backend then stack.backend = backend end
  stack:service("web", journey.web(changes))
  return stack
end

local function simulator(options)
  local given = { verify_signatures = true }
  for key, value in pairs(options or {}) do given[key] = value end
  return journey.simulator(given)
end

for what, wrong in pairs { behind = -HOUR, ahead = HOUR } do
  describe("with a clock that is an hour " .. what .. ",", function()
    after_each(journey.clean)

    -- Keys as `fetch(aws_now)` makes them, on this machine; get() at AWS's time.
    local function keys_here(fetch)
      local one = { at = 1e6, slept = 0, skew = -wrong }
      local here = { now = function() return one.at + wrong end, sleep = function(_, seconds)
        one.at, one.slept = one.at + seconds, one.slept + seconds
        assert(one.slept < 2 * HOUR, "it waits for ever")
      end }
      one.held = held.new(fetch, { scheduler = here, skew = function() return one.skew end })
      function one.get() return one.held:get(one.at + wrong + one.skew) end
      return one
    end

    local function living(life)
      local count = 0
      return function(now)
        count = count + 1
        return assert(keys_of.new { access_key_id = "A" .. count, secret_access_key = "S", expires = now + life })
      end
    end

    it("whoever got new keys and is gone is waited for five minutes, and no longer or shorter", function()
      local one = keys_here(living(HOUR))
      one.held.busy = one.at + wrong
      assert.equal("A1", assert(one.get()).access_key_id)
      assert.near(300, one.slept, 0.2)
    end)

    it("keys are got anew fifteen minutes before AWS takes them for expired", function()
      local one = keys_here(living(HOUR))
      assert.equal("A1", one.get().access_key_id)
      one.at = one.at + HOUR - 905
      assert.equal("A1", one.get().access_key_id)
      one.at = one.at + 10
      assert.equal("A2", one.get().access_key_id)
    end)

    it("keys got before AWS told the time have the windows of their life all the same", function()
      local one = keys_here(living(900))
      one.skew = 0
      local real = 1e6
      one.held = held.new(function()
        return keys_of.new { access_key_id = "A", secret_access_key = "S", expires = real + 2 * HOUR }
      end, one.held.around)
      assert(one.get())
      one.skew = -wrong
      one.at = real + 2 * HOUR - 905
      local asked = 0
      one.held.fetch = function()
        asked = asked + 1
        return nil, { code = "RequestFailed", message = "nobody is there" }
      end
      assert.equal("A", one.get().access_key_id)
      assert.equal(0, asked)
      one.at = real + 2 * HOUR - 890
      assert.equal("A", one.get().access_key_id)
      assert.equal(1, asked)
    end)

    it("a failed try is repeated after a minute, also when it told the time", function()
      local one = keys_here(living(HOUR))
      assert(one.get())
      one.at = one.at + HOUR - 895
      local asked = 0
      one.held.fetch = function()
        asked = asked + 1
        one.skew = -wrong + 100 * (asked % 2) -- another clock of AWS's says so
        return nil, { code = "RequestFailed", message = "nobody is there" }
      end
      for _ = 1, 12 do
        one.at = one.at + 10
        assert(one.get())
      end
      assert.equal(2, asked)
    end)

    it("keys whose end this machine has reckoned are held against its own clock", function()
      local one
      local count = 0
      one = keys_here(function()
        count = count + 1
        local keys = assert(keys_of.new { access_key_id = "A" .. count, secret_access_key = "S",
          expires = one.at + wrong + HOUR })
        keys.own_clock = true
        return keys
      end)
      one.skew = 0
      local first = assert(one.get())
      assert.equal("A1", first.access_key_id)
      one.skew = -wrong
      one.at = one.at + HOUR - 905
      assert.equal("A1", one.get().access_key_id)
      one.at = one.at + 10
      assert.equal("A2", one.get().access_key_id)
    end)

    -- A provider at AWS's time `sim:now()`, whose machine is wrong and knows it.
    local function provider(files, answer)
      local home = journey.folder()
      local sim = journey.simulator()
      for path, text in pairs(files(sim:now() + wrong, sim:now())) do
        os.execute(("mkdir -p '%s/%s'"):format(home, path:match "^(.*)/"))
        journey.write(home .. "/" .. path, text)
      end
      journey.environment { HOME = home }
      local clock = wrong_clock(sim, wrong)
      local session = { scheduler = clock, region = "eu-west-1", polls = false, skew = -wrong }
      session.transport = exchange.over(issuing.world(sim, answer), clock)
      return assert(credentials.new({}, session)), session, sim, home
    end

    it("a session of aws login that the CLI has left here is good until its end, and new keys are too", function()
      local key = journey.output "openssl ecparam -name prime256v1 -genkey -noout"
      local path = ".aws/login/cache/" .. core.system.sha256 "me" .. ".json"
      local function login(left)
        return function(here)
          return { [".aws/config"] = "[default]\nlogin_session = me\n", [path] = cjson.encode { clientId = "client",
            dpopKey = key, refreshToken = "refresh-1", accessToken = { accessKeyId = "ASIAOLD", accountId = "1",
              secretAccessKey = "old", sessionToken = "t", expiresAt = times.text(here + left) } } }
        end
      end
      local keys, session = provider(login(400))
      assert.equal("ASIAOLD", assert(keys:get(skew.now(session))).access_key_id)

      local sim, home
      keys, session, sim, home = provider(login(200), function()
        return 200, cjson.encode { expiresIn = 900, refreshToken = "refresh-2", accessToken = { accessKeyId = "ASIANEW",
          secretAccessKey = "new", sessionToken = "t" } }
      end)
      assert.equal("ASIANEW", assert(keys:get(skew.now(session))).access_key_id)
      assert.equal(times.text(sim:now() + wrong + 900),
        cjson.decode(journey.read(home .. "/" .. path)).accessToken.expiresAt)
    end)

    it("a token of IAM Identity Center is, too, and its registration ends when AWS said", function()
      local path = ".aws/sso/cache/" .. core.system.sha1 "corp" .. ".json"
      local function sso(left, registered)
        return function(here, aws)
          return { [".aws/config"] = "[default]\nsso_session = corp\nsso_account_id = 123456789012\n"
            .. "sso_role_name = Dev\n[sso-session corp]\nsso_region = eu-west-1\n"
            .. "sso_start_url = https://corp.example\n",
            [path] = cjson.encode { accessToken = "old", refreshToken = "refresh", clientId = "client",
              clientSecret = "cs", registrationExpiresAt = times.text(aws + registered),
              expiresAt = times.text(here + left), startUrl = "https://corp.example", region = "eu-west-1" } }
        end
      end
      local refreshed
      local function portal(request, world)
        if request.url:find("oidc", 1, true) then
          refreshed = true
          return 200, cjson.encode { accessToken = "fresh", refreshToken = "next", expiresIn = 28800 }
        end
        local bearer = request.headers["x-amz-sso_bearer_token"]
        return 200, cjson.encode { roleCredentials = { accessKeyId = "ASIA" .. bearer, secretAccessKey = "s",
          sessionToken = "t", expiration = (world.sim:now() + HOUR) * 1000 } }
      end
      local keys, session = provider(sso(1000, 1e6), portal)
      assert.equal("ASIAold", assert(keys:get(skew.now(session))).access_key_id)
      assert.is_nil(refreshed)
      keys, session = provider(sso(60, 60), portal)
      assert.equal("ASIAfresh", assert(keys:get(skew.now(session))).access_key_id)
      refreshed = nil
      keys, session = provider(sso(60, -60), portal)
      assert.equal("ASIAold", assert(keys:get(skew.now(session))).access_key_id)
      assert.is_nil(refreshed)
    end)

    it("what is recorded has AWS's time, and takes as long as it took", function()
      local sim, backend = simulator(), memory.new()
      local began = sim:now()
      assert(stack_of(sim, wrong, backend, { wait_for_steady_state = true }):apply())
      local took = sim:now() - began
      local entry = assert(json.decode(backend.text)).services.web.history[1]
      assert.near(began, times.parse(entry.at), 5)
      assert.near(took, entry.took, 2)
    end)

    it("history tells the runs of several machines in the order in which they were", function()
      local sim, backend = simulator(), memory.new()
      assert(stack_of(sim, 0, backend):apply())
      sim:advance(100)
      assert(stack_of(sim, wrong, backend):scale("web", 3))
      sim:advance(100)
      assert(stack_of(sim, 0, backend):scale("web", 4))
      local counts = {}
      for _, one in ipairs(assert(stack_of(sim, wrong, backend):history "web").entries) do
        counts[#counts + 1] = one.count or one.revision
      end
      assert.same({ 4, 3, "web:1" }, counts)
    end)

    it("a plan straight after an apply waits for reads to catch up", function()
      local sim, backend = simulator { read_lag = 3 }, memory.new()
      assert(stack_of(sim, wrong, backend):apply())
      sim:advance(60)
      assert(stack_of(sim, wrong, backend, { desired_count = 3 }):apply())
      local plan = assert(stack_of(sim, wrong, backend, { desired_count = 3 }):plan())
      assert.is_true(plan:is_empty(), plan:render())
    end)

    it("stop says how long ago the deployment began", function()
      local sim, backend = simulator(), memory.new()
      assert(stack_of(sim, wrong, backend, { wait_for_steady_state = true }):apply())
      sim:tasks { outcome = "running", start_seconds = 100 }
      assert(sim:call("UpdateService", { cluster = "prod", service = "web", taskDefinition = "web:2" }))
      sim:advance(30)
      local plan = assert(stack_of(sim, wrong, backend):stop("web", { dry_run = true }))
      local seconds = tonumber(plan.changes[1].reason:match "began (%d+) s ago")
      assert.near(30, seconds or -1, 3)
    end)

    it("a verb that was cut short says how long ago", function()
      local sim, backend = simulator(), memory.new()
      assert(stack_of(sim, 0, backend, { wait_for_steady_state = true }):apply())
      sim:advance(60)
      local interrupted = false
      local _, err = stack_of(sim, wrong, backend):redeploy("web", { interrupted = function() return interrupted end,
        on_event = function(event) interrupted = interrupted or event.type == "state" end })
      assert.equal("Interrupted", err.code)
      sim:advance(30)
      local plan = assert(stack_of(sim, 0, backend):redeploy("web", { dry_run = true }))
      local message
      for _, warning in ipairs(plan.warnings) do
        if warning.code == "BegunAlready" then message = warning.message end
      end
      assert.is_true(tonumber(message:match "cut short (%d+) s ago") < 90, message)
    end)

    it("all events of a run tell one clock's time", function()
      local sim, backend = simulator(), memory.new()
      local told = 0
      local stack = stack_of(sim, wrong, backend, { wait_for_steady_state = true })
      assert(stack:apply { on_event = function(event)
        if not event.occurred then return end
        told = told + 1
        assert.near(event.at, event.occurred, 60)
      end })
      assert.is_true(told > 0)
    end)

    it("waits end when they end, and time out when they time out", function()
      local sim, backend = simulator(), memory.new()
      local timeouts = { create = 60, update = 60 }
      assert(stack_of(sim, wrong, backend, { wait_for_steady_state = true }):apply())
      assert(stack_of(sim, wrong, backend):wait())
      sim:tasks { outcome = "running", start_seconds = 1000 }
      local began = sim:now()
      local _, err = stack_of(sim, wrong, backend, { task_definition = "web:2", wait_for_steady_state = true,
        timeouts = timeouts }):apply()
      assert.equal("Timeout", err.code)
      assert.near(60, sim:now() - began, 15)
      began = sim:now()
      _, err = stack_of(sim, wrong, backend):wait { timeout = 60 }
      assert.equal("Timeout", err.code)
      assert.near(60, sim:now() - began, 5)
    end)

    it("a state in S3 costs one extra call, and what one service has told holds for the other", function()
      local sim, s3 = simulator(), fake_s3.new()
      local refused = 0
      local answer = s3.answer
      function s3:answer(request)
        local year, month, day, hour, minute, second = request.headers["X-Amz-Date"]:match
          "^(%d%d%d%d)(%d%d)(%d%d)T(%d%d)(%d%d)(%d%d)Z$"
        local signed = times.parse(("%s-%s-%sT%s:%s:%sZ"):format(year, month, day, hour, minute, second))
        if math.abs(signed - sim:now()) < 900 then return answer(self, request) end
        refused = refused + 1
        return { status = 403, headers = { date = os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(sim:now())) },
          body = "<Error><Code>RequestTimeTooSkewed</Code><Message>too skewed</Message></Error>" }
      end
      local ecs_alone = setmetatable({}, { __index = function(_, name)
        if name == "scheduler" then return nil end -- it is no simulation then, and the stack's keys are used for S3
        local member = sim[name]
        return type(member) == "function" and function(_, ...) return member(sim, ...) end or member
      end })
      journey.environment {}
      local stack = stack_of(sim, wrong, nil, nil, { transport = ecs_alone,
        state = { url = "s3://states/prod/ecs.json", transport = s3 } })
      assert(stack:apply())
      assert.equal(1, refused)
      for _, request in ipairs(sim.requests) do assert.is_not.equal("InvalidSignatureException", request.code) end
    end)
  end)
end
