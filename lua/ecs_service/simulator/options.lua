--- What ecs.simulator takes, with defaults; misuse is named.
local durations = require "ecs_service.util.durations"
local throttle = require "ecs_service.simulator.throttle"

local options = {}

local kinds = {
  region = "string", account_id = "string", clusters = "table", task_definitions = "table",
  verify_signatures = "boolean", credentials = "table", read_lag = "duration", task_start_seconds = "duration",
  stop_seconds = "duration", health_seconds = "duration", alarm_bake_seconds = "duration",
  inactive_seconds = "duration", seed = "number", latency = "duration", start_time = "number",
  instances = "number", capacity = "number", max_skew = "duration", service_deployments = "boolean",
  record_lag = "duration", stop_abort = "boolean", task_seconds = "duration",
}

local defaults = {
  region = "us-west-2", account_id = "123456789012", clusters = { "default" }, task_definitions = {},
  verify_signatures = false, read_lag = 0, task_start_seconds = 10, stop_seconds = 10, health_seconds = 10,
  alarm_bake_seconds = 60, inactive_seconds = 3600, seed = 1, latency = 0.05, start_time = 1767225600, instances = 3,
  throttle = false, max_skew = 300, service_deployments = true, record_lag = 0, stop_abort = false,
  task_seconds = 20,
  -- The pair that AWS's own documentation uses.
  credentials = { access_key_id = "AKIDEXAMPLE", secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
}

local function check_throttle(option)
  if option == nil or type(option) == "boolean" then
    return nil
  elseif type(option) ~= "table" then
    return "throttle has to be true, false or a table of classes"
  end
  for class, figures in pairs(option) do
    if not throttle.published[class] then
      return "throttle has no class " .. tostring(class)
    elseif type(figures) ~= "table" then
      return "throttle." .. class .. " has to be a table { burst =, rate = }"
    end
  end
  return nil
end

local function check_scene(out)
  for _, entry in ipairs(out.clusters) do
    if type(entry) ~= "string" and (type(entry) ~= "table" or type(entry.name) ~= "string") then
      return "clusters are names, or tables with a name"
    end
  end
  for _, entry in ipairs(out.task_definitions) do
    local family = type(entry) == "table" and entry.family or entry
    if type(family) ~= "string" or type(entry) == "string" and not entry:find("^[%w_-]+:?%d*$") then
      return 'task_definitions are texts like "mongo:7", or tables with a family'
    end
  end
  return nil
end

--- One value of a table of options, whose durations become seconds; the second result says what is wrong.
---@param kind string a type of Lua's, or "duration"
function options.value(name, value, kind)
  if kind ~= "duration" then
    if type(value) == kind then return value end
    return nil, ("%s has to be a %s, not a %s"):format(name, kind, type(value))
  end
  local seconds, why = durations.read(value, false, true)
  return seconds, why and ("%s = %s; write %s"):format(name, why, durations.HINT)
end

--- The options with defaults; the second result says what is wrong.
function options.complete(given)
  if given ~= nil and type(given) ~= "table" then return nil, "the options have to be a table" end
  local out = {}
  for name, value in pairs(defaults) do out[name] = value end
  for name, value in pairs(given or {}) do
    if name ~= "throttle" and not kinds[name] then return nil, "there is no option " .. tostring(name) end
    local problem
    out[name] = value
    if kinds[name] then out[name], problem = options.value(name, value, kinds[name]) end
    if problem then return nil, problem end
    if kinds[name] == "number" and (value < 0 or value ~= value) then return nil, name .. " must not be negative" end
  end
  if not out.account_id:find("^%d%d%d%d%d%d%d%d%d%d%d%d$") then return nil, "account_id has to be twelve digits" end
  local problem = check_throttle(out.throttle) or check_scene(out)
  if problem then return nil, problem end
  out.skew_given = given ~= nil and given.max_skew ~= nil
  out.instances_given = given ~= nil and given.instances ~= nil
  if out.credentials.access_key_id then out.credentials = { out.credentials } end
  for _, pair in ipairs(out.credentials) do
    if type(pair.access_key_id) ~= "string" or type(pair.secret_access_key) ~= "string" then
      return nil, "credentials have access_key_id and secret_access_key"
    end
  end
  return out
end

return options
