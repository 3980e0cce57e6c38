--- The methods of a stack that ask something of a deployment that is under way.
local lazy = require "ecs_service.util.lazy"
local call_options = require "ecs_service.stack.call_options"
local marks = require "ecs_service.util.list_marks"

local continue = lazy "ecs_service.verbs.continue"
local stop = lazy "ecs_service.verbs.stop"

local marked = marks.marked

local methods = {}

--- Ends the deployment of a service that is under way.
---@param address string|ecs_service.Service
---@param opts table|nil how ("rollback", the default, or "abort": things stay as they are, where ECS can), timeout
---  (20 minutes), dry_run, approve, wait, lock_timeout, on_event, interrupted
---@return table|nil result as of apply, with `outcome`: STOPPED, ROLLBACK_SUCCESSFUL; STOP_REQUESTED with wait = false
---@return ecs_service.Error|nil codes CannotStop, TooLate, RollbackFailed, Timeout, NotApproved, or of the API
function methods:stop(address, opts)
  local name, own, err = call_options.with_address(self, address, opts, stop, "stack:stop")
  if not own then return nil, err end
  return marked(stop.run(self, name, own))
end

--- Decides about the deployment of a service that waits at a pause: it goes on, and is followed.
---@param address string|ecs_service.Service
---@param opts table|nil rollback (true: back to the revision before), hook (the id of the pause, where several wait),
---  timeout (20 minutes), dry_run, approve, wait, lock_timeout, on_event, interrupted
---@return table|nil result as of apply, with `outcome`: SUCCESSFUL; ROLLBACK_SUCCESSFUL with rollback; CONTINUED with
---  wait = false
---@return ecs_service.Error|nil codes NotAwaiting, CannotContinue, AwaitingDecision (at the next pause), NotApproved,
---  those of a deployment that is waited for, or of the API
function methods:continue(address, opts)
  local name, own, err = call_options.with_address(self, address, opts, continue, "stack:continue")
  if not own then return nil, err end
  return marked(continue.run(self, name, own))
end

return methods
