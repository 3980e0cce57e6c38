--- Runs a deploy script and answers the stack that it returns.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local lazy = require "ecs_service.util.lazy"
local leaving = require "ecs_service.aws.leaving"
local script_error = lazy "ecs_service.cli.script_error"

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

--- Runs the script.
---@param path? string default services.lua
---@return table|nil stack
---@return table|nil err code ScriptMissing, ScriptUnreadable, SyntaxError, ScriptError, NoStack, or the error of the
--- script's own call
function load.stack(path)
  path = path or load.DEFAULT
  local text, message, kind = read(path)
  if not text then return nil, missing(path, message, kind) end
  local chunk, problem = load.compile(text, path)
  if not chunk then return nil, script_error.syntax(path, problem) end
  -- What stands beside the script can be required by it, after everything that LUA_PATH knows.
  local folder = folder_of(path)
  package.path = package.path .. ";" .. folder .. "/?.lua;" .. folder .. "/?/init.lua"
  package.cpath = package.cpath .. ";" .. folder .. "/?.so"
  local failure
  -- Also what programs write that the script starts is no result of the command (cli/divert.lua has its own prints).
  local kept = core.system.divert(1, 2)
  local ok, result = run(chunk, function(value)
    failure = { value = value, line = line_in(path) }
    return failure
  end)
  if kept then core.system.restore(1, kept) end
  if not ok then
    if not failure then return nil, script_error.raised(path, result) end -- no memory for the handler, say
    return nil, script_error.raised(path, failure.value, failure.line)
  end
  if not is_stack(result) then
    local what = result == nil and "nothing" or type(result) == "table" and "a table that is no stack"
      or "a " .. type(result)
    return nil, errors.new { code = "NoStack", message = ("%s returns %s, not a stack"):format(path, what),
      hint = "end the file with: return stack   (what ecs.stack { … } gave)" }
  end
  result.options.on_wait = load.on_wait
  return result
end

--- The script's stack. For services that are named as CLUSTER/SERVICE no script is run unless it is named: the one that
--- happens to stand in the current folder may be anybody's.
---@param names string[] empty for all services of the script
---@param path? string
---@param settings? table what the stack is made with when there is no script: region
---@return table|nil stack
---@return table|nil err
function load.stack_for(names, path, settings)
  if path or #names == 0 then return load.stack(path) end
  for _, name in ipairs(names) do
    if not name:find("/", 1, true) then return load.stack(path) end
  end
  return load.surroundings(settings)
end

--- A stack of the environment and the shared configuration files alone.
---@param settings? table region
---@return table|nil stack
---@return table|nil err
function load.surroundings(settings)
  local stack, err = require "ecs_service".stack { state = false, region = settings and settings.region }
  if stack then stack.options.on_wait = load.on_wait end
  return stack, err
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
