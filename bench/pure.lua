-- validate and plan of fleets without any network: microseconds a service, and the bytes that a service takes, its
-- change kept. Twice the services should cost twice as much, not four times. Run by bench/run.
--   lua bench/pure.lua [MOST]       1,000, 10,000, … up to MOST services (100,000); medians of 5 rounds
local core = require "ecs_service.core"

local ROUNDS = 5

local function config(i)
  return {
    name = ("service-%06d"):format(i), cluster = "prod", task_definition = "web:7", desired_count = i % 7,
    launch_type = "EC2", deployment_circuit_breaker = { enable = true, rollback = true },
    load_balancer = { { container_name = "web", container_port = 8080,
      target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef" } },
    tags = { team = "core", stage = "prod" },
  }
end

-- The fleet, its changes and the seconds that they took.
local function round(count)
  local changes = {}
  collectgarbage()
  collectgarbage()
  local before, start = collectgarbage "count", core.system.monotonic()
  for i = 1, count do
    local normal = assert(core.validate("service", config(i)))
    changes[i] = assert(core.plan("service", { config = normal, refreshed = true }))
  end
  local took = core.system.monotonic() - start
  collectgarbage()
  collectgarbage()
  local kept = collectgarbage "count" - before
  assert(#changes == count)
  return took, kept * 1024
end

local function measure(count)
  local times, bytes = {}, nil
  for i = 1, ROUNDS do times[i], bytes = round(count) end
  table.sort(times)
  return times[math.floor(ROUNDS / 2) + 1] / count * 1e6, bytes / count
end

local first
local count = 1000
while count <= tonumber(arg[1] or 100000) do
  local each, bytes = measure(count)
  first = first or each
  print(("%7d services: validate and plan %6.1f us each, %6.0f bytes each kept: %.2f times the first")
    :format(count, each, bytes, each / first))
  count = count * 10
end
