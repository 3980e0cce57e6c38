-- A state in S3: what it is asked for, what it answers, and what no fault of it can do.
local cjson = require "cjson.safe"
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local fake_s3 = require "support.fake_s3"
local journey = require "support.journey"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }
local KEY = "prod/ecs.json"

local sim, s3

before_each(function()
  journey.environment {}
  sim = journey.simulator()
  s3 = fake_s3.new()
end)
after_each(journey.clean)

local function s3_state(more)
  local given = { url = "s3://states/" .. KEY, transport = s3, credentials = KEYS }
  for key, value in pairs(more or {}) do given[key] = value end
  return given
end

local function stack(given, changes)
  local options = { state = s3_state() }
  for key, value in pairs(given or {}) do options[key] = value end
  local made = journey.stack(sim, options)
  made:service("web", journey.web(changes))
  return made
end

local function document(text) return assert(cjson.decode(text or s3:text(KEY))) end

describe("a state in S3", function()
  it("is one object, made under a lock that is another, and both are written on conditions", function()
    assert(stack():apply())
    assert.equal("ok", document().services.web.status)
    assert.is_nil(s3:text(KEY .. ".lock"))
    assert(stack(nil, { desired_count = 3 }):apply())
    journey.assert_empty(stack(nil, { desired_count = 3 }))
    local last
    for _, request in ipairs(s3.requests) do
      local headers = request.headers
      if request.method == "PUT" and request.key == KEY then
        assert.truthy(last and headers["If-Match"] or not last and headers["If-None-Match"] == "*")
        last = request
      elseif request.method == "PUT" and request.key == KEY .. ".lock" then
        assert.equal("*", headers["If-None-Match"])
      elseif request.method == "DELETE" then
        assert.truthy(headers["If-Match"])
      end
    end
  end)

  it("costs three calls for the moments of a create, with one look at the lock before it", function()
    local made = stack()
    assert(made:apply())
    local one, two, three = KEY .. ".journal/000000000001", KEY .. ".journal/000000000002",
      KEY .. ".journal/000000000003"
    assert.same({ "PUT " .. KEY .. ".lock", "GET " .. KEY, "GET " .. KEY .. ".lock",
      "PUT " .. KEY, "PUT " .. one, "PUT " .. two, "PUT " .. three, -- the intent, what AWS answered
      "PUT " .. KEY, "DELETE " .. one, "DELETE " .. two, "DELETE " .. three, "DELETE " .. KEY .. ".lock" }, s3:log())
    assert.same({ GET = 2, PUT = 6, HEAD = 0, DELETE = 4 }, made.backend.calls)
    local from = #s3.requests + 1
    assert(stack():plan())
    assert.same({ "PUT " .. KEY .. ".lock", "GET " .. KEY, "DELETE " .. KEY .. ".lock" }, s3:log(from))
  end)

  it("has a backup beside it: the state as the last run that changed it had found it", function()
    assert(stack():apply())
    local first = s3:text(KEY)
    assert.is_nil(s3:text(KEY .. ".backup"))
    assert(stack(nil, { desired_count = 3 }):apply())
    assert.equal(first, s3:text(KEY .. ".backup"))
    assert.truthy(document().serial > document(first).serial)
  end)

  it("is addressed by its bucket's own host at AWS, and by the path elsewhere or where it is asked for", function()
    local cases = {
      { {}, "https://states.s3.us-west-2.amazonaws.com/prod/ecs.json.lock" },
      { { path_style = true }, "https://s3.us-west-2.amazonaws.com/states/prod/ecs.json.lock" },
      { { endpoint = "http://127.0.0.1:7070/" }, "http://127.0.0.1:7070/states/prod/ecs.json.lock" },
      { { endpoint = "https://s3.example", path_style = false }, "https://states.s3.example/prod/ecs.json.lock" },
      { { url = "s3://a.b/x y/ü.json" }, "https://s3.us-west-2.amazonaws.com/a.b/x%20y/%C3%BC.json.lock" },
    }
    for _, case in ipairs(cases) do
      s3.requests = {}
      stack({ state = s3_state(case[1]) }):plan()
      assert.equal(case[2], s3.requests[1].url)
    end
    journey.environment { AWS_ENDPOINT_URL_S3 = "http://gateway:9000" }
    s3.requests = {}
    stack({ endpoint = "http://ecs-only:1" }):plan()
    assert.equal("http://gateway:9000/states/prod/ecs.json.lock", s3.requests[1].url)
  end)

  it("has a region, a profile and keys of its own", function()
    s3.region = "eu-central-1"
    local made = stack { state = s3_state { region = "eu-central-1" },
      credentials = { access_key_id = "AKIDSTACK", secret_access_key = "x" } }
    assert(made:apply())
    for _, request in ipairs(s3.requests) do
      assert.truthy(request.headers.Authorization:find("Credential=AKIDEXAMPLE/%d+/eu%-central%-1/s3/"))
    end
    local folder = journey.folder()
    journey.write(folder .. "/credentials", "[states]\naws_access_key_id = AKIDOFFILE\naws_secret_access_key = y\n")
    journey.environment { AWS_SHARED_CREDENTIALS_FILE = folder .. "/credentials", AWS_CONFIG_FILE = folder .. "/none" }
    s3.requests = {}
    assert(stack { state = { url = "s3://states/" .. KEY, transport = s3, profile = "states",
      region = "eu-central-1" } }:plan())
    assert.truthy(s3.requests[1].headers.Authorization:find("Credential=AKIDOFFILE/", 1, true))
  end)

  it("is encrypted as its options say", function()
    assert(stack { state = s3_state { kms_key_id = "alias/states" } }:apply())
    local written = s3.objects[KEY].headers
    assert.equal("aws:kms", written["x-amz-server-side-encryption"])
    assert.equal("alias/states", written["x-amz-server-side-encryption-aws-kms-key-id"])
    assert(stack { state = s3_state { sse = "AES256" } }:refresh())
    for _, request in ipairs(s3.requests) do
      if request.method == "PUT" then assert.truthy(request.headers["x-amz-server-side-encryption"]) end
      if request.method ~= "PUT" then assert.is_nil(request.headers["x-amz-server-side-encryption"]) end
    end
  end)

  it("is signed with the world's time, although the stack's is simulated", function()
    assert(stack():plan())
    local date = s3.requests[1].headers["X-Amz-Date"]
    assert.equal(os.date("!%Y", math.floor(core.system.time())), date:sub(1, 4))
  end)

  it("whose option is wrong is an error when the stack is made", function()
    local wrong = {
      { "s3://states", "does not name an object" }, { "s3://states/folder/", "does not name an object" },
      { "s3://State_s/key", "not the name of a bucket" }, { "s3://states/key?region=eu-west-1", "cannot be used" },
      { { url = "s3://states/key", sse = "rot13" }, "no encryption" },
      { { url = "s3://states/key", sse = "AES256", kms_key_id = "k" }, "AES256" },
      { { url = "s3://states/key", pathstyle = true }, "pathstyle" },
      { { url = "s3://states/key", region = 1 }, "region" },
      { { read = function() end }, "there is no write" },
    }
    for _, case in ipairs(wrong) do
      local none, err = ecs.stack { region = "us-west-2", state = case[1] }
      assert.is_nil(none)
      assert.truthy(tostring(err):find(case[2], 1, true), tostring(err))
    end
  end)

  it("may be kept by a backend of one's own, a table with five methods", function()
    local kept, held
    local own = {
      name = "my store",
      read = function() return kept, kept end,
      write = function(_, text) kept = text return text end,
      lock = function(_, text) held = text return text end,
      holder = function() return held, held end,
      unlock = function() held = nil return true end,
    }
    assert(stack { state = own }:apply())
    assert.equal("ok", document(kept).services.web.status)
    assert.is_nil(held)
    journey.assert_empty(stack { state = own })
  end)
end)

