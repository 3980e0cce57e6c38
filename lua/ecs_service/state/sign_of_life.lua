--- The sign of life that a run gives which holds a lock that nothing but that tells from the lock of a dead one. It is
--- an object of its own beside the lock, so that a run that has lost its lock cannot take it back by it.
local life = {}
life.__index = life

--- Seconds between two signs, and after how many without one a run is taken to be dead.
life.EVERY, life.STALE = 30, 180

-- Those of this process: who waits for a person gives their signs.
local open = {}

---@param backend table with renew(id)
---@param own ecs_service.LockHolder
---@param clock ecs_service.Scheduler
---@return table
function life.new(backend, own, clock)
  local self = setmetatable({ backend = backend, id = own.id, clock = clock, due = clock:now() + life.EVERY }, life)
  open[self] = true
  return self
end

--- The lock is given back.
function life:close() open[self] = nil end

local function is_refused(err)
  return err.http_status ~= nil and err.http_status >= 400 and err.http_status < 500 and err.http_status ~= 429
end

--- Gives a sign when it is time for one. What forbids it is kept for a warning, and asked for no more.
---@return number seconds until the next one is due
function life:renew()
  local now = self.clock:now()
  if now < self.due or self.busy then return math.max(1, self.due - now) end
  self.due = now + life.EVERY
  if not self.refused then
    self.busy = true -- another run of this process may come here while this one waits for the answer
    local given, err = self.backend:renew(self.id)
    self.busy = false
    if not given and is_refused(err) then self.refused = err end
  end
  return life.EVERY
end

--- Gives the signs of all runs of this process.
---@return number|nil seconds until the next one is due; nil: there is no such run
function life.renew_all()
  local list, soonest = {}, nil
  for one in pairs(open) do list[#list + 1] = one end
  for _, one in ipairs(list) do
    local due = one:renew()
    soonest = math.min(soonest or due, due)
  end
  return soonest
end

--- The warning of a run whose signs were refused.
---@return table|nil
function life:warning()
  local err = self.refused
  return err and { code = "NoSignOfLife", message = err.message, hint = err.hint } or nil
end

return life
