--- ecs-service run: a task, now and once. Its exit code is that of the container; what goes wrong on this side is 125.
local core = require "ecs_service.core"
local exit_codes = require "ecs_service.cli.exit_codes"
local json = require "ecs_service.render.json_documents"
local read_json = require("ecs_service.util.json").decode
local letters = require "ecs_service.render.terminal_text"
local load = require "ecs_service.cli.script"
local logs = require "ecs_service.cli.logs"
local new_style = require("ecs_service.render.style").new
local options = require "ecs_service.cli.options"
local report = require "ecs_service.cli.output"
local shell_words = require "ecs_service.aws.credentials.shell_words"
local times = require "ecs_service.util.time_format"

local run = { summary = "Run a task now, and exit as its container exits.",
  description = "Runs a task once: one that the script declares (task.NAME), or beside a service (its task "
    .. "definition, cluster and network) or of a task definition (FAMILY[:REVISION] with --cluster, for awsvpc "
    .. "--subnets), waits until it has ended, shows the last lines that it wrote, and exits with its container's exit "
    .. "code; with 125 when it was not run, not placed or not waited for." }

run.exit_code = exit_codes.of_run

function run.define(command)
  command:argument("service"):argname("ADDRESS|CLUSTER/SERVICE|FAMILY[:REVISION]"):description("What to run.")
  command:option("--command"):target("command_text"):argname("COMMAND")
    :description("The command of the container: its words as a shell splits them, or a list in JSON.")
  command:option("--env"):argname("NAME=VALUE"):count("*")
    :description("An environment variable of the container. May be given several times.")
  command:option("--container"):argname("NAME")
    :description("Which container gets both, and whose exit code counts (default: the first essential one).")
  command:option("--cluster"):argname("CLUSTER"):description("Where to run it: of a task definition.")
  command:option("--subnets"):argname("A,B"):description("Its subnets, for the network mode awsvpc.")
  command:option("--security-groups"):argname("A,B"):description("Its security groups, for the same.")
  command:flag("--assign-public-ip"):description("Give it a public address, for the same.")
  command:flag("--no-wait"):description("Only start it.")
  command:flag("--follow"):description("Show what it writes, as it comes.")
  command:option("--timeout"):argname("DURATION"):convert(options.duration)
    :description("How long to wait at most (default 1h). The task is left running then.")
  options.no_logs(command)
  options.file_option(command)
  options.json(command, "Write events, with --follow what it writes, and the result as lines of JSON.")
end

local function separated(text)
  if not text then return nil end
  local list = {}
  for one in text:gmatch "[^,%s]+" do list[#list + 1] = one end
  return list
end

local function command_of(text)
  if not text then return nil end
  local list, problem
  if text:find "^%s*%[" then
    list, problem = read_json(text)
  else
    list, problem = shell_words.split(text)
  end
  if list and #list > 0 then return list end
  return nil, options.misused(("--command %s is no command%s"):format(text, problem and ": " .. problem or ""),
    [[write --command "bin/migrate --all", or --command '["bin/migrate", "--all"]']])
end

local function variables(list)
  if #list == 0 then return nil end
  local map = {}
  for _, text in ipairs(list) do
    local name, value = text:match "^([^=]+)=(.*)$"
    if not name then
      return nil, options.misused(("--env %s has no form that is known"):format(text), "write --env NAME=VALUE")
    end
    map[name] = value
  end
  return map
end

-- Services that are named as CLUSTER/SERVICE, and revisions, need no script. A bare word with a cluster is what the
-- script declares by it, which may run elsewhere for once; and a family where there is no script.
local function stack_of(args)
  local is_named = args.service:find("/", 1, true) or args.cluster and args.service:find(":", 1, true)
  if not args.file and is_named then return load.surroundings(args) end
  local stack, err = load.stack(args.file, args)
  local is_family = not args.file and args.cluster and args.service:find "^[%w_-]+$"
  if err and err.code == "ScriptMissing" and is_family then return load.surroundings(args) end
  return stack, err
end

local WORDS = { PROVISIONING = "is being started", PENDING = "is being started", ACTIVATING = "is being started",
  RUNNING = "runs", STOPPED = "has ended" }

local function on_event(ctx)
  local told
  return function(event)
    if ctx.json then
      local document = json.plain(event)
      document.type = event.type
      return ctx:out(core.json(document))
    elseif event.type == "task_logs" then
      return ctx:say(letters.escape(("what it writes cannot be shown: %s"):format(tostring(event.error))))
    end
    local words = WORDS[event.status]
    if words and words ~= told then
      told = words
      ctx:say(("%s  the task %s of %s %s"):format(times.text(event.at):sub(12, 19), letters.escape(event.task),
        letters.escape(event.task_definition or "?"), words))
    end
  end
end

local function finished(ctx, args, result)
  local style = new_style(ctx:out_style())
  for _, line in ipairs(not (ctx.json or args.follow) and result.logs or {}) do ctx:out(logs.shown(line, style)) end
  if args.no_wait then
    return ctx:result(function() return { type = "result", ok = true, task = json.plain(result) } end, result.task_arn)
  end
  if result.logs_note and not ctx.json then ctx:say(letters.escape(result.logs_note)) end
  if not ctx.json then
    local from, to = result.started_at, result.stopped_at
    ctx:say(("ended%s, exit %d"):format(from and to and " after " .. times.span(to - from) or "", result.exit_code))
  end
  return ctx:result(function() return { type = "result", ok = true, task = json.plain(result) } end, nil)
end

function run.run(args, ctx)
  local command, wrong_command = command_of(args.command_text)
  local env, wrong_env = variables(args.env)
  if wrong_command or wrong_env then return report.failure(ctx, wrong_command or wrong_env, args) end
  local stack, err = stack_of(args)
  if not stack then return report.failure(ctx, err, args) end
  local opts = { command = command, env = env, container = args.container, cluster = args.cluster,
    subnets = separated(args.subnets), security_groups = separated(args.security_groups),
    assign_public_ip = args.assign_public_ip, timeout = args.timeout, logs = args.logs,
    on_event = on_event(ctx) }
  if args.no_wait then opts.wait = false end
  if args.follow then
    local style = new_style(ctx:out_style())
    opts.on_log = function(line) logs.write(ctx, line, style) end
  end
  local result, problem = stack:run(args.service, opts)
  if not result then return report.failure(ctx, problem, args) end
  return finished(ctx, args, result)
end

return run
