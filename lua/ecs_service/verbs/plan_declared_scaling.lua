--- What a plan does with the auto scaling of services; planned when it is known what becomes of the services.
local attributes = require "ecs_service.run.scaling_attributes"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local reader = require "ecs_service.run.declared_scaling"
local steps = require "ecs_service.run.scaling_steps"
local suspended = require "ecs_service.run.suspended_scaling"
local tables = require "ecs_service.util.tables"

local scaling = {}

local KIND = kinds.named "scaling"

--- The addresses that a plan is about: those of the services that were chosen, without what was excluded.
---@param all string[]
---@param chosen string[]
---@param opts table { exclude }
---@return string[] of chosen, completed
function scaling.complete(all, chosen, opts)
  local set, known, excluded, list = tables.set(chosen), tables.set(all), tables.set(opts.exclude or {}), {}
  for _, address in ipairs(all) do
    local owner = kinds.of(address).within and kinds.owner(address)
    if owner and known[owner] then set[address] = set[owner] and not excluded[address] end
    if set[address] then list[#list + 1] = address end
  end
  return list
end

-- Whether it is declared and not to go.
local function stands(self, address)
  return self.normals[address] ~= nil and not self.opts.destroy and not self.opts.refresh_only
end

local function recorded_of(self, address)
  local entry = kinds.entry(self.state, address)
  return entry and core.table(entry.attributes) or nil
end

-- The service as it is there; nil: it is not.
local function service_of(self, address)
  local found = self.found[kinds.owner(address)]
  if found then return found.status ~= "gone" and found.attributes or nil end
  local entry = kinds.entry(self.state, kinds.owner(address))
  return entry and entry.attributes
end

local function has_tags(self, address)
  local recorded, config = recorded_of(self, address), self.normals[address]
  local defaults = self.stack.options.default_tags
  return next(defaults or {}) ~= nil or recorded ~= nil and recorded.tags_all ~= nil
    or config ~= nil and config.tags ~= nil
end

-- What at AWS is this stack's: its name → where it stands in the declaration.
local function labels_of(self, address)
  local labels, service = {}, kinds.name(address)
  for _, name in ipairs((self.state.journal[address] or {}).names or {}) do
    labels[name] = KIND.key(service, name)
  end
  for _, said in ipairs { recorded_of(self, address) or {}, self.normals[address]
    and core.table(self.normals[address]) or {} } do
    for _, section in ipairs(steps.SECTIONS) do
      for key, one in pairs(said[section.name] or {}) do labels[one.name] = key end
    end
  end
  return labels
end

-- Attributes of what was read, and what of it is somebody else's.
local function attributes_of(self, address, found)
  local options = self.stack.options
  return attributes.of(found, labels_of(self, address), { form = self.normals[address],
    previous = recorded_of(self, address), default_tags = options.default_tags and core.object(options.default_tags),
    ignore_tags = options.ignore_tags })
end

--- Reads what there is of those that were chosen.
---@param self table the planner
---@return boolean|nil
---@return ecs_service.Error|nil
function scaling.read(self)
  self.attached_found = {}
  if self.opts.refresh == false then return true end
  local wanted = {}
  for _, address in ipairs(self.attached) do
    local service = service_of(self, address)
    if service then
      wanted[#wanted + 1] = { address = address, id = reader.id(service), tags = has_tags(self, address) }
    end
  end
  local found, err = reader.all(self.session, wanted, { interrupted = self.opts.interrupted })
  if not found then return nil, err end
  for address, one in pairs(found) do
    local has, foreign = attributes_of(self, address, one)
    self.attached_found[address] = { attributes = has, foreign = foreign }
  end
  return true
end

-- What a bound is as long as a schedule that is declared, and there, has set it: as it is, or, where the action stays
-- when it was and has another bound by now, that. nil: none can have set it.
local function scheduled_bound(bound, actual, config)
  local value
  for _, key in ipairs(tables.keys(config.scheduled or {})) do
    local action, there = config.scheduled[key], (actual.scheduled or {})[key]
    if there and action[bound] == actual[bound] then return actual[bound] end
    local same = there and there[bound] == actual[bound] and there.schedule == action.schedule
      and there.timezone == action.timezone
    if same and value == nil then value = action[bound] end
  end
  return value
end

local BOUNDS = { "min_capacity", "max_capacity" }

-- What there is, with the bounds that a schedule has set as they are declared: they are no drift. And what those are to
-- be: a declared bound waits, too, while it does not fit to the other.
local function held_bounds(actual, config, recorded)
  local held, seen = {}, actual
  for _, bound in ipairs(BOUNDS) do
    if (recorded or config)[bound] ~= actual[bound] then held[bound] = scheduled_bound(bound, actual, config) end
  end
  local least, most = held.min_capacity or config.min_capacity, held.max_capacity or config.max_capacity
  if next(held) and least > most then
    held.min_capacity, held.max_capacity = held.min_capacity or actual.min_capacity,
      held.max_capacity or actual.max_capacity
  end
  for bound in pairs(held) do seen = tables.merge(seen, { [bound] = config[bound] }) end
  return seen, held
end

local function planned(self, address, input)
  local options = self.stack.options
  input.default_tags, input.ignore_tags = options.default_tags and core.object(options.default_tags),
    options.ignore_tags
  input.recorded = recorded_of(self, address)
  local change, list = core.plan(KIND.name, input)
  if change then return change end
  local first = list[1]
  self:refuse(errors.new { code = first.code, service = kinds.owner(address), message = first.message,
    path = KIND.within .. "." .. first.path, hint = first.hint, diagnostics = list })
end

-- Behind the change stands what apply needs and nobody is shown.
local function finish(change, address, behind)
  change.kind, change.address = KIND.name, kinds.name(address)
  change.deployment, change.carried = nil, nil
  behind.at = address
  return setmetatable(change, { __index = behind })
end

local function made_anew(self, address, service, found)
  local config, recorded = core.table(self.normals[address]), recorded_of(self, address)
  local change = planned(self, address, { config = config, refreshed = true })
  if not change then return nil end
  local id = reader.id(service.after)
  local behind = { steps_of = steps.to_make(id, change, {}), names = steps.names(change.after), of = service.after }
  change.reason = (recorded or found) and ("its service is %s"):format(
    service.action == "replace" and "replaced" or "made again") or nil
  if service.action == "replace" and found then
    change.action, change.before = "replace", found
    behind.former = steps.to_remove(reader.id(service.before))
  end
  return finish(change, address, behind)
end

local function declared(self, address, service)
  local found, recorded = self.attached_found[address] or {}, recorded_of(self, address)
  local makes = service and (service.action == "create" or service.action == "replace")
  if makes then return made_anew(self, address, service, found.attributes) end
  local config, actual, held = core.table(self.normals[address]), found.attributes, {}
  if actual then actual, held = held_bounds(actual, config, recorded) end
  local change = planned(self, address, { config = config, actual = actual, refreshed = self.opts.refresh ~= false })
  if not change then return nil end
  local there = service_of(self, address)
  local grows = change.before and (held.max_capacity or change.after.max_capacity) > (found.attributes or
    change.before).max_capacity
  if actual and not recorded and not self.state.journal[address] then
    change.reason = "it exists already, and is taken over"
  elseif change.action == "create" and recorded then
    change.reason = "it is recorded, and gone"
  end
  change.foreign = found.foreign and #found.foreign > 0 and found.foreign or nil
  return finish(change, address, { names = steps.names(change.after), of = there, leads = grows,
    steps_of = change.action ~= "no-op" and steps.to_make(reader.id(there), change, held, found.attributes)
      or {} })
end

local function removed(self, address, service)
  local found = self.attached_found[address] or {}
  local change = planned(self, address, { destroy = true, actual = found.attributes,
    refreshed = self.opts.refresh ~= false })
  if not change then return nil end
  if change.action == "no-op" then
    self.settled[#self.settled + 1] = address -- it was begun, and nothing came of it
    return nil
  end
  if not self.normals[address] and not (service and service.action == "delete") then
    change.reason = change.reason or "it is not declared any more"
  end
  local id = found.attributes or self.opts.refresh == false
  local there = service_of(self, address)
  change.foreign = found.foreign and #found.foreign > 0 and found.foreign or nil
  return finish(change, address, { steps_of = id and there and steps.to_remove(reader.id(there)) or {}, of = there,
    leads = true, leaves = true })
end

-- The records follow what was read; nothing is planned.
local function refreshed(self, address)
  local found, recorded = self.attached_found[address], recorded_of(self, address)
  if not found or not recorded then return nil end
  if not found.attributes then
    return finish({ action = "forget", before = recorded, diff = {}, drift = {}, replace_paths = {},
      reason = "the target is gone" }, address, {})
  end
  local change = planned(self, address, { config = recorded, actual = held_bounds(found.attributes, recorded, recorded),
    refreshed = true, refresh_only = true })
  if not change then return nil end
  change.action, change.after, change.diff, change.changed = "no-op", found.attributes, {}, {}
  return finish(change, address, {})
end

-- What a run had suspended for a deployment and did not get to resume: it is as it was before.
local function resumed(self, address, service)
  local found = (self.attached_found[address] or {}).attributes
  local former, there = self.state.journal[address].suspended, service_of(self, address)
  if not found and self.opts.refresh ~= false then
    self.settled[#self.settled + 1] = address -- gone with its service
  end
  if not found then return nil end
  local change = { action = "update", before = { suspended = found.suspended }, after = { suspended = former },
    diff = {}, drift = {}, replace_paths = {}, reason = "an earlier run suspended it for a deployment" }
  for _, name in ipairs(tables.keys(former)) do
    local now = (found.suspended or {})[name] or false
    if now ~= former[name] then
      table.insert(change.diff, { path = "suspended." .. name, before = now, after = former[name] })
    end
  end
  local replaced = service ~= nil and service.action == "replace" -- it ends with what it scales
  if #change.diff == 0 then
    self.settled[#self.settled + 1] = address -- it is as it was, whoever resumed it
    return nil
  end
  return finish(change, address, { aside = true, of = there, leads = replaced, steps_of = { {
    operation = "RegisterScalableTarget",
    body = reader.about(reader.id(there), { SuspendedState = suspended.wire(former) }) } } })
end

local function one(self, address, service)
  if self.opts.refresh_only then return refreshed(self, address) end
  local journal, goes = self.state.journal[address], service and service.action == "delete"
  local bare = not self.normals[address] and not kinds.entry(self.state, address)
  if bare and journal and journal.suspended and not journal.names and not goes then
    return resumed(self, address, service)
  end
  if service and service.protected then return nil end -- what is imported and not declared is left as it is
  if goes or not stands(self, address) then return removed(self, address, service) end
  return declared(self, address, service)
end

--- Plans them.
---@param self table the planner; gets `attached_changes`: address of the service → change
function scaling.plan(self)
  local services = {}
  for _, change in ipairs(self.changes) do
    if not change.deposed and not change.begun then services[change.address] = change end
  end
  self.attached_changes = {}
  for _, address in ipairs(self.attached) do
    local owner = kinds.owner(address)
    self.attached_changes[owner] = one(self, address, services[owner])
  end
end

--- The changes of the plan, with each of these behind that of its service.
---@param self table the planner
---@param changes table[]
---@return table[]
function scaling.among(self, changes)
  local list, left = {}, tables.merge(self.attached_changes)
  for _, change in ipairs(changes) do
    list[#list + 1] = change
    local own = kinds.of_change(change) == kinds.BARE and left[change.address]
    if own then list[#list + 1], left[change.address] = own, nil end
  end
  for _, owner in ipairs(tables.keys(left)) do list[#list + 1] = left[owner] end
  return list
end

return scaling
