-- Plays a schedule of rollout_schedules.lua: the module deploys on the model while the world does what is planned, and
-- afterwards, when the air is clear again, the same declaration is applied once more.
local ecs = require "ecs_service"
local model = require "support.rollout_model"
local rollout_transport = require "support.rollout_transport"
local view = require "support.rollout_view"

local run = {}

local KEYS = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

local function stack_of(played, config, opts)
  local stack = assert(ecs.stack { region = "us-west-2", state = false, transport = played.transport,
    credentials = KEYS })
  stack.backend = played.backend or stack.backend
  played.backend = stack.backend
  local declared = {}
  for name, value in pairs(config) do declared[name] = value end
  declared.wait_for_steady_state = opts.wait or nil
  declared.timeouts = { create = opts.timeout, update = opts.timeout }
  stack:service("web", declared)
  return stack
end

-- What ended how, and when by ECS's clock. A raised error is the worst of endings.
local function ending(played, call)
  local began = played.world.now
  local fine, ok, err = pcall(call)
  local out = { began = began, at = played.world.now, ok = fine and ok and true or false, answer = fine and ok or nil }
  if not fine then
    out.code, out.message, out.raised = "raised", tostring(ok), true
  elseif not ok then
    out.code, out.message, out.hint, out.evidence = err.code, tostring(err.message), err.hint, err.evidence
  end
  return out
end

local function primary_of(world)
  local service = world.services.web
  return service and service.deployments[1]
end

-- What others do. Each says whether it happened.
local ACTS = {
  deploy = function(world, service) world:update(service, { taskDefinition = "web:9" }, "them") return true end,
  same = function(world, service) world:update(service, { forceNewDeployment = true }, "them") return true end,
  scale = function(world, service, other) world:update(service, { desiredCount = other.count }, "them") return true end,
  delete = function(world, service) world:delete(service) return true end,
  abort = function(world, service) return world:stop(service, "ABORT") end,
  rollback = function(world, service) return world:stop(service, "ROLLBACK") end,
  lose_old = function(world, service)
    local older = service.deployments[2]
    return older and world:lose_task(service, older, "Task is being retired")
  end,
  lose_new = function(world, service)
    return world:lose_task(service, service.deployments[1], "Host EC2 (instance i-0) terminated.")
  end,
}

local function plan_others(played, schedule, from)
  local world = played.world
  for _, other in ipairs(schedule.others) do
    world:at(from + other.after, function()
      local service = world.services.web
      if service and service.status == "ACTIVE" and not (other.what == "scale" and service.daemon) then
        other.happened = ACTS[other.what](world, service, other)
        if other.happened then
          other.at = world.now
          table.insert(played.others, other)
        end
      end
    end)
  end
  if schedule.alarm then
    world:at(from + schedule.alarm, function() world.alarm_until = world.now + 60 end)
  end
end

local function own_deployments(played, from)
  local list = {}
  for i = from, #played.transport.writes do
    local write = played.transport.writes[i]
    if write.deployment then list[#list + 1] = write.deployment end
  end
  return list
end

local function options_of(schedule)
  return { superseded = schedule.superseded, stable_for = schedule.stable_for }
end

local function deploy(played, schedule)
  local waits = schedule.how == "apply"
  local stack = stack_of(played, schedule.config, { wait = waits, timeout = schedule.timeout })
  played.stack = stack
  local result = ending(played, function()
    return stack:apply(waits and options_of(schedule) or nil)
  end)
  played.applied = result
  if waits or not result.ok then return result end
  played.transport:sleep(schedule.pause)
  local opts = options_of(schedule)
  opts["until"], opts.timeout = schedule["until"], schedule.timeout
  return ending(played, function() return stack:wait(opts) end)
end

local function actions_of(plan)
  local list = {}
  for _, change in ipairs(plan and plan.changes or {}) do list[#list + 1] = change.action end
  return table.concat(list, ",")
end

-- The same declaration once more, on a calm day; tasks fare as before.
local function again(played, schedule)
  local world = played.world
  played.transport:rough {}
  world:advance(world.now + 120)
  world.options.capacity_at = nil
  played.transport.on_write = nil
  local second = {}
  local stack = stack_of(played, schedule.config, { wait = true, timeout = 900 })
  second.plan = ending(played, function() return stack:plan() end)
  second.actions = actions_of(second.plan.answer)
  second.from = #played.transport.writes + 1
  second.apply = ending(played, function() return stack:apply() end)
  second.primary = primary_of(world)
  second.entry = stack:state_entry "web"
  return second
end

local function warm_up(played, schedule)
  local stack = stack_of(played, schedule.first, { wait = true, timeout = 900 })
  local ok, err = stack:apply()
  if not ok then error(("seed %d: there is nothing to update: %s"):format(schedule.seed, tostring(err)), 0) end
  played.transport:sleep(40)
end

--- Plays a schedule. Answers what happened: world, transport, own (our deployments), others, outcome, entry, second …
function run.play(schedule)
  local options = schedule.world
  options.random, options.picture = schedule.random, view.painter(schedule.paint or {})
  local capacity_at = options.capacity_at
  options.capacity_at = nil
  local world = model.new(options)
  local played = { world = world, others = {}, schedule = schedule,
    transport = rollout_transport.new { world = world, latency = schedule.latency, skew = schedule.skew } }
  if schedule.first then warm_up(played, schedule) end
  played.former = primary_of(world)
  options.capacity_at, world.began = capacity_at, world.now
  if schedule.rough_fate then options.fates["web:1"] = schedule.rough_fate end
  played.transport:rough(schedule.weather)
  local from = #played.transport.writes + 1
  played.first_read = #played.transport.reads + 1
  local planned
  played.transport.on_write = function()
    if not planned then plan_others(played, schedule, world.now) end
    planned = true
  end
  played.outcome = deploy(played, schedule)
  played.own = own_deployments(played, from)
  played.writes_from, played.writes_to = from, #played.transport.writes
  played.entry = played.stack:state_entry "web"
  played.holder = played.stack:lock_holder()
  played.service = world.services.web
  played.last_read = #played.transport.reads
  played.second = again(played, schedule)
  return played
end

return run
