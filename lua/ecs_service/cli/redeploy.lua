--- ecs-service redeploy: a new deployment of services as they are.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"

local redeploy = { summary = "Deploy services anew as they are.",
  description = "Starts a new deployment of services as they are, for a newer image of the same tag or fresh tasks: "
    .. "shows the plan, asks, and follows it." }

function redeploy.define(command)
  command:argument("services"):argname("ADDRESS|CLUSTER/SERVICE"):args("+"):description("Which services.")
  options.aside(command)
  options.checks(command)
  options.resting(command)
end

function redeploy.run(args, ctx)
  return aside.run(args, ctx, "redeploy", function(stack, opts)
    return stack:redeploy(args.services, opts)
  end)
end

return redeploy
