--- The state of a stack: what it manages, and what it was about to do. One JSON document, the same bytes for the same
--- content, written whole or not at all, and only over the one that was read. While a run changes something, the
--- document stays as it was, and each moment of the run is a record of a journal beside it; what comes of them all is
--- written when the run ends. A backend that knows no journals gets the whole document each time.
local lazy = require "ecs_service.util.lazy"
local backend_of = require "ecs_service.state.backend"
local change_record = lazy "ecs_service.state.change_record"
local core = require "ecs_service.core"
local document = require "ecs_service.state.format"
local kinds = require "ecs_service.kinds"
local lock = require "ecs_service.state.lock"
local stored = lazy "ecs_service.state.stored"
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

-- A journal that is longer than so many times its state, and these bytes, makes room: see rebase.
local OUTGROWN, LEAST = 4, 65536

--- A state of what was read, or of what is to take its place.
---@param backend table
---@param document_of_it table
---@param found ecs_service.StoredState what lies there now
---@param held ecs_service.LockHolder|nil the lock of this run
---@return table state
function state.new(backend, document_of_it, found, held)
  local self = setmetatable({ backend = backend, held = held, exists = found.text ~= nil, token = found.token,
    former = found.folded or found.text, unfolded = found.base, last = document_of_it.serial,
    found = document_of_it.serial, lineage = document_of_it.lineage,
    serial = document_of_it.serial, journal = core.object(document_of_it.journal), warnings = {} }, state)
  for _, kind in ipairs(kinds.ALL) do self[kind.section] = core.object(document_of_it[kind.section] or {}) end
  return self
end

-- Whether nothing is recorded, and nothing was begun.
local function is_blank(self)
  local blank = next(self.journal) == nil
  for _, kind in ipairs(kinds.ALL) do blank = blank and next(self[kind.section]) == nil end
  return blank
end

-- The text of the records, as far as it was brought up to date. Encoding them all takes longer than reading them, and
-- who only plans never needs it: it begins when something is written, with what was read.
local function pieces(self)
  if not self.text then
    self.text = text_of.new()
    local read = self.former and document.parse(self.former, self.backend.name)
    if read then self.text:update(read) end
    self.text:settle()
  end
  return self.text
end

function state:content()
  return document.content(self)
end

-- The whole text of what the pieces have taken in.
local function whole_text(self, serial, version)
  local content = self:content()
  content.serial, content.version = serial, version or content.version
  return self.text:write(content)
end

-- Keeps the former text: at each write, or at the first one of a run, as the backend wants it.
local function keep_former(self, former)
  local backend = self.backend
  local due = backend.keep and (backend.backups == "write" or not self.backed_up)
  if due and former then
    local kept, err = backend:keep("backup", former)
    if not kept then return nil, err end
  end
  self.backed_up = true
  return true
end

-- Whether there is nothing that would have to be written.
local function is_written(self, only)
  local changed = pieces(self):update(self:content(), only) or self.unwritten
  if self.exists then return not changed end
  return is_blank(self)
end

-- Whatever is due from here on is written whole.
local function refuse(self, err)
  if self.refused then return end
  self.refused = true
  table.insert(self.warnings, { code = "JournalRefused", message = err.message, hint = err.hint })
end

-- What the journal holds stands in the document by now.
local function forget_journal(self)
  local gone, err = true, nil
  if self.appender then
    gone, err = self.appender:remove()
  elseif self.unfolded then
    gone, err = self.backend:remove_journal(self.unfolded, self.last)
  end
  self.appender, self.unfolded = nil, nil
  if gone == nil and err then refuse(self, err) end
end

-- Writes a text in the place of the one that lies there.
local function put(self, text)
  local token, err = self.backend:write(text, self.token)
  if not token then return nil, err end
  self.token, self.exists = token, true
  return true
end

-- What was read, with another serial.
local function former_with(self, serial)
  local read = document.parse(self.former, self.backend.name)
  read.serial = serial
  return stored.text(read)
end

-- The serial of the document with the records of its journal: theirs. Where a journal is written to by whoever finds
-- its next number free, another run's is closed first: a run that is believed dead and is not finds that number taken.
-- Its numbers stay below the serial of the document then.
local function close(self)
  if type(self.backend.close_journal) ~= "function" then return self.serial end
  if not self.appender and not self.closed then
    local closed, err = self.backend:close_journal(change_record.line { lineage = self.lineage,
      number = self.serial - self.unfolded + 1, serial = self.serial + 1, changed = core.object {},
      removed = core.object {} }, self.serial + 1)
    if not closed then return nil, err end
    self.closed, self.serial = true, self.serial + 1
  end
  return self.serial + 1
