-- Counts what Lua code costs, without a clock: instructions, and the steps of patterns, which no hook sees. The matcher
-- takes the way of Lua's own (lstrlib.c), try by try.
local steps = {}

local count, inside = 0, false

local CLASSES = { a = "%a", d = "%d", l = "%l", s = "%s", u = "%u", w = "%w", x = "%x", p = "%p", c = "%c", z = "%z",
                  g = "%g" }
local real = { find = string.find, match = string.match, gmatch = string.gmatch, gsub = string.gsub, sub = string.sub,
               byte = string.byte }

local function class_end(pattern, at)
  local first = real.sub(pattern, at, at)
  if first == "%" then return at + 2 end
  if first ~= "[" then return at + 1 end
  at = at + 1
  if real.sub(pattern, at, at) == "^" then at = at + 1 end
  repeat
    local letter = real.sub(pattern, at, at)
    at = at + (letter == "%" and 2 or 1)
  until real.sub(pattern, at, at) == "]"
  return at + 1
end

local function fits(text, at, class)
  count = count + 1
  local letter = real.sub(text, at, at)
  if letter == "" then return false end
  if class == "." then return true end
  if real.sub(class, 1, 1) == "[" or CLASSES[real.sub(class, 2, 2):lower()] then
    return real.find(letter, class) ~= nil
  end
  return letter == real.sub(class, -1)
end

local match

local function most(text, at, pattern, class, rest, least)
  local n = 0
  while fits(text, at + n, class) do n = n + 1 end
  while n >= least do
    local found = match(text, at + n, pattern, rest)
    if found then return found end
    n = n - 1
  end
end

local function fewest(text, at, pattern, class, rest)
  while true do
    local found = match(text, at, pattern, rest)
    if found then return found end
    if not fits(text, at, class) then return nil end
    at = at + 1
  end
end

-- Where the match ends, or nil. Captures change nothing in what is tried; %b and %f are not used here.
function match(text, at, pattern, from)
  while true do
    count = count + 1
    local letter = real.sub(pattern, from, from)
    if letter == "" then return at end
    if letter == "(" or letter == ")" then
      from = from + 1
    elseif letter == "$" and from == #pattern then
      return at == #text + 1 and at or nil
    else
      local stop = class_end(pattern, from)
      local class, how = real.sub(pattern, from, stop - 1), real.sub(pattern, stop, stop)
      if how == "*" then return most(text, at, pattern, class, stop + 1, 0) end
      if how == "+" then return most(text, at, pattern, class, stop + 1, 1) end
      if how == "-" then return fewest(text, at, pattern, class, stop + 1) end
      local found = fits(text, at, class)
      if how == "?" then
        local after = found and match(text, at + 1, pattern, stop + 1)
        if after then return after end
        from = stop + 1
      elseif found then
        at, from = at + 1, stop
      else
        return nil
      end
    end
  end
end

local function search(text, pattern, at)
  local anchored = real.sub(pattern, 1, 1) == "^"
  repeat
    local stop = match(text, at, pattern, anchored and 2 or 1)
    if stop then return stop end
    at = at + 1
  until anchored or at > #text + 1
end

local function all(text, pattern)
  local anchored = real.sub(pattern, 1, 1) == "^"
  local at = 1
  while at <= #text + 1 do
    local stop = match(text, at, pattern, anchored and 2 or 1)
    at = stop and stop > at and stop or at + 1
    if anchored then return end
  end
end

local function counted(work, ...)
  if inside then return end
  inside = true
  work(...)
  inside = false
end

local watched = {}
function watched.find(text, pattern, at, plain)
  text = tostring(text)
  if plain then
    local found, stop = real.find(text, pattern, at, plain)
    count = count + (stop or #text) - (at or 1) + 1
    return found, stop
  end
  counted(search, text, pattern, at and (at < 0 and math.max(1, #text + at + 1) or at) or 1)
  return real.find(text, pattern, at)
end
function watched.match(text, pattern, at)
  counted(search, tostring(text), pattern, at and (at < 0 and math.max(1, #text + at + 1) or at) or 1)
  return real.match(text, pattern, at)
end
function watched.gmatch(text, pattern)
  counted(all, text, pattern)
  return real.gmatch(text, pattern)
end
function watched.gsub(text, pattern, ...)
  counted(all, tostring(text), pattern)
  return real.gsub(text, pattern, ...)
end
function watched.sub(text, from, to)
  local piece = real.sub(text, from, to)
  if not inside then count = count + #piece end
  return piece
end

--- How many steps `work` takes.
---@param work fun()
---@return integer
function steps.of(work)
  count, inside = 0, false
  for name, other in pairs(watched) do string[name] = other end -- luacheck: ignore
  local jit = rawget(_G, "jit")
  if jit then jit.off() end
  debug.sethook(function() if not inside then count = count + 10 end end, "", 10)
  local ok, problem = pcall(work)
  debug.sethook()
  if jit then jit.on() end
  for name in pairs(watched) do string[name] = real[name] end -- luacheck: ignore
  if not ok then error(problem, 0) end
  return count
end

return steps
