--- The commands rollback, redeploy, scale and stop, as far as they are alike.
local about_services = require "ecs_service.plan.about_services"
local carried = require "ecs_service.cli.change_command"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local show_plan = require("ecs_service.cli.plan").show

local aside = {}

-- An address that is not there is told before that nobody can be asked about it.
local function unknown(stack, args, verb)
  local state = args.address == nil and stack:read_state()
  return state and about_services.problem(stack, state, verb, args.services or { args.service })
end

--- Shows the plan, asks, does it and follows it; with --dry-run only shows it.
---@param args table parsed arguments of options.aside
---@param ctx table
---@param verb string
---@param run fun(stack: ecs_service.Stack, opts: table): table|nil, ecs_service.Error|nil
---@param load_stack? fun(): table|nil, table|nil  where it is not that of services
---@return integer exit code
function aside.run(args, ctx, verb, run, load_stack)
  local stack, err = (load_stack or function() return load.to_change(args) end)()
  if not stack and err.code == "NotApproved" then return report.not_approved(ctx, args, err) end
  if not stack then return report.failure(ctx, err, args) end
  local refused = carried.unanswerable(ctx, args, verb)
  if refused then return report.failure(ctx, unknown(stack, args, verb) or refused, args) end
  local opts = { wait = not args.no_wait, suspend_auto_scaling = args.suspend_auto_scaling }
  options.about_warnings(args, opts)
  local misused = options.read_checks(args, opts)
  if misused then return report.failure(ctx, misused, args) end
  if not args.dry_run then
    return carried.out(ctx, args, opts, verb, function() return run(stack, opts) end)
  end
  opts.dry_run, opts.lock_timeout, opts.on_event = true, args.lock_timeout, report.before(ctx, args)
  local plan, problem = run(stack, opts)
  if not plan then return report.failure(ctx, problem, args) end
  show_plan(plan, args, ctx, 0)
  return 0
end

return aside
