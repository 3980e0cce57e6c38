--- Rules of EventBridge and their targets. Those with a schedule start the tasks of their targets on virtual time.
local core = require "ecs_service.core"
local expressions = require "ecs_service.simulator.schedule_expression"
local refuse = require "ecs_service.simulator.api_error"
local scheduled = require "ecs_service.simulator.scheduled_tasks"
local time_zones = require "ecs_service.simulator.time_zones"
local values = require "ecs_service.simulator.values"

local operations = {}

local DEFAULT_BUS, MOST_TARGETS, MOST_A_PAGE = "default", 5, 100

local function invalid(message, ...) refuse.raise("ValidationException", message, ...) end

-- A bus is given by its name or its ARN.
local function bus_of(body) return (body.EventBusName or DEFAULT_BUS):match "[^/]+$" end

local function key_of(body) return bus_of(body) .. "/" .. (body.Name or body.Rule) end

local function find(world, body)
  local rule = world.event_rules[key_of(body)]
  if not rule then
    refuse.raise("ResourceNotFoundException", "Rule %s does not exist on EventBus %s.", body.Name or body.Rule,
      bus_of(body))
  end
  return rule
end

local arm

local function fire(due)
  local world, rule = due.world, due.rule
  if world.event_rules[due.key] ~= rule or rule.generation ~= due.generation then return end
  for _, target in ipairs(rule.targets) do
    if scheduled.is_cluster(target.Arn) and target.EcsParameters then
      local answer, refusal = scheduled.run(world, target, "events-rule/" .. rule.Name)
      table.insert(world.schedule_runs, { at = world.now, rule = due.key, target = target.Id, answer = answer,
        refusal = refusal })
    end
  end
  arm(world, rule)
end

function arm(world, rule)
  rule.generation = (rule.generation or 0) + 1
  local expression = rule.ScheduleExpression and expressions.parse(rule.ScheduleExpression)
  if not expression or rule.State == "DISABLED" then return end
  local time = expressions.next(expression, time_zones.find "UTC", world.now,
    expression.kind == "rate" and rule.at + expression.seconds or rule.at)
  if not time then return end
  world:at(time, fire, { world = world, rule = rule, key = rule.key, generation = rule.generation })
end

local SHOWN = { "Arn", "Description", "EventBusName", "EventPattern", "Name", "RoleArn", "ScheduleExpression",
  "State" }

function operations.PutRule(world, body)
  local expression = body.ScheduleExpression and expressions.parse(body.ScheduleExpression)
  if not body.ScheduleExpression and not body.EventPattern then
    invalid "Parameter(s) EventPattern or ScheduleExpression must be specified."
  elseif body.ScheduleExpression and (not expression or expression.kind == "at") then
    invalid "Parameter ScheduleExpression is not valid."
  elseif body.ScheduleExpression and bus_of(body) ~= DEFAULT_BUS then
    invalid "ScheduleExpression is supported only on the default event bus."
  end
  local key = key_of(body)
  local rule = world.event_rules[key] or { targets = {}, at = world.now, key = key }
  local path = bus_of(body) == DEFAULT_BUS and body.Name or key
  for _, name in ipairs(SHOWN) do rule[name] = body[name] end
  rule.EventBusName, rule.State, rule.Arn = bus_of(body), body.State or "ENABLED", world:arn("rule/" .. path, "events")
  world.event_rules[key] = rule
  arm(world, rule)
  return { RuleArn = rule.Arn }
end

local function view(rule)
  local out = {}
  for _, name in ipairs(SHOWN) do out[name] = rule[name] end
  return out
end

function operations.DescribeRule(world, body) return view(find(world, body)) end

local function page_of(list, body)
  return values.page(list, values.from { nextToken = body.NextToken }, body.Limit or MOST_A_PAGE)
end

function operations.ListRules(world, body)
  local list, prefix = {}, body.NamePrefix or ""
  for _, rule in pairs(world.event_rules) do
    if rule.EventBusName == bus_of(body) and rule.Name:sub(1, #prefix) == prefix then list[#list + 1] = view(rule) end
  end
  table.sort(list, function(a, b) return a.Name < b.Name end)
  local page, following = page_of(list, body)
  return { Rules = page, NextToken = following }
end

function operations.ListTargetsByRule(world, body)
  local page, following = page_of(find(world, body).targets, body)
  return { Targets = values.copy(page), NextToken = following }
end

local function check_target(target)
  if scheduled.is_cluster(target.Arn) and not target.EcsParameters then
    invalid("EcsParameters must be specified for the target %s.", target.Id)
  elseif target.EcsParameters and not target.RoleArn then
    invalid("RoleArn is required for target %s.", target.Arn)
  end
end

local function put_target(rule, target)
  for i, one in ipairs(rule.targets) do
    if one.Id == target.Id then
      rule.targets[i] = target
      return
    end
  end
  rule.targets[#rule.targets + 1] = target
end

local NONE_FAILED = { FailedEntryCount = 0, FailedEntries = {} }

function operations.PutTargets(world, body)
  local rule = find(world, body)
  for _, target in ipairs(body.Targets) do check_target(target) end
  for _, target in ipairs(body.Targets) do put_target(rule, values.copy(target)) end
  if #rule.targets > MOST_TARGETS then
    refuse.raise("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
  end
  return values.copy(NONE_FAILED)
end

function operations.RemoveTargets(world, body)
  local rule, gone, left = find(world, body), {}, {}
  for _, id in ipairs(body.Ids) do gone[id] = true end
  for _, target in ipairs(rule.targets) do
    if not gone[target.Id] then left[#left + 1] = target end
  end
  rule.targets = left
  return values.copy(NONE_FAILED)
end

function operations.DeleteRule(world, body)
  local key = key_of(body)
  if world.event_rules[key] and #world.event_rules[key].targets > 0 then
    invalid "Rule can't be deleted since it has targets."
  end
  world.event_rules[key] = nil
  return core.object {}
end

return { operations = operations }
