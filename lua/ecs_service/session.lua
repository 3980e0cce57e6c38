--- The surroundings of a stack's requests: transport, clock, region, endpoint, credentials. Made when the first request
--- needs them, so that declaring and validating need neither a region nor an account.
local connection = require "ecs_service.connection"
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local endpoint = require "ecs_service.endpoint"
local region_of = require "ecs_service.region"
local retries = require "ecs_service.retries"
local scheduler = require "ecs_service.scheduler"

local session = {}

---@class ecs_service.Session
---@field transport table
---@field scheduler ecs_service.Scheduler
---@field credentials table   a provider: get(now)
---@field signer table
---@field region string
---@field region_source string  who says so: "stack", a variable, "profile NAME", …
---@field partition string
---@field endpoint string
---@field endpoint_source string|nil  who chose it; nil: it is AWS's own
---@field signing_region string
---@field signing_name string
---@field account_id string|nil  when it is known without asking
---@field skew number|nil      seconds to add to the scheduler's clock for AWS's, once a refusal has told of them
---@field retries ecs_service.Retries
---@field learned table|nil    what the last engine learned of AWS's limits, for the next one
---@field simulated boolean   time and answers come from the transport

-- A transport that brings its own time is a simulation, and gets no keys that open something real.
local SIMULATED = { access_key_id = "AKIDSIMULATED", secret_access_key = "simulated/secret/access/key" }

local function is_simulated(transport)
  return transport ~= nil and transport.scheduler ~= nil
end

local function account_of(transport)
  return transport.account_id or type(transport.options) == "table" and transport.options.account_id or nil
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

-- A simulation answers to the name that AWS's own endpoint has.
local function simulated_endpoint(region)
  local partition = region_of.partition(region)
  return { url = "https://ecs." .. region .. "." .. partition.suffix, region = region, partition = partition.id,
    signing_region = region, signing_name = "ecs" }
end

--- The surroundings for a stack.
---@param options table of the stack
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil
function session.new(options)
  local region, err, source = region_of.find(options)
  if not region then return nil, err end
  local transport = options.transport
  local simulated = is_simulated(transport)
  local target, keys, retry
  if simulated then
    target = simulated_endpoint(region)
  else
    target, err = endpoint.resolve(options, "ecs", region)
    if not target then return nil, err end
  end
  retry, err = retries.find(options)
  if not retry then return nil, err end
  -- A server that is spoken to in the clear is not AWS: its limits are its own.
  if retry.pace == nil and target.url:find "^http:" then retry.pace = false end
  keys, err = provider(options, simulated)
  if not keys then return nil, err end
  if not transport then
    transport, err = connection.new(options)
    if not transport then return nil, err end
  end
  return {
    transport = transport, scheduler = session.clock(options), credentials = keys, signer = core.signer(),
    region = target.region, region_source = source, partition = target.partition, endpoint = target.url,
    endpoint_source = target.source, signing_region = target.signing_region, signing_name = target.signing_name,
    retries = retry, account_id = account_of(transport), simulated = simulated,
    -- A scheduler of the caller's own means that nothing else may block: see driver.lua.
    polls = options.scheduler ~= nil and not simulated,
  }
end

return session
