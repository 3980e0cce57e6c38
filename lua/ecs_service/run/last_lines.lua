--- The last lines of the container of a task that failed, for whoever reads the error. What cannot be read of them is
--- said in one sentence, and is no error of its own.
local call = require "ecs_service.run.api_call"
local definitions = require "ecs_service.run.task_definitions"
local known_secrets = require "ecs_service.plan.known_secrets"
local log_reader = require "ecs_service.run.log_reader"
local log_streams = require "ecs_service.run.log_streams"

local last_lines = {}

-- So many lines, so many bytes of each.
local LINES, MOST_BYTES = 20, 1000
local MOST_TASKS = 100

local function failed(container)
  return container.exitCode ~= nil and container.exitCode ~= 0
end

local function is_essential(definition, name)
  for _, container in ipairs(definition.containerDefinitions or {}) do
    if container.name == name then return container.essential ~= false end
  end
  return false
end

--- The container of a task that its end is about: an essential one that failed, else any, else the first essential one.
---@param task table of DescribeTasks
---@param definition table
---@return string|nil name
function last_lines.container(task, definition)
  local found, rank = nil, 0
  for _, container in ipairs(task.containers or {}) do
    local own = (failed(container) and 4 or container.reason and 2 or 0)
      + (is_essential(definition, container.name) and 1 or 0)
    if own > rank or not found then found, rank = container.name, own end
  end
  return found
end

local function source_of(session, task, definition, container)
  for _, source in ipairs(log_streams.of(task, definition, session.region)) do
    if source.container == container then return source end
  end
end

--- The last lines of one container of a task, without the secrets that the run knows.
---@param run ecs_service.Run|{ stack: ecs_service.Stack, session: ecs_service.Session }
---@param task table of DescribeTasks
---@param definition table its task definition
---@param opts table|nil { container, interrupted, timeout }
---@return ecs_service.LogLine[]
---@return string|nil note why there are none
function last_lines.of_task(run, task, definition, opts)
  opts = opts or {}
  local container = opts.container or last_lines.container(task, definition)
  local source = container and source_of(run.session, task, definition, container)
  if not source then return {} end
  if not source.region then return {}, ("%s %s"):format(container, source.elsewhere) end
  if not source.name then return {} end
  local reader = log_reader.new(run.session, run.stack.options, { last = LINES, interrupted = opts.interrupted,
    timeout = opts.timeout })
  reader:add(source)
  local list, hide = {}, known_secrets.hider(run, definition, task.overrides)
  while true do
    local line, err = reader:next()
    if err then
      return list, ("the last lines of %s cannot be read: %s"):format(container, tostring(err.hint or err.message))
    elseif not line then
      return list
    end
    line.text = log_reader.text(hide(line.text), MOST_BYTES)
    list[#list + 1] = line
  end
end

-- The task of a service that failed last, of its deployment if one is known.
local function failed_task(session, where, opts)
  local listed = call(session, "ListTasks", { cluster = where.cluster, serviceName = where.service,
    desiredStatus = "STOPPED", maxResults = MOST_TASKS }, opts)
  local arns = listed and listed.taskArns or {}
  if #arns == 0 then return nil end
  local answer = call(session, "DescribeTasks", { cluster = where.cluster, tasks = arns }, opts)
  local found
  for _, task in ipairs(answer and answer.tasks or {}) do
    local ours = not where.deployment or task.startedBy == where.deployment
    if ours and (not found or (task.stoppedAt or 0) > (found.stoppedAt or 0)) then found = task end
  end
  return found
end

--- The last lines of the task of a service that failed last.
---@param run ecs_service.Run|{ stack: ecs_service.Stack, session: ecs_service.Session }
---@param where table { cluster, service, deployment (its id; nil: of any) }
---@param opts table|nil { interrupted, timeout = seconds, after which nothing is asked again }
---@return ecs_service.LogLine[]|nil nil: no task has failed, as far as ECS shows
---@return string|nil note why there are none
---@return table|nil the task definition of the task, as ECS answers it
function last_lines.of_service(run, where, opts)
  local task = failed_task(run.session, where, opts)
  if not task then return nil end
  local revision = definitions.describe(run.session, task.taskDefinitionArn, opts)
  if not revision then return nil end
  local list, note = last_lines.of_task(run, task, revision.answer, opts)
  return list, note, revision.answer
end

return last_lines
