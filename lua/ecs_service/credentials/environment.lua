--- Credentials of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
local environment = require "ecs_service.environment"
local errors = require "ecs_service.errors"

local from_environment = {}

---@param options table of the stack; one that names a profile wants that profile's credentials and no others
---@return table|nil credentials
---@return ecs_service.Error|nil
---@return string|nil where it was looked for
function from_environment.find(options)
  if options.profile then return nil end
  local id = environment.get "AWS_ACCESS_KEY_ID" or environment.get "AWS_ACCESS_KEY"
  local secret = environment.get "AWS_SECRET_ACCESS_KEY" or environment.get "AWS_SECRET_KEY"
  if not id and not secret then return nil, nil, "AWS_ACCESS_KEY_ID of the environment" end
  if not id or not secret then
    return nil, errors.new { code = "BadCredentials",
      message = ("the environment has %s but not %s"):format(
        id and "AWS_ACCESS_KEY_ID" or "AWS_SECRET_ACCESS_KEY", id and "AWS_SECRET_ACCESS_KEY" or "AWS_ACCESS_KEY_ID"),
      hint = "set both, or neither" }
  end
  return { access_key_id = id, secret_access_key = secret, session_token = environment.get "AWS_SESSION_TOKEN" }
end

return from_environment
