--- StartSession of Systems Manager: of the containers of tasks that take commands, by a document that forwards a port.
local refuse = require "ecs_service.simulator.api_error"
local task_view = require "ecs_service.simulator.task_view"
local tasks = require "ecs_service.simulator.tasks"

local operations = {}

-- Documents that containers of ECS are reached by, and the parameters that each needs.
local DOCUMENTS = {
  ["AWS-StartPortForwardingSession"] = { "portNumber" },
  ["AWS-StartPortForwardingSessionToRemoteHost"] = { "portNumber", "host" },
}

local function is_connected(world, target)
  local name, id, runtime = target:match "^ecs:(.+)_(%x+)_([%w-]+)$"
  local cluster = name and world.clusters[name]
  local task = cluster and tasks.find(cluster, id)
  if not task or not task.exec or task.status ~= "RUNNING" then return false end
  for _, container in ipairs(task_view.of(task, false).containers) do
    if container.runtimeId == runtime then return true end
  end
  return false
end

function operations.StartSession(world, body)
  local needs = DOCUMENTS[body.DocumentName]
  if not needs then
    refuse.raise("InvalidDocument", ("The simulator has no document %s."):format(tostring(body.DocumentName)))
  end
  for _, name in ipairs(needs) do
    if not (body.Parameters or {})[name] then
      refuse.raise("InvalidParameters", ("The parameter %s is required."):format(name))
    end
  end
  if not is_connected(world, body.Target) then
    refuse.raise("TargetNotConnected", body.Target .. " is not connected.")
  end
  local session = "simulated-" .. world:hex(17)
  return { SessionId = session, TokenValue = "a-session-of-the-simulator",
    StreamUrl = ("wss://simulated.invalid/v1/data-channel/%s?role=publish_subscribe"):format(session) }
end

return { operations = operations }
