--- Sessions of `aws login`: keys that its token in ~/.aws/login/cache holds, each good for a quarter of an hour, and
--- new ones got with its refresh token. Requests for those are bound to a key of the login (DPoP, RFC 9449).
local core = require "ecs_service.core"
local endpoint = require "ecs_service.aws.endpoint"
local environment = require "ecs_service.aws.environment"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local shape = require "ecs_service.util.shape"
local times = require "ecs_service.util.time_format"

local login = { name = "login", title = "the session of aws login" }

local THRESHOLD = 5 * 60 -- keys that live longer are taken as they are
local SECONDS = 30

local function needed(around, why)
  return nil, errors.new { code = "LoginNeeded", path = "profile",
    message = ("the profile %s needs a login: %s"):format(around.profile_name, why),
    hint = "aws login --profile " .. around.profile_name }
end

local function path_of(session)
  local folder = environment.get "AWS_LOGIN_CACHE_DIRECTORY" or "~/.aws/login/cache"
  return environment.expand(folder) .. "/" .. core.system.sha256(session) .. ".json"
end

-- What is relied on of a session that is kept, and of an answer.
local SESSION = { accessToken = "map", refreshToken = "text", dpopKey = "text", clientId = "text" }
local ANSWER = { accessToken = "map", refreshToken = "text", expiresIn = "time" }

local function read(around, session)
  local path = path_of(session)
  local text = core.system.read_file(path)
  local token = text and json.decode(text)
  if type(token) ~= "table" then return needed(around, "there is no session in " .. path) end
  local member = shape.problem(token, SESSION)
  if member then return needed(around, ("the session in %s has no %s"):format(path, member)) end
  if not keys_of.time(token.accessToken.expiresAt) then
    return needed(around, ("the session in %s has no keys"):format(path))
  end
  return token, nil, path
end

-- `aws login` reckons when they expire by the clock of the machine, and so does this module.
local function keys_in(token)
  local own = token.accessToken
  local keys, err = keys_of.new({ access_key_id = own.accessKeyId, secret_access_key = own.secretAccessKey,
    session_token = own.sessionToken, expires = own.expiresAt, account_id = own.accountId }, login.name)
  if keys then keys.own_clock = true end
  return keys, err
end

local function uuid()
  local hex = core.system.hex(core.system.entropy(16))
  return ("%s-%s-4%s-a%s-%s"):format(hex:sub(1, 8), hex:sub(9, 12), hex:sub(14, 16), hex:sub(18, 20), hex:sub(21, 32))
end

--- The proof that whoever sends a request has the login's key: a JSON Web Token.
---@param key string PEM
---@param url string
---@param at number seconds since 1970
---@param id string not used twice
---@return string|nil
---@return string|nil what is wrong with the key
function login.proof(key, url, at, id)
  local made, x, y = core.es256(key, "")
  if not made then return nil, "its key cannot be used: " .. x end
  local encode = core.base64url
  -- The order of members does not matter; texts are put together because a Lua table has none.
  local header = ('{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":"%s","y":"%s","crv":"P-256"}}'):format(
    encode(x), encode(y))
  local claims = ('{"htm":"POST","htu":%s,"iat":%d,"jti":"%s"}'):format(core.json(url), math.floor(at), id)
  local signed = encode(header) .. "." .. encode(claims)
  local signature = core.es256(key, signed)
  return signed .. "." .. encode(signature)
end

local function url_of(around, token)
  local region, err = token.signInRegion, nil -- sessions of old do not tell it
  if type(region) ~= "string" then region, err = around:region() end
  if not region then return nil, err end
  local url
  url, err = endpoint.find(around.options, "signin", region)
  if not url then return nil, err end
  return url .. "/v1/token"
end

local REASONS = { TOKEN_EXPIRED = "the session has expired", USER_CREDENTIALS_CHANGED = "the password was changed" }

local function refused(around, completion)
  local answer = json.decode(completion.body)
  local reason = type(answer) == "table" and answer.error
  if REASONS[reason] then return needed(around, REASONS[reason]) end
  local message = type(answer) == "table" and answer.message
  return nil, errors.new { code = type(reason) == "string" and reason:match "^[%w_]+$" or "RequestFailed",
    operation = "CreateOAuth2Token", http_status = completion.status,
    retryable = completion.status >= 500 or completion.status == 429,
    message = ("the session of aws login could not be refreshed: %s"):format(type(message) == "string"
      and keys_of.scrubbed(message) or ("HTTP %d"):format(completion.status)) }
end

local function take(token, answer, now, path)
  if shape.problem(answer, ANSWER) then
    return nil, errors.new { code = "BadAnswer", operation = "CreateOAuth2Token",
      message = "the answer of CreateOAuth2Token is not what was expected" }
  end
  local fresh = answer.accessToken
  token.accessToken = { accessKeyId = fresh.accessKeyId, secretAccessKey = fresh.secretAccessKey,
    sessionToken = fresh.sessionToken, accountId = token.accessToken.accountId,
    expiresAt = times.text(now + answer.expiresIn) }
  token.refreshToken = answer.refreshToken
  -- The old refresh token is used up: one that cannot be kept ends the session with this run, and no earlier.
  core.system.write_file(path, core.json(token))
  return keys_in(token)
end

-- The proof tells its time, so it is AWS's as far as that is known.
local function try(around, token, path, url)
  local now = around.scheduler:now()
  local proof, problem = login.proof(token.dpopKey, url, now + around:skew(), uuid())
  if not proof then return needed(around, problem) end
  local completion
  completion, problem = around:ask({ method = "POST", url = url,
    headers = { ["Content-Type"] = "application/json", DPoP = proof },
    body = core.json { clientId = token.clientId, refreshToken = token.refreshToken,
      grantType = "refresh_token" } }, SECONDS)
  if not completion then
    return nil, errors.new { code = "RequestFailed", operation = "CreateOAuth2Token", retryable = true,
      message = "the session of aws login could not be refreshed: " .. problem.message }
  end
  if completion.status ~= 200 then return refused(around, completion) end
  return take(token, json.decode(completion.body), now, path)
end

local function refresh(around, token, path)
  local url, err = url_of(around, token)
  if not url then return nil, err end
  return around:persist(function() return try(around, token, path, url) end)
end

function login.find(_, around)
  local session = around:setting "login_session"
  if not session then return nil, nil, "the profile has no login_session" end
  local token, err, path = read(around, session)
  if not token then return nil, err end
  local now = around.scheduler:now()
  if keys_of.time(token.accessToken.expiresAt) - now > THRESHOLD then return keys_in(token) end
  return refresh(around, token, path)
end

return login
