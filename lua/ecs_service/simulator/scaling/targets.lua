--- Scalable targets: the bounds within which Application Auto Scaling keeps the count of a service.
local activities = require "ecs_service.simulator.scaling.activities"
local core = require "ecs_service.core"
local store = require "ecs_service.simulator.scaling.store"
local values = require "ecs_service.simulator.values"

local targets = { operations = {} }
local operations = targets.operations

-- The target of a deleted service is taken away some time after the service.
local FORGET_SECONDS = 60
local ROLE = "aws-service-role/ecs.application-autoscaling.amazonaws.com/"
  .. "AWSServiceRoleForApplicationAutoScaling_ECSService"
local SUSPENSIONS = { "DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended" }
local MOST_TAGS = 50

local function check_bounds(min, max)
  if not min or not max then
    store.invalid("MinCapacity and MaxCapacity are required for a new scalable target.")
  elseif min < 0 or max < 0 then
    store.invalid("Minimum and maximum capacity must not be negative.")
  elseif min > max then
    store.invalid("Maximum capacity cannot be less than minimum capacity")
  end
end

local function check_tags(known, tags)
  if not tags then return end
  if known then
    store.invalid("The scalable target that you tried to tag already exists. To update tags on an existing scalable "
      .. "target, use the TagResource API.")
  end
  local count = 0
  for _ in pairs(tags) do count = count + 1 end
  if count > MOST_TAGS then store.invalid("A scalable target has at most %d tags.", MOST_TAGS) end
end

local function scalable_service(world, resource_id)
  local service = store.service(world, resource_id)
  if not service or service.status == "INACTIVE" then
    store.invalid("ECS service doesn't exist: %s", resource_id)
  elseif service.config.schedulingStrategy == "DAEMON" then
    store.invalid("The service %s has the scheduling strategy DAEMON, and cannot be scaled.", resource_id)
  end
  return service
end

local function new_target(world, body)
  local own = world.scaling
  local target = { id = body.ResourceId, created_at = world.now, policies = {}, actions = {}, suspended = {},
    tags = values.copy(body.Tags or {}),
    arn = world:arn("scalable-target/0" .. world:hex(31), "application-autoscaling") }
  own.targets[body.ResourceId] = target
  own.names[#own.names + 1] = body.ResourceId
  return target
end

function operations.RegisterScalableTarget(world, body)
  store.check(body)
  local known = world.scaling.targets[body.ResourceId]
  local min, max = body.MinCapacity or known and known.min, body.MaxCapacity or known and known.max
  check_bounds(min, max)
  check_tags(known, body.Tags)
  local service = scalable_service(world, body.ResourceId)
  local target = known or new_target(world, body)
  target.min, target.max, target.service = min, max, service
  for _, name in ipairs(SUSPENSIONS) do
    local said = (body.SuspendedState or {})[name]
    if said ~= nil then target.suspended[name] = said end
  end
  if body.MinCapacity or body.MaxCapacity then activities.into_bounds(world, target) end
  return { ScalableTargetARN = target.arn }
end

function operations.DeregisterScalableTarget(world, body)
  store.remove(world, store.target(world, body))
  return core.object({})
end

local function view(world, target)
  local out = store.about(target)
  out.MinCapacity, out.MaxCapacity = target.min, target.max
  out.RoleARN = world:role_arn(ROLE)
  out.CreationTime, out.ScalableTargetARN = target.created_at, target.arn
  out.SuspendedState = {}
  for _, name in ipairs(SUSPENSIONS) do out.SuspendedState[name] = target.suspended[name] or false end
  return out
end

function operations.DescribeScalableTargets(world, body)
  store.check_dimension(body, body.ResourceIds)
  local own, asked, found = world.scaling, store.set_of(body.ResourceIds), {}
  for _, id in ipairs(own.names) do
    local target = own.targets[id]
    if store.is_asked_for(target, body) and (not asked or asked[id]) then found[#found + 1] = view(world, target) end
  end
  return store.page(body, "ScalableTargets", found, 50)
end

-- A service that was made anew in the meantime, and registered anew, keeps its target.
local function forget(about)
  if about.target.service == about.service then store.remove(about.world, about.target) end
end

--- A service has become INACTIVE: its target goes after a while.
function targets.service_is_gone(world, service)
  local target = world.scaling.targets[("service/%s/%s"):format(service.cluster.name, service.name)]
  if not target then return end
  world:at(world.now + FORGET_SECONDS, forget, { world = world, target = target, service = service })
end

return targets
