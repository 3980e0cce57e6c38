--- docs/api.md: the reference of the module, from the editor types that are written by hand (tools/api_types*.lua).
local root = ... or ""

local function parts()
  local text = {}
  for _, part in ipairs { "_module", "", "_results", "_hooks" } do
    text[#text + 1] = assert(loadfile(root .. "tools/api_types" .. part .. ".lua"))()
  end
  return table.concat(text, "\n")
end

-- Classes in their order: name, doc, fields, functions.
local function read_classes(text)
  local list, by_variable, doc, notes, current = {}, {}, {}, {}, nil
  for line in (text .. "\n"):gmatch "([^\n]*)\n" do
    local class, rest = line:match "^%-%-%-@class ([%w_.]+)(.*)$"
    local tag = line:match "^%-%-%-@(%w+)"
    local variable = line:match "^local ([%w_]+) = {}$"
    local owner, mark, name, arguments = line:match "^function ([%w_]+)([.:])([%w_]+)(%b())"
    if class then
      current = { name = class, extends = rest:match "^ : ([%w_.]+)", doc = doc, fields = {}, functions = {} }
      list[#list + 1], doc, notes = current, {}, {}
    elseif tag == "field" and current then
      current.fields[#current.fields + 1] = line:match "^%-%-%-@field (.*)$"
    elseif tag == "param" or tag == "return" then
      notes[#notes + 1] = line:match "^%-%-%-@(.*)$"
    elseif line:find "^%-%-%-  %S" and current and #current.fields > 0 then -- a field's text goes on
      current.fields[#current.fields] = current.fields[#current.fields] .. " " .. line:match "^%-%-%-%s+(.*)$"
    elseif line:find "^%-%-%- " then
      doc[#doc + 1] = line:sub(5)
    elseif variable then
      by_variable[variable] = current
    elseif owner then
      local functions = by_variable[owner].functions
      functions[#functions + 1] = { name = owner .. mark .. name .. arguments, doc = doc, notes = notes }
      doc, notes = {}, {}
    elseif line == "" then
      doc, notes = {}, {}
    end
  end
  return list
end

local function escaped(text) return (text:gsub("|", "\\|")) end

-- A name, its type (which may hold spaces within brackets and after a comma or a colon) and what is said of it.
local function split(text)
  local name, rest = text:match "^(%S+)%s+(.*)$"
  if not name then return text, "", "" end
  local depth, i = 0, 1
  while i <= #rest do
    local c = rest:sub(i, i)
    if c:find "[%(<{%[]" then depth = depth + 1 elseif c:find "[%)>}%]]" then depth = depth - 1 end
    if c == " " and depth == 0 and not rest:sub(1, i - 1):find "[:,]$" then break end
    i = i + 1
  end
  return name, rest:sub(1, i - 1), rest:sub(i + 1)
end

local function short(kind) return (kind:gsub("ecs_service%.(%u)", "%1")) end

local function add_table(out, fields)
  if #fields == 0 then return end
  out[#out + 1] = "| field | type | |\n| --- | --- | --- |"
  for _, field in ipairs(fields) do
    local name, kind, words = split(field)
    out[#out + 1] = ("| `%s` | `%s` | %s |"):format(name, escaped(short(kind)), escaped(words))
  end
  out[#out + 1] = ""
end

local function add_function(out, one)
  out[#out + 1] = "### " .. one.name .. "\n"
  if #one.doc > 0 then out[#out + 1] = table.concat(one.doc, " ") .. "\n" end
  for _, note in ipairs(one.notes) do
    local tag, rest = note:match "^(%w+) (.*)$"
    if tag == "param" then
      local name, kind, words = split(rest)
      out[#out + 1] = ("- `%s`: `%s` %s"):format(name, short(kind), words)
    else
      local _, kind, words = split("x " .. rest)
      out[#out + 1] = ("- answers `%s` %s"):format(short(kind), words)
    end
    out[#out] = out[#out]:gsub("%s+$", "")
  end
  out[#out + 1] = ""
end

local out = {
  "# The module",
  "",
  "<!-- Made by tools/generate.lua from tools/api_types*.lua; change those. -->",
  "",
  "What `require \"ecs_service\"` gives, and what its functions take and answer. A `?` marks what may be left out.",
  "What goes wrong in the world is answered as `nil, err` ([errors.md](errors.md)); misuse raises. The arguments of a",
  "service are in [arguments.md](arguments.md); editors have all of it from `lua/ecs_service/types.lua`.",
  "",
  "Beside it, `ecs_service.scheduler`, `ecs_service.credentials`, `ecs_service.errors`, `ecs_service.openresty`,",
  "`ecs_service.openresty.board`, `ecs_service.transport.curl` and `ecs_service.simulator` are there to be required.",
  "The other modules are the inside of this one: any version may move or change them.",
  "",
}
local FIRST = { ["ecs_service"] = 1, ["ecs_service.Stack"] = 2, ["ecs_service.Service"] = 3, ["ecs_service.Plan"] = 4 }

local classes = read_classes(parts())
for i, class in ipairs(classes) do class.place = FIRST[class.name] or 10 + i end
table.sort(classes, function(a, b) return a.place < b.place end)
for _, class in ipairs(classes) do
  local title = class.name:gsub("^ecs_service%.", "")
  out[#out + 1] = "## " .. title .. "\n"
  if #class.doc > 0 then out[#out + 1] = table.concat(class.doc, " ") .. "\n" end
  if class.extends then
    local base = class.extends:gsub("^ecs_service%.", "")
    local page = base == "Arguments" and "arguments.md" or "#" .. base:lower()
    out[#out + 1] = ("All of [%s](%s), and:\n"):format(base, page)
  end
  add_table(out, class.fields)
  for _, one in ipairs(class.functions) do add_function(out, one) end
end
return (table.concat(out, "\n"):gsub("\n+$", "\n"))
