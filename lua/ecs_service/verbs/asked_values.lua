--- Values of written declarations that a file must neither show nor lose: they are asked of the environment.
local asked = {}

--- What stands in place of a value while a declaration is put together.
---@param name string of the variable or the option
---@return string
function asked.mark(name) return "\1" .. name .. "\1" end

--- What stands in place of a value that is the name of a variable.
---@param name string of the variable, a name of Lua
---@return string
function asked.word(name) return "\2" .. name .. "\2" end

local function question(name)
  name = name:upper():gsub("[^%w]", "_"):gsub("^%d", "_%0")
  return ("assert(os.getenv %q, %q)"):format(name, name .. " is not set")
end

--- Source with a question, or the variable, in place of each mark.
---@param source string of util/lua_source.lua, which writes control characters by their numbers
---@return string
function asked.fill(source)
  return (source:gsub('"\\001(.-)\\001"', question):gsub('"\\002(.-)\\002"', "%1"))
end

return asked
