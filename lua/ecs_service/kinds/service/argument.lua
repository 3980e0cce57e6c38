--- Which argument is meant, by its place in UpdateService: the rows know the names.
local core = require "ecs_service.core"
local rows_of = require "ecs_service.util.schema_rows"
local tables = require "ecs_service.util.tables"

local argument = {}

--- The name of the argument that UpdateService takes there.
---@param place string "taskDefinition"
---@return string
function argument.at(place)
  for _, row in ipairs(rows_of()) do
    if row.update == place then return row.name end
  end
  error("no argument is sent as " .. place)
end

--- Copies attributes with the arguments that are recorded only (force_new_deployment, triggers, …) as `recorded` has
--- them.
---@param attributes table|userdata
---@param recorded table|userdata|nil nil: without any
---@return table
function argument.with_local(attributes, recorded)
  local copy = tables.merge(core.table(attributes))
  for _, row in ipairs(rows_of()) do
    if row["local"] then copy[row.name] = recorded and recorded[row.name] end
  end
  return copy
end

return argument
