-- The fleet of bench/fleet.json, declared as what it is: a plan of it is empty. BENCH_SERVICES: how many; BENCH_STATE:
-- the file of the state.
local ecs = require "ecs_service"

local stack = assert(ecs.stack { region = "us-west-2", state = os.getenv "BENCH_STATE" })
for i = 1, tonumber(os.getenv "BENCH_SERVICES") do
  local name = ("service-%05d"):format(i)
  stack:service(name, {
    name = name, cluster = "prod", task_definition = "web:7", desired_count = 3, launch_type = "EC2",
    iam_role = "ecsServiceRole", deployment_maximum_percent = 200, deployment_minimum_healthy_percent = 50,
    deployment_circuit_breaker = { enable = true, rollback = true },
    enable_ecs_managed_tags = true, enable_execute_command = true, health_check_grace_period_seconds = 30,
    propagate_tags = "SERVICE",
    ordered_placement_strategy = { { type = "spread", field = "attribute:ecs.availability-zone" },
      { type = "binpack", field = "cpu" } },
    placement_constraints = { { type = "memberOf", expression = "attribute:ecs.os-type == linux" } },
    load_balancer = { { container_name = "web", container_port = 8080,
      target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef" } },
    alarms = { alarm_names = { "errors", "latency" }, enable = true, rollback = true },
    tags = { team = "core", service = "web", stage = "prod" },
  })
end
return stack
