--- deregister: takes old revisions of a task definition out of use, and deletes them where that is asked for. What
--- anybody uses stays. It is planned, shown, approved, journalled and carried out as an apply is.
local begun = require "ecs_service.plan.begun_revisions"
local call = require "ecs_service.run.api_call"
local changing = require "ecs_service.verbs.change"
local errors = require "ecs_service.errors"
local history = require "ecs_service.state.past_operations"
local kinds = require "ecs_service.kinds"
local lists = require "ecs_service.run.revision_lists"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local planned = require "ecs_service.plan"
local result_of = require "ecs_service.verbs.result"
local revisions = require "ecs_service.verbs.revisions"
local skew = require "ecs_service.aws.clock_skew"
local tables = require "ecs_service.util.tables"
local task_definitions = require "ecs_service.run.task_definitions"
local times = require "ecs_service.util.time_format"

local deregister = {}

deregister.OPTIONS = { keep = "number", delete = "boolean", dry_run = "boolean", approve = "function",
  cluster = "string|table", lock = "boolean", lock_timeout = "number|string", on_event = "function",
  interrupted = "function" }

deregister.VALUES = { keep = function(value)
  return value >= 1 and value <= 10000 and value == math.floor(value), "a whole number from 1 to 10000"
end }

-- Of one DeleteTaskDefinitions.
local MOST = 10

-- How many stay: as asked, else as declared.
local function keep_of(run, found)
  local config = found.address and run.normals[found.address]
  local keep = run.opts.keep or config and config.keep
  if keep then return keep end
  return nil, errors.new { code = "WrongOption", path = "keep", address = found.address,
    message = ("nothing says how many revisions of %s stay"):format(found.name),
    hint = ("ecs-service deregister %s --keep 10, or keep = 10 in its declaration"):format(found.name) }
end

