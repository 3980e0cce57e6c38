-- One stack with very many services.
local journey = require "journey"
local json = require "ecs_service.json"

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
