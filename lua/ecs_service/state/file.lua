--- A state in a local file, with a lock file beside it and the previous state kept as a backup.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"

local file = {}
file.__index = file

--- Every write keeps the text before it.
file.backups = "write"

---@param path string
---@return table backend
function file.new(path)
  return setmetatable({ path = path, name = path, lock_name = path .. ".lock" }, file)
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
  return text, text
end

--- token | nil, err: the text is on the disk, whole, or the state is as it was.
function file:write(text, token)
  local found, err = read(self.path, "StateUnreadable", "cannot read the state")
  if err then return nil, err end
  if found ~= token then return nil, require "ecs_service.state.unlike"(self.path, found, token ~= nil) end
  local written, message, kind = core.system.write_file(self.path, text)
  if written then return text end
  return failed("StateNotWritten", self.path, "cannot write the state", message, kind)
end

--- token | nil, "held", text of the holder | nil, err
function file:lock(text)
  local locked, message, more = core.system.lock_file(self.lock_name, text)
  if locked then return text end
  if message == "held" then return nil, "held", more end
  return failed("NotLocked", self.lock_name, "cannot make the lock", message, more)
end

--- text, token | nil when nobody holds it | nil, err
function file:holder()
  local text, err = read(self.lock_name, "LockUnreadable", "cannot read the lock")
  if not text then return nil, err end
  return text, text
end

--- true | false when it is not that lock any more | nil, err
function file:unlock(token)
  local text, err = self:holder()
  if not text and err then return nil, err end
  if text ~= token then return false end
  local removed, message, kind = core.system.remove(self.lock_name)
  if removed then return true end
  if kind == "missing" then return false end
  return failed("NotUnlocked", self.lock_name, "cannot remove the lock", message, kind)
end

--- Keeps a text beside the state: true | nil, err. The backup is the file as it is: a second name for it costs nothing.
--- Where a file system has no such thing, the text is written.
function file:keep(label, text)
  local path = self:kept_name(label)
  if label == "backup" and core.system.link(self.path, path) then return true end
  local written, message, kind = core.system.write_file(path, text)
  if written then return true end
  return failed("StateNotWritten", path, "cannot write the backup", message, kind)
end

--- The text that was kept: text | nil | nil, err
function file:kept(label) return read(self:kept_name(label), "StateUnreadable", "cannot read the backup") end

--- Where it is kept.
function file:kept_name(label) return self.path .. "." .. label end

--- What frees the lock by hand.
function file:free_by_hand() return "rm " .. self.lock_name end

return file
