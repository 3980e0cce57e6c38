--- How a task ended: what its containers left behind, whether that is a success, and why not. A container that exited
--- with 0 is one only when ECS says that the task ended by itself.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local last_lines = require "ecs_service.run.last_lines"
local names = require "ecs_service.util.identifiers"
local suggest = require "ecs_service.util.suggest"

local task_end = {}

--- The container whose exit code is the task's: the one that is named, else the first essential one.
---@param definition table
---@param name string|nil
---@return string|nil
---@return ecs_service.Error|nil code WrongOption
function task_end.watched(definition, name)
  local known, first = {}, nil
  for i, container in ipairs(definition.containerDefinitions or {}) do
    known[i] = container.name
    if container.name == name then return name end
    if not first and container.essential ~= false then first = container.name end
  end
  if not name then return first or known[1] end
  return nil, errors.new { code = "WrongOption", path = "container",
    message = ("the task definition has no container %q"):format(name),
    hint = suggest.hint(name, known, "its containers are") }
end

--- What ECS tells of a task, in few words.
---@param task table of DescribeTasks
---@return table { task_arn, status, stop_code, reason, started_at, stopped_at, containers }
function task_end.facts(task)
  local containers = {}
  for i, one in ipairs(task.containers or {}) do
    containers[i] = { name = one.name, status = one.lastStatus, exit_code = one.exitCode, reason = one.reason,
      image = one.image }
  end
  return { task_arn = task.taskArn, status = task.lastStatus, stop_code = task.stopCode, reason = task.stoppedReason,
    started_at = task.startedAt, stopped_at = task.stoppedAt, containers = containers }
end

local function container_of(result, name)
  for _, one in ipairs(result.containers) do
    if one.name == name then return one end
  end
  return {}
end

-- The code and the message of a task that ended, and not well.
local function failure(task, result, name)
  local watched, id = container_of(result, name), names.last(task.taskArn)
  local what = ("the task %s of %s"):format(id, tostring(names.last(task.taskDefinitionArn)))
  local reason = watched.reason or task.stoppedReason
  local code = result.exit_code
  if code == 0 and task.stopCode == "EssentialContainerExited" then return nil end
  if code ~= nil and code ~= 0 then
    return { code = "TaskFailed", message = ("%s failed: %s exited with code %d%s"):format(what, name, code,
      watched.reason and ", " .. watched.reason or "") }
  elseif code == nil and not task.startedAt then
    return { code = "TaskNotStarted", message = ("%s never started: %s"):format(what,
      reason or "ECS does not say why") }
  end
  return { code = "TaskFailed", message = ("%s was stopped: %s"):format(what,
    reason or task.stopCode or "ECS does not say why") }
end

-- Why, as explain knows it from the texts of ECS.
local function explained(task, definition)
  local causes = core.explain { tasks = { task }, task_definition = definition }
  if #causes == 0 then return nil, nil end
  return { why = causes[1].summary, causes = causes }, causes[1].hint
end

--- How a task ended that has stopped; nothing is asked for it.
---@param task table of DescribeTasks
---@param definition table|nil
---@param container string the watched one
---@return table result { task_arn, exit_code, containers, … }
---@return ecs_service.Error|nil codes TaskFailed, TaskNotStarted
function task_end.verdict(task, definition, container)
  local result = task_end.facts(task)
  result.exit_code = container_of(result, container).exit_code
  local failed = task.lastStatus == "STOPPED" and failure(task, result, container) or nil
  if not failed then return result end
  local evidence, hint = explained(task, definition)
  return result, errors.new { code = failed.code, message = failed.message, hint = hint, evidence = evidence,
    exit_code = result.exit_code, task_arn = task.taskArn, containers = result.containers, reason = result.reason,
    stop_code = result.stop_code }
end

--- The result of a task that has stopped.
---@param run ecs_service.Run|{ stack: ecs_service.Stack, session: ecs_service.Session }
---@param task table of DescribeTasks
---@param definition table
---@param container string the watched one
---@param opts table { logs (false: none), interrupted }
---@return table result { task_arn, exit_code, containers, logs, … }
---@return ecs_service.Error|nil codes TaskFailed, TaskNotStarted
function task_end.of(run, task, definition, container, opts)
  local result, err = task_end.verdict(task, definition, container)
  if opts.logs ~= false then
    result.logs, result.logs_note = last_lines.of_task(run, task, definition,
      { container = container, interrupted = opts.interrupted })
  end
  if err then err.logs, err.logs_note = result.logs, result.logs_note end
  return result, err
end

-- What RunTask's reasons mean, where they are words of their own.
local HINTS = {
  ["RESOURCE:MEMORY"] = "no container instance has so much memory left: add one, or give the task less",
  ["RESOURCE:CPU"] = "no container instance has so much CPU left: add one, or give the task less",
  ["RESOURCE:ENI"] = "no container instance has a network interface left: add one, or use awsvpc trunking",
  ["RESOURCE:PORTS"] = "the host ports are taken on every container instance",
  ["AGENT"] = "the agents of the container instances are not connected",
  ["ATTRIBUTE"] = "no container instance has an attribute that the task needs",
  ["MISSING"] = "what it was to run on is not there",
}

--- The error of RunTask that has no room for all of the tasks.
---@param failures table[] of the answer
---@param tasks table[] those that have been started all the same
---@param count integer that were to be started
---@return ecs_service.Error code TaskNotPlaced
function task_end.not_placed(failures, tasks, count)
  local first, list = failures[1] or {}, {}
  for i, task in ipairs(tasks) do list[i] = task_end.facts(task) end
  local reason = tostring(first.reason or "ECS does not say why")
  local what = count == 1 and "the task was not placed"
    or ("%d of %d tasks were not placed"):format(count - #tasks, count)
  return errors.new { code = "TaskNotPlaced", reason = reason, failures = failures, tasks = list,
    message = ("%s: %s%s%s"):format(what, reason, first.detail and ", " .. first.detail or "",
      #tasks > 0 and ("; %d run"):format(#tasks) or ""),
    hint = HINTS[reason] or "see what capacity the cluster has, and run it again" }
end

return task_end
