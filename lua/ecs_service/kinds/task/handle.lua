--- One declared task of a stack, as stack:task gives it. Its attributes are those of its last run: task_definition,
--- tasks, exit_code, ended_at.
local Task = require "ecs_service.util.handles".class "task"

--- This task now, whatever is recorded of it: see stack:run.
function Task:run(opts) return self.stack:run(self, opts) end

return Task
