--- What a plan to destroy says that found nothing recorded, although something is declared: another state may be meant.
local kinds = require "ecs_service.kinds"

local nothing = {}

--- The sentence; nil where something is recorded, or planned.
---@param self table the planner
---@return string|nil
function nothing.of(self)
  local count = #self.stack.order
  if #self.changes + #(self.back or {}) > 0 or count == 0 then return nil end
  return ("No changes. Nothing is recorded in %s, so there is nothing to destroy; %s declared. Was it destroyed "
    .. "already, or is another state meant?"):format(tostring(self.stack.backend.name), count == 1
    and ("1 %s is"):format(kinds.words(self.stack.order).one) or ("%d %s are"):format(count,
    kinds.words(self.stack.order).many))
end

return nothing
