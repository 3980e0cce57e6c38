--- The stages of a deployment that shifts traffic: BLUE_GREEN, LINEAR and CANARY of ECS's own controller. What is new
--- (green) starts beside what serves (blue), takes the traffic over at once or in steps, bakes, and blue is stopped.
local hooks = require "ecs_service.simulator.hooks"

local stages = {}

-- A stage in which nothing is waited for takes so long.
local STAGE_SECONDS = 5

-- The weights of green, one after the other, and how long each but the last bakes.
local function shifts_of(configuration)
  local linear, canary = configuration.linearConfiguration, configuration.canaryConfiguration
  local weights = {}
  if configuration.strategy == "LINEAR" then
    local weight = linear.stepPercent
    while weight < 100 - 1e-9 do
      weights[#weights + 1] = weight
      weight = math.floor((#weights + 1) * linear.stepPercent * 10 + 0.5) / 10
    end
    weights[#weights + 1] = 100
    return weights, 60 * linear.stepBakeTimeInMinutes
  elseif configuration.strategy == "CANARY" then
    if canary.canaryPercent < 100 then weights[1] = canary.canaryPercent end
    weights[#weights + 1] = 100
    return weights, 60 * canary.canaryBakeTimeInMinutes
  end
  return { 100 }, 0
end

local function add_shifts(plan, configuration)
  local weights, bake = shifts_of(configuration)
  for i, weight in ipairs(weights) do
    if configuration.strategy ~= "BLUE_GREEN" or hooks.has(configuration, "PRE_PRODUCTION_TRAFFIC_SHIFT") then
      plan[#plan + 1] = { name = "PRE_PRODUCTION_TRAFFIC_SHIFT" }
    end
    plan[#plan + 1] = { name = "PRODUCTION_TRAFFIC_SHIFT", production = weight,
      seconds = math.max(i < #weights and bake or 0, STAGE_SECONDS) }
  end
end

local function plan_of(configuration, reconciles)
  local plan = reconciles and { { name = "RECONCILE_SERVICE" } } or {}
  plan[#plan + 1] = { name = "PRE_SCALE_UP" }
  plan[#plan + 1] = { name = "SCALE_UP", seconds = 0, scales = true }
  plan[#plan + 1] = { name = "POST_SCALE_UP" }
  plan[#plan + 1] = { name = "TEST_TRAFFIC_SHIFT", test = 100 }
  plan[#plan + 1] = { name = "POST_TEST_TRAFFIC_SHIFT" }
  add_shifts(plan, configuration)
  plan[#plan + 1] = { name = "POST_PRODUCTION_TRAFFIC_SHIFT" }
  plan[#plan + 1] = { name = "BAKE_TIME", seconds = 60 * (configuration.bakeTimeInMinutes or 0) }
  plan[#plan + 1] = { name = "CLEAN_UP" }
  return plan
end

--- Whether a deployment of this configuration goes in stages.
function stages.apply(configuration) return (configuration.strategy or "ROLLING") ~= "ROLLING" end

local function enter(world, service, deployment, alter)
  local run = deployment.stages
  run.at = run.at + 1
  run.entered = world.now
  local stage = run.plan[run.at]
  run.scales = run.scales or stage.scales or false
  local record = deployment.record
  alter(world, record, {
    stage = stage.name,
    test_weight = stage.test or record.test_weight or 0,
    production_weight = stage.production or record.production_weight or 0,
    hooks = hooks.enter(world, service, record.configuration, stage.name, record.hooks or {}),
  })
end

--- The deployment begins with its first stage.
---@param blue table|nil the deployment that serves until then
---@param reconciles boolean whether more than one revision is there already
---@param alter fun(world: table, record: table, changes: table)
function stages.begin(world, service, deployment, blue, reconciles, alter)
  deployment.stages = { plan = plan_of(deployment.record.configuration, reconciles), at = 0, blue = blue }
  enter(world, service, deployment, alter)
end

--- Whether the deployment is in stages in which blue is kept: all but CLEAN_UP.
function stages.is_shifting(deployment)
  local run = deployment.stages
  return run ~= nil and run.at < #run.plan
end

--- Whether blue is already being stopped: from then on the deployment is not given up any more.
function stages.is_cleaning(deployment)
  local run = deployment.stages
  return run ~= nil and run.at == #run.plan
end

local WHY = {
  FAILED = { why = "ECS deployment lifecycle hook", what = "failed.",
    target = "Lifecycle hook target %s returned FAILED status." },
  TIMED_OUT = { why = "ECS deployment lifecycle hook", what = "timed out." },
  ROLLBACK = { why = "ECS deployment rollback", what = "were answered with ROLLBACK." },
}

--- Why a deployment fails: the cause of deployments.fail.
---@param how string "FAILED", "TIMED_OUT" or "ROLLBACK"
---@param hook table of hooks.look or hooks.answer
function stages.cause(how, hook)
  local words = WHY[how]
  local what = ("%s lifecycle hook(s) %s"):format(hook.stage, words.what)
  if words.target and hook.target then what = what .. " " .. words.target:format(hook.target) end
  return { why = words.why, reason = what:gsub("%.$", ""), status = "Service deployment rolled back because " .. what }
end

--- Goes on to the next stages, as far as it can by now.
---@param is_up boolean all tasks of green run and are healthy
---@return table|nil cause of its failure
---@return number|nil seconds after which to look again, when time alone will bring it on
function stages.advance(world, service, deployment, is_up, alter)
  local run, record = deployment.stages, deployment.record
  while run.at < #run.plan do
    local stage = run.plan[run.at]
    local states, changed, hook_due, fatal = hooks.look(record.hooks, world.now)
    if changed then alter(world, record, { hooks = states }) end
    if fatal then return stages.cause(fatal.status, fatal) end
    local ends = run.entered + (stage.seconds or STAGE_SECONDS)
    local due = world.now < ends and math.min(hook_due or ends, ends) or hook_due
    if due then
      return nil, due - world.now
    elseif run.scales and not is_up then
      return nil, nil
    end
    enter(world, service, deployment, alter)
    if run.plan[run.at].scales then return nil, 0 end
  end
  return nil, 0
end

--- The deployment goes no further. Traffic is blue's again, unless it is to stay where it is.
function stages.abandon(world, record, stays, alter)
  if not record.stage then return end
  local changes = { hooks = hooks.close(record.hooks) }
  if not stays then changes.test_weight, changes.production_weight = 0, 0 end
  alter(world, record, changes)
end

--- The target group that each load balancer of a new revision serves through: with an alternate one, the one that the
--- source does not serve through.
---@param source table|nil the revision that serves
---@param shifts boolean whether traffic is shifted to it
function stages.target_groups(balancers, source, shifts)
  local groups, used = {}, {}
  for _, group in ipairs(source and source.groups or {}) do used[group] = true end
  for i, balancer in ipairs(balancers or {}) do
    local own = balancer.targetGroupArn
    local other = (balancer.advancedConfiguration or {}).alternateTargetGroupArn
    local from = other and (used[own] and own or used[other] and other)
    if from and shifts then
      groups[i] = from == own and other or own
    else
      groups[i] = from or own or false
    end
  end
  return groups
end

return stages
