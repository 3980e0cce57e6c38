--- Deployments: how one begins, is completed, fails, and is rolled back, and what its service deployment tells of it.
local events = require "ecs_service.simulator.events"
local hooks = require "ecs_service.simulator.hooks"
local stages = require "ecs_service.simulator.stages"
local task_definitions = require "ecs_service.simulator.task_definitions"
local values = require "ecs_service.simulator.values"

local deployments = {}

-- A rollback to tasks that still run has nothing to start; it is watched this long before it is COMPLETED.
local ROLLBACK_SECONDS = 40
local NO_CANDIDATE = "No rollback candidate was found to run the rollback"

--- Members of a service that a service revision holds. A change of one starts a new deployment, but for the launch
--- type, the capacity provider strategy, monitoring and gateway connectors, which wait for the next.
deployments.REVISION = {
  "taskDefinition", "launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration",
  "loadBalancers", "serviceRegistries", "serviceConnectConfiguration", "volumeConfigurations",
  "vpcLatticeConfigurations", "monitoring", "gatewayConnectors",
}

local function snapshot(world, service, source, shifts)
  local revision = {
    id = world:digits(19),
    created_at = world.now,
    service = service,
    definition = task_definitions.find(world, service.config.taskDefinition),
  }
  revision.arn = world:arn(("service-revision/%s/%s/%s"):format(service.cluster.name, service.name, revision.id))
  for _, name in ipairs(deployments.REVISION) do revision[name] = values.copy(service.config[name]) end
  revision.groups = stages.target_groups(revision.loadBalancers, source, shifts)
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

--- A service deployment as reads show it; nil while they do not show it at all.
function deployments.shown(world, record)
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

local function cut_short(world, deployment, reason)
  stages.abandon(world, deployment.record, false, alter)
  finish(world, deployment.record, "STOPPED", reason, true)
end

-- One that only cleans up has the traffic: it is through. Any other one goes no further.
local function supersede(world, service, previous)
  if not previous or previous.rollout_state ~= "IN_PROGRESS" then
    return
  elseif stages.is_cleaning(previous) then
    deployments.complete(world, service, previous)
  else
    cut_short(world, previous, "Service deployment was stopped because a new service deployment was started.")
  end
end

--- The service is being deleted: its deployment goes no further.
function deployments.end_with_service(world, service)
  local deployment = service.deployments[1]
  if deployment and deployment.rollout_state == "IN_PROGRESS" then
    cut_short(world, deployment, "Service deployment was stopped because the service is being deleted.")
  end
end

-- The deployment whose tasks serve: that of the revision that was last COMPLETED, whether it still has any or not.
local function serving(service)
  local last = service.last_completed
  if not last then return nil end
  for _, deployment in ipairs(service.deployments) do
    if deployment.revision == last.revision then return deployment end
  end
  service.deployments[#service.deployments + 1] = last
  return last
end

--- Starts a deployment of what the service's configuration says now.
function deployments.begin(world, service)
  world:decide(service, "begun")
  local previous = service.deployments[1]
  supersede(world, service, previous)
  local source = service.last_completed and service.last_completed.revision or previous and previous.revision
  local shifts = stages.apply(service.config.deploymentConfiguration)
  local revision = snapshot(world, service, source, shifts)
  local deployment = make(world, service, revision, revision.id)
  deployment.record = new_record(world, service, deployment.revision, source)
  deployment.record.watches = deployment.alarms
  deployment.reason = ("ECS deployment %s in progress."):format(deployment.id)
  local blue = shifts and serving(service)
  put_first(world, service, deployment)
  if shifts then stages.begin(world, service, deployment, blue or nil, #service.deployments > 2, alter) end
  return deployment
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

-- A deployment in stages that cannot go back says so; any other one is just STOPPED.
local function give_up(world, record, reason, back)
  if back and record.stage then
    alter(world, record, { rollback = { reason = record.status_reason, started_at = world.now } })
    finish(world, record, "ROLLBACK_FAILED", NO_CANDIDATE)
  else
    finish(world, record, "STOPPED", reason, true)
  end
end

--- The deployment fails; it launches nothing more.
---@param cause table {why = what the state says it is, reason = why it failed, status = what a service deployment in
---  stages says of it, there and in the event}
function deployments.fail(world, service, deployment, cause, rollback)
  deployment.rollout_state = "FAILED"
  deployment.reason = ("%s: %s."):format(cause.why, cause.reason)
  deployment.updated_at = world.now
  local record = deployment.record
  local back = rollback and service.last_completed
  local reason = deployment.stages and cause.status or deployment.reason
  world:decide(service, "failed", deployment.id)
  local told = deployment.stages and cause.status or cause.reason .. "."
  events.add(world, service, ("(deployment %s) deployment failed: %s"):format(deployment.id, told))
  alter(world, record, { status_reason = reason })
  if deployment.stages then stages.abandon(world, record, not back, alter) end
  if deployment.rolls_back then
    finish(world, record, "ROLLBACK_FAILED", deployment.reason)
  elseif back then
    roll_back(world, service, deployment, cause.why)
  else
    give_up(world, record, reason, rollback)
  end
  world.scheduler.soon(world, service, world.scheduler.SCHEDULER_SECONDS)
end

--- Goes on to the next stages of a deployment, as far as it can by now.
---@return number|nil seconds after which to look again
function deployments.advance(world, service, deployment, is_up)
  local cause, seconds = stages.advance(world, service, deployment, is_up, alter)
  if not cause then return seconds end
  deployments.fail(world, service, deployment, cause, true)
  return nil
end

--- Answers the pause of an id: the deployment goes on, or back. False when none of that id waits.
function deployments.answer_pause(world, record, id, action)
  local answered, pause = hooks.answer(record.hooks or {}, id, action == "ROLLBACK" and "FAILED" or "SUCCEEDED")
  if not answered then return false end
  local service = record.service
  alter(world, record, { hooks = answered })
  if action == "ROLLBACK" then
    deployments.fail(world, service, service.deployments[1], stages.cause("ROLLBACK", pause), true)
  else
    world.scheduler.soon(world, service, 0)
  end
  return true
end

--- Fails the deployment when the circuit breaker is on and as many tasks failed as it bears.
function deployments.check_breaker(world, service, deployment, wanted)
  local breaker = service.config.deploymentConfiguration.deploymentCircuitBreaker
  if not breaker or not breaker.enable or deployment.rollout_state ~= "IN_PROGRESS"
    or stages.is_cleaning(deployment) then
    return
  end
  if deployment.failed_tasks >= deployments.threshold(breaker, wanted) then
    deployment.record.breaker_triggered = true
    deployments.fail(world, service, deployment,
      { why = "ECS deployment circuit breaker", reason = "tasks failed to start",
        status = "Service deployment rolled back because the circuit breaker threshold was exceeded." },
      breaker.rollback)
  end
end

--- An alarm went into ALARM: fails the deployment that watches it.
function deployments.on_alarm(world, service, name)
  local deployment = service.deployments[1]
  if service.status ~= "ACTIVE" or not deployment or deployment.rollout_state ~= "IN_PROGRESS"
    or not deployment.alarms or stages.is_cleaning(deployment) then
    return
  end
  for _, watched in ipairs(deployment.alarms.alarmNames) do
    if watched == name then
      deployment.record.triggered = deployment.record.triggered or {}
      table.insert(deployment.record.triggered, name)
      deployments.fail(world, service, deployment,
        { why = "ECS deployment alarm", reason = "alarm detected",
          status = "Service deployment rolled back because an alarm was triggered." }, deployment.alarms.rollback)
      return
    end
  end
end

return deployments
