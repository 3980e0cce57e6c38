--- ecs-service apply: plans, asks, and makes it so; or carries out a saved plan.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local errors = require "ecs_service.errors"
local json = require "ecs_service.render.json"
local load = require "ecs_service.cli.load"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.report"
local show_plan = require("ecs_service.cli.plan").show
local summary = require("ecs_service.render.plan").summary
local text = require "ecs_service.render.text"

local apply = { summary = "Make the services what the declarations say.",
  description = "Shows the plan, asks, and carries it out. Given a saved plan, does exactly that plan without asking." }

function apply.define(command)
  command:argument("file"):args("?")
    :description("The deploy script (default services.lua), or a plan saved by plan --out.")
  command:option("--file"):target("script"):argname("FILE"):description("The deploy script, beside a saved plan.")
  options.approve(command)
  options.json(command, "Write events and the result as lines of JSON.")
  command:option("--concurrency"):argname("N"):convert(options.integer(1, 1000))
    :description("How many services at once.")
  options.following(command)
  options.refresh(command)
  options.targets(command)
  options.lock(command)
  options.warnings(command)
end

local function no_answer(verb)
  return errors.new { code = "ApprovalNeeded",
    message = verb .. " asks before it changes anything, and there is no terminal to answer on",
    hint = { "look at the plan first: ecs-service plan", "then: ecs-service " .. verb .. " --auto-approve" } }
end

local function approved(ctx, args)
  if args.auto_approve or args.saved then return true end
  local question = args.destroy and "\nDestroy these services? There is no undo. Only 'yes' will be accepted: "
    or "\nDo this? Only 'yes' will be accepted: "
  local answer = ctx:ask(question)
  return answer ~= nil and answer:match("^%s*yes%s*$") ~= nil
end

local DONE = { { "import", "imported" }, { "create", "created" }, { "update", "updated" }, { "replace", "replaced" },
               { "delete", "destroyed" }, { "forget", "forgotten" } }

local function told(sum)
  local parts = {}
  for _, pair in ipairs(DONE) do
    local n = sum[pair[1]] or 0
    if n > 0 then parts[#parts + 1] = n .. " " .. pair[2] end
  end
  return #parts > 0 and table.concat(parts, ", ") or "nothing to do"
end

local function outcomes(result)
  local list = {}
  for _, change in ipairs(result and result.changes or {}) do
    if change.outcome ~= "unchanged" then
      list[#list + 1] = { address = change.address, action = change.action, outcome = change.outcome }
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

local function finished(ctx, args, plan, result)
  local sum = result.summary or summary(plan)
  late_warnings(ctx, plan, result)
  if args.json then
    local services = core.object {}
    for address, attributes in pairs(result.services or {}) do services[address] = json.attributes(attributes) end
    ctx:out(core.json { type = "result", ok = true, summary = json.plain(sum), changes = outcomes(result),
      services = services })
  else
    ctx:out((args.destroy and "Destroyed: " or "Applied: ") .. told(sum) .. ".")
  end
  return 0
end

local PAST = {}
for _, pair in ipairs(DONE) do PAST[pair[1]] = pair[2] end

-- What came of the others when something failed: nobody should have to guess.
local function failed(ctx, args, err)
  local list = outcomes(type(err) == "table" and err.result)
  report.failure(ctx, err, args, { changes = list })
  local done, left = {}, {}
  for _, change in ipairs(list) do
    if change.outcome == "done" then
      done[#done + 1] = ("%s (%s)"):format(change.address, PAST[change.action] or change.action)
    elseif change.outcome == "skipped" then
      left[#left + 1] = change.address
    end
  end
  if #done > 0 then ctx:say("\ndone all the same: " .. table.concat(done, ", ")) end
  if #left > 0 then ctx:say((#done > 0 and "" or "\n") .. "not begun: " .. table.concat(left, ", ")) end
  return 1
end

local function load_saved(args)
  local plan, err = ecs.load_plan(args.file)
  if not plan then return nil, nil, err end
  args.file = args.script or plan.script -- problems of the declarations are the script's
  local stack, problem = load.stack(args.file)
  if not stack then return nil, nil, problem end
  return plan, stack
end

--- Also does `destroy`, with args.destroy set.
function apply.run(args, ctx)
  local verb = args.destroy and "destroy" or "apply"
  args.saved = args.file ~= nil and not args.destroy and load.is_saved_plan(args.file)
  if not args.auto_approve and not args.saved and (args.json or not ctx:can_ask()) then
    return report.failure(ctx, no_answer(verb), args)
  end
  local plan, stack, err
  if args.saved then
    plan, stack, err = load_saved(args)
  else
    stack, err = load.stack(args.file or args.script)
  end
  if not stack then return report.failure(ctx, err, args) end
  local opts = args.saved and {} or options.plan(args)
  opts.lock_timeout, opts.concurrency = args.lock_timeout, args.concurrency
  opts.stable_for, opts.superseded = args.stable_for, args.follow and "follow" or nil
  opts.fail_fast = args.fail_fast
  -- Asked under the lock, so that what was shown is what is done, whoever else is at work. Nothing is asked for
  -- nothing; the state still learns what was read.
  opts.approve = function(made)
    plan = made
    show_plan(plan, args, ctx)
    return plan:is_empty() or approved(ctx, args)
  end
  local result, problem = report.with_progress(ctx, args, opts, function()
    if args.saved then return stack:apply(plan, opts) end
    return stack:apply(opts)
  end)
  if not result and problem.code == "NotApproved" then
    ctx:say("Nothing was changed.")
    return 1
  end
  if not result then return failed(ctx, args, problem) end
  if plan:is_empty() and not args.json then return 0 end
  return finished(ctx, args, plan, result)
end

return apply
