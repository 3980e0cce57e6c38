local core = require "ecs_service.core"
local ecs = require "ecs_service"
local curl = require "ecs_service.transport.curl"
local httpd = require "ecs_service.httpd"
local serve = require "ecs_service.simulator.serve"
local served = require "support.served"
local support = require "support.support_http"

--- Answers by path; remembers what it was asked and how much time was said to have passed.
local function fake_simulator()
  local simulator = { asked = {}, advanced = 0 }
  function simulator:advance(seconds)
    self.advanced = self.advanced + seconds
  end
  function simulator:http(method, path, headers, body)
    self.asked[#self.asked + 1] = { method = method, path = path, headers = headers, body = body }
    if path == "/raise" then
      error("a fault of the simulator")
    end
    local fault = path:match "^/fault/([%w_]+)$"
    fault = fault and { [fault] = fault ~= "slow" or 30 }
    return 200, { ["content-type"] = "application/x-amz-json-1.1" }, '{"n":' .. #self.asked .. "}", fault
  end
  return simulator
end

--- Serves `simulator` while a client sends the requests one after the other; returns the completions.
local function exchange(simulator, requests, options)
  local transport = curl.new { no_proxy = "*" }
  local completions, url, sent = {}, nil, 0
  local function client()
    local completion = sent > 0 and transport:wait(0.01)
    if completion then
      completions[#completions + 1] = completion
    end
    if #completions == #requests then
      return true
    end
    if sent == #completions then
      sent = sent + 1
      local request = requests[sent]
      request.id, request.url = sent, url .. (request.path or "/")
      request.path = nil
      assert(transport:submit(request))
      transport:wait(0)
    end
    return false
  end
  options = options or {}
  options.simulator, options.should_stop = simulator, client
  options.on_ready = function(address)
    url = address
  end
  local ok, err = serve(options)
  transport:close()
  assert(ok, tostring(err))
  return completions
end

describe("serving a simulator", function()
  it("answers to names of this machine alone, lest a page of the web speaks to it by a name of its own", function()
    local simulator = fake_simulator()
    local requests = {}
    local hosts = { "evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "a.b.",
                    "localhost", "localhost:1", "127.0.0.1", "[::1]:80", "ecs", "ecs.localhost",
                    "host.docker.internal:1" }
    for i, host in ipairs(hosts) do requests[i] = { method = "GET", headers = { Host = host } } end
    for i, completion in ipairs(exchange(simulator, requests)) do
      assert.equal(i <= 5 and 403 or 200, completion.status, hosts[i])
    end
    assert.equal(7, #simulator.asked)
  end)

  it("says so when it is to listen on what is no address", function()
    local ok, err = serve { simulator = fake_simulator(), address = "foo\27[2J" }
    assert.is_nil(ok)
    assert.equal("WrongOption", err.code)
    assert.truthy(err.message:find("is not an IP address", 1, true), err.message)
  end)

  it("says where, and passes requests and answers through as they are", function()
    local simulator = fake_simulator()
    local completions = exchange(simulator, {
      { method = "POST", path = "/?a=b", headers = { ["X-Amz-Target"] = "T.Op" }, body = '{"cluster":"prod"}' },
    })
    local asked = simulator.asked[1]
    assert.equal("POST", asked.method)
    assert.equal("/?a=b", asked.path)
    assert.equal("T.Op", asked.headers["x-amz-target"])
    assert.equal('{"cluster":"prod"}', asked.body)
    assert.equal(200, completions[1].status)
    assert.equal("application/x-amz-json-1.1", completions[1].headers["content-type"])
    assert.equal('{"n":1}', completions[1].body)
  end)

  it("lets time pass as fast as it was told", function()
    local monotonic, now = core.system.monotonic, 0
    core.system.monotonic = function()
      now = now + 0.25
      return now
    end
    finally(function()
      core.system.monotonic = monotonic
    end)
    local simulator = fake_simulator()
    exchange(simulator, { {}, {} }, { speed = 60 })
    -- One reading when it starts, then one for each time around.
    assert.equal((now - 0.25) * 60, simulator.advanced)
  end)

  it("plays the faults that the simulator asks for", function()
    local completions = exchange(fake_simulator(), {
      { path = "/fault/reset" },
      { path = "/fault/truncate" },
      { path = "/fault/timeout", timeout = 0.1 },
      { path = "/" },
      { path = "/fault/reset_after" },
    })
    assert.equal("reset", completions[1].error.kind)
    assert.equal("reset", completions[2].error.kind)
    assert.equal("timeout", completions[3].error.kind)
    assert.equal('{"n":4}', completions[4].body)
    assert.equal("reset", completions[5].error.kind)
  end)

  it("lets a slow answer take its time, on the simulator's clock", function()
    local simulator = fake_simulator()
    local monotonic, now = core.system.monotonic, 0
    core.system.monotonic = function()
      now = now + 0.25
      return now
    end
    finally(function()
      core.system.monotonic = monotonic
    end)
    local completions = exchange(simulator, { { path = "/fault/slow" } }, { speed = 10 })
    assert.equal(200, completions[1].status)
    assert.is_true(simulator.advanced >= 30)
  end)

  it("lets every answer take the real time that it was told, however fast the simulator's clock is", function()
    local simulator = fake_simulator()
    local monotonic, now = core.system.monotonic, 0
    core.system.monotonic = function()
      now = now + 0.25
      return now
    end
    finally(function() core.system.monotonic = monotonic end)
    local completions = exchange(simulator, { {}, {} }, { speed = 1000, latency = 5 })
    assert.equal(200, completions[2].status)
    assert.is_true(now >= 10)
  end)

  it("goes on after an error inside the simulator, and answers as AWS does", function()
    local completions = exchange(fake_simulator(), { { path = "/raise" }, { path = "/" } })
    assert.equal(500, completions[1].status)
    assert.matches('"__type":"ServerException"', completions[1].body, 1, true)
    assert.matches("a fault of the simulator", completions[1].body, 1, true)
    assert.equal(200, completions[2].status)
  end)

  it("tells who watches what was asked", function()
    local lines = {}
    exchange(fake_simulator(), { { path = "/" }, { path = "/fault/reset" } }, {
      on_request = function(request, status, fault)
        lines[#lines + 1] = ("%s %d%s"):format(request.path, status, fault.reset and " reset" or "")
      end,
    })
    assert.same({ "/ 200", "/fault/reset 200 reset" }, lines)
  end)

  it("says why it cannot listen", function()
    local taken = assert(httpd.new {})
    local ok, err = serve { simulator = fake_simulator(), port = taken:port() }
    taken:close()
    assert.is_nil(ok)
    assert.equal("CannotListen", err.code)
    assert.matches("in use", tostring(err))
  end)

  it("refuses what is not a simulator, and speeds that do not exist", function()
    assert.has_error(function()
      serve { simulator = {} }
    end, "serve needs a simulator")
    assert.has_error(function()
      serve { simulator = fake_simulator(), speed = -1 }
    end)
    assert.has_error(function() serve { simulator = fake_simulator(), latency = -1 } end)
  end)
end)

describe("sim:serve", function()
  it("serves the simulator itself until it is told to stop", function()
    local sim, transport, answer = ecs.simulator { clusters = { "prod" } }, curl.new { no_proxy = "*" }, nil
    assert.is_true(sim:serve {
      on_ready = function(url, port)
        assert.equal("http://127.0.0.1:" .. port, url)
        assert(transport:submit { id = 1, method = "POST", url = url .. "/", body = "{}",
          headers = { ["X-Amz-Target"] = "AmazonEC2ContainerServiceV20141113.ListClusters" } })
        transport:wait(0)
      end,
      should_stop = function()
        answer = transport:wait(0.01)
        return answer ~= nil
      end,
    })
    transport:close()
    assert.equal(200, answer.status)
    assert.truthy(answer.body:find("cluster/prod", 1, true), answer.body)
    assert.equal("ListClusters", sim.requests[1].operation)
  end)

  it("raises what is wrong with its options, where it was called", function()
    local sim = ecs.simulator()
    for options, wanted in pairs {
      [{ ports = 1 }] = "sim:serve has no option ports", [{ port = "80" }] = "port is a number, not a string",
      [{ port = 70000 }] = "port is a whole number from 0 to 65535", [{ port = 1.5 }] = "port is a whole number",
      [{ speed = -1 }] = "speed is a number from 0", [{ latency = -1 }] = "latency is a number of seconds",
    } do
      local ok, raised = pcall(function() return (sim:serve(options)) end)
      assert.is_false(ok, wanted)
      assert.truthy(tostring(raised):find(wanted, 1, true), tostring(raised))
      assert.truthy(tostring(raised):find("serve_spec.lua", 1, true), tostring(raised))
    end
  end)

  for _, signal in ipairs { "INT", "TERM" } do
    it("ends well at SIG" .. signal .. " when it is not told when to stop", function()
      local pipe = assert(io.popen(("exec %s -e '%s'"):format(served.interpreter(), [[
        local sim = require("ecs_service").simulator()
        local ok = sim:serve { on_ready = function()
          print(require("ecs_service.core").system.pid())
          io.stdout:flush()
        end }
        print("ended", ok)
      ]])))
      os.execute(("kill -%s %s"):format(signal, assert(pipe:read "*l":match "^%d+$")))
      local rest = pipe:read "*a"
      pipe:close()
      assert.equal("ended\ttrue\n", rest)
    end)
  end
end)

describe("the HTTP server", function()
  local pair

  after_each(function()
    if pair then
      pair:close()
      pair = nil
    end
  end)

  it("answers a client that asks for leave to send its body", function()
    pair = support.pair(function(request)
      return 200, {}, request.body
    end)
    local answer = pair:fetch { headers = { Expect = "100-continue" }, body = "the body" }
    assert.equal(200, answer.status)
    assert.equal("the body", answer.body)
    assert.equal("100-continue", pair.seen[1].headers.expect)
  end)

  it("keeps many requests open and answers them in any order", function()
    pair = support.pair(function() end, { max_connections = 200 })
    for i = 1, 200 do
      pair:submit { id = i, body = tostring(i) }
    end
    while #pair.seen < 200 do
      pair.transport:wait(0)
      pair:serve()
    end
    for i = #pair.seen, 1, -1 do
      assert(pair.server:reply(pair.seen[i].id, 200, {}, pair.seen[i].body))
    end
    for _ = 1, 200 do
      local completion = pair:next()
      assert.equal(tostring(completion.id), completion.body)
    end
  end)

  it("refuses bodies above 16 MiB, and lives on", function()
    pair = support.pair(function(request)
      return 200, {}, tostring(#request.body)
    end)
    local limit = 16 * 1024 * 1024
    assert.equal(tostring(limit), pair:fetch({ body = ("x"):rep(limit) }).body)
    assert.equal(413, pair:fetch({ body = ("x"):rep(limit + 1) }).status)
    assert.equal(1, #pair.seen)
    assert.equal("0", pair:fetch({}).body)
  end)

  it("takes one reply for each request", function()
    pair = support.pair(function() end)
    pair:submit {}
    while #pair.seen == 0 do
      pair.transport:wait(0)
      pair:serve()
    end
    local id = pair.seen[1].id
    assert.is_true(pair.server:reply(id, 200, {}, "first"))
    local ok, message = pair.server:reply(id, 200, {}, "second")
    assert.is_nil(ok)
    assert.matches("no such request", message)
    assert.equal("first", pair:next().body)
  end)

  it("lets go of a request that is never answered when its client gives up", function()
    pair = support.pair(function()
      return nil, nil, nil, { hold = true }
    end)
    pair:fetch { timeout = 0.05 }
    assert.equal(1, pair.server:open())
    pair.transport:close()
    pair:serve()
    pair:serve()
    assert.equal(0, pair.server:open())
  end)

  it("refuses replies of the wrong form and keeps the request open", function()
    pair = support.pair(function() end)
    pair:submit {}
    while #pair.seen == 0 do
      pair.transport:wait(0)
      pair:serve()
    end
    local id = pair.seen[1].id
    for _, arguments in ipairs {
      { id, "ok" }, { id, 99 }, { id, 200, "headers" }, { id, 200, { a = {} } }, { id, 200, { a = "b\r\nc: d" } },
      { id, 200, {}, {} }, { id, 200, {}, "", true },
    } do
      assert.has_error(function()
        pair.server:reply(arguments[1], arguments[2], arguments[3], arguments[4], arguments[5])
      end)
    end
    assert.is_true(pair.server:reply(id, 204))
    assert.equal(204, pair:next().status)
  end)

  it("refuses addresses and ports that do not exist", function()
    assert.has_error(function()
      httpd.new { address = "localhost" }
    end, "'localhost' is not an IP address")
    assert.has_error(function()
      httpd.new { port = 70000 }
    end, "the port is a number from 0 to 65535")
  end)

  it("can be closed with requests open, and twice", function()
    pair = support.pair(function() end)
    for i = 1, 3 do
      pair:submit { id = i }
    end
    while #pair.seen < 3 do
      pair.transport:wait(0)
      pair:serve()
    end
    pair.server:close()
    pair.server:close()
    assert.has_error(function()
      pair.server:wait(0)
    end, "the server is closed")
    for _ = 1, 3 do
      assert.equal("reset", pair.transport:wait(1).error.kind)
    end
  end)
end)
