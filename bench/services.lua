-- validate, plan and request of many services, beside what lua-cjson takes to decode the same services' answers of
-- DescribeServices. Prints microseconds a service (medians of 5, interleaved) and the ratios. Run by bench/run.
local core = require "ecs_service.core"
local cjson = require "cjson"

local function config(i)
  return {
    name = ("service-%05d"):format(i),
    cluster = "prod",
    task_definition = ("web:%d"):format(i % 50 + 1),
    desired_count = i % 7,
    launch_type = "EC2",
    iam_role = "ecsServiceRole",
    deployment_maximum_percent = 200,
    deployment_minimum_healthy_percent = 50,
    deployment_circuit_breaker = { enable = true, rollback = true },
    enable_ecs_managed_tags = true,
    enable_execute_command = true,
    health_check_grace_period_seconds = 30,
    propagate_tags = "SERVICE",
    ordered_placement_strategy = { { type = "spread", field = "attribute:ecs.availability-zone" },
      { type = "binpack", field = "cpu" } },
    placement_constraints = { { type = "memberOf", expression = "attribute:ecs.os-type == linux" } },
    load_balancer = { { container_name = "web", container_port = 8080,
      target_group_arn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef" } },
    alarms = { alarm_names = { "errors", "latency" }, enable = true, rollback = true },
    tags = { team = "core", service = "web", stage = "prod", number = tostring(i) },
    wait_for_steady_state = true,
    timeouts = { create = "20m", update = "20m", delete = "20m" },
  }
end

local function answer(i)
  local arn = "arn:aws:ecs:us-west-2:123456789012:service/prod/service-" .. ("%05d"):format(i)
  local deployment = { id = "ecs-svc/" .. (1000000000000000000 + i), status = "PRIMARY", desiredCount = 3,
    runningCount = 3, pendingCount = 0, failedTasks = 0, launchType = "EC2", rolloutState = "COMPLETED",
    rolloutStateReason = "ECS deployment completed.", createdAt = 1767225600.123, updatedAt = 1767225700.456,
    taskDefinition = "arn:aws:ecs:us-west-2:123456789012:task-definition/web:7" }
  local events = {}
  for n = 1, 6 do
    events[n] = { id = ("%08x-0000-0000-0000-%012x"):format(i, n), createdAt = 1767225600.5 + n,
      message = "(service service-" .. i .. ") has reached a steady state." }
  end
  return { serviceArn = arn, serviceName = "service-" .. i, status = "ACTIVE", desiredCount = 3, runningCount = 3,
    clusterArn = "arn:aws:ecs:us-west-2:123456789012:cluster/prod", deployments = { deployment }, events = events,
    loadBalancers = { { containerName = "web", containerPort = 8080,
      targetGroupArn = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/web/0123456789abcdef" } },
    deploymentConfiguration = { maximumPercent = 200, minimumHealthyPercent = 50,
      deploymentCircuitBreaker = { enable = true, rollback = true },
      alarms = { alarmNames = { "errors", "latency" }, enable = true, rollback = true } },
    placementStrategy = { { type = "spread", field = "attribute:ecs.availability-zone" },
      { type = "binpack", field = "CPU" } },
    placementConstraints = { { type = "memberOf", expression = "attribute:ecs.os-type == linux" } },
    roleArn = "arn:aws:iam::123456789012:role/ecsServiceRole", launchType = "EC2", pendingCount = 0,
    healthCheckGracePeriodSeconds = 30, schedulingStrategy = "REPLICA", deploymentController = { type = "ECS" },
    enableECSManagedTags = true, propagateTags = "SERVICE", enableExecuteCommand = true, createdAt = 1767225600.1,
    createdBy = "arn:aws:iam::123456789012:root", tags = { { key = "team", value = "core" },
      { key = "service", value = "web" }, { key = "stage", value = "prod" } } }
end

local function median(times)
  table.sort(times)
  return times[math.floor(#times / 2) + 1]
end

local function ours(configs)
  for i = 1, #configs do
    local normal = assert(core.validate("service", configs[i]))
    local change = assert(core.plan("service", { config = normal, refreshed = true }))
    assert(core.request("create", { after = change.after, client_token = "0123456789abcdef0123456789abcdef" }))
  end
end

local function theirs(texts)
  for i = 1, #texts do
    assert(cjson.decode(texts[i]))
  end
end

local function time(work, input)
  collectgarbage()
  local start = core.system.monotonic()
  work(input)
  return (core.system.monotonic() - start) / #input * 1e6
end

local results = {}
for _, count in ipairs { 1000, 10000 } do
  local configs, texts, bytes = {}, {}, 0
  for i = 1, count do
    configs[i] = config(i)
    texts[i] = core.json(answer(i))
    bytes = bytes + #texts[i]
  end
  local a, b = {}, {}
  for round = 1, 5 do
    a[round] = time(ours, configs)
    b[round] = time(theirs, texts)
  end
  results[count] = { ours = median(a), theirs = median(b) }
  print(("%6d services: validate, plan and request %6.1f us each; lua-cjson decodes %.0f bytes in %6.1f us: ratio %.2f")
    :format(count, results[count].ours, bytes / count, results[count].theirs,
      results[count].ours / results[count].theirs))
end
print(("from 1,000 to 10,000 services the cost of one grows by a factor of %.2f (1.00 is linear)")
  :format(results[10000].ours / results[1000].ours))
