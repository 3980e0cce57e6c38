--- ecs-service scale: another desired count.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"

local scale = { summary = "Give a service another desired count.",
  description = "Sets the desired count of a service: shows the plan, asks, and waits until as many tasks run. A "
    .. "declaration that says otherwise is told: the next apply changes it back." }

function scale.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service.")
  command:argument("count"):argname("N"):convert(options.integer(0, 2147483647)):description("How many tasks.")
  options.aside(command)
end

function scale.run(args, ctx)
  return aside.run(args, ctx, "scale", function(stack, opts)
    return stack:scale(args.service, args.count, opts)
  end)
end

return scale
