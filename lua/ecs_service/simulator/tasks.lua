-- tasks: one task's life from PROVISIONING to STOPPED, as sim:tasks told it to go.
-- What follows from it for the service is told to world.scheduler (rollout.lua).
local endings = require "ecs_service.simulator.task_outcomes"
local fleet = require "ecs_service.simulator.fleet"
local values = require "ecs_service.simulator.values"

local tasks = {}

-- ECS counts a task without any health check as healthy this long after it is RUNNING.
tasks.SOUND_AFTER = 40
-- DescribeTasks shows stopped tasks for an hour.
local KEPT_SECONDS = 3600
-- A load balancer needs a few checks to give a target up.
local UNHEALTHY_AFTER = 30
local FLAP_AFTER = 60

local function health_check_of(revision, definition)
  for _, container in ipairs(definition.containers) do
    if container.healthCheck and container.essential then
      return "container"
    end
  end
  return not values.none(revision.loadBalancers) and "load balancer" or nil
end

--- Whether the task counts as healthy for the percents of the deployment configuration.
function tasks.sound(task)
  return task.status == "RUNNING" and task.desired == "RUNNING" and task.is_sound
end

--- Whether it is running and, where something checks it, healthy.
--- That is also enough for a task of an older deployment to be worth keeping.
function tasks.ready(task)
  return task.status == "RUNNING" and task.desired == "RUNNING" and (task.is_sound or not task.check)
end

local function forget(task)
  task.cluster.tasks[task.id] = nil
end

local function set_status(task, status)
  task.status = status
  task.version = task.version + 1
end

local function drained(task)
  task.drained = true
  if task.status ~= "STOPPED" then
    set_status(task, "STOPPING")
  end
  task.world.scheduler.changed(task.world, task.service)
end

local function stopped(task)
  local world = task.world
  set_status(task, "STOPPED")
  task.drained = true
  task.stopped_at = world.now
  task.cluster.live = task.cluster.live - 1
  for i, other in ipairs(task.service.live) do
    if other == task then
      table.remove(task.service.live, i)
      break
    end
  end
  world:at(world.now + KEPT_SECONDS, forget, task)
  world.scheduler.changed(world, task.service)
end

--- Ends a task. The service hears of it at once; STOPPED follows after stop_seconds.
---@param ending table {code, reason, container_reason?, exit_code?, containers?}
---@param abrupt boolean|nil the containers are gone already
function tasks.stop(world, task, ending, abrupt)
  if task.desired == "STOPPED" then
    return
  end
  task.desired = "STOPPED"
  task.stopping_at = world.now
  task.stop_code = ending.code
  task.stop_reason = ending.reason
  task.container_reason = ending.container_reason
  task.exit_code = ending.exit_code
  task.container_endings = ending.containers
  task.is_sound = false
  local seconds = abrupt and 0 or world.options.stop_seconds
  if seconds == 0 then
    stopped(task)
    return
  end
  local serves = not values.none(task.revision.loadBalancers) or not values.none(task.revision.serviceRegistries)
  set_status(task, serves and "DEACTIVATING" or "STOPPING")
  world:at(world.now + seconds / 2, drained, task)
  world:at(world.now + seconds, stopped, task)
end

-- The task ends by itself, or the scheduler ends it because it is unhealthy.
local function fail(task)
  if task.desired == "STOPPED" then
    return
  end
  local world = task.world
  local ending = endings.of(task)
  local was_running = task.status == "RUNNING"
  local scheduler = world.scheduler
  if ending.unhealthy then
    task.health = "UNHEALTHY"
    scheduler.unhealthy(world, task.service, task, ending.event)
  elseif ending.event then
    scheduler.says(world, task.service, ending.event)
  end
  tasks.stop(world, task, ending, not ending.unhealthy)
  scheduler.failed(world, task.service, task, (ending.unhealthy and "health") or (was_running and "exit") or "start")
end

local function become_sound(task)
  if task.desired == "RUNNING" and task.status == "RUNNING" then
    task.is_sound = true
    if task.check == "container" then
      task.health = "HEALTHY"
    end
    task.world.scheduler.sound(task.world, task.service, task)
  end
end

local function schedule_end(world, task)
  local rule = task.rule
  if endings.checked(rule) then
    local grace = task.service.config.healthCheckGracePeriodSeconds or 0
    world:at(world.now + grace + (rule.after or UNHEALTHY_AFTER), fail, task)
  elseif task.outcome == "flap" or (task.outcome ~= "running" and rule.after) then
    world:at(world.now + (rule.after or FLAP_AFTER), fail, task)
  elseif rule.script then
    world:at(world.now, fail, task)
  end
end

local function running(task)
  if task.desired == "STOPPED" then
    return
  end
  local world = task.world
  set_status(task, "RUNNING")
  task.started_at = world.now
  if not endings.checked(task.rule) then
    world:at(world.now + (task.check and world.options.health_seconds or tasks.SOUND_AFTER), become_sound, task)
  else
    task.check = task.check or "container"
  end
  schedule_end(world, task)
  world.scheduler.running(world, task.service, task)
