--- refresh: brings the records up to what AWS has. Nothing at AWS is changed.
local apply = require "ecs_service.verbs.apply"
local changing = require "ecs_service.verbs.change"
local plan_verb = require "ecs_service.verbs.planner"
local tables = require "ecs_service.util.tables"
local verbs = require "ecs_service.kinds.verbs"

local refresh = {}

refresh.OPTIONS = apply.OPTIONS
refresh.REFUSED = { destroy = "and a refresh exclude each other: it changes nothing at AWS",
  refresh_only = "is what it does: leave it out", refresh = "is what it does: leave it out" }
for _, name in ipairs(verbs.DEPLOYING) do
  refresh.REFUSED[name] = "has no effect on a refresh: nothing is deployed"
end

local function drift_of(plan)
  local list = {}
  for _, change in ipairs(plan.changes) do
    for _, entry in ipairs(change.drift or {}) do
      entry.address = change.address
      list[#list + 1] = entry
    end
  end
  return list
end

--- The result has `drift`: { address, path, before, after, ignored } of everything that differed from the records.
---@param stack ecs_service.Stack
---@param opts table checked options
---@return table|nil result { services, changes, drift, … }
---@return ecs_service.Error|nil
function refresh.run(stack, opts)
  local own = tables.merge(opts)
  own.refresh_only, own.refresh = true, true
  return changing.run(stack, "refresh", own, {
    plan = function(run) return plan_verb.make(stack, run.state, run.normals, run.warnings, own) end,
    carry_out = function(run, plan)
      local result, err = apply.carry_out(run, plan)
      if not result then return nil, err end
      result.drift = drift_of(plan)
      return result
    end,
  })
end

return refresh
