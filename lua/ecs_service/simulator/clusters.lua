-- clusters: CreateCluster, DeleteCluster, DescribeClusters, DescribeCapacityProviders.
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"

local clusters = {}
local operations = {}
clusters.operations = operations

--- The ACTIVE cluster that a request means; raises ClusterNotFoundException.
function clusters.active(world, reference)
  local cluster = world:find_cluster(reference)
  if not cluster then
    refuse.raise("ClusterNotFoundException", "Cluster not found.")
  elseif cluster.status ~= "ACTIVE" then
    refuse.raise("ClusterNotFoundException", "The referenced cluster was inactive.")
  end
  return cluster
end

--- Puts a cluster into the world.
---@param description table {name, capacity_providers?, default_capacity_provider_strategy?, instances?, …}
function clusters.add(world, description)
  local name = description.name
  local cluster = {
    name = name,
    arn = world:arn("cluster/" .. name),
    status = "ACTIVE",
    instances = description.instances or world.options.instances,
    capacity_providers = description.capacity_providers, -- nil: any is welcome
    default_strategy = description.default_capacity_provider_strategy or {},
    settings = description.settings or { { name = "containerInsights", value = "disabled" } },
    configuration = description.configuration,
    service_connect_defaults = description.service_connect_defaults,
    tags = description.tags or {},
    services = {},       -- by name
    service_names = {},  -- in the order of their creation
    tasks = {},          -- by id, stopped ones for an hour
    task_ids = {},
  }
  cluster.container_instances = {}
  for i = 1, cluster.instances do
    cluster.container_instances[i] = world:arn(("container-instance/%s/%s"):format(name, world:hex(32)))
  end
  if not world.clusters[name] then
    world.cluster_names[#world.cluster_names + 1] = name
  end
  world.clusters[name] = cluster
  return cluster
end

local function count(cluster)
  local running, pending, active = 0, 0, 0
  for _, task in pairs(cluster.tasks) do
    if task.status == "RUNNING" then
      running = running + 1
    elseif task.status == "PENDING" or task.status == "PROVISIONING" then
      pending = pending + 1
    end
  end
  for _, service in pairs(cluster.services) do
    if service.status == "ACTIVE" then
      active = active + 1
    end
  end
  return running, pending, active
end

local function includes(body, what)
  for _, item in ipairs(body.include or {}) do
    if item == what then
      return true
    end
  end
  return false
end
clusters.includes = includes

local function view(cluster, body)
  local running, pending, active = count(cluster)
  return {
    clusterArn = cluster.arn,
    clusterName = cluster.name,
    status = cluster.status,
    registeredContainerInstancesCount = cluster.status == "ACTIVE" and cluster.instances or 0,
    runningTasksCount = running,
    pendingTasksCount = pending,
    activeServicesCount = active,
    statistics = {},
    tags = includes(body, "TAGS") and values.copy(cluster.tags) or {},
    settings = includes(body, "SETTINGS") and values.copy(cluster.settings) or {},
    configuration = includes(body, "CONFIGURATIONS") and values.copy(cluster.configuration) or nil,
    capacityProviders = values.copy(cluster.capacity_providers or {}),
    defaultCapacityProviderStrategy = values.copy(cluster.default_strategy),
    serviceConnectDefaults = values.copy(cluster.service_connect_defaults),
  }
end

local everything = { include = { "TAGS", "SETTINGS", "CONFIGURATIONS" } }

function operations.CreateCluster(world, body)
  local name = body.clusterName or "default"
  if #name > 255 or not name:find("^[%w_-]+$") then
    refuse.invalid("Invalid cluster name: it has to be 1 to 255 letters, numbers, hyphens and underscores.")
  end
  local cluster = world.clusters[name]
  if not cluster or cluster.status ~= "ACTIVE" then
    local namespace = body.serviceConnectDefaults and body.serviceConnectDefaults.namespace
    cluster = clusters.add(world, {
      name = name,
      capacity_providers = body.capacityProviders,
      default_capacity_provider_strategy = body.defaultCapacityProviderStrategy,
      settings = body.settings,
      configuration = body.configuration,
      service_connect_defaults = namespace and { namespace = namespace },
      tags = body.tags,
    })
  end
  return { cluster = view(cluster, everything) }
end

function operations.DeleteCluster(world, body)
  local cluster = world:find_cluster(body.cluster)
  if not cluster then
    refuse.raise("ClusterNotFoundException", "Cluster not found.")
  end
  for _, service in pairs(cluster.services) do
    if service.status ~= "INACTIVE" then
      refuse.raise("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    end
  end
  for _, task in pairs(cluster.tasks) do
    if task.status ~= "STOPPED" then
      refuse.raise("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    end
  end
  cluster.status = "INACTIVE"
  return { cluster = view(cluster, everything) }
end

function operations.DescribeClusters(world, body)
  local out, failures = {}, {}
  local wanted = values.none(body.clusters) and { "default" } or body.clusters
  if #wanted > 100 then
    refuse.invalid("Clusters cannot have more than 100 items.")
  end
  for _, reference in ipairs(wanted) do
    local cluster = world:find_cluster(reference)
    if cluster then
      out[#out + 1] = view(cluster, body)
    else
      local name = world:cluster_name(reference)
      failures[#failures + 1] = { arn = world:arn("cluster/" .. name), reason = "MISSING" }
    end
  end
  return { clusters = out, failures = failures }
end

local fargate = { FARGATE = true, FARGATE_SPOT = true }

local function provider_view(world, name)
  return {
    name = name,
    capacityProviderArn = world:arn("capacity-provider/" .. name),
    status = "ACTIVE",
    tags = {},
    type = fargate[name] and name or "EC2_AUTOSCALING",
  }
end

function operations.DescribeCapacityProviders(world, body)
  local names, seen, failures = {}, {}, {}
  local function known(name)
    if not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  known("FARGATE")
  known("FARGATE_SPOT")
  for _, cluster_name in ipairs(world.cluster_names) do
    for _, name in ipairs(world.clusters[cluster_name].capacity_providers or {}) do
      known(name)
    end
  end
  local out = {}
  if values.none(body.capacityProviders) then
    for _, name in ipairs(names) do
      out[#out + 1] = provider_view(world, name)
    end
  end
  for _, reference in ipairs(body.capacityProviders or {}) do
    local name = reference:match(":capacity%-provider/(.+)$") or reference
    if seen[name] then
      out[#out + 1] = provider_view(world, name)
    else
      failures[#failures + 1] = { arn = world:arn("capacity-provider/" .. name), reason = "MISSING" }
    end
  end
  return { capacityProviders = out, failures = failures }
end

return clusters
