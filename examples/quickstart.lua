-- The main job from beginning to end, on a simulated ECS and virtual time: a task definition and its service, their
-- plan, an apply with progress, a new image, the import into a second stack, a wait, and a last plan that is empty.
-- Nothing leaves this machine, and it takes no time.
local ecs = require "ecs_service"
local support = require "examples.support"

local function step(text) print("\n--- " .. text .. "\n") end

local function check(value, err)
  if value == nil then support.give_up(err) end
  return value
end

local sim = ecs.simulator { region = "us-west-2", account_id = "123456789012", clusters = { "prod" } }
local state = os.tmpname() -- what a stack manages; a file in a place of its own, or s3://bucket/key
os.remove(state)

-- As a script has it that is run once more for each image.
local function script(image)
  local stack = check(ecs.stack { region = "us-west-2", state = state, transport = sim })
  local api = stack:task_definition("api", {
    container_definitions = {
      { name = "api", image = image, memory = 256, port_mappings = { { container_port = 8080 } },
        environment = { LEVEL = "info" } },
    },
  })
  stack:service("api", {
    name            = "api",
    cluster         = "prod",
    task_definition = api,
    desired_count   = 3,
    iam_role        = "arn:aws:iam::123456789012:role/api-ecs",
    ordered_placement_strategy = { { type = "binpack", field = "cpu" } },
    load_balancer = { {
      target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/api/0123456789abcdef",
      container_name   = "api",
      container_port   = 8080,
    } },
    deployment_circuit_breaker = { enable = true, rollback = true },
    wait_for_steady_state = true,
  })
  return stack
end

step "1. a task definition, a service that runs it, and the plan: what would happen, before anything does"
local stack = script "acme/api:1"
local plan = check(stack:plan())
print(plan:render())

step "2. apply: the revision is registered, the service created, and its tasks start (times are the simulator's)"
support.apply(stack, plan)

step "3. a new image: planned, then rolled out"
stack = script "acme/api:2"
plan = check(stack:plan())
print(plan:render())
support.apply(stack, plan)

step "4. import: another stack takes the service over, and starts its tasks anew"
local other = check(ecs.stack { region = "us-west-2", state = false, transport = sim })
check(other:import("api", "prod/api"))
local source, address = other:generate_config "api" -- the declaration of what is there
check(source, address)
support.declare(other, source)
print(check(other:plan()):render())
check(other:redeploy("api", { wait = false }))

step "5. wait until the service is steady"
local progress = ecs.progress()
local waited, err = other:wait { services = { "api" }, ["until"] = "steady", on_event = progress.on_event }
progress.finish()
check(waited, err)
local service = check(sim:call("DescribeServices", { cluster = "prod", services = { "api" } })).services[1]
print(("%s: %s, %s, %d of %d tasks run, %d deployment"):format(service.serviceName, service.status,
  service.taskDefinition:match "[^/]+$", service.runningCount, service.desiredCount, #service.deployments))

step "6. the last plan: nothing is left to do"
local last = check(script("acme/api:2"):plan())
print(last:render())
os.remove(state)
if not last:is_empty() then os.exit(1) end
