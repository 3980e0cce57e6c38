--- A state in a local file, with a lock file beside it and the previous state kept as a backup. The lock is the
--- operating system's: it ends with the process that holds it, whatever ends that.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local lock = require "ecs_service.state.lock"

local file = {}
file.__index = file

--- Every write keeps the text before it.
file.backups = "write"

--- The operating system holds the lock.
file.kernel = true

---@param path string
---@return table backend
function file.new(path)
  return setmetatable({ path = path, name = path }, file)
end

-- What stands beside the state stands beside the file itself, by whatever links it was named: one state has one lock.
local function beside(self, label)
  local real, message, kind = core.system.real_path(self.path)
  if not real then return nil, message, kind end
  return real .. "." .. label
end

-- What to do about a file that cannot be used, by the kind of the problem.
local function hint_for(kind, path)
  if kind == "missing" then return "make its folder first" end
  if kind == "full" then return "make room on the disk, then apply again: what was begun is finished" end
  if kind == "denied" then
    local folder = path:match "^(.*)/[^/]*$" or "."
    return ("let %s write into the folder %s (the file, its lock and its backup lie there), or choose another state")
      :format(core.system.user(), folder == "" and "/" or folder)
  end
  if kind == "nolock" then
    return "this file system keeps no locks: keep the state on a local disk, or use S3 (state = \"s3://bucket/key\")"
  end
end

local function failed(code, path, what, message, kind)
  return nil, errors.new { code = code, path = "state", hint = hint_for(kind, path), kind = kind,
    message = ("%s %s: %s"):format(what, path, message) }
end

-- text | nil when there is none | nil, err
local function read(path, code, what)
  local text, message, kind = core.system.read_file(path)
  if text or kind == "missing" then return text end
  local _, err = failed(code, path, what, message, nil)
  if kind == "denied" then err.hint = ("let %s read it"):format(core.system.user()) end
  return nil, err
end

-- Tokens are the texts themselves: to compare them costs less than any digest of them.

--- text, token | nil when there is no state yet | nil, err
function file:read()
  local text, err = read(self.path, "StateUnreadable", "cannot read the state")
  if not text then return nil, err end
  self.known = text
  return text, text
end

--- token | nil, err: the text is on the disk, whole, or the state is as it was.
function file:write(text, token)
  local found, err = read(self.path, "StateUnreadable", "cannot read the state")
  if err then return nil, err end
  if found ~= token then return nil, require "ecs_service.state.moved_error"(self.path, found, token ~= nil) end
  local written, message, kind = core.system.write_file(self.path, text)
  if not written then return failed("StateNotWritten", self.path, "cannot write the state", message, kind) end
  self.known = text
  return text
end

local Appender = {}
Appender.__index = Appender

local function appended(self, done, message, kind)
  if done then return true end
  if done == nil then return failed("StateNotWritten", self.path, "cannot write the journal", message, kind) end
  local found = read(self.state, "StateUnreadable", "cannot read the state")
  return nil, require "ecs_service.state.moved_error"(self.state, found, true)
end

--- true | nil, err: the record is on the disk, whole, or the journal is as it was.
function Appender:append(line) return appended(self, self.journal:append(line)) end

--- true | nil, err: it is empty, and follows the state as it is now.
function Appender:follow() return appended(self, self.journal:follow()) end

--- It has served.
function Appender:remove() self.journal:remove() end

--- Begins a journal beside the state, in place of another: what appends to it | nil, err. The state is to be written
--- before the first record: that makes its name durable.
function file:begin_journal()
  local path, message, kind = beside(self, "journal")
  local journal
  if path then journal, message, kind = core.system.journal_file(path, self.path) end
  if journal then return setmetatable({ journal = journal, state = self.path }, Appender) end
  return failed("StateNotWritten", path or self.path, "cannot make the journal", message, kind)
end

--- The lines of the journal | nil, err
function file:read_journal()
  local text, err = read(self:kept_name "journal", "StateUnreadable", "cannot read the journal")
  if err then return nil, err end
  return require "ecs_service.state.change_record".lines(text or "")
end

function file:remove_journal() core.system.remove(self:kept_name "journal") end

local WEAK = { __mode = "v" }

--- The lock, a userdata | nil, "held", text of the holder | nil, err. It is free again when it is given back, when it
--- is collected as garbage, and when the process ends. A lock file that is nobody's is taken over.
function file:lock(text)
  local path, message, kind = beside(self, "lock")
  if not path then return failed("NotLocked", self.path, "cannot make the lock of", message, kind) end
  local taken, former, more = core.system.lock_file(path)
  if not taken then
    if former == "held" then return nil, "held", more end
    return failed("NotLocked", path, "cannot make the lock", former, more)
  end
  if lock.may_live(former) then
    taken:leave()
    return nil, "held", former
  end
  local written
  written, message, kind = taken:write(text)
  if not written then
    taken:unlock()
    return failed("NotLocked", path, "cannot make the lock", message, kind)
  end
  self.mine = setmetatable({ taken }, WEAK)
  return taken
end

--- Whether the lock still is this one: true | false | nil, err
function file:still(token) -- luacheck: ignore 212/self
  local still, message, kind = token:still()
  if still ~= nil then return still end
  return failed("LockUnreadable", self.path, "cannot look at the lock of", message, kind)
end

--- text, token, whether that process lives | nil when nobody holds it | nil, err
function file:holder()
  local path, message, kind = beside(self, "lock")
  local text, taken = nil, nil
  if path then
    text, taken, kind = core.system.lock_state(path)
    message = taken
  end
  if not text and kind == "missing" then return nil end
  if not text then return failed("LockUnreadable", path or self.path, "cannot read the lock", message, kind) end
  if taken then
    local mine = self.mine and self.mine[1]
    return text, mine and mine:still() and mine or text, true
  end
  local lives, here = lock.may_live(text)
  if lives then return text, text, here end
end

-- A lock that an older version had made: nobody holds it but by its being there.
local function remove(self, text)
  local path = beside(self, "lock")
  local taken, former = core.system.lock_file(path)
  if not taken then return false end
  if former == text or former == "" then return taken:unlock() and former == text end
  taken:leave()
  return false
end

--- true | false when it is not that lock any more
function file:unlock(token)
  if type(token) ~= "userdata" then return remove(self, token) end
  return token:unlock()
end

--- Keeps a text beside the state: true | nil, err. A backup of the file as it is is a second name for it, which costs
--- nothing. Where a file system has no such thing, and where the backup is another text, it is written.
function file:keep(label, text)
  local path = self:kept_name(label)
  if label == "backup" and text == self.known and core.system.link(self.path, path) then return true end
  -- The state is written right behind its backup, and the folder of both is made durable once.
  local written, message, kind = core.system.write_file(path, text, nil, label == "backup")
  if written then return true end
  return failed("StateNotWritten", path, "cannot write the " .. label, message, kind)
end

--- The text that was kept: text | nil | nil, err
function file:kept(label)
  return read(self:kept_name(label), "StateUnreadable", "cannot read the " .. label)
end

--- Where it is kept.
function file:kept_name(label) return beside(self, label) or self.path .. "." .. label end

--- What frees the lock by hand.
function file:free_by_hand() return "rm " .. self:kept_name "lock" end

return file
