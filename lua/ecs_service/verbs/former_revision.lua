--- What a service ran before, and whether it can run that again.
local lazy = require "ecs_service.util.lazy"
local argument = require "ecs_service.kinds.service.argument"
local errors = require "ecs_service.errors"
local history = require "ecs_service.state.past_operations"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local service_deployments = require "ecs_service.run.service_deployments"
local shell = lazy "ecs_service.util.shell"
local task_definitions = require "ecs_service.run.task_definitions"
local times = require "ecs_service.util.time_format"

local former_revision = {}

local short = names.last
-- So far back is looked for a deployment that was completed.
local MOST = 100

local function when(at) return times.text(at):gsub("T", " "):gsub("Z", " UTC") end

-- ECS goes back by itself, and one who asks for the last revision that worked has it already then.
local WENT_BACK = { ROLLBACK_REQUESTED = true, ROLLBACK_IN_PROGRESS = true, ROLLBACK_SUCCESSFUL = true }

local function rolled_back_already(subject, failed, present, former)
  local address = subject.address
  local further = former and ("to go back further: %s --to %s"):format(shell.command("ecs-service rollback", address),
    former) or ("to run another one, name it: %s --to REVISION"):format(shell.command("ecs-service rollback", address))
  return nil, errors.new { code = "RolledBackAlready", service = address,
    message = ("the deployment of %s did not succeed, and %s runs again already: there is nothing to go back from")
      :format(failed or "the latest revision", present),
    hint = ("leave it so, %s is the last that worked%s; %s"):format(present,
      failed and " before " .. failed or "", further) }
end

-- The newest completed one of another task definition than the present one, and that definition.
local function newest(listed, revisions, present)
  for _, one in ipairs(listed) do
    local revision = one.status == "SUCCESSFUL" and revisions[one.targetServiceRevisionArn or ""]
    local definition = revision and revision.taskDefinition
    if definition and short(definition) ~= present then return short(definition), one end
  end
end

-- By what ECS keeps.
local function by_service_deployments(subject, present)
  local place = { cluster = subject.attributes.cluster, service = subject.attributes.name }
  local listed, err = service_deployments.list(subject.session, place, { limit = MOST })
  if not listed then return nil, err end
  local arns = {}
  for i, one in ipairs(listed) do
    if one.status == "SUCCESSFUL" or i == 1 then arns[#arns + 1] = one.targetServiceRevisionArn end
  end
  local revisions
  revisions, err = service_deployments.revisions(subject.session, arns)
  if not revisions then return nil, err end
  local former, one = newest(listed, revisions, present)
  local latest = listed[1]
  if latest and WENT_BACK[latest.status] then
    local revision = revisions[latest.targetServiceRevisionArn or ""]
    return rolled_back_already(subject, revision and short(revision.taskDefinition), present, former)
  end
  if not former then return nil end
  return former, ("back to the revision whose deployment was completed at %s"):format(
    when(tonumber(one.finishedAt or one.createdAt) or 0))
end

--- The revision of the newest completed deployment of another task definition, by what ECS keeps.
---@param subject ecs_service.Subject
---@param present string
---@return string|nil
function former_revision.completed(subject, present) return (by_service_deployments(subject, short(present))) end

-- By what the state remembers. What only scaled has deployed nothing.
local function by_history(subject, present)
  local list = subject.entry.history or {}
  local entry, latest = history.before(list, present), 1
  while list[latest] and list[latest].did == "scale" do latest = latest + 1 end
  latest = list[latest]
  if latest and latest.ended == "DeploymentRolledBack" and latest.revision and latest.revision ~= present then
    return rolled_back_already(subject, latest.revision, present, entry and entry.revision)
  end
  if not entry then return nil end
  return entry.revision, ("back to what %s deployed at %s, as the state remembers"):format(entry.by,
    when(times.parse(entry.at) or 0))
end

-- What the state remembers is what this tool did: others may have deployed since.
local function warn_of_memory(subject, problem)
  table.insert(subject.warnings, { code = "OnlyRemembered", severity = "warning", address = subject.address,
    service = subject.address, message = ("ECS did not tell its service deployments (%s): the revision is the last one "
      .. "that the state remembers, whatever others have deployed since"):format(tostring(problem.code)),
    hint = ("allow ecs:ListServiceDeployments and ecs:DescribeServiceRevisions, or name the revision: %s --to REVISION")
      :format(shell.command("ecs-service rollback", subject.address)) })
end

local function is_final(err) return err and err.code == "RolledBackAlready" end

--- The revision that a service ran before the present one, by what ECS keeps, else by what the state remembers.
---@param subject ecs_service.Subject
---@param present string
---@return string|nil revision
---@return string|ecs_service.Error why in words; codes NoFormerRevision, RolledBackAlready
function former_revision.of(subject, present)
  local revision, why = by_service_deployments(subject, short(present))
  if is_final(why) then return nil, why end
  local problem = not revision and why or nil
  if not revision then revision, why = by_history(subject, short(present)) end
  if revision and problem then warn_of_memory(subject, problem) end
  if revision or is_final(why) then return revision, why end
  local reason = problem and (" (ECS was asked for its service deployments: %s)"):format(problem.code) or ""
  return nil, errors.new { code = "NoFormerRevision", service = subject.address,
    message = ("no completed deployment of another task definition than %s is known%s"):format(short(present), reason),
    hint = ("name the revision: %s --to REVISION, stack:rollback(%q, { to = … })"):format(
      shell.command("ecs-service rollback", subject.address), subject.address) }
end

-- A revision that can be gone back to in place of one that cannot.
local function newest_active(subject, family, present)
  local opts = { interrupted = subject.opts.interrupted }
  local found = family and lists.of(subject.session, { family }, { "ACTIVE" }, opts)
  for _, arn in ipairs(found and found[family].ACTIVE or {}) do
    if short(arn) ~= present then return short(arn) end
  end
end

--- ECS takes no update to a revision that is not ACTIVE; said before anything is sent. Who may not look goes on.
---@param subject ecs_service.Subject
---@param revision string
---@param present string
---@return ecs_service.Error|nil code InactiveRevision
function former_revision.inactive(subject, revision, present)
  local found, err = task_definitions.describe(subject.session, revision, { interrupted = subject.opts.interrupted })
  if err then return nil end
  subject.revision = found and found.attributes
  if found and found.attributes.status == "ACTIVE" then return nil end
  local command = shell.command("ecs-service rollback", subject.address)
  local other = newest_active(subject, lists.parts(revision), short(present))
  return errors.new { code = "InactiveRevision", service = subject.address, path = argument.at "taskDefinition",
    message = ("%s is %s: ECS deploys ACTIVE revisions only, and nothing was sent"):format(short(revision),
      found and found.attributes.status or "not there any more"),
    hint = { other and ("another revision that is ACTIVE: %s --to %s"):format(command, other)
      or "no other revision of that family is ACTIVE",
      "or declare what it said, and apply: that registers it anew" } }
end

return former_revision
