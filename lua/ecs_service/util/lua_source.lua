--- Writes values as Lua source that reads back as the same value, whatever is in them.
local characters = require "ecs_service.util.characters"
local is_name = require "ecs_service.util.lua_name"
local tables = require "ecs_service.util.tables"

local lua_source = {}

local WIDTH = 100

local SHORT = { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\0"] = "\\000" }

local function numbered(bytes)
  return (bytes:gsub(".", function(char) return ("\\%03d"):format(char:byte()) end))
end

--- A text in quotes; nothing in it can end it early, and nothing steers the terminal that it is shown on.
---@param text string
---@return string
function lua_source.quote(text)
  text = text:gsub('[%z%c\\"\127]', function(char)
    return SHORT[char] or numbered(char)
  end)
  return '"' .. characters.replace(text, numbered) .. '"'
end

--- A key of a table, in brackets where it is no name.
---@param name string
---@return string
function lua_source.key(name)
  if is_name(name) then return name end
  return "[" .. lua_source.quote(name) .. "]"
end

local function number(value)
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then return ("%.0f"):format(value) end
  return ("%.17g"):format(value)
end

local function scalar(value)
  if type(value) == "string" then return lua_source.quote(value) end
  if type(value) == "number" then return number(value) end
  return tostring(value)
end

local function members(value, keys)
  local list = {}
  if value[1] ~= nil then
    for _, item in ipairs(value) do list[#list + 1] = { "", item } end
    return list
  end
  for _, key in ipairs(keys) do list[#list + 1] = { lua_source.key(key) .. " = ", value[key] } end
  return list
end

--- A value as source.
---@param value any plain: no functions, no circles
---@param indent string|nil blanks before the line it stands in
---@param keys string[]|nil the order of the outermost keys; default: sorted
---@param open boolean|nil always one member a line
---@return string
function lua_source.write(value, indent, keys, open)
  if type(value) ~= "table" then return scalar(value) end
  if next(value) == nil then return "{}" end
  indent = indent or ""
  local list = members(value, keys or tables.keys(value))
  if not open then
    local parts = {}
    for i, member in ipairs(list) do parts[i] = member[1] .. lua_source.write(member[2], "") end
    local line = "{ " .. table.concat(parts, ", ") .. " }"
    if #line + #indent <= WIDTH and not line:find("\n", 1, true) then return line end
  end
  local deeper, out = indent .. "  ", { "{" }
  for _, member in ipairs(list) do
    out[#out + 1] = deeper .. member[1] .. lua_source.write(member[2], deeper) .. ","
  end
  out[#out + 1] = indent .. "}"
  return table.concat(out, "\n")
end

return lua_source
