--- Tags of scalable targets: TagResource, UntagResource, ListTagsForResource.
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"
local store = require "ecs_service.simulator.scaling.store"
local values = require "ecs_service.simulator.values"

local operations = {}

local MOST = 50

local function target_of(world, arn)
  for _, target in pairs(world.scaling.targets) do
    if target.arn == arn then return target end
  end
  refuse.raise("ResourceNotFoundException", "No scalable target has the ARN %s", arn)
end

function operations.TagResource(world, body)
  local target = target_of(world, body.ResourceARN)
  local tags, count = values.copy(target.tags), 0
  for key, value in pairs(body.Tags) do
    if key:lower():sub(1, 4) == "aws:" then store.invalid("Tag keys that begin with aws: are reserved.") end
    tags[key] = value
  end
  for _ in pairs(tags) do count = count + 1 end
  if count > MOST then refuse.raise("TooManyTagsException", "A scalable target has at most %d tags.", MOST) end
  target.tags = tags
  return core.object({})
end

function operations.UntagResource(world, body)
  local target = target_of(world, body.ResourceARN)
  for _, key in ipairs(body.TagKeys) do target.tags[key] = nil end
  return core.object({})
end

function operations.ListTagsForResource(world, body)
  return { Tags = core.object(values.copy(target_of(world, body.ResourceARN).tags)) }
end

return { operations = operations }
