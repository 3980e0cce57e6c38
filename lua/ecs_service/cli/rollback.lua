--- ecs-service rollback: back to what a service ran before.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"

local rollback = { summary = "Take a service back to the revision before.",
  description = "Takes a service back to the task definition of its last completed deployment other than the present "
    .. "one, or to a named one: shows the plan, asks, and follows the deployment. The declaration stays as it is: the "
    .. "next apply brings its revision back unless it is edited." }

function rollback.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service.")
  command:option("--to"):argname("REVISION"):description("The task definition: web:2, 2 or an ARN.")
  options.aside(command)
end

function rollback.run(args, ctx)
  return aside.run(args, ctx, "rollback", function(stack, opts)
    opts.to = args.to
    return stack:rollback(args.service, opts)
  end)
end

return rollback
