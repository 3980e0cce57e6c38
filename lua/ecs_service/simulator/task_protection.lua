--- GetTaskProtection and UpdateTaskProtection: tasks of services that a smaller count or a new deployment has to spare
--- for a while.

local clusters = require "ecs_service.simulator.clusters"
local refuse = require "ecs_service.simulator.api_error"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local operations = {}

local USUAL_MINUTES, MOST_MINUTES = 120, 2880

local function view(task)
  local is_protected = tasks.is_protected(task)
  return { taskArn = task.arn, protectionEnabled = is_protected,
    expirationDate = is_protected and task.protected_until or nil }
end

-- Calls `action` with each task that may be protected; answers what became of them.
local function each(world, body, most, action)
  local cluster = clusters.active(world, body.cluster)
  local out, failures = {}, {}
  local given = body.tasks or {}
  if #given > most then refuse.invalid("Tasks cannot have more than %d items.", most) end
  for _, reference in ipairs(given) do
    local task = tasks.find(cluster, reference)
    if not task then
      failures[#failures + 1] = tasks.missing(world, cluster, reference)
    elseif not task.service or task.desired == "STOPPED" then
      failures[#failures + 1] = { arn = task.arn, reason = "TASK_NOT_VALID",
        detail = task.service and "The task is stopped." or "The task does not belong to a service." }
    else
      action(task)
      out[#out + 1] = view(task)
    end
  end
  return { protectedTasks = out, failures = failures }
end

function operations.GetTaskProtection(world, body)
  if values.none(body.tasks) then refuse.invalid("Tasks cannot be empty.") end
  return each(world, body, 100, function() end)
end

-- When a protection ends, the scheduler may do what it had to put off.
local function lapse(task)
  if not tasks.is_protected(task) then task.world.scheduler.changed(task.world, task.service) end
end

function operations.UpdateTaskProtection(world, body)
  local minutes = body.expiresInMinutes or USUAL_MINUTES
  if #body.tasks == 0 then
    refuse.invalid("Tasks cannot be empty.")
  elseif minutes < 1 or minutes > MOST_MINUTES then
    refuse.invalid("expiresInMinutes must be between 1 and %d.", MOST_MINUTES)
  end
  return each(world, body, 10, function(task)
    task.protected_until = body.protectionEnabled and world.now + minutes * 60 or nil
    world:at(task.protected_until or world.now, lapse, task)
  end)
end

return { operations = operations }
