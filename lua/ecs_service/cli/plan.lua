--- ecs-service plan: what apply would do.
local lazy = require "ecs_service.util.lazy"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local text = require "ecs_service.render.text"
local shell = lazy "ecs_service.util.shell"

-- With --detailed-exitcode.
local CHANGED = 2

local plan = { summary = "Show what apply would change, and why." }

function plan.define(command)
  options.file(command)
  options.json(command, "Write the plan as JSON.")
  command:flag("--detailed-exitcode"):description("Exit with 2 when there are changes.")
  command:option("--out"):argname("PLAN"):description("Save the plan; `apply PLAN` does exactly that, or refuses.")
  command:flag("--full"):description("Show each change by itself, however many services change alike.")
  command:flag("--destroy"):description("Plan to destroy everything.")
  command:flag("--refresh-only"):description("Only show what drifted.")
  options.images(command)
  options.refresh(command)
  options.targets(command)
  options.lock(command)
  options.warnings(command)
end

--- Writes a plan to standard output.
---@param made ecs_service.Plan
---@param args table parsed arguments
---@param ctx table
---@param code? integer the exit code, where the plan is all that the command writes
function plan.show(made, args, ctx, code)
  ctx:result(function() return require "ecs_service.render.json_documents".plan_document(made) end, function()
    local style = ctx:out_style()
    style.full = args.full or false
    return text.plan(made, style)
  end, { code = code or false, indent = args.command == "plan" and 2 or nil })
end

function plan.run(args, ctx)
  local stack, err = nil, options.read_images(args)
  if not err then stack, err = load.stack(args.file, args) end
  if not stack then return report.failure(ctx, err, args) end
  local opts = options.plan(args)
  opts.on_event = report.before(ctx, args)
  local made, problem = stack:plan(opts)
  if not made then return report.failure(ctx, problem, args) end
  made.script = args.file or load.DEFAULT
  local code = args.detailed_exitcode and not made:is_empty() and CHANGED or 0
  plan.show(made, args, ctx, code)
  if args.out then
    local saved, failure = made:save(args.out)
    if not saved then return report.failure(ctx, failure, args) end
    local command = letters.escape(shell.command("ecs-service apply", args.out))
    ctx:say(("saved: %s   (to do exactly this: %s)\ndigest: %s   (to do nothing else, whoever had "
      .. "the file meanwhile: --digest)"):format(letters.escape(args.out), command,
      made:digest()))
  end
  return code
end

return plan
