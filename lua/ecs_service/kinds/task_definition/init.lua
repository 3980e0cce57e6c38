--- What a task definition is to those who do not care what they are about: the table of this kind.
local core = require "ecs_service.core"
local names = require "ecs_service.util.identifiers"

local task_definition = {
  name = "task_definition",
  prefix = "task_definition",
  section = "task_definitions",
  one = "task definition",
  many = "task definitions",
  terraform = "aws_ecs_task_definition",
  id = "family:revision, or its ARN",
  declares = "stack:task_definition",
  operations = {}, -- no engine's: what is registered is registered before the engine begins (run/registrar.lua)
}

local rows

--- The rows of its arguments; shared, not to be changed.
---@return table[]
function task_definition.rows()
  rows = rows or core.schema "task_definition"
  return rows
end

--- Which one it is, among all of its kind: the family.
---@param attributes table|userdata
---@return string
function task_definition.identity(attributes) return attributes.family end

--- A plan writes nothing behind its address: the action tells the revision.
---@return string cluster
---@return nil
function task_definition.title() return "", nil end

--- Takes the id of one that exists apart.
---@param id any
---@return string|nil family nil: it is no id
---@return string|nil revision nil: the newest
function task_definition.parse(id)
  if type(id) ~= "string" then return nil end
  local short = names.last(id)
  local family, revision = short:match "^([%w_-]+):(%d+)$"
  return family or short:match "^[%w_-]+$", revision
end

return task_definition
