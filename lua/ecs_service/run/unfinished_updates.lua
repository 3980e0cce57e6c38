--- Updates that a run began and of which it has not recorded what became of them: it was killed, or it goes on. What is
--- on record then speaks of the deployment before.
local names = require "ecs_service.util.identifiers"
local service_deployments = require "ecs_service.run.service_deployments"
local times = require "ecs_service.util.time_format"

local unfinished = {}

-- The clock of who began it, and that of ECS.
local SKEW = 5

--- The update that was begun for an address, or nil.
---@param state table
---@param address string
---@return table|nil of the journal
function unfinished.of(state, address)
  local journal = state.journal[address]
  return journal and journal.operation == "UpdateService" and journal or nil
end

--- How it failed, where the service has come to rest: ECS has rolled it back.
---@param session ecs_service.Session
---@param journal table
---@return string|nil reason of ECS; nil: nothing tells that it failed
function unfinished.failure(session, journal)
  local began = times.parse(journal.begun)
  local listed = began and service_deployments.list(session,
    { cluster = journal.cluster, service = journal.service }, { limit = 1 }) or {}
  local newest = listed[1]
  local at = newest and tonumber(newest.createdAt)
  if not at or at < began - SKEW or not tostring(newest.status):find "^ROLLBACK_" then return nil end
  return newest.statusReason or newest.status
end

--- The revision that it was to deploy: "web:2".
---@param journal table
---@return string|nil
function unfinished.revision(journal) return names.last(journal.revision) end

return unfinished
