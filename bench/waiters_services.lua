-- The deploy script of bench/waiters: one service, on a clock that runs BENCH_SPEED times as fast.
local ecs = require "ecs_service"
local real = require("ecs_service.scheduler").default

local speed, start = tonumber(os.getenv "BENCH_SPEED" or "1"), real:now()
local scheduler = {
  now = function() return start + (real:now() - start) * speed end,
  sleep = function(_, seconds) real:sleep(seconds / speed) end,
}

local stack = assert(ecs.stack { state = os.getenv "BENCH_STATE", scheduler = scheduler })
stack:service("web", {
  name = "web",
  task_definition = os.getenv "BENCH_TASK_DEFINITION" or "web:1",
  desired_count = 2,
  wait_for_steady_state = true,
  timeouts = { update = "10m" },
  deployment_circuit_breaker = os.getenv "BENCH_BREAKER" == "1" and { enable = true, rollback = true } or nil,
})
return stack
