-- One answer waited for while others are on their way.
local exchange = require "ecs_service.aws.multiplexer"
local scheduler = require "ecs_service.scheduler"

-- A transport whose answers the test hands out: `script` holds what each wait gives, false for nothing.
local function scripted(script)
  local made = { sent = {}, cancelled = {}, waits = {} }
  function made:submit(request)
    self.sent[#self.sent + 1] = request
    return true
  end
  function made:wait(seconds)
    self.waits[#self.waits + 1] = seconds
    local step = table.remove(script, 1)
    if type(step) == "function" then return step(self) end
    return step or nil
  end
  function made:cancel(id)
    self.cancelled[#self.cancelled + 1] = id
    return true
  end
  return made
end

local function mine(status)
  return function(transport) return { id = transport.sent[#transport.sent].id, status = status or 200, body = "" } end
end

describe("an exchange", function()
  it("gives the answer, and keeps what came for others in its order", function()
    local transport = scripted { { id = "a", status = 1 }, { id = "b", status = 2 }, mine() }
    local lines = exchange.over(transport, scheduler.virtual(100))
    assert.equal(200, assert(lines:ask({ url = "http://x/" }, 5)).status)
    assert.equal("a", lines:wait(0).id)
    assert.equal("b", lines:wait(0).id)
    assert.is_nil(lines:wait(0))
  end)

  it("tells what went wrong, also when the request was not even sent", function()
    local clock = scheduler.virtual(100)
    local lines = exchange.over(scripted { function(transport)
      return { id = transport.sent[1].id, error = { kind = "connect", message = "nobody", sent = false } }
    end }, clock)
    local answer, problem = lines:ask({ url = "http://x/" }, 5)
    assert.is_nil(answer)
    assert.same({ kind = "connect", message = "nobody", sent = false }, problem)
    lines = exchange.over({ submit = function() return nil, "no room" end }, clock)
    answer, problem = lines:ask({ url = "http://x/" }, 5)
    assert.is_nil(answer)
    assert.same({ kind = "other", message = "no room" }, problem)
  end)

  it("ends at its time limit, and the late answer is nobody's", function()
    local transport = scripted {}
    local clock = scheduler.virtual(100)
    local lines = exchange.over(transport, clock)
    local answer, problem = lines:ask({ url = "http://x/" }, 2)
    assert.is_nil(answer)
    assert.equal("timeout", problem.kind)
    assert.near(102, clock:now(), 0.1)
    assert.same({ transport.sent[1].id }, transport.cancelled)
    local late = mine()(transport)
    transport.wait = function()
      local handed = late
      late = nil
      return handed
    end
    assert.is_nil(lines:wait(0))
  end)

  it("never blocks in the transport inside of another event loop", function()
    local transport = scripted { false, { id = "a", status = 1 }, false, mine() }
    local clock = scheduler.virtual(100)
    local lines = exchange.over(transport, clock, true)
    assert.equal(200, assert(lines:ask({ url = "http://x/" }, 5)).status)
    assert.same({ 0, 0, 0, 0 }, transport.waits)
    assert.near(0.002, clock.slept, 0.0005) -- two glances after a millisecond each
    assert.equal("a", lines:wait(0).id)
  end)

  it("leaves an answer to whom it belongs when another thread of the same program comes across it", function()
    local lines
    local transport = scripted { function(transport)
      -- What a second light thread would do while the first one sleeps.
      transport.wait = function() return mine()(transport) end
      assert.is_nil(lines:wait(0))
      transport.wait = function() end
    end }
    lines = exchange.over(transport, scheduler.virtual(100))
    assert.equal(200, assert(lines:ask({ url = "http://x/" }, 5)).status)
    assert.same({}, transport.cancelled)
  end)

  it("lets its request go when the transport raises", function()
    local transport = scripted { function() error "broken" end }
    local lines = exchange.over(transport, scheduler.virtual(100))
    assert.has_error(function() lines:ask({ url = "http://x/" }, 5) end)
    assert.same({ transport.sent[1].id }, transport.cancelled)
  end)

  it("passes on what else the transport can do", function()
    local transport = scripted {}
    transport.region = "eu-west-1"
    function transport:stats() return self.region end
    local lines = exchange.over(transport, scheduler.virtual(100))
    assert.equal("eu-west-1", lines.region)
    assert.equal("eu-west-1", lines:stats())
  end)
end)
