--- What stop and continue share: something is asked of the deployment of a service that is under way. It is planned,
--- approved, journalled and followed like any change; beside a run that holds the lock and waits for the deployment it
--- goes on without the lock, and writes no state.
local argument = require "ecs_service.kinds.service.argument"
local box = require "ecs_service.state.failure_box"
local call = require "ecs_service.run.api_call"
local changing = require "ecs_service.verbs.change"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local known_secrets = require "ecs_service.plan.known_secrets"
local leaving = require "ecs_service.aws.leaving"
local lock = require "ecs_service.state.lock"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local planned = require "ecs_service.plan"
local reading = require "ecs_service.run.service_reader"
local recorded = require "ecs_service.verbs.recorded_services"
local recorder = require "ecs_service.run.journal"
local about_services = require "ecs_service.plan.about_services"
local result_of = require "ecs_service.verbs.result"
local service_deployments = require "ecs_service.run.service_deployments"
local runtime = require "ecs_service.aws.runtime"
local shell = require "ecs_service.util.shell"
local skew = require "ecs_service.aws.clock_skew"
local status_of = require "ecs_service.verbs.status"
local stopped_note = require "ecs_service.state.stop_note"
local times = require "ecs_service.util.time_format"
local warnings_of = require "ecs_service.plan.warnings"

local control = {}

--- Of every verb that does so.
control.OPTIONS = {
  timeout = "number|string", lock_timeout = "number|string", lock = "boolean", on_event = "function",
  interrupted = "function", approve = "function", dry_run = "boolean", wait = "boolean",
  message = "string",
}

---@class ecs_service.DeploymentVerb
---@field name string                 of its verb and of the action of its change
---@field command string              as the note beside the state names it
---@field open string                 the outcome with wait = false
---@field left nil|fun(run: table)    what is to be done then
---@field operation string            of the API
---@field body fun(change: table): table
---@field noted fun(change: table): boolean   whether a run that waits is told who did it
---@field asks fun(change: table): boolean    whether the request is still to be sent
---@field choose fun(run: table, found: table, one: table|nil): table|nil, ecs_service.Error|nil  members of the change;
---  nil without an error: there is nothing to do
---@field follow fun(run: table, unheard: ecs_service.Error|nil): string|nil, ecs_service.Error|nil, boolean|nil
---@field cannot fun(address: string, err: ecs_service.Error): ecs_service.Error

local UNDER_WAY = { "PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS" }
local STOPPABLE = { PENDING = true, IN_PROGRESS = true }
local ENDED = service_deployments.ENDED
local TIMEOUT = 20 * 60
-- Seconds between two looks: the first, the longest, and how they grow.
local FIRST, LONGEST, GROWTH = 1, 5, 1.5
-- For the last look at the service, which is recorded.
local LAST_LOOK = 30
-- While somebody may interrupt it, no wait is longer than this.
local PATIENCE = 0.5
-- For so long a request whose answer was lost may come to light.
local LAG = 10

local short = names.last

control.STOPPABLE = STOPPABLE

--- An error about a service, with what the API said of its cause.
function control.failure(address, code, message, hint, cause)
  cause = cause or {}
  return errors.new { code = code, service = address, message = message, hint = hint, operation = cause.operation,
    http_status = cause.http_status, request_id = cause.request_id }
end

local failure = control.failure

