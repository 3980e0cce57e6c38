--- A transport on which somebody can wait for one answer while others wait for theirs: what comes in between is kept
--- for whom it belongs to. Credentials are refreshed in the middle of a run that has requests in flight, by the same
--- transport.
local glance = require "ecs_service.aws.poll"
local keys_of = require "ecs_service.aws.credentials.keys"
local leaving = require "ecs_service.aws.leaving"
local traced = require "ecs_service.util.traced"
local wire = require "ecs_service.aws.signed_request"

local exchange = {}

---@class ecs_service.Exchange
---@field transport table
---@field scheduler ecs_service.Scheduler
---@field polls boolean  nothing but the scheduler may block (inside of another event loop)
local Exchange = {}

-- How long a transport is left alone that has waited for no time at all although it might.
local PAUSE = 0.01
-- While the process may be asked to end, it is looked so often whether it was; and what is asked after that, to come to
-- a good end, has so long.
local PATIENCE, GRACE = 0.5, 3

-- Who is kept waiting longer hears of it, where somebody listens.
local QUIET = 1

-- Everything else that a transport can do is still its own.
function Exchange.__index(self, name)
  if Exchange[name] then return Exchange[name] end
  local member = rawget(self, "transport")[name]
  if type(member) ~= "function" then return member end
  return function(_, ...) return member(self.transport, ...) end
end

-- Headers that hold a key, a token or a proof.
local SECRET = { authorization = true, dpop = true, ["x-amz-security-token"] = true, ["x-amz-sso_bearer_token"] = true,
                 ["x-amz-ec2-metadata-token"] = true }

-- An answer that tells of an error may repeat its request: AWS's own SignatureDoesNotMatch has the session's token in
-- it, a proxy's page may have all of it. Messages are shown and logged, so it goes no further than here.
local function hide(completion, headers)
  local body = completion.body
  if not headers or (completion.status or 0) < 400 or not body or body == "" then return end
  for name, value in pairs(headers) do
    if type(name) == "string" and SECRET[name:lower()] then body = keys_of.without(body, value) end
  end
  completion.body = body
end

-- Waits for the transport; when a second has gone by since anything was waited for, that is told, once.
local function patiently(self, seconds)
  if not self.on_wait or not seconds then return self.transport:wait(seconds) end
  local now = self.scheduler:now()
  self.since = self.since or now
  local quiet = self.since + QUIET - now
  if quiet > 0 and seconds <= quiet then return self.transport:wait(seconds) end
  local completion = quiet > 0 and self.transport:wait(quiet) or nil
  local passed = self.scheduler:now() - now
  if completion or self.since + QUIET > now + passed then return completion end
  self.on_wait()
  self.on_wait = nil
  return self.transport:wait(math.max(0, seconds - passed))
end

local function receive(self, seconds)
  local completion = patiently(self, seconds)
  if completion then
    hide(completion, self.sent[completion.id])
    self.sent[completion.id] = nil
  end
  if completion and self.forgotten[completion.id] then
    self.forgotten[completion.id] = nil
    return nil
  end
  return completion
end

--- An exchange over a transport.
---@param transport table
---@param scheduler ecs_service.Scheduler
---@param polls boolean|nil
---@param on_wait fun()|nil called once, when answers are waited for since more than a second
---@return ecs_service.Exchange
function exchange.over(transport, scheduler, polls, on_wait)
  local self = setmetatable({ transport = transport, scheduler = scheduler, polls = polls or false, on_wait = on_wait,
    kept = {},       -- completions of others, in their order
    asked = {},      -- id → true: `ask` waits for it
    sent = {},       -- id → its headers, until it is answered
    forgotten = {},  -- id → true: nobody waits for it any more
  }, Exchange)
  self.hearing = { polls = self.polls, scheduler = scheduler,
    transport = { wait = function(_, seconds) return receive(self, seconds) end } }
  return self
end

function Exchange:submit(request)
  local sent, problem = self.transport:submit(request)
  if sent and request.id then self.sent[request.id] = request.headers end
  return sent, problem
end

function Exchange:cancel(id)
  return self.transport:cancel(id)
end

-- Takes the first completion out of what was kept that is, or is not, of the request `id`.
local function from_kept(self, id)
  for i, completion in ipairs(self.kept) do
    if id and completion.id == id or not id and not self.asked[completion.id] then
      return table.remove(self.kept, i)
    end
  end
end

--- The next completion of a request that was submitted here; see docs/transport.md.
---@param seconds number|nil
---@return table|nil
function Exchange:wait(seconds)
  local completion = from_kept(self)
  if completion then return completion end
  completion = receive(self, seconds)
  if completion and self.asked[completion.id] then
    self.kept[#self.kept + 1] = completion
    return nil
  end
  return completion
end

-- Lets the transport work for a moment; answers the completion of `id` when it is there.
local function look(self, id, left)
  local mine = from_kept(self, id)
  if mine then return mine end
  local before = self.scheduler:now()
  local completion = glance.wait(self.hearing, left, function()
    mine = from_kept(self, id)
    return mine ~= nil
  end)
  if completion then
    if completion.id == id then return completion end
    self.kept[#self.kept + 1] = completion
  elseif not mine and self.scheduler:now() == before then
    self.scheduler:sleep(math.min(left, PAUSE))
  end
  return mine
end

local function failure(problem)
  if type(problem) ~= "table" then problem = { message = tostring(problem) } end
  return { kind = problem.kind or "other", message = problem.message or problem.kind or "it was not sent",
    sent = problem.sent }
end

-- Only a request that did not end is cancelled: its completion, still to come, is nobody's.
local function give_up(self, id, left)
  if pcall(function() return self.transport:cancel(id) end) then self.forgotten[id] = true end
  if left then return nil, { kind = "cancelled", message = "interrupted while it was waited for" } end
  return nil, { kind = "timeout", message = "there was no answer in time" }
end

-- The completion of `id`; nil when it does not come in time; nil, true when this process was asked to end meanwhile.
local function await(self, id, deadline, leaves)
  while true do
    local left = math.max(0, deadline - self.scheduler:now())
    local found = look(self, id, leaves and math.min(left, PATIENCE) or left)
    if found or self.scheduler:now() >= deadline then return found end
    if leaves and leaves() then return nil, true end
  end
end

--- Sends one request and waits for its answer. Other completions that come meanwhile are handed out by `wait`. When
--- this process is asked to end, it is not waited for any longer.
---@param request table without an id
---@param seconds number how long at most
---@param steady boolean|nil  it is waited for whatever happens: a run ends well by it
---@return table|nil completion { status, headers, body }
---@return table|nil problem { kind, message, sent }, as in docs/transport.md
function Exchange:ask(request, seconds, steady)
  local leaves = not steady and leaving.question() or nil
  if leaves and leaves() then leaves, seconds = nil, math.min(seconds, GRACE) end
  local id = wire.id()
  request.id, request.timeout = id, request.timeout or seconds
  local deadline = self.scheduler:now() + seconds
  local sent, problem = self:submit(request)
  if not sent then return nil, failure(problem) end
  self.asked[id] = true
  local ok, completion, left = traced(await, self, id, deadline, leaves)
  self.asked[id] = nil
  if not ok then
    give_up(self, id)
    error(completion, 0)
  end
  if not completion then return give_up(self, id, left) end
  if completion.error then return nil, failure(completion.error) end
  return completion
end

return exchange
