--- The records of a journal. Each is a line: what has changed in a state since the one before, whole records by their
--- addresses, and what is gone. A checksum tells one that was not written to its end.
local core = require "ecs_service.core"
local form = require "ecs_service.state.form"
local shape = require "ecs_service.util.shape"

local change_record = {}

--- The line of a record.
---@param fields table { lineage, number (of the record, from 1), serial (of the state with it), changed (section →
---  address → what is recorded), removed (section → addresses) }
---@return string
function change_record.line(fields)
  local text = core.json(fields)
  return ('{"checksum":"%s","record":%s}\n'):format(core.system.sha256(text), text)
end

--- The record of a line, or nil when it is none, or not the whole of one.
---@param line string
---@return table|nil
function change_record.read(line)
  local checksum, text = line:match '^{"checksum":"(%x+)","record":(.*)}$'
  if not text or core.system.sha256(text) ~= checksum then return nil end
  local record = core.read_json(text, "attributes")
  return type(record) == "table" and not shape.problem(record, form.CHANGE) and record or nil
end

local function put(document, record)
  for name in pairs(form.SECTIONS) do
    document[name] = document[name] or {}
    for _, address in ipairs(record.removed and record.removed[name] or {}) do document[name][address] = nil end
    for address, entry in pairs(record.changed and record.changed[name] or {}) do document[name][address] = entry end
  end
  document.serial = record.serial
end

--- Puts records into the document that they follow, as far as they do. Those that the document holds already are passed
--- over, and so is a last one that was not written to its end.
---@param document table
---@param lines string[]
---@return string|nil problem what is wrong with the journal, from the first record on that is not put into the document
function change_record.fold(document, lines)
  local number = 0
  for i, line in ipairs(lines) do
    local record = change_record.read(line)
    if not record then
      return i < #lines and ("its record %d is damaged"):format(i) or nil
    elseif record.lineage ~= document.lineage then
      return ("its record %d is one of another state"):format(i)
    elseif i > 1 and record.number ~= number + 1 or record.serial > document.serial + 1 then
      return ("a record is missing before its record %d"):format(i)
    end
    number = record.number
    if record.serial > document.serial then put(document, record) end
  end
end

--- The lines of a text; what stands behind the last end of a line is none.
---@param text string
---@return string[]
function change_record.lines(text)
  local list = {}
  for line in text:gmatch "([^\n]*)\n" do list[#list + 1] = line end
  return list
end

return change_record
