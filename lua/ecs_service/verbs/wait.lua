--- wait: until services are steady, deployed or inactive. What it reports is what ECS reported.
local lazy = require "ecs_service.util.lazy"
local about_services = require "ecs_service.plan.about_services"
local begun = require "ecs_service.plan.unfinished_creates"
local core = require "ecs_service.core"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local failure_logs = lazy "ecs_service.run.failure_logs"
local hook_answers = lazy "ecs_service.run.hook_answers"
local kinds = require "ecs_service.kinds"
local on_interrupt = lazy "ecs_service.verbs.on_interrupt"
local reading = require "ecs_service.run.service_reader"
local result_of = require "ecs_service.verbs.result"
local revisions = require "ecs_service.plan.declared_revisions"
local tables = require "ecs_service.util.tables"
local updates = require "ecs_service.run.unfinished_updates"
local validate = require "ecs_service.verbs.validate"

local wait = {}

wait.OPTIONS = { services = "string|table", ["until"] = "string", timeout = "number|string", on_event = "function",
                 interrupted = "function", stable_for = "number|string", superseded = "string", fail_fast = "boolean",
                 logs = "boolean", on_interrupt = "string" }

local TIMEOUT = 20 * 60
-- Those that were named; else the declared ones, or the recorded ones of a stack that declares nothing.
local function chosen_of(stack, state, opts)
  local known = stack:known(state)
  local err = opts.services and about_services.problem(stack, state, "wait", opts.services)
  if err then return nil, err end
  local declared = stack:addresses()
  return opts.services or #declared > 0 and declared or known
end

-- Whether the last change was made to a service that was there: a former one of its name cannot be what is seen.
local function existed(entry)
  local last = entry and entry.history and entry.history[1]
  return last ~= nil and last.did ~= "create" and last.did ~= "replace"
end

-- Of an update that was begun, and is not recorded, what is on record says nothing: what is found is followed.
local function operation(address, config, entry, opts, unfinished)
  local attributes = entry and entry.attributes
  local place = attributes or config
  if unfinished then entry = { durations = entry and entry.durations, history = entry and entry.history } end
  return { address = address, action = "wait", ["until"] = opts["until"] or "steady",
    cluster = place.cluster, service = place.name, config = config, attributes = attributes,
    timeout = opts.timeout or TIMEOUT,
    -- The deployment that the last apply started: had it been rolled back since, the service would look steady.
    deployment_id = entry and entry.deployment_id, deployment_at = entry and entry.deployment_at,
    recorded_at = entry and begun.changed_at(entry), existed = existed(entry),
    durations = entry and entry.durations, stable_for = opts.stable_for, superseded = opts.superseded,
    fail_fast = opts.fail_fast }
end

local MISSING = require "ecs_service.state.place".MISSING

-- Whether a recorded service may not be there: in another account it would not be there, either.
local function may_be_gone(chosen, results, state)
  for _, address in ipairs(chosen) do
    local result = results[address]
    if kinds.entry(state, address) and (result.ok or MISSING[result.error.code]) then return true end
  end
  return false
end

-- What an earlier run began may have come to its end, and not to the one that it was begun for.
local function check_unfinished(session, unfinished, results)
  for address, journal in pairs(unfinished) do
    local result = results[address]
    local reason = result and result.ok and updates.failure(session, journal)
    if reason then
      results[address] = { error = errors.new { code = "DeploymentRolledBack", service = address,
        message = ("the deployment of %s that an earlier run began was rolled back: %s"):format(
          updates.revision(journal) or "what was declared", reason),
        hint = "see why: ecs-service diagnose " .. address, evidence = { reason = reason } } }
    end
  end
end

--- The verb.
---@param stack ecs_service.Stack
---@param opts table services (default all), until = "steady"|"deployed"|"inactive"|"paused"| a stage, timeout
---  (seconds; 20 minutes), on_interrupt = "leave"|"rollback", stable_for (seconds that it has to stay steady; 0),
---  superseded = "fail"|"follow" (someone else's newer deployment), fail_fast (true: end as soon as tasks of the
---  deployment ended alike twice)
---@return table|nil services address → attributes, as they are now
---@return ecs_service.Error|nil
function wait.run(stack, opts)
  local normals, err = validate.all(stack)
  if not normals then return nil, err end
  local state
  state, err = stack:read_state()
  if not state then return nil, err end
  normals = revisions(stack, state, normals)
  local chosen
  chosen, err = chosen_of(stack, state, opts)
  if not chosen then return nil, err end
  local session
  session, err = stack:session(state)
  if not session then return nil, err end
  local engine, unfinished = reading.engine(stack, session), {}
  for _, address in ipairs(chosen) do unfinished[address] = updates.of(state, address) end
  local on_event = opts.on_event or stack.options.on_event
  begun.await(state, tables.keys(unfinished), session.scheduler, { interrupted = opts.interrupted,
    on_event = on_event })
  local answers = stack.asks and hook_answers.of_stack(stack, session) or nil
  for _, address in ipairs(chosen) do
    local one = operation(address, normals[address], kinds.entry(state, address), opts, unfinished[address])
    one.answered_stages = answers and answers:stages(address)
    engine:add(one)
  end
  local results, told = driver.run(engine, { session = session, answers = answers, on_event = on_event,
    interrupted = opts.interrupted })
  if not told.interrupted then check_unfinished(session, unfinished, results) end
  if told.interrupted then on_interrupt.of_wait(stack, session, state, results, opts) end
  err = may_be_gone(chosen, results, state) and session.place:forbids_gone()
  if err then return nil, err end
  local services, failures = core.object {}, {}
  for _, address in ipairs(chosen) do
    local result = results[address]
    if result.ok then
      services[address] = result.attributes or {}
    else
      failures[#failures + 1] = result.error
    end
  end
  if #failures == 0 then return services end
  local failure = errors.join(failures, "%d services did not get there")
  failure.result = result_of.new { services = services }
  failure_logs.add({ stack = stack, session = session, state = state }, failure, opts, function(address)
    local place = kinds.entry(state, address) and kinds.entry(state, address).attributes or normals[address]
    return place.cluster, place.name
  end)
  return nil, failure
end

return wait
