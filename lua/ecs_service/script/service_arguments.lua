--- ecs.service_arguments: the arguments of a service that is written down as the API has it: the body of
--- CreateService, a service definition of ecspresso, an answer of DescribeServices. What it says is read as an answer
--- is. Each value in it is then put otherwise once: where that changes no argument, nobody has read it, and it would be
--- lost silently.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local nearest = require "ecs_service.util.suggest"
local rows_of = require "ecs_service.util.schema_rows"
local tables = require "ecs_service.util.tables"

local service_arguments = {}

-- What ECS answers of a service and nobody can ask for, and what each request has of its own.
local ANSWERED = tables.set { "serviceArn", "status", "runningCount", "pendingCount", "platformFamily", "deployments",
  "taskSets", "events", "createdAt", "createdBy", "currentServiceDeployment", "currentServiceRevisions", "clientToken",
  "resourceManagementType" }

-- Answers have these in the deployment that runs.
local OF_DEPLOYMENT = { "serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations" }

-- Answers call these otherwise.
local ANSWERED_AS = { cluster = "clusterArn", role = "roleArn" }

-- What may be a name or an ARN stays as it is written.
local AS_WRITTEN = tables.set { "cluster", "taskDefinition", "role" }

-- An answer of DescribeServices, CreateService or UpdateService is opened.
local function opened(given)
  local list = given.services
  if type(list) == "table" and #list == 1 then return list[1] end
  return type(given.service) == "table" and given.service or given
end

local function is_service_linked(value)
  return type(value) == "string" and value:find("/aws-service-role/", 1, true) ~= nil
end

-- The body of a CreateService that asks for what stands there.
local function asked(given)
  local body = {}
  for name, value in pairs(given) do
    if not ANSWERED[name] then body[name] = value end
  end
  for name, answered in pairs(ANSWERED_AS) do
    body[name], body[answered] = body[name] or body[answered], nil
  end
  if is_service_linked(body.role) then body.role = nil end
  local runs = type(given.deployments) == "table" and given.deployments[1] or {}
  for _, name in ipairs(OF_DEPLOYMENT) do body[name] = body[name] or runs[name] end
  return body
end

-- The answer that ECS would give of it.
local function answer_of(body)
  local answer, deployment = tables.merge(body), { status = "PRIMARY" }
  for name, answered in pairs(ANSWERED_AS) do answer[answered], answer[name] = body[name], nil end
  for _, name in ipairs(OF_DEPLOYMENT) do deployment[name] = body[name] end
  answer.deployments = { deployment }
  return core.object(answer)
end

local function at(value, place)
  for name in place:gmatch "[^.]+" do
    if type(value) ~= "table" then return nil end
    value = value[name]
  end
  return value
end

local function attributes_of(body) return core.flatten("service", { answer = answer_of(body), tags_known = true }) end

-- Only what stands in the body: ECS's own choices are no arguments.
local function arguments_of(body)
  local attributes, arguments = core.table(attributes_of(body)), {}
  for _, row in ipairs(rows_of()) do
    local value
    if row.create and not row.readonly then value = at(body, row.create) end
    if value ~= nil then arguments[row.name] = AS_WRITTEN[row.create] and value or attributes[row.name] end
  end
  return arguments
end

-- Other values in place of one: some of the API's words stand for true and false.
local function otherwise(value)
  if type(value) == "boolean" then return { not value } end
  if type(value) == "number" then return { value + 1 } end
  return { value .. "-otherwise", "ENABLED", "DISABLED" }
end

local Reading = {}
Reading.__index = Reading

-- Whether an argument depends on the value.
function Reading:reads(holder, key)
  local value, read = holder[key], false
  for _, other in ipairs(otherwise(value)) do
    holder[key] = other
    read = read or core.json(attributes_of(self.body)) ~= self.said
  end
  holder[key] = value
  return read
end

-- Appends the paths of what is not read; answers whether anything below is.
function Reading:walk(holder, key, path, lost)
  local value = holder[key]
  if type(value) == "userdata" then return true end
  if type(value) ~= "table" then
    local read = self:reads(holder, key)
    if not read then lost[#lost + 1] = { path = path, name = key } end
    return read
  end
  local below, any = {}, next(value) == nil
  for _, name in ipairs(tables.names(value)) do
    local where = type(name) == "number" and ("%s[%d]"):format(path, name) or ("%s.%s"):format(path, tostring(name))
    any = self:walk(value, name, where, below) or any
  end
  if not any then below = { { path = path, name = key } } end
  for _, one in ipairs(below) do lost[#lost + 1] = one end
  return any
end

local function lost_of(given)
  local lost, body = {}, tables.copy(given)
  local reading = setmetatable({ body = body, said = core.json(attributes_of(body)) }, Reading)
  for _, name in ipairs(tables.names(body)) do reading:walk(body, name, tostring(name), lost) end
  return lost
end

-- The names that the API has, at any depth.
local function api_names(rows, names)
  for _, row in ipairs(rows) do
    for name in (row.create or ""):gmatch "[^.]+" do names[name] = true end
    if row.rows then api_names(row.rows, names) end
  end
  return names
end

local function diagnostic_of(one, names)
  local near = type(one.name) == "string" and nearest.to(one.name, names)
  return { severity = "error", code = "UnknownArgument", path = one.path, message = "no argument says this",
    hint = near and ("did you mean %s?"):format(near) or "take it out, and set it in another way" }
end

--- The arguments that say the same. Raises for what no argument says.
---@param given table
---@return table
function service_arguments.read(given)
  local body = asked(opened(given))
  local lost = lost_of(body)
  if #lost == 0 then return arguments_of(body) end
  local diagnostics, names = {}, tables.keys(api_names(rows_of(), {}))
  for i, one in ipairs(lost) do diagnostics[i] = diagnostic_of(one, names) end
  error(errors.new { code = "ValidationFailed", path = diagnostics[1].path, diagnostics = diagnostics,
    message = "of this definition of a service not everything can be declared" }, 0)
end

return service_arguments
