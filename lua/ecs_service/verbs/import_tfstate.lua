--- Takes over the services and task definitions of a Terraform state: each is read from AWS, recorded, and declared in
--- Lua. A service that runs a revision which the state has names its declaration.
local asked = require "ecs_service.verbs.asked_values"
local core = require "ecs_service.core"
local definition_source = require "ecs_service.verbs.definition_source"
local driver = require "ecs_service.run.driver"
local errors = require "ecs_service.errors"
local generate = require "ecs_service.verbs.generate"
local import = require "ecs_service.verbs.import"
local json = require "ecs_service.util.json"
local importing = require "ecs_service.verbs.import_definition"
local kinds = require "ecs_service.kinds"
local lua_source = require "ecs_service.util.lua_source"
local names = require "ecs_service.util.identifiers"
local place = require "ecs_service.state.place"
local reading = require "ecs_service.run.service_reader"
local scaling_source = require "ecs_service.verbs.scaling_source"
local shape = require "ecs_service.util.shape"
local reader = require "ecs_service.run.declared_scaling"
local rows_of = require "ecs_service.util.schema_rows"
local tables = require "ecs_service.util.tables"

local tfstate = {}

tfstate.OPTIONS = { dry_run = "boolean", lock_timeout = "number|string", lock = "boolean", interrupted = "function" }

local VERSION = 4

-- What is relied on of a state of version 4; what a resource of another type holds is not looked at.
local INSTANCE = { index_key = "any", sensitive_attributes = "list?", attributes = "map?" }
local FORM = { resources = { of = { type = "text", name = "text", mode = "text", module = "text?",
  instances = { of = "map", optional = true } }, optional = true } }

local function wrong(path, why, hint, member)
  return nil, errors.new { code = "TerraformState", path = path, member = member, hint = hint,
    message = ("%s %s"):format(path, why) }
end

local function document_of(path)
  local text, message = core.system.read_file(path)
  if not text then return wrong(path, "cannot be read: " .. tostring(message)) end
  local document, problem = json.decode(text)
  if type(document) ~= "table" then
    return wrong(path, "is no JSON object" .. (problem and ": " .. problem or ""),
      "terraform state pull > terraform.tfstate writes the state of any backend into a file")
  elseif document.encrypted_data ~= nil then
    return wrong(path, "is encrypted", "tofu state pull writes it decrypted")
  elseif type(document.version) ~= "number" or document.terraform_version == nil and document.resources == nil then
    return wrong(path, "is not a state of Terraform")
  elseif document.version ~= VERSION then
    return wrong(path, ("is a state of version %s; version %d is known"):format(tostring(document.version), VERSION),
      "terraform apply -refresh-only with Terraform 0.12 or newer writes version 4")
  end
  local member = shape.problem(document, FORM)
  if member then return wrong(path, "is damaged: " .. shape.why(member), nil, member) end
  return document
end

-- module.a["x"] and aws_ecs_service.web[0] → "a.x.web.0"
local function address_of(resource, instance)
  local text = ("%s.%s"):format(resource.module or "", resource.name):gsub("module%.", ""):gsub('%["?(.-)"?%]', ".%1")
  if instance.index_key ~= nil then text = text .. "." .. tostring(instance.index_key) end
  return (text:gsub("[%c]", "_"):gsub("^%.", ""))
end

local function sensitive_of(instance)
  local set = {}
  for _, path in ipairs(instance.sensitive_attributes or {}) do
    local first = type(path) == "table" and path[1] or path
    local name = type(first) == "table" and first.value or first
    if type(name) == "string" then set[name:match "^[%w_]+" or name] = true end
  end
  return set
end

-- What the state tells of one, by its kind.
local OF = {}

function OF.service(one, attributes)
  one.cluster = type(attributes.cluster) == "string" and names.short(attributes.cluster) or "default"
  one.service = attributes.name
  return one
end

function OF.task_definition(one, attributes)
  one.arn = attributes.arn
  return one
end

-- What scales services, by the id that the API has for each: the names of what is declared there.
local SCALING = { aws_appautoscaling_target = true, aws_appautoscaling_policy = true,
  aws_appautoscaling_scheduled_action = true }

local TARGET = "aws_appautoscaling_target"

local function add(ignored, type_of, count) ignored[type_of] = (ignored[type_of] or 0) + count end

-- Takes in what a resource says of the auto scaling of services; what it says of other things is another's.
local function take_scaling(scaling, resource, ignored)
  for _, instance in ipairs(resource.instances or {}) do
    local told = type(instance.attributes) == "table" and instance.attributes or {}
    local id = told.service_namespace == "ecs" and told.resource_id
    if type(id) == "string" then
      scaling[id] = scaling[id] or { names = {}, types = {} }
      table.insert(scaling[id].types, resource.type)
      if type(told.name) == "string" then scaling[id].names[told.name] = true end
      scaling[id].target = scaling[id].target or resource.type == TARGET
    else
      add(ignored, resource.type, 1)
    end
  end
end

