--- What must be made before what: depends_on of the services of a stack.
local lazy = require "ecs_service.util.lazy"
local kinds = require "ecs_service.kinds"
local nearest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local graph = {}

local function unknown(address, index, other, names)
  return { severity = "error", code = "UnknownAddress", service = address, path = ("depends_on[%d]"):format(index),
    message = ("no %s of this stack is declared as %s"):format(kinds.of(other).one, other), given = other,
    hint = nearest.hint(other, names, "declared are") }
end

-- The first circle that begins at `address`, as the addresses on the way; nil when there is none.
local function circle(address, dependencies, finished)
  local way, on_way = {}, {}
  local function visit(current)
    if on_way[current] then
      local found = {}
      for i = on_way[current], #way do found[#found + 1] = way[i] end
      return found
    end
    if finished[current] then return nil end
    way[#way + 1] = current
    on_way[current] = #way
    for _, other in ipairs(dependencies[current] or {}) do
      local found = visit(other)
      if found then return found end
    end
    on_way[current] = nil
    way[#way] = nil
    finished[current] = true
  end
  return visit(address)
end

local function explain(way)
  local steps = {}
  for i, address in ipairs(way) do steps[i] = address end
  steps[#steps + 1] = way[1]
  if #way == 1 then return ("%s depends on itself"):format(way[1]) end
  return "the services wait for each other in a circle: " .. table.concat(steps, " needs ")
end

--- What is wrong with the dependencies.
---@param order string[] addresses as they were declared
---@param dependencies table<string, string[]> address → depends_on
---@return table[] diagnostics
function graph.problems(order, dependencies)
  local found, known, finished = {}, tables.set(order), {}
  for _, address in ipairs(order) do
    for index, other in ipairs(dependencies[address] or {}) do
      if not known[other] then found[#found + 1] = unknown(address, index, other, order) end
    end
  end
  for _, address in ipairs(order) do
    local way = circle(address, dependencies, finished)
    if way then
      found[#found + 1] = { severity = "error", code = "DependencyCycle", service = way[1], path = "depends_on",
        message = explain(way), hint = "take one of these out of a depends_on" }
      for _, other in ipairs(way) do finished[other] = true end
    end
  end
  return found
end

--- `addresses` and everything that they need, in whole.
---@param addresses string[]
---@param dependencies table<string, string[]>
---@return table<string, boolean>
function graph.closure(addresses, dependencies)
  local set = {}
  local function add(address)
    if set[address] then return end
    set[address] = true
    for _, other in ipairs(dependencies[address] or {}) do add(other) end
  end
  for _, address in ipairs(addresses) do add(address) end
  return set
end

--- The dependencies the other way round.
---@param dependencies table<string, string[]>
---@return table<string, string[]>
function graph.reversed(dependencies)
  local result = {}
  for _, address in ipairs(tables.keys(dependencies)) do
    for _, other in ipairs(dependencies[address]) do
      result[other] = result[other] or {}
      table.insert(result[other], address)
    end
  end
  return result
end

return graph
