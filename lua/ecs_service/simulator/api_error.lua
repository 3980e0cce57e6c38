--- What ECS answers when it does not do what it was asked. Operations raise a refusal; the simulator's entry takes it.
local refuse = {}

local Refusal = {}
Refusal.__index = Refusal
Refusal.__tostring = function(self)
  return self.code .. ": " .. self.message
end

local server_faults = { ServerException = 500, InternalFailure = 500, ServiceUnavailableException = 503,
  InternalServiceException = 500 }

--- A refusal as a value.
---@param code string as "InvalidParameterException"
---@param message string
---@param status integer|nil HTTP status; default 500 or 503 for what is the server's fault, else 400
---@return table refusal {code, message, status}
function refuse.new(code, message, status)
  return setmetatable({ code = code, message = message, status = status or server_faults[code] or 400 }, Refusal)
end

--- Raises a refusal; further arguments fill the message's formats.
function refuse.raise(code, message, ...)
  if select("#", ...) > 0 then message = message:format(...) end
  error(refuse.new(code, message), 0)
end

function refuse.invalid(message, ...)
  refuse.raise("InvalidParameterException", message, ...)
end

function refuse.is(value)
  return getmetatable(value) == Refusal
end

return refuse
