--- stop: ends the deployment of a service that is under way. ECS rolls it back to the revision before, or leaves it
--- as it is, where it can. Planned, asked, journalled and followed like any change.
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"
local call = require "ecs_service.run.api_call"
local changing = require "ecs_service.verbs.change"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local leaving = require "ecs_service.aws.leaving"
local lock = require "ecs_service.state.lock"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local planned = require "ecs_service.plan"
local reading = require "ecs_service.run.service_reader"
local recorder = require "ecs_service.run.journal"
local selection = require "ecs_service.plan.selection"
local result_of = require "ecs_service.verbs.result"
local service_deployments = require "ecs_service.run.service_deployments"
local runtime = require "ecs_service.aws.runtime"
local shell = require "ecs_service.util.shell"
local skew = require "ecs_service.aws.clock_skew"
local status_of = require "ecs_service.verbs.status"
local stopped_note = require "ecs_service.state.stop_note"
local times = require "ecs_service.util.time_format"
local warnings_of = require "ecs_service.plan.warnings"

local stop = {}

stop.OPTIONS = {
  how = "string", timeout = "number|string", lock_timeout = "number|string", lock = "boolean", on_event = "function",
  interrupted = "function", approve = "function", dry_run = "boolean", wait = "boolean", message = "string",
}

local HOW = { rollback = "ROLLBACK", abort = "ABORT" }
local UNDER_WAY = { "PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS" }
local STOPPABLE = { PENDING = true, IN_PROGRESS = true }
local ENDED = { SUCCESSFUL = true, STOPPED = true, ROLLBACK_SUCCESSFUL = true, ROLLBACK_FAILED = true }
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

local function failure(address, code, message, hint, cause)
  cause = cause or {}
  return errors.new { code = code, service = address, message = message, hint = hint, operation = cause.operation,
    http_status = cause.http_status, request_id = cause.request_id }
end

-- Servers without service deployments cannot stop one; nothing else of the API can.
local function cannot(address, err)
  if err.code == "AccessDeniedException" or not err.http_status or err.http_status >= 500 then return err end
  return failure(address, "CannotStop", ("the deployments of this service cannot be stopped here: %s"):format(
    err.message), "start one that takes its place: " .. shell.command("ecs-service rollback", address)
    .. "; those of CodeDeploy: aws deploy stop-deployment", err)
end

