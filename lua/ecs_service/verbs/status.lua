--- status: what AWS says of services now, in few words, and how the last runs of tasks ended.
local about_services = require "ecs_service.plan.about_services"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local reading = require "ecs_service.run.service_reader"
local scaling = require "ecs_service.run.scaling_reader"
local service_place = require "ecs_service.verbs.service_place"
local task_runs = require "ecs_service.verbs.task_runs"
local traffic = require "ecs_service.run.traffic"

local status = {}

local function whole(number)
  return type(number) == "number" and math.floor(number) or 0
end

local function deployment(one)
  return { id = one.id, status = one.status, task_definition = one.taskDefinition, desired = whole(one.desiredCount),
    running = whole(one.runningCount), pending = whole(one.pendingCount), failed = whole(one.failedTasks),
    rollout_state = one.rolloutState, rollout_state_reason = one.rolloutStateReason }
end

local MOST_EVENTS = 10

--- What `status` tells of one of the services[] of DescribeServices.
---@param service table|nil
---@return table
function status.summary(service)
  if not service then return { status = "MISSING", deployments = {}, events = {} } end
  local deployments, events = {}, {}
  for i, one in ipairs(service.deployments or {}) do deployments[i] = deployment(one) end
  for i = 1, math.min(MOST_EVENTS, #(service.events or {})) do
    local event = service.events[i]
    events[i] = { id = event.id, at = event.createdAt, message = event.message }
  end
  return { status = service.status, desired = whole(service.desiredCount), running = whole(service.runningCount),
    pending = whole(service.pendingCount), task_definition = service.taskDefinition, deployments = deployments,
    events = events, id = service.serviceArn }
end

-- A service of that name here, or none, says nothing about the one that is recorded.
local function elsewhere(problem)
  local summary = place.finding(problem)
  summary.deployments, summary.events = {}, {}
  return summary
end

-- The targets of services, each with what was done to it last, by the services' ARNs; and why they are not known.
local function scaled(stack, session, services)
  local ids, targets, found = {}, {}, {}
  if stack.options.autoscaling == false then return found end
  for _, service in ipairs(services) do
    if service.schedulingStrategy ~= "DAEMON" and service.status == "ACTIVE" then
      ids[#ids + 1] = scaling.id_of(service.clusterArn, service.serviceName)
      found[service.serviceArn] = ids[#ids]
    end
  end
  local err = scaling.read(session, ids, targets)
  local registered = {}
  for _, id in ipairs(ids) do
    if targets[id] then registered[#registered + 1] = id end
  end
  local last = scaling.last_activities(session, registered)
  for arn, id in pairs(found) do
    if targets[id] then targets[id].last_activity = last[id] end
    found[arn] = targets[id] or err and { problem = scaling.warning(err).message } or nil
  end
  return found
end

--- The verb.
---@param stack ecs_service.Stack
---@param address string|nil one service, or one task; nil: a table of all, by address
---@return table|nil { status, desired, running, pending, task_definition, deployments, events (newest first); of what
---  deploys in stages also stage and traffic, of run/traffic.lua; autoscaling { min_capacity, max_capacity, suspended,
---  last_activity } of a scalable target, or { problem } where that is not known }; of what is recorded in another
---  region or account { status = "ELSEWHERE", problem, recorded, here }; of a task as task_runs.status tells it
---@return ecs_service.Error|nil
function status.run(stack, address)
  local state, err = stack:read_state()
  if not state then return nil, err end
  local task = address and task_runs.find(stack, state, address)
  local chosen = not address and stack:known(state) or not task and { address } or {}
  err = about_services.problem(stack, state, "status", chosen)
  if err then return nil, err end
  local session
  session, err = stack:session(state, true)
  if not session then return nil, err end
  if task then return task_runs.status(session, task) end
  local wanted, result = {}, {}
  for _, one in ipairs(chosen) do
    local found, nowhere = service_place.of(stack, state, one)
    if not found then return nil, nowhere end
    local problem = place.problem(session, one)
    if problem then
      result[one] = elsewhere(problem)
    else
      wanted[#wanted + 1] = found
    end
  end
  local found
  found, err = reading.describe(session, wanted)
  if not found then return nil, err end
  local shown = {}
  for _, one in ipairs(wanted) do shown[#shown + 1] = found[names.identity(one.cluster, one.service)] end
  local shares, targets = traffic.of(session, shown), scaled(stack, session, shown)
  for _, one in ipairs(wanted) do
    local service = found[names.identity(one.cluster, one.service)]
    local problem = place.problem(session, one.address, service == nil)
    result[one.address] = problem and elsewhere(problem) or status.summary(service)
    local more = service and not problem and shares[service.serviceArn] or {}
    result[one.address].autoscaling = service and not problem and targets[service.serviceArn] or nil
    result[one.address].stage, result[one.address].traffic = more.stage, more.traffic
  end
  if address then return result[address] end
  for _, one in ipairs(task_runs.all(stack, state)) do
    result[one], err = task_runs.status(session, task_runs.find(stack, state, one))
    if not result[one] then return nil, err end
  end
  return result
end

return status
