--- Requests to APIs whose operations have methods and paths of their own (rest-json): parameters stand in the path, in
--- the query, and the others in the body.
local core = require "ecs_service.core"

local path_request = {}

local function encoded(value)
  local text = type(value) == "number" and ("%.14g"):format(value) or tostring(value)
  return (text:gsub("[^%w%-._~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

-- What stands in the query is taken out of the parameters. An empty text says nothing there.
local function query_of(row, params)
  local parts = {}
  for member, name in pairs(row.query) do
    local value = params[member]
    params[member] = nil
    for _, one in ipairs(type(value) == "table" and value or { value }) do
      if one ~= "" then parts[#parts + 1] = encoded(name) .. "=" .. encoded(one) end
    end
  end
  table.sort(parts)
  return #parts > 0 and "?" .. table.concat(parts, "&") or ""
end

-- The path, whose members are taken out of the parameters; nil and the name of one that is not given.
local function path_of(row, params)
  local missing
  local path = row.path:gsub("{(%w+)}", function(member)
    local value = params[member]
    params[member] = nil
    if value == nil or value == "" then missing = member end
    return encoded(value == nil and "" or value)
  end)
  return not missing and path or nil, missing
end

--- Where an operation is sent, and with what.
---@param paths table<string, table> operation → { method, path, query = member → name }
---@param operation string
---@param body string JSON of all parameters
---@return string|nil method nil: that cannot be sent
---@return string path with its query; or why not
---@return string|nil body
function path_request.of(paths, operation, body)
  local row = paths[operation]
  if not row then return nil, "there is no operation " .. operation end
  local params = core.read_json(body)
  local path, missing = path_of(row, params)
  if not path then return nil, ("%s needs %s"):format(operation, missing) end
  path = path .. query_of(row, params)
  if row.method == "GET" or next(params) == nil then return row.method, path, "" end
  return row.method, path, core.json(params)
end

return path_request
