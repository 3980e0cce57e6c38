--- Digests of what a request was made from: they tell whether a later run would send the same.
local core = require "ecs_service.core"
local rows_of = require "ecs_service.util.schema_rows"

local digest = {}

local function without_meta(config)
  local copy = core.object {}
  for key, value in pairs(core.table(config or {})) do copy[key] = value end
  for _, row in ipairs(rows_of()) do
    if row.meta then copy[row.name] = nil end
  end
  return copy
end

--- Of a configuration, without what steers only this tool.
---@param config table|nil
---@return string
function digest.config(config)
  return core.system.sha256(core.json(without_meta(config)))
end

--- Of planned attributes.
---@param attributes table|nil
---@return string
function digest.attributes(attributes)
  return core.system.sha256(core.json(core.object(attributes and without_meta(attributes) or {})))
end

return digest
