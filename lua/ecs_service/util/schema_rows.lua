--- The rows of a kind's arguments, read from the core once.
local core = require "ecs_service.core"

local known = {}

---@param kind? string default: "service"
---@return table[] as of ecs.schema(); shared, not to be changed
return function(kind)
  kind = kind or "service"
  known[kind] = known[kind] or core.schema(kind)
  return known[kind]
end
