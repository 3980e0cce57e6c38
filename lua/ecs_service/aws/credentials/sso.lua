--- IAM Identity Center: keys of a role, got with the token of a login (`aws sso login`).
local endpoint = require "ecs_service.aws.endpoint"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local percent = require "ecs_service.util.percent"
local sso_token = require "ecs_service.aws.credentials.sso_token"

local sso = { name = "sso", title = "IAM Identity Center" }

local SECONDS = 30

local function bad(around, message, hint)
  return nil, errors.new { code = "BadCredentials", path = "profile", hint = hint,
    message = ("the profile %s %s"):format(around.profile_name, message) }
end

-- The section [sso-session] that the profile names, or an empty one (the form of old: everything is in the profile).
local function session_of(around)
  local name = around:setting "sso_session"
  if not name then return {} end
  local section = around.files.sso_sessions[name]
  if not section then return bad(around, ("names the sso-session %s, which does not exist"):format(name)) end
  for key, value in pairs(section) do
    local own = around:settings()[key]
    if own ~= nil and own ~= value then
      return bad(around, ("and its sso-session %s do not agree on %s"):format(name, key), "leave it out of the profile")
    end
  end
  for _, key in ipairs { "sso_start_url", "sso_region" } do
    if type(section[key]) ~= "string" or section[key] == "" then
      return bad(around, ("names the sso-session %s, which has no %s"):format(name, key))
    end
  end
  return section, nil, name
end

-- { start_url, region, role, account, session }; nil without an error when the profile has nothing to do with it.
local function settings_of(around)
  if not around:setting "sso_role_name" and not around:setting "sso_account_id" then return nil end
  local section, err, session = session_of(around)
  if not section then return nil, err end
  local found, missing = { session = session }, {}
  for name, key in pairs { role = "sso_role_name", account = "sso_account_id", start_url = "sso_start_url",
                           region = "sso_region" } do
    found[name] = section[key] or around:setting(key)
    if not found[name] then missing[#missing + 1] = key end
  end
  if #missing == 0 then return found end
  table.sort(missing)
  return bad(around, "is set up for IAM Identity Center, but has no " .. table.concat(missing, ", "),
    "aws configure sso --profile " .. around.profile_name)
end

local function refused(around, completion)
  if completion.status == 401 then return sso_token.login_needed(around, "the login was ended, or has expired") end
  local answer = json.decode(completion.body)
  local message = type(answer) == "table" and (answer.message or answer.Message)
  return nil, errors.new { code = "RequestFailed", operation = "GetRoleCredentials", http_status = completion.status,
    retryable = completion.status >= 500 or completion.status == 429,
    message = ("GetRoleCredentials failed: %s"):format(type(message) == "string" and keys_of.scrubbed(message)
      or ("HTTP %d"):format(completion.status)) }
end

local function read(completion, settings)
  local answer = json.decode(completion.body)
  local found = type(answer) == "table" and answer.roleCredentials
  if type(found) ~= "table" or type(found.expiration) ~= "number" then
    return nil, errors.new { code = "BadAnswer", operation = "GetRoleCredentials",
      message = "the answer of GetRoleCredentials has no roleCredentials" }
  end
  return keys_of.new({ access_key_id = found.accessKeyId, secret_access_key = found.secretAccessKey,
    session_token = found.sessionToken, expires = math.floor(found.expiration / 1000),
    account_id = settings.account }, sso.name)
end

local function try(around, settings, token)
  local url, err = endpoint.find(around.options, "sso", settings.region)
  if not url then return nil, err end
  local completion, problem = around:ask({ method = "GET", body = "",
    url = ("%s/federation/credentials?role_name=%s&account_id=%s"):format(url, percent(settings.role),
      percent(settings.account)),
    headers = { ["x-amz-sso_bearer_token"] = token } }, SECONDS)
  if not completion then
    return nil, errors.new { code = "RequestFailed", operation = "GetRoleCredentials", retryable = true,
      message = "GetRoleCredentials failed: " .. problem.message }
  end
  if completion.status ~= 200 then return refused(around, completion) end
  return read(completion, settings)
end

function sso.find(_, around)
  local settings, err = settings_of(around)
  if err then return nil, err end
  if not settings then return nil, nil, "the profile has no sso_role_name and sso_account_id" end
  local token
  token, err = sso_token.get(around, settings)
  if not token then return nil, err end
  return around:persist(function() return try(around, settings, token) end)
end

return sso
