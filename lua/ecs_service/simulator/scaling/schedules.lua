--- Scheduled actions: bounds that a scalable target gets at set times.
local activities = require "ecs_service.simulator.scaling.activities"
local core = require "ecs_service.core"
local expression = require "ecs_service.simulator.schedule_expression"
local refuse = require "ecs_service.simulator.api_error"
local store = require "ecs_service.simulator.scaling.store"
local time_zones = require "ecs_service.simulator.time_zones"

local operations = {}

local MOST_ACTIONS, PAGE = 200, 50

local function check_name(name)
  if name:find "[:/|%c]" or name:find "^ " or name:find " $" then
    store.invalid("1 validation error detected: Value '%s' at 'scheduledActionName' failed to satisfy constraint: "
      .. "Member must satisfy regular expression pattern: (?!((^[ ]+.*)|(.*([\\u0000-\\u001f]|[\\u007f-\\u009f]|[:/|])"
      .. "+.*)|(.*[ ]+$))).+", name)
  end
end

local function check_bounds(bounds)
  local min, max = bounds.MinCapacity, bounds.MaxCapacity
  if not min and not max then
    store.invalid("A scheduled action has a MinCapacity, a MaxCapacity, or both.")
  elseif (min or 0) < 0 or (max or 0) < 0 then
    store.invalid("Minimum and maximum capacity must not be negative.")
  elseif min and max and min > max then
    store.invalid("Maximum capacity cannot be less than minimum capacity")
  end
end

local carry_out

-- Has an action carried out when it is due next; of an action that was put again only the newest plan counts.
local function plan_next(world, action)
  action.plan = (action.plan or 0) + 1
  local from = math.max(world.now, (action.starts_at or 0) - 1)
  local at = expression.next(action.parsed, action.zone, from, action.starts_at or action.put_at)
  if not at or action.ends_at and at > action.ends_at then return false end
  world:at(at, carry_out, { world = world, action = action, plan = action.plan })
  return true
end

local function said(bounds)
  local parts = {}
  if bounds.MinCapacity then parts[1] = ("min capacity to %d"):format(bounds.MinCapacity) end
  if bounds.MaxCapacity then parts[#parts + 1] = ("max capacity to %d"):format(bounds.MaxCapacity) end
  return table.concat(parts, " and ")
end

local function move_bounds(world, action)
  local target, bounds = action.target, action.bounds
  local min, max = bounds.MinCapacity or target.min, bounds.MaxCapacity or target.max
  local cause = ("scheduled action name %s was triggered"):format(action.name)
  local description = "Setting " .. said(bounds) .. "."
  if min > max then
    activities.note(world, target, description, cause, "Failed",
      "Maximum capacity cannot be less than minimum capacity")
    return
  end
  target.min, target.max = min, max
  activities.note(world, target, description, cause, "Successful", "Successfully set " .. said(bounds))
  activities.into_bounds(world, target)
end

local function remove(target, action)
  local _, i = store.named(target.actions, action.name)
  if target.actions[i] == action then table.remove(target.actions, i) end
  action.gone = true
end

function carry_out(about)
  local world, action = about.world, about.action
  if action.gone or action.target.gone or action.plan ~= about.plan then return end
  local service = store.service(world, action.target.id)
  if not action.target.suspended.ScheduledScalingSuspended and service and service.status == "ACTIVE" then
    move_bounds(world, action)
  end
  if not plan_next(world, action) and action.parsed.kind == "at" then remove(action.target, action) end
end

-- What a request says of when; raises when it says nothing that can be.
local function read_schedule(world, body, known)
  local schedule = body.Schedule or known and known.schedule
  if not schedule then store.invalid("Schedule is required for a new scheduled action.") end
  local parsed = expression.parse(schedule)
  if not parsed then store.invalid("Unable to parse schedule expression %s", schedule) end
  local zone = time_zones.find(body.Timezone or "UTC")
  if not zone then store.invalid("Invalid timezone %s", body.Timezone) end
  if body.StartTime and body.EndTime and body.EndTime < body.StartTime then
    store.invalid("The end time must not be before the start time.")
  elseif parsed.kind == "at" and time_zones.moment(zone, parsed.clock) <= world.now then
    store.invalid("Scheduled action time is in the past: %s", schedule)
  end
  return schedule, parsed, zone
end

local function new_action(world, target, name)
  if #target.actions >= MOST_ACTIONS then
    refuse.raise("LimitExceededException", "A scalable target has at most %d scheduled actions.", MOST_ACTIONS)
  end
  local resource = ("scheduledAction:%s:resource/ecs/%s:scheduledActionName/%s"):format(world:uuid(), target.id, name)
  local action = { name = name, target = target, created_at = world.now, arn = world:arn(resource, "autoscaling") }
  target.actions[#target.actions + 1] = action
  return action
end

function operations.PutScheduledAction(world, body)
  local target = store.target(world, body)
  check_name(body.ScheduledActionName)
  local action = store.named(target.actions, body.ScheduledActionName)
  local schedule, parsed, zone = read_schedule(world, body, action)
  local bounds = body.ScalableTargetAction or action and action.bounds or {}
  check_bounds(bounds)
  action = action or new_action(world, target, body.ScheduledActionName)
  action.schedule, action.parsed, action.zone, action.timezone = schedule, parsed, zone, body.Timezone
  action.bounds, action.put_at = { MinCapacity = bounds.MinCapacity, MaxCapacity = bounds.MaxCapacity }, world.now
  -- A time that an update does not say is gone.
  action.starts_at, action.ends_at = body.StartTime, body.EndTime
  plan_next(world, action)
  return core.object({})
end

function operations.DeleteScheduledAction(world, body)
  local target = store.target(world, body)
  local action = store.named(target.actions, body.ScheduledActionName)
  if not action then
    refuse.raise("ObjectNotFoundException", "No scheduled action found for service namespace: ecs, resource ID: %s, "
      .. "scalable dimension: %s, scheduled action name: %s", body.ResourceId, body.ScalableDimension,
      body.ScheduledActionName)
  end
  remove(target, action)
  return core.object({})
end

local function view(action)
  local out = store.about(action.target)
  out.ScheduledActionName, out.ScheduledActionARN = action.name, action.arn
  out.Schedule, out.Timezone, out.CreationTime = action.schedule, action.timezone, action.created_at
  out.StartTime, out.EndTime = action.starts_at, action.ends_at
  out.ScalableTargetAction = { MinCapacity = action.bounds.MinCapacity, MaxCapacity = action.bounds.MaxCapacity }
  return out
end

function operations.DescribeScheduledActions(world, body)
  return store.listed(world, body, "actions", body.ScheduledActionNames, "ScheduledActions", view, PAGE)
end

return { operations = operations }
