--- deploy: a new image, variable or size for a service, without a declaration and without a state. The revision that
--- the service runs is read, what was asked for is put into it, a new revision is registered when that differs, and the
--- service is updated and followed as any other change is.
local lazy = require "ecs_service.util.lazy"
local argument = require "ecs_service.kinds.service.argument"
local aside = require "ecs_service.verbs.direct_change"
local core = require "ecs_service.core"
local definitions = require "ecs_service.run.task_definitions"
local errors = require "ecs_service.errors"
local import = require "ecs_service.verbs.import"
local names = require "ecs_service.util.identifiers"
local suggest = lazy "ecs_service.util.suggest"
local tables = require "ecs_service.util.tables"

local deploy = {}

deploy.OPTIONS = tables.copy(aside.OPTIONS)
for name, kind in pairs { image = "string|table", env = "table", cpu = "string|number", memory = "string|number",
                          from = "string" } do
  deploy.OPTIONS[name] = kind
end

local function problem(path, message, hint)
  return errors.new { code = "WrongOption", path = path, message = message, hint = hint }
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

local function named(containers, name, path)
  for _, container in ipairs(containers) do
    if container.name == name then return container end
  end
  local known = container_names(containers)
  local near = suggest.to(name, known)
  return nil, problem(path, ("the task definition has no container %q"):format(name),
    near and ("write %s"):format(near) or ("its containers are %s"):format(table.concat(known, ", ")))
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
    ("name the container: %s=%s"):format(known[1], image))
end

