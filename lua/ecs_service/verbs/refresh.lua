--- refresh: brings the records up to what AWS has. Nothing at AWS is changed.
local apply = require "ecs_service.verbs.apply"
local call_options = require "ecs_service.stack.call_options"
local tables = require "ecs_service.util.tables"

local refresh = {}

refresh.OPTIONS = apply.OPTIONS
refresh.REFUSED = { destroy = "and a refresh exclude each other: it changes nothing at AWS",
  refresh_only = "is what it does: leave it out", refresh = "is what it does: leave it out" }
for _, name in ipairs(call_options.DEPLOYING) do
  refresh.REFUSED[name] = "has no effect on a refresh: nothing is deployed"
end

--- The result has `drift`: { address, path, before, after, ignored } of everything that differed from the records.
---@param stack ecs_service.Stack
---@param opts table checked options
---@return table|nil result { services, changes, drift, … }
---@return ecs_service.Error|nil
function refresh.run(stack, opts)
  local validate = require "ecs_service.verbs.validate"
  local plan_verb = require "ecs_service.verbs.planner"
  local own = tables.merge(opts)
  own.refresh_only, own.refresh = true, true
  local normals, err, warnings = validate.all(stack)
  if not normals then return nil, err end
  return stack:with_state("refresh", own, function(state)
    local plan, problem = plan_verb.make(stack, state, normals, warnings, own)
    if not plan then return nil, problem end
    if own.approve and not own.approve(plan) then return nil, apply.not_approved() end
    local result, failure = apply.carry_out(stack, state, plan, own, normals)
    if not result then return nil, failure end
    result.drift = {}
    for _, change in ipairs(plan.changes) do
      for _, entry in ipairs(change.drift or {}) do
        entry.address = change.address
        table.insert(result.drift, entry)
      end
    end
    return result
  end)
end

return refresh
