--- A state that lives as long as its stack: for tests and scripts that keep nothing. Also the shortest example of a
--- backend.
local unlike = require "ecs_service.state.unlike"

local memory = {}
memory.__index = memory

---@return table backend
function memory.new()
  return setmetatable({ name = "the state in memory" }, memory)
end

--- text, token | nil when nothing was stored yet
function memory:read() return self.text, self.token end

--- token | nil, err
function memory:write(text, token)
  if token ~= self.token then return nil, unlike(self.name, self.text, token ~= nil) end
  self.text, self.token = text, (token or 0) + 1
  return self.token
end

--- token | nil, "held", text of the holder
function memory:lock(text)
  if self.held then return nil, "held", self.held end
  self.held = text
  return text
end

--- text, token | nil when nobody holds it
function memory:holder() return self.held, self.held end

--- true | false when it is not that lock any more
function memory:unlock(token)
  if self.held ~= token then return false end
  self.held = nil
  return true
end

return memory
