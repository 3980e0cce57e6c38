--- The task definitions that ecs.simulator is told of beforehand.

local shapes = require "ecs_service.simulator.shapes"
local task_definitions = require "ecs_service.simulator.task_definitions"
local values = require "ecs_service.simulator.values"

local scene = {}

local function plain(name) return (tostring(name):gsub("_", ""):lower()) end

-- The API's name of a member that may be written in snake_case.
local function member_of(structure, given)
  if structure.members[given] then return given end
  for name in pairs(structure.members) do
    if plain(name) == plain(given) then return name end
  end
  return given
end

-- As the API spells it. What is the user's own (options, labels) is no structure, and keeps its names.
local function wire(value, shape)
  if type(value) ~= "table" then return value end
  local structure, other = shapes.structures[shape], shapes.others[shape]
  local out = {}
  for key, item in pairs(value) do
    local name = structure and member_of(structure, key) or key
    out[name] = wire(item, structure and structure.members[name] or other and other.member)
  end
  return setmetatable(out, getmetatable(value))
end

local function text(value) return value ~= nil and tostring(value) or nil end

-- Family, revision, what a registration of it would say, and whether that is all there is to say.
local function read(entry)
  if type(entry) == "string" then return entry:match "^([^:]+)", tonumber(entry:match ":(%d+)$" or 1), {} end
  local request = wire(entry, "RegisterTaskDefinitionRequest")
  request.cpu, request.memory = text(request.cpu), text(request.memory)
  return request.family, tonumber(request.revision or 1), request
end

--- Puts them into the world. "mongo:7" stands for the revisions 1 to 7, as registering them one by one would have left
--- them.
---@param list table[]|string[]
function scene.add(world, list)
  for _, entry in ipairs(list) do
    local family, revision, request = read(entry)
    local described = request.containerDefinitions ~= nil
    if not described then
      request = values.copy(request)
      request.containerDefinitions = { { name = family, image = family .. ":latest", memory = 512 } }
    end
    local loose = not (described or request.networkMode or request.requiresCompatibilities)
    for i = 1, revision do
      local known = world.families[family] and world.families[family].revisions[i]
      if not known or i == revision then task_definitions.add(world, family, math.floor(i), request, loose) end
    end
  end
end

return scene
