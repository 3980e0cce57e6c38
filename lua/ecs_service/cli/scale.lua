--- ecs-service scale: another desired count, or other bounds for what scales the service.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"

local scale = { summary = "Give a service another desired count, or its auto scaling other bounds.",
  description = "Sets the desired count of a service: shows the plan, asks, and waits until as many tasks run. With "
    .. "--min, --max, --suspend and --resume changes what scales it; without N the count is left alone. A "
    .. "declaration that says otherwise is told: the next apply changes it back." }

local COUNT = options.integer(0, 2147483647)

function scale.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service.")
  command:argument("count"):argname("N"):args("?"):convert(COUNT):description("How many tasks.")
  command:option("--min"):argname("N"):convert(COUNT):description("The least number that auto scaling goes down to.")
  command:option("--max"):argname("N"):convert(COUNT):description("The most that it goes up to.")
  command:flag("--suspend"):description("Let auto scaling rest.")
  command:flag("--resume"):description("Let it work again.")
  options.aside(command)
end

function scale.run(args, ctx)
  if not (args.count or args.min or args.max or args.suspend or args.resume) then
    return report.failure(ctx, options.misused("nothing is to be changed",
      "say how many tasks: ecs-service scale ADDRESS N; or --min, --max, --suspend, --resume"), args)
  end
  return aside.run(args, ctx, "scale", function(stack, opts)
    opts.min, opts.max, opts.suspend, opts.resume = args.min, args.max, args.suspend, args.resume
    return stack:scale(args.service, args.count, opts)
  end)
end

return scale
