--- Filter patterns of FilterLogEvents, as far as they are words: all of them have to be in a message, one of those with
--- "?" if there are any, and none of those with "-". Words in quotes may have blanks in them.

local refuse = require "ecs_service.simulator.api_error"

local filter = {}

local function unquoted(text)
  local inner = text:match '^"(.*)"$'
  return inner and inner:gsub('\\(["\\])', "%1") or text
end

local function words_of(pattern)
  local out, i = {}, 1
  while true do
    local from = pattern:find("%S", i)
    if not from then return out end
    local sign = pattern:sub(from, from):match "[?-]" or ""
    local start = from + #sign
    local stop
    if pattern:sub(start, start) == '"' then
      stop = start
      repeat stop = pattern:find('"', stop + 1, true) until not stop or pattern:sub(stop - 1, stop - 1) ~= "\\"
    else
      stop = (pattern:find("%s", start) or #pattern + 1) - 1
    end
    if not stop or stop < start then refuse.invalid("Invalid filter pattern") end
    out[#out + 1] = { sign = sign, text = unquoted(pattern:sub(start, stop)) }
    i = stop + 1
  end
end

--- A function that says whether a message fits a pattern.
---@param pattern string
---@return fun(message: string): boolean
function filter.of(pattern)
  if pattern:find "^%s*[{[%%]" then
    refuse.invalid("The simulator has filter patterns of words only, not of JSON, columns or regular expressions.")
  end
  local words = words_of(pattern)
  return function(message)
    local wanted, found = false, false
    for _, word in ipairs(words) do
      local is_in = message:find(word.text, 1, true) ~= nil
      if word.sign == "?" then
        wanted, found = true, found or is_in
      elseif is_in == (word.sign == "-") then
        return false
      end
    end
    return found or not wanted
  end
end

return filter
