-- Every run of this script starts a new deployment: the trigger is the time of the run. The key under triggers is free.
local ecs = require "ecs_service"
local support = require "examples.support"

local options = support.options("redeploy", { clusters = { "default" }, task_definitions = { "web:1" } })
local stack = assert(ecs.stack(options))

stack:service("example", {
  name                 = "example",
  task_definition      = "web:1",
  desired_count        = 1,
  force_new_deployment = true,
  triggers             = { redeployment = os.date("!%Y-%m-%dT%H:%M:%SZ") },
})

return support.deploy(stack)
