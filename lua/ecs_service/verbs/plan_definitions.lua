--- What a plan does with the task definitions of a stack: they are read and planned before the services, which learn
--- here which revision they are to run.
local begun = require "ecs_service.plan.begun_revisions"
local core = require "ecs_service.core"
local declaration = require "ecs_service.plan.declarations"
local errors = require "ecs_service.errors"
local imported = require "ecs_service.plan.imported"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local running = lazy "ecs_service.plan.running"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local tables = require "ecs_service.util.tables"
local task_definitions = require "ecs_service.run.task_definitions"
local unfinished = require "ecs_service.plan.unfinished_creates"
local warnings_of = require "ecs_service.verbs.definition_warnings"

local definitions = {}

local PENDING = declaration.KNOWN_AFTER_APPLY

local function active(attributes)
  return attributes and attributes.status == "ACTIVE" and attributes or nil
end

local function registering(self, address) return begun.journal(self.state, address, begun.REGISTERS) end

-- What is asked for of an address: the recorded revision; the newest of the family, where none is recorded, where
-- others' are followed (then that alone), or where a registration was begun and nobody knows what became of it; and
-- what was to be deregistered.
local function asked_for(self, address)
  local entry, config = kinds.entry(self.state, address), self.normals[address]
  local declared, journal = config and not self.opts.destroy, registering(self, address)
  local asked = {}
  local follows = declared and config.track_latest and not self.opts.refresh_only
  if entry and (declared or self.opts.refresh_only) and not follows then asked.recorded = entry.attributes.arn end
  if declared and (not entry or journal or follows) then asked.newest = config.family end
  if self.opts.refresh_only then return asked end
  if journal then asked.begun = journal.family end
  local retiring = begun.journal(self.state, address, begun.DEREGISTERS)
  for i, arn in ipairs(retiring and retiring.revisions or {}) do asked[i] = arn end
  return asked
end

