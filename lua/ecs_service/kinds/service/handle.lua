--- One declared service of a stack, as stack:service gives it. Its methods are those of the stack, for it alone.
local Service = require "ecs_service.util.handles".class "service"

function Service:__tostring()
  return "service " .. self.address
end

--- Waits for this service.
---@param opts table|nil until = "steady"|"deployed"|"inactive", timeout (seconds)
---@return table|nil attributes
---@return ecs_service.Error|nil
function Service:wait(opts)
  local own, err = self.stack:options_of_one(self, "wait", opts)
  if not own then return nil, err end
  local services
  services, err = self.stack:wait(own)
  return services and services[self.address], err
end

--- What AWS says of it now.
---@return table|nil { status, desired, running, pending, task_definition, deployments, events }
---@return ecs_service.Error|nil
function Service:status(...)
  return self.stack:status(self.address, ...)
end

--- This service back to what it ran before: see stack:rollback.
function Service:rollback(opts) return self.stack:rollback(self.address, opts) end

--- A new deployment of this service: see stack:redeploy.
function Service:redeploy(opts) return self.stack:redeploy(self.address, opts) end

--- Another desired count for this service: see stack:scale.
function Service:scale(count, opts) return self.stack:scale(self.address, count, opts) end

--- Decides about its deployment that waits at a pause: see stack:continue.
function Service:continue(opts) return self.stack:continue(self.address, opts) end

--- Ends the deployment of this service that is under way: see stack:stop.
function Service:stop(opts) return self.stack:stop(self.address, opts) end

--- The deployments of this service: see stack:history.
function Service:history(opts) return self.stack:history(self.address, opts) end

--- A task beside this service: see stack:run.
function Service:run(opts) return self.stack:run(self.address, opts) end

--- A command in one of its containers: see stack:exec.
function Service:exec(opts) return self.stack:exec(self.address, opts) end

--- A port of this machine that leads into one of its containers: see stack:port_forward.
function Service:port_forward(opts) return self.stack:port_forward(self.address, opts) end

--- What its containers write: see stack:logs.
function Service:logs(opts) return self.stack:logs(self.address, opts) end

--- The latest rollout of this service as a document: see stack:timeline.
function Service:timeline(opts) return self.stack:timeline(self.address, opts) end

return Service
