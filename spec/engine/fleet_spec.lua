-- One stack with very many services.
local journey = require "support.journey"
local json = require "ecs_service.util.json"

after_each(journey.clean)

local function fleet(sim, count, task_definition, more)
  local stack = journey.stack(sim, { state = more and more.state or false })
  if more and more.backend then stack.backend = more.backend end
  for i = 1, count do
    local address = ("s%04d"):format(i)
    stack:service(address, journey.web { name = address, cluster = i % 2 == 0 and "prod" or "default",
      task_definition = task_definition or "web:1",
      depends_on = i % 10 == 0 and { ("s%04d"):format(i - 1) } or journey.NONE })
  end
  return stack
end

local function lines(text) return select(2, text:gsub("\n", "\n")) + 1 end

describe("the plan of a fleet", function()
  it("shows a change once that is the same in many services, with their number", function()
    local sim = journey.simulator()
    local first = fleet(sim, 60)
    local text = assert(first:plan()):render { width = 80, unicode = true }
    assert.truthy(lines(text) < 50, text)
    assert.truthy(text:find("same change in 30 services", 1, true), text)
    assert.truthy(text:find("Plan: 60 to create", 1, true))
    assert.is_nil(text:find('"s0001"', 1, true), "a name that is only one service's own")
    assert(first:apply())
    local second = fleet(sim, 60, "web:2", { backend = first.backend })
    for _, width in ipairs { 60, 80, 200 } do
      text = assert(second:plan()):render { width = width, unicode = true }
      assert.truthy(text:find("prod: s0002, s0004, s0006, … and 27 more", 1, true), text)
      for line in text:gmatch "[^\n]+" do assert.truthy(#line:gsub("[\128-\191]", "") <= width, line) end
    end
  end)

  it("shows each by itself when asked, and in JSON", function()
    local plan = assert(fleet(journey.simulator(), 20):plan())
    local text = plan:render { full = true }
    for i = 1, 20 do assert.truthy(text:find(("s%04d"):format(i), 1, true)) end
    assert.equal(20, #json.decode(require "ecs_service.core".json(plan:to_table())).changes)
  end)

  it("does not show as the same what differs in anything but a name", function()
    local stack = journey.stack(journey.simulator())
    for i = 1, 4 do
      local name = "s" .. i
      stack:service(name, journey.web { name = name, desired_count = i })
    end
    assert.is_nil(assert(stack:plan()):render():find("same change", 1, true))
  end)
end)

describe("an apply of a fleet", function()
  it("stops only what depends on the one that failed, and tells what happened to each", function()
    local sim = journey.simulator()
    local stack = fleet(sim, 100)
    sim:fault { operation = "CreateService", times = 1, code = "AccessDeniedException", message = "no", after = 8 }
    local result, err = stack:apply()
    assert.is_nil(result)
    local counts = {}
    for _, change in ipairs(err.result.changes) do counts[change.outcome] = (counts[change.outcome] or 0) + 1 end
    assert.equal(1, counts.failed)
    assert.equal(100, (counts.done or 0) + counts.failed + (counts.skipped or 0))
    assert.truthy((counts.skipped or 0) <= 1)
  end)

  it("is destroyed in the reverse order", function()
    local sim = journey.simulator()
    local stack = fleet(sim, 100)
    assert(stack:apply())
    local from = #sim.requests
    assert(stack:destroy())
    local at = {}
    for i = from + 1, #sim.requests do
      local request = sim.requests[i]
      if request.operation == "DeleteService" and request.status == 200 then at[request.body.service] = i end
    end
    for i = 10, 100, 10 do
      assert.truthy(at[("s%04d"):format(i)] < at[("s%04d"):format(i - 1)])
    end
  end)
end)

describe("a part of a fleet of 1,000 services", function()
  it("is chosen by target with what it depends on, and costs the calls of that part", function()
    local sim = journey.simulator()
    local plan = assert(fleet(sim, 1000):plan { target = { "s0010", "s0500" } })
    local names = {}
    for i, change in ipairs(plan.changes) do names[i] = change.address end
    assert.same({ "s0009", "s0010", "s0499", "s0500" }, names)
    assert.equal(2, #sim.requests) -- one for each cluster
  end)

  it("is left out by exclude, and the others are read ten names a call", function()
    local sim = journey.simulator()
    local plan = assert(fleet(sim, 1000):plan { exclude = { "s0010", "s0500" } })
    assert.equal(998, #plan.changes)
    for _, change in ipairs(plan.changes) do assert.is_true(change.address ~= "s0010" and change.address ~= "s0500") end
    assert.equal(100, #sim.requests)
  end)
end)

describe("a wait for 100 services", function()
  -- Their rollouts as they were begun at once, and the account in which they go on.
  local function rolling(seconds)
    local sim = journey.simulator { task_start_seconds = seconds, instances = 50 }
    local first = fleet(sim, 100)
    assert(first:apply())
    sim:advance(900)
    local stack = fleet(sim, 100, "web:2", { backend = first.backend })
    assert(stack:apply())
    return sim, stack
  end

  -- What 100 processes of `aws ecs wait services-stable` do: one call each, every 15 seconds.
  local function waiters(sim)
    local began, left, calls, seen = sim:now(), {}, 0, 0
    for i = 1, 100 do left[("s%04d"):format(i)] = i % 2 == 0 and "prod" or "default" end
    while next(left) do
      local stable = {}
      for name, cluster in pairs(left) do
        calls = calls + 1
        local service = journey.service(sim, name, cluster)
        if #service.deployments == 1 and service.runningCount == service.desiredCount then stable[name] = true end
      end
      for name in pairs(stable) do left[name], seen = nil, seen + sim:now() - began end
      if next(left) then sim:advance(15) end
    end
    return calls, seen / 100
  end

  it("costs at most a tenth of the calls of 100 waiters of the AWS CLI, and sees the end sooner", function()
    for _, seconds in ipairs { 10, 60, 200 } do
      local sim, stack = rolling(seconds)
      local from, began, seen = #sim.requests, sim:now(), 0
      assert(stack:wait { ["until"] = "steady", timeout = 3600, on_event = function(event)
        if event.type == "done" then seen = seen + event.at - began end
      end })
      local calls, theirs = waiters((rolling(seconds)))
      local ours = #sim.requests - from
      assert.truthy(ours <= 0.1 * calls, ("%d s: %d calls, of %d"):format(seconds, ours, calls))
      assert.truthy(seen / 100 < theirs, ("%d s: seen after %.1f s, not %.1f"):format(seconds, seen / 100, theirs))
      if os.getenv "ECS_FLEET_FIGURES" then
        io.stderr:write(("%d s: %d calls of %d, seen after %.1f s instead of %.1f\n"):format(seconds, ours, calls,
          seen / 100, theirs))
      end
    end
  end)
end)
