--- Single requests to S3 for the objects of a state: signed, sent through libcurl, waited for without blocking another
--- event loop. What an answer means for the state is s3.lua's business.
local connection = require "ecs_service.connection"
local core = require "ecs_service.core"
local credentials = require "ecs_service.credentials"
local endpoint_of = require "ecs_service.endpoint"
local errors = require "ecs_service.errors"
local region_of = require "ecs_service.region"
local scheduler = require "ecs_service.scheduler"
local session = require "ecs_service.session"
local wire = require "ecs_service.wire"

local client = {}
client.__index = client

-- Seconds for one request: a state is at most a few megabytes.
local TIMEOUT = 30
-- How often a transport is looked at whose own wait must not block (inside of another event loop).
local GLANCE = 0.01

---@param place ecs_service.S3Place
---@param stack table options of the stack
function client.new(place, stack)
  return setmetatable({ place = place, stack = stack, clock = session.clock(stack),
    polls = stack.scheduler ~= nil and not session.is_simulated(stack.transport),
    calls = { GET = 0, PUT = 0, HEAD = 0, DELETE = 0 } }, client)
end

-- The stack's options with those of the state in their place: its endpoint, its keys.
local function own_options(place, stack)
  local given, own = place.given, {}
  for key, value in pairs(stack) do own[key] = value end
  own.endpoint = nil -- the stack's is that of ECS
  if given.endpoint then
    own.endpoints, own.use_fips_endpoint, own.use_dualstack_endpoint = { s3 = given.endpoint }, nil, nil
  end
  own.region = given.region or stack.region
  if given.profile or given.credentials ~= nil then
    own.profile, own.credentials, own.assume_role = given.profile, given.credentials, nil
  end
  return own
end

-- Made at the first request, so that a stack can be declared where no region and no keys are known.
function client:open()
  if self.transport then return true end
  local own = own_options(self.place, self.stack)
  local region, err = region_of.find(own)
  if not region then return nil, err end
  local endpoint, keys, transport
  endpoint, err = endpoint_of.resolve(own, "s3", region)
  if not endpoint then return nil, err end
  keys, err = credentials.new(own)
  if not keys then return nil, err end
  transport = self.place.given.transport
  if not transport then
    transport, err = connection.new(own)
    if not transport then return nil, err end
  end
  self.region, self.endpoint, self.credentials = endpoint.signing_region, endpoint.url, keys
  self.is_aws, self.partition = self.place.is_aws(endpoint.url, region), endpoint.partition
  self.signer, self.transport = core.signer(), transport
  return true
end

function client:await(id)
  while true do
    local completion = self.transport:wait(self.polls and 0 or TIMEOUT + 5)
    if completion and completion.id == id then return completion end
    if not completion and not self.polls then
      self.transport:cancel(id)
      return { error = { kind = "timeout", message = "there was no answer" } }
    end
    if not completion then self.clock:sleep(GLANCE) end
  end
end

--- Sends one request, once.
---@param method string "GET" "HEAD" "PUT" "DELETE"
---@param suffix string which object: "" the state, ".lock", ".backup"
---@param headers table<string, string>|nil
---@param body string|nil
---@return table|nil answer { status, headers, body }
---@return table|nil problem an error of this module, or { kind, message, sent } of the transport
function client:send(method, suffix, headers, body)
  local ready, err = self:open()
  if not ready then return nil, err end
  -- S3 refuses requests that are signed with another time than the world's: a simulated stack's clock will not do.
  local now = scheduler.default:now()
  local keys
  keys, err = self.credentials:get(now)
  if not keys then return nil, err end
  local request = { id = wire.id(), method = method, url = self.place:url(self.endpoint, self.region, suffix),
    headers = headers or {}, body = body or "", timeout = TIMEOUT }
  request.headers = self.signer:sign(request, keys, { service = "s3", region = self.region, time = now })
  self.calls[method] = self.calls[method] + 1
  local sent, problem = self.transport:submit(request)
  if not sent then
    if type(problem) ~= "table" then problem = { message = tostring(problem) } end
    return nil, { kind = problem.kind or "other", message = problem.message, sent = false }
  end
  local completion = self:await(request.id)
  if completion.error then return nil, completion.error end
  return completion
end

--- Waits before another try: 0.2, 0.4, 0.8 … seconds.
---@param attempt integer
function client:pause(attempt) self.clock:sleep(0.1 * 2 ^ attempt) end

--- The code and the message in the body of an answer that tells of an error; HEAD's have none.
---@param answer table
---@return string|nil code
---@return string|nil message
---@return string|nil region  in which the bucket is, when the answer says so
function client.problem(answer)
  local body = answer.body or ""
  local region = (answer.headers or {})["x-amz-bucket-region"] or body:match "<Region>([^<]+)</Region>"
  return body:match "<Code>([^<]+)</Code>", body:match "<Message>([^<]*)</Message>", region
end

--- Whether a problem is an error of this module, which says itself what to do.
client.is_error = errors.is

return client
