--- rollback: a service back to the task definition that it ran before, or to a named one.
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"
local errors = require "ecs_service.errors"
local former = require "ecs_service.verbs.former_revision"
local names = require "ecs_service.util.identifiers"
local tables = require "ecs_service.util.tables"

local rollback = {}

rollback.OPTIONS = tables.copy(aside.OPTIONS)
rollback.OPTIONS.to = "string|number"

local short = names.last

-- "7" and "web:7" mean the same for a service that runs a revision of web.
local function named(to, present)
  if type(to) == "number" then to = ("%d"):format(to) end
  local family = short(present):match "^(.*):%d+$" or short(present)
  return to:match "^%d+$" and family .. ":" .. to or to
end

local function decide(subject)
  local name = argument.at "taskDefinition"
  local present = subject.attributes[name]
  if type(present) ~= "string" then
    return nil, errors.new { code = "NotUpdatable", service = subject.address, path = name,
      message = "the task definitions of this service are those of its task sets",
      hint = "its deployment controller has to roll it back" }
  end
  if not subject.opts.to and aside.was_begun(subject) then return {} end
  local revision, why = subject.opts.to and named(subject.opts.to, present), nil
  if not revision then revision, why = former.of(subject, present) end
  if not revision then return nil, why end
  local err = revision ~= present and former.inactive(subject, revision, present)
  if err then return nil, err end
  subject.reason = why or ("back to %s, as asked"):format(short(revision))
  return { [name] = revision }
end

---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options; `to`: "web:2", 2 or an ARN
---@return table|nil result
---@return ecs_service.Error|nil codes NoFormerRevision, InactiveRevision, RolledBackAlready, or of the API
function rollback.run(stack, address, opts)
  return aside.run(stack, "rollback", { address }, opts, decide)
end

return rollback