end

--- Puts what a journal holds into the document.
---@return boolean|nil
---@return ecs_service.Error|nil code StateMoved when the run whose journal it is has written once more
function state:fold()
  if not self.appender and not self.unfolded then return true end
  local serial, err = close(self)
  if not serial then return nil, err end
  self.former = self.appender and whole_text(self, serial) or former_with(self, serial)
  local written
  written, err = put(self, self.former)
  if not written then return nil, err end
  self.serial = serial
  forget_journal(self)
  return true
end

-- What lies there; most of the time no journal belongs to it.
local function find(backend, held)
  local text, token = backend:read()
  if not text and token then return nil, token end
  local found = { text = text, token = token }
  if text then found.document, found.problem = document.parse(text, backend.name) end
  if found.document and found.document.journalled then return stored.read(backend, held ~= nil) end
  return found
end

-- How often a state is read whose journal goes on, by a run that was believed dead.
local TRIES = 5

--- Reads the state; a new one when there is none yet. Under the lock, what a run that was killed has left in a journal
--- is put in its place; where that is not allowed, this run goes on with it all the same.
---@param backend table
---@param held ecs_service.LockHolder|nil the lock of this run: writes that announce a change need it
---@return table|nil state
---@return ecs_service.Error|nil codes StateUnreadable, StateCorrupt, StateForeign, StateNewer: the state is untouched
function state.load(backend, held)
  local problem
  for _ = 1, TRIES do
    local found, err = find(backend, held)
    if not found then return nil, err end
    if found.problem then return nil, found.problem end
    local self = state.new(backend, found.document or { services = {}, journal = {}, serial = 0 }, found, held)
    if not held or not self.unfolded then return self end
    local folded
    folded, problem = self:fold()
    self.found = self.serial
    if folded or problem.code ~= "StateMoved" then return self end
  end
  return nil, problem
end

-- What was read, as the document that a journal begins behind.
local function base_of(self)
  local base = self.former and document.parse(self.former, self.backend.name) or { services = {}, journal = {} }
  base.version, base.lineage, base.serial = document.JOURNALLED, self.lineage, self.serial
  return stored.text(base)
end

-- Removes what an earlier run has left of a journal whose records the document has had when this run found it.
local function sweep(self)
  local backend = self.backend
  if self.found == 0 or type(backend.sweep_journal) ~= "function" then return true end
  local swept, err = backend:sweep_journal(self.found)
  self.found = 0
  return swept, err
end

-- Begins a journal. The document is written once more before its first record, with a version that older releases
-- refuse: they would not see the records. false: this state is written whole each time.
local function begin(self)
  local backend = self.backend
  if self.refused or type(backend.begin_journal) ~= "function" then return false end
  local appender
  local swept, err = sweep(self)
  if swept then appender, err = backend:begin_journal(self.serial) end
  if not appender then
    refuse(self, err)
    return false
  end
  local ready
  ready, err = keep_former(self, self.former)
  if ready then
    self.lineage = self.lineage or wire.token()
    ready, err = put(self, base_of(self))
  end
  if ready then ready, err = appender:follow(self.serial) end
  if not ready then
    appender:remove()
    return nil, err
  end
  self.appender, self.records, self.bytes = appender, 0, 0
  return true
end

local function has_outgrown(self)
  return self.appender ~= nil and self.bytes > LEAST + OUTGROWN * self.text.size
end

-- Begins the journal anew, behind a document that has what it held. The backup has the same, as at its beginning.
local function rebase(self)
  local kept, err = keep_former(self, whole_text(self, self.serial))
  if not kept then return nil, err end
  local written
  written, err = put(self, whole_text(self, self.serial, document.JOURNALLED))
  if written then written, err = self.appender:follow(self.serial) end
  if not written then return nil, err end
  self.records, self.bytes = 0, 0
  return true
end

local function append(self)
  local changed, removed = self.text:changes(self)
  local line = change_record.line { lineage = self.lineage, number = self.records + 1, serial = self.serial + 1,
    changed = changed, removed = removed }
  local appended, err = self.appender:append(line, self.serial + 1)
  if not appended then return nil, err end
  self.serial, self.records, self.bytes = self.serial + 1, self.records + 1, self.bytes + #line
  self.unwritten, self.former = nil, nil
  self.text:settle()
  return true
