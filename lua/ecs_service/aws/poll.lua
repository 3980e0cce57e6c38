--- Waiting for a transport's next answer inside of another event loop, where only the scheduler may wait: looks,
--- sleeps, looks again. How long it sleeps grows with how long nothing came, so that a quick answer is seen at once and
--- a slow one costs no spinning: a wait is made at most a fifth longer, and an idle one looks twenty times a second.
local glance = {}

local SHORTEST, LONGEST, SHARE = 0.001, 0.05, 0.2

--- The next completion, nil when the time is up.
---@param around { transport: table, scheduler: ecs_service.Scheduler, polls: boolean|nil }
---@param seconds number how long at most
---@param ready (fun(): boolean)|nil ends the wait: what is waited for came in another way
---@return table|nil completion
function glance.wait(around, seconds, ready)
  if not around.polls then return around.transport:wait(seconds) end
  local scheduler = around.scheduler
  local began = scheduler:now()
  while true do
    local completion = around.transport:wait(0)
    if completion or ready and ready() then return completion end
    local waited = scheduler:now() - began
    if waited >= seconds then return nil end
    local pause = math.min(LONGEST, math.max(SHORTEST, waited * SHARE))
    scheduler:sleep(math.min(pause, seconds - waited))
  end
end

return glance
