--- What rollback, redeploy and scale share: a change of services outside of their declarations. It is planned from the
--- service as it is and touches nothing but what the verb is about; then shown, approved, journalled, carried out and
--- followed as apply does it.
local about_services = require "ecs_service.plan.about_services"
local apply = require "ecs_service.verbs.apply"
local argument = require "ecs_service.kinds.service.argument"
local begun = require "ecs_service.plan.unfinished_creates"
local changing = require "ecs_service.verbs.change"
local checks_of_run = require "ecs_service.run.checks_of_run"
local direct_plan = require "ecs_service.verbs.direct_plan"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local place = require "ecs_service.state.place"
local planned = require "ecs_service.plan"
local recorded = require "ecs_service.verbs.recorded_services"
local registrar = require "ecs_service.run.registrar"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local times = require "ecs_service.util.time_format"
local warnings_of = require "ecs_service.plan.warnings"

local aside = {}

aside.OPTIONS = {
  lock_timeout = "number|string", lock = "boolean", on_event = "function", interrupted = "function",
  concurrency = "number", stable_for = "number|string", superseded = "string", fail_fast = "boolean",
  approve = "function", dry_run = "boolean", wait = "boolean", logs = "boolean", strict = "boolean", silence = "table",
  message = "string", checks = "table|function", on_failed_check = "string", suspend_auto_scaling = "boolean",
}

---@class ecs_service.Subject
---@field stack ecs_service.Stack
---@field session ecs_service.Session
---@field verb string
---@field address string
---@field entry ecs_service.StateEntry
---@field journal table|nil         what a run that ended early was about
---@field declared table|nil        normal form of the declaration
---@field found ecs_service.Found
---@field runs string|nil            the task definition of the stack that stands in the declaration
---@field definition table|nil       its normal form
---@field revision table|nil         attributes of the revision that the service is to run, where they were read
---@field attributes table          the service as it is
---@field warnings table[]          of the plan, to be added to
---@field opts table
---@field reason string|nil         of the change
---@field open string|nil           the deployment that is waited for where nothing is to be changed

--- Whether a run of the same verb that ended early has started its deployment. Then it is only waited for, and a
--- warning says so.
---@param subject ecs_service.Subject
---@return boolean
function aside.was_begun(subject)
  local journal = subject.journal
  if not journal or journal.verb ~= subject.verb or not begun.was_made(journal, subject.found) then return false end
  local ago = times.span(skew.now(subject.session) - (times.parse(journal.begun) or 0))
  table.insert(subject.warnings, { code = "BegunAlready", severity = "warning", address = subject.address,
    service = subject.address,
    message = ("a %s by %s that was cut short %s ago had started its deployment; no other one is started"):format(
      subject.verb, journal.by or "someone else", ago),
    hint = ("to do it once more, %s again when this has ended"):format(subject.verb) })
  return true
end

local function refuse(address, code, message, hint)
  return nil, errors.new { code = code, service = address, message = message, hint = hint }
end

aside.read = recorded.read

local function planned_one(subject, decide)
  if subject.found.status ~= "active" then
    return refuse(subject.address, "NotFound", ("the service of %s is %s"):format(subject.address,
      subject.found.status), "see what is to be done about it: ecs-service plan")
  end
  subject.attributes = subject.found.attributes
  local wanted, err = decide(subject)
  if not wanted then return nil, err end
  return direct_plan.change(subject, wanted)
end

