--- The secret values that a run knows, so that none of them is kept with what containers wrote: of its variables, and
--- what its task definitions, and that of the task, name as sensitive; and what of such names declared tasks override.
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local sealed = require "ecs_service.kinds.task_definition.sealed"
local secret_texts = require "ecs_service.render.secret_texts"
local tables = require "ecs_service.util.tables"

local known_secrets = {}

-- Kinds whose declarations have variables of containers.
local WITH_VARIABLES = { task_definition = true, task = true }

-- Where sealing put another value there was a secret.
local function differences(list, plain, hidden)
  if type(plain) == "table" and type(hidden) == "table" then
    for key, value in pairs(plain) do differences(list, value, hidden[key]) end
  elseif plain ~= hidden then
    list[#list + 1] = tostring(plain)
  end
end

--- The variables of a family that a declaration or a record of it names as sensitive.
---@param stack ecs_service.Stack
---@param state table
---@param family string
---@return string[]
function known_secrets.names(stack, state, family)
  local all, kind = {}, kinds.named "task_definition"
  for _, address in ipairs(stack.order) do
    local config = kinds.of(address) == kind and stack.declared[address].config
    local inner = config and type(config.taskDefinition) == "table" and config.taskDefinition or config
    if inner and inner.family == family and type(config.sensitive) == "table" then
      for _, name in ipairs(config.sensitive) do all[name] = true end
    end
  end
  for _, address in ipairs(state:definitions()) do
    local attributes = core.table(kinds.entry(state, address).attributes)
    for _, name in ipairs(attributes.family == family and attributes.sensitive or {}) do all[name] = true end
  end
  return tables.keys(all)
end

-- What is declared, by address: in normal form, or as it was given where nobody asked for that.
local function declarations(run)
  if run.normals then return run.normals end
  local given = {}
  for address, handle in pairs(run.stack.declared) do given[address] = handle.config end
  return given
end

-- What is to be sent: of registrations, or of RunTask.
local function of_bodies(list, run, names)
  local bodies = tables.merge(run.bodies)
  for _, change in ipairs(run.plan and run.plan.changes or {}) do
    local own = kinds.of_change(change).name == "task_definition" and type(change.body) == "table"
    bodies[#bodies + 1] = own and change.body or nil
  end
  for _, body in ipairs(bodies) do
    local family = tostring(body.family or run.family)
    local all = tables.set(names)
    for _, name in ipairs(known_secrets.names(run.stack, run.state, family)) do all[name] = true end
    differences(list, body, sealed.of(body, family, tables.keys(all)))
  end
end

--- Texts that are kept and shown nowhere, and repeated by no error.
---@param run ecs_service.Run|table { stack, state (nil: none), bodies (of RunTask), family (that they run) }
---@param definition table|nil of a task, as ECS answers it
---@param overrides table|nil of the task
---@return string[]
function known_secrets.of(run, definition, overrides)
  local list, names = {}, {}
  for _, text in ipairs((run.stack.script_run or {}).secrets or {}) do list[#list + 1] = text end
  local plains = {}
  for address, declared in pairs(declarations(run)) do
    if WITH_VARIABLES[kinds.of(address).name] then
      local plain = type(declared) == "userdata" and core.table(declared) or declared
      plains[address] = plain
      for _, name in ipairs(type(plain.sensitive) == "table" and plain.sensitive or {}) do names[#names + 1] = name end
    end
  end
  -- A task may override what a definition names as sensitive.
  for address, plain in pairs(plains) do differences(list, plain, sealed.of(plain, address, names)) end
  of_bodies(list, run, names)
  local recorded = run.state and definition and known_secrets.names(run.stack, run.state, definition.family) or {}
  for _, name in ipairs(recorded) do names[#names + 1] = name end
  for _, answered in ipairs { definition or {}, overrides or {} } do
    differences(list, answered, sealed.of(answered, tostring(answered.family), names))
  end
  return list
end

--- Has the errors of a session's calls repeat none of them, whatever AWS says. The session outlives a run, which holds
--- the lock of its state: it does not hold the run.
---@param session ecs_service.Session
---@param run ecs_service.Run as for known_secrets.of
function known_secrets.keep(session, run)
  local held, planned, list = setmetatable({ run = run }, { __mode = "v" }), nil, {}
  session.secrets = function()
    local own = held.run
    if own and planned ~= (own.plan ~= nil) then planned, list = own.plan ~= nil, known_secrets.of(own) end
    return list
  end
end

--- What takes them out of a text.
---@param run ecs_service.Run|{ stack: ecs_service.Stack, state: table|nil }
---@param definition table|nil of the task that wrote it
---@param overrides table|nil of the same
---@return fun(text: string): string
function known_secrets.hider(run, definition, overrides)
  return secret_texts.hider(known_secrets.of(run, definition, overrides))
end

return known_secrets