describe("the lock in S3", function()
  local function hold(more)
    local holder = { id = "5f0c", user = "deploy", host = "ci-17", pid = 4711, operation = "apply",
      since = os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(sim:now()) - 120) }
    for key, value in pairs(more or {}) do holder[key] = value end
    return s3:put(KEY .. ".lock", core.json(holder))
  end

  it("of another run refuses, says who, what and since when, and how to go on", function()
    hold()
    local result, err = stack():apply()
    assert.is_nil(result)
    assert.equal("Locked", err.code)
    for _, word in ipairs { "deploy@ci-17", "apply", "2 min ago" } do
      assert.truthy(err.message:find(word, 1, true), err.message)
    end
    for _, word in ipairs { "ecs-service state unlock 5f0c", "aws s3 rm s3://states/prod/ecs.json.lock" } do
      assert.truthy(err.hint:find(word, 1, true), err.hint)
    end
    assert.same({}, journey.mutations(sim))
    assert.truthy(s3:text(KEY .. ".lock"))
  end)

  it("is waited for on the stack's clock, and looked at less and less often", function()
    hold()
    local before = sim:now()
    local _, err = stack():apply { lock_timeout = 30 }
    assert.equal("Locked", err.code)
    assert.truthy(sim:now() - before >= 30 and sim:now() - before < 33)
    assert.truthy(#s3.requests < 2 * 40, #s3.requests)
  end)

  it("is taken when the other run is done in time", function()
    hold()
    s3:fault { method = "GET", key = ".lock", nth = 3, during = function() s3.objects[KEY .. ".lock"] = nil end }
    assert(stack():apply { lock_timeout = 60 })
  end)

  it("of a run that is dead can be freed by its id", function()
    hold()
    assert.equal("Locked", select(2, stack():unlock "other").code)
    assert(stack():unlock "5f0c")
    assert.equal("NotLocked", select(2, stack():unlock "5f0c").code)
    assert(stack():apply())
  end)

  -- What another run makes of the lock while this one is at the nth request to ECS that changes something.
  local function losing(nth, lose)
    local seen = 0
    local transport = { scheduler = sim.scheduler, region = sim.region }
    function transport.submit(_, request)
      local operation = request.headers["X-Amz-Target"]
      if not operation:find "Describe" then
        seen = seen + 1
        if seen == nth then lose() end
      end
      return sim:submit(request)
    end
    function transport.wait(_, timeout) return sim:wait(timeout) end
    function transport.cancel(_, id) return sim:cancel(id) end
    local made = journey.stack(sim, { state = s3_state(), transport = transport })
    for _, name in ipairs { "a", "b", "c" } do
      made:service(name, journey.web { name = name, depends_on = name ~= "a" and { "a" } or nil })
    end
    return made
  end

  it("that was taken away stops what would have come next, and what was done is recorded", function()
    for _, taken in ipairs { false, true } do
      s3, sim = fake_s3.new(), journey.simulator()
      local _, err = losing(1, function()
        s3.objects[KEY .. ".lock"] = nil
        if taken then hold() end
      end):apply()
      assert.equal("LockLost", err.code == "SeveralFailed" and err.errors[1].code or err.code, tostring(err))
      assert.truthy(tostring(err):find(taken and "deploy@ci-17" or "nobody holds it now", 1, true), tostring(err))
      assert.same({ "CreateService" }, journey.mutations(sim))
      assert.truthy(document().services.a)
      assert.equal(taken, s3:text(KEY .. ".lock") ~= nil)
      s3.objects[KEY .. ".lock"] = nil
      assert(losing(99, function() end):apply())
      assert.equal(3, #journey.mutations(sim))
    end
  end)

  it("and the state were both taken over by another run: its state is not overwritten", function()
    local theirs
    local _, err = losing(1, function()
      hold()
      local other = document()
      other.serial = other.serial + 1
      theirs = core.json(other)
      s3:put(KEY, theirs)
    end):apply()
    local codes = err.code .. (err.errors and err.errors[1].code or "")
    assert.truthy(codes:find "StateMoved" or codes:find "LockLost", codes)
    assert.equal(theirs, s3:text(KEY))
    assert.same({ "CreateService" }, journey.mutations(sim))
  end)
end)

describe("a server that does not keep conditions", function()
  for _, header in ipairs { "If-None-Match", "If-Match" } do
    it("of " .. header .. " is noticed before anything is done, and refused with the reason", function()
      s3.ignores = { [header] = true }
      local result, err = stack { state = s3_state { endpoint = "http://old-gateway:9000" } }:apply()
      assert.is_nil(result)
      assert.equal("StateUnprotected", err.code)
      assert.truthy(err.message:find(header, 1, true) and err.message:find("old-gateway", 1, true), err.message)
      assert.truthy(err.hint:find("versitygw", 1, true))
      assert.same({}, journey.mutations(sim))
      assert.is_nil(s3:text(KEY .. ".lock"))
    end)
  end

  it("by saying so is refused with the reason", function()
    s3:fault { method = "PUT", key = ".lock", status = 501, code = "NotImplemented",
      message = "A header you provided implies functionality that is not implemented" }
    local _, err = stack { state = s3_state { endpoint = "http://old-gateway:9000" } }:apply()
    assert.equal("NotLocked", err.code)
    assert.equal("NotImplemented", err.reason)
    assert.truthy(err.hint:find("versitygw", 1, true))
  end)

  it("is looked for once a stack, and not at AWS", function()
    local made = stack { state = s3_state { endpoint = "http://gateway:9000" } }
    assert(made:plan())
    local first = #s3.requests
    assert.equal(6, first) -- the lock, two tries that must fail, the state, a look at the lock, giving it back
    assert(made:plan())
    assert.equal(4, #s3.requests - first)
  end)

  it("of deletes alone is good enough", function()
    s3:fault { method = "DELETE", status = 501, code = "NotImplemented" }
    assert(stack { state = s3_state { endpoint = "http://gateway:9000" } }:apply())
    assert.is_nil(s3:text(KEY .. ".lock"))
  end)
end)

describe("an error of S3", function()
  local cases = {
    { "a bucket that is not there", "GET", { status = 404, code = "NoSuchBucket" }, "aws s3 mb s3://states" },
    { "a missing permission to read", "GET", { status = 403, code = "AccessDenied", message = "Access Denied" },
      "s3:GetObject on arn:aws:s3:::states/prod/ecs.json, and s3:ListBucket" },
    { "a missing permission to lock", "PUT", { status = 403, code = "AccessDenied" },
      "s3:PutObject on arn:aws:s3:::states/prod/ecs.json.lock" },
    { "keys that expired", "PUT", { status = 400, code = "ExpiredToken" }, "new credentials" },
    { "keys that S3 does not know", "PUT", { status = 403, code = "InvalidAccessKeyId" }, "credentials of the state" },
    { "a wrong secret", "PUT", { status = 403, code = "SignatureDoesNotMatch" }, "credentials of the state" },
    { "a clock that is wrong", "PUT", { status = 403, code = "RequestTimeTooSkewed",
      headers = { date = "Tue, 24 Nov 2026 20:00:00 GMT" }, times = 2 }, "S3 says Tue, 24 Nov 2026 20:00:00 GMT" },
    { "another region", "PUT", { status = 400, code = "AuthorizationHeaderMalformed",
      more = "<Region>eu-central-1</Region>" }, 'region = "eu-central-1"' },
    { "a key of KMS that is disabled", "PUT", { status = 400, code = "KMS.DisabledException" }, "kms_key_id" },
    { "an overload", "PUT", { status = 503, code = "SlowDown", times = 99 }, "run again later" },
    { "a failure of its own", "GET", { status = 500, code = "InternalError", times = 99 }, "run again later" },
    { "a name that has no address", "PUT", { error = "dns", sent = false, times = 99 }, "region and the endpoint" },
    { "no answer", "GET", { error = "timeout", times = 99 }, "run again" },
  }
  for _, case in ipairs(cases) do
    it("about " .. case[1] .. " says what to do, and nothing is sent to ECS", function()
      case[3].method = case[2]
      s3:fault(case[3])
      local result, err = stack():apply()
      assert.is_nil(result)
      assert.truthy(tostring(err):find(case[4], 1, true), tostring(err))
      assert.truthy(err.message:find("s3://states/prod/ecs.json", 1, true), err.message)
      assert.equal(case[3].code, err.reason)
      assert.equal(case[3].status, err.http_status)
      assert.same({}, journey.mutations(sim))
      assert.falsy(tostring(err):find("wJalrXUtnFEMI", 1, true))
    end)
  end

  it("about the bucket's region tells the right one", function()
    s3.region = "eu-central-1"
    local _, err = stack():apply()
    assert.equal(301, err.http_status)
    assert.truthy(err.hint:find('region = "eu-central-1"', 1, true), err.hint)
  end)

  it("that passes is not noticed", function()
    s3:fault { method = "PUT", key = ".lock", status = 503, code = "SlowDown", times = 2 }
    s3:fault { method = "GET", status = 500, code = "InternalError" }
    s3:fault { method = "PUT", key = KEY, status = 409, code = "ConditionalRequestConflict", times = 2 }
    s3:fault { method = "DELETE", error = "timeout" }
    assert(stack():apply())
    assert.same({ "CreateService" }, journey.mutations(sim))
    assert.is_nil(s3:text(KEY .. ".lock"))
  end)
end)

describe("the answer to a write that was lost", function()
  for _, object in ipairs { ".lock", "" } do
    local name = object == "" and "the state" or "the lock"
    it("is found out by reading back: " .. name .. " was written", function()
      assert(stack():apply())
      for nth = 1, object == "" and 2 or 1 do
        s3:fault { method = "PUT", key = KEY .. object, error = "reset", after = true, nth = nth }
      end
      assert(stack(nil, { desired_count = 3 }):apply())
      assert.equal(3, document().services.web.attributes.desired_count)
      assert.is_nil(s3:text(KEY .. ".lock"))
      journey.assert_empty(stack(nil, { desired_count = 3 }))
    end)

    it("is found out by reading back: " .. name .. " was not written", function()
      s3:fault { method = "PUT", key = KEY .. object, error = "reset" }
      assert(stack():apply())
      assert.equal("ok", document().services.web.status)
      assert.is_nil(s3:text(KEY .. ".lock"))
    end)
  end

  it("is not taken for success when another run has got the lock meanwhile", function()
    s3:fault { method = "PUT", key = ".lock", error = "reset", during = function()
      s3:put(KEY .. ".lock", core.json { id = "77", user = "deploy", host = "ci-3", pid = 1, operation = "apply" })
    end }
    local _, err = stack():apply()
    assert.equal("Locked", err.code)
    assert.equal("77", err.lock.id)
  end)

  it("is not taken for success when another run has written the state meanwhile", function()
    assert(stack():apply())
    local theirs = core.json { version = 1, lineage = "another", serial = 99, services = core.object {},
      journal = core.object {} }
    s3:fault { method = "PUT", key = KEY, error = "reset", during = function() s3:put(KEY, theirs) end }
    local _, err = stack(nil, { desired_count = 3 }):apply()
    assert.equal("StateMoved", err.code)
    assert.truthy(err.message:find("99", 1, true), err.message)
    assert.equal(theirs, s3:text(KEY))
    assert.same({ "CreateService" }, journey.mutations(sim))
  end)
end)

describe("whatever fails at whichever step", function()
  local kinds = {
    { status = 403, code = "AccessDenied" }, { status = 412, code = "PreconditionFailed" },
    { status = 409, code = "ConditionalRequestConflict" }, { status = 500, code = "InternalError" },
    { status = 503, code = "SlowDown" }, { error = "timeout" }, { error = "timeout", after = true },
    { error = "reset", after = true },
  }

  -- An apply with one fault: what came of it.
  local function attempt(kind, nth, times, declared)
    s3.faults = {}
    local fault = { nth = nth, times = times }
    for key, value in pairs(kind) do fault[key] = value end
    s3:fault(fault)
    local result, err = stack(nil, declared):apply()
    s3.faults = {}
    return result, err
  end

  local function each(prepare, declared, check)
    for _, kind in ipairs(kinds) do
      for _, times in ipairs { 1, 99 } do
        local nth = 1
        repeat
          s3, sim = fake_s3.new(), journey.simulator()
          prepare()
          local result, err = attempt(kind, nth, times, declared)
          local where = ("%s %s, request %d, %d times: "):format(kind.code or kind.error, kind.after and "after" or "",
            nth, times)
          local text = s3:text(KEY)
          if text then document(text) end
          if not result then
            assert.truthy(err.hint and #err.hint > 10 or err.errors, where .. tostring(err))
          end
          -- What a run could not remove is freed by hand, as the error says.
          s3.objects[KEY .. ".lock"] = nil
          local again, problem = stack(nil, declared):apply()
          assert(again, where .. tostring(problem))
          check(where)
          local plan = assert(stack(nil, declared):plan())
          assert.is_true(plan:is_empty(), where .. plan:render { color = false })
          assert.same({}, document().journal, where)
          nth = nth + 1
        until nth > 9
      end
    end
  end

  local function creates()
    local tokens, count = {}, 0
    for _, request in ipairs(sim.requests) do
      if request.operation == "CreateService" and not tokens[request.body.clientToken] then
        tokens[request.body.clientToken], count = true, count + 1
      end
    end
    return count
  end

  it("while creating, no state is lost and the service is made once", function()
    each(function() end, nil, function(where) assert.equal(1, creates(), where) end)
  end)

  it("while updating, no state is lost and the update is made", function()
    each(function() assert(stack():apply()) end, { desired_count = 3 }, function(where)
      assert.equal(1, creates(), where)
      assert.equal(3, journey.service(sim).desiredCount, where)
    end)
  end)
end)
