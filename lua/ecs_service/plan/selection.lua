--- Which services a plan is about: all, or the targets with what they need, without those that are excluded.
local lazy = require "ecs_service.util.lazy"
local errors = require "ecs_service.errors"
local graph = require "ecs_service.plan.dependencies"
local kinds = require "ecs_service.kinds"
local nearest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local selection = {}

--- An error when an address is not known.
---@param list string[]
---@param known string[]
---@return ecs_service.Error|nil
function selection.unknown(list, known)
  local set = tables.set(known)
  for _, address in ipairs(list) do
    if not set[address] then
      address = tostring(address)
      return errors.new { code = "UnknownAddress",
        message = ("no %s of this stack is called %s"):format(kinds.of(address).one, address),
        hint = nearest.hint(address, known, "there are") }
    end
  end
end

--- The addresses that a map has: declared ones in their order, then those that are only recorded.
---@param stack ecs_service.Stack
---@param map table<string, any>
---@return string[]
function selection.in_order(stack, map)
  local list = {}
  for _, address in ipairs(stack.order) do
    if map[address] then list[#list + 1] = address end
  end
  for _, address in ipairs(tables.keys(map)) do
    if not stack.declared[address] then list[#list + 1] = address end
  end
  return list
end

-- What needs what, the other way round. What was done once is done: nothing goes with the record of it.
local function needed_by(dependencies)
  local lasting = {}
  for address, list in pairs(dependencies) do
    lasting[address] = {}
    for _, other in ipairs(list) do
      if not kinds.of(other).passing then table.insert(lasting[address], other) end
    end
  end
  return graph.reversed(lasting)
end

--- The addresses that are meant, in order.
---@param all string[] declared ones in their order, then those that are only recorded
---@param dependencies table<string, string[]>
---@param opts table { target, exclude, destroy }, lists of addresses
---@return string[]|nil
---@return ecs_service.Error|nil
function selection.choose(all, dependencies, opts)
  local targets, excluded = opts.target, opts.exclude or {}
  local problem = selection.unknown(targets or {}, all) or selection.unknown(excluded, all)
  if problem then return nil, problem end
  -- What is destroyed takes with it what needs it; what is made needs what it depends on.
  local set = targets and graph.closure(targets, opts.destroy and needed_by(dependencies) or dependencies)
  local without = tables.set(excluded)
  local chosen = {}
  for _, address in ipairs(all) do
    if (not set or set[address]) and not without[address] then chosen[#chosen + 1] = address end
  end
  return chosen
end

return selection
