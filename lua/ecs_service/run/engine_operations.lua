--- What the engine is to do for a plan: one operation for each change.
local kinds = require "ecs_service.kinds"
local graph = require "ecs_service.plan.dependencies"
local tables = require "ecs_service.util.tables"
local wire = require "ecs_service.aws.signed_request"

local operations = {}

local TIMEOUT = 20 * 60

local function timeouts_of(change, entry)
  local given = change.config and change.config.timeouts or not change.config and entry and entry.meta
    and entry.meta.timeouts or {}
  return { create = given.create or TIMEOUT, update = given.update or TIMEOUT, delete = given.delete or TIMEOUT }
end

--- Whether what the change does is waited for: the declaration says so, or the verb.
---@param change table
---@return boolean
function operations.waits(change)
  if change.verb then return change.follows end
  return change.config and change.config.wait_for_steady_state or false
end

--- Whether an apply waits for a service that it does not change: an earlier run ended before it was steady, or did not
--- see it become so.
---@param change table
---@param journal table|nil
---@return boolean
function operations.waits_on(change, journal)
  return change.action == "no-op" and operations.waits(change) and (journal ~= nil or change.open ~= nil)
end

-- Deletions run against the direction of depends_on, everything else along it.
local function order(list, dependencies)
  local deletes, others, needed_by = {}, {}, graph.reversed(dependencies)
  for _, operation in ipairs(list) do
    local set = operation.action == "delete" and deletes or others
    set[operation.address] = true
  end
  for _, operation in ipairs(list) do
    local address, wanted = operation.address, {}
    local set = deletes[address] and deletes or others
    for _, other in ipairs((deletes[address] and needed_by or dependencies)[address] or {}) do
      if set[other] then wanted[#wanted + 1] = other end
    end
    table.sort(wanted)
    if #wanted > 0 then operation.depends_on = wanted end
  end
end

-- What is left over of an earlier run goes before something is made: a name is free again when what has it is gone, and
-- an address can remember one service beside its own.
local function after_leftovers(list, changes)
  local leaving, beside = {}, {}
  for _, change in ipairs(changes) do
    if change.deposed and change.action == "delete" then
      leaving[kinds.of(change.address).identity { cluster = change.cluster, name = change.service }] = change.address
      beside[change.deposed] = change.address
    end
  end
  for _, operation in ipairs(list) do
    local after, wanted = operation.client_token and (operation.change or {}).after, operation.depends_on or {}
    local name = after and leaving[kinds.of(operation.address).identity(after)]
    local own = after and beside[operation.address]
    if name then wanted[#wanted + 1] = name end
    if own and own ~= name then wanted[#wanted + 1] = own end
    if #wanted > 0 then operation.depends_on = wanted end
  end
end

local function add_need(operation, address)
  local needs = tables.merge(operation.depends_on or {})
  if not tables.set(needs)[address] then needs[#needs + 1] = address end
  operation.depends_on = needs
end

-- Of what is attached to a service: what takes it away, or makes room for more tasks, goes before the service's own
-- operation; the rest comes behind it.
local function around_owners(list, changes)
  local by_address = {}
  for _, operation in ipairs(list) do by_address[operation.address] = operation end
  for _, change in ipairs(changes) do
    local own = kinds.of(change.address).within and by_address[change.address]
    local owner = own and by_address[kinds.owner(change.at)]
    if owner and change.leads then
      own.depends_on = nil
      add_need(owner, own.address)
    elseif owner then
      add_need(own, owner.address)
    end
  end
end

--- The operations of a plan, in its order.
---@param changes table[]
---@param state table
---@param dependencies table<string, string[]>
---@param opts table|nil until, stable_for, superseded, fail_fast: of the waits
---@return table[]
function operations.of(changes, state, dependencies, opts)
  opts = opts or {}
  local list = {}
  for _, change in ipairs(changes) do
    local address = change.deposed or change.address
    local kind, entry = kinds.of(address), kinds.entry(state, address)
    if change.deposed then entry = { attributes = change.before, meta = entry and entry.meta } end
    local build, timeouts = kind.operations[change.action], timeouts_of(change, entry)
    local operation = build and build(change, entry, state.journal[change.address],
      { token = wire.token, waits_on = operations.waits_on, timeouts = timeouts })
    if operation then
      operation.address, operation.kind, operation.timeouts = change.address, kind.name, timeouts
      operation.durations = entry and entry.durations
      operation.stable_for, operation.superseded = opts.stable_for, opts.superseded
      operation.fail_fast = opts.fail_fast
      if operation.action ~= "delete" then
        operation["until"] = opts["until"] or operation["until"]
        operation.steady = operations.waits(change)
      end
      list[#list + 1] = operation
    end
  end
  order(list, dependencies)
  after_leftovers(list, changes)
  around_owners(list, changes)
  return list
end

return operations
