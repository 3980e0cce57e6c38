--- plan: what apply would do, for every service of a stack. Reads AWS and the state, changes neither.
local core = require "ecs_service.core"
local digest = require "ecs_service.digest"
local errors = require "ecs_service.errors"
local names = require "ecs_service.names"
local planned = require "ecs_service.planned"
local reading = require "ecs_service.reading"
local selection = require "ecs_service.selection"
local rows_of = require "ecs_service.rows"
local tables = require "ecs_service.tables"
local validate = require "ecs_service.validate"

local plan = {}

plan.OPTIONS = {
  refresh = "boolean", target = "string|table", exclude = "string|table", destroy = "boolean",
  refresh_only = "boolean", lock_timeout = "number", lock = "boolean", on_event = "function",
  interrupted = "function", concurrency = "number",
}

local planner = {}
planner.__index = planner

-- Declared services in their order, then the ones that are only recorded.
local function all_addresses(stack, state)
  local list, known = {}, {}
  for _, address in ipairs(stack.order) do list[#list + 1], known[address] = address, true end
  for _, address in ipairs(state:addresses()) do
    if not known[address] then list[#list + 1] = address end
  end
  return list
end

local function dependencies_of(normals, state, all)
  local map = {}
  for _, address in ipairs(all) do
    local entry = state.services[address]
    map[address] = normals[address] and normals[address].depends_on
      or not normals[address] and entry and entry.meta and entry.meta.depends_on or {}
  end
  return map
end
plan.dependencies = dependencies_of

local FRESH, OLD = " (new)", " (deposed)"

local function differs(entry, config)
  local attributes = entry.attributes
  return config and names.identity(attributes.cluster, attributes.name) ~= names.identity(config.cluster, config.name)
end

-- What is to be read: recorded services where they are recorded, others where they are declared; of those that move
-- both; and what a replacement left behind.
function planner:wanted()
  local list = {}
  for _, address in ipairs(self.chosen) do
    local entry, config = self.state.services[address], self.normals[address]
    if entry then
      list[#list + 1] = { address = address, cluster = entry.attributes.cluster, service = entry.attributes.name,
        config = config, attributes = entry.attributes }
      if differs(entry, config) and not self.opts.destroy then
        list[#list + 1] = { address = address .. FRESH, cluster = config.cluster, service = config.name,
          config = config }
      end
      if entry.deposed then
        list[#list + 1] = { address = address .. OLD, cluster = entry.deposed.cluster, service = entry.deposed.name }
      end
    elseif config then
      list[#list + 1] = { address = address, cluster = config.cluster, service = config.name, config = config }
    end
  end
  return list
end

function planner:refuse(err)
  self.problems[#self.problems + 1] = err
end

local function managed_as(self, config)
  local identity = names.identity(config.cluster, config.name)
  for _, other in ipairs(self.state:addresses()) do
    local attributes = self.state.services[other].attributes
    if names.identity(attributes.cluster, attributes.name) == identity then return other end
  end
end

local function already_exists(self, address, config)
  local identity = names.identity(config.cluster, config.name)
  local other = managed_as(self, config)
  if other then
    return errors.new { code = "AlreadyExists", service = address,
      message = ("the service %s exists; this stack manages it as %s"):format(identity, other),
      hint = ("keep declaring it as %s, or give %s another name"):format(other, address) }
  end
  return errors.new { code = "AlreadyExists", service = address,
    message = ("the service %s exists, and this stack does not manage it"):format(identity),
    hint = ("take it over: ecs-service import %s %s, or stack:import(%q, %q)"):format(address, identity, address,
      identity) }
end

-- A create that an earlier run had begun and never saw the end of, or nil.
function planner:begun(address)
  local journal = self.state.journal[address]
  return journal and journal.operation == "CreateService" and journal or nil
end

-- Whether that create was of the service that is declared now.
local function begun_for(journal, config)
  return journal and config
    and names.identity(journal.cluster, journal.service) == names.identity(config.cluster, config.name)
end

-- Attributes as they would have been recorded, had that run seen its create succeed.
local function adopted(journal, found, config)
  if journal.config ~= digest.config(config) then return nil end
  local attributes = tables.copy(found.attributes)
  for _, row in ipairs(rows_of()) do
    if row["local"] and not row.meta then attributes[row.name] = config[row.name] end
  end
  return attributes
end

-- One change by the core; its errors and warnings are noted with the address.
function planner:change(address, input)
  local options, session = self.stack.options, self.session
  input.default_tags = options.default_tags and core.object(options.default_tags)
  input.ignore_tags = options.ignore_tags
  input.partition, input.region, input.account_id = session.partition, session.region, session.account_id
  local change, list = core.plan(input)
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
    return { address = address, action = "forget", before = entry.attributes, diff = {}, drift = {}, replace_paths = {},
      changed = {}, removed = {}, deployment = { starts = false, why = {} }, service = entry.attributes.name,
      cluster = entry.attributes.cluster, reason = "the service is gone" }
  end
  local change = self:change(address, { config = entry.attributes, recorded = entry.attributes,
    actual = found.attributes, refreshed = true, imported = true })
  if not change then return nil end
  change.action, change.after, change.diff, change.changed, change.removed = "no-op", found.attributes, {}, {}, {}
  change.replace_paths, change.deployment = {}, { starts = false, why = {} }
  return change
end

function planner:declared(address, config, entry, found)
  local journal = self:begun(address)
  local recorded = entry and entry.attributes
  local adopting = false
  if not entry and found and found.status == "active" then
    if not journal then return self:refuse(already_exists(self, address, config)) end
    recorded, adopting = adopted(journal, found, config), true
  end
  local moved = self.found[address .. FRESH]
  if moved and moved.status == "active" and not (entry and entry.adopted) then
    return self:refuse(already_exists(self, address, config))
  end
  -- A create is recorded as tainted until it is known to work. One that was cut short has not failed.
  local tainted = entry and entry.status == "tainted" and not journal
  local change = self:change(address, {
    config = config, recorded = recorded, actual = found and found.attributes, refreshed = found ~= nil,
    draining = found and found.status == "draining", imported = entry and entry.imported,
    tainted = tainted, taint_reason = tainted and entry.reason or nil,
    latest_task_definition = found and found.newest,
  })
  if not change then return nil end
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

function planner:leftover(address, entry)
  if not entry or not entry.deposed then return end
  local found = self.found[address .. OLD]
  local change = self:change(address .. OLD, { recorded = entry.deposed, actual = found and found.attributes,
    refreshed = found ~= nil, draining = found and found.status == "draining" })
  if not change then return end
  change.deposed = address
  change.reason = change.reason or "an earlier run replaced it and did not get to delete it"
  self:keep(change, found)
end

-- What apply needs to carry the change out, and to see whether things have moved on.
function planner:keep(change, found)
  if not change then return end
  change.config = self.normals[change.address]
  if found then change.actual, change.found, change.primary = found.attributes, found.status, found.primary end
  self.changes[#self.changes + 1] = change
end

-- A replacement that makes the new service first, and was killed when that one was made: it is what is managed now, and
-- the old one is left over.
function planner:taken_over(address, entry, config, found)
  local moved, journal = self.found[address .. FRESH], self:begun(address)
  if not entry or not moved or moved.status ~= "active" or not begun_for(journal, config) then return entry, found end
  self.found[address .. OLD] = found
  return { status = "tainted", attributes = adopted(journal, moved, config) or moved.attributes, meta = entry.meta,
    deposed = entry.attributes, adopted = true }, moved
end

function planner:all()
  for _, address in ipairs(self.chosen) do
    local config = self.normals[address]
    local entry, found = self:taken_over(address, self.state.services[address], config, self.found[address])
    local change
    if self.opts.refresh_only then
      change = self:refreshed_only(address, entry, found)
    elseif self.opts.destroy or not config then
      -- A create that was begun may have made a service although nothing is recorded.
      if entry or found and found.status ~= "gone" and self:begun(address) then
        change = self:delete(address, entry, found)
      end
    else
      change = self:declared(address, config, entry, found)
    end
    self:keep(change, found)
    if not self.opts.refresh_only then self:leftover(address, entry) end
  end
end

--- Makes a plan from a state that was read.
---@param stack ecs_service.Stack
---@param state table
---@param normals table<string, table> normal forms of validate.all
---@param warnings table[]
---@param opts table checked options
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function plan.make(stack, state, normals, warnings, opts)
  local session, err = stack:session()
  if not session then return nil, err end
  local all = all_addresses(stack, state)
  local chosen, problem = selection.choose(all, dependencies_of(normals, state, all), opts)
  if not chosen then return nil, problem end
  local self = setmetatable({ stack = stack, session = session, state = state, normals = normals, opts = opts,
    chosen = chosen, refresh = opts.refresh ~= false, changes = {}, warnings = tables.copy(warnings or {}),
    problems = {}, found = {} }, planner)
  if self.refresh then
    self.found, err = reading.services(stack, session, self:wanted(), opts)
    if not self.found then return nil, err end
  end
  self:all()
  if #self.problems > 0 then return nil, errors.join(self.problems, "%d services cannot be planned") end
  return planned.new { changes = self.changes, warnings = self.warnings, serial = state.serial,
    lineage = state.lineage, region = session.region,
    options = { target = selection.as_list(opts.target), exclude = selection.as_list(opts.exclude),
      refresh = opts.refresh, destroy = opts.destroy, refresh_only = opts.refresh_only } }
end

--- The verb.
---@param stack ecs_service.Stack
---@param opts table checked options
---@return ecs_service.Plan|nil
---@return ecs_service.Error|nil
function plan.run(stack, opts)
  local normals, err, warnings = validate.all(stack)
  if not normals then return nil, err end
  return stack:with_state("plan", opts, function(state)
    return plan.make(stack, state, normals, warnings, opts)
  end)
end

return plan
