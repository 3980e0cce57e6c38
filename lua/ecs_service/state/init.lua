--- The state of a stack: what it manages, and what it was about to do. One JSON document, the same bytes for the same
--- content, written whole or not at all.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.json"
local rows_of = require "ecs_service.rows"
local tables = require "ecs_service.tables"
local text_of = require "ecs_service.state.text"
local wire = require "ecs_service.wire"

local state = {}
state.__index = state

state.DEFAULT = "ecs-service.state.json"
state.VERSION = 1

---@class ecs_service.StateEntry
---@field status "ok"|"tainted"
---@field reason string|nil        why it is tainted
---@field attributes table
---@field meta table|nil           lifecycle, timeouts, depends_on, force_delete of the last applied configuration
---@field imported boolean|nil     taken over, and no configuration was applied since
---@field deployment_id string|nil  the deployment that the last apply started or found
---@field deployment_at number|nil   ECS's time of the answer that told of it: older reads do not know it yet
---@field durations integer[]|nil   seconds that the latest deployments took, the newest first; at most five
---@field deposed table|nil        { cluster, service } of the service that this one replaced, until that one is deleted

--- The backend for an option `state`.
---@param option string|table|false|nil nil: the file ecs-service.state.json; false: in memory
---@return table|nil backend
---@return ecs_service.Error|nil
function state.backend(option)
  if option == false then return require("ecs_service.state.memory").new() end
  if option == nil then option = state.DEFAULT end
  local url = type(option) == "table" and (option.url or option.path) or option
  if type(url) ~= "string" or url == "" then
    return nil, errors.new { code = "WrongOption", path = "state", message = "state is the path of a file, or false",
      hint = "state = \"" .. state.DEFAULT .. "\", or state = false to keep it in memory" }
  end
  local scheme, rest = url:match "^(%a[%w+.-]*)://(.*)$"
  if scheme and scheme ~= "file" then
    return nil, errors.new { code = "WrongOption", path = "state",
      message = ("this version keeps states in files and in memory, not at %s://"):format(scheme),
      hint = "state = \"" .. state.DEFAULT .. "\"" }
  end
  return require("ecs_service.state.file").new(rest or url)
end

-- Where the rows know of a map or of a block, an empty table that came from JSON is a map again.
local KINDS_OF_MAPS = { map = true, block = true }

local function shape(attributes, rows)
  for _, row in ipairs(rows) do
    local member = attributes[row.name]
    if type(member) == "table" then
      if next(member) == nil then
        if KINDS_OF_MAPS[row.kind] then attributes[row.name] = core.object(member) end
      elseif row.rows then
        if row.kind == "block" then
          shape(member, row.rows)
        else
          for _, item in ipairs(member) do
            if type(item) == "table" then shape(item, row.rows) end
          end
        end
      end
    end
  end
  return attributes
end

--- Attributes that were read from JSON, with their empty maps told from empty lists.
---@param attributes table|nil
---@return table|nil
function state.shape(attributes)
  return attributes and shape(attributes, rows_of())
end

local function wrong(backend, code, message, hint)
  return nil, errors.new { code = code, path = "state", message = message, hint = hint, state = backend.name }
end

local function way_back(backend)
  if not backend.backup_path then return nil end
  return ("nothing was changed; put a good copy in its place (%s holds the one before), or move it away and import the "
    .. "services again"):format(backend.backup_path)
end

local function check_entries(backend, document)
  for address, entry in pairs(document.services) do
    if type(address) ~= "string" or type(entry) ~= "table" or type(entry.attributes) ~= "table" then
      return wrong(backend, "StateCorrupt", ("the state %s is damaged: the record of %s is not whole"):format(
        backend.name, tostring(address)), way_back(backend))
    end
  end
  return document
end

-- The document of a text, or what is wrong with the text.
local function parse(backend, text)
  local document, problem = json.decode(text)
  if type(document) ~= "table" then
    local cut = text:match "^%s*$" and "it is empty" or problem or "it is no JSON object"
    return wrong(backend, "StateCorrupt", ("the state %s is damaged: %s"):format(backend.name, cut), way_back(backend))
  end
  if document.terraform_version ~= nil then
    return wrong(backend, "StateForeign", ("%s is a state of Terraform, not of this tool"):format(backend.name),
      "choose another file for state, and import the services")
  end
  if type(document.version) ~= "number" or type(document.lineage) ~= "string" or type(document.serial) ~= "number"
    or type(document.services) ~= "table" then
    return wrong(backend, "StateForeign", ("%s is not a state of this tool"):format(backend.name),
      "choose another file for state")
  end
  if document.version > state.VERSION then
    return wrong(backend, "StateNewer", ("the state %s has version %d; this is ecs-service %s, which knows version %d")
      :format(backend.name, document.version, require "ecs_service.version", state.VERSION),
      "update ecs-service to the version that wrote it")
  end
  return check_entries(backend, document)
end

--- Reads the state; a new one when there is none yet.
---@param backend table
---@return table|nil state
---@return ecs_service.Error|nil codes StateUnreadable, StateCorrupt, StateForeign, StateNewer: the state is untouched
function state.load(backend)
  local text, err = backend:read()
  if err then return nil, err end
  local document
  if text then
    document, err = parse(backend, text)
    if not document then return nil, err end
  end
  local self = setmetatable({ backend = backend, exists = document ~= nil,
    version = state.VERSION, lineage = document and document.lineage, serial = document and document.serial or 0,
    services = core.object(document and document.services or {}),
    journal = core.object(document and document.journal or {}) }, state)
  for _, entry in pairs(self.services) do state.shape(entry.attributes) end
  self.text = text_of.new()
  self.text:update(self:content())
  return self
end

function state:content()
  return { version = state.VERSION, lineage = self.lineage, serial = self.serial, services = self.services,
    journal = self.journal }
end

--- Writes what has changed; nothing when nothing has.
---@param only table<string, boolean>|nil addresses whose records and journal may have changed; nil: any
---@return boolean|nil
---@return ecs_service.Error|nil
function state:save(only)
  local changed = self.text:update(self:content(), only) or self.unwritten
  if self.exists and not changed then return true end
  if not self.exists and next(self.services) == nil and next(self.journal) == nil then return true end
  self.lineage = self.lineage or wire.token()
  self.serial = self.serial + 1
  local written, err = self.backend:write(self.text:write(self:content()))
  self.unwritten = not written or nil
  if not written then
    self.serial = self.serial - 1
    return nil, err
  end
  self.exists = true
  return true
end

--- The recorded services, sorted by address.
---@return string[]
function state:addresses()
  return tables.keys(self.services)
end

return state
