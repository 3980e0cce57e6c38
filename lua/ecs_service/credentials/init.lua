--- Credentials: the chain of places to look for them. `get(now)` of what `new` answers gives keys that are good for a
--- while yet; they are looked for when the first request needs them, and again before they expire.
local errors = require "ecs_service.errors"
local given = require "ecs_service.credentials.given"

local credentials = {}

-- Keys that are about to expire would be refused halfway through a run.
local MARGIN = 300

--- The places, in order. Each has `find(options)`: keys | nil, err | nil, nil, where it looked. A program may put
--- places of its own into this list.
credentials.places = {
  (require "ecs_service.credentials.environment"),
  (require "ecs_service.credentials.shared_file"),
}

local function none(looked)
  return errors.new { code = "NoCredentials", message = "no credentials were found: there is none in "
    .. table.concat(looked, ", nor in "), hint = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, "
    .. "or give credentials to ecs.stack" }
end

local function search(options)
  local looked = {}
  for _, place in ipairs(credentials.places) do
    local keys, err, where = place.find(options)
    if keys then
      local problem = given.problem(keys)
      if problem then return nil, problem end
      return keys
    end
    if err then return nil, err end
    looked[#looked + 1] = where
  end
  return nil, none(looked)
end

local chain = {}
chain.__index = chain

local function fresh(keys, now)
  local expires = tonumber(keys.expires)
  return not expires or expires - now > MARGIN
end

local function ask(self, now)
  if not self.source then return search(self.options) end
  local ok, keys, err = pcall(self.source.get, self.source, now)
  if not ok then
    return nil, errors.new { code = "NoCredentials", message = "the credentials provider raised: " .. tostring(keys) }
  elseif not keys then
    return nil, errors.from(err or "the credentials provider gave none", "NoCredentials")
  end
  local problem = given.problem(keys)
  if problem then return nil, problem end
  return keys
end

--- Keys that are good at `now`.
---@param now number seconds since 1970
---@return table|nil keys { access_key_id, secret_access_key, session_token, expires }
---@return ecs_service.Error|nil
function chain:get(now)
  if self.keys and fresh(self.keys, now) then return self.keys end
  local keys, err = ask(self, now)
  if not keys then return nil, err end
  local expires = tonumber(keys.expires)
  if expires and expires <= now then
    return nil, errors.new { code = "ExpiredCredentials", message = "the credentials have expired",
      hint = "get new ones and run again" }
  end
  self.keys = keys
  return keys
end

--- The provider of a stack.
---@param options table of the stack: credentials, profile
---@return table|nil provider
---@return ecs_service.Error|nil
function credentials.new(options)
  local source, err
  if options.credentials ~= nil then
    source, err = given.provider(options.credentials)
    if not source then return nil, err end
  end
  return setmetatable({ options = options, source = source }, chain)
end

return credentials
