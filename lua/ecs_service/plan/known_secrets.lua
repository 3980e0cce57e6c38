--- The secret values that a run knows, so that none of them is kept with what containers wrote: of its variables, and
--- what its task definitions, and that of the task, name as sensitive.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local tables = require "ecs_service.util.tables"

local known_secrets = {}

-- Where sealing put another value there was a secret.
local function differences(list, plain, hidden)
  if type(plain) == "table" and type(hidden) == "table" then
    for key, value in pairs(plain) do differences(list, value, hidden[key]) end
  elseif plain ~= hidden then
    list[#list + 1] = tostring(plain)
  end
end

--- The variables of a family that a declaration or a record of it names as sensitive.
---@param stack ecs_service.Stack
---@param state table
---@param family string
---@return string[]
function known_secrets.names(stack, state, family)
  local all, kind = {}, kinds.named "task_definition"
  for _, address in ipairs(stack.order) do
    local config = kinds.of(address) == kind and stack.declared[address].config
    local inner = config and type(config.taskDefinition) == "table" and config.taskDefinition or config
    if inner and inner.family == family and type(config.sensitive) == "table" then
      for _, name in ipairs(config.sensitive) do all[name] = true end
    end
  end
  for _, address in ipairs(state:definitions()) do
    local attributes = core.table(kinds.entry(state, address).attributes)
    for _, name in ipairs(attributes.family == family and attributes.sensitive or {}) do all[name] = true end
  end
  return tables.keys(all)
end

--- Texts that are kept nowhere.
---@param run ecs_service.Run
---@param definition table|nil of a task, as ECS answers it
---@return string[]
function known_secrets.of(run, definition)
  local list, names = {}, {}
  for _, text in ipairs((run.stack.script_run or {}).secrets or {}) do list[#list + 1] = text end
  for address, normal in pairs(run.normals or {}) do
    if kinds.of(address).name == "task_definition" then
      local plain = core.table(normal)
      for _, name in ipairs(plain.sensitive or {}) do names[#names + 1] = name end
      differences(list, plain, sealed.of(plain, tostring(plain.family), plain.sensitive))
    end
  end
  if definition then differences(list, definition, sealed.of(definition, tostring(definition.family), names)) end
  return list
end

return known_secrets
