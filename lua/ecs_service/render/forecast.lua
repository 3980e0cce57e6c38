--- What a change does to the tasks of a service, in a line: the facts are those of the core (forecast.h).
local letters = require "ecs_service.render.terminal_text"
local value = require "ecs_service.render.value"

local forecast = {}

local function tasks_text(tasks, arrow)
  if tasks.before ~= tasks.after then
    return ("%d %s %s"):format(tasks.before, arrow, value.count(tasks.after, "task"))
  end
  return value.count(tasks.after, "task")
end

-- What auto scaling may make of the count meanwhile.
local function scaled_text(deployment, arrow)
  local target = deployment.autoscaling
  if not target then return "" end
  return (" (auto scaling %d%s%d may add up to %d)"):format(target.min_capacity, arrow == "→" and "–" or "-",
    target.max_capacity, target.max_capacity)
end

local function running_text(deployment)
  local running, target = deployment.running, deployment.autoscaling
  local most = math.max(running.most, target and target.most or 0)
  local text = ("at least %d and at most %d running"):format(running.fewest, most)
  if (deployment.steps or 0) > 1 then text = ("%s, in %d steps"):format(text, deployment.steps) end
  return text
end

local NAMES = { BLUE_GREEN = "blue/green", LINEAR = "linear", CANARY = "canary" }

local function duration(seconds)
  if seconds % 3600 == 0 and seconds > 0 then return ("%d h"):format(seconds / 3600) end
  return ("%d min"):format(math.ceil(seconds / 60))
end

-- How the traffic goes over, where all of it does not go at once.
local function shifts_text(shifts)
  local count = #shifts
  if count < 2 then return "" end
  local first = ("%.1f"):format(shifts[1]):gsub("%.0$", "")
  if count == 2 then return (", %s %% of the traffic first"):format(first) end
  return (", traffic in %d steps of %s %%"):format(count, first)
end

local function add_strategy(parts, strategy)
  if not strategy then return end
  parts[#parts + 1] = (NAMES[strategy.name] or strategy.name) .. shifts_text(strategy.shifts or {})
  local times = {}
  if (strategy.least_seconds or 0) > 0 then times[1] = "at least " .. duration(strategy.least_seconds) end
  if strategy.timeout_seconds then times[#times + 1] = "waited for " .. duration(strategy.timeout_seconds) end
  if times[1] then parts[#parts + 1] = table.concat(times, ", ") end
  for _, pause in ipairs(strategy.pauses or {}) do
    parts[#parts + 1] = pause.answered and ("asks the function at %s, and rolls back unless it says true"):format(
      pause.stage) or ("waits at %s for a decision, %s at most, then %s"):format(pause.stage,
      duration(pause.seconds or 0), pause.action == "CONTINUE" and "goes on" or "rolls back")
  end
end

local function add_gates(parts, deployment)
  local breaker, alarms = deployment.circuit_breaker, deployment.alarms
  if deployment.stuck then parts[#parts + 1] = "it cannot end" end
  if breaker then
    local after = breaker.threshold and value.count(breaker.threshold, "failed task") or "too many failed tasks"
    parts[#parts + 1] = ("circuit breaker gives up after %s%s"):format(after,
      breaker.rollback and " and rolls back" or "")
  end
  if alarms then
    parts[#parts + 1] = ("watched by %s%s"):format(value.count(alarms.count, "alarm"),
      alarms.rollback and ", rolls back" or "")
  end
  if deployment.grace_period then
    parts[#parts + 1] = ("load balancer health counts after %d s"):format(deployment.grace_period)
  end
end

local function check_text(check)
  local often = check.times > 1 and (", %d times in a row within %g s"):format(check.times, check.within) or ""
  return letters.escape(check.shown) .. often
end

-- What decides, before the traffic or at last, whether it stays.
local function add_checks(parts, deployment)
  local before, after = {}, {}
  for _, check in ipairs(deployment.checks or {}) do
    local list = check.stage and before or after
    list[#list + 1] = check_text(check)
  end
  if #before > 0 then
    parts[#parts + 1] = ("checked before any production traffic by %s; if that fails, it is rolled back"):format(
      table.concat(before, " and "))
  end
  if #after == 0 then return end
  parts[#parts + 1] = ("then checked by %s; if that fails, it %s"):format(table.concat(after, " and "),
    deployment.on_failed_check == "rollback" and "is rolled back" or "stays and the run fails")
end

local lines = {}

function lines.create(deployment)
  local tasks = deployment.tasks
  if not tasks then return "one task on every container instance" end
  if tasks.after == 0 then return "no tasks: the service is created with none" end
  return value.count(tasks.after, "new task")
end

function lines.update(deployment, arrow)
  local tasks = deployment.tasks
  if not tasks then
    return ("at least %d %% of the daemon's tasks keep running"):format((deployment.percents or {}).minimum or 0)
  elseif tasks.before == 0 and tasks.after == 0 then
    return "no tasks: the next ones are of the new deployment"
  end
  local counted = deployment.daemon and ("a task on each of %s"):format(value.count(tasks.after, "instance"))
    or tasks_text(tasks, arrow) .. scaled_text(deployment, arrow)
  return deployment.running and counted .. ", " .. running_text(deployment) or counted
end

function lines.replace(deployment, arrow)
  local tasks, downtime = deployment.tasks, deployment.downtime
  local text = tasks and tasks_text(tasks, arrow) or "the tasks of a daemon"
  if not downtime then
    return deployment.running and text .. ", " .. running_text(deployment) or text
  elseif downtime.seconds then
    return ("%s, none running from the deletion until the new ones are up (usually about %d min)"):format(text,
      math.ceil(downtime.seconds / 60))
  end
  return text .. ", none running from the deletion until the new ones are up"
end

-- Why there is no deployment, and what becomes of the tasks all the same.
local function none(change, arrow)
  local deployment = change.deployment
  local tasks = deployment.tasks
  local differ = tasks and tasks.before ~= tasks.after
  if change.action == "delete" then
    if not differ then return deployment.because end
    return value.count(tasks.before, "task") .. (tasks.before == 1 and " is stopped" or " are stopped")
  end
  return "none: " .. deployment.because .. (differ and "; " .. tasks_text(tasks, arrow) or "")
end

--- One line about what becomes of the tasks, or nil when nothing can be said beforehand.
---@param change table a change of a plan
---@param arrow string
---@return string|nil
function forecast.line(change, arrow)
  local deployment = change.deployment
  if not (deployment and deployment.controller) then return nil end
  if not deployment.starts then return deployment.because and none(change, arrow) or nil end
  local line = lines[change.action]
  if not line then return nil end
  local parts = { line(deployment, arrow) }
  add_strategy(parts, deployment.strategy)
  add_gates(parts, deployment)
  add_checks(parts, deployment)
  return table.concat(parts, "; ")
end

return forecast
