--- One declared service of a stack. Its methods are those of the stack, for it alone.
local options = require "ecs_service.util.check_options"
local tables = require "ecs_service.util.tables"

local Service = {}
Service.__index = Service
Service.__handle = "service" -- of handles.lua

function Service:__tostring()
  return "service " .. self.address
end

local function decided(verb, name)
  return require "ecs_service.errors".new { code = "WrongOption", path = name,
    message = ("service:%s: %s is the service itself"):format(verb, name),
    hint = ("leave it out, or use stack:%s { %s = … }"):format(verb, name) }
end

--- The plan of this service and of what it depends on.
---@param opts table|nil as for stack:plan
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function Service:plan(opts)
  opts = tables.merge(options.check(opts, require "ecs_service.verbs.planner".OPTIONS, "service:plan"))
  if opts.target ~= nil then return nil, decided("plan", "target") end
  opts.target = self.address
  return self.stack:plan(opts)
end

--- Applies this service and what it depends on.
---@param plan_or_opts table|nil as for stack:apply
---@param opts table|nil
---@return table|nil result
---@return ecs_service.Error|nil
function Service:apply(plan_or_opts, opts)
  if require "ecs_service.plan".is(plan_or_opts) then return self.stack:apply(plan_or_opts, opts) end
  opts = tables.merge(options.check(plan_or_opts, require "ecs_service.verbs.apply".OPTIONS, "service:apply"))
  if opts.target ~= nil then return nil, decided("apply", "target") end
  opts.target = self.address
  return self.stack:apply(opts)
end

--- Waits for this service.
---@param opts table|nil until = "steady"|"deployed"|"inactive", timeout (seconds)
---@return table|nil attributes
---@return ecs_service.Error|nil
function Service:wait(opts)
  opts = tables.merge(options.check(opts, require "ecs_service.verbs.wait".OPTIONS, "service:wait"))
  if opts.services ~= nil then return nil, decided("wait", "services") end
  opts.services = { self.address }
  local services, err = self.stack:wait(opts)
  return services and services[self.address], err
end

--- What is recorded of it; nil and an error with the code NotRecorded when nothing is.
---@return table|nil attributes
---@return ecs_service.Error|nil
function Service:attributes(...)
  if (...) ~= nil then options.check((...), {}, "service:attributes") end
  local recorded, err = self.stack:recorded()
  if not recorded then return nil, err end
  if recorded[self.address] then return recorded[self.address] end
  return nil, require "ecs_service.errors".new { code = "NotRecorded", service = self.address,
    message = ("nothing is recorded for %s"):format(self.address), hint = "apply, or import it" }
end

--- What AWS says of it now.
---@return table|nil { status, desired, running, pending, task_definition, deployments, events }
---@return ecs_service.Error|nil
function Service:status(...)
  return self.stack:status(self.address, ...)
end

return Service
