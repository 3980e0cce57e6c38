--- The text of a state, and what is in it. A text that is not a whole state of this tool, or one of a newer version, is
--- told as what it is and never touched.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local form = require "ecs_service.state.form"
local kinds = require "ecs_service.kinds"
local lua_source = lazy "ecs_service.util.lua_source"
local shape = require "ecs_service.util.shape"

local document = {}

local VERSION_FORM = { version = form.DOCUMENT.version }
local FAMILY = { family = "text", arn = "text?" }
local IDENTITY = { name = "text", cluster = "text?", id = "text?" }
local LEAST_MARKS = 3 -- members that tell a state of this tool, whatever else is wrong with it

--- The newest version. What holds services alone is written as of the first, which older releases read.
document.VERSION = 2

--- Of a document that a journal may stand beside: without its records it is not the state. Releases that know no
--- journals refuse it as newer. What is in it is as in the version before it that can hold that.
document.JOURNALLED = 3

--- How a document of an older version becomes one of the next: version → function(document), which changes it in
--- place. A step is kept for ever, so that any state that was ever written can be read.
---@type table<integer, fun(document: table)>
document.migrations = {}

-- The second version may have other kinds beside services; what the first has, it has alike.
local UNCHANGED = { function() end }

-- Whether something other than services is recorded or begun.
local function is_mixed(content)
  for _, kind in ipairs(kinds.ALL) do
    if kind ~= kinds.BARE and next(content[kind.section] or {}) ~= nil then return true end
  end
  for _, kind in ipairs(kinds.ATTACHED) do
    for _, entry in pairs(content[kind.section] or {}) do
      if entry[kind.within] then return true end
    end
  end
  for address in pairs(content.journal or {}) do
    if kinds.of(address) ~= kinds.BARE then return true end
  end
  return false
end

--- What is written of a state.
---@param found table { lineage, serial, services, task_definitions, journal }
---@return table
function document.content(found)
  local mixed = is_mixed(found)
  local content = { version = mixed and document.VERSION or 1, lineage = found.lineage, serial = found.serial,
    journal = core.object(found.journal) }
  for _, kind in ipairs(kinds.ALL) do
    if mixed or kind == kinds.BARE then content[kind.section] = core.object(found[kind.section] or {}) end
  end
  return content
end

local function wrong(name, code, message, hint)
  return nil, errors.new { code = code, path = "state", message = message, hint = hint, state = name }
end

local REPAIR = "nothing was changed; put its backup in its place with ecs-service state repair, or a good copy of it"

local function damage(name, why, member)
  return errors.new { code = "StateCorrupt", path = "state", hint = REPAIR, state = name, member = member,
    message = ("the state %s is damaged: %s"):format(name, why) }
end

--- The error of a state that is damaged.
document.damage = damage

local function damaged(name, why) return nil, damage(name, why) end

local function not_as(name, wanted, found)
  local member = shape.problem(found, wanted)
  if member then return damage(name, shape.why(member), member) end
end

-- Attributes are as AWS had them, whatever that was; but which service they are of must be known.
local function identity_problem(name, found)
  for address, entry in pairs(found.services) do
    local member = shape.problem({ name = entry.attributes.name, cluster = entry.attributes.cluster,
      id = entry.attributes.id }, IDENTITY)
    if member then
      member = ("services[%s].attributes.%s"):format(lua_source.quote(address), member)
      return damage(name, shape.why(member), member)
    end
  end
  for address, entry in pairs(found.task_definitions or {}) do
    local member = shape.problem({ family = entry.attributes.family, arn = entry.attributes.arn }, FAMILY)
    if member then
      member = ("task_definitions[%s].attributes.%s"):format(lua_source.quote(address), member)
      return damage(name, shape.why(member), member)
    end
  end
end

--- What a document says that no state can say, or nil.
---@param found table
---@param name string
---@return ecs_service.Error|nil code StateCorrupt
function document.problem(found, name)
  return not_as(name, form.DOCUMENT, found) or identity_problem(name, found)
end

local function newer(name, version)
  return wrong(name, "StateNewer", ("the state %s has version %d; this is ecs-service %s, which knows version %d")
    :format(name, version, require "ecs_service.version", document.VERSION),
    "update ecs-service to the version that wrote it")
end

-- A section of a kind that this release does not know would be lost with the next write.
local function has_other_sections(found)
  for name, value in pairs(found) do
    if type(value) == "table" and not form.SECTIONS[name] then return true end
  end
end

local function migrate(name, found)
  if found.version == document.JOURNALLED then
    if has_other_sections(found) then return newer(name, found.version) end
    found.version, found.journalled = document.VERSION, true
  end
  if found.version > document.VERSION then return newer(name, found.version) end
  while found.version < document.VERSION do
    local step = document.migrations[found.version] or UNCHANGED[found.version]
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
---@return table|nil document { version, lineage, serial, services, journal }; attributes are trees (src/lua/store.h);
---  `journalled`: what its journal holds belongs to it
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
  local marks = 0
  for _, member in ipairs { "version", "lineage", "serial", "services" } do
    if found[member] ~= nil then marks = marks + 1 end
  end
  if marks < LEAST_MARKS then
    return wrong(name, "StateForeign", ("%s is not a state of this tool"):format(name),
      "choose another place for the state")
  end
  local err = not_as(name, VERSION_FORM, found)
  if err then return nil, err end
  found, err = migrate(name, found)
  if not found then return nil, err end
  if found.journal == nil then found.journal = {} end
  err = document.problem(found, name)
  if err then return nil, err end
  return found
end

return document
