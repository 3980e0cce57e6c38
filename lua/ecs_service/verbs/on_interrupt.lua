--- What becomes of deployments that a run waits for when it is interrupted: they go on, or, where that was asked for,
--- they are stopped and rolled back. Without a signal nothing ever is.
local control = require "ecs_service.verbs.deployment_control"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local leaving = require "ecs_service.aws.leaving"
local stop = require "ecs_service.verbs.stop"

local on_interrupt = {}

-- A worker of nginx that goes for a reload has been asked by nobody.
local function was_asked(opts)
  return core.system.interrupted() or opts.interrupted ~= nil and opts.interrupted() and true or false
end

local function ended(address, outcome, err)
  local message = outcome and "interrupted: its deployment was stopped and rolled back"
    or "interrupted: its deployment was to be rolled back, and that failed: " .. tostring(err.message)
  return errors.new { code = "Interrupted", service = address, message = message,
    hint = outcome and "the next plan shows the way back to the declaration" or err.hint }
end

-- The signal has been heard: what is done about it does not end by it.
local function roll_back(run)
  local former = leaving.told(nil)
  local ok, outcome, err = pcall(control.end_now, run)
  leaving.told(former)
  if not ok then error(outcome, 0) end
  return outcome, err
end

local function take_back(stack, session, state, results, address, opts, book)
  local result, entry = results[address], kinds.entry(state, address)
  if not result or result.ok or result.error.code ~= "Interrupted" or not entry then return end
  local outcome, err = roll_back { stack = stack, session = session, state = state, address = address,
    kind = stop.KIND, opts = { on_event = opts.on_event }, book = book }
  if not outcome and not err then return end
  result.error, result.stopped = ended(address, outcome, err), nil
end

--- Of an apply: all services with on_interrupt = "rollback", else those that declare sigint_rollback and are waited
--- for.
---@param run ecs_service.Run
---@param session ecs_service.Session
---@param plan ecs_service.Plan
---@param results table<string, table> of the driver; what was rolled back has another error then
---@param book table
function on_interrupt.of_apply(run, session, plan, results, book)
  local how = run.opts.on_interrupt
  if how == "leave" or not was_asked(run.opts) then return end
  for _, change in ipairs(plan.changes) do
    local config = change.config
    local own = kinds.of(change.address) == kinds.BARE
    if own and how == "rollback" or config and config.sigint_rollback and config.wait_for_steady_state then
      take_back(run.stack, session, run.state, results, change.address, run.opts, book)
    end
  end
end

--- Of a wait, which records nothing.
function on_interrupt.of_wait(stack, session, state, results, opts)
  if opts.on_interrupt ~= "rollback" or not was_asked(opts) then return end
  for address in pairs(results) do take_back(stack, session, state, results, address, opts) end
end

return on_interrupt
