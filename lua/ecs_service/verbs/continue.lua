--- continue: decides about a deployment that waits at a pause. It goes on, or it goes back to the revision before.
local lazy = require "ecs_service.util.lazy"
local control = require "ecs_service.verbs.deployment_control"
local driver = require "ecs_service.run.driver"
local hook_functions = require "ecs_service.plan.hook_functions"
local hook_answers = lazy "ecs_service.run.hook_answers"
local reading = require "ecs_service.run.service_reader"
local service_deployments = require "ecs_service.run.service_deployments"
local shell = require "ecs_service.util.shell"
local stage_text = require "ecs_service.render.stage_text"
local staged = require "ecs_service.run.deployment_stage"
local stop_note = require "ecs_service.state.stop_note"
local tables = require "ecs_service.util.tables"
local warnings_of = require "ecs_service.plan.warnings"

local continue = {}

continue.OPTIONS = tables.copy(control.OPTIONS)
continue.OPTIONS.rollback, continue.OPTIONS.hook = "boolean", "string"

local function cannot(address, err)
  if err.code == "AccessDeniedException" or not err.http_status or err.http_status >= 500 then return err end
  return control.failure(address, "CannotContinue", ("nothing can be decided about this deployment: %s"):format(
    err.message), "see what it does: " .. shell.command("ecs-service status", address), err)
end

local function not_awaiting(address, message)
  return control.failure(address, "NotAwaiting", message,
    "see what it does: " .. shell.command("ecs-service status", address))
end

local function named(hooks)
  local list = {}
  for i, hook in ipairs(hooks) do list[i] = hook.id end
  return table.concat(list, ", ")
end

-- The hook that waits: the only one, or the one that was named.
local function hook_of(run, facts)
  local waiting, wanted = {}, run.opts.hook
  for _, hook in ipairs(facts.hooks) do
    if hook.status == "AWAITING_ACTION" and (wanted == nil or wanted == hook.id) then waiting[#waiting + 1] = hook end
  end
  if #waiting == 1 then return waiting[1] end
  if #waiting > 1 then
    return nil, control.failure(run.address, "NotAwaiting", "several hooks wait for a decision: " .. named(waiting),
      "name one of them: --hook ID, hook = ID")
  end
  local now = stage_text.of(facts)
  return nil, not_awaiting(run.address, ("the deployment waits for no decision%s%s"):format(
    wanted and " of a hook " .. wanted or "", now ~= "" and "; it is here: " .. now or ""))
end

local function choose(run, found, one)
  if not one then return nil, not_awaiting(run.address, "no deployment is under way, and none waits for a decision") end
  local details, err = service_deployments.details(run.session, { one.serviceDeploymentArn })
  if not details then return nil, cannot(run.address, err) end
  local facts = staged.of(details[one.serviceDeploymentArn] or one)
  local hook
  hook, err = hook_of(run, facts)
  if not hook then return nil, err end
  local back = run.opts.rollback or nil
  return { hook = hook.id, rollback = back, diff = back and control.way_back(run, found, one) or nil,
    reason = ("%s, and waits for a decision at %s (hook %s)"):format(control.reason(run, found, one),
      tostring(facts.stage), hook.name) }
end

-- On to its end, or to the next decision.
local function follow_on(run)
  local change, entry = run.change, run.entry
  local engine = reading.engine(run.stack, run.session)
  local answers = run.stack.asks and hook_answers.of_stack(run.stack, run.session) or nil
  engine:add { address = change.address, action = "wait", ["until"] = "steady", cluster = change.cluster,
    service = change.service, attributes = entry.attributes, existed = true, timeout = control.timeout_of(run),
    deployment_id = change.primary, durations = entry.durations, decided = change.hook,
    answered_stages = answers and answers:stages(change.address) }
  local result = driver.run(engine, { session = run.session, answers = answers, interrupted = run.opts.interrupted,
    on_event = function(event) if event.type ~= "done" then control.tell(run, event) end end })[change.address]
  if result.ok then return "SUCCESSFUL" end
  if result.error.code == "Interrupted" then return nil, control.interrupted(run), true end
  stop_note.tell(run.stack.backend, result.error, change.primary)
  return nil, result.error, result.stopped or result.error.code == "AwaitingDecision"
end

local function follow(run, unheard)
  if run.change.rollback then return control.follow_end(run, unheard) end
  return follow_on(run)
end

-- Functions of the script may stand at later stages.
local function left(run)
  local warning = not run.change.rollback and hook_functions.unfollowed(run.stack.declared[run.address])
  if warning then warnings_of.add(run.stack, run.warnings, warning, run.opts) end
end

continue.KIND = {
  name = "continue", left = left, command = "ecs-service continue --rollback", open = "CONTINUED",
  operation = "ContinueServiceDeployment", choose = choose, cannot = cannot, follow = follow,
  body = function(change)
    return { serviceDeploymentArn = change.arn, hookId = change.hook, action = change.rollback and "ROLLBACK"
      or "CONTINUE" }
  end,
  noted = function(change) return change.rollback == true end,
  asks = function() return true end,
}

--- The verb.
---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options: rollback (true: back to the revision before), hook (its id, where several wait),
---  timeout (seconds; 20 minutes), approve, dry_run, wait (false: do not follow it), lock_timeout, on_event,
---  interrupted. While another run holds the lock and waits for the deployment, it is decided without the lock, and
---  that run goes on
---@return table|nil result as of apply, with `outcome`: SUCCESSFUL; ROLLBACK_SUCCESSFUL with rollback; CONTINUED with
---  wait = false
---@return ecs_service.Error|nil codes NotAwaiting, CannotContinue, AwaitingDecision (the next pause), NotApproved,
---  those of a deployment that is waited for, or of the API
function continue.run(stack, address, opts)
  return control.run(continue.KIND, stack, address, opts)
end

return continue
