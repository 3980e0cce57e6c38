--- Reads services as AWS has them now, many at once, through the engine.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local call = lazy "ecs_service.run.api_call"
local kinds = require "ecs_service.kinds"
local names = require "ecs_service.util.identifiers"

local reading = {}

---@class ecs_service.Found
---@field status "active"|"draining"|"gone"
---@field attributes table|nil of an active (or draining) service; a tree of the core (src/lua/store.h) for a plan
---@field unknown userdata|table|nil  what it has that no row knows (src/core/schema/carry.h)
---@field newest string|nil       ARN of the newest revision, of a family that is declared without one
---@field primary string|nil      id of its PRIMARY deployment
---@field deployments table[]|nil of the controller ECS: { id, task_definition, created, rollout_state, reason }
---@field rolled_back string|nil  the event of ECS that the deployment on record was rolled back
---@field usual_seconds integer|nil  how long that deployment took, when its events still tell

--- A new engine with what the stack knows.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param opts table|nil { concurrency }
function reading.engine(stack, session, opts)
  local options = stack.options
  return driver.engine(session, {
    concurrency = opts and opts.concurrency or options.concurrency,
    default_tags = options.default_tags and core.object(options.default_tags), ignore_tags = options.ignore_tags,
  })
end

-- An INACTIVE service is one that is gone: its name is free.
local STATUS = { ACTIVE = "active", DRAINING = "draining" }

local function found_of(result)
  local status = STATUS[result.status or ""] or "gone"
  return { status = status, attributes = status ~= "gone" and result.attributes or nil, unknown = result.unknown,
    newest = result.latest_task_definition, primary = result.primary, deployments = result.deployments,
    rolled_back = result.rolled_back,
    usual_seconds = result.usual_seconds }
end

-- Calls that are made beside the reads have addresses that no service can have.
local BESIDE = "\31call "

-- Whoever hears of a read hears of the address that it is for, and of nothing beside.
local function told_of_owners(wanted, beside, on_event)
  local owners = {}
  for _, one in ipairs(wanted) do owners[one.address] = one.owner end
  if not on_event or next(owners) == nil and #beside == 0 then return on_event end
  return function(event)
    if event.address and event.address:sub(1, #BESIDE) == BESIDE then return nil end
    event.address = owners[event.address] or event.address
    return on_event(event)
  end
end

--- Reads the services of `wanted`; their attributes stay in the core, as trees.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param wanted table[] { address, cluster, service, config, attributes, recorded (without attributes), owner (the
---  address that it is read for, if that is another one) }
---@param opts table { interrupted, concurrency, on_read, timeout = seconds, after which none of them is tried again }
---@param beside ecs_service.Call[]|nil calls of other APIs that are begun together with the reads
---@return table<string, ecs_service.Found>|nil
---@return ecs_service.Error|nil
---@return table[] results of those calls: { answer } or { err }
function reading.trees(stack, session, wanted, opts, beside)
  beside = beside or {}
  local engine = reading.engine(stack, session, opts)
  for _, one in ipairs(wanted) do
    engine:add { address = one.address, kind = kinds.of(one.address).name, action = "read", cluster = one.cluster,
      service = one.service,
      config = one.config, attributes = one.attributes, timeout = opts.timeout, deployment_id = one.deployment_id,
      deployment_at = one.deployment_at }
  end
  for i, one in ipairs(beside) do engine:add(call.operation(BESIDE .. i, one)) end
  local results = driver.run(engine, { session = session, interrupted = opts.interrupted,
    on_event = told_of_owners(wanted, beside, opts.on_read), store = core.store(),
    patience = beside[1] and call.patience(beside) or nil })
  local found, failures, recorded_is_gone = {}, {}, false
  for _, one in ipairs(wanted) do
    local result = results[one.address]
    if result and result.ok then
      found[one.address] = found_of(result)
      recorded_is_gone = recorded_is_gone or found[one.address].status == "gone"
        and (one.attributes ~= nil or one.recorded == true)
    else
      local err = result and result.error
        or errors.new { code = "Failed", service = one.address, message = "the service was not read" }
      if one.owner and err.service == one.address then err.service = one.owner end
      failures[#failures + 1] = err
    end
  end
  local answers = {}
  for i = 1, #beside do
    local result = results[BESIDE .. i] or {}
    answers[i] = { answer = result.answer, err = not result.answer and (result.error or errors.new { code = "Failed",
      message = "it was not asked" }) or nil }
  end
  if #failures > 0 then return nil, errors.join(failures, "%d services could not be read"), answers end
  -- In another account it would be gone, too.
  local err = recorded_is_gone and session.place and session.place:forbids_gone()
  if err then return nil, err, answers end
  return found, nil, answers
end

--- The same, with tables.
function reading.services(stack, session, wanted, opts)
  local found, err = reading.trees(stack, session, wanted, opts)
  for _, one in pairs(found or {}) do one.attributes = one.attributes and core.table(one.attributes) end
  return found, err
end

local MOST_NAMES = 10 -- of one DescribeServices

--- The services[] of DescribeServices, as they come, by "cluster/service"; for `status`.
---@param session ecs_service.Session
---@param wanted table[] { cluster, service }
---@return table<string, table>|nil
---@return ecs_service.Error|nil
function reading.describe(session, wanted)
  local clusters, calls, found = {}, {}, {}
  for _, one in ipairs(wanted) do
    local cluster = one.cluster or "default"
    local batch = clusters[cluster]
    if not batch or #batch.services == MOST_NAMES then
      batch = { cluster = cluster, services = {} }
      clusters[cluster], calls[#calls + 1] = batch, { operation = "DescribeServices", body = batch }
    end
    table.insert(batch.services, names.short(one.service))
  end
  for i, result in ipairs(call.all(session, calls)) do
    if result.err and result.err.code ~= "ClusterNotFoundException" then return nil, result.err end
    for _, service in ipairs(result.answer and result.answer.services or {}) do
      found[names.identity(calls[i].body.cluster, service.serviceName)] = service
    end
  end
  return found
end

return reading
