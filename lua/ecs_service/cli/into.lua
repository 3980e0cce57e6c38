--- What `generate` and `import` share: declarations that are put into a script, before its return.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local load = require "ecs_service.cli.script"
local lua_insert = require "ecs_service.util.lua_insert"

local into = {}

--- The option of the command line.
function into.option(command)
  command:option("--into"):argname("FILE"):target("into")
    :description("Put it into this deploy script, before its return.")
end

local function refused(path, why, hint)
  return nil, errors.new { code = "CannotDeclare", path = path, message = ("%s: %s"):format(path, why), hint = hint }
end

--- Reads the script and finds where its declarations end.
---@param path string
---@return { text: string, at: integer, name: string, path: string }|nil
---@return ecs_service.Error|nil codes ScriptUnreadable, CannotDeclare
function into.open(path)
  local text, message = core.system.read_file(path)
  if not text then
    return nil, errors.new { code = "ScriptUnreadable", message = ("%s cannot be read: %s"):format(path, message) }
  end
  local place, why = lua_insert.place(text)
  if not place then
    return refused(path, why .. ", so there is no place for a declaration",
      "give the stack a name (local stack = assert(ecs.stack { … })), and end the file with: return stack")
  end
  place.text, place.path = text, path
  return place
end

-- A declaration begins a line, and a text in it never does: line ends in texts are written as \n.
local function named(source, name)
  local text = "\n" .. source
  for _, kind in ipairs(kinds.ALL) do
    local method = kind.declares:match "^stack(:.*)$"
    for _, start in ipairs { "", "local [%w_]+ = ", "definitions%[%d+%] = " } do
      text = text:gsub("(\n" .. start .. ")stack" .. method .. "%(", function(before)
        return before .. name .. method .. "("
      end)
    end
  end
  return text:sub(2)
end

--- Puts declarations into the script; it is as it was, or has all of them.
---@param script table of into.open
---@param source string Lua that declares them for `stack`
---@param stack ecs_service.Stack what the script returned
---@param addresses string[] what is declared
---@return boolean|nil
---@return ecs_service.Error|nil codes AlreadyDeclared, CannotDeclare, FileNotWritten
function into.write(script, source, stack, addresses)
  for _, address in ipairs(addresses) do
    if stack.declared[address] then
      return nil, errors.new { code = "AlreadyDeclared", service = address,
        message = ("%s is declared in the script already"):format(address),
        hint = "see what differs: ecs-service plan; or declare it at another address" }
    end
  end
  local text = lua_insert.insert(script.text, script, named(source, script.name))
  local chunk, problem = load.compile(text, script.path)
  if not chunk then return refused(script.path, "it would not be Lua any more: " .. tostring(problem)) end
  local written, message = core.system.write_file(script.path, text, core.system.file_mode(script.path))
  if written then return true end
  return nil, errors.new { code = "FileNotWritten", path = script.path,
    message = ("%s cannot be written: %s"):format(script.path, message) }
end

return into
