--- Keeps the state in step with a run: the intent before a request that changes something, what AWS answered as soon as
--- it is known, and the end of each operation. All of it is on the disk before the run goes on.
local box = require "ecs_service.state.failure_box"
local argument = require "ecs_service.kinds.service.argument"
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local digest = require "ecs_service.plan.digest"
local kinds = require "ecs_service.kinds"
local history = require "ecs_service.state.past_operations"
local names = require "ecs_service.util.identifiers"
local operations = require "ecs_service.run.engine_operations"
local rows_of = require "ecs_service.util.schema_rows"
local origin = require "ecs_service.run.origin"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"

-- Kinds whose records are another file's.
local OWN = { task = lazy "ecs_service.run.task_journal", scaling = lazy "ecs_service.run.scaling_journal" }

local recorder = {}
recorder.__index = recorder

-- Of the configuration, what a later run must know when the declaration is gone.
local KEPT = { "lifecycle", "timeouts", "depends_on", "force_delete" }

local function meta_of(config)
  local meta
  for _, name in ipairs(KEPT) do
    if config and config[name] ~= nil then
      meta = meta or {}
      meta[name] = tables.copy(config[name])
    end
  end
  return meta
end

---@param state table
---@param changes table[] of the plan
---@param session ecs_service.Session its clock
function recorder.new(state, changes, session, message)
  local self = setmetatable({ state = state, session = session, changes = {}, recorded = {}, lost = {}, late = {},
    intents = {}, touched = {}, histories = {}, remembered = {}, stages = {}, origin = origin.found(message),
    began = session.scheduler:now() }, recorder)
  for _, change in ipairs(changes) do
    local entry = kinds.entry(state, change.address)
    self.changes[change.address], self.histories[change.address] = change, entry and entry.history
  end
  self.condemned = {} -- address → the error of a check, when its service goes back
  return self
end

--- The record or the journal of an address has been changed: the next save writes it.
function recorder:touch(address)
  self.touched[address], self.touched[kinds.name(address)] = true, true
end

