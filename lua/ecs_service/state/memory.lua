--- A state that lives as long as its stack: for tests and scripts that keep nothing. Also the shortest example of a
--- backend, and of the journal that one may have.
local unlike = require "ecs_service.state.moved_error"

local memory = {}

-- `text` is what a reader finds: what was written, with the records of the journal.
local function folded(self)
  local kept = self.kept
  if not kept.lines or #kept.lines == 0 then return kept.text end
  local found = assert(require "ecs_service.state.stored".read(self))
  return found.folded or found.text
end

local function index(self, key)
  if key == "text" then return folded(self) end
  return memory[key]
end

local function assign(self, key, value)
  if key == "text" then
    self.kept.text, self.kept.lines = value, nil
  else
    rawset(self, key, value)
  end
end

---@return table backend
function memory.new()
  return setmetatable({ name = "the state in memory", kept = {} }, { __index = index, __newindex = assign })
end

--- text, token | nil when nothing was stored yet
function memory:read() return self.kept.text, self.kept.token end

--- token | nil, err
function memory:write(text, token)
  local kept = self.kept
  if token ~= kept.token then return nil, unlike(self.name, kept.text, token ~= nil) end
  kept.text, kept.token = text, (token or 0) + 1
  return kept.token
end

local Appender = {}
Appender.__index = Appender

--- true | nil, err
function Appender:append(line)
  if self.kept.lines ~= self.lines then return nil, unlike("the state in memory", self.kept.text, true) end
  self.lines[#self.lines + 1] = line:gsub("\n$", "")
  return true
end

--- true: what it holds stands in the state by now, and more is to follow.
function Appender:follow()
  self.lines = {}
  self.kept.lines = self.lines
  return true
end

--- It has served.
function Appender:remove()
  if self.kept.lines == self.lines then self.kept.lines = nil end
end

--- Begins a journal in place of another: what appends to it.
function memory:begin_journal()
  local appender = setmetatable({ kept = self.kept }, Appender)
  appender:follow()
  return appender
end

--- The lines of the journal.
function memory:read_journal() return self.kept.lines or {} end

--- What the journal holds stands in the state by now.
function memory:remove_journal() self.kept.lines = nil end

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
