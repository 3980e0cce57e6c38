-- Kills a run at the nth of its points: before and after each request, at each answer, before and after each write of
-- the state. For specs that try every point.
local reaper = {}

--- What the run raises when it dies.
reaper.KILLED = { "the process was killed" }

--- One that kills at the nth point.
---@param nth integer
---@return table { point, transport(sim), backend(backend) }
function reaper.at(nth)
  local self, count = {}, 0

  function self.point()
    count = count + 1
    if count >= nth then error(reaper.KILLED, 0) end
  end

  function self.transport(sim)
    local transport = { scheduler = sim.scheduler, region = sim.region }
    function transport.submit(_, request)
      self.point()
      local ok, err = sim:submit(request)
      self.point()
      return ok, err
    end
    function transport.wait(_, timeout)
      local completion = sim:wait(timeout)
      if completion then self.point() end
      return completion
    end
    function transport.cancel() return true end -- the dead cancel nothing
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
