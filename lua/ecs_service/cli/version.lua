--- ecs-service version.
local ecs = require "ecs_service"
local options = require "ecs_service.cli.options"

local version = { summary = "Show the version." }

function version.define(command)
  options.json(command)
end

function version.run(args, ctx)
  local jit = rawget(_G, "jit")
  local lua = jit and jit.version or _VERSION
  if args.json then return ctx:document({ version = ecs.VERSION, lua = lua }, 0) end
  ctx:out(("ecs-service %s (%s)"):format(ecs.VERSION, lua))
  return 0
end

return version
