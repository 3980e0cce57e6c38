--- What a task definition is to those who do not care what they are about: the table of this kind.
local handles = require "ecs_service.util.handles"
local lazy = require "ecs_service.util.lazy"
local names = lazy "ecs_service.util.identifiers"
local rows_of = require "ecs_service.util.schema_rows"

local REVISIONS = "its revisions, and who uses them: ecs-service revisions ADDRESS"

-- What is asked of tasks is asked of a service that runs them.
local function of_runner(verb) return "name a service that runs it: ecs-service " .. verb .. " SERVICE" end

local instead = { status = REVISIONS, history = REVISIONS,
  diagnose = of_runner "diagnose" .. "; what an apply would do with it: ecs-service plan --target ADDRESS" }
for _, verb in ipairs { "wait", "deploy", "rollback", "redeploy", "scale", "stop", "continue", "logs", "exec",
  "port-forward", "timeline" } do
  instead[verb] = of_runner(verb)
end

local task_definition = {
  name = "task_definition",
  prefix = "task_definition",
  section = "task_definitions",
  one = "task definition",
  many = "task definitions",
  terraform = "aws_ecs_task_definition",
  id = "family:revision, or its ARN",
  declares = "stack:task_definition",
  apart = true, -- planned and carried out by files of its own: verbs/plan_definitions.lua, verbs/apply_definitions.lua
  operations = {}, -- no engine's: what is registered is registered before the engine begins (run/registrar.lua)
  rights = lazy "ecs_service.kinds.task_definition.rights",
  instead = instead,
}

--- The rows of its arguments; shared, not to be changed.
---@return table[]
function task_definition.rows() return rows_of "task_definition" end

--- What a declaration has by its address: the family.
---@param config table as it was written
---@param name string
function task_definition.complete(config, name)
  if config.family ~= nil then return end
  local inner = config.taskDefinition
  if type(inner) ~= "table" then
    config.family = name
  elseif inner.family == nil then
    inner.family = name
  end
end

--- What of a declaration the state may have: without the values that are named as sensitive.
---@param config table
---@return table
function task_definition.sealed(config)
  return require "ecs_service.kinds.task_definition.sealed".of(config, tostring(config.family), config.sensitive)
end

--- Which one it is, among all of its kind: the family.
---@param attributes table|userdata
---@return string
function task_definition.identity(attributes) return attributes.family end

--- What it is called at AWS: "api:13".
---@param attributes table|userdata recorded, or read
---@return string
function task_definition.called(attributes) return ("%s:%s"):format(attributes.family, attributes.revision) end

--- A plan writes nothing behind its address: the action tells the revision.
---@return string cluster
---@return nil
function task_definition.title() return "", nil end

--- What a task of it runs.
---@param attributes table recorded
---@return string arn
function task_definition.runs(attributes) return attributes.arn end

--- Takes the id of one that exists apart.
---@param id any
---@return string|nil family nil: it is no id
---@return string|nil revision nil: the newest
function task_definition.parse(id)
  if type(id) ~= "string" then return nil end
  local short = names.last(id) or "" -- nothing stands behind the last slash
  local family, revision = short:match "^([%w_-]+):(%d+)$"
  return family or short:match "^[%w_-]+$", revision
end

return handles.late(task_definition, function() return require "ecs_service.kinds.task_definition.handle" end)