-- The paths of both lists, each once.
local function together(planned, late)
  if not planned or not late then return planned or late end
  local list, seen = {}, {}
  for _, from in ipairs { planned, late } do
    for _, path in ipairs(from) do
      if not seen[path] then list[#list + 1], seen[path] = path, true end
    end
  end
  return list
end

-- The record of a service that the change made or altered. A change outside of the declaration leaves what was recorded
-- of that as it was.
function recorder:put(address, attributes, more)
  self:touch(address)
  local change, former = self.changes[address], kinds.entry(self.state, address)
  local aside = change and change.verb and former
  if aside then attributes = argument.with_local(attributes, change.own_local or former.attributes) end
  local entry = { status = "ok", attributes = attributes, meta = meta_of(change and change.config),
    undeclared = together(change and change.undeclared, self.late[address]), history = self.histories[address],
    deployment_id = former and former.deployment_id, deployment_at = former and former.deployment_at,
    durations = former and former.durations, deposed = former and former.deposed }
  for _, kind in ipairs(kinds.ATTACHED) do entry[kind.within] = former and former[kind.within] end
  if aside then entry.meta, entry.imported, entry.undeclared = former.meta, former.imported, former.undeclared end
  for key, value in pairs(more or {}) do entry[key] = value end
  if self.condemned[address] then entry.status, entry.reason = "failed", self.condemned[address].message end
  if entry.deployment_id ~= (former and former.deployment_id) then
    entry.deployment_at = more and more.deployment_at -- the time of the former one says nothing about this one
  elseif former and entry.settled == nil and entry.deployment_at == former.deployment_at then
    entry.settled = former.settled
  end
  kinds.record(self.state, address, entry)
  return entry
end

function recorder:remove(address)
  local change = self.changes[address]
  self:touch(address)
  if change and change.deposed then
    local entry = kinds.entry(self.state, change.deposed)
    self:touch(change.deposed)
    if entry then entry.deposed = nil end
  else
    kinds.record(self.state, address, nil)
  end
end

local function same_service(journal, change)
  return names.identity(journal.cluster, journal.service) == names.identity(change.cluster, change.service)
end

-- What stands in the journal already says enough: the same request once more (by its token, or of this run), the tags
-- that are part of a create, or the end of what a create made that was cut short.
local function is_written(journal, action, change, own)
  if not journal or journal.verb ~= change.verb then return false end
  local repeated = journal.operation == action.operation and journal.client_token == action.client_token
    and (own or action.client_token ~= nil)
  local follows = journal.operation == "CreateService" and action.operation == "TagResource"
  return repeated or follows or change.begun ~= nil
end

--- Before a request that changes something is sent; it may go when `save` has succeeded.
---@param action table of the engine: address, operation, client_token
function recorder:intent(action)
  local address = action.address
  local own = OWN[kinds.of(address).name]
  if own then return own.intent(self, action) end
  local change, journal = self.changes[address], self.state.journal[address]
  self.recorded[address] = nil
  if is_written(journal, action, change, self.intents[address]) then return end
  self.intents[address] = true
  self:touch(address)
  self.announced = true
  local creates, updates = action.operation == "CreateService", change.action == "update"
  -- A create that was begun before, and of which it is not known what became of it, may still come to light.
  self.lost[address] = creates and journal and journal.operation == "CreateService" and same_service(journal, change)
    or nil
  local entry = kinds.entry(self.state, address)
  if updates and entry and entry.status == "tainted" then entry.status, entry.reason = "ok", nil end
  self.state.journal[address] = {
    operation = action.operation, client_token = action.client_token,
    begun = times.text(skew.now(self.session)), by = history.author(), origin = self.origin,
    verb = change.verb,
    cluster = names.short(change.cluster), service = change.service,
    -- What was begun belongs to this place, also when nothing of it is recorded yet.
    arn = self.state.place and self.state.place:arn(names.short(change.cluster) or "default", change.service) or nil,
    -- Names only: what a replacement is to carry over is told from them, should it be cut short and AWS forget it.
    carried = not updates and (change.carried or journal and journal.carried) or nil,
    digest = creates and digest.attributes(change.after) or nil,
    config = (creates or updates) and digest.config(change.config) or nil, primary = updates and change.primary or nil,
    revision = updates and change.after[argument.at "taskDefinition"] or nil,
  }
end

--- The answer to a request that changes something was lost: it may have been carried out.
---@param action table
function recorder:unheard(action)
  self.lost[action.address] = true
end

-- Durations of the latest deployments, in whole seconds: what the next one may be expected to take.
local MOST_DURATIONS = 5

local function with_duration(durations, seconds)
  if not seconds then return durations end
  local list = { math.floor(seconds + 0.5) }
  for i = 1, math.min(#(durations or {}), MOST_DURATIONS - 1) do list[i + 1] = durations[i] end
  return list
end

-- An answer may leave tags out. Those that an update set and removed are as planned: AWS took each of the requests.
local function with_planned_tags(attributes, after)
  local copy = tables.merge(core.table(attributes))
  for _, row in ipairs(rows_of()) do
    if row.tags then copy[row.name] = after[row.name] end
  end
  return copy
end

local function moved(old, new)
  return names.identity(old.cluster, old.name) ~= names.identity(new.cluster, new.name)
end

--- What the engine knows now about a service.
---@param action table { address, status = "ok"|"failed"|"tainted"|"gone", attributes, reason, deployment_id,
---  deployment_at, duration, undeclared: paths that stayed beside those that the plan knew of }
function recorder:record(action)
  local address = action.address
  local own = OWN[kinds.of(address).name]
  if own then return own.record(self, action) end
  self:touch(address)
  local former = kinds.entry(self.state, address)
  self.recorded[address], self.lost[address] = true, nil
  self.late[address] = action.undeclared or self.late[address]
  if action.status == "gone" then
    if self.changes[address].action == "delete" then self.state.journal[address] = nil end
    -- Of a replacement that creates first, it is the old service that has gone.
    if former and former.deposed then
      former.deposed = nil
    else
      self:remove(address)
    end
  else
    local attributes = action.attributes or former and former.attributes
    if not attributes then return end
    local journal = self.state.journal[address]
    if journal then
      journal.deployment_id = action.deployment_id
      local starts = (self.changes[address].deployment or {}).starts
      journal.deployed = journal.deployed or starts and action.deployment_at or nil
    end
    local entry = self:put(address, attributes, { status = action.status, reason = action.reason,
      deployment_id = action.deployment_id, deployment_at = action.deployment_at,
      durations = with_duration(former and former.durations, action.duration) })
    if former and not former.deposed and moved(former.attributes, attributes) then
      entry.deposed = former.attributes
    end
  end
end

-- So many are kept of one deployment; of more, those in the middle of the shift go.
local MOST_STAGES = 30

--- A deployment that shifts traffic is in another stage.
---@param event table of the engine: address, at, stage, production_weight
function recorder:stage(event)
  local list = self.stages[event.address] or {}
  local last = list[#list]
  self.stages[event.address] = list
  if last and last.stage == event.stage and last.production_weight == event.production_weight then return end
  list[#list + 1] = { at = times.text(event.at + (self.session.skew or 0)), stage = event.stage,
    production_weight = event.production_weight }
  if #list > MOST_STAGES then table.remove(list, MOST_STAGES / 2) end
end

-- What was asked of AWS, or was waited for on behalf of a run that ended early, has ended.
function recorder:remember(address, ended)
  local change, entry = self.changes[address], kinds.entry(self.state, address)
  local journal = self.state.journal[address]
  if not entry or change.action == "delete" or not journal then return end
  local after, before = change.after or {}, change.before or {}
  local revision, count = argument.at "taskDefinition", argument.at "desiredCount"
  revision = names.last(after[revision])
  local own = change.action ~= "no-op"
  local did = own and (change.verb or change.action) or journal.verb
    or journal.operation == "CreateService" and "create" or "update"
  self.histories[address] = history.with(self.histories[address], history.entry { did = did, ended = ended,
    by = not own and journal.by or nil, origin = not own and journal.origin or own and self.origin or nil,
    began = not own and times.parse(journal.begun) or self.began + (self.session.skew or 0),
    now = skew.now(self.session), revision = revision, deployment_id = journal.deployment_id,
    deployed = journal.deployed, stages = self.stages[address],
    count = own and after[count] ~= before[count] and after[count] or nil })
  entry.history, self.remembered[address] = self.histories[address], true
end

--- The operation has succeeded.
---@param address string
---@param attributes table|nil
---@param result table|nil of the engine
function recorder:finish(address, attributes, result)
  local change, own = self.changes[address], OWN[kinds.of(address).name]
  self:touch(address)
  if own and change.action ~= "forget" then
    return own.finish(self, address, result)
  elseif change.action == "delete" or change.action == "forget" then
    self:remove(address)
  else
    attributes = attributes or change.after
    if change.action == "update" then attributes = with_planned_tags(attributes, change.after) end
    local entry = self:put(address, attributes)
    entry.deposed = nil
    entry.settled = entry.settled or operations.waits(change) or nil
    self:remember(address, "ok")
  end
  self.state.journal[address] = nil
end

--- What needs no request of something attached: its record follows what was read.
---@param change table no-op or forget
function recorder:settle_attached(change)
  local own = OWN[kinds.of_change(change).name]
  if change.action == "forget" then own.forget(self, change) else own.unchanged(self, change) end
end

--- Which deployment of a service it is that a check has failed for; a run that was cut short may not have heard of it.
---@param address string
---@param id string|nil
function recorder:identify(address, id)
  local entry, journal = kinds.entry(self.state, address), self.state.journal[address]
  if not id or entry.deployment_id == id then return end
  self:touch(address)
  entry.deployment_id, entry.deployment_at, entry.settled = id, journal and journal.deployed or nil, nil
  if journal then journal.deployment_id = journal.deployment_id or id end
end

--- A check has failed, and the service goes back by another change: what is recorded from here on is of that, and
--- stays an update that did not succeed.
---@param address string
---@param err ecs_service.Error
---@param change table
function recorder:condemn(address, err, change)
  self:touch(address)
  self:remember(address, err.code)
  self.condemned[address] = err
  local entry = kinds.entry(self.state, address)
  entry.status, entry.reason = "failed", err.message
  self.state.journal[address] = nil
  self.changes[address], self.intents[address], self.recorded[address] = change, nil, nil
end

-- Whether it is known what became of the requests of an operation that failed.
local function is_certain(err, recorded, lost)
  if recorded then return true end
  if lost then return false end
  local status = err.http_status
  return type(status) == "number" and status >= 400 and status < 500
end

--- The operation has failed. What may have happened all the same stays in the journal for the next run, and so does
--- what was stopped from here: the next run goes on with it.
---@param address string
---@param err ecs_service.Error
---@param stopped boolean|nil
---@param result table|nil of the engine
function recorder:fail(address, err, stopped, result)
  if stopped then return end
  local own = OWN[kinds.of(address).name]
  if own then return own.fail(self, address, err, result) end
  self:touch(address)
  if self.condemned[address] then
    if not self.lost[address] or self.recorded[address] then self.state.journal[address] = nil end
    return
  end
  local change, entry = self.changes[address], kinds.entry(self.state, address)
  -- A wait for what an earlier run had made: AWS has been heard, and nothing was sent that could be open.
  local waited = change.action == "no-op" and err.http_status == nil
  if waited and entry and err.code ~= "AwaitingDecision" then
    entry.status, entry.reason = entry.status == "tainted" and "tainted" or "failed", err.message
  end
  if err.code == "CheckFailed" and entry then entry.status, entry.reason = "failed", err.message end
  if change.begun then return end
  -- ECS took it back where a check before the traffic failed: it is not there to be checked again.
  self:remember(address, err.check and err.check.stage and "DeploymentRolledBack" or err.code)
  local certain = waited or is_certain(err, self.recorded[address], self.lost[address])
  -- What the service that is gone had, and the one in its place was to have: the next run must not make it without.
  local journal = self.state.journal[address]
  local owed = journal and journal.carried and not kinds.entry(self.state, address)
  if certain and not owed then self.state.journal[address] = nil end
end

--- What is to be known of a failure when ECS has forgotten it.
---@param address string
---@param why table of failure_box.lua
function recorder:explain(address, why)
  local entry = kinds.entry(self.state, address)
  local latest = entry and entry.history and self.remembered[address] and entry.history[1]
  if not latest or latest.ended == "ok" then return end
  latest.why = why
  box.make_room(entry.history)
  self:touch(address)
end

--- Makes durable what was noted since the last save.
---@param last boolean|nil nothing follows
---@return boolean|nil
---@return ecs_service.Error|nil
function recorder:save(last)
  if next(self.touched) == nil and not self.state.unwritten and not last then return true end
  local saved, err = self.state:save(self.touched, not self.announced, last)
  self.touched, self.announced = {}, false
  return saved, err
end

--- The operations of the run have all ended.
---@param results table<string, table> of the engine
function recorder:settle(results)
  local done = {}
  for _, change in pairs(self.changes) do
    local name = kinds.of_change(change).name
    if OWN[name] and not done[name] then
      done[name] = true
      OWN[name].settle(self, results)
    end
  end
end

--- The last save: the state is whole in its place.
---@return boolean|nil
---@return ecs_service.Error|nil
function recorder:close() return self:save(true) end

return recorder
