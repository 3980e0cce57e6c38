--- The declaration of a revision of a task definition as Lua source. Taken over and declared so, it plans as no change.
--- What its absence means as well is not written; values of variables whose names say that they are secret are asked of
--- the environment.
local asked = require "ecs_service.verbs.asked_values"
local core = require "ecs_service.core"
local is_secret_key = require "ecs_service.util.secret_keys"
local keys_of = require "ecs_service.util.row_keys"
local kinds = require "ecs_service.kinds"
local lua_source = require "ecs_service.util.lua_source"
local tables = require "ecs_service.util.tables"

local source = {}

local KIND = kinds.named "task_definition"

-- Those of a map by name, in the order of a list of the same.
local function in_order(map, list)
  local ordered = {}
  for _, one in ipairs(list or {}) do ordered[#ordered + 1] = map and map[one.name] end
  return ordered[1] and ordered or nil
end

-- Tags that make no difference (AWS's own, the stack's, ignored ones) are not the declaration's.
local function tags_of(config, attributes, options)
  local tags = {}
  for key, value in pairs(attributes.tags or {}) do
    if key:sub(1, 4) ~= "aws:" then tags[key] = value end
  end
  local function differs()
    config.tags = next(tags) and tags or nil
    return core.definition_plan({ config = config, recorded = attributes, actual = attributes,
      default_tags = options.default_tags, ignore_tags = options.ignore_tags }).action ~= "no-op"
  end
  for _, key in ipairs(tables.keys(tags)) do
    local value = tags[key]
    tags[key] = nil
    if differs() then tags[key] = value end
  end
  return next(tags) and tags or nil
end

-- Values of a map that are not to stand in a file.
local function without_secrets(map, is_secret)
  if type(map) ~= "table" then return map end
  local copy = {}
  for key, value in pairs(map) do copy[key] = is_secret(key) and asked.mark(key) or value end
  return copy
end

local function shown(container, is_named)
  local copy = tables.merge(container)
  copy.environment = without_secrets(copy.environment, function(key) return is_named(key) or is_secret_key(key) end)
  local log = copy.log_configuration
  if type(log) == "table" and log.options then
    copy.log_configuration = tables.merge(log, { options = without_secrets(log.options, is_secret_key) })
  end
  return copy
end

--- The configuration for a revision.
---@param attributes table as they are read
---@param options table of the stack: default_tags, ignore_tags
---@return table
function source.config(attributes, options)
  local config = core.definition_reduced(attributes)
  config.container_definitions = in_order(config.container_definitions, attributes.container_definitions)
  config.volume = in_order(config.volume, attributes.volume)
  config.tags = tags_of(tables.merge(config), attributes, options)
  return config
end

local function rows_of(name)
  for _, row in ipairs(KIND.rows()) do
    if row.name == name then return row.rows end
  end
end

local function containers_text(list, is_named)
  local rows, out = rows_of "container_definitions", { "{" }
  for _, container in ipairs(list) do
    container = shown(container, is_named)
    out[#out + 1] = "    " .. lua_source.write(container, "    ", keys_of(rows, container), true) .. ","
  end
  out[#out + 1] = "  }"
  return table.concat(out, "\n")
end

-- Names of variables whose values are asked for although their names do not say so: no plan shows them then.
local function sensitive_names(config, is_named)
  local set = {}
  for _, container in ipairs(config.container_definitions or {}) do
    for name in pairs(container.environment or {}) do
      if is_named(name) and not is_secret_key(name) then set[name] = true end
    end
  end
  return next(set) and tables.keys(set) or nil
end

--- The variables of a configuration.
---@param config table of source.config
---@return string[]
function source.variables(config)
  local set = {}
  for _, container in ipairs(config.container_definitions or {}) do
    for name in pairs(container.environment or {}) do set[name] = true end
  end
  return tables.keys(set)
end

--- The source of a declaration: stack:task_definition("api", { … }).
---@param name string its address, without the kind's prefix
---@param config table of source.config
---@param secret boolean|string[]|nil whose values are to be asked for beside those whose names say that they are
---  secret: true, those of all variables; or their names
---@return string without a line end
function source.write(name, config, secret)
  local set = tables.set(type(secret) == "table" and secret or nil)
  local function is_named(key) return secret == true or set[key] == true end
  config = tables.merge(config, { sensitive = sensitive_names(config, is_named) })
  local out = {}
  for _, key in ipairs(keys_of(KIND.rows(), config)) do
    if key ~= "family" or config.family ~= name then
      out[#out + 1] = ("  %s = %s,"):format(key, key == "container_definitions"
        and containers_text(config[key], is_named) or lua_source.write(config[key], "  "))
    end
  end
  return asked.fill(("%s(%s, {\n%s\n})"):format(KIND.declares, lua_source.quote(name), table.concat(out, "\n")))
end

--- What of a revision no declaration can say, as comments.
---@param revision ecs_service.Revision
---@return string
function source.comment(revision)
  local unknown = core.definition_unknown(core.definition_strip(revision.answer))
  if unknown == nil then return "" end
  return ("-- AWS has more, which no argument names, and a new revision would be without it: %s\n"):format(
    require "ecs_service.render.terminal_text".escape(core.json(unknown)))
end

--- A name for a local variable that holds the handle.
---@param name string
---@return string
function source.variable(name) return (name:gsub("[^%w_]", "_"):gsub("^%d", "_%0")) .. "_definition" end

return source