--- "web:2": what the service would run again.
function control.former(session, one)
  local details = service_deployments.details(session, { one.serviceDeploymentArn })
  local sources = details and details[one.serviceDeploymentArn] and details[one.serviceDeploymentArn]
    .sourceServiceRevisions or {}
  local arns = {}
  for _, source in ipairs(sources) do arns[#arns + 1] = source.arn end
  local revisions = service_deployments.revisions(session, arns) or {}
  local revision = arns[1] and revisions[arns[1]]
  return revision and short(revision.taskDefinition)
end

--- "the deployment of web:3 that began 2 min ago is under way"
function control.reason(run, found, one)
  local present = short(found.attributes[argument.at "taskDefinition"]) or run.address
  local text = ("the deployment of %s that began %s ago"):format(present,
    times.span(skew.now(run.session) - (tonumber(one.createdAt) or skew.now(run.session))))
  if STOPPABLE[one.status] then return text .. " is under way" end
  return ("%s is being ended already (%s)"):format(text, one.status)
end

--- The difference that going back makes.
function control.way_back(run, found, one)
  local name, present = argument.at "taskDefinition", found.attributes[argument.at "taskDefinition"]
  local back = control.former(run.session, one)
  return back and back ~= short(present) and { { path = name, before = present, after = back } } or nil
end

local function change_of(run, found, one)
  local address = run.address
  local change = { address = address, action = "no-op", before = found.attributes, after = found.attributes, diff = {},
    drift = {}, replace_paths = {}, changed = {}, removed = {}, deployment = { starts = false, why = {} },
    cluster = found.attributes.cluster, service = found.attributes.name, verb = run.kind.name, primary = found.primary }
  local more, err = run.kind.choose(run, found, one)
  if err then return nil, err end
  if not more then return change end
  change.action, change.arn, change.status = run.kind.name, one.serviceDeploymentArn, one.status
  for name, value in pairs(more) do change[name] = value end
  return change
end

local function make_plan(run)
  local stack, session, state, address, opts = run.stack, run.session, run.state, run.address, run.opts
  local found, err = recorded.read(stack, session, state, { address },
    { interrupted = opts.interrupted, on_event = opts.on_event, of_deployment = true })
  if not found then return nil, err end
  found = found[address]
  if found.status ~= "active" then
    return nil, failure(address, "NotFound", ("the service of %s is %s"):format(address, found.status))
  end
  local listed
  listed, err = service_deployments.list(session,
    { cluster = found.attributes.cluster, service = found.attributes.name }, { status = UNDER_WAY })
  if not listed then return nil, run.kind.cannot(address, err) end
  local change
  change, err = change_of(run, found, listed[1])
  if not change then return nil, err end
  return planned.new(place.mark({ changes = { change },
    serial = state.serial, lineage = state.lineage, options = { target = { address } },
    nothing = ("No changes. No deployment of %s is under way."):format(address) }, stack, session))
end

-- What a run keeps that writes no state.
local NO_BOOK = setmetatable({}, { __index = function() return function() return true end end })

local function timeout_of(run) return run.opts.timeout or TIMEOUT end

control.timeout_of = timeout_of

local function left(run) return timeout_of(run) - (run.session.scheduler:now() - run.began) end

-- Sends it, with its intent in the journal before; beside a run that waits, with a note to it.
local function send(run)
  local change = run.change
  if run.beside and change.primary and run.kind.noted(change) then
    local noted, err = stopped_note.note(run.stack.backend, change.primary, run.session.scheduler:now(),
      run.kind.command)
    -- The note only tells a name: without it the deployment is stopped all the same.
    if not noted then
      warnings_of.add(run.stack, run.warnings, { code = "NoteNotLeft", path = "state",
        message = "the run that waits is not told who stopped its deployment: " .. tostring(err.message),
        hint = err.hint }, run.opts)
    end
  end
  local engine = driver.engine(run.session)
  engine:add { address = change.address, action = "call", operation = run.kind.operation, mutates = true,
    body = core.object(run.kind.body(change)), timeout = timeout_of(run) }
  local book = run.book
  local results = driver.run(engine, { session = run.session, interrupted = run.opts.interrupted,
    on_intent = function(action) book:intent(action) end, on_lost = function(action) book:unheard(action) end,
    save = function() return book:save() end })
  local result = results[change.address]
  local refused = not result.ok and result.error.http_status and result.error.http_status < 500
  if run.beside and refused and run.kind.noted(change) then stopped_note.withdraw(run.stack.backend) end
  return result.ok, result.error, result.stopped
end

--- Tells whoever listens.
function control.tell(run, event)
  local listener = run.opts.on_event or run.stack.options.on_event
  if not listener then return end
  event.address, event.at = run.change.address, run.session.scheduler:now()
  local heard, problem = pcall(listener, event)
  if not heard and not run.deaf then -- once is enough
    run.deaf = true
    warnings_of.add(run.stack, run.warnings, { code = "CallbackFailed", path = "on_event",
      message = "on_event raised: " .. tostring(problem) }, run.opts)
  end
end

local function look(run)
  local change = run.change
  local results = call.all(run.session, {
    { operation = "DescribeServiceDeployments", body = { serviceDeploymentArns = { change.arn } } },
    { operation = "DescribeServices", body = { cluster = change.cluster, services = { change.service } } },
  }, { interrupted = run.asked, timeout = math.max(1, left(run)) })
  local service = results[2].answer and results[2].answer.services[1]
  if service then
    local event = status_of.summary(service)
    event.events, event.id = nil, nil
    local said = core.json(event)
    if said ~= run.said then
      run.said = said
      event.type = "state"
      control.tell(run, event)
    end
  end
  local answer = results[1].answer
  return answer and answer.serviceDeployments[1], results[1].err
end

local function verdict(run, one)
  local change = run.change
  if one.status == "SUCCESSFUL" then
    return nil, failure(change.address, "TooLate", "the deployment was completed before it could be stopped",
      "to go back all the same: " .. shell.command("ecs-service rollback", change.address))
  elseif one.status == "ROLLBACK_FAILED" then
    return nil, failure(change.address, "RollbackFailed", ("the deployment was stopped, and going back failed: %s")
      :format(one.statusReason or "no reason was given"),
      "see why: " .. shell.command("ecs-service diagnose", change.address))
  end
  return one.status
end

--- What an interruption of the wait leaves: what was asked was sent before.
function control.interrupted(run)
  return failure(run.change.address, "Interrupted", "interrupted: what was asked of ECS goes on there",
    "see how it ends: " .. shell.command("ecs-service status", run.change.address))
end

--- Until ECS says how a deployment that is being ended has ended. Of a request whose answer was lost, the state that it
--- leads to is the proof.
function control.follow_end(run, unheard)
  local scheduler, pause = run.session.scheduler, FIRST
  local asked = scheduler:now()
  while true do
    if run.asked and run.asked() then
      return nil, control.interrupted(run), true
    end
    local one, err = look(run)
    if err and err.code == "Interrupted" then return nil, control.interrupted(run), true end
    if one and ENDED[one.status] then return verdict(run, one) end
    -- What may not be read will not be told later either; throttling has been waited out by then.
    if err and err.http_status and err.http_status < 500 and not err.retryable then return nil, err end
    if unheard and scheduler:now() - asked > LAG and (not one or STOPPABLE[one.status]) then return nil, unheard end
    if left(run) <= 0 then
      return nil, failure(run.change.address, "Timeout", ("the deployment had not ended after %s: %s"):format(
        times.span(scheduler:now() - run.began), one and one.status or err and err.message or "it is not shown"),
        "see what it does: " .. shell.command("ecs-service status", run.change.address))
    end
    scheduler:sleep(math.min(pause, left(run), run.asked and PATIENCE or pause))
    pause = math.min(pause * GROWTH, LONGEST)
  end
end

-- How a deployment that was to go on has failed.
local FAILED = { DeploymentFailed = true, DeploymentRolledBack = true, DeploymentSuperseded = true, CheckFailed = true }

-- What the service is now, into the record.
local function record(run, err)
  local change = run.change
  local found = reading.services(run.stack, run.session, { { address = change.address, cluster = change.cluster,
    service = change.service, attributes = run.entry.attributes } },
    { interrupted = run.opts.interrupted, timeout = LAST_LOOK })
  local now = found and found[change.address]
  if not now or not now.attributes then return end
  change.after = now.attributes
  local failed = err and FAILED[err.code]
  run.book:record { address = change.address, status = failed and "failed" or run.entry.status,
    reason = failed and err.message or run.entry.reason,
    attributes = now.attributes, deployment_id = now.primary }
end

local function is_open(err) return err.http_status == nil or err.http_status >= 500 end

local function do_it(run)
  local change = run.change
  run.began = run.session.scheduler:now()
  control.tell(run, { type = "started", action = run.kind.name })
  local sent, err, stopped = true, nil, nil
  if run.kind.asks(change) then sent, err, stopped = send(run) end
  local outcome
  if sent and run.opts.wait == false then
    outcome = run.kind.open
    if run.kind.left then run.kind.left(run) end
  elseif sent or not stopped and (is_open(err) or err.code == "ConflictException") then
    outcome, err, stopped = run.kind.follow(run, err)
    record(run, err)
  elseif not stopped then
    err = run.kind.cannot(change.address, err)
  end
  control.tell(run, { type = "done", ok = outcome ~= nil, outcome = outcome, error = err })
  return outcome, err, stopped
end

--- Ends the deployment of a service that a run was interrupted in, whose lock and journal (`book`) are the caller's.
---@param run table { stack, session, state, address, opts, kind, book (nil: nothing is recorded) }
---@return string|nil outcome; nil without an error: none is under way
---@return ecs_service.Error|nil
function control.end_now(run)
  run.warnings, run.entry, run.book = {}, kinds.entry(run.state, run.address), run.book or NO_BOOK
  local plan, err = make_plan(run)
  if not plan then return nil, err end
  run.change, run.began = plan.changes[1], run.session.scheduler:now()
  local change = run.change
  if change.action == "no-op" or change.primary ~= (run.entry.deployment_id or change.primary) then return nil end
  control.tell(run, { type = "left",
    message = "interrupted: its deployment is being stopped and rolled back; once more leaves at once" })
  local sent, stopped = true, nil
  if run.kind.asks(change) then sent, err, stopped = send(run) end
  if not sent and (stopped or not is_open(err)) then return nil, err end
  local outcome
  outcome, err = run.kind.follow(run, err)
  record(run, control.failure(change.address, "DeploymentRolledBack",
    "the run was interrupted, and its deployment was stopped"))
  return outcome, err
end

local function conclude(run, outcome, err, stopped)
  local change, book = run.change, run.book
  if outcome then
    book:finish(change.address, change.after)
  else
    book:fail(change.address, err, stopped)
    book:explain(change.address, box.of(err, known_secrets.of(run)))
  end
  local saved, problem = book:close()
  local result = result_of.new { services = core.object {}, summary = run.plan.summary, serial = run.state.serial,
    warnings = run.warnings, plan = run.plan, outcome = outcome,
    changes = { { address = change.address, action = run.kind.name, outcome = outcome and "done" or "failed",
      error = err } } }
  if outcome and saved then
    result.services[change.address] = core.table(run.beside and change.after
      or kinds.entry(run.state, change.address).attributes)
    return result
  end
  err = errors.join { err or problem }
  err.result = result
  return nil, err
end

-- Nothing is under way: what a run that ended early had begun has ended.
local function settle(run)
  local address, change = run.change.address, run.change
  local result = result_of.new { services = { [address] = change.after }, changes = { { address = address,
    action = "no-op", outcome = "unchanged" } }, summary = run.plan.summary, serial = run.state.serial,
    warnings = {}, plan = run.plan }
  local journal = run.state.journal[address]
  if run.beside or not journal or journal.verb ~= run.kind.name then return result end
  run.book:put(address, change.after)
  run.book:remember(address, "Interrupted")
  run.state.journal[address] = nil
  local saved, err = run.book:close()
  if not saved then return nil, err end
  result.serial = run.state.serial
  return result
end

local function carry_out(run, plan)
  local opts, change = run.opts, plan.changes[1]
  run.plan, run.change, run.warnings, run.entry = plan, change, {}, kinds.entry(run.state, change.address)
  run.asked = leaving.either(opts.interrupted)
  run.book = run.beside and NO_BOOK or recorder.new(run.state, plan.changes, run.session, opts.message)
  if change.action == "no-op" then return settle(run) end
  return conclude(run, do_it(run))
end

-- Of one service. Beside a run that waits for its deployment, that run is told with it.
local function steps_for(kind, address)
  local function plan(run)
    run.kind, run.address = kind, address
    local err = about_services.problem(run.stack, run.state, kind.name, { address })
    if err then return nil, err end
    local made, problem = make_plan(run)
    if not made then return nil, problem end
    local change, beside = made.changes[1], run.beside
    if beside and change.reason and run.kind.noted(change) then
      change.reason = ("%s; the %s of %s@%s that waits for it ends with it"):format(change.reason, beside.operation,
        tostring(beside.user), tostring(beside.host))
    end
    return made
  end
  return { plan = plan, carry_out = carry_out }
end

-- The run that holds the lock and waits for a deployment. Whoever wants to end that need not wait for the run: what
-- becomes of the state is written by it.
local function waiting(err)
  return err and err.code == "Locked" and err.lock and lock.WAITING[err.lock.operation] and err.lock or nil
end

--- The whole of such a verb.
---@param kind ecs_service.DeploymentVerb
---@param stack ecs_service.Stack
---@param address string
---@param opts table
---@return table|nil result
---@return ecs_service.Error|nil
function control.run(kind, stack, address, opts)
  local steps = steps_for(kind, address)
  local function under_lock(lock_timeout)
    return changing.run(stack, kind.name, opts, steps, { lock = opts.lock, lock_timeout = lock_timeout,
      interrupted = opts.interrupted })
  end
  local result, err = under_lock(0)
  if err and err.code == "Locked" and not waiting(err) and (opts.lock_timeout or 0) > 0 then
    result, err = under_lock(opts.lock_timeout)
  end
  local beside = not result and waiting(err)
  if not beside then return result, err end
  runtime.stay()
  local state
  state, err = stack:read_state()
  if not state then return nil, err end
  return changing.make({ stack = stack, state = state, opts = opts, beside = beside }, steps)
end

return control
