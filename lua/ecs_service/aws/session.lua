--- The surroundings of a stack's requests: transport, clock, region, endpoint, credentials. Made when the first request
--- needs them, so that declaring and validating need neither a region nor an account.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local service_api = lazy "ecs_service.aws.service_api"
local credentials = require "ecs_service.aws.credentials"
local endpoint = require "ecs_service.aws.endpoint"
local partitions = require "ecs_service.aws.partitions"
local region_of = require "ecs_service.aws.region"
local retries = require "ecs_service.aws.retries"
local runtime = require "ecs_service.aws.runtime"
local worker = lazy "ecs_service.aws.worker"

local session = {}

---@class ecs_service.Session
---@field transport ecs_service.Exchange
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
---@field target string|nil      what stands before operations in X-Amz-Target; nil: ECS's
---@field content_type string|nil  nil: ECS's
---@field apis table<string, ecs_service.Session>|nil  those of other services
---@field toward fun(api: string): ecs_service.Session|nil, ecs_service.Error|nil  those of requests to another API
---@field api_name string|nil    of another service than ECS: see service_api.lua
---@field account_id string|nil  when it is known without asking
---@field skew number|nil      seconds to add to the scheduler's clock for AWS's, once a refusal has told of them
---@field retries ecs_service.Retries
---@field learned table|nil    what the last engine learned of AWS's limits, for the next one
---@field owners table<integer, table>  which run of this session waits for a request
---@field leaving (fun(): boolean)|nil  whether this process is about to end: runs stop where they can be taken up again
---@field polls boolean       only the scheduler may wait (inside of another event loop): see poll.lua
---@field simulated boolean   time and answers come from the transport

-- A transport that brings its own time is a simulation, and gets no keys that open something real.
local SIMULATED = { access_key_id = "AKIDSIMULATED", secret_access_key = "simulated/secret/access/key" }

local function account_of(transport)
  return transport.account_id or type(transport.options) == "table" and transport.options.account_id or nil
end

local function provider(options, made)
  if made.simulated and options.credentials == nil then
    local own = options.transport.credentials
    local keys = type(own) == "table" and own.access_key_id and own or SIMULATED
    return { get = function() return keys end }
  end
  if not runtime.inside_nginx() then return credentials.new(options, made) end
  return worker.provider(options, function() return credentials.new(options, made) end)
end

-- A simulation answers to the name that AWS's own endpoint has.
local function simulated_endpoint(region)
  local partition = partitions.of(region)
  return { url = "https://ecs." .. region .. "." .. partition.suffix, region = region, partition = partition.id,
    signing_region = region, signing_name = "ecs" }
end

-- By the name that the engine has for an API: its endpoint, signing name and target beside the rest of this session.
local function toward(made, options)
  return function(name)
    local api, err = service_api.find(name)
    if not api then return nil, err end
    return service_api.session(made, options, api)
  end
end

--- The surroundings for a stack.
---@param options table of the stack
---@return ecs_service.Session|nil
---@return ecs_service.Error|nil
function session.new(options)
  local region, err, source = region_of.find(options)
  if not region then return nil, err end
  local simulated = runtime.is_simulated(options.transport)
  local target, retry
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
  local transport
  transport, err = runtime.exchange(options)
  if not transport then return nil, err end
  local nginx = runtime.inside_nginx()
  local made = {
    transport = transport, scheduler = runtime.clock(options), signer = nginx and worker.signer() or core.signer(),
    region = target.region, region_source = source, partition = target.partition, endpoint = target.url,
    endpoint_source = target.source, signing_region = target.signing_region, signing_name = target.signing_name,
    retries = retry, account_id = options.transport and account_of(options.transport) or nil, simulated = simulated,
    owners = {}, proxy = options.proxy, polls = runtime.polls(options),
  }
  made.credentials, err = provider(options, made)
  if not made.credentials then return nil, err end
  made.toward = toward(made, options)
  return made
end

return session
