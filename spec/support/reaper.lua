-- Kills a run at the nth of its points: before and after each request, at each answer, before and after each write of
-- the state, before, in the middle of and after each record of its journal, before and after the journal goes. For
-- specs that try every point.
local reaper = {}

--- What the run raises when it dies.
reaper.KILLED = { "the process was killed" }

local function raise() error(reaper.KILLED, 0) end

--- One that kills at the nth point.
---@param nth integer
---@param kill fun()|nil how; raises reaper.KILLED by default
---@return table { point, passed, transport(inner), backend(backend) }
function reaper.at(nth, kill)
  local self, count = {}, 0
  kill = kill or raise

  --- How many points it has come by.
  function self.passed() return count end

  --- `last`: what is half done at this point.
  function self.point(last)
    count = count + 1
    if count < nth then return end
    if last and count == nth then last() end
    kill()
  end

  --- `inner`: a simulator, or another transport with a scheduler and a region.
  function self.transport(inner)
    local transport = { scheduler = inner.scheduler, region = inner.region }
    function transport.submit(_, request)
      self.point()
      local ok, err = inner:submit(request)
      self.point()
      return ok, err
    end
    function transport.wait(_, timeout)
      local completion = inner:wait(timeout)
      if completion then self.point() end
      return completion
    end
    function transport.cancel(_, id)
      if count >= nth then return true end -- the dead cancel nothing
      return inner:cancel(id)
    end
    return transport
  end

  local function around(object, method, ...)
    self.point()
    local done, err = object[method](object, ...)
    self.point()
    return done, err
  end

  -- An object of S3 is there whole or not at all.
  local function appender_of(appender, in_pieces)
    local mortal = {}
    function mortal.append(_, line, serial)
      self.point(in_pieces and function() appender:append(line:sub(1, math.floor(#line / 2)), serial) end or nil)
      return around(appender, "append", line, serial)
    end
    function mortal.follow(_, serial) return around(appender, "follow", serial) end
    function mortal.remove() around(appender, "remove") end
    return mortal
  end

  --- `whole`: the state is written whole each time, as by a backend that knows no journals.
  function self.backend(backend, whole)
    local mortal = setmetatable({}, { __index = backend })
    function mortal.write(_, text, token) return around(backend, "write", text, token) end
    function mortal.remove_journal(_, ...) return around(backend, "remove_journal", ...) end
    function mortal.begin_journal(_, serial)
      self.point()
      local appender, err = backend:begin_journal(serial)
      self.point()
      return appender and appender_of(appender, not backend.place), err
    end
    if whole or not backend.begin_journal then mortal.begin_journal = false end
    return mortal
  end

  return self
end

return reaper
