--- ecs-service rollback: back to what a service ran before.
local aside = require "ecs_service.cli.direct_change"
local errors = require "ecs_service.errors"
local lazy = require "ecs_service.util.lazy"
local load = require "ecs_service.cli.script"
local menu = lazy "ecs_service.cli.rollback_menu"
local options = require "ecs_service.cli.options"
local places = lazy "ecs_service.verbs.rollback_places"

local rollback = { summary = "Take a service back to the revision before.",
  description = "Takes a service back to the task definition of its last completed deployment other than the present "
    .. "one, or to a named one: shows the plan, asks, and follows the deployment. At a terminal, without --to, it "
    .. "lists the last places to go back to first, and asks which is meant. The declaration stays as it is: the "
    .. "next apply brings its revision back unless it is edited." }

function rollback.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service.")
  command:option("--to"):argname("REVISION"):description("The task definition: web:2, 2 or an ARN.")
  options.aside(command)
  options.checks(command)
  options.resting(command)
end

-- The stack, once it is known where to.
local function asked(args, ctx)
  local stack, err = load.to_change(args)
  if not stack then return nil, err end
  local goes_on, revision = menu.ask(ctx, args, function() return places.of(stack, args.service) end)
  if not goes_on then
    return nil, errors.new { code = "NotApproved", message = "no revision was chosen, and nothing was changed" }
  end
  return stack, nil, args.to or revision
end

function rollback.run(args, ctx)
  local to
  return aside.run(args, ctx, "rollback", function(stack, opts)
    opts.to = to
    return stack:rollback(args.service, opts)
  end, function()
    local stack, err
    stack, err, to = asked(args, ctx)
    return stack, err
  end)
end

return rollback
