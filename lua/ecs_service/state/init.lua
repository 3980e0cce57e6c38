--- The state of a stack: what it manages, and what it was about to do. One JSON document, the same bytes for the same
--- content, written whole or not at all, and only over the one that was read.
local lazy = require "ecs_service.util.lazy"
local backend_of = require "ecs_service.state.backend"
local core = require "ecs_service.core"
local document = require "ecs_service.state.format"
local lock = require "ecs_service.state.lock"
local tables = require "ecs_service.util.tables"
local text_of = lazy "ecs_service.state.incremental_writer"
local wire = require "ecs_service.aws.signed_request"

local state = {}
state.__index = state

state.DEFAULT = backend_of.DEFAULT
state.VERSION = document.VERSION
state.backend = backend_of.of

---@class ecs_service.StateEntry
---@field status "ok"|"failed"|"tainted"
---@field reason string|nil        why it is tainted or failed
---@field attributes table|userdata  a tree of the core (src/lua/store.h) as it was read, a table when it is new
---@field meta table|nil           lifecycle, timeouts, depends_on, force_delete of the last applied configuration
---@field undeclared string[]|nil   paths of what AWS has and no declaration ever set: it stays
---@field imported boolean|nil     taken over, and no configuration was applied since
---@field deployment_id string|nil  the deployment that the last apply started or found
---@field deployment_at number|nil   ECS's time of the answer that told of it: older reads do not know it yet
---@field settled boolean|nil       that deployment was seen to be steady, or COMPLETED
---@field durations integer[]|nil   seconds that the latest deployments took, the newest first; at most five
---@field history ecs_service.HistoryEntry[]|nil  what this tool did to it, the newest first; at most 20
---@field deposed table|nil        { cluster, service } of the service that this one replaced, until that one is deleted

--- A state of what was read, or of what is to take its place.
---@param backend table
---@param found table a document
---@param text string|nil what lies there now; nil: nothing
---@param token any of that text
---@param held ecs_service.LockHolder|nil the lock of this run
---@return table state
function state.new(backend, found, text, token, held)
  return setmetatable({ backend = backend, held = held, exists = text ~= nil, former = text, token = token,
    lineage = found.lineage, serial = found.serial, services = core.object(found.services),
    journal = core.object(found.journal) }, state)
end

-- The text of the records, as far as it was brought up to date. Encoding them all takes longer than reading them, and
-- who only plans never needs it: it begins when something is written, with what was read.
local function pieces(self)
  if not self.text then
    self.text = text_of.new()
    local read = self.former and document.parse(self.former, self.backend.name)
    if read then self.text:update(read) end
  end
  return self.text
end

--- Reads the state; a new one when there is none yet.
---@param backend table
---@param held ecs_service.LockHolder|nil the lock of this run: writes that announce a change need it
---@return table|nil state
---@return ecs_service.Error|nil codes StateUnreadable, StateCorrupt, StateForeign, StateNewer: the state is untouched
function state.load(backend, held)
  local text, token = backend:read()
  if not text and token then return nil, token end
  local found, err
  if text then
    found, err = document.parse(text, backend.name)
    if not found then return nil, err end
  end
  return state.new(backend, found or { services = {}, journal = {}, serial = 0 }, text, token, held)
end

function state:content()
  return { version = state.VERSION, lineage = self.lineage, serial = self.serial, services = self.services,
    journal = self.journal }
end

-- Keeps the former text: at each write, or at the first one of a run, as the backend wants it.
local function keep_former(self)
  local backend = self.backend
  local due = backend.keep and (backend.backups == "write" or not self.backed_up)
  if due and self.former then
    local kept, err = backend:keep("backup", self.former)
    if not kept then return nil, err end
  end
  self.backed_up = true
  return true
end

-- Whether there is nothing that would have to be written.
local function is_written(self, only)
  local changed = pieces(self):update(self:content(), only) or self.unwritten
  if self.exists then return not changed end
  return next(self.services) == nil and next(self.journal) == nil
end

--- Writes what has changed; nothing when nothing has. A write that announces something, as most do, needs the lock to
--- be this run's still, and the backup to be made. One that tells what has happened is tried whatever became of both;
--- the backend still refuses to write over another state.
---@param only table<string, boolean>|nil addresses whose records and journal may have changed; nil: any
---@param happened boolean|nil
---@return boolean|nil
---@return ecs_service.Error|nil codes LockLost, StateMoved, StateNotWritten, …
function state:save(only, happened)
  if is_written(self, only) then return true end
  self.unwritten = true
  local ready, err = true, nil
  -- What was changed is recorded, whatever is known by now; nothing else is of a place that it may not belong to.
  if self.place and not (happened and self.place.changed) then ready, err = self.place:settle() end
  if ready and self.held and not happened then ready, err = lock.still(self.backend, self.held) end
  if ready then
    local kept, problem = keep_former(self)
    if not kept and not happened then ready, err = nil, problem end
  end
  if not ready then return nil, err end
  return self:write(self.serial + 1)
end

--- Writes the content with this serial.
---@param serial integer
---@return boolean|nil
---@return ecs_service.Error|nil
function state:write(serial)
  self.lineage = self.lineage or wire.token()
  local content = self:content()
  content.serial = serial
  if not self.text then -- what was read is replaced whole
    self.text = text_of.new()
    self.text:update(content)
  end
  local text = self.text:write(content)
  local token, err = self.backend:write(text, self.token)
  self.unwritten = not token or nil
  if not token then return nil, err end
  self.serial, self.former, self.token, self.exists = serial, text, token, true
  return true
end

--- Writes the content in the place of what lies there, with a serial that is above both.
---@param serial integer
---@param former string|nil what is to be kept as the backup; nil: the backup stays as it is
---@return boolean|nil
---@return ecs_service.Error|nil
function state:replace(serial, former)
  local ready, err = true, nil
  if self.held then ready, err = lock.still(self.backend, self.held) end
  if ready and former and self.backend.keep then ready, err = self.backend:keep("backup", former) end
  if not ready then return nil, err end
  return self:write(serial)
end

--- The recorded services, sorted by address.
---@return string[]
function state:addresses()
  return tables.keys(self.services)
end

return state
