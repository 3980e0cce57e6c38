--- Schedulers: where time comes from and how to wait. Nothing else in the module reads a clock or sleeps, so a test,
--- the simulator or another event loop (`ngx.sleep`) can put its own in place.


local core = require "ecs_service.core"

local scheduler = {}

local system = {}
system.__index = system

-- The wall clock, except that it does not go back when someone sets it back: waits measured with it would never end.
-- Forward steps are followed, because a request signed with an old time is refused.
function system:now()
  local monotonic = core.system.monotonic()
  local offset = core.system.time() - monotonic
  if not self.offset or offset > self.offset then
    self.offset = offset
  end
  return monotonic + self.offset
end

function system:sleep(seconds) -- luacheck: ignore 212/self
  if seconds > 0 then
    core.system.sleep(seconds)
  end
end

--- The scheduler of the operating system; what a stack uses unless it is given another.
---@type ecs_service.Scheduler
scheduler.default = setmetatable({}, system)

local virtual = {}
virtual.__index = virtual

function virtual:now()
  return self.time
end

function virtual:sleep(seconds)
  if seconds > 0 then
    self.time = self.time + seconds
    self.slept = self.slept + seconds
  end
end

--- Lets time pass without anybody having slept.
function virtual:advance(seconds)
  self.time = self.time + seconds
end

--- A clock for tests: sleeping moves it, and takes no time.
---@param start number|nil  seconds since 1970; default 0
---@return ecs_service.VirtualScheduler
function scheduler.virtual(start)
  return setmetatable({ time = start or 0, slept = 0 }, virtual)
end

local function has(object, method)
  local found, value = pcall(function()
    return object[method]
  end)
  return found and type(value) == "function"
end

--- Makes sure that something can serve as a scheduler; raises, on behalf of the caller's caller, when it cannot.
---@generic T
---@param object T
---@return T object
function scheduler.check(object)
  for _, method in ipairs { "now", "sleep" } do
    if not has(object, method) then
      error(("a scheduler has the methods now and sleep; this %s has no %s"):format(type(object), method), 3)
    end
  end
  return object
end

return scheduler
