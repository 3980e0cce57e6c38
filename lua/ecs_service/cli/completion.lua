--- ecs-service completion: what a shell needs to complete the command line. share/ has the same, made at release.
local core = require "ecs_service.core"
local lazy = require "ecs_service.util.lazy"
local kinds = require "ecs_service.kinds"
local tables = require "ecs_service.util.tables"
local backend = lazy "ecs_service.state.backend"
local load = lazy "ecs_service.cli.script"
local warnings = lazy "ecs_service.plan.warnings"

local completion = { summary = "Write the completion of a shell: bash, zsh or fish.",
  description = "Writes a script that makes a shell complete commands, options and their values. Installed packages "
    .. "bring it along; otherwise: source <(ecs-service completion bash), or put it where the shell looks "
    .. "(docs/cli.md)." }

completion.SHELLS = { "bash", "zsh", "fish" }

local LISTS = { "addresses", "arguments", "warnings" }

function completion.define(command)
  command:argument("shell"):args("?"):choices(completion.SHELLS):argname("SHELL"):description("bash, zsh or fish.")
  command:option("--list"):argname("addresses|arguments|warnings"):choices(LISTS)
    :description("Write such words, a line each. The scripts call it; no deploy script is run for it.")
end

local list = {}

-- Read as texts, never run: a key that is pressed must not do what a file says. Literal addresses of the script, and
-- what a state beside it has recorded.
function list.addresses()
  local found = {}
  local script = core.system.read_file(load.DEFAULT) or ""
  local ok, state = pcall(core.read_json, core.system.read_file(backend.DEFAULT) or "")
  for _, kind in ipairs(kinds.ALL) do
    for _, name in script:gmatch(":" .. kind.name .. "%s*%(?%s*([\"'])([^\"'\n]+)%1") do
      found[kinds.address(kind, name)] = true
    end
    local recorded = ok and type(state) == "table" and state[kind.section]
    for name in pairs(type(recorded) == "table" and recorded or {}) do found[kinds.address(kind, name)] = true end
  end
  return tables.keys(found)
end

function list.arguments()
  local names = {}
  local function add(rows, before)
    for _, row in ipairs(rows) do
      names[#names + 1] = before .. row.name
      add(row.rows or {}, before .. row.name .. ".")
    end
  end
  add(kinds.BARE.rows(), "")
  return names
end

function list.warnings() return select(2, warnings.known()) end

-- Shells make of some signs more than a word, so what has others is not offered.
local function is_word(text) return type(text) == "string" and text:find "^[%w_./:@+][%w_./:@+-]*$" ~= nil end

-- What stands for an argument: words that are known, or a list that is asked for when a key is pressed.
local OF_NAMES = { ADDRESS = "addresses", ["ADDRESS|CLUSTER/SERVICE"] = "addresses", ["ADDRESS|FAMILY"] = "addresses",
                   ["ADDRESS|CLUSTER/SERVICE|FAMILY[:REVISION]"] = "addresses", CODE = "warnings",
                   argument = "arguments", FROM = "addresses" }

local function words_of(element)
  if element._choices then return element._choices end
  local name = type(element._argname) == "string" and element._argname or element._name
  if OF_NAMES[name] then return OF_NAMES[name] end
  local words = {}
  for word in name:gmatch "[^|]+" do words[#words + 1] = word end
  return #words > 1 and not name:find "%u" and words or nil
end

-- A word in place of a list, until the script is written: argparse takes plain words only.
local function choices_in(words)
  return type(words) == "table" and words or { "LIST-" .. words }
end

-- The commands of a parser and theirs, by the names that argparse's scripts have for them.
local function each_command(parser, before, visit)
  for _, command in ipairs(parser._commands) do
    local name = before .. command._name
    visit(name, command)
    each_command(command, name .. " ", visit)
  end
end

-- argparse knows the values of what has choices; of this parser, which parses nothing, all that is known are choices.
local function with_values(parser)
  local firsts = {}
  each_command(parser, "", function(name, command)
    for _, elements in ipairs { command._options, command._arguments } do
      for _, element in ipairs(elements) do
        local words = words_of(element)
        if words then element._choices = choices_in(words) end
      end
    end
    local first = command._arguments[1]
    if first and first._choices then
      firsts[#firsts + 1] = { name = name, words = table.concat(first._choices, " ") }
    end
  end)
  return firsts
end

local finish = {}

-- argparse's script completes no arguments.
function finish.bash(text, firsts)
  local names, order, cases = {}, {}, {}
  for _, first in ipairs(firsts) do
    if not names[first.words] then names[first.words], order[#order + 1] = {}, first.words end
    table.insert(names[first.words], "'" .. first.name .. "'")
  end
  for i, words in ipairs(order) do
    cases[i] = ("            %s)\n                COMPREPLY=($(compgen -W \"%s\" -- \"$cur\"))\n                ;;\n")
      :format(table.concat(names[words], "|"), words)
  end
  local block = '    if [[ "$cur" != -* ]]; then\n        case "$cmd" in\n' .. table.concat(cases)
    .. "        esac\n    fi\n\n"
  local at = assert(text:find('    if [[ "$cur" = -* ]]; then', 1, true))
  return ((text:sub(1, at - 1) .. block .. text:sub(at)):gsub("LIST%-(%l+)",
    '$("${COMP_WORDS[0]}" completion --list %1 2>/dev/null)'))
end

-- A list is asked for by a function, when it is needed and not whenever an option is completed.
function finish.zsh(text)
  local body = '_ecs-service_list() {\n  compadd -- ${(f)"$(ecs-service completion --list $1 2>/dev/null)"}\n}\n\n'
  text = text:gsub("%(LIST%-(%l+)%)", " _ecs-service_list %1")
  local at = assert(text:find("\n_ecs-service() {", 1, true))
  return text:sub(1, at) .. body .. text:sub(at + 1)
end

function finish.fish(text, firsts)
  local lines = {}
  for i, first in ipairs(firsts) do
    lines[i] = ("complete -c ecs-service -n '__fish_ecs-service_using_command %s' -xa '%s'\n"):format(first.name,
      first.words)
  end
  return ((text:gsub("%s+$", "\n") .. table.concat(lines)):gsub("LIST%-(%l+)",
    "(ecs-service completion --list %1 2>/dev/null)"))
end

--- The script of a shell.
---@param shell "bash"|"zsh"|"fish"
---@return string
function completion.script(shell)
  local parser = require("ecs_service.cli").parser()
  local firsts = with_values(parser)
  local text = parser["get_" .. shell .. "_complete"](parser)
  return (finish[shell](text, firsts):gsub("%s+$", "\n"))
end

function completion.run(args, ctx)
  local options = require "ecs_service.cli.options"
  if (args.shell == nil) == (args.list == nil) then
    return require "ecs_service.cli.output".failure(ctx, options.misused(args.shell
      and "--list is for words, and a shell for its script" or "missing argument 'SHELL'",
      "ecs-service completion bash, zsh or fish"), args)
  elseif args.shell then
    ctx:out((completion.script(args.shell):gsub("\n$", "")))
    return 0
  end
  local words = {}
  for _, word in ipairs(list[args.list]()) do
    if is_word(word) then words[#words + 1] = word end
  end
  if #words > 0 then ctx:out(table.concat(words, "\n")) end
  return 0
end

return completion
