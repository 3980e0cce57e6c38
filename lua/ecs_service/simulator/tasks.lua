--- One task's life from PROVISIONING to STOPPED, as sim:tasks told it to go.
--- What follows from it for its service, if it has one, is told to world.scheduler (rollout.lua).
local account_settings = require "ecs_service.simulator.account_settings"
local endings = require "ecs_service.simulator.task_outcomes"
local fleet = require "ecs_service.simulator.fleet"
local task_logs = require "ecs_service.simulator.task_logs"
local task_rules = require "ecs_service.simulator.task_rules"
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
    if container.healthCheck and container.essential then return "container" end
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

--- How many tasks of a service run, are about to, and are either; of those alone that have a member of that value.
---@param service table
---@param member? string "owner", "revision"
---@param value? any
---@return integer running
---@return integer pending
---@return integer total
function tasks.counts(service, member, value)
  local running, pending = 0, 0
  for _, task in ipairs(service.live) do
    if task.desired == "RUNNING" and (member == nil or task[member] == value) then
      if task.status == "RUNNING" then
        running = running + 1
      else
        pending = pending + 1
      end
    end
  end
  return running, pending, running + pending
end

--- Whether a task is to be spared by scaling in and by deployments.
function tasks.is_protected(task)
  return task.protected_until ~= nil and task.protected_until > task.world.now
end

--- The task of an id or ARN in a cluster; nil when there is none, or no more.
function tasks.find(cluster, reference)
  local id = reference:match("[^/]+$")
  local task = cluster.tasks[id or reference]
  if task and reference:sub(1, 4) == "arn:" and task.arn ~= reference then return nil end
  return task
end

--- The failure that an answer has for a task that is not there.
function tasks.missing(world, cluster, reference)
  local arn = reference:sub(1, 4) == "arn:" and reference or world:arn(("task/%s/%s"):format(cluster.name, reference))
  return { arn = arn, reason = "MISSING" }
end

local function tell(task, what, ...)
  if task.service then task.world.scheduler[what](task.world, task.service, ...) end
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
  if task.status ~= "STOPPED" then set_status(task, "STOPPING") end
  tell(task, "changed")
end

local function stopped(task)
  if task.status == "STOPPED" then return end
  local world = task.world
  set_status(task, "STOPPED")
  task.drained = true
  task.stopped_at = world.now
  task.cluster.live = task.cluster.live - 1
  for i, other in ipairs(task.service and task.service.live or {}) do
    if other == task then
      table.remove(task.service.live, i)
      break
    end
  end
  world:at(world.now + KEPT_SECONDS, forget, task)
  tell(task, "changed")
end

--- Ends a task. The service hears of it at once; STOPPED follows after stop_seconds.
---@param ending table {code, reason, container_reason?, exit_code?, containers?}
---@param abrupt boolean|nil the containers are gone already
function tasks.stop(world, task, ending, abrupt)
  if task.desired == "STOPPED" then
    if abrupt then stopped(task) end
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
  task_logs.ended(task)
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

-- The task ends by itself, or the scheduler ends it because it is unhealthy: "If a task is run manually, and not as
-- part of a service, the task will continue its lifecycle regardless of its health status."
local function fail(task)
  if task.desired == "STOPPED" then return end
  local ending = endings.of(task)
  local was_running = task.status == "RUNNING"
  if ending.unhealthy then
    task.health = "UNHEALTHY"
    if not task.service then return end
    tell(task, "unhealthy", task, ending.event)
  elseif ending.event then
    tell(task, "says", ending.event)
  end
  if not was_running and not endings.before_start(task.rule) then task_logs.started(task) end
  tasks.stop(task.world, task, ending, not ending.unhealthy)
  tell(task, "failed", task, (ending.unhealthy and "health") or (was_running and "exit") or "start")
end

local function become_sound(task)
  if task.desired == "RUNNING" and task.status == "RUNNING" then
    task.is_sound = true
    if task.check == "container" then task.health = "HEALTHY" end
    tell(task, "sound", task)
  end
end

