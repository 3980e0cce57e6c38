--- The files ~/.aws/credentials and ~/.aws/config, which all of AWS's tools share.
local core = require "ecs_service.core"
local environment = require "ecs_service.environment"
local errors = require "ecs_service.errors"

local shared_file = {}

--- Reads AWS's dialect of INI: sections in brackets, `key = value`, comments of whole lines (or after a blank), and
--- indented lines below a key that has no value, which are a map of their own and of no use here.
---@param text string
---@return table<string, table<string, string>> sections
function shared_file.parse(text)
  local sections, section = {}, nil
  text = text:gsub("^\239\187\191", "") -- a byte order mark, as some editors leave
  for line in text:gmatch "[^\r\n]+" do
    local name = line:match "^%s*%[%s*(.-)%s*%]"
    if name then
      section = sections[name] or {}
      sections[name] = section
    elseif section and not line:find "^%s" and not line:find "^[#;]" then
      local key, value = line:match "^([^=%s]+)%s*=%s*(.-)%s*$"
      if key then section[key:lower()] = (value:gsub("%s+[#;].*$", "")) end
    end
  end
  return sections
end

local function path_of(variable, default)
  return environment.expand(environment.get(variable) or default)
end

local function read(path)
  local text, message, kind = core.system.read_file(path)
  if text then return shared_file.parse(text) end
  if kind == "missing" then return {} end
  return nil, message
end

--- The profile that is meant: given, else AWS_PROFILE, AWS_DEFAULT_PROFILE, else "default".
---@param given string|nil
---@return string name
---@return boolean asked whether somebody asked for it by name
function shared_file.profile(given)
  local name = given or environment.get "AWS_PROFILE" or environment.get "AWS_DEFAULT_PROFILE"
  return name or "default", name ~= nil
end

--- The profile's settings of the configuration file; empty when there are none.
---@param given string|nil
---@return table<string, string>
function shared_file.settings(given)
  local name = shared_file.profile(given)
  local sections = read(path_of("AWS_CONFIG_FILE", "~/.aws/config")) or {}
  return sections["profile " .. name] or name == "default" and sections.default or sections[name] or {}
end

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
  local name, asked = shared_file.profile(options.profile)
  local path = path_of("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
  local sections, message = read(path)
  if not sections then
    return nil, errors.new { code = "BadCredentials", message = "the credentials file cannot be read: " .. message }
  end
  local section, settings = sections[name], shared_file.settings(options.profile)
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
