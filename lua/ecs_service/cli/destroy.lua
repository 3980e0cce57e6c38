--- ecs-service destroy: plans the removal of everything, asks, and removes it.
local apply = require "ecs_service.cli.apply"
local options = require "ecs_service.cli.options"

local destroy = { summary = "Destroy the services of the stack." }

function destroy.define(command)
  options.file(command)
  options.approve(command)
  options.message(command)
  options.json(command, "Write events and the result as lines of JSON.")
  options.refresh(command)
  options.targets(command)
  options.lock(command)
  options.warnings(command)
end

function destroy.run(args, ctx)
  args.destroy = true
  return apply.run(args, ctx)
end

return destroy
