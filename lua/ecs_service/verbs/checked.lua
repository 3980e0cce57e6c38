--- Which deployments of a run are checked, and what is done when a check fails: the service goes back to what it ran
--- before, as `rollback` does it, or it stays and the run fails.
local argument = require "ecs_service.kinds.service.argument"
local checking = require "ecs_service.run.checking"
local core = require "ecs_service.core"
local direct_plan = require "ecs_service.verbs.direct_plan"
local former_revision = require "ecs_service.verbs.former_revision"
local kinds = require "ecs_service.kinds"
local known_secrets = require "ecs_service.plan.known_secrets"
local names = require "ecs_service.util.identifiers"
local of_run = require "ecs_service.run.checks_of_run"
local operations = require "ecs_service.run.engine_operations"
local recorded = require "ecs_service.verbs.recorded_services"
local shell = require "ecs_service.util.shell"

local checked = {}

local short = names.last
local TASK_DEFINITION = "taskDefinition"

-- What helps to see why, beside the sentence.
local function reasons(failure)
  local list = {}
  if failure.attempts > 1 then
    list[1] = ("so it was for %g s, in %d attempts"):format(math.floor(failure.seconds + 0.5), failure.attempts)
  end
  if failure.body then list[#list + 1] = "the last answer: " .. failure.body end
  return list
end

local function error_of(address, failure, ran)
  return { code = "CheckFailed", service = address, evidence = { why = reasons(failure) },
    message = ("a check failed after the deployment of %s: %s: %s"):format(ran, failure.shown, failure.message),
    check = { shown = failure.shown, kind = failure.kind, message = failure.message, status = failure.status,
      body = failure.body, attempts = failure.attempts, seconds = failure.seconds } }
end

local NOTHING = "it stays: nothing ran here before"

local function stays(err, why)
  err.message = ("%s; %s"):format(err.message, why)
  local back = why ~= NOTHING and ", or go back: " .. shell.command("ecs-service rollback", err.service) or ""
  err.hint = ("mend what it runs%s; apply again, and it is checked again"):format(back)
  return nil, err
end

-- What the service ran before this run's deployment, or nil and why it does not go back.
local function former(self, subject, change)
  local name = argument.at(TASK_DEFINITION)
  local present, before = subject.attributes[name], (change.before or {})[name]
  local journal = self.state.journal[change.address]
  if type(present) ~= "string" then return nil, "it stays: its task definitions are those of its task sets" end
  if change.action == "create" or change.action == "replace" or journal and journal.operation == "CreateService" then
    return nil, NOTHING
  elseif change.action == "update" and before and short(before) == short(present) then
    return nil, ("it stays: %s ran before as well"):format(short(present))
  elseif change.action == "update" and before then
    return former_revision.completed(subject, present) or before -- the one before may never have been completed
  end
  local found, err = former_revision.of(subject, present)
  return found, not found and ("it stays: %s"):format(err and err.message or "no former revision is known") or nil
end

-- The change by which the service goes back.
local function way_back(self, address, change)
  local run, entry = self, kinds.entry(self.state, address)
  local found, err = recorded.read(run.stack, run.session, { services = run.state.services, journal = {} }, { address },
    { interrupted = run.opts.interrupted })
  if not found then return nil, "it stays: " .. tostring(err.message) end
  found = found[address]
  if found.status ~= "active" then return nil, ("its service is %s by now"):format(found.status) end
  if entry.deployment_id and found.primary ~= entry.deployment_id then
    return nil, "somebody has started another deployment since, and nothing was rolled back"
  end
  local handle = run.stack.declared[address]
  local subject = { stack = run.stack, session = run.session, state = run.state, verb = "rollback",
    address = address, entry = entry,
    runs = handle and handle.runs, found = found, warnings = {},
    attributes = found.attributes, opts = { interrupted = run.opts.interrupted } }
  local revision, why = former(run, subject, change)
  if not revision then return nil, why end
  err = former_revision.inactive(subject, revision, subject.attributes[argument.at(TASK_DEFINITION)])
  if err then return nil, "it stays: " .. err.message end
  local back, problem = direct_plan.change(subject, { [argument.at(TASK_DEFINITION)] = revision })
  if not back then return nil, "it stays: " .. tostring(problem.message) end
  return back, nil, short(revision)
end

-- The deployment that was checked: this run's, or the one that it waited for on behalf of an earlier run.
local function deployment_of(self, change)
  local journal = self.state.journal[change.address]
  if change.action ~= "no-op" then return kinds.entry(self.state, change.address).deployment_id end
  return journal and (journal.deployment_id or change.primary) or change.open
end

-- What is done about a check that failed: see checking.lua.
local function failed(self, address, failure)
  local change, entry = self.changes[address], kinds.entry(self.state, address)
  self.book:identify(address, deployment_of(self, change))
  local err = error_of(address, failure, short(entry.attributes[argument.at(TASK_DEFINITION)]) or change.service)
  local handle = self.stack.declared[address]
  local ends = of_run.ends(self.opts, handle)
  if ends == "fail" then return stays(err, "it stays, as asked") end
  if change.verb == "rollback" then return stays(err, "it stays: it was rolled back already") end
  local back, why, revision = way_back(self, address, change)
  if not back then return stays(err, why) end
  self.book:condemn(address, err, back)
  local operation = operations.of({ back }, self.state, {}, {})[1]
  operation.key = address .. " (rolled back)"
  err.former = revision
  err.hint = ("mend what %s runs, then apply again: the next plan shows the way back to the declaration"):format(
    short(tostring(change.after[argument.at(TASK_DEFINITION)])))
  return operation, err
end

-- What a function is told of the service.
local function context_of(self, address)
  local change, entry = self.changes[address], kinds.entry(self.state, address)
  local attributes = core.table(entry.attributes)
  local name = argument.at(TASK_DEFINITION)
  return { address = address, cluster = names.short(change.cluster), service = change.service, attributes = attributes,
    task_definition = attributes[name], former = (change.before or {})[name], deployment_id = entry.deployment_id }
end

--- What makes the checks of a run; nil where nothing is checked. The operations of what is checked are held, and waited
--- for.
---@param run table { stack, session, state, opts, answers (who makes checks before the traffic) }
---@param plan ecs_service.Plan
---@param book table
---@param engine table
---@param list table[] operations of the plan
---@return table|nil of checking.lua
function checked.of(run, plan, book, engine, list)
  local lists, changes = {}, {}
  for _, change in ipairs(plan.changes) do
    local own = of_run.of(run.stack, change, run.opts, run.state.journal[change.address])
    if own then lists[change.address], changes[change.address] = own, change end
  end
  if next(lists) == nil then return nil end
  for _, operation in ipairs(list) do
    if lists[operation.address] then
      operation.held, operation["until"], operation.steady = true, "steady", true
    end
  end
  local self = { stack = run.stack, session = run.session, state = run.state, opts = run.opts,
    book = book, changes = changes }
  return checking.new { session = run.session, engine = engine, lists = lists, answers = run.answers,
    secrets = known_secrets.of(run),
    context = function(address) return context_of(self, address) end,
    failed = function(address, failure) return failed(self, address, failure) end }
end

return checked
