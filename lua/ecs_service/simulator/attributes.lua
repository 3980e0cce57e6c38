--- PutAttributes, DeleteAttributes, ListAttributes: what container instances are marked with.
local clusters = require "ecs_service.simulator.clusters"
local fleet = require "ecs_service.simulator.fleet"
local refuse = require "ecs_service.simulator.api_error"
local values = require "ecs_service.simulator.values"

local attributes = { operations = {} }
local operations = attributes.operations

-- "You can specify up to 10 custom attributes for each resource", and as many in a call.
local MOST = 10
local TYPE = "container-instance"

local function check_value(value)
  if #value < 1 or #value > 128 or not value:find "^[%w%-_.@/\\: ]+$" or value:find "^ " or value:find " $" then
    refuse.invalid("The attribute value '%s' is not valid.", value)
  end
end

local function check(list)
  if #list == 0 then refuse.invalid "Attributes cannot be empty." end
  if #list > MOST then refuse.invalid("A request takes at most %d attributes.", MOST) end
  for _, attribute in ipairs(list) do
    if #attribute.name > 128 or not attribute.name:find "^[%w%-_/\\.]+$" then
      refuse.invalid("The attribute name '%s' is not valid.", attribute.name)
    elseif attribute.value then
      check_value(attribute.value)
    end
  end
end

--- The instances that an attribute is for: all of the cluster when it names none.
local function targets(cluster, attribute)
  if not attribute.targetId then return cluster.fleet end
  if attribute.targetId:sub(1, 4) ~= "arn:" and not attribute.targetType then
    refuse.invalid "targetType has to be given with the short form of a targetId."
  end
  local instance = fleet.find(cluster, attribute.targetId)
  if not instance then refuse.raise("TargetNotFoundException", "The specified target could not be found.") end
  return { instance }
end

local function each_target(cluster, list, visit)
  for _, attribute in ipairs(list) do
    for _, instance in ipairs(targets(cluster, attribute)) do visit(instance, attribute) end
  end
end

local function has(list, name)
  for _, attribute in ipairs(list) do
    if attribute.name == name then return true end
  end
  return false
end

function operations.PutAttributes(world, body)
  local cluster = clusters.active(world, body.cluster)
  check(body.attributes)
  local more = {} -- by instance: the names that are new
  each_target(cluster, body.attributes, function(instance, attribute)
    more[instance] = more[instance] or {}
    if not has(instance.custom, attribute.name) then more[instance][attribute.name] = true end
  end)
  for instance, names in pairs(more) do
    local count = #instance.custom
    for _ in pairs(names) do count = count + 1 end
    if count > MOST then
      refuse.raise("AttributeLimitExceededException", "A resource can have at most %d custom attributes.", MOST)
    end
  end
  each_target(cluster, body.attributes, function(instance, attribute) fleet.set(instance.custom, attribute) end)
  return { attributes = values.copy(body.attributes) }
end

function operations.DeleteAttributes(world, body)
  local cluster = clusters.active(world, body.cluster)
  check(body.attributes)
  each_target(cluster, body.attributes, function() end) -- all of them, before any goes
  local gone = {}
  each_target(cluster, body.attributes, function(instance, attribute)
    for i, known in ipairs(instance.custom) do
      if known.name == attribute.name then
        table.remove(instance.custom, i)
        gone[#gone + 1] = { name = known.name, value = known.value, targetId = instance.arn, targetType = TYPE }
        return
      end
    end
  end)
  return { attributes = gone }
end

function operations.ListAttributes(world, body)
  local cluster = clusters.active(world, body.cluster)
  if body.attributeValue and not body.attributeName then
    refuse.invalid "attributeName has to be given with an attributeValue."
  end
  local out = {}
  for _, instance in ipairs(cluster.fleet) do
    for _, list in ipairs { instance.attributes, instance.custom } do
      for _, attribute in ipairs(list) do
        if (not body.attributeName or body.attributeName == attribute.name)
          and (not body.attributeValue or body.attributeValue == attribute.value) then
          out[#out + 1] = { name = attribute.name, value = attribute.value, targetId = instance.arn,
            targetType = TYPE }
        end
      end
    end
  end
  local page, next_token = values.page(out, values.from(body), values.page_size(body, 100, 100))
  return { attributes = page, nextToken = next_token }
end

return attributes
