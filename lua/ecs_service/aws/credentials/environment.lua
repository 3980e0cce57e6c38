--- Keys of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION.
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local keys_of = require "ecs_service.aws.credentials.keys"

local from_environment = { name = "env", title = "the environment" }

local function bad(message, hint)
  return errors.new { code = "BadCredentials", path = "credentials", message = message, hint = hint }
end

--- The keys, whether or not a profile is named: credential_source = Environment asks for them so.
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
---@return string|nil why there are none
function from_environment.read()
  local id, secret = environment.get "AWS_ACCESS_KEY_ID", environment.get "AWS_SECRET_ACCESS_KEY"
  if not id then
    return nil, nil, secret and "it has AWS_SECRET_ACCESS_KEY, but not AWS_ACCESS_KEY_ID"
      or "AWS_ACCESS_KEY_ID is not set"
  elseif not secret then
    return nil, bad("the environment has AWS_ACCESS_KEY_ID but not AWS_SECRET_ACCESS_KEY", "set both, or neither")
  end
  local expires = environment.get "AWS_CREDENTIAL_EXPIRATION"
  if expires and not keys_of.time(expires) then
    return nil, bad("AWS_CREDENTIAL_EXPIRATION is no point in time", "write it as in 2026-11-24T21:00:00Z")
  end
  return keys_of.new({ access_key_id = id, secret_access_key = secret, expires = expires,
    session_token = environment.get "AWS_SECURITY_TOKEN" or environment.get "AWS_SESSION_TOKEN",
    account_id = environment.get "AWS_ACCOUNT_ID" }, from_environment.name)
end

--- The keys, unless the stack names a profile: it wants that profile's and no others.
---@param options table of the stack
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
---@return string|nil why there are none
function from_environment.find(options)
  if options.profile then return nil, nil, "it does not count, because the stack names a profile" end
  return from_environment.read()
end

return from_environment
