--- diagnose: what runs, which deployment it is, and what is wrong with it, of any service at any time. Reads only.
local lazy = require "ecs_service.util.lazy"
local about_services = require "ecs_service.plan.about_services"
local call = require "ecs_service.run.api_call"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local import = require "ecs_service.verbs.import"
local kinds = require "ecs_service.kinds"
local last_lines = lazy "ecs_service.run.last_lines"
local names = require "ecs_service.util.identifiers"
local operations = require "ecs_service.state.past_operations"
local place = require "ecs_service.state.place"
local service_place = require "ecs_service.verbs.service_place"
local stage_text = require "ecs_service.render.stage_text"
local tables = require "ecs_service.util.tables"
local task_runs = require "ecs_service.verbs.task_runs"
local times = require "ecs_service.util.time_format"
local traffic = require "ecs_service.run.traffic"

local diagnose = {}

diagnose.OPTIONS = { logs = "boolean", run = "number" }

-- Verbs that are about tasks that a stack declares, too.
local OF_TASKS = { diagnose = true, history = true, logs = true, exec = true, ["port-forward"] = true }

-- What DescribeTasks takes at once.
local MOST_TASKS = 100

--- The service that is meant.
---@param stack ecs_service.Stack
---@param state table
---@param target string an address, or "cluster/service"
---@param verb string that asks
---@return table|nil { cluster, service, name, address }; of a task as task_runs.find finds it
---@return ecs_service.Error|nil
function diagnose.find(stack, state, target, verb)
  if target:find("/", 1, true) and not (stack.declared[target] or kinds.entry(state, target)) then
    local cluster, service = import.parse(target)
    if not cluster then return nil, service end
    return { cluster = cluster, service = service, name = target }
  end
  local task = OF_TASKS[verb] and task_runs.find(stack, state, target)
  if task then return task end
  local err, is_known = about_services.problem(stack, state, verb, { target })
  if is_known then return nil, err end
  if err then
    err.hint = (err.hint and err.hint .. "; or " or "") .. "any service: CLUSTER/SERVICE"
    return nil, err
  end
  local found, nowhere = service_place.of(stack, state, target)
  if found then found.name = target end
  return found, nowhere
end

