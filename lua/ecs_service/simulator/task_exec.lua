--- ExecuteCommand: refused where it would be, else a session that leads nowhere.

local clusters = require "ecs_service.simulator.clusters"
local refuse = require "ecs_service.simulator.api_error"
local task_view = require "ecs_service.simulator.task_view"
local tasks = require "ecs_service.simulator.tasks"

local operations = {}

local function container_of(task, name)
  local list = task_view.containers(task)
  if not name and #list > 1 then refuse.invalid("The container name is required: the task has multiple containers.") end
  for _, container in ipairs(list) do
    if not name or container.name == name then return container end
  end
  refuse.invalid("The container %s was not found in the task.", name)
end

function operations.ExecuteCommand(world, body)
  local cluster = clusters.active(world, body.cluster)
  local task = tasks.find(cluster, body.task)
  if not task then
    refuse.invalid("The referenced task was not found.")
  elseif not body.interactive then
    refuse.invalid("Interactive is the only mode supported currently.")
  elseif body.command == "" then
    refuse.invalid("command can not be blank.")
  end
  local container = container_of(task, body.container)
  if not task.exec or task.status == "STOPPED" then
    refuse.invalid("The execute command failed because execute command was not enabled when the task was run or the "
      .. "execute command agent isn't running. Wait and try again or run a new task with execute command enabled and "
      .. "try again.")
  elseif task.status ~= "RUNNING" then
    refuse.raise("TargetNotConnectedException", "The execute command failed due to an internal error. Try again later.")
  end
  local session = "ecs-execute-command-" .. world:hex(17)
  return {
    clusterArn = cluster.arn,
    taskArn = task.arn,
    containerArn = world:arn(("container/%s/%s/%s"):format(cluster.name, task.id, container.name)),
    containerName = container.name,
    interactive = true,
    session = {
      sessionId = session,
      -- Names under "invalid" are never found, by RFC 2606.
      streamUrl = ("wss://simulated.invalid/v1/data-channel/%s?role=publish_subscribe"):format(session),
      tokenValue = "a-session-of-the-simulator",
    },
  }
end

return { operations = operations }
