--- Calls of the API outside of any plan, with the engine's retries and pace.
---   local answer, err = call(session, "DescribeServices", { services = { "web" } })
---   local results = call.all(session, { { operation =, body = }, … })
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local lazy = require "ecs_service.util.lazy"
local service_api = lazy "ecs_service.aws.service_api"
local tables = require "ecs_service.util.tables"

local call = {}

---@class ecs_service.Call
---@field operation string   "DescribeServices"
---@field body table
---@field api string|nil     another API than ECS's that the engine knows: "application-autoscaling"
---@field timeout number|nil seconds; else that of all
---@field mutates boolean|nil true: sent again only when it is known not to have been carried out

--- A call as the engine carries it out.
---@param address string by which its result is found
---@param one ecs_service.Call
---@param timeout number|nil
---@return table
function call.operation(address, one, timeout)
  return { address = address, action = "call", api = one.api, operation = one.operation,
    body = core.object(tables.merge(one.body)), mutates = one.mutates or false, timeout = one.timeout or timeout }
end

--- How long single requests of calls wait, by their API: as long as those have in all.
---@param calls ecs_service.Call[]
---@return table<string, number>
function call.patience(calls)
  local patience = {}
  for _, one in ipairs(calls) do
    if one.api then patience[one.api] = one.timeout end
  end
  return patience
end

--- Makes calls, as many of them at once as the engine keeps in flight. What may pass is tried again.
---@param session ecs_service.Session
---@param calls ecs_service.Call[]
---@param opts table|nil { interrupted, timeout = seconds, after which none of them is tried again, read and on_event
---  (as of the driver) }
---@return table[] results in the order of the calls: { answer = table } or { err = ecs_service.Error }
function call.all(session, calls, opts)
  local engine = driver.engine(session)
  for i, one in ipairs(calls) do
    engine:add(call.operation(tostring(i), one, opts and opts.timeout))
  end
  local done = driver.run(engine, { session = session, interrupted = opts and opts.interrupted,
    read = opts and opts.read, on_event = opts and opts.on_event, patience = call.patience(calls) })
  local results = {}
  for i, one in ipairs(calls) do
    local result = done[tostring(i)]
    if result.error then
      result.error.service = nil
      if session.api_name then service_api.advise(session, one.operation, result.error) end
    end
    results[i] = { answer = result.answer, err = result.error }
  end
  return results
end

return setmetatable(call, { __call = function(_, session, operation, body, opts)
  local result = call.all(session, { { operation = operation, body = body, mutates = opts and opts.mutates } }, opts)[1]
  return result.answer, result.err
end })
