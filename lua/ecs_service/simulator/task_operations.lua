--- ListTasks, DescribeTasks, StopTask.

local clusters = require "ecs_service.simulator.clusters"
local refuse = require "ecs_service.simulator.api_error"
local task_view = require "ecs_service.simulator.task_view"
local tasks = require "ecs_service.simulator.tasks"
local values = require "ecs_service.simulator.values"

local operations = {}

-- "When you specify startedBy as the filter, it must be the only filter that you use."
local FILTERS = { "containerInstance", "desiredStatus", "family", "launchType", "serviceName" }

local function check_filters(body)
  if not body.startedBy then return end
  for _, name in ipairs(FILTERS) do
    if body[name] then
      refuse.invalid("startedBy must be the only filter that is used: %s is given beside it.", name)
    end
  end
end

local function fits(task, body, service)
  return task.desired == (body.desiredStatus == "PENDING" and "RUNNING" or body.desiredStatus or "RUNNING")
    and body.desiredStatus ~= "PENDING" -- no task is ever wanted to be pending, by the API's documentation
    and (not service or task.service == service)
    and (not body.startedBy or task.started_by == body.startedBy)
    and (not body.family or task.definition.family == body.family)
    and (not body.launchType or task.launch_type == body.launchType)
    and (not body.containerInstance or (task.instance or ""):match("[^/]+$") == body.containerInstance:match("[^/]+$"))
end

function operations.ListTasks(world, body)
  local cluster = clusters.active(world, body.cluster)
  check_filters(body)
  local service = body.serviceName and world.find_service(world, body.cluster, body.serviceName)
  local arns, ids = {}, {}
  for _, id in ipairs(cluster.task_ids) do
    local task = cluster.tasks[id]
    if task then
      ids[#ids + 1] = id
      if fits(task, body, service) then arns[#arns + 1] = task.arn end
    end
  end
  cluster.task_ids = ids -- without those that were forgotten
  local page, next_token = values.page(arns, values.from(body), values.page_size(body, 100, 100))
  return { taskArns = page, nextToken = next_token }
end

function operations.DescribeTasks(world, body)
  if #body.tasks == 0 then
    refuse.invalid("Tasks cannot be empty.")
  elseif #body.tasks > 100 then
    refuse.invalid("Tasks cannot have more than 100 items.")
  end
  local cluster = clusters.active(world, body.cluster)
  local with_tags = clusters.includes(body, "TAGS")
  local out, failures = {}, {}
  for _, reference in ipairs(body.tasks) do
    local task = tasks.find(cluster, reference)
    if task then
      out[#out + 1] = task_view.of(task, with_tags)
    else
      failures[#failures + 1] = tasks.missing(world, cluster, reference)
    end
  end
  return { tasks = out, failures = failures }
end

function operations.StopTask(world, body)
  local cluster = clusters.active(world, body.cluster)
  local task = tasks.find(cluster, body.task)
  if not task then refuse.invalid("The referenced task was not found.") end
  tasks.stop(world, task, {
    code = "UserInitiated",
    reason = body.reason or "Task stopped by user",
    exit_code = task.status == "RUNNING" and 137 or nil,
  })
  task.tags = {} -- "Any tags associated with the task will be deleted."
  if task.service then
    task.service.steady = false
    world.scheduler.changed(world, task.service)
  end
  return { task = task_view.of(task, true) }
end

return { operations = operations }
