--- What the engine is to do for a plan: one operation for each change.
local graph = require "ecs_service.plan.dependencies"
local names = require "ecs_service.util.identifiers"
local wire = require "ecs_service.aws.signed_request"

local operations = {}

local TIMEOUT = 20 * 60

local function timeouts_of(change, entry)
  local given = change.config and change.config.timeouts or not change.config and entry and entry.meta
    and entry.meta.timeouts or {}
  return { create = given.create or TIMEOUT, update = given.update or TIMEOUT, delete = given.delete or TIMEOUT }
end

local function identity(attributes)
  attributes = attributes or {}
  return attributes.cluster, attributes.name
end

-- Creates of an earlier run are repeated with its token, so that AWS makes one service of them.
local function token_for(change, journal)
  if change.resume and journal and journal.client_token then return journal.client_token, true end
  return wire.token(), journal ~= nil and journal.operation == "CreateService"
end

--- Whether what the change does is waited for: the declaration says so, or the verb.
---@param change table
---@return boolean
function operations.waits(change)
  if change.verb then return change.follows end
  return change.config and change.config.wait_for_steady_state or false
end

local builders = {}

function builders.create(change, entry, journal)
  local cluster, service = identity(change.after)
  local token, resume = token_for(change, journal)
  return { action = "create", cluster = cluster, service = service, config = change.config, change = change,
    client_token = token, resume = resume or nil, attributes = entry and entry.attributes,
    unknown = change.carried and change.unknown }
end

function builders.update(change, entry)
  local cluster, service = identity(change.before)
  -- What of it AWS does not know (triggers and the like) is in `before` as it is known now, and may be more than what
  -- was recorded: a run that was cut short had applied it.
  return { action = "update", cluster = cluster, service = service, config = change.config, change = change,
    attributes = change.before or entry.attributes, unknown = change.unknown, read = change.found ~= nil }
end

function builders.replace(change, entry, journal)
  local cluster, service = identity(change.before)
  local token, resume = token_for(change, journal)
  return { action = "replace", cluster = cluster, service = service, config = change.config, change = change,
    client_token = token, resume = resume or nil, attributes = entry and entry.attributes or change.before,
    unknown = change.unknown, read = change.found ~= nil }
end

builders["delete"] = function(change, entry)
  local attributes = entry and entry.attributes or change.before
  local cluster, service = identity(change.before or attributes)
  local force
  if change.config then force = change.config.force_delete
  elseif entry and entry.meta then force = entry.meta.force_delete end
  return { action = "delete", cluster = cluster, service = service, attributes = change.before or attributes,
    force = force or false }
end

--- Whether an apply waits for a service that it does not change: an earlier run ended before it was steady, or did not
--- see it become so.
---@param change table
---@param journal table|nil
---@return boolean
function operations.waits_on(change, journal)
  return change.action == "no-op" and operations.waits(change) and (journal ~= nil or change.open ~= nil)
end

builders["no-op"] = function(change, entry, journal)
  if not operations.waits_on(change, journal) then return nil end
  local cluster, service = identity(change.after)
  return { action = "wait", ["until"] = "steady", cluster = cluster, service = service, config = change.config,
    attributes = change.after,
    -- The one that run had heard of, else the newest: it may have ended before AWS's answer came.
    deployment_id = journal and (journal.deployment_id or change.primary) or change.open,
    timeout = timeouts_of(change, entry)[journal and journal.operation == "CreateService" and "create" or "update"] }
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
      leaving[names.identity(change.cluster, change.service)] = change.address
      beside[change.deposed] = change.address
    end
  end
  for _, operation in ipairs(list) do
    local after, wanted = operation.client_token and operation.change.after, operation.depends_on or {}
    local name, own = after and leaving[names.identity(identity(after))], after and beside[operation.address]
    if name then wanted[#wanted + 1] = name end
    if own and own ~= name then wanted[#wanted + 1] = own end
    if #wanted > 0 then operation.depends_on = wanted end
  end
end

--- The operations of a plan, in its order.
---@param changes table[]
---@param state table
---@param dependencies table<string, string[]>
---@param opts table|nil stable_for, superseded, fail_fast: of the waits
---@return table[]
function operations.of(changes, state, dependencies, opts)
  opts = opts or {}
  local list = {}
  for _, change in ipairs(changes) do
    local address = change.deposed or change.address
    local entry, build = state.services[address], builders[change.action]
    if change.deposed then entry = { attributes = change.before, meta = entry and entry.meta } end
    local operation = build and build(change, entry, state.journal[change.address])
    if operation then
      operation.address = change.address
      operation.timeouts = timeouts_of(change, entry)
      operation.durations = entry and entry.durations
      operation.stable_for, operation.superseded = opts.stable_for, opts.superseded
      operation.fail_fast = opts.fail_fast
      if operation.action ~= "delete" then
        operation.steady = operations.waits(change)
      end
      list[#list + 1] = operation
    end
  end
  order(list, dependencies)
  after_leftovers(list, changes)
  return list
end

return operations
