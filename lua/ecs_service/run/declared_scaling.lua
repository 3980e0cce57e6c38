--- What Application Auto Scaling has of services: targets, many at once; policies and scheduled actions of those that
--- have one.
local call = require "ecs_service.run.api_call"
local core = require "ecs_service.core"
local names = require "ecs_service.util.identifiers"
local tables = require "ecs_service.util.tables"

local reader = {}

local API = "application-autoscaling"
local NAMESPACE, DIMENSION = "ecs", "ecs:service:DesiredCount"
local MOST_IDS = 50 -- of one DescribeScalableTargets

--- How the API calls the service of attributes.
---@param attributes table|userdata { cluster, name }
---@return string
function reader.id(attributes) return "service/" .. names.identity(attributes.cluster, attributes.name) end

--- What every request about a target has.
---@param id string
---@param more table|nil
---@return table
function reader.about(id, more)
  return tables.merge({ ServiceNamespace = NAMESPACE, ScalableDimension = DIMENSION, ResourceId = id }, more)
end

local function told(err)
  err.api = API
  return err
end

-- Servers that others wrote may know no tags of targets: what they have of these is then as it was recorded.
local function can_be_missing(one, err)
  return one.operation == "ListTagsForResource" and err.http_status ~= nil
    and not tostring(err.code):find "^AccessDenied"
end

-- Calls with all of their pages: `take` is given the index of a call and each of its answers.
local function pages(session, calls, opts, take)
  local open = {}
  for i, one in ipairs(calls) do open[i] = { index = i, operation = one.operation, body = one.body } end
  while #open > 0 do
    local further = {}
    for i, result in ipairs(call.all(session, open, opts)) do
      if result.err and not can_be_missing(open[i], result.err) then return nil, told(result.err) end
      if result.answer then take(open[i].index, result.answer) end
      local token = result.answer and result.answer.NextToken
      if token then
        further[#further + 1] = tables.merge(open[i], { body = tables.merge(open[i].body, { NextToken = token }) })
      end
    end
    open = further
  end
  return true
end

local function read_targets(session, wanted, opts, found)
  local calls, by_id = {}, {}
  for i = 1, #wanted, MOST_IDS do
    local ids = {}
    for k = i, math.min(#wanted, i + MOST_IDS - 1) do
      ids[#ids + 1] = wanted[k].id
      by_id[wanted[k].id] = by_id[wanted[k].id] or {}
      table.insert(by_id[wanted[k].id], wanted[k])
    end
    calls[#calls + 1] = { operation = "DescribeScalableTargets",
      body = { ServiceNamespace = NAMESPACE, ScalableDimension = DIMENSION, ResourceIds = ids } }
  end
  return pages(session, calls, opts, function(_, answer)
    for _, target in ipairs(answer.ScalableTargets or {}) do
      for _, one in ipairs(by_id[target.ResourceId] or {}) do found[one.address].target = target end
    end
  end)
end

local PARTS = { { operation = "DescribeScalingPolicies", member = "ScalingPolicies", into = "policies" },
  { operation = "DescribeScheduledActions", member = "ScheduledActions", into = "actions" } }

local function read_parts(session, list, opts, found)
  local calls, owners = {}, {}
  for _, one in ipairs(list) do
    for _, part in ipairs(PARTS) do
      calls[#calls + 1] = { operation = part.operation, body = reader.about(one.id) }
      owners[#calls] = { into = found[one.address][part.into], member = part.member }
    end
    if one.tags then
      calls[#calls + 1] = { operation = "ListTagsForResource",
        body = { ResourceARN = found[one.address].target.ScalableTargetARN } }
      owners[#calls] = { tags = found[one.address] }
    end
  end
  return pages(session, calls, opts, function(index, answer)
    local owner = owners[index]
    if owner.tags then owner.tags.tags = core.object(tables.merge(answer.Tags)) end
    for _, item in ipairs(owner.member and answer[owner.member] or {}) do table.insert(owner.into, item) end
  end)
end

---@class ecs_service.ScalingFound
---@field target table|nil   of DescribeScalableTargets; nil: there is none
---@field policies table[]   of DescribeScalingPolicies
---@field actions table[]    of DescribeScheduledActions
---@field tags table|nil     where they were asked for

local function with_targets(session, wanted, opts)
  local found = {}
  for _, one in ipairs(wanted) do found[one.address] = { policies = {}, actions = {} } end
  if #wanted == 0 then return found end
  local own, err = session.toward(API)
  if not own then return nil, err end
  local read
  read, err = read_targets(own, wanted, opts, found)
  return read and found, err or own
end

--- Reads the targets alone.
---@param session ecs_service.Session of ECS
---@param wanted table[] { address, id }
---@param opts table { interrupted, timeout }
---@return table<string, ecs_service.ScalingFound>|nil
---@return ecs_service.Error|nil
function reader.targets(session, wanted, opts)
  local found, err = with_targets(session, wanted, opts)
  if not found then return nil, err end
  return found
end

--- Reads them.
---@param session ecs_service.Session of ECS
---@param wanted table[] { address, id, tags = whether tags are read }
---@param opts table { interrupted, timeout }
---@return table<string, ecs_service.ScalingFound>|nil
---@return ecs_service.Error|nil
function reader.all(session, wanted, opts)
  local found, own = with_targets(session, wanted, opts)
  if not found then return nil, own end
  local there = {}
  for _, one in ipairs(wanted) do
    if found[one.address].target then there[#there + 1] = one end
  end
  local read, err = read_parts(own, there, opts, found)
  if not read then return nil, err end
  return found
end

return reader
