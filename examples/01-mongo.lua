-- A MongoDB service: placement on the fullest instances, within two zones, behind a load balancer.
local ecs = require "ecs_service"
local support = require "examples.support"

local stack = assert(ecs.stack(support.options("mongo", { clusters = { "prod" }, task_definitions = { "mongo:7" } })))

stack:service("mongo", {
  name            = "mongodb",
  cluster         = "prod",
  task_definition = "mongo:7",
  desired_count   = 3,
  iam_role        = "arn:aws:iam::123456789012:role/mongo-ecs",

  ordered_placement_strategy = { { type = "binpack", field = "cpu" } },
  load_balancer = { {
    target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef",
    container_name   = "mongo",
    container_port   = 8080,
  } },
  placement_constraints = { {
    type       = "memberOf",
    expression = "attribute:ecs.availability-zone in [us-west-2a, us-west-2b]",
  } },
  wait_for_steady_state = true,
})

return support.deploy(stack)
