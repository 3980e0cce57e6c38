--- The rows of a service's arguments, read from the core once.
local core = require "ecs_service.core"

local rows

---@return table[] as of ecs.schema(); shared, not to be changed
return function()
  rows = rows or core.schema("service")
  return rows
end
