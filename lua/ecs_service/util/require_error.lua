--- What Lua's `require`, its compiler or its loader of libraries say, in one line: with the cause, which stands below
--- the first one, but without the list of places in which a module was not found.
---@param message any
---@return string
local function require_error(message)
  local text = tostring(message):gsub("\nstack traceback:.*$", "")
  local missing = text:match "^(.-module '[^']+' not found):"
  return missing or (text:gsub("%s*\n%s*", " "))
end

return require_error
