--- ecs-service generate: the declaration of a service that exists.
local load = require "ecs_service.cli.load"
local report = require "ecs_service.cli.report"

local generate = { summary = "Write the declaration of a service that exists.",
  description = "Writes Lua that declares a service as it is at AWS; planned after an import, it changes nothing." }

function generate.define(command)
  command:argument("CLUSTER/SERVICE"):target("id"):description("cluster-name/service-name.")
  command:option("--file"):argname("FILE"):description("A deploy script, for its settings (default: none).")
  command:option("--region"):argname("REGION"):description("Where to look when there is no script.")
end

function generate.run(args, ctx)
  local stack, err = load.stack_for({ args.id }, args.file, { region = args.region })
  if not stack then return report.failure(ctx, err, args) end
  local source, problem = stack:generate_config(args.id)
  if not source then return report.failure(ctx, problem, args) end
  ctx:out((source:gsub("\n+$", "")))
  return 0
end

return generate
