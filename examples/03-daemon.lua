-- One task on every container instance: a DAEMON has no desired_count.
local ecs = require "ecs_service"
local support = require "examples.support"

local stack = assert(ecs.stack(support.options("daemon", { clusters = { "prod" }, task_definitions = { "bar:1" } })))

stack:service("bar", {
  name                = "bar",
  cluster             = "prod",
  task_definition     = "bar:1",
  scheduling_strategy = "DAEMON",
})

return support.deploy(stack)
