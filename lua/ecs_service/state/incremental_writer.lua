--- The text of a state, piece by piece: what one save after the other writes differs in a record or two, so the pieces
--- of the others are kept. The bytes are those of core.json(document, 2).
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local tables = require "ecs_service.util.tables"

local text = {}
text.__index = text

-- The members whose records are encoded one by one.
local MAPS = { "journal" }
for _, kind in ipairs(kinds.ALL) do MAPS[#MAPS + 1] = kind.section end
table.sort(MAPS)

local NONE = {}

local function indented(value, indent)
  return (core.json(value, 2):gsub("\n", "\n" .. indent))
end

function text.new()
  local self = setmetatable({ pieces = {}, keys = {}, dirty = {}, size = 0 }, text)
  for _, name in ipairs(MAPS) do self.pieces[name], self.dirty[name] = {}, {} end
  return self
end

-- Brings the piece of one record up to date; whether that changed it.
local function renew(self, name, map, key)
  local record, pieces = map[key], self.pieces[name]
  local piece = record ~= nil and indented(record, "    ") or nil
  if piece == pieces[key] then return false end
  if piece == nil or pieces[key] == nil then self.keys[name] = nil end
  self.size = self.size + #(piece or "") - #(pieces[key] or "")
  pieces[key], self.dirty[name][key] = piece, true
  return true
end

--- Takes in what has changed since the last call; whether anything has.
---@param document table { services, journal, … }
---@param only table<string, boolean>|nil keys of the records that may have changed; nil: any
---@return boolean
function text:update(document, only)
  local changed = false
  for _, name in ipairs(MAPS) do
    local map, pieces = document[name] or NONE, self.pieces[name]
    if only then
      for key in pairs(only) do changed = renew(self, name, map, key) or changed end
    else
      for key in pairs(map) do changed = renew(self, name, map, key) or changed end
      for key in pairs(pieces) do
        if map[key] == nil then changed = renew(self, name, map, key) or changed end
      end
    end
  end
  return changed
end

--- What has changed since the last `settle`: the records by section, and the keys of those that are gone.
---@param document table
---@return table changed
---@return table removed
function text:changes(document)
  local changed, removed = {}, {}
  for _, name in ipairs(MAPS) do
    local gone = {}
    for key in pairs(self.dirty[name]) do
      if self.pieces[name][key] == nil then
        gone[#gone + 1] = key
      else
        changed[name] = changed[name] or core.object {}
        changed[name][key] = document[name][key]
      end
    end
    table.sort(gone)
    if #gone > 0 then removed[name] = gone end
  end
  return core.object(changed), core.object(removed)
end

--- What was taken in is written.
function text:settle()
  for _, name in ipairs(MAPS) do self.dirty[name] = {} end
end

local function write_map(self, name, out)
  local pieces = self.pieces[name]
  local keys = self.keys[name] or tables.keys(pieces)
  self.keys[name] = keys
  if #keys == 0 then
    out[#out + 1] = "{}"
    return
  end
  for i, key in ipairs(keys) do
    out[#out + 1] = i == 1 and "{\n    " or ",\n    "
    out[#out + 1] = core.json(key)
    out[#out + 1] = ": "
    out[#out + 1] = pieces[key]
  end
  out[#out + 1] = "\n  }"
end

--- The whole text, for what `update` has taken in.
---@param document table
---@return string
function text:write(document)
  local out = {}
  for i, name in ipairs(tables.keys(document)) do
    out[#out + 1] = (i == 1 and "{\n  " or ",\n  ") .. core.json(name) .. ": "
    if self.pieces[name] then
      write_map(self, name, out)
    else
      out[#out + 1] = indented(document[name], "  ")
    end
  end
  out[#out + 1] = "\n}\n"
  return table.concat(out)
end

return text
