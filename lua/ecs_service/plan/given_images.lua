--- Images that are given for one run, by `--image` or the option `image`: they win over what is declared.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local image_name = require "ecs_service.util.image_name"
local kinds = require "ecs_service.kinds"
local lazy = require "ecs_service.util.lazy"
local nearest = lazy "ecs_service.util.suggest"
local running = require "ecs_service.plan.running"
local tables = require "ecs_service.util.tables"

local images = {}

local function problem(key, message, hint)
  return errors.new { code = "WrongOption", path = "image." .. tostring(key), message = message, hint = hint }
end

-- The task definition that an address stands for: its own, or the one that the service of that address runs.
local function definition_of(stack, address)
  local source = running.source(stack, address)
  return source and source.definition
end

local function containers_of(normals, definition)
  local names, config = {}, normals[definition] and core.table(normals[definition]) or {}
  for i, container in ipairs(config.container_definitions or {}) do names[i] = container.name end
  return names
end

-- As a person writes the address: the shortest that stands for it.
local function short(stack, definition)
  local name = kinds.name(definition)
  return definition_of(stack, name) == definition and name or definition
end

-- Everything that can be written.
local function known(stack, normals)
  local list = {}
  for _, address in ipairs(stack.order) do
    if kinds.of(address).name == "task_definition" then
      for _, container in ipairs(containers_of(normals, address)) do
        list[#list + 1] = short(stack, address) .. "." .. container
      end
    end
  end
  return list
end

local function unknown(stack, normals, key, address)
  if stack.declared[address] then
    return problem(key, ("%s runs a task definition that is not declared here"):format(address),
      "declare it by stack:task_definition, or deploy without a declaration: ecs-service deploy CLUSTER/SERVICE "
      .. "--image IMAGE")
  end
  local all = known(stack, normals)
  return problem(key, ("no container of this stack is %s"):format(key), #all == 0
    and "no task definition is declared here: ecs-service deploy CLUSTER/SERVICE --image IMAGE needs none"
    or nearest.hint(key, all, "there are"))
end

-- The task definition and the container that a key means.
local function meant(stack, normals, key)
  local definition, container = definition_of(stack, key), nil
  if not definition then
    local address
    address, container = key:match "^(.+)%.([%w_-]+)$"
    definition = address and definition_of(stack, address)
    if not definition then return nil, unknown(stack, normals, key, stack.declared[key] and key or address) end
  end
  local names = containers_of(normals, definition)
  local name = short(stack, definition)
  if not container and #names ~= 1 then
    return nil, problem(key, ("%s has the containers %s"):format(name, table.concat(names, ", ")),
      ("name one: %s.%s"):format(name, tostring(names[1])))
  elseif container and not tables.set(names)[container] then
    local near = nearest.to(container, names)
    return nil, problem(key, ("%s has no container %q"):format(name, container), near
      and ("did you mean %s.%s?"):format(name, near) or ("its containers are %s"):format(table.concat(names, ", ")))
  end
  return definition, container or names[1]
end

local function add(map, stack, normals, key, image)
  if type(key) ~= "string" or key == "" or key:find "%c" then
    return problem("", "images stand by addresses and containers", 'write image = { ["api.app"] = "acme/api:2" }')
  elseif not image_name.is(image) then
    return problem(key, ("%s is no image"):format(type(image) == "string" and core.json(image) or "a " .. type(image)),
      image_name.HINT)
  end
  local definition, container = meant(stack, normals, key)
  if not definition then return container end
  local own = map[definition] or {}
  map[definition] = own
  if own[container] and own[container] ~= image then
    return problem(key, ("%s has two images"):format(key), "give one for each container")
  end
  own[container] = image
end

--- What was given, by task definition and container.
---@param stack ecs_service.Stack
---@param normals table<string, table|userdata>
---@param given table<string, string>|nil "api.app", or "api" where that has one container
---@param chosen string[] what the run is about
---@return table<string, table<string, string>>|nil
---@return ecs_service.Error|nil all that is wrong
function images.of(stack, normals, given, chosen)
  local map, list = {}, {}
  for _, key in ipairs(tables.names(given or {})) do list[#list + 1] = add(map, stack, normals, key, given[key]) end
  local set = tables.set(chosen)
  for _, definition in ipairs(tables.keys(map)) do
    if not set[definition] then
      list[#list + 1] = problem(short(stack, definition), ("this run leaves %s out"):format(definition),
        "take it among the targets, or leave the image out")
    end
  end
  if #list > 0 then return nil, errors.join(list, "%d images are wrong") end
  return map
end

--- A task definition with what was given for it.
---@param config table in normal form
---@param own table<string, string>|nil of images.of
---@return table
function images.put(config, own)
  if not own then return config end
  local copy = setmetatable(tables.merge(config), getmetatable(config))
  copy.container_definitions = {}
  for i, container in ipairs(config.container_definitions) do
    copy.container_definitions[i] = own[container.name]
      and setmetatable(tables.merge(container, { image = own[container.name] }), getmetatable(container)) or container
  end
  return copy
end

-- Containers whose image the declaration leaves to what runs.
local function open_containers(handle)
  local set = {}
  for _, one in ipairs(handle and handle.running or {}) do
    if #one.trail == 3 and one.trail[3] == "image" then set[one.trail[2]] = true end
  end
  return set
end

--- What the next run without them would do.
---@param stack ecs_service.Stack
---@param normals table<string, table|userdata> as declared
---@param map table of images.of
---@return table[] warnings
function images.warnings(stack, normals, map)
  local list = {}
  for _, definition in ipairs(tables.keys(map)) do
    local open = open_containers(stack.declared[definition])
    for i, container in ipairs(core.table(normals[definition]).container_definitions) do
      local image = map[definition][container.name]
      if image and image ~= container.image and not open[i] then
        list[#list + 1] = { code = "DeclarationDiffers", severity = "warning", service = definition,
          path = ('container_definitions["%s"].image'):format(container.name),
          message = ("the declaration says %s: an apply without this image changes it back"):format(
            core.json(container.image)),
          hint = ("to keep what runs, declare image = %s"):format(running.text({ address = short(stack, definition),
            container = container.name, member = "image" })) }
      end
    end
  end
  return list
end

return images
