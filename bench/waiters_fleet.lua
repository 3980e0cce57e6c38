-- The script of the fleet in bench/waiters: BENCH_SERVICES services that somebody else deploys, on a clock that runs
-- BENCH_SPEED times as fast.
local ecs = require "ecs_service"
local real = require("ecs_service.scheduler").default

local speed, start = tonumber(os.getenv "BENCH_SPEED" or "1"), real:now()
local scheduler = {
  now = function() return start + (real:now() - start) * speed end,
  sleep = function(_, seconds) real:sleep(seconds / speed) end,
}

local stack = assert(ecs.stack { state = false, scheduler = scheduler })
for i = 1, tonumber(os.getenv "BENCH_SERVICES" or "100") do
  stack:service("web" .. i, { name = "web" .. i, task_definition = "web:2", desired_count = 2 })
end
return stack
