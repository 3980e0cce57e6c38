-- What a wait makes of answers that the simulator does not give: a run of the engine against views that a spec writes.
local core = require "ecs_service.core"
local cjson = require "cjson.safe"

local views = { START = 1000 }

local START = views.START

function views.deployment(id, changes)
  local d = { id = id, status = "PRIMARY", taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:2",
    desiredCount = 2, runningCount = 2, pendingCount = 0, failedTasks = 0, rolloutState = "COMPLETED",
    createdAt = START, updatedAt = START }
  for key, value in pairs(changes or {}) do
    if value == cjson.null then d[key] = nil else d[key] = value end
  end
  return d
end

function views.old(changes)
  local d = views.deployment("ecs-svc/1", { createdAt = 500, updatedAt = 600,
    taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:1" })
  for key, value in pairs(changes or {}) do d[key] = value end
  return d
end

function views.new(changes)
  local d = views.deployment("ecs-svc/2", { rolloutState = "IN_PROGRESS" })
  for key, value in pairs(changes or {}) do
    if value == cjson.null then d[key] = nil else d[key] = value end
  end
  return d
end

function views.service(changes)
  local s = { serviceArn = "arn:aws:ecs:us-west-2:123456789012:service/prod/web", serviceName = "web",
    clusterArn = "arn:aws:ecs:us-west-2:123456789012:cluster/prod", status = "ACTIVE", desiredCount = 2,
    runningCount = 2, pendingCount = 0, schedulingStrategy = "REPLICA", deployments = { views.new() }, events = {},
    tags = {}, taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:2", launchType = "EC2" }
  for key, value in pairs(changes or {}) do s[key] = value end
  return s
end

views.ROLLS_BACK = { deploymentCircuitBreaker = { enable = true, rollback = true } }

-- Runs one operation against `seen_at`, a function from (number of the look, seconds passed) to a service or nil.
-- Other operations are answered by `others`: by a table, or by what a function of (body, seconds passed) answers, which
-- may be { lost = kind } or { status = , body = } too; or they are refused.
function views.follow(operation, seen_at, others)
  local engine = core.engine { region = "us-west-2", account_id = "123456789012" }
  engine:add(operation)
  local now, looks, run = START, 0, { events = {}, calls = {}, records = {} }
  for _ = 1, 5000 do
    local action = engine:next(now)
    if action.kind == "idle" then
      run.seconds = now - START
      return run
    elseif action.kind == "sleep" then
      now = math.max(now, action["until"])
    elseif action.kind == "send" then
      run.calls[#run.calls + 1] = action.operation
      now = now + 0.05
      local other, body = others and others[action.operation]
      if action.operation == "DescribeServices" then
        looks = looks + 1
        local seen = seen_at(looks, now - START)
        body = { services = seen and { seen } or {}, failures = {} }
      elseif type(other) == "function" then
        body = other(cjson.decode(action.body), now - START)
      else
        body = other
      end
      if body and body.lost then
        engine:failed(action.id, body.lost, "", now)
      elseif body and body.status then
        engine:answer(action.id, body.status, {}, core.object(body.body), now)
      elseif body then
        local date = os.date("!%a, %d %b %Y %H:%M:%S GMT", math.floor(now))
        engine:answer(action.id, 200, { date = date }, core.object(body), now)
      else
        engine:answer(action.id, 400, {}, core.object { __type = "UnknownOperationException", message = "" }, now)
      end
    elseif action.kind == "done" then
      run.ok, run.error = action.ok, action.error
    elseif action.kind == "event" then
      run.events[#run.events + 1] = action
    elseif action.kind == "record" then
      run.record = action
      run.records[#run.records + 1] = action
    end
  end
  error("the engine does not come to an end")
end

-- The ids of the events of ECS that a run told.
function views.told_events(run)
  local told = {}
  for _, event in ipairs(run.events) do
    if event.type == "service_event" then told[#told + 1] = event.id end
  end
  return told
end

function views.update(more)
  local config = assert(core.validate("service",
    { name = "web", cluster = "prod", task_definition = "web:2", desired_count = 2 }))
  local recorded = { id = views.service().serviceArn, name = "web", cluster = "prod", task_definition = "web:1",
    desired_count = 2, scheduling_strategy = "REPLICA" }
  local operation = { address = "web", action = "update", config = config, steady = true, attributes = recorded,
    cluster = "prod", service = "web", timeouts = { update = 900 },
    change = assert(core.plan("service",
      { config = config, recorded = recorded, actual = recorded, refreshed = true })) }
  for key, value in pairs(more or {}) do operation[key] = value end
  return operation
end

function views.updated(answer)
  answer = answer or views.service { deployments = { views.new(), views.old { status = "ACTIVE" } } }
  return { UpdateService = { service = answer }, ListTasks = { taskArns = {} } }
end

function views.waiting(more)
  local operation = { address = "web", action = "wait", ["until"] = "steady", cluster = "prod", service = "web",
    timeout = 900 }
  for key, value in pairs(more or {}) do operation[key] = value end
  return operation
end

return views
