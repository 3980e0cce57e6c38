-- A service whose deployments are checked, over the simulator: for the specs of checks.
local ecs = require "ecs_service"
local json = require "ecs_service.util.json"

local checked = {}

checked.URL = "https://web.example/healthz"

function checked.world(options)
  local given = { region = "us-west-2", clusters = { "prod" }, task_definitions = { "web:4", "db:2" } }
  for name, value in pairs(options or {}) do given[name] = value end
  return { sim = ecs.simulator(given), backend = require "ecs_service.state.memory".new(), events = {} }
end

--- Stands for a member that is left out.
checked.NONE = {}

--- A stack with the service "web" of a revision.
function checked.stack(world, revision, more, options)
  local given = { region = "us-west-2", transport = world.sim, state = world.backend,
    on_event = function(event) table.insert(world.events, event) end }
  for name, value in pairs(options or {}) do given[name] = value end
  local stack = assert(ecs.stack(given))
  stack:service("web", checked.config(revision, more))
  return stack
end

function checked.config(revision, more)
  local config = { name = "web", cluster = "prod", task_definition = "web:" .. revision, desired_count = 2,
    deployment_circuit_breaker = { enable = true, rollback = true }, checks = { { url = checked.URL } } }
  for name, value in pairs(more or {}) do
    if value == checked.NONE then config[name] = nil else config[name] = value end
  end
  return config
end

--- What the service runs: "web:2".
function checked.runs(world)
  local answer = assert(world.sim:call("DescribeServices", { cluster = "prod", services = { "web" } }))
  return answer.services[1].taskDefinition:match "[^/]+$"
end

--- A target at the URL that answers by what the service runs: `bad` are the revisions that do not work.
function checked.target(world, bad, answer)
  world.asked = 0
  world.sim:target { url = checked.URL, responses = function()
    world.asked = world.asked + 1
    return bad[checked.runs(world)] and (answer or { status = 503, body = "no database" }) or 200
  end }
end

--- The record of the service.
function checked.entry(world, address) return assert(json.decode(world.backend.text)).services[address or "web"] end

--- The states of the events of checks, in their order.
function checked.told(world)
  local list = {}
  for _, event in ipairs(world.events) do
    if event.type == "check" then list[#list + 1] = event.state end
  end
  return table.concat(list, " ")
end

--- How often an operation was called.
function checked.count(world, operation)
  local count = 0
  for _, request in ipairs(world.sim.requests) do count = count + (request.operation == operation and 1 or 0) end
  return count
end

return checked
