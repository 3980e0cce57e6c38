--- generate_config: the declaration of a service that exists, as Lua source. Imported and declared so, it plans as no
--- change. Only what differs from the defaults is written, in the order of the rows.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local import = require "ecs_service.import"
local lua_source = require "ecs_service.lua_source"
local names = require "ecs_service.names"
local rows_of = require "ecs_service.rows"

local generate = {}

-- A role that AWS made for itself is its own choice, not a declaration.
local function is_service_linked(value)
  return type(value) == "string" and value:find("/aws-service-role/", 1, true) ~= nil
end

local function declared(row, value)
  return not (row["local"] or row.meta or row.readonly) and value ~= nil and not is_service_linked(value)
    and not (type(value) == "table" and next(value) == nil)
    and not (row.default ~= nil and core.same(value, row.default))
end

local member_of

-- A block without the members that have their default; lists of blocks likewise.
local function slim(row, value)
  if not row.rows or type(value) ~= "table" then return value end
  if row.kind == "block" then return member_of(row.rows, value) end
  local list = {}
  for i, item in ipairs(value) do list[i] = member_of(row.rows, item) end
  return list
end

function member_of(rows, block)
  local copy = core.object {}
  for _, row in ipairs(rows) do
    local value = block[row.name]
    if row.required and value ~= nil or declared(row, value) then copy[row.name] = slim(row, value) end
  end
  return copy
end

-- Whether nothing is switched on in it: {enable = false, rollback = false} says no more than its absence.
local function says_nothing(value)
  if type(value) ~= "table" then return value == false or value == 0 or value == "" end
  for _, member in pairs(value) do
    if not says_nothing(member) then return false end
  end
  return true
end

local function validate(session, config)
  return core.validate(config, { region = session.region, partition = session.partition })
end

local function plan_with(stack, session, config, attributes)
  local normal, diagnostics = validate(session, config)
  if not normal then return nil, diagnostics end
  local tags = stack.options.default_tags
  local change = core.plan { config = normal, recorded = attributes, actual = attributes, refreshed = true,
    imported = true, default_tags = tags and core.object(tags), ignore_tags = stack.options.ignore_tags,
    partition = session.partition, region = session.region, account_id = session.account_id }
  return change ~= nil and change.action == "no-op", {}
end

local function top(path)
  return (path or ""):match "^[^%.%[]+"
end

-- What the rows refuse although AWS has it (a platform version off Fargate, say) is AWS's own choice.
local function drop_refused(stack, session, config, attributes, rows)
  for _ = 1, #rows do
    local ok, diagnostics = plan_with(stack, session, config, attributes)
    if ok ~= nil then return end
    local dropped
    for _, diagnostic in ipairs(diagnostics) do
      local name = top(diagnostic.path)
      for _, row in ipairs(rows) do
        if row.name == name and not row.required and config[name] ~= nil then config[name], dropped = nil, true end
      end
    end
    if not dropped then return end
  end
end

-- Leaves an argument out where the plan stays empty without it.
local function drop(stack, session, config, attributes, name)
  local value = config[name]
  config[name] = nil
  if not plan_with(stack, session, config, attributes) then config[name] = value end
end

-- Nor is what they warn of a declaration: the launch type of a task set, the maximum of a DAEMON.
local function drop_idle(stack, session, config, attributes)
  local _, diagnostics = validate(session, config)
  for _, diagnostic in ipairs(diagnostics or {}) do
    if (diagnostic.code == "NoEffect" or diagnostic.code == "Conflict") and config[diagnostic.path] ~= nil then
      drop(stack, session, config, attributes, diagnostic.path)
    end
  end
end

-- A choice such as "NONE" may be another word for nothing; what AWS chooses by itself is not one of those.
local function may_be_nothing(row, value)
  return says_nothing(value) or row.choices ~= nil and not row.computed
end

local function drop_nothings(stack, session, config, attributes, rows)
  for _, row in ipairs(rows) do
    local value = config[row.name]
    if value ~= nil and not row.required and may_be_nothing(row, value) then
      drop(stack, session, config, attributes, row.name)
    end
  end
end

--- The configuration for attributes.
---@param stack ecs_service.Stack
---@param session ecs_service.Session
---@param attributes table
---@param cluster string as the caller called it
---@return table
function generate.config(stack, session, attributes, cluster)
  local rows = rows_of()
  local config = member_of(rows, attributes)
  for _, row in ipairs(rows) do
    -- The cluster was given by its name, which says the same as its ARN and is what people write.
    local value = config[row.name]
    if row.answer == "clusterArn" and type(value) == "string" and names.short(value) == cluster then
      config[row.name] = cluster
    end
  end
  drop_refused(stack, session, config, attributes, rows)
  drop_idle(stack, session, config, attributes)
  drop_nothings(stack, session, config, attributes, rows)
  return config
end

--- The verb.
---@param stack ecs_service.Stack
---@param id string "cluster-name/service-name"
---@return string|nil source stack:service("name", { … })
---@return ecs_service.Error|nil
function generate.run(stack, id)
  local cluster, service = import.parse(id)
  if not cluster then return nil, service end
  local attributes, err = import.read(stack, service, id, {})
  if not attributes then return nil, err end
  local config = generate.config(stack, assert(stack:session()), attributes, cluster)
  if next(config) == nil then
    return nil, errors.new { code = "NotFound", message = ("there is nothing to declare of %s"):format(id) }
  end
  local keys = {}
  for _, row in ipairs(rows_of()) do
    if config[row.name] ~= nil then keys[#keys + 1] = row.name end
  end
  return ("stack:service(%s, %s)\n"):format(lua_source.quote(service),
    lua_source.write(config, "", keys, true))
end

return generate
