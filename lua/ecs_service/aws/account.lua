--- Which account the credentials are of, and whether this stack may work in it.
local endpoint = require "ecs_service.aws.endpoint"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local keys_of = require "ecs_service.aws.credentials.keys"
local leaving = require "ecs_service.aws.leaving"
local skew = require "ecs_service.aws.clock_skew"
local wire = require "ecs_service.aws.signed_request"
local xml = require "ecs_service.aws.xml"

local account = {}

local BODY = "Action=GetCallerIdentity&Version=2011-06-15"
local ATTEMPTS, SECONDS = 3, 30

---@class ecs_service.Identity
---@field account string
---@field arn string|nil

--- A signed GetCallerIdentity: the Security Token Service answers it to everybody whose keys are good.
---@param options table of the stack
---@param session ecs_service.Session
---@param keys table
---@return table|nil request
---@return ecs_service.Error|nil
function account.request(options, session, keys)
  local target, err = endpoint.resolve(options, "sts", session.region)
  if not target then return nil, err end
  local request = { id = wire.id(), method = "POST", url = target.url .. "/", body = BODY, timeout = SECONDS,
    headers = { ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8" } }
  request.headers = session.signer:sign(request, keys, { service = target.signing_name,
    region = target.signing_region, time = skew.now(session) })
  return request
end

-- Servers of others answer JSON.
local function element(body, name)
  return xml.element(body, name) or body:match('"' .. name .. '"%s*:%s*"([^"]*)"')
end

--- What the answer says.
---@param completion table of a transport
---@return ecs_service.Identity|nil
---@return ecs_service.Error|nil with the code of STS: "InvalidClientTokenId", "ExpiredToken", …, or RequestFailed
function account.read(completion)
  local problem = completion.error
  if problem then
    return nil, errors.new { code = "RequestFailed", operation = "GetCallerIdentity", retryable = true,
      kind = problem.kind, message = "STS cannot be asked: " .. tostring(problem.message or problem.kind) }
  end
  local body = completion.body or ""
  local id = completion.status == 200 and element(body, "Account")
  if id and id:find "^%d+$" then return { account = id, arn = element(body, "Arn") } end
  local status = completion.status
  local message = status ~= 200 and element(body, "Message")
  local code, said = wire.problem(status ~= 200 and json.object(body) or nil, completion.headers)
  message = message or said -- what speaks JSON only tells as ECS does
  return nil, errors.new { code = status ~= 200 and (element(body, "Code") or code) or "HttpError",
    operation = "GetCallerIdentity", http_status = status, request_id = element(body, "RequestId"),
    retryable = status >= 500 or status == 429, message = message and keys_of.scrubbed(message)
      or ("STS answered with HTTP %d, and without an account"):format(status) }
end

local function unknown(err)
  return nil, errors.new { code = "UnknownAccount", operation = "GetCallerIdentity", path = "allowed_account_ids",
    http_status = err.http_status, request_id = err.request_id, retryable = err.retryable,
    message = "it cannot be found out which account the credentials are of: " .. tostring(err.message),
    hint = err.hint or "see what is wrong with them: ecs-service doctor" }
end

local function ask(options, session)
  local keys, err = session.credentials:get(skew.now(session))
  if not keys then return nil, err end
  local request
  request, err = account.request(options, session, keys)
  if not request then return nil, err end
  local completion, problem = session.transport:ask(request, SECONDS)
  local found
  found, err = account.read(completion or { error = problem })
  return found, err, err ~= nil and completion ~= nil and skew.learn(session, err.code, completion)
end

-- With AWS's time, once: that it is another one costs one more request, and none of the attempts.
local function ask_in_time(options, session)
  local found, err, clock_was_wrong = ask(options, session)
  if clock_was_wrong then found, err = ask(options, session) end
  return found, err
end

--- The account of the credentials; asked once a session, and tried again when that may help.
---@param session ecs_service.Session its account_id is set when it is learned
---@param options table of the stack
---@return string|nil
---@return ecs_service.Error|nil
function account.of(session, options)
  if session.account_id then return session.account_id end
  local found, err
  local most = session.retries and session.retries.max_attempts or ATTEMPTS
  for attempt = 1, most do
    found, err = ask_in_time(options, session)
    if found or not err.retryable or attempt == most or leaving.now() then break end
    session.scheduler:sleep(0.5 * 2 ^ (attempt - 1))
  end
  if not found then
    if err.operation ~= "GetCallerIdentity" then return nil, err end
    return unknown(err)
  end
  session.account_id = found.account
  return found.account
end

local function holds(list, id)
  for _, one in ipairs(list or {}) do
    if tostring(one) == id then return true end
  end
  return false
end

--- What forbids the account to the stack, or nil.
---@param id string
---@param options table of the stack: allowed_account_ids, forbidden_account_ids
---@return ecs_service.Error|nil code WrongAccount
function account.problem(id, options)
  local path = holds(options.forbidden_account_ids, id) and "forbidden_account_ids"
    or options.allowed_account_ids and not holds(options.allowed_account_ids, id) and "allowed_account_ids"
  if not path then return nil end
  return errors.new { code = "WrongAccount", path = path,
    message = ("these credentials are of the account %s, in which this stack may not work"):format(id),
    hint = "use other credentials, or correct " .. path }
end

--- Refuses accounts that the stack's lists do not let in.
---@param session ecs_service.Session
---@param options table of the stack
---@return boolean|nil
---@return ecs_service.Error|nil codes WrongAccount, UnknownAccount
function account.check(session, options)
  local id, err = account.of(session, options)
  if not id then return nil, err end
  err = account.problem(id, options)
  if err then return nil, err end
  return true
end

return account