end

local function pending(task)
  if task.desired == "RUNNING" then
    set_status(task, "PENDING")
    task.pull_started_at = task.world.now
    task.world.scheduler.touch(task.world, task.service)
  end
end

local function launch_type_of(revision)
  if revision.launchType then
    return revision.launchType
  end
  local first = (revision.capacityProviderStrategy or {})[1]
  local provider = first and first.capacityProvider
  return (provider == "FARGATE" or provider == "FARGATE_SPOT") and "FARGATE" or "EC2"
end
tasks.launch_type_of = launch_type_of

-- Tasks are shared out by base first, then by weight.
local function provider_for(service, revision)
  local strategy = revision.capacityProviderStrategy
  if values.none(strategy) then
    return nil
  end
  local used = {}
  for _, task in ipairs(service.live) do
    if task.desired == "RUNNING" and task.capacity_provider then
      used[task.capacity_provider] = (used[task.capacity_provider] or 0) + 1
    end
  end
  local best, least
  for _, item in ipairs(strategy) do
    local count = used[item.capacityProvider] or 0
    if count < (item.base or 0) then
      return item.capacityProvider
    elseif (item.weight or 0) > 0 then
      local load = (count - (item.base or 0)) / item.weight
      if not least or load < least then
        best, least = item.capacityProvider, load
      end
    end
  end
  return best or strategy[1].capacityProvider
end

local function schedule_start(world, task)
  local seconds = task.rule.start_seconds or world.options.task_start_seconds
  if task.status == "PROVISIONING" then
    world:at(world.now + seconds * 0.3, pending, task)
  end
  if endings.before_start(task.rule) then
    world:at(world.now + seconds * 0.8, fail, task)
  elseif (task.outcome == "exit" or task.outcome == "oom") and not task.rule.after then
    world:at(world.now + seconds, fail, task) -- gone before the agent ever saw it running
  else
    world:at(world.now + seconds, running, task)
  end
end

local function place(world, task, service)
  local cluster = service.cluster
  local zones = { "a", "b", "c" }
  service.placed = (service.placed or 0) + 1
  if task.launch_type ~= "FARGATE" then task.instance = fleet.choose(cluster, service, service.placed) end
  task.zone = world.options.region .. zones[(service.placed - 1) % 3 + 1]
end

--- Starts a task of a deployment or task set.
---@return table|nil task nil when there is no capacity for it
---@return string|boolean|nil words of a script for the event that says so
function tasks.start(world, service, owner)
  local definition = owner.revision.definition
  local cluster = service.cluster
  local rule = world:take_rule({
    service = service.name, cluster = cluster.name, task_definition = definition.short,
    deployment = owner.id, task_set = owner.task_set and owner.id,
  })
  local outcome = rule and rule.outcome or "running"
  cluster.live = cluster.live or 0
  if endings.unplaced(rule) or (world.options.capacity and cluster.live >= world.options.capacity) then
    return nil, endings.unplaced(rule)
  end
  local launch_type = launch_type_of(owner.revision)
  if launch_type ~= "FARGATE" and not fleet.has_room(cluster, service) then return nil end
  local provisions = launch_type == "FARGATE" or owner.revision.networkConfiguration ~= nil
  local task = {
    world = world, service = service, cluster = cluster, owner = owner, revision = owner.revision,
    definition = definition, rule = rule or {}, outcome = outcome, launch_type = launch_type,
    check = health_check_of(owner.revision, definition),
    capacity_provider = provider_for(service, owner.revision),
    id = world:hex(32), started_by = owner.id,
    status = provisions and "PROVISIONING" or "PENDING", desired = "RUNNING", health = "UNKNOWN",
    created_at = world.now, version = 1,
  }
  task.arn = world:arn(("task/%s/%s"):format(cluster.name, task.id))
  place(world, task, service)
  cluster.live = cluster.live + 1
  cluster.tasks[task.id] = task
  cluster.task_ids[#cluster.task_ids + 1] = task.id
  service.live[#service.live + 1] = task
  schedule_start(world, task)
  return task
end

--- Lets a rule of sim:tasks befall a task that runs already.
function tasks.strike(world, task, rule)
  if task.desired ~= "RUNNING" then
    return
  end
  task.outcome, task.rule = rule.outcome, rule
  if rule.outcome == "running" then
    if task.status == "RUNNING" and not task.is_sound then
      world:at(world.now + (task.check and world.options.health_seconds or tasks.SOUND_AFTER), become_sound, task)
    end
  elseif endings.checked(rule) then
    task.is_sound = false
    task.check = task.check or "container"
    world:at(world.now + (rule.after or UNHEALTHY_AFTER), fail, task)
  elseif not endings.unplaced(rule) then
    world:at(world.now + (rule.after or 0), fail, task)
  end
end

return tasks
