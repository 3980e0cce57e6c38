--- What the operations of Application Auto Scaling share: which service a request is about, refusals, pages.
local refuse = require "ecs_service.simulator.api_error"
local services = require "ecs_service.simulator.services"
local values = require "ecs_service.simulator.values"

local store = {}

local NAMESPACE, DIMENSION = "ecs", "ecs:service:DesiredCount"

--- Raises the refusal of a request that does not fit.
function store.invalid(message, ...) refuse.raise("ValidationException", message, ...) end

--- Raises unless a request is about the count of a service.
function store.check(body)
  if body.ServiceNamespace ~= NAMESPACE or body.ScalableDimension ~= DIMENSION then
    store.invalid("Unsupported service namespace, resource type or scalable dimension: %s, %s. This is a simulator of "
      .. "ECS, which has %s of %s.", body.ServiceNamespace, tostring(body.ScalableDimension), DIMENSION, NAMESPACE)
  elseif not body.ResourceId:find "^service/[^/]+/[^/]+$" then
    store.invalid("Unsupported service namespace, resource type or scalable dimension: the resource ID %s is not "
      .. "service/CLUSTER/SERVICE.", body.ResourceId)
  end
end

--- The service of a resource id, nil when there is none.
function store.service(world, resource_id)
  local cluster_name, name = resource_id:match "^service/([^/]+)/([^/]+)$"
  local cluster = world.clusters[cluster_name]
  return cluster and cluster.services[name]
end

--- The scalable target that a request is about; raises when it is not registered.
function store.target(world, body)
  store.check(body)
  local target = world.scaling.targets[body.ResourceId]
  if not target then
    refuse.raise("ObjectNotFoundException", "No scalable target registered for service namespace: %s, resource ID: %s, "
      .. "scalable dimension: %s", body.ServiceNamespace, body.ResourceId, body.ScalableDimension)
  end
  return target
end

--- Takes a target away, with its policies and scheduled actions.
function store.remove(world, target)
  local own = world.scaling
  if own.targets[target.id] ~= target then return end
  own.targets[target.id] = nil
  target.gone = true
  for i, id in ipairs(own.names) do
    if id == target.id then
      table.remove(own.names, i)
      return
    end
  end
end

--- The policy or scheduled action of a name, and where it stands; nil when there is none.
function store.named(list, name)
  for i, item in ipairs(list) do
    if item.name == name then return item, i end
  end
end

--- What a list names, as a set; nil of none, which asks for everything.
function store.set_of(names)
  if values.none(names) then return nil end
  local out = {}
  for _, name in ipairs(names) do out[name] = true end
  return out
end

--- One page of what a request asks for, under the name that the answer has for it.
---@param most integer the largest page, and the usual one
function store.page(body, name, found, most)
  local size = body.MaxResults or most
  if size < 1 or size > most then
    store.invalid("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: Member must "
      .. "have value between 1 and %d", size, most)
  end
  local from = 1
  if body.NextToken then
    from = body.NextToken:match "^%d+$" and tonumber(body.NextToken)
    if not from or from < 1 then refuse.raise("InvalidNextTokenException", "The next token is not valid.") end
  end
  local page, next_token = values.page(found, from, size)
  return { [name] = page, NextToken = next_token }
end

--- Raises when a request names a dimension without the resources that it is of.
function store.check_dimension(body, resources)
  if body.ScalableDimension and not resources then
    store.invalid("Scalable dimension can not be given without a resource ID.")
  end
end

--- Whether a thing of a target is among those that a request asks for.
function store.is_asked_for(target, body)
  return body.ServiceNamespace == NAMESPACE and (not body.ResourceId or body.ResourceId == target.id)
    and (not body.ScalableDimension or body.ScalableDimension == DIMENSION)
end

--- One page of the policies, or of the scheduled actions, of all targets that a request asks for.
---@param list string what of a target: "policies" or "actions"
---@param only string[]|nil names or ARNs that are asked for; nil: all
---@param name string what the answer calls them
---@param view fun(item: table): table
---@param most integer the largest page
function store.listed(world, body, list, only, name, view, most)
  store.check_dimension(body, body.ResourceId)
  local own, names, found = world.scaling, store.set_of(only), {}
  for _, id in ipairs(own.names) do
    for _, item in ipairs(own.targets[id][list]) do
      if store.is_asked_for(item.target, body) and (not names or names[item.name] or names[item.arn]) then
        found[#found + 1] = view(item)
      end
    end
  end
  return store.page(body, name, found, most)
end

--- The members that name the target of a thing in an answer.
function store.about(target)
  return { ServiceNamespace = NAMESPACE, ResourceId = target.id, ScalableDimension = DIMENSION }
end

--- Sets the count of a service, as UpdateService does.
function store.set_count(world, service, count)
  services.operations.UpdateService(world, { cluster = service.cluster.name, service = service.name,
    desiredCount = count })
end

return store
