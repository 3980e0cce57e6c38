--- CreateCapacityProvider, UpdateCapacityProvider, DeleteCapacityProvider, DescribeCapacityProviders,
--- PutClusterCapacityProviders.
local clusters = require "ecs_service.simulator.clusters"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local values = require "ecs_service.simulator.values"

local capacity_providers = { operations = {} }
local operations = capacity_providers.operations

local FARGATE = { FARGATE = true, FARGATE_SPOT = true }
-- How long Auto Scaling takes to let a group go.
local DELETE_SECONDS = 10
-- "If this parameter is omitted, the default value of … is used."
local SCALING = { status = "DISABLED", targetCapacity = 100, minimumScalingStepSize = 1,
  maximumScalingStepSize = 10000, instanceWarmupPeriod = 300 }

local function with_defaults(given)
  if not given then return nil end
  local out = values.copy(given)
  out.managedScaling = out.managedScaling or {}
  for name, value in pairs(SCALING) do
    if out.managedScaling[name] == nil then out.managedScaling[name] = value end
  end
  out.managedTerminationProtection = out.managedTerminationProtection or "DISABLED"
  return out
end

local function type_of(provider)
  if FARGATE[provider.name] then return provider.name end
  return provider.managed_instances and "MANAGED_INSTANCES" or "EC2_AUTOSCALING"
end

local function view(world, provider, with_tags)
  return {
    name = provider.name,
    capacityProviderArn = world:arn("capacity-provider/" .. provider.name),
    cluster = provider.cluster,
    status = provider.status,
    autoScalingGroupProvider = values.copy(provider.auto_scaling),
    managedInstancesProvider = values.copy(provider.managed_instances),
    updateStatus = provider.update_status,
    tags = with_tags and values.copy(provider.tags) or {},
    type = type_of(provider),
  }
end

