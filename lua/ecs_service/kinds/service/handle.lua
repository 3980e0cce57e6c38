--- One declared service of a stack, as stack:service gives it. Its methods are those of the stack, for it alone.
local Service = {}
Service.__index = Service
Service.__handle = "service" -- of util/handles.lua

function Service:__tostring()
  return "service " .. self.address
end

--- The plan of this service and of what it depends on.
---@param opts table|nil as for stack:plan
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function Service:plan(opts)
  local own, err = self.stack:options_of_one(self, "plan", opts)
  if not own then return nil, err end
  return self.stack:plan(own)
end

--- Applies this service and what it depends on.
---@param plan_or_opts table|nil as for stack:apply
---@param opts table|nil
---@return table|nil result
---@return ecs_service.Error|nil
function Service:apply(plan_or_opts, opts)
  local own, err = self.stack:options_of_one(self, "apply", plan_or_opts)
  if not own then return nil, err end
  return self.stack:apply(own, own == plan_or_opts and opts or nil)
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

--- What is recorded of it; nil and an error with the code NotRecorded when nothing is.
---@return table|nil attributes
---@return ecs_service.Error|nil
function Service:attributes(...)
  local recorded, err = self.stack:recorded_of(self, ...)
  return recorded, err
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

--- What its containers write: see stack:logs.
function Service:exec(opts) return self.stack:exec(self.address, opts) end
function Service:port_forward(opts) return self.stack:port_forward(self.address, opts) end
function Service:logs(opts) return self.stack:logs(self.address, opts) end

--- The latest rollout of this service as a document: see stack:timeline.
function Service:timeline(opts) return self.stack:timeline(self.address, opts) end

return Service
