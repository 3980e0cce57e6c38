--- ecs-service deregister: old revisions of a task definition out of use.
local aside = require "ecs_service.cli.direct_change"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"

local deregister = { summary = "Take old revisions of a task definition out of use.",
  description = "Deregisters the ACTIVE revisions of a task definition that are older than the newest N and that no "
    .. "service, deployment or task uses, whoever registered them: shows which, asks, and does it. --delete deletes "
    .. "what is INACTIVE, too. With --cluster, or where there is no script, of any family." }

function deregister.define(command)
  command:argument("address"):argname("ADDRESS|FAMILY"):description("Which task definition.")
  command:option("--keep"):argname("N"):convert(options.integer(1, 10000))
    :description("How many ACTIVE revisions stay, the newest included (default: as declared).")
  command:flag("--delete"):description("Delete the INACTIVE ones that nobody uses; there is no undo.")
  options.clusters(command)
  options.approve(command)
  command:flag("--dry-run"):description("Show what would be done, and do nothing.")
  options.file_option(command)
  options.json(command, "Write the plan, events and the result as lines of JSON.")
  options.lock(command)
end

function deregister.run(args, ctx)
  return aside.run(args, ctx, "deregister", function(stack, opts)
    opts.wait, opts.concurrency, opts.logs = nil, nil, nil
    opts.keep, opts.delete, opts.cluster = args.keep, args.delete, args.cluster
    return stack:deregister(args.address, opts)
  end, function() return load.with_clusters(args, load.stack) end)
end

return deregister
