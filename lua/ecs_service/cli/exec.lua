--- ecs-service exec: a command in a container that runs, at this terminal. What goes wrong on this side is 125.
local errors = require "ecs_service.errors"
local exit_codes = require "ecs_service.cli.exit_codes"
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local shell = require "ecs_service.util.shell"

local exec = { summary = "Run a command in a container that runs.",
  description = "Runs a command (default: /bin/sh) in a container of a service's task that runs, at this terminal, by "
    .. "ECS Exec and AWS's session-manager-plugin. Exits as the plugin does, which does not tell how the command "
    .. "ended; with 125 when there was no session." }

exec.exit_code = exit_codes.of_run

--- What both commands that open a session take.
function exec.define_shared(command)
  command:option("--task"):argname("ID"):description("In this task (default: the newest that takes commands).")
  command:option("--container"):argname("NAME"):description("Which container; needed when the task has several.")
  command:option("--plugin"):argname("PATH"):description("Where session-manager-plugin is, if not along PATH.")
  options.file_option(command)
end

function exec.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE"):description("In a task of which service.")
  command:argument("program"):argname("COMMAND"):args("*")
    :description("The command and its arguments, after --; one word is a command as it stands.")
  exec.define_shared(command)
end

--- Tells where a session is, before it begins.
function exec.on_session(ctx)
  return function(session)
    ctx:say(letters.escape(("the container %s of the task %s"):format(session.container, session.task)))
  end
end

function exec.run(args, ctx)
  if not ctx.isatty(0) then
    return report.failure(ctx, errors.new { code = "NoTerminal",
      message = "ECS Exec is interactive, and standard input is no terminal",
      hint = "give it one: script -qec " .. shell.word(shell.line("ecs-service", args.words)) .. " /dev/null; "
        .. "for a task of its own, without a terminal: ecs-service run" }, args)
  end
  local stack, err = load.stack_for({ args.service }, args.file, args)
  if not stack then return report.failure(ctx, err, args) end
  local command
  if #args.program > 0 then command = #args.program == 1 and args.program[1] or args.program end
  local session, problem = stack:exec(args.service, { command = command, task = args.task, container = args.container,
    plugin = args.plugin, on_session = exec.on_session(ctx) })
  if not session then return report.failure(ctx, problem, args) end
  return session.exit_code
end

return exec
