--- ecs-service simulate: a simulated ECS over HTTP, for the AWS CLI, SDKs and deploy scripts.
local core = require "ecs_service.core"
local options = require "ecs_service.cli.options"
local errors = require "ecs_service.errors"
local report = require "ecs_service.cli.output"
local letters = require "ecs_service.render.terminal_text"
local serve = require "ecs_service.simulator.serve"
local simulator = require "ecs_service.simulator"

local simulate = { summary = "Serve a simulated ECS on 127.0.0.1.",
  description = "Serves a simulated ECS until Ctrl-C. Any credentials will do; nothing leaves this machine." }

-- What is simulated, as variables of AWS's clients name it; S3 with the state is none of it.
local SERVED = { "ECS", "STS", "CLOUDWATCH_LOGS", "APPLICATION_AUTO_SCALING", "SCHEDULER", "EVENTBRIDGE" }

-- Variables by which all clients come here.
local function variables(url, region)
  local list = {}
  for i, name in ipairs(SERVED) do list[i] = ("AWS_ENDPOINT_URL_%s=%s"):format(name, url) end
  return ("%s AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_REGION=%s AWS_DEFAULT_REGION=%s"):format(
    table.concat(list, " "), region, region)
end

-- "web:2=pull_error"
local function fate(text)
  local definition, outcome = text:match "^([^=]+)=([%w_]+)$"
  if definition then return { task_definition = definition, outcome = outcome } end
  return nil, ("'%s' is no TASK_DEFINITION=OUTCOME"):format(text)
end

-- "POST_SCALE_UP=failed", "POST_SCALE_UP=succeeded:30", "any=in_progress"
local function hook(text)
  local stage, outcome, after = text:match "^([%a_]+)=([%a_]+):?(%w*)$"
  if not stage then return nil, ("'%s' is no STAGE=OUTCOME or STAGE=OUTCOME:SECONDS"):format(text) end
  return { stage = stage ~= "any" and stage or nil, outcome = outcome,
    after = after ~= "" and (tonumber(after) or after) or nil }
end

function simulate.define(command)
  command:option("--port"):argname("PORT"):convert(options.integer(0, 65535)):default("8080")
    :description("Port; 0 picks a free one.")
  command:option("--address"):argname("ADDRESS"):default("127.0.0.1"):description("Address to listen on.")
  command:option("--speed"):argname("FACTOR"):convert(function(text)
    local n = tonumber(text)
    if n and n > 0 and n < math.huge then return n end
    return nil, ("'%s' is not a number above 0"):format(text)
  end):default("1"):description("How much faster than real time deployments go.")
  command:option("--latency"):argname("SECONDS"):convert(function(text)
    local n = tonumber(text)
    if n and n >= 0 and n < math.huge then return n end
    return nil, ("'%s' is not a number of seconds, from 0"):format(text)
  end):default("0"):description("How long each answer takes, in real time.")
  command:option("--cluster"):argname("NAME"):count("*")
    :description("A cluster that exists beforehand (default: default). May be given several times.")
  command:option("--instances"):argname("COUNT"):convert(options.integer(0, 5000))
    :description("Container instances of each cluster (default 3); tasks on EC2 need one then.")
  command:option("--task-definition"):argname("FAMILY:REVISION"):count("*")
    :description("A task definition that exists beforehand. May be given several times.")
  command:option("--tasks"):argname("TASK_DEFINITION=OUTCOME"):count("*"):convert(fate)
    :description("What becomes of the tasks of a task definition, e.g. web:2=pull_error. May be given several times.")
  command:option("--hook"):argname("STAGE=OUTCOME[:SECONDS]"):count("*"):convert(hook)
    :description("What the functions of lifecycle hooks answer at a stage (any: at each), and after how long, e.g. "
      .. "POST_TEST_TRAFFIC_SHIFT=failed or any=succeeded:30. May be given several times.")
  command:flag("--log"):description("Write a line for each request: the simulator's time, operation, status, code.")
  command:option("--region"):argname("REGION"):description("Region (default us-west-2).")
  command:option("--account-id"):argname("ID"):description("Account (default 123456789012).")
end

local function log(ctx, request)
  ctx:say(("%.3f %s %s%s"):format(request.time, letters.escape(tostring(request.operation)), request.status or "-",
    request.code and " " .. request.code or ""))
end

function simulate.run(args, ctx)
  local clusters = #(args.cluster or {}) > 0 and args.cluster or { "default" }
  local made, sim = pcall(simulator.new, {
    region = args.region, account_id = args.account_id, clusters = clusters, task_definitions = args.task_definition,
    instances = args.instances, start_time = core.system.time(),
  })
  if not made then return report.failure(ctx, errors.new { code = "WrongOption", message = tostring(sim) }, args) end
  for _, method in ipairs { "tasks", "hook" } do
    for _, rule in ipairs(args[method] or {}) do
      local known, problem = pcall(sim[method], sim, rule)
      if not known then
        return report.failure(ctx, errors.new { code = "WrongOption", message = ("--%s: %s"):format(method,
          tostring(problem)) }, args)
      end
    end
  end
  local ok, problem = serve.serve {
    simulator = sim, port = args.port, address = args.address, speed = args.speed, latency = args.latency,
    on_ready = function(url)
      ctx:out(url)
      if not serve.is_loopback(args.address) then
        ctx:say("warning: whoever reaches this machine can use and change what is simulated here")
      end
      ctx:say(("clusters: %s; Ctrl-C ends it\nexport %s"):format(table.concat(clusters, ", "),
        variables(url, sim.region)))
    end,
    on_request = args.log and function() log(ctx, sim.requests[#sim.requests]) end or nil,
    should_stop = function() return core.system.interrupted() end,
  }
  if not ok then return report.failure(ctx, problem, args) end
  return 0
end

return simulate
