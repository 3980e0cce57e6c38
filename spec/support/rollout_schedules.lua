-- Random rollouts: what is declared, what becomes of its tasks, what others do meanwhile, and what can be seen of it.
-- A seed is a schedule, the same with every Lua.
local model = require "support.rollout_model"
local new_random = require "support.rollout_random"

local schedules = {}

local TARGET = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef"

local FATES = { "ok", "ok", "ok", "fail", "fail", "exit", "unhealthy", "mixed" }

local function fate(random, kind)
  return { kind = kind or random.pick(FATES), start = random.int(1, 30), jitter = random.pick { 0, 0, 5, 20 },
    health = random.pick { 0, 2, 10, 40 }, dies = random.int(1, 30), share = random.pick { 0.2, 0.5, 0.8 },
    bad = random.pick { "fail", "exit", "unhealthy" }, patience = random.pick { 20, 20, 60, 300 } }
end

local PERCENTS = { { 100, 200 }, { 100, 200 }, { 50, 200 }, { 50, 100 }, { 0, 100 }, { 0, 200 }, { 100, 150 } }

local function config_of(random)
  local desired = random.pick { 1, 1, 2, 2, 3, 5, 8 }
  local percents = random.pick(PERCENTS)
  if desired == 1 and percents[2] == 150 or desired == 1 and percents[1] == 50 and percents[2] == 100 then
    percents = { 100, 200 } -- no room for any deployment: the plan warns of it
  end
  local config = { name = "web", cluster = model.CLUSTER, task_definition = "web:1", desired_count = desired,
    deployment_minimum_healthy_percent = percents[1], deployment_maximum_percent = percents[2] }
  if random.chance(0.6) then
    config.deployment_circuit_breaker = { enable = true, rollback = random.chance(0.65) }
  end
  if random.chance(0.2) then
    config.alarms = { alarm_names = { "errors" }, enable = true, rollback = random.chance(0.7) }
  end
  local balancer = random.real()
  if balancer < 0.3 then
    config.load_balancer = { { target_group_arn = TARGET, container_name = "web", container_port = 80 } }
  elseif balancer < 0.45 then
    config.load_balancer = { { elb_name = "old", container_name = "web", container_port = 80 } }
  end
  if config.load_balancer and random.chance(0.4) then config.health_check_grace_period_seconds = random.int(1, 120) end
  return config
end

local function copy(config)
  local out = {}
  for key, value in pairs(config) do out[key] = value end
  return out
end

-- What an update changes; `starts`: a deployment.
local CHANGES = {
  function(config) config.task_definition = "web:2" end,
  function(config, random)
    config.task_definition = "web:2"
    config.desired_count = random.int(1, 6)
    if config.desired_count == 1 and config.deployment_maximum_percent < 200 then config.desired_count = 2 end
  end,
  function(config)
    config.force_new_deployment, config.triggers = true, { redeploy = "again" }
  end,
  function(config)
    config.task_definition, config.force_new_deployment, config.triggers = "web:2", true, { redeploy = "again" }
  end,
  function(config, random)
    local before = config.desired_count
    config.desired_count = before + random.int(1, 3)
  end,
}
local STARTS = { true, true, true, true, false }

local LAGS = { "constant", "replicas", "some" }
local READS = { "DescribeServices", "ListServiceDeployments", "DescribeServiceDeployments", "ListTasks",
  "DescribeTasks" }

local function lags(random)
  if random.chance(0.4) then return nil end
  local lag, most = {}, random.pick { 2, 5, 8, 15, 30 }
  for _, operation in ipairs(READS) do
    if random.chance(0.6) then
      lag[operation] = { kind = random.pick(LAGS), seconds = random.real() * most }
    end
  end
  return lag
end

local ROUGH = { "throttle", "error_before", "error_after", "reset_before", "reset_after", "timeout_after" }

local function faults(random, forces)
  local list = {}
  if random.chance(0.25) then
    list[#list + 1] = { operation = random.pick { "CreateService", "UpdateService" }, from = 0, to = 60,
      kind = random.pick(ROUGH), times = random.int(1, forces and 2 or 3) }
  end
  if random.chance(0.2) then
    local from = random.int(0, 100)
    list[#list + 1] = { operation = random.pick { "any", "DescribeServices", "ListServiceDeployments" }, from = from,
      to = from + random.int(1, 40), kind = random.pick { "throttle", "error_before", "reset_before" },
      share = random.pick { 0.3, 0.7, 1 }, times = 1000 }
  end
  return list
end

