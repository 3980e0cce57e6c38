--- ecs-service deploy: a new image for a service, without a declaration.
local aside = require "ecs_service.cli.direct_change"
local lazy = require "ecs_service.util.lazy"
local of_wishes = lazy "ecs_service.verbs.deploy_wishes"
local options = require "ecs_service.cli.options"
local redact = lazy "ecs_service.render.redact"

local deploy = { summary = "Deploy a new image of a service, without a declaration.",
  description = "Reads the task definition that a service runs, puts an image, variables or a size into it, registers "
    .. "that when it differs, updates the service and follows the deployment: shows the plan, asks, and says how it "
    .. "ended. Needs no script and no state." }

function deploy.define(command)
  command:argument("service"):argname("CLUSTER/SERVICE|ADDRESS"):description("Which service.")
  command:option("--image"):argname("[CONTAINER=]IMAGE"):count("*")
    :description("The image. The container may be left out when only one fits. May be given several times.")
  command:option("--env"):argname("[CONTAINER.]NAME=VALUE"):count("*")
    :description("An environment variable. May be given several times.")
  command:option("--cpu"):argname("CPU"):description("CPU of the task: 512, or '1 vCPU'.")
  command:option("--memory"):argname("MEMORY"):description("Memory of the task: 1024, or '2 GB'.")
  command:option("--from"):argname("running|newest"):choices { "running", "newest" }
    :description("Which revision to begin with: what the service runs (default), or the family's newest.")
  options.aside(command)
  options.checks(command)
  options.resting(command)
end

local function wrong(option, text, form)
  return nil, options.misused(("%s %s has no form that is known"):format(option, text), "write " .. form)
end

-- acme/api:2, or api=acme/api:2. A registry's port comes behind a colon, so the first = is the container's.
local function images(list)
  if #list == 0 then return nil end
  local map = {}
  for _, text in ipairs(list) do
    local container, image = text:match "^([%w_-]+)=(.+)$"
    if container and map[container] and map[container] ~= image then
      return wrong("--image", text, "one image for each container: there are two for " .. container)
    elseif container then
      map[container] = image
    elseif #list > 1 or text == "" or text:find("=", 1, true) then
      return wrong("--image", text, "--image CONTAINER=IMAGE for each of several")
    else
      return text
    end
  end
  return map
end

-- Of two values of one variable the later counts, as anywhere on the command line.
local function variables(list)
  for _, text in ipairs(list) do
    if not text:find "^[^=]+=" then
      return wrong("--env", text, "--env NAME=VALUE, or --env CONTAINER.NAME=VALUE")
    end
  end
  return #list > 0 and list or nil
end

-- Hints repeat the words of the command line: without values that are secret by their names.
local function hide_words(args)
  local given = {}
  for _, text in ipairs(args.env) do given[text], given["--env=" .. text] = true, true end
  for i, word in ipairs(args.words or {}) do
    local start, name = word:match "^(%-%-env=(.-)=)"
    if not start then start, name = word:match "^((.-)=)" end
    if given[word] and name and redact.is_secret_key(name) then args.words[i] = start .. "..." end
  end
end

function deploy.run(args, ctx)
  local image, wrong_image = images(args.image)
  local env, wrong_env = variables(args.env)
  local wishes = { image = image, env = env, cpu = args.cpu, memory = args.memory, from = args.from }
  local problem = wrong_image or wrong_env or of_wishes.problem(wishes)
  if problem then return require "ecs_service.cli.output".failure(ctx, problem, args) end
  hide_words(args)
  return aside.run(args, ctx, "deploy", function(stack, opts)
    for name, value in pairs(wishes) do opts[name] = value end
    return stack:deploy(args.service, opts)
  end)
end

return deploy
