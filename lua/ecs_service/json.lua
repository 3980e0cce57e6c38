--- Reads JSON into plain tables: null members are absent, whole numbers are integers where Lua has them.
local cjson = require "cjson.safe"

local json = {}

local to_integer = math.tointeger or function(number) return number end

local function plain(value)
  if type(value) == "table" then
    for key, member in pairs(value) do value[key] = plain(member) end
    return value
  elseif type(value) == "number" then
    return to_integer(value) or value
  elseif value == cjson.null then
    return nil
  end
  return value
end

--- The value of a JSON text, or nil and what is wrong with it.
---@param text string
---@return any value
---@return string|nil problem
function json.decode(text)
  local value, problem = cjson.decode(text)
  if value == nil then return nil, problem end
  return plain(value)
end

--- The same without touching the numbers: for answers that go straight to the core, which does that itself. nil when
--- the text is no JSON object.
---@param text string|nil
---@return table|nil
function json.object(text)
  if type(text) ~= "string" or text == "" then return nil end
  local value = cjson.decode(text)
  if type(value) ~= "table" then return nil end
  return value
end

return json
