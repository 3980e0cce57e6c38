--- import: takes over a service that exists. It is read and recorded, not changed.
local driver = require "ecs_service.driver"
local errors = require "ecs_service.errors"
local reading = require "ecs_service.reading"
local names = require "ecs_service.names"

local import = {}

import.OPTIONS = { lock_timeout = "number", lock = "boolean", on_event = "function", interrupted = "function" }

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
---@return table|nil attributes
---@return ecs_service.Error|nil
function import.read(stack, address, id, opts)
  local cluster, service = import.parse(id)
  if not cluster then return nil, service end
  local session, err = stack:session()
  if not session then return nil, err end
  local engine = reading.engine(stack, session)
  engine:add { address = address, action = "import", cluster = cluster, service = service }
  local results = driver.run(engine, { session = session, interrupted = opts.interrupted,
    on_event = opts.on_event or stack.options.on_event })
  local result = results[address]
  if not result.ok then return nil, result.error end
  if result.status == "ACTIVE" then return result.attributes end
  return nil, errors.new { code = "NotFound", service = address,
    message = ("there is no active service %s: it is %s"):format(id, tostring(result.status)) }
end

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
        message = ("%s is managed by this stack already, as %s"):format(identity, other) }
    end
  end
end
import.taken = taken

--- The verb.
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
    local err = taken(state, address, { cluster = cluster, name = service })
    if err then return nil, err end
    local attributes, problem = import.read(stack, address, id, opts)
    if not attributes then return nil, problem end
    state.services[address] = { status = "ok", attributes = attributes, imported = true }
    state.journal[address] = nil
    local saved, failure = state:save()
    if not saved then return nil, failure end
    return attributes
  end)
end

return import
