--- Durations, as they are written in declarations, calls, credentials and on the command line alike: a number of
--- seconds, or hours, minutes, seconds and milliseconds whose parts are added up ("90s", "20m", "1h30m", "1.5h").
local core = require "ecs_service.core"

local durations = {}

durations.EXAMPLES = '90, "90s", "20m" or "1h30m"'

--- The seconds; parts of a second count as a whole one where there is a unit.
---@param value any
---@return number|nil nil: it is no duration
function durations.seconds(value)
  if type(value) == "number" then return value >= 0 and value < math.huge and value or nil end
  if type(value) ~= "string" then return nil end
  if value:find "^%d+%.?%d*$" then return durations.seconds(tonumber(value)) end
  return core.duration(value)
end

return durations
