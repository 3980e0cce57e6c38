--- The surroundings of a stack's requests: transport, clock, region, endpoint, credentials. Made when the first request
--- needs them, so that declaring and validating need neither a region nor an account.
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local endpoint = require "ecs_service.endpoint"
local environment = require "ecs_service.environment"
local errors = require "ecs_service.errors"
local region_of = require "ecs_service.region"
local scheduler = require "ecs_service.scheduler"
local version = require "ecs_service.version"

local session = {}

---@class ecs_service.Session
---@field transport table
---@field scheduler ecs_service.Scheduler
---@field credentials table   a provider: get(now)
---@field signer table
---@field region string
---@field partition string
---@field endpoint string
---@field account_id string|nil  when it is known without asking
---@field simulated boolean   time and answers come from the transport

-- A transport that brings its own time is a simulation, and gets no keys that open something real.
local SIMULATED = { access_key_id = "AKIDSIMULATED", secret_access_key = "simulated/secret/access/key" }

local function is_simulated(transport)
  return transport ~= nil and transport.scheduler ~= nil
end

local function account_of(transport)
  return transport.account_id or type(transport.options) == "table" and transport.options.account_id or nil
end

local function user_agent()
  return "ecs-service/" .. version .. " " .. (rawget(_G, "jit") and jit.version or _VERSION):gsub("%s", "/")
end

local function new_transport(options)
  local found, curl = pcall(require, "ecs_service.transport.curl")
  if not found then
    return nil, errors.new { code = "NotBuilt", message = "the HTTP transport cannot be loaded: "
      .. tostring(curl):match "^[^\n]*", hint = "install the module with libcurl, or pass a transport" }
  end
  local made, transport = pcall(curl.new, { ca_bundle = options.ca_bundle or environment.get "AWS_CA_BUNDLE",
    proxy = options.proxy, user_agent = user_agent() })
  if not made then
    return nil, errors.new { code = "BadTransport", message = "the HTTP transport cannot be made: "
      .. tostring(transport) }
  end
  return transport
end

local function provider(options, simulated)
  if simulated and options.credentials == nil then
    local own = options.transport.credentials
    local keys = type(own) == "table" and own.access_key_id and own or SIMULATED
    return { get = function() return keys end }
  end
  return credentials.new(options)
end

--- The time of a stack, without anything else of a session.
---@param options table of the stack
---@return ecs_service.Scheduler
function session.clock(options)
  return options.scheduler or options.transport and options.transport.scheduler or scheduler.default
end

--- The surroundings for a stack.
---@param options table of the stack
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil
function session.new(options)
  local region, err = region_of.find(options)
  if not region then return nil, err end
  local transport = options.transport
  local simulated = is_simulated(transport)
  local keys, url
  if simulated then
    url = "https://ecs." .. region .. "." .. region_of.partition(region).suffix
  else
    url, err = endpoint.find(options, "ecs", region)
    if not url then return nil, err end
  end
  keys, err = provider(options, simulated)
  if not keys then return nil, err end
  if not transport then
    transport, err = new_transport(options)
    if not transport then return nil, err end
  end
  return {
    transport = transport, scheduler = session.clock(options), credentials = keys, signer = core.signer(),
    region = region, partition = region_of.partition(region).id, endpoint = url,
    account_id = account_of(transport), simulated = simulated,
    -- A scheduler of the caller's own means that nothing else may block: see driver.lua.
    polls = options.scheduler ~= nil and not simulated,
  }
end

return session