-- Unless another rule has befallen the task by then.
local function fail_in(task, seconds)
  local world, rule = task.world, task.rule
  world:at(world.now + seconds, function()
    if task.rule == rule then fail(task) end
  end)
end

local function schedule_end(task)
  local rule = task.rule
  if endings.checked(rule) then
    local grace = task.service and task.service.config.healthCheckGracePeriodSeconds or 0
    fail_in(task, grace + (rule.after or UNHEALTHY_AFTER))
  elseif task.outcome == "flap" or (task.outcome ~= "running" and rule.after) then
    fail_in(task, rule.after or FLAP_AFTER)
  elseif rule.script then
    fail_in(task, 0)
  end
end

local function running(task)
  if task.desired == "STOPPED" then return end
  local world = task.world
  set_status(task, "RUNNING")
  task.started_at = world.now
  task_logs.started(task)
  if not endings.checked(task.rule) then
    world:at(world.now + (task.check and world.options.health_seconds or tasks.SOUND_AFTER), become_sound, task)
  else
    task.check = task.check or "container"
  end
  schedule_end(task)
  tell(task, "running", task)
end

local function pending(task)
  if task.desired == "RUNNING" then
    set_status(task, "PENDING")
    task.pull_started_at = task.world.now
    tell(task, "touch")
  end
end

local function launch_type_of(revision)
  if revision.launchType then return revision.launchType end
  local first = (revision.capacityProviderStrategy or {})[1]
  local provider = first and first.capacityProvider
  return (provider == "FARGATE" or provider == "FARGATE_SPOT") and "FARGATE" or "EC2"
end
tasks.launch_type_of = launch_type_of

-- Tasks are shared out by base first, then by weight. `live`: the tasks among which they are.
local function provider_for(live, revision)
  local strategy = revision.capacityProviderStrategy
  if values.none(strategy) then return nil end
  local used = {}
  for _, task in ipairs(live) do
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
      if not least or load < least then best, least = item.capacityProvider, load end
    end
  end
  return best or strategy[1].capacityProvider
end

local function schedule_start(world, task)
  local seconds = task.rule.start_seconds or world.options.task_start_seconds
  if task.status == "PROVISIONING" then world:at(world.now + seconds * 0.3, pending, task) end
  if endings.before_start(task.rule) then
    fail_in(task, seconds * 0.8)
  elseif (task.outcome == "exit" or task.outcome == "oom") and not task.rule.after then
    fail_in(task, seconds) -- gone before the agent ever saw it running
  else
    world:at(world.now + seconds, running, task)
  end
end

-- Tasks go round the instances and zones, those of a service among themselves.
local function place(world, task, what, joined)
  local round = task.service or task.cluster
  local zones = { "a", "b", "c" }
  round.placed = (round.placed or 0) + 1
  if task.launch_type ~= "FARGATE" then
    task.instance = what.instance or fleet.choose(task.cluster, joined, task.definition, round.placed)
  end
  task.zone = world.options.region .. zones[(round.placed - 1) % 3 + 1]
end

-- What becomes of a task: what a rule says; without a word on it a service's task goes on, and another one ends well.
local function fate(world, rule, service)
  if rule and rule.outcome then return rule.outcome, rule end
  local out = {}
  for name, value in pairs(rule or {}) do out[name] = value end
  if service then return "running", out end
  out.exit_code, out.after = 0, world.options.task_seconds
  return "exit", out
end

