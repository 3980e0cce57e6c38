-- A stack with one task definition and the service that runs it, over the simulator: for the specs of declared task
-- definitions.
local ecs = require "ecs_service"

local declared = {}

--- A world of its own: the simulator and the state that its stacks share.
function declared.world(options)
  options = options or {}
  options.region, options.clusters = "us-west-2", options.clusters or { "prod" }
  return { sim = ecs.simulator(options), backend = require "ecs_service.state.memory".new() }
end

function declared.stack(world, more)
  local options = { region = "us-west-2", transport = world.sim, state = world.backend }
  for name, value in pairs(more or {}) do options[name] = value end
  return assert(ecs.stack(options))
end

--- A definition of one container, with some members set otherwise; false takes one away.
function declared.definition(container, more)
  local app = { name = "app", image = "acme/api:1", memory = 64, environment = { LEVEL = "info", PORT = 8080 },
    port_mappings = { { name = "http", container_port = 8080 } } }
  for name, value in pairs(container or {}) do app[name] = value ~= false and value or nil end
  local config = { network_mode = "bridge", container_definitions = { app } }
  for name, value in pairs(more or {}) do config[name] = value ~= false and value or nil end
  return config
end

--- The stack, the handle of the definition and that of the service.
function declared.pair(world, config, service, options)
  local stack = declared.stack(world, options)
  local api = stack:task_definition("api", config or declared.definition())
  local all = { name = "api", cluster = "prod", task_definition = api, desired_count = 1,
    wait_for_steady_state = true }
  for name, value in pairs(service or {}) do all[name] = value ~= false and value or nil end
  return stack, api, stack:service("api", all)
end

--- How often an operation was called.
function declared.count(world, operation)
  local found = 0
  for _, request in ipairs(world.sim.requests) do
    if request.operation == operation then found = found + 1 end
  end
  return found
end

--- Forgets the requests so far.
function declared.from_now(world)
  for i = #world.sim.requests, 1, -1 do world.sim.requests[i] = nil end
end

--- The revision that the service runs: "api:2".
function declared.runs(world)
  local answer = assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "api" } }))
  return answer.services[1].taskDefinition:match "[^/]+$"
end

--- The ACTIVE revisions of all families: "api:1 api:2".
function declared.active(world)
  local list = {}
  for i, arn in ipairs(assert(world.sim:call("ListTaskDefinitions", {})).taskDefinitionArns) do
    list[i] = arn:match "[^/]+$"
  end
  return table.concat(list, " ")
end

--- The changes of a plan in short.
function declared.actions(plan)
  local list = {}
  for i, change in ipairs(plan.changes) do
    list[i] = ("%s %s %s"):format(change.kind, change.address, change.action)
  end
  return list
end

return declared
