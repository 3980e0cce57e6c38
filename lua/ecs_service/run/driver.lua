--- The one loop: what the engine asks for is done here, and what came of it is told back. It signs and sends, makes
--- intents and records durable before going on, and waits through the scheduler.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local endpoint_advice = lazy "ecs_service.aws.endpoint_advice"
local errors = require "ecs_service.errors"
local glance = require "ecs_service.aws.poll"
local kinds = require "ecs_service.kinds"
local leaving = require "ecs_service.aws.leaving"
local secret_texts = lazy "ecs_service.render.secret_texts"
local traced = require "ecs_service.util.traced"
local wire = require "ecs_service.aws.signed_request"

local driver = {}

---@class ecs_service.DriverOptions
---@field session ecs_service.Session
---@field on_event? fun(event: table)   the caller's; what it raises is caught and told once, in `warnings`
---@field on_intent? fun(action: table)  a request that changes something is about to be sent
---@field on_record? fun(action: table)  what the engine knows now
---@field on_lost? fun(action: table)  its answer was lost, or is of a kind that leaves open what was done
---@field on_failed? fun(address: string, err: table, action: table)  an operation has failed; more may be said of
---  it before it is told
---@field save? fun(): boolean|nil, ecs_service.Error|nil  makes durable what these two were told: once for all that is
---  due at one moment, before any of these requests is sent and before anybody is told of what was recorded
---@field store? userdata               of core.store: the attributes of operations that are done are trees there
---@field patience? table<string, number>  by API, seconds that a request waits for its answer; else the transport's
---@field read? fun(completion: table): string  what the engine reads in place of an answer's body
---@field answers? ecs_service.HookAnswers  who is asked while a deployment waits at a pause
---@field checking? table               of checking.lua: operations that are held when they are done
---@field interrupted? fun(): any       true: start nothing new, let what is in flight end

-- While a person may press Ctrl-C, no wait is longer than this.
local PATIENCE = 0.5
-- As many answers are taken at once, before anything else is looked at.
local MOST = 100
-- A wait for an answer that the engine sets no end to.
local LONG = 3600

local run = {}
run.__index = run

local function new(engine, options)
  local session = options.session
  return setmetatable({
    engine = engine, options = options, session = session, flying = {}, count = 0, results = {}, order = {},
    warnings = {}, held = {}, began = {}, unsaved = false, arrived = {},
    interrupted = leaving.either(options.interrupted),
  }, run)
end

-- Nothing more can be done well: what is in flight ends, nothing new begins, and every operation ends with `err`.
function run:stop(err)
  if not self.fatal then
    self.fatal = err
    self.engine:interrupt()
    if self.options.checking then self.options.checking:interrupt(self) end
  end
end

local function tell(self, event)
  local listener = self.options.on_event
  -- How long it took can be told by the last event alone.
  if event.type == "started" then self.began[event.address] = event end
  if not listener then return end
  -- What the engine emits has a kind of its own ("event"); whoever listens is told the kind of what it is about.
  if event.address ~= nil and (event.kind == nil or event.kind == "event") then
    local kind = kinds.of(event.address)
    event.kind, event.address = kind.name, kind.prefix and kinds.name(event.address) or event.address
  end
  local ok, problem = pcall(listener, event)
  if not ok and not self.deaf then
    self.deaf = true
    self.warnings[#self.warnings + 1] = { code = "CallbackFailed", path = "on_event",
      message = "on_event raised: " .. tostring(problem) }
  end
end

