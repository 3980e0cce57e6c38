--- ecs-service revisions: what there is of a task definition, and who uses it.
local json = require "ecs_service.render.json_documents"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local render = require "ecs_service.render.revisions".render
local report = require "ecs_service.cli.output"
local new_style = require("ecs_service.render.style").new

local revisions = { summary = "List the revisions of a task definition, and who uses them.",
  description = "Lists the revisions of a task definition, the newest first: status, when and by whom it was "
    .. "registered, the images, who uses it, and whether this stack registered it. Of a task definition or a service "
    .. "of the script; with --cluster, or where there is no script, of any family." }

function revisions.define(command)
  command:argument("address"):argname("ADDRESS|FAMILY"):description("Which task definition.")
  command:option("--limit"):argname("N"):convert(options.integer(1, 1000)):description("How many (default 20).")
  options.clusters(command)
  options.file_option(command)
  options.json(command)
end

function revisions.run(args, ctx)
  local stack, err = load.with_clusters(args, load.to_read)
  if not stack then return report.failure(ctx, err, args) end
  local found, problem = stack:revisions(args.address, { limit = args.limit, cluster = args.cluster })
  if not found then return report.failure(ctx, problem, args) end
  return ctx:result(function() return json.plain(found) end,
    function() return render(found, new_style(ctx:out_style())) end, { indent = 2 })
end

return revisions
