--- Credentials given to the stack: a table of keys, a function, or a provider of one's own.
local errors = require "ecs_service.errors"
local keys_of = require "ecs_service.aws.credentials.keys"

local given = {}

local function asked(ask)
  return function(now)
    local ok, keys, err = pcall(ask, now)
    if not ok then
      return nil, errors.new { code = "NoCredentials",
        message = "the credentials provider raised: " .. keys_of.scrubbed(tostring(keys)) }
    elseif not keys then
      return nil, errors.from(err or "the credentials provider gave none", "NoCredentials")
    end
    return keys_of.new(keys)
  end
end

--- How to get keys out of what was given.
---@param value table|function
---@return nil|fun(now: number): ecs_service.Keys|nil, ecs_service.Error|nil
---@return ecs_service.Error|nil what is wrong with a table of keys
function given.fetch(value)
  if type(value) == "function" then return asked(value) end
  if type(value) == "table" and type(value.get) == "function" then
    return asked(function(now) return value:get(now) end)
  end
  local problem = keys_of.problem(value) or keys_of.unknown(value)
  if problem then return nil, problem end
  local own = keys_of.new(value)
  return function() return own end
end

return given
