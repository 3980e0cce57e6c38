--- ecs-service timeline: a rollout as a page of HTML, or as SVG.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local stack_for = require "ecs_service.cli.script".stack_for

local timeline = { summary = "Draw a rollout as HTML or SVG.",
  description = "Writes a page (or an SVG) of a rollout: the tasks of the old and the new revision over time, what "
    .. "happened, how it ended and why. From the events that `apply --timeline FILE` recorded; or, of a service, from "
    .. "what ECS still shows of its latest rollout (stopped tasks for about an hour)." }

function timeline.define(command)
  command:argument("service"):args("?"):argname("ADDRESS|CLUSTER/SERVICE"):description("Of which service.")
  command:option("--events"):argname("FILE"):description("The recorded events: lines of JSON.")
  command:option("--out"):argname("FILE"):description("Where to write it: .html or .svg (default rollout.html).")
  options.file_option(command)
end

local function document(args, format)
  local verb = require "ecs_service.verbs.timeline"
  if args.events then return verb.file(args.events, format) end
  local stack, err = stack_for({ args.service }, args.file, args)
  if not stack then return nil, err end
  return verb.run(stack, args.service, format)
end

function timeline.run(args, ctx)
  local out = args.out or "rollout.html"
  local format = out:match "%.(%a+)$"
  format = format and format:lower() or ""
  if (args.events ~= nil) == (args.service ~= nil) then
    return report.failure(ctx, options.misused("timeline needs a service or recorded events",
      { "recorded: ecs-service timeline --events FILE", "of a service: ecs-service timeline ADDRESS" }), args)
  elseif args.events and (args.file or options.has_variables(args)) then
    return report.failure(ctx, options.misused("--events needs no script",
      args.file and "leave out --file" or "leave out --var and --var-file"), args)
  elseif format ~= "html" and format ~= "svg" then
    return report.failure(ctx, options.misused(("what %s is to be cannot be told from its name"):format(out),
      "--out rollout.html, or --out rollout.svg"), args)
  end
  local text, err = document(args, format)
  if not text then return report.failure(ctx, err, args) end
  local written, message = core.system.write_file(out, text)
  if not written then
    return report.failure(ctx, errors.new { code = "TimelineNotWritten",
      message = ("the timeline cannot be written: %s"):format(message) }, args)
  end
  ctx:say("written: " .. out)
  return 0
end

return timeline