-- What scales a service that the state has is declared with it; the rest is another's.
local function give_scaling(scaling, list, ignored)
  for _, one in ipairs(list) do
    local id = one.kind == kinds.BARE and reader.id { cluster = one.cluster, name = one.service }
    local own = id and scaling[id]
    if own and own.target then one.scaling, scaling[id] = own, nil end
  end
  for _, left in pairs(scaling) do
    for _, type_of in ipairs(left.types) do add(ignored, type_of, 1) end
  end
end

--- The services and task definitions of a state file.
---@param path string
---@return table[]|nil list { kind, address, attributes, sensitive }, of a service with cluster and service, of a task
---  definition with arn
---@return ecs_service.Error|table ignored  type → count of the other resources
function tfstate.read(path)
  local document, err = document_of(path)
  if not document then return nil, err end
  local list, ignored, used, scaling = {}, {}, {}, {}
  for index, resource in ipairs(document.resources or {}) do
    local kind = resource.mode == "managed" and kinds.of_terraform(resource.type) or nil
    local ours = kind and OF[kind.name]
    if resource.mode == "managed" and SCALING[resource.type] then
      take_scaling(scaling, resource, ignored)
    elseif not ours then
      add(ignored, resource.type, #(resource.instances or {}))
    end
    for i, instance in ipairs(ours and resource.instances or {}) do
      local member = shape.problem(instance, INSTANCE)
      if member then
        member = ("resources[%d].instances[%d].%s"):format(index, i, member)
        return wrong(path, "is damaged: " .. shape.why(member), nil, member)
      end
      local attributes, address, n = instance.attributes or {}, kinds.address(kind, address_of(resource, instance)), 1
      local unique = address
      while used[unique] do n, unique = n + 1, ("%s_%d"):format(address, n + 1) end
      used[unique] = true
      list[#list + 1] = ours({ kind = kind, address = unique, attributes = attributes,
        sensitive = sensitive_of(instance) }, attributes)
    end
  end
  if #list == 0 then
    return wrong(path, ("has no %s and no %s"):format(kinds.BARE.terraform, kinds.named "task_definition".terraform),
      "name the state that the services are in")
  end
  give_scaling(scaling, list, ignored)
  return list, ignored
end

local function is_said(row, value)
  return value ~= nil and value ~= false and not (type(value) == "table" and next(value) == nil)
    and not (row.default ~= nil and core.same(value, row.default))
end

