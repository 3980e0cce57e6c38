--- stop: ends the deployment of a service that is under way. ECS rolls it back to the revision before, or leaves it
--- as it is, where it can.
local control = require "ecs_service.verbs.deployment_control"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"

local stop = {}

stop.OPTIONS = tables.copy(control.OPTIONS)
stop.OPTIONS.how = "string"

local HOW = { rollback = "ROLLBACK", abort = "ABORT" }

-- Servers without service deployments cannot stop one; nothing else of the API can.
local function cannot(address, err)
  if err.code == "AccessDeniedException" or not err.http_status or err.http_status >= 500 then return err end
  return control.failure(address, "CannotStop", ("the deployments of this service cannot be stopped here: %s"):format(
    err.message), "start one that takes its place: " .. shell.command("ecs-service rollback", address)
    .. "; those of CodeDeploy: aws deploy stop-deployment", err)
end

local function choose(run, found, one)
  if not one then return nil end
  local how = run.opts.how or "rollback"
  return { how = how, reason = control.reason(run, found, one),
    diff = how == "rollback" and control.way_back(run, found, one) or nil }
end

--- What it asks of ECS.
stop.KIND = {
  name = "stop", command = "ecs-service stop", open = "STOP_REQUESTED", operation = "StopServiceDeployment",
  choose = choose, cannot = cannot, follow = control.follow_end,
  body = function(change) return { serviceDeploymentArn = change.arn, stopType = HOW[change.how] } end,
  noted = function() return true end,
  asks = function(change) return control.STOPPABLE[change.status] == true end,
}

--- The verb.
---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options: how ("rollback", the default, or "abort"), timeout (seconds; 20 minutes), approve,
---  dry_run, wait, lock_timeout, on_event, interrupted. While another run holds the lock and waits for the deployment,
---  it is stopped without the lock: nothing is written but a note that tells that run who did it
---@return table|nil result as of apply, with `outcome`: STOPPED, ROLLBACK_SUCCESSFUL; STOP_REQUESTED with wait = false
---@return ecs_service.Error|nil codes CannotStop, TooLate, RollbackFailed, Timeout, NotApproved, or of the API
function stop.run(stack, address, opts)
  return control.run(stop.KIND, stack, address, opts)
end

return stop