local function check_name(name)
  if #name > 255 or not name:find "^[%w_-]+$" then
    refuse.invalid("The specified capacity provider name is invalid: it has to be 1 to 255 letters, numbers, hyphens "
      .. "and underscores.")
  end
  for _, prefix in ipairs { "aws", "ecs", "fargate" } do
    if name:lower():sub(1, #prefix) == prefix then
      refuse.invalid "The specified capacity provider name is invalid: it cannot begin with aws, ecs or fargate."
    end
  end
end

local function check_kind(body)
  if (body.autoScalingGroupProvider == nil) == (body.managedInstancesProvider == nil) then
    refuse.invalid "Either autoScalingGroupProvider or managedInstancesProvider has to be given."
  elseif body.managedInstancesProvider and not body.cluster then
    refuse.invalid "cluster has to be given for a capacity provider of managed instances."
  elseif body.autoScalingGroupProvider and body.cluster then
    refuse.invalid "cluster is for capacity providers of managed instances only."
  end
end

--- Puts a provider that the scene of the simulator names into the world.
function capacity_providers.add(world, name, more)
  local provider = { name = name, status = "ACTIVE", tags = {} }
  for key, value in pairs(more or {}) do provider[key] = value end
  if not world.capacity_providers[name] then
    world.capacity_provider_names[#world.capacity_provider_names + 1] = name
  end
  world.capacity_providers[name] = provider
  return provider
end

--- Those that are there without anybody's doing.
function capacity_providers.start(world)
  for _, name in ipairs { "FARGATE", "FARGATE_SPOT" } do capacity_providers.add(world, name) end
end

local function short(reference) return reference:match ":capacity%-provider/(.+)$" or reference end

--- The provider of a name or ARN, nil when there is none.
function capacity_providers.lookup(world, reference)
  local name = short(reference)
  if reference ~= name and reference ~= world:arn("capacity-provider/" .. name) then return nil end
  return world.capacity_providers[name]
end

local function find(world, reference)
  local provider = capacity_providers.lookup(world, reference)
  if not provider or provider.status == "INACTIVE" then
    refuse.raise("ClientException", "The specified capacity provider does not exist. Specify a valid name or ARN and "
      .. "try again.")
  elseif FARGATE[provider.name] then
    refuse.raise("ClientException", "The specified capacity provider is reserved and cannot be modified or deleted.")
  end
  return provider
end

--- Providers of managed instances belong to one cluster, which has to be named.
local function check_cluster(world, provider, body)
  if not provider.cluster then return end
  local cluster = clusters.active(world, body.cluster)
  if cluster.name ~= provider.cluster then
    refuse.raise("ClientException", "The specified capacity provider is not of the cluster %s.", cluster.name)
  end
end

local function join(cluster, name)
  cluster.capacity_providers = cluster.capacity_providers or {}
  table.insert(cluster.capacity_providers, name)
end

function operations.CreateCapacityProvider(world, body)
  check_name(body.name)
  check_kind(body)
  service_checks.tags(body.tags)
  local known = world.capacity_providers[body.name]
  if known and known.status ~= "INACTIVE" then
    refuse.raise("ClientException", "The specified capacity provider already exists. To change the configuration of an "
      .. "existing capacity provider, update the capacity provider.")
  end
  local cluster = body.cluster and clusters.active(world, body.cluster)
  local provider = capacity_providers.add(world, body.name, {
    cluster = cluster and cluster.name or nil,
    auto_scaling = with_defaults(body.autoScalingGroupProvider),
    managed_instances = values.copy(body.managedInstancesProvider),
    update_status = "CREATE_COMPLETE",
    tags = values.copy(body.tags or {}),
  })
  if cluster then join(cluster, body.name) end
  return { capacityProvider = view(world, provider, true) }
end

local function merge(into, changes)
  for key, value in pairs(changes) do
    if type(value) == "table" and type(into[key]) == "table" and value[1] == nil then
      merge(into[key], value)
    else
      into[key] = values.copy(value)
    end
  end
end

function operations.UpdateCapacityProvider(world, body)
  local provider = find(world, body.name)
  check_cluster(world, provider, body)
  local scaling, managed = body.autoScalingGroupProvider, body.managedInstancesProvider
  if not (scaling or managed) then refuse.invalid "There is nothing to be updated." end
  if scaling and not provider.auto_scaling or managed and not provider.managed_instances then
    refuse.invalid "The capacity provider is of another type."
  end
  if scaling then merge(provider.auto_scaling, scaling) end
  if managed then merge(provider.managed_instances, managed) end
  provider.update_status = "UPDATE_COMPLETE"
  return { capacityProvider = view(world, provider, true) }
end

local function user_of(world, name)
  for _, cluster_name in ipairs(world.cluster_names) do
    local cluster = world.clusters[cluster_name]
    for _, provider in ipairs(cluster.status == "ACTIVE" and cluster.capacity_providers or {}) do
      if provider == name then return cluster end
    end
  end
  return nil
end

--- Services and tasks that still are on a provider.
local function is_used(cluster, name)
  for _, service in pairs(cluster.services) do
    for _, item in ipairs(service.status == "ACTIVE" and service.config.capacityProviderStrategy or {}) do
      if item.capacityProvider == name then return true end
    end
  end
  for _, task in pairs(cluster.tasks) do
    if task.status ~= "STOPPED" and task.capacity_provider == name then return true end
  end
  return false
end

local function gone(provider)
  provider.status, provider.update_status = "INACTIVE", "DELETE_COMPLETE"
end

local function leave(cluster, name)
  for i, other in ipairs(cluster.capacity_providers) do
    if other == name then return table.remove(cluster.capacity_providers, i) end
  end
end

function operations.DeleteCapacityProvider(world, body)
  local provider = find(world, body.capacityProvider)
  check_cluster(world, provider, body)
  local cluster = user_of(world, provider.name)
  if cluster and (not provider.cluster or is_used(cluster, provider.name)) then
    refuse.raise("ClientException", "The capacity provider cannot be deleted because it is associated with cluster: "
      .. "%s. Remove the capacity provider from the cluster and try again.", cluster.name)
  end
  if cluster then leave(cluster, provider.name) end
  if provider.update_status ~= "DELETE_IN_PROGRESS" then
    provider.update_status = "DELETE_IN_PROGRESS"
    world:at(world.now + DELETE_SECONDS, gone, provider)
  end
  return { capacityProvider = view(world, provider, true) }
end

--- Those of a cluster, or of nobody's: the ones of managed instances are seen with their cluster only.
local function is_seen(provider, cluster)
  return provider.cluster == nil or cluster ~= nil and provider.cluster == cluster.name
end

function operations.DescribeCapacityProviders(world, body)
  local cluster = body.cluster and clusters.active(world, body.cluster)
  local with_tags = clusters.includes(body, "TAGS")
  if #(body.capacityProviders or {}) > 100 then refuse.invalid "capacityProviders cannot have more than 100 items." end
  local out, failures = {}, {}
  for _, reference in ipairs(body.capacityProviders or {}) do
    local provider = capacity_providers.lookup(world, reference)
    if provider and is_seen(provider, cluster) then
      out[#out + 1] = view(world, provider, with_tags)
    else
      failures[#failures + 1] = { arn = world:arn("capacity-provider/" .. short(reference)), reason = "MISSING" }
    end
  end
  if values.none(body.capacityProviders) then
    for _, name in ipairs(world.capacity_provider_names) do
      local provider = world.capacity_providers[name]
      if provider.status == "ACTIVE" and is_seen(provider, cluster) then
        out[#out + 1] = view(world, provider, with_tags)
      end
    end
  end
  local page, next_token = values.page(out, values.from(body), values.page_size(body, 10, 10))
  return { capacityProviders = page, failures = failures, nextToken = next_token }
end

--- What a cluster is to have: all of them there, and each once.
function capacity_providers.check(world, names, strategy)
  local seen = {}
  for _, name in ipairs(names) do
    local provider = capacity_providers.lookup(world, name)
    if not provider or provider.status ~= "ACTIVE" or provider.update_status == "DELETE_IN_PROGRESS" then
      refuse.invalid("The specified capacity provider '%s' does not exist. Specify a valid name or ARN and try again.",
        name)
    elseif seen[name] then
      refuse.invalid("The specified capacity provider '%s' is given more than once.", name)
    end
    seen[name] = true
  end
  if #names > 20 then refuse.invalid "A cluster can have at most 20 capacity providers." end
  service_checks.strategy({ capacity_providers = names }, strategy)
end

function operations.PutClusterCapacityProviders(world, body)
  local cluster = clusters.active(world, body.cluster)
  capacity_providers.check(world, body.capacityProviders, body.defaultCapacityProviderStrategy)
  local kept = {}
  for _, name in ipairs(body.capacityProviders) do kept[short(name)] = true end
  for _, name in ipairs(cluster.capacity_providers or {}) do
    if not kept[name] and is_used(cluster, name) then
      refuse.raise("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
    end
  end
  cluster.capacity_providers = {}
  for i, name in ipairs(body.capacityProviders) do cluster.capacity_providers[i] = short(name) end
  cluster.default_strategy = clusters.whole_strategy(body.defaultCapacityProviderStrategy)
  return { cluster = clusters.view(cluster) }
end

return capacity_providers
