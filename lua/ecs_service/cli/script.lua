--- Runs a deploy script and answers the stack that it returns.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local lazy = require "ecs_service.util.lazy"
local leaving = require "ecs_service.aws.leaving"
local script_error = lazy "ecs_service.cli.script_error"
local script_run = require "ecs_service.script.run"
local checks = lazy "ecs_service.script.checks"
local shell = lazy "ecs_service.util.shell"

local load = {}

load.DEFAULT = "services.lua"

--- What a stack that is loaded tells of it when an answer keeps its command waiting; set by the command line.
---@type fun()|nil
load.on_wait = nil

local compile = rawget(_G, "loadstring") or rawget(_G, "load") -- Lua 5.1 compiles texts with loadstring only

local function folder_of(path)
  return path:match("^(.*)/[^/]*$") or "."
end

local function is_stack(v)
  return type(v) == "table" and type(v.plan) == "function" and type(v.apply) == "function"
    and type(v.service) == "function"
end

-- Where in the script an error came from, for errors that are tables and so carry no position.
local function line_in(path)
  for level = 3, 60 do
    local info = debug.getinfo(level, "Sl")
    if not info then return nil end
    if info.source == "@" .. path and info.currentline > 0 then return info.currentline end
  end
end

local function missing(path, message, kind)
  if kind and kind ~= "missing" then
    return errors.new { code = "ScriptUnreadable", message = path .. " cannot be read: " .. tostring(message) }
  end
  local hint = path == load.DEFAULT
    and "run it where the file is, name another one (ecs-service plan deploy.lua), or begin one: ecs-service init"
    or "check the name; without one, " .. load.DEFAULT .. " of the current folder is read"
  return errors.new { code = "ScriptMissing", message = "there is no file " .. path, hint = hint }
end

-- What was read already: a pipe has nothing more to tell when it is asked again.
local texts = {}

local function read(path)
  local text = texts[path]
  if text then
    texts[path] = nil
    return text
  end
  return core.system.read_file(path)
end

-- Between so many instructions of a script it is looked whether Ctrl-C was pressed.
local STRIDE = 10000

-- Runs a script that may go on for long. Whoever looks at it step by step (coverage, a debugger) keeps doing so.
local function run(chunk, handler)
  if debug.gethook() then return xpcall(chunk, handler) end
  if rawget(_G, "jit") then jit.off(chunk, true) end -- what LuaJIT compiled looks at no hook
  debug.sethook(function()
    if leaving.now() then error(errors.new { code = "Interrupted", message = "interrupted" }, 0) end
  end, "", STRIDE)
  local ok, result = xpcall(chunk, handler)
  debug.sethook()
  return ok, result
end

--- Compiles the text of a script.
---@param text string
---@param path string
---@return function|nil
---@return string|nil what Lua says to it
function load.compile(text, path)
  text = text:gsub("^\239\187\191", "") -- editors of Windows begin a file so
  if text:sub(1, 1) == "#" then text = "--" .. text end
  return compile(text, "@" .. path)
end

-- What the command line gives the script, and what the run learns of its variables.
local function begin(path, args, how)
  local one = { folder = folder_of(path), reads = how.reads, declared = {}, missing = {}, differs = {}, given = {},
    secrets = {} }
  if how.kept then
    one.kept = {}
    for _, variable in ipairs(how.kept) do one.kept[variable.name] = variable end
  end
  if require "ecs_service.cli.options".has_variables(args) then
    local err
    one.given, err = require "ecs_service.script.given_values".read(args.var, args.var_file)
    if not one.given then return nil, err end
  end
  one.hide = function(text)
    args.secrets = args.secrets or {}
    table.insert(args.secrets, text)
    table.insert(one.secrets, text)
  end
  return one
end

