--- What a plan does with the schedules of a stack: they are read and planned when it is known which revisions there
--- will be, and before services, so that the next start runs what is deployed.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local form = require "ecs_service.run.schedule_form"
local imported = require "ecs_service.plan.imported"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local of_definitions = lazy "ecs_service.verbs.plan_definitions"
local of_rules = lazy "ecs_service.verbs.plan_rules"
local overrides = require "ecs_service.verbs.schedule_overrides"
local rule_targets = lazy "ecs_service.run.rule_targets"
local schedules = require "ecs_service.run.schedules"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local shell = lazy "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"
local task_definitions = lazy "ecs_service.run.task_definitions"
local times = require "ecs_service.util.time_format"
local unfinished = require "ecs_service.plan.unfinished_creates"

local planning = {}

local KIND = kinds.named "schedule"

--- What the journal calls a create.
planning.CREATES = "CreateSchedule"

-- Reads may be so much behind a write, and AWS's clock so much beside this run's, in seconds.
local LAG = 60

-- What is read beside the schedule of a record: names that no address can have.
local FRESH, BEGUN = "\31new", "\31begun"

local function declared_at(self, address)
  local config = self.normals[address]
  return config and not self.opts.destroy and not self.opts.refresh_only and core.table(config) or nil
end

local function creating(self, address)
  local journal = self.state.journal[address]
  return journal and journal.operation == planning.CREATES and journal or nil
end

-- What is recorded; nothing, where that stands for a rule, and a schedule of its own is declared in its place.
local function recorded_at(self, address)
  local entry, config = kinds.entry(self.state, address), self.normals[address]
  if not entry or entry.attributes.rule and config and not config.rule then return nil end
  return core.table(entry.attributes), entry
end

-- Which schedules are looked at for an address.
local function wanted_for(self, address, wanted)
  local config, recorded, journal = declared_at(self, address), recorded_at(self, address), creating(self, address)
  if (config or recorded or {}).rule then return end
  wanted[address] = recorded or config
  if config and recorded and KIND.identity(config) ~= KIND.identity(recorded) then wanted[address .. FRESH] = config end
  local group, name = KIND.parse(journal and journal.schedule)
  if name then wanted[address .. BEGUN] = { group_name = group, name = name } end
end

-- Whether any stands for a rule of EventBridge.
local function has_rules(self)
  for _, address in ipairs(self.schedules) do
    local config, entry = self.normals[address], kinds.entry(self.state, address)
    if config and config.rule or entry and entry.attributes.rule then return true end
  end
  return false
end

