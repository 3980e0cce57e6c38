--- Takes the values of secret arguments out of attributes before they are shown, by the rows of the schema.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local is_secret_key = require "ecs_service.util.secret_keys"
local tables = require "ecs_service.util.tables"

local redact = {}

redact.TEXT = "(sensitive value)"

--- Whether the name of a variable or an option says that its value is secret.
redact.is_secret_key = is_secret_key

local function hide_keys(map, mark)
  local copy = {}
  for key, value in pairs(map) do copy[key] = is_secret_key(key) and mark(key) or value end
  return setmetatable(copy, getmetatable(map))
end

local function hide(attributes, rows, mark)
  if type(attributes) ~= "table" then return attributes end
  local copy = tables.merge(attributes)
  for _, row in ipairs(rows) do
    local member = copy[row.name]
    if member ~= nil then
      if row.secret then
        copy[row.name] = mark(row.name)
      elseif row.secret_keys and type(member) == "table" then
        copy[row.name] = hide_keys(member, mark)
      elseif row.rows and type(member) == "table" then
        if member[1] ~= nil then
          local list = {}
          for i, item in ipairs(member) do list[i] = hide(item, row.rows, mark) end
          copy[row.name] = list
        else
          copy[row.name] = hide(member, row.rows, mark)
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

local function plainly() return redact.TEXT end

--- Attributes without the values of secret arguments.
---@param attributes table|userdata|nil a table, or a tree of the core
---@param rows? table rows of the schema; default: those of a service
---@param mark? fun(name: string): string what stands there instead; default: redact.TEXT
---@return table|nil
function redact.attributes(attributes, rows, mark)
  if attributes == nil then return nil end
  return hide(core.table(attributes), rows or kinds.BARE.rows(), mark or plainly)
end

--- A change whose `before` and `after` hold no secret.
---@param change table
---@param rows? table rows of the schema; default: those of its kind
---@return table
function redact.change(change, rows)
  local copy = tables.merge(change)
  rows = rows or kinds.of_change(change).rows()
  copy.before = tables.copy(redact.attributes(change.before, rows))
  copy.after = tables.copy(redact.attributes(change.after, rows))
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
