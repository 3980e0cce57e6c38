--- The token of a login to IAM Identity Center, as `aws sso login` leaves it in ~/.aws/sso/cache: read each time, and
--- refreshed with its refresh token where it has one.
local core = require "ecs_service.core"
local endpoint = require "ecs_service.aws.endpoint"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local shape = require "ecs_service.util.shape"
local times = require "ecs_service.util.time_format"

local sso_token = {}

local WINDOW = 15 * 60 -- a token that lives shorter is refreshed
local SECONDS = 30

--- The error that says how to log in.
---@return nil
---@return ecs_service.Error
function sso_token.login_needed(around, why)
  return nil, errors.new { code = "LoginNeeded", path = "profile",
    message = ("the profile %s needs a login to IAM Identity Center: %s"):format(around.profile_name, why),
    hint = "aws sso login --profile " .. around.profile_name }
end

-- Files are called by the SHA-1 of the session's name, or of the start URL where there is none.
local function path_of(settings)
  return environment.expand "~/.aws/sso/cache/" .. core.system.sha1(settings.session or settings.start_url) .. ".json"
end

local function read(path)
  local text = core.system.read_file(path)
  local token = text and json.decode(text)
  if type(token) ~= "table" or type(token.accessToken) ~= "string" then return nil end
  local expires = keys_of.time(token.expiresAt)
  return expires and token, expires
end

-- What is needed to refresh; a registration of the client lives for some months.
local function refreshable(token, now)
  for _, name in ipairs { "refreshToken", "clientId", "clientSecret", "registrationExpiresAt" } do
    if type(token[name]) ~= "string" then return false end
  end
  local ends = keys_of.time(token.registrationExpiresAt)
  return ends ~= nil and ends > now
end

local ANSWER = { accessToken = "text", refreshToken = "text?", expiresIn = "time" }

local function try(around, url, token)
  local completion = around:ask({ method = "POST", url = url .. "/token",
    headers = { ["Content-Type"] = "application/json" },
    body = core.json { grantType = "refresh_token", clientId = token.clientId, clientSecret = token.clientSecret,
      refreshToken = token.refreshToken } }, SECONDS)
  if not completion then return nil, { retryable = true } end
  local answer = completion.status == 200 and json.decode(completion.body)
  if shape.problem(answer, ANSWER) then
    return nil, { retryable = completion.status >= 500 or completion.status == 429 }
  end
  return answer
end

-- The old token may still be good: what is wrong with a new one is of no interest.
local function create(around, settings, token)
  local url = endpoint.find(around.options, "sso-oidc", settings.region)
  return url and (around:persist(function() return try(around, url, token) end))
end

-- The new token, kept in its file for the other tools; nil when it could not be got. When a token expires is reckoned
-- by the clock of the machine, here as in the CLI; when the registration does, AWS has said.
local function refresh(around, settings, token, path)
  local now = around.scheduler:now()
  if not refreshable(token, now + around:skew()) then return nil end
  local answer = create(around, settings, token)
  if not answer then return nil end
  local expires = math.floor(now + answer.expiresIn)
  local fresh = { startUrl = settings.start_url, region = settings.region, accessToken = answer.accessToken,
    expiresAt = times.text(expires), clientId = token.clientId, clientSecret = token.clientSecret,
    registrationExpiresAt = token.registrationExpiresAt, refreshToken = answer.refreshToken }
  core.system.write_file(path, core.json(fresh)) -- one that cannot be kept is still good for this run
  return fresh, expires
end

--- The token for a profile.
---@param around ecs_service.Surroundings
---@param settings table { session, start_url, region }
---@return string|nil token
---@return ecs_service.Error|nil code LoginNeeded
function sso_token.get(around, settings)
  local path = path_of(settings)
  local token, expires = read(path)
  if not token then return sso_token.login_needed(around, "there is no token in " .. path) end
  local now = around.scheduler:now()
  -- Tokens of the form of old have nothing to refresh them with, and botocore does not try.
  if settings.session and expires - now < WINDOW then
    local fresh, ends = refresh(around, settings, token, path)
    if fresh then token, expires = fresh, ends end
  end
  if expires <= now then return sso_token.login_needed(around, "its token has expired") end
  return token.accessToken
end

return sso_token
