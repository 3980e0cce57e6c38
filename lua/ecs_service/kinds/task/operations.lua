--- What the engine is to do for a change of a task, by the change's action; called as those of services are.
local tables = require "ecs_service.util.tables"

local operations = {}

--- RunTask by the token of the run that began it, where there was one; or the wait for what that one had started.
function operations.run(change, _, journal, run)
  local token = change.resume and journal and journal.client_token or run.token()
  return { action = "run", client_token = token, tasks = change.found, former = change.former,
    body = tables.merge(change.request, { clientToken = token, startedBy = "ecs-service/" .. token:sub(1, 24) }),
    cluster = change.found and journal.cluster or change.request.cluster, container = change.container,
    timeout = change.timeout }
end

return operations
