--- generate_config: the declaration of a service that exists, as Lua source. Imported and declared so, it plans as no
--- change. Only what differs from the defaults is written, in the order of the rows.
local lazy = require "ecs_service.util.lazy"
local asked = require "ecs_service.verbs.asked_values"
local core = require "ecs_service.core"
local definition_source = lazy "ecs_service.verbs.definition_source"
local errors = require "ecs_service.errors"
local member_of = require "ecs_service.verbs.written_members"
local importing = lazy "ecs_service.verbs.import_definition"
local import = require "ecs_service.verbs.import"
local kinds = require "ecs_service.kinds"
local keys_of = require "ecs_service.util.row_keys"
local known_secrets = require "ecs_service.plan.known_secrets"
local lua_source = require "ecs_service.util.lua_source"
local names = require "ecs_service.util.identifiers"
local redact = require "ecs_service.render.redact"
local schedule_source = lazy "ecs_service.verbs.schedule_source"
local rows_of = require "ecs_service.util.schema_rows"
local scaling_source = lazy "ecs_service.verbs.scaling_source"

local generate = {}

generate.OPTIONS = { address = "string|table", task_definition = "boolean" }

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

--- The arguments that a configuration has, in their order; its auto scaling is the last.
---@param config table
---@return string[]
function generate.keys(config)
  local keys = keys_of(rows_of(), config)
  for _, kind in ipairs(kinds.ATTACHED) do
    if config[kind.within] ~= nil then keys[#keys + 1] = kind.within end
  end
  return keys
end

--- The source of a declaration, without the values of secrets.
---@param config table
---@param keys string[] the order of the arguments
---@return string
function generate.source(config, keys)
  return asked.fill(lua_source.write(redact.attributes(config, nil, asked.mark), "", keys, true))
end

-- The declaration of a revision, alone.
local function definition(stack, id, opts)
  local state, session, revision, err
  state, err = stack:read_state()
  if not state then return nil, err end
  local kind = kinds.named "task_definition"
  local entry = kinds.of(id) == kind and kinds.entry(state, id) or nil
  if kinds.of(id) == kind and not entry then return nil, importing.unrecorded(id) end
  session, err = stack:session(state)
  if not session then return nil, err end
  local wanted
  wanted, err = importing.parse(entry and entry.attributes.arn or id)
  if wanted then revision, err = importing.read(session, wanted, {}) end
  if not revision then return nil, err end
  local address = opts.address or entry and id or kinds.address(kind, wanted.family)
  local config = definition_source.config(revision.attributes, stack.options)
  local name = kinds.of(address) == kind and kinds.name(address) or address
  return definition_source.comment(revision) .. definition_source.write(name, config,
    known_secrets.names(stack, state, wanted.family)) .. "\n",
    kinds.address(kind, name), { kinds.address(kind, name) }
end

-- The declaration of what a service runs, which it then names by a variable: source, what stands for the variable, its
-- address.
local function definition_beside(stack, session, attributes)
  local state, unread = stack:read_state()
  if not state then return nil, unread end
  local wanted, err = importing.parse(attributes.task_definition)
  if not wanted then return nil, err end
  local revision
  revision, err = importing.read(session, wanted, {})
  if not revision then return nil, err end
  local variable = definition_source.variable(wanted.family)
  return ("%slocal %s = %s\n\n"):format(definition_source.comment(revision), variable,
    definition_source.write(wanted.family, definition_source.config(revision.attributes, stack.options),
      known_secrets.names(stack, state, wanted.family))), variable,
    kinds.address(kinds.named "task_definition", wanted.family)
end

-- Whether an id names a revision, or a recorded task definition, and no service.
local function is_definition(id)
  return kinds.of(id) == kinds.named "task_definition" or id:find("^arn:[^/]*:task%-definition/") ~= nil
    or id:find "^[%w_-]+:%d+$" ~= nil
end

--- The verb.
---@param stack ecs_service.Stack
---@param id string "cluster-name/service-name", "family:revision", the ARN of a revision or a schedule, or a recorded
---  address; "group-name/schedule-name", where opts.address is that of a schedule
---@param opts table|nil address: what the declaration is called (default: that address, else the service's name, or the
---  family); task_definition (true: of a service, what it runs is declared as well, and the service names that)
---@return string|nil source stack:service("name", { … })
---@return string|ecs_service.Error address; or codes ImportFormat, NotFound, …
---@return string[]|nil addresses of all that the source declares
function generate.run(stack, id, opts)
  opts = opts or {}
  local refusal = import.refusal(id)
  if refusal then return nil, refusal end
  if schedule_source.is_meant(id, opts.address) then
    local source, address, all = schedule_source.run(stack, id, opts)
    return source, address, all
  end
  if is_definition(id) then
    local source, address, all = definition(stack, id, opts)
    return source, address, all
  end
  local place, err = place_of(stack, id)
  if not place then return nil, err end
  local address = opts.address or place.address
  local attributes, read
  attributes, err, read = import.read(stack, address, place.id, {})
  if not attributes then return nil, err end
  local config = generate.config(stack, assert(stack:session()), attributes, place.cluster)
  if next(config) == nil then
    return nil, errors.new { code = "NotFound", message = ("there is nothing to declare of %s"):format(place.id) }
  end
  local before, all = "", { address }
  local note
  config.autoscaling, note = scaling_source.of(stack, stack:session(), address, attributes)
  if config.autoscaling then config.desired_count = nil end -- it is auto scaling's
  if opts.task_definition then
    local beside, variable, definition_address = definition_beside(stack, stack:session(), attributes)
    if not beside then return nil, variable end
    config.task_definition = asked.word(variable)
    before, all = beside, { definition_address, address }
  end
  return before .. comment(read) .. (note or "") .. ("%s(%s, %s)\n"):format(kinds.BARE.declares,
    lua_source.quote(address), generate.source(config, generate.keys(config))), address, all
end

return generate
