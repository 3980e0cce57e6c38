--- A board on which the workers of one nginx tell each other things: what services do, what runs, which confirmation
--- was used. It lies in an `lua_shared_dict`, which outlives reloads; without one it is the board of this worker alone.
---
--- Nothing that was put there is pushed out for something new: when the dictionary is full, `put` and `once` fail.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local openresty = require "ecs_service.openresty"

local board = {}

local Board = {}
Board.__index = Board

-- What is counted up by each `put`.
local VERSION = "version"
-- How long between two looks for a new version, in seconds.
local PAUSE = 0.1

-- The part of an lua_shared_dict that is needed, over a table.
local Own = {}
Own.__index = Own

local function living(self, key)
  local item = self[key]
  if item and item.ends and item.ends <= core.system.monotonic() then
    self[key] = nil
    return nil
  end
  return item
end

function Own:get(key)
  local item = living(self, key)
  return item and item.value
end

function Own:safe_set(key, value, seconds)
  self[key] = { value = value, ends = seconds and seconds > 0 and core.system.monotonic() + seconds or nil }
  return true
end

function Own:safe_add(key, value, seconds)
  -- Nobody asks again for what has run out: it goes when something new comes.
  for other in pairs(self) do living(self, other) end
  if self[key] then return nil, "exists" end
  return self:safe_set(key, value, seconds)
end

function Own:incr(key, by, first)
  local value = (self:get(key) or first) + by
  self:safe_set(key, value)
  return value
end

function Own:delete(key) self[key] = nil end

--- A board in the `lua_shared_dict` of this name; without a name, one of this worker alone.
---@param name string|nil
---@return ecs_service.Board
function board.new(name)
  local dictionary = name and ngx.shared[name]
  if name and not dictionary then
    error(("ecs_service.openresty.board: there is no lua_shared_dict %s in nginx's configuration"):format(name), 2)
  end
  return setmetatable({ dictionary = dictionary or setmetatable({}, Own), shared = dictionary ~= nil }, Board)
end

local function full(problem)
  return errors.new { code = "BoardFull", message = "the board takes nothing more: " .. tostring(problem),
    hint = "enlarge the lua_shared_dict" }
end

--- Puts a table of plain values there, and wakes whoever waits.
---@param key string
---@param value table
---@param seconds number|nil how long it stays; default: until it is replaced
---@return boolean|nil
---@return ecs_service.Error|nil code BoardFull
function Board:put(key, value, seconds)
  local done, problem = self.dictionary:safe_set("value " .. key, core.json(value), seconds or 0)
  if not done then return nil, full(problem) end
  self.dictionary:incr(VERSION, 1, 0)
  return true
end

--- What lies there, or nil.
---@param key string
---@return table|nil
function Board:get(key)
  local text = self.dictionary:get("value " .. key)
  return text and json.decode(text) or nil
end

--- Takes it away.
---@param key string
function Board:remove(key)
  self.dictionary:delete("value " .. key)
  self.dictionary:incr(VERSION, 1, 0)
end

--- Notes something for a while without waking anybody: that somebody looks, for instance.
---@param key string
---@param seconds number
function Board:mark(key, seconds) self.dictionary:safe_set("mark " .. key, true, seconds) end

--- Whether that time has not run out.
---@param key string
---@return boolean
function Board:marked(key) return self.dictionary:get("mark " .. key) == true end

--- The number of the latest change.
---@return integer
function Board:version()
  return self.dictionary:get(VERSION) or 0
end

--- Waits until something has changed since `seen`, at most so many seconds; this worker's end ends it too.
---@param seen integer
---@param seconds number
---@return integer version
function Board:wait(seen, seconds)
  local ends = core.system.monotonic() + seconds
  while self:version() == seen and core.system.monotonic() < ends and not openresty.leaving() do
    ngx.sleep(PAUSE)
  end
  return self:version()
end

--- True for the first one who asks for this key within so many seconds: for nonces and confirmations. With several
--- workers that takes a shared dictionary, so without one it raises.
---@param key string
---@param seconds number
---@return boolean|nil  false: it was asked for before
---@return ecs_service.Error|nil code BoardFull: it is not known, so let nothing happen
function Board:once(key, seconds)
  if not self.shared and ngx.worker.count() > 1 then
    error("ecs_service.openresty.board: `once` among several workers takes an lua_shared_dict", 2)
  end
  local added, problem = self.dictionary:safe_add("once " .. key, true, seconds)
  if added then return true end
  if problem == "exists" then return false end
  return nil, full(problem)
end

return board
