--- Where the containers of a task write their logs: the streams of CloudWatch Logs of those with the driver awslogs,
--- and in words where the lines of the others go.
local names = require "ecs_service.util.identifiers"

local log_streams = {}

---@class ecs_service.LogStream
---@field task string           the id of the task
---@field container string
---@field region string|nil     where its group is; nil: it cannot be read, and `elsewhere` says why
---@field group string|nil
---@field name string|nil       nil: it is not known before the container has started
---@field elsewhere string|nil  where its lines go, in words

-- Options that name a place, of drivers whose lines are kept elsewhere. What else they have may be secret.
local PLACES = { "Name", "splunk-url", "fluentd-address", "gelf-address", "syslog-address" }

-- A URL without the name and the password that may stand in it.
local function place_of(options)
  for _, name in ipairs(PLACES) do
    local value = options[name]
    if type(value) == "string" then
      return (" (%s)"):format((value:gsub("//[^/@]*@", "//"):gsub("[?#].*$", "")))
    end
  end
  return ""
end

local function elsewhere(logging)
  if type(logging) ~= "table" or type(logging.logDriver) ~= "string" then
    return "has no log configuration: its lines stay where it runs"
  end
  return ("writes by %s%s, not to CloudWatch Logs"):format(logging.logDriver,
    place_of(type(logging.options) == "table" and logging.options or {}))
end

-- Without a prefix a stream bears the name that Docker gave the container.
local function name_of(options, task, container)
  local prefix = options["awslogs-stream-prefix"]
  if prefix then return ("%s/%s/%s"):format(prefix, container, names.last(task.taskArn)) end
  for _, one in ipairs(task.containers or {}) do
    if one.name == container then return one.runtimeId end
  end
end

-- A host is made of the region: nothing but one may stand there.
local function is_region(text) return type(text) == "string" and text:find "^%l[%l%d-]*%d$" ~= nil end

--- Where the containers of a task write.
---@param task table of DescribeTasks: taskArn, containers
---@param definition table its task definition, as the API has it
---@param region string of the stack, for those that name none
---@return ecs_service.LogStream[] in the order of the containers
function log_streams.of(task, definition, region)
  local list = {}
  for i, container in ipairs(definition.containerDefinitions or {}) do
    local logging = container.logConfiguration
    local one = { task = names.last(task.taskArn), container = container.name }
    local options = type(logging) == "table" and logging.logDriver == "awslogs" and logging.options
    if not options then
      one.elsewhere = elsewhere(logging)
    elseif not is_region(options["awslogs-region"] or region) then
      one.elsewhere = "writes to a region that is none: " .. tostring(options["awslogs-region"])
    else
      one.region, one.group = options["awslogs-region"] or region, options["awslogs-group"]
      one.name = name_of(options, task, container.name)
    end
    list[i] = one
  end
  return list
end

return log_streams
