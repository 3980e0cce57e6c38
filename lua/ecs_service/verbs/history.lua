--- history: the deployments of a service, when, of which revision, and how each ended; and of those that this tool
--- began, who did it. What ECS keeps (for 90 days) and what the state remembers, told as one list. Reads only.
local diagnose = require "ecs_service.verbs.diagnose"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local kept = require "ecs_service.state.past_operations"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local staged = require "ecs_service.run.deployment_stage"
local service_deployments = require "ecs_service.run.service_deployments"
local task_runs = require "ecs_service.verbs.task_runs"
local times = require "ecs_service.util.time_format"
local traffic = require "ecs_service.run.traffic"

local history = {}

history.OPTIONS = { limit = "number", why = "boolean" }

local LIMIT = 20
-- A deployment and its service deployment, and the answer that told of it, bear the same time as far as this: no answer
-- of the API ties them by a name.
local SKEW = 5

local short = names.last

local ENDED = { SUCCESSFUL = "completed", STOPPED = "stopped", ROLLBACK_SUCCESSFUL = "rolled back",
  ROLLBACK_FAILED = "rollback failed", COMPLETED = "completed", FAILED = "failed" }

local function word(status)
  return ENDED[status] or (tostring(status):lower():gsub("_", " "))
end

local function number(value) return tonumber(value) end

local function took(one)
  local from, to = number(one.startedAt or one.createdAt), number(one.finishedAt or one.stoppedAt)
  return from and to and math.floor(to - from + 0.5) or nil
end

-- One service deployment, as ECS tells of it.
local function told(one, revisions)
  local function revision(arn) return arn and revisions[arn] and short(revisions[arn].taskDefinition) or nil end
  local source = one.sourceServiceRevisions and one.sourceServiceRevisions[1]
  local back, shifts = one.rollback, traffic.shifts(one)
  return { stage = shifts and staged.of(one) or nil, traffic = shifts and traffic.shares(one, revisions) or nil,
     at = number(one.createdAt), took = took(one), status = one.status, ended = word(one.status),
    reason = back and back.reason or one.statusReason, arn = one.serviceDeploymentArn,
    revision = revision(one.targetServiceRevision and one.targetServiceRevision.arn or one.targetServiceRevisionArn),
    former = revision(source and source.arn), went_back_to = revision(back and back.serviceRevisionArn) }
end

