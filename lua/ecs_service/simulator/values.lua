--- Copies and comparisons of plain trees, which keep the mark of empty objects (core.object).
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"

local values = {}

--- A deep copy; answers never share tables with the simulated account.
function values.copy(value)
  if type(value) ~= "table" then return value end
  local out = {}
  for key, item in pairs(value) do out[key] = values.copy(item) end
  return setmetatable(out, getmetatable(value))
end

function values.equal(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, item in pairs(a) do
    if not values.equal(item, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

--- Whether a list is missing or without items.
function values.none(list)
  return list == nil or next(list) == nil
end

--- Whether a member says anything: neither missing nor false, nor an empty text, list or map.
function values.given(value)
  return value ~= nil and value ~= false and value ~= "" and not (type(value) == "table" and next(value) == nil)
end

--- A list of the same items, to walk over while the other changes.
function values.slice(list)
  local out = {}
  for i, item in ipairs(list) do out[i] = item end
  return out
end

--- Where the page of a request with nextToken begins; raises for a token that was never given out.
function values.from(body)
  if body.nextToken == nil then return 1 end
  local from = body.nextToken:match("^%d+$") and tonumber(body.nextToken)
  if not from or from < 1 then refuse.invalid("Invalid token.") end
  return from
end

--- The page's size that a request asks for: `default` when it does not.
function values.page_size(body, default, most)
  local size = body.maxResults or default
  if size < 1 or size > most then refuse.invalid("maxResults must be between 1 and %d.", most) end
  return size
end

--- One page of a list: the items and the token of the next page (nil on the last).
function values.page(items, from, size)
  local out = {}
  for i = from, math.min(#items, from + size - 1) do out[#out + 1] = items[i] end
  return out, from + size <= #items and tostring(from + size) or nil
end

values.object = core.object

return values
