--- A module that is loaded when something of it is used for the first time: for what most runs never need. Reading Lua
--- sources is most of what a short command does, so what a plan of one service loads is held by
--- spec/cli/start_spec.lua.
---
--- It stands for the module's table: fields are read and functions are called through it as ever; `pairs` sees nothing.
--- It is for modules of this project alone. What may be missing on a machine (libcurl, argparse) is required
--- where its absence is told.
---@param name string as for require
---@param member string|nil the table that is meant, where it is one of several in the module
---@return table
local function lazy(name, member)
  local mt = {}
  mt.__index = function(_, key)
    local found = require(name)
    if member then found = found[member] end
    mt.__index = found
    return found[key]
  end
  return setmetatable({}, mt)
end

return lazy
