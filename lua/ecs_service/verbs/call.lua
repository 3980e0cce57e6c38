--- call: one operation of any JSON API of AWS, by the stack's credentials, retries and endpoints.
local api_call = require "ecs_service.run.api_call"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local service_api = require "ecs_service.aws.service_api"
local tables = require "ecs_service.util.tables"
local wire = require "ecs_service.aws.signed_request"

local call = {}

call.OPTIONS = { once = "boolean", timeout = "number|string", interrupted = "function" }

-- Clients of AWS fill in what makes an operation idempotent: sent twice, it is carried out once.
local function with_token(api, operation, params)
  local member = api.tokens[operation]
  if not member or params[member] ~= nil then return params end
  return tables.merge(params, { [member] = wire.token() })
end

-- Takes the answer as lua-cjson reads it; the engine, which knows ECS's answers, sees that there is one. What is no
-- JSON it is given as it came: it was cut off, or something else answered, and is asked for again.
local function reader(heard)
  return function(completion)
    local text, status = completion.body or "", completion.status or 0
    if status < 200 or status > 299 then return text end
    local answer = core.object {} -- what tells of nothing else may have no body
    if text:find "%S" then answer = json.decode(text) end
    if type(answer) ~= "table" then return text end
    heard.answer = answer
    return "{}"
  end
end

local function told(err, api, session, operation)
  if err.code == "InvalidAnswer" then
    err.message = ("%s failed: what answers for %s at %s sends no JSON, or less than all of it"):format(operation,
      api.name, session.endpoint)
  end
  service_api.advise(session, operation, err)
  err.api = api.name
  return err
end

--- The verb.
---@param stack ecs_service.Stack
---@param service string|table
---@param operation string
---@param params table
---@param opts table
---@return table|nil answer
---@return ecs_service.Error|nil codes UnknownService, WrongOption, or of the API
function call.run(stack, service, operation, params, opts)
  local api, err = service_api.find(service)
  if not api then return nil, err end
  local session
  session, err = stack:session()
  if session then session, err = service_api.session(session, stack.options, api) end
  if not session then return nil, err end
  local body, heard = with_token(api, operation, params), {}
  local _, failure = api_call(session, operation, body, { mutates = opts.once, timeout = opts.timeout,
    interrupted = opts.interrupted, read = reader(heard) })
  if failure then return nil, told(errors.from(failure), api, session, operation) end
  return heard.answer
end

--- What is wrong with the arguments of a call, for whoever wrote them; nil when nothing is.
---@param service any
---@param operation any
---@param params any
---@return string|nil
function call.misuse(service, operation, params)
  if type(service) ~= "string" and type(service) ~= "table" then
    return "the service is a text, or a table that describes it"
  elseif type(operation) ~= "string" or not operation:find "^%a%w*$" then
    return "an operation is a text as in DescribeLogGroups"
  end
  local readable, problem = pcall(core.json, params == nil and {} or params)
  if readable and (params == nil or type(params) == "table" and #params == 0) then return nil end
  return "the parameters are a table with names"
    .. (readable and "" or ": " .. tostring(problem):gsub("^bad argument.-%((.*)%)$", "%1"))
end

return call
