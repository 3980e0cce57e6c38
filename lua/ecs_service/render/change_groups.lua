--- Which changes of a plan are the same but for the names of their services: a fleet's plan shows those once.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local tables = require "ecs_service.util.tables"
local forecast = require "ecs_service.render.forecast"

local alike = {}

-- Fewer than this are shown one by one.
local LEAST = 3
alike.LEAST = LEAST

-- What a service's own name, or the end of its ARN, is replaced by.
local function own(value, service)
  if type(value) ~= "string" or type(service) ~= "string" then return value end
  if value == service or value:sub(-#service - 1) == "/" .. service then return "\1own" end
  return value
end

local function is_own(entry, service)
  return own(entry.before, service) ~= entry.before or own(entry.after, service) ~= entry.after
end

local function signature(change)
  local rows = {}
  for i, entry in ipairs(change.diff or {}) do
    local row = {}
    for key, value in pairs(entry) do row[key] = own(value, change.service) end
    rows[i] = row
  end
  return core.json { change.kind or "", change.action, change.cluster or "",
    change.reason or "", change.steps or "", rows,
    change.carried or {}, change.deployment or {}, forecast.line(change, ">") or "" }
end

-- The first of its kind without what is each service's own.
local function common(change)
  local copy, rows = {}, {}
  for key, value in pairs(change) do copy[key] = value end
  for _, entry in ipairs(change.diff or {}) do
    if not is_own(entry, change.service) then rows[#rows + 1] = entry end
  end
  copy.diff = rows
  return copy
end

--- The changes that are shown, in order; `same` of one lists the addresses that it stands for.
---@param changes table[]
---@return table[]
function alike.group(changes)
  local list = {}
  for _, group in ipairs(tables.groups(changes, signature)) do
    if #group < LEAST then
      for _, change in ipairs(group) do list[#list + 1] = change end
    else
      local one = common(group[1])
      one.same = {}
      for i, change in ipairs(group) do one.same[i] = kinds.text(change) end
      list[#list + 1] = one
    end
  end
  return list
end

--- "a, b, c, … and 237 more"
---@param addresses string[]
---@param ellipsis string
---@return string
function alike.names(addresses, ellipsis)
  if #addresses <= LEAST + 1 then return table.concat(addresses, ", ") end
  local first = {}
  for i = 1, LEAST do first[i] = addresses[i] end
  return ("%s, %s and %d more"):format(table.concat(first, ", "), ellipsis, #addresses - LEAST)
end

return alike
