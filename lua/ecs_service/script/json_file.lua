--- ecs.json_file: what a file of JSON holds, for declarations that stand in files: task definitions, most often.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local json = require "ecs_service.util.json"
local run_of = require "ecs_service.script.run"

local json_file = {}

-- Where the code stands that asks, outside of a run of the command: the first that is none of this module.
local function folder_of_caller()
  local own = debug.getinfo(1, "S").source
  local entrance = own:gsub("script/json_file%.lua$", "init.lua")
  for level = 3, 30 do
    local info = debug.getinfo(level, "S")
    if not info then return nil end
    local source = info.source
    if source:sub(1, 1) == "@" and source ~= own and source ~= entrance then return source:match "^@(.*)/[^/]*$" end
  end
end

local function resolved(path)
  if path:sub(1, 1) == "/" then return path end
  local run = run_of.current()
  local folder = run and run.folder
  if not run then folder = folder_of_caller() end
  return (folder == nil or folder == ".") and path or folder .. "/" .. path
end

local function fail(path, message, hint, more)
  error(errors.new { code = "InvalidJson", path = path, message = ("%s: %s"):format(path, message), hint = hint,
    line = more and more.line, column = more and more.column }, 0)
end

local function position(text, at)
  local before = text:sub(1, at - 1)
  local _, lines = before:gsub("\n", "")
  return { line = lines + 1, column = #before:match "[^\n]*$" + 1 }
end

local function refuse_template(path, text)
  local at = text:find("{{", 1, true)
  if not at then return end
  local where = position(text, at)
  fail(path, ("line %d, column %d: it is a template: {{ stands there"):format(where.line, where.column),
    "write out what it makes and read that: ecspresso render taskdef > FILE", where)
end

--- The table of a JSON file; its keys are left as they are. Raises what is wrong, with path, line and column.
---@param path string beside the script of a run; without one, beside the file that asks
---@return table
function json_file.read(path)
  if type(path) ~= "string" or path == "" then error("ecs.json_file takes the path of a file", 3) end
  path = resolved(path)
  local text, message = core.system.read_file(path)
  if not text then
    fail(path, "it cannot be read: " .. tostring(message), "the path is taken from where the script stands")
  end
  refuse_template(path, text)
  local value, problem = json.decode((text:gsub("^\239\187\191", "")))
  if problem then
    local line, column = problem:match "line (%d+), column (%d+)"
    fail(path, problem, nil, { line = tonumber(line), column = tonumber(column) })
  elseif type(value) ~= "table" then
    fail(path, "it holds no object and no list", nil, { line = 1, column = 1 })
  end
  return value
end

return json_file
