--- One declared task definition of a stack, as stack:task_definition gives it. In a service it stands for the revision
--- that is registered of it.
local TaskDefinition = {}
TaskDefinition.__index = TaskDefinition
TaskDefinition.__handle = "task_definition" -- of util/handles.lua

function TaskDefinition:__tostring()
  return self.address
end

--- The plan of this task definition.
---@param opts table|nil as for stack:plan
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function TaskDefinition:plan(opts)
  local own, err = self.stack:options_of_one(self, "plan", opts)
  if not own then return nil, err end
  return self.stack:plan(own)
end

--- Registers this task definition, if it differs from what is recorded of it.
---@param plan_or_opts table|nil as for stack:apply
---@param opts table|nil
---@return table|nil result
---@return ecs_service.Error|nil
function TaskDefinition:apply(plan_or_opts, opts)
  local own, err = self.stack:options_of_one(self, "apply", plan_or_opts)
  if not own then return nil, err end
  return self.stack:apply(own, own == plan_or_opts and opts or nil)
end

--- What is recorded of it: its arguments, arn, arn_without_revision, revision and status; nil and an error with the
--- code NotRecorded before it was registered.
---@return table|nil attributes
---@return ecs_service.Error|nil
function TaskDefinition:attributes(...)
  local recorded, err = self.stack:recorded_of(self, ...)
  return recorded, err
end

--- Its revisions: see stack:revisions.
function TaskDefinition:revisions(opts) return self.stack:revisions(self.address, opts) end

--- Takes old revisions out of use: see stack:deregister.
function TaskDefinition:deregister(opts) return self.stack:deregister(self.address, opts) end

return TaskDefinition
