--- apply: carries out a plan. The state is locked from the plan (or from the check that a given plan still holds) to
--- the end, and knows at every moment what was done and what is about to be.
local lazy = require "ecs_service.util.lazy"
local begun = require "ecs_service.plan.unfinished_creates"
local box = require "ecs_service.state.failure_box"
local changing = require "ecs_service.verbs.change"
local checked = lazy "ecs_service.verbs.checked"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local hook_answers = lazy "ecs_service.run.hook_answers"
local kinds = require "ecs_service.kinds"
local known_secrets = require "ecs_service.plan.known_secrets"
local place = require "ecs_service.state.place"
local operations = require "ecs_service.run.engine_operations"
local plan_verb = require "ecs_service.verbs.planner"
local planned = require "ecs_service.plan"
local reading = require "ecs_service.run.service_reader"
local recorder = require "ecs_service.run.journal"
local result_of = require "ecs_service.verbs.result"
local replan = lazy "ecs_service.verbs.replan"
local on_interrupt = lazy "ecs_service.verbs.on_interrupt"
local stopped = lazy "ecs_service.state.stop_note"
local suspended = lazy "ecs_service.run.suspended_scaling"
local task_failure = lazy "ecs_service.run.task_failure"
local tables = require "ecs_service.util.tables"
local unknowns = lazy "ecs_service.plan.unknown_members"
local verbs = require "ecs_service.kinds.verbs"
local warnings_of = require "ecs_service.plan.warnings"

local apply = {}

apply.OPTIONS = tables.copy(plan_verb.OPTIONS)
apply.OPTIONS.stable_for, apply.OPTIONS.superseded, apply.OPTIONS.approve = "number|string", "string", "function"
apply.OPTIONS.fail_fast, apply.OPTIONS.digest, apply.OPTIONS.logs = "boolean", "string", "boolean"
apply.OPTIONS.message, apply.OPTIONS.suspend_auto_scaling = "string", "boolean"
apply.OPTIONS.checks, apply.OPTIONS.on_failed_check = "table|function", "string"
apply.OPTIONS["until"], apply.OPTIONS.on_interrupt = "string", "string"
apply.VALUES = { ["until"] = function(value)
  return tables.set(verbs.UNTIL_OF_RUN)[value] == true, "one of " .. table.concat(verbs.UNTIL_OF_RUN, ", ")
end }

--- Of an apply that is given a plan: what the plan has decided.
apply.OF_PLAN = { OPTIONS = apply.OPTIONS, REFUSED = {}, VALUES = apply.VALUES }
for _, name in ipairs { "refresh", "target", "exclude", "destroy", "refresh_only", "strict", "silence", "facts",
  "image" } do
  apply.OF_PLAN.REFUSED[name] = "is decided by the plan that is given: make the plan with it"
end

local function addresses_of(plan)
  local list = {}
  for i, change in ipairs(plan.changes) do list[i] = change.address end
  return list
end

local function stale(message, more)
  local err = { code = "PlanStale", message = message, hint = "plan again and look at the new plan" }
  for key, value in pairs(more or {}) do err[key] = value end
  return errors.new(err)
end

local function check_state(state, plan)
  if plan.lineage ~= state.lineage then
    return stale(plan.lineage and "the plan was made from another state than the one of this stack"
      or "the state was begun by another run after the plan was made")
  elseif plan.serial ~= state.serial then
    return stale(("the state has moved on since the plan was made: it has serial %d, the plan was made from %d"):format(
      state.serial, plan.serial))
  end
end

