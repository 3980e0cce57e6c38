--- ecs-service wait: until deployments are done, or failed.
local json = require "ecs_service.render.json"
local load = require "ecs_service.cli.load"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.report"
local services = require "ecs_service.cli.services"

local wait = { summary = "Wait until services are steady.",
  description = "Waits until services are steady. A deployment that fails or is rolled back is an error at once." }

function wait.define(command)
  command:argument("services"):argname("ADDRESS"):args("*"):description("Which services (default all).")
  command:option("--until"):argname("steady|deployed|inactive"):choices { "steady", "deployed", "inactive" }
    :description("What to wait for (default steady).")
  command:option("--timeout"):argname("DURATION"):convert(options.duration)
    :description("How long at most, e.g. 10m.")
  options.following(command)
  options.file_option(command)
  options.json(command, "Write events and the result as lines of JSON.")
end

function wait.run(args, ctx)
  local stack, err = load.stack(args.file)
  if not stack then return report.failure(ctx, err, args) end
  local chosen, problem = services.chosen(stack, args.services)
  if not chosen then return report.failure(ctx, problem, args) end
  local target = args["until"] or "steady"
  local opts = { services = chosen, timeout = args.timeout, ["until"] = target, stable_for = args.stable_for,
    superseded = args.follow and "follow" or nil,
    fail_fast = args.fail_fast }
  local result, failure = report.with_progress(ctx, args, opts, function() return stack:wait(opts) end)
  if not result then return report.failure(ctx, failure, args) end
  if args.json then
    return ctx:document({ type = "result", ok = true, ["until"] = target, services = json.plain(chosen) }, 0)
  end
  ctx:out(("%s: %s."):format(target == "inactive" and "Inactive" or target == "deployed" and "Deployed" or "Steady",
    table.concat(chosen, ", ")))
  return 0
end

return wait
