--- plan: what apply would do, for every service of a stack. Reads AWS and the state, changes neither.
local lazy = require "ecs_service.util.lazy"
local begun = require "ecs_service.plan.unfinished_creates"
local checks_of_run = lazy "ecs_service.run.checks_of_run"
local core = require "ecs_service.core"
local declared_scaling = lazy "ecs_service.verbs.plan_declared_scaling"
local definitions = lazy "ecs_service.verbs.plan_definitions"
local digest = lazy "ecs_service.plan.digest"
local errors = require "ecs_service.errors"
local existing = lazy "ecs_service.plan.already_there"
local given_images = lazy "ecs_service.plan.given_images"
local graph = require "ecs_service.plan.dependencies"
local hook_functions = lazy "ecs_service.plan.hook_functions"
local imported = lazy "ecs_service.plan.imported"
local kinds = require "ecs_service.kinds"
local kept = lazy "ecs_service.verbs.plan_kept"
local last_update = lazy "ecs_service.plan.last_update"
local place = require "ecs_service.state.place"
local nothing_recorded = lazy "ecs_service.plan.nothing_recorded"
local operations = lazy "ecs_service.run.engine_operations"
local plan_reading = require "ecs_service.verbs.plan_reading"
local planned = require "ecs_service.plan"
local present = lazy "ecs_service.verbs.plan_running"
local scaling = require "ecs_service.verbs.plan_scaling"
local selection = require "ecs_service.plan.selection"
local schedules = lazy "ecs_service.verbs.plan_schedules"
local skew = require "ecs_service.aws.clock_skew"
local tasks = lazy "ecs_service.verbs.plan_tasks"
local tables = require "ecs_service.util.tables"
local under_way = lazy "ecs_service.plan.under_way"
local unknowns = lazy "ecs_service.plan.unknown_members"
local validate = require "ecs_service.verbs.validate"
local warnings_of = require "ecs_service.plan.warnings"

local plan = {}

plan.OPTIONS = {
  refresh = "boolean", target = "string|table", exclude = "string|table", destroy = "boolean",
  refresh_only = "boolean", lock_timeout = "number|string", lock = "boolean", on_event = "function",
  interrupted = "function", concurrency = "number", strict = "boolean", silence = "table", facts = "table",
  image = "table",
}

local planner = {}
planner.__index = planner

