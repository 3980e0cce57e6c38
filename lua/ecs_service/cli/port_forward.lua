--- ecs-service port-forward: a port of this machine that leads into a container. What goes wrong on this side is 125.
local exec = require "ecs_service.cli.exec"
local exit_codes = require "ecs_service.cli.exit_codes"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"

local forward = { summary = "Forward a port of this machine into a container.",
  description = "Forwards a port of this machine to a port of a container of a service's task that runs, or with "
    .. "--host of a host that it reaches, by AWS's session-manager-plugin, until interrupted. Exits as the plugin "
    .. "does; with 125 when there was no session." }

forward.exit_code = exit_codes.of_run

function forward.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("Into a task of which service.")
  command:argument("ports"):argname("LOCAL:REMOTE"):description("The port here, and the port there; one for both.")
  command:option("--host"):argname("HOST"):description("A host that the container reaches, such as its database.")
  exec.define_shared(command)
end

function forward.run(args, ctx)
  local here, there = args.ports:match "^(%d+):(%d+)$"
  if not here then here, there = args.ports:match "^%d+$", args.ports end
  if not here then
    return report.failure(ctx, options.misused(("%s are no ports"):format(args.ports), "write 8080:80"), args)
  end
  local stack, err = load.stack_for({ args.service }, args.file, args)
  if not stack then return report.failure(ctx, err, args) end
  local session, problem = stack:port_forward(args.service, { local_port = tonumber(here),
    remote_port = tonumber(there), host = args.host, task = args.task, container = args.container,
    plugin = args.plugin, on_session = exec.on_session(ctx) })
  if not session then return report.failure(ctx, problem, args) end
  return session.exit_code
end

return forward
