--- What RunTask is asked for: its members as they are written in Lua, checked and in the API's form, and what a service
--- of ECS's answers lends to a task that is run beside it.
local errors = require "ecs_service.errors"
local suggest = require "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local task_request = {}

local function list_of(shape) return { list = shape } end

local TEXTS = list_of "string"
local VALUE_AND_TYPE = list_of { value = "string", type = "string" }

-- Of the API's model. A text is a type of Lua; "pairs" and "tags" are maps in Lua, and lists of names and values there;
-- "size" is a text there, and may be a number here; "switch" is ENABLED or DISABLED there.
local SHAPE = {
  capacityProviderStrategy = list_of { capacityProvider = "string", weight = "number", base = "number" },
  cluster = "string", count = "number", enableECSManagedTags = "boolean", enableExecuteCommand = "boolean",
  group = "string", launchType = "string", platformVersion = "string", propagateTags = "string",
  referenceId = "string", taskDefinition = "string", tags = "tags",
  networkConfiguration = { subnets = TEXTS, securityGroups = TEXTS, assignPublicIp = "switch",
    awsvpcConfiguration = { subnets = TEXTS, securityGroups = TEXTS, assignPublicIp = "switch" } },
  overrides = {
    containerOverrides = list_of { name = "string", command = TEXTS, environment = "pairs", cpu = "number",
      environmentFiles = VALUE_AND_TYPE, memory = "number", memoryReservation = "number",
      resourceRequirements = VALUE_AND_TYPE },
    cpu = "size", memory = "size", executionRoleArn = "string", taskRoleArn = "string",
    ephemeralStorage = { sizeInGiB = "number" },
    inferenceAcceleratorOverrides = list_of { deviceName = "string", deviceType = "string" },
  },
  placementConstraints = list_of { type = "string", expression = "string" },
  placementStrategy = list_of { type = "string", field = "string" },
  volumeConfigurations = list_of { name = "string", managedEBSVolume = {
    encrypted = "boolean", kmsKeyId = "string", volumeType = "string", sizeInGiB = "number", snapshotId = "string",
    volumeInitializationRate = "number", iops = "number", throughput = "number", roleArn = "string",
    filesystemType = "string", terminationPolicy = { deleteOnTermination = "boolean" },
    tagSpecifications = list_of { resourceType = "string", tags = "tags", propagateTags = "string" } } },
}

-- Members that this module has beside those of the API, and others of its own names.
local OTHERS = { orderedplacementstrategy = "placementStrategy" }

local function plain(name) return (tostring(name):lower():gsub("_", "")) end

local function snake(name)
  return (name:gsub("ECS", "Ecs"):gsub("EBS", "Ebs"):gsub("GiB", "Gib"):gsub("%u", function(letter)
    return "_" .. letter:lower()
  end))
end

