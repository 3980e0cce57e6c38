-- A stack with one service that declares its auto scaling, over the simulator.
local cjson = require "cjson"
local ecs = require "ecs_service"

local scaled = {}

scaled.CPU = "ECSServiceAverageCPUUtilization"
scaled.ID = "service/prod/web"

--- The block of most specs, with some members set otherwise; false takes one away.
function scaled.block(more)
  local block = { min_capacity = 2, max_capacity = 20,
    target_tracking = { cpu = { predefined_metric_type = scaled.CPU, target_value = 60, scale_in_cooldown = 300,
      scale_out_cooldown = 60 },
      memory = { predefined_metric_type = "ECSServiceAverageMemoryUtilization", target_value = 70 } } }
  for name, value in pairs(more or {}) do block[name] = value ~= false and value or nil end
  return block
end

--- A simulator and the state that its stacks share.
function scaled.world(options)
  options = options or {}
  options.region, options.clusters = "us-west-2", options.clusters or { "prod" }
  options.task_definitions = options.task_definitions or { "web:2" }
  return { sim = ecs.simulator(options), backend = require "ecs_service.state.memory".new() }
end

--- The stack; `autoscaling = false` leaves the block away.
function scaled.stack(world, autoscaling, service, options)
  local all = { region = "us-west-2", transport = world.sim, state = world.backend }
  for name, value in pairs(options or {}) do all[name] = value end
  local stack = assert(ecs.stack(all))
  local config = { name = "web", cluster = "prod", task_definition = "web:1", wait_for_steady_state = true,
    desired_count = autoscaling == false and require "ecs_service".autoscaled(2) or nil,
    autoscaling = autoscaling == nil and scaled.block() or autoscaling or nil }
  for name, value in pairs(service or {}) do config[name] = value ~= false and value or nil end
  if service ~= false then stack:service("web", config) end
  return stack
end

local READS = "^Describe"

--- The requests that change something: "RegisterScalableTarget".
function scaled.operations(world)
  local list = {}
  for _, request in ipairs(world.sim.requests) do
    if not request.operation:find(READS) and not request.operation:find "^List" then
      list[#list + 1] = request.operation
    end
  end
  return list
end

--- The bodies of the requests of an operation.
function scaled.bodies(world, operation)
  local list = {}
  for _, request in ipairs(world.sim.requests) do
    if request.operation == operation then
      list[#list + 1] = type(request.body) == "table" and request.body or cjson.decode(request.body)
    end
  end
  return list
end

--- Forgets the requests so far.
function scaled.from_now(world)
  for i = #world.sim.requests, 1, -1 do world.sim.requests[i] = nil end
end

local function about(more)
  local body = { ServiceNamespace = "ecs", ScalableDimension = "ecs:service:DesiredCount", ResourceId = scaled.ID }
  for name, value in pairs(more or {}) do body[name] = value end
  return body
end
scaled.about = about

--- The target as it is there; nil: there is none.
function scaled.target(world, id)
  return assert(world.sim:call("DescribeScalableTargets", { ServiceNamespace = "ecs",
    ResourceIds = { id or scaled.ID } })).ScalableTargets[1]
end

--- Its policies by their names.
function scaled.policies(world)
  local map = {}
  for _, policy in ipairs(assert(world.sim:call("DescribeScalingPolicies", about())).ScalingPolicies) do
    map[policy.PolicyName] = policy
  end
  return map
end

--- The names of policies and scheduled actions, sorted.
function scaled.names(world)
  local list = {}
  for name in pairs(scaled.policies(world)) do list[#list + 1] = name end
  for _, action in ipairs(assert(world.sim:call("DescribeScheduledActions", about())).ScheduledActions) do
    list[#list + 1] = action.ScheduledActionName
  end
  table.sort(list)
  return list
end

--- The count that the service wants.
function scaled.count(world)
  return assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "web" } })).services[1].desiredCount
end

--- The changes of a plan in short.
function scaled.actions(plan)
  local list = {}
  for i, change in ipairs(plan.changes) do
    list[i] = ("%s %s %s"):format(change.kind, change.address, change.action)
  end
  return list
end

--- The paths in which a plan's auto scaling differs.
function scaled.paths(plan)
  for _, change in ipairs(plan.changes) do
    if change.kind == "scaling" then
      local paths = {}
      for i, entry in ipairs(change.diff) do paths[i] = entry.path end
      return paths, change
    end
  end
end

return scaled
