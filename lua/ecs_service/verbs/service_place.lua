--- Where a service is that a verb looks at: as it is recorded; of what is not, as its declaration says. Nobody asks AWS
--- for a service by a name that is none.
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local names = require "ecs_service.util.identifiers"
local validate = lazy "ecs_service.verbs.validate"

local service_place = {}

local PLACE = { name = true, cluster = true }

-- What the rows say of the two arguments; of the others plan and apply tell.
local function problem_of(address, config)
  local _, err = validate.one(config)
  local list = {}
  for _, diagnostic in ipairs(err and err.diagnostics or {}) do
    if PLACE[(diagnostic.path or ""):match "^[^%.%[]*"] then
      diagnostic.service, list[#list + 1] = address, diagnostic
    end
  end
  return #list > 0 and validate.failed(list) or nil
end

--- The place of a known service.
---@param stack ecs_service.Stack
---@param state table
---@param address string declared or recorded
---@return table|nil { address, cluster (a name), service }
---@return ecs_service.Error|nil code ValidationFailed: the declaration does not say where it is
function service_place.of(stack, state, address)
  local entry = kinds.entry(state, address)
  local known_as = entry and entry.attributes or stack.declared[address].config
  if not entry then
    local err = problem_of(address, known_as)
    if err then return nil, err end
  end
  return { address = address, cluster = names.short(known_as.cluster) or "default", service = known_as.name }
end

return service_place
