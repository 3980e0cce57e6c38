--- One declared task of a stack, as stack:task gives it.
local Task = {}
Task.__index = Task
Task.__handle = "task" -- of util/handles.lua

function Task:__tostring()
  return self.address
end

--- The plan of this task and of what it stands after.
---@param opts table|nil as for stack:plan
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function Task:plan(opts)
  local own, err = self.stack:options_of_one(self, "plan", opts)
  if not own then return nil, err end
  return self.stack:plan(own)
end

--- Runs this task, if it is due, and what it stands after.
---@param plan_or_opts table|nil as for stack:apply
---@param opts table|nil
---@return table|nil result
---@return ecs_service.Error|nil
function Task:apply(plan_or_opts, opts)
  local own, err = self.stack:options_of_one(self, "apply", plan_or_opts)
  if not own then return nil, err end
  return self.stack:apply(own, own == plan_or_opts and opts or nil)
end

--- What is recorded of its last run: task_definition, tasks, exit_code, ended_at; nil and an error with the code
--- NotRecorded before it was run by an apply.
---@return table|nil attributes
---@return ecs_service.Error|nil
function Task:attributes(...)
  local recorded, err = self.stack:recorded_of(self, ...)
  return recorded, err
end

--- This task now, whatever is recorded of it: see stack:run.
function Task:run(opts) return self.stack:run(self, opts) end

return Task
