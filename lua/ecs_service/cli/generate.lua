--- ecs-service generate: the declaration of a service that exists.
local core = require "ecs_service.core"
local ecs = require "ecs_service"
local load = require "ecs_service.cli.load"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.report"

local generate = { summary = "Write the declaration of a service that exists.",
  description = "Writes Lua that declares a service as it is at AWS; planned after an import, it changes nothing." }

function generate.define(command)
  command:argument("CLUSTER/SERVICE"):target("id"):description("cluster-name/service-name.")
  options.file_option(command)
  command:option("--region"):argname("REGION"):description("Where to look when there is no script.")
end

local function stack_for(args)
  if args.file or core.system.exists(load.DEFAULT) then return load.stack(args.file) end
  return ecs.stack { state = false, region = args.region }
end

function generate.run(args, ctx)
  local stack, err = stack_for(args)
  if not stack then return report.failure(ctx, err, args) end
  local source, problem = stack:generate_config(args.id)
  if not source then return report.failure(ctx, problem, args) end
  ctx:out((source:gsub("\n+$", "")))
  return 0
end

return generate
