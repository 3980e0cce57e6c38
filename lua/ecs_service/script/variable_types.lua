--- The types of variables: how their values are read from texts, and which values of Lua they are.
local json = require "ecs_service.util.json"
local tables = require "ecs_service.util.tables"

local types = {}

local MANY_BYTES = 64 -- of a text that a message repeats

--- A text as messages repeat it.
---@param text string
---@return string
function types.quoted(text)
  if #text > MANY_BYTES then text = text:sub(1, MANY_BYTES) .. "..." end
  return '"' .. text .. '"'
end

-- One type: `is` of a value, `from` a text, what a value `is called`, and what stands in for one that is missing.
local known = {}

known.string = { called = "a text", is = function(value) return type(value) == "string" end,
  from = function(text) return text end }

-- Some Lua read "nan" and "inf", and nobody means them.
local function finite(n) return type(n) == "number" and n == n and n ~= math.huge and n ~= -math.huge end

-- 3.0 is 3 where Lua knows integers: "web:" .. count is no revision otherwise.
local function whole(n)
  local to_integer = rawget(math, "tointeger")
  return to_integer and n > -2 ^ 53 and n < 2 ^ 53 and to_integer(n) or n
end

known.number = { called = "a number", is = finite, instead = 1, form = whole,
  from = function(text)
    local n = tonumber(text)
    return finite(n) and n or nil
  end }

local TRUTH = { ["true"] = true, ["false"] = false }

known.bool = { called = "true or false", is = function(value) return type(value) == "boolean" end, instead = false,
  from = function(text) return TRUTH[text] end }

local PLAIN = { string = true, number = true, boolean = true }
local DEEPEST = 80

-- What a document can hold: no null of lua-cjson, no function, nothing that holds itself.
local function is_plain(value, depth)
  if type(value) ~= "table" then return PLAIN[type(value)] == true end
  if depth > DEEPEST then return false end
  for _, member in pairs(value) do
    if not is_plain(member, depth + 1) then return false end
  end
  return true
end

local function is_list(value)
  return type(value) == "table" and tables.length(value) ~= nil and is_plain(value, 1)
end

local function is_map(value)
  if type(value) ~= "table" then return false end
  for key in pairs(value) do
    if type(key) ~= "string" then return false end
  end
  return is_plain(value, 1)
end

-- An empty table is either; of a text the first sign tells.
local function of_json(sign, is)
  return function(text)
    local value, problem = json.decode(text)
    if problem then return nil, problem end
    if value ~= nil and not is_plain(value, 1) then return nil, "null stands in it" end
    if text:match "^%s*(.)" == sign and is(value) then return value end
  end
end

known.list = { called = "a list", written = "a list as JSON", is = is_list, from = of_json("[", is_list),
  instead = {} }
known.map = { called = "a map", written = "a map as JSON", is = is_map, from = of_json("{", is_map), instead = {} }

types.NAMES = { "bool", "list", "map", "number", "string" }

--- The name of a type as it is kept: "boolean" is "bool".
---@param name any
---@return string|nil
function types.name(name)
  if name == "boolean" then return "bool" end
  return known[name] and name or nil
end

--- The type that a value has.
---@param value any
---@return string|nil
function types.of(value)
  if type(value) == "table" then return value[1] == nil and next(value) ~= nil and "map" or "list" end
  return types.name(type(value))
end

--- Whether a value is of a type.
---@param name string
---@param value any
---@return boolean
function types.is(name, value) return known[name].is(value) end

local function read_text(one, text, secret)
  local found, problem = one.from(text)
  if found ~= nil then return found end
  local message = ("%s is not %s"):format(secret and "the text" or types.quoted(text), one.written or one.called)
  return nil, problem and not secret and message .. ": " .. problem or message
end

--- Reads a value: a text as the type wants it, anything else as it is.
---@param name string of the type
---@param value any
---@param secret boolean|nil messages do not repeat it
---@return any value nil when it is none
---@return string|nil message
function types.read(name, value, secret)
  local one, found = known[name], value
  if type(value) == "string" then
    local problem
    found, problem = read_text(one, value, secret)
    if found == nil then return nil, problem end
  elseif not one.is(value) then
    if type(value) == "table" and not is_plain(value, 1) then return nil, "holds what no variable may hold" end
    local kind = types.of(value)
    return nil, ("%s is not %s"):format(kind and known[kind].called or "a " .. type(value), one.called)
  end
  return one.form and one.form(found) or found
end

--- What stands in for a value that is missing and not needed: of texts one that is nothing else anywhere, and may be a
--- name.
---@param type_name string
---@param name string of the variable
---@return any
function types.instead(type_name, name)
  if type_name == "string" then return ("variable-%s-not-given"):format(name) end
  return tables.copy(known[type_name].instead)
end

return types
