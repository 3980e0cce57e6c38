--- What would have to be written into the declaration of a task definition to have it say what a revision says.
local core = require "ecs_service.core"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local value = require "ecs_service.render.value"

local text = {}

-- So many members are told; whoever wants them all looks at a plan.
local MOST = 6

-- What a variable had that the declaration has no more is not repeated: nothing says any more whether it was a secret.
local function is_former_variable(entry)
  return entry.before == nil and entry.path:find("].environment", 1, true) ~= nil
end

local function line(entry)
  if entry.sensitive then return entry.path .. " (a sensitive value)" end
  if entry.after ~= nil and is_former_variable(entry) then return entry.path .. " (as the revision has it)" end
  if entry.after == nil then return "no " .. entry.path end
  return ("%s = %s"):format(entry.path, value.literal(entry.after))
end

--- The members in which they differ, as the declaration would have to have them.
---@param declared table|userdata normal form
---@param attributes table of the revision
---@return string|nil nil: they say the same
function text.of(declared, attributes)
  declared = core.table(declared)
  local names = declared.sensitive
  local diff = sealed.diff(core.definition_difference(declared, attributes, names), declared.family, names)
  local parts = {}
  for i, entry in ipairs(diff) do
    if i > MOST then break end
    parts[i] = line(entry)
  end
  if #diff > MOST then parts[#parts + 1] = ("and %d members more"):format(#diff - MOST) end
  return #parts > 0 and table.concat(parts, ", ") or nil
end

return text
