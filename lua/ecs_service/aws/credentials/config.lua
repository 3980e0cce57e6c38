--- The files ~/.aws/config and ~/.aws/credentials, which all of AWS's tools share: profiles, SSO sessions, endpoints of
--- services. They are read again each time they are needed, so that a login between two runs counts.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local ini = lazy "ecs_service.aws.credentials.ini"
local words = lazy "ecs_service.aws.credentials.shell_words"

local config = {}

---@class ecs_service.Profile: table<string, string|table<string, string>>  keys are in lower case; below a key without
---  a value (`s3 =`) stands a table

---@class ecs_service.AwsConfig
---@field profiles table<string, ecs_service.Profile>      of both files, the credentials file's values win
---@field sso_sessions table<string, ecs_service.Profile>  [sso-session NAME]
---@field services table<string, table>                    [services NAME]: service → settings
---@field others table<string, ecs_service.Profile>        sections that are none of these
---@field own table<string, ecs_service.Profile>           profiles of the configuration file alone
---@field shared table<string, ecs_service.Profile>        sections of the credentials file alone
---@field config_file string                               path
---@field credentials_file string                          path

-- Which table the sections of a kind of the configuration file go to. As botocore does it, the first word only has to
-- begin so; what it exactly is decides nothing.
local KINDS = { { "profile", "own" }, { "sso-session", "sso_sessions" }, { "services", "services" } }

local function bad(path, problem)
  return nil, errors.new { code = "BadConfig", path = path, message = path .. " cannot be read: " .. problem,
    hint = "correct the file, or name another one with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE" }
end

-- A file that does not exist is an empty one.
local function read(path)
  local text, message, kind = core.system.read_file(path)
  if not text then
    if kind == "missing" then return { order = {}, sections = {} } end
    return bad(path, message)
  end
  local parsed, problem = ini.parse(text)
  if not parsed then return bad(path, problem) end
  return parsed
end

local function sort_in(into, name, values)
  for _, kind in ipairs(KINDS) do
    if name:sub(1, #kind[1]) == kind[1] then
      local parts = words.split(name)
      if parts and #parts == 2 then into[kind[2]][parts[2]] = values end
      return
    end
  end
  if name == "default" then into.own.default = values else into.others[name] = values end
end

local function merged(own, shared)
  local profiles = {}
  for name, values in pairs(own) do
    profiles[name] = {}
    for key, value in pairs(values) do profiles[name][key] = value end
  end
  for name, values in pairs(shared) do
    profiles[name] = profiles[name] or {}
    for key, value in pairs(values) do profiles[name][key] = value end
  end
  return profiles
end

--- The paths of the two files: AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else those in ~/.aws.
---@return string config
---@return string credentials
function config.paths()
  return environment.expand(environment.get "AWS_CONFIG_FILE" or "~/.aws/config"),
    environment.expand(environment.get "AWS_SHARED_CREDENTIALS_FILE" or "~/.aws/credentials")
end

--- Reads both files.
---@return ecs_service.AwsConfig|nil
---@return ecs_service.Error|nil code BadConfig; tells the line, never what stands there
function config.load()
  local config_file, credentials_file = config.paths()
  local first, err = read(config_file)
  if not first then return nil, err end
  local second
  second, err = read(credentials_file)
  if not second then return nil, err end
  local into = { own = {}, sso_sessions = {}, services = {}, others = {}, shared = second.sections,
                 config_file = config_file, credentials_file = credentials_file }
  for _, name in ipairs(first.order) do sort_in(into, name, first.sections[name]) end
  into.profiles = merged(into.own, into.shared)
  return into
end

--- The profile that is meant: given, else AWS_DEFAULT_PROFILE, AWS_PROFILE (in botocore's order), else "default".
---@param given string|nil
---@return string name
---@return string|nil from who asked for it by this name: "profile", or the variable; nil: nobody
function config.profile(given)
  if given then return given, "profile" end
  for _, variable in ipairs { "AWS_DEFAULT_PROFILE", "AWS_PROFILE" } do
    local name = environment.get(variable)
    if name then return name, variable end
  end
  return "default"
end

--- The profile's settings of both files; empty when there are none.
---@param given string|nil the profile that the stack names
---@return ecs_service.Profile|nil
---@return ecs_service.Error|nil
---@return ecs_service.AwsConfig|nil with everything else
function config.settings(given)
  local loaded, err = config.load()
  if not loaded then return nil, err end
  return loaded.profiles[config.profile(given)] or {}, nil, loaded
end

return config
