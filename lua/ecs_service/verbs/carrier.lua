--- What those have in common that carry out kinds which no engine does: task definitions (apply_definitions.lua) and
--- schedules (apply_schedules.lua). What is recorded is saved as soon as it is so; what came of each change is one
--- result with what the others of the plan came to.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local result_of = require "ecs_service.verbs.result"
local tables = require "ecs_service.util.tables"

local Carrier = {}
Carrier.__index = Carrier

---@class ecs_service.Carrier
---@field stack ecs_service.Stack
---@field state table
---@field session ecs_service.Session
---@field opts table
---@field plan ecs_service.Plan
---@field own table[]  the changes of the kind, in the order of the plan
---@field failures ecs_service.Error[]
---@field failed table<table, ecs_service.Error>  by change
---@field touched table<string, boolean>  addresses that the next save writes

local carrier = {}

--- A class of one's own on top of it.
---@return table
function carrier.class()
  local class = setmetatable({}, Carrier)
  class.__index = class
  return class
end

--- What is carried out in a run.
---@param class table of carrier.class
---@param run ecs_service.Run
---@param plan ecs_service.Plan
---@param session ecs_service.Session
---@param own table[]
---@param more table members of the class's own
---@return ecs_service.Carrier
function carrier.new(class, run, plan, session, own, more)
  return setmetatable(tables.merge({ run = run, stack = run.stack, state = run.state, session = session,
    opts = run.opts, plan = plan, own = own, failures = {}, failed = {}, touched = {} }, more), class)
end

--- Tells whoever listens of a change.
---@param change table
---@param event table
function Carrier:tell(change, event)
  event.at, event.kind, event.address = self.session.scheduler:now(), change.kind, change.address
  local on_event = self.opts.on_event or self.stack.options.on_event
  if on_event then pcall(on_event, event) end
end

--- Notes what the next save writes.
---@param address string
function Carrier:touch(address) self.touched[address], self.touched[kinds.name(address)] = true, true end

--- Saves what was touched.
---@param announces boolean|nil a request follows that what is saved speaks of
---@return boolean|nil
---@return ecs_service.Error|nil
function Carrier:save(announces)
  if next(self.touched) == nil then return true end
  local saved, err = self.state:save(self.touched, not announces)
  self.touched = {}
  return saved, err
end

--- Notes that a change has failed.
---@param change table
---@param err ecs_service.Error
function Carrier:fail(change, err)
  err.address, err.kind, err.service = change.address, change.kind, kinds.text(change)
  self.failures[#self.failures + 1], self.failed[change] = err, err
end

--- Takes what was begun of a change out of the journal: it is known what came of it.
---@param change table
function Carrier:settled(change)
  self:touch(change.at)
  self.state.journal[change.at] = nil
end

--- Forgets what is recorded of a change, and what was begun.
---@param change table
function Carrier:strike_out(change)
  kinds.record(self.state, change.at, nil)
  self:settled(change)
end

--- One result of all, in the order of the plan.
---@param kind table of the changes that are carried out here
---@param of_others table|nil the result of the others; nil: they were not begun
---@param outcome fun(change: table, failure: ecs_service.Error|nil): string of one of the kind
---@return table
function Carrier:result(kind, of_others, outcome)
  local result = of_others or result_of.new { changes = {}, warnings = tables.copy(self.plan.warnings or {}),
    services = core.object {}, serial = self.state.serial }
  local rest, list = {}, {}
  for _, change in ipairs(result.changes) do rest[kinds.text(change)] = change end
  for _, change in ipairs(self.plan.changes) do
    local failure = self.failed[change]
    if change.kind == kind.name then
      list[#list + 1] = { address = change.address, kind = change.kind, action = change.action,
        outcome = outcome(change, failure), error = failure }
    else
      list[#list + 1] = rest[kinds.text(change)] or { address = change.address, kind = change.kind or "service",
        action = change.action, outcome = change.action == "no-op" and "unchanged" or "skipped" }
    end
  end
  result.changes, result.summary, result.serial = list, self.plan.summary, self.state.serial
  result[kind.section] = core.object {}
  for _, change in ipairs(self.own) do
    local entry = kinds.entry(self.state, change.at)
    if entry and not self.failed[change] then
      result[kind.section][change.address] = core.table(entry.attributes)
    end
  end
  return result
end

return carrier
