--- The command line. `main` answers the exit code, of the table in exit_codes.lua.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local leaving = require "ecs_service.aws.leaving"
local report = require "ecs_service.cli.output"
local traced = require "ecs_service.util.traced"
local tables = require "ecs_service.util.tables"
local verbs = require "ecs_service.kinds.verbs"

local cli = {}

cli.COMMANDS = verbs.names(verbs.ASKED)

local DESCRIPTION = "Amazon ECS services, declared as Lua tables: what would change, changing it, the rollout."
local EPILOG = [[Commands read services.lua, or the file given: plain Lua that returns a stack.
Help for one command: ecs-service help COMMAND. Exit codes: 0 done, 1 error or not approved,
2 changes (plan --detailed-exitcode), 3 invalid declaration, option, script or variable, 4 locked,
5 a deployment or wait failed, 6 superseded by a newer deployment, 7 waits for a decision, 130 interrupted.]]

-- argparse ends the process for help; here the request is noted and parsing is left by an error of its own. So is the
-- version, which may be asked for in the place of a command.
local HELP = {}

local function add_help(parser, asked)
  parser:add_help(false)
  parser:flag("-h --help"):description("Show this help."):action(function()
    asked.parser = parser
    error(HELP)
  end)
end

-- The commands that a parser for these words has to know: the one that is named first, else all of them.
local function commands_for(argv)
  for _, name in ipairs(cli.COMMANDS) do
    if argv[1] == name then return { name } end
  end
  return cli.COMMANDS
end

