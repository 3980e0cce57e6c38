--- Checks tables of options: a misspelt one must not be one that silently does nothing.
local lazy = require "ecs_service.util.lazy"
local errors = require "ecs_service.errors"
local tables = require "ecs_service.util.tables"
local known_names = lazy "ecs_service.util.known_names"

local options = {}

local function allowed(value, kinds)
  local kind = type(value)
  for word in kinds:gmatch "%a+" do
    if word == kind then return true end
  end
  return false
end

--- The first thing that is wrong with `given`, as an error; nil when all is well.
---@param given table
---@param known table<string, string> option → the Lua types it may have: "string|table"
---@param what string "ecs.stack"
---@return ecs_service.Error|nil
function options.problem(given, known, what)
  local names = tables.keys(known)
  for _, name in ipairs(tables.names(given)) do
    if type(name) ~= "string" then
      return errors.new { code = "UnknownOption", message = what .. " takes named options only",
        hint = "write " .. what .. " { name = value }" }
    elseif not known[name] then
      return errors.new { code = "UnknownOption", path = name,
        message = ("%s has no option %s"):format(what, name),
        hint = known_names.of_option(what, name, names) or "it takes none" }
    elseif not allowed(given[name], known[name]) then
      return errors.new { code = "WrongOption", path = name,
        message = ("%s: %s is a %s, not a %s"):format(what, name, (known[name]:gsub("|", " or a ")),
          type(given[name])) }
    end
  end
end

--- Raises what is wrong with the options of a call, on behalf of the caller of the function that calls this.
---@param given table|nil
---@param known table<string, string>
---@param what string
---@param level? integer of the caller that is meant, as for error; default 3
---@return table given
function options.check(given, known, what, level)
  if given == nil then return {} end
  if type(given) ~= "table" then
    error(("%s takes a table of options, not a %s"):format(what, type(given)), level or 3)
  end
  local problem = options.problem(given, known, what)
  if problem then error(tostring(problem), level or 3) end
  return given
end

return options
