-- Roles: what AssumeRole is asked, how it is tried again, and keys that are got anew while an apply runs for hours.
local credentials = require "ecs_service.credentials"
local ecs = require "ecs_service"
local issuing = require "support.issuing"
local journey = require "support.journey"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
local ROLE = "arn:aws:iam::123456789012:role/deploy"

after_each(journey.clean)

-- A provider whose AssumeRole goes to a world of the test's, in virtual time.
local function provider(options, answer, variables)
  journey.environment(variables or {})
  local sim = ecs.simulator { region = "us-west-2" }
  local world = issuing.world(sim, answer)
  local all = { region = "us-west-2", credentials = KEYS }
  for key, value in pairs(options) do all[key] = value end
  local transport = require "ecs_service.aws.multiplexer".over(world, sim.scheduler)
  local session = { transport = transport, scheduler = sim.scheduler, region = "us-west-2", polls = false }
  return assert(credentials.new(all, session)), world, sim, session
end

describe("a role that a stack assumes", function()
  it("is asked for with everything that was said of it, signed with the keys before it", function()
    local keys, world = provider { assume_role = { role_arn = ROLE, session_name = "pipeline-42", external_id = "ext/1",
      duration = "1h30m", policy = { Version = "2012-10-17" }, policy_arns = { "arn:aws:iam::aws:policy/A" },
      tags = { team = "core", ["a b"] = "c&d" }, transitive_tag_keys = { "team" }, source_identity = "me",
      mfa_serial = "arn:aws:iam::123456789012:mfa/me" }, mfa_code = "123456" }
    assert(keys:get(1.7e9))
    assert.equal(1, #world.asked)
    assert.equal("https://sts.us-west-2.amazonaws.com/", world.asked[1].url)
    assert.same({ Action = "AssumeRole", Version = "2011-06-15", RoleArn = ROLE, RoleSessionName = "pipeline-42",
      ExternalId = "ext/1", DurationSeconds = "5400", Policy = '{"Version":"2012-10-17"}',
      ["PolicyArns.member.1.arn"] = "arn:aws:iam::aws:policy/A", ["Tags.member.1.Key"] = "a b",
      ["Tags.member.1.Value"] = "c&d", ["Tags.member.2.Key"] = "team", ["Tags.member.2.Value"] = "core",
      ["TransitiveTagKeys.member.1"] = "team", SourceIdentity = "me", TokenCode = "123456",
      SerialNumber = "arn:aws:iam::123456789012:mfa/me" }, world.asked[1].form)
    assert.truthy(world.asked[1].headers.Authorization:find("Credential=AKIDEXAMPLE/%d+/us%-west%-2/sts/"))
  end)

  it("may be a chain, each link assumed with the keys of the one before", function()
    local keys, world = provider { assume_role = { { role_arn = ROLE }, { role_arn = ROLE .. "2" } } }
    assert.equal("ASIAISSUED0000000002", assert(keys:get(1.7e9)).access_key_id)
    assert.same({ ROLE, ROLE .. "2" }, { world.asked[1].form.RoleArn, world.asked[2].form.RoleArn })
    assert.truthy(world.asked[2].headers.Authorization:find("Credential=ASIAISSUED0000000001/", 1, true))
    assert.equal("token/1", world.asked[2].headers["X-Amz-Security-Token"])
  end)

  it("that is wrong is refused when the stack is made, with every problem at its place", function()
    journey.environment {}
    local stack, err = ecs.stack { region = "us-west-2", state = false, credentials = KEYS, assume_role = {
      { role_arn = "deploy", duration = 60, sesion_name = "x" }, { external_id = "", tags = { 1 } }, 7 } }
    assert.is_nil(stack)
    local found = {}
    for _, one in ipairs(err.diagnostics) do found[one.path] = one.hint or true end
    assert.truthy(tostring(found["assume_role[1].sesion_name"]):find("session_name", 1, true))
    for _, path in ipairs { "[1].role_arn", "[1].duration", "[2].external_id", "[2].tags", "[2].role_arn", "[3]" } do
      assert.truthy(found["assume_role" .. path], path)
    end
    for _, bad in ipairs { { duration = "2 hours" }, { duration = 43201 }, { session_name = "a b" },
                           { policy = 1 }, { policy_arns = { 1 } }, { transitive_tag_keys = "x" },
                           { mfa_serial = "x" }, { source_identity = "?" } } do
      bad.role_arn = ROLE
      stack, err = ecs.stack { region = "us-west-2", state = false, credentials = KEYS, assume_role = bad }
      assert.is_nil(stack)
      assert.equal(1, #err.diagnostics)
    end
  end)
end)

describe("a code of a second factor", function()
  local MFA = { role_arn = ROLE, mfa_serial = "arn:aws:iam::123456789012:mfa/me" }

  it("that is given is sent for one session and no other", function()
    local keys, world, sim = provider { assume_role = MFA, mfa_code = "123456" }
    assert(keys:get(sim:now()))
    sim:advance(800)
    local again, err = keys:get(sim:now())
    assert.is_nil(again)
    assert.equal("NoMfaCode", err.code)
    assert.truthy(err.message:find("used already", 1, true))
    assert.equal(1, #world.asked)
  end)

  it("that was refused is not sent again", function()
    local keys, world = provider({ assume_role = MFA, mfa_code = "123456" }, function()
      return 403, issuing.refusal("AccessDenied", "MultiFactorAuthentication failed with code 123456.")
    end)
    local _, err = keys:get(1.7e9)
    assert.equal("AccessDenied", err.code)
    assert.falsy(tostring(err):find("123456.", 1, true))
    _, err = keys:get(1.7e9)
    assert.equal("NoMfaCode", err.code)
    assert.equal(1, #world.asked)
  end)

  it("of a function is asked for with its device, anew for each session", function()
    local asked = {}
    local keys, world, sim = provider { assume_role = MFA, mfa_code = function(serial)
      asked[#asked + 1] = serial
      return ("%06d"):format(#asked)
    end }
    assert(keys:get(sim:now()))
    sim:advance(800)
    assert(keys:get(sim:now()))
    assert.same({ MFA.mfa_serial, MFA.mfa_serial }, asked)
    assert.same({ "000001", "000002" }, { world.asked[1].form.TokenCode, world.asked[2].form.TokenCode })
  end)

  it("that is none is never sent, nor told", function()
    for _, code in ipairs { "98765", "abcdef", "9876543" } do
      local keys, world = provider { assume_role = MFA, mfa_code = code }
      local _, err = keys:get(1.7e9)
      assert.equal("NoMfaCode", err.code)
      assert.falsy(tostring(err):find(code, 1, true))
      assert.equal(0, #world.asked)
    end
  end)
end)

describe("a request for keys", function()
  local function failing(times, status, body)
    return function(_, world)
      if #world.asked <= times then return status, body end
    end
  end

  it("is tried again where that may help, three times in all, with pauses", function()
    local keys, world, sim = provider({ assume_role = { role_arn = ROLE } }, failing(2, 503, "busy"))
    local began = sim:now()
    assert(keys:get(sim:now()))
    assert.equal(3, #world.asked)
    assert.truthy(sim:now() > began and sim:now() - began <= 3)
    local err
    keys, world = provider({ assume_role = { role_arn = ROLE } },
      failing(9, 400, issuing.refusal("Throttling", "slow")))
    keys, err = keys:get(1.7e9)
    assert.is_nil(keys)
    assert.same({ "Throttling", 3 }, { err.code, #world.asked })
  end)

  it("is tried as often as AWS_MAX_ATTEMPTS says", function()
    for _, most in ipairs { 1, 5 } do
      local keys, world = provider({ assume_role = { role_arn = ROLE } }, failing(9, 500, ""),
        { AWS_MAX_ATTEMPTS = tostring(most) })
      assert.is_nil((keys:get(1.7e9)))
      assert.equal(most, #world.asked)
    end
  end)

  it("is not tried again where it was refused", function()
    local keys, world = provider({ assume_role = { role_arn = ROLE } },
      failing(9, 403, issuing.refusal("AccessDenied", "not you")))
    local _, err = keys:get(1.7e9)
    assert.equal("AccessDenied", err.code)
    assert.truthy(err.message:find(ROLE, 1, true))
    assert.equal(1, #world.asked)
  end)

  it("is signed with AWS's time once a refusal has told it, which costs one request and counts for ECS too", function()
    -- AWS's clock is the simulator's, and this machine's is two hours ahead.
    local ahead = 7200
    journey.environment { AWS_MAX_ATTEMPTS = "1" }
    local sim = ecs.simulator { region = "us-west-2", verify_signatures = true, clusters = { "prod" },
      task_definitions = { "web:1" } }
    local world = issuing.world(sim, function(request)
      local clock = os.date("!%Y%m%dT%H%M%SZ", math.floor(sim:now()))
      if math.abs(tonumber(request.headers["X-Amz-Date"]:sub(10, 13)) - tonumber(clock:sub(10, 13))) > 5 then
        return 403, issuing.refusal("SignatureDoesNotMatch", "Signature not yet current"),
          { date = os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(sim:now())) }
      end
      if request.form.Action == "GetCallerIdentity" then return 200, "<Account>123456789012</Account>" end
    end)
    world.life = 3600 -- less than the clock is wrong
    local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = world, credentials = KEYS,
      assume_role = { role_arn = ROLE }, allowed_account_ids = { "123456789012" },
      scheduler = { now = function() return sim:now() + ahead end,
        sleep = function(_, seconds) sim.scheduler:sleep(seconds) end } })
    stack:service("web", journey.web())
    local result, err = stack:apply()
    assert(result, err and tostring(err))
    assert.equal(3, #world.asked) -- AssumeRole, again with the right time, GetCallerIdentity
  end)
end)

describe("keys that live a quarter of an hour", function()
  -- Rollouts of three hours, watched all the time, in which only keys that are good now are let in.
  local function apply_for_hours(answer)
    journey.environment {}
    local sim = ecs.simulator { region = "us-west-2", verify_signatures = true, clusters = { "prod" },
      task_definitions = { "web:1" }, task_start_seconds = 3 * 3600 }
    local world = issuing.world(sim, answer)
    world.scheduler = sim.scheduler
    local submit = world.submit
    function world:submit(request)
      if request.headers["X-Amz-Target"] then
        local valid = {}
        for _, keys in ipairs(sim.options.credentials) do
          if not keys.expires or keys.expires > sim:now() then valid[#valid + 1] = keys end
        end
        sim.options.credentials = valid
      end
      return submit(self, request)
    end
    local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = world, credentials = KEYS,
      assume_role = { role_arn = ROLE } })
    for i = 1, 3 do
      stack:service("web" .. i, journey.web { name = "web" .. i, wait_for_steady_state = true,
        timeouts = { create = "4h" } })
    end
    local began = sim:now()
    local result, err = stack:apply()
    return result, err, world, sim:now() - began
  end

  it("carry an apply of three hours with requests in flight, and are got anew before they expire", function()
    local result, err, world, seconds = apply_for_hours()
    assert(result, err and tostring(err))
    assert.truthy(seconds > 3 * 3600)
    -- Each session is used for half of its life at least, and never to its end.
    assert.truthy(#world.asked >= 12 and #world.asked <= 25, ("%d in %.0f s"):format(#world.asked, seconds))
  end)

  it("carry it also when every second try to get new ones fails", function()
    local tries = 0
    local result, err, world = apply_for_hours(function()
      tries = tries + 1
      if tries % 2 == 0 then return 400, issuing.refusal("ValidationError", "not now") end
    end)
    assert(result, err and tostring(err))
    assert.truthy(#world.asked >= 20)
  end)

  it("end it with an error that says so when new ones cannot be got any more", function()
    local tries = 0
    local result, err = apply_for_hours(function()
      tries = tries + 1
      if tries > 2 then return 403, issuing.refusal("AccessDenied", "the role is gone") end
    end)
    assert.is_nil(result)
    assert.truthy(tostring(err):find("expire soon", 1, true), tostring(err))
    assert.truthy(tostring(err):find("the role is gone", 1, true))
  end)
end)
