--- TagResource, UntagResource, ListTagsForResource.
local core = require "ecs_service.core"
local fleet = require "ecs_service.simulator.fleet"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local task_definitions = require "ecs_service.simulator.task_definitions"
local values = require "ecs_service.simulator.values"

local operations = {}

local function not_found()
  refuse.raise("ResourceNotFoundException", "The specified resource could not be found.")
end

local function find_service(world, path)
  local cluster_name, name = path:match "^([^/]+)/([^/]+)$"
  local cluster = world.clusters[cluster_name or ""]
  local service = cluster and cluster.services[name]
  return service and service.status ~= "INACTIVE" and service or nil
end

--- What has tags, by the word of its ARNs.
local KINDS = {
  cluster = function(world, path) return world.clusters[path] end,
  service = find_service,
  ["task-definition"] = function(world, path) return task_definitions.find(world, path) end,
  ["capacity-provider"] = function(world, path)
    local provider = world.capacity_providers[path]
    return provider and provider.status ~= "INACTIVE" and provider or nil
  end,
}

function KINDS.task(world, path)
  local cluster = world.clusters[path:match "^(.+)/" or ""]
  local found = cluster and cluster.tasks[path:match "[^/]+$"]
  if found then found.tags = found.tags or {} end
  return found
end

KINDS["container-instance"] = function(world, path)
  local cluster = world.clusters[path:match "^(.+)/" or ""]
  return cluster and fleet.find(cluster, path:match "[^/]+$")
end

KINDS["task-set"] = function(world, path, arn)
  local service = find_service(world, path:match "^([^/]+/[^/]+)/" or "")
  for _, set in ipairs(service and service.task_sets or {}) do
    if set.arn == arn then return set end
  end
end

-- Those whose ARN names their cluster, when it is of the long format.
local IN_CLUSTERS = { service = true, task = true, ["container-instance"] = true }

--- What an ARN names: anything with a member `tags`.
local function find(world, arn)
  local kind, path = arn:match "^arn:[%w-]+:ecs:[%w-]*:%d*:([%w-]+)/(.+)$"
  if not KINDS[kind or ""] then refuse.invalid "The specified resource ARN is invalid." end
  if IN_CLUSTERS[kind] and not path:find("/", 1, true) then
    refuse.invalid "Long arn format must be used for tagging operations"
  end
  local found = KINDS[kind](world, path, arn)
  if not found or arn ~= world:arn(kind .. "/" .. path) then not_found() end
  return found
end

local function changed(world, found)
  if found.live and found.world then world.scheduler.touch(world, found) end
end

function operations.TagResource(world, body)
  service_checks.tags(body.tags)
  local found = find(world, body.resourceArn)
  local merged = values.copy(found.tags)
  for _, tag in ipairs(body.tags) do
    local known
    for _, other in ipairs(merged) do
      if other.key == tag.key then other.value, known = tag.value or "", true end
    end
    if not known then merged[#merged + 1] = { key = tag.key, value = tag.value or "" } end
  end
  if #merged > 50 then
    refuse.raise("LimitExceededException", "Too many tags: the maximum number of tags per resource is 50.")
  end
  found.tags = merged
  changed(world, found)
  return core.object({})
end

function operations.UntagResource(world, body)
  local found = find(world, body.resourceArn)
  local gone, kept = {}, {}
  for _, key in ipairs(body.tagKeys) do gone[key] = true end
  for _, tag in ipairs(found.tags) do
    if not gone[tag.key] then kept[#kept + 1] = tag end
  end
  found.tags = kept
  changed(world, found)
  return core.object({})
end

function operations.ListTagsForResource(world, body)
  return { tags = values.copy(find(world, body.resourceArn).tags) }
end

return { operations = operations }
