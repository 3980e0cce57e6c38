--- ecs-service apply: plans, asks, and makes it so; or carries out a saved plan.
local carried = require "ecs_service.cli.change_command"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local planned = require "ecs_service.plan"
local report = require "ecs_service.cli.output"
local verbs = require "ecs_service.kinds.verbs"

local apply = { summary = "Make the services what the declarations say.",
  description = "Shows the plan, asks, and carries it out. Given a saved plan, does exactly that plan without asking." }

function apply.define(command)
  command:argument("file"):args("?")
    :description("The deploy script (default services.lua), or a plan saved by plan --out.")
  command:option("--file"):target("script"):argname("FILE"):description("The deploy script, beside a saved plan.")
  command:option("--digest"):argname("DIGEST")
    :description("Do nothing but the plan of this digest, as plan --out and plan --json tell it.")
  options.variables(command)
  options.approve(command)
  options.message(command)
  options.json(command, "Write events and the result as lines of JSON.")
  command:option("--concurrency"):argname("N"):convert(options.integer(1, 1000))
    :description("How many services at once.")
  options.resting(command)
  options.ending(command, verbs.UNTIL_OF_RUN, "as declared")
  options.following(command)
  options.checks(command)
  options.images(command)
  options.refresh(command)
  options.targets(command)
  options.lock(command)
  options.warnings(command)
end

local DECIDED = { "target", "exclude", "refresh", "strict", "silence", "image" }

-- What a plan has decided cannot be decided again.
local function decided(args)
  local given = options.plan(args)
  for _, name in ipairs(DECIDED) do
    if given[name] ~= nil then
      return options.misused(("--%s is decided by the plan that is given"):format(name),
        ("make the plan with it: ecs-service plan --%s … --out PLAN"):format(name))
    end
  end
end

-- The stack that a saved plan is of; problems of its declarations are the script's.
local function stack_of(plan, args)
  local err = planned.digest_problem(args.digest, plan) -- it also says which script is run
  if err then return nil, err end
  args.file = args.script or plan.script
  return load.stack(args.file, args, { kept = plan.variables })
end

--- Also does `destroy`, with args.destroy set.
function apply.run(args, ctx)
  local verb = args.destroy and "destroy" or "apply"
  local plan, stack, err
  if args.file and not args.destroy then plan, err = load.saved_plan(args.file) end
  args.saved = plan ~= nil or err ~= nil
  err = err or options.read_images(args)
  local refused = args.saved and decided(args)
    or not args.saved and args.file and args.script and options.misused(
      ("%s is no saved plan, and --file names the script beside one"):format(args.file), "name one script")
  if refused then return report.failure(ctx, refused, args) end
  if err then return report.failure(ctx, err, args) end
  if plan then stack, err = stack_of(plan, args) else stack, err = load.stack(args.file or args.script, args) end
  err = err or not args.saved and planned.digest_problem(args.digest) or carried.unanswerable(ctx, args, verb)
  if err then return report.failure(ctx, err, args) end
  local opts = args.saved and { digest = args.digest } or options.plan(args)
  opts.suspend_auto_scaling = args.suspend_auto_scaling
  err = options.read_checks(args, opts)
  if err then return report.failure(ctx, err, args) end
  return carried.out(ctx, args, opts, verb, function()
    if args.saved then return stack:apply(plan, opts) end
    return stack:apply(opts)
  end)
end

return apply
