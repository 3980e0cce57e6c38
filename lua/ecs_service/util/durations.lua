--- Durations, as they are written in declarations, calls, credentials, simulations and on the command line alike: a
--- number of seconds, or hours, minutes, seconds and milliseconds whose parts are added up ("90s", "20m", "1h30m",
--- "1.5h", "500ms").
local core = require "ecs_service.core"

local durations = {}

durations.HINT = 'seconds as a number, or a text: "90s", "20m", "1h30m", "500ms"'

--- The seconds. What is done about a deployment is reckoned in whole ones: parts of a second of a text with units count
--- as a whole one, unless they are to be exact, as where a simulation's clock goes on.
---@param value any
---@param exact boolean|nil
---@return number|nil nil: it is no duration
function durations.seconds(value, exact)
  if type(value) == "number" then return value >= 0 and value < math.huge and value or nil end
  if type(value) ~= "string" then return nil end
  if value:find "^%d+%.?%d*$" then return durations.seconds(tonumber(value)) end
  return core.duration(value, exact)
end

-- What was given, in a message.
local function shown(value)
  if value == "" then return "an empty text" end
  local kind = type(value)
  return (kind == "number" or kind == "string") and tostring(value) or "a " .. kind
end

--- The seconds of a duration, or why it is none: the words in which all that take one refuse.
---@param value any
---@param above boolean|nil true: nothing at all is none either
---@param exact boolean|nil as for seconds
---@return number|nil
---@return string|nil why what follows the name of the option: "soon is not a duration, 0 or more"
function durations.read(value, above, exact)
  local seconds = durations.seconds(value, exact)
  if seconds and (seconds > 0 or not above) then return seconds end
  return nil, ("%s is not a duration%s"):format(shown(value), above and " above 0" or ", 0 or more")
end

return durations
