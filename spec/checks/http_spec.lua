-- Checks over real HTTP: what leaves, and what is made of what comes or does not come.
local answers = require "ecs_service.plan.check_answer"
local checks = require "ecs_service.plan.checks"
local curl = require "ecs_service.transport.curl"
local httpd = require "ecs_service.httpd"
local served = require "support.served"

local server, transport

before_each(function()
  server, transport = assert(httpd.new {}), curl.new { no_proxy = "*", connect_timeout = 5 }
end)
after_each(function()
  server:close()
  transport:close()
end)

-- One check of a URL (of this server, unless it names another), answered by reply(request); what is wrong.
local function ask(given, reply)
  given.url = (given.url or "http://%s/healthz?a=1"):format("127.0.0.1:" .. server:port())
  local check = assert(checks.read(given, "check"))[1]
  assert(transport:submit(answers.request(check)))
  local completion
  while not completion do
    local request = server:wait(0)
    if request then assert(server:reply(request.id, reply(request))) end
    completion = transport:wait(0.01)
  end
  return answers.problem(check, completion)
end

describe("a check over HTTP", function()
  it("is a GET with its headers, and a password of the URL goes as basic authorization", function()
    local seen
    assert.is_nil(ask({ url = "http://user:pass@%s/healthz?a=1#x", headers = { ["X-Probe"] = "7" }, body = "ok" },
      function(request)
        seen = request
        return 200, {}, "all ok"
      end))
    assert.same({ "GET", "/healthz", "a=1", "7", "Basic dXNlcjpwYXNz", "" }, { seen.method, seen.path, seen.query,
      seen.headers["x-probe"], seen.headers.authorization, seen.body or "" })
  end)

  it("tells what was answered", function()
    local problem = ask({}, function() return 503, {}, "<h1>no</h1>" end)
    assert.equal("it answered 503, not 2xx", problem.message)
    assert.equal("<h1>no</h1>", problem.body)
    problem = ask({}, function() return 301, { Location = "/login" }, "" end)
    assert.truthy(problem.message:find("it leads to /login", 1, true), problem.message)
    assert.is_nil(problem.body)
  end)

  it("keeps to itself what is secret in where a redirection leads", function()
    local to = "https://guest:hunter2@login.example/?token=t0psecret&next=%2F"
    local problem = ask({}, function() return 302, { Location = to }, "<a href='" .. to .. "'>Found</a>" end)
    assert.truthy(problem.message:find("it leads to https://guest:***@login.example/?token=***&next=%2F", 1, true),
      problem.message)
    assert.is_nil(problem.body)
  end)

  it("tells apart why nothing was", function()
    assert.equal("timeout", ask({ timeout = 0.2 }, function() return nil, nil, nil, { hold = true } end).kind)
    assert.equal("reset", ask({}, function() return nil, nil, nil, { abort = true } end).kind)
    assert.equal("connect", ask { url = ("http://127.0.0.1:%d/"):format(served.free_port()) }.kind)
    assert.equal("dns", ask { url = "http://no-such-host.invalid/" }.kind)
    assert.equal("tls", ask({ url = "https://%s/" }, function() return 200, {}, "" end).kind)
    assert.equal("too_large", ask({}, function() return 200, {}, ("x"):rep(1024 * 1024 + 1) end).kind)
  end)
end)
