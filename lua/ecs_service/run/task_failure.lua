--- Errors of tasks that an apply ran, in the words of how a task ended: what the engine only knows to be no success.
local definitions = require "ecs_service.run.task_definitions"
local last_lines = require "ecs_service.run.last_lines"
local task_end = require "ecs_service.run.task_end"

local failure = {}

local function copy(from, into)
  for _, name in ipairs { "code", "message", "hint", "evidence", "exit_code", "task_arn", "containers", "reason",
    "stop_code", "failures", "tasks" } do
    if from[name] ~= nil then into[name] = from[name] end
  end
end

-- One of several tasks: the first that did not end well, and all of them as facts.
local function of_tasks(tasks, container)
  local list, first = {}, nil
  for i, task in ipairs(tasks) do
    local result, err = task_end.verdict(task, nil, container)
    list[i], first = result, first or err
  end
  if first and #tasks > 1 then first.tasks = list end
  return first
end

--- Says in an error why the task failed, before anybody is told of it.
---@param err table of the engine; changed
---@param action table of the engine, that ended the operation
---@param change table
function failure.explain(err, action, change)
  if err.code == "TaskFailed" then
    local found = of_tasks(action.tasks or {}, change.container)
    if found then copy(found, err) end
  elseif err.code == "TaskNotPlaced" then
    copy(task_end.not_placed(action.failures or {}, action.tasks or {}, change.count or 1), err)
  elseif err.code == "ConflictException" and err.operation == "RunTask" then
    err.code = "OutcomeUnknown"
    err.message = "ECS knows the token of this run for another request: an earlier run had started the task, and it is "
      .. "not found"
    err.hint = "see what it did; if it is to run again: ecs-service state rm " .. action.address
      .. "; if it has done its work: ecs-service apply --exclude " .. action.address
  end
end

--- Puts into the errors of tasks what their containers wrote.
---@param run ecs_service.Run
---@param err ecs_service.Error
---@param result table of the engine
---@param change table
---@param opts table logs (false: leave it), interrupted
---@return table|nil the task definition of the task, as ECS answers it
function failure.add_logs(run, err, result, change, opts)
  local task
  for _, one in ipairs(result.tasks or {}) do
    task = task or one.taskArn == err.task_arn and one
  end
  if not task or opts.logs == false or opts.interrupted and opts.interrupted() then return end
  local revision = definitions.describe(run.session, task.taskDefinitionArn, { interrupted = opts.interrupted })
  if not revision then return end
  err.logs, err.logs_note = last_lines.of_task(run, task, revision.answer,
    { container = change.container, interrupted = opts.interrupted })
  return revision.answer
end

return failure
