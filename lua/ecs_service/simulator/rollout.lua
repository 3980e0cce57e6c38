--- The service scheduler. It keeps the wanted number of tasks, replaces those of older deployments within
--- minimumHealthyPercent and maximumPercent, and decides when a deployment is COMPLETED or has FAILED.
local deployments = require "ecs_service.simulator.deployments"
local events = require "ecs_service.simulator.events"
local stages = require "ecs_service.simulator.stages"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local rollout = {}

-- The scheduler looks at a service a moment after it was told to.
rollout.SCHEDULER_SECONDS = 1
-- Tasks that cannot be started are tried again after 5, 10, 20, … seconds, 27 minutes at most.
local BACKOFF_SECONDS, BACKOFF_MOST = 5, 1620
-- From this pause on ECS calls it "unable to consistently start tasks".
local BACKOFF_WARNING = 40

local reconcile

local function run(service)
  local world = service.world
  if service.due and service.due <= world.now then
    service.due = nil
    reconcile(world, service)
  end
end

--- Has the scheduler look at the service in `seconds`, or before.
function rollout.soon(world, service, seconds)
  local time = world.now + seconds
  if service.due and service.due <= time and service.due >= world.now then return end
  service.due = time
  world:at(time, run, service)
end

--- The number of tasks that the service should have.
function rollout.wanted(service)
  if service.status ~= "ACTIVE" then
    return 0
  elseif service.config.schedulingStrategy == "DAEMON" then
    return service.cluster.instances
  end
  return service.config.desiredCount or 0
end

-- minimumHealthyPercent is rounded up, maximumPercent down.
local function limits(service, wanted)
  local configuration = service.config.deploymentConfiguration
  if stages.apply(configuration) then return wanted, 2 * wanted end
  return math.ceil(wanted * configuration.minimumHealthyPercent / 100),
    math.floor(wanted * configuration.maximumPercent / 100)
end

