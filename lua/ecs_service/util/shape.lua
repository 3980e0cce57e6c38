--- What documents that come out of files are made of, checked before anybody relies on it: states, plans, locks,
--- recorded events, states of Terraform, what other tools cache.
local lazy = require "ecs_service.util.lazy"
local lua_source = lazy "ecs_service.util.lua_source"

local shape = {}

local HUGE = 2 ^ 53
local LATEST = 2 ^ 37 -- seconds since 1970: no time that anybody can mean

local kinds = {}

function kinds.text(value) return type(value) == "string" end
function kinds.number(value) return type(value) == "number" and value == value and value < HUGE and value > -HUGE end
function kinds.whole(value)
  return type(value) == "number" and value >= 0 and value < HUGE and value == math.floor(value)
end
function kinds.time(value) return type(value) == "number" and value >= 0 and value < LATEST end
function kinds.boolean(value) return type(value) == "boolean" end
function kinds.map(value) return type(value) == "table" and value[1] == nil end
function kinds.list(value) return type(value) == "table" and (next(value) == nil or value[1] ~= nil) end
function kinds.any() return true end

-- A tree of the core, as members called `attributes` are read: always a map.
function kinds.tree(value) return type(value) == "userdata" end

-- A text that may be shown on one line: an address, a path.
function kinds.name(value) return type(value) == "string" and value ~= "" and not value:find "%c" end

-- "record.history[2].at": what is no name stands in brackets, as it would be written in Lua.
local function member_of(name)
  if type(name) == "number" then return ("[%d]"):format(name) end
  return name:find "^[%a_][%w_]*$" and "." .. name or ("[%s]"):format(lua_source.quote(name))
end

local compile

-- A check answers nil, or where in the value something else stands.
local makers = {}

function makers.one(form)
  local words = form.one
  return function(value) return not words[value] and "" or nil end
end

-- Of lists (`of`) and of maps whatever their keys are (`each`).
local function of_items(is_kind, item, walk)
  return function(value)
    if not is_kind(value) then return "" end
    for key, member in walk(value) do
      local found = item(member)
      if found then return member_of(key) .. found end
    end
  end
end

function makers.of(form) return of_items(kinds.list, compile(form.of), ipairs) end
function makers.each(form) return of_items(kinds.map, compile(form.each), pairs) end

local function of_members(form)
  local members = {}
  for name, member in pairs(form) do
    if name ~= "optional" then members[#members + 1] = { name = name, check = compile(member) } end
  end
  table.sort(members, function(a, b) return a.name < b.name end)
  return function(value)
    if type(value) ~= "table" then return "" end
    for i = 1, #members do
      local name = members[i].name
      local found = members[i].check(value[name])
      if found then return member_of(name) .. found end
    end
  end
end

local function optional(check)
  return function(value)
    if value ~= nil then return check(value) end
  end
end

function compile(form)
  if type(form) == "string" then
    local kind, may_be_absent = form:match "^(%a+)(%??)$"
    local is_kind = kinds[kind]
    local function check(value) return not is_kind(value) and "" or nil end
    return may_be_absent == "?" and optional(check) or check
  end
  local maker = form.one and makers.one or form.of and makers.of or form.each and makers.each or of_members
  local check = maker(form)
  return form.optional == true and optional(check) or check
end

local compiled = setmetatable({}, { __mode = "k" })

--- The path of what has another form, or nil. Members that the form does not name may be anything.
---@param value any
---@param form table { of = form } for a list; { each = form } for a map; { one = set } for words; else the members,
---  each "text", "number?", … or such a table; `optional = true`: it may be absent
---@return string|nil path "" when it is the value itself
function shape.problem(value, form)
  local check = compiled[form]
  if not check then
    check = compile(form)
    compiled[form] = check
  end
  local found = check(value)
  return found and (found:gsub("^%.", ""))
end

--- What a message says of such a path.
---@param path string
---@return string
function shape.why(path)
  return path == "" and "it is no such document" or path .. " is missing, or is nothing that it would say"
end

return shape
