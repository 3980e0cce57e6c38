--- ecs-service generate: the declaration of a service that exists.
local into = require "ecs_service.cli.into"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local trim = require "ecs_service.util.trim"

local generate = { summary = "Write the declaration of a service, a task definition or a schedule that exists.",
  description = "Writes Lua that declares a service, a task definition or a schedule, as it is at AWS; planned after "
    .. "an import, it changes nothing." }

function generate.define(command)
  command:argument("ID"):target("id")
    :description("cluster-name/service-name, family:revision, an ARN, a recorded ADDRESS; group-name/schedule-name, "
      .. "with an ADDRESS as in schedule.nightly.")
  command:argument("ADDRESS"):target("address"):args("?")
    :description("What the declaration is called (default: the recorded address, the service's name, the family).")
  command:flag("--task-definition"):target("task_definition")
    :description("Declare what the service runs as well.")
  into.option(command)
  command:option("--file"):argname("FILE"):description("A deploy script, for its settings (default: none).")
  options.variables(command)
  command:option("--region"):argname("REGION"):description("Where to look when there is no script.")
end

function generate.run(args, ctx)
  local scripted = args.file or args.into or not args.id:find("[/:]")
  if args.region and scripted then
    return report.failure(ctx, options.misused("--region is for a run without a script, which has its own"), args)
  end
  local stack, err
  if scripted then
    stack, err = load.to_read(args.file or args.into, args, { args.id })
  else
    stack, err = load.surroundings(args, { region = args.region })
  end
  if not stack then return report.failure(ctx, err, args) end
  local script, problem
  if args.into then
    script, problem = into.open(args.into)
    if not script then return report.failure(ctx, problem, args) end
  end
  local source, address, all = stack:generate_config(args.id, { address = args.address,
    task_definition = args.task_definition })
  if not source then return report.failure(ctx, address, args) end
  if not script then
    ctx:out(trim.right(source))
    return 0
  end
  local written, failure = into.write(script, source, stack, all)
  if not written then return report.failure(ctx, failure, args) end
  ctx:out(letters.escape(("Declared: %s, in %s. See what differs: ecs-service plan"):format(
    table.concat(all, ", "), args.into)))
  return 0
end

return generate
