--- The lock of a state: who holds it, waiting for it, and what to tell about one that is held.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local leaving = require "ecs_service.aws.leaving"
local shape = require "ecs_service.util.shape"
local times = require "ecs_service.util.time_format"
local verbs = require "ecs_service.kinds.verbs"
local wire = require "ecs_service.aws.signed_request"

local lock = {}

-- What a text that says who holds it is made of.
local HOLDER = { user = "text?", host = "text?", operation = "text?", since = "text?", pid = "whole?",
  space = "number?", kernel = "boolean?", signs = "boolean?" }

-- How long between two looks at a lock that another run holds: short at first, for it may be an empty plan's, then
-- longer, since each look costs a request where the state is in S3.
local FIRST, LONGEST, GROWTH = 0.2, 1, 1.5
-- While somebody may interrupt the wait, no sleep is longer than this.
local PATIENCE = 0.5

---@class ecs_service.LockHolder
---@field id string
---@field user string
---@field host string
---@field pid integer
---@field operation string
---@field since string  UTC, ISO 8601
---@field space number|nil  of its process id: another container's process 7 is another one
---@field kernel boolean|nil  the operating system holds it, as long as that process lives
---@field signs boolean|nil   it gives signs of life, where it may
---@field silence number|nil  seconds since the last of them
---@field living boolean|nil  of a lock in a file: that process is known to live
---@field token any|nil of the backend, for the run that holds it; not part of what is written

local function owner(backend, operation, now)
  return { id = wire.token(), user = core.system.user(), host = core.system.hostname(), pid = core.system.pid(),
    space = core.system.process_space(), operation = operation, since = times.text(now), kernel = backend.kernel,
    signs = type(backend.renew) == "function" or nil }
end

local function read(text)
  local holder = text and core.read_json(text)
  if type(holder) ~= "table" then return { id = "?" } end
  -- It becomes part of a command in a hint: what is no id of ours is none.
  if type(holder.id) ~= "string" or not holder.id:find "^[%w%-]+$" then holder.id = "?" end
  local pid = holder.pid
  if type(pid) ~= "number" or pid < 1 or pid >= 2 ^ 31 or pid ~= math.floor(pid) then holder.pid = nil end
  if not shape.problem(holder, HOLDER) then return holder end
  return { id = holder.id, kernel = holder.kernel == true or nil } -- whoever that is: another run
end

-- Whether its process id means something here.
local function is_here(holder)
  return type(holder.pid) == "number" and holder.host == core.system.hostname()
    and (holder.space == nil or holder.space == core.system.process_space())
end

local function is_own(holder) return is_here(holder) and holder.pid == core.system.pid() end

-- Whether its process has ended, as far as this host can tell. Of a lock that the operating system holds, it has not.
local function is_dead(holder)
  return not holder.kernel and is_here(holder) and not core.system.process_alive(math.floor(holder.pid))
end

--- Whether what stands in a lock file that nobody holds is the lock of a run that may live: one of an older version,
--- for which the file itself was the lock.
---@param text string
---@return boolean
---@return boolean|nil here  its process is known to live
function lock.may_live(text)
  local holder = read(text)
  if holder.id == "?" or holder.kernel or is_own(holder) or is_dead(holder) then return false end
  return true, is_here(holder)
end

local STALE = 180 -- seconds: six signs of life

-- Of a run that gives signs of life: how long it has not, and whether that is too long.
local function listen(backend, holder)
  if not holder.signs or type(backend.silence) ~= "function" then return end
  holder.silence = backend:silence(holder.id)
  return holder.silence ~= nil and holder.silence > STALE
end

local function since(holder, now)
  local at = times.parse(holder.since)
  if not at then return "" end
  local text = ", since " .. holder.since:match "T([^TZ]*)Z" .. " UTC"
  if now >= at then text = text .. ", " .. times.span(now - at) .. " ago" end
  return text
end

local function who_is(holder, now)
  if not holder.user then return "another run" end
  return ("%s@%s (%s, process %s%s)"):format(tostring(holder.user), tostring(holder.host), tostring(holder.operation),
    tostring(holder.pid), since(holder, now))
end

local WAIT = "wait for it: lock_timeout = 300 (--lock-timeout 5m)"

--- Runs that hold the lock for as long as a deployment takes.
lock.WAITING = verbs.WAITING

local function what_to_do(backend, holder, dead, silent)
  if holder.kernel then
    return WAIT .. "; its lock ends with its process" .. (lock.WAITING[holder.operation]
      and "; to end the deployment that it waits for: ecs-service stop ADDRESS" or "")
  end
  local free = ("ecs-service state unlock %s, stack:unlock(\"%s\")"):format(holder.id, holder.id)
  if holder.id == "?" then free = nil end
  if backend.free_by_hand then free = (free and free .. ", or " or "") .. backend:free_by_hand() end
  if not free then return WAIT end
  local after = " (what it began is finished by the next apply)"
  if silent then
    return ("it has given no sign of life for %s: if that run is dead, free the lock by %s%s"):format(
      times.span(holder.silence), free, after)
  end
  if dead then return "that process is not running any more: free the lock by " .. free .. after end
  return WAIT .. ", or, if that run is dead, free the lock by " .. free .. after
end

