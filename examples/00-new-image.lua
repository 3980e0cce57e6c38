-- A task definition, a service that runs it, and then a new image: the script says everything but that. Whoever deploys
-- gives it, and whatever runs stays otherwise. With the command:
--   ecs-service apply examples/00-new-image.lua --image api.api=acme/api:2
local ecs = require "ecs_service"
local support = require "examples.support"

local stack = assert(ecs.stack(support.options("new-image", { clusters = { "prod" } })))

local api = stack:task_definition("api", {
  container_definitions = {
    {
      name   = "api",
      image  = ecs.running("api", "api", { default = "acme/api:1" }), -- as long as nothing runs
      memory = 256,
      environment   = { LEVEL = "info" },
      port_mappings = { { container_port = 8080 } },
    },
  },
})

stack:service("api", {
  name            = "api",
  cluster         = "prod",
  task_definition = api,
  desired_count   = 2,
  deployment_circuit_breaker = { enable = true, rollback = true },
  wait_for_steady_state = true,
})

support.deploy(stack)
return support.deploy(stack, { image = { ["api.api"] = "acme/api:2" } })
