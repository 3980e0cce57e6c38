--- A role that is assumed with a token of an identity provider: EKS service accounts, GitHub and GitLab jobs. Variables
--- before the profile, each of the three by itself, as in botocore.
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local sts = require "ecs_service.aws.credentials.sts"
local trim = require "ecs_service.util.trim"

local web_identity = { name = "assume-role-with-web-identity", title = "the web identity token" }

local VARIABLES = { web_identity_token_file = "AWS_WEB_IDENTITY_TOKEN_FILE", role_arn = "AWS_ROLE_ARN",
                    role_session_name = "AWS_ROLE_SESSION_NAME" }

local function setting(around, name)
  return not around.without_environment and environment.get(VARIABLES[name]) or around:setting(name)
end

-- The token is read each time: whoever put it there puts a new one there before it expires.
local function read_token(path)
  local token, message = core.system.read_file(path)
  if not token then
    return nil, errors.new { code = "BadCredentials", path = path,
      message = "the web identity token cannot be read: " .. message }
  end
  token = trim.both(token)
  if token == "" then
    return nil, errors.new { code = "BadCredentials", path = path,
      message = ("the web identity token in %s is empty"):format(path) }
  end
  return token
end

function web_identity.find(_, around)
  local path = setting(around, "web_identity_token_file")
  if not path then
    return nil, nil, around.without_environment and "the profile has no web_identity_token_file"
      or "neither AWS_WEB_IDENTITY_TOKEN_FILE nor the profile's web_identity_token_file is set"
  end
  local role = setting(around, "role_arn")
  if not role then
    return nil, errors.new { code = "BadCredentials", path = "role_arn",
      message = "there is a web identity token, but no role to assume with it",
      hint = "set AWS_ROLE_ARN, or role_arn in the profile" }
  end
  local token, err = read_token(path)
  if not token then return nil, err end
  return sts.call(around, "AssumeRoleWithWebIdentity", { RoleArn = role, WebIdentityToken = token,
    RoleSessionName = setting(around, "role_session_name") or sts.session_name(around) }, nil, web_identity.name)
end

return web_identity
