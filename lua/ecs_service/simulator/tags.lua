-- tags: TagResource, UntagResource, ListTagsForResource.
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"
local service_checks = require "ecs_service.simulator.service_checks"
local task_definitions = require "ecs_service.simulator.task_definitions"
local values = require "ecs_service.simulator.values"

local operations = {}

local function not_found()
  refuse.raise("ResourceNotFoundException", "The specified resource could not be found.")
end

local function find_service(world, path)
  local cluster_name, name = path:match("^(.+)/([^/]+)$")
  local cluster = world.clusters[cluster_name or "default"]
  return cluster and cluster.services[name or path]
end

-- What an ARN names: anything with a member `tags`.
local function find(world, arn)
  local kind, path = arn:match("^arn:[%w-]+:ecs:[%w-]*:%d*:([%w-]+)/(.+)$")
  if not kind then
    refuse.invalid("The specified resource ARN is invalid.")
  end
  local found
  if kind == "cluster" then
    found = world.clusters[path]
  elseif kind == "service" then
    found = find_service(world, path)
  elseif kind == "task-definition" then
    found = task_definitions.find(world, path)
  elseif kind == "task" then
    local cluster = world.clusters[path:match("^(.+)/") or "default"]
    found = cluster and cluster.tasks[path:match("[^/]+$")]
    if found then
      found.tags = found.tags or {}
    end
  elseif kind == "task-set" then
    local service = find_service(world, path:match("^([^/]+/[^/]+)/") or "")
    for _, set in ipairs(service and service.task_sets or {}) do
      found = set.arn == arn and set or found
    end
  end
  if not found or found.arn ~= arn and kind ~= "service" or found.status == "INACTIVE" and kind == "service" then
    not_found()
  end
  return found
end

local function changed(world, found)
  if found.live and found.world then
    world.scheduler.touch(world, found)
  end
end

function operations.TagResource(world, body)
  service_checks.tags(body.tags)
  local found = find(world, body.resourceArn)
  local merged = values.copy(found.tags)
  for _, tag in ipairs(body.tags) do
    local known
    for _, other in ipairs(merged) do
      if other.key == tag.key then
        other.value, known = tag.value or "", true
      end
    end
    if not known then
      merged[#merged + 1] = { key = tag.key, value = tag.value or "" }
    end
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
  for _, key in ipairs(body.tagKeys) do
    gone[key] = true
  end
  for _, tag in ipairs(found.tags) do
    if not gone[tag.key] then
      kept[#kept + 1] = tag
    end
  end
  found.tags = kept
  changed(world, found)
  return core.object({})
end

function operations.ListTagsForResource(world, body)
  return { tags = values.copy(find(world, body.resourceArn).tags) }
end

return { operations = operations }
