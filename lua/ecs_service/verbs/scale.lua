--- scale: another desired count for a service.
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"

local scale = {}

scale.OPTIONS = aside.OPTIONS

---@param stack ecs_service.Stack
---@param address string
---@param count integer
---@param opts table checked options
---@return table|nil result
---@return ecs_service.Error|nil of a DAEMON, which follows its instances: ValidationFailed
function scale.run(stack, address, count, opts)
  return aside.run(stack, "scale", { address }, opts, function() return { [argument.at "desiredCount"] = count } end)
end

return scale
