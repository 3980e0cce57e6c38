--- The one way in which something is changed: the declarations are checked, and under the lock of the state what is to
--- be done is planned, confirmed and carried out. A verb says how it is planned, and how it is carried out.
local lazy = require "ecs_service.util.lazy"
local errors = require "ecs_service.errors"
local failure_logs = lazy "ecs_service.run.failure_logs"
local known_secrets = lazy "ecs_service.plan.known_secrets"
local planned = require "ecs_service.plan"
local revisions = require "ecs_service.plan.declared_revisions"
local selection = lazy "ecs_service.plan.selection"
local tables = require "ecs_service.util.tables"
local validate = require "ecs_service.verbs.validate"

local change = {}

---@class ecs_service.Run
---@field stack ecs_service.Stack
---@field state table
---@field session ecs_service.Session
---@field normals table<string, userdata>  normal forms of what is declared
---@field warnings table[]                 of the declarations
---@field opts table                       checked options: dry_run, digest, approve, and the verb's own
---@field plan ecs_service.Plan|nil         once it is made
---@field logs_read boolean|nil             the error of what failed has its lines already

---@class ecs_service.Steps
---@field plan fun(run: ecs_service.Run): ecs_service.Plan|nil, ecs_service.Error|nil
---@field carry_out fun(run: ecs_service.Run, plan: ecs_service.Plan): table|nil, ecs_service.Error|nil

-- Why a plan is not carried out: it is another one than was asked for, or nobody wants it.
local function objection(plan, opts)
  local err = planned.digest_problem(opts.digest, plan)
  if err then return err end
  if opts.approve and not opts.approve(plan) then
    return errors.new { code = "NotApproved", message = "the plan was not approved, and nothing was changed" }
  end
end

--- Puts into an error what the containers wrote that a deployment failed for.
---@param run ecs_service.Run
---@param plan ecs_service.Plan
---@param failure ecs_service.Error
---@return table<string, table> the task definitions of those, by the address of the service
function change.add_logs(run, plan, failure)
  run.logs_read = true
  return failure_logs.add(run, failure, run.opts, function(address)
    for _, one in ipairs(plan.changes) do
      if one.address == address then return one.cluster, one.service end
    end
  end)
end

--- Plans, confirms and carries out with a state that was read; its lock is the caller's.
---@param run ecs_service.Run without a session
---@param steps ecs_service.Steps
---@return table|nil result; the plan itself with dry_run
---@return ecs_service.Error|nil codes NotApproved, PlanChanged, or of the steps
function change.make(run, steps)
  local plan, err
  local by = run.opts.checks and run.opts.checks.by
  err = by and next(by) and selection.unknown(tables.keys(by), run.stack:known(run.state)) or nil
  if err then return nil, err end
  run.session, err = run.stack:session(run.state)
  if not run.session then return nil, err end
  known_secrets.keep(run.session, run)
  plan, err = steps.plan(run)
  if not plan then return nil, err end
  run.plan = plan
  if run.opts.dry_run then return plan end
  err = objection(plan, run.opts)
  if err then return nil, err end
  local result, failure = steps.carry_out(run, plan)
  if not result and not run.logs_read then change.add_logs(run, plan, failure) end
  run.session.secrets = nil
  return result, failure
end

--- The same under the lock.
---@param stack ecs_service.Stack
---@param verb string what the lock says of it
---@param opts table
---@param steps ecs_service.Steps
---@param locking? table how the lock is taken, where that is not in opts: lock, lock_timeout, interrupted
---@return table|nil result
---@return ecs_service.Error|nil
function change.run(stack, verb, opts, steps, locking)
  local normals, err, warnings = validate.all(stack)
  if not normals then return nil, err end
  return stack:with_state(verb, locking or opts, function(state)
    normals = revisions(stack, state, normals)
    return change.make({ stack = stack, state = state, normals = normals, warnings = warnings, opts = opts }, steps)
  end)
end

return change
