-- Waits for fleets in virtual time, beside what as many `aws ecs wait services-stable` would do: used by
-- waits_spec.lua, which holds the ratios, and by bench/waits.lua, which prints them.
local journey = require "support.journey"

local waits = {}

-- The waiter of the AWS CLI and SDKs, ServicesStable of botocore's data/ecs/2014-11-13/waiters-2.json: one call, then
-- one each 15 seconds, 40 in all, until there is one deployment and as many tasks run as are desired.
local DELAY, MOST = 15, 40

-- How the fleets behave. `start(i)`: seconds that the tasks of service i take to be RUNNING; `fails(i)`: those whose
-- image cannot be pulled (circuit breaker and rollback); `first`: they are created; else they run and are updated;
-- `again`: they were updated before and took as long.
-- Irregular figures are multiples of the golden ratio: spread evenly, in no order.
local function spread(i, from, to) return from + (to - from) * (i * 0.61803398875 % 1) end

waits.shapes = {
  { name = "all alike", start = function() return 20 end },
  { name = "spread over five minutes", start = function(i) return spread(i, 10, 300) end },
  { name = "created, spread over five minutes", first = true, start = function(i) return spread(i, 10, 300) end },
  { name = "spread, and as long as ever", again = true, start = function(i) return spread(i, 10, 300) end },
  { name = "some fail and are rolled back", start = function(i) return spread(i, 10, 60) end,
    fails = function(i) return i % 10 == 7 end },
  { name = "a few are slow", start = function(i) return i % 20 == 3 and 500 or spread(i, 20, 40) end },
  { name = "behind load balancers", start = function(i) return spread(i, 15, 90) end, balanced = true },
}

local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"

local function name_of(i) return ("s%04d"):format(i) end

local function declare(sim, shape, fleet, version, backend)
  local stack = journey.stack(sim, { concurrency = 50 })
  stack.backend = backend or stack.backend
  for i = 1, fleet.services do
    stack:service(name_of(i), journey.web { name = name_of(i), cluster = "c" .. i % fleet.clusters,
      task_definition = version, deployment_circuit_breaker = { enable = true, rollback = true },
      load_balancer = shape.balanced and { { target_group_arn = TARGET, container_name = "web", container_port = 80 } }
        or nil })
  end
  return stack
end

-- The account as it is when the waits begin: deployments of all services are under way.
local function begin(shape, fleet)
  local clusters = {}
  for i = 1, fleet.clusters do clusters[i] = "c" .. i - 1 end
  local sim = journey.simulator { clusters = clusters, instances = 50 }
  local first = not shape.first and declare(sim, shape, fleet, "web:1")
  if first then
    assert(first:apply())
    sim:advance(900)
  end
  for i = 1, fleet.services do
    for _, version in ipairs { "web:2", "web:3" } do
      sim:tasks { service = name_of(i), task_definition = version, start_seconds = shape.start(i),
        outcome = shape.fails and shape.fails(i) and "pull_error" or "running" }
    end
  end
  if shape.again then
    assert(declare(sim, shape, fleet, "web:2", first.backend):apply())
    sim:advance(900)
  end
  local stack = declare(sim, shape, fleet, "web:3", first and first.backend)
  assert(stack:apply())
  return sim, stack
end

-- name → when ECS decided that: the last time.
local function decided(sim, what, from)
  local at = {}
  for _, decision in ipairs(sim.decisions) do
    if decision.what == what and decision.at >= from then at[decision.service] = decision.at end
  end
  return at
end

local function figures(calls, delays)
  table.sort(delays)
  local sum = 0
  for _, delay in ipairs(delays) do sum = sum + delay end
  return { calls = calls, mean = #delays > 0 and sum / #delays or 0, median = delays[math.ceil(#delays / 2)] or 0,
    most = delays[#delays] or 0, count = #delays }
end

-- One waiter for each service, begun in each second of an interval with the same likelihood.
local function theirs(fleet, began, stable, fails)
  local calls, delays = 0, {}
  for i = 1, fleet.services do
    local ready = math.max(0, (stable[name_of(i)] or math.huge) - began)
    for phase = 0.5, DELAY do
      local looks = math.ceil(math.max(0, ready - phase) / DELAY)
      calls = calls + math.min(looks + 1, MOST) / DELAY
      if looks < MOST and not (fails and fails(i)) then delays[#delays + 1] = phase + looks * DELAY - ready end
    end
  end
  return figures(calls, delays)
end

-- How many polls had room left though more of their cluster were waited for, and no other call was under way.
local function unfilled(sim, from, told, fleet)
  local open, last, count = {}, {}, 0
  for name in pairs(told) do
    local cluster = "c" .. tonumber(name:sub(2)) % fleet.clusters
    open[cluster] = open[cluster] or {}
    table.insert(open[cluster], told[name].at)
  end
  for i = from + 1, #sim.requests do
    local request = sim.requests[i]
    if request.operation == "DescribeServices" then
      local cluster, left = request.body.cluster, 0
      for _, at in ipairs(open[cluster]) do left = left + (at > request.time and 1 or 0) end
      local alone = request.time - (last[cluster] or 0) > 1
      if alone and #request.body.services < math.min(10, left) then count = count + 1 end
      last[cluster] = request.time
    end
  end
  return count
end

--- Waits for a fleet.
---@param shape table of waits.shapes
---@param fleet table { services, clusters, timeout (3600 seconds), stable_for }
---@return table { ours, theirs = { calls, mean, median, most: seconds from ECS's knowing to the waiter's },
---  operations = our calls by operation, failures = { count, mean, most }: how soon ours tell a failure, late = the
---  same of those that are not done in time, wrong = names of services of which was told what is not so, unfilled =
---  polls that had room for others }
function waits.run(shape, fleet)
  local sim, stack = begin(shape, fleet)
  local began, from, told = sim:now(), #sim.requests, {}
  stack:wait { timeout = fleet.timeout or 3600, stable_for = fleet.stable_for, on_event = function(event)
    if event.type == "done" then told[event.address] = event end
  end }
  local calls, operations = #sim.requests - from, {}
  for i = from + 1, #sim.requests do
    local name = sim.requests[i].operation
    operations[name] = (operations[name] or 0) + 1
  end
  sim:advance(900)
  local completed, failed = decided(sim, "completed", 0), decided(sim, "failed", 0)
  local delays, failures, late, wrong = {}, {}, {}, {}
  for i = 1, fleet.services do
    local name = name_of(i)
    local fails = shape.fails and shape.fails(i)
    local knew = math.max(began, fails and failed[name] or completed[name])
    local after = told[name].at - knew - (fleet.stable_for or 0)
    local expected, list = not fails, fails and failures or delays
    if knew - began > (fleet.timeout or 3600) then
      after, expected, list = told[name].at - began - fleet.timeout, false, late
    end
    list[#list + 1] = after
    if told[name].ok ~= expected or after < 0 then wrong[#wrong + 1] = name end
  end
  return { ours = figures(calls, delays), theirs = theirs(fleet, began, completed, shape.fails),
    failures = figures(0, failures), late = figures(0, late), operations = operations, wrong = wrong,
    unfilled = unfilled(sim, from, told, fleet) }
end

return waits
