--- The values that the command line gives: --var NAME=VALUE, and files of them.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local tables = require "ecs_service.util.tables"

local given = {}

local function refused(message, hint)
  return nil, errors.new { code = "Usage", message = message, hint = hint }
end

local function wrong(path, message)
  return nil, errors.new { code = "InvalidVariables", message = ("--var-file %s: %s"):format(path, message),
    hint = 'it holds one table: { "image": "web:2" } as JSON, or return { image = "web:2" } as Lua' }
end

-- Compiles a text that sees nothing: a file of values is a table, and no program.
local function compile(text, name)
  if text:sub(1, 1) == "\27" then return nil, "it is no text" end
  local with_environment = rawget(_G, "setfenv")
  if not with_environment then return load(text, name, "t", {}) end
  local chunk, problem = rawget(_G, "loadstring")(text, name)
  return chunk and with_environment(chunk, {}), problem
end

local function of_lua(path, text)
  local chunk, problem = compile(text, "@" .. path)
  if not chunk then
    local other = compile("return " .. text, "@" .. path)
    if not other then return wrong(path, tostring(problem)) end
    chunk = other
  end
  local ran, values = pcall(chunk)
  if not ran then return wrong(path, tostring(values)) end
  return values
end

local function of_json(path, text)
  local values, problem = json.decode(text)
  if problem then return wrong(path, problem) end
  return values
end

-- By its name; a pipe has none, and a Lua table is no JSON object.
local function parse(path, text)
  if path:find "%.json$" then return of_json(path, text) end
  if path:find "%.lua$" or not text:find '^%s*{%s*["}]' then return of_lua(path, text) end
  return of_json(path, text)
end

local function read_file(list, path)
  local text, message = core.system.read_file(path)
  if not text then return wrong(path, "it cannot be read: " .. tostring(message)) end
  local values, err = parse(path, (text:gsub("^\239\187\191", "")))
  if err then return nil, err end
  if type(values) ~= "table" then return wrong(path, "it holds no table") end
  for _, name in ipairs(tables.names(values)) do
    if type(name) ~= "string" then return wrong(path, "it is a list: values have names") end
    list[#list + 1] = { name = name, value = values[name], from = "--var-file " .. path }
  end
  return true
end

-- "image=acme/api:2": what follows the first "=" is the value.
local function read_word(list, word)
  local name, value = word:match "^([^=]*)=(.*)$"
  if not name then return refused("--var takes NAME=VALUE", ("write --var %s=VALUE"):format(word)) end
  if name == "" then return refused("--var takes NAME=VALUE, and the name is empty") end
  list[#list + 1] = { name = name, value = value, from = "--var" }
  return true
end

--- All values in the order in which they count, the last one of a name most.
---@param words string[]|nil of --var
---@param files string[]|nil of --var-file
---@return table[]|nil { name, value, from }
---@return ecs_service.Error|nil codes Usage, InvalidVariables
function given.read(words, files)
  local list = {}
  for _, path in ipairs(files or {}) do
    local fine, err = read_file(list, path)
    if not fine then return nil, err end
  end
  for _, word in ipairs(words or {}) do
    local fine, err = read_word(list, word)
    if not fine then return nil, err end
  end
  return list
end

return given
