--- Puts statements into a Lua source, before the `return` that ends it. The source is read as Lua reads it, as far as
--- that takes to tell code from texts and comments, and the return of the file from that of a function.
local lua_insert = {}

-- What opens a block that `end` or `until` closes. A loop's `for` and `while` open theirs with `do`.
local OPENS = { ["function"] = true, ["if"] = true, ["do"] = true, ["repeat"] = true }
local CLOSES = { ["end"] = true, ["until"] = true }

-- The end of [[…]] or [==[…]==] that begins at `at`; nil when none begins there. Unfinished ones end with the source.
local function long_bracket(text, at)
  local level = text:match("^%[(=*)%[", at)
  if not level then return nil end
  local _, last = text:find("]" .. level .. "]", at, true)
  return last or #text
end

local function comment(text, at)
  if text:sub(at, at + 1) ~= "--" then return nil end
  return long_bracket(text, at + 2) or (text:find("[\r\n]", at) or #text + 1) - 1
end

local function quoted(text, at)
  local mark = text:match("^[\"']", at)
  if not mark then return nil end
  local place = at + 1
  while place <= #text do
    local char = text:sub(place, place)
    if char == mark then return place end
    place = place + (char == "\\" and 2 or 1)
  end
  return #text
end

-- The next piece of code at or after `at`: its word or sign, where it begins, where it ends; nil at the end.
local function token(text, at)
  while true do
    at = text:find("%S", at)
    if not at then return nil end
    local last = comment(text, at)
    if not last then break end
    at = last + 1
  end
  local last = quoted(text, at) or long_bracket(text, at)
  if last then return "", at, last end
  local word = text:match("^[%a_][%w_]*", at)
  if word then return word, at, at + #word - 1 end
  local number = text:match("^%.?%d[%w%.]*", at)
  if number then return "", at, at + #number - 1 end
  return text:sub(at, at), at, at
end

-- After a mark of UTF-8 and a first line for the system.
local function beginning(text)
  local at = text:match "^\239\187\191()" or 1
  return text:match("^#[^\n]*()", at) or at
end

-- The words and signs after the return of the file, and where it begins.
local function find_return(text)
  local depth, place, after = 0, nil, nil
  local word, at, last = token(text, beginning(text))
  while word do
    if after then after[#after + 1] = word end
    if OPENS[word] then depth = depth + 1 end
    if CLOSES[word] then depth = depth - 1 end
    if word == "return" and depth == 0 and not after then place, after = at, {} end
    word, at, last = token(text, last + 1)
  end
  return place, after
end

-- The name that is returned, and nothing else: `return stack`, `return stack;`.
local function returned_name(after)
  local name = after[1]
  local alone = #after == 1 or #after == 2 and after[2] == ";"
  return alone and name and name:find "^[%a_]" and name or nil
end

--- Where a file's declarations end, and what it calls its stack.
---@param text string
---@return { at: integer, name: string }|nil
---@return string|nil why there is no such place
function lua_insert.place(text)
  local at, after = find_return(text)
  if not at then return nil, "it returns nothing" end
  local name = returned_name(after)
  if not name then return nil, "what it returns has no name" end
  return { at = at, name = name }
end

-- With the line ends of the file.
local function in_lines_of(text, source)
  local lines = text:find("\r\n", 1, true) and "\r\n" or "\n"
  return (source:gsub("\r?\n", lines)), lines
end

--- The file with the statements in it.
---@param text string
---@param place { at: integer } of lua_insert.place
---@param source string statements that end with a line end
---@return string
function lua_insert.insert(text, place, source)
  local before, after = text:sub(1, place.at - 1), text:sub(place.at)
  local own, line = in_lines_of(text, source)
  -- A return in the middle of a line, or further in, keeps what stands before it.
  local indent = before:match "[\r\n]([ \t]*)$" or before:match "^[ \t]*$"
  if indent then before = before:sub(1, #before - #indent) else before, indent = before .. line, "" end
  local gap = (before == "" or before:find "\n%s*\n$") and "" or line
  return before .. gap .. own .. line .. indent .. after
end

return lua_insert
