--- A state in a local file, with a lock file beside it and the previous state kept as a backup.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"

local file = {}
file.__index = file

---@param path string
---@return table backend
function file.new(path)
  return setmetatable({ path = path, name = path, lock_path = path .. ".lock", backup_path = path .. ".backup" }, file)
end

local function unreadable(self, message)
  return errors.new { code = "StateUnreadable", path = "state", message = ("the state %s cannot be read: %s"):format(
    self.path, message) }
end

--- text | nil when there is no state yet | nil, err
function file:read()
  local text, message, kind = core.system.read_file(self.path)
  if text or kind == "missing" then return text end
  return nil, unreadable(self, message)
end

-- The previous state is a second way back, never a reason not to write the new one. A second name for its file costs
-- nothing; where a file system has no such thing, it is copied.
local function keep_previous(self)
  local kept, _, kind = core.system.link(self.path, self.backup_path)
  if kept or kind == "missing" then return end
  local previous = core.system.read_file(self.path)
  if previous and previous ~= "" then core.system.write_file(self.backup_path, previous) end
end

--- true | nil, err: the text is on the disk, whole, or the state is as it was.
function file:write(text)
  keep_previous(self)
  local written, message, kind = core.system.write_file(self.path, text)
  if written then return true end
  local hint
  if kind == "missing" then hint = "make its folder first"
  elseif kind == "full" then hint = "make room on the disk, then apply again: what was begun is finished" end
  return nil, errors.new { code = "StateNotWritten", path = "state", hint = hint,
    message = ("the state %s cannot be written: %s"):format(self.path, message) }
end

--- true | nil, "held", text of the holder | nil, err
function file:lock(text)
  local locked, message, more = core.system.lock_file(self.lock_path, text)
  if locked then return true end
  if message == "held" then return nil, "held", more end
  return nil, errors.new { code = "NotLocked", path = "state",
    message = ("the lock %s cannot be made: %s"):format(self.lock_path, message),
    hint = more == "missing" and "make its folder first" or nil }
end

function file:holder_text()
  return (core.system.read_file(self.lock_path))
end

function file:unlock()
  local removed, message, kind = core.system.remove(self.lock_path)
  if removed or kind == "missing" then return true end
  return nil, errors.new { code = "NotUnlocked", path = "state",
    message = ("the lock %s cannot be removed: %s"):format(self.lock_path, message) }
end

return file
