--- The lock of a state: who holds it, waiting for it, and what to tell about one that is held.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.json"
local times = require "ecs_service.times"
local wire = require "ecs_service.wire"

local lock = {}

-- How long between two looks at a lock that another run holds.
local PAUSE = 1

---@class ecs_service.LockHolder
---@field id string
---@field user string
---@field host string
---@field pid integer
---@field operation string
---@field since string  UTC, ISO 8601

local function owner(operation, now)
  return { id = wire.token(), user = core.system.user(), host = core.system.hostname(), pid = core.system.pid(),
    operation = operation, since = times.text(now) }
end

local function read(text)
  local holder = text and json.decode(text)
  if type(holder) ~= "table" or type(holder.id) ~= "string" then return { id = "?" } end
  return holder
end

-- Whether its process has ended, as far as this host can tell.
local function is_dead(holder)
  return type(holder.pid) == "number" and holder.host == core.system.hostname()
    and not core.system.process_alive(math.floor(holder.pid))
end

local function since(holder, now)
  local at = times.parse(holder.since)
  if not at then return "" end
  local text = ", since " .. holder.since:match "T(.-)Z" .. " UTC"
  if now >= at then text = text .. ", " .. times.span(now - at) .. " ago" end
  return text
end

local function held(backend, holder, now)
  local who = holder.user and ("%s@%s (%s, process %s%s)"):format(tostring(holder.user), tostring(holder.host),
    tostring(holder.operation), tostring(holder.pid), since(holder, now)) or "another run"
  local dead = is_dead(holder)
  local free = ("stack:unlock(\"%s\")"):format(holder.id)
  if backend.lock_path then free = free .. ", or remove " .. backend.lock_path end
  local hint = dead and "that process is not running any more: free the lock by " .. free
    .. " (what that run began is finished by the next apply)"
    or "wait for it with lock_timeout (ecs-service apply --lock-timeout 5m), or, if that run is dead, free the lock by "
    .. free .. " (what it began is finished by the next apply)"
  return errors.new { code = "Locked", message = "this stack is locked by " .. who, hint = hint, lock = holder,
    stale = dead, retryable = not dead }
end

--- Takes the lock, waiting for at most `timeout` seconds.
---@param backend table
---@param operation string what it is taken for: "apply"
---@param scheduler ecs_service.Scheduler
---@param timeout number|nil seconds; default 0: do not wait
---@return ecs_service.LockHolder|nil own
---@return ecs_service.Error|nil code Locked, with the holder in err.lock
function lock.take(backend, operation, scheduler, timeout)
  local now = scheduler:now()
  local deadline = now + (timeout or 0)
  local own = owner(operation, now)
  local text = core.json(own, 2) .. "\n"
  local looked
  while true do
    local taken, problem, other = backend:lock(text)
    if taken then return own end
    if problem ~= "held" then return nil, problem end
    now = scheduler:now()
    -- An empty text means that its holder went between the try and the look: that is worth another try at once.
    local vanished = other == "" and not looked
    looked = true
    if not vanished then
      if now >= deadline then return nil, held(backend, read(other), now) end
      scheduler:sleep(math.min(PAUSE, deadline - now))
    end
  end
end

--- Gives the lock back, unless somebody broke it meanwhile and it is another's now.
function lock.give(backend, own)
  if read(backend:holder_text()).id == own.id then return backend:unlock() end
  return true
end

--- Frees the lock of a run that is dead.
---@param backend table
---@param id string as the error that told of it says
---@return boolean|nil
---@return ecs_service.Error|nil
function lock.free(backend, id)
  local text = backend:holder_text()
  if not text then
    return nil, errors.new { code = "NotLocked", message = "this stack is not locked" }
  end
  local holder = read(text)
  if holder.id ~= id and id ~= text then
    return nil, errors.new { code = "Locked", lock = holder,
      message = ("the lock has the id %s, not %s"):format(holder.id, tostring(id)),
      hint = "another run may have taken it meanwhile: look who holds it" }
  end
  return backend:unlock()
end

return lock
