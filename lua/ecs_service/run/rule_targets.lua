--- Targets of rules of EventBridge: read, and put back with another task definition. Rules themselves are never made,
--- changed or ended.
local call = require "ecs_service.run.api_call"
local errors = require "ecs_service.errors"

local targets = {}

local API = "events"

local MOST = 100 -- of one answer; a rule has five targets unless its quota was raised

local function read_one(session, one, opts)
  local list, token = {}, nil
  repeat
    local answer, err = call(session, "ListTargetsByRule", { Rule = one.rule, EventBusName = one.event_bus_name,
      Limit = MOST, NextToken = token }, { interrupted = opts.interrupted })
    if not answer then return nil, err end
    for _, target in ipairs(answer.Targets or {}) do list[#list + 1] = target end
    token = answer.NextToken
  until not token
  return list
end

--- Reads the targets of rules.
---@param session ecs_service.Session of ECS
---@param wanted table<any, { rule: string, event_bus_name: string|nil }>
---@param opts table { interrupted }
---@return table<any, table[]>|nil targets by the same keys; of a rule that is missing nothing
---@return ecs_service.Error|nil
function targets.read(session, wanted, opts)
  local found = {}
  if next(wanted) == nil then return found end
  local beside, err = session.toward(API)
  if not beside then return nil, err end
  for key, one in pairs(wanted) do
    found[key], err = read_one(beside, one, opts)
    if err and err.code ~= "ResourceNotFoundException" then return nil, err end
  end
  return found
end

--- Puts a target in the place of the one of its id. Sent twice it says the same.
---@param session ecs_service.Session of ECS
---@param one table { rule, event_bus_name }
---@param target table the whole of it
---@param opts table { interrupted }
---@return boolean|nil
---@return ecs_service.Error|nil
function targets.put(session, one, target, opts)
  local beside, err = session.toward(API)
  if not beside then return nil, err end
  local answer
  answer, err = call(beside, "PutTargets", { Rule = one.rule, EventBusName = one.event_bus_name,
    Targets = { target } }, { interrupted = opts.interrupted })
  if not answer then return nil, err end
  local failed = (answer.FailedEntries or {})[1]
  if not failed then return true end
  return nil, errors.new { code = failed.ErrorCode or "RequestFailed", operation = "PutTargets", path = "target_id",
    message = ("EventBridge did not take the target %s: %s"):format(tostring(target.Id),
      tostring(failed.ErrorMessage or failed.ErrorCode)) }
end

return targets
