--- A state that lives as long as its stack: for tests and scripts that keep nothing.
local memory = {}
memory.__index = memory

---@return table backend
function memory.new()
  return setmetatable({ name = "the state in memory" }, memory)
end

--- text | nil when nothing was stored yet
function memory:read() return self.text end

function memory:write(text)
  self.text = text
  return true
end

--- true | nil, "held", text of the holder
function memory:lock(text)
  if self.holder then return nil, "held", self.holder end
  self.holder = text
  return true
end

function memory:holder_text() return self.holder end

function memory:unlock()
  self.holder = nil
  return true
end

return memory
