--- ecs-service stop: ends a deployment that is under way.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"

local stop = { summary = "Stop the deployment of a service that is under way.",
  description = "Stops the deployment that is under way: ECS goes back to the revision before, or leaves things as "
    .. "they are with --abort, where it can. Shows what would be stopped, asks, and follows it to its end." }

function stop.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service.")
  command:flag("--abort"):description("Do not go back to the revision before (few servers can).")
  command:option("--timeout"):argname("DURATION"):convert(options.duration)
    :description("How long to wait for its end (default 20m).")
  options.approve(command)
  options.message(command)
  command:flag("--dry-run"):description("Show what would be stopped, and do nothing.")
  command:flag("--no-wait"):description("Do not wait until it has ended.")
  options.file_option(command)
  options.json(command, "Write the plan, events and the result as lines of JSON.")
  options.lock(command)
end

function stop.run(args, ctx)
  return aside.run(args, ctx, "stop", function(stack, opts)
    opts.how, opts.timeout = args.abort and "abort" or nil, args.timeout
    return stack:stop(args.service, opts)
  end)
end

return stop
