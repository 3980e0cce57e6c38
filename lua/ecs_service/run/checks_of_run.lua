--- Which checks a change has in a run: those of its declaration, and those of the call.
local kinds = require "ecs_service.kinds"
local operations = require "ecs_service.run.engine_operations"
local secret_texts = require "ecs_service.render.secret_texts"
local tables = require "ecs_service.util.tables"

local checks_of_run = {}

-- A URL may have been made with a secret variable of the script.
local function without_secrets(one, secrets)
  if not secrets or not secrets[1] then return one end
  return tables.merge(one, { shown = secret_texts.hide(one.shown, secrets) })
end

--- All that a service is checked by: those that are declared, and those of the call.
---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options of the call: checks as call_options reads them
---@return ecs_service.OneCheck[]|nil
function checks_of_run.list(stack, address, opts)
  local handle, list = stack.declared[address], {}
  local secrets = (stack.script_run or {}).secrets
  local given = opts.checks or {}
  for _, from in ipairs { handle and handle.own and handle.own.checks or {}, given.all or {},
    given.by and given.by[address] or {} } do
    for _, one in ipairs(from) do list[#list + 1] = without_secrets(one, secrets) end
  end
  return list[1] and list or nil
end

--- What is done when one of them fails.
---@param opts table
---@param handle table|nil
---@return string "rollback"|"fail"
function checks_of_run.ends(opts, handle)
  return opts.on_failed_check or handle and handle.own and handle.own.on_failed_check or "rollback"
end

local function is_followed(opts)
  return opts.wait ~= false and (opts["until"] == nil or opts["until"] == "steady")
end

local DEPLOYS = { create = true, update = true, replace = true }

--- Whether a change has its service deployed anew.
---@param change table
---@return boolean
function checks_of_run.deploys(change)
  return kinds.of_change(change) == kinds.BARE and DEPLOYS[change.action] == true and not change.deposed
    and not change.begun and (change.deployment or {}).starts == true
end

local function told(list)
  local out = {}
  for i, one in ipairs(list) do
    out[i] = { shown = one.shown, times = one.times, within = one.within, stage = one.stage }
  end
  return out
end

-- What is done about a check of a change that fails: a service goes back to what it ran before, where it ran something.
local function ends_of(stack, change, opts)
  if change.action ~= "update" or change.verb == "rollback" then return "fail" end
  return checks_of_run.ends(opts, stack.declared[change.address])
end

local function not_checked(change)
  return { code = "NotChecked", severity = "warning", address = change.address, service = change.address,
    path = "checks", message = "its checks are not made: this does not wait until the deployment has been completed",
    hint = "wait for it: without --no-wait and --until" }
end

--- Says in a change what it is checked by, and adds the warning that it is not.
---@param stack ecs_service.Stack
---@param change table
---@param opts table
---@param warnings table[]
function checks_of_run.tell(stack, change, opts, warnings)
  local list = checks_of_run.deploys(change) and checks_of_run.list(stack, change.address, opts)
  if not list then return end
  if not is_followed(opts) then
    warnings[#warnings + 1] = not_checked(change)
    return
  end
  change.deployment.checks, change.deployment.on_failed_check = told(list), ends_of(stack, change, opts)
end

--- The checks of a change, when it is one that they are made for: it deploys the service, or waits for what an earlier
--- run had deployed, and is waited for until it has been completed.
---@param stack ecs_service.Stack
---@param change table
---@param opts table
---@param journal table|nil
---@return ecs_service.OneCheck[]|nil
function checks_of_run.of(stack, change, opts, journal)
  if not is_followed(opts) then return nil end
  local waits = checks_of_run.deploys(change)
    or kinds.of_change(change) == kinds.BARE and operations.waits_on(change, journal)
  return waits and checks_of_run.list(stack, change.address, opts) or nil
end

return checks_of_run