-- The paths in which a service differs from what the plan saw; what lifecycle.ignore_changes covers does not count.
local function differences(change, found)
  local result = core.plan(kinds.of(change.address).name, { config = change.config, recorded = change.actual,
    actual = found.attributes, refreshed = true })
  local paths = {}
  local left = tables.set(change.left or {})
  for _, entry in ipairs(result and result.drift or {}) do
    if not entry.ignored and not left[entry.path] then paths[#paths + 1] = entry.path end
  end
  return paths
end

local function changed(where, what)
  return ("%s has changed since the plan was made: %s"):format(where, what)
end

local function moved(change, found)
  local was = change.found or "gone"
  local where = kinds.of(change.address).identity { cluster = change.cluster, name = change.service }
  if was ~= found.status then
    local now = { active = "it exists now", draining = "it is draining now", gone = "it is gone now" }
    return changed(where, now[found.status])
  elseif was == "active" and not core.same(change.actual, found.attributes) then
    local paths = differences(change, found)
    if #paths > 0 then return changed(where, table.concat(paths, ", ")) end
  end
  local paths = (change.unknown or found.unknown) and unknowns.differences(change, found) or {}
  if #paths > 0 then return changed(where, table.concat(paths, ", ")) end
end

-- Reads the services of a plan again: what was shown must still be true.
local function check_services(stack, session, state, plan, opts)
  local wanted = {}
  for _, change in ipairs(plan.changes) do
    -- The service as it is now; a replacement may be about to give it another name.
    local attributes = change.actual or change.before or change.after or {}
    local entry = kinds.entry(state, change.address) or {}
    wanted[#wanted + 1] = { address = change.address, cluster = attributes.cluster, service = attributes.name,
      config = change.config, attributes = change.actual, deployment_id = entry.deployment_id,
      deployment_at = entry.deployment_at }
  end
  if #wanted == 0 then return nil, {} end
  local found, err = reading.trees(stack, session, wanted, opts)
  if not found then return err end
  local list = {}
  for _, change in ipairs(plan.changes) do
    local message = moved(change, found[change.address])
    if message then list[#list + 1] = stale(message, { service = change.address }) end
    if change.unknown then unknowns.renew(change, found[change.address]) end
  end
  if #list > 0 then
    return errors.join(list, kinds.told("%d things have changed since the plan was made", addresses_of(plan)))
  end
  return nil, found
end

-- The same of the task definitions of a plan.
local function check_definitions(session, state, changes, opts)
  if #changes == 0 then return nil end
  local err, messages, revisions = require "ecs_service.verbs.plan_definitions".check(session, state, changes,
    { interrupted = opts.interrupted })
  if err then return err end
  if #messages == 0 then return nil, revisions end
  return stale(table.concat(messages, "; "))
end

-- And of its schedules.
local function check_schedules(stack, session, changes, opts)
  local own = {}
  for _, change in ipairs(changes) do own[#own + 1] = change.kind == "schedule" and change or nil end
  if #own == 0 then return nil end
  local err, messages = require "ecs_service.verbs.plan_schedules".check(stack, session, own,
    { interrupted = opts.interrupted })
  if err then return err end
  return #messages > 0 and stale(table.concat(messages, "; ")) or nil
end

-- Those of a plan's changes that are of task definitions, and the others.
local function parted(plan)
  local own, others = {}, {}
  for _, change in ipairs(plan.changes) do
    table.insert(change.kind == "task_definition" and own or others, change)
  end
  return own, others
end

-- Whether a given plan still holds; also what AWS has, where the plan is to know.
local function check(stack, session, state, plan, opts)
  local err = place.of_plan_problem(session, plan)
  if err then return err end
  err = check_state(state, plan)
  if err then return place.asked_problem(session) or err end
  if plan.options.refresh == false then return nil end
  local definitions, others = parted(plan)
  local services = {}
  for _, change in ipairs(others) do
    if not kinds.of_change(change).apart then services[#services + 1] = change end
  end
  local revisions, found
  err, revisions = check_definitions(session, state, definitions, opts)
  if not err then err = check_schedules(stack, session, others, opts) end
  if not err then err, found = check_services(stack, session, state, { changes = services }, opts) end
  return err, found, revisions
end

-- The journal of what is to be deleted makes room for that of what is made in its place.
local function settle_journal(book, state, plan)
  for _, claim in ipairs(plan.claims) do
    book:touch(claim.name)
    if claim.address then book:touch(claim.address) end
  end
  begun.give_back(state.journal, plan.claims)
  for _, address in ipairs(plan.settled) do
    book:touch(address)
    state.journal[address] = nil
  end
  for _, change in ipairs(plan.changes) do
    if change.begun and change.begun ~= change.address then
      book:touch(change.begun)
      book:touch(change.address)
      state.journal[change.address], state.journal[change.begun] = state.journal[change.begun], nil
    end
  end
end

-- Of what is imported and not declared the record follows what was read, and stays an import. What a verb had begun
-- with it has ended.
local function follow_protected(book, state, change)
  local entry, address = kinds.entry(state, change.address), change.address
  entry.attributes, entry.deployment_id = change.after, change.primary or entry.deployment_id
  book:remember(address, "Interrupted")
  state.journal[address] = nil
end

-- Without those that are recorded when they have ended, and not before.
local function of_now(changes)
  local list = {}
  for _, change in ipairs(changes) do
    local kind = kinds.of_change(change)
    local recorded = change.action == "forget" or kind.within and change.action == "no-op"
    if recorded or not kind.apart then list[#list + 1] = change end
  end
  return list
end

-- What needs no request: records that follow what was read or declared.
local function record_unchanged(book, state, plan)
  settle_journal(book, state, plan)
  for _, change in ipairs(of_now(plan.changes)) do
    local address = change.address
    book:touch(address)
    if change.adopt == "back" then
      book:put(address, change.actual or change.before, { deposed = change.deposes, deployment_id = change.primary })
      state.journal[address] = nil -- of what is deposed now
    elseif change.adopt then
      book:put(address, change.actual, { deposed = change.deposes, status = "tainted",
        reason = "created by a run that ended before it was known to work" })
    end
    local entry, journal = kinds.entry(state, address), state.journal[address]
    if kinds.of(address).within then
      book:settle_attached(change)
    elseif change.action == "forget" then
      book:finish(address)
    elseif change.protected then
      follow_protected(book, state, change)
    elseif change.action == "no-op" and plan.options.refresh_only then
      entry.attributes, entry.deployment_id, entry.undeclared = change.after, change.primary, change.undeclared
    elseif operations.waits_on(change, journal) then
      -- It is waited for now; until then it is what the run before had made of it.
      book:put(address, change.after, { status = entry and entry.status or "tainted",
        reason = entry and entry.reason or not entry and "created; not yet known to work" or nil })
    elseif change.action == "no-op" then
      local failed = entry and entry.status == "failed" and not change.completed
      book:put(address, change.after, { deployment_id = change.primary or entry and entry.deployment_id,
        status = failed and "failed" or nil, reason = failed and entry.reason or nil,
        settled = change.completed })
      book:remember(address, "Interrupted")
      state.journal[address] = nil
    end
  end
  return book:save()
end

local function run_engine(stack, session, state, plan, opts, book, dependencies)
  local list = operations.of(plan.changes, state, dependencies, opts)
  if #list == 0 then return {}, { warnings = {} } end
  local engine = reading.engine(stack, session, opts)
  local answers = stack.asks and hook_answers.of_stack(stack, session) or nil
  local checking = (stack.checks or opts.checks) and checked.of({ stack = stack, session = session, state = state,
    opts = opts, answers = answers }, plan, book, engine, list) or nil
  for _, operation in ipairs(list) do
    operation.answered_stages = answers and answers:stages(operation.address)
    engine:add(operation)
  end
  return driver.run(engine, {
    session = session, answers = answers, checking = checking,
    on_event = opts.on_event or stack.options.on_event, interrupted = opts.interrupted,
    on_intent = function(action) book:intent(action) end, on_record = function(action) book:record(action) end,
    on_stage = function(event) book:stage(event) end,
    on_lost = function(action) book:unheard(action) end, save = function() return book:save() end,
    on_failed = function(address, err, action)
      if kinds.of(address).name == "task" then return task_failure.explain(err, action, book.changes[address]) end
      if kinds.of(address).within then return end
      local entry = kinds.entry(state, address)
      stopped.tell(stack.backend, err, entry and entry.deployment_id)
    end,
  })
end

local function conclude(run, book, plan, results)
  local failures, definitions = {}, {}
  for _, change in ipairs(plan.changes) do
    local result = results[change.address]
    if result and result.ok then
      book:finish(change.address, result.attributes, result)
    elseif result then
      book:fail(change.address, result.error, result.stopped, result)
      if kinds.of(change.address).name == "task" then
        definitions[change.address] = task_failure.add_logs(run, result.error, result, change, run.opts)
      end
      failures[#failures + 1] = result.error
    end
  end
  book:settle(results)
  return failures, definitions
end

-- What became of a change, for a result, which gets the attributes too.
local function outcome_of(state, result, change, ended)
  local address, failed = change.address, ended and not ended.ok
  local entry, kind = kinds.entry(state, address), kinds.of_change(change)
  if entry and not failed then kinds.record(result, address, core.table(entry.attributes)) end
  local outcome = change.action == "no-op" and "unchanged" or "done"
  if failed then outcome = ended.error.code == "DependencyFailed" and "skipped" or "failed" end
  return { address = kind.prefix and kinds.name(address) or address, kind = kind.name, action = change.action,
    outcome = outcome, reason = change.protected and change.reason or nil, error = ended and ended.error or nil }
end

local function describe(stack, state, plan, results, told, opts)
  local result = result_of.new { changes = {}, summary = plan.summary, serial = state.serial,
    warnings = tables.copy(plan.warnings) }
  result[kinds.BARE.section] = core.object {}
  for _, list in ipairs { told.warnings, state.warnings } do
    for _, warning in ipairs(list) do warnings_of.add(stack, result.warnings, warning, opts) end
  end
  for _, change in ipairs(plan.changes) do
    if not change.part then table.insert(result.changes, outcome_of(state, result, change, results[change.address])) end
  end
  return result
end

-- How it ended is durable before the lines are waited for.
local function keep_why(run, plan, book, failure, of_tasks)
  book:save()
  local definitions = tables.merge(of_tasks, changing.add_logs(run, plan, failure))
  for _, err in ipairs(type(failure.errors) == "table" and failure.errors or { failure }) do
    if err.service then
      book:explain(err.service, box.of(err, known_secrets.of(run, definitions[err.service])))
    end
  end
end

-- The plan with the addresses by which the engine, the state and dependencies know what is planned.
local function by_address(plan)
  local fields = tables.merge(plan)
  fields.changes = {}
  for _, change in ipairs(plan.changes) do
    local list = fields.changes
    list[#list + 1] = kinds.of_change(change).prefix
      and setmetatable({ address = kinds.text(change) }, { __index = change }) or change
    if change.former then -- what goes before its service is replaced; no change of its own
      list[#list + 1] = setmetatable({ address = kinds.text(change) .. " (former)", action = "delete", part = true,
        leads = true, leaves = true, steps_of = change.former }, { __index = change })
    end
  end
  return planned.new(fields)
end

local function carry_out_services(run, plan)
  local stack, state, opts = run.stack, run.state, run.opts
  plan = by_address(plan)
  local session, err = stack:session(state)
  if not session then return nil, err end
  local book = recorder.new(state, plan.changes, session, opts.message)
  local saved
  saved, err = record_unchanged(book, state, plan)
  if not saved then return nil, err end
  local resting
  if opts.suspend_auto_scaling then
    resting, err = suspended.begin(run, session, book, plan)
    if not resting then return nil, err end
  end
  local results, told = run_engine(stack, session, state, plan, opts, book,
    plan_verb.dependencies(run.normals, state, addresses_of(plan), run.stack.declared))
  if told.interrupted then on_interrupt.of_apply(run, session, plan, results, book) end
  local failures, of_tasks = conclude(run, book, plan, results)
  for _, problem in ipairs(resting and suspended.over(run, session, book, resting) or {}) do
    failures[#failures + 1] = problem
  end
  local failure = #failures > 0 and errors.join(failures, kinds.told("%d things failed", addresses_of(plan))) or nil
  if failure then keep_why(run, plan, book, failure, of_tasks) end
  saved, err = book:close()
  local result = describe(stack, state, plan, results, told, opts)
  if not failure and saved then return result end
  failure = failure or err
  failure.result, failure.serial = result, state.serial
  return nil, failure
end

local function carry_out_schedules(run, plan)
  return require "ecs_service.verbs.apply_schedules".out(run, plan, carry_out_services)
end

--- Carries out a plan under a lock that the caller holds: the last of the steps of a change.
---@param run ecs_service.Run
---@param plan ecs_service.Plan
---@return table|nil result { services, task_definitions, changes, summary, serial, warnings }
---@return ecs_service.Error|nil  with err.errors, one for each that failed, and err.result
function apply.carry_out(run, plan)
  local carry_on = carry_out_services
  for _, change in ipairs(plan.changes) do
    if change.kind == "schedule" then carry_on = carry_out_schedules end
  end
  if #parted(plan) == 0 then return carry_on(run, plan) end
  return require "ecs_service.verbs.apply_definitions".out(run, plan, carry_on)
end

-- A service may have been protected since the plan was made; a plan out of a file may say anything.
local function protected(state, plan, normals)
  local list = {}
  for _, change in ipairs(plan.changes) do
    local address, entry = change.address, kinds.entry(state, change.address)
    local goes = kinds.of_change(change) == kinds.BARE
      and (change.action == "delete" and change.found ~= "gone" or change.action == "replace")
    local rules = normals[address] or entry and entry.meta or {}
    if goes and not change.deposed and not change.begun and rules.lifecycle and rules.lifecycle.prevent_destroy then
      list[#list + 1] = errors.new { code = "PreventDestroy", service = address,
        message = ("this would %s the %s, which its lifecycle prevents"):format(
          change.action == "delete" and "destroy" or "replace", kinds.of(address).one),
        hint = ("take prevent_destroy out of the lifecycle if the %s may go"):format(kinds.of(address).one) }
    end
  end
  if #list > 0 then return errors.join(list, kinds.told("%d things are protected", addresses_of(plan))) end
end

-- What is carried out for a plan that was given: the plan, if it was made by this process, else what it comes to.
local function given(run, plan)
  local stack, session, state, normals = run.stack, run.session, run.state, run.normals
  local problem, found, revisions = check(stack, session, state, plan, run.opts)
  problem = problem or protected(state, plan, normals)
  if problem then return nil, problem end
  if not plan.path then return plan end
  return replan.of(stack, session, state, plan, normals, found, revisions)
end

--- The verb, with a plan or without one.
---@param stack ecs_service.Stack
---@param plan ecs_service.Plan|nil
---@param opts table checked options
---@return table|nil result
---@return ecs_service.Error|nil
function apply.run(stack, plan, opts)
  local wrong = planned.digest_problem(opts.digest)
  if wrong then return nil, wrong end
  return changing.run(stack, opts.destroy and "destroy" or "apply", opts, { carry_out = apply.carry_out,
    plan = function(run)
      if plan then return given(run, plan) end
      return plan_verb.make(stack, run.state, run.normals, run.warnings, opts)
    end })
end

return apply
