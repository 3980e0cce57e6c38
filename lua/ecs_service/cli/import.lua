--- ecs-service import: takes over a service that exists.
local json = require "ecs_service.render.json"
local load = require "ecs_service.cli.load"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.report"
local value = require "ecs_service.render.value"

local import = { summary = "Take over a service that exists.",
  description = "Records a service that exists as ADDRESS of the stack; it is read, not changed." }

function import.define(command)
  command:argument("ADDRESS"):target("address"):args("?")
    :description("Its name in the script: stack:service(\"ADDRESS\", …).")
  command:argument("CLUSTER/SERVICE"):target("id"):args("?"):description("cluster-name/service-name.")
  command:option("--from-tfstate"):argname("FILE"):target("from_tfstate")
    :description("Take over every aws_ecs_service of a Terraform state, and print the Lua for them.")
  command:flag("--dry-run"):target("dry_run"):description("With --from-tfstate: print, record nothing.")
  options.file_option(command)
  options.json(command)
  options.lock(command)
end

local function from_tfstate(stack, args, ctx)
  local result, err = stack:import_tfstate(args.from_tfstate, { dry_run = args.dry_run,
    lock_timeout = args.lock_timeout })
  if not result then return report.failure(ctx, err, args) end
  local code = #result.skipped == 0 and 0 or 1
  if args.json then
    ctx:document({ type = "result", ok = code == 0, addresses = result.order, source = result.source }, code)
  else
    ctx:out((result.source:gsub("\n$", "")))
  end
  local others = 0
  for _, count in pairs(result.ignored) do others = others + count end
  ctx:say(("%s: %d; other resources left alone: %d"):format(args.dry_run and "found" or "imported", #result.order,
    others))
  for _, skipped in ipairs(result.skipped) do
    ctx:say(("not imported: %s: %s"):format(skipped.address, tostring(skipped.error.message)))
  end
  return code
end

function import.run(args, ctx)
  local missing = not args.from_tfstate and not args.id
  if missing or args.from_tfstate and args.address then
    return report.failure(ctx, require "ecs_service.errors".new { code = "Usage",
      message = missing and "import needs ADDRESS and CLUSTER/SERVICE, or --from-tfstate FILE"
        or "--from-tfstate takes all services of the file: give no ADDRESS" }, args)
  end
  local stack, err = load.stack(args.file)
  if not stack then return report.failure(ctx, err, args) end
  if args.from_tfstate then return from_tfstate(stack, args, ctx) end
  local attributes, problem = stack:import(args.address, args.id, { lock_timeout = args.lock_timeout })
  if not attributes then return report.failure(ctx, problem, args) end
  if args.json then
    return ctx:document({ type = "result", ok = true, address = args.address,
      attributes = json.attributes(attributes) }, 0)
  end
  ctx:out(("Imported: %s is %s/%s."):format(args.address, value.short(attributes.cluster),
    value.short(attributes.name)))
  ctx:say("see what differs from its declaration: ecs-service plan")
  return 0
end

return import
