--- One declared task of a stack, as stack:task gives it. Its attributes are those of its last run: task_definition,
--- tasks, exit_code, ended_at.
local Task = require "ecs_service.util.handles".class "task"

--- This task now, whatever is recorded of it: see stack:run.
function Task:run(opts) return self.stack:run(self, opts) end

--- How its last run ended: see stack:status.
function Task:status(...) return self.stack:status(self, ...) end

--- Its runs: see stack:history.
function Task:history(opts) return self.stack:history(self, opts) end

--- What its last run wrote: see stack:logs.
function Task:logs(opts) return self.stack:logs(self, opts) end

--- A command in a container of it while it runs: see stack:exec.
function Task:exec(opts) return self.stack:exec(self, opts) end

--- A port of this machine that leads into it while it runs: see stack:port_forward.
function Task:port_forward(opts) return self.stack:port_forward(self, opts) end

return Task
