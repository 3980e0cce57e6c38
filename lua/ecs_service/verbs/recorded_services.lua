--- The recorded services that a verb changes outside of their declarations, as they are now.
local begun = require "ecs_service.plan.unfinished_creates"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local reading = require "ecs_service.run.service_reader"

local recorded = {}

local function refuse(address, code, message, hint)
  return nil, errors.new { code = code, service = address, message = message, hint = hint }
end

-- The record of a service that can be changed at all.
local function entry_of(state, address, of_deployment)
  if begun.create(state, address) and not (of_deployment and kinds.entry(state, address)) then
    return refuse(address, "NotFinished", ("an earlier run had begun to create %s and did not get further"):format(
      address), "finish that first: ecs-service apply, stack:apply()")
  elseif not kinds.entry(state, address) then
    return refuse(address, "NotRecorded", ("nothing is recorded for %s"):format(address), "apply, or import it")
  end
  return kinds.entry(state, address)
end

--- Reads the recorded services of addresses.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param state table
---@param addresses string[]
---@param opts table { interrupted, concurrency, on_event, of_deployment (true: it is about the deployment that is under
---  way, that of a create, too) }
---@return table<string, ecs_service.Found>|nil
---@return ecs_service.Error|nil codes NotRecorded, NotFinished, or of the API
function recorded.read(stack, session, state, addresses, opts)
  local wanted, failures = {}, {}
  for _, address in ipairs(addresses) do
    local entry, err = entry_of(state, address, opts.of_deployment)
    if entry then
      wanted[#wanted + 1] = { address = address, cluster = entry.attributes.cluster, service = entry.attributes.name,
        attributes = entry.attributes }
    else
      failures[#failures + 1] = err
    end
  end
  if #failures > 0 then return nil, errors.join(failures, kinds.told("%d things cannot be changed", addresses)) end
  begun.await(state, begun.open(state, addresses, wanted), session.scheduler, { interrupted = opts.interrupted,
    on_event = opts.on_event or stack.options.on_event })
  return reading.services(stack, session, wanted, opts)
end

return recorded
