-- A model of how ECS rolls out a service, for judging what the module says about it: services, deployments and tasks in
-- steps of one second. It is made from the API's documentation alone and shares nothing with ecs_service.simulator,
-- so that a fact misread in one of them is not misread in the other. What of it can be seen from outside, and when,
-- is the business of rollout_view.lua and rollout_transport.lua; what was true, rollout_judge.lua asks here.
local tasks = require "support.rollout_tasks"

local model = {}

local live, number, tell = tasks.live, tasks.number, tasks.tell

local ARN = "arn:aws:ecs:us-west-2:123456789012:"
model.ARN, model.CLUSTER = ARN, "prod"

local World = {}
World.__index = World

--- Options: random, start (ECS's time), picture (of rollout_view.painter), fates = { ["web:2"] = what becomes of its
--- tasks }, rollback_fate, and what differs between editions and days of ECS:
---   eager           old tasks are stopped down to the minimum at once, not only when there is no room for new ones
---   replace_old     an old task that ends by itself is replaced by one of its own revision (ECS since November 2025)
---   reuse           a rollback makes the former deployment PRIMARY again, if it is still listed
---   crash_counts    a task that ends before it was healthy counts as failed also when it was RUNNING
---   records_stop    the service deployment of what is superseded becomes STOPPED
---   numbered        targetServiceRevisionArn carries the number of ecs-svc/NUMBER
---   success_while_draining  COMPLETED while old tasks still drain
---   rollback_delay, settle, drain, bake, inactive_seconds, capacity_at: seconds; stop_words: of World:stop
--- A fate: { kind = "ok" | "fail" | "exit" | "unhealthy" | "mixed", start, jitter, health, dies, share, bad }.
function model.new(options)
  local world = setmetatable({ now = options.start, step = math.floor(options.start) + 1, options = options,
    random = options.random, services = {}, actions = {} }, World)
  return world
end

function model.definition(name)
  return name:find("^arn:") and name or ARN .. "task-definition/" .. name
end

local function record_says(world, deployment, status, reason)
  local record = deployment.record
  if record then table.insert(record.says, { at = world.now, status = status, reason = reason }) end
end

-- The service deployment of a deployment: a rollback is a phase of the one that failed, not one of its own
-- (DescribeServiceDeployments: status ROLLBACK_…, rollback.serviceRevisionArn).
local function new_record(world, service, deployment)
  local record = { created = world.now, id = number(world), says = {}, deployment = deployment,
    number = world.options.numbered ~= false and deployment.number or number(world) }
  record.arn = ("%sservice-deployment/%s/%s/%s"):format(ARN, model.CLUSTER, service.name, record.id)
  table.insert(service.records, record)
  deployment.record = record
  record_says(world, deployment, "IN_PROGRESS")
end

local function begin(world, service, definition, by)
  local former = service.deployments[1]
  if former then former.status, former.kept = "ACTIVE", (live(former)) end
  local deployment = { number = number(world), definition = definition, status = "PRIMARY", state = "IN_PROGRESS",
    created = world.now, updated = world.now, failed = 0, by = by, tasks = {}, launch_at = world.now, kept = 0 }
  deployment.id = "ecs-svc/" .. deployment.number
  deployment.reason = ("ECS deployment %s in progress."):format(deployment.id)
  table.insert(service.deployments, 1, deployment)
  table.insert(service.all, deployment)
  service.definition, service.dirty = definition, true
  return deployment, former
end

-- Someone's new deployment: what was under way is superseded.
local function deploy(world, service, definition, by)
  local deployment, former = begin(world, service, definition, by)
  service.rollback = nil
  for _, older in ipairs(service.all) do
    if older ~= deployment then older.superseded_at = older.superseded_at or world.now end
  end
  local under_way = former and former.record and former.state == "IN_PROGRESS" and not former.rollback_of
  if under_way and world.options.records_stop then
    record_says(world, former, "STOPPED", "Service deployment was superseded by a newer one.")
  end
  new_record(world, service, deployment)
  return deployment
end

local NAMES = { "launchType", "platformVersion", "loadBalancers", "serviceRegistries", "role", "networkConfiguration",
  "placementConstraints", "placementStrategy", "healthCheckGracePeriodSeconds", "schedulingStrategy",
  "enableECSManagedTags", "propagateTags", "enableExecuteCommand", "deploymentController", "capacityProviderStrategy",
  "availabilityZoneRebalancing", "deploymentConfiguration", "tags" }