local function set_images(containers, wanted, problems)
  if type(wanted) == "string" then
    local container, err = container_for(containers, wanted)
    if container then container.image = wanted else problems[#problems + 1] = err end
    return container
  end
  local last
  for _, name in ipairs(tables.keys(wanted or {})) do
    local image = wanted[name]
    local container, err
    if type(name) ~= "string" or type(image) ~= "string" or image == "" then
      err = problem("image", "is a table from names of containers to images", 'write image = { app = "acme/app:2" }')
    else
      container, err = named(containers, name, "image." .. name)
    end
    if container then container.image, last = image, container else problems[#problems + 1] = err end
  end
  return last
end

-- One variable of a container: in the place that it has, else behind the others. A secret of that name gives way.
local function set_variable(container, name, value)
  local list, found = container.environment or {}, false
  for _, pair in ipairs(list) do
    if pair.name == name then pair.value, found = value, true end
  end
  if not found then list[#list + 1] = { name = name, value = value } end
  container.environment = list
  local secrets = {}
  for _, pair in ipairs(container.secrets or {}) do
    if pair.name ~= name then secrets[#secrets + 1] = pair end
  end
  if container.secrets then container.secrets = secrets end
end

local function is_scalar(value)
  return type(value) == "string" or type(value) == "number"
end

local function set_variables(containers, wanted, of_image, problems)
  for _, name in ipairs(tables.keys(wanted or {})) do
    local value = wanted[name]
    local container, err
    if type(value) == "table" then
      container, err = named(containers, name, "env." .. name)
      for _, inner in ipairs(container and tables.keys(value) or {}) do
        if is_scalar(value[inner]) then
          set_variable(container, inner, tostring(value[inner]))
        else
          problems[#problems + 1] = problem("env." .. name, "variables are texts or numbers", "write it in quotes")
        end
      end
    elseif is_scalar(value) then
      container = #containers == 1 and containers[1] or of_image
      if container then
        set_variable(container, name, tostring(value))
      else
        err = problem("env." .. name, ("may be of %s"):format(table.concat(container_names(containers), " or of ")),
          ("name the container: env = { %s = { %s = … } }, --env CONTAINER.%s=…"):format(containers[1].name, name,
            name))
      end
    else
      err = problem("env." .. name, "variables are texts or numbers", "write it in quotes")
    end
    problems[#problems + 1] = err
  end
end

-- The body of the registration: the revision with what was asked for in it, members that nobody here knows as well.
local function patched(revision, opts)
  local body, problems = core.definition_strip(revision.answer), {}
  local containers = body.containerDefinitions or {}
  local of_image = set_images(containers, opts.image, problems)
  set_variables(containers, opts.env, of_image, problems)
  if opts.cpu then body.cpu = tostring(opts.cpu) end
  if opts.memory then body.memory = tostring(opts.memory) end
  if #problems > 0 then return nil, errors.join(problems, "%d options do not fit the task definition") end
  local tags = {}
  for _, tag in ipairs(revision.tags) do
    if not tostring(tag.key):lower():find("^aws:") then tags[#tags + 1] = tag end
  end
  if #tags > 0 then body.tags = tags end
  return body
end

local function missing(subject, name)
  return errors.new { code = "NotFound", service = subject.address,
    message = ("ECS does not show the task definition %s"):format(names.last(name)),
    hint = "deploy from the family's newest revision: --from newest" }
end

local function registration(subject, base, body, wanted, newest)
  local family, number = wanted.family, newest and newest.attributes.revision
  return { kind = "task_definition", action = "register", address = family, before = base.attributes, after = wanted,
    diff = core.definition_difference(base.attributes, wanted), body = body,
    predicted = number and ("%s:%d"):format(family, number + 1) or nil,
    predicted_arn = ("%s:%d"):format((newest or base).attributes.arn_without_revision, (number or 0) + 1),
    reason = subject.opts.from == "newest" and ("made from %s"):format(names.last(base.attributes.arn)) or nil }
end

-- What the service is to run: the revision itself when nothing differs, one that is the same to ECS, else a new one.
local function decide(subject)
  local name = argument.at "taskDefinition"
  local present, opts, session = subject.attributes[name], subject.opts, subject.session
  if type(present) ~= "string" then
    return nil, errors.new { code = "NotUpdatable", service = subject.address, path = name,
      message = "the task definitions of this service are those of its task sets",
      hint = "its deployment controller has to deploy it" }
  end
  local family = names.last(present):match "^(.*):%d+$" or names.last(present)
  local asked = opts.from == "newest" and family or present
  local base, err = definitions.describe(session, asked, opts)
  if not base then return nil, err or missing(subject, asked) end
  local body, wrong = patched(base, opts)
  if not body then return nil, wrong end
  local wanted = core.definition_read(body, body.tags)
  if #core.definition_difference(base.attributes, wanted) == 0 then
    return { [name] = base.attributes.arn }
  end
  local newest, failure = definitions.describe(session, family, opts)
  if failure then return nil, failure end
  if newest and #core.definition_difference(newest.attributes, wanted) == 0 then
    subject.reason = ("%s is what was asked for, and is registered already"):format(names.last(newest.attributes.arn))
    return { [name] = newest.attributes.arn }
  end
  subject.registers = registration(subject, base, body, wanted, newest)
  return { [name] = subject.registers.predicted_arn }
end

--- Changes what a service of a stack runs. The service is one that is recorded.
---@param stack ecs_service.Stack
---@param address string
---@param opts table checked options
---@return table|nil result
---@return ecs_service.Error|nil
function deploy.run(stack, address, opts)
  if opts.from ~= nil and opts.from ~= "running" and opts.from ~= "newest" then
    return nil, problem("from", ("%q is neither running nor newest"):format(tostring(opts.from)),
      'write "running", the default, or "newest"')
  end
  if not (opts.image or opts.env or opts.cpu or opts.memory or opts.from) then
    return nil, problem("image", "nothing is to be deployed", 'give image = { app = "acme/app:2" }, env, cpu or memory')
  end
  return aside.run(stack, "deploy", { address }, opts, decide)
end

--- Takes a service into the state of a stack that has none of its own, so that the verbs that change a recorded service
--- know it: for the time of one run.
---@param stack ecs_service.Stack with its state in memory
---@param id string "cluster/service"
---@param opts table|nil { interrupted, on_event }
---@return string|nil address
---@return ecs_service.Error|nil
function deploy.borrow(stack, id, opts)
  local cluster, service = import.parse(id)
  if not cluster then
    return nil, errors.new { code = "ImportFormat", path = "service",
      message = ("%s is no CLUSTER/SERVICE"):format(tostring(id)), hint = 'write "prod/web"' }
  end
  local attributes, err = import.run(stack, service, id, { interrupted = opts and opts.interrupted,
    on_event = opts and opts.on_event })
  if not attributes then return nil, err end
  return service
end

return deploy
