--- The services of a stack, as commands see them.
local errors = require "ecs_service.errors"
local nearest = require "ecs_service.nearest"

local services = {}

--- Addresses in the order of their declaration.
---@param stack table
---@return string[]
function services.addresses(stack)
  return stack:addresses()
end

--- Checks addresses given on the command line.
---@param stack table
---@param wanted string[]|nil nil or empty: all
---@return string[]|nil
---@return table|nil err
function services.chosen(stack, wanted)
  local all = services.addresses(stack)
  if not wanted or #wanted == 0 then return all end
  local known = {}
  for _, address in ipairs(all) do known[address] = true end
  for _, address in ipairs(wanted) do
    if not known[address] then
      return nil, errors.new { code = "UnknownAddress", message = ("no service is declared as '%s'"):format(address),
        hint = nearest.hint(address, all, "declared are:") or "the script declares no services" }
    end
  end
  return wanted
end

return services
