--- Verbs that are about services, given the address of something else: what that is, and what to do in place of it.
local lazy = require "ecs_service.util.lazy"
local errors = require "ecs_service.errors"
local kinds = require "ecs_service.kinds"
local nearest = lazy "ecs_service.util.suggest"
local shell = require "ecs_service.util.shell"
local tables = require "ecs_service.util.tables"

local about_services = {}

local function all_addresses(stack, state)
  local set = tables.set(stack.order)
  for _, kind in ipairs(kinds.ALL) do
    for _, address in ipairs(state:recorded(kind.name)) do set[address] = true end
  end
  return set
end

-- "migrate" is task.migrate, where no service is called so.
local function of_other_kinds(all, name)
  for _, kind in ipairs(kinds.ALL) do
    local address = kind.prefix and kinds.address(kind, name)
    if address and all[address] then return address end
  end
end

local function unknown(address, known, all)
  local other = of_other_kinds(all, address)
  return errors.new { code = "UnknownAddress",
    message = ("no %s of this stack is called %s"):format(kinds.of(address).one, address),
    hint = other and ("did you mean %s?"):format(other)
      or nearest.hint(address, kinds.of(address) == kinds.BARE and known or tables.keys(all), "there are") }
end

-- A service that runs it, where the script says so.
local function runner(stack, address)
  for _, other in ipairs(stack.order) do
    if kinds.of(other) == kinds.BARE and stack.declared[other].runs == address then return shell.word(other) end
  end
end

local function instead(stack, verb, address)
  local sentence = (kinds.of(address).instead or {})[verb]
  if not sentence then return "what is recorded of it: " .. shell.command("ecs-service show", address) end
  local words = { ADDRESS = shell.word(address), SERVICE = runner(stack, address) }
  return (sentence:gsub("%u+", words))
end

local function other_kind(stack, verb, address)
  return errors.new { code = "UnknownAddress", service = address,
    message = ("%s is about services, and this is a %s"):format(verb, kinds.of(address).one),
    hint = instead(stack, verb, address) }
end

--- An error when one of a list is no address of a service.
---@param stack ecs_service.Stack
---@param state table
---@param verb string as the command calls it
---@param list string[]
---@return ecs_service.Error|nil code UnknownAddress
---@return boolean|nil is_known it is one of another kind, and the hint says what to use
function about_services.problem(stack, state, verb, list)
  local known = stack:known(state)
  local set, all = tables.set(known), nil
  for _, address in ipairs(list) do
    if not set[address] then
      all = all or all_addresses(stack, state)
      address = tostring(address)
      if all[address] then return other_kind(stack, verb, address), true end
      return unknown(address, known, all)
    end
  end
end

return about_services
