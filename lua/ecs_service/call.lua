--- A single read of the API outside of any plan: what `status` and the newest revision of a task definition need.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.json"
local wire = require "ecs_service.wire"

local ATTEMPTS = 4

local TRANSIENT = { ThrottlingException = true, Throttling = true, RequestLimitExceeded = true,
                    TooManyRequestsException = true, ServerException = true, ServiceUnavailable = true,
                    InternalFailure = true, RequestTimeout = true }

local function answer(session, id)
  local completion
  repeat
    completion = session.transport:wait(30)
  until completion == nil or completion.id == id
  return completion
end

local function failed(operation, completion)
  local problem = completion and completion.error or { kind = "timeout", message = "there was no answer" }
  return errors.new { code = "RequestFailed", operation = operation, retryable = true,
    message = ("%s failed: %s"):format(operation, problem.message or problem.kind) }
end

local function refused(operation, completion)
  local headers = completion.headers or {}
  local code, message = wire.problem(json.object(completion.body), headers)
  return errors.new { code = code or "HttpError", operation = operation, http_status = completion.status,
    request_id = headers["x-amzn-requestid"] or headers["x-amz-request-id"],
    message = message or ("%s was answered with HTTP %d"):format(operation, completion.status),
    retryable = TRANSIENT[code or ""] or completion.status >= 500 }
end

-- body, or nil and an error that says whether it is worth another try.
local function try(session, operation, body)
  local request, err = wire.request(session, operation, body, session.scheduler:now())
  if not request then return nil, err end
  local sent, problem = session.transport:submit(request)
  if not sent then
    return nil, failed(operation, { error = type(problem) == "table" and problem or { message = tostring(problem) } })
  end
  local completion = answer(session, request.id)
  if not completion then session.transport:cancel(request.id) end
  if not completion or completion.error then return nil, failed(operation, completion) end
  if completion.status ~= 200 then return nil, refused(operation, completion) end
  local decoded = json.decode(completion.body)
  if type(decoded) ~= "table" then
    return nil, errors.new { code = "BadAnswer", operation = operation, retryable = true,
      message = operation .. " was answered with something that is no JSON" }
  end
  return decoded
end

--- Calls an operation that only reads; what may pass is tried again.
---@param session ecs_service.Session
---@param operation string
---@param body table
---@return table|nil answer
---@return ecs_service.Error|nil
return function(session, operation, body)
  local text = core.json(core.object(body))
  local found, err
  for attempt = 1, ATTEMPTS do
    found, err = try(session, operation, text)
    if found or not err.retryable or attempt == ATTEMPTS then break end
    session.scheduler:sleep(0.5 * 2 ^ attempt)
  end
  return found, err
end
