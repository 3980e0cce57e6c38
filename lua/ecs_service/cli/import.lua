--- ecs-service import: takes over a service that exists.
local into = require "ecs_service.cli.into"
local json = require "ecs_service.render.json_documents"
local kinds = require "ecs_service.kinds"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local shell = require "ecs_service.util.shell"

local import = { summary = "Take over a service, a task definition or a schedule that exists.",
  description = "Records a service, a revision of a task definition, or a schedule, that exists as ADDRESS of the "
    .. "stack; it is read, not changed." }

function import.define(command)
  command:argument("ADDRESS"):target("address"):args("?")
    :description("Its name in the script: web of stack:service(\"web\", …), task_definition.api of "
      .. "stack:task_definition(\"api\", …), schedule.nightly of stack:schedule(\"nightly\", …).")
  command:argument("ID"):target("id"):args("?")
    :description("cluster-name/service-name; of a task definition family:revision, an ARN, or a family (its newest); "
      .. "group-name/schedule-name.")
  command:option("--from-tfstate"):argname("FILE"):target("from_tfstate")
    :description("Take over every aws_ecs_service of a Terraform state, and print the Lua for them.")
  command:flag("--dry-run"):target("dry_run"):description("With --from-tfstate: print, record nothing.")
  into.option(command)
  options.file_option(command)
  options.json(command)
  options.lock(command)
end

-- One that came twice is taken over all the same.
local function complete(result)
  for _, skipped in ipairs(result.skipped) do
    if skipped.error.code ~= "SameService" then return false end
  end
  return true
end

local function tell_of_others(ctx, args, result)
  local others = 0
  for _, count in pairs(result.ignored) do others = others + count end
  ctx:say(("%s: %d; other resources left alone: %d"):format(args.dry_run and "found" or "imported", #result.order,
    others))
  for _, skipped in ipairs(result.skipped) do
    ctx:say(letters.escape(("not imported: %s: %s"):format(skipped.address, tostring(skipped.error.message))))
  end
end

local function undeclared(stack, addresses)
  local list = {}
  for _, address in ipairs(addresses) do
    if not stack.declared[address] then list[#list + 1] = address end
  end
  return list
end

-- What has to follow, so that nobody takes a record for a declaration.
local function tell_of_declarations(ctx, stack, args, addresses)
  local list = undeclared(stack, addresses)
  if #list == 0 then
    ctx:say("see what differs from " .. (#addresses == 1 and "its declaration" or "the declarations")
      .. ": ecs-service plan")
    return
  end
  local one = #list == 1 and list[1] or "ADDRESS"
  ctx:say(letters.escape(#list == 1
    and ("%s is not declared: it stays as it is, and no apply changes or destroys it until it is"):format(one)
    or ("%d of them are not declared: they stay as they are, and no apply changes or destroys them until they are")
      :format(#list)))
  ctx:say(letters.escape("  declare it: "
    .. shell.command("ecs-service generate --into", args.file or load.DEFAULT, one)))
  ctx:say(letters.escape("  or forget it: " .. shell.command("ecs-service state rm", one)))
end

local function from_tfstate(stack, args, ctx, script)
  local result, err = stack:import_tfstate(args.from_tfstate, { dry_run = args.dry_run,
    lock_timeout = args.lock_timeout })
  if not result then return report.failure(ctx, err, args) end
  if script and not args.dry_run then
    local written, problem = into.write(script, result.source, stack, result.order)
    if not written then return report.failure(ctx, problem, args) end
  end
  local code = complete(result) and 0 or 1
  ctx:result({ type = "result", ok = code == 0, addresses = result.order, source = result.source }, function()
    if not script or args.dry_run then return (result.source:gsub("\n$", "")) end
    return letters.escape(("Declared: %s, in %s."):format(table.concat(result.order, ", "), script.path))
  end, { code = code })
  tell_of_others(ctx, args, result)
  if not script and not args.dry_run then tell_of_declarations(ctx, stack, args, result.order) end
  return code
end

-- What is wrong with the words of the command line.
local function misused(args)
  local missing = not args.from_tfstate and not args.id
  local message = missing and "import needs ADDRESS and CLUSTER/SERVICE (or FAMILY:REVISION), or --from-tfstate FILE"
    or args.from_tfstate and args.address and "--from-tfstate takes all services of the file: give no ADDRESS"
    or not args.from_tfstate and args.dry_run and "--dry-run goes with --from-tfstate"
    or not args.from_tfstate and args.into and "--into goes with --from-tfstate"
  return message and options.misused(message,
    args.into and "import it first, then: ecs-service generate --into FILE ADDRESS" or nil)
end

local function one(stack, args, ctx)
  local attributes, problem = stack:import(args.address, args.id, { lock_timeout = args.lock_timeout })
  if not attributes then return report.failure(ctx, problem, args) end
  local code = ctx:result({ type = "result", ok = true, address = args.address,
    attributes = json.attributes(attributes), declared = stack.declared[args.address] ~= nil },
    letters.escape(("Imported: %s is %s."):format(args.address, kinds.of(args.address).called(attributes))))
  if not ctx.json then tell_of_declarations(ctx, stack, args, { args.address }) end
  return code
end

function import.run(args, ctx)
  local wrong = misused(args)
  if wrong then return report.failure(ctx, wrong, args) end
  local stack, err = load.stack(args.file or args.into, args)
  if not stack then return report.failure(ctx, err, args) end
  if not args.from_tfstate then return one(stack, args, ctx) end
  local script
  if args.into then
    script, err = into.open(args.into)
    if not script then return report.failure(ctx, err, args) end
  end
  return from_tfstate(stack, args, ctx, script)
end

return import
