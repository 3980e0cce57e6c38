--- What tables that come out of files are made of, checked before anybody relies on it.
local shape = {}

local checks = {}

function checks.text(value) return type(value) == "string" end
function checks.number(value) return type(value) == "number" and value == value end
function checks.boolean(value) return type(value) == "boolean" end
function checks.map(value) return type(value) == "table" and value[1] == nil end
function checks.list(value) return type(value) == "table" and (next(value) == nil or value[1] ~= nil) end
function checks.any() return true end

-- A text that may be shown on one line: an address, a path.
function checks.name(value) return type(value) == "string" and value ~= "" and not value:find "%c" end

local function wrong(value, form, path)
  if type(form) == "string" then
    local kind, optional = form:match "^(%a+)(%??)$"
    if value == nil and optional == "?" then return nil end
    return not checks[kind](value) and path or nil
  elseif form.of then
    if value == nil and form.optional then return nil end
    if not checks.list(value) then return path end
    for i, item in ipairs(value) do
      local found = wrong(item, form.of, ("%s[%d]"):format(path, i))
      if found then return found end
    end
  elseif form.one then
    return not (value == nil and form.optional or form.one[value]) and path or nil
  else
    if type(value) ~= "table" then return path end
    for name, member in pairs(form) do
      local found = wrong(value[name], member, path == "" and name or path .. "." .. name)
      if found then return found end
    end
  end
end

--- The path of what has another form, or nil.
---@param value any
---@param form any "text", "number?", …; { of = form } for a list; { one = set } for words; else a table of members
---@return string|nil
function shape.problem(value, form) return wrong(value, form, "") end

return shape
