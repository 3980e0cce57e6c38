--- Deployments: how one begins, is completed, fails, and is rolled back; service deployments and service revisions.
local events = require "ecs_service.simulator.events"
local refuse = require "ecs_service.simulator.api_error"
local task_definitions = require "ecs_service.simulator.task_definitions"
local values = require "ecs_service.simulator.values"

local deployments = {}
local operations = {}
deployments.operations = operations

-- A rollback to tasks that still run has nothing to start; it is watched this long before it is COMPLETED.
local ROLLBACK_SECONDS = 40

--- Members of a service that a service revision holds. A change of one starts a new deployment, but for the launch type
--- and the capacity provider strategy, which wait for the next.
deployments.REVISION = {
  "taskDefinition", "launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration",
  "loadBalancers", "serviceRegistries", "serviceConnectConfiguration", "volumeConfigurations",
  "vpcLatticeConfigurations",
}

local function snapshot(world, service)
  local revision = {
    id = world:digits(19),
    created_at = world.now,
    service = service,
    definition = task_definitions.find(world, service.config.taskDefinition),
  }
  revision.arn = world:arn(("service-revision/%s/%s/%s"):format(service.cluster.name, service.name, revision.id))
  for _, name in ipairs(deployments.REVISION) do revision[name] = values.copy(service.config[name]) end
  world.service_revisions[revision.arn] = revision
  return revision
end

-- rolloutState is given for the ECS controller only, and not behind a Classic Load Balancer.
local function gives_state(service)
  for _, balancer in ipairs(service.config.loadBalancers or {}) do
    if balancer.loadBalancerName then return false end
  end
  return true
end

-- An alarm that is already in ALARM when the deployment starts says nothing about it: ECS does not watch then.
local function watched_alarms(world, service)
  local alarms = service.config.deploymentConfiguration.alarms
  if not alarms or not alarms.enable then return nil end
  for _, name in ipairs(alarms.alarmNames) do
    if world.alarms[name] == "ALARM" then return nil end
  end
  return alarms
end

