--- Lifecycle hooks of a deployment in stages: functions that are called, as sim:hook told them to answer, and pauses
--- that wait for ContinueServiceDeployment.
local options = require "ecs_service.simulator.options"
local tables = require "ecs_service.util.tables"

local hooks = {}

local OUTCOMES = { succeeded = true, failed = true, in_progress = true }
local MEMBERS = { stage = "string", service = "string", target = "string", outcome = "string", after = "duration",
  times = "number" }
local STAGES = { RECONCILE_SERVICE = true, PRE_SCALE_UP = true, POST_SCALE_UP = true, TEST_TRAFFIC_SHIFT = true,
  POST_TEST_TRAFFIC_SHIFT = true, PRE_PRODUCTION_TRAFFIC_SHIFT = true, PRODUCTION_TRAFFIC_SHIFT = true,
  POST_PRODUCTION_TRAFFIC_SHIFT = true }
-- A hook without a timeout of its own.
local TIMEOUT_MINUTES = 1440

local function one_of(name, value, allowed)
  if value ~= nil and not allowed[value] then
    return ("has no %s %s; there are %s"):format(name, value, table.concat(tables.keys(allowed), ", "))
  end
end

--- The rule of sim:hook as the simulator keeps it; the second result says what is wrong with it.
function hooks.rule(given)
  if type(given) ~= "table" then return nil, "takes a table" end
  local rule = {}
  for name, value in pairs(given) do
    if not MEMBERS[name] then return nil, "has no " .. tostring(name) end
    local own, problem = options.value(name, value, MEMBERS[name])
    if problem then return nil, ": " .. problem end
    rule[name] = own
  end
  rule.left = rule.times
  local problem = one_of("outcome", rule.outcome or "", OUTCOMES) or one_of("stage", rule.stage, STAGES)
  if problem then return nil, problem end
  return rule
end

-- The newest rule that fits, and without one a function that succeeds at once.
local function fate(world, service, stage, target)
  for i = #world.hook_rules, 1, -1 do
    local rule = world.hook_rules[i]
    if (rule.left or 1) > 0 and (not rule.stage or rule.stage == stage)
      and (not rule.service or rule.service == service.name) and (not rule.target or rule.target == target) then
      if rule.left then rule.left = rule.left - 1 end
      return rule
    end
  end
  return { outcome = "succeeded" }
end

local function start(world, service, hook, stage)
  local timeout = hook.timeoutConfiguration or {}
  local run = {
    id = world:uuid(), stage = stage, target_type = hook.targetType or "AWS_LAMBDA", target = hook.hookTargetArn,
    expires_at = world.now + 60 * (timeout.timeoutInMinutes or TIMEOUT_MINUTES), action = timeout.action or "ROLLBACK",
  }
  if run.target_type == "PAUSE" then
    run.status = "AWAITING_ACTION"
    return run
  end
  local rule = fate(world, service, stage, run.target)
  run.status = "IN_PROGRESS"
  -- Who says how long it is in progress means that it is over then.
  if rule.outcome ~= "in_progress" or rule.after then run.ends_at = world.now + (rule.after or 0) end
  run.ends_as = rule.outcome == "failed" and "FAILED" or "SUCCEEDED"
  return run
end

local function stands_at(hook, stage)
  for _, other in ipairs(hook.lifecycleStages) do
    if other == stage then return true end
  end
  return false
end

--- Whether a deployment of this configuration has a hook at the stage.
function hooks.has(configuration, stage)
  for _, hook in ipairs(configuration.lifecycleHooks or {}) do
    if stands_at(hook, stage) then return true end
  end
  return false
end

--- Starts the hooks of a stage; answers them all, those before them first.
---@param before table[] the hooks of the deployment so far
function hooks.enter(world, service, configuration, stage, before)
  local out = tables.merge(before)
  for _, hook in ipairs(configuration.lifecycleHooks or {}) do
    if stands_at(hook, stage) then out[#out + 1] = start(world, service, hook, stage) end
  end
  return out
end

local function is_open(run) return run.status == "IN_PROGRESS" or run.status == "AWAITING_ACTION" end

local function with(run, status) return tables.merge(run, { status = status }) end

local function due(run) return math.min(run.ends_at or math.huge, run.expires_at) end

--- What has come of the hooks by now: the list with their states, whether a state has changed, when the next one is due
--- (nil when none is open), and the one that takes the deployment back.
function hooks.look(runs, now)
  local out, changed, next_due, fatal = {}, false, nil, nil
  for i, run in ipairs(runs) do
    out[i] = run
    if is_open(run) and due(run) <= now then
      out[i] = with(run, run.ends_at and run.ends_at <= run.expires_at and run.ends_as or "TIMED_OUT")
      changed = true
      if out[i].status == "FAILED" or out[i].status == "TIMED_OUT" and run.action == "ROLLBACK" then
        fatal = fatal or out[i]
      end
    elseif is_open(run) then
      next_due = math.min(next_due or math.huge, due(run))
    end
  end
  return out, changed, next_due, fatal
end

--- The list in which the pause of an id has been answered; nil when none of that id waits.
---@param status string "SUCCEEDED" or "FAILED"
function hooks.answer(runs, id, status)
  for i, run in ipairs(runs) do
    if run.id == id and run.status == "AWAITING_ACTION" then
      local out = tables.merge(runs)
      out[i] = with(run, status)
      return out, out[i]
    end
  end
  return nil
end

--- The list of a deployment that goes no further: what was open has failed.
function hooks.close(runs)
  local out = {}
  for i, run in ipairs(runs) do out[i] = is_open(run) and with(run, "FAILED") or run end
  return out
end

--- lifecycleHookDetails of a service deployment.
function hooks.view(runs)
  local out = {}
  for i, run in ipairs(runs) do
    out[i] = { hookId = run.id, targetType = run.target_type, targetArn = run.target, status = run.status,
      expiresAt = run.expires_at, timeoutAction = run.action }
  end
  return out
end

return hooks
