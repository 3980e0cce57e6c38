--- Empty lists for JSON libraries that take an empty table for a map: OpenResty's lua-cjson has a metatable by which it
--- knows them (`empty_array_mt`; 2.1.0, which Debian has, knows none). What the API answers is given it, so that
--- `cjson.encode` writes lists where lists are.
local marks = {}

-- What is a map by its name, also when there is nothing in it.
local MAPS = { services = true, ignored = true, tags = true, tags_all = true, default_tags = true, triggers = true,
  options = true, facts = true }

local LIBRARIES = { "cjson", "cjson.safe" }

local function mark_of_library()
  for _, name in ipairs(LIBRARIES) do
    local library = package.loaded[name]
    local mark = type(library) == "table" and library.empty_array_mt
    if type(mark) == "table" then return mark end
  end
  return nil
end

local function visit(value, mark, seen)
  if seen[value] then return end
  seen[value] = true
  for name, member in next, value do
    if type(member) == "table" then
      if next(member) ~= nil then
        visit(member, mark, seen)
      elseif getmetatable(member) == nil and not MAPS[name] then
        setmetatable(member, mark)
      end
    end
  end
end

--- What was given, value for value, with the empty lists inside of it marked: the answers of a call, an error among
--- them. A library that the script has not loaded by then is not loaded for it: `document` does that.
---@param ... any the answer, and what may stand behind it
---@return any ...
function marks.marked(...)
  local answer, err = ...
  local mark = (type(answer) == "table" or type(err) == "table") and mark_of_library()
  if mark then
    local seen = {}
    if type(answer) == "table" then visit(answer, mark, seen) end
    if type(err) == "table" then visit(err, mark, seen) end
  end
  return ...
end

--- The same for a table that is made to be written, and needs its marks now.
---@param document table
---@return table
function marks.document(document)
  pcall(require, LIBRARIES[1])
  return marks.marked(document)
end

--- The same for an answer that is a list itself.
---@param ... any
---@return any ...
function marks.list(...)
  local answer = ...
  if type(answer) == "table" and next(answer) == nil and getmetatable(answer) == nil then
    setmetatable(answer, mark_of_library())
  end
  return marks.marked(...)
end

return marks
