--- Holds a request's body against the API's model, as the service's front does before the operation sees it.
-- Types that do not fit are a SerializationException; members that do not exist are ignored, as AWS ignores them (those
-- within the structures of a service, a schedule or a target are kept), and listed for whoever tests a client.
local core = require "ecs_service.core"
local refuse = require "ecs_service.simulator.api_error"
local shapes = require "ecs_service.simulator.shapes"

local input = {}

-- What the JSON libraries of Lua have for null.
local function is_null(item) return type(item) == "userdata" end

local kinds = { string = "STRING_VALUE", number = "NUMBER_VALUE", boolean = "TRUE_VALUE", table = "Start of structure" }
local to_integer = math.tointeger

local function wrong_type(value, wanted)
  local given = kinds[type(value)] or "null"
  if type(value) == "boolean" and not value then
    given = "FALSE_VALUE"
  elseif type(value) == "table" and value[1] ~= nil then
    given = "Start of list"
  end
  refuse.raise("SerializationException", given .. " can not be converted to " .. wanted)
end

local read

-- A member that the model does not have, without what stands for null in it.
local function plain_copy(item)
  if type(item) ~= "table" then return item end
  local out = {}
  for key, member in pairs(item) do
    if not is_null(member) then out[key] = plain_copy(member) end
  end
  return setmetatable(out, getmetatable(item))
end

-- A value as refusals print it.
local function printed(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts, is_list = {}, next(value) == nil or value[1] ~= nil
  for i, item in ipairs(value) do parts[i] = printed(item) end
  if is_list then return "[" .. table.concat(parts, ", ") .. "]" end
  for key, item in pairs(value) do parts[#parts + 1] = tostring(key) .. "=" .. printed(item) end
  table.sort(parts)
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function violated(context, value, path, rule)
  context.problems[#context.problems + 1] = ("Value '%s' at '%s' failed to satisfy constraint: Member must %s"):format(
    printed(value), path, rule)
end

local function check_bounds(context, size, value, shape, path, what)
  if shape.min and size < shape.min then
    violated(context, value, path, ("have %s greater than or equal to %d"):format(what, shape.min))
  end
  if shape.max and size > shape.max then
    violated(context, value, path, ("have %s less than or equal to %d"):format(what, shape.max))
  end
end

local scalars = {}

function scalars.string(context, value, shape, path)
  if type(value) ~= "string" then wrong_type(value, "String") end
  check_bounds(context, #value, value, shape, path, "length")
  if shape.enum then
    for _, allowed in ipairs(shape.enum) do
      if allowed == value then return value end
    end
    violated(context, value, path, "satisfy enum value set: [" .. table.concat(shape.enum, ", ") .. "]")
  end
  return value
end

function scalars.integer(context, value, shape, path)
  if type(value) ~= "number" or value % 1 ~= 0 then
    wrong_type(value, type(value) == "number" and "an Integer" or "Integer")
  end
  if value > 2147483647 or value < -2147483648 then wrong_type(value, "Integer: it is out of range") end
  check_bounds(context, value, value, shape, path, "value")
  return to_integer and to_integer(value) or value
end

function scalars.long(_, value)
  if type(value) ~= "number" or value % 1 ~= 0 then wrong_type(value, "Long") end
  return to_integer and to_integer(value) or value
end

function scalars.double(_, value)
  if type(value) ~= "number" then wrong_type(value, "Double") end
  return value
end
scalars.timestamp = scalars.double

function scalars.boolean(_, value)
  if type(value) ~= "boolean" then wrong_type(value, "Boolean") end
  return value
end

local function read_structure(context, value, shape, path)
  if next(shape.members) == nil then return value end -- a document: any JSON
  if type(value) ~= "table" or value[1] ~= nil then wrong_type(value, "Structure") end
  local out = core.object({})
  local names = {}
  for name in pairs(value) do names[#names + 1] = tostring(name) end
  table.sort(names)
  for _, name in ipairs(names) do
    local item = value[name]
    local inner = path == "" and name or path .. "." .. name
    if not is_null(item) then
      if shape.members[name] then
        out[name] = read(context, item, shape.members[name], inner)
      else
        context.unknown[#context.unknown + 1] = inner
        if context.keeps and path ~= "" then out[name] = plain_copy(item) end
      end
    end
  end
  for _, name in ipairs(shape.required or {}) do
    if out[name] == nil then
      local inner = path == "" and name or path .. "." .. name
      context.problems[#context.problems + 1] = ("Value null at '%s' failed to satisfy constraint: "
        .. "Member must not be null"):format(inner)
    end
  end
  return out
end

local function read_list(context, value, shape, path)
  if type(value) ~= "table" or (next(value) ~= nil and value[1] == nil) then wrong_type(value, "List") end
  local out = {}
  for i, item in ipairs(value) do
    if item and not is_null(item) then -- a null of JSON is read as false, and the API has no lists of booleans
      out[#out + 1] = read(context, item, shape.member, ("%s.%d.member"):format(path, i))
    end
  end
  check_bounds(context, #out, out, shape, path, "length")
  return out
end

local function read_map(context, value, shape, path)
  if type(value) ~= "table" or value[1] ~= nil then wrong_type(value, "Map") end
  local out = core.object({})
  for key, item in pairs(value) do
    if not is_null(item) then out[key] = read(context, item, shape.value, path .. "." .. tostring(key)) end
  end
  return out
end

local plain = {}

function read(context, value, name, path)
  local structure = shapes.structures[name]
  if structure then return read_structure(context, value, structure, path) end
  local shape = shapes.others[name]
  if not shape then
    return scalars[name](context, value, plain, path)
  elseif shape.type == "list" then
    return read_list(context, value, shape, path)
  elseif shape.type == "map" then
    return read_map(context, value, shape, path)
  end
  return scalars[shape.type](context, value, shape, path)
end

-- AWS ignores members that it does not know. In the structures of these they are kept here, as an AWS of next year
-- would: so that a client can be seen to lose them.
local KEEPING = { CreateService = true, UpdateService = true, CreateSchedule = true, UpdateSchedule = true,
  PutTargets = true }

--- A copy of the body with the members that the operation takes; raises a refusal when it does not fit.
---@param code string what the service calls a body that does not fit
---@return table body
---@return string[] unknown paths of members that the operation does not have
function input.read(operation, body, code)
  local context = { problems = {}, unknown = {}, keeps = KEEPING[operation] }
  local out = read(context, body, shapes.inputs[operation], "")
  if #context.problems > 0 then
    refuse.raise(code, "%s", ("%d validation error%s detected: %s"):format(#context.problems,
      #context.problems == 1 and "" or "s", table.concat(context.problems, "; ")))
  end
  return out, context.unknown
end

return input
