--- What the containers of a task write to CloudWatch Logs, where their log driver is awslogs.

local ids = require "ecs_service.simulator.task_ids"
local log_store = require "ecs_service.simulator.log_store"

local task_logs = {}

-- A container writes a line a second, and what is left when it ends.
local LINE_SECONDS = 1

local function options_of(container)
  local logs = container.logConfiguration
  local options = logs and logs.logDriver == "awslogs" and logs.options
  return options and options["awslogs-group"] and options or nil
end

local function stream_of(task, container, options)
  local prefix = options["awslogs-stream-prefix"]
  local name = prefix and ("%s/%s/%s"):format(prefix, container.name, task.id) or ids.runtime(task, container.name)
  local region = options["awslogs-region"] or task.world.options.region
  return log_store.open(task.world, region, options["awslogs-group"], name)
end

-- Lines without a container's name are those of the first that has a stream.
local function lines_of(log, name, is_first)
  if log == nil or log[1] ~= nil then return is_first and log or {} end
  return log[name] or {}
end

local function write_next(writer)
  local line = writer.lines[writer.written + 1]
  if not line then return false end
  writer.written = writer.written + 1
  log_store.append(writer.world, writer.stream, line)
  return true
end

local function go_on(writer)
  if write_next(writer) and writer.written < #writer.lines then
    writer.world:at(writer.world.now + LINE_SECONDS, go_on, writer)
  end
end

--- Lines of a rule, to those containers that write already.
---@param log table|nil lines, or lines by the names of containers
function task_logs.write(task, log)
  for i, writer in ipairs(task.writers or {}) do
    local idle = writer.written == #writer.lines
    for _, line in ipairs(lines_of(log, writer.name, i == 1)) do writer.lines[#writer.lines + 1] = line end
    if idle then go_on(writer) end
  end
end

--- The containers have been started: their streams are there.
function task_logs.started(task)
  if task.writers then return end
  task.writers = {}
  for _, container in ipairs(task.definition.containers) do
    local options = options_of(container)
    if options then
      task.writers[#task.writers + 1] = { world = task.world, name = container.name, lines = {},
        written = 0, stream = stream_of(task, container, options) }
    end
  end
  task_logs.write(task, task.rule.log)
end

--- The containers are gone, and have written all they had to.
function task_logs.ended(task)
  for _, writer in ipairs(task.writers or {}) do
    while write_next(writer) do end
  end
end

return task_logs
