--- ecs-service history: which deployments there were, and how each ended.
local json = require "ecs_service.render.json_documents"
local options = require "ecs_service.cli.options"
local render = require "ecs_service.render.history".render
local report = require "ecs_service.cli.output"
local stack_for = require "ecs_service.cli.script".stack_for
local new_style = require("ecs_service.render.style").new

local history = { summary = "List the deployments of a service, and how each ended.",
  description = "Lists the deployments of a service, the newest first: when, of which revision, how each ended and "
    .. "why, and who did it, as far as this stack did. Of a service of the script, or of another as CLUSTER/SERVICE; "
    .. "of a task of the script, its runs." }

function history.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Which service or task.")
  command:option("--limit"):argname("N"):convert(options.integer(1, 1000)):description("How many (default 20).")
  command:flag("--why"):description("With what was kept of failures: causes, how tasks ended, their last lines.")
  options.file_option(command)
  options.json(command)
end

function history.run(args, ctx)
  local stack, err = stack_for({ args.service }, args.file, args)
  if not stack then return report.failure(ctx, err, args) end
  local found, problem = stack:history(args.service, { limit = args.limit, why = args.why })
  if not found then return report.failure(ctx, problem, args) end
  local stopped = report.interruption(ctx, args)
  if stopped then return stopped end
  return ctx:result(function() return json.plain(found) end,
    function() return render(found, new_style(ctx:out_style())) end, { indent = 2 })
end

return history
