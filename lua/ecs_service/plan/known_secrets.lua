--- The secret values that a run knows, so that none of them is kept with what containers wrote: of its variables, and
--- what its task definitions, and that of the task, name as sensitive.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local sealed = require "ecs_service.kinds.task_definition.sealed"

local known_secrets = {}

-- Where sealing put another value there was a secret.
local function differences(list, plain, hidden)
  if type(plain) == "table" and type(hidden) == "table" then
    for key, value in pairs(plain) do differences(list, value, hidden[key]) end
  elseif plain ~= hidden then
    list[#list + 1] = tostring(plain)
  end
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
