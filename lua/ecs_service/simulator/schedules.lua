--- Schedules of EventBridge Scheduler: kept, and run on virtual time. What they start are tasks of this account.
local core = require "ecs_service.core"
local expressions = require "ecs_service.simulator.schedule_expression"
local refuse = require "ecs_service.simulator.api_error"
local scheduled = require "ecs_service.simulator.scheduled_tasks"
local time_zones = require "ecs_service.simulator.time_zones"
local values = require "ecs_service.simulator.values"

local operations = {}

local DEFAULT_GROUP = "default"
local MOST_A_PAGE = 100

local function invalid(message, ...) refuse.raise("ValidationException", message, ...) end

local function key_of(body) return (body.GroupName or DEFAULT_GROUP) .. "/" .. body.Name end

local function check_group(world, name)
  if name ~= DEFAULT_GROUP and not world.schedule_groups[name] then
    refuse.raise("ResourceNotFoundException", "Schedule group %s does not exist.", name)
  end
end

local function find(world, body)
  local schedule = world.schedules[key_of(body)]
  if not schedule then refuse.raise("ResourceNotFoundException", "Schedule %s does not exist.", body.Name) end
  return schedule
end

local function check_name(name)
  if name:find "[^%w%-_.]" then invalid("Invalid name: letters, digits, hyphens, underscores and dots.") end
end

local function check_window(window)
  if window.Mode == "FLEXIBLE" and not window.MaximumWindowInMinutes then
    invalid "MaximumWindowInMinutes must be provided when the flexible time window mode is FLEXIBLE."
  elseif window.Mode == "OFF" and window.MaximumWindowInMinutes then
    invalid "MaximumWindowInMinutes must not be provided when the flexible time window mode is OFF."
  end
end

local function check_target(target)
  if not target.RoleArn:find "^arn:[%w-]+:iam::%d+:role/." then invalid("RoleArn %s is not valid.", target.RoleArn) end
  local given = target.EcsParameters
  if not scheduled.is_cluster(target.Arn) then
    if given then invalid("EcsParameters must not be provided for the target %s.", target.Arn) end
    return
  elseif not given then
    invalid("EcsParameters must be provided for the target %s.", target.Arn)
  elseif not given.TaskDefinitionArn:find "^arn:[%w-]+:ecs:[%w-]+:%d+:task%-definition/." then
    invalid("TaskDefinitionArn %s is not valid.", given.TaskDefinitionArn)
  elseif given.LaunchType and not values.none(given.CapacityProviderStrategy) then
    invalid "LaunchType and CapacityProviderStrategy must not be provided together."
  end
end

local function check(body)
  if not expressions.parse(body.ScheduleExpression) then
    invalid("Invalid Schedule Expression %s.", body.ScheduleExpression)
  elseif not time_zones.find(body.ScheduleExpressionTimezone or "UTC") then
    invalid("The ScheduleExpressionTimezone %s is not supported.", body.ScheduleExpressionTimezone)
  end
  check_name(body.Name)
  check_window(body.FlexibleTimeWindow)
  check_target(body.Target)
end

local arm

local function last_run(schedule) return not schedule.due_next and schedule.ActionAfterCompletion == "DELETE" end

-- What a schedule does when its time has come; one that was changed meanwhile has another time.
local function fire(due)
  local world, schedule = due.world, due.schedule
  if world.schedules[due.key] ~= schedule or schedule.generation ~= due.generation then return end
  if scheduled.is_cluster(schedule.Target.Arn) then
    local answer, refusal = scheduled.run(world, schedule.Target, "chronos-schedule/" .. schedule.Name)
    table.insert(world.schedule_runs, { at = world.now, schedule = due.key, answer = answer, refusal = refusal })
  end
  arm(world, schedule, world.now)
  if last_run(schedule) then world.schedules[due.key] = nil end
end

-- One that ends is not due any more behind its end; nothing begins before its start. Those for one time know neither.
function arm(world, schedule, after)
  schedule.generation = (schedule.generation or 0) + 1
  schedule.due_next = nil
  local expression = expressions.parse(schedule.ScheduleExpression)
  local recurs = expression.kind ~= "at"
  local start = recurs and schedule.StartDate or schedule.CreationDate
  if recurs and schedule.StartDate then after = math.max(after, schedule.StartDate - 1) end
  local anchor = expression.kind == "rate" and not schedule.StartDate
    and schedule.CreationDate + expression.seconds or start
  local zone = time_zones.find(schedule.ScheduleExpressionTimezone)
  local time = expressions.next(expression, zone, after, anchor)
  if not time or schedule.State == "DISABLED" or recurs and schedule.EndDate and time > schedule.EndDate then return end
  schedule.due_next = time
  world:at(time, fire, { world = world, schedule = schedule, key = key_of(schedule), generation = schedule.generation })