local function weather(random, forces)
  local out = { random = random, lag = lags(random), faults = faults(random, forces), denied = {} }
  if random.chance(0.15) then out.events_later = random.int(1, 20) end
  if random.chance(0.1) then out.events_fresher = random.int(1, 10) end
  if random.chance(0.3) then
    out.denied.ListServiceDeployments = "AccessDeniedException"
    if random.chance(0.7) then out.denied.DescribeServiceDeployments = "AccessDeniedException" end
  end
  if random.chance(0.15) then out.denied.ListTasks = "AccessDeniedException" end
  return out
end

-- A server that is not AWS: no events, no service deployments, perhaps no rolloutState either.
local function poor_server(random, out)
  out.weather.events = false
  out.weather.denied.ListServiceDeployments = "UnknownOperationException"
  out.weather.denied.DescribeServiceDeployments = "UnknownOperationException"
  out.paint = { records = false, states = random.chance(0.5) }
end

local OTHERS = { "deploy", "deploy", "same", "scale", "delete", "abort", "rollback", "lose_old", "lose_new" }

local function others(random)
  local list = {}
  if random.chance(0.45) then
    for _ = 1, random.pick { 1, 1, 1, 2 } do
      list[#list + 1] = { after = random.pick { random.int(0, 8), random.int(0, 60), random.int(0, 150) },
        what = random.pick(OTHERS), count = random.int(1, 6) }
    end
  end
  return list
end

local STOP_WORDS = {
  { reason = "ECS deployment was stopped by user request.", event = true,
    back = "ECS deployment rolling back to deploymentId %s." },
  { reason = "ECS deployment was stopped by user request.",
    back = "ECS deployment rolling back to deploymentId %s." },
  { reason = "ECS deployment failed: deployment stopped.", back = "ECS deployment %s in progress." },
}

local function editions(random)
  local out = { eager = random.chance(0.4), replace_old = random.chance(0.6), reuse = random.chance(0.3),
    crash_counts = random.chance(0.5), rollback_delay = random.pick { 0, 0, 1, 2, 3 },
    settle = random.pick { 0, 0, 1, 5 }, drain = random.pick { 0, 1, 5, 20 }, bake = random.int(0, 60),
    inactive_seconds = random.pick { 0, 60, 3600 },
    records_stop = random.chance(0.7),
    success_while_draining = random.chance(0.3), numbered = random.chance(0.9),
    stop_words = random.pick(STOP_WORDS), start = 1750000000 + random.int(0, 1000) + random.real() }
  if random.chance(0.15) then out.capacity_at = random.pick { 10, 60, 100000 } end
  if random.chance(0.3) then out.rollback_fate = fate(random, random.pick { "ok", "fail", "unhealthy" }) end
  return out
end

--- The schedule of a seed.
function schedules.of(seed)
  local random = new_random(seed)
  local out = { seed = seed, random = random, others = others(random), latency = random.pick { 0.03, 0.1, 0.5 },
    skew = random.chance(0.2) and random.int(-240, 240) or 0 }
  out.kind = random.chance(0.3) and "create" or "update"
  local first = config_of(random)
  local config, starts = copy(first), true
  if out.kind == "update" then
    local i = random.pick { 1, 1, 1, 2, 3, 4, 5 }
    CHANGES[i](config, random)
    starts = STARTS[i]
  else
    first, config.task_definition = nil, "web:2"
  end
  out.first, out.config, out.starts = first, config, starts
  out.forces = config.force_new_deployment
  out.weather = weather(random, out.forces)
  out.world = editions(random)
  out.world.fates = { default = fate(random, "ok"), ["web:2"] = fate(random),
    ["web:9"] = fate(random, random.pick { "ok", "ok", "fail" }) }
  if out.forces and config.task_definition == "web:1" then out.rough_fate = fate(random) end
  if random.chance(0.06) then poor_server(random, out) end
  if out.forces and #out.weather.faults > 0 and random.chance(0.4) then
    table.insert(out.others, { after = random.int(0, 8), what = random.pick { "deploy", "same" } })
  end
  if config.alarms and random.chance(0.5) then out.alarm = random.int(0, 120) end
  out.how = random.pick { "apply", "apply", "wait" }
  out.timeout = random.pick { 60, 150, 300, 600, 1200 }
  if out.how == "wait" then
    out.pause = random.pick { 0, 0, 1, 5, 60 }
    out["until"] = random.pick { "steady", "steady", "deployed" }
  else
    out["until"] = "steady"
  end
  out.superseded = random.chance(0.2) and "follow" or "fail"
  if random.chance(0.15) then out.stable_for = random.int(1, 30) end
  return out
end

return schedules
