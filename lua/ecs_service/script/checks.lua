--- What can be said of the variables of a run once its script has ended.
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local nearest = require "ecs_service.util.suggest"
local record = require "ecs_service.script.variable_record"
local redact = require "ecs_service.render.redact"
local tables = require "ecs_service.util.tables"
local types = require "ecs_service.script.variable_types"

local checks = {}

local DEPENDS = "what is asked for depends on it"

local function invalid(list)
  return errors.new { code = "InvalidVariables", diagnostics = list,
    message = #list == 1 and "a variable is wrong" or "variables are wrong" }
end

--- What is given and declared nowhere.
---@param run table
---@return ecs_service.Error|nil
function checks.strays(run)
  local list, told, names = {}, {}, tables.keys(run.declared)
  local hint = "the script declares none: ecs.variables { NAME = { … } }"
  for _, one in ipairs(run.given) do
    if not run.declared[one.name] and not told[one.name] then
      told[one.name] = true
      list[#list + 1] = { code = "UnknownArgument", path = one.name,
        message = ("the script declares no such variable (%s)"):format(one.from),
        hint = #names > 0 and nearest.hint(one.name, names, "it declares") or hint }
    end
  end
  return #list > 0 and invalid(list) or nil
end

-- What stands in the place of missing texts.
local function placeholders(run)
  local list = {}
  for _, name in ipairs(tables.keys(run.missing)) do list[name] = types.instead("string", name) end
  return list
end

local function note_uses(value, stand_ins, used, depth)
  if type(value) == "string" then
    for name, text in pairs(stand_ins) do
      if value:find(text, 1, true) then used[name] = true end
    end
  elseif type(value) == "table" and depth < 6 then
    for _, member in pairs(value) do note_uses(member, stand_ins, used, depth + 1) end
  end
end

local function error_of(used, why)
  local list = {}
  for i, name in ipairs(tables.keys(used)) do
    list[i] = { code = "Missing", path = name, message = "is required, and not given: " .. why,
      hint = ("give it: --var %s=VALUE, ECS_VAR_%s in the environment, or --var-file FILE"):format(name, name) }
  end
  return #list > 0 and invalid(list) or nil
end

--- The error of a script that did not get on without values that it was not given; nil when it had all.
---@param run table
---@return ecs_service.Error|nil
function checks.unmet(run) return error_of(run.missing, "the script does not get on without it") end

-- Options that a command which only reads has no use for, and those that are no plain values.
local UNUSED = tables.set { "default_tags", "ignore_tags", "warnings", "transport", "scheduler", "on_event", "on_wait" }

local function in_options(stack, stand_ins, used)
  for name, value in pairs(stack.options) do
    if not UNUSED[name] then note_uses(value, stand_ins, used, 1) end
  end
end

-- Where a service is, is read of its declaration as long as nothing is recorded.
local function in_services(stack, stand_ins, used, names)
  local recorded
  for _, address in ipairs(names) do
    local service, found = stack.declared[address], {}
    if service then note_uses({ service.config.name, service.config.cluster }, stand_ins, found, 1) end
    if next(found) then
      recorded = recorded or (stack:read_state() or { services = {} }).services
      if not recorded[address] then used = tables.merge(used, found) end
    end
  end
  return used
end

--- What a command that only reads needs all the same, and was not given.
---@param run table
---@param stack ecs_service.Stack
---@param names string[]|nil addresses that the command is about; default: all
---@return ecs_service.Error|nil
function checks.needed(run, stack, names)
  local stand_ins, used = placeholders(run), {}
  if not next(stand_ins) then return nil end
  in_options(stack, stand_ins, used)
  if not next(used) then used = in_services(stack, stand_ins, used, names or stack:addresses()) end
  return error_of(used, DEPENDS)
end

--- Takes declarations of recorded services out of a stack, so that what is recorded counts: values are missing.
---@param run table
---@param stack ecs_service.Stack
---@param names string[]|nil addresses; default: all that are declared
---@return string[]|nil names
---@return ecs_service.Error|nil
function checks.as_recorded(run, stack, names)
  local state, err = stack:read_state()
  if not state then return nil, err end
  local used, declared, stand_ins = {}, {}, placeholders(run)
  names = names or tables.merge(stack.order)
  local wanted = tables.set(names)
  for _, address in ipairs(stack.order) do
    if not kinds.entry(state, address) then
      declared[#declared + 1] = address
      if wanted[address] then note_uses(stack.declared[address].config, stand_ins, used, 1) end
    else
      stack.declared[address], stack[kinds.of(address).section][kinds.name(address)] = nil, nil
    end
  end
  stack.order = declared
  err = error_of(used, DEPENDS)
  if err then return nil, err end
  return #names > 0 and names or nil
end

--- The same of what a command is about to write.
---@param run table
---@param document any
---@return ecs_service.Error|nil
function checks.in_document(run, document)
  local used = {}
  note_uses(document, placeholders(run), used, 1)
  return error_of(used, DEPENDS)
end

--- Whether the variables are those of the plan that is given.
---@param run table
---@return ecs_service.Error|nil code PlanStale
function checks.moved(run)
  local message
  if #run.differs > 0 then
    message = ("the plan was made with another value of %s"):format(table.concat(run.differs, " and of "))
  end
  for _, name in ipairs(tables.keys(run.kept or {})) do
    if not run.declared[name] then
      message = message or ("the plan was made with a variable %s, which the script does not declare"):format(name)
    end
  end
  if not message then return nil end
  return errors.new { code = "PlanStale", message = message,
    hint = #run.differs > 0 and "give the same value, or plan again and look at the new plan"
      or "plan again and look at the new plan" }
end

local SHORTEST = 4 -- bytes of a text that is no word by chance

-- The members of a declaration that hold the value of a secret variable.
local function note_secrets(value, path, secrets, visit)
  if type(value) == "table" then
    for _, key in ipairs(tables.names(value)) do
      local at = type(key) == "number" and ("%s[%d]"):format(path, key) or (path == "" and "" or path .. ".") .. key
      note_secrets(value[key], at, secrets, visit)
    end
  elseif type(value) == "string" then
    for name, text in pairs(secrets) do
      if value == text or #text >= 2 * SHORTEST and value:find(text, 1, true) then visit(path, name) end
    end
  end
end

--- What a declaration has of secret variables: attributes are recorded in the state as they are.
---@param run table
---@param stack ecs_service.Stack
---@return ecs_service.Error|nil
function checks.secrets(run, stack)
  local secrets, list = {}, {}
  for name, one in pairs(run.declared) do
    if one.secret and type(one.value) == "string" and #one.value >= SHORTEST and not run.missing[name] then
      secrets[name] = one.value
    end
  end
  if not next(secrets) then return nil end
  for _, address in ipairs(stack.order) do
    local kind, config = kinds.of(address), stack.declared[address].config
    config = redact.attributes(config, kind.rows()) -- what is secret anyway is hidden in it
    if kind.sealed then config = kind.sealed(config) end
    note_secrets(config, "", secrets, function(path, name)
      list[#list + 1] = { code = "NotAllowed", path = path, address = address, service = address,
        message = ("has the value of %s, a secret variable, and what is declared stands in the state"):format(name),
        hint = "put it into Secrets Manager or the parameter store, and name it there" }
    end)
  end
  return #list > 0 and errors.new { code = "ValidationFailed", message = "secrets would be recorded",
    diagnostics = list } or nil
end

--- All of it, after a script that answered a stack; the stack gets the list of its variables.
---@param run table
---@param stack ecs_service.Stack
---@param names string[]|nil
---@return ecs_service.Error|nil
function checks.after(run, stack, names)
  local err = checks.strays(run) or checks.moved(run) or checks.secrets(run, stack)
    or run.reads and checks.needed(run, stack, names) or nil
  if not err then stack.variables = record.list(run) end
  return err
end

return checks
