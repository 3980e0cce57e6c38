--- The latest rollout of a service as events, made from what ECS still shows of it: tasks (stopped ones for about an
--- hour), events of the service, the service deployment. For a timeline of what nobody recorded.
local call = require "ecs_service.run.api_call"
local diagnose = require "ecs_service.verbs.diagnose"
local errors = require "ecs_service.errors"
local service_deployments = require "ecs_service.run.service_deployments"
local skew = require "ecs_service.aws.clock_skew"
local staged = require "ecs_service.run.deployment_stage"
local traffic = require "ecs_service.run.traffic"

local rollout_events = {}

local function number(value) return tonumber(value) end

local PAGE = 100 -- tasks of one ListTasks, and of one DescribeTasks
local MOST_PAGES = 20

local function pages_of(session, found, status)
  local pages, token, asked = {}, nil, 0
  repeat
    local answer, err = call(session, "ListTasks", { cluster = found.cluster, serviceName = found.service,
      desiredStatus = status, maxResults = PAGE, nextToken = token })
    if not answer then return nil, err end
    if #(answer.taskArns or {}) > 0 then
      pages[#pages + 1] = { operation = "DescribeTasks", body = { cluster = found.cluster, tasks = answer.taskArns } }
    end
    token, asked = answer.nextToken, asked + 1
  until type(token) ~= "string" or asked >= MOST_PAGES
  return pages
end

local function all_tasks(session, found)
  local tasks = {}
  for _, status in ipairs { "STOPPED", "RUNNING" } do
    local calls, err = pages_of(session, found, status)
    if not calls then return nil, err end
    for _, result in ipairs(call.all(session, calls)) do
      if result.err then return nil, result.err end
      for _, task in ipairs(result.answer.tasks or {}) do tasks[#tasks + 1] = task end
    end
  end
  return tasks
end

local function primary_of(service)
  for _, one in ipairs(service.deployments or {}) do
    if one.status == "PRIMARY" then return one end
  end
end

local FAILED = { ROLLBACK_SUCCESSFUL = true, ROLLBACK_FAILED = true, ROLLBACK_IN_PROGRESS = true, STOPPED = true }

-- The service deployment that is the latest, and how it stands; else what the service says of its deployment.
local function latest(session, found, service)
  local listed = service_deployments.list(session, found, { limit = 1 })
  local details = listed and listed[1] and service_deployments.details(session, { listed[1].serviceDeploymentArn })
  local one = details and details[listed[1].serviceDeploymentArn]
  if one then
    return { record = one, began = number(one.createdAt), ended = number(one.finishedAt),
      ok = one.status == "SUCCESSFUL" or nil, failed = FAILED[one.status], reason = one.statusReason }
  end
  local primary = primary_of(service) or {}
  return { began = number(primary.createdAt), ok = primary.rolloutState == "COMPLETED" or nil,
    ended = primary.rolloutState == "COMPLETED" and number(primary.updatedAt) or nil,
    failed = primary.rolloutState == "FAILED", reason = primary.rolloutStateReason }
end

-- What each task does to the counts of its deployment, and when.
local function steps_of(tasks)
  local steps = {}
  local function add(at, task, running, pending, failed)
    if at then
      steps[#steps + 1] = { at = at, id = task.startedBy or "tasks", definition = task.taskDefinitionArn,
        running = running, pending = pending, failed = failed or 0, place = #steps }
    end
  end
  for _, task in ipairs(tasks) do
    local created, started = number(task.createdAt), number(task.startedAt)
    local stopped = number(task.stoppingAt or task.stoppedAt or task.executionStoppedAt)
    add(created, task, 0, 1)
    add(started, task, 1, -1)
    local is_failure = task.stopCode == "EssentialContainerExited" or task.stopCode == "TaskFailedToStart"
    if created then add(stopped, task, started and -1 or 0, started and 0 or -1, is_failure and 1 or 0) end
  end
  table.sort(steps, function(a, b)
    if a.at ~= b.at then return a.at < b.at end
    return a.place < b.place
  end)
  return steps
end

local function state(at, desired, counts, order, new)
  local event = { type = "state", at = at, desired = desired, deployments = {} }
  for _, id in ipairs(order) do
    local one = counts[id]
    table.insert(event.deployments, { id = id, task_definition = one.definition, running = one.running,
      pending = one.pending, failed = one.failed, status = id == new and "PRIMARY" or "ACTIVE" })
  end
  return event
end

-- The deployment that began with the rollout: the one of the first task that was started then.
local function new_of(steps, began)
  for _, step in ipairs(steps) do
    if step.at >= began - 1 and step.pending == 1 then return step.id end
  end
end

-- What ran when the rollout began: deployments of which nothing was left by then, and failures of before, are another
-- rollout's.
local function of_this_rollout(counts, order)
  local left = {}
  for _, id in ipairs(order) do
    local one = counts[id]
    if one.running + one.pending > 0 then left[#left + 1] = id else counts[id] = nil end
    one.failed = 0
  end
  return left
end

local function add_states(events, tasks, window, desired)
  local counts, order, before = {}, {}, true
  local steps = steps_of(tasks)
  local new = new_of(steps, window.from)
  for i, step in ipairs(steps) do
    if before and step.at >= window.from then
      before, order = false, of_this_rollout(counts, order)
      events[#events + 1] = state(window.from, desired, counts, order, new)
    end
    local one = counts[step.id]
    if not one then
      one = { running = 0, pending = 0, failed = 0, definition = step.definition }
      counts[step.id], order[#order + 1] = one, step.id
    end
    one.running, one.pending = one.running + step.running, one.pending + step.pending
    one.failed = one.failed + step.failed
    local last_of_moment = not steps[i + 1] or steps[i + 1].at ~= step.at
    if not before and last_of_moment and step.at <= window.to then
      events[#events + 1] = state(step.at, desired, counts, order, new)
    end
  end
  if before then order = of_this_rollout(counts, order) end
  if before and #order > 0 then events[#events + 1] = state(window.from, desired, counts, order, new) end
end

local function add_service_events(events, service, window)
  local list = service.events or {}
  for i = #list, 1, -1 do
    local at = number(list[i].createdAt)
    if at and at >= window.from - 1 and at <= window.to + 1 then
      events[#events + 1] = { type = "service_event", at = at, occurred = at, id = list[i].id,
        message = list[i].message }
    end
  end
end

-- Of a deployment that shifts traffic ECS keeps no times of its stages: where it is, or ended, with its hooks, and who
-- gets the traffic.
local function add_stage(events, session, record, window)
  if not record or not traffic.shifts(record) then return end
  local facts, arns = staged.of(record), {}
  for _, side in ipairs(traffic.sides(record)) do arns[#arns + 1] = side.arn end
  local at = math.max(window.from, math.min(facts.since or window.to, window.to))
  local event = { type = "stage", at = at,
    traffic = traffic.shares(record, service_deployments.revisions(session, arns) or {}) }
  for name, value in pairs(facts) do event[name] = value end
  events[#events + 1] = event
  for _, hook in ipairs(facts.hooks) do
    if hook.status == "AWAITING_ACTION" then
      events[#events + 1] = { type = "decision", at = at, hook = hook.name, hook_id = hook.id, stage = facts.stage,
        expires_at = hook.expires_at, timeout_action = hook.timeout_action }
    end
  end
end

--- The events, as a run would have told them.
---@param stack ecs_service.Stack
---@param target string an address, or "cluster/service"
---@return table[]|nil events
---@return ecs_service.Error|nil
function rollout_events.read(stack, target)
  local found, err = diagnose.run(stack, target, { logs = false, verb = "timeline" })
  if not found then return nil, err end
  if found.recorded then
    return nil, errors.new { code = found.code, message = found.problem,
      hint = found.next[1], recorded = found.recorded, here = found.here }
  end
  local session = assert(stack:session())
  local answer
  answer, err = call(session, "DescribeServices", { cluster = found.cluster, services = { found.service } })
  if not answer then return nil, err end
  local service, tasks = answer.services[1]
  tasks, err = all_tasks(session, found)
  if not tasks then return nil, err end
  local last = latest(session, found, service)
  local now = skew.now(session)
  local window = { from = last.began or now, to = last.ended or now }
  local events = { { type = "started", action = "deploy", at = window.from } }
  add_states(events, tasks, window, number(service.desiredCount) or 0)
  add_service_events(events, service, window)
  add_stage(events, session, last.record, window)
  if last.ok or last.failed then
    events[#events + 1] = { type = "done", ok = last.ok or false, at = window.to, error = last.failed
      and { message = last.reason or "the deployment failed", evidence = { causes = found.causes } } or nil }
  else
    events[#events + 1] = { type = "seen", at = now } -- it goes on
  end
  for _, event in ipairs(events) do event.address = target end
  return events
end

return rollout_events