-- Hints repeat the words of the command line: without what is secret.
local function hide_words(args, declared)
  local function hidden(words)
    local list = {}
    for i, word in ipairs(words) do
      local start, name = word:match "^(%-%-var=(.-)=)"
      if not start then start, name = word:match "^((.-)=)" end
      list[i] = name and declared[name] and declared[name].secret and start .. "..." or word
    end
    return list
  end
  if args.words then args.words = hidden(args.words) end
  if args.var then args.var = hidden(args.var) end
end

local function no_stack(path, result)
  local what = result == nil and "nothing" or type(result) == "table" and "a table that is no stack"
    or "a " .. type(result)
  return errors.new { code = "NoStack", message = ("%s returns %s, not a stack"):format(path, what),
    hint = "end the file with: return stack   (what ecs.stack { … } gave)" }
end

-- Runs what was compiled: true and what it answered, or false and the error.
local function perform(chunk, path, one)
  local failure
  -- Also what programs write that the script starts is no result of the command (cli/divert.lua has its own prints).
  local kept = core.system.divert(1, 2)
  local ok, result = script_run.during(one, run, chunk, function(value)
    failure = { value = value, line = line_in(path) }
    return failure
  end)
  if kept then core.system.restore(1, kept) end
  if ok then return true, result end
  local unmet = next(one.missing) and checks.unmet(one)
  if unmet then return false, unmet end
  if not failure then return false, script_error.raised(path, result) end -- no memory for the handler, say
  return false, script_error.raised(path, failure.value, failure.line)
end

-- What stands beside the script can be required by it, after everything that LUA_PATH knows.
local function open_folder(folder)
  package.path = package.path .. ";" .. folder .. "/?.lua;" .. folder .. "/?/init.lua"
  package.cpath = package.cpath .. ";" .. folder .. "/?.so"
end

--- Runs the script.
---@param path? string default services.lua
---@param args? table parsed arguments: var, var_file; what is secret is taken out of them
---@param how? table reads (the command only reads: values that it does not need may be missing), services (the
--- addresses that it is about), kept (the variables of a saved plan)
---@return table|nil stack
---@return table|nil err code ScriptMissing, ScriptUnreadable, SyntaxError, ScriptError, NoStack, InvalidVariables,
--- PlanStale, or the error of the script's own call
function load.stack(path, args, how)
  path, args, how = path or load.DEFAULT, args or {}, how or {}
  local text, message, kind = read(path)
  if not text then return nil, missing(path, message, kind) end
  local chunk, problem = load.compile(text, path)
  if not chunk then return nil, script_error.syntax(path, problem) end
  local one, err = begin(path, args, how)
  if not one then return nil, err end
  open_folder(one.folder)
  local ok, result = perform(chunk, path, one)
  hide_words(args, one.declared)
  if not ok then return nil, result end
  if not is_stack(result) then return nil, no_stack(path, result) end
  if next(one.declared) or one.given[1] or one.kept then
    err = checks.after(one, result, how.services)
    if err then return nil, err end
  end
  result.options.on_wait, result.script_run = load.on_wait, one
  return result
end

