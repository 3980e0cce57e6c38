--- ecs-service wait: until deployments are done, or failed.
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local selection = require "ecs_service.plan.selection"
local verbs = require "ecs_service.kinds.verbs"

local wait = { summary = "Wait until services are steady.",
  description = "Waits until services are steady. A deployment that fails or is rolled back is an error at once." }

function wait.define(command)
  command:argument("services"):argname("ADDRESS|CLUSTER/SERVICE"):args("*")
    :description("Which services (default: all that are declared; of a script that declares none, all recorded).")
  command:option("--timeout"):argname("DURATION"):convert(options.duration)
    :description("How long at most, e.g. 10m.")
  options.ending(command, verbs.UNTIL, "steady")
  options.following(command)
  options.file_option(command)
  options.json(command, "Write events and the result as lines of JSON.")
end

local DONE = { steady = "Steady", deployed = "Deployed", inactive = "Inactive" }

function wait.run(args, ctx)
  local stack, err = load.stack_for(args.services, args.file, args)
  err = stack and load.borrow(stack, args) or err
  if err then return report.failure(ctx, err, args) end
  local services, problem = load.as_recorded(stack, args.services)
  if problem then return report.failure(ctx, problem, args) end
  local target = args["until"] or "steady"
  local opts = { services = services and #services > 0 and services or nil, timeout = args.timeout, ["until"] = target,
    stable_for = args.stable_for, superseded = args.follow and "follow" or nil, fail_fast = args.fail_fast,
    logs = args.logs, on_interrupt = args.on_interrupt }
  local result, failure = report.with_progress(ctx, args, opts, function() return stack:wait(opts) end)
  if not result then return report.failure(ctx, failure, args) end
  local waited = selection.in_order(stack, result)
  return ctx:result({ type = "result", ok = true, ["until"] = target, services = waited },
    #waited == 0 and "Nothing to wait for: no service is declared or recorded."
      or letters.escape(("%s: %s."):format(DONE[target] or "Reached " .. target, table.concat(waited, ", "))))
end

return wait
