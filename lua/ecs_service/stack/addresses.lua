--- Addresses as callers write them: a text, a service object in its place, or a list of both.
local errors = require "ecs_service.errors"
local handles = require "ecs_service.util.handles"
local tables = require "ecs_service.util.tables"

local addresses = {}

local function wrong(path, message, hint)
  return nil, errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

local function shown(value)
  if value == "" then return "an empty text" end
  if type(value) == "string" then return "a text with control characters" end
  return "a " .. type(value)
end

local LIST = 'write { "web", "api" }, or what stack:service gave'

--- Whether a value stands for an address, where a table of another meaning may stand as well.
---@param value any
---@return boolean
function addresses.is_meant(value) return type(value) ~= "table" or handles.kind(value) ~= nil end

-- The address that a value stands for; nil when it is none.
local function address_of(stack, value, what, path)
  if handles.kind(value) then
    if value.stack == stack then return value.address end
    return nil, errors.new { code = "WrongStack", path = path, service = value.address,
      message = ("%s: the %s %s is one of another stack"):format(what, value.kind.one, value.address),
      hint = ("use the object that this stack's own %s gave"):format(value.kind.declares) }
  elseif type(value) == "string" and value ~= "" and not value:find "%c" then
    return value
  end
  return wrong(path, ("%s: %s is no address"):format(what, shown(value)),
    "an address is a text, or what stack:service gave")
end

--- One address that is an argument of its own. Raises for what is none, on behalf of the caller of the function that
--- calls this.
---@param stack ecs_service.Stack
---@param value any
---@param what string the call, for the message: "stack:status"
---@param level? integer of the caller that is meant, as for error; default 3
---@return string|nil
---@return ecs_service.Error|nil code WrongStack
function addresses.given(stack, value, what, level)
  local address, err = address_of(stack, value, what)
  if address or err.code == "WrongStack" then return address, err end
  error(tostring(err), level or 3)
end

--- One address that is an option.
---@param stack ecs_service.Stack
---@param value any
---@param what string
---@param path string the option
---@return string|nil
---@return ecs_service.Error|nil codes WrongOption, WrongStack
function addresses.one(stack, value, what, path)
  return address_of(stack, value, ("%s: %s"):format(what, path), path)
end

--- The address that a key of a table stands for: a service object may be one. What is no address is left as it is.
---@param stack ecs_service.Stack
---@param key any
---@param what string
---@return any
---@return ecs_service.Error|nil code WrongStack
function addresses.key(stack, key, what)
  if not handles.kind(key) then return key end
  return address_of(stack, key, what)
end

--- A list of addresses, each once; one alone may stand for a list of one.
---@param stack ecs_service.Stack
---@param value any
---@param what string
---@param path string|nil the option
---@return string[]|nil
---@return ecs_service.Error|nil codes WrongOption, WrongStack
function addresses.list(stack, value, what, path)
  local name = path and what .. ": " .. path or what
  if type(value) ~= "table" or handles.kind(value) then value = { value } end
  local count = tables.length(value)
  if not count then return wrong(path, name .. " is a list of addresses, without names and gaps", LIST) end
  if count == 0 then
    return wrong(path, name .. " is an empty list of addresses", path and "leave it out to mean all" or LIST)
  end
  local list, seen = {}, {}
  for i = 1, count do
    local address, err = address_of(stack, value[i], path and name or what, path)
    if not address then return nil, err end
    if not seen[address] then list[#list + 1], seen[address] = address, true end
  end
  return list
end

--- A list of addresses that is an argument of its own; raises as `given` does.
---@param stack ecs_service.Stack
---@param value any
---@param what string
---@return string[]|nil
---@return ecs_service.Error|nil code WrongStack
function addresses.all_given(stack, value, what)
  local list, err = addresses.list(stack, value, what)
  if list or err.code == "WrongStack" then return list, err end
  error(tostring(err), 3)
end

return addresses
