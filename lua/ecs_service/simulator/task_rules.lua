--- The rules of sim:tasks: what they may say, and which of them befalls a task.

local durations = require "ecs_service.util.durations"
local endings = require "ecs_service.simulator.task_outcomes"
local options = require "ecs_service.simulator.options"
local values = require "ecs_service.simulator.values"

local rules = {}

local MEMBERS = {
  service = "string", cluster = "string", deployment = "string", task_definition = "string", after = "duration",
  exit_code = "number", reason = "string", times = "number", existing = "boolean", start_seconds = "duration",
  log = "table",
}

local function is_lines(list)
  for key, line in pairs(list) do
    if type(key) ~= "number" or type(line) ~= "string" then return false end
  end
  return true
end

local function check_log(log)
  if is_lines(log) then return nil end
  for name, lines in pairs(log) do
    if type(name) ~= "string" or type(lines) ~= "table" or not is_lines(lines) then
      return "wants log as a list of lines, or as a table of such lists by the names of containers"
    end
  end
end

--- What is wrong with a rule, or nil.
function rules.check(rule)
  if type(rule) ~= "table" then return "takes a table" end
  for name, value in pairs(rule) do
    if name ~= "outcome" and not MEMBERS[name] then
      return "has no " .. tostring(name)
    elseif MEMBERS[name] == "duration" then
      local _, problem = options.value(name, value, "duration")
      if problem then return ": " .. problem end
    elseif name ~= "outcome" and type(value) ~= MEMBERS[name] then
      return ("wants a %s as %s"):format(MEMBERS[name], name)
    end
  end
  local problem = rule.log and check_log(rule.log)
  if problem or rule.outcome == nil and (rule.log or rule.start_seconds) then return problem end
  return endings.check(rule.outcome)
end

--- A rule as the simulator keeps it.
---@param world table
---@param given table that rules.check finds nothing wrong with
function rules.own(world, given)
  local out = {}
  for name, value in pairs(given) do
    out[name] = MEMBERS[name] == "duration" and durations.seconds(value, true) or value
  end
  out.cluster = given.cluster and world:cluster_name(given.cluster)
  out.log = values.copy(given.log)
  out.left = given.times
  endings.adopt(out)
  return out
end

-- "migrate" names every revision of the family, "migrate:3" and an ARN one.
local function is_of(definition, name)
  return name == definition.family or name == definition.short or name == definition.arn
end

--- Whether a rule is about a task.
---@param about table cluster, definition; of a service's task also service and deployment (or task set)
function rules.fits(rule, about)
  return (not rule.service or rule.service == about.service)
    and (not rule.cluster or rule.cluster == about.cluster)
    and (not rule.deployment or rule.deployment == about.deployment)
    and (not rule.task_definition or is_of(about.definition, rule.task_definition))
end

--- The newest rule for a task that is to be started, nil when none fits.
function rules.take(world, about)
  for i = #world.rules, 1, -1 do
    local rule = world.rules[i]
    if (rule.left or 1) > 0 and rules.fits(rule, about) then
      if rule.left then rule.left = rule.left - 1 end
      return rule
    end
  end
  return nil
end

return rules
