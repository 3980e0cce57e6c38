-- What the journey specs share: a simulated account, stacks on it, folders for states, and an environment of their own.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local environment = require "ecs_service.aws.environment"

local journey = {}

local folders = {}

--- A new folder, removed by `journey.clean`.
function journey.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(core.system.make_dir(path))
  folders[#folders + 1] = path
  return path
end

local raw = environment.raw

--- Has the module see these variables and no others until `journey.clean`. A test that wants to ask a metadata service
--- says so; otherwise it is forbidden, lest the network be asked.
function journey.environment(variables)
  environment.raw = function(name)
    local value = variables[name]
    if value == nil and name == "AWS_EC2_METADATA_DISABLED" then return "true" end
    return value
  end
end

function journey.clean()
  environment.raw = raw
  for _, path in ipairs(folders) do os.execute("rm -rf '" .. path .. "'") end
  folders = {}
end

function journey.simulator(given)
  local options = { region = "us-west-2", clusters = { "prod", "default" },
    task_definitions = { "web:3", "db:2", "mongo:8" } }
  for key, value in pairs(given or {}) do options[key] = value end
  return ecs.simulator(options)
end

--- A stack on a simulator; its state is in memory unless told otherwise.
function journey.stack(sim, given)
  local options = { region = "us-west-2", state = false, transport = sim }
  for key, value in pairs(given or {}) do options[key] = value end
  return assert(ecs.stack(options))
end

--- The same with the service "web" as journey.web declares it, and its state at `path`.
function journey.web_stack(sim, path, given)
  local options = { state = path }
  for key, value in pairs(given or {}) do options[key] = value end
  local stack = journey.stack(sim, options)
  stack:service("web", journey.web())
  return stack
end

function journey.web(changes)
  local config = { name = "web", cluster = "prod", task_definition = "web:1", desired_count = 2 }
  for key, value in pairs(changes or {}) do
    if value == journey.NONE then config[key] = nil else config[key] = value end
  end
  return config
end
journey.NONE = {}

--- The requests that changed something, in order.
function journey.mutations(sim)
  local list = {}
  for _, request in ipairs(sim.requests) do
    if not request.operation:find "^Describe" and not request.operation:find "^List" then
      list[#list + 1] = request.operation
    end
  end
  return list
end

--- The bodies of the requests for an operation, in order; `from`: the first request that counts.
function journey.bodies(sim, operation, from)
  local list = {}
  for i = from or 1, #sim.requests do
    if sim.requests[i].operation == operation then list[#list + 1] = sim.requests[i].body end
  end
  return list
end

--- How many requests for an operation there were.
function journey.count(sim, operation)
  local count = 0
  for _, request in ipairs(sim.requests) do
    if request.operation == operation then count = count + 1 end
  end
  return count
end

--- The service as the simulated AWS has it.
function journey.service(sim, name, cluster)
  return sim:call("DescribeServices", { cluster = cluster or "prod", services = { name or "web" },
    include = { "TAGS" } }).services[1]
end

function journey.read(path)
  return (core.system.read_file(path))
end

--- What a state in a file says to whoever reads it, with the journal of a run that was killed.
function journey.document(path)
  local found = assert(require("ecs_service.state.stored").read(require("ecs_service.state.file").new(path)))
  assert(not found.problem, found.problem)
  return assert(require("cjson.safe").decode(found.folded or found.text))
end

function journey.write(path, text)
  assert(core.system.write_file(path, text))
end

--- What a command of the shell says, on both of its outputs.
function journey.output(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "*a"
  pipe:close()
  return text
end

--- Fails with the plan's text unless the plan is empty.
function journey.assert_empty(stack)
  local plan, err = stack:plan()
  assert(plan, err and tostring(err))
  if not plan:is_empty() then
    error("the plan is not empty:\n" .. plan:render { color = false }, 2)
  end
end

return journey
