--- Service deployments and service revisions as they are answered; StopServiceDeployment, ContinueServiceDeployment.
local deployments = require "ecs_service.simulator.deployments"
local hooks = require "ecs_service.simulator.hooks"
local refuse = require "ecs_service.simulator.api_error"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local records = {}
local operations = {}
records.operations = operations

--- {arn, requestedTaskCount, runningTaskCount, pendingTaskCount} of a revision.
function records.summary(world, service, revision)
  local running, pending = tasks.counts(service, "revision", revision)
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

-- Where ECS wants the traffic of a deployment in stages: on its target, and the rest on its source.
local function weighed(summary, record, is_target)
  if not record.stage then return summary end
  local test, production = record.test_weight, record.production_weight
  local tests = test > 0 -- there is no test traffic before it is shifted
  summary.requestedTestTrafficWeight = is_target and test or tests and 100 - test or 0
  summary.requestedProductionTrafficWeight = is_target and production or 100 - production
  return summary
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
    sourceServiceRevisions = record.source
      and { weighed(records.summary(world, service, record.source), record, false) } or {},
    targetServiceRevision = weighed(records.summary(world, service, record.target), record, true),
    status = record.status,
    statusReason = record.status_reason or nil,
    lifecycleStage = record.stage or nil,
    lifecycleHookDetails = record.hooks and record.hooks[1] and hooks.view(record.hooks) or nil,
    deploymentConfiguration = values.copy(record.configuration),
    deploymentCircuitBreaker = breaker_view(service, record),
    alarms = alarms_view(record),
    rollback = rollback and { reason = rollback.reason, startedAt = rollback.started_at,
      serviceRevisionArn = rollback.revision and rollback.revision.arn } or nil,
  }
end

-- Which target groups serve, where ECS chooses between two of them or has just one.
local function resolved(revision)
  local list = {}
  for i, balancer in ipairs(revision.loadBalancers or {}) do
    local advanced = balancer.advancedConfiguration or {}
    if balancer.targetGroupArn then
      list[#list + 1] = { targetGroupArn = revision.groups and revision.groups[i] or balancer.targetGroupArn,
        productionListenerRule = advanced.productionListenerRule }
    end
  end
  return list[1] and { loadBalancers = list } or nil
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
    resolvedConfiguration = resolved(revision),
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
    record = record and deployments.shown(world, record)
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
    local record = deployments.shown(world, service.records[i])
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

function operations.ContinueServiceDeployment(world, body)
  local record = world.service_deployments[body.serviceDeploymentArn]
  if not record then refuse.raise("ServiceDeploymentNotFoundException", "Service deployment not found.") end
  if record.status ~= "IN_PROGRESS" or not deployments.answer_pause(world, record, body.hookId, body.action) then
    refuse.invalid("The service deployment is not paused at the lifecycle hook %s.", body.hookId)
  end
  return { serviceDeploymentArn = record.arn }
end

function operations.StopServiceDeployment(world, body)
  local record = world.service_deployments[body.serviceDeploymentArn]
  if not record then
    refuse.raise("ServiceDeploymentNotFoundException", "Service deployment not found.")
  elseif body.stopType == "ABORT" and not world.options.stop_abort then
    refuse.raise("UnsupportedFeatureException", "The stop type ABORT is not supported.")
  elseif record.status ~= "IN_PROGRESS" and record.status ~= "PENDING" or record.stage == "CLEAN_UP" then
    refuse.raise("ConflictException", "The service deployment is not in a state in which it can be stopped.")
  end
  local service, goes_back = record.service, body.stopType ~= "ABORT"
  deployments.fail(world, service, service.deployments[1], { why = "ECS deployment stop",
    reason = "stopped by the user", status = goes_back
      and "Service deployment rolled back because it was stopped by the user."
      or "Service deployment stopped by the user." }, goes_back)
  return { serviceDeploymentArn = record.arn }
end

return records
