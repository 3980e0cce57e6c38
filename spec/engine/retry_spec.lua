--- Whether and when a failed request is sent again: beside what botocore's own classes decide for the same failures,
--- with the same jitter. Time is a number.
local core = require "ecs_service.core"
local cjson = require "cjson"
local journey = require "support.journey"

local START, LATENCY = 1000, 0.05
local OK = { status = 200 }

--- Plays a scenario (see spec/support/retry_botocore.py) on an engine of this module.
local function ours(scenario)
  local engine = core.engine { seed = scenario.seed, max_attempts = scenario.max_attempts or scenario.attempts,
    retry_mode = scenario.mode, pace = false }
  local now, results = scenario.start, {}
  for i, answers in ipairs(scenario.calls) do
    local result, at = { delays = {}, sent = {} }, 0
    engine:add { address = tostring(i), action = "call", operation = "DescribeServices", body = core.object {} }
    while true do
      local action = engine:next(now)
      if action.kind == "idle" then break end
      if action.kind == "sleep" then
        now = action["until"]
      elseif action.kind == "event" then
        result.delays[#result.delays + 1] = action.delay
      elseif action.kind == "done" then
        result.ok, result.error = action.ok, action.error
      elseif action.kind == "send" then
        at = at + 1
        local answer = answers[at] or OK
        result.sent[at], now = now, now + LATENCY
        if answer.kind then
          engine:failed(action.id, answer.kind, "", now)
        else
          engine:answer(action.id, answer.status, answer.headers or {},
            core.object { __type = answer.code, services = answer.status == 200 and {} or nil }, now)
        end
      end
    end
    results[i] = result
  end
  return results
end

local function times(n, answer)
  local list = {}
  for i = 1, n do list[i] = answer end
  return list
end

local function failure(status, code, headers) return { status = status, code = code, headers = headers } end

local function scenario(calls, more)
  local made = { seed = 7, mode = "standard", attempts = 3, start = START, calls = calls }
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

-- One failure of every class, twice, so that both delays are seen; the third attempt goes well.
local CLASSES = {}
for _, code in ipairs { "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
  "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
  "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown",
  "PriorRequestNotComplete", "EC2ThrottledException", "RequestTimeout", "RequestTimeoutException", "ServerException",
  "InternalFailure", "ServiceUnavailable", "ClientException", "InvalidParameterException", "AccessDeniedException",
  "ClusterNotFoundException", "UpdateInProgressException" } do
  CLASSES[#CLASSES + 1] = { "HTTP 400 " .. code, failure(400, code) }
end
for _, status in ipairs { 403, 404, 413, 429, 500, 501, 502, 503, 504, 505 } do
  CLASSES[#CLASSES + 1] = { "HTTP " .. status, failure(status, "SomethingElse") }
  CLASSES[#CLASSES + 1] = { "HTTP " .. status .. " without a code", failure(status) }
end
CLASSES[#CLASSES + 1] = { "HTTP 500 ServerException", failure(500, "ServerException") }
CLASSES[#CLASSES + 1] = { "HTTP 503 SlowDown", failure(503, "SlowDown") }
for _, kind in ipairs { "dns", "connect", "timeout", "reset", "tls", "proxy", "other" } do
  CLASSES[#CLASSES + 1] = { "no answer: " .. kind, { kind = kind } }
end
for _, wait in ipairs { "0", "10", "700", "1500", "60000", "-5", "soon" } do
  CLASSES[#CLASSES + 1] = { "x-amz-retry-after " .. wait,
    failure(500, "ServerException", { ["x-amz-retry-after"] = wait }) }
  CLASSES[#CLASSES + 1] = { "throttled, x-amz-retry-after " .. wait,
    failure(400, "ThrottlingException", { ["x-amz-retry-after"] = wait }) }
end

local SCENARIOS, NAMES = {}, {}
local function compare(name, made) SCENARIOS[#SCENARIOS + 1], NAMES[#NAMES + 1] = made, name end

for _, class in ipairs(CLASSES) do
  compare(class[1] .. ", twice", scenario { { class[2], class[2], OK } })
end
local server_error = failure(500, "ServerException")
compare("HTTP 500 for ever", scenario { times(5, server_error) })
compare("a quota of the account, for ever", scenario { times(5, failure(400, "LimitExceededException")) })
compare("five attempts", scenario({ times(9, server_error) }, { attempts = 5 }))
compare("one attempt", scenario({ times(9, server_error) }, { attempts = 1 }))
compare("the limit of twenty seconds", scenario({ times(14, server_error) }, { attempts = 12 }))
compare("thirty refusals for the rate", scenario({ times(40, failure(400, "ThrottlingException")) },
  { attempts = 31, max_attempts = 3 }))
compare("the retry quota runs out, and fills again with successes", (function()
  local calls = {}
  for i = 1, 30 do calls[i] = times(3, server_error) end
  for i = 31, 45 do calls[i] = { OK } end
  for i = 46, 60 do calls[i] = { server_error, OK } end
  for i = 61, 70 do calls[i] = times(3, { kind = "reset" }) end
  return scenario(calls)
end)())
compare("adaptive: a burst of refusals, then a server that has recovered", (function()
  local calls = {}
  for i = 1, 150 do
    calls[i] = i % 30 >= 26 and { failure(400, "ThrottlingException"), OK } or { OK }
  end
  return scenario(calls, { mode = "adaptive", attempts = 31, max_attempts = 3 })
end)())
compare("adaptive: nothing is refused",
  scenario({ { OK }, { OK }, { server_error, OK }, { OK } }, { mode = "adaptive" }))

describe("retries", function()
  local python = os.getenv "AWS_CLIENTS_PYTHON"
  local theirs

  local function ask_botocore()
    local folder = os.tmpname()
    local file = assert(io.open(folder, "w"))
    file:write(cjson.encode(SCENARIOS))
    file:close()
    local pipe = assert(io.popen(("'%s' spec/support/retry_botocore.py <'%s'"):format(python, folder)))
    local text = pipe:read "*a"
    pipe:close()
    os.remove(folder)
    return cjson.decode(text)
  end

  if not python or python == "" then
    pending "beside botocore: AWS_CLIENTS_PYTHON names no python with botocore"
  else
    setup(function() theirs = ask_botocore() end)

    for i, made in ipairs(SCENARIOS) do
      it("come when botocore's do: " .. NAMES[i], function()
        local here = ours(made)
        for n, result in ipairs(here) do
          local there = theirs[i][n]
          assert.equal(#there.delays, #result.delays, "retries of call " .. n)
          for k, delay in ipairs(there.delays) do
            assert.is_true(math.abs(delay - result.delays[k]) < 1e-9, ("delay %d of call %d: %g, not %g"):format(k, n,
              result.delays[k], delay))
          end
          for k, at in ipairs(there.sent) do
            assert.is_true(math.abs(at - result.sent[k]) < 1e-4, ("sending %d of call %d: %.6f, not %.6f"):format(k, n,
              result.sent[k] - START, at - START))
          end
        end
      end)
    end
  end

  it("of a call say in its error how many attempts there were, and the last request id", function()
    local broken = failure(500, "ServerException", { ["x-amzn-requestid"] = "7d9f" })
    local err = ours(scenario { { broken, broken, { kind = "reset" } } })[1].error
    assert.equal(3, err.attempts)
    assert.equal("DescribeServices", err.operation)
    assert.equal("7d9f", err.request_id)
    assert.truthy(err.message:find("DescribeServices was not answered after 3 attempts: Transport.reset", 1, true))
    assert.is_true(err.retryable)
    assert.equal(1, ours(scenario { { failure(400, "AccessDeniedException") } })[1].error.attempts)
  end)

  it("wait as long as a proxy's Retry-After says", function()
    local busy = failure(503, nil, { ["retry-after"] = "7" })
    assert.same({ 7 }, ours(scenario { { busy, OK } })[1].delays)
  end)

  it("go on for ten minutes and longer when ECS says TooManyRequests to a change", function()
    local engine = core.engine { pace = false }
    local normal = assert(core.validate("service", { name = "web", cluster = "prod", task_definition = "web:1" }))
    engine:add { address = "web", action = "create", config = normal, client_token = ("a"):rep(32),
      change = assert(core.plan("service", { config = normal, refreshed = true })), timeouts = { create = 1200 } }
    local now, refusals, created = START, 0, false
    for _ = 1, 1000 do
      local action = engine:next(now)
      if action.kind == "done" then
        assert.is_true(action.ok)
        assert.is_true(refusals > 30)
        return
      elseif action.kind == "sleep" then
        now = action["until"]
      elseif action.kind == "send" then
        if now < START + 600 then
          refusals = refusals + 1
          engine:answer(action.id, 400, {}, core.object { __type = "TooManyRequests" }, now)
        else
          local service = { serviceName = "web", status = "ACTIVE", deployments = {} }
          local body = created and { services = { service } } or { service = service }
          created = true
          engine:answer(action.id, 200, {}, core.object(body), now)
        end
      end
    end
    error "the engine does not come to an end"
  end)

  it("are not made of a change that may have been carried out and cannot be repeated", function()
    for kind, sends in pairs { reset = 1, timeout = 1, connect = 3, dns = 3 } do
      local engine, sent = core.engine { pace = false }, 0
      engine:add { address = "x", action = "call", operation = "StopServiceDeployment", body = core.object {},
        mutates = true }
      local now = START
      while true do
        local action = engine:next(now)
        if action.kind == "idle" then break end
        if action.kind == "sleep" then now = action["until"] end
        if action.kind == "send" then
          sent = sent + 1
          engine:failed(action.id, kind, "", now)
        end
      end
      assert.equal(sends, sent, kind)
    end
  end)

  it("of one DescribeServices stay one call for all of its services", function()
    local engine = core.engine { pace = false }
    for i = 1, 10 do
      engine:add { address = "s" .. i, action = "read", cluster = "prod", service = "s" .. i }
    end
    local now, sizes = START, {}
    while true do
      local action = engine:next(now)
      if action.kind == "idle" then break end
      if action.kind == "sleep" then now = action["until"] end
      if action.kind == "send" then
        sizes[#sizes + 1] = #cjson.decode(action.body).services
        if #sizes < 6 then
          engine:answer(action.id, 400, {}, core.object { __type = "ThrottlingException" }, now)
        else
          engine:answer(action.id, 200, {}, core.object { services = {} }, now)
        end
      end
    end
    assert.same({ 10, 10, 10, 10, 10, 10 }, sizes)
  end)
end)

-- Calls one after the other; what each is answered, in order. How often each was sent.
local function sends(engine, calls)
  local now, counts = START, {}
  for i, answers in ipairs(calls) do
    local sent = 0
    engine:add { address = tostring(i), action = "call", operation = "DescribeServices", body = core.object {} }
    while true do
      local action = engine:next(now)
      if action.kind == "idle" then break end
      if action.kind == "sleep" then now = action["until"] end
      if action.kind == "send" then
        sent = sent + 1
        local answer = answers[sent] or OK
        engine:answer(action.id, answer.status, {}, core.object { __type = answer.code }, now)
      end
    end
    counts[i] = sent
  end
  return counts
end

describe("the retry quota", function()
  local QUOTA, COST = 500, 14

  -- How many retries are left, found out by a server that fails everything.
  local function left(engine) return engine:learned().quota end

  it("gets back from a success what its retry took, so that a long run goes on retrying", function()
    local engine, calls, expected = core.engine { pace = false }, {}, {}
    for i = 1, 100 do calls[i], expected[i] = { server_error, OK }, 2 end
    assert.same(expected, sends(engine, calls))
    assert.equal(QUOTA, left(engine))
  end)

  it("gets one back from a success that was not tried again", function()
    local engine = core.engine { pace = false, learned = { quota = 100 } }
    sends(engine, { { OK }, { OK }, { OK } })
    assert.equal(103, left(engine))
  end)

  it("keeps what was taken for a request that failed in the end, whatever is asked next", function()
    local engine, now = core.engine { pace = false, learned = { quota = 400 } }, START
    engine:add { address = "web", action = "wait", cluster = "prod", service = "web", timeout = 600 }
    local service = { serviceName = "web", status = "ACTIVE", desiredCount = 1, runningCount = 1, events = {},
      currentServiceDeployment = "arn:aws:ecs:us-west-2:123456789012:service-deployment/prod/web/1",
      deployments = { { id = "d1", status = "PRIMARY", desiredCount = 1, runningCount = 1, createdAt = START - 60 } } }
    local looks, lists = 0, 0
    while true do
      local action = engine:next(now)
      if action.kind == "idle" then break end
      if action.kind == "sleep" then now = action["until"] end
      if action.kind == "send" and action.operation == "DescribeServices" then
        looks = looks + 1
        engine:answer(action.id, 200, {}, core.object { services = { service } }, now)
      elseif action.kind == "send" then
        lists = lists + 1
        if looks > 5 then
          engine:answer(action.id, 400, {}, core.object { __type = "AccessDeniedException" }, now)
        else
          engine:answer(action.id, 500, {}, core.object { __type = "ServerException" }, now)
        end
      end
    end
    assert.equal(5 * 3 + 1, lists)
    assert.equal(400 - 5 * 2 * COST + looks, left(engine))
  end)

  it("is paid once by ten services of one call, and given back once when they part", function()
    local engine = core.engine { pace = false, learned = { quota = 200 } }
    for i = 1, 10 do engine:add { address = "s" .. i, action = "read", cluster = "prod", service = "s" .. i } end
    local now, flights = START, 0
    while true do
      local action = engine:next(now)
      if action.kind == "idle" then break end
      if action.kind == "sleep" then now = action["until"] end
      if action.kind == "send" then
        flights = flights + 1
        local answer = flights == 1 and server_error or OK
        engine:answer(action.id, answer.status, {}, core.object { services = {} }, now)
        if flights == 1 then
          assert.equal(200 - COST, left(engine))
          -- One more of that cluster takes a place in the next call, so that one of the ten has to go by itself.
          engine:add { address = "s0", action = "read", cluster = "prod", service = "s0" }
        end
      end
    end
    assert.equal(3, flights)
    assert.equal(200 + 1, left(engine))
  end)

  it("is not touched by throttling that is outlasted", function()
    local engine = core.engine { pace = false, learned = { quota = 200 } }
    local slow = failure(400, "ThrottlingException")
    assert.same({ 5 }, sends(engine, { { slow, slow, slow, slow, OK } }))
    assert.equal(201, left(engine))
  end)

  it("gets back what a retry took although throttling came between", function()
    local engine = core.engine { pace = false, learned = { quota = 200 } }
    assert.same({ 3 }, sends(engine, { { server_error, failure(400, "ThrottlingException"), OK } }))
    assert.equal(200, left(engine))
  end)
end)

describe("a clock that is ten minutes wrong", function()
  after_each(journey.clean)

  for what, wrong in pairs { behind = -600, ahead = 600 } do
    it("costs one extra call, and the apply goes well: " .. what, function()
      local function run(skew)
        local sim = journey.simulator { verify_signatures = true }
        local stack = journey.stack(sim, { credentials = { access_key_id = "AKIDEXAMPLE",
            secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
          scheduler = { now = function() return sim:now() + skew end, sleep = function(_, s) sim:advance(s) end } })
        stack:service("web", journey.web())
        assert(stack:apply())
        local refused = 0
        for _, request in ipairs(sim.requests) do
          if request.code == "InvalidSignatureException" then refused = refused + 1 end
        end
        return #sim.requests, refused, assert(stack:status "web")
      end
      local right = run(0)
      local calls, refused, status = run(wrong)
      assert.equal(1, refused)
      assert.equal(right + 1, calls)
      assert.equal("ACTIVE", status.status)
    end)
  end
end)
