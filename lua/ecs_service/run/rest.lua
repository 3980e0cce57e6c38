--- Sleeping between two looks, where somebody may want it to end.
local errors = require "ecs_service.errors"

-- What waits for a person asks so often whether to go on.
local PATIENCE = 0.5

--- Sleeps by the scheduler of a session, unless it is interrupted.
---@param session ecs_service.Session
---@param seconds number
---@param interrupted (fun(): any)|nil
---@return ecs_service.Error|nil code Interrupted
return function(session, seconds, interrupted)
  local stop = session.scheduler:now() + seconds
  while true do
    if interrupted and interrupted() then return errors.new { code = "Interrupted", message = "interrupted" } end
    local span = stop - session.scheduler:now()
    if span <= 0 then return nil end
    session.scheduler:sleep(interrupted and not session.simulated and math.min(span, PATIENCE) or span)
  end
end
