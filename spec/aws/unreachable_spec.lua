-- Errors of what lies between this machine and ECS name the endpoint and the next step, by what is wrong; and a wait
-- that ends by its time says what it has waited for.
local ecs = require "ecs_service"
local journey = require "support.journey"

after_each(journey.clean)

local URL = "http://127.0.0.1:4599"

-- A stack that is answered so, whatever it sends.
local function answered(completion, options)
  local sim = journey.simulator()
  local waiting, transport = {}, {}
  function transport.submit(_, request)
    waiting[#waiting + 1] = request.id
    return true
  end
  function transport.wait()
    local id = table.remove(waiting, 1)
    local own = id and { id = id }
    for key, value in pairs(own and completion or {}) do own[key] = value end
    return own
  end
  function transport.cancel() return true end
  local given = { region = "us-west-2", state = false, endpoint = URL, transport = transport, scheduler = sim.scheduler,
    credentials = { access_key_id = "AKIAIOSFODNN7EXAMPLE", secret_access_key = "secret" } }
  for key, value in pairs(options or {}) do given[key] = value end
  local stack = assert(ecs.stack(given))
  stack:service("web", journey.web())
  return stack
end

local function failed(kind, message, options)
  local _, err = answered({ error = { kind = kind, message = message, sent = false } }, options):plan()
  return err
end

describe("an error of the transport", function()
  before_each(function() journey.environment {} end)

  local cases = {
    { "dns", "Could not resolve host: ecs.nowhere", "getent hosts 127.0.0.1" },
    { "connect", "Failed to connect", "curl -sv " .. URL },
    { "timeout", "Operation timed out", "firewall" },
    { "reset", "Connection reset by peer", "HTTPS_PROXY" },
    { "proxy", "CONNECT tunnel failed, response 407", "HTTPS_PROXY" },
    { "too_large", "the answer is larger than the limit", URL },
    { "tls", "error setting certificate verify locations:  CAfile: /etc/ssl/certs/ca-certificates.crt",
      "apt install ca-certificates" },
    { "tls", "error adding trust anchors from file: /x CAfile", "ca_bundle" },
    { "tls", "SSL certificate problem: unable to get local issuer certificate", "AWS_CA_BUNDLE" },
    { "tls", "SSL certificate problem: certificate has expired", "date -u" },
    { "tls", "SSL certificate problem: certificate is not yet valid", "date -u" },
    { "tls", "error:0A00010B:SSL routines::wrong version number", URL .. " does not speak TLS" },
    { "other", "something", "curl -sv " .. URL },
  }
  for _, case in ipairs(cases) do
    it(("of the kind %s (%s) names the endpoint and the next step"):format(case[1], case[2]:sub(1, 40)), function()
      local err = failed(case[1], case[2])
      assert.equal("Transport." .. case[1], err.code)
      assert.equal(URL, err.endpoint)
      assert.is_truthy(err.message:find("127.0.0.1:4599", 1, true), err.message)
      assert.is_truthy(err.hint:find(case[3], 1, true), err.hint)
    end)
  end

  it("blames the proxy that cannot be connected to, not the endpoint", function()
    local err = failed("connect", "Failed to connect to 10.0.0.1", { proxy = "http://10.0.0.1:3128" })
    assert.is_truthy(err.hint:find("NO_PROXY", 1, true), err.hint)
  end)

  it("names the endpoint once", function()
    local err = failed("connect", "127.0.0.1:4599: Failed to connect")
    local _, count = err.message:gsub("127%.0%.0%.1:4599", "")
    assert.equal(1, count, err.message)
  end)
end)

describe("an answer that is not ECS's", function()
  before_each(function() journey.environment {} end)

  local cases = {
    { { status = 502, body = "<html>Bad Gateway</html>" }, "HTTP502", "overloaded or cannot reach it" },
    { { status = 503, body = "" }, "HTTP503", "try again" },
    { { status = 404, body = "<html>" }, "HTTP404", "a login page" },
    { { status = 302, body = "" }, "HTTP302", "a login page" },
    { { status = 407, body = "" }, "HTTP407", "USER:PASSWORD" },
    { { status = 200, body = "<html>Welcome to the hotel</html>" }, "InvalidAnswer", "a login page" },
    { { status = 200, body = '{"services":5}' }, "InvalidAnswer", "a login page" },
  }
  for _, case in ipairs(cases) do
    it(("(%s: %s) names the endpoint and the next step"):format(case[2], case[1].body:sub(1, 12)), function()
      local _, err = answered { status = case[1].status, headers = {}, body = case[1].body }:plan()
      assert.equal(case[2], err.code)
      assert.is_truthy(err.message:find(URL, 1, true), err.message)
      assert.is_truthy(err.hint:find(case[3], 1, true), err.hint)
    end)
  end
end)

describe("what AWS refuses", function()
  it("for a cluster that is not there names that cluster, also where it is looked at by hand", function()
    local sim = journey.simulator()
    local _, err = journey.stack(sim):diagnose "other/nope"
    assert.is_truthy(err.hint:find("no cluster other ", 1, true), err.hint)
  end)

  it("for a revision that is not there says so", function()
    local sim = journey.simulator()
    local stack = journey.stack(sim)
    stack:service("web", journey.web { task_definition = "nothing:99" })
    local _, err = stack:apply()
    assert.is_truthy(tostring(err.hint):find("no such revision", 1, true), tostring(err))
  end)
end)

describe("a wait that ends by its time", function()
  local sim, stack
  before_each(function()
    sim = journey.simulator()
    stack = journey.stack(sim)
  end)

  it("names the deployment that it waited for, its revision, state and tasks", function()
    sim:tasks { service = "web", outcome = "no_capacity" }
    stack:service("web", journey.web())
    assert(stack:apply())
    local _, err = stack:wait { timeout = 30 }
    local id = journey.service(sim).deployments[1].id
    assert.is_truthy(err.message:find(("its deployment %s of web:1 is IN_PROGRESS (0 of 2 tasks running"):format(id), 1,
      true), err.message)
  end)

  it("names the other deployments, too, and counts one as one", function()
    stack:service("web", journey.web { desired_count = 1 })
    assert(stack:apply())
    sim:advance(200)
    sim:tasks { service = "web", outcome = "no_capacity" }
    local newer = journey.stack(sim)
    newer.backend = stack.backend
    newer:service("web", journey.web { desired_count = 1, task_definition = "web:2" })
    assert(newer:apply())
    local _, err = newer:wait { timeout = 30 }
    local found = journey.service(sim).deployments
    assert.is_truthy(err.message:find("1 of 1 task running", 1, true), err.message)
    assert.is_truthy(err.message:find(("beside it %s of web:1 is COMPLETED (1 of 1 task running"):format(found[2].id),
      1, true), err.message)
    assert.is_nil(err.message:find("1 deployments", 1, true))
  end)
end)

describe("what a simulated ECS answers with", function()
  it("has a next step, too", function()
    for _, status in ipairs { 502, 413, 301 } do
      local sim = journey.simulator()
      sim:fault { http_status = status, times = 1e5 }
      local stack = journey.stack(sim)
      stack:service("web", journey.web())
      local _, err = stack:apply()
      assert.truthy(err.hint and #err.hint > 10, tostring(err))
      assert.truthy(err.endpoint)
    end
  end)

  it("is told once of many services, and steers no terminal", function()
    local sim = journey.simulator()
    sim:fault { operation = "CreateService", code = "AccessDeniedException", times = 1e6,
      message = "no \27]0;owned\7 rights" }
    local stack = journey.stack(sim)
    for i = 1, 50 do stack:service("s" .. i, journey.web { name = "s" .. i }) end
    local _, err = stack:apply()
    assert.equal(50, #err.errors)
    local text = tostring(err)
    assert.truthy(#text < 600, text)
    assert.truthy(text:find("50", 1, true) and text:find("CreateService was refused", 1, true), text)
    assert.falsy(text:find "[%c]", text)
    assert.falsy(tostring(err.errors[1]):find "[%c]")
    assert.truthy(err.errors[1].message:find("\27", 1, true)) -- a program gets what was answered
  end)

  it("is not waited for longer than a wait allows, by the option that says so", function()
    local sim = journey.simulator { task_start_seconds = 1000 }
    local stack = journey.stack(sim)
    stack:service("web", journey.web())
    assert(stack:apply())
    local _, err = stack:wait { timeout = 20 }
    assert.equal("Timeout", err.code)
    assert.truthy(err.hint:find("by timeout$"), err.hint)
  end)

  it("leaves signatures to be made without a time, which is now", function()
    local keys = { access_key_id = "AKIDEXAMPLE", secret_access_key = "secret" }
    local headers = ecs.sign({ method = "GET", url = "https://sts.amazonaws.com/" }, keys,
      { service = "sts", region = "us-east-1" })
    assert.truthy(headers.Authorization or headers.authorization)
    assert.truthy(ecs.presign({ method = "GET", url = "https://b.s3.amazonaws.com/k" }, keys,
      { service = "s3", region = "us-east-1" }):find("X-Amz-Signature=", 1, true))
  end)
end)
