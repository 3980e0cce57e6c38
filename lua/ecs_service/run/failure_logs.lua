--- Puts into the error of a run what the containers wrote that its deployments failed for: a few lines of a few
--- services.
local last_lines = require "ecs_service.run.last_lines"
local names = require "ecs_service.util.identifiers"

local failure_logs = {}

-- Where tasks may be to blame. What was interrupted, superseded or refused has nothing to do with them.
local OF_TASKS = { DeploymentRolledBack = true, DeploymentFailed = true, DeploymentFailing = true,
  RollbackFailed = true, Timeout = true }
-- An error is not kept waiting for them.
local MOST_SERVICES, PATIENCE = 5, 10

local function evidence_of(err) return type(err.evidence) == "table" and err.evidence or {} end

local function read(run, err, opts, place_of)
  local cluster, service = place_of(err.service)
  if not service then return nil end
  return last_lines.of_service(run, { cluster = names.short(cluster) or "default",
    service = names.short(service), deployment = err.deployment_id or evidence_of(err).deployment_id },
    { interrupted = opts.interrupted, timeout = PATIENCE })
end

--- The verb's error gets `logs`, a list of lines, and `logs_note`, why there are none; of several, each of them.
---@param run ecs_service.Run|{ stack: ecs_service.Stack, session: ecs_service.Session }
---@param failure ecs_service.Error
---@param opts table logs (false: leave it), interrupted
---@param place_of fun(address: string): string|nil, string|nil  cluster and name of a service
---@return table<string, table> the task definitions, as ECS answers them, of the services that lines were read of
function failure_logs.add(run, failure, opts, place_of)
  if opts.logs == false or opts.interrupted and opts.interrupted() then return {} end
  local list, count = type(failure.errors) == "table" and failure.errors or { failure }, 0
  local definitions = {}
  for _, err in ipairs(list) do
    if OF_TASKS[err.code] and err.service and count < MOST_SERVICES then
      count = count + 1
      local logs, note, definition = read(run, err, opts, place_of)
      err.logs, err.logs_note = logs, note
      definitions[err.service] = definition
    end
  end
  if #list == 1 then failure.logs, failure.logs_note = list[1].logs, list[1].logs_note end
  return definitions
end

return failure_logs
