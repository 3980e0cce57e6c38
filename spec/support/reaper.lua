-- Kills a run at the nth of its points: before and after each request, at each answer, before and after each write of
-- the state. For specs that try every point.
local reaper = {}

--- What the run raises when it dies.
reaper.KILLED = { "the process was killed" }

local function raise() error(reaper.KILLED, 0) end

--- One that kills at the nth point.
---@param nth integer
---@param kill fun()|nil how; raises reaper.KILLED by default
---@return table { point, transport(inner), backend(backend) }
function reaper.at(nth, kill)
  local self, count = {}, 0
  kill = kill or raise

  function self.point()
    count = count + 1
    if count >= nth then kill() end
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

  function self.backend(backend)
    local mortal = setmetatable({}, { __index = backend })
    function mortal.write(_, text, token)
      self.point()
      local ok, err = backend:write(text, token)
      self.point()
      return ok, err
    end
    return mortal
  end

  return self
end

return reaper
