--- Credentials given to the stack: a table of keys, a function, or a provider of one's own.
local errors = require "ecs_service.errors"

local given = {}

local KEYS = { access_key_id = true, secret_access_key = true, session_token = true, expires = true,
               account_id = true }

--- What is wrong with a table of keys, or nil. Never tells the values.
---@param keys any
---@return ecs_service.Error|nil
function given.problem(keys)
  if type(keys) ~= "table" then
    return errors.new { code = "BadCredentials", path = "credentials",
      message = "credentials are a table with access_key_id and secret_access_key, not a " .. type(keys) }
  end
  for _, name in ipairs { "access_key_id", "secret_access_key" } do
    if type(keys[name]) ~= "string" or keys[name] == "" then
      return errors.new { code = "BadCredentials", path = "credentials." .. name,
        message = "the credentials have no " .. name }
    end
  end
  -- They become part of a header: a line break in them would begin another one.
  for name in pairs(KEYS) do
    if type(keys[name]) == "string" and keys[name]:find "[%c]" then
      return errors.new { code = "BadCredentials", path = "credentials." .. name,
        message = ("%s holds a line break or another control character"):format(name) }
    end
  end
end

local function unknown(keys)
  for name in pairs(keys) do
    if not KEYS[name] then
      return errors.new { code = "BadCredentials", path = "credentials." .. tostring(name),
        message = "credentials have no member " .. tostring(name),
        hint = "access_key_id, secret_access_key, session_token, expires" }
    end
  end
end

--- A provider: something with `get(now)` that answers keys, or nil and an error.
---@param value table|function
---@return table|nil provider
---@return ecs_service.Error|nil
function given.provider(value)
  if type(value) == "function" then
    return { get = function(_, now) return value(now) end }
  elseif type(value) == "table" and type(value.get) == "function" then
    return value
  end
  local problem = given.problem(value) or unknown(value)
  if problem then return nil, problem end
  local keys = { access_key_id = value.access_key_id, secret_access_key = value.secret_access_key,
                 session_token = value.session_token, expires = value.expires }
  return { get = function() return keys end }
end

return given
