--- Changes of the state alone: nothing is sent to ECS. Each runs under the lock and keeps a backup, as an apply does.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local shell = lazy "ecs_service.util.shell"
local document = require "ecs_service.state.format"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"
local nearest = require "ecs_service.util.suggest"
local state_of = require "ecs_service.state"
local stored = require "ecs_service.state.stored"
local tables = require "ecs_service.util.tables"

local edit = {}

edit.OPTIONS = { lock_timeout = "number|string", lock = "boolean", approve = "function" }
edit.MOVE = { OPTIONS = edit.OPTIONS, REFUSED = { approve = "is not asked: a move is undone by a move back" } }
edit.PUSH = { OPTIONS = { lock_timeout = "number|string", lock = "boolean", force = "boolean" } }

-- ecs_service.StateItem of types.lua, as it is made here:
--   address string
--   kind string|nil         "task_definition"; nil: a service
--   family string|nil       of a task definition, with `revision`, its number
--   cluster string|nil
--   service string|nil      name of the service
--   status "ok"|"failed"|"tainted"|"begun"  failed: its last update did not succeed. begun: a run has begun to
--                           create it, and nothing is recorded yet
--   reason string|nil       why it is tainted or failed
--   imported boolean|nil
--   journal table|nil       { operation, begun, … } of what a run began and did not see the end of
--   deposed table|nil       { cluster, service } that a replacement has still to delete

-- The address under which something is known: one that was recorded before its prefix named a kind goes by itself, too.
local function known_as(state, address)
  local full = kinds.address(kinds.BARE, address)
  return full ~= address and state.services[address] and full or address
end

local function item_of(state, address)
  address = known_as(state, address)
  local entry, journal = kinds.entry(state, address), state.journal[address]
  local attributes = entry and entry.attributes
  local kind = kinds.of(address)
  if kind ~= kinds.BARE then
    return { address = address, kind = kind.name, status = entry and entry.status or "begun",
      reason = entry and entry.reason,
      family = attributes and attributes.family or journal and journal.family,
      revision = attributes and attributes.revision,
      runs = attributes and names.last(attributes.task_definition), journal = journal and tables.copy(journal) }
  end
  return { address = address, status = entry and entry.status or "begun", reason = entry and entry.reason,
    cluster = names.short(attributes and attributes.cluster or journal and journal.cluster),
    service = attributes and attributes.name or journal and journal.service, imported = entry and entry.imported,
    journal = journal and tables.copy(journal),
    deposed = entry and entry.deposed and { cluster = names.short(entry.deposed.cluster),
      service = entry.deposed.name } or nil }
end

-- Everything that is recorded or begun.
local function addresses_of(state)
  local all = {}
  for _, kind in ipairs(kinds.ALL) do
    for _, address in ipairs(state:recorded(kind.name)) do all[address] = true end
  end
  for address in pairs(state.journal) do all[address] = true end
  return tables.keys(all)
end

--- What is recorded and what is begun, by address.
---@param state table
---@return ecs_service.StateItem[]
function edit.items(state)
  local list = {}
  for i, address in ipairs(addresses_of(state)) do list[i] = item_of(state, address) end
  return list
end

local function not_recorded(state, address)
  return errors.new { code = "NotRecorded", service = address,
    message = ("nothing is recorded for '%s'"):format(address),
    hint = nearest.hint(address, addresses_of(state), "recorded are") }
end

--- Everything that is recorded of one service.
---@param state table
---@param address string
---@return table|nil a StateItem with attributes and meta
---@return ecs_service.Error|nil code NotRecorded
function edit.entry(state, address)
  address = known_as(state, address)
  local entry = kinds.entry(state, address)
  if not entry and not state.journal[address] then return nil, not_recorded(state, address) end
  local item = item_of(state, address)
  item.attributes, item.meta = entry and kinds.attributes(entry), entry and entry.meta
  item.revisions = entry and entry.revisions
  return item
end

local function is_known(state, address)
  return kinds.entry(state, known_as(state, address)) ~= nil or state.journal[address] ~= nil
end

--- Of a change that nobody wanted after all.
function edit.not_approved()
  return errors.new { code = "NotApproved", message = "it was not approved, and nothing was changed" }
end

--- Takes services out of the state. They live on, and nobody manages them.
---@param stack ecs_service.Stack
---@param addresses string[]
---@param opts table checked options: approve (fun(items): boolean, asked under the lock)
---@return ecs_service.StateItem[]|nil
---@return ecs_service.Error|nil codes NotRecorded, NotApproved
function edit.forget(stack, addresses, opts)
  return stack:with_state("state rm", opts, function(state)
    local items = {}
    for i, address in ipairs(addresses) do
      if not is_known(state, address) then return nil, not_recorded(state, address) end
      items[i] = item_of(state, address)
    end
    if opts.approve and not opts.approve(items) then return nil, edit.not_approved() end
    for _, address in ipairs(addresses) do
      kinds.record(state, known_as(state, address), nil)
      state.journal[address] = nil
    end
    local saved, err = state:save()
    if not saved then return nil, err end
    return items
  end)