local function held(backend, holder, now)
  local dead = is_dead(holder)
  local silent = not dead and listen(backend, holder)
  return errors.new { code = "Locked", message = "this stack is locked by " .. who_is(holder, now),
    hint = what_to_do(backend, holder, dead, silent), lock = holder, stale = dead or silent or false,
    retryable = not (dead or silent) }
end

-- Many that wait for one lock should not all look at the same moment.
local function spread(own) return 0.75 + tonumber(own.id:sub(1, 4), 16) / 65536 / 2 end

local function interrupted()
  return errors.new { code = "Interrupted", message = "interrupted while it waited for the lock; nothing was begun" }
end

-- Whether another try is worth its while at once: the holder went between the try and the look, or it may be a run of
-- this process that was dropped (a coroutine that nobody resumes) and only has to be collected.
local function may_be_free(other, tried)
  if other == "" and not tried.vanished then
    tried.vanished = true
    return true
  elseif not tried.collected and is_own(read(other)) then
    tried.collected = true
    collectgarbage()
    collectgarbage() -- what a dead coroutine still lent to closures of others goes with the second (Lua 5.3)
    return true
  end
end

--- Takes the lock, waiting for at most `timeout` seconds.
---@param backend table
---@param operation string what it is taken for: "apply"
---@param scheduler ecs_service.Scheduler
---@param timeout number|nil seconds; default 0: do not wait
---@param asked (fun(): any)|nil true: do not wait any longer
---@return ecs_service.LockHolder|nil own
---@return ecs_service.Error|nil code Locked, with the holder in err.lock; Interrupted
function lock.take(backend, operation, scheduler, timeout, asked)
  local now = scheduler:now()
  local deadline = now + (timeout or 0)
  local own = owner(backend, operation, now)
  local text = core.json(own, 2) .. "\n"
  local pause, tried = FIRST * spread(own), {}
  asked = leaving.either(asked)
  while true do
    local token, problem, other = backend:lock(text)
    if token then
      own.token = token
      return own
    end
    if problem ~= "held" then return nil, problem end
    now = scheduler:now()
    if not may_be_free(other, tried) then
      if now >= deadline then return nil, held(backend, read(other), now) end
      if asked and asked() then return nil, interrupted() end
      scheduler:sleep(math.min(pause, deadline - now, asked and PATIENCE or LONGEST))
      if asked and asked() then return nil, interrupted() end
      pause = math.min(pause * GROWTH, LONGEST)
    end
  end
end

-- Backends that can say it without reading who holds the lock say it themselves.
local function look(backend, token)
  if type(backend.still) == "function" then
    local still, err = backend:still(token)
    if still ~= false then return still, err end
    return false, nil, (backend:holder())
  end
  local text, current = backend:holder()
  if text and current == token then return true end
  if not text and current then return nil, current end
  return false, nil, text
end

--- Makes sure that the lock still is this run's.
---@param backend table
---@param own ecs_service.LockHolder
---@return boolean|nil
---@return ecs_service.Error|nil code LockLost, or of the backend when it cannot say
function lock.still(backend, own)
  local still, err, text = look(backend, own.token)
  if still then return true end
  if err then return nil, err end
  local holder = text and read(text)
  return nil, errors.new { code = "LockLost", path = "state", lock = holder,
    message = "the lock of this run was taken away: " .. (holder and ("it is held by %s@%s (%s) now"):format(
      tostring(holder.user), tostring(holder.host), tostring(holder.operation)) or "nobody holds it now"),
    hint = "nothing more was changed; what this run had begun is in the journal of the state. Look who freed the lock, "
      .. "then apply again" }
end

--- Gives the lock back, unless somebody broke it meanwhile and it is another's now.
---@return boolean|nil
---@return ecs_service.Error|nil
function lock.give(backend, own)
  local freed, err = backend:unlock(own.token)
  if freed == nil then return nil, err end
  return true
end

--- Who holds the lock.
---@param backend table
---@return ecs_service.LockHolder|nil nil without an error: nobody
---@return ecs_service.Error|nil
function lock.holder(backend)
  local text, token, living = backend:holder()
  if not text then return nil, token end
  local holder = read(text)
  holder.living = living or nil
  holder.stale = is_dead(holder) or listen(backend, holder) or nil
  holder.token = token
  return holder
end

--- Who that is, in words.
lock.who = who_is

--- Frees the lock of a run that is dead.
---@param backend table
---@param id string as the error that told of it says
---@return boolean|nil
---@return ecs_service.Error|nil codes NotLocked, Locked (it has another id), NotUnlocked
function lock.free(backend, id)
  local holder, err = lock.holder(backend)
  if err then return nil, err end
  if not holder then return nil, errors.new { code = "NotLocked", message = "this stack is not locked" } end
  if holder.id ~= id then
    return nil, errors.new { code = "Locked", lock = holder,
      message = ("the lock has the id %s, not %s"):format(holder.id, tostring(id)),
      hint = "another run may have taken it meanwhile: look who holds it" }
  end
  if holder.living then
    return nil, errors.new { code = "Locked", lock = holder,
      message = ("the lock is held by process %s (%s), which is running"):format(tostring(holder.pid),
        tostring(holder.operation)), hint = ("wait for that run, or end it (kill %s): its lock goes with it"):format(
        tostring(holder.pid)) }
  end
  local freed, problem = backend:unlock(holder.token)
  if freed == nil then return nil, problem end
  if freed then return true end
  return nil, errors.new { code = "NotLocked", message = "the lock was given back, or taken by another run, meanwhile" }
end

return lock
