-- The tasks of rollout_model.lua: how they start, become healthy, fail and end.
local tasks = {}

local function number(world)
  local digits = { tostring(world.random.int(1, 9)) }
  for i = 2, 19 do digits[i] = tostring(world.random.int(0, 9)) end
  return table.concat(digits)
end
tasks.number = number

-- An event of the service.
local function tell(service, world, text)
  table.insert(service.events, { at = world.now, id = number(world),
    message = ("(service %s) %s"):format(service.name, text) })
  service.dirty = true
end
tasks.tell = tell

--- How many of a deployment's tasks are to stay: PENDING or RUNNING; healthy ones of them; PENDING ones of them.
function tasks.live(deployment)
  local pending, running, healthy = 0, 0, 0
  for _, task in ipairs(deployment.tasks) do
    if not task.stopping then
      if task.running then running = running + 1 else pending = pending + 1 end
      if task.healthy then healthy = healthy + 1 end
    end
  end
  return pending + running, healthy, pending
end

function tasks.stop(world, service, deployment, task, code, reason, at_once)
  task.stopping, task.stop_code, task.reason = world.now, code, reason
  task.gone = world.now + (at_once and 0 or world.options.drain)
  deployment.dirty, service.dirty = true, true
end

local function fate_of(world, deployment)
  if deployment.rollback_of and world.options.rollback_fate then return world.options.rollback_fate end
  return world.options.fates[deployment.definition:match("task%-definition/(.+)$")] or world.options.fates.default
end

--- Starts tasks.
function tasks.launch(world, service, deployment, count)
  local fate, ids = fate_of(world, deployment), {}
  for i = 1, count do
    local task = { id = number(world), created = world.now, deployment = deployment }
    local kind = fate.kind
    if kind == "mixed" then kind = world.random.chance(fate.share) and (fate.bad or "fail") or "ok" end
    task.kind = kind
    task.run_at = world.now + fate.start + (fate.jitter and world.random.int(0, fate.jitter) or 0)
    if kind == "fail" then
      task.dies_at, task.run_at = task.run_at, math.huge
    elseif kind == "exit" then
      task.dies_at = task.run_at + fate.dies
    end
    task.health = kind == "ok" and fate.health or math.huge
    table.insert(deployment.tasks, task)
    table.insert(service.tasks, task)
    ids[i] = ("(task %s)"):format(task.id)
  end
  tell(service, world, ("has started %d tasks: %s."):format(count, table.concat(ids, " ")))
end

local IMAGE = "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref "
  .. "docker.io/library/web:broken: docker.io/library/web:broken: not found"

--- What a second does to the tasks of a deployment.
-- Health checks are those of a container or a target group; within the grace period they end nothing.
function tasks.age(world, service, deployment)
  local grace, patience = service.given.healthCheckGracePeriodSeconds or 0, fate_of(world, deployment).patience or 20
  for i = #deployment.tasks, 1, -1 do
    local task = deployment.tasks[i]
    if not task.stopping then
      if not task.running and world.now >= task.run_at then
        task.running, service.dirty = world.now, true
      end
      if task.running and not task.healthy and world.now >= task.running + task.health then
        task.healthy, service.dirty = world.now, true
        deployment.failed, deployment.ever_healthy = 0, true
      end
      if task.dies_at and world.now >= task.dies_at then
        local began = task.running ~= nil
        tasks.stop(world, service, deployment, task, began and "EssentialContainerExited" or "TaskFailedToStart",
          began and "Essential container in task exited" or IMAGE, true)
        local counts = not began or world.options.crash_counts and not task.healthy
        deployment.failed = deployment.failed + (counts and 1 or 0)
      elseif task.kind == "unhealthy" and task.running and world.now >= task.running + math.max(grace, patience) then
        tell(service, world, ("(port 80) is unhealthy in (task %s) due to (reason Health checks failed)."):format(
          task.id))
        tasks.stop(world, service, deployment, task, "ServiceSchedulerInitiated",
          "Task failed ELB health checks in (target-group web)", true)
        deployment.failed = deployment.failed + 1
      end
    end
    if task.stopping and world.now >= task.gone then
      task.stopped = world.now
      table.remove(deployment.tasks, i)
      service.dirty = true
    end
  end
end

return tasks