end

-- Whether the next record tells whose the lock is.
local function is_vouched_for(self)
  return self.appender ~= nil and self.appender.vouches ~= nil and self.appender:vouches()
end

-- Whether a first record could not be written because none ever can.
local function is_forbidden(err)
  local status = err.http_status
  return status ~= nil and (status >= 400 and status < 500 and status ~= 409 and status ~= 429 or status == 501)
end

-- What has to be so before anything is written. A write that announces something needs the lock to be this run's still.
local function prepare(self, happened)
  local ready, err = true, nil
  -- What was changed is recorded, whatever is known by now; nothing else is of a place that it may not belong to.
  if self.place and not (happened and self.place.changed) then ready, err = self.place:settle() end
  if ready and self.held and not happened and not is_vouched_for(self) then
    ready, err = lock.still(self.backend, self.held)
  end
  if ready and self.unfolded then ready, err = self:fold() end
  return ready, err
end

-- The whole document, in place of the one that lies there and its journal. Where it cannot be written, a record does.
local function write_whole(self, former, happened)
  local kept, err = keep_former(self, former)
  if not kept and not happened then return nil, err end
  local written
  written, err = self:write(self.serial + 1)
  if not written and self.appender and err.code ~= "StateMoved" then return append(self) end
  return written, err
end

--- Writes what has changed; nothing when nothing has. A write that announces something, as most do, needs the lock to
--- be this run's still, and the backup to be made. One that tells what has happened is tried whatever became of both;
--- the backend still refuses to write over another state.
---@param only table<string, boolean>|nil addresses whose records and journal may have changed; nil: any
---@param happened boolean|nil
---@param last boolean|nil nothing follows that would have to be durable
---@return boolean|nil
---@return ecs_service.Error|nil codes LockLost, StateMoved, StateNotWritten, …
function state:save(only, happened, last)
  last = last or not only
  local ready, err, former = true, nil, self.former
  if has_outgrown(self) and not last then ready, err = rebase(self) end
  if err and err.code ~= "StateMoved" then ready, err = true, nil end -- the journal takes more
  if self.appender and last and self.backend.backups == "write" then former = whole_text(self, self.serial) end
  if is_written(self, only) then
    if last then return self:fold() end
    return ready, err
  end
  self.unwritten = true
  if ready then ready, err = prepare(self, happened) end
  if ready and not last and not happened and not self.appender then ready, err = begin(self) end
  if ready == nil then return nil, err end
  if self.appender and not last then
    local appended, problem = append(self)
    if appended or self.records > 0 or not is_forbidden(problem) then return appended, problem end
    refuse(self, problem)
    self.appender = nil
  end
  return write_whole(self, former, happened)
end

--- Writes the content with this serial.
---@param serial integer
---@return boolean|nil
---@return ecs_service.Error|nil
function state:write(serial)
  self.lineage = self.lineage or wire.token()
  if not self.text then -- what was read is replaced whole
    self.text = text_of.new()
    self.text:update(self:content())
  end
  local text = whole_text(self, serial)
  local written, err = put(self, text)
  self.unwritten = not written or nil
  if not written then return nil, err end
  self.serial, self.former = serial, text
  self.text:settle()
  if not self.appender and not self.unfolded then sweep(self) end
  forget_journal(self)
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

--- What is recorded of the kinds that are not planned apart: by kind, sorted by address.
---@return string[]
function state:addresses()
  local list = {}
  for _, kind in ipairs(kinds.ALL) do
    for _, name in ipairs(kind.apart and {} or tables.keys(self[kind.section])) do
      list[#list + 1] = kinds.address(kind, name)
    end
  end
  return list
end

--- What is recorded with something else, sorted by address.
---@return string[]
function state:attached()
  local list = {}
  for _, kind in ipairs(kinds.ATTACHED) do
    for _, name in ipairs(tables.keys(self[kind.section])) do
      if self[kind.section][name][kind.within] then list[#list + 1] = kinds.address(kind, name) end
    end
  end
  return list
end

--- What is recorded of a kind, sorted by address.
---@param name string of the kind: "task"
---@return string[]
function state:recorded(name)
  local kind, list = kinds.named(name), {}
  for i, one in ipairs(tables.keys(self[kind.section])) do list[i] = kinds.address(kind, one) end
  return list
end

--- The recorded task definitions, sorted by address.
---@return string[]
function state:definitions() return self:recorded "task_definition" end

return state
