--- import: takes over a service that exists. It is read and recorded, not changed.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local place = require "ecs_service.state.place"
local reading = require "ecs_service.run.service_reader"
local shell = lazy "ecs_service.util.shell"

local import = {}

import.OPTIONS = { lock_timeout = "number|string", lock = "boolean", on_event = "function", interrupted = "function" }

--- Takes an id apart.
---@param id any
---@param kind? ecs_service.Kind default: a service
---@return string|nil cluster
---@return string|ecs_service.Error name
function import.parse(id, kind)
  kind = kind or kinds.BARE
  local cluster, name = kind.parse(id)
  if cluster then return cluster, name end
  return nil, errors.new { code = "ImportFormat", path = "id",
    message = ("wrong format of resource: %s, expecting '%s'"):format(tostring(id), kind.id) }
end

--- Reads a service with nothing known about it beforehand, as import and generate_config do.
---@param stack ecs_service.Stack
---@param address string
---@param id string
---@param opts table
---@param state table|nil what it is to be recorded in
---@return table|nil attributes
---@return ecs_service.Error|nil
---@return table|nil unknown  what it has that no row knows, see unknown_members.lua
function import.read(stack, address, id, opts, state)
  local cluster, service = import.parse(id, kinds.of(address))
  if not cluster then return nil, service end
  local session, err = stack:session(state)
  if not session then return nil, err end
  local engine = reading.engine(stack, session)
  engine:add { address = address, action = "import", cluster = cluster, service = service }
  local results = driver.run(engine, { session = session, interrupted = opts.interrupted,
    on_event = opts.on_event or stack.options.on_event })
  local result = results[address]
  if not result.ok then return nil, state and place.missing_problem(session, result.error) or result.error end
  if result.status == "ACTIVE" then return result.attributes, nil, result.unknown end
  return nil, errors.new { code = "NotFound", service = address,
    message = ("there is no active %s %s: it is %s"):format(kinds.of(address).one, id, tostring(result.status)) }
end

-- The record of an address that is this very service already; nil when there is none.
local function same(state, address, attributes)
  local entry = kinds.entry(state, address)
  local known = entry and entry.attributes
  local identity = kinds.of(address).identity
  return known and identity(known) == identity(attributes) and entry or nil
end
import.same = same

local function taken(state, address, attributes)
  local kind, entry = kinds.of(address), kinds.entry(state, address)
  if entry then
    return errors.new { code = "AlreadyManaged", service = address,
      message = ("%s is recorded already: it is %s"):format(address, kind.identity(entry.attributes)),
      hint = "import it under another address" }
  end
  local identity = kind.identity(attributes)
  for _, other in ipairs(state:addresses()) do
    if kinds.of(other) == kind and kind.identity(kinds.entry(state, other).attributes) == identity then
      return errors.new { code = "AlreadyManaged", service = address,
        message = ("%s is managed by this stack already, as %s"):format(identity, other),
        hint = "to have it under this address: " .. shell.command("ecs-service state mv", other, address) }
    end
  end
end
import.taken = taken

-- What takes over those that no engine reads, by their kind.
local APART = { task_definition = lazy "ecs_service.verbs.import_definition",
  schedule = lazy "ecs_service.verbs.import_schedule" }

--- Why what has this address cannot be taken over, or written as a declaration; nil for a service.
---@param address string
---@return ecs_service.Error|nil
function import.refusal(address)
  local kind = kinds.of(address)
  if kind == kinds.BARE or APART[kind.name] then return nil end
  return errors.new { code = "ImportFormat", address = kinds.name(address), kind = kind.name,
    message = ("%s: %s are not imported"):format(address, kind.many),
    hint = "declare it: the next apply begins with it" }
end

--- The verb. The same service at the same address once more answers what is recorded, and changes nothing. One that is
--- not declared stays as it is until it is: see imported.lua.
---@param stack ecs_service.Stack
---@param address string
---@param id string as the kind has it: "cluster-name/service-name"; "family:revision", a family or an ARN;
---  "group-name/schedule-name"
---@param opts table checked options
---@return table|nil attributes
---@return ecs_service.Error|nil codes ImportFormat, AlreadyManaged, or what reading it met
function import.run(stack, address, id, opts)
  local refusal = import.refusal(address)
  if refusal then return nil, refusal end
  local apart = APART[kinds.of(address).name]
  if apart then return apart.run(stack, address, id, opts) end
  local cluster, service = import.parse(id, kinds.of(address))
  if not cluster then return nil, service end
  return stack:with_state("import", opts, function(state)
    local session, elsewhere = stack:session(state)
    if not session then return nil, elsewhere end
    local wanted = { cluster = cluster, name = service }
    local known = same(state, address, wanted)
    if known then
      local problem = place.asked_problem(session)
      if problem then return nil, problem end
      return core.table(known.attributes)
    end
    local err = taken(state, address, wanted)
    if err then return nil, err end
    local attributes, problem = import.read(stack, address, id, opts, state)
    if not attributes then return nil, problem end
    kinds.record(state, address, { status = "ok", attributes = attributes, imported = true })
    state.journal[address] = nil
    local saved, failure = state:save()
    if not saved then return nil, failure end
    return attributes
  end)
end

return import
