-- The loop between an engine and the world: requests go where the engine says.
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local ecs = require "ecs_service"

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

-- A transport that takes everything, and answers {}.
local function recorder()
  local made = { sent = {}, due = {} }
  function made.submit(_, request)
    made.sent[#made.sent + 1] = request
    made.due[#made.due + 1] = { id = request.id, status = 200, body = "{}", headers = {} }
    return true
  end
  function made.wait() return table.remove(made.due, 1) end
  function made.cancel() end
  return made
end

-- An engine that asks for one operation of each API, one after the other, and then has nothing more to do.
local function engine_for(...)
  local made = { asks = { ... }, heard = {}, at = 0 }
  function made.next()
    if made.flying then return { kind = "sleep" } end
    made.at = made.at + 1
    local ask = made.asks[made.at]
    if not ask or made.over then return { kind = "idle" } end
    made.flying = true
    return { kind = "send", id = made.at, address = "a", at = 1, api = ask[1], operation = ask[2], body = "{}",
      mutates = false }
  end
  function made.answer(_, id, status) made.heard[#made.heard + 1], made.flying = { id, status }, nil end
  function made.failed(_, id, kind, message) made.heard[#made.heard + 1], made.flying = { id, kind, message }, nil end
  function made.interrupt() made.over = true end
  function made.learned() return {} end
  return made
end

local function session_of(transport, more)
  local options = { region = "eu-west-1", state = false, credentials = KEYS, transport = transport,
    scheduler = { now = function() return 1764374400 end, sleep = function() end } }
  for name, value in pairs(more or {}) do options[name] = value end
  return assert(assert(ecs.stack(options)):session())
end

local function signed_for(request) return request.headers.Authorization:match "/([%w%-]+/[%w%-]+)/aws4_request" end

describe("the driver", function()
  it("sends each request to its API, signed for it", function()
    local transport = recorder()
    local engine = engine_for({ "ecs", "ListServices" }, { "logs", "GetLogEvents" },
      { "application-autoscaling", "DescribeScalableTargets" }, { "ecs", "ListTasks" })
    driver.run(engine, { session = session_of(transport) })
    local hosts, targets, names = {}, {}, {}
    for i, request in ipairs(transport.sent) do
      hosts[i] = request.url:match "^https://([^/]+)/"
      targets[i], names[i] = request.headers["X-Amz-Target"], signed_for(request)
    end
    assert.same({ "ecs.eu-west-1.amazonaws.com", "logs.eu-west-1.amazonaws.com",
      "application-autoscaling.eu-west-1.amazonaws.com", "ecs.eu-west-1.amazonaws.com" }, hosts)
    assert.same({ "AmazonEC2ContainerServiceV20141113.ListServices", "Logs_20140328.GetLogEvents",
      "AnyScaleFrontendService.DescribeScalableTargets", "AmazonEC2ContainerServiceV20141113.ListTasks" }, targets)
    assert.same({ "eu-west-1/ecs", "eu-west-1/logs", "eu-west-1/application-autoscaling", "eu-west-1/ecs" }, names)
    assert.same({ { 1, 200 }, { 2, 200 }, { 3, 200 }, { 4, 200 } }, engine.heard)
  end)

  it("takes the endpoint that the stack has for an API", function()
    local transport = recorder()
    driver.run(engine_for({ "logs", "GetLogEvents" }), { session = session_of(transport,
      { endpoints = { logs = "http://127.0.0.1:4566" } }) })
    assert.equal("http://127.0.0.1:4566/", transport.sent[1].url)
  end)

  it("tells the engine of an API that it does not know, and sends nothing", function()
    local transport = recorder()
    local engine = engine_for({ "lgos", "GetLogEvents" })
    local _, run = driver.run(engine, { session = session_of(transport) })
    assert.equal(0, #transport.sent)
    assert.equal("cancelled", engine.heard[1][2])
    assert.equal("UnknownService", run.fatal.code)
  end)

  it("is told by the engine which API a call goes to: ECS", function()
    local engine = core.engine { pace = false }
    engine:add { address = "a", action = "call", operation = "ListServices", body = core.object {} }
    local action = engine:next(1000)
    assert.equal("ecs", action.api)
    assert.equal("ListServices", action.operation)
  end)
end)
