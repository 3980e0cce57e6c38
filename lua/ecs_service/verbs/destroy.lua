--- destroy: deletes the services of a stack, what depends on others first.
local apply = require "ecs_service.verbs.apply"
local tables = require "ecs_service.util.tables"
local verbs = require "ecs_service.kinds.verbs"

local destroy = {}

destroy.OPTIONS = apply.OPTIONS
destroy.REFUSED = { destroy = "is what it does: leave it out",
  refresh_only = "destroys nothing: stack:refresh() brings the records up to date" }
for _, name in ipairs(verbs.DEPLOYING) do
  destroy.REFUSED[name] = "has no effect on a destroy: nothing is deployed"
end

---@param stack ecs_service.Stack
---@param opts table checked options
---@return table|nil result as of apply
---@return ecs_service.Error|nil
function destroy.run(stack, opts)
  local own = tables.merge(opts)
  own.destroy = true
  return apply.run(stack, nil, own)
end

return destroy
