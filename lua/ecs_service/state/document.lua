--- The text of a state, and what is in it. A text that is not a whole state of this tool, or one of a newer version, is
--- told as what it is and never touched.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local shape = require "ecs_service.shape"

local document = {}

document.VERSION = 1

--- How a document of an older version becomes one of the next: version → function(document), which changes it in
--- place. A step is kept for ever, so that any state that was ever written can be read.
---@type table<integer, fun(document: table)>
document.migrations = {}

local function wrong(name, code, message, hint)
  return nil, errors.new { code = code, path = "state", message = message, hint = hint, state = name }
end

local REPAIR = "nothing was changed; put its backup in its place with ecs-service state repair, or a good copy of it"

local function damaged(name, why)
  return wrong(name, "StateCorrupt", ("the state %s is damaged: %s"):format(name, why), REPAIR)
end

local ENTRY = { status = "text?", reason = "text?", history = { optional = true, of = { at = "text?", by = "text?",
  did = "text?", ended = "text?", took = "number?", revision = "text?", count = "number?", deployment_id = "text?",
  deployed = "number?" } } }
local JOURNAL = { operation = "text?", cluster = "text?", service = "text?", begun = "text?", by = "text?",
  verb = "text?", arn = "text?", client_token = "text?", primary = "text?", revision = "text?" }

-- What others than this tool have written is told, not tripped over.
local function misshapen(value, form, of)
  local path = shape.problem(value, form)
  return path and ("%s of %s is nothing that this tool writes"):format(path, of)
end

local function is_text(value) return value == nil or type(value) == "string" end

local function check_entries(name, found)
  for address, entry in pairs(found.services) do
    if type(address) ~= "string" or type(entry) ~= "table" or type(entry.attributes) ~= "userdata" then
      return damaged(name, ("the record of %s is not whole"):format(tostring(address)))
    end
    local attributes, problem = entry.attributes, misshapen(entry, ENTRY, "the record of " .. address)
    if not is_text(attributes.name) or not is_text(attributes.cluster) or not is_text(attributes.id) then
      problem = ("the record of %s does not name a service"):format(address)
    end
    if problem then return damaged(name, problem) end
  end
  for address, entry in pairs(found.journal) do
    if type(address) ~= "string" or type(entry) ~= "table" then
      return damaged(name, ("the journal of %s is not whole"):format(tostring(address)))
    end
    local problem = misshapen(entry, JOURNAL, "the journal of " .. address)
    if problem then return damaged(name, problem) end
  end
  return found
end

local function migrate(name, found)
  if found.version > document.VERSION then
    return wrong(name, "StateNewer", ("the state %s has version %d; this is ecs-service %s, which knows version %d")
      :format(name, found.version, require "ecs_service.version", document.VERSION),
      "update ecs-service to the version that wrote it")
  end
  while found.version < document.VERSION do
    local step = document.migrations[found.version]
    if not step then
      return damaged(name, ("there never was a version %s of states"):format(tostring(found.version)))
    end
    local migrated, problem = pcall(step, found)
    if not migrated then
      return damaged(name, ("it does not become one of version %d: %s"):format(found.version + 1, tostring(problem)))
    end
    found.version = found.version + 1
  end
  return found
end

--- Reads the text of a state.
---@param text string
---@param name string what messages call it
---@return table|nil document { version, lineage, serial, services, journal }; attributes are trees (src/lua/store.h)
---@return ecs_service.Error|nil codes StateCorrupt, StateForeign, StateNewer
function document.parse(text, name)
  local found, problem = core.read_json(text, "attributes")
  if type(found) ~= "table" then
    return damaged(name, text:match "^%s*$" and "it is empty" or problem or "it is no JSON object")
  end
  if found.terraform_version ~= nil then
    return wrong(name, "StateForeign", ("%s is a state of Terraform, not of this tool"):format(name),
      "choose another place for the state, and import the services")
  end
  if type(found.version) ~= "number" or type(found.lineage) ~= "string" or type(found.serial) ~= "number" then
    return wrong(name, "StateForeign", ("%s is not a state of this tool"):format(name),
      "choose another place for the state")
  end
  local err
  found, err = migrate(name, found)
  if not found then return nil, err end
  if type(found.services) ~= "table" then return damaged(name, "it holds no services") end
  found.journal = found.journal or {}
  if type(found.journal) ~= "table" then return damaged(name, "its journal is not whole") end
  return check_entries(name, found)
end

return document