local function wrong(out, path, message, hint, code)
  out[#out + 1] = errors.new { code = code or "WrongType", path = path, message = message, hint = hint }
end

local function of_map(value, path, problems, first, second)
  if value[1] ~= nil then return value end
  local list = {}
  for _, name in ipairs(tables.keys(value)) do
    local text = value[name]
    if type(name) ~= "string" or type(text) ~= "string" and type(text) ~= "number" then
      wrong(problems, path, "is a table from names to texts", path .. ' = { NAME = "value" }')
    else
      list[#list + 1] = { [first] = name, [second] = tostring(text) }
    end
  end
  return list
end

local scalars = {}

function scalars.pairs(value, path, problems)
  if type(value) == "table" then return of_map(value, path, problems, "name", "value") end
end

function scalars.tags(value, path, problems)
  if type(value) == "table" then return of_map(value, path, problems, "key", "value") end
end

function scalars.size(value)
  local kind = type(value)
  if kind == "string" or kind == "number" then return tostring(value) end
end

function scalars.switch(value)
  if type(value) == "boolean" then return value and "ENABLED" or "DISABLED" end
  if type(value) == "string" then return value end
end

local converted

local function structure(shape, value, path, problems)
  local names, out = {}, {}
  for name in pairs(shape) do names[plain(name)] = name end
  for _, key in ipairs(tables.keys(value)) do
    local member = names[plain(key)] or names[OTHERS[plain(key)] and plain(OTHERS[plain(key)]) or ""]
    local at = path == "" and tostring(key) or path .. "." .. tostring(key)
    if not member then
      local known = {}
      for _, name in ipairs(tables.keys(shape)) do known[#known + 1] = snake(name) end
      wrong(problems, at, "no such argument", suggest.hint(tostring(key), known, "arguments are"), "UnknownArgument")
    else
      out[member] = converted(shape[member], value[key], at, problems)
    end
  end
  return out
end

function converted(shape, value, path, problems)
  if type(shape) == "string" then
    local made
    if scalars[shape] then made = scalars[shape](value, path, problems)
    elseif type(value) == shape then made = value end
    if made == nil then wrong(problems, path, ("is a %s, not a %s"):format(shape, type(value))) end
    return made
  elseif type(value) ~= "table" then
    wrong(problems, path, ("is a table, not a %s"):format(type(value)))
    return nil
  elseif not shape.list then
    return structure(shape, value, path, problems)
  end
  local list = {}
  local items = type(shape.list) == "table" and value[1] == nil and next(value) ~= nil and { value } or value
  for i, item in ipairs(items) do list[i] = converted(shape.list, item, ("%s[%d]"):format(path, i), problems) end
  return list
end

-- The network as the API nests it.
local function nested(network)
  if not network or network.awsvpcConfiguration then return network end
  return { awsvpcConfiguration = network }
end

--- A request, of what is written in Lua.
---@param given table members of RunTask, in snake_case or as the API has them
---@return table|nil body
---@return ecs_service.Error|nil codes UnknownArgument, WrongType
function task_request.of(given)
  local problems = {}
  local body = structure(SHAPE, given, "", problems)
  if #problems > 0 then return nil, errors.join(problems, "%d arguments of the task are wrong") end
  body.networkConfiguration = nested(body.networkConfiguration)
  return body
end

local LENT = { "launchType", "capacityProviderStrategy", "platformVersion", "networkConfiguration" }
local LENT_TO_ALL = { "placementConstraints", "placementStrategy", "enableECSManagedTags" }

local function primary(list)
  for _, one in ipairs(list or {}) do
    if one.status == "PRIMARY" then return one end
  end
  return {}
end

-- Members that are lent where they have the one value that says something of a task of its own.
local LENT_AS = { enableExecuteCommand = true, propagateTags = "TASK_DEFINITION" }

local function is_set(value) return value ~= nil and (type(value) ~= "table" or next(value) ~= nil) end

--- What a service lends: what it runs, where, and in which network.
---@param service table of DescribeServices
---@return table body
function task_request.of_service(service)
  local of_set = primary(service.taskSets)
  local body = { cluster = service.clusterArn,
    taskDefinition = service.taskDefinition or of_set.taskDefinition }
  for _, name in ipairs(LENT) do
    local value = service[name]
    if not is_set(value) then value = of_set[name] end
    if is_set(value) then body[name] = value end
  end
  for _, name in ipairs(LENT_TO_ALL) do
    if is_set(service[name]) then body[name] = service[name] end
  end
  for name, value in pairs(LENT_AS) do
    if service[name] == value then body[name] = value end
  end
  local volumes = primary(service.deployments).volumeConfigurations
  if is_set(volumes) then body.volumeConfigurations = volumes end
  return body
end

-- Members of a declaration of a service that a task has as well.
local DECLARED = { "cluster", "task_definition", "launch_type", "capacity_provider_strategy", "platform_version",
  "network_configuration", "placement_constraints", "ordered_placement_strategy", "enable_ecs_managed_tags",
  "volume_configuration" }

--- What a service lends that is declared and does not exist yet.
---@param config table its declaration
---@return table|nil body
---@return ecs_service.Error|nil
function task_request.of_declaration(config)
  local given = {}
  for _, name in ipairs(DECLARED) do given[name] = config[name] end
  given.volume_configurations, given.volume_configuration = given.volume_configuration, nil
  for name, value in pairs(LENT_AS) do
    if config[snake(name)] == value then given[name] = value end
  end
  return task_request.of(given)
end

-- Of several that are possible, none is chosen.
local ALONE = { FARGATE = "FARGATE", EXTERNAL = "EXTERNAL" }

--- Fits a request to the definition of its task: how it is launched, where only one way is possible, and its network.
---@param body table changed
---@param definition table as the API has it
---@return ecs_service.Error|nil code WrongOption
function task_request.fit(body, definition)
  local needs = definition.requiresCompatibilities or {}
  if not body.launchType and not body.capacityProviderStrategy and #needs == 1 then
    body.launchType = ALONE[needs[1]]
  end
  if definition.networkMode ~= "awsvpc" then
    body.networkConfiguration = nil
  elseif not (body.networkConfiguration and is_set(body.networkConfiguration.awsvpcConfiguration)) then
    return errors.new { code = "WrongOption", path = "subnets",
      message = ("the network mode of %s is awsvpc: its task needs subnets"):format(definition.family),
      hint = 'subnets = { "subnet-…" }, --subnets subnet-…; or run it beside a service, whose network it takes' }
  end
end

--- Command and variables of the container that is watched.
---@param body table changed
---@param container string
---@param opts table { command, env }
---@return ecs_service.Error|nil codes UnknownArgument, WrongType
function task_request.override(body, container, opts)
  if not (opts.command or opts.env) then return nil end
  local more, err = task_request.of { overrides = { containerOverrides = { { name = container, command = opts.command,
    environment = opts.env } } } }
  if not more then return err end
  local override = more.overrides.containerOverrides[1]
  body.overrides = tables.merge(body.overrides or {})
  local list = tables.copy(body.overrides.containerOverrides or {})
  body.overrides.containerOverrides = list
  for i, one in ipairs(list) do
    if one.name == container then
      list[i] = tables.merge(one, override)
      return nil
    end
  end
  list[#list + 1] = override
end

return task_request
