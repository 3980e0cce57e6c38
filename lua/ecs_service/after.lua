--- The verbs of a stack for the time after a deployment.
local options = require "ecs_service.options"
local selection = require "ecs_service.selection"

local Stack = {}

local function address_of(value, what)
  if type(value) == "table" and value.address then return value.address end
  if type(value) ~= "string" or value == "" then error(what .. ": the address is a text", 3) end
  return value
end

--- Takes a service back to the task definition of its last completed deployment other than the present one, or to a
--- named one. The declaration stays as it is, so that the next plan shows the difference.
---@param address string
---@param opts table|nil to ("web:2", 2, or an ARN), dry_run (true: only the plan), approve (fun(plan): boolean), wait
---  (false: do not follow the deployment), lock_timeout, on_event, interrupted, stable_for, superseded, fail_fast
---@return table|nil result as of apply, with `plan`; with dry_run the plan
---@return ecs_service.Error|nil codes NoFormerRevision, NotRecorded, NotFinished, NotApproved, or as of apply
function Stack:rollback(address, opts)
  local rollback = require "ecs_service.rollback"
  return rollback.run(self, address_of(address, "stack:rollback"),
    options.check(opts, rollback.OPTIONS, "stack:rollback"))
end

--- Starts a new deployment of services as they are.
---@param addresses string|string[]
---@param opts table|nil as for rollback, without `to`
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:redeploy(addresses, opts)
  local redeploy = require "ecs_service.redeploy"
  local list = selection.as_list(addresses) or {}
  if #list == 0 then error("stack:redeploy: name at least one service", 2) end
  for i, address in ipairs(list) do list[i] = address_of(address, "stack:redeploy") end
  return redeploy.run(self, list, options.check(opts, redeploy.OPTIONS, "stack:redeploy"))
end

--- Gives a service another desired count.
---@param address string
---@param count integer
---@param opts table|nil as for redeploy
---@return table|nil result
---@return ecs_service.Error|nil
function Stack:scale(address, count, opts)
  local scale = require "ecs_service.scale"
  if type(count) ~= "number" or count < 0 or count ~= math.floor(count) or count >= 2 ^ 31 then
    error("stack:scale: the count is a whole number, 0 or more", 2)
  end
  return scale.run(self, address_of(address, "stack:scale"), math.floor(count),
    options.check(opts, scale.OPTIONS, "stack:scale"))
end

--- Ends the deployment of a service that is under way.
---@param address string
---@param opts table|nil how ("rollback", the default: ECS goes back to the revision before; "abort": it leaves things
---  as they are, where it can), timeout (seconds; 20 minutes), dry_run, approve, wait, lock_timeout, on_event,
---  interrupted
---@return table|nil result as of apply, with `outcome`: STOPPED, ROLLBACK_SUCCESSFUL; STOP_REQUESTED with wait = false
---@return ecs_service.Error|nil codes CannotStop, TooLate, RollbackFailed, Timeout, NotApproved, or of the API
function Stack:stop(address, opts)
  local stop = require "ecs_service.stop"
  return stop.run(self, address_of(address, "stack:stop"), options.check(opts, stop.OPTIONS, "stack:stop"))
end

--- The deployments of a service, and what this tool did to it, the newest first.
---@param target string an address, or "cluster/service"
---@param opts table|nil limit (20)
---@return table|nil { name, address, cluster, service, unread, entries = list of { at, revision, former, status, ended,
---  reason, took, went_back_to, arn, deployment_id, did, by, run_ended, count } }
---@return ecs_service.Error|nil
function Stack:history(target, opts)
  local history = require "ecs_service.history"
  return history.run(self, address_of(target, "stack:history"), options.check(opts, history.OPTIONS, "stack:history"))
end

--- The latest rollout of a service as a document, as far as ECS still shows it. Of recorded events: ecs.timeline.
---@param target string an address, or "cluster/service"
---@param opts table|nil format ("html", the default, or "svg")
---@return string|nil document
---@return ecs_service.Error|nil
function Stack:timeline(target, opts)
  local format = options.check(opts, { format = "string" }, "stack:timeline").format or "html"
  if format ~= "html" and format ~= "svg" then error("stack:timeline: the format is html or svg", 2) end
  return require "ecs_service.timeline".run(self, address_of(target, "stack:timeline"), format)
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
