--- What must be made before what: depends_on of the services of a stack.
local lazy = require "ecs_service.util.lazy"
local core = require "ecs_service.core"
local kinds = require "ecs_service.kinds"
local nearest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local graph = {}

local function unknown(address, path, other, names)
  return { severity = "error", code = "UnknownAddress", service = address, path = path,
    message = ("no %s of this stack is declared as %s"):format(kinds.of(other).one, other), given = other,
    hint = nearest.hint(other, names, "declared are") }
end

-- Addresses of a declaration, also of one that is not in its normal form.
local function listed(config, name)
  local value = config and config[name]
  if type(value) == "string" then return { value } end
  return type(value) == "userdata" and core.table(value) or type(value) == "table" and value or {}
end

local function needs(map, address, other)
  local list = tables.merge(core.table(map[address] or {}))
  if not tables.set(list)[other] then list[#list + 1] = other end
  map[address] = list
end

--- Adds what follows from `before` and `after` of declarations to what depends_on says.
---@param map table<string, string[]> address → addresses that it needs; changed
---@param address string
---@param config table|userdata|nil its normal form
---@param known table<string, boolean>|nil only of these; nil: of all
function graph.stand(map, address, config, known)
  for _, other in ipairs(listed(config, "before")) do
    if not known or known[other] then needs(map, other, address) end
  end
  for _, other in ipairs(listed(config, "after")) do
    if not known or known[other] then needs(map, address, other) end
  end
end

-- A task runs the definition of the service that lends it the rest, where it names none itself.
local function lent_definition(normals, declared, address)
  local lender = normals[address] and not normals[address].task_definition and normals[address].service
  return kinds.of(address).name == "task" and lender and declared[lender] and declared[lender].runs or nil
end

--- What each of some addresses needs: by its declaration, or by what was recorded of one.
---@param normals table<string, userdata> normal forms
---@param state table
---@param all string[]
---@param declared table<string, table> handles of the stack
---@return table<string, string[]>
function graph.of(normals, state, all, declared)
  local map = {}
  for _, address in ipairs(all) do
    local entry = kinds.entry(state, address)
    map[address] = normals[address] and normals[address].depends_on
      or not normals[address] and entry and entry.meta and entry.meta.depends_on or {}
  end
  for _, address in ipairs(all) do
    if kinds.of(address).within then map[address] = { kinds.owner(address) } end
    graph.stand(map, address, normals[address])
    graph.stand(map, address, { after = lent_definition(normals, declared, address) })
  end
  return map
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
  return kinds.told("the things wait for each other in a circle: ", way) .. table.concat(steps, " needs ")
end

--- What `before`, `after` and `service` of a declaration name that is not declared, or cannot stand there.
---@param address string
---@param config table|userdata its normal form
---@param order string[] addresses as they were declared
---@return table[] diagnostics
function graph.unknown_beside(address, config, order)
  local found, known, services = {}, tables.set(order), kinds.split(kinds.BARE, order)
  for _, name in ipairs { "before", "after" } do
    for index, other in ipairs(listed(config, name)) do
      local path = ("%s[%d]"):format(name, index)
      if not known[other] then
        found[#found + 1] = unknown(address, path, other, order)
      elseif name == "before" and kinds.of(other).name == "task_definition" then
        found[#found + 1] = { severity = "error", code = "NotAllowed", service = address, path = path, given = other,
          message = "a task stands before services and other tasks: revisions are registered before anything is run",
          hint = "name what runs it: nothing changes by a revision that is registered" }
      end
    end
  end
  local service = config.service
  if type(service) == "string" and not tables.set(services)[service] then
    found[#found + 1] = unknown(address, "service", service, services)
  end
  return found
end

--- What is wrong with the dependencies.
---@param order string[] addresses as they were declared
---@param dependencies table<string, string[]> address → depends_on
---@return table[] diagnostics
function graph.problems(order, dependencies)
  local found, known, finished = {}, tables.set(order), {}
  for _, address in ipairs(order) do
    for index, other in ipairs(dependencies[address] or {}) do
      if not known[other] then found[#found + 1] = unknown(address, ("depends_on[%d]"):format(index), other, order) end
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
