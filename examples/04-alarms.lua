-- A deployment that CloudWatch alarms watch: when one goes off, ECS goes back to the last deployment that worked.
local ecs = require "ecs_service"
local support = require "examples.support"

local stack = assert(ecs.stack(support.options("alarms", { clusters = { "prod" }, task_definitions = { "web:1" } })))

stack:service("example", {
  name            = "example",
  cluster         = "prod",
  task_definition = "web:1",
  desired_count   = 2,
  alarms          = { alarm_names = { "web-5xx" }, enable = true, rollback = true },
})

return support.deploy(stack)
