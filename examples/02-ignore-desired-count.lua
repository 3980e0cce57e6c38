-- A service that something else scales: created with two tasks, and never scaled back to them afterwards.
local ecs = require "ecs_service"
local support = require "examples.support"

local stack = assert(ecs.stack(support.options("scaled", { clusters = { "default" }, task_definitions = { "web:1" } })))

stack:service("example", {
  name            = "example",
  task_definition = "web:1",
  desired_count   = 2, -- to begin with; from then on the autoscaler decides
  lifecycle       = { ignore_changes = { "desired_count" } },
})

return support.deploy(stack)