-- What is declared in its order, then what is only recorded, then what only the journal knows.
local function all_addresses(stack, state)
  local list, known = {}, {}
  for _, address in ipairs(stack.order) do list[#list + 1], known[address] = address, true end
  for _, recorded in ipairs { state:addresses(), state:attached(), state:definitions(), state:recorded "task",
    state:recorded "schedule" } do
    for _, address in ipairs(recorded) do
      if not known[address] then list[#list + 1] = address end
    end
  end
  for _, address in ipairs(begun.addresses(state, known)) do list[#list + 1] = address end
  return list
end

plan.dependencies = graph.of

local FRESH, OLD, STRAY = plan_reading.FRESH, plan_reading.OLD, plan_reading.STRAY
plan.FRESH, plan.OLD, plan.STRAY = FRESH, OLD, STRAY

-- In plans, what is left over is told beside its address. An address of the stack may read like that.
local LEFTOVER = " (deposed)"

function planner:refuse(err) self.problems[#self.problems + 1] = err end

-- What is known beside the service: what the caller tells, how long its last deployment took, and who answers pauses.
local function facts_of(self, address)
  local facts, found = tables.copy((self.opts.facts or {})[address] or {}), self.found[address]
  facts.usual_seconds = facts.usual_seconds or found and found.usual_seconds
  facts.answered_stages = self.stack.asks and hook_functions.stages(self.stack.declared[address]) or nil
  facts.autoscaled = scaling.fact(scaling.target(self, address))
  return facts
end

-- One change by the core; its errors and warnings are noted with the address.
function planner:change(address, input)
  local options, session = self.stack.options, self.session
  input.facts = facts_of(self, address)
  input.default_tags = options.default_tags and core.object(options.default_tags)
  input.ignore_tags = options.ignore_tags
  input.partition, input.region, input.account_id = session.partition, session.region, session.account_id
  local found = self.found[address]
  local entry = kinds.entry(self.state, address)
  if not input.destroy and input.config then
    local made_again = self.state.journal[address] and self.state.journal[address].carried
    if input.actual or made_again then input.unknown = found and found.unknown end
    input.undeclared = entry and entry.undeclared
  end
  local change, list = core.plan(kinds.of(address).name, input)
  local failures = {}
  for _, diagnostic in ipairs(list or {}) do
    diagnostic.service, diagnostic.address = address, address
    local target = diagnostic.severity == "warning" and self.warnings or failures
    target[#target + 1] = diagnostic
  end
  if not change then
    local first = failures[1]
    self:refuse(errors.new { code = first.code, service = address, path = first.path, message = first.message,
      hint = first.hint, diagnostics = failures })
    return nil
  end
  change.address = address
  local attributes = change.after or change.before or input.config or {}
  change.service, change.cluster = attributes.name, attributes.cluster
  return change
end

-- The lifecycle that was last applied still protects a service whose declaration was taken away.
local function last_words(entry)
  local lifecycle = entry and entry.meta and entry.meta.lifecycle
  return lifecycle and lifecycle.prevent_destroy and { lifecycle = { prevent_destroy = true } } or nil
end

function planner:delete(address, entry, found)
  local config = self.normals[address]
  local change = self:change(address, { config = config or last_words(entry), destroy = true,
    recorded = entry and entry.attributes, actual = found and found.attributes, refreshed = found ~= nil,
    draining = found and found.status == "draining" })
  if not change or change.action == "no-op" then return nil end
  if not config and not self.opts.destroy then
    change.reason = change.reason or "it is not declared any more"
  end
  return change
end

function planner:refreshed_only(address, entry, found)
  if not entry or not found then return nil end
  if found.status == "gone" then
    return { address = address, action = "forget", before = core.table(entry.attributes), diff = {}, drift = {},
      replace_paths = {}, changed = {}, removed = {}, deployment = { starts = false, why = {} },
      service = entry.attributes.name, cluster = entry.attributes.cluster,
      reason = ("the %s is gone"):format(kinds.of(address).one) }
  end
  local change = self:change(address, { config = entry.attributes, recorded = entry.attributes,
    actual = found.attributes, refreshed = true, imported = true, refresh_only = true })
  if not change then return nil end
  change.action, change.after, change.diff = "no-op", core.table(found.attributes), {}
  change.changed, change.removed, change.carried = {}, {}, nil
  change.replace_paths, change.deployment = {}, { starts = false, why = {} }
  return change
end

local function at_rest(found, last)
  local list = found.deployments or {}
  return not last.refused and #list < 2 and (not list[1] or list[1].rollout_state == "COMPLETED")
end

local function recorded_of(entry) return entry and entry.attributes end

function planner:declared(address, config, entry, found)
  local journal = begun.create(self.state, address)
  if journal and not begun.is_of(journal, config) and not begun.is_of(journal, recorded_of(entry)) then
    journal = nil -- it was of another service, see planner:sweep
  end
  local recorded = begun.updated(self.state.journal[address], entry, found, config) or recorded_of(entry)
  local adopting = false
  if not entry and found and found.status == "active" then
    if not journal then return self:refuse(existing.refusal(self.state, self.normals, address, config)) end
    recorded, adopting = begun.adopted(journal, found, config), true
  end
  local moved = self.found[address .. FRESH]
  if moved and moved.status == "active" and not (entry and entry.adopted) then
    return self:refuse(existing.refusal(self.state, self.normals, address, config))
  end
  -- A create is recorded as tainted until it is known to work. One that was cut short has not failed.
  local tainted = entry and entry.status == "tainted" and not journal
  local followed = entry and (entry.status == "failed" or entry.deployment_at)
  local last = followed and last_update.of(entry, found) or {}
  local change = self:change(address, {
    config = config, recorded = recorded, actual = found and found.attributes, refreshed = found ~= nil,
    draining = found and found.status == "draining", imported = entry and entry.imported,
    tainted = tainted, taint_reason = tainted and entry.reason or nil, redeploy = last.failed,
    latest_task_definition = found and found.newest,
  })
  if not change then return nil end
  change.open, change.completed = last.open, last.settled
  local still = change.action == "no-op" and found and not at_rest(found, last)
  if still then change.under_way = under_way.of(found, last.refused) end
  self.warnings[#self.warnings + 1] = followed and last_update.warning(entry, change, found ~= nil) or nil
  if self.stack.asks then
    self.warnings[#self.warnings + 1] = hook_functions.warning(self.stack.declared[address], change,
      config.wait_for_steady_state and hook_functions.follows(self.opts))
  end
  local cut_short = self.state.journal[address]
  local lost = cut_short and cut_short.carried and unknowns.lost(change, config, cut_short)
  if lost then return self:refuse(lost) end
  change.adopt = adopting or entry and entry.adopted
  change.deposes = entry and entry.adopted and entry.deposed or nil
  if journal and (change.action == "create" or change.action == "replace") then
    change.resume = journal.digest == digest.attributes(change.after)
    change.reason = change.reason or "an earlier run had begun to create it, and is finished"
  elseif adopting and change.action ~= "no-op" then
    change.reason = change.reason or "an earlier run created it and did not get further"
  end
  return change
end

-- Not the journal's: a run that is cut short while it deletes what is left over has it there.
local function leftover_name(self, address)
  local name = address .. LEFTOVER
  while self.normals[name] or kinds.entry(self.state, name) do name = name .. LEFTOVER end
  return name
end

function planner:leftover(address, entry)
  if not entry or not entry.deposed then return end
  local found = self.found[address .. OLD]
  local change = self:change(leftover_name(self, address), { recorded = entry.deposed,
    actual = found and found.attributes, refreshed = found ~= nil, draining = found and found.status == "draining" })
  if not change then return end
  change.deposed = address
  change.reason = change.reason or entry.adopted == "back"
    and "an earlier run made it in place of what is declared now"
    or "an earlier run replaced it and did not get to delete it"
  self:keep(change, found)
end

-- What a create made that was cut short, when it is neither declared nor recorded now.
function planner:sweep(address, entry)
  local journal = plan_reading.stray(self, address)
  if not journal then
    local unknown = not entry and not self.normals[address] and not begun.create(self.state, address)
    if unknown then self.settled[#self.settled + 1] = address end
    return
  end
  local found = self.found[address .. STRAY]
  if found and found.status == "gone" then
    self.settled[#self.settled + 1] = address
    return
  end
  local alone = not entry and (self.opts.destroy or not self.normals[address])
  local name = alone and address or begun.name(self.state, address, self.normals)
  local recorded = found and found.attributes or { cluster = journal.cluster, name = journal.service }
  local change = self:change(name, { recorded = recorded, actual = found and found.attributes,
    refreshed = found ~= nil, destroy = true, draining = found and found.status == "draining" })
  if not change then return end
  change.begun = address
  change.reason = "an earlier run had begun to create it"
    .. (self.opts.destroy and "" or ", and it is not declared so any more")
  self:keep(change, found)
end

-- What apply needs to carry the change out, and to see whether things have moved on. The trees stay behind the change:
-- whoever encodes it gets what the plan shows.
function planner:keep(change, found)
  if not change then return end
  change.kind = kinds.BARE.name
  local trees = { config = self.normals[change.address] }
  if found then
    trees.actual, trees.unknown = found.attributes, found.unknown
    change.found, change.primary, change.newest = found.status, found.primary, found.newest
  end
  setmetatable(change, { __index = trees })
  if self.stack.checks or self.opts.checks then checks_of_run.tell(self.stack, change, self.opts, self.warnings) end
  self.changes[#self.changes + 1] = change
end

-- A replacement that makes the new service first, and was killed when that one was made: it is what is managed now, and
-- the old one is left over.
function planner:taken_over(address, entry, config, found)
  local moved, journal = self.found[address .. FRESH], begun.create(self.state, address)
  if not entry or not moved or moved.status ~= "active" or not begun.is_of(journal, config) then return entry, found end
  self.found[address .. OLD] = found
  return { status = "tainted", attributes = begun.adopted(journal, moved, config) or moved.attributes,
    meta = entry.meta, deposed = entry.attributes, adopted = true }, moved
end

-- A replacement that makes the new service first, and was killed before the old one was deleted; and now the old one
-- is declared again. It is what is managed, and the new one is left over.
function planner:taken_back(address, entry, config, found)
  local deposed, former = entry and entry.deposed, self.found[address .. OLD]
  local undone = deposed and config and not plan_reading.differs(address, { attributes = deposed }, config)
  if not undone or self.opts.destroy or self.opts.refresh_only or former and former.status ~= "active" then
    return entry, found
  end
  self.found[address .. OLD] = found
  return { status = "ok", attributes = deposed, meta = entry.meta, deposed = entry.attributes, adopted = "back" },
    former
end

function planner:one(address)
  local config, opts = self.normals[address], self.opts
  local entry, found = self:taken_over(address, kinds.entry(self.state, address), config, self.found[address])
  entry, found = self:taken_back(address, entry, config, found)
  if opts.refresh_only then
    return self:keep(self:refreshed_only(address, entry, found), found)
  elseif config and not opts.destroy then
    local change = self:declared(address, config, entry, found)
    self:keep(self.runs and definitions.tell(self, change) or change, found)
  elseif imported.protects(entry, config) then
    self:keep(imported.change(address, entry, found), found)
  elseif entry then
    self:keep(self:delete(address, entry, found), found)
  end
  self:leftover(address, entry)
  self:sweep(address, entry)
end

-- Reads task definitions and services, and plans the former; where declarations leave something to what runs, what the
-- services run comes first.
function planner:look()
  self.leaves_open = self.stack.leaves_open and present.is_asked(self)
  local read, err = true, nil
  if self.leaves_open then
    -- As services are recorded: what is read is spelled as it is declared.
    self.normals = require "ecs_service.plan.declared_revisions"(self.stack, self.state, self.normals)
    read, err = plan_reading.all(self)
    self.runs = self.runs or {}
    if read then read, err = definitions.read(self, self.opts.refresh ~= false and present.revisions(self) or {}) end
    if read then present.fill(self) end
  else
    if self.runs then read, err = definitions.read(self) end
    if next(self.images) then present.fill(self) end
  end
  if read and self.runs then definitions.plan(self) end
  if read and not self.leaves_open then read, err = plan_reading.all(self) end
  if read and self.runs then definitions.foresee(self) end
  if read then read, err = self:read_apart() end
  return read, err
end

-- Reads those that are planned by files of their own.
function planner:read_apart()
  for _, one in ipairs { { self.attached, declared_scaling }, { self.tasks, tasks }, { self.schedules, schedules } } do
    local read, err = true, nil
    if #one[1] > 0 then read, err = one[2].read(self) end
    if not read then return nil, err end
  end
  return true
end

-- What an earlier run had begun and what is found to be done: nothing is left of it but to record that.
function planner:finished()
  local done = tables.copy(self.settled)
  for _, change in ipairs(self.changes) do
    local journal = change.action == "no-op" and self.state.journal[change.address]
    if journal and not operations.waits(change) then done[#done + 1] = change.address end
  end
  for _, change in ipairs(self.front or {}) do
    if change.adopt or change.lists then done[#done + 1] = change.at end
  end
  if #self.schedules > 0 then
    for _, address in ipairs(schedules.finished(self)) do done[#done + 1] = address end
  end
  local finished = #done > 0 and begun.by_whom(self.state, done) or nil
  if finished then finished.at = skew.now(self.session) end
  return finished
end

-- The state as the plan sees it: with the creates back at their addresses that are declared again.
local function with_claims(state, normals, opts)
  local claims = opts.destroy and {} or begun.claims(state, normals)
  if #claims == 0 then return state, claims end
  local journal = tables.merge(state.journal)
  begun.give_back(journal, claims)
  return setmetatable({ journal = journal }, { __index = state }), claims
end

-- The task definitions and tasks among what was chosen, and which definitions its services run; nothing where there are
-- none.
function planner:part(chosen, runs)
  self.definitions, self.chosen = kinds.split(kinds.named "task_definition", chosen)
  self.tasks, self.chosen = kinds.split(kinds.named "task", self.chosen)
  self.schedules, self.chosen = kinds.split(kinds.named "schedule", self.chosen)
  self.attached, self.chosen = kinds.split(kinds.named "scaling", self.chosen)
  self.has_tasks = #self.tasks > 0 or next(self.stack.tasks) ~= nil
  self.declared_normals = self.normals
  for _, address in ipairs(self.chosen) do
    local handle = self.stack.declared[address]
    local one = runs and runs[address] or not runs and handle and handle.runs
    if one or #self.definitions > 0 then
      self.runs = self.runs or {}
      self.runs[address] = one or nil
    end
  end
  if #self.definitions > 0 then self.runs = self.runs or {} end
end

-- The plan of what was chosen and found.
function planner:conclude(claims)
  local stack, opts, state = self.stack, self.opts, self.state
  for _, address in ipairs(self.chosen) do self:one(address) end
  scaling.foretell(self)
  if #self.attached > 0 then declared_scaling.plan(self) end
  if self.has_tasks then tasks.plan(self) end
  if #self.schedules > 0 then schedules.plan(self) end
  if #self.problems > 0 then
    return nil, errors.join(self.problems, kinds.told("%d things cannot be planned", self.chosen))
  end
  local err = self.runs and kept.add(self)
  if err then return nil, err end
  local told = warnings_of.told(stack, self.warnings, opts)
  err = warnings_of.refusal(stack, told, opts)
  if err then return nil, err end
  local finished = self:finished()
  local changes = self.runs and definitions.around(self) or self.changes
  if #self.attached > 0 then changes = declared_scaling.among(self, changes) end
  if self.has_tasks then changes = tasks.among(self, changes) end
  if #self.schedules > 0 then changes = schedules.among(self, changes) end
  return planned.new(place.mark({ changes = changes, warnings = told, serial = state.serial,
    lineage = state.lineage, settled = self.settled, claims = claims, finished = finished,
    nothing = opts.destroy and nothing_recorded.of(self) or nil,
    options = { target = opts.target, exclude = opts.exclude,
      refresh = opts.refresh, destroy = opts.destroy, refresh_only = opts.refresh_only,
      image = opts.image and next(opts.image) and opts.image or nil } }, stack, self.session))
end

--- Makes a plan from a state that was read.
---@param stack ecs_service.Stack
---@param state table
---@param normals table<string, userdata> normal forms of validate.all
---@param warnings table[]
---@param opts table checked options
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function plan.make(stack, state, normals, warnings, opts)
  local session, err = stack:session(state)
  if not session then return nil, err end
  local claims
  state, claims = with_claims(state, normals, opts)
  local all = all_addresses(stack, state)
  local dependencies = graph.of(normals, state, all, opts.destroy and {} or stack.declared)
  local chosen, problem = selection.choose(all, dependencies, opts)
  if chosen and #kinds.split(kinds.named "scaling", all) > 0 then
    chosen = declared_scaling.complete(all, chosen, opts)
  end
  problem = problem or selection.unknown(tables.keys(opts.facts or {}), all)
  problem = problem or opts.target and not opts.refresh_only
    and imported.target_problem(state, normals, opts.target)
  if problem then return nil, problem end
  local self = setmetatable({ stack = stack, session = session, state = state, normals = normals, opts = opts,
    changes = {}, settled = {}, warnings = tables.copy(warnings or {}), problems = {}, found = {} }, planner)
  self:part(chosen)
  self.images, problem = {}, nil
  if opts.image then self.images, problem = given_images.of(stack, normals, opts.image, chosen) end
  if problem then return nil, problem end
  for _, warning in ipairs(opts.image and given_images.warnings(stack, normals, self.images) or {}) do
    table.insert(self.warnings, warning)
  end
  local read
  read, err = self:look()
  if not read then return nil, err end
  return self:conclude(claims)
end

--- Makes a plan once more from what another one was made from; nothing is read.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param state table
---@param from table { normals, chosen = addresses, found = address → ecs_service.Found, opts = of the other plan,
---  runs = service → task definition, revisions = address → what was read of task definitions, gone = of kept.saved }
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function plan.again(stack, session, state, from)
  local claims
  state, claims = with_claims(state, from.normals, from.opts)
  local self = setmetatable({ stack = stack, session = session, state = state, normals = from.normals, opts = from.opts,
    changes = {}, settled = {}, warnings = {}, problems = {}, found = from.found, revisions = from.revisions,
    gone = from.gone }, planner)
  self:part(from.chosen, from.runs)
  if self.opts.image then
    local problem
    self.images, problem = given_images.of(stack, self.normals, self.opts.image, from.chosen)
    if problem then return nil, problem end
    self.normals = tables.merge(self.normals)
    present.give(self)
  end
  if self.opts.refresh ~= false then scaling.finish(self, {}) end
  if self.runs then
    definitions.plan(self)
    definitions.foresee(self)
  end
  local read, err = self:read_apart()
  if not read then return nil, err end
  return self:conclude(claims)
end

--- The verb.
---@param stack ecs_service.Stack
---@param opts table checked options
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function plan.run(stack, opts)
  local normals, err, warnings = validate.all(stack)
  if not normals then return nil, err end
  opts.on_read = opts.on_event -- an apply tells what it does, a plan what it reads
  return stack:with_state("plan", opts, function(state)
    return plan.make(stack, state, normals, warnings, opts)
  end)
end

return plan
