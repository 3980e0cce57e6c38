--- Revisions that a run had begun to register, or to deregister, when it was killed: which of them are that run's, by
--- what the journal says. RegisterTaskDefinition has no token; but what was sent, and when, was written down.
local core = require "ecs_service.core"
local names = require "ecs_service.util.identifiers"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local times = require "ecs_service.util.time_format"

local begun = {}

--- Reads may be so much behind a write, and ECS's clock so much beside this run's, in seconds.
begun.LAG = 60

--- What the journal calls the two.
begun.REGISTERS, begun.DEREGISTERS = "RegisterTaskDefinition", "DeregisterTaskDefinition"

--- The journal of an address, if it is of this operation.
---@param state table
---@param address string
---@param operation string
---@return table|nil
function begun.journal(state, address, operation)
  local journal = state.journal[address]
  return journal and journal.operation == operation and journal or nil
end

--- A digest of what a definition says to ECS, the same of a declaration and of the revision that was registered of it.
--- Sensitive values are in it as their digests.
---@param attributes table
---@param sensitive string[]|nil names of variables
---@return string
function begun.digest(attributes, sensitive)
  local said = core.definition_difference(core.object {}, sealed.of(attributes, attributes.family, sensitive))
  for _, entry in ipairs(said) do
    -- A role that is declared by its name is answered as an ARN.
    if entry.path:find "role_arn$" then entry.after = names.last(entry.after) end
  end
  return core.system.sha256(core.json { family = attributes.family, said = said })
end

--- Whether the journal proves that a revision was registered by the run that began it.
---@param journal table|nil of a registration
---@param revision ecs_service.Revision|nil
---@return boolean
function begun.is_of(journal, revision)
  if not journal or not revision or revision.attributes.family ~= journal.family then return false end
  local at, since = revision.answer.registeredAt, times.parse(journal.begun)
  local recent = type(at) == "number" and since ~= nil and at >= since - begun.LAG
  return recent and journal.digest == begun.digest(revision.attributes, journal.sensitive)
end

return begun
