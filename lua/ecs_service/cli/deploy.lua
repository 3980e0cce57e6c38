--- ecs-service deploy: a new image for a service, without a declaration.
local aside = require "ecs_service.cli.direct_change"
local options = require "ecs_service.cli.options"

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
    if container then
      map[container] = image
    elseif #list > 1 or text == "" or text:find("=", 1, true) then
      return wrong("--image", text, "--image CONTAINER=IMAGE for each of several")
    else
      return text
    end
  end
  return map
end

local function variables(list)
  if #list == 0 then return nil end
  local map = {}
  for _, text in ipairs(list) do
    local name, value = text:match "^([^=]+)=(.*)$"
    if not name then return wrong("--env", text, "--env NAME=VALUE, or --env CONTAINER.NAME=VALUE") end
    local container, inner = name:match "^([%w_-]+)%.(.+)$"
    if container then
      map[container] = type(map[container]) == "table" and map[container] or {}
      map[container][inner] = value
    else
      map[name] = value
    end
  end
  return map
end

function deploy.run(args, ctx)
  local image, wrong_image = images(args.image)
  local env, wrong_env = variables(args.env)
  local problem = wrong_image or wrong_env
  if problem then return require "ecs_service.cli.output".failure(ctx, problem, args) end
  return aside.run(args, ctx, "deploy", function(stack, opts)
    opts.image, opts.env, opts.cpu, opts.memory, opts.from = image, env, args.cpu, args.memory, args.from
    return stack:deploy(args.service, opts)
  end)
end

return deploy
