--- The environment of the process. Nothing else in the module reads it, so a test can put another one in its place.
local environment = {}

--- A variable as it is: one that is set and empty is an empty text.
---@param name string
---@return string|nil
function environment.raw(name)
  return os.getenv(name)
end

--- A variable; one that is empty counts as not set, as everywhere in AWS's own tools.
---@param name string
---@return string|nil
function environment.get(name)
  local value = environment.raw(name)
  if value == "" then return nil end
  return value
end

--- A variable that is a switch.
---@param name string
---@return boolean|nil
function environment.flag(name)
  local value = environment.get(name)
  if value == nil then return nil end
  return value:lower() == "true"
end

--- A path as it is written in AWS's settings: `$NAME` and `${NAME}` stand for variables (one that is not set stays as
--- it is written), ~ at the beginning for the home folder.
---@param path string
---@return string
function environment.expand(path)
  path = path:gsub("%$({?)([%w_]+)(}?)", function(open, name, close)
    if #open ~= #close then return nil end
    return environment.get(name)
  end)
  local home = environment.get "HOME"
  if home and (path == "~" or path:sub(1, 2) == "~/") then return home .. path:sub(2) end
  return path
end

return environment
