--- A state that lives as long as its stack: for tests and scripts that keep nothing. Also the shortest example of a
--- backend.
local unlike = require "ecs_service.state.moved_error"

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

local WEAK = { __mode = "v" }

-- A run that was dropped has dropped its token too: nobody can give that lock back any more.
local function is_held(self) return self.held ~= nil and self.owner[1] ~= nil end

--- token | nil, "held", text of the holder
function memory:lock(text)
  if is_held(self) then return nil, "held", self.held end
  local token = {}
  self.held, self.owner = text, setmetatable({ token }, WEAK)
  return token
end

--- text, token | nil when nobody holds it
function memory:holder()
  if is_held(self) then return self.held, self.owner[1] end
end

--- true | false when it is not that lock any more
function memory:unlock(token)
  if token == nil or not is_held(self) or self.owner[1] ~= token then return false end
  self.held = nil
  return true
end

return memory
