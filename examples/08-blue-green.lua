-- A new image beside the old one: test traffic first, then a function of this script looks at it, then all traffic goes
-- over at once. docs/how-to/blue-green.md tells what has to exist before. Against AWS, TEST_URL is a page behind the
-- test listener.
local ecs = require "ecs_service"
local support = require "examples.support"

local ELB = "arn:aws:elasticloadbalancing:us-west-2:123456789012:"

local stack = assert(ecs.stack(support.options("blue-green", { clusters = { "prod" } })))

local web = stack:task_definition("web", {
  container_definitions = {
    { name = "web", image = ecs.running("web", "web", { default = "acme/web:1" }), memory = 256,
      port_mappings = { { container_port = 8080 } } },
  },
})

local function smoke_test(ctx)
  local new, old = ctx.revisions.target, ctx.revisions.source
  print(("smoke test of %s at %s, beside %s"):format(new.task_definition, ctx.stage, old and old.task_definition
    or "nothing"))
  local url = os.getenv "TEST_URL"
  if not url then return true end
  local page, err = ctx.get(url)
  if not page then return false, "no answer: " .. err.message end
  return page.status == 200, "the test page answers " .. page.status
end

stack:service("web", {
  name            = "web",
  cluster         = "prod",
  task_definition = web,
  desired_count   = 2,
  load_balancer = {
    target_group_arn = ELB .. "targetgroup/blue/0123456789abcdef",
    container_name   = "web",
    container_port   = 8080,
    advanced_configuration = {
      alternate_target_group_arn = ELB .. "targetgroup/green/0123456789abcdef",
      production_listener_rule   = ELB .. "listener-rule/app/web/1/2/3",
      test_listener_rule         = ELB .. "listener-rule/app/web/1/2/4",
      role_arn                   = "arn:aws:iam::123456789012:role/ecs-infrastructure",
    },
  },
  deployment_configuration = {
    strategy             = "BLUE_GREEN",
    bake_time_in_minutes = 5,
    lifecycle_hook       = { lifecycle_stages = { "POST_TEST_TRAFFIC_SHIFT" }, run = smoke_test },
  },
  deployment_circuit_breaker = { enable = true, rollback = true },
  wait_for_steady_state = true,
})

support.deploy(stack)
return support.deploy(stack, { image = { ["web.web"] = "acme/web:2" } })
