--- rollback: a service back to the task definition that it ran before, or to a named one.
local later = require "ecs_service.later"
local argument = require "ecs_service.argument"
local aside = require "ecs_service.aside"
local errors = require "ecs_service.errors"
local shell = later "ecs_service.shell"
local history = require "ecs_service.state.history"
local service_deployments = require "ecs_service.service_deployments"
local tables = require "ecs_service.tables"
local times = require "ecs_service.times"

local rollback = {}

rollback.OPTIONS = tables.copy(aside.OPTIONS)
rollback.OPTIONS.to = "string|number"

local short = service_deployments.short
-- So far back is looked for a deployment that was completed.
local MOST = 100

-- "7" and "web:7" mean the same for a service that runs a revision of web.
local function named(to, present)
  if type(to) == "number" then to = ("%d"):format(to) end
  local family = short(present):match "^(.*):%d+$" or short(present)
  return to:match "^%d+$" and family .. ":" .. to or to
end

local function when(at) return times.text(at):gsub("T", " "):gsub("Z", " UTC") end

-- That ECS went back by itself is easily overlooked, and then the next step back is one too many.
local function warn_of_rollback(subject, latest)
  if not latest or not latest.status:find "^ROLLBACK_" then return end
  table.insert(subject.warnings, { code = "RolledBackAlready", severity = "warning", address = subject.address,
    service = subject.address,
    message = ("ECS has rolled the latest deployment back already (%s): this goes back further"):format(
      latest.status), hint = "look first: " .. shell.command("ecs-service history", subject.address) })
end

-- The newest completed deployment of another task definition than the present one, by what ECS keeps.
local function by_service_deployments(subject, present)
  local place = { cluster = subject.attributes.cluster, service = subject.attributes.name }
  local listed, err = service_deployments.list(subject.session, place, { limit = MOST })
  if not listed then return nil, err end
  local completed, arns = {}, {}
  for _, one in ipairs(listed) do
    if one.status == "SUCCESSFUL" and one.targetServiceRevisionArn then
      completed[#completed + 1], arns[#arns + 1] = one, one.targetServiceRevisionArn
    end
  end
  local revisions
  revisions, err = service_deployments.revisions(subject.session, arns)
  if not revisions then return nil, err end
  warn_of_rollback(subject, listed[1])
  for _, one in ipairs(completed) do
    local revision = revisions[one.targetServiceRevisionArn]
    local definition = revision and revision.taskDefinition
    if definition and short(definition) ~= present then
      return short(definition), ("back to the revision whose deployment was completed at %s"):format(
        when(tonumber(one.finishedAt or one.createdAt) or 0))
    end
  end
end

local function by_history(subject, present)
  local entry = history.before(subject.entry.history, present)
  if not entry then return nil end
  return entry.revision, ("back to what %s deployed at %s, as the state remembers"):format(entry.by,
    when(times.parse(entry.at) or 0))
end

local function target(subject, present)
  local revision, why = by_service_deployments(subject, short(present))
  local problem = not revision and why or nil
  if not revision then revision, why = by_history(subject, short(present)) end
  if revision then return revision, why end
  local reason = problem and (" (ECS was asked for its service deployments: %s)"):format(problem.code) or ""
  return nil, errors.new { code = "NoFormerRevision", service = subject.address,
    message = ("no completed deployment of another task definition than %s is known%s"):format(short(present), reason),
    hint = ("name the revision: %s --to REVISION, stack:rollback(%q, { to = … })"):format(
      shell.command("ecs-service rollback", subject.address), subject.address) }
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
  if not revision then revision, why = target(subject, present) end
  if not revision then return nil, why end
  subject.reason = why or ("back to %s, as asked"):format(short(revision))
  return { [name] = revision }
end

---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options; `to`: "web:2", 2 or an ARN
---@return table|nil result
---@return ecs_service.Error|nil code NoFormerRevision, or of the API
function rollback.run(stack, address, opts)
  return aside.run(stack, "rollback", { address }, opts, decide)
end

return rollback
