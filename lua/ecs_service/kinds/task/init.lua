--- What a one-off task is to those who do not care what they are about: the table of this kind.
local handles = require "ecs_service.util.handles"
local lazy = require "ecs_service.util.lazy"
local rows_of = require "ecs_service.util.schema_rows"

local task = {
  name = "task",
  prefix = "task",
  section = "tasks",
  one = "task",
  many = "tasks",
  id = "its address",
  declares = "stack:task",
  apart = true, -- planned by a file of its own: verbs/plan_tasks.lua
  operations = lazy "ecs_service.kinds.task.operations",
  rights = lazy "ecs_service.kinds.task.rights",
}

--- The rows of its arguments; shared, not to be changed.
---@return table[]
function task.rows() return rows_of "task" end

--- Tasks have no names by which two could be one.
---@return nil
function task.identity() return nil end

--- A plan writes nothing behind its address: the action tells what is run.
---@return string cluster
---@return nil
function task.title() return "", nil end

--- None exists apart.
---@return nil
function task.parse() return nil end

return handles.late(task, function() return require "ecs_service.kinds.task.handle" end)
