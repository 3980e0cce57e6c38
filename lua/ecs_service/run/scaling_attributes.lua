--- What was read of auto scaling, as attributes of a declaration: under the keys that a declaration has for it.
local core = require "ecs_service.core"
local sections = require "ecs_service.run.scaling_steps".SECTIONS
local suspended = require "ecs_service.run.suspended_scaling"
local tables = require "ecs_service.util.tables"

local attributes = {}

local WORDS = { PutScalingPolicy = "policy", PutScheduledAction = "scheduled action" }

-- Puts what is this stack's into an answer by its keys, and names the rest.
local function sort_out(answer, foreign, labels, section, list)
  answer[section.body] = core.object {}
  for _, one in ipairs(list) do
    local name = one[section.called]
    if not section.type or one.PolicyType == section.type then
      if labels[name] then
        answer[section.body][labels[name]] = one
      else
        foreign[#foreign + 1] = ("%s %s"):format(WORDS[section.put], tostring(name))
      end
    end
  end
end

--- Attributes of what was read, and what of it is somebody else's, in words. Without a target there are none.
---@param found ecs_service.ScalingFound
---@param labels table<string, string> name at AWS → key
---@param more table form, previous, default_tags, ignore_tags: as of core.flatten
---@return table|nil
---@return string[] foreign
function attributes.of(found, labels, more)
  if not found.target then return nil, {} end
  local foreign = {}
  local answer = tables.merge(found.target, { Tags = found.tags,
    SuspendedState = suspended.wire(suspended.read(found.target.SuspendedState)) })
  for _, section in ipairs(sections) do
    sort_out(answer, foreign, labels, section, section.type and found.policies or found.actions)
  end
  for _, policy in ipairs(found.policies) do
    if policy.PolicyType == "PredictiveScaling" then
      foreign[#foreign + 1] = ("policy %s"):format(tostring(policy.PolicyName))
    end
  end
  table.sort(foreign)
  return core.flatten("scaling", tables.merge({ answer = answer, tags_known = found.tags ~= nil }, more)), foreign
end

return attributes
