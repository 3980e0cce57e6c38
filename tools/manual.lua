--- The manual page ecs-service(1) in man(7), from the parser of the command line: what `ecs-service help COMMAND` says.
local cli = require "ecs_service.cli"
local version = require "ecs_service.version"

local out = {}

local function add(line) out[#out + 1] = line end

-- Signs that roff would read: backslashes, hyphens that are to be copied, dots and quotes at the begin of a line.
local function roff(text)
  text = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("…", "..."):gsub("\n", " ")
  return (text:gsub("^([.'])", "\\&%1"))
end

-- Plain words keep their hyphens as hyphens; options are copied, and so are written with minus signs.
local function prose(text)
  return (roff(text):gsub("(%w)\\%-(%w)", "%1-%2"):gsub("%-%-", "\\-\\-"))
end

local function names_of(option)
  local arguments = {}
  for i, word in ipairs(option:_get_argument_list()) do arguments[i] = "\\fI" .. roff(word) .. "\\fR" end
  local words = {}
  for i, alias in ipairs(option._aliases) do words[i] = "\\fB" .. roff(alias) .. "\\fR" end
  return table.concat(words, ", ") .. (#arguments > 0 and " " .. table.concat(arguments, " ") or "")
end

-- What each command has is told once.
local COMMON = { ["--help"] = true, ["--color"] = true, ["--no-color"] = true }

local function is_common(option) return COMMON[option._aliases[#option._aliases]] ~= nil end

local function description_of(element)
  local text = element:_get_description()
  if not text:find("[.)]$") then text = text .. "." end
  return prose(text)
end

local function add_elements(elements, label)
  for _, element in ipairs(elements) do
    add ".TP"
    add(label(element))
    add(description_of(element))
  end
end

local function argument_label(argument)
  return "\\fI" .. roff(argument:_get_argname(1):gsub("[<>]", "")) .. "\\fR"
end

local function usage_of(command, name)
  local words = { "\\fBecs\\-service " .. roff(name) .. "\\fR" }
  for _, argument in ipairs(command._arguments) do
    local label = argument_label(argument)
    if argument._maxargs > 1 then label = label .. " ..." end
    words[#words + 1] = argument._minargs == 0 and "[" .. label .. "]" or label
  end
  words[#words + 1] = "[\\fIoptions\\fR]"
  return table.concat(words, " ")
end

local function add_command(command, name)
  if #command._commands == 0 then
    add(".SS " .. usage_of(command, name))
  else
    add(".SS \\fBecs\\-service " .. roff(name) .. "\\fR \\fIcommand\\fR")
  end
  add(description_of(command))
  add_elements(command._arguments, argument_label)
  local options = {}
  for _, option in ipairs(command._options) do
    if not is_common(option) then options[#options + 1] = option end
  end
  add_elements(options, names_of)
  for _, sub in ipairs(command._commands) do add_command(sub, name .. " " .. sub._name) end
end

local FILES = {
  { "services.lua", "the deploy script of the current folder: plain Lua that returns a stack" },
  { "ecs-service.state.json", "the state, where the stack names no other place" },
  { "~/.aws/config, ~/.aws/credentials", "profiles, regions, endpoints and credentials, as the AWS CLI reads them" },
}

local VARIABLES = {
  { "AWS_REGION, AWS_DEFAULT_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, ...",
    "what the AWS CLI and boto3 read is read here by the same rules; ecs-service doctor says what came of it" },
  { "AWS_ENDPOINT_URL_ECS, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL", "other servers than AWS's" },
  { "NO_COLOR, FORCE_COLOR, TERM", "whether colours are used" },
  { "LC_ALL, LC_CTYPE, LANG", "whether symbols beyond ASCII are used" },
}

local function add_list(title, list)
  add(".SH " .. title)
  for _, item in ipairs(list) do
    add ".TP"
    add("\\fB" .. roff(item[1]) .. "\\fR")
    add(prose(item[2]) .. ".")
  end
end

local EXIT_CODES = {
  { "0", "done" }, { "1", "any other error, not approved, or diagnose or doctor found something" },
  { "2", "plan --detailed-exitcode: there are changes" }, { "3", "a declaration, an option or the script is invalid" },
  { "4", "another run holds the lock" }, { "5", "a deployment failed, or a wait was not over in time" },
  { "6", "somebody else started a newer deployment" }, { "130", "interrupted" },
}

local function add_exit_codes()
  add ".SH EXIT STATUS"
  for _, pair in ipairs(EXIT_CODES) do
    add ".TP"
    add("\\fB" .. pair[1] .. "\\fR")
    add(prose(pair[2]) .. ".")
  end
end

local parser = cli.parser()
add [[.\" Made by tools/generate.lua from the parser of the command; change that.]]
add(('.TH ECS\\-SERVICE 1 "" "ecs\\-service %s" "User Commands"'):format(version))
add ".SH NAME"
add "ecs\\-service \\- declare Amazon ECS services as Lua tables; plan, apply, import, wait"
add ".SH SYNOPSIS"
add "\\fBecs\\-service\\fR \\fIcommand\\fR [\\fIarguments\\fR] [\\fIoptions\\fR]"
add ".br"
add "\\fBecs\\-service help\\fR [\\fIcommand\\fR]"
add ".SH DESCRIPTION"
add(prose(parser._description))
add "Commands read \\fIservices.lua\\fR of the current folder, or the file given: plain Lua that returns a stack."
add ".SH COMMANDS"
for _, command in ipairs(parser._commands) do add_command(command, command._name) end
add ".SH COMMON OPTIONS"
local common = {}
for _, option in ipairs(parser._commands[1]._options) do
  if is_common(option) then common[#common + 1] = option end
end
add_elements(common, names_of)
add_exit_codes()
add_list("FILES", FILES)
add_list("ENVIRONMENT", VARIABLES)
add ".SH SEE ALSO"
add ".BR aws (1)"
return table.concat(out, "\n") .. "\n"
