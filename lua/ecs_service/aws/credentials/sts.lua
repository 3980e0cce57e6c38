--- Calls of the Security Token Service that give keys. Its answers are XML of a fixed form, of which four elements are
--- wanted: no reader of XML is needed for that.
local endpoint = require "ecs_service.aws.endpoint"
local errors = require "ecs_service.errors"
local keys_of = require "ecs_service.aws.credentials.keys"
local core = require "ecs_service.core"
local percent = require "ecs_service.util.percent"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local xml = require "ecs_service.aws.xml"

local sts = {}

local SECONDS = 30 -- one attempt

local TRANSIENT = { Throttling = true, ThrottlingException = true, RequestLimitExceeded = true, SlowDown = true,
                    IDPCommunicationError = true, InternalFailure = true, ServiceUnavailable = true,
                    RequestTimeout = true, RequestTimeoutException = true, PriorRequestNotComplete = true }

-- Names in their order, so that the same call is always the same text.
local function form(action, parameters)
  local parts = { "Action=" .. action, "Version=2011-06-15" }
  for _, name in ipairs(tables.keys(parameters)) do parts[#parts + 1] = name .. "=" .. percent(parameters[name]) end
  return table.concat(parts, "&")
end

-- What was sent and is secret; an answer may repeat it.
local function without_secrets(message, parameters)
  for _, name in ipairs { "TokenCode", "WebIdentityToken" } do
    message = keys_of.without(message, parameters[name])
  end
  return keys_of.scrubbed(message)
end

local function refused(action, completion, parameters)
  local body = completion.body or ""
  local code, message = xml.element(body, "Code"), xml.element(body, "Message")
  return errors.new { code = code or "HttpError", operation = action, http_status = completion.status,
    request_id = xml.element(body, "RequestId") or (completion.headers or {})["x-amzn-requestid"],
    message = message and without_secrets(message, parameters)
      or ("STS answered with HTTP %d"):format(completion.status),
    retryable = TRANSIENT[code or ""] or completion.status >= 500 or completion.status == 429 }
end

local function failed(action, problem)
  return errors.new { code = "RequestFailed", operation = action, retryable = true,
    message = "STS could not be reached: " .. tostring(problem.message) }
end

local function read(action, completion, source)
  local body = completion.body or ""
  local expires = xml.element(body, "Expiration")
  local keys, err = keys_of.new({ access_key_id = xml.element(body, "AccessKeyId"),
    secret_access_key = xml.element(body, "SecretAccessKey"), session_token = xml.element(body, "SessionToken"),
    expires = expires or 0, account_id = (xml.element(body, "Arn") or ""):match "^arn:[^:]*:[^:]*:[^:]*:(%d+):" },
    source)
  if keys and expires then return keys end
  return nil, errors.new { code = "BadAnswer", operation = action,
    message = ("the answer of %s is not what was expected: %s"):format(action, err and err.message or "no Expiration") }
end

local function try(around, action, parameters, keys, source)
  local region, err = around:region()
  if not region then return nil, err end
  local target
  target, err = endpoint.resolve(around.options, "sts", region)
  if not target then return nil, err end
  local request = { method = "POST", url = target.url .. "/", body = form(action, parameters),
    headers = { ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8" } }
  if keys then
    request.headers = core.sign(request, keys, { service = target.signing_name, region = target.signing_region,
      time = around.scheduler:now() + around:skew() })
  end
  local completion, problem = around:ask(request, SECONDS)
  if not completion then return nil, failed(action, problem) end
  if completion.status ~= 200 then
    err = refused(action, completion, parameters)
    return nil, err, keys ~= nil and skew.learn(around.session, err.code, completion)
  end
  return read(action, completion, source)
end

-- With AWS's time, once: that it is another one costs one more request, and none of the attempts.
local function try_in_time(...)
  local got, err, clock_was_wrong = try(...)
  if clock_was_wrong then got, err = try(...) end
  return got, err
end

--- Calls AssumeRole or AssumeRoleWithWebIdentity; what may pass is tried again.
---@param around ecs_service.Surroundings
---@param action string
---@param parameters table<string, string|number>
---@param keys ecs_service.Keys|nil to sign with; nil: not signed
---@param source string of the keys that are got
---@return ecs_service.Keys|nil
---@return ecs_service.Error|nil
function sts.call(around, action, parameters, keys, source)
  local got, err = around:persist(function() return try_in_time(around, action, parameters, keys, source) end)
  if got then return got end
  err.message = ("%s of %s failed: %s"):format(action, tostring(parameters.RoleArn), tostring(err.message))
  return nil, err
end

--- A name for a session that was given none.
---@param around ecs_service.Surroundings
---@return string
function sts.session_name(around)
  return ("ecs-service-%d"):format(math.floor(around.scheduler:now()))
end

return sts
