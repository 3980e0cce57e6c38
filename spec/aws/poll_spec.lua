-- Waiting inside of somebody else's event loop: runs are coroutines, and sleeping gives the others their turn.
local ecs = require "ecs_service"
local glance = require "ecs_service.aws.poll"
local scheduler = require "ecs_service.scheduler"

local clock = scheduler.virtual(1767225600)
local loop = {
  now = function() return clock:now() end,
  sleep = function(_, seconds) coroutine.yield(seconds) end,
}

-- Runs all functions until they have ended; the clock moves by the shortest of their sleeps.
local function together(...)
  local threads = {}
  for i, work in ipairs { ... } do threads[i] = coroutine.create(work) end
  local left = #threads
  while left > 0 do
    local shortest = math.huge
    for i = #threads, 1, -1 do
      local thread = threads[i]
      if coroutine.status(thread) ~= "dead" then
        local ok, seconds = coroutine.resume(thread)
        assert(ok, seconds)
        if coroutine.status(thread) == "dead" then left = left - 1 else shortest = math.min(shortest, seconds) end
      end
    end
    if left > 0 then clock:advance(shortest) end
  end
end

-- A transport on a simulator that hands out the answers in the wrong order: when all `count` are there, the last first.
local function backwards(sim, count)
  local transport, list, heard = {}, {}, 0
  function transport.submit(_, request)
    assert(sim:submit(request))
    local completion
    repeat completion = sim:wait(1) until completion
    table.insert(list, 1, completion)
    heard = heard + 1
    return true
  end
  function transport.wait(_, seconds)
    assert(seconds == 0, "it would have blocked the loop")
    return heard >= count and table.remove(list, 1) or nil
  end
  function transport.cancel() return true end
  return transport
end

describe("inside of another event loop", function()
  -- Lua 5.1 itself cannot leave a coroutine through pcall, which LuaJIT and all later ones can.
  local several = (rawget(_G, "jit") or _VERSION ~= "Lua 5.1") and it or function() end

  several("runs of one stack each get their own answers", function()
    local sim = ecs.simulator { task_definitions = { "web:1" } }
    local stack = assert(ecs.stack { region = "us-west-2", state = false, scheduler = loop,
      transport = backwards(sim, 3), endpoint = "http://127.0.0.1:1",
      credentials = { access_key_id = "A", secret_access_key = "S" } })
    local seen = {}
    for _, name in ipairs { "a", "b", "c" } do
      assert(sim:call("CreateService", { serviceName = name, taskDefinition = "web:1", desiredCount = 1 }))
      stack:service(name, { name = name, task_definition = "web:1", desired_count = 1 })
    end
    local function look(name)
      return function() seen[name] = assert(stack:status(name)).id:match "[^/]+$" end
    end
    together(look "a", look "b", look "c")
    assert.same({ a = "a", b = "b", c = "c" }, seen)
  end)

  it("a quick answer is seen at once, and an idle wait looks less and less often", function()
    local looks, began = 0, clock:now()
    local silent = { polls = true, scheduler = clock, transport = { wait = function() looks = looks + 1 end } }
    assert.is_nil(glance.wait(silent, 60))
    assert.is_true(clock:now() - began >= 60 and clock:now() - began < 60.1)
    assert.is_true(looks < 60 * 20 + 40, looks .. " looks")
    for _, delay in ipairs { 0.003, 0.02, 0.1, 0.5 } do
      began = clock:now()
      local late = { polls = true, scheduler = clock, transport = { wait = function()
        return clock:now() - began >= delay and "answer" or nil
      end } }
      assert.equal("answer", glance.wait(late, 60))
      local took = clock:now() - began
      assert.is_true(took <= delay * 1.2 + 0.001, ("%g s were made %g"):format(delay, took))
    end
  end)

  it("where nothing else runs, the transport's own wait is used", function()
    local waited
    glance.wait({ transport = { wait = function(_, seconds) waited = seconds end } }, 7)
    assert.equal(7, waited)
  end)
end)