-- What may be refused without the rest losing its worth is noted in `unread`.
local function read(session, found, operation, body)
  local answer, err = call(session, operation, body)
  if answer then return answer end
  found.unread[#found.unread + 1] = { operation = operation, code = err.code, message = err.message }
  return {}
end

local function tasks_of(session, found, status)
  local listed = read(session, found, "ListTasks", { cluster = found.cluster, serviceName = found.service,
    desiredStatus = status }).taskArns or {}
  if #listed == 0 then return {} end
  local arns = {}
  for i = 1, math.min(#listed, MOST_TASKS) do arns[i] = listed[i] end
  return read(session, found, "DescribeTasks", { cluster = found.cluster, tasks = arns }).tasks or {}
end

local function primary_of(service)
  for _, deployment in ipairs(service.deployments or {}) do
    if deployment.status == "PRIMARY" then return deployment end
  end
end

-- The deployment to explain: the one that failed, while ECS shows it still; else the one that is in charge.
local function in_question(service)
  for _, deployment in ipairs(service.deployments or {}) do
    if deployment.rolloutState == "FAILED" then return deployment end
  end
  return primary_of(service)
end

local function whole(number)
  return type(number) == "number" and math.floor(number) or 0
end

local short = names.last

local function describe(found, service)
  local primary = primary_of(service) or {}
  found.status, found.id = service.status, service.serviceArn
  found.desired, found.running = whole(service.desiredCount), whole(service.runningCount)
  found.pending = whole(service.pendingCount)
  found.task_definition = short(primary.taskDefinition or service.taskDefinition)
  found.deployments = {}
  for i, one in ipairs(service.deployments or {}) do
    found.deployments[i] = { id = one.id, status = one.status, task_definition = short(one.taskDefinition),
      rollout_state = one.rolloutState, reason = one.rolloutStateReason, desired = whole(one.desiredCount),
      running = whole(one.runningCount), pending = whole(one.pendingCount), failed = whole(one.failedTasks),
      created = one.createdAt }
  end
  found.events = {}
  for i = 1, math.min(5, #(service.events or {})) do
    local event = service.events[i]
    found.events[i] = { id = event.id, at = event.createdAt, message = event.message }
  end
end

local function awaits(found)
  for _, hook in ipairs(found.stage and found.stage.hooks or {}) do
    if hook.status == "AWAITING_ACTION" then return true end
  end
  return false
end

local function commands(found)
  local list = {}
  if awaits(found) then list[1] = "decide: " .. stage_text.choices(found.address or found.name) end
  for _, cause in ipairs(found.causes) do
    list[#list + 1] = cause.hint
    if #list == 2 then break end
  end
  if #list == 0 and not found.healthy then
    list[1] = found.status ~= "ACTIVE" and "deploy it again when it is still wanted"
      or ("wait for it, or look at what it says: aws ecs describe-services --cluster %s --services %s"):format(
        found.cluster, found.service)
  end
  return list
end

--- The service as ECS describes it. What is recorded in another place is told so, whatever bears its name here.
---@param session ecs_service.Session that listens
---@param found table of diagnose.find
---@return table|nil service nil without an error: there is none
---@return ecs_service.Error|nil codes WrongPlace, UnknownAccount (both with `whole`), or of the API
function diagnose.describe(session, found)
  local problem = place.problem(session, found.address)
  if problem then return nil, problem end
  local answer, err = call(session, "DescribeServices", { cluster = found.cluster, services = { found.service } })
  local service = answer and answer.services and answer.services[1]
  local gone = not service and (answer ~= nil or err.code == "ClusterNotFoundException")
  return service, place.problem(session, found.address, gone) or err
end

local function elsewhere(found, err)
  for key, value in pairs(place.finding(err)) do found[key] = value end
  found.healthy, found.causes, found.deployments, found.events, found.next = false, {}, {}, {}, { err.hint }
  return found
end

--- The error for a service that is not there.
---@param found table of diagnose.find
---@return ecs_service.Error
function diagnose.missing(found)
  return errors.new { code = "NotFound", service = found.address,
    message = ("there is no service %s/%s"):format(found.cluster, found.service),
    hint = "it was deleted, or never was: see its name, cluster and region" }
end

-- What the container wrote that the task which failed last ended with.
local function add_logs(run, found, stopped)
  local last
  for _, task in ipairs(stopped) do
    if not last or (task.stoppedAt or 0) > (last.stoppedAt or 0) then last = task end
  end
  local definition = last and #found.causes > 0
    and read(run.session, found, "DescribeTaskDefinition", { taskDefinition = last.taskDefinitionArn }).taskDefinition
  if definition then
    found.logs, found.logs_note = last_lines.of_task(run, last, definition)
  end
end

local function look(stack, session, state, found, opts)
  found.unread = {}
  local service, err = diagnose.describe(session, found)
  if err and err.whole then return elsewhere(found, err) end
  if err then return nil, err end
  if not service then return nil, diagnose.missing(found) end
  describe(found, service)
  local deployment = in_question(service)
  local stopped, running = tasks_of(session, found, "STOPPED"), tasks_of(session, found, "RUNNING")
  local tasks = {}
  for _, list in ipairs { stopped, running } do
    for _, task in ipairs(list) do tasks[#tasks + 1] = task end
  end
  local definition = deployment and deployment.taskDefinition and #stopped > 0
    and read(session, found, "DescribeTaskDefinition", { taskDefinition = deployment.taskDefinition }).taskDefinition
  found.causes = core.explain { service = service, deployment = deployment, tasks = tasks,
    task_definition = definition or nil }
  local settled = not deployment or deployment.rolloutState == nil or deployment.rolloutState == "COMPLETED"
  if opts.logs ~= false then add_logs({ stack = stack, session = session, state = state }, found, stopped) end
  local shares = traffic.of(session, { service })[service.serviceArn] or {}
  found.stage, found.traffic = shares.stage, shares.traffic
  found.healthy = #found.causes == 0 and service.status == "ACTIVE" and found.running == found.desired
    and found.pending == 0 and settled
  found.next = commands(found)
  return found
end

-- Whether ECS shows still what the deployment of a run failed for.
local function is_shown(found, deployment)
  local shown = false
  for _, one in ipairs(found and found.deployments or {}) do
    shown = shown or one.id == deployment and one.rollout_state == "FAILED"
  end
  return shown and #found.causes > 0
end

-- A failed run of this tool: as ECS shows it, while it does; then as the state has kept it.
local function past(stack, session, state, found, opts)
  local entry = found.address and kinds.entry(state, found.address)
  local list = entry and entry.history or {}
  local place_of_it = operations.place(list, opts.run)
  local one = place_of_it and list[place_of_it]
  if not one then
    return nil, errors.new { code = "NotRecorded", service = found.address,
      message = opts.run < 0 and ("no failed run of %s is recorded"):format(found.name)
        or ("no run #%d of %s is recorded"):format(opts.run, found.name),
      hint = "see which there are: ecs-service history " .. found.name }
  end
  local run = { number = operations.number(list, place_of_it), at = times.parse(one.at), did = one.did,
    ended = one.ended, by = one.by, revision = one.revision, deployment_id = one.deployment_id }
  local live = one.ended ~= "ok" and one.deployment_id and look(stack, session, state, tables.merge(found), opts)
  if live and is_shown(live, one.deployment_id) then
    live.run, live.source = run, "ecs"
    return live
  end
  local why = one.why or {}
  return tables.merge(found, { run = run, source = "state", status = "RECORDED", healthy = one.ended == "ok",
    problem = one.ended ~= "ok" and (why.message or one.ended) or nil, causes = why.causes or {},
    tasks = why.tasks or {}, logs = opts.logs ~= false and why.logs or nil, logs_note = why.logs_note,
    deployments = {}, events = {}, unread = {}, task_definition = one.revision,
    next = { why.causes and why.causes[1].hint or why.hint } })
end

local function all(stack, state)
  local list = tables.merge(stack:known(state))
  for _, address in ipairs(task_runs.all(stack, state)) do list[#list + 1] = address end
  return list
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string|nil an address, or "cluster/service"; nil: every declared or recorded service and task
---@param opts table logs (false: not what the container wrote that failed), run (the number of a run as history has it;
---  -1: the last that failed), verb (the one that asks, if it is another)
---@return table|nil one finding, or a list of them: { name, address, cluster, service, status, desired, running,
---  pending, task_definition, deployments, events, causes (of ecs.explain), healthy, next, unread, logs,
---  logs_note }; with status "ELSEWHERE", problem, recorded and here when it is recorded in another region or account
---@return ecs_service.Error|nil
function diagnose.run(stack, target, opts)
  local state, err = stack:read_state()
  if not state then return nil, err end
  local session
  session, err = stack:session(state, true)
  if not session then return nil, err end
  local list = {}
  for _, one in ipairs(target and { target } or all(stack, state)) do
    local found
    found, err = diagnose.find(stack, state, one, opts.verb or "diagnose")
    if found and opts.run then
      found, err = past(stack, session, state, found, opts)
    elseif found and found.kind then
      found, err = task_runs.diagnose(session, found, opts)
    elseif found then
      found, err = look(stack, session, state, found, opts)
    end
    if not found and target then return nil, err end
    list[#list + 1] = found or { name = one, address = one, healthy = false, status = err.code, causes = {},
      deployments = {}, events = {}, next = { err.hint }, unread = {}, problem = err.message }
  end
  return target and list[1] or list
end

return diagnose