-- "web:2": what the service would run again.
local function former(session, one)
  local details = service_deployments.details(session, { one.serviceDeploymentArn })
  local sources = details and details[one.serviceDeploymentArn] and details[one.serviceDeploymentArn]
    .sourceServiceRevisions or {}
  local arns = {}
  for _, source in ipairs(sources) do arns[#arns + 1] = source.arn end
  local revisions = service_deployments.revisions(session, arns) or {}
  local revision = arns[1] and revisions[arns[1]]
  return revision and short(revision.taskDefinition)
end

local function reason_of(one, present, now)
  local text = ("the deployment of %s that began %s ago"):format(present,
    times.span(now - (tonumber(one.createdAt) or now)))
  if STOPPABLE[one.status] then return text .. " is under way" end
  return ("%s is being ended already (%s)"):format(text, one.status)
end

local function unchanged(address, found)
  return { address = address, action = "no-op", before = found.attributes, after = found.attributes, diff = {},
    drift = {}, replace_paths = {}, changed = {}, removed = {}, deployment = { starts = false, why = {} } }
end

local function change_of(session, address, found, one, how)
  local change, name = unchanged(address, found), argument.at "taskDefinition"
  change.cluster, change.service, change.verb = found.attributes.cluster, found.attributes.name, "stop"
  if not one then return change end
  local present = found.attributes[name]
  change.action, change.how, change.arn, change.status = "stop", how, one.serviceDeploymentArn, one.status
  change.primary = found.primary
  change.reason = reason_of(one, short(present) or address, skew.now(session))
  local back = how == "rollback" and former(session, one)
  if back and back ~= short(present) then
    change.diff = { { path = name, before = present, after = back } }
  end
  return change
end

local function make_plan(stack, session, state, address, how, opts)
  local found, err = aside.read(stack, session, state, { address },
    { interrupted = opts.interrupted, on_event = opts.on_event })
  if not found then return nil, err end
  found = found[address]
  if found.status ~= "active" then
    return nil, failure(address, "NotFound", ("the service of %s is %s"):format(address, found.status))
  end
  local listed
  listed, err = service_deployments.list(session,
    { cluster = found.attributes.cluster, service = found.attributes.name }, { status = UNDER_WAY })
  if not listed then return nil, cannot(address, err) end
  return planned.new(place.mark({ changes = { change_of(session, address, found, listed[1], how) },
    serial = state.serial, lineage = state.lineage, options = { target = { address } },
    nothing = ("No changes. No deployment of %s is under way."):format(address) }, stack, session))
end

local function timeout_of(run) return run.opts.timeout or TIMEOUT end

local function left(run) return timeout_of(run) - (run.session.scheduler:now() - run.began) end

-- Sends it, with its intent in the journal before; beside a run that waits, with a note to it.
local function send(run)
  local change = run.change
  if run.beside and change.primary then
    local noted, err = stopped_note.note(run.stack.backend, change.primary, run.session.scheduler:now())
    -- The note only tells a name: without it the deployment is stopped all the same.
    if not noted then
      warnings_of.add(run.stack, run.warnings, { code = "NoteNotLeft", path = "state",
        message = "the run that waits is not told who stopped its deployment: " .. tostring(err.message),
        hint = err.hint }, run.opts)
    end
  end
  local engine = driver.engine(run.session)
  engine:add { address = change.address, action = "call", operation = "StopServiceDeployment", mutates = true,
    body = core.object { serviceDeploymentArn = change.arn, stopType = HOW[change.how] },
    timeout = timeout_of(run) }
  local book = run.book
  local results = driver.run(engine, { session = run.session, interrupted = run.opts.interrupted,
    on_intent = function(action) book:intent(action) end, on_lost = function(action) book:unheard(action) end,
    save = function() return book:save() end })
  local result = results[change.address]
  local refused = not result.ok and result.error.http_status and result.error.http_status < 500
  if run.beside and refused then stopped_note.withdraw(run.stack.backend) end
  return result.ok, result.error, result.stopped
end

local function tell(run, event)
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
      tell(run, event)
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

local function interrupted(run)
  return failure(run.change.address, "Interrupted", "interrupted: what was asked of ECS goes on there",
    "see how it ends: " .. shell.command("ecs-service status", run.change.address))
end

-- Until ECS says how it ended. Of a request whose answer was lost, the state that it leads to is the proof.
local function follow(run, unheard)
  local scheduler, pause = run.session.scheduler, FIRST
  local asked = scheduler:now()
  while true do
    if run.asked and run.asked() then
      return nil, interrupted(run), true
    end
    local one, err = look(run)
    if err and err.code == "Interrupted" then return nil, interrupted(run), true end
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

-- What the service is now, into the record.
local function record(run)
  local change = run.change
  local found = reading.services(run.stack, run.session, { { address = change.address, cluster = change.cluster,
    service = change.service, attributes = run.entry.attributes } },
    { interrupted = run.opts.interrupted, timeout = LAST_LOOK })
  local now = found and found[change.address]
  if not now or not now.attributes then return end
  change.after = now.attributes
  run.book:record { address = change.address, status = run.entry.status, reason = run.entry.reason,
    attributes = now.attributes, deployment_id = now.primary }
end

local function is_open(err) return err.http_status == nil or err.http_status >= 500 end

local function do_it(run)
  local change = run.change
  run.began = run.session.scheduler:now()
  tell(run, { type = "started", action = "stop" })
  local sent, err, stopped = true, nil, nil
  if STOPPABLE[change.status] then sent, err, stopped = send(run) end
  local outcome
  if sent and run.opts.wait == false then
    outcome = "STOP_REQUESTED"
  elseif sent or not stopped and (is_open(err) or err.code == "ConflictException") then
    outcome, err, stopped = follow(run, err)
    record(run)
  elseif not stopped then
    err = cannot(change.address, err)
  end
  tell(run, { type = "done", ok = outcome ~= nil, outcome = outcome, error = err })
  return outcome, err, stopped
end

local function conclude(run, outcome, err, stopped)
  local change, book = run.change, run.book
  if outcome then book:finish(change.address, change.after) else book:fail(change.address, err, stopped) end
  local saved, problem = book:close()
  local result = result_of.new { services = core.object {}, summary = run.plan.summary, serial = run.state.serial,
    warnings = run.warnings, plan = run.plan, outcome = outcome,
    changes = { { address = change.address, action = "stop", outcome = outcome and "done" or "failed", error = err } } }
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
  if run.beside or not journal or journal.verb ~= "stop" then return result end
  run.book:put(address, change.after)
  run.book:remember(address, "Interrupted")
  run.state.journal[address] = nil
  local saved, err = run.book:close()
  if not saved then return nil, err end
  result.serial = run.state.serial
  return result
end

-- What a run keeps that writes no state.
local NO_BOOK = setmetatable({}, { __index = function() return function() return true end end })

local function carry_out(run, plan)
  local opts, change = run.opts, plan.changes[1]
  run.plan, run.change, run.warnings, run.entry = plan, change, {}, kinds.entry(run.state, change.address)
  run.asked = leaving.either(opts.interrupted)
  run.book = run.beside and NO_BOOK or recorder.new(run.state, plan.changes, run.session, opts.message)
  if change.action == "no-op" then return settle(run) end
  return conclude(run, do_it(run))
end

-- Of one service. Beside a run that waits for its deployment, that run is told with it.
local function steps_for(address)
  local function plan(run)
    local err = selection.unknown({ address }, run.stack:known(run.state))
    if err then return nil, err end
    local made, problem = make_plan(run.stack, run.session, run.state, address, run.opts.how or "rollback", run.opts)
    if not made then return nil, problem end
    local change, beside = made.changes[1], run.beside
    if beside and change.reason then
      change.reason = ("%s; the %s of %s@%s that waits for it ends with it"):format(change.reason, beside.operation,
        tostring(beside.user), tostring(beside.host))
    end
    return made
  end
  return { plan = plan, carry_out = carry_out }
end

local function under_lock(stack, address, opts, lock_timeout)
  return changing.run(stack, "stop", opts, steps_for(address), { lock = opts.lock, lock_timeout = lock_timeout,
    interrupted = opts.interrupted })
end

-- The run that holds the lock and waits for a deployment. Whoever wants to end that need not wait for the run: what
-- becomes of the state is written by it.
local function waiting(err)
  return err and err.code == "Locked" and err.lock and lock.WAITING[err.lock.operation] and err.lock or nil
end

--- The verb.
---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options: how ("rollback", the default, or "abort"), timeout (seconds; 20 minutes), approve,
---  dry_run, wait, lock_timeout, on_event, interrupted. While another run holds the lock and waits for the deployment,
---  it is stopped without the lock: nothing is written but a note that tells that run who did it
---@return table|nil result as of apply, with `outcome`: STOPPED, ROLLBACK_SUCCESSFUL; STOP_REQUESTED with wait = false
---@return ecs_service.Error|nil codes CannotStop, TooLate, RollbackFailed, Timeout, NotApproved, or of the API
function stop.run(stack, address, opts)
  local result, err = under_lock(stack, address, opts, 0)
  if err and err.code == "Locked" and not waiting(err) and (opts.lock_timeout or 0) > 0 then
    result, err = under_lock(stack, address, opts, opts.lock_timeout)
  end
  local beside = not result and waiting(err)
  if not beside then return result, err end
  runtime.stay()
  local state
  state, err = stack:read_state()
  if not state then return nil, err end
  return changing.make({ stack = stack, state = state, opts = opts, beside = beside }, steps_for(address))
end

return stop
