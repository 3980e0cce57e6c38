--- Reads JSON into plain tables: null members are absent, whole numbers are integers where Lua has them.
local core = require "ecs_service.core"

local json = {}

--- The value of a JSON text, or nil and what is wrong with it ("line 3, column 7: a comma or ] is missing").
---@type fun(text: string): any, string|nil
json.decode = core.read_json

--- The table of a JSON text; nil when it is none.
---@param text string|nil
---@return table|nil
function json.object(text)
  if type(text) ~= "string" then return nil end
  local value = core.read_json(text)
  return type(value) == "table" and value or nil
end

return json
