--- generate_config: the declaration of a service that exists, as Lua source. Imported and declared so, it plans as no
--- change. Only what differs from the defaults is written, in the order of the rows.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local import = require "ecs_service.verbs.import"
local kinds = require "ecs_service.kinds"
local lua_source = require "ecs_service.util.lua_source"
local names = require "ecs_service.util.identifiers"
local redact = require "ecs_service.render.redact"
local rows_of = require "ecs_service.util.schema_rows"

local generate = {}

generate.OPTIONS = { address = "string|table" }

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
  return core.validate(kinds.BARE.name, config, { region = session.region, partition = session.partition })
end

-- What would be changed at AWS by this configuration, as a text that is the same for the same changes; nil and the
-- diagnostics when the rows refuse it.
local function changes_of(stack, session, config, attributes)
  local normal, diagnostics = validate(session, config)
  if not normal then return nil, diagnostics end
  local tags = stack.options.default_tags
  local change, problems = core.plan(kinds.BARE.name, { config = normal, recorded = attributes, actual = attributes,
    refreshed = true, imported = true, default_tags = tags and core.object(tags),
    ignore_tags = stack.options.ignore_tags, partition = session.partition, region = session.region,
    account_id = session.account_id })
  return core.json(change and { change.action, change.diff } or problems)
end

local function top(path)
  return (path or ""):match "^[^%.%[]+"
end

-- What the rows refuse although AWS has it (a platform version off Fargate, say) is AWS's own choice.
local function drop_refused(stack, session, config, attributes, rows)
  for _ = 1, #rows do
    local changes, diagnostics = changes_of(stack, session, config, attributes)
    if changes then return end
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

-- Leaves arguments out where the plan says the same without them: nothing, or what the stack's default_tags add.
local function drop(stack, session, config, attributes, list)
  local before = #list > 0 and changes_of(stack, session, config, attributes)
  for _, name in ipairs(list) do
    local value = config[name]
    config[name] = nil
    if changes_of(stack, session, config, attributes) ~= before then config[name] = value end
  end
end

-- Nor is what they warn of a declaration: the launch type of a task set, the maximum of a DAEMON.
local function drop_idle(stack, session, config, attributes)
  local _, diagnostics = validate(session, config)
  local idle = {}
  for _, diagnostic in ipairs(diagnostics or {}) do
    if (diagnostic.code == "NoEffect" or diagnostic.code == "Conflict") and config[diagnostic.path] ~= nil then
      idle[#idle + 1] = diagnostic.path
    end
  end
  drop(stack, session, config, attributes, idle)
end

-- A choice such as "NONE" may be another word for nothing; what AWS chooses by itself is not one of those.
local function may_be_nothing(row, value)
  return says_nothing(value) or row.choices ~= nil and not row.computed
end

local function drop_nothings(stack, session, config, attributes, rows)
  local nothings = {}
  for _, row in ipairs(rows) do
    local value = config[row.name]
    if value ~= nil and not row.required and may_be_nothing(row, value) then nothings[#nothings + 1] = row.name end
  end
  drop(stack, session, config, attributes, nothings)
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

-- A recorded address stands for its service.
local function place_of(stack, id)
  local state, err = stack:read_state()
  if not state then return nil, err end
  local entry = kinds.entry(state, id)
  if not entry then
    local cluster, service = import.parse(id)
    if cluster then return { id = id, cluster = cluster, address = service } end
    return nil, service
  end
  local cluster = names.short(entry.attributes.cluster) or "default"
  return { id = kinds.of(id).identity(entry.attributes), cluster = cluster, address = id }
end

-- What the declaration cannot say.
local function comment(read)
  local paths = require "ecs_service.plan.unknown_members".paths(read)
  if #paths == 0 then return "" end
  for i, path in ipairs(paths) do paths[i] = "--   " .. require "ecs_service.render.terminal_text".escape(path)
    .. "\n" end
  return "-- AWS has more, which no argument names; updates carry it along unchanged:\n" .. table.concat(paths)
end

-- A secret option is asked of the environment: it must neither be shown nor be lost.
local function asked(key)
  local name = key:upper():gsub("[^%w]", "_"):gsub("^%d", "_%0")
  return ("assert(os.getenv %q, %q)"):format(name, name .. " is not set")
end

--- The source of a declaration, without the values of secrets.
---@param config table
---@param keys string[] the order of the arguments
---@return string
function generate.source(config, keys)
  local shown = redact.attributes(config, nil, function(key) return "\1" .. key .. "\1" end)
  return (lua_source.write(shown, "", keys, true):gsub('"\\001(.-)\\001"', asked))
end

--- The verb.
---@param stack ecs_service.Stack
---@param id string "cluster-name/service-name", or an address that is recorded
---@param opts table|nil address: what the declaration is called; default: that address, else the service's name
---@return string|nil source stack:service("name", { … })
---@return ecs_service.Error|nil codes ImportFormat, NotFound, …
function generate.run(stack, id, opts)
  local refusal = import.refusal(id)
  if refusal then return nil, refusal end
  local place, err = place_of(stack, id)
  if not place then return nil, err end
  local address = opts and opts.address or place.address
  local attributes, read
  attributes, err, read = import.read(stack, address, place.id, {})
  if not attributes then return nil, err end
  local config = generate.config(stack, assert(stack:session()), attributes, place.cluster)
  if next(config) == nil then
    return nil, errors.new { code = "NotFound", message = ("there is nothing to declare of %s"):format(place.id) }
  end
  local keys = {}
  for _, row in ipairs(rows_of()) do
    if config[row.name] ~= nil then keys[#keys + 1] = row.name end
  end
  local source = generate.source(config, keys)
  return comment(read) .. ("%s(%s, %s)\n"):format(kinds.BARE.declares, lua_source.quote(address), source), address
end

return generate
