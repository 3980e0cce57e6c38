--- What commands that change something have in common: they show a plan, ask, follow what is done, and tell what came
--- of it.
local approval = require "ecs_service.cli.approval"
local json = require "ecs_service.render.json_documents"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local planned = require "ecs_service.plan"
local report = require "ecs_service.cli.output"
local shell = require "ecs_service.util.shell"
local show_plan = require("ecs_service.cli.plan").show
local tables = require "ecs_service.util.tables"
local text = require "ecs_service.render.text"
local value = require "ecs_service.render.value"
local verbs = require "ecs_service.kinds.verbs"

local carried = {}

-- A sentence to people, in lines that fit.
local function say(ctx, sentence)
  ctx:say(table.concat(letters.paragraph(sentence, ctx:err_style().width), "\n"))
end

-- How to look at what a command would do without doing it.
local function look(args, verb)
  if verbs.asked(verb).dry_run then return shell.line("ecs-service", args.words) .. " --dry-run" end
  local words = { args.file or args.script }
  for _, path in ipairs(args.var_file or {}) do words[#words + 1], words[#words + 2] = "--var-file", path end
  for _, one in ipairs(args.var or {}) do words[#words + 1], words[#words + 2] = "--var", one end
  if verb == "destroy" then words[#words + 1] = "--destroy" end
  for _, key in ipairs(tables.names(args.image or {})) do
    words[#words + 1], words[#words + 2] = "--image", ("%s=%s"):format(key, args.image[key])
  end
  for _, name in ipairs { "target", "exclude" } do
    for _, address in ipairs(args[name] or {}) do words[#words + 1], words[#words + 2] = "--" .. name, address end
  end
  return shell.line("ecs-service plan", words)
end

local function approved(ctx, args, plan)
  if args.saved then return true end
  local where = plan.account and ("in account %s, %s"):format(plan.account, plan.region) or "in " .. plan.region
  return approval.given(ctx, args, (args.destroy and "Destroy these services %s? There is no undo."
    or "Do this %s?"):format(where))
end

local function told(sum)
  local parts = {}
  for _, row in ipairs(verbs.ACTIONS) do
    local count = row.sum and sum[row.name] or 0
    if count > 0 then parts[#parts + 1] = count .. " " .. row.done end
  end
  return #parts > 0 and table.concat(parts, ", ") or "nothing to do"
end

local function addresses(plan)
  local list, seen = {}, {}
  for _, change in ipairs(plan.changes) do
    local address = kinds.text(change)
    if change.action ~= "register" and not seen[address] then -- of a registration its service tells
      list[#list + 1], seen[address] = address, true
    end
  end
  return list
end

-- What the verb says already is not said again.
local function counted(verb, sum, plan)
  local destroyed = sum.delete or 0
  if verb ~= "destroy" or told(sum) ~= destroyed .. " destroyed" then return told(sum) end
  local words = kinds.words(addresses(plan))
  return value.count(destroyed, words.one, words.many)
end

local function outcomes(result)
  local list = {}
  for _, change in ipairs(result and result.changes or {}) do
    if change.outcome ~= "unchanged" then
      list[#list + 1] = { address = change.address, kind = change.kind, action = change.action,
        outcome = change.outcome }
    end
  end
  return list
end

-- Warnings that came up on the way; those of the plan were shown with it.
local function late_warnings(ctx, plan, result)
  local list = {}
  for i = #(plan.warnings or {}) + 1, #(result.warnings or {}) do list[#list + 1] = result.warnings[i] end
  if #list > 0 then ctx:say(text.warnings(list, ctx:err_style())) end
end

local function finished(ctx, plan, result, verb)
  local sum, row = result.summary or verbs.sum(plan.changes), verbs.asked(verb)
  late_warnings(ctx, plan, result)
  return ctx:result(function()
    local document = { type = "result", ok = true, summary = json.plain(sum), changes = outcomes(result) }
    for _, kind in ipairs(kinds.of_result(result)) do document[kind.section] = json.section(result, kind) end
    return document
  end, function()
    if plan:is_empty() then return nil end
    return ("%s: %s."):format(row.past, row.counted and counted(verb, sum, plan) or table.concat(addresses(plan), ", "))
  end)
end

-- What came of the others when something failed: nobody should have to guess.
local function failed(ctx, args, err)
  local list = outcomes(type(err) == "table" and err.result)
  local code = report.failure(ctx, err, args, { changes = list })
  local done, left = {}, {}
  for _, change in ipairs(list) do
    if change.outcome == "done" then
      done[#done + 1] = ("%s (%s)"):format(kinds.text(change), verbs.action(change.action).done or change.action)
    elseif change.outcome == "skipped" then
      left[#left + 1] = kinds.text(change)
    end
  end
  if #done + #left > 0 then ctx:say("") end
  if #done > 0 then say(ctx, "done all the same: " .. table.concat(done, ", ")) end
  if #left > 0 then say(ctx, "not begun: " .. table.concat(left, ", ")) end
  return code
end

--- Carries out what a command is about.
---@param ctx table a terminal
---@param args table parsed arguments; `saved`: the plan was looked at before
---@param opts table options of the verb; gets approve, on_event, interrupted, and what the common options say
---@param verb string
---@param run fun(opts: table): table|nil, ecs_service.Error|nil  the verb
---@return integer exit code
function carried.out(ctx, args, opts, verb, run)
  opts.lock_timeout, opts.concurrency = args.lock_timeout, args.concurrency
  opts.stable_for, opts.superseded = args.stable_for, args.follow and "follow" or nil
  opts.fail_fast, opts.logs, opts.message = args.fail_fast, args.logs, args.message
  opts["until"], opts.on_interrupt = args["until"], args.on_interrupt
  local plan
  -- Asked under the lock, so that what was shown is what is done, whoever else is at work. Nothing is asked for
  -- nothing; the state still learns what was read.
  opts.approve = function(made)
    plan = made
    if not args.saved then -- of a saved plan the verb has compared it
      plan.script = args.file or load.DEFAULT -- as `plan` says it, for the digest
      local other = planned.digest_problem(args.digest, plan)
      if other then error(other, 0) end
    end
    show_plan(plan, args, ctx)
    args.expected = #plan.changes - (plan.summary.no_op or 0)
    return plan:is_empty() or approved(ctx, args, made)
  end
  local result, problem = report.with_progress(ctx, args, opts, function() return run(opts) end)
  if result then return finished(ctx, plan, result, verb) end
  if problem.code == "NotApproved" then return report.not_approved(ctx, args, problem) end
  return failed(ctx, args, problem)
end

--- The error of a command that would have to ask and cannot; nil when it need not, or can.
---@param ctx table
---@param args table
---@param verb string
---@return ecs_service.Error|nil
function carried.unanswerable(ctx, args, verb)
  if args.saved or args.dry_run then return nil end
  return approval.problem(ctx, args, verb, look(args, verb))
end

return carried
