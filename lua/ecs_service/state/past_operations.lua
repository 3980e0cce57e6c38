--- What this tool did to a service, as its record in the state remembers it: the latest operations, the newest first.
--- Nothing of it is secret: names, times, a code.
local core = require "ecs_service.core"
local times = require "ecs_service.util.time_format"

local history = {}

--- So many are kept for each service: about 5 kB of the state when it is full, and 24 kB more when all of them failed.
history.MOST = 20

---@class ecs_service.HistoryEntry
---@field run integer|nil      its number, from 1; states of earlier versions have none
---@field at string            UTC, when it began
---@field by string            user@host
---@field did string           "create" "update" "replace" "rollback" "redeploy" "scale" "stop"
---@field ended string         "ok", or the code of the error
---@field took integer|nil     seconds until its end was known
---@field revision string|nil  "web:2": what the service was to run after it
---@field count integer|nil    what the desired count was to become, when that changed
---@field deployment_id string|nil  the deployment that it started or followed
---@field origin ecs_service.Origin|nil  where that run came from: its message, commit, branch, job
---@field deployed number|nil  ECS's time of the deployment that it started
---@field exit_code integer|nil  of a task's container
---@field stages table[]|nil   { at, stage, production_weight }: those of its deployment, where it shifts traffic
---@field why table|nil        of failure_box.lua, when it failed

--- Who runs this.
---@return string user@host
function history.author()
  return ("%s@%s"):format(tostring(core.system.user()), tostring(core.system.hostname()))
end

--- The number of one of a list: those that an earlier version wrote are counted from the oldest.
---@param list ecs_service.HistoryEntry[]
---@param place integer
---@return integer
function history.number(list, place)
  local number = 0
  for i = #list, place, -1 do number = list[i].run or number + 1 end
  return number
end

--- Where the run with a number stands in a list.
---@param list ecs_service.HistoryEntry[]
---@param number integer -1: the latest that failed
---@return integer|nil
function history.place(list, number)
  for i, entry in ipairs(list) do
    if number == -1 and entry.ended ~= "ok" or history.number(list, i) == number then return i end
  end
end

--- The list with one more; the oldest goes when there are too many.
---@param list ecs_service.HistoryEntry[]|nil
---@param entry ecs_service.HistoryEntry
---@return ecs_service.HistoryEntry[]
function history.with(list, entry)
  entry.run = history.number(list or {}, 1) + 1
  local longer = { entry }
  for i = 1, math.min(#(list or {}), history.MOST - 1) do longer[i + 1] = list[i] end
  return longer
end

--- The revision that the latest operation which succeeded had the service run, other than `present`.
---@param list ecs_service.HistoryEntry[]|nil
---@param present string "web:3"
---@return ecs_service.HistoryEntry|nil
function history.before(list, present)
  for _, entry in ipairs(list or {}) do
    if entry.ended == "ok" and entry.revision and entry.revision ~= present then return entry end
  end
end

--- An entry, when the operation has ended.
---@param fields table { did, ended, began (seconds since 1970), now, by (nil: this run), revision, count,
---  deployment_id, deployed, origin, exit_code, stages }
---@return ecs_service.HistoryEntry
function history.entry(fields)
  return { at = times.text(fields.began), by = fields.by or history.author(), did = fields.did, ended = fields.ended,
    took = math.floor(math.max(0, fields.now - fields.began) + 0.5), revision = fields.revision,
    count = fields.count, deployment_id = fields.deployment_id, deployed = fields.deployed,
    origin = fields.origin, exit_code = fields.exit_code, stages = fields.stages }
end

return history