--- Starts a task.
---@param what table cluster, revision {definition, launchType, capacityProviderStrategy, networkConfiguration, …},
---  about (what rules of sim:tasks go by), started_by, group, tags, exec, live (the tasks that it joins); for one of a
---  service also service and owner; for one that is not, overrides, constraints and instance
---@return table|nil task nil when there is no capacity for it
---@return table|nil rule that says so
function tasks.launch(world, what)
  local cluster, revision, definition = what.cluster, what.revision, what.revision.definition
  local rule = task_rules.take(world, what.about)
  cluster.live = cluster.live or 0
  if endings.unplaced(rule) or (world.options.capacity and cluster.live >= world.options.capacity) then
    return nil, rule
  end
  local launch_type = launch_type_of(revision)
  local joined = what.service or { live = what.live, config = { placementConstraints = what.constraints } }
  local free = launch_type == "FARGATE" or what.instance or fleet.has_room(cluster, joined, definition)
  if not free then return nil end
  local provisions = launch_type == "FARGATE" or revision.networkConfiguration ~= nil
  local outcome, words = fate(world, rule, what.service)
  local task = {
    world = world, service = what.service, cluster = cluster, owner = what.owner, revision = revision,
    about = what.about, definition = definition, rule = words, outcome = outcome, launch_type = launch_type,
    check = health_check_of(revision, definition), capacity_provider = provider_for(what.live, revision),
    id = world:hex(32), started_by = what.started_by, group = what.group, tags = what.tags, exec = what.exec,
    overrides = what.overrides, status = provisions and "PROVISIONING" or "PENDING", desired = "RUNNING",
    health = "UNKNOWN", created_at = world.now, version = 1,
  }
  local short = account_settings.value(world, "taskLongArnFormat") == "disabled"
  task.arn = world:arn("task/" .. (short and "" or cluster.name .. "/") .. task.id)
  place(world, task, what, joined)
  cluster.live = cluster.live + 1
  cluster.tasks[task.id] = task
  cluster.task_ids[#cluster.task_ids + 1] = task.id
  what.live[#what.live + 1] = task
  schedule_start(world, task)
  return task
end

--- The tags of a task that begins, as they are copied to it: what changes at their source later does not reach it.
---@param source table {tags, propagateTags, enableECSManagedTags}
---@param service table|nil
function tasks.tags_of(source, cluster, definition, service)
  local out = values.copy(source.tags or {})
  local function add(list)
    for _, tag in ipairs(list) do
      local known
      for _, own in ipairs(out) do known = known or own.key == tag.key end
      if not known then out[#out + 1] = { key = tag.key, value = tag.value or "" } end
    end
  end
  if source.propagateTags == "SERVICE" and service then
    add(service.tags)
  elseif source.propagateTags == "TASK_DEFINITION" then
    add(definition.tags)
  end
  if source.enableECSManagedTags then
    add { { key = "aws:ecs:clusterName", value = cluster.name } }
    if service then add { { key = "aws:ecs:serviceName", value = service.name } } end
  end
  return out
end

--- Starts a task of a deployment or task set.
---@return table|nil task nil when there is no capacity for it
---@return string|boolean|nil words of a script for the event that says so
function tasks.start(world, service, owner)
  local definition, cluster, config = owner.revision.definition, service.cluster, service.config
  local source = { propagateTags = config.propagateTags, enableECSManagedTags = config.enableECSManagedTags }
  local task, rule = tasks.launch(world, {
    cluster = cluster, revision = owner.revision, service = service, owner = owner, live = service.live,
    about = { service = service.name, cluster = cluster.name, definition = definition, deployment = owner.id },
    started_by = owner.id, group = "service:" .. service.name, exec = config.enableExecuteCommand or false,
    tags = tasks.tags_of(source, cluster, definition, service),
  })
  return task, not task and endings.unplaced(rule) or nil
end

--- What rules of sim:tasks go by: of a task that a rollback took over, the deployment that it is of now.
function tasks.about(task)
  if task.owner then task.about.deployment = task.owner.id end
  return task.about
end

--- Lets a rule of sim:tasks befall a task that runs already.
function tasks.strike(world, task, rule)
  if task.desired ~= "RUNNING" then return end
  task_logs.write(task, rule.log)
  if not rule.outcome then return end
  task.outcome, task.rule = rule.outcome, rule
  if rule.outcome == "running" then
    if task.status == "RUNNING" and not task.is_sound then
      world:at(world.now + (task.check and world.options.health_seconds or tasks.SOUND_AFTER), become_sound, task)
    end
  elseif endings.checked(rule) then
    task.is_sound = false
    task.check = task.check or "container"
    fail_in(task, rule.after or UNHEALTHY_AFTER)
  elseif not endings.unplaced(rule) then
    fail_in(task, rule.after or 0)
  end
end

return tasks
