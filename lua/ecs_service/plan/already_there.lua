--- Of a service that would be created and exists: whose it is, and what is to be done.
local errors = require "ecs_service.errors"
local imported = require "ecs_service.plan.imported"
local kinds = require "ecs_service.kinds"
local shell = require "ecs_service.util.shell"

local already_there = {}

local function managed_as(state, address, config)
  local kind = kinds.of(address)
  local identity = kind.identity(config)
  for _, other in ipairs(state:addresses()) do
    if kinds.of(other) == kind and kind.identity(kinds.entry(state, other).attributes) == identity then
      return other
    end
  end
end

--- The error of a service that is declared, exists, and is not recorded under its address.
---@param state table
---@param normals table<string, table> what is declared
---@param address string
---@param config table
---@return ecs_service.Error code AlreadyExists
function already_there.refusal(state, normals, address, config)
  local kind = kinds.of(address)
  local identity, other = kind.identity(config), managed_as(state, address, config)
  if other and imported.protects(kinds.entry(state, other), normals[other]) then
    return errors.new { code = "AlreadyExists", service = address,
      message = ("the %s %s exists; it was imported as %s"):format(kind.one, identity, other),
      hint = ("declare it as %s, or record it as %s: %s"):format(other, address,
        shell.command("ecs-service state mv", other, address)) }
  elseif other then
    return errors.new { code = "AlreadyExists", service = address,
      message = ("the %s %s exists; this stack manages it as %s"):format(kind.one, identity, other),
      hint = ("keep declaring it as %s, or give %s another name"):format(other, address) }
  end
  return errors.new { code = "AlreadyExists", service = address,
    message = ("the %s %s exists, and this stack does not manage it"):format(kind.one, identity),
    hint = ("take it over: %s, or stack:import(%q, %q)"):format(shell.command("ecs-service import", address, identity),
      address, identity) }
end

return already_there
