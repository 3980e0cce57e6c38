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

--- The keys, sorted.
function tables.keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

--- The length of a list; nil of a table that has other keys, or gaps.
function tables.length(list)
  local count = 0
  for _ in pairs(list) do count = count + 1 end
  for i = 1, count do
    if list[i] == nil then return nil end
  end
  return count
end

--- The items of a list as a set.
function tables.set(list)
  local set = {}
  for _, item in ipairs(list or {}) do set[item] = true end
  return set
end

return tables
