--- The files ~/.aws/credentials and ~/.aws/config, which all of AWS's tools share.
local config = require "ecs_service.credentials.config"
local errors = require "ecs_service.errors"

local shared_file = {}

-- Ways to get keys that need a program or a service of their own.
local ELSEWHERE = { "role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file" }

local function incomplete(name, path, what, settings)
  local hint
  for _, setting in ipairs(ELSEWHERE) do
    if settings[setting] then
      hint = ("the profile gets its keys by %s: export them first, "
        .. "eval \"$(aws configure export-credentials --profile %s --format env)\""):format(setting, name)
      break
    end
  end
  return errors.new { code = "BadCredentials", path = "profile",
    message = ("the profile %s in %s has no %s"):format(name, path, what), hint = hint }
end

--- The profile's keys; nil without an error when there is no such profile and nobody asked for it.
---@param options table of the stack: profile
---@return table|nil credentials
---@return ecs_service.Error|nil
---@return string|nil where it was looked for
function shared_file.find(options)
  local name, asked = config.profile(options.profile)
  local loaded, err = config.load()
  if not loaded then return nil, err end
  local path = loaded.credentials_file
  local section, settings = loaded.shared[name], loaded.profiles[name] or {}
  if not (section and section.aws_access_key_id) and settings.aws_access_key_id then section = settings end
  if not section then
    if next(settings) ~= nil then return nil, incomplete(name, path, "aws_access_key_id", settings) end
    if not asked then return nil, nil, ("the profile %s of %s"):format(name, path) end
    return nil, errors.new { code = "NoProfile", path = "profile",
      message = ("there is no profile %s in %s"):format(name, path),
      hint = "check profile and AWS_PROFILE, or AWS_SHARED_CREDENTIALS_FILE" }
  end
  for _, key in ipairs { "aws_access_key_id", "aws_secret_access_key" } do
    if not section[key] or section[key] == "" then return nil, incomplete(name, path, key, settings) end
  end
  return { access_key_id = section.aws_access_key_id, secret_access_key = section.aws_secret_access_key,
    session_token = section.aws_session_token }
end

return shared_file