-- Now, or after what it may speak of was saved.
function run:tell(event)
  if self.unsaved then self.held[#self.held + 1] = { work = tell, subject = event } else tell(self, event) end
end

local function lost(self, action, err, kind)
  self.engine:failed(action.id, kind or "cancelled", tostring(err.message or err), self.session.scheduler:now())
end

-- The session is ECS's, and knows those of other APIs; or it is of the one API that everything of this run goes to.
local function surroundings(session, api)
  if api == "ecs" or session.api_name then return session end
  return session.toward(api)
end

local function forget(self, id)
  self.flying[id], self.count, self.session.owners[id] = nil, self.count - 1, nil
end

local function submit(self, action)
  local session, err = surroundings(self.session, action.api)
  local request
  if session then request, err = wire.request(session, action.operation, action.body) end
  if not request then
    -- Keys that were not waited for are no reason of their own.
    if self.interrupted and self.interrupted() then self:interrupt() else self:stop(err) end
    return lost(self, action, err)
  end
  local patience = self.options.patience
  request.timeout, request.max_body = action.timeout or patience and patience[action.api], action.max_body
  -- Noted before the submit: should that raise after the request has left, it is cancelled with the others.
  self.flying[request.id], self.count, self.session.owners[request.id] = action, self.count + 1, self
  local sent, problem = self.session.transport:submit(request)
  if not sent then
    forget(self, request.id)
    problem = type(problem) == "table" and problem or { message = tostring(problem) }
    lost(self, action, problem, problem.kind or "other")
  end
end

--- Sends a request that is not the engine's; whoever asks hears what came of it.
---@param request table with an id
---@param take fun(completion: table)
---@return boolean|nil sent
---@return table|nil problem
function run:ask(request, take)
  self.flying[request.id], self.count, self.session.owners[request.id] = { take = take }, self.count + 1, self
  local sent, problem = self.session.transport:submit(request)
  if sent then return true end
  forget(self, request.id)
  return nil, type(problem) == "table" and problem or { message = tostring(problem) }
end

--- Lets go of a request: nobody hears of it any more.
---@param id integer
function run:drop(id)
  forget(self, id)
  pcall(self.session.transport.cancel, self.session.transport, id)
end

function run:send(action)
  local place = self.session.place
  local err = place and action.mutates and place:forbids_change()
  if err then
    self:stop(err)
    return lost(self, action, err)
  end
  if not action.mutates or not self.options.on_intent then return submit(self, action) end
  self.options.on_intent(action)
  self.unsaved = true
  self.held[#self.held + 1] = { work = submit, subject = action, mutates = true }
end

-- What only looks is not waited for any more; what changes something is: its answer tells what became of it.
function run:interrupt()
  self.asked = true
  self.engine:interrupt()
  if self.options.answers then self.options.answers:stop(self) end
  if self.options.checking then self.options.checking:interrupt(self) end
  local looking = {}
  for id, action in pairs(self.flying) do
    if not action.mutates then looking[#looking + 1] = id end
  end
  table.sort(looking)
  for _, id in ipairs(looking) do
    local action = self.flying[id]
    self:drop(id)
    lost(self, action, { message = "interrupted" })
  end
end

-- Saves what was noted, then does what waited for it. Without the save, nothing that changes something is sent.
function run:release()
  if not self.unsaved then return false end
  local saved, err = self.options.save()
  self.unsaved = false
  if not saved then self:stop(err) end
  local held = self.held
  self.held = {}
  for _, one in ipairs(held) do
    if saved or not one.mutates then one.work(self, one.subject) else lost(self, one.subject, err) end
  end
  return true
end

-- Whether a request may have been carried out although nobody has said so.
local function is_open(completion)
  local err = completion.error
  if err then return err.sent ~= false end
  return completion.status >= 500
end

function run:take(completion)
  local action = self.flying[completion.id]
  if not action then
    -- Inside of another event loop, several runs of a stack may wait at the transport at once.
    local owner = self.session.owners[completion.id]
    if owner then table.insert(owner.arrived, completion) end
    return
  end
  forget(self, completion.id)
  if action.take then return action.take(completion) end
  local now = self.session.scheduler:now()
  if action.mutates and self.options.on_lost and is_open(completion) then self.options.on_lost(action) end
  local place = self.session.place
  local wrong = place and not completion.error and place:hear(completion)
  if wrong then self:stop(wrong) end
  if wrong and not action.mutates then
    lost(self, action, wrong)
  elseif completion.error then
    self.engine:failed(action.id, completion.error.kind or "other", completion.error.message or "", now)
  else
    local read = self.options.read
    local body = read and read(completion) or completion.body
    self.engine:answer(action.id, completion.status, completion.headers, body, now)
  end
end

function run:record(action)
  if not self.options.on_record then return end
  if action.reason and self.options.answers then
    action.reason = self.options.answers:in_words(action.address, action.reason)
  end
  self.options.on_record(action)
  self.unsaved = true
end

-- How operations end that were stopped from here.
local STOPPED = { Interrupted = true, ["Transport.cancelled"] = true }

function run:finish(action)
  local checked = self.options.checking
  if checked and checked:takes(self, action) then return end
  local fatal = self.fatal
  action.stopped = not action.ok and action.error and STOPPED[action.error.code] or nil
  if action.stopped and fatal then
    -- What is wrong with the whole run is one error, whichever services it was about.
    action.error = fatal.whole and fatal
      or { code = fatal.code, message = fatal.message, hint = fatal.hint, looked = fatal.looked,
        service = action.address }
  end
  local err = action.error
  if self.options.answers then self.options.answers:finish(self, action.address, err) end
  if err and not err.whole then
    err.service = err.service or action.address
    if self.options.on_failed then self.options.on_failed(action.address, err, action) end
    if self.session.secrets then secret_texts.hide_in(err, self.session.secrets()) end
    action.error = errors.from(err)
    endpoint_advice.add(action.error, self.session)
  end
  self.results[action.address] = action
  self.order[#self.order + 1] = action.address
  local began = self.began[action.address]
  self:tell { type = "done", address = action.address, ok = action.ok, error = action.error, outcome = action.outcome,
    exit_code = action.exit_code,
    action = began and began.action, began = began and began.at, at = self.session.scheduler:now() }
end

-- Waits for an answer or until the time that the engine named.
function run:rest(action, now)
  local answers, checking = self.options.answers, self.options.checking
  if answers and not self.asked and answers:work(self) then return end
  local span = math.max(0, math.min(action["until"] or now + LONG, answers and answers:due() or math.huge,
    checking and checking:due() or math.huge) - now)
  if self.interrupted and not self.session.simulated then span = math.min(span, PATIENCE) end
  local session = self.session
  if session.life then span = math.min(span, session.life:renew()) end
  if self.count == 0 then
    session.scheduler:sleep(span)
    return
  end
  local arrived = self.arrived
  local completion = table.remove(arrived, 1)
    or glance.wait(session, span, function() return #arrived > 0 end)
  -- What has arrived meanwhile is taken with it: what follows from all of them is saved once.
  local taken = 0
  while completion and taken < MOST do
    self:take(completion)
    taken = taken + 1
    completion = self.count > 0 and taken < MOST and (table.remove(arrived, 1) or session.transport:wait(0)) or nil
  end
end

local HANDLERS = { send = run.send, record = run.record, done = run.finish, sleep = run.rest }

-- All times of events are of one clock: this machine's.
function HANDLERS.event(self, action)
  for _, name in ipairs { "occurred", "expires_at" } do
    if action[name] then action[name] = action[name] - (self.session.skew or 0) end
  end
  if action.type == "stage" and self.options.on_stage then self.options.on_stage(action) end
  self:tell(action)
  if action.type == "decision" and self.options.answers then self.options.answers:begin(self, action) end
end

-- AWS's clock is not this machine's: whatever is signed from here on is signed with AWS's time.
function HANDLERS.clock(self, action)
  self.session.skew = action.skew
  self:tell { type = "clock", address = action.address, skew = action.skew, at = action.at }
end

function run:loop()
  local interrupted = self.interrupted
  while true do
    if interrupted and not self.asked and interrupted() then
      self:interrupt()
    end
    local now = self.session.scheduler:now()
    local action = self.engine:next(now, self.options.store)
    local handler = HANDLERS[action.kind]
    if not handler and action.kind ~= "idle" then
      error("the engine asks for something unknown: " .. tostring(action.kind))
    end
    -- Before it rests: what waits for a save goes first, and may give the engine more to do.
    local rests = action.kind == "sleep" or action.kind == "idle"
    local checked = rests and self.options.checking
    local moved = checked and checked:step(self, now)
    if not (rests and self:release()) and not moved then
      if not handler then return end
      handler(self, action, now)
    end
  end
end

local function forget_flying(self)
  for id in pairs(self.flying) do
    self.session.owners[id] = nil
    pcall(self.session.transport.cancel, self.session.transport, id)
  end
end

--- An engine that knows what the session knows: where it is, how to retry, and what earlier ones learned.
---@param session ecs_service.Session
---@param more table|nil further options of the engine
---@return table engine
function driver.engine(session, more)
  local options = {
    region = session.region, partition = session.partition, account_id = session.account_id,
    skew = session.skew, learned = session.learned,
    -- A simulated run is the same every time; in the world, two runs should not retry in step.
    seed = session.simulated and 1 or tonumber(core.system.hex(core.system.entropy(3)), 16),
  }
  for key, value in pairs(session.retries or {}) do options[key] = value end
  for key, value in pairs(more or {}) do options[key] = value end
  return core.engine(options)
end

--- Runs an engine until all of its operations have ended. What a transport or a state raises is raised again, after
--- what is in flight was let go.
---@param engine table of core.engine, with its operations
---@param options ecs_service.DriverOptions
---@return table<string, table> results address → { ok, attributes | error, outcome, stopped }
---@return table run { order = addresses as they ended, warnings, interrupted }
function driver.run(engine, options)
  local self = new(engine, options)
  local ok, problem = traced(self.loop, self)
  self.session.learned = engine:learned()
  if not ok then
    forget_flying(self)
    error(problem, 0)
  end
  return self.results, { order = self.order, warnings = self.warnings, interrupted = self.asked, fatal = self.fatal }
end

return driver
