--- What stands in a declaration for what a container has that runs now: its image, so that a pipeline owns that and the
--- script the rest, or another member. It is plain data, and survives copies and JSON:
--- `{ running = { address, container, member, default } }`.
local core = require "ecs_service.core"
local handles = require "ecs_service.util.handles"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local suggest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local running = {}

---@class ecs_service.Asked
---@field address string       of a service, or a task definition
---@field container string
---@field member string        "image"
---@field default any

---@class ecs_service.Running
---@field asks ecs_service.Asked
---@field path string          where it stands, for messages
---@field trail (string|integer)[]  the keys on the way there

-- For what only Lua can do to it.
local Value = {}

function Value.__concat()
  error("ecs.running stands for a whole value, which is known when a plan is made: it cannot be a part of a text", 2)
end

local function member_names()
  local names = {}
  for _, row in ipairs(core.schema "task_definition") do
    if row.name == "container_definitions" then
      for _, member in ipairs(row.rows) do
        if member.name ~= "name" then names[#names + 1] = member.name end
      end
    end
  end
  return names
end

local function is_name(text) return type(text) == "string" and text ~= "" and not text:find "%c" end

--- The value, or what is wrong with what was asked for.
---@param address any
---@param container any
---@param member any
---@param default any
---@return table|nil
---@return string|nil message
function running.new(address, container, member, default)
  if handles.kind(address) then address = address.address end
  if not is_name(address) then return nil, "the address is a text, or what stack:service gave" end
  if not is_name(container) then return nil, "the container is a text: the name of a container" end
  member = member == nil and "image" or member
  local names = member_names()
  if not tables.set(names)[member] then
    return nil, ("containers have no %s: %s"):format(type(member) == "string" and core.json(member) or type(member),
      suggest.hint(tostring(member), names, "there are"))
  end
  return setmetatable({ running = { address = address, container = container, member = member, default = default } },
    Value)
end

--- What a value asks for, if it is one of these.
---@param value table
---@return ecs_service.Asked|nil
function running.of(value)
  local asks = rawget(value, "running")
  if type(asks) ~= "table" or next(value, next(value)) ~= nil then return nil end
  return type(asks.address) == "string" and type(asks.container) == "string" and asks or nil
end

--- What stands there until it is known, so that the rest can be checked; nil: nothing.
---@param asks ecs_service.Asked
---@param key string|integer
---@param holder table what it is a member of
---@return any
function running.stand_in(asks, key, holder)
  if asks.default ~= nil then return asks.default end
  if asks.member == "image" or type(key) == "number" then return running.text(asks) end
  -- One of the two there has to be, and memory is the larger one.
  local reserved = tonumber(holder.memory_reservation or holder.memoryReservation)
  if key == "memory" then return (reserved or 5) + 1 end
  if asks.member == "memory_reservation" and holder.memory == nil then return 6 end
end

--- The same in words: `ecs.running("api", "app")`.
---@param asks ecs_service.Asked
---@param default? string as it is to be written
---@return string
function running.text(asks, default)
  local parts = { core.json(asks.address), core.json(asks.container) }
  if asks.member ~= "image" then parts[3] = core.json(asks.member) end
  if default then parts[#parts + 1] = ("{ default = %s }"):format(default) end
  return ("ecs.running(%s)"):format(table.concat(parts, ", "))
end

--- Where it is looked for: the service of that address, and the task definition that it runs; or a task definition, and
--- the first service that runs it.
---@param stack ecs_service.Stack
---@param address string
---@return { service: string|nil, definition: string|nil }|nil nil: nothing is declared so
function running.source(stack, address)
  local handle = stack.declared[address]
  if handle and kinds.of(address) == kinds.BARE then return { service = address, definition = handle.runs } end
  local kind = kinds.named "task_definition"
  local definition = kinds.of(address) == kind and address or kinds.address(kind, address)
  if not stack.declared[definition] then return nil end
  for _, other in ipairs(stack.order) do
    if stack.declared[other].runs == definition then return { service = other, definition = definition } end
  end
  return { definition = definition }
end

--- What is wrong with what declarations ask for: addresses that nobody declares.
---@param stack ecs_service.Stack
---@return table[] diagnostics
function running.problems(stack)
  local list = {}
  for _, address in ipairs(stack.order) do
    for _, one in ipairs(stack.declared[address].running or {}) do
      if not running.source(stack, one.asks.address) then
        list[#list + 1] = { severity = "error", code = "UnknownAddress", service = address, path = one.path,
          message = ("nothing of this stack is declared as %s"):format(one.asks.address),
          hint = suggest.hint(one.asks.address, stack.order, "declared are") }
      end
    end
  end
  return list
end

-- A copy of a table with a value at the end of a trail; what does not lie on it is shared.
local function put(holder, trail, depth, value)
  local copy = setmetatable(tables.merge(holder), getmetatable(holder))
  local key = trail[depth]
  if depth == #trail then copy[key] = value else copy[key] = put(holder[key], trail, depth + 1, value) end
  return copy
end

--- A declaration with values in the place of what stood for them.
---@param config table
---@param list ecs_service.Running[]
---@param value_of fun(asks: ecs_service.Asked, one: ecs_service.Running): any
---@return table
function running.filled(config, list, value_of)
  for _, one in ipairs(list) do config = put(config, one.trail, 1, value_of(one.asks, one)) end
  return config
end

-- Members are written in either spelling.
local function snake(key)
  return (key:gsub("%u", function(letter) return "_" .. letter:lower() end))
end

local function replaced(value, texts)
  if type(value) == "string" then return texts[value] or value end
  if type(value) ~= "table" then return value end
  for key, member in pairs(value) do value[key] = replaced(member, texts) end
  return value
end

--- A normal form with what stands for what runs in it again, where that has no default.
---@param normal table of a task definition or a service; is changed
---@param list ecs_service.Running[]|nil
---@return table
function running.put_back(normal, list)
  local texts = {}
  for _, one in ipairs(list or {}) do
    local asks, container = one.asks, #one.trail == 3 and normal.container_definitions or {}
    local value = running.new(asks.address, asks.container, asks.member)
    container = container[one.trail[2]]
    if asks.default == nil and container then container[snake(one.trail[3])] = value end
    texts[running.text(asks)] = asks.default == nil and value or nil
  end
  return next(texts) and replaced(normal, texts) or normal
end

--- The container of that name.
---@param attributes table of a task definition
---@param name string
---@return table|nil
function running.container(attributes, name)
  for _, container in ipairs(attributes.container_definitions or {}) do
    if container.name == name then return container end
  end
end

--- What of a declaration stays as it runs: members of containers that stand for what runs, and have it.
---@param handle table of the declaration
---@param config table its normal form, filled
---@param actual table|nil what it is compared with
---@return table[]|nil { path, value, from }
function running.kept(handle, config, actual)
  local list = {}
  for _, one in ipairs(actual and handle.running or {}) do
    local trail = one.trail
    local container = #trail == 3 and config.container_definitions[trail[2]]
    local now = container and running.container(actual, container.name)
    local value = container and container[one.asks.member]
    if now and value ~= nil and core.same({ value }, { now[one.asks.member] }) then
      list[#list + 1] = { path = ('container_definitions["%s"].%s'):format(container.name, one.asks.member),
        value = type(value) ~= "table" and value or nil, from = one.asks.address }
    end
  end
  return #list > 0 and list or nil
end

return running
