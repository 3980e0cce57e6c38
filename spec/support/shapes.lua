-- Whether a request body is one that the API's own model allows: names, types, required members, enumerations, bounds.
local cjson = require "cjson"

local shapes = {}

local function read_model(name)
  local file = assert(io.open("spec/data/" .. name .. "-operations.json"))
  local text = file:read("*a")
  file:close()
  return cjson.decode(text)
end

local models

-- The model of Application Auto Scaling; what ECS has under the same name has its service before it.
local function scaling_model(ecs)
  local own, operations = read_model "application-autoscaling", {}
  for name, operation in pairs(own.operations) do
    if ecs.operations[name] then
      name = "application-autoscaling:" .. name
      table.insert(operation.errors, "ValidationException") -- as every operation answers it
    end
    operations[name] = operation
  end
  own.operations = operations
  return own
end

-- ECS's model, and those of the services beside it.
local function all_models()
  if not models then
    models = { read_model "ecs", read_model "logs", read_model "ssm", read_model "scheduler", read_model "events" }
    models[#models + 1] = scaling_model(models[1])
  end
  return models
end

local model

-- Has the model that knows the operation looked at from now on.
local function choose(operation)
  model = all_models()[1]
  for _, one in ipairs(all_models()) do
    if one.operations[operation] then model = one end
  end
  return model.operations[operation]
end

local function is_list(value)
  return type(value) == "table" and (next(value) == nil or value[1] ~= nil)
end

local function is_map(value)
  return type(value) == "table" and (next(value) == nil or value[1] == nil)
end

local check

local function check_bounds(size, shape, path, what, problems)
  if shape.min and size < shape.min then
    problems[#problems + 1] = ("%s: %s %s is below %s"):format(path, what, size, shape.min)
  end
  if shape.max and size > shape.max then
    problems[#problems + 1] = ("%s: %s %s is above %s"):format(path, what, size, shape.max)
  end
end

local checks = {}

function checks.structure(shape, value, path, problems)
  if next(shape.members or {}) == nil then return end -- a document: any JSON
  if not is_map(value) then
    problems[#problems + 1] = path .. ": is not an object"
    return
  end
  for _, name in ipairs(shape.required or {}) do
    if value[name] == nil then
      problems[#problems + 1] = ("%s: the required %s is missing"):format(path, name)
    end
  end
  for name, member in pairs(value) do
    local inner = (shape.members or {})[name]
    if not inner then
      problems[#problems + 1] = ("%s: there is no member %s"):format(path, tostring(name))
    else
      check(inner, member, path .. "." .. name, problems)
    end
  end
end

function checks.list(shape, value, path, problems)
  if not is_list(value) then
    problems[#problems + 1] = path .. ": is not a list"
    return
  end
  check_bounds(#value, shape, path, "the number of items", problems)
  for i, item in ipairs(value) do
    check(shape.member, item, path .. "[" .. i .. "]", problems)
  end
end

function checks.map(shape, value, path, problems)
  if not is_map(value) then
    problems[#problems + 1] = path .. ": is not a map"
    return
  end
  for key, item in pairs(value) do
    check(shape.key, key, path .. " key", problems)
    check(shape.value, item, path .. "." .. tostring(key), problems)
  end
end

function checks.string(shape, value, path, problems)
  if type(value) ~= "string" then
    problems[#problems + 1] = path .. ": is not a string but " .. type(value)
    return
  end
  check_bounds(#value, shape, path, "the length", problems)
  if shape.enum then
    for _, allowed in ipairs(shape.enum) do
      if allowed == value then
        return
      end
    end
    problems[#problems + 1] = ("%s: %s is not one of the enumeration"):format(path, value)
  end
end

function checks.integer(shape, value, path, problems)
  if type(value) ~= "number" or value % 1 ~= 0 then
    problems[#problems + 1] = path .. ": is not an integer"
    return
  end
  check_bounds(value, shape, path, "the number", problems)
  if shape.type == "integer" and (value > 2147483647 or value < -2147483648) then
    problems[#problems + 1] = path .. ": does not fit 32 bits"
  end
end
checks.long = checks.integer

function checks.double(_, value, path, problems)
  if type(value) ~= "number" then
    problems[#problems + 1] = path .. ": is not a number"
  end
end
checks.float = checks.double
checks.timestamp = checks.double

function checks.boolean(_, value, path, problems)
  if type(value) ~= "boolean" then
    problems[#problems + 1] = path .. ": is not a boolean"
  end
end

function check(name, value, path, problems)
  local shape = model.shapes[name]
  if not shape then
    problems[#problems + 1] = ("%s: the model has no shape %s"):format(path, tostring(name))
    return
  end
  checks[shape.type](shape, value, path, problems)
end

--- What is wrong with the input of an operation.
---@param operation string as "CreateService"
---@param body table the decoded JSON body
---@return string[] problems empty when nothing is
function shapes.problems(operation, body)
  local problems = {}
  local entry = choose(operation)
  if not entry then
    return { "the model has no operation " .. tostring(operation) }
  end
  check(entry.input, body, operation, problems)
  table.sort(problems)
  return problems
end

--- What is wrong with an answer of an operation.
---@param operation string
---@param answer table the decoded JSON
---@return string[] problems empty when nothing is
function shapes.answer_problems(operation, answer)
  local problems = {}
  local output = choose(operation).output
  if output then
    check(output, answer, operation, problems)
  elseif next(answer) then
    problems[1] = operation .. ": answers nothing"
  end
  table.sort(problems)
  return problems
end

--- Whether an operation may answer an error of that code.
function shapes.has_error(operation, code)
  for _, known in ipairs(choose(operation).errors) do
    if known == code then return true end
  end
  return false
end

--- The names of all operations that the API has.
---@return string[]
function shapes.operations()
  local names = {}
  for _, known in ipairs(all_models()) do
    for name in pairs(known.operations) do names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

return shapes
