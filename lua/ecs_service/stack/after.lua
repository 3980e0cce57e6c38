--- The verbs of a stack for the time after a deployment.
local addresses = require "ecs_service.stack.addresses"
local call_options = require "ecs_service.stack.call_options"
local marked = require "ecs_service.util.list_marks".marked

local Stack = {}

--- Takes a service back to the task definition of its last completed deployment other than the present one, or to a
--- named one. The declaration stays as it is, so that the next plan shows the difference.
---@param address string|ecs_service.Service
---@param opts table|nil to ("web:2", 2, or an ARN), dry_run (true: only the plan), approve (fun(plan): boolean), wait
---  (false: do not follow the deployment), lock_timeout, on_event, interrupted, stable_for, superseded, fail_fast
---@return table|nil result as of apply, with `plan`; with dry_run the plan
---@return ecs_service.Error|nil codes NoFormerRevision, NotRecorded, NotFinished, NotApproved, or as of apply
function Stack:rollback(address, opts)
  local rollback = require "ecs_service.verbs.rollback"
  local name, own, err = call_options.with_address(self, address, opts, rollback, "stack:rollback")
  if not own then return nil, err end
  return marked(rollback.run(self, name, own))
end

--- Starts a new deployment of services as they are.
---@param services string|ecs_service.Service|(string|ecs_service.Service)[]
---@param opts table|nil as for rollback, without `to`
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:redeploy(services, opts)
  local redeploy = require "ecs_service.verbs.redeploy"
  local list, err = addresses.all_given(self, services, "stack:redeploy")
  local own
  if list then own, err = call_options.take(self, opts, redeploy, "stack:redeploy") end
  if not own then return nil, err end
  return marked(redeploy.run(self, list, own))
end

--- Gives a service another desired count.
---@param address string|ecs_service.Service
---@param count integer
---@param opts table|nil as for redeploy
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:scale(address, count, opts)
  local scale = require "ecs_service.verbs.scale"
  if type(count) ~= "number" or not (count >= 0 and count < 2 ^ 31) or count ~= math.floor(count) then
    error("stack:scale: the count is a whole number, 0 or more", 2)
  end
  local name, own, err = call_options.with_address(self, address, opts, scale, "stack:scale")
  if not own then return nil, err end
  return marked(scale.run(self, name, math.floor(count), own))
end

--- Ends the deployment of a service that is under way.
---@param address string|ecs_service.Service
---@param opts table|nil how ("rollback", the default: ECS goes back to the revision before; "abort": it leaves things
---  as they are, where it can), timeout (seconds; 20 minutes), dry_run, approve, wait, lock_timeout, on_event,
---  interrupted
---@return table|nil result as of apply, with `outcome`: STOPPED, ROLLBACK_SUCCESSFUL; STOP_REQUESTED with wait = false
---@return ecs_service.Error|nil codes CannotStop, TooLate, RollbackFailed, Timeout, NotApproved, or of the API
function Stack:stop(address, opts)
  local stop = require "ecs_service.verbs.stop"
  local name, own, err = call_options.with_address(self, address, opts, stop, "stack:stop")
  if not own then return nil, err end
  return marked(stop.run(self, name, own))
end

--- The deployments of a service, and what this tool did to it, the newest first.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table|nil limit (20)
---@return table|nil { name, address, cluster, service, unread, entries = list of { at, revision, former, status, ended,
---  reason, took, went_back_to, arn, deployment_id, did, by, run_ended, count } }
---@return ecs_service.Error|nil
function Stack:history(target, opts)
  local history = require "ecs_service.verbs.history"
  local name, own, err = call_options.with_address(self, target, opts, history, "stack:history")
  if not own then return nil, err end
  return marked(history.run(self, name, own))
end

--- The latest rollout of a service as a document, as far as ECS still shows it. Of recorded events: ecs.timeline.
---@param target string|ecs_service.Service an address, or "cluster/service"
---@param opts table|nil format ("html", the default, or "svg")
---@return string|nil document
---@return ecs_service.Error|nil
function Stack:timeline(target, opts)
  local timeline = require "ecs_service.verbs.timeline"
  local name, own, err = call_options.with_address(self, target, opts, timeline, "stack:timeline")
  if not own then return nil, err end
  return timeline.run(self, name, own.format)
end

local Service = {}

--- This service back to what it ran before: see stack:rollback.
function Service:rollback(opts) return self.stack:rollback(self.address, opts) end

--- A new deployment of this service: see stack:redeploy.
function Service:redeploy(opts) return self.stack:redeploy(self.address, opts) end

--- Another desired count for this service: see stack:scale.
function Service:scale(count, opts) return self.stack:scale(self.address, count, opts) end

--- Ends the deployment of this service that is under way: see stack:stop.
function Service:stop(opts) return self.stack:stop(self.address, opts) end

--- The deployments of this service: see stack:history.
function Service:history(opts) return self.stack:history(self.address, opts) end

--- The latest rollout of this service as a document: see stack:timeline.
function Service:timeline(opts) return self.stack:timeline(self.address, opts) end

local after = {}

--- Gives the classes of stacks and of services these methods.
---@param stacks table
---@param services table
function after.add(stacks, services)
  for name, method in pairs(Stack) do stacks[name] = method end
  for name, method in pairs(Service) do services[name] = method end
end

return after
