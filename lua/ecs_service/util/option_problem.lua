--- What is wrong with a table of options: a misspelt one must not be one that silently does nothing.
local lazy = require "ecs_service.util.lazy"
local known_names = lazy "ecs_service.util.known_names"
local tables = require "ecs_service.util.tables"

local function allowed(value, kinds)
  local kind = type(value)
  for word in kinds:gmatch "%a+" do
    if word == kind then return true end
  end
  return false
end

--- The first thing that is wrong, as the fields of an error; nil when all is well.
---@param given any
---@param known table<string, string> option → the Lua types it may have: "string|table"
---@param what string "ecs.stack"
---@return table|nil
return function(given, known, what)
  if type(given) ~= "table" then
    return { code = "WrongOption", message = ("%s takes a table of options, not a %s"):format(what, type(given)) }
  end
  local names = tables.keys(known)
  for _, name in ipairs(tables.names(given)) do
    if type(name) ~= "string" then
      return { code = "UnknownOption", message = what .. " takes named options only",
        hint = "write " .. what .. " { name = value }" }
    elseif not known[name] then
      return { code = "UnknownOption", path = name, message = ("%s has no option %s"):format(what, name),
        hint = known_names.of_option(what, name, names) or "it takes none" }
    elseif not allowed(given[name], known[name]) then
      return { code = "WrongOption", path = name,
        message = ("%s: %s is a %s, not a %s"):format(what, name, (known[name]:gsub("|", " or a ")),
          type(given[name])) }
    end
  end
end
