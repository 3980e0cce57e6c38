--- AWS's dialect of INI, as botocore reads it (Python's RawConfigParser and one level of nesting on top).
---
--- Debian's and LuaRocks' lua-inifile cannot be used for it: it turns values into numbers (the account 000123456789
--- becomes 123456789), wants keys of letters, digits and underscores, takes `[a] # note` and an indented section for
--- none, knows neither `#` nor continued lines nor nesting, keeps the case of keys, does not see an option that stands
--- twice, and raises for a key before the first section. Of the 64 files in spec/aws/credentials_config_spec.lua, where
--- this reader and botocore agree on each, it reads 4 alike.

local lazy = require "ecs_service.util.lazy"
local trim = lazy "ecs_service.util.trim"

local ini = {}

---@class ecs_service.Ini
---@field order string[]  names of sections as they stand in the file
---@field sections table<string, table<string, string|table<string, string>>>

local DEFAULT = "DEFAULT" -- RawConfigParser's own: its values show in every section
local NEVER = math.huge

local reader = {}
reader.__index = reader

function reader:begin_section(name)
  self.option = nil
  if name == DEFAULT then
    self.section = self.defaults
    return
  end
  -- One that stands twice may have been meant to be two: neither is taken.
  if self.sections[name] then return ("the section %s stands twice"):format(name) end
  self.section = {}
  self.sections[name] = self.section
  self.order[#self.order + 1] = name
end

function reader:begin_option(line)
  local name, value = line:match "^([^=:]*)[=:]%s*(.*)$"
  name = name and trim.right(name):lower()
  if not name or name == "" then return "a line that is neither a section nor key = value" end
  if self.section[name] then return ("the key %s stands twice in its section"):format(name) end
  self.option = { value }
  self.section[name] = self.option
end

-- What is wrong with the line, or nil.
function reader:take(line)
  local text = trim.both(line)
  if text == "" then
    if self.option then self.option[#self.option + 1] = "" end
    return nil
  elseif text:find "^[#;]" then
    return nil
  end
  local indent = #line:match "^%s*"
  if self.option and indent > self.indent then
    self.option[#self.option + 1] = text
    return nil
  end
  self.indent = indent
  local name = text:match "^%[(.+)%]"
  if name then return self:begin_section(name) end
  if not self.section then return "a line before the first section" end
  return self:begin_option(text)
end

-- The lines below a key without a value are a map of their own.
local function nested(value)
  local map = {}
  for line in value:gmatch "[^\n]+" do
    local name, member = line:match "^([^=]*)=%s*(.*)$"
    if not name then return nil end
    map[trim.right(name)] = member
  end
  return map
end

local function values_of(options, into)
  for name, lines in pairs(options) do
    local value = trim.right(table.concat(lines, "\n"))
    if value:sub(1, 1) == "\n" then
      value = nested(value)
      if not value then return ("below the key %s stands a line that is not key = value"):format(name) end
    end
    into[name] = value
  end
end

local function finish(self)
  for name, options in pairs(self.sections) do
    local values = {}
    local problem = values_of(self.defaults, values) or values_of(options, values)
    if problem then return nil, ("section %s: %s"):format(name, problem) end
    self.sections[name] = values
  end
  return { order = self.order, sections = self.sections }
end

--- Reads a whole file. What is wrong is told with its line, never with what stands there: it may be a secret.
---@param text string
---@return ecs_service.Ini|nil
---@return string|nil problem "line 3: …"
function ini.parse(text)
  local self = setmetatable({ defaults = {}, sections = {}, order = {}, indent = NEVER }, reader)
  -- A byte order mark, as some editors leave, and the line ends of other systems.
  text = text:gsub("^\239\187\191", ""):gsub("\r\n?", "\n")
  local number = 0
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    number = number + 1
    local problem = self:take(line)
    if problem then return nil, ("line %d: %s"):format(number, problem) end
  end
  return finish(self)
end

return ini
