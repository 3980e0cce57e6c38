--- import: takes over a service that exists. It is read and recorded, not changed.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local reading = require "ecs_service.run.service_reader"
local shell = lazy "ecs_service.util.shell"

local import = {}

import.OPTIONS = { lock_timeout = "number|string", lock = "boolean", on_event = "function", interrupted = "function" }

--- Takes an id apart.
---@param id any
---@return string|nil cluster
---@return string|ecs_service.Error service
function import.parse(id)
  local cluster, service
  if type(id) == "string" then cluster, service = id:match "^([^/%s]+)/([^/%s]+)$" end
  if cluster then return cluster, service end
  return nil, errors.new { code = "ImportFormat", path = "id",
    message = ("wrong format of resource: %s, expecting 'cluster-name/service-name'"):format(tostring(id)) }
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
  local cluster, service = import.parse(id)
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
    message = ("there is no active service %s: it is %s"):format(id, tostring(result.status)) }
end

-- The record of an address that is this very service already; nil when there is none.
local function same(state, address, attributes)
  local entry = state.services[address]
  local known = entry and entry.attributes
  return known and names.identity(known.cluster, known.name) == names.identity(attributes.cluster, attributes.name)
    and entry or nil
end
import.same = same

local function taken(state, address, attributes)
  if state.services[address] then
    local known = state.services[address].attributes
    return errors.new { code = "AlreadyManaged", service = address,
      message = ("%s is recorded already: it is %s"):format(address, names.identity(known.cluster, known.name)),
      hint = "import it under another address" }
  end
  local identity = names.identity(attributes.cluster, attributes.name)
  for _, other in ipairs(state:addresses()) do
    local known = state.services[other].attributes
    if names.identity(known.cluster, known.name) == identity then
      return errors.new { code = "AlreadyManaged", service = address,
        message = ("%s is managed by this stack already, as %s"):format(identity, other),
        hint = "to have it under this address: " .. shell.command("ecs-service state mv", other, address) }
    end
  end
end
import.taken = taken

--- The verb. The same service at the same address once more answers what is recorded, and changes nothing. One that is
--- not declared stays as it is until it is: see imported.lua.
---@param stack ecs_service.Stack
---@param address string
---@param id string "cluster-name/service-name"
---@param opts table checked options
---@return table|nil attributes
---@return ecs_service.Error|nil codes ImportFormat, AlreadyManaged, or what reading it met
function import.run(stack, address, id, opts)
  local cluster, service = import.parse(id)
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
    state.services[address] = { status = "ok", attributes = attributes, imported = true }
    state.journal[address] = nil
    local saved, failure = state:save()
    if not saved then return nil, failure end
    return attributes
  end)
end

return import
