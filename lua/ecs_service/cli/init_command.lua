--- ecs-service init: a first services.lua, to be read and changed.
local core = require "ecs_service.core"
local errors = require "ecs_service.errors"
local report = require "ecs_service.cli.output"
local letters = require "ecs_service.render.terminal_text"
local shell = require "ecs_service.util.shell"

local start = { summary = "Write a commented services.lua to begin with." }

function start.define(command)
  command:argument("folder"):argname("DIR"):args("?"):description("Where to (default: here). It is made when missing.")
end

start.TEMPLATE = [[
-- What runs on ECS. Plain Lua: loops, functions and require work as everywhere.
--   ecs-service plan                          what would change
--   ecs-service apply                         change it
--   ecs-service apply --var image=nginx:1.28  deploy a new image
local ecs = require "ecs_service"

-- What differs from run to run: --var image=nginx:1.28, ECS_VAR_image, --var-file FILE.
local vars = ecs.variables {
  region = { default = os.getenv "AWS_REGION" or "eu-west-1" },
  image  = { default = "nginx:1.27", description = "what the container web runs" },
  -- stage = { required = true, values = { "staging", "production" } },
}

local stack = assert(ecs.stack {
  region = vars.region,
  state = "ecs-service.state.json", -- what this stack manages; keep it, and keep it out of public places
  default_tags = { managed_by = "ecs-service" },
})

-- What a task is. A revision of it is registered when this has changed, and no more often.
local web = stack:task_definition("web", {
  container_definitions = {
    {
      name   = "web",
      image  = vars.image, -- or let whatever runs stay: ecs.running("web", "web", { default = "nginx:1.27" })
      memory = 256,
      port_mappings = { { container_port = 80 } },
      -- environment = { LEVEL = "info" },
      -- secrets     = { DB_PASSWORD = "arn:aws:secretsmanager:…" },
      -- log_configuration = { log_driver = "awslogs", options = { ["awslogs-group"] = "/ecs/web",
      --   ["awslogs-region"] = vars.region, ["awslogs-stream-prefix"] = "web" } },
    },
  },
  -- On Fargate:
  -- requires_compatibilities = { "FARGATE" }, network_mode = "awsvpc", cpu = 256, memory = 512,
  -- execution_role_arn = "arn:aws:iam::…:role/ecsTaskExecutionRole",
})

stack:service("web", {                -- "web" is its address: --target web, ecs-service status web
  name            = "web",
  cluster         = "default",
  task_definition = web,
  desired_count   = 2,

  -- Gives up when new tasks keep failing, and goes back to the last deployment that worked.
  deployment_circuit_breaker = { enable = true, rollback = true },
  -- Apply is done when the new tasks run, not when ECS has accepted them.
  wait_for_steady_state = true,

  -- On Fargate:
  -- launch_type = "FARGATE",
  -- network_configuration = { subnets = { "subnet-…" }, security_groups = { "sg-…" }, assign_public_ip = true },

  -- Behind a load balancer:
  -- load_balancer = {
  --   { target_group_arn = "arn:aws:elasticloadbalancing:…", container_name = "web", container_port = 80 },
  -- },
  -- health_check_grace_period_seconds = 60,

  -- When something else scales it:
  -- desired_count = ecs.autoscaled(2),
})

-- All arguments: ecs-service schema, docs/arguments.md, docs/task-definition-arguments.md.
return stack
]]

function start.run(args, ctx)
  local folder = args.folder or "."
  local path = (folder == "." and "" or folder:gsub("/+$", "") .. "/") .. "services.lua"
  if core.system.exists(path) then
    return report.failure(ctx, errors.new { code = "FileExists", message = path
      .. " is there already and was left alone", hint = "give another folder: ecs-service init DIR" }, args)
  end
  if folder ~= "." and not core.system.exists(folder) then
    local made, message = core.system.make_dir(folder)
    if not made then
      return report.failure(ctx, errors.new { code = "NotWritten",
        message = ("the folder %s cannot be made: %s"):format(folder, tostring(message)) }, args)
    end
  end
  local written, message = core.system.write_file(path, start.TEMPLATE, tonumber("644", 8))
  if not written then
    return report.failure(ctx, errors.new { code = "NotWritten",
      message = ("%s cannot be written: %s"):format(path, tostring(message)) }, args)
  end
  ctx:out("wrote " .. letters.escape(path))
  ctx:say("next: set region, cluster and image in it, then: "
    .. letters.escape(shell.command("ecs-service plan", path)))
  return 0
end

return start
