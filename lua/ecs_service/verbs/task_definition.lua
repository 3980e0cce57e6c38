--- Task definitions, as far as nothing has to be asked: checks, plans, equality. Pure.
local core = require "ecs_service.core"
local declarations = require "ecs_service.plan.declarations"
local lazy = require "ecs_service.util.lazy"
local running = lazy "ecs_service.plan.running"
local validate = require "ecs_service.verbs.validate"

local task_definition = {}

-- A declaration with what runs in it.
local function filled(config, asked, runs, problems)
  return running.filled(config, asked, function(asks, one)
    local container = running.container(runs, asks.container)
    if container then return container[asks.member] end
    if asks.default == nil then
      problems[#problems + 1] = { severity = "error", code = "Missing", path = one.path,
        message = ("nothing is given that runs, and has a container %q"):format(asks.container),
        hint = ("give the attributes of what runs, or %s"):format(running.text(asks, "…")) }
    end
    return asks.default
  end)
end

--- Checks one declaration: tables in either spelling, a file of the API, containers as JSON text.
---@param config any
---@param context table|nil { region, partition, account_id }: what ARNs are held against
---@param runs table|nil attributes of what runs, for what the declaration leaves to that
---@return table|nil normal with the names of the arguments, maps for environment and secrets, "1024" for "1 vCPU"
---@return ecs_service.Error|nil code ValidationFailed, every problem in err.diagnostics
function task_definition.validate(config, context, runs)
  local copy, unreadable, _, asked = declarations.read(config, nil, "task_definition")
  if copy == nil and #unreadable > 0 then copy = {} end
  local problems = {}
  if asked and runs then copy = filled(copy, asked, runs, problems) end
  local normal, list = core.validate("task_definition", copy, context or {})
  for _, problem in ipairs(problems) do
    normal, list = nil, list or {}
    list[#list + 1] = problem
  end
  if normal and #unreadable == 0 then return asked and not runs and running.put_back(normal, asked) or normal end
  return nil, validate.failed(declarations.with_problems(unreadable, list))
end

-- Attributes as they are recorded, or an answer of DescribeTaskDefinition, or what is in it.
local function attributes_of(given)
  if type(given) ~= "table" then return given end
  local answer = given.taskDefinition or given.containerDefinitions and given
  return answer and core.definition_read(answer, given.tags) or given
end

--- What must happen so that a task definition that has `attributes` becomes what `config` says.
---@param config table|nil nil: it is not declared any more
---@param attributes table|nil of the revision that was recorded, or an answer of DescribeTaskDefinition; nil: none yet
---@param opts table actual, default_tags, ignore_tags, newest (its number), destroy, region, partition, account_id
---@return table|nil change { kind, action, before, after, diff, reason, predicted }
---@return ecs_service.Error|nil
function task_definition.plan(config, attributes, opts)
  local recorded = attributes_of(attributes)
  local actual = opts.actual ~= nil and attributes_of(opts.actual) or opts.actual == nil and recorded or nil
  if actual and actual.status and actual.status ~= "ACTIVE" then actual = nil end
  local normal
  if config ~= nil then
    local err
    normal, err = task_definition.validate(config, { region = opts.region, partition = opts.partition,
      account_id = opts.account_id }, actual or recorded or {})
    if not normal then return nil, err end
  end
  local same_family = recorded and (normal == nil or recorded.family == normal.family)
  return core.definition_plan { config = normal, recorded = recorded, actual = actual, default_tags = opts.default_tags,
    ignore_tags = opts.ignore_tags, newest = opts.newest or same_family and recorded.revision or nil,
    destroy = opts.destroy }
end

-- What is wrong with a network mode, by the row of the argument.
local function mode_problems(mode)
  local problems = {}
  local _, list = core.validate("task_definition", { network_mode = mode }, {})
  for _, problem in ipairs(list or {}) do
    if problem.path == "network_mode" then problems[#problems + 1] = problem end
  end
  return problems
end

--- Whether two lists of container definitions are the same to ECS: whatever it fills in, reorders or converts.
---@param a table|string of either spelling, or JSON text
---@param b table|string
---@param network_mode string|nil nil: "bridge"
---@return boolean|nil
---@return ecs_service.Error|nil code ValidationFailed: one of them cannot be read, or there is no such network mode
function task_definition.same_containers(a, b, network_mode)
  local left, unreadable = declarations.read { container_definitions = a }
  local right, others = declarations.read { container_definitions = b }
  for _, more in ipairs { others, mode_problems(network_mode) } do
    for _, problem in ipairs(more) do unreadable[#unreadable + 1] = problem end
  end
  if #unreadable > 0 then return nil, validate.failed(declarations.with_problems(unreadable, {})) end
  local same, problems = core.same_containers(left.container_definitions, right.container_definitions, network_mode)
  if same == nil then return nil, validate.failed(problems) end
  return same
end

return task_definition
