-- A service in the simulator, for the specs of its rollouts.
local simulator = require "ecs_service.simulator"

local TARGET_GROUP = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/mongo/0123456789abcdef"

local simulated = {}

simulated.TARGET_GROUP = TARGET_GROUP

function simulated.new(options)
  options = options or {}
  options.clusters = options.clusters or { "prod" }
  options.task_definitions = options.task_definitions or { "mongo:9" }
  return simulator.new(options)
end

function simulated.create(sim, more)
  local body = { cluster = "prod", serviceName = "mongodb", taskDefinition = "mongo:6", desiredCount = 3 }
  for name, value in pairs(more or {}) do
    body[name] = value
  end
  if body.schedulingStrategy == "DAEMON" then
    body.desiredCount = nil
  end
  return assert(sim:call("CreateService", body)).service
end

function simulated.update(sim, more)
  local body = { cluster = "prod", service = "mongodb" }
  for name, value in pairs(more) do
    body[name] = value
  end
  return assert(sim:call("UpdateService", body)).service
end

function simulated.service(sim)
  return assert(sim:call("DescribeServices", { cluster = "prod", services = { "mongodb" } })).services[1]
end

function simulated.messages(sim)
  local out = {}
  for i, event in ipairs(simulated.service(sim).events) do
    out[i] = event.message
  end
  return table.concat(out, "\n")
end

function simulated.told(sim, text)
  return simulated.messages(sim):find(text, 1, true) ~= nil
end

-- Advances until the condition holds; answers the seconds that took, nil when it never did.
function simulated.advance_until(sim, condition, limit)
  for second = 0, limit or 600 do
    if condition(simulated.service(sim)) then
      return second
    end
    sim:advance(1)
  end
  return nil
end

function simulated.completed(answer)
  return #answer.deployments == 1 and answer.deployments[1].rolloutState == "COMPLETED"
end

simulated.breaker = { deploymentCircuitBreaker = { enable = true, rollback = true } }
simulated.breaker_only = { deploymentCircuitBreaker = { enable = true, rollback = false } }

simulated.alarmed = { alarms = { alarmNames = { "errors" }, enable = true, rollback = true } }

function simulated.tasks(sim, status)
  local question = { cluster = "prod", serviceName = "mongodb", desiredStatus = status }
  local arns = assert(sim:call("ListTasks", question)).taskArns
  if #arns == 0 then
    return {}
  end
  return assert(sim:call("DescribeTasks", { cluster = "prod", tasks = arns })).tasks
end

return simulated
