--- Services that were taken over and that no apply has seen declared: they are not this stack's to change or to end.
--- Neither their absence from the script nor a destroy of the stack means that they should go.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local shell = lazy "ecs_service.util.shell"

local imported = {}

local STAYS = "it was imported and never declared, and stays as it is until it is declared "
  .. "(ecs-service generate --into FILE ADDRESS) or forgotten (ecs-service state rm ADDRESS)"
-- What is not of services.
imported.STAYS = STAYS

local GONE = "it was imported and never declared, and AWS has no such service any more: forget it "
  .. "(ecs-service state rm ADDRESS)"

--- Whether a record is protected.
---@param entry ecs_service.StateEntry|nil
---@param config table|nil the declaration at its address
---@return boolean
function imported.protects(entry, config)
  return entry ~= nil and entry.imported == true and config == nil
end

--- The change that a plan shows for it: none, with the reason.
---@param address string
---@param entry ecs_service.StateEntry
---@param found ecs_service.Found|nil what was read
---@return table
function imported.change(address, entry, found)
  local has = core.table(found and found.attributes or entry.attributes)
  return { address = address, action = "no-op", before = has, after = has, diff = {}, drift = {}, replace_paths = {},
    changed = {}, removed = {}, deployment = { starts = false, why = {} }, protected = true,
    service = entry.attributes.name, cluster = entry.attributes.cluster,
    reason = found and found.status == "gone" and GONE or STAYS }
end

--- Why addresses cannot be targets: nothing would be done to a protected one, whatever was asked.
---@param state table
---@param normals table<string, table> what is declared
---@param targets string[]|nil
---@return ecs_service.Error|nil code NotDeclared
function imported.target_problem(state, normals, targets)
  for _, address in ipairs(targets or {}) do
    if imported.protects(kinds.entry(state, address), normals[address]) then
      return errors.new { code = "NotDeclared", service = address,
        message = ("%s was imported and is not declared: there is nothing to do for it"):format(address),
        hint = ("declare it (%s), or forget it (%s, stack:forget(%q))"):format(
          shell.command("ecs-service generate --into services.lua", address),
          shell.command("ecs-service state rm", address), address) }
    end
  end
end

return imported
