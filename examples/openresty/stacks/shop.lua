-- A deploy script as any other: `ecs-service plan stacks/shop.lua` takes it as well. Region, endpoint and
-- credentials are those of the environment.
local ecs = require "ecs_service"

local stack = assert(ecs.stack { state = "shop.state.json" })

local web = stack:service("web", {
  name = "web", cluster = "default", task_definition = "web:1", desired_count = 3,
  deployment_circuit_breaker = { enable = true, rollback = true },
  wait_for_steady_state = true,
})

stack:service("worker", {
  name = "worker", cluster = "default", task_definition = "worker:1", desired_count = 2,
  deployment_circuit_breaker = { enable = true, rollback = true },
  wait_for_steady_state = true,
})

-- Run before web when it has changed, and by hand through the gate.
stack:task("migrate", {
  cluster = "default", task_definition = "migrate:1", command = { "bin/migrate" }, before = { web },
})

return stack
