--- The error of a write that found another state than the one that was read. Nothing was overwritten.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"

---@param name string of the state
---@param found string|nil the text that lies there now
---@param was_there boolean whether there was a state when it was read
---@return ecs_service.Error
return function(name, found, was_there)
  local document = found and core.read_json(found)
  local serial = type(document) == "table" and type(document.serial) == "number" and document.serial
  local what = not found and "is gone"
    or was_there and "was written by another run" or "was begun by another run"
  return errors.new { code = "StateMoved", path = "state",
    message = ("the state %s %s since this run read it%s; it was not overwritten"):format(name, what,
      serial and (" (its serial is %d now)"):format(serial) or ""),
    hint = not found and "look who removed it; a backup can be put back with ecs-service state push"
      or "plan again: the new plan starts from what is there now" }
end
