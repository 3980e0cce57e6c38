--- ecs-service generate: the declaration of a service that exists.
local into = require "ecs_service.cli.into"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local trim = require "ecs_service.util.trim"

local generate = { summary = "Write the declaration of a service that exists.",
  description = "Writes Lua that declares a service as it is at AWS; planned after an import, it changes nothing." }

function generate.define(command)
  command:argument("CLUSTER/SERVICE"):target("id")
    :description("cluster-name/service-name, or the ADDRESS of a service that is recorded.")
  command:argument("ADDRESS"):target("address"):args("?")
    :description("What the declaration is called (default: the recorded address, or the service's name).")
  into.option(command)
  command:option("--file"):argname("FILE"):description("A deploy script, for its settings (default: none).")
  options.variables(command)
  command:option("--region"):argname("REGION"):description("Where to look when there is no script.")
end

function generate.run(args, ctx)
  local scripted = args.file or args.into or not args.id:find("/", 1, true)
  if args.region and scripted then
    return report.failure(ctx, options.misused("--region is for a run without a script, which has its own"), args)
  end
  local stack, err = load.stack_for({ args.id }, args.file or args.into, args, { region = args.region })
  if not stack then return report.failure(ctx, err, args) end
  local script, problem
  if args.into then
    script, problem = into.open(args.into)
    if not script then return report.failure(ctx, problem, args) end
  end
  local source, address = stack:generate_config(args.id, { address = args.address })
  if not source then return report.failure(ctx, address, args) end
  if not script then
    ctx:out(trim.right(source))
    return 0
  end
  local written, failure = into.write(script, source, stack, { address })
  if not written then return report.failure(ctx, failure, args) end
  ctx:out(letters.escape(("Declared: %s, in %s. See what differs: ecs-service plan"):format(address, args.into)))
  return 0
end

return generate