end

local KEPT = { "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow", "KmsKeyArn",
  "ScheduleExpression", "StartDate" }

-- What is left out of a request has its default afterwards, whatever was there before.
local function put(world, schedule, body)
  for _, name in ipairs(KEPT) do schedule[name] = values.copy(body[name]) end
  schedule.ActionAfterCompletion = schedule.ActionAfterCompletion or "NONE"
  schedule.ScheduleExpressionTimezone = body.ScheduleExpressionTimezone or "UTC"
  schedule.State = body.State or "ENABLED"
  schedule.Target = values.copy(body.Target)
  local policy = schedule.Target.RetryPolicy or core.object {}
  policy.MaximumEventAgeInSeconds = policy.MaximumEventAgeInSeconds or 86400
  policy.MaximumRetryAttempts = policy.MaximumRetryAttempts or 185
  schedule.Target.RetryPolicy = policy
  schedule.LastModificationDate = world.now
  arm(world, schedule, world.now)
end

-- Whether this very request was answered before.
local function answered(schedule, body)
  return schedule and body.ClientToken and schedule.token == body.ClientToken and values.equal(schedule.made_of, body)
end

function operations.CreateSchedule(world, body)
  check(body)
  local group = body.GroupName or DEFAULT_GROUP
  check_group(world, group)
  local key = key_of(body)
  local schedule = world.schedules[key]
  if answered(schedule, body) then return { ScheduleArn = schedule.Arn } end
  if schedule then refuse.raise("ConflictException", "Schedule %s already exists.", body.Name) end
  schedule = { Name = body.Name, GroupName = group, CreationDate = world.now, token = body.ClientToken,
    made_of = values.copy(body), Arn = world:arn("schedule/" .. key, "scheduler") }
  world.schedules[key] = schedule
  put(world, schedule, body)
  return { ScheduleArn = schedule.Arn }
end

function operations.UpdateSchedule(world, body)
  check(body)
  local schedule = find(world, body)
  put(world, schedule, body)
  return { ScheduleArn = schedule.Arn }
end

function operations.DeleteSchedule(world, body)
  find(world, body)
  world.schedules[key_of(body)] = nil
  return core.object {}
end

local SHOWN = { "Arn", "CreationDate", "GroupName", "LastModificationDate", "Name", "State",
  "ScheduleExpressionTimezone", "Target", "ActionAfterCompletion", "Description", "EndDate", "FlexibleTimeWindow",
  "KmsKeyArn", "ScheduleExpression", "StartDate" }

function operations.GetSchedule(world, body)
  local schedule, out = find(world, body), {}
  for _, name in ipairs(SHOWN) do out[name] = values.copy(schedule[name]) end
  return out
end

local function fits(schedule, body)
  local prefix = body.NamePrefix or ""
  return (not body.GroupName or schedule.GroupName == body.GroupName) and schedule.Name:sub(1, #prefix) == prefix
    and (not body.State or schedule.State == body.State)
end

function operations.ListSchedules(world, body)
  if body.GroupName then check_group(world, body.GroupName) end
  local keys, list = {}, {}
  for key, schedule in pairs(world.schedules) do
    if fits(schedule, body) then keys[#keys + 1] = key end
  end
  table.sort(keys)
  for i, key in ipairs(keys) do
    local schedule = world.schedules[key]
    list[i] = { Target = { Arn = schedule.Target.Arn } }
    for k = 1, 6 do list[i][SHOWN[k]] = schedule[SHOWN[k]] end
  end
  local page, following = values.page(list, values.from { nextToken = body.NextToken },
    body.MaxResults or MOST_A_PAGE)
  return { Schedules = page, NextToken = following }
end

function operations.CreateScheduleGroup(world, body)
  check_name(body.Name)
  if body.Name == DEFAULT_GROUP or world.schedule_groups[body.Name] then
    refuse.raise("ConflictException", "Schedule group %s already exists.", body.Name)
  end
  local arn = world:arn("schedule-group/" .. body.Name, "scheduler")
  world.schedule_groups[body.Name] = { arn = arn }
  return { ScheduleGroupArn = arn }
end

return { operations = operations }
