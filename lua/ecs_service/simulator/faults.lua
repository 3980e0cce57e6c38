--- What sim:fault has go wrong on the way, before or after the operation was carried out.
local options_of = require "ecs_service.simulator.options"
local refuse = require "ecs_service.simulator.api_error"

local faults = {}

local known = {
  operation = "string", times = "number", after = "number", after_seconds = "duration", code = "string",
  message = "string", http_status = "number", reset = "boolean", reset_after = "boolean", timeout = "boolean",
  truncate = true, slow = "duration", executed = "boolean",
}

local messages = {
  ThrottlingException = "Rate exceeded",
  ServerException = "Service Unavailable. Please try again later.",
  ServiceUnavailableException = "Service Unavailable. Please try again later.",
  InternalFailure = "The request processing has failed because of an unknown error, exception or failure.",
  AccessDeniedException = "User is not authorized to perform this action.",
  ExpiredTokenException = "The security token included in the request is expired",
  UnrecognizedClientException = "The security token included in the request is invalid.",
  ClusterNotFoundException = "Cluster not found.",
  ServiceNotFoundException = "Service not found.",
}

--- A fault from what the user said; the second result says what is wrong with it.
function faults.new(given, now)
  if type(given) ~= "table" then return nil, "a fault is a table" end
  local options = {}
  for key, value in pairs(given) do
    local problem
    if not known[key] then
      return nil, "a fault has no " .. tostring(key)
    elseif known[key] ~= true and known[key] ~= "duration" and type(value) ~= known[key] then
      return nil, ("%s of a fault is a %s"):format(key, known[key])
    end
    options[key] = value
    if known[key] == "duration" then options[key], problem = options_of.value(key, value, "duration") end
    if problem then return nil, problem end
  end
  local fault = { options = options, left = options.times or 1, skip = options.after or 0,
    from = now + (options.after_seconds or 0) }
  if not (options.code or options.http_status or options.reset or options.reset_after or options.timeout
    or options.truncate or options.slow) then
    return nil, "a fault says what goes wrong: code, http_status, reset, reset_after, timeout, truncate or slow"
  end
  return fault
end

--- The fault that befalls this request, nil for none. Each fault that fits counts it, only the first befalls it.
---@param own string|nil the operation with its service before it, where ECS has one of that name too
function faults.take(list, operation, now, own)
  local found
  for _, fault in ipairs(list) do
    local wanted = fault.options.operation
    if fault.left > 0 and now >= fault.from and (wanted == nil or wanted == operation or wanted == own) then
      if fault.skip > 0 then
        fault.skip = fault.skip - 1
      elseif not found then
        fault.left = fault.left - 1
        found = fault.options
      end
    end
  end
  return found
end

--- The refusal of a fault with a code or an HTTP status.
function faults.refusal(fault)
  local status = fault.http_status
  local code = fault.code or (status and status >= 500 and "ServiceUnavailableException") or "ClientException"
  local refusal = refuse.new(code, fault.message or messages[code] or "An injected fault.", status)
  refusal.bare = fault.code == nil -- a proxy's answer: no JSON
  return refusal
end

return faults
