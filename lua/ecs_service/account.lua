--- Whether the credentials open an account in which this stack may work.
local errors = require "ecs_service.errors"
local endpoint = require "ecs_service.endpoint"

local account = {}

local BODY = "Action=GetCallerIdentity&Version=2011-06-15"
local SECONDS = 30

local function unknown(why)
  return nil, errors.new { code = "UnknownAccount", operation = "GetCallerIdentity", path = "allowed_account_ids",
    message = "it cannot be found out which account the credentials are of: " .. why }
end

-- The account of the credentials, as the Security Token Service tells it.
local function ask(session, options)
  local target, err = endpoint.resolve(options, "sts", session.region)
  if not target then return nil, err end
  local now = session.scheduler:now()
  local keys
  keys, err = session.credentials:get(now)
  if not keys then return nil, err end
  local request = { method = "POST", url = target.url .. "/", body = BODY,
    headers = { ["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8" } }
  request.headers = session.signer:sign(request, keys, { service = target.signing_name,
    region = target.signing_region, time = now })
  local completion, problem = session.transport:ask(request, SECONDS)
  if not completion then return unknown(problem.message) end
  local body = completion.body or ""
  local id = body:match "<Account>(%d+)</Account>" or body:match '"Account"%s*:%s*"(%d+)"'
  if completion.status ~= 200 or not id then
    return unknown(body:match "<Message>(.-)</Message>" or ("HTTP %d"):format(completion.status))
  end
  return id
end

--- Refuses accounts that are not on the stack's list; without a list, nothing is asked.
---@param session ecs_service.Session its account_id is set when it is learned
---@param options table of the stack: allowed_account_ids
---@return boolean|nil
---@return ecs_service.Error|nil
function account.check(session, options)
  local allowed = options.allowed_account_ids
  if not allowed then return true end
  if not session.account_id then
    local id, err = ask(session, options)
    if not id then return nil, err end
    session.account_id = id
  end
  for _, id in ipairs(allowed) do
    if tostring(id) == session.account_id then return true end
  end
  return nil, errors.new { code = "WrongAccount", path = "allowed_account_ids",
    message = ("these credentials are of the account %s, in which this stack may not work"):format(session.account_id),
    hint = "use other credentials, or correct allowed_account_ids" }
end

return account
