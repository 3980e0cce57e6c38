--- Small helpers on plain tables.
local tables = {}

-- Deeper than anything that the core would take; a table that holds itself must not be copied for ever.
local DEEPEST = 80

--- A copy all the way down, metatables shared.
function tables.copy(value, depth)
  depth = depth or 1
  if type(value) ~= "table" or depth > DEEPEST then return value end
  local copy = {}
  for key, member in pairs(value) do copy[key] = tables.copy(member, depth + 1) end
  return setmetatable(copy, getmetatable(value))
end

--- Whether two values hold the same; an empty table is equal to an empty table, whatever it was meant to be.
function tables.equal(a, b)
  if a == b then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return false end
  for key, member in pairs(a) do
    if not tables.equal(member, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

--- The keys, sorted.
function tables.keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- The items of a list as a set.
function tables.set(list)
  local set = {}
  for _, item in ipairs(list or {}) do set[item] = true end
  return set
end

return tables
