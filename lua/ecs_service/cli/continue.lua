--- ecs-service continue: decides about a deployment that waits at a pause.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"

local continue = { summary = "Decide about a deployment that waits at a pause.",
  description = "Lets the deployment go on that waits at a pause, or, with --rollback, go back to the revision before. "
    .. "Shows what would be done, asks, and follows it to its end." }

function continue.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service.")
  command:flag("--rollback"):description("Go back to the revision before.")
  command:option("--hook"):argname("ID"):description("Which pause, where several wait.")
  command:option("--timeout"):argname("DURATION"):convert(options.duration)
    :description("How long to wait for its end (default 20m).")
  options.approve(command)
  command:flag("--dry-run"):description("Show what would be done, and do nothing.")
  command:flag("--no-wait"):description("Do not follow the deployment.")
  options.file_option(command)
  options.json(command, "Write the plan, events and the result as lines of JSON.")
  options.lock(command)
  options.message(command)
end

function continue.run(args, ctx)
  return aside.run(args, ctx, "continue", function(stack, opts)
    opts.rollback, opts.hook, opts.timeout = args.rollback, args.hook, args.timeout
    return stack:continue(args.service, opts)
  end)
end

return continue