end

-- Those whose declaration is gone are destroyed in the order that was recorded with them.
local function rename_dependencies(state, from, to)
  for _, entry in pairs(state.services) do
    for i, address in ipairs(entry.meta and entry.meta.depends_on or {}) do
      if address == from then entry.meta.depends_on[i] = to end
    end
  end
end

--- Records a service under another address.
---@param stack ecs_service.Stack
---@param from string
---@param to string
---@param opts table checked options
---@return ecs_service.StateItem|nil
---@return ecs_service.Error|nil codes NotRecorded, AlreadyManaged
function edit.move(stack, from, to, opts)
  return stack:with_state("state mv", opts, function(state)
    if not is_known(state, from) then return nil, not_recorded(state, from) end
    if kinds.of(known_as(state, from)) ~= kinds.of(to) then
      return nil, errors.new { code = "WrongOption", path = "to", message = ("%s is a %s, and %s would be a %s"):format(
        from, kinds.of(from).one, to, kinds.of(to).one),
        hint = ("the prefix stays: %s.new"):format(kinds.of(known_as(state, from)).prefix or kinds.of(to).prefix) }
    end
    if is_known(state, to) then
      return nil, errors.new { code = "AlreadyManaged", service = to,
        message = ("%s is recorded already"):format(to), hint = "choose another address, or take it out first: "
          .. shell.command("ecs-service state rm", to) }
    end
    local old = known_as(state, from)
    local entry = kinds.entry(state, old)
    kinds.record(state, old, nil)
    kinds.record(state, to, entry)
    state.journal[to], state.journal[from] = state.journal[from], nil
    rename_dependencies(state, from, to)
    local saved, err = state:save()
    if not saved then return nil, err end
    return item_of(state, to)
  end)
end

--- The text of the state as it lies there, whole or not; with what a journal beside it holds.
---@param stack ecs_service.Stack
---@return string|nil
---@return ecs_service.Error|nil code StateMissing, or of the backend
function edit.pull(stack)
  local found, err = stored.read(stack.backend)
  if not found then return nil, err end
  if found.text then return found.folded or found.text end
  return nil, errors.new { code = "StateMissing", path = "state",
    message = ("there is no state %s yet"):format(stack.backend.name) }
end

-- Why a text must not take the place of the state, or nil.
local function objection(backend, current, new)
  if current.lineage ~= new.lineage then
    return errors.new { code = "LineageDiffers", path = "state",
      message = ("what is pushed was not made from %s: it has the lineage %s, the state has %s"):format(backend.name,
        new.lineage, current.lineage),
      hint = "push it to the state that it was pulled from; --force (force = true) pushes it all the same" }
  elseif new.serial < current.serial then
    return errors.new { code = "SerialTooOld", path = "state",
      message = ("the state %s has moved on: it has serial %d, what is pushed has %d"):format(backend.name,
        current.serial, new.serial),
      hint = "pull again and make the change there; --force (force = true) pushes it all the same" }
  end
end

local function same_content(a, b)
  return a.lineage == b.lineage and core.same(a.services, b.services) and core.same(a.journal, b.journal)
    and core.same(a.task_definitions or {}, b.task_definitions or {}) and core.same(a.tasks or {}, b.tasks or {})
    and core.same(a.schedules or {}, b.schedules or {})
end

--- Puts a text in the place of the state: one that was pulled from it, and changed by hand.
---@param stack ecs_service.Stack
---@param text string
---@param opts table checked options: force (also one of another lineage, or an older one, or over a damaged one)
---@return table|nil result { serial, changed }
---@return ecs_service.Error|nil codes StateCorrupt, StateForeign, StateNewer, LineageDiffers, SerialTooOld
function edit.push(stack, text, opts)
  local new, err = document.parse(text, "that is pushed")
  if not new then return nil, err end
  local backend = stack.backend
  return stack:with_lock("state push", opts, function(own)
    local found, failure = stored.read(backend, own ~= nil)
    if not found then return nil, failure end
    local current, problem = found.document, found.problem
    if problem and not (opts.force and problem.code == "StateCorrupt") then return nil, problem end
    if current then
      problem = not opts.force and objection(backend, current, new) or nil
      if problem then return nil, problem end
      if same_content(current, new) then return { serial = current.serial, changed = false } end
    end
    local serial = math.max(current and current.serial or 0, new.serial)
    local state = state_of.new(backend, new, found, own)
    local saved
    saved, failure = state:replace(serial + 1, found.folded or found.text)
    if not saved then return nil, failure end
    return { serial = state.serial, changed = true }
  end)
end

return edit