-- Those that nobody uses, the oldest first; the others with who uses them.
local function parted(arns, used, in_use)
  local free = {}
  for i = #arns, 1, -1 do
    local who = used[arns[i]]
    if who then
      in_use[#in_use + 1] = ("%s (%s)"):format(names.last(arns[i]), who[1].text)
    else
      free[#free + 1] = arns[i]
    end
  end
  return free
end

local function change_of(found, action, arns, reason)
  if #arns == 0 then return nil end
  return { kind = "task_definition", address = found.address and kinds.name(found.address) or found.family,
    action = action, revisions = arns, reason = reason, before = { family = found.family }, diff = {}, drift = {},
    replace_paths = {} }
end

-- Who uses them, with the address whose handle stands for one.
local function used_of(run, found, arns)
  if #arns == 0 then return {} end
  local used, err = revisions.used(run.stack, run.session, run.state, arns, run.opts)
  local current = found.entry and found.entry.attributes.arn
  if used and current then
    used[current] = used[current] or { { text = ("%s, as it is recorded"):format(found.address) } }
  end
  return used, err
end

local function plan_of(run, found, keep, all)
  local old, dead = {}, run.opts.delete and all.INACTIVE or {}
  for i = keep + 1, #all.ACTIVE do old[#old + 1] = all.ACTIVE[i] end
  local asked = tables.copy(old)
  for _, arn in ipairs(dead) do asked[#asked + 1] = arn end
  local used, err = used_of(run, found, asked)
  if not used then return nil, err end
  local in_use, warnings = {}, {}
  local free = parted(old, used, in_use)
  local deleted = parted(dead, used, in_use)
  for _, arn in ipairs(run.opts.delete and free or {}) do deleted[#deleted + 1] = arn end
  if #in_use > 0 then
    warnings[1] = { code = "RevisionInUse", severity = "warning", address = found.name,
      message = "in use, and left as they are: " .. table.concat(in_use, ", ") }
  end
  local changes = { change_of(found, "deregister", free, ("the newest %d ACTIVE revisions stay"):format(keep)) }
  changes[#changes + 1] = change_of(found, "delete", deleted, "they are INACTIVE then; what is deleted is gone")
  return planned.new(place.mark({ changes = changes, warnings = warnings, serial = run.state.serial,
    lineage = run.state.lineage, options = {},
    nothing = ("No changes. %s has no revision that is older than the newest %d and that nobody uses."):format(
      found.name, keep) }, run.stack, run.session))
end

local function plan(run, target)
  local found, err = revisions.find(run.stack, run.state, target)
  if not found then return nil, err end
  local keep, problem = keep_of(run, found)
  if not keep then return nil, problem end
  local all
  all, err = lists.of(run.session, { found.family }, { "ACTIVE", "INACTIVE" }, { interrupted = run.opts.interrupted })
  if not all then return nil, err end
  all = all[found.family]
  if #all.ACTIVE + #all.INACTIVE == 0 then return nil, revisions.missing(found) end
  run.found = found
  return plan_of(run, found, keep, all)
end

local function tell(run, change, type, arn)
  local on_event = run.opts.on_event or run.stack.options.on_event
  if not on_event then return end
  pcall(on_event, { type = type, at = run.session.scheduler:now(), kind = change.kind, address = change.address,
    arn = arn, task_definition = names.last(arn) })
end

-- What is recorded of those revisions, where anything is.
local function recorded(run, arns)
  local entry, own = run.found.entry, {}
  local known = tables.set(entry and entry.revisions)
  for _, arn in ipairs(arns) do
    if known[arn] then own[#own + 1] = arn end
  end
  return #own > 0 and own or nil
end

local function save(run, announces)
  local address = run.found.address
  return run.state:save({ [address] = true, [kinds.name(address)] = true }, not announces)
end

local function announce(run, own)
  run.state.journal[run.found.address] = { operation = begun.DEREGISTERS, family = run.found.family, revisions = own,
    begun = times.text(skew.now(run.session)), by = history.author() }
  return save(run, true)
end

local function strike(run, gone)
  local left = {}
  for _, arn in ipairs(run.found.entry.revisions) do
    if not gone[arn] then left[#left + 1] = arn end
  end
  run.found.entry.revisions, run.state.journal[run.found.address] = left, nil
  return save(run)
end

-- Deregisters what nobody has begun to use since it was shown.
local function take_out(run, change, done)
  local used, err = used_of(run, run.found, change.revisions)
  if not used then return err end
  local free, in_use = {}, {}
  for _, arn in ipairs(change.revisions) do table.insert(used[arn] and in_use or free, arn) end
  local own, saved = recorded(run, free), true
  if own then saved, err = announce(run, own) end
  if not saved then return err end
  local gone, failure = {}, nil
  for _, arn in ipairs(free) do
    local fine
    fine, failure = task_definitions.deregister(run.session, arn, run.opts)
    if not fine then break end
    gone[arn] = true
    done.deregistered[#done.deregistered + 1] = names.last(arn)
    tell(run, change, "deregistered", arn)
  end
  if own then saved, err = strike(run, gone) end
  for _, arn in ipairs(in_use) do done.kept[arn] = used[arn][1].text end
  return failure or not saved and err or nil
end

local function delete_some(run, change, arns, done)
  local answer, err = call(run.session, "DeleteTaskDefinitions", { taskDefinitions = arns }, { mutates = true,
    interrupted = run.opts.interrupted })
  if not answer then return err end
  local failed = {}
  for _, failure in ipairs(answer.failures or {}) do
    failed[failure.arn or ""] = true
    done.failures[#done.failures + 1] = { arn = failure.arn, reason = failure.reason, detail = failure.detail }
  end
  for _, arn in ipairs(arns) do
    if not failed[arn] then
      done.deleted[#done.deleted + 1] = names.last(arn)
      tell(run, change, "deleted", arn)
    end
  end
end

-- Those that are in use by now were not deregistered.
local function delete(run, change, done)
  local arns, batch = {}, {}
  for _, arn in ipairs(change.revisions) do
    if not done.kept[arn] then arns[#arns + 1] = arn end
  end
  for i, arn in ipairs(arns) do
    batch[#batch + 1] = arn
    if #batch == MOST or i == #arns then
      local err = delete_some(run, change, batch, done)
      if err then return err end
      batch = {}
    end
  end
end

-- What failures[] of ECS say.
local function refused(done)
  if #done.failures == 0 then return nil end
  local first = done.failures[1]
  return errors.new { code = "NotDeleted", operation = "DeleteTaskDefinitions", failures = done.failures,
    message = ("%d of %d revisions were not deleted; of %s ECS says: %s"):format(#done.failures,
      #done.failures + #done.deleted, tostring(names.last(first.arn)), tostring(first.reason)),
    hint = "see what it says, and try again: what is done is done" }
end

local WORK = { deregister = take_out, delete = delete }

local function warn_of_use(plan_made, done)
  local list = {}
  for _, arn in ipairs(tables.keys(done.kept)) do
    list[#list + 1] = ("%s (%s)"):format(names.last(arn), done.kept[arn])
  end
  local warnings = tables.copy(plan_made.warnings)
  if #list > 0 then
    warnings[#warnings + 1] = { code = "RevisionInUse", severity = "warning",
      message = "in use by now, and left as they are: " .. table.concat(list, ", ") }
  end
  return warnings
end

local function carry_out(run, plan_made)
  local done = { deregistered = {}, deleted = {}, failures = {}, kept = {} }
  local changes, problem = {}, nil
  for i, change in ipairs(plan_made.changes) do
    local outcome, err = "skipped", nil
    if not problem then
      err = WORK[change.action](run, change, done)
      if not err and change.action == "delete" then err = refused(done) end
      outcome = err and "failed" or "done"
    end
    problem = problem or err
    changes[i] = { address = change.address, kind = change.kind, action = change.action, outcome = outcome,
      error = err }
  end
  local result = result_of.new { services = {}, changes = changes, summary = plan_made.summary, plan = plan_made,
    warnings = warn_of_use(plan_made, done), serial = run.state.serial, deregistered = done.deregistered,
    deleted = done.deleted }
  if not problem then return result end
  problem.kind, problem.address = "task_definition", run.found.address or run.found.family
  problem.result, problem.serial = result, run.state.serial
  return nil, problem
end

--- The verb.
---@param stack ecs_service.Stack
---@param target string an address, or a family
---@param opts table checked options: keep (how many ACTIVE revisions stay, the newest included; default: as declared),
---  delete (true: INACTIVE ones are deleted), cluster (one, or a list, beside those of the stack), dry_run (true: the
---  plan is the result), approve, lock, lock_timeout, on_event, interrupted
---@return table|nil result as of apply, with `plan`, `deregistered` and `deleted` ("api:1", …)
---@return ecs_service.Error|nil codes WrongOption, NotFound, NotApproved, NotDeleted (with `failures`), or of the API
function deregister.run(stack, target, opts)
  return changing.run(stack, "deregister", opts, {
    plan = function(run) return plan(run, target) end,
    carry_out = carry_out,
  })
end

return deregister
