--- Pace: requests wait for the buckets of the ECS API before AWS has to refuse them.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local journey = require "support.journey"

local START = 1700000000

--- Runs calls { { operation, at? }, … } that are all there from the beginning, with a server that takes them all (or
--- refuses what `refuses(n, operation)` says); answers the list of { operation, at } as they were sent.
local function run(calls, options, refuses)
  options = options or {}
  local engine = core.engine(options)
  for i, operation in ipairs(calls) do
    engine:add { address = ("%04d"):format(i), action = "call", operation = operation, body = core.object {} }
  end
  local now, sent = options.start or START, {}
  while true do
    local action = engine:next(now)
    if action.kind == "idle" then return sent, engine:learned(), now end
    if action.kind == "sleep" then now = action["until"] end
    if action.kind == "send" then
      sent[#sent + 1] = { operation = action.operation, at = now - START, address = action.address }
      local refusal = refuses and refuses(#sent, action.operation)
      if type(refusal) == "string" then
        engine:failed(action.id, refusal, "", now)
      elseif refusal then
        engine:answer(action.id, 400, {}, core.object { __type = "ThrottlingException" }, now)
      else
        engine:answer(action.id, 200, {}, core.object { ok = true }, now)
      end
    end
  end
end

local function repeated(n, operation)
  local list = {}
  for i = 1, n do list[i] = operation end
  return list
end

local function near(a, b) return math.abs(a - b) < 0.02 end

describe("the pace", function()
  it("sends a burst at once and then as many a second as the class allows", function()
    local sent = run(repeated(70, "UpdateService"))
    assert.equal(0, sent[50].at)
    for i = 51, 70 do assert.is_true(near((i - 50) / 5, sent[i].at), i .. " at " .. sent[i].at) end
  end)

  it("counts what found no server as not sent, and what may have arrived as sent", function()
    for kind, left in pairs { dns = 50, connect = 50, reset = 49, timeout = 49 } do
      local _, learned = run({ "UpdateService" }, { max_attempts = 1 }, function() return kind end)
      assert.equal(left, learned.pace.service_modify.tokens, kind)
    end
  end)

  it("of one class does not delay another", function()
    local calls = repeated(60, "UpdateService")
    for _ = 1, 20 do calls[#calls + 1] = "DescribeServices" end
    local last = {}
    for _, one in ipairs(run(calls)) do last[one.operation] = one.at end
    assert.equal(0, last.DescribeServices)
    assert.is_true(last.UpdateService >= 2)
  end)

  it("serves first what was due first", function()
    local addresses = {}
    for i, one in ipairs(run(repeated(60, "CreateService"))) do addresses[i] = one.address end
    for i = 2, 60 do assert.is_true(addresses[i - 1] < addresses[i]) end
  end)

  it("counts the operations of a class together", function()
    local calls = {}
    for i = 1, 60 do calls[i] = ({ "CreateService", "UpdateService", "DeleteService" })[i % 3 + 1] end
    local sent = run(calls)
    assert.equal(0, sent[50].at)
    assert.is_true(near(2, sent[60].at))
  end)

  it("is learned from a refusal: somebody else uses the same bucket", function()
    local sent = run(repeated(10, "UpdateService"), { in_flight = 1 }, function(n) return n == 1 end)
    for i = 3, 11 do
      assert.is_true(sent[i].at - sent[i - 1].at > 0.19, "the bucket is taken as empty: " .. sent[i].at)
    end
  end)

  it("is what the stack says", function()
    local slow = run(repeated(5, "UpdateService"), { pace = { service_modify = { burst = 2, rate = 1 } } })
    assert.is_true(near(0, slow[2].at) and near(1, slow[3].at) and near(3, slow[5].at))
    local free = run(repeated(500, "UpdateService"), { pace = false })
    assert.equal(0, free[500].at)
  end)

  it("knows nothing of operations that are not in the table", function()
    assert.equal(0, run(repeated(500, "DiscoverPollEndpoint"))[500].at)
  end)

  it("goes on where the last engine of a session left off", function()
    local _, learned = run(repeated(50, "UpdateService"))
    local sent = run(repeated(2, "UpdateService"), { learned = learned })
    assert.is_true(near(0.2, sent[1].at) and near(0.4, sent[2].at))
    assert.equal(10, run({ "UpdateService" }, { learned = learned, start = START + 10 })[1].at)
  end)

  it("is one table for the core, the simulator and the documentation", function()
    local known, file = core.pace(), assert(io.open "docs/retries.md")
    local text = file:read "*a"
    file:close()
    assert.truthy(text:find(known.source, 1, true))
    for name, figures in pairs(known.classes) do
      local row = text:match("| `" .. name .. "` |([^\n]*)")
      assert.truthy(row, name .. " is not in docs/retries.md")
      assert.truthy(row:find((" %d | %d |"):format(figures.burst, figures.rate), 1, true), name .. ":" .. row)
      for operation, class in pairs(known.operations) do
        if class == name then assert.truthy(row:find("`" .. operation .. "`", 1, true), operation) end
      end
    end
    assert.same(known.classes, require("ecs_service.simulator.throttle").published)
  end)

  it("options are checked", function()
    for _, pace in ipairs { { nonsense = {} }, { service_modify = 5 }, { service_modify = { burst = 0.5 } },
                            { service_modify = { rate = 0 } }, { service_modify = { rate = "5" } },
                            { service_modify = { bursts = 5 } } } do
      local _, err = ecs.stack { pace = pace }
      assert.equal("WrongOption", err.code)
      assert.equal("pace", err.path)
    end
    assert(ecs.stack { pace = { service_modify = { burst = 100, rate = 10 } }, retry_mode = "adaptive" })
    assert(ecs.stack { pace = false, retry_mode = "legacy" })
  end)
end)

describe("a fleet under the buckets of ECS", function()
  after_each(journey.clean)

  local COUNT, BURST, RATE = 500, 50, 5
  local LIMIT = (COUNT - BURST) / RATE

  --- Seconds from the first to the last request of that operation, and how many of all were refused.
  local function measure(sim, from, operation)
    local first, last, refused, all = nil, nil, 0, 0
    for i = from, #sim.requests do
      local request = sim.requests[i]
      all = all + 1
      if request.code == "ThrottlingException" then refused = refused + 1 end
      if request.operation == operation then first, last = first or request.time, request.time end
    end
    return last - first, refused, all
  end

  local function within(sim, from, operation, took)
    local span, refused, all = measure(sim, from, operation)
    assert.is_true(span <= LIMIT * 1.05, ("%s of %d services took %.1f s, the bucket allows %.1f"):format(operation,
      COUNT, span, LIMIT))
    assert.is_true(took <= LIMIT * 1.05, ("the apply took %.1f s"):format(took))
    assert.is_true(refused <= all / 100, ("%d of %d requests were refused"):format(refused, all))
  end

  it("of 500 services is created, then updated, within 1.05 of what the buckets allow", function()
    local sim = journey.simulator { throttle = true, clusters = { "prod" } }
    local function apply(desired)
      local stack = journey.stack(sim, { state = journey.state })
      for i = 1, COUNT do
        stack:service(("web%03d"):format(i), journey.web { name = ("web%03d"):format(i), desired_count = desired })
      end
      local plan = assert(stack:plan())
      sim:advance(60) -- whoever reads the plan takes a minute
      local from, began = #sim.requests + 1, sim:now()
      assert(stack:apply(plan))
      return from, sim:now() - began
    end
    journey.state = journey.folder() .. "/state.json"
    local from, took = apply(1)
    within(sim, from, "CreateService", took)
    sim:advance(60)
    from, took = apply(2)
    within(sim, from, "UpdateService", took)
  end)
end)
