--- Values as a reader of Lua expects them: "text", 3, true, { a = 1 }, { "x", "y" }.
local is_name = require "ecs_service.util.lua_name"
local letters = require "ecs_service.render.terminal_text"
local sealed = require "ecs_service.util.sealed_text"
local tables = require "ecs_service.util.tables"

local value = {}

--- Whether a table is a list (1..n and nothing else). An empty table is one.
---@param t table
---@return boolean
function value.is_list(t)
  local count = 0
  for key in pairs(t) do
    if type(key) ~= "number" then return false end
    count = count + 1
  end
  return count == #t
end

--- The keys of a map in order.
---@param map table
---@return any[]
function value.keys(map) return tables.names(map) end

--- A key as it stands in a table constructor: name, or ["other name"].
---@param key any
---@return string
function value.key(key)
  key = tostring(key)
  if is_name(key) then return key end
  return '["' .. letters.escape(key, true) .. '"]'
end

-- Only Lua 5.3 and later know integers beyond 2^53.
local function integer_kind(n)
  local kind = rawget(math, "type")
  return kind and kind(n) == "integer"
end

local function number(n)
  if n ~= n or n == math.huge or n == -math.huge then return tostring(n) end
  if n == math.floor(n) and n > -2 ^ 53 and n < 2 ^ 53 then return ("%d"):format(n) end
  if integer_kind(n) then return ("%d"):format(n) end
  return ("%.14g"):format(n)
end

--- A value in one line, as a Lua literal without anything that could steer a terminal.
---@param v any
---@param ascii? boolean escape everything beyond ASCII
---@return string
function value.literal(v, ascii)
  local kind = type(v)
  if kind == "string" and #v == sealed.LENGTH and v:find(sealed.PATTERN) then return "(sensitive value)" end
  if kind == "string" then return '"' .. letters.escape(v, true, ascii) .. '"' end
  if kind == "number" then return number(v) end
  if kind ~= "table" then return letters.escape(tostring(v)) end
  local parts = {}
  if value.is_list(v) then
    if #v == 0 then return "{}" end
    for i, item in ipairs(v) do parts[i] = value.literal(item, ascii) end
  else
    for _, key in ipairs(value.keys(v)) do
      parts[#parts + 1] = value.key(key) .. " = " .. value.literal(v[key], ascii)
    end
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

--- Whether two values are the same, member by member.
---@return boolean
function value.same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, member in pairs(a) do
    if not value.same(member, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

--- `1 task`, `3 tasks`.
---@param n number
---@param noun string
---@param plural? string default noun .. "s"
---@return string
function value.count(n, noun, plural)
  return number(n) .. " " .. (n == 1 and noun or plural or noun .. "s")
end

--- Seconds as people say them: 48 s, 1m50s, 2h05m.
---@param seconds number
---@return string
function value.duration(seconds)
  seconds = math.floor(seconds + 0.5)
  if seconds < 60 then return ("%d s"):format(seconds) end
  if seconds < 3600 then return ("%dm%02ds"):format(math.floor(seconds / 60), seconds % 60) end
  return ("%dh%02dm"):format(math.floor(seconds / 3600), math.floor(seconds % 3600 / 60))
end

--- Seconds as a running clock: 00:42, 1:02:03.
---@param seconds number
---@return string
function value.clock(seconds)
  seconds = math.max(0, math.floor(seconds))
  if seconds < 3600 then return ("%02d:%02d"):format(math.floor(seconds / 60), seconds % 60) end
  return ("%d:%02d:%02d"):format(math.floor(seconds / 3600), math.floor(seconds % 3600 / 60), seconds % 60)
end

--- The last part of an ARN or path: `mongo:7` of a task definition, `prod` of a cluster.
---@param text any
---@return string
function value.short(text)
  text = tostring(text or "")
  return letters.escape(text:match("^arn:.*/([^/]+)$") or text:match("^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$") or text)
end

local function revision(text)
  return type(text) == "string" and text:match "^arn:[^:]+:ecs:[^:]*:%d*:task%-definition/([%w_-]+:%d+)$" or nil
end

local function is_revision(text) return type(text) == "string" and text:find "^[%w_-]+:%d+$" ~= nil end

--- The two sides of a difference. Of revisions only what tells them apart: their names, unless their places differ.
---@param before any
---@param after any
---@return any before
---@return any after
function value.alike(before, after)
  local old, new = revision(before), revision(after)
  if old and new and before:match "^.*/" == after:match "^.*/" and old ~= new then return old, new end
  if old and is_revision(after) and old ~= after then return old, after end
  if new and is_revision(before) and new ~= before then return before, new end
  return before, after
end

--- A wall clock of an instant, in local time.
---@param at number seconds since 1970
---@return string
function value.time(at)
  return os.date("%H:%M:%S", math.floor(at))
end

return value
