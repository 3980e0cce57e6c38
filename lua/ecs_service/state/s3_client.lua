--- Single requests to S3 for the objects of a state: signed, sent through libcurl, waited for without blocking another
--- event loop. What an answer means for the state is s3.lua's business.
local connection = require "ecs_service.aws.http_transport"
local core = require "ecs_service.core"
local credentials = require "ecs_service.aws.credentials"
local endpoint_of = require "ecs_service.aws.endpoint"
local errors = require "ecs_service.errors"
local exchange = require "ecs_service.aws.multiplexer"
local region_of = require "ecs_service.aws.region"
local runtime = require "ecs_service.aws.runtime"
local skew = require "ecs_service.aws.clock_skew"

local client = {}
client.__index = client

-- Seconds for one request: a state is at most a few megabytes.
local TIMEOUT = 30

---@param place ecs_service.S3Place
---@param stack table options of the stack
---@param session_of (fun(): ecs_service.Session|nil, ecs_service.Error|nil)|nil the stack's session, whose keys are
---  used unless the state has its own
function client.new(place, stack, session_of)
  return setmetatable({ place = place, stack = stack, session_of = session_of, clock = runtime.clock(stack),
    calls = { GET = 0, PUT = 0, HEAD = 0, DELETE = 0 } }, client)
end

-- The stack's options with those of the state in their place: its endpoint, its keys.
local function own_options(place, stack)
  local given, own = place.given, {}
  for key, value in pairs(stack) do own[key] = value end
  own.transport = given.transport
  own.endpoint = nil -- the stack's is that of ECS
  if given.endpoint then
    own.endpoints, own.use_fips_endpoint, own.use_dualstack_endpoint = { s3 = given.endpoint }, nil, nil
  end
  own.region = given.region or stack.region or stack.transport and stack.transport.region
  if given.profile or given.credentials ~= nil then
    own.profile, own.credentials, own.assume_role = given.profile, given.credentials, nil
  end
  return own
end

local function has_own_keys(given) return given.profile ~= nil or given.credentials ~= nil end

-- The stack's own keys, when it has some: a code of an MFA device, for one, is asked for once. A simulation's open
-- nothing. And whose clock goes with them: what ECS has told of AWS's time holds for S3, and the other way round.
local function keys_of(self, own, around)
  if self.session_of and not has_own_keys(self.place.given) and not runtime.is_simulated(self.stack.transport) then
    local made, err = self.session_of()
    if not made then return nil, err end
    return made.credentials, nil, made
  end
  local keys, err = credentials.new(own, around)
  return keys, err, around
end

-- Made at the first request, so that a stack can be declared where no region and no keys are known.
function client:open()
  if self.exchange then return true end
  local own = own_options(self.place, self.stack)
  local region, err = region_of.find(own)
  if not region then return nil, err end
  local endpoint, transport, keys
  endpoint, err = endpoint_of.resolve(own, "s3", region)
  if not endpoint then return nil, err end
  transport = own.transport
  if not transport then
    transport, err = connection.new(own)
    if not transport then return nil, err end
  end
  -- Requests take the world's time, also those of a stack whose time is simulated.
  local simulated = runtime.is_simulated(self.stack.transport)
  local clock, polls = simulated and runtime.clock {} or self.clock, runtime.polls(self.stack)
  local over = exchange.over(transport, clock, polls, self.stack.on_wait)
  local around
  keys, err, around = keys_of(self, own, { transport = over, scheduler = clock, region = region, polls = polls })
  if not keys then return nil, err end
  self.around = around
  self.region, self.endpoint, self.credentials = endpoint.signing_region, endpoint.url, keys
  self.is_aws, self.partition = self.place.is_aws(endpoint.url, region), endpoint.partition
  self.signer, self.exchange = core.signer(), over
  return true
end

local function send(self, method, url, headers, body, steady)
  local keys, err = self.credentials:get(skew.now(self.around))
  if not keys then return nil, err end
  local request = { method = method, url = url, headers = headers or {}, body = body or "" }
  local owner, account = self.place:owner_header()
  if owner then request.headers[owner] = account end
  request.headers = self.signer:sign(request, keys, { service = "s3", region = self.region,
    time = skew.now(self.around) })
  self.calls[method] = (self.calls[method] or 0) + 1
  local answer, problem = self.exchange:ask(request, TIMEOUT, steady)
  local code = answer and answer.status >= 400 and client.problem(answer)
  return answer, problem, code and skew.learn(self.around, code, answer)
end

-- Once; and once more when it was refused for a clock that is wrong here.
local function send_in_time(self, ...)
  local answer, problem, clock_was_wrong = send(self, ...)
  if clock_was_wrong then answer, problem = send(self, ...) end
  return answer, problem
end

--- Sends one request.
---@param method string "GET" "HEAD" "PUT" "DELETE"
---@param suffix string which object: "" the state, ".lock", ".backup"
---@param headers table<string, string>|nil
---@param body string|nil
---@param steady boolean|nil  also when this process is asked to end: without it, a lock or what was done would be lost
---@return table|nil answer { status, headers, body }
---@return table|nil problem an error of this module, or { kind, message, sent } of the transport
function client:send(method, suffix, headers, body, steady)
  local ready, err = self:open()
  if not ready then return nil, err end
  return send_in_time(self, method, self.place:url(self.endpoint, self.region, suffix), headers, body, steady)
end

-- The bytes of hexadecimal digits.
local function bytes_of(digits)
  return (digits:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

local LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function base64(bytes)
  local out = {}
  for i = 1, #bytes, 3 do
    local a, b, c = bytes:byte(i, i + 2)
    local bits = a * 65536 + (b or 0) * 256 + (c or 0)
    for place = 3, 0, -1 do
      local at = math.floor(bits / 64 ^ place) % 64 + 1
      out[#out + 1] = (place == 1 and not b or place == 0 and not c) and "=" or LETTERS:sub(at, at)
    end
  end
  return table.concat(out)
end

--- Has S3 remove the objects that a document of XML names.
---@param document string
---@return table|nil answer
---@return table|nil problem
function client:remove(document)
  local ready, err = self:open()
  if not ready then return nil, err end
  local headers = { ["Content-Type"] = "application/xml",
    ["x-amz-checksum-sha256"] = base64(bytes_of(core.system.sha256(document))) }
  local url = self.place:bucket_url(self.endpoint, self.region) .. "/?delete"
  return send_in_time(self, "POST", url, headers, document, true)
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
