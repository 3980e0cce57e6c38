--- What a deploy is asked for: checked before anything is sent, and put into the revision that it begins with.
local lazy = require "ecs_service.util.lazy"
local characters = lazy "ecs_service.util.characters"
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local image_name = require "ecs_service.util.image_name"
local suggest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local wishes = {}

local function problem(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
end

-- A number as the text that it becomes in a task definition: 8080 also where Lua calls it 8080.0. Nil: it is none.
local function text_of(value)
  if type(value) == "string" then return value end
  if type(value) ~= "number" or value ~= value or value == math.huge or value == -math.huge then return nil end
  return value == math.floor(value) and ("%.0f"):format(value) or tostring(value)
end

local function is_text(text)
  if text:find("%z") then return false end
  for _, code in characters.each(text) do
    if not code then return false end
  end
  return true
end

-- One variable that was asked for; `inner` where that stands in a table of its own.
local function problem_of_variable(path, name, value)
  if type(name) ~= "string" or name == "" or name:find "[=%c]" or not is_text(name) then
    return problem(path, "a variable has a name, without = and control characters",
      'write env = { LEVEL = "debug" }, --env LEVEL=debug')
  end
  local text = text_of(value)
  if not text then return problem(path, "variables are texts or numbers", "write it in quotes") end
  if not is_text(text) then return problem(path, "is not UTF-8 text, or holds a zero byte", "write it in UTF-8") end
end

-- "NAME=VALUE", or "CONTAINER.NAME=VALUE".
local function parts_of(text)
  if type(text) == "string" then return text:match "^([^=]+)=(.*)$" end
end

local function problems_of_env(env, list)
  for _, name in ipairs(tables.names(env)) do
    local value, path = env[name], "env." .. tostring(name)
    if type(name) == "number" then
      local variable, text = parts_of(value)
      list[#list + 1] = variable and problem_of_variable("env", variable, text) or not variable
        and problem("env", "an element of the list is no NAME=VALUE", 'write env = { "LEVEL=debug" }') or nil
    elseif type(value) == "table" then
      for _, inner in ipairs(tables.names(value)) do
        list[#list + 1] = problem_of_variable(path, inner, value[inner])
      end
    else
      list[#list + 1] = problem_of_variable(path, name, value)
    end
  end
end

local function problem_of_image(path, image)
  if not image_name.is(image) then
    return problem(path, ("%s is no image"):format(type(image) == "string" and core.json(image) or type(image)),
      image_name.HINT)
  end
end

local function problems_of_images(images, list)
  for _, name in ipairs(tables.names(images)) do
    list[#list + 1] = type(name) ~= "string"
      and problem("image", "is a table from names of containers to images", 'write image = { app = "acme/app:2" }')
      or problem_of_image("image." .. name, images[name])
  end
end

-- cpu and memory are read as a declaration's are.
local function problems_of_size(opts, list)
  local _, found = core.validate("task_definition", { family = "family", cpu = opts.cpu, memory = opts.memory,
    container_definitions = { { name = "app", image = "app", memory = 6 } } }, {})
  for _, one in ipairs(found or {}) do
    if one.path == "cpu" or one.path == "memory" then list[#list + 1] = problem(one.path, one.message, one.hint) end
  end
end

local function is_nothing(value) return value == nil or type(value) == "table" and next(value) == nil end

--- What is wrong with the options of a deploy, whichever service they are for.
---@param opts table image, env, cpu, memory, from
---@return ecs_service.Error|nil
function wishes.problem(opts)
  local list = {}
  if opts.from ~= nil and opts.from ~= "running" and opts.from ~= "newest" then
    list[1] = problem("from", ("%q is neither running nor newest"):format(tostring(opts.from)),
      'write "running", the default, or "newest"')
  end
  if is_nothing(opts.image) and is_nothing(opts.env) and not (opts.cpu or opts.memory or opts.from) then
    list[#list + 1] = problem("image", "nothing is to be deployed",
      'give an image (--image IMAGE; from Lua image = "acme/app:2"), variables (env), cpu or memory')
  end
  if type(opts.image) == "table" then problems_of_images(opts.image, list) end
  if type(opts.image) == "string" then list[#list + 1] = problem_of_image("image", opts.image) end
  if type(opts.env) == "table" then problems_of_env(opts.env, list) end
  problems_of_size(opts, list)
  return #list > 0 and errors.join(list, "%d options are wrong") or nil
end

-- "registry/acme/api" of "registry/acme/api:1@sha256:…".
local function repository(image)
  return (image:gsub("@.*$", ""):gsub(":[^/:]*$", ""))
end

local function container_names(containers)
  local list = {}
  for i, container in ipairs(containers) do list[i] = tostring(container.name) end
  return list
end

local function find(containers, name)
  for _, container in ipairs(containers) do
    if container.name == name then return container end
  end
end

local function missing(containers, name, path)
  local known = container_names(containers)
  local near = suggest.to(name, known)
  return problem(path, ("the task definition has no container %q"):format(name),
    near and ("did you mean %s?"):format(near) or ("its containers are %s"):format(table.concat(known, ", ")))
end

-- The container of an image that is given alone: the only one, or the only one whose image is of that repository.
local function container_for(containers, image)
  if #containers == 1 then return containers[1] end
  local fitting = {}
  for _, container in ipairs(containers) do
    if repository(tostring(container.image)) == repository(image) then fitting[#fitting + 1] = container end
  end
  if #fitting == 1 then return fitting[1] end
  local known = container_names(#fitting > 1 and fitting or containers)
  return nil, problem("image", ("%s may be the image of %s"):format(image, table.concat(known, " or of ")),
    ("name the container: %s=%s"):format(tostring(known[1]), image))
end

-- Answers the only container that got an image, if it is one.
local function set_images(containers, wanted, problems)
  if type(wanted) == "string" then
    local container, err = container_for(containers, wanted)
    if container then container.image = wanted else problems[#problems + 1] = err end
    return container
  end
  local changed = {}
  for _, name in ipairs(tables.keys(wanted or {})) do
    local container = find(containers, name)
    if container then
      container.image, changed[#changed + 1] = wanted[name], container
    else
      problems[#problems + 1] = missing(containers, name, "image." .. name)
    end
  end
  return #changed == 1 and changed[1] or nil
end

-- One variable of a container: in the place that it has, else behind the others. A secret of that name gives way.
local function set_variable(container, name, value)
  local list, found = container.environment or {}, false
  for _, pair in ipairs(list) do
    if pair.name == name then pair.value, found = text_of(value), true end
  end
  if not found then list[#list + 1] = { name = name, value = text_of(value) } end
  container.environment = list
  local secrets = {}
  for _, pair in ipairs(container.secrets or {}) do
    if pair.name ~= name then secrets[#secrets + 1] = pair end
  end
  if container.secrets then container.secrets = secrets end
end

-- A variable of which nobody said whose it is.
local function set_somewhere(containers, of_image, name, value)
  local container = #containers == 1 and containers[1] or of_image
  if not container then
    local known = container_names(containers)
    return problem("env." .. name, ("%s may be a variable of %s"):format(name, table.concat(known, " or of ")),
      ("name the container: env = { %s = { %s = … } }, --env %s.%s=…"):format(tostring(known[1]), name,
        tostring(known[1]), name))
  end
  set_variable(container, name, value)
end

-- Names of variables may have points as well: what stands before the first one is a container's name if there is such a
-- container, and a misspelt one if there is nearly.
local function set_text(containers, of_image, text)
  local name, value = parts_of(text)
  local first, rest = name:match "^([%w_-]+)%.(.+)$"
  local container = first and find(containers, first)
  if container then return set_variable(container, rest, value) end
  if first and suggest.to(first, container_names(containers)) then return missing(containers, first, "env." .. name) end
  return set_somewhere(containers, of_image, name, value)
end

local function set_variables(containers, wanted, of_image, problems)
  for _, name in ipairs(tables.names(wanted or {})) do
    local value = wanted[name]
    if type(name) == "number" then
      problems[#problems + 1] = set_text(containers, of_image, value)
    elseif type(value) == "table" then
      local container = find(containers, name)
      if not container then problems[#problems + 1] = missing(containers, name, "env." .. name) end
      for _, inner in ipairs(container and tables.keys(value) or {}) do set_variable(container, inner, value[inner]) end
    else
      problems[#problems + 1] = set_somewhere(containers, of_image, name, value)
    end
  end
end

--- Puts what was asked for into the body of a registration.
---@param body table of RegisterTaskDefinition; is changed
---@param opts table checked by wishes.problem
---@return ecs_service.Error|nil
function wishes.grant(body, opts)
  local containers, problems = body.containerDefinitions or {}, {}
  local of_image = set_images(containers, opts.image, problems)
  set_variables(containers, opts.env, of_image, problems)
  body.cpu, body.memory = text_of(opts.cpu) or body.cpu, text_of(opts.memory) or body.memory
  return #problems > 0 and errors.join(problems, "%d options do not fit the task definition") or nil
end

return wishes
