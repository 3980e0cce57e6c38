--- Makes the tables below lua/ecs_service/simulator/shapes from the models of the APIs (spec/data/*-operations.json):
--- what the operations take that the simulator has. Called with the folder that both are below.
local json = require "ecs_service.util.json"
local operations = require "ecs_service.simulator.operations"

local root = ...
local WIDTH = 120
-- Shapes without a rule of their own go by these types.
local TYPES = { string = true, integer = true, long = true, double = true, timestamp = true, boolean = true }

--- The model that is being read, and what its names begin with here: services have shapes of the same name.
local model, prefix

local function read(name)
  local file = assert(io.open(root .. "spec/data/" .. name, "rb"))
  local read_model = assert(json.decode(file:read "*a"))
  file:close()
  return read_model
end

local function sorted(map)
  local names = {}
  for name in pairs(map) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- Breaks a line between its words, as the sources are wide.
local function wrapped(text)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    if #line + 1 + #word > WIDTH and line ~= "" then
      lines[#lines + 1], line = line, "  " .. word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

local function quoted(list)
  local out = {}
  for i, text in ipairs(list) do out[i] = ('"%s"'):format(text) end
  return "{ " .. table.concat(out, ", ") .. " }"
end

local function is_plain(shape)
  return TYPES[shape.type] and not (shape.enum or shape.min or shape.max)
end

--- The name by which a shape is found: its type when it has no rule of its own.
local function reference(name)
  local shape = assert(model.shapes[name], name)
  return is_plain(shape) and shape.type or prefix .. name
end

local function structure(shape)
  local members = {}
  for _, name in ipairs(sorted(shape.members or {})) do
    members[#members + 1] = ('%s = "%s"'):format(name, reference(shape.members[name]))
  end
  local inner = #members == 0 and "{}" or "{ " .. table.concat(members, ", ") .. " }"
  local required = shape.required and shape.required[1] and ", required = " .. quoted(shape.required) or ""
  return ("{ members = %s%s }"):format(inner, required)
end

local function other(shape)
  local parts = { ('type = "%s"'):format(shape.type) }
  if shape.member then parts[#parts + 1] = ('member = "%s"'):format(reference(shape.member)) end
  if shape.value then parts[#parts + 1] = ('value = "%s"'):format(reference(shape.value)) end
  if shape.enum then parts[#parts + 1] = "enum = " .. quoted(shape.enum) end
  for _, bound in ipairs { "min", "max" } do
    if shape[bound] then parts[#parts + 1] = ("%s = %d"):format(bound, shape[bound]) end
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

-- Structures of ECS, those of the services beside it, and what is no structure.
local inputs, structures, beside, others = {}, {}, {}, {}

local function take(name)
  local shape = model.shapes[name]
  local own = prefix == "" and structures or beside
  if own[prefix .. name] or others[prefix .. name] or is_plain(shape) then return end
  if shape.type == "structure" then
    own[prefix .. name] = structure(shape)
    for _, member in pairs(shape.members or {}) do take(member) end
  else
    others[prefix .. name] = other(shape)
    if shape.member or shape.value then take(shape.member or shape.value) end
  end
end

local SOURCES = { ecs = "", logs = "Logs", ssm = "Ssm", scheduler = "Scheduler", events = "Events",
  ["application-autoscaling"] = "Scaling" }

for source, beginning in pairs(SOURCES) do
  model, prefix = read(source .. "-operations.json"), beginning
  for name, operation in pairs(model.operations) do
    if not operations.is_left_out(name) then
      inputs[operations.of_service(source, name)] = ('"%s"'):format(prefix .. operation.input)
      take(operation.input)
    end
  end
end

local MADE = "--- Made by tools/generate.lua from the models in spec/data; change those."

local function listing(what, rows)
  local lines = { MADE, "--- " .. what, "return {" }
  for _, name in ipairs(sorted(rows)) do
    lines[#lines + 1] = wrapped((name:find ":" and '["%s"] = %s,' or "%s = %s,"):format(name, rows[name]))
  end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

local folder = "lua/ecs_service/simulator/shapes/"
return {
  { folder .. "inputs.lua", listing("What each operation takes.", inputs) },
  { folder .. "structures.lua", listing("Structures: their members, and which are required.", structures) },
  { folder .. "structures_beside.lua", listing("The same of the services beside ECS.", beside) },
  { folder .. "others.lua", listing("Lists, maps, and scalars with enumerations and bounds.", others) },
}
