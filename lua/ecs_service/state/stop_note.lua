--- The note that `stop` leaves beside the state when another run holds the lock and waits for the deployment: who ended
--- it. The run that waits reads it when its deployment has failed. It is kept where the backend can keep texts.
local core = require "ecs_service.core"
local history = require "ecs_service.state.past_operations"
local times = require "ecs_service.util.time_format"

local stopped = {}

local LABEL = "stopped"
-- Others that were stopped shortly before, of the same run perhaps.
local MOST = 20

local function can_keep(backend)
  return type(backend.keep) == "function" and type(backend.kept) == "function"
end

local function read(backend)
  local note = can_keep(backend) and core.read_json(backend:kept(LABEL) or "")
  return type(note) == "table" and note or nil
end

--- Says that this process is about to stop a deployment.
---@param backend table
---@param deployment string id of it
---@param now number
---@param command string by which it is stopped
---@return boolean|nil
---@return ecs_service.Error|nil
function stopped.note(backend, deployment, now, command)
  if not can_keep(backend) then return true end
  local note = { by = history.author(), at = times.text(now), deployment = deployment, command = command, earlier = {} }
  local former = read(backend)
  if former then
    local list = type(former.earlier) == "table" and former.earlier or {}
    former.earlier = nil
    note.earlier[1] = former
    for i = 1, math.min(#list, MOST - 1) do note.earlier[i + 1] = list[i] end
  end
  return backend:keep(LABEL, core.json(note, 2) .. "\n")
end

--- Takes it back: the deployment was not stopped.
function stopped.withdraw(backend)
  if can_keep(backend) then backend:keep(LABEL, "{}\n") end
end

local function of(note, deployment)
  if note.deployment == deployment then return note end
  for _, one in ipairs(type(note.earlier) == "table" and note.earlier or {}) do
    if type(one) == "table" and one.deployment == deployment then return one end
  end
end

--- Adds to the error of a deployment who had stopped it, as far as that is known.
---@param backend table
---@param err table
---@param deployment string|nil id of what the run waited for
function stopped.tell(backend, err, deployment)
  if not deployment or not tostring(err.code):find "^Deployment" then return end
  local note = read(backend)
  note = note and of(note, deployment)
  if not note or type(note.by) ~= "string" then return end
  err.stopped_by = note.by
  err.message = ("%s (%s, by %s at %s)"):format(tostring(err.message), type(note.command) == "string" and note.command
    or "ecs-service stop", note.by, tostring(note.at))
end

return stopped