-- Task definitions that have to be known for a command, and that nobody declares.
local function read_definitions(self)
  local list = {}
  for _, address in ipairs(self.schedules) do
    local config = declared_at(self, address)
    if config and overrides.needs_definition(config) and not self.stack.declared[address].runs then
      list[#list + 1] = config.task_definition
    end
  end
  if #list == 0 then return {} end
  local found, err = task_definitions.describe_all(self.session, tables.keys(tables.set(list)),
    { interrupted = self.opts.interrupted })
  return found, err
end

--- Reads what there is.
---@param self table the planner; gets `schedule_answers`
---@return boolean|nil
---@return ecs_service.Error|nil
function planning.read(self)
  local opts, wanted, open = { interrupted = self.opts.interrupted }, {}, {}
  local err
  for _, address in ipairs(self.schedules) do
    if self.opts.refresh ~= false then wanted_for(self, address, wanted) end
    if self.state.journal[address] then open[#open + 1] = address end
  end
  unfinished.await(self.state, open, self.session.scheduler, { interrupted = self.opts.interrupted,
    on_event = self.opts.on_event or self.stack.options.on_event })
  self.schedule_runs, err = read_definitions(self)
  if not self.schedule_runs then return nil, err end
  self.schedule_answers, err = schedules.read(self.session, wanted, opts)
  if not self.schedule_answers then return nil, err end
  self.rule_targets = {}
  if has_rules(self) then self.rule_targets, err = rule_targets.read(self.session, of_rules.wanted(self), opts) end
  if not self.rule_targets then return nil, err end
  for _, address in ipairs(self.schedules) do
    local gone = wanted[address] and recorded_at(self, address) and not self.schedule_answers[address]
    -- In another account it would be gone, too.
    err = gone and self.session.place and self.session.place:forbids_gone()
    if err then return nil, err end
  end
  return true
end

local function known_account(self)
  local place = self.session.place
  return place and place:here() or { partition = self.session.partition, region = self.session.region,
    account = self.session.account_id }
end

-- What was read, in the form of the rows, and its attributes.
local function seen_as(self, answer, config)
  if not answer then return nil end
  local opened = form.opened(answer, config, known_account(self))
  return { opened = opened, attributes = form.attributes(opened, config), created = answer.CreationDate }
end

-- The declaration as it is compared: with its overrides whole, and the revision that its task definition will have.
local function effective(self, address, config)
  local runs = self.stack.declared[address].runs
  local found = self.schedule_runs[config.task_definition]
  local definition = runs and core.table(self.normals[runs]) or found and found.attributes
  local own, err = overrides.expanded(config, definition)
  if not own or not runs then return own, err end
  own.task_definition = of_definitions.revision(self, runs)
  if own.task_definition then return own end
  return nil, errors.new { code = "NotRecorded", path = "task_definition",
    message = ("no revision of %s is registered, and this run leaves it out"):format(runs),
    hint = "do not exclude it" }
end

-- Behind the change stands what apply needs and nobody is shown.
local function finish(change, address, behind)
  change.kind, change.address, change.service, change.cluster = KIND.name, kinds.name(address), nil, nil
  change.deployment, change.changed, change.removed = nil, nil, nil
  change.drift, change.diff, change.replace_paths = change.drift or {}, change.diff or {}, change.replace_paths or {}
  behind.at = address
  return setmetatable(change, { __index = behind })
end

local function exists(self, address, config)
  local identity = KIND.identity(config)
  for _, other in ipairs(self.state:recorded(KIND.name)) do
    if KIND.identity(kinds.entry(self.state, other).attributes) == identity then
      return errors.new { code = "AlreadyExists", service = address, path = "name",
        message = ("the schedule %s exists; this stack manages it as %s"):format(identity, other),
        hint = ("record it as %s: %s; or give %s another name"):format(address,
          shell.command("ecs-service state mv", other, address), address) }
    end
  end
  return errors.new { code = "AlreadyExists", service = address, path = "name",
    message = ("the schedule %s exists, and this stack does not manage it"):format(identity),
    hint = ("take it over: %s, or stack:import(%q, %q)"):format(shell.command("ecs-service import", address, identity),
      address, identity) }
end

-- Whether what is there was made by the run whose create was begun and never seen to end.
local function is_begun(journal, config, seen)
  if not journal or journal.schedule ~= KIND.identity(config) then return false end
  local since = times.parse(journal.begun)
  return type(seen.created) ~= "number" or since ~= nil and seen.created >= since - LAG
end

-- Values whose names say that they are secrets are compared, shown and recorded as digests.
local function seal(attributes, config) return attributes and sealed.of(attributes, KIND.identity(config)) end
planning.seal = seal

-- Of a revision that has yet to be registered its number is a guess, which is shown and never counts.
local function tell_revision(self, change, own, runs)
  if not of_definitions.is_unknown(own.task_definition) then return end
  local registers = self.registers and self.registers[runs]
  for _, entry in ipairs(change.diff) do
    if entry.path == "task_definition" then
      entry.after, entry.known_after_apply, entry.predicted = nil, true, registers and registers.predicted
    end
  end
  if change.after then change.after.task_definition = nil end
end

-- The change by the core; nil when it is refused.
local function compared(self, address, own, recorded, seen, entry)
  return self:change(address, { config = core.object(seal(own, own)), recorded = recorded,
    actual = seen and core.object(seal(seen.attributes, own)), refreshed = self.opts.refresh ~= false,
    imported = entry and entry.imported })
end

-- What of AWS's is not carried into requests.
local function left_out(config)
  local lifecycle = config and config.lifecycle
  return lifecycle and lifecycle.leave_out or nil
end
planning.left_out = left_out

local function note_unknown(change, own, seen)
  if not seen or not change.after then return end
  local paths, digest = form.unknown(seen.opened, change.after, left_out(own))
  change.digest = digest
  if change.action == "update" and #paths > 0 then change.carried = paths end
end

-- What a create made that was cut short, when what is declared now is another one: it goes with this change.
local function stray_of(self, address, own)
  local journal = creating(self, address)
  local seen = journal and journal.schedule ~= KIND.identity(own)
    and seen_as(self, self.schedule_answers[address .. BEGUN])
  return seen and is_begun(journal, seen.attributes, seen) and seen.attributes or nil
end

local function note_stray(change, stray)
  if not stray then return end
  if change.action == "no-op" then change.action = "update" end
  change.reason = ("an earlier run had begun to create %s, which is deleted"):format(KIND.identity(stray))
end

local function declared(self, address, config)
  local own, err = effective(self, address, config)
  if not own then
    err.service = address
    return self:refuse(err)
  end
  if own.rule then
    local change, behind = of_rules.declared(self, address, own, known_account(self))
    return change and finish(change, address, behind)
  end
  local recorded, entry = recorded_at(self, address)
  local moved = recorded and KIND.identity(recorded) ~= KIND.identity(own)
  local seen = seen_as(self, self.schedule_answers[address], own)
  local fresh = moved and seen_as(self, self.schedule_answers[address .. FRESH], own) or not entry and seen or nil
  local adopts = fresh and is_begun(creating(self, address), own, fresh)
  if fresh and not adopts then return self:refuse(exists(self, address, own)) end
  if adopts then seen, recorded = fresh, seal(fresh.attributes, own) end
  local change = compared(self, address, own, recorded, seen, entry)
  if not change then return nil end
  if adopts then
    change.adopt = true
    change.reason = change.reason or "an earlier run had begun to create it, and is finished"
  end
  local runs = self.stack.declared[address].runs
  change.runs = runs
  tell_revision(self, change, own, runs)
  note_unknown(change, own, seen)
  local stray = stray_of(self, address, own)
  note_stray(change, stray)
  return finish(change, address, { config = seal(own, own), real = own, seen = seen, entry = entry,
    actual = seen and seal(seen.attributes, own), stray = stray })
end

-- The lifecycle that was last applied still protects what was taken out of the script.
local function last_words(entry)
  local lifecycle = entry.meta and entry.meta.lifecycle
  return lifecycle and lifecycle.prevent_destroy and { lifecycle = { prevent_destroy = true } } or nil
end

local function removed(self, address, entry)
  if entry.attributes.rule then
    return finish(of_rules.removed(self, entry, self.normals[address] ~= nil), address, {})
  end
  local has = core.table(entry.attributes)
  local seen = seen_as(self, self.schedule_answers[address], has)
  local config = self.normals[address]
  local change = self:change(address, { config = config or last_words(entry), destroy = true, recorded = has,
    actual = seen and core.object(seal(seen.attributes, has)), refreshed = self.opts.refresh ~= false })
  if not change then return nil end
  if change.action == "no-op" then change = { action = "forget", before = has, reason = "the schedule is gone" } end
  if not config and not self.opts.destroy then change.reason = change.reason or "it is not declared any more" end
  return finish(change, address, { actual = seen and seal(seen.attributes, has), seen = seen, entry = entry })
end

local function refreshed(self, address, entry)
  if entry.attributes.rule then
    return finish(of_rules.refreshed(self, address, entry, known_account(self)), address, {})
  end
  local has = core.table(entry.attributes)
  local seen = seen_as(self, self.schedule_answers[address], has)
  if not seen then
    return finish({ action = "forget", before = has, reason = "the schedule is gone" }, address, {})
  end
  local change = self:change(address, { config = entry.attributes, recorded = has, imported = true,
    actual = core.object(seal(seen.attributes, has)), refreshed = true, refresh_only = true })
  if not change then return nil end
  change.action, change.after, change.diff = "no-op", seal(seen.attributes, has), {}
  return finish(change, address, { seen = seen })
end

-- One that was taken over and that no apply has seen declared: nobody here is to end it.
local function left_alone(address, entry)
  local has = core.table(entry.attributes)
  return finish({ action = "no-op", before = has, after = has, protected = true, reason = imported.STAYS }, address,
    { actual = has })
end

-- What a create made that was cut short, when it is neither declared nor recorded now.
local function swept(self, address)
  local journal = creating(self, address)
  local seen = journal and seen_as(self, self.schedule_answers[address .. BEGUN])
  if not seen or not is_begun(journal, seen.attributes, seen) then
    self.settled[#self.settled + 1] = address
    return nil
  end
  local has = seal(seen.attributes, seen.attributes)
  return finish({ action = "delete", before = has, reason = "an earlier run had begun to create it" }, address,
    { actual = has, seen = seen })
end

local function one(self, address)
  local config, entry = declared_at(self, address), kinds.entry(self.state, address)
  if config then return declared(self, address, config) end
  if not entry then
    if self.opts.refresh_only or self.normals[address] and not creating(self, address) then return nil end
    return swept(self, address)
  end
  if self.opts.refresh_only then
    if self.opts.refresh == false then return nil end
    return refreshed(self, address, entry)
  end
  if imported.protects(entry, self.normals[address]) then return left_alone(address, entry) end
  return removed(self, address, entry)
end

--- Plans them.
---@param self table the planner; gets `schedule_changes`
function planning.plan(self)
  self.schedule_changes = {}
  for _, address in ipairs(self.schedules) do
    self.schedule_changes[#self.schedule_changes + 1] = one(self, address)
  end
end

-- Whether a change comes before those of schedules.
local function is_before(change) return change.kind == "task_definition" and change.action ~= "deregister" end

--- The changes of the plan, with those of schedules behind the task definitions that are registered.
---@param self table the planner
---@param changes table[]
---@return table[]
function planning.among(self, changes)
  local list, place = {}, 1
  for i, change in ipairs(changes) do
    if is_before(change) and place == i then place = i + 1 end
  end
  for i = 1, place - 1 do list[i] = changes[i] end
  for _, change in ipairs(self.schedule_changes) do list[#list + 1] = change end
  for i = place, #changes do list[#list + 1] = changes[i] end
  return list
end

--- What an earlier run had begun and is found done.
---@param self table the planner
---@return string[] addresses
function planning.finished(self)
  local list = {}
  for _, change in ipairs(self.schedule_changes or {}) do
    local journal = self.state.journal[change.at]
    if journal and change.action == "no-op" then list[#list + 1] = change.at end
  end
  return list
end

local function changed(change, what)
  return ("%s has changed since the plan was made: %s"):format(kinds.text(change), what)
end

local function moved(change, seen)
  if (seen == nil) ~= (change.actual == nil) then
    return changed(change, seen and "it exists now" or "it is gone now")
  end
  if not seen then return nil end
  local now, names = seal(seen.attributes, change.actual), {}
  for _, name in ipairs(tables.keys(tables.merge(now, change.actual))) do
    if core.json { now[name] } ~= core.json { change.actual[name] } then names[#names + 1] = name end
  end
  if #names > 0 then return changed(change, table.concat(names, ", ")) end
  local after = change.after
  local digest = after and select(2, form.unknown(seen.opened, after, left_out(change.config)))
  if after and change.digest ~= digest then return changed(change, "what no argument names") end
  if change.seen then change.seen.opened = seen.opened end
end

--- What has moved on since a plan was made that is given.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param changes table[] of schedules
---@param opts table { interrupted }
---@return ecs_service.Error|nil
---@return string[]|nil messages why it does not hold any more
function planning.check(stack, session, changes, opts)
  local wanted, of_rule, messages = {}, {}, {}
  for i, change in ipairs(changes) do
    local has = change.actual or change.after or change.before
    if has.rule then of_rule[i] = has else wanted[i] = has end
  end
  local found, err = schedules.read(session, wanted, opts)
  local targets = found
  if found and next(of_rule) then targets, err = rule_targets.read(session, of_rule, opts) end
  if not targets then return err end
  local self = { stack = stack, session = session }
  for i, change in ipairs(changes) do
    messages[#messages + 1] = of_rule[i] and of_rules.moved(change, targets[i])
      or wanted[i] and moved(change, seen_as(self, found[i], change.actual)) or nil
  end
  return nil, messages
end

return planning
