--- ecs-service validate: every problem of every declaration, without asking AWS.
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local value = require "ecs_service.render.value"

local validate = { summary = "Check the declarations; nothing is sent." }

function validate.define(command)
  options.file(command)
  options.json(command)
end

function validate.run(args, ctx)
  local stack, err = load.stack(args.file, args)
  if not stack then return report.failure(ctx, err, args) end
  local ok, problem = stack:validate()
  if not ok then return report.failure(ctx, problem, args) end
  return ctx:result({ type = "result", ok = true, services = #stack:addresses() }, ("%s: %s valid."):format(
    args.file or load.DEFAULT, value.count(#stack.order, "declaration is", "declarations are")))
end

return validate
