--- What a function is given that is asked about a pause of a deployment: where that is, what it shifts traffic between,
--- and how to look at it.
local check_answer = require "ecs_service.plan.check_answer"
local names = require "ecs_service.util.identifiers"
local service_deployments = require "ecs_service.run.service_deployments"
local traffic = require "ecs_service.run.traffic"
local wire = require "ecs_service.aws.signed_request"

local hook_context = {}

-- Seconds for an answer that ctx.get is not told how long to wait for.
local TIMEOUT = 10
-- While somebody may interrupt it, no rest is longer.
local PATIENCE = 0.5

-- How test traffic gets to the new tasks, as far as the revision tells.
local function test_traffic(revision)
  local found = {}
  for _, balancer in ipairs(revision.loadBalancers or {}) do
    local rule = (balancer.advancedConfiguration or {}).testListenerRule
    if rule and not found.listener_rule then
      found.listener_rule, found.container_port = rule, balancer.containerPort
    end
  end
  for _, service in ipairs((revision.serviceConnectConfiguration or {}).services or {}) do
    for _, alias in ipairs(service.clientAliases or {}) do
      local header = (alias.testTrafficRules or {}).header
      if header and not found.header then
        found.port, found.dns_name = alias.port, alias.dnsName
        found.header = { name = header.name, value = (header.value or {}).exact }
      end
    end
  end
  return next(found) and found or nil
end

-- What ECS tells; who may not read it is told nothing of it.
local function look(session, ctx)
  local one = (service_deployments.details(session, { ctx.deployment }) or {})[ctx.deployment]
  if not one then return end
  local arns = { one.targetServiceRevision.arn }
  for _, source in ipairs(one.sourceServiceRevisions or {}) do arns[#arns + 1] = source.arn end
  local revisions = service_deployments.revisions(session, arns) or {}
  local sides = traffic.shares(one, revisions)
  ctx.service, ctx.cluster = names.last(one.serviceArn), names.short(one.clusterArn)
  ctx.strategy = (one.deploymentConfiguration or {}).strategy
  ctx.revisions = { target = sides[1], source = sides[2] }
  ctx.target_groups = sides[1].target_groups
  ctx.test_traffic = test_traffic(revisions[arns[1]] or {})
end

local function headers_of(answer)
  local map = {}
  for name, value in pairs(answer.headers or {}) do map[tostring(name):lower()] = value end
  return map
end

local function result_of(completion, problem)
  problem = completion and completion.error or problem
  if completion and not problem then
    return { status = completion.status, headers = headers_of(completion), body = completion.body or "" }
  end
  problem = problem or {}
  return nil, { code = problem.kind or "other", message = problem.message or tostring(problem.kind or "no answer") }
end

-- Whether the function itself runs, and not a coroutine of its own; PUC Lua 5.1 cannot yield wherever it may call us.
local function may_yield(task)
  return not (_VERSION == "Lua 5.1" and rawget(_G, "jit") == nil) and coroutine.running() == task.routine
end

local function request_of(url, opts)
  if type(url) ~= "string" or not url:find "^https?://[^/]" then
    error("ctx.get takes a URL: http://… or https://…", 3)
  elseif opts ~= nil and type(opts) ~= "table" then
    error("ctx.get takes options as a table: headers, timeout", 3)
  end
  opts = opts or {}
  local plain, headers = check_answer.addressed(url, opts.headers or {})
  return { method = "GET", url = plain, headers = headers, timeout = opts.timeout or TIMEOUT }
end

local function getter(answers, run, task)
  return function(url, opts)
    local request = request_of(url, opts)
    if not may_yield(task) then return result_of(answers.session.transport:ask(request, request.timeout)) end
    request.id = wire.id()
    task.request = request.id
    local sent, problem = run:ask(request, function(completion) answers:resume(run, task, completion) end)
    if not sent then
      task.request = nil
      return result_of(nil, problem)
    end
    return result_of(coroutine.yield(task))
  end
end

-- Sleeps, with everybody else, until that is over or the run is interrupted.
local function nap(run, scheduler, seconds)
  local ends = scheduler:now() + seconds
  while scheduler:now() < ends and not (run.interrupted and run.interrupted()) do
    scheduler:sleep(math.min(PATIENCE, ends - scheduler:now()))
  end
end

local function sleeper(answers, run, task)
  return function(seconds)
    if type(seconds) ~= "number" or seconds ~= seconds or seconds < 0 then error("ctx.sleep takes seconds", 2) end
    local scheduler = answers.session.scheduler
    if not may_yield(task) then return nap(run, scheduler, seconds) end
    task.due = scheduler:now() + seconds
    coroutine.yield(task)
  end
end

--- Gives a function what it looks by: get, sleep, now.
---@param ctx table what it is told; changed
---@param asker table { session, resume }: of hook_answers.lua, or its like
---@param run table of the driver
---@param task table { routine, due, request } of asked_function.lua
function hook_context.equip(ctx, asker, run, task)
  ctx.get, ctx.sleep = getter(asker, run, task), sleeper(asker, run, task)
  ctx.now = function() return asker.session.scheduler:now() end
end

--- For one pause.
---@param answers ecs_service.HookAnswers
---@param run table of the driver
---@param task table { address, event, routine, due }
---@return ecs_service.HookContext
function hook_context.of(answers, run, task)
  local event = task.event
  local ctx = { address = task.address, stage = event.stage, hook_id = event.hook_id, expires_at = event.expires_at,
    deployment = event.service_deployment, revisions = { target = {} } }
  look(answers.session, ctx)
  hook_context.equip(ctx, answers, run, task)
  return ctx
end

return hook_context