--- The same for a command that only reads.
---@param path? string
---@param args table parsed arguments
---@param services string[]|nil the addresses that it is about; none: all
---@return table|nil stack
---@return table|nil err
function load.to_read(path, args, services)
  return load.stack(path, args, { reads = true, services = services and #services > 0 and services or nil })
end

--- The script's stack. For services that are named as CLUSTER/SERVICE no script is run unless it is named: the one that
--- happens to stand in the current folder may be anybody's.
---@param names string[] empty for all services of the script
---@param path? string
---@param args table parsed arguments
---@param settings? table what the stack is made with when there is no script: region
---@return table|nil stack
---@return table|nil err
function load.stack_for(names, path, args, settings)
  if path or #names == 0 then return load.to_read(path, args, names) end
  for _, name in ipairs(names) do
    if not name:find("/", 1, true) then return load.to_read(path, args, names) end
  end
  return load.surroundings(args, settings)
end

--- Lets a command that only reads go by what is recorded, where values are missing of which the declarations are made.
---@param stack ecs_service.Stack of to_read
---@param services string[]|nil addresses that it is about; none: all that are declared
---@return string[]|nil services those addresses
---@return table|nil err
function load.as_recorded(stack, services)
  local one = stack.script_run
  if not one or not next(one.missing) then return services end
  return checks.as_recorded(one, stack, services and #services > 0 and services or nil)
end

--- The error of a document that depends on values which the script was not given; nil when it depends on none.
---@param stack ecs_service.Stack of to_read
---@param document table
---@return ecs_service.Error|nil
function load.unmet(stack, document)
  local one = stack.script_run
  return one and next(one.missing) and checks.in_document(one, document) or nil
end

--- A stack of the environment and the shared configuration files alone.
---@param args table parsed arguments
---@param settings? table region
---@return table|nil stack
---@return table|nil err
function load.surroundings(args, settings)
  local options = require "ecs_service.cli.options"
  if options.has_variables(args) then
    return nil, options.misused("values of variables are for a script, and none is run", "name it: --file FILE")
  end
  args.no_script = true
  local stack, err = require "ecs_service".stack { state = false, region = settings and settings.region }
  if stack then stack.options.on_wait = load.on_wait end
  return stack, err
end

--- The stack of a command about a task definition: the script's; with clusters and without a file no script is run, the
--- task definition is a family then, as it is where there is no script.
---@param args table parsed arguments: address, cluster, file
---@param run_script fun(path: string|nil, args: table): table|nil, table|nil  load.to_read, or load.stack
---@return table|nil stack
---@return table|nil err
function load.with_clusters(args, run_script)
  local clusters = args.cluster and #args.cluster > 0
  args.cluster = clusters and args.cluster or nil
  if clusters and not args.file then return load.surroundings(args) end
  local stack, err = run_script(args.file, args)
  local is_family = not args.file and args.address:find "^[%w_-]+$" ~= nil
  if err and err.code == "ScriptMissing" and is_family then return load.surroundings(args) end
  return stack, err
end

--- Services that are named as CLUSTER/SERVICE, for a command that changes or follows what is recorded: taken into the
--- state of the stack, which is in memory and ends with the run. Their names are their addresses.
---@param stack ecs_service.Stack of stack_for
---@param args table parsed arguments: service, or services
---@return table|nil err
function load.borrow(stack, args)
  if stack.options.state ~= false or args.file then return nil end
  local list = args.services or { args.service }
  for _, name in ipairs(list) do
    if not name:find("/", 1, true) then return nil end
    -- As they were named: two clusters may have services of one name, and hints are commands with those words.
    local address, err = require "ecs_service.verbs.deploy".borrow(stack, name, { address = name })
    if not address then return err end
  end
end

-- The stack of a script, where an address is named that a script declares.
local function of_script(args, name)
  local stack, err = load.stack(args.file, args)
  if err and err.code == "ScriptMissing" and not args.file then
    err.hint = ("%s is an address, which a script declares: name the script (--file), or, without one, the service: "
      .. "%s"):format(name, shell.command("ecs-service " .. args.command, "CLUSTER/" .. name))
  end
  return stack, err
end

--- The stack of a command that changes services outside of their declarations: the script's, or one that has borrowed
--- them.
---@param args table parsed arguments: service, or services; file
---@return ecs_service.Stack|nil
---@return table|nil err
function load.to_change(args)
  for _, name in ipairs(args.services or { args.service }) do
    if args.file or not name:find("/", 1, true) then return of_script(args, name) end
  end
  local stack, err = load.surroundings(args)
  err = stack and load.borrow(stack, args) or err
  if err then return nil, err end
  return stack
end

--- The plan that was saved in a file; nil when the file is no saved plan but, as far as one can see, a script.
---@param path string
---@return ecs_service.Plan|nil
---@return table|nil err of a file that is a plan, and damaged
function load.saved_plan(path)
  local text = core.system.read_file(path)
  if not text then return nil end
  if text:match "^\239?\187?\191?%s*{" then return require "ecs_service.plan".read(text, path) end
  texts[path] = text
end

return load
