--- The names of the members that a table has, in the order of the rows that tell of them.
---@param rows table[]
---@param value table
---@return string[]
return function(rows, value)
  local keys = {}
  for _, row in ipairs(rows) do
    if value[row.name] ~= nil then keys[#keys + 1] = row.name end
  end
  return keys
end
