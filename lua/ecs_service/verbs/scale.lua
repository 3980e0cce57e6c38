--- scale: another desired count for a service, other bounds for what scales it, or a rest for that.
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"
local bounds = require "ecs_service.util.lazy" "ecs_service.verbs.scale_bounds"
local tables = require "ecs_service.util.tables"

local scale = {}

scale.OPTIONS = tables.merge(aside.OPTIONS, { min = "number", max = "number", suspend = "boolean", resume = "boolean" })
scale.OPTIONS.checks, scale.OPTIONS.on_failed_check = nil, nil -- nothing is deployed

--- Whether options say anything of what scales the service.
---@param opts table
---@return boolean
function scale.of_bounds(opts)
  return opts.min ~= nil or opts.max ~= nil or opts.suspend == true or opts.resume == true
end

---@param stack ecs_service.Stack
---@param address string
---@param count integer|nil nil: it stays
---@param opts table checked options
---@return table|nil result
---@return ecs_service.Error|nil of a DAEMON, which follows its instances: ValidationFailed; WrongOption, NotFound
function scale.run(stack, address, count, opts)
  local more
  if scale.of_bounds(opts) then
    local err = bounds.problem(opts)
    if err then return nil, err end
    more = function(run, plan) return bounds.plan(run, plan, address, count) end
  end
  return aside.run(stack, "scale", { address }, opts, function(subject)
    return { [argument.at "desiredCount"] = count or subject.attributes[argument.at "desiredCount"] }
  end, more)
end

return scale