local function build(asked, argv)
  local argparse = require "argparse"
  local parser = argparse("ecs-service", DESCRIPTION, EPILOG):command_target("command"):require_command(false)
  parser:usage_max_width(100):help_max_width(100)
  add_help(parser, asked)
  parser:flag("-V --version"):description("Show the version."):action(function()
    asked.version = true
    error(HELP)
  end)
  require("ecs_service.cli.options").color(parser, "color_before")
  local commands, modules = {}, {}
  for _, name in ipairs(commands_for(argv)) do
    local module = require("ecs_service.cli." .. (name == "init" and "init_command" or name:gsub("%-", "_")))
    local command = parser:command(name, module.summary)
    command:summary(module.summary)
    command:description(module.description or module.summary)
    local with_own = module.define(command) or {} -- a command that has commands of its own answers them
    with_own[#with_own + 1] = command
    for _, one in ipairs(with_own) do
      require("ecs_service.cli.options").color(one)
      add_help(one, asked)
    end
    commands[name], modules[name] = command, module
  end
  local help = parser:command("help", "Show help for a command."):summary("Show help for a command.")
  help:argument("topic"):args("?"):argname("COMMAND"):description("The command.")
  add_help(help, asked)
  return parser, commands, modules
end

-- Options with numbers below 0, which the parser would take for options.
local BELOW_ZERO = { ["--run"] = true }

local function parse(parser, argv, asked)
  local list = {}
  for i = 1, #argv do
    if BELOW_ZERO[list[#list]] and argv[i]:find "^%-%d+$" then
      list[#list] = list[#list] .. "=" .. argv[i]
    else
      list[#list + 1] = argv[i]
    end
  end
  local ran, ok, result = pcall(parser.pparse, parser, list)
  if asked.parser then return "help" end
  if asked.version then return "version" end
  if not ran then error(ok, 0) end
  if ok then return "ok", result end
  return "wrong", result
end

local function wrong_usage(ctx, message, argv, commands, parser)
  return report.failure(ctx, require "ecs_service.cli.usage".problem(message, argv, commands, parser),
    { json = tables.set(argv)["--json"] })
end

local function help(ctx, parser, commands, topic)
  if not topic then
    ctx:out((parser:get_help()))
    return 0
  end
  if not commands[topic] then
    return nil, ("unknown command '%s'"):format(topic)
  end
  ctx:out((commands[topic]:get_help()))
  return 0
end

local function unexpected(ctx, message, args)
  local limit = require "ecs_service.util.limits".hint(message)
  if limit then
    local first = tostring(message):match "^[^\n]*"
    return report.failure(ctx, errors.new { code = "Failed", message = first, hint = limit }, args)
  end
  local code = ctx.exit_code and ctx.exit_code(message) or 1
  if args.json then
    ctx:document({ type = "result", ok = false, error = { code = "Failed", message = tostring(message) } }, code)
  end
  ctx:say("error: this should not have happened; please report it with the lines below\n\n" .. tostring(message))
  return code
end

--- The parser of the command line, for what is made of it: completions, the manual page.
---@return table parser of argparse
function cli.parser()
  return (build({}, {}))
end

-- LUA_PATH takes the place of Lua's own path, unless ";;" stands in it.
local function way_to_argparse(ctx)
  local suffix = not rawget(_G, "jit") and _VERSION:match("%d+%.%d+"):gsub("%.", "_")
  for _, name in ipairs { suffix and "LUA_PATH_" .. suffix or "LUA_PATH", "LUA_PATH" } do
    local named = ctx.getenv(name)
    if named then
      if named:find(";;", 1, true) then break end
      return ("%s leaves out Lua's own folders, where it may be installed: end it with ;;"):format(name)
    end
  end
  return "Debian: apt install lua-argparse; luarocks install argparse"
end

local function script_among(argv, args)
  for _, word in ipairs(argv) do
    if word:find "%.lua$" and word ~= args.file then return true end
  end
  return false
end

-- A command may have exit codes of its own, also for words that it does not know.
local function own_exit_code(argv, modules)
  for _, word in ipairs(argv) do
    if modules[word] then return modules[word].exit_code end
  end
end

local function perform(ctx, argv)
  local found, argparse = pcall(require, "argparse")
  if not found then
    ctx:say(("error: the command line needs lua-argparse (%s)\n"):format(way_to_argparse(ctx))
      .. require "ecs_service.util.require_error"(argparse))
    return 1
  end
  local asked = {}
  local parser, commands, modules = build(asked, argv)
  ctx.exit_code = own_exit_code(argv, modules)
  local outcome, args = parse(parser, argv, asked)
  if outcome == "help" then
    ctx:out((asked.parser:get_help()))
    return 0
  elseif outcome == "version" then
    ctx:configure { json = tables.set(argv)["--json"] }
    return require("ecs_service.cli.version").run({}, ctx)
  elseif outcome == "wrong" then
    return wrong_usage(ctx, args, argv, commands, parser)
  elseif not args.command or args.command == "help" then
    local code, message = help(ctx, parser, commands, args.topic)
    return code or wrong_usage(ctx, message, {}, commands, parser)
  end
  ctx:configure(args)
  args.words = argv -- for hints that repeat them
  local misplaced = script_among(argv, args) and require "ecs_service.cli.usage".misplaced_script(args, argv,
    commands[args.command])
  if misplaced then return report.failure(ctx, misplaced, args) end
  local load = package.loaded["ecs_service.cli.script"] -- of a command that asks somebody
  if load then load.on_wait = not args.json and function() ctx:hint "waiting for an answer..." end or nil end
  core.system.catch_interrupt()
  local former = leaving.told(function() return core.system.interrupted() end)
  local ok, code = traced(modules[args.command].run, args, ctx)
  ctx:hush()
  leaving.told(former)
  if ok then return code or 0 end
  if type(code) == "table" then return report.failure(ctx, code, args) end
  return unexpected(ctx, code, args)
end

-- Output that nobody got is an error, after all the rest was done.
local function ended(ctx, code)
  if not ctx.loss then return code end
  local hint = ctx.loss.code == "NotWritten"
    and "what was done is done and recorded; write to where there is room, and to what reads to the end" or nil
  local failed = report.failure(ctx, errors.new { code = ctx.loss.code, message = ctx.loss.message, hint = hint })
  if code == 0 or code == 2 then return failed end
  return require("ecs_service.cli.exit_codes").worst { code, failed }
end

--- Runs a command.
---@param argv string[] the words after the command's name
---@param given? ecs_service.cli.Io streams and facts in place of the process's own
---@return integer exit code
function cli.main(argv, given)
  if not given then core.system.guard_streams() end
  local ctx = require("ecs_service.cli.terminal").new(given)
  local undo = require "ecs_service.cli.divert"(ctx)
  local ok, code = traced(perform, ctx, argv)
  undo()
  if not ok then error(code, 0) end
  return ended(ctx, code)
end

return cli
