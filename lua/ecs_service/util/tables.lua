--- Small helpers on plain tables.
local tables = {}

-- Deeper than anything that the core would take; a table that holds itself must not be copied for ever.
local DEEPEST = 80

local function copy_of(value, depth, above)
  if type(value) ~= "table" or depth > DEEPEST then return value end
  if above[value] then return above[value] end
  local copy = {}
  above[value] = copy
  for key, member in pairs(value) do copy[key] = copy_of(member, depth + 1, above) end
  above[value] = nil
  return setmetatable(copy, getmetatable(value))
end

--- A copy all the way down, metatables shared. The copy of a table that holds itself holds itself.
function tables.copy(value) return copy_of(value, 1, {}) end

--- A table with the members of all that are given, those of later ones in place of earlier ones'; nil is nothing.
---@param ... table|nil
---@return table
function tables.merge(...)
  local merged = {}
  for i = 1, select("#", ...) do
    for key, member in pairs((select(i, ...)) or {}) do merged[key] = member end
  end
  return merged
end

--- The keys in the order of their texts, of whatever kinds they are.
function tables.names(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
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

--- The items of a list in groups of those with the same key, in the order of the first of each.
---@param list any[]
---@param key_of fun(item: any): any
---@return table[] lists of items, each with its `key`
function tables.groups(list, key_of)
  local known, groups = {}, {}
  for _, item in ipairs(list) do
    local key = key_of(item)
    if not known[key] then
      known[key] = { key = key }
      groups[#groups + 1] = known[key]
    end
    table.insert(known[key], item)
  end
  return groups
end

--- The items of a list as a set.
function tables.set(list)
  local set = {}
  for _, item in ipairs(list or {}) do set[item] = true end
  return set
end

return tables
