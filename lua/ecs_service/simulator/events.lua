--- What a service's event stream says, in ECS's words.
local tasks = require "ecs_service.simulator.tasks"

local events = {}

-- DescribeServices shows the latest hundred.
local SHOWN = 100

--- Appends "(service NAME) MESSAGE", or "(service NAME, taskSet ID) MESSAGE".
function events.add(world, service, message, task_set)
  local who = task_set and ("(service %s, taskSet %s) "):format(service.name, task_set.id)
    or ("(service %s) "):format(service.name)
  local list = service.events
  list[#list + 1] = { id = world:uuid(), at = world.now, message = who .. message }
  if #list >= 2 * SHOWN then
    local kept = {}
    for i = #list - SHOWN + 1, #list do kept[#kept + 1] = list[i] end
    service.events = kept
  end
end

--- The latest events, newest first, as DescribeServices answers them.
function events.view(service)
  local out = {}
  local list = service.events
  for i = #list, math.max(1, #list - SHOWN + 1), -1 do
    out[#out + 1] = { id = list[i].id, createdAt = list[i].at, message = list[i].message }
  end
  return out
end

local function names(list)
  local out = {}
  for i, task in ipairs(list) do out[i] = ("(task %s)"):format(task.id) end
  return table.concat(out, " ")
end

local function each_group(task, action)
  for i, balancer in ipairs(task.revision.loadBalancers or {}) do
    if balancer.targetGroupArn then
      action(("(target-group %s)"):format(task.revision.groups and task.revision.groups[i] or balancer.targetGroupArn),
        balancer)
    elseif balancer.loadBalancerName then
      action(("(elb %s)"):format(balancer.loadBalancerName), balancer)
    end
  end
end

function events.started(world, service, list, owner)
  events.add(world, service, ("has started %d tasks: %s."):format(#list, names(list)), owner.task_set and owner)
end

function events.stopped(world, service, list, owner)
  events.add(world, service, ("has stopped %d running tasks: %s."):format(#list, names(list)), owner.task_set and owner)
end

function events.registered(world, service, task)
  each_group(task, function(group)
    events.add(world, service, "registered 1 targets in " .. group)
  end)
end

function events.deregistered(world, service, list)
  local serving = 0
  for _, task in ipairs(list) do
    if task.started_at and task.revision.loadBalancers and task.revision.loadBalancers[1] then serving = serving + 1 end
  end
  if serving == 0 then return end
  each_group(list[1], function(group)
    events.add(world, service, ("deregistered %d targets in %s"):format(serving, group))
  end)
  events.add(world, service, ("has begun draining connections on %d tasks."):format(serving))
end

function events.unhealthy(world, service, task)
  each_group(task, function(group, balancer)
    events.add(world, service, ("(port %d) is unhealthy in %s due to (reason Health checks failed)."):format(
      balancer.containerPort or 0, group))
  end)
end

local trouble = " For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."

--- No room for a task: at most once a minute in the same words.
---@param words string|boolean|nil of a script, in place of the usual ones
function events.unable_to_place(world, service, revision, words)
  if service.placement_warned_at and world.now - service.placement_warned_at < 60 then return end
  service.placement_warned_at = world.now
  if type(words) == "string" then
    events.add(world, service, words)
    return
  end
  if tasks.launch_type_of(revision) == "FARGATE" then
    events.add(world, service, "was unable to place a task. Reason: Capacity is unavailable at this time. "
      .. "Please try again later or in a different availability zone." .. trouble)
    return
  end
  local instance = (service.cluster.container_instances or {})[1]
  events.add(world, service, "was unable to place a task because no container instance met all of its requirements."
    .. (instance and (" The closest matching (container-instance %s) has insufficient memory available."):format(
      instance:match("[^/]+$")) or " Reason: No Container Instances were found in your cluster.") .. trouble)
end

return events