local function from_service_deployments(session, found, limit)
  local listed, err = service_deployments.list(session, found, { limit = limit })
  if not listed then return nil, err end
  local arns, wanted = {}, {}
  for i, one in ipairs(listed) do arns[i] = one.serviceDeploymentArn end
  local details
  details, err = service_deployments.details(session, arns)
  if not details then return nil, err end
  for i, one in ipairs(listed) do
    listed[i] = details[one.serviceDeploymentArn] or one
    one = listed[i]
    wanted[#wanted + 1] = one.targetServiceRevision and one.targetServiceRevision.arn or one.targetServiceRevisionArn
    for _, source in ipairs(one.sourceServiceRevisions or {}) do wanted[#wanted + 1] = source.arn end
    if one.rollback then wanted[#wanted + 1] = one.rollback.serviceRevisionArn end
  end
  local revisions
  revisions, err = service_deployments.revisions(session, wanted)
  if not revisions then return nil, err end
  local list = {}
  for i, one in ipairs(listed) do list[i] = told(one, revisions) end
  return list
end

-- Where there are no service deployments: the few that the service shows itself.
local function from_service(service)
  local list = {}
  for i, one in ipairs(service and service.deployments or {}) do
    list[i] = { at = number(one.createdAt), status = one.rolloutState or one.status,
      ended = word(one.rolloutState or one.status), reason = one.rolloutState == "FAILED" and one.rolloutStateReason
        or nil, revision = short(one.taskDefinition), deployment_id = one.id }
  end
  return list
end

local function id_at(service, at)
  for _, one in ipairs(service and service.deployments or {}) do
    if at and math.abs((number(one.createdAt) or 0) - at) <= SKEW then return one.id end
  end
end

local function stages_of(entry)
  local list = {}
  for i, one in ipairs(entry.stages or {}) do
    list[i] = { at = times.parse(one.at), stage = one.stage, production_weight = one.production_weight }
  end
  return list[1] and list or nil
end

-- The deployment that an operation of this tool started, among those of the list that nobody has claimed.
local function deployment_of(entry, list)
  for _, one in ipairs(list) do
    if not one.by and (one.deployment_id ~= nil and one.deployment_id == entry.deployment_id and entry.deployed
      or entry.deployed and one.at and math.abs(one.at - entry.deployed) <= SKEW) then
      return one
    end
  end
end

local function merge(list, remembered, with_why)
  for i, entry in ipairs(remembered or {}) do
    local one = deployment_of(entry, list)
    local own = { run = kept.number(remembered, i), why = with_why and entry.why or nil,
      stages = stages_of(entry) }
    if one then
      one.run, one.why, one.stages = own.run, own.why, own.stages
      one.by, one.did, one.run_ended, one.origin = entry.by, entry.did, entry.ended, entry.origin
      one.deployment_id = one.deployment_id or entry.deployment_id
    else
      list[#list + 1] = { run = own.run, why = own.why, stages = own.stages, at = times.parse(entry.at),
        took = entry.took, by = entry.by, did = entry.did, ended = entry.ended == "ok" and "done" or entry.ended,
        run_ended = entry.ended, revision = entry.revision, count = entry.count, deployment_id = entry.deployment_id,
        exit_code = entry.exit_code, origin = entry.origin }
    end
  end
  for i, one in ipairs(list) do one.place = i end
  table.sort(list, function(a, b)
    if (a.at or 0) ~= (b.at or 0) then return (a.at or 0) > (b.at or 0) end
    return a.place < b.place
  end)
  for _, one in ipairs(list) do one.place = nil end
  return list
end

local function cut(list, limit)
  for i = #list, limit + 1, -1 do list[i] = nil end
  return list
end

-- Of a service that is recorded in another place only the state can tell here.
local function remembered(found, entry, opts, err)
  for key, value in pairs(place.finding(err)) do found[key] = value end
  found.hint, found.unread = err.hint, {}
  found.entries = cut(merge({}, entry and entry.history, opts.why),
    opts.limit or LIMIT)
  return found
end

-- Of a task ECS keeps nothing for long: the state tells it all, and of a run that is not over its beginning.
local function of_task(session, found, opts)
  local problem = place.problem(session, found.address)
  for key, value in pairs(problem and place.finding(problem) or {}) do found[key] = value end
  local list = merge({}, found.entry and found.entry.history, opts.why)
  local open = task_runs.open_entry(found)
  if open then table.insert(list, 1, open) end
  found.hint, found.unread, found.entries = problem and problem.hint, {}, cut(list, opts.limit or LIMIT)
  found.entry, found.journal = nil, nil
  return found
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string an address, or "cluster/service"
---@param opts table checked options: limit (20), why (true: what is kept of failures)
---@return table|nil { name, address, cluster, service, unread (what ECS would not tell), entries: the newest first,
---  each { at (seconds since 1970), revision, former, status (of ECS), ended (in words), reason, took (seconds),
---  went_back_to, arn, deployment_id; of what shifts traffic stage (where it is, or ended) and traffic, of
---  run/deployment_stage.lua and run/traffic.lua; did, by, run_ended ("ok" or a code), count, origin, stages
---  ({ at, stage, production_weight }, as the run was told of them), run (its
---  number), why (of failure_box.lua), exit_code (of a task): of what this tool did } }
---  When the service is recorded in another region or account: status "ELSEWHERE", problem, recorded, here, and what
---  the state remembers
---@return ecs_service.Error|nil
function history.run(stack, target, opts)
  local limit = opts.limit or LIMIT
  local state, err = stack:read_state()
  if not state then return nil, err end
  local found, session
  found, err = diagnose.find(stack, state, target, "history")
  if not found then return nil, err end
  session, err = stack:session(state, true)
  if not session then return nil, err end
  if found.kind then return of_task(session, found, opts) end
  local entry = found.address and kinds.entry(state, found.address)
  local service
  service, err = diagnose.describe(session, found)
  if err and err.whole then return remembered(found, entry, opts, err) end
  if err then return nil, err end
  if not service and not entry then
    return nil, errors.new { code = "NotFound", service = found.address,
      message = ("there is no service %s/%s"):format(found.cluster, found.service),
      hint = "it was deleted, or never was: see its name, cluster and region" }
  end
  local list
  list, err = from_service_deployments(session, found, limit)
  found.unread = {}
  if list then
    for _, one in ipairs(list) do one.deployment_id = id_at(service, one.at) end
  else
    found.unread[1] = { operation = err.operation, code = err.code, message = err.message }
    list = from_service(service)
  end
  found.entries = cut(merge(list, entry and entry.history, opts.why), limit)
  return found
end

return history
