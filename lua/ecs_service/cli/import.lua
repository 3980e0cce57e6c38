--- ecs-service import: takes over a service that exists.
local core = require "ecs_service.core"
local json = require "ecs_service.render.json"
local load = require "ecs_service.cli.load"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.report"
local value = require "ecs_service.render.value"

local import = { summary = "Take over a service that exists.",
  description = "Records a service that exists as ADDRESS of the stack; it is read, not changed." }

function import.define(command)
  command:argument("ADDRESS"):target("address"):description("Its name in the script: stack:service(\"ADDRESS\", …).")
  command:argument("CLUSTER/SERVICE"):target("id"):description("cluster-name/service-name.")
  options.file_option(command)
  options.json(command)
  options.lock(command)
end

function import.run(args, ctx)
  local stack, err = load.stack(args.file)
  if not stack then return report.failure(ctx, err, args) end
  local attributes, problem = stack:import(args.address, args.id, { lock_timeout = args.lock_timeout })
  if not attributes then return report.failure(ctx, problem, args) end
  if args.json then
    ctx:out(core.json { type = "result", ok = true, address = args.address, attributes = json.attributes(attributes) })
  else
    ctx:out(("Imported: %s is %s/%s."):format(args.address, value.short(attributes.cluster),
      value.short(attributes.name)))
    ctx:say("see what differs from its declaration: ecs-service plan")
  end
  return 0
end

return import