local function take(service, input)
  for _, name in ipairs(NAMES) do
    if input[name] ~= nil then service.given[name] = input[name] end
  end
end

-- CreateService; `by` is "us" or "them".
function World:create(input, by)
  local service = { name = input.serviceName, status = "ACTIVE", created = self.now, desired = input.desiredCount or 0,
    token = input.clientToken, given = {}, deployments = {}, all = {}, tasks = {}, events = {}, records = {},
    history = {}, evens = {} }
  service.arn = ("%sservice/%s/%s"):format(ARN, model.CLUSTER, service.name)
  take(service, input)
  service.daemon = input.schedulingStrategy == "DAEMON"
  service.controller = (input.deploymentController or {}).type or "ECS"
  if service.daemon then service.desired = self.options.instances or 2 end
  service.former = self.services[service.name]
  self.services[service.name] = service
  if service.controller == "ECS" then deploy(self, service, model.definition(input.taskDefinition), by) end
  return service
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in pairs(a) do if not same(value, b[key]) then return false end end
  for key in pairs(b) do if a[key] == nil then return false end end
  return true
end

-- UpdateService. A new deployment for forceNewDeployment, or when what its documentation names differs.
function World:update(service, input, by)
  local definition = input.taskDefinition and model.definition(input.taskDefinition) or service.definition
  local starts = input.forceNewDeployment or definition ~= service.definition
  for _, name in ipairs { "networkConfiguration", "platformVersion", "loadBalancers", "serviceRegistries" } do
    starts = starts or input[name] ~= nil and not same(input[name], service.given[name])
  end
  take(service, input)
  if input.desiredCount and not service.daemon then service.desired = input.desiredCount end
  service.dirty = true
  if starts and service.controller == "ECS" then return deploy(self, service, definition, by) end
end

-- DeleteService, with force.
function World:delete(service)
  service.status, service.desired, service.deleted_at, service.dirty = "DRAINING", 0, self.now, true
end

