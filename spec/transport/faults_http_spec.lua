-- Servers that fail, over real HTTP: every apply ends in success, or in an error that names the operation, the attempts
-- and the request id. Pauses take no time; what libcurl itself waits for is short.
local curl = require "ecs_service.transport.curl"
local ecs = require "ecs_service"
local httpd = require "ecs_service.httpd"
local scheduler = require "ecs_service.scheduler"

local JSON = { ["content-type"] = "application/x-amz-json-1.1", ["x-amzn-requestid"] = "req-of-the-refusal" }

local function refuse(status, code, message)
  return { status, JSON, ('{"__type":"%s","message":"%s"}'):format(code, message) }
end

local FAULTS = {
  { name = "refuses with ThrottlingException", reply = refuse(400, "ThrottlingException", "Rate exceeded"), id = true },
  { name = "answers 503", reply = refuse(503, "ServiceUnavailableException", "Service Unavailable"), id = true },
  { name = "answers 500 with no JSON", reply = { 500, {}, "<html>oops</html>" } },
  { name = "resets the connection", reply = { nil, nil, nil, { abort = true } } },
  { name = "sends half of an answer", reply = { 200, JSON, ("x"):rep(4000), { truncate = true } } },
  { name = "answers 200 with what is no JSON", reply = { 200, { ["content-type"] = "text/html" }, "<html>" } },
  { name = "hangs", reply = { nil, nil, nil, { hold = true } } },
}

-- The simulator behind a real server, whose calls go wrong when `wrong` says so: an answer instead of being carried
-- out, or, with `lost`, instead of the answer of what was carried out.
local function world(wrong, lost)
  local clock = scheduler.virtual(1767225600)
  local sim = ecs.simulator { task_definitions = { "web:2" }, start_time = clock.time }
  local server = assert(httpd.new {})
  local made = { sim = sim, calls = {} }
  local function serve()
    local request = server:wait(0)
    while request do
      local operation = request.headers["x-amz-target"]:match "%.(%w+)$"
      made.calls[#made.calls + 1] = operation
      sim:advance(math.max(0, clock.time - sim:now()))
      local reply = wrong(#made.calls, operation)
      local answer
      if not reply or lost then
        answer = { sim:http(request.method, request.path, request.headers, request.body) }
        answer[4] = nil
      end
      reply = reply or answer
      assert(server:reply(request.id, reply[1], reply[2], reply[3], reply[4]))
      request = server:wait(0)
    end
  end
  local transport = curl.new { no_proxy = "*", timeout = 0.25 }
  made.stack = assert(ecs.stack { region = "us-west-2", state = false, transport = transport,
    endpoint = ("http://127.0.0.1:%d"):format(server:port()),
    credentials = { access_key_id = "AKIDFAULTS", secret_access_key = "secret" },
    -- Between two looks at the transport the server works; a pause longer than a look is the engine's.
    scheduler = { now = function() return clock.time end, sleep = function(_, seconds)
      serve()
      clock:advance(seconds > 0.06 and seconds or 0.001)
    end } })
  made.stack:service("web", { name = "web", task_definition = "web:1", desired_count = 1,
    wait_for_steady_state = true })
  function made.close()
    transport:close()
    server:close()
  end
  return made
end

local function services_of(sim)
  return #sim:call("ListServices", {}).serviceArns
end

describe("a server that", function()
  for _, fault in ipairs(FAULTS) do
    for _, lost in ipairs { false, true } do
      local how = lost and " after it has carried out what was asked" or ""
      it(fault.name .. how .. " at every second call does not keep an apply from success", function()
        local made = world(function(n) return n % 2 == 1 and fault.reply or nil end, lost)
        local result, err = made.stack:apply()
        assert(result, tostring(err))
        assert.equal(1, services_of(made.sim))
        assert.is_true(assert(made.stack:plan()):is_empty())
        made.close()
      end)
    end

    it(fault.name .. " always ends the apply with an error that tells what was tried", function()
      local made = world(function(_, operation) return operation == "CreateService" and fault.reply or nil end)
      local result, err = made.stack:apply()
      assert.is_nil(result)
      assert.equal("CreateService", err.operation)
      assert.is_true(err.attempts >= 3, tostring(err))
      assert.truthy(tostring(err):find(err.attempts .. " attempts", 1, true), tostring(err))
      if fault.id then assert.equal("req-of-the-refusal", err.request_id) end
      assert.equal(0, services_of(made.sim))
      made.close()
    end)
  end
end)
