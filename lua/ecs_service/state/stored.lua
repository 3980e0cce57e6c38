--- What a backend has of a state: its text, and the records of a journal beside it, which belong to a text that says
--- so.
local change_record = require "ecs_service.state.change_record"
local core = require "ecs_service.core"
local document = require "ecs_service.state.format"
local errors = require "ecs_service.errors"

local stored = {}

-- A state that is written while it is read is read again.
local TRIES = 20

---@class ecs_service.StoredState
---@field text string|nil      what lies there, whole or not; nil: nothing
---@field token any            of that text
---@field document table|nil   what is in it, with the records of its journal
---@field folded string|nil    the text of `document`, where it is not that which lies there
---@field base integer|nil     the serial that the journal begins behind
---@field problem ecs_service.Error|nil  why it cannot be used
---@field sound table|nil      of a journal that is damaged: the document with the records before the damage
---@field journal string|nil   and the text of that journal

--- The text of a document.
---@param found table { version, lineage, serial, services, journal }
---@return string
function stored.text(found)
  local content = document.content(found)
  if found.version == document.JOURNALLED then content.version = found.version end
  return core.json(content, 2) .. "\n"
end

-- Puts the records of its journal into a document that was read.
local function fold(backend, result, found)
  local lines, err = {}, nil
  if type(backend.read_journal) == "function" then lines, err = backend:read_journal(found.serial) end
  if not lines then return nil, err end
  result.base = found.serial
  local problem = change_record.fold(found, lines)
  err = problem and document.damage(backend.name, "of its journal, " .. problem)
    or document.problem(found, backend.name)
  if err then
    result.problem, result.sound, result.journal = err, problem and found, table.concat(lines, "\n")
  else
    result.document, result.folded = found, stored.text(found)
  end
  return result
end

local function read(backend)
  local text, token = backend:read()
  if not text and token then return nil, token end
  local result = { text = text, token = token }
  if not text then return result end
  local found, err = document.parse(text, backend.name)
  if found and found.journalled then return fold(backend, result, found) end
  result.document, result.problem = found, err
  return result
end

--- Reads what is there.
---@param backend table
---@param held boolean|nil this run has the lock: nobody writes meanwhile
---@return ecs_service.StoredState|nil
---@return ecs_service.Error|nil of the backend
function stored.read(backend, held)
  for _ = 1, TRIES do
    local found, err = read(backend)
    if not found or not found.base or held then return found, err end
    -- Text and records are two: they belong together when the text is still there that the records were read for.
    local text, token = backend:read()
    if not text and token then return nil, token end
    if text and token == found.token then return found end
  end
  return nil, errors.new { code = "StateUnreadable", path = "state", retryable = true,
    message = ("the state %s is written again and again while it is read"):format(backend.name), hint = "try again" }
end

return stored