-- What a rollback goes back to: the last one that was completed (DeploymentCircuitBreaker: "the last service deployment
-- that completed successfully").
local function fail(world, service, deployment, cause, rollback, words)
  deployment.state, deployment.failed_at, deployment.cause = "FAILED", world.now, cause
  deployment.reason, deployment.updated, service.dirty = words.reason, world.now, true
  if words.event then
    tell(service, world, ("(deployment %s) deployment failed: %s"):format(deployment.id, words.event))
  end
  local source = service.completed
  if deployment.rollback_of then
    record_says(world, deployment.rollback_of, "ROLLBACK_FAILED", "Rollback failed: " .. words.record)
  elseif rollback and source then
    record_says(world, deployment, "ROLLBACK_IN_PROGRESS", words.record)
    deployment.rolls_back_to = source
    service.rollback = { at = world.now + world.options.rollback_delay, from = deployment, to = source, words = words }
  else
    record_says(world, deployment, "STOPPED", words.record)
  end
end

local function roll_back(world, service)
  local rollback = service.rollback
  service.rollback = nil
  local from, to = rollback.from, rollback.to
  local deployment, listed = to, nil
  for i, other in ipairs(service.deployments) do if other == to then listed = i end end
  if world.options.reuse and listed then
    table.remove(service.deployments, listed)
    table.insert(service.deployments, 1, to)
    from.status, to.status, to.state, to.updated = "ACTIVE", "PRIMARY", "IN_PROGRESS", world.now
    to.steady_at, service.definition = nil, to.definition
  else
    deployment = begin(world, service, to.definition, "ecs")
  end
  deployment.rollback_of, from.rollback_at, from.rollback_deployment = from, world.now, deployment
  deployment.reason, from.rollback_words = rollback.words.back:format(to.id), rollback.words.back
  tell(service, world, ("rolling back to deployment %s."):format(to.id))
end

local BREAKER = { reason = "ECS deployment circuit breaker: tasks failed to start.", event = "tasks failed to start.",
  record = "Service deployment rolled back because the circuit breaker threshold was exceeded.",
  back = "ECS deployment circuit breaker: rolling back to deploymentId %s." }
local ALARM = { reason = "ECS deployment failed: alarm detected.", event = "alarm detected.",
  record = "Service deployment rolled back because alarm(s) errors went off.",
  back = "ECS deployment alarm: rolling back to deploymentId %s." }

-- StopServiceDeployment by someone. How ECS words it in reasons and events is not documented: it differs between runs.
function World:stop(service, how)
  local deployment = service.deployments[1]
  if not deployment or deployment.state ~= "IN_PROGRESS" or deployment.rollback_of then return false end
  local words = self.options.stop_words
  record_says(self, deployment, how == "ABORT" and "STOP_REQUESTED" or "ROLLBACK_REQUESTED",
    "Service deployment was stopped by user request.")
  fail(self, service, deployment, how == "ABORT" and "abort" or "stop", how == "ROLLBACK", {
    reason = words.reason, event = words.event and "deployment was stopped by user request." or nil,
    record = "Service deployment was stopped by user request.", back = words.back })
  return true
end

local function watch(world, service, primary)
  local config = service.given.deploymentConfiguration or {}
  local breaker, alarms = config.deploymentCircuitBreaker or {}, config.alarms or {}
  if primary.state ~= "IN_PROGRESS" then return end
  local threshold = math.min(200, math.max(3, math.ceil(service.desired * 0.5)))
  if breaker.enable and primary.failed >= threshold and not primary.ever_healthy then
    fail(world, service, primary, "breaker", breaker.rollback, BREAKER)
  elseif alarms.enable and not primary.rollback_of and world.alarm_until and world.now < world.alarm_until then
    fail(world, service, primary, "alarm", alarms.rollback, ALARM)
  end
end

local function totals(service)
  local all, healthy = 0, 0
  for _, deployment in ipairs(service.deployments) do
    local count, well = live(deployment)
    all, healthy = all + count, healthy + well
  end
  return all, healthy
end

local function stop_some(world, service, deployment, count, reason)
  local ids = {}
  for _, want_healthy in ipairs { false, true } do
    for _, task in ipairs(deployment.tasks) do
      if #ids < count and not task.stopping and (task.healthy ~= nil) == want_healthy then
        tasks.stop(world, service, deployment, task, "ServiceSchedulerInitiated", reason)
        ids[#ids + 1] = ("(task %s)"):format(task.id)
      end
    end
  end
  if #ids > 0 then
    tell(service, world, ("has stopped %d running tasks: %s."):format(#ids, table.concat(ids, " ")))
  end
  return #ids
end

local function percents(service)
  local config = service.given.deploymentConfiguration or {}
  local least = config.minimumHealthyPercent or (service.daemon and 0 or 100)
  local most = service.daemon and 100 or config.maximumPercent or 200
  return math.ceil(service.desired * least / 100), math.floor(service.desired * most / 100)
end
model.percents = percents

-- At least the minimum stay RUNNING and healthy, at most the maximum are RUNNING or PENDING.
local function schedule(world, service, primary)
  local least, most = percents(service)
  local all, healthy = totals(service)
  local reason = "Scaling activity initiated by (deployment " .. primary.id .. ")"
  local mine, well = live(primary)
  local placed = not world.options.capacity_at or world.now >= world.began + world.options.capacity_at
  if primary.state ~= "FAILED" and placed and world.now >= primary.launch_at then
    local count = math.min(service.desired - mine, most - all)
    if count > 0 then
      tasks.launch(world, service, primary, count)
      primary.launch_at = world.now + math.min(30, primary.failed * 2)
      all = all + count
    end
  elseif not placed and world.now - (service.placed_told or 0) > 60 then
    service.placed_told = world.now
    tell(service, world, "was unable to place a task because no container instance met all of its requirements.")
  end
  if mine > service.desired then
    stop_some(world, service, primary, mine - service.desired, reason)
  end
  local blocked = service.desired > mine and all >= most
  local surplus = healthy - ((world.options.eager or blocked) and least or service.desired)
  if primary.state == "FAILED" then surplus = 0 end
  for i = #service.deployments, 2, -1 do
    local older = service.deployments[i]
    local count = live(older)
    if world.options.replace_old and older.kept > count and world.now >= (older.replace_at or 0) then
      tasks.launch(world, service, older, older.kept - count)
    elseif not world.options.replace_old then
      older.kept = count
    end
    local ends = well >= service.desired and count or math.min(count, math.max(0, surplus))
    if ends > 0 and primary.state ~= "FAILED" then
      surplus = surplus - stop_some(world, service, older, ends, reason)
      older.kept = older.kept - ends
    end
  end
end

local function completes(world, service, primary)
  local draining = false
  for i = #service.deployments, 2, -1 do
    local older = service.deployments[i]
    if #older.tasks == 0 then
      older.status = "INACTIVE"
      table.remove(service.deployments, i)
      service.dirty = true
    elseif live(older) > 0 then
      return false
    else
      draining = true
    end
  end
  local count, healthy = live(primary)
  if draining and not world.options.success_while_draining then return false end
  return primary.state ~= "FAILED" and count == service.desired and healthy == service.desired
end

local function steady(world, service, primary)
  if primary.state == "COMPLETED" then return end
  primary.steady_at = primary.steady_at or world.now
  local alarms = (service.given.deploymentConfiguration or {}).alarms or {}
  local bake = alarms.enable and not primary.rollback_of and world.options.bake or world.options.settle
  if world.now < primary.steady_at + bake then return end
  primary.state, primary.updated = "COMPLETED", world.now
  primary.completed_at = primary.completed_at or world.now
  primary.reason = ("ECS deployment %s completed."):format(primary.id)
  if not primary.rollback_of then service.completed = primary end
  tell(service, world, ("(deployment %s) deployment completed."):format(primary.id))
  tell(service, world, "has reached a steady state.")
  if primary.rollback_of then
    record_says(world, primary.rollback_of, "ROLLBACK_SUCCESSFUL", "Rollback completed.")
  else
    record_says(world, primary, "SUCCESSFUL")
  end
end

local function drain(world, service)
  local left = 0
  for _, deployment in ipairs(service.deployments) do
    for _, task in ipairs(deployment.tasks) do
      left = left + 1
      if not task.stopping then
        tasks.stop(world, service, deployment, task, "ServiceSchedulerInitiated", "Service is being deleted")
      end
    end
  end
  if left == 0 then
    service.status, service.inactive_at, service.dirty = "INACTIVE", world.now, true
    service.deployments = {}
  end
end

-- When as many ran as were desired, and when the newest deployment had enough healthy tasks to serve.
local function note(world, service, primary)
  local count, healthy, pending = live(primary)
  if healthy >= math.max(1, (percents(service))) and not primary.served_at then primary.served_at = world.now end
  if #service.deployments > 1 or pending > 0 or count ~= service.desired then
    service.uneven = true
  else
    local last = service.evens[#service.evens]
    if service.uneven or not last then
      last = { from = world.now }
      table.insert(service.evens, last)
    end
    last.to, service.uneven = world.now, false
    if primary.state == "COMPLETED" then primary.settled_at = primary.settled_at or world.now end
  end
end

local function tick(world, service)
  for _, deployment in ipairs(service.deployments) do tasks.age(world, service, deployment) end
  if service.status == "DRAINING" then return drain(world, service) end
  if service.status ~= "ACTIVE" or service.controller ~= "ECS" then return end
  local primary = service.deployments[1]
  watch(world, service, primary)
  if service.rollback and world.now >= service.rollback.at then
    roll_back(world, service)
    primary = service.deployments[1]
  end
  schedule(world, service, primary)
  if completes(world, service, primary) then
    steady(world, service, primary)
  elseif primary.state == "IN_PROGRESS" then
    primary.steady_at = nil
  end
  note(world, service, primary)
end

-- The service as it is now is kept when it differs from what was kept last: readers may see it later.
function World:keep(service)
  if service.dirty then
    service.dirty = false
    table.insert(service.history, { at = self.now, view = self.options.picture(service) })
  end
end

--- Lets the time go to `to`, in steps; what was planned by `at` happens between them.
function World:advance(to)
  while self.step <= to do
    self.now = self.step
    self.step = self.step + 1
    for i = #self.actions, 1, -1 do
      if self.now >= self.actions[i].at then table.remove(self.actions, i).act(self) end
    end
    for _, service in pairs(self.services) do
      tick(self, service)
      self:keep(service)
    end
  end
  self.now = math.max(self.now, to)
end

--- Plans what someone else, or the world, does at a time.
function World:at(at, act) table.insert(self.actions, { at = at, act = act }) end

--- A running task ends by itself: retired, crashed, its host lost.
function World:lose_task(service, deployment, reason)
  for _, task in ipairs(deployment.tasks) do
    if task.running and not task.stopping then
      deployment.replace_at = self.now + self.random.int(1, 3)
      tasks.stop(self, service, deployment, task, "TerminationNotice", reason, true)
      return true
    end
  end
end

return model
