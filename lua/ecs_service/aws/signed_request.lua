--- One request of the ECS API, or of another one like it, signed, and what its answer says.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local path_request = require "ecs_service.util.lazy" "ecs_service.aws.path_request"
local skew = require "ecs_service.aws.clock_skew"

local wire = {}

local TARGET, CONTENT_TYPE = "AmazonEC2ContainerServiceV20141113.", "application/x-amz-json-1.1"

-- A transport may still hold answers to requests of an earlier run: numbers are not used twice.
local last = 0

--- A number for a request.
---@return integer
function wire.id()
  last = last + 1
  return last
end

local function unsigned(session, operation, body)
  local request = { id = wire.id(), method = "POST", url = session.endpoint .. "/", body = body,
    headers = { ["Content-Type"] = session.content_type or CONTENT_TYPE } }
  if not session.paths then
    request.headers["X-Amz-Target"] = (session.target or TARGET) .. operation
    return request
  end
  local method, path, rest = path_request.of(session.paths, operation, body)
  if not method then
    return nil, errors.new { code = "WrongOption", path = "operation",
      message = ("%s: %s"):format(session.api_name, path) }
  end
  request.method, request.url, request.body = method, session.endpoint .. path, rest
  return request
end

--- A signed request for a transport.
---@param session ecs_service.Session
---@param operation string "DescribeServices"
---@param body string JSON
---@return table|nil request
---@return ecs_service.Error|nil
function wire.request(session, operation, body)
  local keys, err = session.credentials:get(skew.now(session))
  if not keys then return nil, err end
  local request, problem = unsigned(session, operation, body)
  if not request then return nil, problem end
  request.headers = session.signer:sign(request, keys, { service = session.signing_name,
    region = session.signing_region, time = skew.now(session) }) -- whoever was asked for keys may have told AWS's time
  return request
end

--- The code and the message of an answer that tells of an error.
---@param body table|nil
---@return string|nil code
---@return string|nil message
function wire.problem(body, headers)
  local code = body and (body.__type or body.code) or headers and headers["x-amzn-errortype"]
  if type(code) == "string" then code = code:match "^.*[#:]([^#:]+)$" or code end
  local message = body and (body.message or body.Message)
  return type(code) == "string" and code or nil, type(message) == "string" and message or nil
end

--- A token that makes a create idempotent, and an identity for locks and states.
---@return string 32 hexadecimal digits
function wire.token()
  return core.system.hex(core.system.entropy(16))
end

return wire
