--- The name that was probably meant.
local core = require "ecs_service.core"

local nearest = {}

--- The nearest of `names` to `name`, or nil when none is near.
---@param name string
---@param names string[]
---@return string|nil
function nearest.to(name, names) return core.nearest(name, names) end

--- "did you mean X?", or the list of all when none is near.
---@param name string
---@param names string[]
---@param what string what they are, for the list: "options are"
---@return string
function nearest.hint(name, names, what)
  local best = nearest.to(name, names)
  if best then return ("did you mean %s?"):format(best) end
  local sorted = {}
  for i, one in ipairs(names) do sorted[i] = one end
  table.sort(sorted)
  if #sorted == 0 then return nil end
  return what .. " " .. table.concat(sorted, ", ")
end

return nearest
