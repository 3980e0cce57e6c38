--- What a schedule is to those who do not care what they are about: the table of this kind.
local handles = require "ecs_service.util.handles"
local lazy = require "ecs_service.util.lazy"
local rows_of = require "ecs_service.util.schema_rows"

-- The tasks that it starts are nobody's: they are named by their ids.
local instead = {
  run = "what it starts can be declared as a task of its own, and be run by hand: stack:task",
  deploy = "declare the image in its task definition, and apply: ecs-service apply --target ADDRESS",
  rollback = "declare what it is to start, and apply: ecs-service apply --target ADDRESS",
  stop = "a task that it started is stopped by its id: aws ecs stop-task --cluster CLUSTER --task ID; with "
    .. 'state = "DISABLED" it starts none',
  logs = "of a task that it started: ecs-service logs CLUSTER/SERVICE --task ID",
  exec = "into a task that it started: ecs-service exec CLUSTER/SERVICE --task ID",
  ["port-forward"] = "into a task that it started: ecs-service port-forward CLUSTER/SERVICE PORT --task ID",
}

local schedule = {
  name = "schedule",
  prefix = "schedule",
  section = "schedules",
  one = "schedule",
  many = "schedules",
  id = "group-name/schedule-name",
  declares = "stack:schedule",
  apart = true, -- planned and carried out by files of its own: verbs/plan_schedules.lua, verbs/apply_schedules.lua
  operations = {}, -- no engine's: they are changed before services begin
  rights = lazy "ecs_service.kinds.schedule.rights",
  instead = instead,
}

--- The rows of its arguments; shared, not to be changed.
---@return table[]
function schedule.rows() return rows_of "schedule" end

--- What a declaration has by its address: its name. A rule of EventBridge has one of its own.
---@param config table as it was written
---@param name string
function schedule.complete(config, name)
  if config.name == nil and config.rule == nil then config.name = name end
end

--- Which one it is, among all of its kind.
---@param attributes table|userdata a declaration, or what is recorded
---@return string
function schedule.identity(attributes)
  if attributes.rule then
    return ("rule %s/%s/%s"):format(attributes.event_bus_name or "default", attributes.rule, attributes.target_id or "")
  end
  return ("%s/%s"):format(attributes.group_name or "default", attributes.name)
end

--- What it is called at AWS.
schedule.called = schedule.identity

--- What a plan writes behind its address, where that does not say it.
---@param change table
---@return string group or bus
---@return string|nil name
function schedule.title(change)
  local attributes = change.after or change.before or {}
  if attributes.rule then return attributes.event_bus_name or "default", attributes.rule end
  local group = attributes.group_name or "default"
  if group == "default" and attributes.name == change.address then return "", nil end
  return group, attributes.name
end

--- The revision that it names, as an ARN.
---@param attributes table recorded
---@return string|nil
function schedule.uses(attributes)
  local reference = attributes.task_definition
  local partition, place = tostring(attributes.arn):match "^(arn:[^:]+):[^:]+(:[^:]+:%d+):"
  if not reference or not partition or reference:find "^arn:" then return reference end
  return ("%s:ecs%s:task-definition/%s"):format(partition, place, reference)
end

--- Takes the id of one that exists apart.
---@param id any
---@return string|nil group nil: it is no id
---@return string|nil name
function schedule.parse(id)
  if type(id) ~= "string" then return nil end
  local path = id:match "^arn:[%w-]+:scheduler:[%w-]+:%d+:schedule/(.+)$" or id
  return path:match "^([%w%-_.]+)/([%w%-_.]+)$"
end

return handles.late(schedule, function() return require "ecs_service.kinds.schedule.handle" end)
