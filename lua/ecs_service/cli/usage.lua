--- Words of the command line that no command takes: what is meant, and how it is written.
local known_names = require "ecs_service.util.known_names"
local nearest = require "ecs_service.util.suggest"
local options = require "ecs_service.cli.options"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"

local usage = {}

-- The command that the words name, the innermost of several.
local function command_of(argv, commands)
  local found
  for _, word in ipairs(argv) do
    if word:sub(1, 1) ~= "-" then
      if not found then
        found = commands[word]
        if not found then return nil end
      else
        for _, one in ipairs(found._commands) do
          if one._name == word then return one end
        end
      end
    end
  end
  return found
end

local function has_option(command, parser)
  return function(alias)
    for _, owner in ipairs { command or parser, parser } do
      for _, option in ipairs(owner._options) do
        for _, one in ipairs(option._aliases) do
          if one == alias then return true end
        end
      end
    end
    return false
  end
end

-- Arguments by the names that the usage has for them.
local function as_in_usage(message, command)
  return (message:gsub("argument '([%w_]+)'", function(name)
    for _, argument in ipairs(command and command._arguments or {}) do
      if argument._name == name and type(argument._argname) == "string" then
        return ("argument '%s'"):format(argument._argname)
      end
    end
  end))
end

-- Terraform's options have one dash, where the parser sees one of a letter: "-var-file=x" is "-v" to it.
local function of_one_dash(name, argv, is_there)
  for _, word in ipairs(argv) do
    local long = word:sub(1, 2) == name and word:match "^%-(%a[%a-]+)"
    if long and is_there("--" .. long) then return ("did you mean --%s?"):format(long) end
  end
end

local function of_option(name, tip, command, parser, argv)
  if name:find "^%-%d" then
    return ("%s is no option, and no number and no duration is below 0"):format(name)
  end
  local is_there = has_option(command, parser)
  local meant = of_one_dash(name, argv, is_there) or known_names.of_flag(name, is_there)
  -- Of one letter every other one is as near.
  return meant or not name:find "^%-[^-]$" and tip or nil
end

local function of_command(name, tip, command, commands)
  if command then return known_names.of_command(name, true) or tip end -- one that has commands of its own
  local near = nearest.to(name, tables.keys(commands))
  return known_names.of_command(name) or tip or near and ("did you mean ecs-service %s?"):format(near)
end

-- Words behind --command that were not written as one.
local function of_split_command(message, argv, is_there)
  local too_many = message:find "^too many arguments"
  if not is_there "--command" or not (too_many or message:find "^unknown option") then return nil end
  for i, word in ipairs(argv) do
    local behind = argv[i + 2]
    if word == "--command" and behind and (too_many or message:find(behind, 1, true)) then
      return "a command of several words is one argument: --command 'bin/migrate --all'"
    end
  end
end

--- The error for words that the parser refused.
---@param message string the parser's
---@param argv string[]
---@param commands table<string, table> parsers of the commands
---@param parser table the parser of all
---@return ecs_service.Error
function usage.problem(message, argv, commands, parser)
  local command = command_of(argv, commands)
  local tip = message:match "\n(Did you mean.*)$"
  message = message:gsub("\n.*$", "")
  local option, name = message:match "^unknown option '(.-)'$", message:match "^unknown command '(.-)'$"
  local meant = tip
  if option then
    meant = of_option(option, tip, command, parser, argv)
  elseif name then
    meant = of_command(name, tip, command, commands)
  end
  meant = meant or of_split_command(message, argv, has_option(command, parser))
  local first = command and (command._parent ~= parser and command._parent or command)
  local all = first and "usage and options: ecs-service help " .. first._name or "all commands: ecs-service help"
  return options.misused(as_in_usage(message, command), meant and { meant, all } or all)
end

-- A word of the command line in a hint. Before the script has run nobody knows which of its variables are secret.
local function without_value(word, former)
  local start = former == "--var" and word:match "^[^=]*=" or word:match "^%-%-var=[^=]*="
  return start and start .. "..." or word
end

-- Where an address is expected: the words of a command that has the script as an option.
local ADDRESSES = { "services", "service", "addresses", "address", "id" }

--- The error for a script in the place of an address; nil where there is none.
---@param args table parsed arguments
---@param argv string[]
---@param command table its parser
---@return ecs_service.Error|nil
function usage.misplaced_script(args, argv, command)
  if args.file or not has_option(command, command)("--file") and args.command ~= "state" then return nil end
  for _, name in ipairs(ADDRESSES) do
    for _, word in ipairs(type(args[name]) == "table" and args[name] or { args[name] }) do
      if type(word) == "string" and word:find "%.lua$" then
        local others = {}
        for i, one in ipairs(argv) do
          if one ~= word then others[#others + 1] = without_value(one, argv[i - 1]) end
        end
        others[#others + 1], others[#others + 2] = "--file", word
        return options.misused(("%s is a script, and stands where %s takes an address"):format(word, args.command),
          shell.line("ecs-service", others))
      end
    end
  end
end

return usage
