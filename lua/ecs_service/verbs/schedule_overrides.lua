--- What `command`, `environment` and `container` of a schedule come to: overrides of one container of what it runs.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local names = require "ecs_service.util.identifiers"
local tables = require "ecs_service.util.tables"
local task_end = require "ecs_service.run.task_end"

local overrides = {}

--- Whether what it runs has to be known for them.
---@param config table normal form
---@return boolean
function overrides.needs_definition(config)
  return config.container == nil and (config.command ~= nil or config.environment ~= nil)
end

-- The container that is meant; its names are in the definition, where that is known.
local function container_of(config, definition)
  if not definition then return config.container end
  local list = {}
  for i, one in ipairs(definition.container_definitions or {}) do
    list[i] = { name = one.name, essential = one.essential }
  end
  return task_end.watched({ containerDefinitions = list }, config.container)
end

local function put(list, name, command, environment)
  for i, one in ipairs(list) do
    if one.name == name then
      list[i] = tables.merge(one, { command = command or one.command,
        environment = environment and tables.merge(one.environment, environment) or one.environment })
      return
    end
  end
  list[#list + 1] = { name = name, command = command, environment = environment }
end

--- The declaration with them in its overrides.
---@param config table normal form
---@param definition table|nil attributes of what it runs
---@return table|nil
---@return ecs_service.Error|nil
function overrides.expanded(config, definition)
  local own = tables.merge(config)
  own.command, own.environment, own.container = nil, nil, nil
  if not (config.command or config.environment) then return own end
  local container, err = container_of(config, definition)
  if not container then
    return nil, err or errors.new { code = "NotFound", path = "task_definition",
      message = ("ECS has no task definition %s"):format(tostring(names.last(config.task_definition))),
      hint = "see its family, revision and region; or name the container that command is for" }
  end
  own.overrides = tables.copy(config.overrides) or core.object {}
  own.overrides.container_overrides = own.overrides.container_overrides or {}
  put(own.overrides.container_overrides, container, config.command, config.environment)
  return own
end

return overrides