--- Reads what there is, each revision once, all at once.
---@param self table the planner
---@param others string[]|nil revisions that are read beside
---@return boolean|nil
---@return ecs_service.Error|nil
function definitions.read(self, others)
  self.revisions, self.read_revisions = {}, {}
  if self.opts.refresh == false then return true end
  local wanted, list, known, open = {}, {}, {}, {}
  for _, address in ipairs(self.definitions) do
    wanted[address] = asked_for(self, address)
    if self.state.journal[address] then open[#open + 1] = address end
    for _, name in pairs(wanted[address]) do
      if not known[name] then list[#list + 1], known[name] = name, true end
    end
  end
  for _, name in ipairs(others or {}) do
    if not known[name] then list[#list + 1], known[name] = name, true end
  end
  table.sort(list)
  unfinished.await(self.state, open, self.session.scheduler, { interrupted = self.opts.interrupted,
    on_event = self.opts.on_event or self.stack.options.on_event })
  local found, err = task_definitions.describe_all(self.session, list, { interrupted = self.opts.interrupted })
  if not found then return nil, err end
  self.read_revisions = found
  local gone = false
  for address, asked in pairs(wanted) do
    local seen = { left = {}, recorded = found[asked.recorded or ""], newest = found[asked.newest or ""],
      begun = found[asked.begun or ""] }
    for _, arn in ipairs(asked) do seen.left[arn] = found[arn] or false end
    self.revisions[address] = seen
    local name = asked.recorded or kinds.entry(self.state, address) and asked.newest
    gone = gone or name ~= nil and not found[name]
  end
  -- In another account it would be gone, too.
  err = gone and self.session.place and self.session.place:forbids_gone()
  if err then return nil, err end
  return true
end

-- What is recorded, with what an earlier run registered and did not get to record: where nothing is recorded that
-- stands for a record. Without what it deregistered and did not get to strike.
local function recorded_of(self, address)
  local entry, seen = kinds.entry(self.state, address), self.revisions[address] or {}
  local known, own = tables.set(entry and entry.revisions), {}
  for _, arn in ipairs(entry and entry.revisions or {}) do
    local left = (seen.left or {})[arn]
    if left == nil or left and active(left.attributes) then own[#own + 1] = arn end
  end
  local made = begun.is_of(registering(self, address), seen.begun) and active(seen.begun.attributes)
  if made and not known[made.arn] then
    own[#own + 1] = made.arn
  else
    made = nil
  end
  if not entry and made then
    seen.recorded = seen.begun
    entry = { status = "ok", attributes = sealed.of(made, made.family, registering(self, address).sensitive) }
  end
  return entry and tables.merge(entry, { revisions = own }), made and made.arn
end

local function equals(attributes, config) return #core.definition_difference(attributes, config) == 0 end

-- Whether the revision that runs is what a declaration is compared with that leaves something to it: not where the
-- recorded one alone is what is declared, of a run that registered it and did not get to deploy it.
local function precedes(runs, recorded, config)
  if runs.family ~= config.family or recorded and runs.arn == recorded.arn then return false end
  return not recorded or equals(runs, config) or not equals(recorded, config)
end

-- The revision that the declaration is compared with, and by what it came to be that where it is not the recorded one:
-- "begun", an earlier run registered it and did not get to record that; "running", it is what the service runs to which
-- the declaration leaves something; "latest", others' are followed.
local function present(self, address, config, entry, made)
  if self.opts.refresh == false then return active(entry and core.table(entry.attributes)) end
  local seen = self.revisions[address] or {}
  local recorded = active(seen.recorded and seen.recorded.attributes)
  local newest = active(seen.newest and seen.newest.attributes)
  local equal = registering(self, address) and newest and equals(newest, config)
  if equal and (newest.arn == made or newest.arn ~= (recorded and recorded.arn)) then return newest, "begun" end
  local runs = active(seen.running and seen.running.attributes)
  if runs and precedes(runs, recorded, config) then return runs, "running" end
  if config.track_latest then return newest, "latest" end
  return recorded
end

local function newest_number(self, address, config, recorded)
  local seen, number = self.revisions[address], 0
  local newest = seen and seen.newest and seen.newest.attributes
  local runs = seen and seen.running and seen.running.attributes
  for _, one in ipairs { newest or {}, recorded or {}, runs or {} } do
    if one.family == config.family then number = math.max(number, one.revision or 0) end
  end
  return number > 0 and number or nil
end

-- Behind the change stands what apply needs and nobody is shown. `config` and `actual` are what a saved plan has.
local function finish(change, address, behind)
  change.kind, change.address = "task_definition", kinds.name(address)
  change.drift, change.replace_paths = {}, {}
  behind.at = address
  return setmetatable(change, { __index = behind })
end

local function declared(self, address, config, entry, made)
  local recorded = entry and core.table(entry.attributes)
  warnings_of.add(self, address, config)
  local actual, by = present(self, address, config, entry, made)
  local family, secret = config.family, config.sensitive
  local secrets = sealed.names(config, recorded) -- what was one does not become less so
  local shown = sealed.of(config, family, secret)
  local change = core.definition_plan { config = self.opts.refresh == false and shown or config, recorded = recorded,
    actual = actual, default_tags = self.stack.options.default_tags, ignore_tags = self.stack.options.ignore_tags,
    newest = newest_number(self, address, config, recorded) }
  change.before = sealed.of(change.before, family, secrets)
  change.after = sealed.of(change.after, family, secret)
  change.diff = sealed.diff(change.diff, family, secrets)
  if by == "begun" then change.reason = change.reason or "an earlier run registered it and did not get further" end
  change.adopt, change.running = by == "begun" or nil, by == "running" or nil
  change.lists = not change.adopt and made or nil
  local handle = self.stack.declared[address]
  change.kept = handle and handle.running and running.kept(handle, config, actual) or nil
  return finish(change, address, { config = shown, actual = sealed.of(actual, family, secrets), real = config,
    entry = entry })
end

-- Revisions that were registered here, of a family or of all but that.
local function registered(entry, family, others)
  local list = {}
  for _, arn in ipairs(entry.revisions or {}) do
    local own = lists.parts(arn) == family
    if own ~= (others or false) then list[#list + 1] = arn end
  end
  return list
end

--- A change that deregisters revisions.
---@param address string
---@param entry table
---@param revisions string[] ARNs
---@param more table reason, lists; keeps: the record stays when none is left
---@return table change
function definitions.deregistered(address, entry, revisions, more)
  return finish({ action = "deregister", before = core.table(entry.attributes), diff = {}, reason = more.reason,
    revisions = revisions, lists = more.lists }, address, { actual = core.table(entry.attributes), entry = entry,
    keeps = more.keeps })
end

local function removed(self, address, config, entry, made)
  local change = core.definition_plan { config = config, recorded = core.table(entry.attributes), destroy = true }
  local revisions = entry.revisions or {}
  local reason = not config and not self.opts.destroy and "it is not declared any more" or nil
  if change.action == "deregister" and #revisions > 0 then
    return definitions.deregistered(address, entry, revisions, { reason = reason, lists = made })
  end
  return finish({ action = "forget", before = core.table(entry.attributes), diff = {},
    reason = change.action == "forget" and "skip_destroy" or reason }, address, {})
end

-- One that was taken over and that no apply has seen declared: nobody here is to end it.
local function left_alone(address, entry)
  local has = core.table(entry.attributes)
  return finish({ action = "no-op", before = has, after = has, diff = {}, protected = true, reason = imported.STAYS },
    address, { actual = has })
end

local function refreshed(self, address, entry)
  local seen = self.revisions[address] or {}
  local attributes = active(seen.recorded and seen.recorded.attributes)
  local before = core.table(entry.attributes)
  local after = tables.merge(before, { status = attributes and attributes.status or "INACTIVE" })
  if attributes then after.tags_all = attributes.tags end
  return finish({ action = "no-op", before = before, after = after, diff = {} }, address, {})
end

-- Revisions of a family that the declaration had before.
local function former(self, address, config, entry)
  local list = entry and not config.skip_destroy and registered(entry, config.family, true) or {}
  if #list == 0 then return end
  self.back[#self.back + 1] = definitions.deregistered(address, entry, list,
    { reason = "the family is another now", keeps = true })
end

local function one(self, address)
  local config = self.normals[address]
  config = config and core.table(config)
  if self.opts.refresh_only then
    local entry = kinds.entry(self.state, address)
    self.front[#self.front + 1] = entry and refreshed(self, address, entry) or nil
    return
  end
  local entry, made = recorded_of(self, address)
  if config and not self.opts.destroy then
    local change = declared(self, address, config, entry, made)
    self.front[#self.front + 1] = change
    self.registers[address] = change
    former(self, address, config, entry)
  elseif imported.protects(entry, self.normals[address]) then
    self.back[#self.back + 1] = left_alone(address, entry)
  elseif entry then
    self.back[#self.back + 1] = removed(self, address, config, entry, made)
  else
    self.settled[#self.settled + 1] = address -- a registration that was begun, and is not declared any more
  end
end

--- The revision of a declared task definition that is to run: its ARN, or what stands for it until it is registered.
---@param self table the planner
---@param runs string its address
---@return string|nil
function definitions.revision(self, runs)
  local change, entry = (self.registers or {})[runs], kinds.entry(self.state, runs)
  local arn = entry and entry.attributes.arn
  if not change then return arn end
  if change.action ~= "register" then return change.after.arn end
  -- Spelled as the recorded one is: attributes are read as they are declared.
  return ((arn or ""):match "^.*/" or "") .. PENDING
end

--- Whether a revision stands for one that has yet to be registered.
---@param revision string|nil
---@return boolean
function definitions.is_unknown(revision) return names.last(revision) == PENDING end

local function pends(config) return definitions.is_unknown(config.task_definition) end

--- Plans them, and tells the services.
---@param self table the planner; gets `front` and `back`, the changes before and behind those of services
function definitions.plan(self)
  self.front, self.back, self.registers = {}, {}, {}
  for _, address in ipairs(self.definitions) do one(self, address) end
  if self.opts.destroy or self.opts.refresh_only then return end
  local normals = tables.merge(self.normals)
  for _, address in ipairs(self.chosen) do
    local runs, config = self.runs[address], self.normals[address]
    local revision = runs and config and definitions.revision(self, runs)
    if revision then
      config = tables.merge(core.table(config))
      config.task_definition = revision
      normals[address] = config
    elseif runs and config then
      self:refuse(errors.new { code = "NotRecorded", service = address, path = "task_definition",
        message = ("no revision of %s is registered, and this run leaves it out"):format(runs),
        hint = "do not exclude it" })
    end
  end
  self.normals = normals
end

-- The revisions that a service was found to run or to deploy.
local function found_revisions(found)
  local list = { found and found.attributes and found.attributes.task_definition }
  for _, deployment in ipairs(found and found.deployments or {}) do list[#list + 1] = deployment.task_definition end
  return list
end

--- Corrects numbers that were foreseen for revisions, once the services are read: somebody else may have registered
--- that number, and a service run it.
---@param self table the planner
function definitions.foresee(self)
  for service, address in pairs(self.runs) do
    local change = self.registers[address]
    local family, foreseen = (change and change.predicted or ""):match "^(.*):(%d+)$"
    for _, arn in ipairs(family and found_revisions(self.found[service]) or {}) do
      local other, number = lists.parts(arn)
      if other == family and number and number >= tonumber(foreseen) then
        foreseen = ("%.0f"):format(number + 1)
        change.predicted = family .. ":" .. foreseen
      end
    end
  end
end

--- The changes of the plan, in the order in which they are carried out.
---@param self table the planner
---@return table[]
function definitions.around(self)
  local all = {}
  for _, list in ipairs { self.front, self.changes, self.back } do
    for _, change in ipairs(list) do all[#all + 1] = change end
  end
  return all
end

--- Tells the change of a service what it runs. Until that is registered its number is a guess, which is shown and never
--- counts.
---@param self table the planner
---@param change table|nil
---@return table|nil change
function definitions.tell(self, change)
  local runs = change and self.runs[change.address]
  local config = runs and self.normals[change.address]
  if not config then return change end
  change.runs = runs
  if not pends(config) then return change end
  local registers = self.registers[runs]
  for _, entry in ipairs(change.diff or {}) do
    if entry.path == "task_definition" then
      entry.after, entry.known_after_apply, entry.predicted = nil, true, registers and registers.predicted
    end
  end
  if change.after and pends(change.after) then change.after.task_definition = nil end
  return change
end

--- Whether the revision that a service runs has yet to be registered.
---@param change table of a service
---@return boolean
function definitions.is_pending(change)
  return change.runs ~= nil and change.config ~= nil and pends(change.config)
end

-- What the revision was to the plan that a change was compared with.
local function read_as(state, change)
  local entry = kinds.entry(state, kinds.text(change))
  if entry and entry.attributes.arn == change.actual.arn then return "recorded" end
  if change.adopt then return "newest" end
  return change.config and change.config.track_latest and "recorded" or "running"
end

-- Why a plan does not hold any more for what one of its changes is about.
local function moved(change, found)
  local actual = change.actual
  local name, revision = names.last(actual.arn), found[actual.arn]
  local now = revision and sealed.of(revision.attributes, actual.family, (change.config or actual).sensitive)
  if not now or now.status ~= "ACTIVE" or not core.same(now.tags or {}, actual.tags or {}) then
    return ("%s has changed since the plan was made"):format(name)
  end
  local newest = change.config and change.config.track_latest and found[change.config.family]
  if newest and newest.attributes.arn ~= actual.arn then
    return ("%s is the newest revision now, the plan was made from %s"):format(names.last(newest.attributes.arn), name)
  end
end

--- What has moved since a plan was made that is given.
---@param session ecs_service.Session
---@param state table
---@param changes table[] of task definitions
---@param opts table
---@return ecs_service.Error|nil
---@return string[]|nil messages why it does not hold any more
---@return table|nil revisions address → what was read, for the planner
function definitions.check(session, state, changes, opts)
  local list, known, revisions, messages = {}, {}, {}, {}
  local function ask(name)
    if name and not known[name] then list[#list + 1], known[name] = name, true end
  end
  for _, change in ipairs(changes) do
    if change.actual and change.action ~= "deregister" then ask(change.actual.arn) end
    if change.config and change.config.track_latest then ask(change.config.family) end
    ask(change.lists)
  end
  local found, err = task_definitions.describe_all(session, list, opts)
  if not found then return err end
  for _, change in ipairs(changes) do
    local seen = revisions[kinds.text(change)] or {}
    if change.actual and change.action ~= "deregister" then
      messages[#messages + 1] = moved(change, found)
      seen[read_as(state, change)] = found[change.actual.arn]
    end
    if change.config and change.config.track_latest then seen.newest = found[change.config.family] end
    seen.begun = change.lists and found[change.lists] or seen.begun
    revisions[kinds.text(change)] = seen
  end
  return nil, messages, revisions
end

--- The declarations of a saved plan, with the script's values in place of digests.
---@param changes table[] of task definitions
---@param normals table<string, table|userdata> of the script at hand
---@return table<string, table>|nil address → declaration
---@return ecs_service.Error|nil code PlanStale
function definitions.opened(changes, normals)
  local map = {}
  for _, change in ipairs(changes) do
    local address = kinds.text(change)
    if change.config then
      local config, differs = sealed.opened(change.config, normals[address])
      if not config then
        return nil, errors.new { code = "PlanStale", address = change.address, kind = change.kind,
          message = ("%s: the script has another value of %s than the plan was made with"):format(address, differs),
          hint = "plan again and look at the new plan" }
      end
      map[address] = config
    end
  end
  return map
end

return definitions
