-- A service whose deployments something else controls: task sets bring the task definition, so the service has none.
local ecs = require "ecs_service"
local support = require "examples.support"

local stack = assert(ecs.stack(support.options("external", { clusters = { "prod" } })))

stack:service("example", {
  name                  = "example",
  cluster               = "prod",
  deployment_controller = { type = "EXTERNAL" },
})

return support.deploy(stack)
