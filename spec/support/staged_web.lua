-- The service "web" whose deployments shift traffic in stages, behind a load balancer with two target groups.
local ecs = require "ecs_service"
local staged = require "support.staged"

local web = {}

web.BLUE_GROUP = (staged.GREEN_GROUP:gsub("mongo%-b", "web-a"))
web.GREEN_GROUP = staged.GREEN_GROUP

web.STRATEGIES = {
  ROLLING = { strategy = "ROLLING" },
  BLUE_GREEN = { strategy = "BLUE_GREEN", bake_time_in_minutes = 2 },
  LINEAR = { strategy = "LINEAR", bake_time_in_minutes = 1,
    linear_configuration = { step_percent = 50, step_bake_time_in_minutes = 1 } },
  CANARY = { strategy = "CANARY", bake_time_in_minutes = 1,
    canary_configuration = { canary_percent = 10, canary_bake_time_in_minutes = 1 } },
}

--- A pause, with the minutes that it waits and what becomes of it then.
function web.pause(minutes, action, stage)
  return { target_type = "PAUSE", lifecycle_stages = { stage or "POST_TEST_TRAFFIC_SHIFT" },
    timeout_configuration = { timeout_in_minutes = minutes, action = action } }
end

--- A hook that calls the function "smoke".
function web.call(stage)
  return { hook_target_arn = staged.SMOKE, role_arn = staged.ROLE, lifecycle_stages = { stage or "POST_SCALE_UP" } }
end

--- The declaration.
---@param strategy string
---@param hooks table[]|nil
---@param revision string
---@param more table|nil further arguments
function web.declaration(strategy, hooks, revision, more)
  local configuration = {}
  for name, value in pairs(web.STRATEGIES[strategy]) do configuration[name] = value end
  configuration.lifecycle_hook = hooks
  local config = { name = "web", cluster = "prod", task_definition = revision, desired_count = 2,
    wait_for_steady_state = true, deployment_configuration = configuration,
    deployment_circuit_breaker = { enable = true, rollback = true },
    load_balancer = { { target_group_arn = web.BLUE_GROUP, container_name = "web",
      container_port = 80, advanced_configuration = { alternate_target_group_arn = web.GREEN_GROUP,
        production_listener_rule = staged.RULE, role_arn = staged.ROLE } } } }
  for name, value in pairs(more or {}) do config[name] = value end
  return config
end

function web.simulator(given)
  local options = { clusters = { "prod" }, task_definitions = { "web:1", "web:2", "web:3" } }
  for name, value in pairs(given or {}) do options[name] = value end
  return ecs.simulator(options)
end

--- The newest service deployment in full.
function web.newest(sim)
  local list = sim:call("ListServiceDeployments", { cluster = "prod", service = "web" }).serviceDeployments
  return sim:call("DescribeServiceDeployments", { serviceDeploymentArns = { list[1].serviceDeploymentArn } })
    .serviceDeployments[1]
end

--- Decides at the pause of the newest deployment that an event "decision" told of.
---@param action string "CONTINUE" or "ROLLBACK"
function web.decide(action)
  return function(sim, event)
    assert(sim:call("ContinueServiceDeployment", { serviceDeploymentArn = web.newest(sim).serviceDeploymentArn,
      hookId = event.hook_id, action = action }))
  end
end

--- Stops the newest deployment, and lets it be rolled back.
function web.stop(sim)
  assert(sim:call("StopServiceDeployment", { serviceDeploymentArn = web.newest(sim).serviceDeploymentArn,
    stopType = "ROLLBACK" }))
end

return web
