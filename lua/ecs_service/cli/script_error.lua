--- What a deploy script raised, as an error for people: whole, and with its position once.
local errors = require "ecs_service.errors"
local lazy = require "ecs_service.util.lazy"
local known_names = lazy "ecs_service.util.known_names"
local require_error = require "ecs_service.util.require_error"
local tables = require "ecs_service.util.tables"
local value_text = lazy "ecs_service.render.value"

local script_error = {}

-- The path in full, where Lua has written only the end of it.
local function with_path(message, path)
  local before, tail, line = message:match "^(.-)%.%.%.(.-):(%d+:)"
  if not tail or tail == "" or path:sub(-#tail) ~= tail then return message end
  return before .. path .. ":" .. line .. message:sub(#before + 3 + #tail + 1 + #line + 1)
end

-- What a script can call: on a stack, and of the module.
local function callable()
  local ecs, names = require "ecs_service", {}
  for name, value in pairs(getmetatable(ecs.stack { state = false, region = "us-east-1" }).__index) do
    if type(value) == "function" then names[#names + 1] = name end
  end
  for name in pairs(ecs) do names[#names + 1] = name end
  table.sort(names)
  return names
end

-- A misspelt helper of the module is the most likely slip, and Lua's own words for it say little.
local function hint_for(message)
  local name = message:match("attempt to call a nil value %(%a+ '([^']+)'%)")
    or message:match("attempt to call %a+ '([^']+)'")
  if name then
    return known_names.of_method(name, callable())
      or ("nothing is called %s there; docs/guide.md has what a stack offers"):format(name)
  end
  local module = message:match("module '([^']+)' not found")
  if module then
    return ("set LUA_PATH, or put %s.lua beside the script"):format((module:gsub("%.", "/")))
  end
end

-- What stands after the return of a file: a declaration that was added at its end, most often.
local function hint_of_syntax(message)
  if message:find("<eof>'? expected near") then
    return "return has to be the last statement of the file: put what stands after it before it "
      .. "(ecs-service generate --into FILE does that); nothing of the file was run"
  end
  return "nothing of the file was run"
end

--- The error of a text that is no Lua.
---@param path string
---@param problem any what the compiler said
---@return ecs_service.Error
function script_error.syntax(path, problem)
  local message = tostring(problem)
  return errors.new { code = "SyntaxError", message = with_path(message, path), hint = hint_of_syntax(message) }
end

-- An error that was raised in a module names the module; the script's own line helps more, unless it is there.
local function placed(message, path, line)
  if not line or message:find(path .. ":", 1, true) then return message end
  return ("%s:%d: %s"):format(path, line, message)
end

-- What to say of a value that is no text and none of the module's errors.
local function described(value)
  local mt = type(value) == "table" and getmetatable(value)
  if type(value) == "table" and type(value.message) == "string" then return value.message end
  if type(mt) == "table" and mt.__tostring then return tostring(value) end
  if type(value) ~= "table" then return "the script raised " .. tostring(value) end
  local ok, text = pcall(value_text.literal, value)
  return "the script raised " .. (ok and text or "a table")
end

--- The error for what the script raised.
---@param path string
---@param value any
---@param line integer|nil of the script
---@return ecs_service.Error
function script_error.raised(path, value, line)
  if errors.is(value) then
    if not line then return value end
    local copy = tables.merge(value)
    copy.message = placed(tostring(value.message), path, line)
    return errors.new(copy)
  elseif type(value) == "string" then
    return errors.new { code = "ScriptError", hint = hint_for(value),
      message = placed(with_path(require_error(value), path), path, line) }
  end
  return errors.new { code = "ScriptError", hint = type(value) == "table" and value.hint or nil,
    message = placed(described(value), path, line) }
end

return script_error