local function plan_for(stack, session, state, normals, addresses, context)
  local found, err = aside.read(stack, session, state, addresses, context.opts)
  if not found then return nil, err end
  local changes, warnings, failures = {}, {}, {}
  for _, address in ipairs(addresses) do
    local handle = stack.declared[address]
    local change, problem = planned_one({ stack = stack, session = session, state = state,
      verb = context.verb, address = address,
      entry = kinds.entry(state, address), journal = state.journal[address], declared = normals[address],
      runs = handle and handle.runs, definition = handle and handle.runs and normals[handle.runs] or nil,
      found = found[address], warnings = warnings, opts = context.opts }, context.decide)
    if change then
      if stack.checks or context.opts.checks then checks_of_run.tell(stack, change, context.opts, warnings) end
      changes[#changes + 1] = change.registers
      changes[#changes + 1] = change
      -- Behind the change: it has a place of its own in the plan.
      getmetatable(change).__index.registers, change.registers = change.registers, nil
    else
      failures[#failures + 1] = problem
    end
  end
  if #failures > 0 then return nil, errors.join(failures, kinds.told("%d things cannot be changed", addresses)) end
  warnings = warnings_of.told(stack, warnings, context.opts)
  err = warnings_of.refusal(stack, warnings, context.opts)
  if err then return nil, err end
  return planned.new(place.mark({ changes = changes, warnings = warnings, serial = state.serial,
    lineage = state.lineage, options = { target = addresses },
    nothing = ("No changes. %s: as asked already."):format(table.concat(addresses, ", ")) }, stack, session))
end

-- The addresses in the order of the stack, or what is wrong with them.
local function chosen(stack, state, verb, addresses)
  local err = about_services.problem(stack, state, verb, addresses)
  if err then return nil, err end
  local known = stack:known(state)
  local set, list = tables.set(addresses), {}
  for _, address in ipairs(known) do
    if set[address] then list[#list + 1] = address end
  end
  return list
end

-- Registers what the changes of services need, and tells them what it is called now.
local function register(run, plan)
  local definitions, services = registrar.split(plan.changes)
  if #definitions == 0 then return definitions end
  local opts, name = run.opts, argument.at "taskDefinition"
  local err, warnings = registrar.register(run.session, definitions, { interrupted = opts.interrupted,
    on_event = opts.on_event or run.stack.options.on_event })
  if err then return nil, err end
  for _, warning in ipairs(warnings) do warnings_of.add(run.stack, plan.warnings, warning, opts) end
  for _, change in ipairs(services) do
    local arn = change.registers and change.registers.registered.attributes.arn
    if arn then change.after[name], change.config[name] = arn, arn end
  end
  return definitions
end

local function services_of(plan)
  local fields = tables.merge(plan)
  local _, services = registrar.split(plan.changes)
  fields.changes = services
  return planned.new(fields)
end

local function revisions(definitions)
  local map = {}
  for _, change in ipairs(definitions) do
    map[change.address] = sealed.of(change.registered.attributes, change.address, change.sensitive)
  end
  return map
end

--- Plans and does it.
---@param stack ecs_service.Stack
---@param verb string what it is called: in the plan, the lock, the journal and the history
---@param addresses string[]
---@param opts table checked options of aside.OPTIONS: approve (fun(plan): boolean), dry_run (true: the plan is the
---  result), wait (false: do not follow the deployment), lock_timeout, concurrency, on_event, interrupted, stable_for,
---  superseded, fail_fast
---@param decide fun(subject: ecs_service.Subject): table|nil, ecs_service.Error|nil  argument → value that it shall
---  have; empty: there is nothing to do but to wait
---@param more? fun(run: ecs_service.Run, plan: ecs_service.Plan): ecs_service.Plan|nil, ecs_service.Error|nil  makes
---  another plan of that one
---@return table|nil result as of apply, with `plan`; the plan itself with dry_run
---@return ecs_service.Error|nil
function aside.run(stack, verb, addresses, opts, decide, more)
  return changing.run(stack, verb, opts, {
    plan = function(run)
      local list, err = chosen(stack, run.state, verb, addresses)
      if not list then return nil, err end
      local plan
      plan, err = plan_for(stack, run.session, run.state, run.normals, list, { verb = verb, opts = opts,
        decide = decide })
      if not plan or not more then return plan, err end
      return more(run, plan)
    end,
    carry_out = function(run, plan)
      local definitions, err = register(run, plan)
      if err then return nil, err end
      local result
      result, err = apply.carry_out(run, #definitions > 0 and services_of(plan) or plan)
      if result then
        result.plan, result.summary = plan, plan.summary
        if #definitions > 0 then result.task_definitions = revisions(definitions) end
      end
      return result, err
    end,
  })
end

return aside
