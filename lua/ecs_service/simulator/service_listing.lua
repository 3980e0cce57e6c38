--- How services are read: DescribeServices, ListServices, ListServicesByNamespace.
local clusters = require "ecs_service.simulator.clusters"
local refuse = require "ecs_service.simulator.api_error"
local service_view = require "ecs_service.simulator.service_view"
local services = require "ecs_service.simulator.services"
local values = require "ecs_service.simulator.values"

local service_listing = { operations = {} }
local operations = service_listing.operations

-- How the service looked read_lag seconds ago; nil when it was not there yet.
local function seen(world, service, with_tags)
  if world.options.read_lag == 0 then return service_view.service(world, service, with_tags) end
  local at = world.now - world.options.read_lag
  local view
  for _, memory in ipairs(service.memories or {}) do
    if memory.at <= at then view = memory.view end
  end
  view = values.copy(view)
  if view and not with_tags then view.tags = nil end
  return view
end

--- Remembers how a service looks now, for reads that lag.
function service_listing.remember(world, service)
  if world.options.read_lag == 0 then return end
  local memories = service.memories or {}
  local kept, at = {}, world.now - world.options.read_lag
  for i, memory in ipairs(memories) do
    local next_one = memories[i + 1]
    if memory.at ~= world.now and not (next_one and next_one.at <= at) then kept[#kept + 1] = memory end
  end
  kept[#kept + 1] = { at = world.now, view = service_view.service(world, service, true) }
  service.memories = kept
end

local function missing(world, cluster, reference)
  local arn = reference:sub(1, 4) == "arn:" and reference
    or world:arn(("service/%s/%s"):format(cluster.name, reference))
  return { arn = arn, reason = "MISSING" }
end

function operations.DescribeServices(world, body)
  if #body.services == 0 then
    refuse.invalid("Services cannot be empty.")
  elseif #body.services > 10 then
    refuse.invalid("Services cannot have more than 10 items.")
  end
  local cluster = clusters.active(world, body.cluster)
  local with_tags = clusters.includes(body, "TAGS")
  local out, failures = {}, {}
  for _, reference in ipairs(body.services) do
    local service = services.lookup(cluster, reference)
    local view = service and seen(world, service, with_tags)
    if view then
      if with_tags then view.tags = view.tags or {} end
      out[#out + 1] = view
    else
      failures[#failures + 1] = missing(world, cluster, reference)
    end
  end
  return { services = out, failures = failures }
end

-- The few members that a listing goes by.
local function brief(world, service)
  if world.options.read_lag > 0 then return seen(world, service, false) end
  local config = service.config
  return { serviceArn = service.arn, status = service.status, schedulingStrategy = config.schedulingStrategy,
    launchType = values.none(config.capacityProviderStrategy) and config.launchType or nil }
end

function operations.ListServices(world, body)
  local cluster = clusters.active(world, body.cluster)
  local arns = {}
  for _, name in ipairs(cluster.service_names) do
    local view = brief(world, cluster.services[name])
    if view and view.status == "ACTIVE" and (not body.launchType or body.launchType == view.launchType)
      and (not body.schedulingStrategy or body.schedulingStrategy == view.schedulingStrategy)
      and (not body.resourceManagementType or body.resourceManagementType == "CUSTOMER") then
      arns[#arns + 1] = view.serviceArn
    end
  end
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 10, 100))
  return { serviceArns = page, nextToken = next_token }
end

--- The namespace that a service is in: its own, else its cluster's.
local function namespace_of(service)
  local connect = service.config.serviceConnectConfiguration
  if not connect or not connect.enabled then return nil end
  local default = service.cluster.service_connect_defaults
  return connect.namespace or default and default.namespace
end

--- Over all clusters. A namespace exists, as far as can be known here, where a cluster or a service names it.
function operations.ListServicesByNamespace(world, body)
  local arns, is_known = {}, false
  for _, cluster_name in ipairs(world.cluster_names) do
    local cluster = world.clusters[cluster_name]
    local default = cluster.service_connect_defaults
    is_known = is_known or default ~= nil and default.namespace == body.namespace
    for _, name in ipairs(cluster.service_names) do
      local service = cluster.services[name]
      if namespace_of(service) == body.namespace then
        is_known = true
        if service.status == "ACTIVE" then arns[#arns + 1] = service.arn end
      end
    end
  end
  if not is_known then refuse.raise("NamespaceNotFoundException", "The specified namespace was not found.") end
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 10, 100))
  return { serviceArns = page, nextToken = next_token }
end

return service_listing
