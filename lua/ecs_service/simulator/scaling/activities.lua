--- What Application Auto Scaling did to services, and why: DescribeScalingActivities.
local store = require "ecs_service.simulator.scaling.store"
local tasks = require "ecs_service.simulator.tasks"

local activities = { operations = {} }

-- How often it is looked whether the tasks run, and for how long.
local LOOK_SECONDS, GIVE_UP_SECONDS = 5, 1200

-- Activities are remembered for six weeks.
local MEMORY_SECONDS = 6 * 7 * 86400

local function end_with(world, activity, status, message)
  activity.status, activity.message, activity.ended_at = status, message, world.now
end

local function add(world, target, description, cause)
  local list = world.scaling.activities
  local activity = { world = world, target = target, description = description, cause = cause, started_at = world.now,
    id = world:uuid(), status = "InProgress" }
  list[#list + 1] = activity
  return activity
end

-- Whether the count that an activity has set is reached.
local function look(activity)
  local world, target = activity.world, activity.target
  local service = store.service(world, target.id)
  if not service or service.status ~= "ACTIVE" then
    end_with(world, activity, "Failed", "The service is gone.")
  elseif service.config.desiredCount ~= activity.count then
    end_with(world, activity, "Overridden", "The desired count was set to another value before it was fulfilled.")
  elseif (tasks.counts(service)) == activity.count then
    end_with(world, activity, "Successful",
      ("Successfully set desired count to %d. Change successfully fulfilled by ecs."):format(activity.count))
  elseif world.now - activity.started_at >= GIVE_UP_SECONDS then
    end_with(world, activity, "Unfulfilled",
      ("Successfully set desired count to %d. Unable to fulfill the change."):format(activity.count))
  else
    world:at(world.now + LOOK_SECONDS, look, activity)
  end
end

--- Sets the count of a target's service, and remembers why.
---@param cause string as "minimum capacity was set to 2"
function activities.set_count(world, target, count, cause)
  local service = store.service(world, target.id)
  if not service or service.status ~= "ACTIVE" or service.config.desiredCount == count then return end
  store.set_count(world, service, count)
  local activity = add(world, target, ("Setting desired count to %d."):format(count), cause)
  activity.count = count
  world:at(world.now + LOOK_SECONDS, look, activity)
end

--- Remembers what was done to the bounds of a target, or could not be.
function activities.note(world, target, description, cause, status, message)
  end_with(world, add(world, target, description, cause), status, message)
end

--- Remembers that the count was left as it is.
---@param code string as "AlreadyAtMaxCapacity"
function activities.not_scaled(world, target, cause, code)
  local service = store.service(world, target.id)
  local count = service.config.desiredCount
  local last = target.not_scaled
  -- As long as nothing changes it is one activity.
  if last and last.cause == cause and last.reason.Code == code and last.reason.CurrentCapacity == count then return end
  local activity = add(world, target, "Attempting to scale due to alarm triggered", cause)
  activity.reason = { Code = code, CurrentCapacity = count, MinCapacity = target.min, MaxCapacity = target.max }
  end_with(world, activity, "Unfulfilled", "The scaling activity was not carried out.")
  target.not_scaled = activity
end

--- Moves the count of a target's service into its bounds.
function activities.into_bounds(world, target)
  local service = store.service(world, target.id)
  local count = service and service.config.desiredCount or 0
  if count < target.min then
    activities.set_count(world, target, target.min, ("minimum capacity was set to %d"):format(target.min))
  elseif count > target.max then
    activities.set_count(world, target, target.max, ("maximum capacity was set to %d"):format(target.max))
  end
end

local function view(activity)
  local out = store.about(activity.target)
  out.ActivityId, out.Description, out.Cause = activity.id, activity.description, activity.cause
  out.StartTime, out.EndTime = activity.started_at, activity.ended_at
  out.StatusCode, out.StatusMessage = activity.status, activity.message
  out.NotScaledReasons = activity.reason and { activity.reason }
  return out
end

function activities.operations.DescribeScalingActivities(world, body)
  store.check_dimension(body, body.ResourceId)
  local list, found = world.scaling.activities, {}
  for i = #list, 1, -1 do
    local activity = list[i]
    if store.is_asked_for(activity.target, body) and world.now - activity.started_at <= MEMORY_SECONDS
      and (body.IncludeNotScaledActivities or not activity.reason) then
      found[#found + 1] = view(activity)
    end
  end
  return store.page(body, "ScalingActivities", found, 50)
end

return activities
