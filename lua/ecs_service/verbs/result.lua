--- What apply and its like answer.
local result = {}

local mt = { __index = {} }

--- As a table of plain values without anything secret: for JSON, logs and policies.
---@return table
function mt.__index:to_table()
  return require "ecs_service.render.json_documents".plain_result(self)
end

---@param fields table services, changes, summary, serial, warnings, …
---@return ecs_service.Result
function result.new(fields) return setmetatable(fields, mt) end

return result
