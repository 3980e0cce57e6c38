--- CreateCluster, DeleteCluster, DescribeClusters, ListClusters, UpdateCluster, UpdateClusterSettings.
local account_settings = require "ecs_service.simulator.account_settings"
local fleet = require "ecs_service.simulator.fleet"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local tasks = require "ecs_service.simulator.tasks"
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
---@param description table {name, instances, counted?, capacity_providers?, default_capacity_provider_strategy?, …}
function clusters.add(world, description)
  local name = description.name
  local cluster = {
    name = name,
    arn = world:arn("cluster/" .. name),
    status = "ACTIVE",
    fleet = {},                    -- container instances that are registered
    counted = description.counted, -- tasks on EC2 need one of them
    capacity_providers = description.capacity_providers, -- nil: any is welcome
    default_strategy = description.default_capacity_provider_strategy or {},
    settings = description.settings
      or { { name = "containerInsights", value = account_settings.value(world, "containerInsights") } },
    configuration = description.configuration,
    service_connect_defaults = description.service_connect_defaults,
    tags = description.tags or {},
    services = {},       -- by name
    service_names = {},  -- in the order of their creation
    tasks = {},          -- by id, stopped ones for an hour
    task_ids = {},
  }
  for _ = 1, description.instances do fleet.add(world, cluster, {}) end
  fleet.changed(world, cluster)
  if not world.clusters[name] then world.cluster_names[#world.cluster_names + 1] = name end
  world.clusters[name] = cluster
  return cluster
end

local STATISTICS = { "runningEC2TasksCount", "runningFargateTasksCount", "pendingEC2TasksCount",
  "pendingFargateTasksCount", "activeEC2ServiceCount", "activeFargateServiceCount", "drainingEC2ServiceCount",
  "drainingFargateServiceCount" }

local KINDS = { EC2 = "EC2", FARGATE = "Fargate" }

local TASKS = { RUNNING = "running", PENDING = "pending", PROVISIONING = "pending", ACTIVATING = "pending" }
local SERVICES = { ACTIVE = "active", DRAINING = "draining" }

--- How many tasks and services there are in each state, in all and by where they run.
local function census(cluster)
  local counts = { running = 0, pending = 0, active = 0, draining = 0 }
  for _, name in ipairs(STATISTICS) do counts[name] = 0 end
  local function add(state, kind, what)
    if not state then return end
    counts[state] = counts[state] + 1
    local name = state .. (KINDS[kind] or "") .. what
    if counts[name] then counts[name] = counts[name] + 1 end
  end
  for _, task in pairs(cluster.tasks) do add(TASKS[task.status], task.launch_type, "TasksCount") end
  for _, service in pairs(cluster.services) do
    add(SERVICES[service.status], tasks.launch_type_of(service.config), "ServiceCount")
  end
  return counts
end

local function statistics(counts)
  local out = {}
  for i, name in ipairs(STATISTICS) do out[i] = { name = name, value = tostring(counts[name]) } end
  return out
end

local function includes(body, what)
  for _, item in ipairs(body.include or {}) do
    if item == what then return true end
  end
  return false
end
clusters.includes = includes

local function view(cluster, body)
  local counts = census(cluster)
  local attached = includes(body, "ATTACHMENTS")
  return {
    clusterArn = cluster.arn,
    clusterName = cluster.name,
    status = cluster.status,
    registeredContainerInstancesCount = #cluster.fleet,
    runningTasksCount = counts.running,
    pendingTasksCount = counts.pending,
    activeServicesCount = counts.active,
    statistics = includes(body, "STATISTICS") and statistics(counts) or {},
    tags = includes(body, "TAGS") and values.copy(cluster.tags) or {},
    settings = includes(body, "SETTINGS") and values.copy(cluster.settings) or {},
    configuration = includes(body, "CONFIGURATIONS") and values.copy(cluster.configuration) or nil,
    capacityProviders = values.copy(cluster.capacity_providers or {}),
    defaultCapacityProviderStrategy = values.copy(cluster.default_strategy),
    attachments = attached and {} or nil,
    attachmentsStatus = attached and "UPDATE_COMPLETE" or nil,
    serviceConnectDefaults = values.copy(cluster.service_connect_defaults),
  }
end

local EVERYTHING = { include = { "TAGS", "SETTINGS", "CONFIGURATIONS" } }

--- A cluster as the operations that change it answer it.
function clusters.view(cluster) return view(cluster, EVERYTHING) end

local INSIGHTS = { enabled = true, disabled = true, enhanced = true }

local function check_settings(settings)
  for _, setting in ipairs(settings or {}) do
    if setting.name and not INSIGHTS[setting.value or ""] then
      refuse.invalid("The value of %s has to be one of [enabled, disabled, enhanced].", setting.name)
    end
  end
end

local function check_configuration(configuration)
  local exec = configuration and configuration.executeCommandConfiguration
  if exec and exec.logging == "OVERRIDE" and not exec.logConfiguration then
    refuse.invalid "logConfiguration has to be given when logging is OVERRIDE."
  end
end

--- What a request says about Service Connect: an empty namespace stands for none.
local function connect_defaults(body)
  local namespace = body.serviceConnectDefaults and body.serviceConnectDefaults.namespace
  if not namespace or namespace == "" then return nil end
  if #namespace > 1024 or namespace:sub(1, 4) ~= "arn:" and namespace:find '[<>"/]' then
    refuse.invalid "The namespace is not valid."
  end
  return { namespace = namespace }
end

--- Every item with its base and weight.
function clusters.whole_strategy(strategy)
  local out = values.copy(strategy or {})
  for _, item in ipairs(out) do item.base, item.weight = item.base or 0, item.weight or 0 end
  return out
end

function operations.CreateCluster(world, body)
  local name = body.clusterName or "default"
  if #name > 255 or not name:find "^[%w_-]+$" then
    refuse.invalid("Invalid cluster name: it has to be 1 to 255 letters, numbers, hyphens and underscores.")
  end
  service_checks.tags(body.tags)
  check_settings(body.settings)
  check_configuration(body.configuration)
  world.check_capacity_providers(world, body.capacityProviders or {}, body.defaultCapacityProviderStrategy)
  local cluster = world.clusters[name]
  if not cluster or cluster.status ~= "ACTIVE" then
    cluster = clusters.add(world, {
      name = name,
      instances = 0,
      capacity_providers = body.capacityProviders or {},
      default_capacity_provider_strategy = clusters.whole_strategy(body.defaultCapacityProviderStrategy),
      settings = body.settings,
      configuration = body.configuration,
      service_connect_defaults = connect_defaults(body),
      tags = body.tags,
    })
  end
  return { cluster = clusters.view(cluster) }
end

function operations.ListClusters(world, body)
  local arns = {}
  for _, name in ipairs(world.cluster_names) do
    local cluster = world.clusters[name]
    if cluster.status == "ACTIVE" then arns[#arns + 1] = cluster.arn end
  end
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 100, 100))
  return { clusterArns = page, nextToken = next_token }
