--- JSON of others that becomes Lua tables, read by lua-cjson: caches of credentials, answers of other services, states
--- of Terraform. ECS's answers, states, plans and events are read by the core, which also writes whatever is written,
--- with sorted keys and exact numbers.
---
--- Null members are absent, whole numbers are integers where Lua has them, and empty maps and lists stay what they are.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"

local json = {}

-- Up to here each whole number has a float of its own.
local EXACT = 2 ^ 53
-- Stands for an empty list while a text is read that has empty maps too: lua-cjson makes the same table of both.
local EMPTY_LIST = "\0[]"
-- The byte order mark, with which other systems begin their files.
local MARK = "\239\187\191"

local codec

-- An instance of our own: what others set in theirs (sparse arrays, invalid numbers) changes nothing here.
local function library()
  if codec then return codec end
  local found, cjson = pcall(require, "cjson")
  if not found then
    error(errors.new { code = "NotBuilt", message = "lua-cjson cannot be loaded: "
      .. require "ecs_service.util.require_error"(cjson),
      hint = "Debian: apt install lua-cjson; luarocks install lua-cjson" }, 0)
  end
  codec = cjson.new()
  codec.decode_invalid_numbers(false)
  return codec
end

-- The empty lists outside of strings, so that they are told from empty maps.
local function with_lists_marked(text)
  local out, from = {}, 1
  while true do
    local at, _, what = text:find('(["%[])', from)
    if not at then break end
    local stop
    if what == '"' then
      stop = at
      repeat
        stop = text:find('["\\]', stop + 1)
        local escape = stop and text:byte(stop) == 92
        if escape then stop = stop + 1 end
      until not escape
      if not stop then break end
      out[#out + 1] = text:sub(from, stop)
    else
      local _, closed = text:find("^%[%s*%]", at)
      stop = closed or at
      out[#out + 1] = closed and text:sub(from, at - 1) .. '["\\u0000[]"]' or text:sub(from, at)
    end
    from = stop + 1
  end
  out[#out + 1] = text:sub(from)
  return table.concat(out)
end

-- A float that a longer number may have been rounded to stays one.
local function number(value, text)
  if not math.type or math.type(value) == "integer" then return value end
  local size = math.abs(value)
  if size < EXACT or size == EXACT and text:find("9007199254740992", 1, true) then
    return math.tointeger(value) or value
  end
  return value
end

local function settled(value, text, of_empty)
  local kind = type(value)
  if kind == "number" then return number(value, text) end
  if kind ~= "table" then return value end
  if next(value) == nil then return of_empty(value) end
  if value[1] == EMPTY_LIST and #value == 1 then return {} end
  local map = type(next(value)) == "string"
  for key, member in pairs(value) do
    if member ~= codec.null then
      value[key] = settled(member, text, of_empty)
    elseif map then
      value[key] = nil
    end
  end
  return value
end

local function a_list(value) return value end

-- "Expected … at character 12" names a byte of the whole text; people look for a line.
local function with_place(message, text)
  local what, at = tostring(message):match "^(.-) at character (%d+)"
  if not what then return tostring(message) end
  local before = text:sub(1, tonumber(at) - 1)
  local _, lines = before:gsub("\n", "")
  return ("line %d, column %d: %s"):format(lines + 1, #before:match "[^\n]*$" + 1, what)
end

--- The value of a JSON text, or nil and what is wrong with it ("line 3, column 7: Expected comma or array end but found
--- invalid token"). Null is nil; among the items of a list it stays `cjson.null`, so that the others keep their places.
---@param text string
---@return any
---@return string|nil
function json.decode(text)
  local reader = library()
  if type(text) ~= "string" then return nil, "there is no text" end
  if text:sub(1, #MARK) == MARK then text = text:sub(#MARK + 1) end
  local lists, maps = text:find "%[%s*%]", text:find "{%s*}"
  local marked = lists and maps and with_lists_marked(text) or text
  local read, value = pcall(reader.decode, marked)
  if not read then
    local _, problem = pcall(reader.decode, text) -- for the place as it is in the text that was given
    return nil, with_place(problem, text)
  end
  if value == reader.null then return nil end
  return settled(value, text, maps and core.object or a_list)
end

--- The table of a JSON text; nil when it is none.
---@param text string|nil
---@return table|nil
function json.object(text)
  if type(text) ~= "string" then return nil end
  local value = json.decode(text)
  return type(value) == "table" and value or nil
end

return json
