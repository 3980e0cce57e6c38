--- ecs-service version.
local ecs = require "ecs_service"
local options = require "ecs_service.cli.options"

local version = { summary = "Show the version." }

function version.define(command)
  options.json(command)
end

function version.run(_, ctx)
  local jit = rawget(_G, "jit")
  local lua = jit and jit.version or _VERSION
  return ctx:result({ version = ecs.VERSION, lua = lua }, ("ecs-service %s (%s)"):format(ecs.VERSION, lua))
end

return version
