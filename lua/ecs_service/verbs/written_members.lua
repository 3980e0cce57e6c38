--- What of attributes a declaration writes: what differs from the defaults, and is not AWS's own choice.
local core = require "ecs_service.core"

-- A role that AWS made for itself is its own choice, not a declaration.
local function is_service_linked(value)
  return type(value) == "string" and value:find("/aws-service-role/", 1, true) ~= nil
end

local function declared(row, value)
  return not (row["local"] or row.meta or row.readonly) and value ~= nil and not is_service_linked(value)
    and not (type(value) == "table" and next(value) == nil)
    and not (row.default ~= nil and core.same(value, row.default))
end

local member_of

-- A block without the members that have their default; lists of blocks likewise.
local function slim(row, value)
  if not row.rows or type(value) ~= "table" then return value end
  if row.kind == "block" then return member_of(row.rows, value) end
  if row.kind == "block_map" then
    local map = core.object {}
    for key, item in pairs(value) do map[key] = member_of(row.rows, item) end
    return map
  end
  local list = {}
  for i, item in ipairs(value) do list[i] = member_of(row.rows, item) end
  return list
end

--- A block as it is written.
---@param rows table[]
---@param block table
---@return table
function member_of(rows, block)
  local copy = core.object {}
  for _, row in ipairs(rows) do
    local value = block[row.name]
    if row.required and value ~= nil or declared(row, value) then copy[row.name] = slim(row, value) end
  end
  return copy
end

return member_of
