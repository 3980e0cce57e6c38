--- Carries out the task definitions of a plan, before anything that names them: a registration that fails stops what
--- comes behind it.
local definitions = require "ecs_service.run.task_definitions"
local errors = require "ecs_service.errors"
local names = require "ecs_service.util.identifiers"

local registrar = {}

--- The changes of a plan that are of task definitions, and the others.
---@param changes table[]
---@return table[] definitions
---@return table[] others
function registrar.split(changes)
  local own, others = {}, {}
  for _, change in ipairs(changes) do
    table.insert(change.kind == "task_definition" and own or others, change)
  end
  return own, others
end

local function tell(opts, session, event)
  event.at, event.kind = session.scheduler:now(), "task_definition"
  if opts.on_event then opts.on_event(event) end
end

--- Registers what is to be registered.
---@param session ecs_service.Session
---@param changes table[] of kind "task_definition"; `registered` of each becomes its revision
---@param opts table { interrupted, on_event }
---@return ecs_service.Error|nil one for all that failed
---@return table[] warnings
function registrar.register(session, changes, opts)
  local wanted, bodies, failures, warnings = {}, {}, {}, {}
  for _, change in ipairs(changes) do
    if change.action == "register" then
      wanted[#wanted + 1], bodies[#bodies + 1] = change, change.body
    end
  end
  for i, outcome in ipairs(definitions.register(session, bodies, opts)) do
    local change = wanted[i]
    getmetatable(change).__index.registered = outcome.revision
    if outcome.err then
      failures[#failures + 1] = definitions.named(outcome.err, change.address, change.after)
    else
      local arn = outcome.revision.attributes.arn
      tell(opts, session, { type = "registered", address = change.address, arn = arn,
        task_definition = names.last(arn) })
    end
    if outcome.untagged then
      warnings[#warnings + 1] = { code = "Untagged", address = change.address,
        message = ("the revision is registered, and its tags were refused: %s"):format(outcome.untagged.message),
        hint = "allow ecs:TagResource, and apply again" }
    end
  end
  return #failures > 0 and errors.join(failures, "%d task definitions were not registered") or nil, warnings
end

return registrar
