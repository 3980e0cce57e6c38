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
  passing = true,
  apart = true, -- planned by a file of its own: verbs/plan_tasks.lua
  operations = lazy "ecs_service.kinds.task.operations",
  rights = lazy "ecs_service.kinds.task.rights",
  instead = {
    wait = "an apply waits for it; how its last run ended: ecs-service status ADDRESS",
    deploy = "declare the image in its task definition, and apply: ecs-service apply --target ADDRESS",
    rollback = "declare what it is to run, and run it: ecs-service run ADDRESS",
    redeploy = "run it once more: ecs-service run ADDRESS",
    scale = "declare its count, and run it: ecs-service run ADDRESS",
    stop = "what runs is stopped by its id, which ecs-service status ADDRESS tells: aws ecs stop-task --cluster "
      .. "CLUSTER --task ID",
    continue = "it has no pauses; what it does: ecs-service status ADDRESS",
    timeline = "what it did: ecs-service history ADDRESS",
  },
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
