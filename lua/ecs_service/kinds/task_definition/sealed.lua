--- Values of a task definition that are named as sensitive, and of variables and log options whose names say so, as
--- salted digests: what states, plans and results have in their place. The same value of the same variable has the same
--- digest.
local core = require "ecs_service.core"
local is_secret_key = require "ecs_service.util.secret_keys"
local tables = require "ecs_service.util.tables"

local sealed = {}

local FORM = require "ecs_service.util.sealed_text".PATTERN

local function seal_text(family, key, text)
  text = tostring(text)
  if text:find(FORM) then return text end
  local salt = core.system.sha256(("%s/%s"):format(family, key)):sub(1, 16)
  return ("sha256:%s:%s"):format(salt, core.system.sha256(salt .. text))
end

-- A map, or a list of { name, value }.
local function seal_map(map, family, is_meant)
  local copy = {}
  for key, value in pairs(map) do
    copy[key] = value
    if type(value) == "table" and is_meant(value.name) then
      copy[key] = tables.merge(value, { value = seal_text(family, value.name, value.value) })
    elseif type(value) ~= "table" and is_meant(key) then
      copy[key] = seal_text(family, key, value)
    end
  end
  return setmetatable(copy, getmetatable(map))
end

local function seal(value, family, names)
  if type(value) ~= "table" then return value end
  local copy = {}
  for key, member in pairs(value) do
    if key == "environment" and type(member) == "table" then
      copy[key] = seal_map(member, family, function(name)
        return name ~= nil and (names[name] or is_secret_key(name))
      end)
    elseif key == "options" and (value.log_driver or value.logDriver) ~= nil and type(member) == "table" then
      copy[key] = seal_map(member, family, is_secret_key)
    else
      copy[key] = seal(member, family, names)
    end
  end
  return setmetatable(copy, getmetatable(value))
end

--- Names that any of some declarations or records calls sensitive.
---@param ... table|nil
---@return string[]
function sealed.names(...)
  local set = {}
  for i = 1, select("#", ...) do
    local one = select(i, ...)
    for _, name in ipairs(one and one.sensitive or {}) do set[name] = true end
  end
  return tables.keys(set)
end

--- A copy of attributes, or of a part of them, with digests in place of what is sensitive.
---@param value any
---@param family string
---@param names string[]|nil of variables
---@return any
function sealed.of(value, family, names)
  if type(value) == "userdata" then value = core.table(value) end
  return seal(value, family, tables.set(type(names) == "table" and names or { names }))
end

--- The options of log drivers whose names say that their values are secrets.
---@param config table in normal form
---@return string[] paths
function sealed.plain_options(config)
  local paths = {}
  for _, container in ipairs(config.container_definitions or {}) do
    local log = container.log_configuration
    for _, key in ipairs(log and log.options and tables.keys(log.options) or {}) do
      if is_secret_key(key) then
        paths[#paths + 1] = ('container_definitions["%s"].log_configuration.options["%s"]'):format(container.name, key)
      end
    end
  end
  return paths
end

--- The diff of a change without sensitive values.
---@param diff table[] of the core
---@param family string
---@param names string[]|nil
---@return table[]
function sealed.diff(diff, family, names)
  local list = {}
  for i, entry in ipairs(diff) do
    list[i] = tables.merge(entry)
    if entry.sensitive then
      list[i].before, list[i].after = nil, nil
    else
      list[i].before = sealed.of(entry.before, family, names)
      list[i].after = sealed.of(entry.after, family, names)
    end
  end
  return list
end

local function named(list, name)
  for _, one in ipairs(type(list) == "table" and list or {}) do
    if type(one) == "table" and one.name == name then return one end
  end
end

local function open(value, own, family, key, differs)
  if type(value) == "string" and value:find(FORM) then
    if own ~= nil and seal_text(family, key, own) == value then return own end
    differs[#differs + 1] = key
    return value
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for name, member in pairs(value) do
    local other = type(own) == "table" and own[name] or nil
    if type(name) == "number" and type(member) == "table" and member.name ~= nil then
      other = named(own, member.name)
    end
    copy[name] = open(member, other, family, name, differs)
  end
  return setmetatable(copy, getmetatable(value))
end

--- A declaration of a saved plan, with the values of the script's declaration in place of their digests.
---@param config table
---@param own table|userdata|nil of the script
---@param called string|nil by what it was sealed; nil: its family
---@return table|nil
---@return string|nil name of what has another value there
---@return table|nil partial with the digests of those
function sealed.opened(config, own, called)
  local differs = {}
  if type(own) == "userdata" then own = core.table(own) end
  local value = open(config, own, called or config.family, "", differs)
  if #differs > 0 then return nil, tostring(differs[1]), value end
  return value
end

return sealed
