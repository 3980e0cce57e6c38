--- Takes the values of secret arguments out of attributes before they are shown, by the rows of the schema.
local core = require "ecs_service.core"

local redact = {}

redact.TEXT = "(sensitive value)"

local function hide(attributes, rows)
  if type(attributes) ~= "table" then return attributes end
  local copy = {}
  for key, member in pairs(attributes) do copy[key] = member end
  for _, row in ipairs(rows) do
    local member = copy[row.name]
    if member ~= nil then
      if row.secret then
        copy[row.name] = redact.TEXT
      elseif row.rows and type(member) == "table" then
        if member[1] ~= nil then
          local list = {}
          for i, item in ipairs(member) do list[i] = hide(item, row.rows) end
          copy[row.name] = list
        else
          copy[row.name] = hide(member, row.rows)
        end
      end
    end
  end
  return setmetatable(copy, getmetatable(attributes))
end

-- Values that a diff marks as sensitive are left out of it by the core; `before` and `after` hold them at these paths.
local function hide_path(attributes, path)
  local holder, key = attributes, nil
  for name in path:gmatch("[^%.%[%]\"]+") do
    if key ~= nil then
      if type(holder) ~= "table" then return end
      holder = holder[key]
    end
    key = tonumber(name) or name
  end
  if type(holder) == "table" and key ~= nil and holder[key] ~= nil then holder[key] = redact.TEXT end
end

local function deep_copy(t)
  if type(t) ~= "table" then return t end
  local copy = {}
  for key, member in pairs(t) do copy[key] = deep_copy(member) end
  return setmetatable(copy, getmetatable(t))
end

local rows_of_service

--- Attributes without the values of secret arguments.
---@param attributes table|userdata|nil a table, or a tree of the core
---@param rows? table rows of the schema; default: those of a service
---@return table|nil
function redact.attributes(attributes, rows)
  if attributes == nil then return nil end
  rows_of_service = rows_of_service or core.schema()
  return hide(core.table(attributes), rows or rows_of_service)
end

--- A change whose `before` and `after` hold no secret.
---@param change table
---@param rows? table
---@return table
function redact.change(change, rows)
  local copy = {}
  for key, member in pairs(change) do copy[key] = member end
  copy.before = deep_copy(redact.attributes(change.before, rows))
  copy.after = deep_copy(redact.attributes(change.after, rows))
  for _, entry in ipairs(change.diff or {}) do
    if entry.sensitive then
      for _, side in ipairs { "before", "after" } do
        if type(copy[side]) == "table" then hide_path(copy[side], entry.path) end
      end
    end
  end
  return copy
end

return redact