end

local function set_settings(cluster, settings)
  for _, setting in ipairs(settings) do
    for _, known in ipairs(cluster.settings) do
      if known.name == setting.name then known.value = setting.value end
    end
  end
end

function operations.UpdateCluster(world, body)
  local cluster = clusters.active(world, body.cluster)
  check_settings(body.settings)
  check_configuration(body.configuration)
  local connect = connect_defaults(body)
  set_settings(cluster, body.settings or {})
  cluster.configuration = values.copy(body.configuration) or cluster.configuration
  if body.serviceConnectDefaults then cluster.service_connect_defaults = connect end
  return { cluster = clusters.view(cluster) }
end

function operations.UpdateClusterSettings(world, body)
  local cluster = clusters.active(world, body.cluster)
  if #body.settings == 0 then refuse.invalid "Settings cannot be empty." end
  check_settings(body.settings)
  set_settings(cluster, body.settings)
  return { cluster = clusters.view(cluster) }
end

function operations.DeleteCluster(world, body)
  local cluster = world:find_cluster(body.cluster)
  if not cluster then refuse.raise("ClusterNotFoundException", "Cluster not found.") end
  for _, service in pairs(cluster.services) do
    if service.status ~= "INACTIVE" then
      refuse.raise("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
    end
  end
  if cluster.fleet[1] then
    refuse.raise("ClusterContainsContainerInstancesException",
      "The Cluster cannot be deleted while Container Instances are active or draining.")
  end
  for _, task in pairs(cluster.tasks) do
    if task.status ~= "STOPPED" then
      refuse.raise("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
    end
  end
  cluster.status = "INACTIVE"
  cluster.capacity_providers = {}
  cluster.default_strategy = {}
  return { cluster = clusters.view(cluster) }
end

function operations.DescribeClusters(world, body)
  local out, failures = {}, {}
  local wanted = values.none(body.clusters) and { "default" } or body.clusters
  if #wanted > 100 then refuse.invalid("Clusters cannot have more than 100 items.") end
  for _, reference in ipairs(wanted) do
    local cluster = world:find_cluster(reference)
    if cluster then
      out[#out + 1] = view(cluster, body)
    else
      local is_arn = reference:sub(1, 4) == "arn:"
      failures[#failures + 1] = { arn = is_arn and reference or world:arn("cluster/" .. reference), reason = "MISSING" }
    end
  end
  return { clusters = out, failures = failures }
end

return clusters
