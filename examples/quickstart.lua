-- The main job from beginning to end, on a simulated ECS and virtual time: plan, apply with progress, import into a
-- second stack, wait, and a second plan that is empty. Nothing leaves this machine, and it takes no time.
local ecs = require "ecs_service"
local support = require "examples.support"

local function step(text) print("\n--- " .. text .. "\n") end

local sim = ecs.simulator {
  region = "us-west-2", account_id = "123456789012", clusters = { "prod" }, task_definitions = { "mongo:7", "mongo:8" },
}

local function declare(stack, task_definition)
  return stack:service("mongo", {
    name            = "mongodb",
    cluster         = "prod",
    task_definition = task_definition,
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
    deployment_circuit_breaker = { enable = true, rollback = true },
    wait_for_steady_state = true,
  })
end

local function check(value, err)
  if value == nil then support.give_up(err) end
  return value
end

step "1. a stack, one service, and its plan: what would happen, before anything does"
local stack = check(ecs.stack { region = "us-west-2", state = false, transport = sim })
declare(stack, "mongo:7")
local plan = check(stack:plan())
print(plan:render())

step "2. apply: the service is created and its tasks start (times are the simulator's)"
support.apply(stack, plan)

step "3. a new task definition: planned, then rolled out"
local newer = check(ecs.stack { region = "us-west-2", state = false, transport = sim })
declare(newer, "mongo:8")
print("another stack takes the service over: import mongo prod/mongodb")
check(newer:import("mongo", "prod/mongodb"))
plan = check(newer:plan())
print(plan:render())
support.apply(newer, plan)

step "4. wait until the deployment is steady"
local progress = ecs.progress()
local waited, err = newer:wait { services = { "mongo" }, ["until"] = "steady", on_event = progress.on_event }
progress.finish()
check(waited, err)
local service = check(sim:call("DescribeServices", { cluster = "prod", services = { "mongodb" } })).services[1]
print(("%s: %s, %d of %d tasks run, %d deployment"):format(service.serviceName, service.status, service.runningCount,
  service.desiredCount, #service.deployments))

step "5. the second plan: nothing is left to do"
local second = check(newer:plan())
print(second:render())
if not second:is_empty() then os.exit(1) end