local function census(service)
  local counts = { total = 0, ready = 0, stopping = 0, by = {} }
  local function of(owner)
    local own = counts.by[owner]
    if not own then
      own = { tasks = {}, evicted = {}, running = 0, ready = 0, sound = 0, undrained = 0 }
      counts.by[owner] = own
    end
    return own
  end
  for _, owner in ipairs(service.deployments) do of(owner) end
  for _, owner in ipairs(service.task_sets) do of(owner) end
  for _, task in ipairs(service.live) do
    local own = of(task.owner)
    if not task.drained then own.undrained = own.undrained + 1 end
    if task.desired == "RUNNING" and task.evicted then
      counts.total = counts.total + 1
      own.evicted[#own.evicted + 1] = task
    elseif task.desired == "RUNNING" then
      counts.total = counts.total + 1
      own.tasks[#own.tasks + 1] = task
      own.running = own.running + (task.status == "RUNNING" and 1 or 0)
      own.sound = own.sound + (tasks.sound(task) and 1 or 0)
      if tasks.ready(task) then
        own.ready = own.ready + 1
        counts.ready = counts.ready + 1
      end
    else
      counts.stopping = counts.stopping + 1
    end
  end
  return counts
end

-- Those that do not serve go first, then the oldest or the newest; those that are protected do not go.
local function victims(list, count, newest_first)
  local order = {}
  for i, task in ipairs(list) do
    local rank = (task.status ~= "RUNNING" and 0) or (not task.is_sound and 1) or 2
    if not tasks.is_protected(task) then
      order[#order + 1] = { task = task, rank = rank, place = newest_first and -i or i }
    end
  end
  table.sort(order, function(a, b)
    if a.rank ~= b.rank then return a.rank < b.rank end
    return a.place < b.place
  end)
  local out = {}
  for i = 1, math.min(count, #order) do out[i] = order[i].task end
  return out
end

local function stop_all(world, service, owner, list)
  if #list == 0 then return end
  local by = owner.task_set and "(task-set %s)" or "(deployment %s)"
  for _, task in ipairs(list) do
    tasks.stop(world, task, {
      code = "ServiceSchedulerInitiated",
      reason = ("Scaling activity initiated by " .. by):format(owner.id),
      exit_code = task.status == "RUNNING" and 0 or nil,
    })
  end
  service.steady = false
  events.deregistered(world, service, list)
  events.stopped(world, service, list, owner)
end

local function backed_off(world, service, owner)
  if owner.next_launch and world.now < owner.next_launch then
    rollout.soon(world, service, owner.next_launch - world.now)
    return true
  end
  return false
end

local function back_off(world, service, owner)
  if owner.backed_off_at == world.now then return end
  owner.backed_off_at = world.now
  owner.pause = owner.pause and math.min(owner.pause * 2, BACKOFF_MOST) or BACKOFF_SECONDS
  owner.next_launch = world.now + owner.pause
  if owner.pause == BACKOFF_WARNING then
    events.add(world, service, "is unable to consistently start tasks successfully. For more information, see the "
      .. "Troubleshooting section of the Amazon ECS Developer Guide.")
  end
end

local function count_failure(world, service, owner)
  if owner.task_set or owner.rollout_state == "COMPLETED" then return end
  owner.failed_tasks = owner.failed_tasks + 1
  owner.updated_at = world.now
  if owner == service.deployments[1] then deployments.check_breaker(world, service, owner, rollout.wanted(service)) end
end

local function launch(world, service, owner, count)
  if count <= 0 or backed_off(world, service, owner) then return 0 end
  local started = {}
  for _ = 1, count do
    local task, words = tasks.start(world, service, owner)
    if not task then
      events.unable_to_place(world, service, owner.revision, words)
      back_off(world, service, owner)
      count_failure(world, service, owner)
      backed_off(world, service, owner)
      break
    end
    started[#started + 1] = task
  end
  if #started > 0 then
    service.steady = false
    events.started(world, service, started, owner)
  end
  return #started
end

-- What failed stays in sight until the rollback from it is through.
local function drop_empty(world, service, counts)
  local kept = {}
  local primary = service.deployments[1]
  for i, deployment in ipairs(service.deployments) do
    local left = primary.rolls_back == deployment and world.now < primary.bake_until
    local serves = stages.is_shifting(primary) and primary.stages.blue == deployment
    if i == 1 or left or serves or counts.by[deployment].undrained > 0 then kept[#kept + 1] = deployment end
  end
  service.deployments = kept
end

local function steady(world, service)
  if not service.steady then
    service.steady = true
    world:decide(service, "steady")
    events.add(world, service, "has reached a steady state.")
  end
end

-- A FAILED deployment launches nothing more; what runs goes on running within maximumPercent.
local function hold(world, service, primary, counts, most)
  local surplus = counts.total - most
  for i = 1, #service.deployments do
    local own = counts.by[service.deployments[i]]
    local out = victims(own.tasks, math.max(surplus, 0), true)
    stop_all(world, service, primary, out)
    surplus = surplus - #out
  end
end

-- The tasks that others are to take the place of: of older deployments, and on container instances that drain.
local function outgoing(service, counts)
  local out = {}
  for i = #service.deployments, 1, -1 do
    local own = counts.by[service.deployments[i]]
    for _, list in ipairs { i > 1 and own.tasks or {}, own.evicted } do
      for _, task in ipairs(list) do out[#out + 1] = task end
    end
  end
  return out
end

-- Answers the number of tasks on their way out that were told to stop, and of those that go on.
local function drain(world, service, primary, counts, least)
  local old = outgoing(service, counts)
  if #old == 0 then return 0, 0 end
  local serving = 0
  for _, task in ipairs(old) do serving = serving + (tasks.ready(task) and 1 or 0) end
  local spare = math.max(counts.by[primary].sound + serving - least, 0)
  local out = {}
  for _, task in ipairs(victims(old, #old, false)) do
    if not tasks.ready(task) then
      out[#out + 1] = task -- nothing is lost with it
    elseif spare > 0 then
      spare = spare - 1
      out[#out + 1] = task
    end
  end
  stop_all(world, service, primary, out)
  return #out, #old - #out
end

local function warn_blocked(world, service, primary)
  if not primary.blocked then
    primary.blocked = true
    events.add(world, service, "was unable to stop or start tasks during a deployment because of the service "
      .. "deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.")
  end
end

local function settle(world, service, primary, counts, wanted)
  drop_empty(world, service, counts)
  local own = counts.by[primary]
  if primary.rolls_back and world.now < primary.bake_until then
    rollout.soon(world, service, primary.bake_until - world.now)
    return
  end
  if #service.deployments > 1 or #own.tasks ~= wanted or own.ready ~= wanted then return end
  if primary.rollout_state == "IN_PROGRESS" then
    if primary.alarms and not primary.bake_until and not primary.stages then
      primary.bake_until = world.now + world.options.alarm_bake_seconds
    end
    if primary.bake_until and world.now < primary.bake_until then
      rollout.soon(world, service, primary.bake_until - world.now)
      return
    end
    deployments.complete(world, service, primary)
  end
  steady(world, service)
end

-- Keeps `wanted` tasks of one deployment or task set; answers whether all of them are ready.
local function keep(world, service, owner, counts, wanted)
  local own = counts.by[owner]
  stop_all(world, service, owner, victims(own.tasks, #own.tasks - wanted, true))
  launch(world, service, owner, wanted - #own.tasks)
  local is_steady = #own.tasks == wanted and own.ready == wanted
  if is_steady then stop_all(world, service, owner, own.evicted) end
  return is_steady
end

-- While traffic is shifted, what serves and what is new have all of their tasks; what neither is goes.
local function shift(world, service, primary, wanted)
  local counts = census(service)
  local blue = primary.stages.blue
  local blue_stands = blue and keep(world, service, blue, counts, wanted)
  for _, deployment in ipairs(values.slice(service.deployments)) do
    if blue_stands and deployment ~= blue and deployment ~= primary then
      stop_all(world, service, deployment, counts.by[deployment].tasks)
      stop_all(world, service, deployment, counts.by[deployment].evicted)
    end
  end
  if primary.rollout_state == "FAILED" then
    hold(world, service, primary, census(service), 2 * wanted)
    return
  end
  if primary.stages.scales then keep(world, service, primary, counts, wanted) end
  if primary ~= service.deployments[1] or primary.rollout_state ~= "IN_PROGRESS" then return end
  drop_empty(world, service, counts)
  local seconds = deployments.advance(world, service, primary, counts.by[primary].sound >= wanted)
  if seconds then rollout.soon(world, service, seconds) end
end

-- By earlySuccessCriteria a deployment is COMPLETED before all of its tasks run; what is left goes on behind it.
local function succeed_early(world, service, primary, counts, wanted)
  local configuration = primary.record and primary.record.configuration or {}
  local criteria = configuration.earlySuccessCriteria
  if not criteria or primary.rolls_back or stages.apply(configuration)
    or primary.rollout_state ~= "IN_PROGRESS"
    or counts.by[primary].sound < math.ceil(wanted * criteria.healthyPercent / 100) then
    return
  end
  primary.bake_until = primary.bake_until or world.now
    + math.max(60 * (configuration.bakeTimeInMinutes or 0), primary.alarms and world.options.alarm_bake_seconds or 0)
  if world.now < primary.bake_until then
    rollout.soon(world, service, primary.bake_until - world.now)
    return
  end
  drop_empty(world, service, counts)
  if criteria.sourceServiceRevisionCleanup == "DEFERRED" or #service.deployments == 1 then
    deployments.complete(world, service, primary)
  end
end

local function roll(world, service)
  local primary = service.deployments[1]
  if not primary then return end
  local wanted = rollout.wanted(service)
  if stages.is_shifting(primary) then
    shift(world, service, primary, wanted)
    return
  end
  local least, most = limits(service, wanted)
  local counts = census(service)
  local own = counts.by[primary]
  if primary.rollout_state == "FAILED" then
    hold(world, service, primary, counts, most)
    drop_empty(world, service, counts)
    return
  end
  local surplus = victims(own.tasks, #own.tasks - wanted, true)
  stop_all(world, service, primary, surplus)
  local stopped, old = drain(world, service, primary, counts, least)
  local total = counts.total - #surplus - stopped
  local lacking = wanted - (#own.tasks - #surplus)
  local room = old > 0 and most - total or lacking
  local started = launch(world, service, primary, math.min(lacking, room))
  if primary ~= service.deployments[1] then
    return -- the launch failed once too often, and the breaker has turned the service round
  end
  if lacking > 0 and room <= 0 and stopped + started + counts.stopping == 0 and counts.ready == counts.total then
    warn_blocked(world, service, primary)
  end
  if #surplus + stopped + started == 0 then settle(world, service, primary, counts, wanted) end
  succeed_early(world, service, primary, counts, wanted)
end

local function keep_task_sets(world, service)
  local counts = census(service)
  local all_steady, kept = true, {}
  for _, set in ipairs(service.task_sets) do
    local own = counts.by[set]
    local wanted = service.status == "ACTIVE" and set.status ~= "DRAINING"
      and math.ceil(rollout.wanted(service) * set.scale / 100) or 0
    set.wanted = wanted
    local is_steady = keep(world, service, set, counts, wanted)
    if is_steady and set.stability ~= "STEADY_STATE" then
      set.stability, set.stability_at = "STEADY_STATE", world.now
      events.add(world, service, "updated state to STEADY_STATE.", set)
    elseif not is_steady and set.stability ~= "STABILIZING" then
      set.stability, set.stability_at = "STABILIZING", world.now
    end
    all_steady = all_steady and is_steady
    if set.status ~= "DRAINING" or own.undrained > 0 then kept[#kept + 1] = set end
  end
  service.task_sets = kept
  if all_steady then steady(world, service) end
end

local function forget(service)
  local cluster = service.cluster
  if cluster.services[service.name] == service then
    cluster.services[service.name] = nil
    for i, name in ipairs(cluster.service_names) do
      if name == service.name then
        table.remove(cluster.service_names, i)
        break
      end
    end
  end
end

-- DRAINING until all tasks have at least been deregistered and told to stop; INACTIVE is shown for a while after.
local function wind_down(world, service)
  for _, task in ipairs(values.slice(service.live)) do
    tasks.stop(world, task, {
      code = "ServiceSchedulerInitiated",
      reason = ("Task stopped by (service %s) because the service is being deleted"):format(service.name),
      exit_code = task.status == "RUNNING" and 0 or nil,
    })
  end
  for _, task in ipairs(service.live) do
    if not task.drained then return end
  end
  service.status = "INACTIVE"
  world:decide(service, "inactive")
  world.service_is_gone(world, service)
  service.deployments, service.task_sets = {}, {}
  world:at(world.now + world.options.inactive_seconds, forget, service)
end

-- All tasks of the new deployment run, and none of the older ones does.
local function note_served(world, service, primary)
  if not primary or primary.served then return end
  local running = 0
  for _, task in ipairs(service.live) do
    if task.desired == "RUNNING" and (task.owner ~= primary or task.status ~= "RUNNING") then return end
    running = running + (task.owner == primary and task.desired == "RUNNING" and 1 or 0)
  end
  if running >= rollout.wanted(service) then
    primary.served = true
    world:decide(service, "served", primary.id)
  end
end

function reconcile(world, service)
  if service.status == "DRAINING" then
    wind_down(world, service)
  elseif service.status == "ACTIVE" then
    if service.config.deploymentController.type == "ECS" then
      roll(world, service)
      note_served(world, service, service.deployments[1])
    else
      keep_task_sets(world, service)
    end
  end
  rollout.touch(world, service)
end

--- Remembers how the service looks, for reads that lag behind.
function rollout.touch(world, service)
  if world.remember then world.remember(world, service) end
end

--- A task was stopped or drained: tasks.lua tells, here and in the functions below.
function rollout.changed(world, service)
  rollout.touch(world, service)
  rollout.soon(world, service, 0)
end

local function breaker_resets(service)
  local breaker = service.config.deploymentConfiguration.deploymentCircuitBreaker
  return not breaker or breaker.resetOnHealthyTask ~= false
end

local function reset(world, service, owner)
  if owner.failed_tasks and owner.failed_tasks > 0 and breaker_resets(service) and owner.rollout_state ~= "FAILED" then
    owner.failed_tasks = 0
    owner.updated_at = world.now
  end
end

-- Where nothing checks the task, RUNNING is success; else only the first RUNNING clears what failed to start, and from
-- then on failed health checks count.
function rollout.running(world, service, task)
  local owner = task.owner
  owner.pause, owner.next_launch = nil, nil
  if not task.check or not owner.has_run then reset(world, service, owner) end
  owner.has_run = true
  events.registered(world, service, task)
  rollout.changed(world, service)
end

function rollout.sound(world, service, task)
  reset(world, service, task.owner)
  rollout.changed(world, service)
end

--- `words`: of a script, in place of the usual ones.
function rollout.unhealthy(world, service, task, words)
  if words then
    events.add(world, service, words)
  else
    events.unhealthy(world, service, task)
  end
end

function rollout.says(world, service, words)
  events.add(world, service, words)
end

--- A task ended that should not have: `how` is "start" (never was RUNNING), "health" or "exit" (after RUNNING).
function rollout.failed(world, service, task, how)
  local owner = task.owner
  service.steady = false
  events.deregistered(world, service, { task })
  if how == "start" then back_off(world, service, owner) end
  if how ~= "exit" then count_failure(world, service, owner) end
  rollout.changed(world, service)
end

return rollout
