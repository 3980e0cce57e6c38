-- What ECS answers about the services of rollout_model.lua: as of a moment, for the answers of reads may be older than
-- their questions, and of what kind of service, for not all are shown rolloutState, events and service deployments.
local model = require "support.rollout_model"

local view = {}

local ARN, CLUSTER = model.ARN, model.CLUSTER
view.CLUSTER_ARN = ARN .. "cluster/" .. CLUSTER

local LIST = {}

--- A list, also when it is empty (JSON's [] is not JSON's {}).
function view.list(items) return setmetatable(items or {}, LIST) end

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n" }

--- A table as JSON. Numbers have three digits at most behind the point, like ECS's times.
function view.json(value)
  local kind = type(value)
  if kind == "string" then return '"' .. value:gsub('[%c"\\]', ESCAPES) .. '"' end
  if kind == "number" then return value == math.floor(value) and ("%.0f"):format(value) or ("%.3f"):format(value) end
  if kind ~= "table" then return tostring(value) end
  local out = {}
  if getmetatable(value) == LIST or value[1] ~= nil then
    for i, item in ipairs(value) do out[i] = view.json(item) end
    return "[" .. table.concat(out, ",") .. "]"
  end
  for key, item in pairs(value) do
    if item ~= nil then out[#out + 1] = ('"%s":%s'):format(key, view.json(item)) end
  end
  table.sort(out)
  return "{" .. table.concat(out, ",") .. "}"
end

-- rolloutState "is only returned for services that use the rolling update (ECS) deployment type that aren't behind a
-- Classic Load Balancer".
local function shows_state(service)
  for _, balancer in ipairs(service.given.loadBalancers or {}) do
    if balancer.loadBalancerName then return false end
  end
  return service.controller == "ECS"
end

local function counts(deployment)
  local pending, running, keep = 0, 0, 0
  for _, task in ipairs(deployment.tasks) do
    if task.running then running = running + 1 else pending = pending + 1 end
    if not task.stopping then keep = keep + 1 end
  end
  return pending, running, keep
end

--- A maker of pictures: what DescribeServices shows of a service at this moment, without its events.
--- Options: states = false: never a rolloutState; records = false: no service deployments.
function view.painter(options)
  return function(service)
    local shown, pending, running = view.list(), 0, 0
    local states = options.states ~= false and shows_state(service)
    for _, deployment in ipairs(service.deployments) do
      local p, r, keep = counts(deployment)
      pending, running = pending + p, running + r
      shown[#shown + 1] = { id = deployment.id, status = deployment.status, taskDefinition = deployment.definition,
        desiredCount = deployment.status == "PRIMARY" and service.desired or keep, pendingCount = p, runningCount = r,
        failedTasks = deployment.failed, createdAt = deployment.created, updatedAt = deployment.updated,
        launchType = service.given.launchType or "EC2",
        rolloutState = states and deployment.state or nil, rolloutStateReason = states and deployment.reason or nil }
    end
    local picture = { serviceArn = service.arn, serviceName = service.name, clusterArn = view.CLUSTER_ARN,
      status = service.status, desiredCount = service.desired, pendingCount = pending, runningCount = running,
      taskDefinition = service.definition, createdAt = service.created, deployments = shown,
      deploymentController = { type = service.controller }, loadBalancers = view.list(),
      serviceRegistries = view.list(), placementConstraints = view.list(), placementStrategy = view.list(),
      launchType = "EC2", propagateTags = "NONE",
      enableECSManagedTags = false, enableExecuteCommand = false, schedulingStrategy = "REPLICA" }
    for name, value in pairs(service.given) do
      if name ~= "role" then picture[name] = value end
    end
    local config = {}
    for name, value in pairs(service.given.deploymentConfiguration or {}) do config[name] = value end
    config.maximumPercent = config.maximumPercent or service.daemon and 100 or 200
    config.minimumHealthyPercent = config.minimumHealthyPercent or service.daemon and 0 or 100
    picture.deploymentConfiguration = config
    local record = service.records[#service.records]
    if options.records ~= false and record then
      picture.currentServiceDeployment = record.arn
    end
    return picture
  end
end

local function last_before(list, at)
  local found
  for _, item in ipairs(list) do
    if item.at > at then break end
    found = item
  end
  return found
end

--- The service as it was at a time, with the events until another time; nil when it was not there.
function view.service(service, at, events_at, with_events)
  local kept = last_before(service.history, at)
  if not kept then return service.former and view.service(service.former, at, events_at, with_events) end
  local answer, events = {}, view.list()
  for name, value in pairs(kept.view) do answer[name] = value end
  for i = with_events and #service.events or 0, 1, -1 do
    local event = service.events[i]
    if event.at <= events_at and #events < 100 then
      events[#events + 1] = { id = event.id, createdAt = event.at, message = event.message }
    end
  end
  answer.events = events
  return answer
end

local function revision_arn(service, digits)
  return ("%sservice-revision/%s/%s/%s"):format(ARN, CLUSTER, service.name, digits)
end

-- A service deployment as it was at a time.
local function record_at(service, record, at)
  local says = last_before(record.says, at)
  if not says then return nil end
  local answer = { serviceDeploymentArn = record.arn, serviceArn = service.arn, clusterArn = view.CLUSTER_ARN,
    createdAt = record.created, startedAt = record.created, updatedAt = says.at, status = says.status,
    statusReason = says.reason }
  if says.status:find "SUCCESSFUL" or says.status == "STOPPED" or says.status == "ROLLBACK_FAILED" then
    answer.finishedAt = says.at
  end
  return answer
end

--- ListServiceDeployments as of a time, the newest first.
function view.records(service, at)
  local out = view.list()
  for i = #service.records, 1, -1 do
    local answer = record_at(service, service.records[i], at)
    if answer then
      answer.updatedAt, answer.targetServiceRevisionArn = nil, revision_arn(service, service.records[i].number)
      out[#out + 1] = answer
    end
  end
  return out
end

--- DescribeServiceDeployments of one, as of a time.
function view.record(service, record, at)
  local answer = record_at(service, record, at)
  if not answer then return nil end
  local deployment, config = record.deployment, service.given.deploymentConfiguration or {}
  local breaker = config.deploymentCircuitBreaker or {}
  local broke = deployment.cause == "breaker" and deployment.failed_at <= at
  answer.targetServiceRevision = { arn = revision_arn(service, record.number), requestedTaskCount = service.desired,
    runningTaskCount = 0, pendingTaskCount = 0 }
  answer.sourceServiceRevisions = view.list()
  answer.deploymentConfiguration = config
  answer.deploymentCircuitBreaker = { failureCount = deployment.failed,
    status = not breaker.enable and "DISABLED" or broke and "TRIGGERED" or "MONITORING",
    threshold = math.min(200, math.max(3, math.ceil(service.desired * 0.5))) }
  if config.alarms then
    local went_off = deployment.cause == "alarm" and deployment.failed_at <= at
    answer.alarms = { status = went_off and "TRIGGERED" or "MONITORING", alarmNames = config.alarms.alarmNames,
      triggeredAlarmNames = view.list(went_off and { config.alarms.alarmNames[1] } or {}) }
  end
  if answer.status:find "^ROLLBACK" and deployment.rolls_back_to then
    answer.rollback = { reason = answer.statusReason, startedAt = deployment.failed_at,
      serviceRevisionArn = revision_arn(service, deployment.rolls_back_to.number) }
  end
  return answer
end

local function task_arn(task) return ARN .. "task/" .. CLUSTER .. "/" .. task.id end

--- ListTasks of a service as of a time.
function view.task_arns(service, input, at)
  local out = view.list()
  for i = #service.tasks, 1, -1 do
    local task = service.tasks[i]
    local stopped = task.stopping ~= nil and task.stopping <= at
    if task.created <= at and stopped == (input.desiredStatus == "STOPPED")
      and (not input.startedBy or input.startedBy == task.deployment.id) and #out < (input.maxResults or 100) then
      out[#out + 1] = task_arn(task)
    end
  end
  return out
end

--- DescribeTasks of one.
function view.task(service, arn, at)
  for _, task in ipairs(service.tasks) do
    if task_arn(task) == arn then
      local function past(time) return time ~= nil and time <= at end
      local status = past(task.stopped) and "STOPPED" or past(task.stopping) and "DEACTIVATING"
        or past(task.running) and "RUNNING" or "PENDING"
      local answer = { taskArn = arn, clusterArn = view.CLUSTER_ARN, taskDefinitionArn = task.deployment.definition,
        lastStatus = status, desiredStatus = task.stopping and "STOPPED" or "RUNNING", createdAt = task.created,
        startedBy = task.deployment.id, group = "service:" .. service.name, launchType = "EC2",
        startedAt = task.running or nil, containers = view.list { { name = "web", lastStatus = status } } }
      if status == "STOPPED" then
        answer.stoppedAt, answer.stopCode, answer.stoppedReason = task.stopped, task.stop_code, task.reason
        answer.containers[1].reason = task.stop_code == "TaskFailedToStart" and task.reason or nil
        answer.containers[1].exitCode = task.stop_code == "EssentialContainerExited" and 1 or nil
      end
      return answer
    end
  end
end

return view
