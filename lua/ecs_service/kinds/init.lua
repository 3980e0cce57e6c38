--- The kinds of things that can be declared, one row a kind. Plans, runs, states, verbs, the renderers and the command
--- ask a kind's table for what is its own, by the address that they are about, and name no kind themselves.
local core = require "ecs_service.core"
local schedule = require "ecs_service.kinds.schedule"
local scaling = require "ecs_service.kinds.scaling"
local service = require "ecs_service.kinds.service"
local task = require "ecs_service.kinds.task"
local tables = require "ecs_service.util.tables"
local task_definition = require "ecs_service.kinds.task_definition"

local kinds = {}

--- What a stack declares, in the order in which results and documents have their sections.
kinds.ALL = { service, task_definition, task, schedule }

--- What is declared as a member of something else, has its address behind a prefix, and is recorded with it.
kinds.ATTACHED = { scaling }

--- The one whose addresses have no prefix.
kinds.BARE = service

local by_name = {}
for _, list in ipairs { kinds.ALL, kinds.ATTACHED } do
  for _, kind in ipairs(list) do by_name[kind.name] = kind end
end

--- The kind of what has an address: "task_definition.api" names it, "web" is a service.
---@param address string
---@return ecs_service.Kind
function kinds.of(address)
  local prefix = address:match "^([%l_]+)%."
  for _, kind in ipairs(prefix and kinds.ALL or {}) do
    if kind.prefix == prefix then return kind end
  end
  for _, kind in ipairs(prefix and kinds.ATTACHED or {}) do
    if kind.prefix == prefix then return kind end
  end
  return kinds.BARE
end

--- The kind of a name.
---@param name string "task_definition"
---@return ecs_service.Kind|nil
function kinds.named(name) return by_name[name] end

--- What an address is within its kind: "api" of "task_definition.api".
---@param address string
---@return string
function kinds.name(address)
  local prefix = kinds.of(address).prefix
  if prefix then return address:sub(#prefix + 2) end
  local bare = address:match "^service%.(.+)$"
  return bare and kinds.of(bare) ~= kinds.BARE and bare or address
end

--- The address as a text of what a kind has under a name.
---@param kind ecs_service.Kind
---@param name string
---@return string
function kinds.address(kind, name)
  if kind.prefix then return kind.prefix .. "." .. name end
  return kinds.of(name) == kind and name or kind.name .. "." .. name -- recorded before that prefix named a kind
end

--- The address of what something attached is declared with: "web" of "scaling.web".
---@param address string
---@return string
function kinds.owner(address) return kinds.address(kinds.BARE, kinds.name(address)) end

--- The kind of a change, an event or an error, by its own word, else by its address. A deploy also registers task
--- definitions, which nobody declares.
---@param change table { kind, address }
---@return ecs_service.Kind
function kinds.of_change(change)
  return by_name[change.kind] or kinds.of(tostring(change.address))
end

--- The kinds that a result has sections of: services always, others where it has any.
---@param result table
---@return table[]
function kinds.of_result(result)
  local list = {}
  for _, kind in ipairs(kinds.ALL) do
    if kind == kinds.BARE or result[kind.section] then list[#list + 1] = kind end
  end
  return list
end

--- The address of a change as a text that names its kind: "web", "task_definition.api".
---@param change table
---@return string
function kinds.text(change)
  local kind, address = kinds.of_change(change), tostring(change.address)
  if not kind.prefix or address:sub(1, #kind.prefix + 1) == kind.prefix .. "." then return address end
  return kind.prefix .. "." .. address
end

--- The kind that Terraform calls a resource of this type.
---@param type string
---@return ecs_service.Kind|nil
function kinds.of_terraform(type)
  for _, kind in ipairs(kinds.ALL) do
    if kind.terraform == type then return kind end
  end
end

-- What several kinds are called together.
local SEVERAL = { one = "resource", many = "resources" }

--- What things are called: by their kind, when all are of one.
---@param addresses string[]
---@return { one: string, many: string }
function kinds.words(addresses)
  local kind = addresses[1] and kinds.of(addresses[1]) or kinds.BARE
  for _, address in ipairs(addresses) do
    if kinds.of(address) ~= kind then return SEVERAL end
  end
  return kind
end

--- A sentence with what things are called in the place of "things": "%d things failed" of services is "%d services
--- failed".
---@param sentence string
---@param addresses string[]
---@return string
function kinds.told(sentence, addresses) return (sentence:gsub("things", kinds.words(addresses).many)) end

--- The addresses of changes, as texts.
---@param changes table[]
---@return string[]
function kinds.texts(changes)
  local list = {}
  for i, change in ipairs(changes) do list[i] = kinds.text(change) end
  return list
end

--- Those of a list of addresses that are of a kind.
---@param kind ecs_service.Kind
---@param addresses string[]
---@return string[] its own
---@return string[] the others
function kinds.split(kind, addresses)
  local own, others = {}, {}
  for _, address in ipairs(addresses) do table.insert(kinds.of(address) == kind and own or others, address) end
  return own, others
end

--- The record of an address.
---@param state table
---@param address string
---@return ecs_service.StateEntry|nil
function kinds.entry(state, address)
  local kind = kinds.of(address)
  local section = state[kind.section]
  local entry = section and section[kinds.name(address)]
  if kind.within then return entry and entry[kind.within] end
  return entry
end

--- What is recorded of something, with what is attached to it.
---@param entry ecs_service.StateEntry
---@return table
function kinds.attributes(entry)
  local all = core.table(entry.attributes)
  for _, kind in ipairs(kinds.ATTACHED) do
    local own = entry[kind.within]
    if own then all = tables.merge(all, { [kind.within] = core.table(own.attributes) }) end
  end
  return all
end

--- Puts a record in its place; nil takes it away.
---@param state table
---@param address string
---@param entry ecs_service.StateEntry|nil
function kinds.record(state, address, entry)
  local kind = kinds.of(address)
  local name = kind.section
  state[name] = state[name] or {}
  if kind.within then
    local owner = state[name][kinds.name(address)]
    if owner then owner[kind.within] = entry end
    return
  end
  state[name][kinds.name(address)] = entry
end

return kinds