local function new_record(world, service, revision, source)
  local record = {
    arn = world:arn(("service-deployment/%s/%s/%s"):format(service.cluster.name, service.name, world:hex(21))),
    service = service,
    status = "IN_PROGRESS",
    created_at = world.now,
    started_at = world.now,
    updated_at = world.now,
    past = {},
    target = revision,
    source = source,
    configuration = values.copy(service.config.deploymentConfiguration),
  }
  world.service_deployments[record.arn] = record
  service.records[#service.records + 1] = record
  return record
end

-- Changes a service deployment, and remembers how it was, for reads that lag behind.
local function alter(world, record, changes)
  local was = { before = world.now }
  changes.updated_at = world.now
  for name, value in pairs(changes) do
    was[name] = record[name] or false
    record[name] = value or nil
  end
  record.past[#record.past + 1] = was
end

-- It as reads show it; nil while they do not show it at all.
local function shown(world, record)
  local lag = world.options.record_lag
  local at = world.now - lag
  if lag == 0 or record.created_at > at then return lag == 0 and record or nil end
  local view = setmetatable({ whole = record }, { __index = record })
  for i = #record.past, 1, -1 do
    local was = record.past[i]
    if was.before > at then
      for name, value in pairs(was) do view[name] = value end
    end
  end
  return view
end

local function put_first(world, service, deployment)
  for _, old in ipairs(service.deployments) do
    old.status = "ACTIVE"
    old.updated_at = world.now
  end
  table.insert(service.deployments, 1, deployment)
  service.steady = false
end

-- A deployment carries the number of the service revision that it is the first of.
local function make(world, service, revision, number)
  return {
    id = "ecs-svc/" .. number,
    status = "PRIMARY",
    revision = revision,
    created_at = world.now,
    updated_at = world.now,
    failed_tasks = 0,
    rollout_state = "IN_PROGRESS",
    shows_state = gives_state(service),
    alarms = watched_alarms(world, service),
  }
end

--- Starts a deployment of what the service's configuration says now.
function deployments.begin(world, service)
  world:decide(service, "begun")
  local previous = service.deployments[1]
  if previous and previous.rollout_state == "IN_PROGRESS" then
    alter(world, previous.record, { status = "STOPPED", stopped_at = world.now, finished_at = world.now,
      status_reason = "Service deployment was stopped because a new service deployment was started." })
  end
  local source = service.last_completed and service.last_completed.revision or previous and previous.revision
  local revision = snapshot(world, service)
  local deployment = make(world, service, revision, revision.id)
  deployment.record = new_record(world, service, deployment.revision, source)
  deployment.record.watches = deployment.alarms
  deployment.reason = ("ECS deployment %s in progress."):format(deployment.id)
  put_first(world, service, deployment)
  return deployment
end

local function finish(world, record, status, reason, stopped)
  alter(world, record, { status = status, status_reason = reason or false, finished_at = world.now,
    stopped_at = stopped and world.now or nil })
end

--- The deployment has reached its steady state.
function deployments.complete(world, service, deployment)
  deployment.rollout_state = "COMPLETED"
  deployment.reason = ("ECS deployment %s completed."):format(deployment.id)
  deployment.updated_at = world.now
  finish(world, deployment.record, deployment.rolls_back and "ROLLBACK_SUCCESSFUL" or "SUCCESSFUL",
    deployment.record.status_reason)
  service.last_completed = deployment
  world:decide(service, "completed", deployment.id)
  events.add(world, service, ("(deployment %s) deployment completed."):format(deployment.id))
end

--- ECS's own controller takes over the task sets of another one: they are its deployments from now on.
function deployments.take_over(world, service)
  for _, set in ipairs(service.task_sets) do
    local primary = set.status == "PRIMARY"
    set.task_set, set.status = nil, primary and "PRIMARY" or "ACTIVE"
    set.failed_tasks, set.rollout_state = 0, "COMPLETED"
    set.shows_state, set.reason = gives_state(service), ("ECS deployment %s completed."):format(set.id)
    if primary and service.config.taskDefinition then set.revision = snapshot(world, service) end
    table.insert(service.deployments, primary and 1 or #service.deployments + 1, set)
    if primary then
      set.record = new_record(world, service, set.revision)
      finish(world, set.record, "SUCCESSFUL")
      service.last_completed = set
    end
  end
  service.task_sets = {}
end

--- How many tasks may fail: 50 % of the desired count, at least 3 and at most 200, unless configured.
function deployments.threshold(breaker, wanted)
  local configured = breaker.thresholdConfiguration or { type = "BOUNDED_PERCENT", value = 50 }
  if configured.type == "COUNT" then return math.max(configured.value, 1) end
  local count = math.ceil(wanted * configured.value / 100)
  if configured.type == "UNBOUNDED_PERCENT" then return math.max(count, 1) end
  return math.min(math.max(count, 3), 200)
end

local function roll_back(world, service, failed, why)
  local last = service.last_completed
  local deployment = make(world, service, last.revision, world:digits(19))
  deployment.rolls_back = failed
  deployment.bake_until = world.now + ROLLBACK_SECONDS
  deployment.record = failed.record
  deployment.reason = ("%s: rolling back to deploymentId %s."):format(why, last.id)
  alter(world, failed.record, { status = "ROLLBACK_IN_PROGRESS",
    rollback = { reason = failed.reason, started_at = world.now, revision = last.revision } })
  for _, name in ipairs(deployments.REVISION) do service.config[name] = values.copy(last.revision[name]) end
  deployment.shows_state = gives_state(service)
  put_first(world, service, deployment)
  -- The revision that is rolled back to may still run: its tasks stay.
  for _, task in ipairs(service.live) do
    if task.revision == last.revision and task.desired == "RUNNING" then task.owner = deployment end
  end
  events.add(world, service, ("rolling back to deployment %s."):format(last.id))
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
end

--- The deployment fails; it launches nothing more.
---@param cause table {why = what the state says it is, reason = why it failed, event = the same in the event stream}
function deployments.fail(world, service, deployment, cause, rollback)
  deployment.rollout_state = "FAILED"
  deployment.reason = ("%s: %s."):format(cause.why, cause.reason)
  deployment.updated_at = world.now
  local record = deployment.record
  world:decide(service, "failed", deployment.id)
  events.add(world, service, ("(deployment %s) deployment failed: %s."):format(deployment.id, cause.reason))
  alter(world, record, { status_reason = deployment.reason })
  if deployment.rolls_back then
    finish(world, record, "ROLLBACK_FAILED", deployment.reason)
  elseif rollback and service.last_completed then
    roll_back(world, service, deployment, cause.why)
  else
    finish(world, record, "STOPPED", deployment.reason, true)
  end
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
end

--- Fails the deployment when the circuit breaker is on and as many tasks failed as it bears.
function deployments.check_breaker(world, service, deployment, wanted)
  local breaker = service.config.deploymentConfiguration.deploymentCircuitBreaker
  if not breaker or not breaker.enable or deployment.rollout_state ~= "IN_PROGRESS" then return end
  if deployment.failed_tasks >= deployments.threshold(breaker, wanted) then
    deployment.record.breaker_triggered = true
    deployments.fail(world, service, deployment,
      { why = "ECS deployment circuit breaker", reason = "tasks failed to start" }, breaker.rollback)
  end
end

--- An alarm went into ALARM: fails the deployment that watches it.
function deployments.on_alarm(world, service, name)
  local deployment = service.deployments[1]
  if service.status ~= "ACTIVE" or not deployment or deployment.rollout_state ~= "IN_PROGRESS"
    or not deployment.alarms then
    return
  end
  for _, watched in ipairs(deployment.alarms.alarmNames) do
    if watched == name then
      deployment.record.triggered = deployment.record.triggered or {}
      table.insert(deployment.record.triggered, name)
      deployments.fail(world, service, deployment,
        { why = "ECS deployment alarm", reason = "alarm detected" }, deployment.alarms.rollback)
      return
    end
  end
end

local function counts_of(service, revision)
  local running, pending = 0, 0
  for _, task in ipairs(service.live) do
    if task.revision == revision and task.desired == "RUNNING" then
      if task.status == "RUNNING" then
        running = running + 1
      else
        pending = pending + 1
      end
    end
  end
  return running, pending
end

--- {arn, requestedTaskCount, runningTaskCount, pendingTaskCount} of a revision.
function deployments.summary(world, service, revision)
  local running, pending = counts_of(service, revision)
  local primary = service.deployments[1]
  local is_target = primary and primary.revision == revision
  return {
    arn = revision.arn,
    requestedTaskCount = is_target and world.scheduler.wanted(service) or running + pending,
    runningTaskCount = running,
    pendingTaskCount = pending,
  }
end

local function breaker_view(service, record)
  local breaker = record.configuration.deploymentCircuitBreaker
  if not breaker or not breaker.enable then return { status = "DISABLED", failureCount = 0, threshold = 0 } end
  local failures = 0
  for _, deployment in ipairs(service.deployments) do
    if deployment.record == (record.whole or record) and deployment.revision == record.target then
      failures = deployment.failed_tasks
    end
  end
  return {
    status = record.breaker_triggered and "TRIGGERED" or record.finished_at and "MONITORING_COMPLETE" or "MONITORING",
    failureCount = failures,
    threshold = deployments.threshold(breaker, service.config.desiredCount or service.cluster.instances),
  }
end

local function alarms_view(record)
  local watched = record.watches
  if not watched then return { status = "DISABLED", alarmNames = {}, triggeredAlarmNames = {} } end
  return {
    status = record.triggered and "TRIGGERED" or record.finished_at and "MONITORING_COMPLETE" or "MONITORING",
    alarmNames = values.copy(watched.alarmNames),
    triggeredAlarmNames = values.copy(record.triggered or {}),
  }
end

local function record_view(world, record)
  local service = record.service
  local rollback = record.rollback
  return {
    serviceDeploymentArn = record.arn,
    serviceArn = service.arn,
    clusterArn = service.cluster.arn,
    createdAt = record.created_at,
    startedAt = record.started_at,
    finishedAt = record.finished_at or nil,
    stoppedAt = record.stopped_at or nil,
    updatedAt = record.updated_at,
    sourceServiceRevisions = record.source and { deployments.summary(world, service, record.source) } or {},
    targetServiceRevision = deployments.summary(world, service, record.target),
    status = record.status,
    statusReason = record.status_reason or nil,
    deploymentConfiguration = values.copy(record.configuration),
    deploymentCircuitBreaker = breaker_view(service, record),
    alarms = alarms_view(record),
    rollback = rollback and { reason = rollback.reason, startedAt = rollback.started_at,
      serviceRevisionArn = rollback.revision.arn } or nil,
  }
end

local function revision_view(revision)
  local service = revision.service
  local images = {}
  for i, container in ipairs(revision.definition.containers) do
    images[i] = { containerName = container.name, image = container.image }
  end
  local out = {
    serviceRevisionArn = revision.arn,
    serviceArn = service.arn,
    clusterArn = service.cluster.arn,
    createdAt = revision.created_at,
    containerImages = images,
    guardDutyEnabled = false,
    platformFamily = revision.launchType == "FARGATE" and "Linux" or nil,
  }
  for _, name in ipairs(deployments.REVISION) do
    if name ~= "launchType" or values.none(revision.capacityProviderStrategy) then
      out[name] = values.copy(revision[name])
    end
  end
  return out
end

function operations.DescribeServiceDeployments(world, body)
  if #body.serviceDeploymentArns > 20 or #body.serviceDeploymentArns == 0 then
    refuse.invalid("A request takes 1 to 20 service deployment ARNs.")
  end
  local out, failures = {}, {}
  for _, arn in ipairs(body.serviceDeploymentArns) do
    local record = world.service_deployments[arn]
    record = record and shown(world, record)
    if record then
      out[#out + 1] = record_view(world, record)
    else
      failures[#failures + 1] = { arn = arn, reason = "MISSING" }
    end
  end
  return { serviceDeployments = out, failures = failures }
end

function operations.DescribeServiceRevisions(world, body)
  if #body.serviceRevisionArns > 20 or #body.serviceRevisionArns == 0 then
    refuse.invalid("A request takes 1 to 20 service revision ARNs.")
  end
  local out, failures = {}, {}
  for _, arn in ipairs(body.serviceRevisionArns) do
    local revision = world.service_revisions[arn]
    if revision then
      out[#out + 1] = revision_view(revision)
    else
      failures[#failures + 1] = { arn = arn, reason = "MISSING" }
    end
  end
  return { serviceRevisions = out, failures = failures }
end

local function has(list, item)
  if values.none(list) then return true end
  for _, other in ipairs(list) do
    if other == item then return true end
  end
  return false
end

function operations.ListServiceDeployments(world, body)
  local service = world.find_service(world, body.cluster, body.service)
  local range = body.createdAt or {}
  local matching = {}
  for i = #service.records, 1, -1 do
    local record = shown(world, service.records[i])
    if record and has(body.status, record.status) and record.created_at >= (range.after or 0)
      and record.created_at <= (range.before or math.huge) then
      matching[#matching + 1] = {
        serviceDeploymentArn = record.arn,
        serviceArn = service.arn,
        clusterArn = service.cluster.arn,
        createdAt = record.created_at,
        startedAt = record.started_at,
        finishedAt = record.finished_at or nil,
        status = record.status,
        statusReason = record.status_reason or nil,
        targetServiceRevisionArn = record.target.arn,
      }
    end
  end
  local page, next_token = values.page(matching, values.from(body), values.page_size(body, 20, 100))
  return { serviceDeployments = page, nextToken = next_token }
end

-- A deployment waits at hooks of the target type PAUSE. Its stages are not simulated: it never stands still there, and
-- goes on or back as it is told.
local function pauses(record)
  for _, hook in ipairs(record.configuration.lifecycleHooks or {}) do
    if hook.targetType == "PAUSE" then return true end
  end
  return false
end

function operations.ContinueServiceDeployment(world, body)
  local record = world.service_deployments[body.serviceDeploymentArn]
  if not record then refuse.raise("ServiceDeploymentNotFoundException", "Service deployment not found.") end
  if record.status ~= "IN_PROGRESS" or not pauses(record) then
    refuse.invalid("The service deployment is not paused at the lifecycle hook %s.", body.hookId)
  end
  if body.action == "ROLLBACK" then
    local service = record.service
    deployments.fail(world, service, service.deployments[1],
      { why = "ECS deployment rollback", reason = "rolled back at a lifecycle hook" }, true)
  end
  return { serviceDeploymentArn = record.arn }
end

function operations.StopServiceDeployment(world, body)
  local record = world.service_deployments[body.serviceDeploymentArn]
  if not record then
    refuse.raise("ServiceDeploymentNotFoundException", "Service deployment not found.")
  elseif body.stopType == "ABORT" and not world.options.stop_abort then
    refuse.raise("UnsupportedFeatureException", "The stop type ABORT is not supported.")
  elseif record.status ~= "IN_PROGRESS" and record.status ~= "PENDING" then
    refuse.raise("ConflictException", "The service deployment is not in a state in which it can be stopped.")
  end
  local service = record.service
  deployments.fail(world, service, service.deployments[1],
    { why = "ECS deployment stop", reason = "stopped by the user" }, body.stopType ~= "ABORT")
  return { serviceDeploymentArn = record.arn }
end

return deployments
