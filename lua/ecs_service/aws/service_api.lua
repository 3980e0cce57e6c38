--- JSON APIs of AWS: what each is called, how its operations are named on the wire, and the surroundings of requests to
--- it. What is known of them stands in service_endpoint_data.lua, which tools/endpoints makes from botocore's models.
local data = require "ecs_service.aws.service_endpoint_data"
local endpoint = require "ecs_service.aws.endpoint"
local errors = require "ecs_service.errors"
local options_of = require "ecs_service.util.check_options"
local suggest = require "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local service_api = {}

---@class ecs_service.ServiceApi
---@field name string
---@field target string          before the operation in X-Amz-Target, without the dot
---@field json string            "1.0" or "1.1"
---@field paths table|nil        in place of these two: operation → { method, path, query }
---@field tokens table<string, string>  operation → the member that makes it idempotent
---@field row table|nil          of the endpoint of one that is described; the others' are known

local OWN = { service = "string", target = "string", json = "string", endpoint = "string" }

local OTHERS = 'describe another one: { service = SIGNING NAME, target = PREFIX OF X-Amz-Target, json = "1.1" }; what '
  .. "does not speak JSON so takes a request of one's own: ecs.sign"

local function unknown(name)
  local known = tables.keys(data)
  local near = suggest.to(name, known)
  return nil, errors.new { code = "UnknownService", path = "service",
    message = ("stack:call knows no service %q%s; it knows %s"):format(name,
      near and (" (did you mean %s?)"):format(near) or "", table.concat(known, ", ")), hint = OTHERS }
end

local function wrong(path, message, hint)
  return nil, errors.new { code = "WrongOption", path = path, message = "stack:call: " .. message, hint = hint }
end

-- One that somebody describes: its host begins with `endpoint`, or with the name that it is signed for.
local function described(given)
  local problem = options_of.problem(given, OWN, "stack:call: the service")
  if problem then return nil, problem end
  for _, name in ipairs { "service", "target" } do
    if not (given[name] or ""):find "^[%w%.%-_]+$" then
      return wrong(name, name == "service" and "service is the name that requests are signed for"
        or "target is what stands before the operation in X-Amz-Target", OTHERS)
    end
  end
  if given.json and given.json ~= "1.0" and given.json ~= "1.1" then return wrong("json", 'json is "1.0" or "1.1"') end
  local host = given.endpoint or given.service
  if not host:find "^[%w%.%-]+$" then
    return wrong("endpoint", "endpoint is what a host begins with, as in api.ecr",
      "a whole URL belongs into the stack: endpoints = { NAME = URL }")
  end
  local patterns = { plain = "%s.{region}.{suffix}", fips = "%s-fips.{region}.{suffix}", dual = "%s.{region}.{dual}",
    both = "%s-fips.{region}.{dual}" }
  for variant, pattern in pairs(patterns) do patterns[variant] = "https://" .. pattern:format(host) end
  return { name = given.service, target = given.target, json = given.json or "1.1", tokens = {},
    row = { signing_name = given.service, setting = given.service:gsub("[%-%.]", "_"), regions = {}, partitions = {},
      patterns = patterns } }
end

--- What a name, or a description, stands for.
---@param service string|table
---@return ecs_service.ServiceApi|nil
---@return ecs_service.Error|nil codes UnknownService, UnknownOption, WrongOption
function service_api.find(service)
  if type(service) == "table" then return described(service) end
  local known = data[service]
  if not known then return unknown(service) end
  return { name = service, target = known.target, json = known.json, paths = known.paths,
    tokens = known.tokens }
end

local function target_of(session, options, api, region)
  if not session.simulated then return endpoint.resolve(options, api.name, region or session.region, api.row) end
  return { url = session.endpoint, source = session.endpoint_source, signing_region = region or session.signing_region,
    signing_name = (api.row or data[api.name]).signing_name or api.name }
end

-- What such a session learns of AWS's clock holds for all; what it learns of limits is the service's own.
local function beside(session, own)
  return setmetatable(own, { __index = function(_, name) return name ~= "learned" and session[name] or nil end,
    __newindex = function(t, name, value) rawset(name == "skew" and session or t, name, value) end })
end

local function made(session, options, api, region)
  local target, err = target_of(session, options, api, region)
  if not target then return nil, err end
  return beside(session, { endpoint = target.url, endpoint_source = target.source, api_name = api.name,
    signing_region = target.signing_region, signing_name = target.signing_name,
    target = api.target and api.target .. ".", paths = api.paths,
    content_type = "application/" .. (api.json and "x-amz-json-" .. api.json or "json"),
    retries = tables.merge(session.retries, { pace = false }) }) -- the pace is ECS's
end

-- Where IAM has another name for a service than its signatures.
local IAM = { monitoring = "cloudwatch", tagging = "tag" }

--- What is to be allowed where a request beside ECS was refused; other errors stay as they are.
---@param session ecs_service.Session of service_api.session
---@param operation string
---@param err ecs_service.Error
function service_api.advise(session, operation, err)
  if not tostring(err.code):find "^AccessDenied" then return end
  local name = session.signing_name
  err.hint = ("allow %s:%s to the role or user that runs this"):format(IAM[name] or name, operation)
end

--- The surroundings of requests to it, one for all calls of a stack: the stack's own transport, clock and credentials,
--- and the service's endpoint.
---@param session ecs_service.Session
---@param options table of the stack
---@param api ecs_service.ServiceApi
---@param region string|nil nil: that of the session
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil codes InvalidEndpoint, WrongSetting
function service_api.session(session, options, api, region)
  if api.name == "ecs" and not api.row then return session end
  local key = table.concat({ api.name, api.target or "", api.json or "", api.row and api.row.patterns.plain or "",
    region or "" }, " ")
  session.apis = session.apis or {}
  local found, err = session.apis[key], nil
  if not found then found, err = made(session, options, api, region) end
  session.apis[key] = found
  return found, err
end

return service_api
