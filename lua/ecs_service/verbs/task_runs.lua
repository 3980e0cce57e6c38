--- What a declared task did: its last run, by what the state has of it, and by ECS where nobody has heard the end yet;
--- for the verbs that look at services otherwise.
local core = require "ecs_service.core"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local listing = require "ecs_service.run.listing"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

local task_runs = {}

local KIND = kinds.named "task"

local MOST_TASKS = 100

-- Where it is declared to run: by itself, or by the service that lends it the rest.
local function declared_cluster(stack, address)
  local config = (stack.declared[address] or {}).config
  local lender = config and stack.declared[config.service]
  return config and (config.cluster or lender and lender.config.cluster or "default")
end

--- The declared task that is meant.
---@param stack ecs_service.Stack
---@param state table
---@param target string
---@return table|nil { kind, name, address, cluster, entry, journal }; nil: it is none
function task_runs.find(stack, state, target)
  local entry, journal = kinds.entry(state, target), state.journal[target]
  if kinds.of(target) ~= KIND or not (stack.declared[target] or entry or journal) then return nil end
  local attributes = entry and core.table(entry.attributes) or {}
  return { kind = KIND.name, name = target, address = target, entry = entry, journal = journal,
    cluster = names.short((journal or attributes).cluster or declared_cluster(stack, target)) }
end

