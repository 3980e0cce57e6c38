--- Variables: what a script asks for by name, checked by what it says of each, from the command line, the environment
--- and its defaults. Everything that is wrong is raised at once, and the script does not go on.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local nearest = require "ecs_service.util.suggest"
local run_of = require "ecs_service.script.run"
local tables = require "ecs_service.util.tables"
local types = require "ecs_service.script.variable_types"

local variables = {}

local MEMBERS = { type = "string", required = "boolean", secret = "boolean", description = "string",
                  values = "table", default = "any" }

local ENVIRONMENT = "ECS_VAR_"

local function problem(list, code, path, message, hint)
  list[#list + 1] = { code = code, path = path, message = message, hint = hint }
end

-- A name that a shell takes as a variable, and Lua after a dot.
local function is_name(name) return type(name) == "string" and name:find "^[%a_][%w_]*$" ~= nil end

-- Whether the members of a variable's table are known and of their types.
local function check_members(list, name, one)
  local before = #list
  for _, key in ipairs(tables.names(one)) do
    local wanted = MEMBERS[key]
    if not wanted then
      problem(list, "UnknownArgument", name .. "." .. tostring(key), "a variable has no such member",
        nearest.hint(tostring(key), tables.keys(MEMBERS), "it has"))
    elseif wanted ~= "any" and type(one[key]) ~= wanted then
      problem(list, "WrongType", name .. "." .. key, ("is a %s, not a %s"):format(type(one[key]), wanted))
    end
  end
  return #list == before
end

-- Which type a variable has: the one that is said, else that of its default.
local function type_of(list, name, one)
  if one.type == nil then return one.default ~= nil and types.of(one.default) or "string" end
  local known = types.name(one.type)
  if not known then
    problem(list, "NotAllowed", name .. ".type", ("there is no type %s"):format(types.quoted(one.type)),
      nearest.hint(one.type, types.NAMES, "types are"))
  end
  return known
end

local function is_among(values, value)
  local text = core.json(value)
  for _, one in ipairs(values) do
    if core.json(one) == text then return true end
  end
  return false
end

local function listed(values)
  local texts = {}
  for i, one in ipairs(values) do texts[i] = type(one) == "string" and one or core.json(one) end
  return texts
end

-- The allowed values, each of them as it is compared.
local function allowed_values(list, name, entry, given)
  local count = tables.length(given)
  if not count or count == 0 then
    return problem(list, "WrongType", name .. ".values", "is not a list of the allowed values")
  end
  entry.values = {}
  for i, value in ipairs(given) do
    local read, message = types.read(entry.type, value)
    if read == nil then problem(list, "WrongType", ("%s.values[%d]"):format(name, i), message) end
    entry.values[i] = read
  end
end

local function check_value(list, entry, value, from)
  local read, message = types.read(entry.type, value, entry.secret)
  local of = from and " (" .. from .. ")" or ""
  if read == nil then return problem(list, "WrongType", entry.name, message .. of) end
  if not entry.values or is_among(entry.values, read) then return read end
  local text = type(read) == "string" and read or core.json(read)
  local allowed = "allowed are " .. table.concat(listed(entry.values), ", ")
  problem(list, "NotAllowed", entry.name,
    (entry.secret and "the value" or types.quoted(text)) .. " is not one of the allowed ones" .. of,
    entry.type == "string" and not entry.secret and nearest.hint(text, listed(entry.values), "allowed are") or allowed)
end

-- What a variable is, of its table in the script; nil when the table is wrong.
local function entry_of(list, name, one)
  if not is_name(name) then
    return problem(list, "BadPattern", tostring(name), "the name of a variable is letters, digits and _")
  elseif type(one) ~= "table" then
    return problem(list, "WrongType", name, ("is a %s, not a table"):format(type(one)),
      ('write %s = { type = "string" }'):format(name))
  elseif not check_members(list, name, one) then
    return nil
  end
  local before = #list
  local entry = { name = name, type = type_of(list, name, one), required = one.required, secret = one.secret,
                  description = one.description }
  if entry.type and one.values then allowed_values(list, name, entry, one.values) end
  if one.required and one.default ~= nil then
    problem(list, "Conflict", name, "is required, and has a default", "a default is for what may be left out")
  elseif #list == before and one.default ~= nil then
    entry.default = check_value(list, entry, one.default, "its default")
  end
  return #list == before and entry or nil
end

-- The value that counts, and where it is from: the later ones win.
local function given_value(run, name, values)
  local value, from = os.getenv(ENVIRONMENT .. name), ENVIRONMENT .. name
  if value == nil then from = nil end
  if values[name] ~= nil then value, from = values[name], "given to ecs.variables" end
  for _, one in ipairs(run and run.given or {}) do
    if one.name == name then value, from = one.value, one.from end
  end
  return value, from
end

local function ways(run, name)
  if run then
    return ("give it: --var %s=VALUE, %s%s in the environment, or --var-file FILE"):format(name, ENVIRONMENT, name)
  end
  return ("give it in the second table of ecs.variables, or as %s%s in the environment"):format(ENVIRONMENT, name)
end

-- A name that was given, that nothing declares, and that is near.
local function meant(run, spec, values, name)
  local strays = {}
  for other in pairs(values) do
    if spec[other] == nil and type(other) == "string" then strays[#strays + 1] = other end
  end
  for _, one in ipairs(run and run.given or {}) do
    if spec[one.name] == nil and not run.declared[one.name] then strays[#strays + 1] = one.name end
  end
  return nearest.to(name, strays)
end

local function missing(list, run, spec, values, entry, empty)
  local name = entry.name
  local near = meant(run, spec, values, name)
  local hint = near and ("%s is given: did you mean %s?"):format(near, name) or ways(run, name)
  local what = empty and "is required, and empty" or "is required, and not given"
  if entry.description then what = ("%s: %s"):format(what, entry.description) end
  if entry.values then hint = ("%s; allowed are %s"):format(hint, table.concat(listed(entry.values), ", ")) end
  problem(list, "Missing", name, what, hint)
end

-- The value that a saved plan has kept: nothing on the command line says another one, and the environment nothing.
local function kept_value(list, run, entry, kept)
  local value = kept.value
  if value ~= nil then value = check_value(list, entry, value, "kept in the plan") end
  for _, one in ipairs(run.given) do
    local read = one.name == entry.name and types.read(entry.type, one.value)
    if one.name == entry.name and (read == nil or core.json(read) ~= core.json(value)) then
      problem(list, "Conflict", entry.name, ("is decided by the plan that is given (%s)"):format(one.from),
        "make the plan with it: ecs-service plan --var … --out PLAN")
      break
    end
  end
  return value
end

-- A plan keeps no secret value: it is given again, and is the same.
local function check_secret(list, run, entry, kept, value)
  if value ~= nil and require "ecs_service.script.variable_record".differs(kept, value) then
    run.differs[#run.differs + 1] = entry.name
  elseif value == nil and kept.digest then
    problem(list, "Missing", entry.name, "is secret, and the plan has not kept it", ways(run, entry.name))
  end
end

local function value_of(list, run, spec, values, entry)
  local raw, from = given_value(run, entry.name, values)
  local empty = raw == "" and entry.required
  if raw ~= nil and not empty then return check_value(list, entry, raw, from) end
  if not entry.required then return tables.copy(entry.default) end
  if not run or not run.reads or empty then return missing(list, run, spec, values, entry, empty) end
  run.missing[entry.name] = true
  return types.instead(entry.type, entry.name)
end

local function settled_value(list, run, spec, values, entry)
  local kept = run and run.kept and run.kept[entry.name]
  if kept and not kept.secret and not entry.secret then return kept_value(list, run, entry, kept) end
  local before = #list
  local value = value_of(list, run, spec, values, entry)
  if kept and #list == before then check_secret(list, run, entry, kept, value) end
  return value
end

-- Values that the call is given and that nothing declares.
local function check_strays(list, spec, entries, values)
  for _, name in ipairs(tables.names(values)) do
    if spec[name] == nil then
      problem(list, "UnknownArgument", tostring(name), "no such variable is declared",
        nearest.hint(tostring(name), tables.keys(entries), "declared are"))
    end
  end
end

local function raise(list)
  local message = #list == 1 and "a variable is wrong" or "variables are wrong"
  error(errors.new { code = "InvalidVariables", message = message, diagnostics = list }, 0)
end

-- Reading a name that is not declared is a slip, and no nil. (The message points at who reads.)
local function guarded(values, entries)
  local function refuse(name)
    local hint = nearest.hint(tostring(name), tables.keys(entries), "declared are") or "none is"
    error(("the variable %s is not declared (%s)"):format(tostring(name), hint), 3)
  end
  return setmetatable(values, {
    __index = function(_, name)
      if not entries[name] then refuse(name) end
    end,
    __newindex = function(own, name, value)
      if not entries[name] then refuse(name) end
      rawset(own, name, value)
    end,
  })
end

--- The values of variables.
---@param spec table<string, table> of each: type ("string", "number", "bool", "list", "map"), required, default,
---  values (the allowed ones), secret, description
---@param values table|nil values, for programs
---@return table<string, any>
function variables.read(spec, values)
  if type(spec) ~= "table" then error("ecs.variables takes a table of variables, not a " .. type(spec), 3) end
  if values ~= nil and type(values) ~= "table" then
    error("ecs.variables: values are a table, not a " .. type(values), 3)
  end
  values = values or {}
  local run, list, entries, read = run_of.current(), {}, {}, {}
  for _, name in ipairs(tables.names(spec)) do entries[name] = entry_of(list, name, spec[name]) end
  for _, name in ipairs(tables.keys(entries)) do
    local entry = entries[name]
    read[name] = settled_value(list, run, spec, values, entry)
    if run then require "ecs_service.script.variable_record".note(run, entry, read[name]) end
  end
  check_strays(list, spec, entries, values)
  if #list > 0 then raise(list) end
  return guarded(read, entries)
end

return variables