-- The source of one declaration. What only Terraform knew of it (triggers, timeouts) comes from its state, and is
-- recorded, so that the next plan is empty.
local function declare(stack, session, one, attributes, handles)
  local config = generate.config(stack, session, attributes, one.cluster)
  local handle = handles[names.last(attributes.task_definition)]
  local out = {}
  for _, row in ipairs(rows_of()) do
    local value = one.attributes[row.name]
    local says_more = is_said(row, value) and not (row.name == "region" and value == session.region)
    if row["local"] and says_more and not one.sensitive[row.name] then
      config[row.name] = value
      if not row.meta then attributes[row.name] = value end
    end
    if one.sensitive[row.name] and is_said(row, value) then
      config[row.name] = nil
      out[#out + 1] = ("-- %s of %s is sensitive in Terraform: declare it where secrets are kept\n"):format(row.name,
        one.address:gsub("%c", " "))
    end
  end
  if handle then config.task_definition = asked.word(handle) end
  if one.scaling then
    config.autoscaling, out[#out + 1] = scaling_source.of(stack, session, one.address, attributes, one.scaling.names)
    if config.autoscaling then config.desired_count = nil end -- it is auto scaling's
  end
  out[#out + 1] = ("%s(%s, %s)\n"):format(kinds.BARE.declares, lua_source.quote(one.address),
    generate.source(config, generate.keys(config)))
  return table.concat(out)
end

local function read_all(stack, session, list, opts)
  local engine = reading.engine(stack, session)
  for _, one in ipairs(list) do
    engine:add { address = one.address, action = "import", cluster = one.cluster, service = one.service }
  end
  return driver.run(engine, { session = session, interrupted = opts.interrupted })
end

local function note(result, one, err)
  result.skipped[#result.skipped + 1] = { address = one.address, error = err }
end

-- Why one is not taken over, or nil. `seen`: identity → address of those that came before it in the file.
local function problem_of(state, one, seen)
  if type(one.service) ~= "string" then
    return errors.new { code = "TerraformState", service = one.address, message = "its record is not whole" }
  end
  local attributes = { cluster = one.cluster, name = one.service }
  local identity = names.identity(one.cluster, one.service)
  if seen[identity] then
    return errors.new { code = "SameService", service = one.address,
      message = ("it is %s, as %s is: one service is taken over once"):format(identity, seen[identity]) }
  end
  local known = import.same(state, one.address, attributes)
  local problem = not known and import.taken(state, one.address, attributes) or nil
  if not problem then seen[identity] = one.address end
  return problem
end

-- What is recorded already as it stands there stays so: what has changed since is the plan's to tell.
local function record(state, one, attributes)
  local known = import.same(state, one.address, { cluster = one.cluster, name = one.service })
  if not known then
    kinds.record(state, one.address, { status = "ok", attributes = attributes, imported = true })
  end
end

-- Task definitions: what only a declaration has comes from Terraform's state.
local LOCALS = { "skip_destroy", "track_latest" }

local function locals_of(one)
  local more = {}
  for _, name in ipairs(LOCALS) do more[name] = one.attributes[name] == true and true or nil end
  return more
end

-- Lua has room for 200 local variables; more handles than this stand in a table.
local VARIABLES = 50

-- What holds the handle of a declaration, and how it is made.
local function variable_of(one, index, many, used)
  if many then return ("definitions[%d]"):format(index), ("definitions[%d]"):format(index) end
  local name = definition_source.variable(kinds.name(one.address))
  while used[name] do name = name .. "_" end
  used[name] = true
  return name, "local " .. name
end

-- Reads, records and declares the task definitions; answers the variables that hold them, by
-- "family:revision".
local function take_definitions(stack, session, state, result, wanted, opts)
  local handles, used, many = {}, {}, #wanted > VARIABLES
  if many then result.sources[1] = "local definitions = {}\n" end
  for index, one in ipairs(wanted) do
    local asked_for, err = importing.parse(one.arn)
    local known, revision
    if asked_for then known, err = importing.present(state, one.address, asked_for) end
    if not err then revision, err = importing.read(session, asked_for, opts) end
    if err and err.code == "WrongPlace" then return nil, err end
    if err then
      note(result, one, err)
    else
      local more = locals_of(one)
      local config = definition_source.config(revision.attributes, stack.options)
      local entry = importing.entry(revision.attributes, tables.merge(more,
        { sensitive = one.sensitive.container_definitions and definition_source.variables(config) or nil }))
      for name, value in pairs(more) do config[name] = value end
      local variable, made = variable_of(one, index, many, used)
      table.insert(result.sources, ("%s%s = %s\n"):format(definition_source.comment(revision), made,
        definition_source.write(kinds.name(one.address), config, one.sensitive.container_definitions)))
      handles[names.last(revision.attributes.arn)] = variable
      result.task_definitions[kinds.name(one.address)] = core.table(entry.attributes)
      table.insert(result.order, one.address)
      if not opts.dry_run and not known then kinds.record(state, one.address, entry) end
    end
  end
  return handles
end

-- Answers what forbids to take any.
local function take_services(stack, session, state, result, wanted, handles, opts)
  local found = read_all(stack, session, wanted, opts)
  local err = place.results_problem(session, found)
  if err then return err end
  for _, one in ipairs(wanted) do
    local answer = found[one.address]
    if answer and answer.ok and answer.status == "ACTIVE" then
      table.insert(result.sources, declare(stack, session, one, answer.attributes, handles))
      result.services[one.address] = answer.attributes
      result.order[#result.order + 1] = one.address
      if not opts.dry_run then record(state, one, answer.attributes) end
    else
      note(result, one, answer and answer.error or errors.new { code = "NotFound", service = one.address,
        message = ("there is no active service %s/%s"):format(one.cluster, one.service) })
    end
  end
end

local function take(stack, session, state, result, wanted, opts)
  local handles, err = take_definitions(stack, session, state, result, wanted.task_definition, opts)
  if not handles then return err end
  err = take_services(stack, session, state, result, wanted.service, handles, opts)
  if err then return err end
  result.source, result.sources = table.concat(result.sources, "\n"), nil
  if not next(result.task_definitions) then result.task_definitions = nil end
end

--- The verb. A service that AWS has not, that the stack manages under another address, or that came before in the same
--- file, is skipped and told of.
---@param stack ecs_service.Stack
---@param path string a state file of Terraform or OpenTofu, version 4
---@param opts table dry_run: record nothing
---@return table|nil result { services = address → attributes, task_definitions likewise where there are any, order,
---  source = Lua, skipped = { address, error },
---  ignored = type → count }
---@return ecs_service.Error|nil
function tfstate.run(stack, path, opts)
  local list, ignored = tfstate.read(path)
  if not list then return nil, ignored end
  return stack:with_state("import", opts, function(state)
    local session, err = stack:session(state)
    err = err or place.of_others_problem(session, list)
    if err then return nil, err end
    local result, seen = { services = {}, task_definitions = {}, order = {}, skipped = {}, ignored = ignored,
      sources = {} }, {}
    local wanted = { service = {}, task_definition = {} }
    for _, one in ipairs(list) do
      local problem = one.kind == kinds.BARE and problem_of(state, one, seen) or nil
      if problem then note(result, one, problem) else table.insert(wanted[one.kind.name], one) end
    end
    err = take(stack, session, state, result, wanted, opts)
    if err then return nil, err end
    local saved, failure = true, nil
    if not opts.dry_run then saved, failure = state:save() end
    if not saved then return nil, failure end
    return result
  end)
end

return tfstate
