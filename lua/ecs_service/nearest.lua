--- The name that was probably meant.
local nearest = {}

local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(above + 1, row[j - 1] + 1, diagonal + cost)
      diagonal = above
    end
  end
  return row[#b]
end

--- The nearest of `names` to `name`, or nil when none is near.
---@param name string
---@param names string[]
---@return string|nil
function nearest.to(name, names)
  if #name > 64 then return nil end
  local best, least = nil, math.max(1, math.floor(#name / 3)) + 1
  for _, candidate in ipairs(names) do
    local far = distance(name:lower(), candidate:lower())
    if far < least then best, least = candidate, far end
  end
  return best
end

--- "did you mean X?", or the list of all when none is near.
---@param name string
---@param names string[]
---@param what string what they are, for the list: "options are"
---@return string
function nearest.hint(name, names, what)
  local best = nearest.to(name, names)
  if best then return ("did you mean %s?"):format(best) end
  local sorted = {}
  for i, one in ipairs(names) do sorted[i] = one end
  table.sort(sorted)
  if #sorted == 0 then return nil end
  return what .. " " .. table.concat(sorted, ", ")
end

return nearest