--- The addresses of all that are declared or recorded, in their order.
---@param stack ecs_service.Stack
---@param state table
---@return string[]
function task_runs.all(stack, state)
  local list = kinds.split(KIND, stack.order)
  for _, address in ipairs(state:recorded(KIND.name)) do
    if not stack.declared[address] then list[#list + 1] = address end
  end
  return list
end

--- The ARNs of the tasks of its last run, and the revision that they run, as far as they are known.
---@param found table of task_runs.find
---@return string[]
---@return string|nil
function task_runs.tasks(found)
  local attributes = found.entry and core.table(found.entry.attributes) or {}
  if found.journal then return found.journal.tasks or {}, found.journal.revision end
  return attributes.tasks or {}, attributes.task_definition
end

-- The tasks of a run that is over: what was kept of those that failed, and the names of all.
local function ended_tasks(arns, kept)
  local by_id, list = {}, {}
  for _, task in ipairs(kept or {}) do by_id[names.last(task.task or "") or ""] = task end
  for i, arn in ipairs(arns or {}) do
    local id = names.last(arn)
    list[i] = tables.merge(by_id[id] or {}, { task = id, task_arn = arn, status = "STOPPED" })
  end
  return list
end

-- The end of the latest run that is over.
local function add_last(result, found, attributes)
  local list = found.entry and found.entry.history or {}
  local last = list[1]
  result.status = found.entry and (found.entry.status == "ok" and "SUCCEEDED" or "FAILED") or "NEVER_RUN"
  result.revision = names.last(attributes.task_definition)
  result.exit_code, result.ended_at = attributes.exit_code, times.parse(attributes.ended_at or "")
  local why = last and last.why or {}
  result.tasks = ended_tasks(attributes.tasks, why.tasks)
  if not last then return end
  result.run, result.at, result.took = history.number(list, 1), times.parse(last.at), last.took
  result.by, result.origin, result.ended = last.by, last.origin, last.ended
  result.reason = last.ended ~= "ok" and (why.message or last.ended) or nil
  result.causes, result.logs, result.logs_note = why.causes, why.logs, why.logs_note
end

local function told(task)
  local containers = {}
  for i, one in ipairs(task.containers or {}) do
    containers[i] = { name = one.name, status = one.lastStatus, exit_code = one.exitCode, reason = one.reason }
  end
  return { task = names.last(task.taskArn), task_arn = task.taskArn, status = task.lastStatus,
    stop_code = task.stopCode, stopped_reason = task.stoppedReason, started_at = task.startedAt,
    stopped_at = task.stoppedAt, containers = containers }
end

-- One that has begun, and whose end no run has heard: as ECS shows it.
local function add_open(session, result, journal)
  result.at, result.by, result.origin = times.parse(journal.begun or ""), journal.by, journal.origin
  result.revision, result.cluster = names.last(journal.revision), names.short(journal.cluster)
  result.status, result.tasks = "UNKNOWN", {}
  result.reason = "it is not known whether the run was begun; the next apply finds out"
  if not journal.tasks then return nil end
  local tasks, err = listing.described(session, "DescribeTasks", journal.cluster, "tasks", journal.tasks, MOST_TASKS,
    {})
  if not tasks and not listing.is_gone(err) then return err end
  result.reason = "ECS does not show its task any more, and no run has heard how it ended; the next apply tells more"
  for i, task in ipairs(tasks or {}) do
    result.tasks[i] = told(task)
    local stopped = task.lastStatus == "STOPPED"
    result.status = stopped and result.status ~= "RUNNING" and "STOPPED" or "RUNNING"
    result.reason = result.status == "STOPPED" and "it has stopped, and no run has heard of it yet; the next apply does"
      or nil
  end
  return nil
end

--- What status tells of it.
---@param session ecs_service.Session that listens
---@param found table of task_runs.find
---@return table|nil { kind, address, status ("NEVER_RUN", "RUNNING", "SUCCEEDED", "FAILED"; "STOPPED", "UNKNOWN": no
---  run has heard its end), cluster, revision, run (its number), at, ended_at, took, ended ("ok" or a code), exit_code,
---  by, reason, causes, logs, logs_note, tasks, … }
---@return ecs_service.Error|nil
function task_runs.status(session, found)
  local result = { kind = KIND.name, address = found.address, deployments = {}, events = {} }
  local problem = place.problem(session, found.address)
  if problem then return tables.merge(result, place.finding(problem)) end
  local attributes = found.entry and core.table(found.entry.attributes) or {}
  result.cluster, result.tasks = names.short(attributes.cluster), {}
  if not found.journal then
    add_last(result, found, attributes)
    return result
  end
  local err = add_open(session, result, found.journal)
  problem = place.problem(session, found.address)
  if problem then return tables.merge(result, place.finding(problem)) end
  if err then return nil, err end
  return result
end

--- A run of which the state has only the beginning, as history has its own.
---@param found table of task_runs.find
---@return table|nil
function task_runs.open_entry(found)
  local journal = found.journal
  return journal and { at = times.parse(journal.begun or ""), did = "run", ended = "its end is not known yet",
    by = journal.by, revision = names.last(journal.revision), origin = journal.origin } or nil
end

local WELL = { SUCCEEDED = true, NEVER_RUN = true, RUNNING = true }

local function next_of(result)
  local list = {}
  for _, cause in ipairs(result.causes or {}) do list[#list + 1] = cause.hint end
  if result.status == "FAILED" then
    list[#list + 1] = "when that is mended, an apply runs it again; by hand: "
      .. shell.command("ecs-service run", result.address)
  elseif not WELL[result.status] then
    list[#list + 1] = "ecs-service apply"
  end
  return list
end

--- What diagnose tells of it.
---@param session ecs_service.Session that listens
---@param found table of task_runs.find
---@param opts table logs (false: without lines)
---@return table|nil as of diagnose
---@return ecs_service.Error|nil
function task_runs.diagnose(session, found, opts)
  local result, err = task_runs.status(session, found)
  if not result then return nil, err end
  result.name, result.healthy = found.name, WELL[result.status] == true
  result.problem = result.problem or not result.healthy and result.reason or nil
  result.causes, result.next, result.unread = result.causes or {}, next_of(result), {}
  result.task_definition = result.revision
  if result.status == "SUCCEEDED" then result.tasks = {} end
  result.run = result.run and { number = result.run, at = result.at, did = "run", ended = result.ended, by = result.by,
    revision = result.revision } or nil
  if opts.logs == false then result.logs, result.logs_note = nil, nil end
  return result
end

return task_runs
